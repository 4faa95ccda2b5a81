//! Credit notes: credit for returned goods. One is booked like money received, only that it comes from goods, so it settles open
//! debts, gives credit, and what is left of it can be refunded.
//!
//! Keeps true: a return has at most one; it settles the debts of its own order first; while debts are open no credit lies idle that a
//! refund has set free; its red-letter invoice is drafted at once; what a channel collected for the goods goes back through the
//! channel and gives the partner no credit.
//! Not here: what a return is worth (`order`).

use qudao_base::{Id, Money, Result};
use qudao_kernel::{Cx, Task, Text};

use super::{
    channel_money, invoice,
    records::{Receipt, Receivable},
    tax_parts::TaxParts,
};

/// The method of a receipt that is a credit note.
const METHOD: &str = "credit_note";

/// Credit for returned goods.
#[derive(Clone, Copy, Debug)]
pub struct Credit<'a> {
    /// Who gets it.
    pub partner: Id,
    /// The order the goods were sold by.
    pub sales_order: Id,
    /// The return.
    pub sales_return: Id,
    /// Its number.
    pub reference: &'a str,
    /// What it comes to, by tax rate.
    pub taxes: &'a TaxParts,
}

/// True for credit notes, false for money.
pub fn is_note(receipt: &Receipt) -> bool {
    receipt.method == METHOD
}

/// Books the credit, drafts its red-letter invoice and settles what is open.
pub fn issue(cx: &mut Cx<'_>, credit: &Credit<'_>) -> Result<()> {
    let note = cx.create(&Receipt {
        partner_id: credit.partner,
        received_on: cx.today(),
        method: METHOD.to_owned(),
        reference: credit.reference.to_owned(),
        amount: credit.taxes.amount()?,
        tax_amount: credit.taxes.tax_amount()?,
        sales_order_id: Some(credit.sales_order),
        sales_return_id: Some(credit.sales_return),
        ..Receipt::default()
    })?;
    invoice::draft_red(cx, &note, invoice::tax_rows(credit.taxes, true)?)?;
    match channel_money::lock(cx, credit.sales_order)? {
        Some(collected) => through_channel(cx, &note, &collected),
        None => settle(cx, &note),
    }
}

/// The channel gives the buyer back what it collected for the goods: that is no credit of the partner. Debts of the order that the
/// channel's money did not pay are settled first; what the partner paid itself is credited as ever.
fn through_channel(cx: &mut Cx<'_>, note: &Receipt, collected: &Receipt) -> Result<()> {
    let own = "t.sales_order_id = ? AND open_amount > 0";
    let order = note.sales_order_id.unwrap_or_default();
    for debt in cx.lock::<Receivable>(own, &[order.into()])? {
        if cx.get::<Receipt>(note.id)?.unallocated_amount > Money::ZERO {
            cx.act::<Receipt>(note.id, "allocate", |note| {
                note.target_receivable_id = Some(debt.id);
            })?;
        }
    }
    let notes = "sales_order_id = ? AND method = 'credit_note'";
    let notes = cx.find::<Receipt>(notes, &[order.into()])?;
    let refunded = Money::sum(notes.iter().map(|one| one.refunded_amount))?;
    let left = collected.allocated_amount.minus(refunded)?;
    let note = cx.get::<Receipt>(note.id)?;
    let amount = note.unallocated_amount.min(left);
    let mut rest = note.clone();
    if amount > Money::ZERO {
        rest = cx.act::<Receipt>(note.id, "refund", |note| {
            note.refund_amount = Some(amount);
            note.refund_reason = Some("渠道代收的订单退货，经渠道退还买家".to_owned());
        })?;
        ask_refund(cx, &note, amount)?;
    }
    if rest.unallocated_amount > Money::ZERO {
        settle(cx, &rest)?;
    }
    Ok(())
}

fn ask_refund(cx: &mut Cx<'_>, note: &Receipt, amount: Money) -> Result<()> {
    let reference = &note.reference;
    cx.task(Task {
        role: Some("finance_clerk"),
        user: None,
        organisation: None,
        title: Text::new(
            format!("请经渠道退还买家：退货 {reference}，{amount}"),
            format!("To refund through the channel: return {reference}, {amount}"),
        ),
        object: "receipt",
        record: note.id,
    })
    .map(drop)
}

/// After a refund: debts it opened again are settled by credit that is left, so that nobody owes what came back.
pub fn settle_reopened(cx: &mut Cx<'_>, refunded: &Receipt) -> Result<()> {
    let idle = "partner_id = ? AND method = 'credit_note' AND unallocated_amount > 0 ORDER BY id";
    for note in cx.find::<Receipt>(idle, &[refunded.partner_id.into()])? {
        settle(cx, &note)?;
    }
    Ok(())
}

fn settle(cx: &mut Cx<'_>, note: &Receipt) -> Result<()> {
    let open = "partner_id = ? AND open_amount > 0 LIMIT 1";
    if !cx
        .find::<Receivable>(open, &[note.partner_id.into()])?
        .is_empty()
    {
        cx.act::<Receipt>(note.id, "allocate", |_| ())?;
    }
    Ok(())
}
