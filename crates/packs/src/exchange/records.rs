//! Typed records of the pack `exchange`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Date, Id, Instant, Money, Quantity};
use qudao_kernel::typed_records;

typed_records! {
    /// 渠道推送 Channel message.
    ChannelMessage = "channel_message" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 渠道 Channel.
        channel_id: Id,
        /// 内容 Kind.
        kind: String,
        /// 截至变更序号 Through change number.
        through_number: i64,
        /// 补发 Replay.
        replay_id: Option<Id>,
        /// 取代它的补发 Replaced by.
        replaced_by_id: Option<Id>,
        /// 已发次数 Attempts.
        attempts: i64,
        /// 下次发送 Next attempt.
        next_at: Option<Instant>,
        /// 送达时间 Delivered at.
        delivered_at: Option<Instant>,
        /// 最近失败原因 Last failure.
        last_error: Option<String>,
        /// 内容 Content.
        content: Option<serde_json::Value>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 渠道报量 Channel offer.
    ChannelOffer = "channel_offer" {
        /// 渠道 Channel.
        channel_id: Id,
        /// 渠道商品编码 Code in the channel.
        sku: String,
        /// 产品 Product.
        product_id: Id,
        /// 可售数量 May be sold.
        available: Quantity,
        /// 价格（含税） Price, tax included.
        price: Option<Money>,
        /// 库存变更序号 Number of the stock change.
        stock_number: i64,
        /// 价格变更序号 Number of the price change.
        price_number: i64,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 渠道补发 Channel replay.
    ChannelReplay = "channel_replay" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 渠道 Channel.
        channel_id: Id,
        /// 内容 Kind.
        kind: String,
        /// 从（时刻） From.
        from_at: Option<Instant>,
        /// 到（时刻） Until.
        until_at: Option<Instant>,
        /// 某序号之后 After number.
        after_number: Option<i64>,
        /// 已补发到序号 Sent again up to.
        next_number: Option<i64>,
        /// 补发至序号 Up to number.
        until_number: Option<i64>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 渠道发货回告 Channel shipment.
    ChannelShipment = "channel_shipment" {
        /// 渠道 Channel.
        channel_id: Id,
        /// 渠道单号 Number in the channel.
        external_number: String,
        /// 发货单 Delivery note.
        delivery_note_id: Id,
        /// 承运商 Carrier.
        carrier: Option<String>,
        /// 运单号 Tracking number.
        tracking_number: Option<String>,
        /// 发货日期 Shipped on.
        shipped_on: Date,
        /// 内容 Content.
        content: Option<serde_json::Value>,
        /// 发货变更序号 Number of the shipment.
        shipment_number: i64,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 渠道来单 Incoming order.
    IncomingOrder = "incoming_order" {
        /// 状态 State.
        state: String,
        /// 渠道 Channel.
        channel_id: Id,
        /// 渠道单号 Number in the channel.
        external_number: String,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 下单时间 Ordered at.
        ordered_at: Option<Instant>,
        /// 已付款 Paid.
        paid: bool,
        /// 买家已取消 Cancelled by the buyer.
        cancelled: bool,
        /// 买家 Buyer.
        buyer_name: Option<String>,
        /// 买家电话 Buyer's phone.
        buyer_phone: Option<String>,
        /// 收货人 Ship to.
        ship_to_name: Option<String>,
        /// 收货电话 Phone.
        ship_to_phone: Option<String>,
        /// 收货省市区（原文） Ship-to place as written.
        place: Option<String>,
        /// 收货地区 Ship-to division.
        division: Option<String>,
        /// 收货地址 Ship-to address.
        address: Option<String>,
        /// 收货纬度 Ship-to latitude.
        latitude: Option<i64>,
        /// 收货经度 Ship-to longitude.
        longitude: Option<i64>,
        /// 买家留言 Buyer's comment.
        comment: Option<String>,
        /// 销售订单 Sales order.
        sales_order_id: Option<Id>,
        /// 渠道成交额 Total in the channel.
        channel_amount: Option<Money>,
        /// 本站价合计 Total at our prices.
        own_amount: Option<Money>,
        /// 未接原因代码 Code of the reason.
        reason_code: Option<String>,
        /// 未接原因 Why it waits (Chinese).
        reason_zh: Option<String>,
        /// 未接原因（英文） Why it waits.
        reason_en: Option<String>,
        /// 原始报文 Message as it came.
        message: Option<serde_json::Value>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 来单明细 Incoming order line.
    IncomingOrderLine = "incoming_order_line" {
        /// 渠道来单 Incoming order.
        incoming_order_id: Id,
        /// 渠道商品编码 Code in the channel.
        sku: Option<String>,
        /// 产品 Product.
        product_id: Option<Id>,
        /// 数量 Quantity.
        quantity: Option<Quantity>,
        /// 渠道成交单价（含税） Price in the channel, tax included.
        unit_price: Option<Money>,
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
