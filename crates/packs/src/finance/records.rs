//! Typed records of the pack `finance`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Date, Id, Instant, Money, Percent};
use qudao_kernel::typed_records;

typed_records! {
    /// 信用账户 Credit account.
    CreditAccount = "credit_account" {
        /// 名称 Name.
        name: String,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 信用额度 Limit.
        credit_limit: Money,
        /// 预付款 Prepaid.
        advance_amount: Money,
        /// 订单占用 Held by orders.
        held_amount: Money,
        /// 应收占用 Used by receivables.
        used_amount: Money,
        /// 可用额度 Available.
        available_amount: Money,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 发票 Invoice.
    Invoice = "invoice" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 类型 Kind.
        kind: String,
        /// 退货贷记 Credit note.
        receipt_id: Option<Id>,
        /// 应收款 Receivable.
        receivable_id: Option<Id>,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 订单 Sales order.
        sales_order_id: Option<Id>,
        /// 购方名称 Buyer.
        buyer_name: Option<String>,
        /// 购方税号 Buyer tax number.
        buyer_credit_code: Option<String>,
        /// 价税合计 Total.
        amount: Money,
        /// 税额 Tax.
        tax_amount: Money,
        /// 金额 Net amount.
        net_amount: Money,
        /// 发票号码 Invoice number of the tax office.
        invoice_code: Option<String>,
        /// 开票日期 Issued on.
        issued_on: Option<Date>,
        /// 作废原因 Reason of cancelling.
        cancel_reason: Option<String>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 发票税率明细 Tax of an invoice by rate.
    InvoiceTax = "invoice_tax" {
        /// 发票 Invoice.
        invoice_id: Id,
        /// 税率（%） Tax rate (%).
        tax_rate: Option<Percent>,
        /// 免税 Tax exempt.
        tax_exempt: bool,
        /// 价税合计 Total.
        amount: Money,
        /// 税额 Tax.
        tax_amount: Money,
        /// 金额 Net amount.
        net_amount: Money,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 收款 Receipt.
    Receipt = "receipt" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 到账日期 Received on.
        received_on: Date,
        /// 金额 Amount.
        amount: Money,
        /// 方式 Method.
        method: String,
        /// 银行流水号 Bank reference.
        reference: String,
        /// 订单 Sales order.
        sales_order_id: Option<Id>,
        /// 退货单 Return.
        sales_return_id: Option<Id>,
        /// 贷记税额 Tax within the credit.
        tax_amount: Money,
        /// 已核销 Allocated.
        allocated_amount: Money,
        /// 未核销 Unallocated.
        unallocated_amount: Money,
        /// 已退款 Refunded.
        refunded_amount: Money,
        /// 指定应收款 Given receivable.
        target_receivable_id: Option<Id>,
        /// 退款金额 Amount to refund.
        refund_amount: Option<Money>,
        /// 退款原因 Reason of the refund.
        refund_reason: Option<String>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 核销记录 Receipt allocation.
    ReceiptAllocation = "receipt_allocation" {
        /// 收款单号 Receipt number.
        reference: String,
        /// 收款 Receipt.
        receipt_id: Id,
        /// 应收款 Receivable.
        receivable_id: Id,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 订单 Sales order.
        sales_order_id: Option<Id>,
        /// 金额 Amount.
        amount: Money,
        /// 日期 Date.
        allocated_on: Date,
        /// 冲回 Takes back.
        reverses_id: Option<Id>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 应收款 Receivable.
    Receivable = "receivable" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 订单 Sales order.
        sales_order_id: Option<Id>,
        /// 发货单 Delivery note.
        delivery_note_id: Option<Id>,
        /// 金额（含税） Amount, tax included.
        amount: Money,
        /// 税额 Tax.
        tax_amount: Money,
        /// 不含税金额 Net amount.
        net_amount: Money,
        /// 已收 Received.
        received_amount: Money,
        /// 退货抵减 Credited.
        credited_amount: Money,
        /// 未收 Open.
        open_amount: Money,
        /// 产生日期 Posted on.
        posted_on: Date,
        /// 到期日 Due on.
        due_on: Date,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 对账单明细 Statement line.
    StatementLine = "statement_line" {
        /// 伙伴 Partner.
        partner_id: Id,
        /// 日期 Date.
        posted_on: Date,
        /// 类型 Kind.
        kind: String,
        /// 单号 Reference.
        reference: String,
        /// 金额（正为应付厂商） Amount (positive is owed to the vendor).
        amount: Money,
        /// 佣金（正为应付伙伴） Commission (positive is owed to the partner).
        commission_amount: Money,
        /// 对象 Object.
        object_name: Option<String>,
        /// 记录 Record.
        record_id: Option<String>,
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
