//! Money meets receivable: one allocation booked, or taken back.
//!
//! Keeps true: each allocation moves the receivable, the advance and the credit of the partner by the same amount.

use qudao_base::{Id, Money, Result};
use qudao_kernel::{Cx, ledger::AccountKey};

use super::{
    ADVANCE, RECEIVABLE, SETTLEMENT,
    allocation::Part,
    credit, credit_note, currency, receivable,
    records::{Receipt, ReceiptAllocation},
};

const OBJECT: &str = "receipt";

/// Settles part of a receivable with money of the receipt.
pub fn settle(cx: &mut Cx<'_>, receipt: &Receipt, part: Part) -> Result<()> {
    let unit = currency(cx);
    let settlement = AccountKey::new(SETTLEMENT, receipt.partner_id, &unit);
    for kind in [RECEIVABLE, ADVANCE] {
        let account = AccountKey::new(kind, receipt.partner_id, &unit);
        cx.ledger().transfer(
            &account,
            &settlement,
            part.amount.steps(),
            OBJECT,
            receipt.id,
        )?;
    }
    credit::settle(cx, receipt.partner_id, part.amount, OBJECT, receipt.id)?;
    write(cx, receipt, part.of, part.amount, None)
}

/// Takes an allocation back, in whole or in part: the money is unallocated again and the receivable open.
pub fn unsettle(cx: &mut Cx<'_>, receipt: &Receipt, part: Part) -> Result<()> {
    let original = cx.get::<ReceiptAllocation>(part.of)?;
    let unit = currency(cx);
    let settlement = AccountKey::new(SETTLEMENT, receipt.partner_id, &unit);
    for kind in [RECEIVABLE, ADVANCE] {
        let account = AccountKey::new(kind, receipt.partner_id, &unit);
        cx.ledger().transfer(
            &settlement,
            &account,
            part.amount.steps(),
            OBJECT,
            receipt.id,
        )?;
    }
    credit::reopen(cx, receipt.partner_id, part.amount, OBJECT, receipt.id)?;
    let negative = Money::ZERO.minus(part.amount)?;
    write(
        cx,
        receipt,
        original.receivable_id,
        negative,
        Some(original.id),
    )
}

fn write(
    cx: &mut Cx<'_>,
    receipt: &Receipt,
    of: Id,
    amount: Money,
    reverses: Option<Id>,
) -> Result<()> {
    let receivable = if credit_note::is_note(receipt) {
        receivable::book_credit(cx, of, amount)?
    } else {
        receivable::book(cx, of, amount)?
    };
    cx.create(&ReceiptAllocation {
        reference: receipt.number.clone(),
        receipt_id: receipt.id,
        receivable_id: receivable.id,
        partner_id: receipt.partner_id,
        sales_order_id: receivable.sales_order_id,
        amount,
        allocated_on: cx.today(),
        reverses_id: reverses,
        ..ReceiptAllocation::default()
    })?;
    Ok(())
}
