//! Invoices of receivables, and red-letter invoices of credit notes.
//!
//! Keeps true: a receivable or credit note has at most one invoice that is not cancelled (a database constraint); the amounts are its
//! own, those of a credit note negative, and those of each tax rate add up to them; an issued invoice is never
//! changed, only given the tax office's number or cancelled.

use qudao_base::{Fault, Id, Money, Refusal, Result};
use qudao_kernel::{Cx, Notice, Task, Text};

use super::{
    records::{Invoice, InvoiceTax, Receipt, Receivable},
    tax_parts::{TaxPart, TaxParts},
};
use crate::partner::records::Partner;

/// Drafts the invoice of a receivable and puts it into the work list of finance.
pub fn draft(cx: &mut Cx<'_>, receivable: &Receivable, taxes: Vec<InvoiceTax>) -> Result<()> {
    let invoice = Invoice {
        receivable_id: Some(receivable.id),
        ..Invoice::default()
    };
    let (number, amount) = (&receivable.number, receivable.amount);
    let title = Text::new(
        format!("请开票：应收款 {number}，{amount}"),
        format!("To invoice: receivable {number}, {amount}"),
    );
    make(cx, &invoice, taxes, title)
}

/// Drafts the red-letter invoice of a credit note.
pub fn draft_red(cx: &mut Cx<'_>, note: &Receipt, taxes: Vec<InvoiceTax>) -> Result<()> {
    let invoice = Invoice {
        kind: "red".to_owned(),
        receipt_id: Some(note.id),
        ..Invoice::default()
    };
    let (number, amount) = (&note.reference, note.amount);
    let title = Text::new(
        format!("请开红字发票：退货 {number}，{amount}"),
        format!("Red-letter invoice to issue: return {number}, {amount}"),
    );
    make(cx, &invoice, taxes, title)
}

/// What an invoice says of each rate; that of a credit note is negative.
pub fn tax_rows(parts: &TaxParts, is_red: bool) -> Result<Vec<InvoiceTax>> {
    let signed = |amount: Money| {
        if is_red {
            Money::ZERO.minus(amount)
        } else {
            Ok(amount)
        }
    };
    let row = |part: TaxPart| {
        Ok(InvoiceTax {
            tax_rate: part.rate,
            tax_exempt: part.exempt,
            amount: signed(part.amount)?,
            tax_amount: signed(part.tax_amount)?,
            net_amount: signed(part.net_amount()?)?,
            ..InvoiceTax::default()
        })
    };
    parts.parts().map(row).collect()
}

fn make(cx: &mut Cx<'_>, invoice: &Invoice, taxes: Vec<InvoiceTax>, title: Text) -> Result<()> {
    let invoice = cx.create_with_lines(invoice, taxes)?;
    cx.task(Task {
        role: Some("finance_clerk"),
        user: None,
        organisation: None,
        title,
        object: "invoice",
        record: invoice.id,
    })?;
    Ok(())
}

/// Fills a new invoice from its receivable or credit note, and its partner.
pub fn fill(cx: &mut Cx<'_>, invoice: &mut Invoice) -> Result<()> {
    if let Some(receivable) = invoice.receivable_id {
        let receivable = cx.get::<Receivable>(receivable)?;
        invoice.partner_id = receivable.partner_id;
        invoice.sales_order_id = receivable.sales_order_id;
        invoice.amount = receivable.amount;
        invoice.tax_amount = receivable.tax_amount;
    } else if let Some(note) = invoice.receipt_id {
        let note = cx.get::<Receipt>(note)?;
        invoice.partner_id = note.partner_id;
        invoice.sales_order_id = note.sales_order_id;
        invoice.amount = Money::ZERO.minus(note.amount)?;
        invoice.tax_amount = Money::ZERO.minus(note.tax_amount)?;
    } else {
        return Err(Fault::new("an invoice is of nothing").into());
    }
    invoice.net_amount = invoice.amount.minus(invoice.tax_amount)?;
    let partner = cx.get::<Partner>(invoice.partner_id)?;
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

/// An issued invoice without the tax office's number is given it, once.
pub fn number_once(cx: &mut Cx<'_>, invoice: &mut Invoice) -> Result<()> {
    let stored = cx.get::<Invoice>(invoice.id)?;
    match stored.invoice_code {
        Some(code) => Err(Refusal::conflict("finance.invoice_numbered")
            .on("invoice_code")
            .with("number", code)
            .into()),
        None => Ok(()),
    }
}

/// Dates the invoice.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a rule")]
pub fn date(cx: &mut Cx<'_>, invoice: &mut Invoice) -> Result<()> {
    invoice.issued_on = Some(cx.today());
    Ok(())
}

/// The receivable is invoiced and the to-do done.
pub fn tell_receivable(cx: &mut Cx<'_>, invoice: &Invoice) -> Result<()> {
    if let Some(receivable) = invoice.receivable_id {
        move_receivable(cx, receivable, ["open", "invoiced"])?;
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

/// Another invoice is drafted at once, and the receivable waits for it. It says of each rate what the cancelled one said.
pub fn draft_again(cx: &mut Cx<'_>, invoice: &Invoice) -> Result<()> {
    let mut taxes = cx.lines::<InvoiceTax>(invoice.id)?;
    for row in &mut taxes {
        (row.id, row.invoice_id, row.version) = (Id::default(), Id::default(), 0);
    }
    if let Some(receivable) = invoice.receivable_id {
        let stored = move_receivable(cx, receivable, ["invoiced", "open"])?;
        draft(cx, &stored, taxes)?;
    } else if let Some(note) = invoice.receipt_id {
        let note = cx.get::<Receipt>(note)?;
        draft_red(cx, &note, taxes)?;
    }
    Ok(())
}

fn move_receivable(cx: &mut Cx<'_>, id: Id, [from, to]: [&str; 2]) -> Result<Receivable> {
    let stored = cx.get::<Receivable>(id)?;
    if stored.state != from {
        return Ok(stored);
    }
    cx.act::<Receivable>(id, "book", |record| to.clone_into(&mut record.state))
}
