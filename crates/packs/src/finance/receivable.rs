//! Receivables: they come into being when goods leave, are invoiced, and are settled by money or by credit for returned
//! goods.
//!
//! Keeps true: received, credited and open make the amount; each has one invoice that is not cancelled, drafted at once; the ledger
//! carries the open amounts of a partner as one balance.

use qudao_base::{Date, Id, Money, Result};
use qudao_kernel::{Cx, ledger::AccountKey};

use super::{
    RECEIVABLE, REVENUE, currency, invoice,
    records::{Invoice, Receivable},
    statement::{self, Entry},
    tax_parts::TaxParts,
};

const OBJECT: &str = "receivable";

/// What a shipment is worth.
#[derive(Clone, Copy, Debug)]
pub struct Charge<'a> {
    /// Who owes it.
    pub partner: Id,
    /// For which order.
    pub sales_order: Id,
    /// For which delivery.
    pub delivery_note: Id,
    /// What it comes to, by tax rate.
    pub taxes: &'a TaxParts,
    /// Last day to pay.
    pub due_on: Date,
}

/// Makes the receivable and tells finance to invoice.
pub fn charge(cx: &mut Cx<'_>, charge: &Charge<'_>) -> Result<Receivable> {
    let (amount, tax_amount) = (charge.taxes.amount()?, charge.taxes.tax_amount()?);
    let receivable = cx.create(&Receivable {
        partner_id: charge.partner,
        sales_order_id: Some(charge.sales_order),
        delivery_note_id: Some(charge.delivery_note),
        amount,
        tax_amount,
        net_amount: amount.minus(tax_amount)?,
        open_amount: amount,
        posted_on: cx.today(),
        due_on: charge.due_on,
        ..Receivable::default()
    })?;
    let unit = currency(cx);
    let from = AccountKey::new(REVENUE, charge.partner, &unit);
    let to = AccountKey::new(RECEIVABLE, charge.partner, &unit);
    cx.ledger()
        .transfer(&from, &to, amount.steps(), OBJECT, receivable.id)?;
    let today = cx.today();
    statement::add(
        cx,
        Entry {
            partner: charge.partner,
            kind: "receivable",
            posted_on: today,
            amount,
            commission: Money::ZERO,
            reference: &receivable.number,
            object: OBJECT,
            record: receivable.id,
        },
    )?;
    invoice::draft(cx, &receivable, invoice::tax_rows(charge.taxes, false)?)?;
    Ok(receivable)
}

/// Books money on the receivable, or takes it back (negative).
pub(super) fn book(cx: &mut Cx<'_>, receivable: Id, amount: Money) -> Result<Receivable> {
    book_parts(cx, receivable, [amount, Money::ZERO])
}

/// Books credit for returned goods on the receivable, or takes it back (negative).
pub(super) fn book_credit(cx: &mut Cx<'_>, receivable: Id, amount: Money) -> Result<Receivable> {
    book_parts(cx, receivable, [Money::ZERO, amount])
}

fn book_parts(cx: &mut Cx<'_>, receivable: Id, [money, credit]: [Money; 2]) -> Result<Receivable> {
    let stored = cx.get::<Receivable>(receivable)?;
    let received = stored.received_amount.plus(money)?;
    let credited = stored.credited_amount.plus(credit)?;
    let open = stored.amount.minus(received)?.minus(credited)?;
    let state = if open.is_zero() {
        "settled"
    } else {
        unsettled_state(cx, receivable)?
    };
    cx.act::<Receivable>(receivable, "book", |record| {
        record.received_amount = received;
        record.credited_amount = credited;
        record.open_amount = open;
        state.clone_into(&mut record.state);
    })
}

/// `invoiced` when an issued invoice exists, else `open`.
pub(super) fn unsettled_state(cx: &mut Cx<'_>, receivable: Id) -> Result<&'static str> {
    let issued = cx.find::<Invoice>(
        "receivable_id = ? AND state = 'issued'",
        &[receivable.into()],
    )?;
    Ok(if issued.is_empty() {
        "open"
    } else {
        "invoiced"
    })
}
