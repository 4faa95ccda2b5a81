//! Typed records of the pack `stock`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Date, Id, Instant, Money, Quantity};
use qudao_kernel::typed_records;

typed_records! {
    /// 购物车占用 Cart reservation.
    CartReservation = "cart_reservation" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 购物车 Cart.
        saved_cart_id: Option<Id>,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 网点 Site.
        site_id: Id,
        /// 到期时间 Expires at.
        expires_at: Option<Instant>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 购物车占用明细 Cart reservation line.
    CartReservationLine = "cart_reservation_line" {
        /// 购物车占用 Cart reservation.
        cart_reservation_id: Id,
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
    /// 渠道配额 Channel allocation.
    ChannelAllocation = "channel_allocation" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 渠道 Channel.
        channel_id: Id,
        /// 网点 Site.
        site_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 配额数量 Quantity.
        quantity: Quantity,
        /// 已用数量 Used.
        used_quantity: Quantity,
        /// 说明 Comment.
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
    /// 渠道保留 Channel policy.
    ChannelPolicy = "channel_policy" {
        /// 渠道与产品 Channel and product.
        name: Option<String>,
        /// 渠道 Channel.
        channel_id: Id,
        /// 网点 Site.
        site_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 留给其他渠道 Keep for others.
        keep_quantity: Quantity,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 发货单 Delivery note.
    DeliveryNote = "delivery_note" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 发货网点 Ships from.
        site_id: Id,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 订单 Sales order.
        sales_order_id: Id,
        /// 渠道 Channel.
        channel_id: Option<Id>,
        /// 收货人 Ship to.
        ship_to_name: Option<String>,
        /// 收货电话 Phone.
        ship_to_phone: Option<String>,
        /// 收货地区 Division.
        division: Option<String>,
        /// 收货地址 Address.
        address: Option<String>,
        /// 到店自提 Pick-up.
        pickup: bool,
        /// 取货人 Collected by.
        collector_name: Option<String>,
        /// 承运商 Carrier.
        carrier: Option<String>,
        /// 运单号 Tracking number.
        tracking_number: Option<String>,
        /// 未发部分 Remainder.
        remainder: String,
        /// 接单截止 Accept by.
        offer_expires_at: Option<Instant>,
        /// 拒单原因 Reason of the refusal.
        refusal_reason: Option<String>,
        /// 发货日期 Shipped on.
        shipped_on: Option<Date>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 发货单明细 Delivery note line.
    DeliveryNoteLine = "delivery_note_line" {
        /// 发货单 Delivery note.
        delivery_note_id: Id,
        /// 订单明细 Order line.
        sales_order_line_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 应发数量 Quantity.
        quantity: Quantity,
        /// 本次发货 Ship now.
        ship_quantity: Quantity,
        /// 已占用 Held.
        held_quantity: Quantity,
        /// 承诺交期 Promised on.
        promised_on: Option<Date>,
        /// 批号/序列号 Lot or serial numbers.
        lot_numbers: Option<String>,
        /// 出库成本 Cost of goods.
        cost_amount: Money,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 在途采购 Incoming supply.
    IncomingSupply = "incoming_supply" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 网点 Site.
        site_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 数量 Quantity.
        quantity: Quantity,
        /// 已收数量 Received so far.
        received_quantity: Quantity,
        /// 预计到货 Expected on.
        expected_on: Date,
        /// 供应商 Supplier.
        supplier_name: Option<String>,
        /// 来源单号 Reference.
        reference: Option<String>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 批次库存 Stock by lot.
    LotLevel = "lot_level" {
        /// 网点 Site.
        site_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 批号/序列号 Lot or serial number.
        stock_lot_id: Id,
        /// 库存状态 Condition.
        bucket: String,
        /// 数量 Quantity.
        quantity: Quantity,
        /// 在此的序列号 Serial number that is here.
        serial_id: Option<Id>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 补货建议 Replenishment.
    Replenishment = "replenishment" {
        /// 状态 State.
        state: String,
        /// 网点与产品 Site and product.
        name: Option<String>,
        /// 网点 Site.
        site_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 方式 Way.
        kind: String,
        /// 建议数量 Quantity.
        quantity: Quantity,
        /// 当时可用与在途 Available and in transit then.
        available_quantity: Quantity,
        /// 安全数量 Safety quantity.
        safety_quantity: Quantity,
        /// 调拨单 Transfer order.
        transfer_order_id: Option<Id>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 销售退货 Sales return.
    SalesReturn = "sales_return" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 订单 Sales order.
        sales_order_id: Id,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 退回网点 Returned to.
        site_id: Id,
        /// 原因 Reason.
        reason: String,
        /// 说明 Comment.
        comment: Option<String>,
        /// 应退金额（含税） Credit, tax included.
        credit_amount: Money,
        /// 其中税额 Tax within.
        credit_tax_amount: Money,
        /// 贷记凭证 Reference of the credit.
        credit_reference: Option<String>,
        /// 退货日期 Returned on.
        returned_on: Option<Date>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 退货明细 Sales return line.
    SalesReturnLine = "sales_return_line" {
        /// 销售退货 Sales return.
        sales_return_id: Id,
        /// 订单明细 Order line.
        sales_order_line_id: Option<Id>,
        /// 产品 Product.
        product_id: Option<Id>,
        /// 数量 Quantity.
        quantity: Quantity,
        /// 入库状态 Condition.
        bucket: String,
        /// 批号/序列号 Lot or serial numbers.
        lot_numbers: Option<String>,
        /// 应退金额（含税） Credit, tax included.
        credit_amount: Money,
        /// 其中税额 Tax within.
        credit_tax_amount: Money,
        /// 入库成本 Cost of goods.
        cost_amount: Money,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 网点 Site.
    Site = "site" {
        /// 代码 Code.
        code: String,
        /// 名称 Name.
        name: String,
        /// 类型 Kind.
        kind: String,
        /// 所属伙伴 Partner.
        partner_id: Option<Id>,
        /// 中心仓 Central warehouse.
        is_central: bool,
        /// 所在地 Location.
        division: Option<String>,
        /// 地址 Address.
        address: Option<String>,
        /// 纬度 Latitude.
        latitude: Option<i64>,
        /// 经度 Longitude.
        longitude: Option<i64>,
        /// 负责人 Clerk.
        clerk_id: Option<Id>,
        /// 启用 Active.
        active: bool,
        /// 寻源优先级 Sourcing priority.
        priority: i64,
        /// 每单发货成本 Cost of a delivery.
        shipping_cost: Money,
        /// 每日产能（发货单） Deliveries a day.
        daily_capacity: Option<i64>,
        /// 待检货可承诺 Goods in inspection may be promised.
        promise_quality: bool,
        /// 在途货可承诺 Goods in transit may be promised.
        promise_in_transit: bool,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 寻源规则 Sourcing rule.
    SourcingRule = "sourcing_rule" {
        /// 代码 Code.
        code: String,
        /// 名称 Name.
        name: String,
        /// 英文名称 English name.
        name_en: Option<String>,
        /// 顺序 Position.
        position: i64,
        /// 启用 Active.
        active: bool,
        /// 渠道 Channel.
        channel_id: Option<Id>,
        /// 收货地区 Ship-to division.
        division: Option<String>,
        /// 订单金额从 Order amount from.
        amount_from: Option<Money>,
        /// 订单金额到 Order amount until.
        amount_until: Option<Money>,
        /// 网点类型 Kind of site.
        site_kind: Option<String>,
        /// 最远距离（米） Farthest distance (metres).
        distance_metres_max: Option<i64>,
        /// 排序 Sort by.
        sort_by: String,
        /// 再按 Then by.
        then_by: Option<String>,
        /// 允许拆单 May be split.
        split: bool,
        /// 拆单订单金额从 Split orders from.
        split_amount_from: Money,
        /// 每份最低金额 Smallest part.
        split_part_amount_min: Money,
        /// 最多拆成 Most parts.
        split_sites_max: i64,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 库存调整 Stock adjustment.
    StockAdjustment = "stock_adjustment" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 网点 Site.
        site_id: Id,
        /// 调整日期 Adjusted on.
        adjusted_on: Date,
        /// 原因 Reason.
        reason: String,
        /// 库存状态 Condition.
        bucket: String,
        /// 转入状态 Move to.
        to_bucket: Option<String>,
        /// 说明 Comment.
        comment: String,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 库存调整明细 Stock adjustment line.
    StockAdjustmentLine = "stock_adjustment_line" {
        /// 库存调整 Stock adjustment.
        stock_adjustment_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 增减数量 Change.
        quantity: Quantity,
        /// 批号/序列号 Lot or serial numbers.
        lot_numbers: Option<String>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 盘点单 Stock count.
    StockCount = "stock_count" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 网点 Site.
        site_id: Id,
        /// 产品类别 Category.
        category_id: Option<Id>,
        /// 开始时间 Begun at.
        begun_at: Option<Instant>,
        /// 完成日期 Counted on.
        counted_on: Option<Date>,
        /// 差异金额（绝对值） Value of the differences.
        difference_value: Money,
        /// 库存调整 Stock adjustment.
        stock_adjustment_id: Option<Id>,
        /// 审批意见 Comment of the decision.
        decision_comment: Option<String>,
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
    /// 盘点明细 Stock count line.
    StockCountLine = "stock_count_line" {
        /// 盘点单 Stock count.
        stock_count_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 批号/序列号 Lot or serial number.
        lot_number: Option<String>,
        /// 账面数 Expected.
        expected_quantity: Quantity,
        /// 实盘数 Counted.
        counted_quantity: Option<Quantity>,
        /// 差异 Difference.
        difference_quantity: Quantity,
        /// 期间变动 Moved since.
        moved_quantity: Quantity,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 存货价值层 Stock layer.
    StockLayer = "stock_layer" {
        /// 网点 Site.
        site_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 产品类别 Category.
        category_id: Option<Id>,
        /// 入库日期 Received on.
        received_on: Date,
        /// 来源 Source.
        document: String,
        /// 剩余数量 Quantity left.
        quantity: Quantity,
        /// 剩余价值 Value left.
        value_amount: Money,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 库存余额 Stock level.
    StockLevel = "stock_level" {
        /// 网点与产品 Site and product.
        name: String,
        /// 网点 Site.
        site_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 现存 On hand.
        on_hand: Quantity,
        /// 已预留 Reserved.
        reserved: Quantity,
        /// 可用 Available.
        available: Quantity,
        /// 在途（调入） In transit to here.
        in_transit: Quantity,
        /// 待检 In inspection.
        quality: Quantity,
        /// 残损 Damaged.
        damaged: Quantity,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 批次与序列号 Lot or serial number.
    StockLot = "stock_lot" {
        /// 批号/序列号 Lot or serial number.
        code: String,
        /// 产品 Product.
        product_id: Id,
        /// 种类 Kind.
        tracking: String,
        /// 有效期至 Good until.
        expires_on: Option<Date>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 出入库明细 Stock movement.
    StockMovement = "stock_movement" {
        /// 网点 Site.
        site_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 库存状态 Condition.
        bucket: String,
        /// 日期 Date.
        moved_on: Date,
        /// 单据 Document.
        document: String,
        /// 单据类型 Object.
        object_name: String,
        /// 单据编号 Record.
        record_id: String,
        /// 批号/序列号 Lot or serial number.
        stock_lot_id: Option<Id>,
        /// 订单 Sales order.
        sales_order_id: Option<Id>,
        /// 收 In.
        in_quantity: Quantity,
        /// 发 Out.
        out_quantity: Quantity,
        /// 结存 Balance.
        balance_quantity: Quantity,
        /// 批次结存 Balance of the lot.
        lot_balance_quantity: Option<Quantity>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 安全库存 Safety stock.
    StockPolicy = "stock_policy" {
        /// 网点与产品 Site and product.
        name: Option<String>,
        /// 网点 Site.
        site_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 安全数量 Safety quantity.
        safety_quantity: Quantity,
        /// 补货目标 Fill up to.
        target_quantity: Quantity,
        /// 不卖安全库存 Withhold from orders.
        withheld: bool,
        /// 补货负责人 Owner.
        owner_id: Option<Id>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 入库单 Stock receipt.
    StockReceipt = "stock_receipt" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 网点 Site.
        site_id: Id,
        /// 到货日期 Received on.
        received_on: Date,
        /// 供应商 Supplier.
        supplier_name: Option<String>,
        /// 来源单号 Reference.
        reference: Option<String>,
        /// 入库状态 Condition.
        bucket: String,
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
    /// 入库单明细 Stock receipt line.
    StockReceiptLine = "stock_receipt_line" {
        /// 入库单 Stock receipt.
        stock_receipt_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 在途采购 Incoming supply.
        incoming_supply_id: Option<Id>,
        /// 数量 Quantity.
        quantity: Quantity,
        /// 单位成本（不含税） Unit cost, without tax.
        unit_cost: Option<Money>,
        /// 批号/序列号 Lot or serial numbers.
        lot_numbers: Option<String>,
        /// 有效期至 Good until.
        expires_on: Option<Date>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 调拨单 Transfer order.
    TransferOrder = "transfer_order" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 调出网点 From.
        from_site_id: Id,
        /// 调入网点 To.
        to_site_id: Id,
        /// 收货状态 Received as.
        bucket: String,
        /// 承运商 Carrier.
        carrier: Option<String>,
        /// 运单号 Tracking number.
        tracking_number: Option<String>,
        /// 收货差异原因 Reason of the difference.
        difference_reason: Option<String>,
        /// 备注 Comment.
        comment: Option<String>,
        /// 系统建议 Suggested.
        suggested: bool,
        /// 发出日期 Dispatched on.
        dispatched_on: Option<Date>,
        /// 收货日期 Received on.
        received_on: Option<Date>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 调拨明细 Transfer order line.
    TransferOrderLine = "transfer_order_line" {
        /// 调拨单 Transfer order.
        transfer_order_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 数量 Quantity.
        quantity: Quantity,
        /// 实收数量 Received.
        received_quantity: Quantity,
        /// 批号/序列号 Lot or serial numbers.
        lot_numbers: Option<String>,
        /// 实收批号/序列号 Lots or serial numbers received.
        received_lot_numbers: Option<String>,
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
