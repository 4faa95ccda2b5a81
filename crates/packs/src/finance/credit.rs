//! A partner's credit: a ledger account whose balance is the limit less what receivables use, with orders holding part of it.
//!
//! Keeps true: an order is held only while `limit - used - held` covers it (one conditional update, never check-then-act).
//! Where the vendor must go beyond (a lowered limit, a refund that reopens a debt) the floor of that one account is lowered to
//! exactly what was needed and raised again as credit comes back.
//! Not here: what an order does when credit is short.

use qudao_base::{Id, Money, Result};
use qudao_kernel::{
    Cx,
    ledger::{AccountKey, Balance},
};

use super::{currency, is_short, records::CreditAccount};
use crate::partner::records::Partner;

/// What a partner may still use.
pub const CREDIT: &str = "credit";
/// Where used credit goes.
pub const USED: &str = "credit.used";
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
    let account = stored(cx, partner.id)?;
    let known = account
        .as_ref()
        .map_or(Money::ZERO, |account| account.credit_limit);
    let change = partner.credit_limit.minus(known)?;
    let (credit, limit) = (key(cx, CREDIT, partner.id), key(cx, LIMIT, partner.id));
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
    if account.is_none() || !change.is_zero() {
        repeat(cx, partner.id, partner.credit_limit)?;
    }
    Ok(())
}

/// Holds credit for a record, usually an order.
pub fn hold(
    cx: &mut Cx<'_>,
    partner: Id,
    amount: Money,
    object: &str,
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
        Ok(_) => {
            refresh(cx, partner)?;
            Ok(Request::Held)
        }
        Err(stop) if is_short(&stop) => Ok(Request::Short {
            available: available(cx, partner)?,
        }),
        Err(stop) => Err(stop),
    }
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
    refresh(cx, partner)
}

/// Gives back all that a record still holds.
pub fn release(cx: &mut Cx<'_>, partner: Id, object: &str, record: Id) -> Result<()> {
    for hold in cx.ledger().holds(object, record)? {
        cx.ledger().release(hold.id)?;
    }
    refresh(cx, partner)
}

/// Money came in: so much of the use is over.
pub fn give_back(
    cx: &mut Cx<'_>,
    partner: Id,
    amount: Money,
    object: &str,
    record: Id,
) -> Result<()> {
    let (credit, used) = (key(cx, CREDIT, partner), key(cx, USED, partner));
    cx.ledger()
        .transfer(&used, &credit, amount.steps(), object, record)?;
    refresh(cx, partner)
}

/// Money went back: the debt is open again, whether or not the limit covers it.
pub fn take_again(
    cx: &mut Cx<'_>,
    partner: Id,
    amount: Money,
    object: &str,
    record: Id,
) -> Result<()> {
    use_anyway(cx, partner, amount, object, record)?;
    refresh(cx, partner)
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

fn refresh(cx: &mut Cx<'_>, partner: Id) -> Result<()> {
    let limit = cx.get::<Partner>(partner)?.credit_limit;
    repeat(cx, partner, limit)
}

/// Writes the record from the ledger and raises a lowered floor again as far as it goes.
fn repeat(cx: &mut Cx<'_>, partner: Id, limit: Money) -> Result<()> {
    let account = balance(cx, partner)?;
    let available = Money::from_steps(account.available());
    let held = Money::from_steps(account.held);
    let used = limit.minus(Money::from_steps(account.balance))?;
    let found = stored(cx, partner)?;
    if found
        .as_ref()
        .is_some_and(|before| before.available_amount.is_negative())
    {
        let credit = key(cx, CREDIT, partner);
        cx.ledger()
            .set_floor(&credit, Some(account.available().min(0)))?;
    }
    let set = |record: &mut CreditAccount| {
        record.credit_limit = limit;
        record.held_amount = held;
        record.used_amount = used;
        record.available_amount = available;
    };
    if let Some(found) = found {
        cx.act::<CreditAccount>(found.id, "update", set)?;
        return Ok(());
    }
    let name = cx.get::<Partner>(partner)?.name;
    let mut record = CreditAccount {
        name,
        partner_id: partner,
        ..CreditAccount::default()
    };
    set(&mut record);
    cx.create(&record)?;
    Ok(())
}
