//! Invoices of receivables.
//!
//! Keeps true: a receivable has at most one invoice that is not cancelled (a database constraint); the amounts are the
//! receivable's; an issued invoice is never changed, only cancelled.

use qudao_base::{Refusal, Result};
use qudao_kernel::{Cx, Notice, Text};

use super::{
    receivable,
    records::{Invoice, Receivable},
};
use crate::partner::records::Partner;

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

/// Refuses changes once the invoice has left the house, and another receivable at any time.
pub fn keep_issued(cx: &mut Cx<'_>, invoice: &mut Invoice) -> Result<()> {
    let stored = cx.get::<Invoice>(invoice.id)?;
    if invoice.state != "draft" || stored.receivable_id != invoice.receivable_id {
        return Err(Refusal::conflict("finance.invoice_fixed").into());
    }
    Ok(())
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
    cx.close_tasks("receivable", stored.id)?;
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

/// The receivable waits for another invoice.
pub fn untell_receivable(cx: &mut Cx<'_>, invoice: &Invoice) -> Result<()> {
    let stored = cx.get::<Receivable>(invoice.receivable_id)?;
    if stored.state != "invoiced" {
        return Ok(());
    }
    let state = receivable::unsettled_state(cx, stored.id)?;
    let reopened = cx.act::<Receivable>(stored.id, "book", |record| {
        state.clone_into(&mut record.state);
    })?;
    receivable::ask_for_invoice(cx, &reopened)
}
