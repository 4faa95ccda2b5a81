//! A commission entry in the ledger and on the partner's statement: accrued when booked, paid once approved.
//!
//! Keeps true: every step moves the entry's whole amount; a clawback takes each step the other way round.
//! Not here: when an entry is booked and why (`booking`).

use qudao_base::{Money, Result};
use qudao_kernel::{Cx, ledger::AccountKey};

use super::{ACCRUED, EXPENSE, OBJECT, PAID, records::CommissionEntry};
use crate::finance::{
    currency,
    statement::{self, Entry},
};

/// The entry is owed to the partner from now on.
pub fn accrue(cx: &mut Cx<'_>, entry: &CommissionEntry) -> Result<()> {
    transfer(cx, entry, EXPENSE, ACCRUED)
}

/// The statement tells of a booked entry.
pub fn state(cx: &mut Cx<'_>, entry: &CommissionEntry) -> Result<()> {
    let kind = match entry.kind.as_str() {
        "earned" => "commission",
        "bonus" => "bonus",
        _ => "clawback",
    };
    add_to_statement(cx, entry, kind, entry.amount)
}

/// The to-do is done.
pub fn approved(cx: &mut Cx<'_>, entry: &CommissionEntry) -> Result<()> {
    cx.close_tasks(OBJECT, entry.id)
}

/// Pays an approved entry.
pub fn pay(cx: &mut Cx<'_>, entry: &CommissionEntry) -> Result<()> {
    transfer(cx, entry, ACCRUED, PAID)?;
    add_to_statement(cx, entry, "payout", Money::ZERO.minus(entry.amount)?)
}

/// Moves the entry's amount on between two of the partner's accounts; a negative one back.
fn transfer(
    cx: &mut Cx<'_>,
    entry: &CommissionEntry,
    from: &'static str,
    to: &'static str,
) -> Result<()> {
    let unit = currency(cx);
    let (from, to) = if entry.amount.is_negative() {
        (to, from)
    } else {
        (from, to)
    };
    let account = |kind| AccountKey::new(kind, entry.partner_id, &unit);
    let steps = entry.amount.steps().saturating_abs();
    cx.ledger()
        .transfer(&account(from), &account(to), steps, OBJECT, entry.id)
        .map(drop)
}

fn add_to_statement(
    cx: &mut Cx<'_>,
    entry: &CommissionEntry,
    kind: &'static str,
    commission: Money,
) -> Result<()> {
    let line = Entry {
        partner: entry.partner_id,
        kind,
        posted_on: cx.today(),
        amount: Money::ZERO,
        commission,
        reference: &entry.number,
        object: OBJECT,
        record: entry.id,
    };
    statement::add(cx, line)
}
