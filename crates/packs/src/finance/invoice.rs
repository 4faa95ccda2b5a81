//! Invoices of receivables.
//!
//! Keeps true: a receivable has at most one invoice that is not cancelled (a database constraint); the amounts are the
//! receivable's; an issued invoice is never changed, only cancelled.

use qudao_base::{Refusal, Result};
use qudao_kernel::{Cx, Notice, Task, Text};

use super::records::{Invoice, Receivable};
use crate::partner::records::Partner;

/// Drafts the invoice of a receivable and puts it into the work list of finance.
pub fn draft(cx: &mut Cx<'_>, receivable: &Receivable) -> Result<()> {
    let invoice = Invoice {
        receivable_id: receivable.id,
        ..Invoice::default()
    };
    let invoice = cx.create(&invoice)?;
    let (number, amount) = (&receivable.number, receivable.amount);
    cx.task(Task {
        role: Some("finance_clerk"),
        user: None,
        organisation: None,
        title: Text::new(
            format!("请开票：应收款 {number}，{amount}"),
            format!("To invoice: receivable {number}, {amount}"),
        ),
        object: "invoice",
        record: invoice.id,
    })?;
    Ok(())
}

/// Fills a new invoice from its receivable and its partner.
pub fn fill(cx: &mut Cx<'_>, invoice: &mut Invoice) -> Result<()> {
    let receivable = cx.get::<Receivable>(invoice.receivable_id)?;
    let partner = cx.get::<Partner>(receivable.partner_id)?;
    invoice.partner_id = receivable.partner_id;
    invoice.sales_order_id = receivable.sales_order_id;
    invoice.amount = receivable.amount;
    invoice.tax_amount = receivable.tax_amount;
    invoice.net_amount = receivable.net_amount;
    invoice.buyer_name.get_or_insert(partner.name);
    if invoice.buyer_credit_code.is_none() {
        invoice.buyer_credit_code = partner.credit_code;
    }
    Ok(())
}

/// Refuses changes once the invoice has left the house.
pub fn keep_issued(_: &mut Cx<'_>, invoice: &mut Invoice) -> Result<()> {
    if invoice.state == "draft" {
        return Ok(());
    }
    Err(Refusal::conflict("finance.invoice_fixed").into())
}

/// Dates the invoice.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a rule")]
pub fn date(cx: &mut Cx<'_>, invoice: &mut Invoice) -> Result<()> {
    invoice.issued_on = Some(cx.today());
    Ok(())
}

/// The receivable is invoiced and the to-do done.
pub fn tell_receivable(cx: &mut Cx<'_>, invoice: &Invoice) -> Result<()> {
    let stored = cx.get::<Receivable>(invoice.receivable_id)?;
    if stored.state == "open" {
        cx.act::<Receivable>(stored.id, "book", |record| {
            "invoiced".clone_into(&mut record.state);
        })?;
    }
    cx.close_tasks("invoice", invoice.id)?;
    cx.notify(Notice {
        role: Some("partner_owner"),
        user: None,
        organisation: Some(invoice.partner_id),
        title: Text::new(
            format!("发票 {} 已开具，金额 {}", invoice.number, invoice.amount),
            format!(
                "Invoice {} over {} was issued",
                invoice.number, invoice.amount
            ),
        ),
        object: "invoice",
        record: invoice.id,
    })
}

/// The receivable waits for another invoice, which is drafted at once.
pub fn untell_receivable(cx: &mut Cx<'_>, invoice: &Invoice) -> Result<()> {
    let stored = cx.get::<Receivable>(invoice.receivable_id)?;
    if stored.state == "invoiced" {
        cx.act::<Receivable>(stored.id, "book", |record| {
            "open".clone_into(&mut record.state);
        })?;
    }
    draft(cx, &stored)
}
