//! Typed records of the pack `pricing`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Date, Id, Instant, Money, Percent, Quantity};
use qudao_kernel::typed_records;

typed_records! {
    /// 优惠券 Coupon.
    Coupon = "coupon" {
        /// 券码 Code.
        code: String,
        /// 券码（统一写法） Code as compared.
        code_key: Option<String>,
        /// 促销 Promotion.
        promotion_id: Id,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 可用次数 Orders at most.
        uses_max: Option<i64>,
        /// 开始日期 Valid from.
        valid_from: Option<Date>,
        /// 结束日期 Valid until.
        valid_until: Option<Date>,
        /// 启用 Active.
        active: bool,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 价目表 Price list.
    PriceList = "price_list" {
        /// 状态 State.
        state: String,
        /// 名称 Name.
        name: String,
        /// 伙伴等级 Partner tier.
        tier: Option<String>,
        /// 渠道 Channel.
        channel_id: Option<Id>,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 收货地区 Ship-to division.
        division: Option<String>,
        /// 币种 Currency.
        currency: Option<String>,
        /// 开始日期 Valid from.
        valid_from: Option<Date>,
        /// 结束日期 Valid until.
        valid_until: Option<Date>,
        /// 优先级 Priority.
        priority: i64,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 价目表明细 Price list line.
    PriceListLine = "price_list_line" {
        /// 价目表 Price list.
        price_list_id: Id,
        /// 产品 Product.
        product_id: Option<Id>,
        /// 类别 Category.
        category_id: Option<Id>,
        /// 起订数量 From quantity.
        quantity_from: Quantity,
        /// 固定单价（含税） Fixed unit price, tax included.
        price: Option<Money>,
        /// 目录价减免（%） Per cent off the list price.
        percent_off: Option<Percent>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 价格政策 Price rule.
    PriceRule = "price_rule" {
        /// 名称 Name.
        name: String,
        /// 产品 Product.
        product_id: Option<Id>,
        /// 类别 Category.
        category_id: Option<Id>,
        /// 伙伴等级 Partner tier.
        tier: Option<String>,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 渠道 Channel.
        channel_id: Option<Id>,
        /// 收货地区 Ship-to division.
        division: Option<String>,
        /// 起订数量 From quantity.
        quantity_from: Quantity,
        /// 固定单价（含税） Fixed unit price, tax included.
        price: Option<Money>,
        /// 目录价减免（%） Per cent off the list price.
        percent_off: Option<Percent>,
        /// 开始日期 Valid from.
        valid_from: Option<Date>,
        /// 结束日期 Valid until.
        valid_until: Option<Date>,
        /// 优先级 Priority.
        priority: i64,
        /// 启用 Active.
        active: bool,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 促销活动 Promotion.
    Promotion = "promotion" {
        /// 名称 Name.
        name: String,
        /// 方式 Kind.
        kind: String,
        /// 门槛金额 Threshold.
        threshold_amount: Money,
        /// 门槛数量 Threshold quantity.
        threshold_quantity: Quantity,
        /// 每满都减（赠） For each full threshold.
        every: bool,
        /// 减免金额 Reduction.
        reduction_amount: Option<Money>,
        /// 减免（%） Per cent off.
        percent_off: Option<Percent>,
        /// 第几件 Which item.
        nth: Option<i64>,
        /// 组合价 Price of a bundle.
        bundle_price: Option<Money>,
        /// 伙伴等级 Partner tier.
        tier: Option<String>,
        /// 渠道 Channel.
        channel_id: Option<Id>,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 收货地区 Ship-to division.
        division: Option<String>,
        /// 仅首单 First order only.
        first_order: bool,
        /// 凭券 With a coupon only.
        coupon_required: bool,
        /// 互斥组 Exclusive group.
        exclusive_group: Option<String>,
        /// 可叠加 Stackable.
        stackable: bool,
        /// 优先级 Priority.
        priority: i64,
        /// 预算 Budget.
        budget_amount: Option<Money>,
        /// 总次数 Orders at most.
        uses_max: Option<i64>,
        /// 每伙伴次数 Orders of one partner at most.
        uses_max_per_partner: Option<i64>,
        /// 开始日期 Valid from.
        valid_from: Option<Date>,
        /// 结束日期 Valid until.
        valid_until: Option<Date>,
        /// 启用 Active.
        active: bool,
        /// 说明 Description.
        description: Option<String>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 促销类别 Promotion category.
    PromotionCategory = "promotion_category" {
        /// 促销 Promotion.
        promotion_id: Id,
        /// 类别 Category.
        category_id: Id,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 赠品 Gift.
    PromotionGift = "promotion_gift" {
        /// 促销 Promotion.
        promotion_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 每次赠送数量 Quantity each time.
        quantity: Quantity,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 组合成分 Part of a bundle.
    PromotionPart = "promotion_part" {
        /// 促销 Promotion.
        promotion_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 每组数量 Quantity in a bundle.
        quantity: Quantity,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 促销产品 Promotion product.
    PromotionProduct = "promotion_product" {
        /// 促销 Promotion.
        promotion_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 满减阶梯 Step of a full reduction.
    PromotionTier = "promotion_tier" {
        /// 促销 Promotion.
        promotion_id: Id,
        /// 满 From amount.
        threshold_amount: Money,
        /// 减 Reduction.
        reduction_amount: Option<Money>,
        /// 或折扣（%） Or per cent off.
        percent_off: Option<Percent>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
}
