//! A partner's credit: a ledger account whose balance is the limit and prepaid money less what receivables use, with orders
//! holding part of it.
//!
//! Keeps true: an order is held only while `limit + advances - used - held` covers it (one conditional update, never check-then-act).
//! Where the vendor must go beyond (a lowered limit, a refund that reopens a debt) the floor of that one account is lowered to
//! exactly what was needed and raised again as credit comes back.
//! Not here: what an order does when credit is short.

use qudao_base::{Id, Money, Result};
use qudao_kernel::{
    Cx, Touched,
    ledger::{AccountKey, Balance},
};

use super::{ADVANCE, currency, is_short, records::CreditAccount};
use crate::partner::records::Partner;

/// What a partner may still use.
pub const CREDIT: &str = "credit";
/// Where used credit goes.
pub const USED: &str = "credit.used";
/// Where credit for prepaid money comes from.
pub const PREPAID: &str = "credit.prepaid";
/// Where limits come from.
pub const LIMIT: &str = "credit.limit";

/// How a request for credit came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// Held for the record.
    Held,
    /// Not enough; nothing was held.
    Short {
        /// What could have been held.
        available: Money,
    },
}

fn key(cx: &Cx<'_>, kind: &'static str, partner: Id) -> AccountKey {
    AccountKey::new(kind, partner, currency(cx))
}

/// After a partner is saved: brings the account to its limit.
pub fn follow_limit(cx: &mut Cx<'_>, partner: &Partner) -> Result<()> {
    if stored(cx, partner.id)?.is_none() {
        cx.create(&CreditAccount {
            name: partner.name.clone(),
            partner_id: partner.id,
            ..CreditAccount::default()
        })?;
    }
    let (credit, limit) = (key(cx, CREDIT, partner.id), key(cx, LIMIT, partner.id));
    // What was granted so far is what left the account limits come from.
    let granted = Money::from_steps(-cx.ledger().balance(&limit)?.balance);
    let change = partner.credit_limit.minus(granted)?;
    if change > Money::ZERO {
        cx.ledger()
            .transfer(&limit, &credit, change.steps(), "partner", partner.id)?;
    }
    if change.is_negative() {
        let amount = -change.steps();
        make_room(cx, &credit, amount)?;
        cx.ledger()
            .transfer(&credit, &limit, amount, "partner", partner.id)?;
    }
    cx.ledger().raise_floor(&credit, 0)
}

/// Holds credit for a record, usually an order.
pub fn hold(
    cx: &mut Cx<'_>,
    partner: Id,
    amount: Money,
    object: &'static str,
    record: Id,
) -> Result<Request> {
    if amount <= Money::ZERO {
        return Ok(Request::Held);
    }
    let (credit, used) = (key(cx, CREDIT, partner), key(cx, USED, partner));
    match cx
        .ledger()
        .hold(&credit, &used, amount.steps(), object, record)
    {
        Ok(_) => Ok(Request::Held),
        Err(stop) if is_short(&stop) => Ok(Request::Short {
            available: available(cx, partner)?,
        }),
        Err(stop) => Err(stop),
    }
}

/// Holds credit that money for the record itself has just brought: however far beyond its limit the partner is, it suffices.
pub fn hold_paid(
    cx: &mut Cx<'_>,
    partner: Id,
    amount: Money,
    object: &'static str,
    record: Id,
) -> Result<()> {
    if amount <= Money::ZERO {
        return Ok(());
    }
    let (credit, used) = (key(cx, CREDIT, partner), key(cx, USED, partner));
    make_room(cx, &credit, amount.steps())?;
    cx.ledger()
        .hold(&credit, &used, amount.steps(), object, record)
        .map(drop)
}

/// Turns part of what a record holds into use: a receivable has come into being.
pub fn use_held(
    cx: &mut Cx<'_>,
    partner: Id,
    amount: Money,
    object: &str,
    record: Id,
) -> Result<()> {
    let mut left = amount.steps();
    for hold in cx.ledger().holds(object, record)? {
        let part = left.min(hold.amount_left);
        if part > 0 {
            cx.ledger().post(hold.id, part)?;
            left -= part;
        }
    }
    if left > 0 {
        use_anyway(cx, partner, Money::from_steps(left), object, record)?;
    }
    raise_floor(cx, partner)
}

/// Gives back part of what a record holds.
pub fn release_part(
    cx: &mut Cx<'_>,
    partner: Id,
    amount: Money,
    object: &str,
    record: Id,
) -> Result<()> {
    let mut left = amount.steps();
    for hold in cx.ledger().holds(object, record)? {
        let part = left.min(hold.amount_left);
        if part > 0 {
            cx.ledger().release_part(hold.id, part)?;
            left -= part;
        }
    }
    raise_floor(cx, partner)
}

