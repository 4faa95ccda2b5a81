//! Typed records of the pack `pricing`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Date, Id, Instant, Money, Percent, Quantity};
use qudao_kernel::typed_records;

typed_records! {
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
        /// 起订数量 From quantity.
        quantity_from: Quantity,
        /// 固定单价（含税） Fixed unit price, tax included.
        price: Option<Money>,
        /// 目录价折扣（%） Per cent off the list price.
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
        /// 每满都减 For each full threshold.
        every: bool,
        /// 减免金额 Reduction.
        reduction_amount: Option<Money>,
        /// 折扣（%） Per cent off.
        percent_off: Option<Percent>,
        /// 开始日期 Valid from.
        valid_from: Option<Date>,
        /// 结束日期 Valid until.
        valid_until: Option<Date>,
        /// 优先级 Priority.
        priority: i64,
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
}
