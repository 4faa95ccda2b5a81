//! Money received, and credit for returned goods: booked as an advance, put on receivables, given back.
//!
//! Keeps true: allocated plus unallocated plus refunded is the amount; who paid, how much, when and under which reference
//! never change after booking.

use qudao_base::{Date, Id, Money, Refusal, Result};
use qudao_kernel::{Cx, ledger::AccountKey};

use super::{
    ADVANCE, CASH, RETURNED,
    allocation::{self, Open, Part},
    channel_money, credit, credit_note, currency,
    records::{Receipt, ReceiptAllocation, Receivable},
    settlement,
    statement::{self, Entry},
};

const OBJECT: &str = "receipt";

/// A new receipt is wholly unallocated.
pub fn begin(_: &mut Cx<'_>, receipt: &mut Receipt) -> Result<()> {
    if receipt.amount <= Money::ZERO {
        return Err(Refusal::invalid("finance.amount_positive")
            .on("amount")
            .into());
    }
    if credit_note::is_note(receipt) != receipt.sales_return_id.is_some() {
        return Err(Refusal::invalid("finance.credit_note_made")
            .on("method")
            .into());
    }
    let is_for_order = receipt.sales_order_id.is_some() && receipt.sales_return_id.is_none();
    if channel_money::is_collected(receipt) != is_for_order {
        return Err(Refusal::invalid("finance.channel_money_made")
            .on("method")
            .into());
    }
    receipt.amount = receipt.amount.rounded(2);
    receipt.unallocated_amount = receipt.amount;
    Ok(())
}

/// Books the money as the partner's advance, as of the day it came in.
pub fn book(cx: &mut Cx<'_>, receipt: &Receipt) -> Result<()> {
    let (source, kind) = if credit_note::is_note(receipt) {
        (RETURNED, "credit_note")
    } else {
        (CASH, "receipt")
    };
    move_advance(cx, receipt, source, receipt.amount)?;
    let amount = Money::ZERO.minus(receipt.amount)?;
    tell_statement(cx, receipt, kind, (receipt.received_on, amount))
}

/// In (positive) or out (negative).
fn move_advance(
    cx: &mut Cx<'_>,
    receipt: &Receipt,
    other: &'static str,
    amount: Money,
) -> Result<()> {
    let unit = currency(cx);
    let cash = AccountKey::new(other, receipt.partner_id, &unit);
    let advance = AccountKey::new(ADVANCE, receipt.partner_id, &unit);
    let (from, to) = if amount.is_negative() {
        (&advance, &cash)
    } else {
        (&cash, &advance)
    };
    cx.ledger().transfer(
        from,
        to,
        amount.steps().saturating_abs(),
        OBJECT,
        receipt.id,
    )?;
    credit::prepay(cx, receipt.partner_id, amount, OBJECT, receipt.id)
}

fn tell_statement(
    cx: &mut Cx<'_>,
    receipt: &Receipt,
    kind: &'static str,
    (posted_on, amount): (Date, Money),
) -> Result<()> {
    let entry = Entry {
        partner: receipt.partner_id,
        kind,
        posted_on,
        amount,
        commission: Money::ZERO,
        reference: &receipt.number,
        object: OBJECT,
        record: receipt.id,
    };
    statement::add(cx, entry)
}

/// Refuses changes of what was booked.
pub fn keep_booked(cx: &mut Cx<'_>, receipt: &mut Receipt) -> Result<()> {
    let stored = cx.get::<Receipt>(receipt.id)?;
    let is_same = stored.partner_id == receipt.partner_id
        && stored.amount == receipt.amount
        && stored.received_on == receipt.received_on
        && credit_note::is_note(&stored) == credit_note::is_note(receipt)
        && channel_money::is_collected(&stored) == channel_money::is_collected(receipt)
        && stored.reference == receipt.reference;
    if is_same {
        Ok(())
    } else {
        Err(Refusal::conflict("finance.receipt_fixed").into())
    }
}

/// Puts the unallocated money on the given receivable, or on all open ones of the partner by due date.
pub fn allocate(cx: &mut Cx<'_>, receipt: &mut Receipt) -> Result<()> {
    if receipt.unallocated_amount <= Money::ZERO {
        return Err(Refusal::conflict("finance.nothing_to_allocate").into());
    }
    let open = open_receivables(cx, receipt)?;
    let parts = allocation::oldest_first(receipt.unallocated_amount, &open)?;
    if parts.is_empty() {
        return Err(Refusal::conflict("finance.nothing_open").into());
    }
    for part in parts {
        settlement::settle(cx, receipt, part)?;
        receipt.allocated_amount = receipt.allocated_amount.plus(part.amount)?;
        receipt.unallocated_amount = receipt.unallocated_amount.minus(part.amount)?;
    }
    set_state(receipt);
    Ok(())
}