/// Gives back all that a record still holds.
pub fn release(cx: &mut Cx<'_>, partner: Id, object: &str, record: Id) -> Result<()> {
    for hold in cx.ledger().holds(object, record)? {
        cx.ledger().release(hold.id)?;
    }
    raise_floor(cx, partner)
}

/// Money came in ahead of debts (positive) or went out again (negative): the partner may order so much more, or less.
pub fn prepay(cx: &mut Cx<'_>, partner: Id, amount: Money, object: &str, record: Id) -> Result<()> {
    let (credit, prepaid) = (key(cx, CREDIT, partner), key(cx, PREPAID, partner));
    if amount.is_negative() {
        let steps = -amount.steps();
        make_room(cx, &credit, steps)?;
        cx.ledger()
            .transfer(&credit, &prepaid, steps, object, record)?;
    } else {
        cx.ledger()
            .transfer(&prepaid, &credit, amount.steps(), object, record)?;
    }
    raise_floor(cx, partner)
}

/// Prepaid money met a debt: there is less use and as much less money, so what is available stays.
pub fn settle(cx: &mut Cx<'_>, partner: Id, amount: Money, object: &str, record: Id) -> Result<()> {
    through(cx, partner, [USED, PREPAID], (amount, object, record))
}

/// The money is prepaid again and the debt open.
pub fn reopen(cx: &mut Cx<'_>, partner: Id, amount: Money, object: &str, record: Id) -> Result<()> {
    through(cx, partner, [PREPAID, USED], (amount, object, record))
}

/// Into the account and out of it, so that its record is written again.
fn through(
    cx: &mut Cx<'_>,
    partner: Id,
    [from, to]: [&'static str; 2],
    (amount, object, record): (Money, &str, Id),
) -> Result<()> {
    let credit = key(cx, CREDIT, partner);
    let (from, to) = (key(cx, from, partner), key(cx, to, partner));
    cx.ledger()
        .transfer(&from, &credit, amount.steps(), object, record)?;
    cx.ledger()
        .transfer(&credit, &to, amount.steps(), object, record)?;
    raise_floor(cx, partner)
}

/// What the partner may still order.
pub fn available(cx: &mut Cx<'_>, partner: Id) -> Result<Money> {
    Ok(Money::from_steps(balance(cx, partner)?.available()))
}

fn balance(cx: &mut Cx<'_>, partner: Id) -> Result<Balance> {
    let credit = key(cx, CREDIT, partner);
    cx.ledger().balance(&credit)
}

fn use_anyway(cx: &mut Cx<'_>, partner: Id, amount: Money, object: &str, record: Id) -> Result<()> {
    let (credit, used) = (key(cx, CREDIT, partner), key(cx, USED, partner));
    make_room(cx, &credit, amount.steps())?;
    cx.ledger()
        .transfer(&credit, &used, amount.steps(), object, record)?;
    Ok(())
}

/// Lowers the floor just far enough for the amount.
fn make_room(cx: &mut Cx<'_>, credit: &AccountKey, amount: i64) -> Result<()> {
    let after = cx.ledger().balance(credit)?.available() - amount;
    if after < 0 {
        cx.ledger().set_floor(credit, Some(after))
    } else {
        Ok(())
    }
}

fn stored(cx: &mut Cx<'_>, partner: Id) -> Result<Option<CreditAccount>> {
    Ok(cx
        .find::<CreditAccount>("partner_id = ?", &[partner.into()])?
        .pop())
}

/// Where the vendor once went beyond the limit: takes the lowered floor back as far as the credit has come back.
fn raise_floor(cx: &mut Cx<'_>, partner: Id) -> Result<()> {
    let credit = key(cx, CREDIT, partner);
    cx.ledger().raise_floor(&credit, 0)
}

/// Rewrites the accounts' records from the ledger.
pub fn project(cx: &mut Cx<'_>, touched: &[Touched]) -> Result<()> {
    let mut rows = Vec::with_capacity(touched.len());
    for one in touched {
        let limit = cx.get::<Partner>(one.owner)?.credit_limit;
        let advance = key(cx, ADVANCE, one.owner);
        let advance = Money::from_steps(cx.ledger().balance(&advance)?.balance);
        let used = limit
            .plus(advance)?
            .minus(Money::from_steps(one.balance.balance))?;
        rows.push(vec![
            limit.into(),
            advance.into(),
            one.balance.held.into(),
            used.into(),
            one.balance.available().into(),
            one.owner.into(),
        ]);
    }
    let sets = [
        "credit_limit",
        "advance_amount",
        "held_amount",
        "used_amount",
        "available_amount",
    ];
    cx.project("credit_account", &sets, &["partner_id"], rows)?;
    Ok(())
}
