//! Limits of promotions and coupons on the ledger: an order holds what it takes, and gives it back when it is cancelled.
//!
//! Keeps true: what is held and given never exceeds a budget or a number of uses; the check is the ledger's conditional update,
//! so two orders racing for the last of it cannot both have it. An account starts at zero and may fall as low as its limit;
//! everything is counted from the first order on, so that a limit can be set at any time.
//! Not here: what a promotion is worth (`benefit`), which order holds it.

use std::collections::HashMap;

use qudao_base::{Id, Money, Refusal, Result, SCALE, Stop, Value};
use qudao_kernel::{
    Cx, Registry,
    ledger::{AccountKey, AccountKind},
};

use super::{
    policy::Limit,
    records::{Coupon, Promotion},
};

/// Money a promotion may give.
const BUDGET: &str = "promotion.budget";
/// Orders a promotion may go on; the unit is all of them, or one partner.
const USES: &str = "promotion.uses";
/// Orders a coupon may go on.
const COUPON_USES: &str = "coupon.uses";
/// Where all of it goes.
const GIVEN: &str = "promotion.given";
/// Unit of accounts that count orders.
const ORDERS: &str = "orders";
/// One order in steps of the ledger.
const ONE: i64 = SCALE;

/// Declares the accounts.
pub fn register(registry: &mut Registry) {
    for kind in [BUDGET, USES, COUPON_USES] {
        registry.account_kind(kind, AccountKind::OPEN);
    }
    registry.account_kind(GIVEN, AccountKind::CONTRA);
}

/// Under which names an object holds.
#[derive(Clone, Copy, Debug)]
pub struct Holder {
    /// Amounts.
    pub amounts: &'static str,
    /// Uses.
    pub uses: &'static str,
}

/// What an order takes of a promotion.
#[derive(Clone, Copy, Debug)]
pub struct Taking {
    /// The promotion.
    pub promotion: Id,
    /// The coupon that opened it.
    pub coupon: Option<Id>,
    /// Who orders.
    pub partner: Id,
    /// What it is worth.
    pub amount: Money,
    /// Who holds it.
    pub holder: Holder,
    /// Record that holds it.
    pub record: Id,
}

fn budget(cx: &Cx<'_>, promotion: Id) -> AccountKey {
    AccountKey::new(BUDGET, promotion, &cx.kernel().site.currency)
}

/// So many orders in steps of the ledger.
fn orders(count: i64) -> i64 {
    count.saturating_mul(ONE)
}

/// Brings the limits of a promotion to its fields.
pub fn follow_promotion(cx: &mut Cx<'_>, promotion: &Promotion) -> Result<()> {
    let amount = promotion.budget_amount.map(Money::steps);
    let key = budget(cx, promotion.id);
    limit_to(cx, &key, amount)?;
    let key = AccountKey::new(USES, promotion.id, ORDERS);
    limit_to(cx, &key, promotion.uses_max.map(orders))
}

/// Brings the limit of a coupon to its field.
pub fn follow_coupon(cx: &mut Cx<'_>, coupon: &Coupon) -> Result<()> {
    let key = AccountKey::new(COUPON_USES, coupon.id, ORDERS);
    limit_to(cx, &key, coupon.uses_max.map(orders))
}

/// Lets an account fall to the limit, or leaves it where it is when it is lower already.
fn limit_to(cx: &mut Cx<'_>, key: &AccountKey, limit: Option<i64>) -> Result<()> {
    let floor = match limit {
        Some(limit) => Some((-limit).min(cx.ledger().balance(key)?.available())),
        None => None,
    };
    cx.ledger().set_floor(key, floor)
}

/// How often one partner may use a promotion, in steps: a first order comes once.
fn partner_uses_max(promotion: &Promotion) -> Option<i64> {
    let once = promotion.first_order.then_some(1);
    let most = promotion.uses_max_per_partner.into_iter().chain(once).min();
    most.map(orders)
}