/// What the receipt may settle; credit goes to the debts of its own order first.
fn open_receivables(cx: &mut Cx<'_>, receipt: &mut Receipt) -> Result<Vec<Open>> {
    let (partner, target) = (receipt.partner_id, receipt.target_receivable_id.take());
    // Locked first, so that two receipts never share out the same open amount.
    let found = match target {
        Some(id) => {
            let mut locked = cx.lock::<Receivable>("t.id = ?", &[id.into()])?;
            let receivable = locked.pop().ok_or_else(Refusal::not_found)?;
            let refused =
                |code: &str| Err(Refusal::invalid(code).on("target_receivable_id").into());
            if receivable.partner_id != partner {
                return refused("finance.other_partner");
            }
            let is_own = receivable.sales_order_id == receipt.sales_order_id;
            if channel_money::is_collected(receipt) && !is_own {
                return refused("finance.channel_money_own");
            }
            if receivable.open_amount.is_zero() {
                return refused("finance.settled");
            }
            vec![receivable]
        }
        None if channel_money::is_collected(receipt) => {
            let own = receipt.sales_order_id.unwrap_or_default();
            cx.lock::<Receivable>("sales_order_id = ? AND open_amount > 0", &[own.into()])?
        }
        None => cx.lock::<Receivable>("partner_id = ? AND open_amount > 0", &[partner.into()])?,
    };
    let open = |one: Receivable| Open {
        receivable: one.id,
        is_preferred: receipt.sales_order_id.is_some()
            && one.sales_order_id == receipt.sales_order_id,
        due_on: one.due_on,
        amount: one.open_amount,
    };
    Ok(found.into_iter().map(open).collect())
}

fn set_state(receipt: &mut Receipt) {
    let state = if receipt.refunded_amount >= receipt.amount {
        "refunded"
    } else if receipt.unallocated_amount.is_zero() {
        "allocated"
    } else {
        "booked"
    };
    state.clone_into(&mut receipt.state);
}

/// Gives money back: what is unallocated first, then the newest settlements.
pub fn refund(cx: &mut Cx<'_>, receipt: &mut Receipt) -> Result<()> {
    let amount = receipt.refund_amount.take().unwrap_or_default().rounded(2);
    let refundable = receipt.allocated_amount.plus(receipt.unallocated_amount)?;
    if amount <= Money::ZERO || amount > refundable {
        let refusal = Refusal::invalid("finance.refund_range").on("refund_amount");
        return Err(refusal.with("refundable", refundable).into());
    }
    let missing = amount.minus(receipt.unallocated_amount)?;
    if missing > Money::ZERO {
        // In the order in which others lock them, before any account.
        let of_receipt =
            "t.id IN (SELECT receivable_id FROM receipt_allocation WHERE receipt_id = ?)";
        cx.lock::<Receivable>(of_receipt, &[receipt.id.into()])?;
        let settled = settled_parts(cx, receipt.id)?;
        for part in allocation::newest_first(missing, &settled)? {
            settlement::unsettle(cx, receipt, part)?;
            receipt.allocated_amount = receipt.allocated_amount.minus(part.amount)?;
            receipt.unallocated_amount = receipt.unallocated_amount.plus(part.amount)?;
        }
    }
    move_advance(cx, receipt, CASH, Money::ZERO.minus(amount)?)?;
    receipt.unallocated_amount = receipt.unallocated_amount.minus(amount)?;
    receipt.refunded_amount = receipt.refunded_amount.plus(amount)?;
    set_state(receipt);
    let today = cx.today();
    tell_statement(cx, receipt, "refund", (today, amount))
}

/// Allocations of the receipt less what was taken back from each.
fn settled_parts(cx: &mut Cx<'_>, receipt: Id) -> Result<Vec<Part>> {
    let all = cx.find::<ReceiptAllocation>("receipt_id = ?", &[receipt.into()])?;
    let left = |one: &ReceiptAllocation| {
        let taken = all.iter().filter(|other| other.reverses_id == Some(one.id));
        let amount = Money::sum(taken.map(|other| other.amount).chain([one.amount]))?;
        Ok(Part { of: one.id, amount })
    };
    all.iter()
        .filter(|one| one.reverses_id.is_none())
        .map(left)
        .collect()
}
