//! Typed records of the pack `order`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Date, Id, Instant, Money, Percent, Quantity};
use qudao_kernel::typed_records;

typed_records! {
    /// 报价单 Quotation.
    Quotation = "quotation" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 最终客户 End customer.
        customer_id: Option<Id>,
        /// 商机 Opportunity.
        opportunity_id: Option<Id>,
        /// 报价日期 Quoted on.
        quoted_on: Date,
        /// 有效期至 Valid until.
        valid_until: Option<Date>,
        /// 收货人 Ship to.
        ship_to_name: Option<String>,
        /// 收货电话 Phone.
        ship_to_phone: Option<String>,
        /// 收货地区 Ship-to division.
        division: Option<String>,
        /// 收货地址 Ship-to address.
        address: Option<String>,
        /// 收货纬度 Ship-to latitude.
        latitude: Option<i64>,
        /// 收货经度 Ship-to longitude.
        longitude: Option<i64>,
        /// 手工减免（%） Manual discount (%).
        discount_percent: Percent,
        /// 优惠券码 Coupon code.
        coupon_code: Option<String>,
        /// 优惠券 Coupon.
        coupon_id: Option<Id>,
        /// 优惠券减免 Worth of the coupon.
        coupon_amount: Money,
        /// 减免给予人 Discount given by.
        discount_by_id: Option<Id>,
        /// 备注 Comment.
        comment: Option<String>,
        /// 目录金额 List amount.
        list_amount: Money,
        /// 手工折扣 Manual discount.
        discount_amount: Money,
        /// 促销减免 Promotion.
        promotion_amount: Money,
        /// 应付金额（含税） Total, tax included.
        total_amount: Money,
        /// 其中税额 Tax within.
        tax_amount: Money,
        /// 不含税金额 Net amount.
        net_amount: Money,
        /// 目录价含税 List prices include tax.
        prices_include_tax: bool,
        /// 伙伴起草 Drafted by the partner.
        made_by_partner: bool,
        /// 促销活动 Promotion.
        promotion_id: Option<Id>,
        /// 价格构成 Price waterfall.
        waterfall: Option<serde_json::Value>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 报价明细 Quotation line.
    QuotationLine = "quotation_line" {
        /// 报价 Quotation.
        quotation_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 数量 Quantity.
        quantity: Quantity,
        /// 赠品 Gift.
        gift: bool,
        /// 赠品来自 Given by.
        promotion_id: Option<Id>,
        /// 目录价 List price.
        list_price: Money,
        /// 成交单价 Unit price.
        unit_price: Money,
        /// 目录金额 List amount.
        list_amount: Money,
        /// 手工折扣 Manual discount.
        discount_amount: Money,
        /// 促销减免 Promotion.
        promotion_amount: Money,
        /// 应付金额（含税） Total, tax included.
        total_amount: Money,
        /// 税率（%） Tax rate (%).
        tax_rate: Option<Percent>,
        /// 免税 Tax exempt.
        tax_exempt: bool,
        /// 其中税额 Tax within.
        tax_amount: Money,
        /// 不含税金额 Net amount.
        net_amount: Money,
        /// 价格构成 Price waterfall.
        waterfall: Option<serde_json::Value>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 销售订单 Sales order.
    SalesOrder = "sales_order" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 最终客户 End customer.
        customer_id: Option<Id>,
        /// 商机 Opportunity.
        opportunity_id: Option<Id>,
        /// 报价 Quotation.
        quotation_id: Option<Id>,
        /// 购物车 Cart.
        saved_cart_id: Option<Id>,
        /// 渠道 Channel.
        channel_id: Option<Id>,
        /// 外部单号 External number.
        external_number: Option<String>,
        /// 下单日期 Ordered on.
        ordered_on: Date,
        /// 提交日期 Submitted on.
        submitted_on: Option<Date>,
        /// 收货人 Ship to.
        ship_to_name: Option<String>,
        /// 收货电话 Phone.
        ship_to_phone: Option<String>,
        /// 收货地区 Ship-to division.
        division: Option<String>,
        /// 收货地址 Ship-to address.
        address: Option<String>,
        /// 收货纬度 Ship-to latitude.
        latitude: Option<i64>,
        /// 收货经度 Ship-to longitude.
        longitude: Option<i64>,
        /// 自提门店 Pick up at.
        pickup_site_id: Option<Id>,
        /// 收货省份 Ship-to province.
        province: Option<String>,
        /// 手工减免（%） Manual discount (%).
        discount_percent: Percent,
        /// 优惠券码 Coupon code.
        coupon_code: Option<String>,
        /// 缺货时 When short.
        when_short: Option<String>,
        /// 按渠道成交价 At the channel's prices.
        channel_prices: bool,
        /// 渠道已收款 Paid in the channel.
        channel_paid: bool,
        /// 备注 Comment.
        comment: Option<String>,
        /// 目录金额 List amount.
        list_amount: Money,
        /// 手工折扣 Manual discount.
        discount_amount: Money,
        /// 促销减免 Promotion.
        promotion_amount: Money,
        /// 应付金额（含税） Total, tax included.
        total_amount: Money,
        /// 其中税额 Tax within.
        tax_amount: Money,
        /// 不含税金额 Net amount.
        net_amount: Money,
        /// 成本 Cost.
        cost_amount: Money,
        /// 毛利 Gross margin.
        margin_amount: Money,
        /// 已发货金额 Shipped amount.
        shipped_amount: Money,
        /// 退货贷记 Credited.
        credited_amount: Money,
        /// 退货贷记（不含税） Credited, net of tax.
        credited_net_amount: Money,
        /// 退货毛利 Margin credited.
        credited_margin_amount: Money,
        /// 促销活动 Promotion.
        promotion_id: Option<Id>,
        /// 价格构成 Price waterfall.
        waterfall: Option<serde_json::Value>,
        /// 订单状态 Order state.
        public_state: String,
        /// 暂停原因 Reason of the hold (Chinese).
        hold_reason_zh: Option<String>,
        /// 暂停原因（英文） Reason of the hold (English).
        hold_reason_en: Option<String>,
        /// 提交人 Submitted by.
        submitted_by_id: Option<Id>,
        /// 提交时所见金额 Total shown when submitting.
        shown_amount: Option<Money>,
        /// 减免给予人 Discount given by.
        discount_by_id: Option<Id>,
        /// 审批意见 Comment of the decision.
        decision_comment: Option<String>,
        /// 发货网点 Ships from.
        site_id: Option<Id>,
        /// 承运商 Carrier.
        carrier: Option<String>,
        /// 运单号 Tracking number.
        tracking_number: Option<String>,
        /// 确认日期 Confirmed on.
        confirmed_on: Option<Date>,
        /// 完成日期 Completed on.
        completed_on: Option<Date>,
        /// 历史订单 Historic order.
        historic: bool,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 订单明细 Order line.
    SalesOrderLine = "sales_order_line" {
        /// 订单 Sales order.
        sales_order_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 产品名称 Product name.
        product_name: Option<String>,
        /// 数量 Quantity.
        quantity: Quantity,
        /// 赠品 Gift.
        gift: bool,
        /// 赠品来自 Given by.
        promotion_id: Option<Id>,
        /// 目录价 List price.
        list_price: Money,
        /// 成交单价 Unit price.
        unit_price: Money,
        /// 渠道成交单价 Price in the channel.
        channel_price: Option<Money>,
        /// 目录金额 List amount.
        list_amount: Money,
        /// 手工折扣 Manual discount.
        discount_amount: Money,
        /// 促销减免 Promotion.
        promotion_amount: Money,
        /// 应付金额（含税） Total, tax included.
        total_amount: Money,
        /// 税率（%） Tax rate (%).
        tax_rate: Option<Percent>,
        /// 免税 Tax exempt.
        tax_exempt: bool,
        /// 其中税额 Tax within.
        tax_amount: Money,
        /// 不含税金额 Net amount.
        net_amount: Money,
        /// 成本 Cost.
        cost_amount: Money,
        /// 已出库成本 Cost of what has left.
        shipped_cost_amount: Money,
        /// 毛利 Gross margin.
        margin_amount: Money,
        /// 价格构成 Price waterfall.
        waterfall: Option<serde_json::Value>,
        /// 已发数量 Shipped.
        shipped_quantity: Quantity,
        /// 已发货金额 Shipped amount.
        shipped_amount: Money,
        /// 已发货税额 Tax of what was shipped.
        shipped_tax_amount: Money,
        /// 取消数量 Cancelled.
        cancelled_quantity: Quantity,
        /// 成交数量 Sold.
        sold_quantity: Quantity,
        /// 已退数量 Returned.
        returned_quantity: Quantity,
        /// 已退金额 Returned amount.
        returned_amount: Money,
        /// 退货贷记 Credited.
        credited_amount: Money,
        /// 退货贷记（不含税） Credited, net of tax.
        credited_net_amount: Money,
        /// 退货毛利 Margin credited.
        credited_margin_amount: Money,
        /// 承诺交期 Promised on.
        promised_on: Option<Date>,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 类别 Category.
        category_id: Option<Id>,
        /// 省份 Province.
        province: Option<String>,
        /// 确认日期 Confirmed on.
        confirmed_on: Option<Date>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 订单促销 Promotion on an order.
    SalesOrderPromotion = "sales_order_promotion" {
        /// 订单 Sales order.
        sales_order_id: Id,
        /// 促销 Promotion.
        promotion_id: Id,
        /// 优惠券 Coupon.
        coupon_id: Option<Id>,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 优惠金额 Worth.
        amount: Money,
        /// 已占用 Held.
        taken: bool,
        /// 下单日期 Ordered on.
        ordered_on: Option<Date>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 常购清单 Saved cart.
    SavedCart = "saved_cart" {
        /// 名称 Name.
        name: String,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 备注 Comment.
        comment: Option<String>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 清单明细 Cart line.
    SavedCartLine = "saved_cart_line" {
        /// 清单 Cart.
        saved_cart_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 数量 Quantity.
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
}