/// Holds what the order takes. Takings come in order of promotions, so that two orders never wait for each other crosswise.
///
/// # Errors
/// Conflict `pricing.promotion_used_up` or `pricing.coupon_used_up` when another order was faster.
pub fn hold(cx: &mut Cx<'_>, taking: &Taking) -> Result<()> {
    let promotion = cx.get::<Promotion>(taking.promotion)?;
    let used_up = |stop: Stop| -> Stop {
        let refusal = Refusal::conflict("pricing.promotion_used_up");
        short_as(stop, refusal.with("promotion", &promotion.name))
    };
    let given = AccountKey::new(GIVEN, taking.promotion, ORDERS);
    if taking.amount > Money::ZERO {
        let (from, amount) = (budget(cx, taking.promotion), taking.amount.steps());
        let mut ledger = cx.ledger();
        let held = ledger.hold(&from, &given, amount, taking.holder.amounts, taking.record);
        held.map_err(used_up)?;
    }
    let uses = taking.holder.uses;
    let all = AccountKey::new(USES, taking.promotion, ORDERS);
    let held = cx.ledger().hold(&all, &given, ONE, uses, taking.record);
    held.map_err(used_up)?;
    if let Some(most) = partner_uses_max(&promotion) {
        let own = AccountKey::new(USES, taking.promotion, taking.partner);
        limit_to(cx, &own, Some(most))?;
        let held = cx.ledger().hold(&own, &given, ONE, uses, taking.record);
        held.map_err(used_up)?;
    }
    if let Some(coupon) = taking.coupon {
        let coupon = cx.get::<Coupon>(coupon)?;
        let key = AccountKey::new(COUPON_USES, coupon.id, ORDERS);
        let held = cx.ledger().hold(&key, &given, ONE, uses, taking.record);
        let refusal = || {
            let refusal = Refusal::conflict("pricing.coupon_used_up").on("coupon_code");
            refusal.with("code", &coupon.code)
        };
        held.map_err(|stop| short_as(stop, refusal()))?;
    }
    Ok(())
}

/// Replaces the ledger's refusal by one in words of this pack.
fn short_as(stop: Stop, instead: Refusal) -> Stop {
    match stop {
        Stop::Refusal(refusal) if refusal.code == "ledger.short" => instead.into(),
        other => other,
    }
}

/// Gives back all that the record holds.
pub fn release(cx: &mut Cx<'_>, holder: Holder, record: Id) -> Result<()> {
    for object in [holder.amounts, holder.uses] {
        for hold in cx.ledger().holds(object, record)? {
            cx.ledger().release(hold.id)?;
        }
    }
    Ok(())
}

/// Turns so much of what the record holds into what was given for good, with its uses; the rest goes back.
pub fn settle(cx: &mut Cx<'_>, holder: Holder, record: Id, amount: Money) -> Result<()> {
    let mut left = amount.steps();
    for hold in cx.ledger().holds(holder.amounts, record)? {
        let part = left.min(hold.amount_left);
        if part > 0 {
            cx.ledger().post(hold.id, part)?;
            left -= part;
        }
        cx.ledger().release(hold.id)?;
    }
    for hold in cx.ledger().holds(holder.uses, record)? {
        cx.ledger().post(hold.id, hold.amount_left)?;
    }
    Ok(())
}

/// What is left of limits, with one statement for all promotions and the coupon of an order.
#[derive(Debug, Default)]
pub struct Left(HashMap<(String, Id, String), i64>);

impl Left {
    /// Reads the accounts of the owners.
    pub fn of(cx: &mut Cx<'_>, owners: &[Id]) -> Result<Self> {
        if owners.is_empty() {
            return Ok(Self::default());
        }
        let marks = vec!["?"; owners.len()].join(", ");
        let sql = format!(
            "SELECT kind, owner, unit, balance - held FROM ledger_account \
             WHERE kind IN ('{BUDGET}', '{USES}', '{COUPON_USES}') AND owner IN ({marks})"
        );
        let owners: Vec<Value> = owners.iter().map(|owner| (*owner).into()).collect();
        let mut left = HashMap::new();
        for row in cx.query(&sql, &owners)? {
            let key = (row.text(0)?.to_owned(), row.id(1)?, row.text(2)?.to_owned());
            left.insert(key, row.int(3)?);
        }
        Ok(Self(left))
    }

    fn available(&self, kind: &str, owner: Id, unit: &str) -> i64 {
        let key = (kind.to_owned(), owner, unit.to_owned());
        self.0.get(&key).copied().unwrap_or_default()
    }

    /// What is left of a promotion for a partner.
    pub fn of_promotion(&self, promotion: &Promotion, partner: Id, currency: &str) -> Limit {
        let left = |most: Option<i64>, kind, unit: &str| {
            most.map(|most| most.saturating_add(self.available(kind, promotion.id, unit)))
        };
        let most = promotion.budget_amount.map(Money::steps);
        Limit {
            amount_left: left(most, BUDGET, currency).map(Money::from_steps),
            uses_left: left(promotion.uses_max.map(orders), USES, ORDERS).map(|left| left / ONE),
            partner_uses_left: left(partner_uses_max(promotion), USES, &partner.to_string())
                .map(|left| left / ONE),
        }
    }

    /// True while a coupon can be used once more.
    pub fn covers(&self, coupon: &Coupon) -> bool {
        let used = self.available(COUPON_USES, coupon.id, ORDERS);
        coupon
            .uses_max
            .is_none_or(|most| orders(most).saturating_add(used) >= ONE)
    }
}
