//! What a payment earns: per category a percentage of the cash received, and a bonus for a partner's first paid order.
//!
//! Keeps true: what is earned after any series of payments and refunds depends on the cash received so far alone. Each entry is
//! the difference to what was booked before, so partial payments add up to the full commission and refunds take back exactly that.
//! Not here: booking, approval, which order was a partner's first.

use qudao_base::{Date, Id, Money, Percent, Result};

/// A commission rule as data. Empty conditions match everything.
#[derive(Clone, Debug)]
pub struct Rate {
    /// Which rule.
    pub rule: Id,
    /// Only this category.
    pub category: Option<Id>,
    /// Only partners of this tier.
    pub tier: Option<String>,
    /// Of the cash received.
    pub percent: Percent,
    /// Paid once, for the first order paid in full.
    pub first_order_bonus: Money,
    /// First day it holds.
    pub valid_from: Option<Date>,
    /// Last day it holds.
    pub valid_until: Option<Date>,
}

impl Rate {
    fn matches(&self, tier: &str, day: Date) -> bool {
        self.tier.as_ref().is_none_or(|only| only == tier)
            && self.valid_from.is_none_or(|from| from <= day)
            && self.valid_until.is_none_or(|until| day <= until)
    }
}

/// What was shipped of an order in one category, and the percentage it earns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Category; none for products without.
    pub category: Option<Id>,
    /// Amount shipped in it.
    pub amount: Money,
    /// Percentage earned.
    pub percent: Percent,
}

/// A change of what was earned in one category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earned {
    /// Category.
    pub category: Option<Id>,
    /// Cash counted; negative when it was taken back.
    pub base: Money,
    /// Percentage.
    pub percent: Percent,
    /// Earned; negative when clawed back.
    pub amount: Money,
}

/// The rule for a category, tier and day: the one with most conditions, then the higher percentage, then the older rule.
pub fn best_rate<'a>(
    rates: &'a [Rate],
    category: Option<Id>,
    tier: &str,
    day: Date,
) -> Option<&'a Rate> {
    let fits = |rate: &&Rate| {
        rate.matches(tier, day) && rate.category.is_none_or(|only| Some(only) == category)
    };
    let conditions =
        |rate: &Rate| u8::from(rate.category.is_some()) + u8::from(rate.tier.is_some());
    rates
        .iter()
        .filter(fits)
        .max_by_key(|rate| (conditions(rate), rate.percent, std::cmp::Reverse(rate.rule)))
}

/// The rule with the largest first-order bonus for a tier and day.
pub fn best_bonus<'a>(rates: &'a [Rate], tier: &str, day: Date) -> Option<&'a Rate> {
    let matching = rates.iter().filter(|rate| rate.matches(tier, day));
    matching.max_by_key(|rate| (rate.first_order_bonus, std::cmp::Reverse(rate.rule)))
}

/// What the cash received so far is worth, per category.
///
/// # Errors
/// `amount.range` when an amount does not fit.
pub fn earned_until(cash: Money, shares: &[Share]) -> Result<Vec<Earned>> {
    let weights: Vec<i64> = shares.iter().map(|share| share.amount.steps()).collect();
    let earned = |(share, base): (&Share, Money)| {
        let amount = base.percent(share.percent)?.rounded(2);
        Ok(Earned {
            category: share.category,
            base,
            percent: share.percent,
            amount,
        })
    };
    shares
        .iter()
        .zip(cash.split(&weights, 2))
        .map(earned)
        .collect()
}

/// What must be booked now that the cash received is `cash`, given what was booked so far; categories without change are left
/// out.
///
/// # Errors
/// `amount.range` when an amount does not fit.
pub fn change(booked: &[Earned], cash: Money, shares: &[Share]) -> Result<Vec<Earned>> {
    let mut changes = Vec::new();
    for due in earned_until(cash, shares)? {
        let same = |one: &&Earned| one.category == due.category;
        let base = due
            .base
            .minus(Money::sum(booked.iter().filter(same).map(|one| one.base))?)?;
        let amount = due.amount.minus(Money::sum(
            booked.iter().filter(same).map(|one| one.amount),
        )?)?;
        if !base.is_zero() || !amount.is_zero() {
            changes.push(Earned {
                base,
                amount,
                ..due
            });
        }
    }
    Ok(changes)
}

/// The bonus that is due, less what was booked: positive to pay, negative to claw back. It is due while the partner's first
/// order is paid in full.
///
/// # Errors
/// `amount.range` when an amount does not fit.
pub fn bonus_change(bonus: Money, is_paid_in_full: bool, booked: Money) -> Result<Money> {
    match (is_paid_in_full, booked.is_zero()) {
        (true, true) => Ok(bonus),
        (true, false) => Ok(Money::ZERO),
        (false, _) => Money::ZERO.minus(booked),
    }
}

#[cfg(test)]
#[path = "commission_tests.rs"]
mod tests;
