//! From list price to what is paid, step by step: list, price rule, manual discount, promotion, included tax.
//!
//! Keeps true: every step of every line is kept with the rule that made it; line totals add up to the order to the cent; the
//! result depends on the values alone, neither on the order of lines nor on the order of rules.
//! Not here: which rule applies (`policy`), loading rules, saving, who may give a discount.

use std::cmp::Reverse;

use qudao_base::{Date, Id, Money, Percent, Ratio, Result, SCALE};

use super::policy::{Buyer, Item, Policy, Promotion, best_offer, is_eligible, reduction_of};

/// Decimals money is paid in.
const CENTS: u32 = 2;
const WHOLE: i64 = 100 * SCALE;

/// Which step of the waterfall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// List price times quantity.
    List,
    /// A price rule replaced the list price.
    Rule,
    /// The seller's discount.
    Discount,
    /// The line's share of a promotion.
    Promotion,
    /// The tax contained in the total.
    Tax,
}

/// One step: what it changed and what was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub kind: StepKind,
    /// Rule or promotion behind it.
    pub rule: Option<Id>,
    /// Change of the line's amount; for tax the tax contained.
    pub change: Money,
    /// Line amount after the step.
    pub amount: Money,
}

/// A priced line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// Unit price after rules, before discount and promotion.
    pub unit_price: Money,
    /// List price times quantity.
    pub list_amount: Money,
    /// Taken off by the seller.
    pub discount_amount: Money,
    /// Taken off by the promotion.
    pub promotion_amount: Money,
    /// To pay, tax included.
    pub total_amount: Money,
    /// Tax within the total.
    pub tax_amount: Money,
    /// Total without tax.
    pub net_amount: Money,
    /// How it came about.
    pub steps: Vec<Step>,
}

/// A priced order: lines in the order they were given, and their sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waterfall {
    /// Priced lines.
    pub lines: Vec<Priced>,
    /// Promotion that applied.
    pub promotion: Option<Id>,
    /// Sum of list amounts.
    pub list_amount: Money,
    /// Sum of manual discounts.
    pub discount_amount: Money,
    /// Sum of promotion shares.
    pub promotion_amount: Money,
    /// To pay, tax included.
    pub total_amount: Money,
    /// Tax within.
    pub tax_amount: Money,
    /// Total without tax.
    pub net_amount: Money,
}

/// Prices all items for the buyer.
///
/// # Errors
/// `amount.range` when an amount does not fit; nothing else stops it.
pub fn price(policy: &Policy, buyer: &Buyer, items: &[Item]) -> Result<Waterfall> {
    let mut lines = items
        .iter()
        .map(|item| before_promotion(policy, buyer, item))
        .collect::<Result<Vec<_>>>()?;
    let promotion = best_promotion(policy, buyer.day, items, &lines)?;
    if let Some((promotion, reduction)) = promotion {
        spread(promotion, reduction, items, &mut lines)?;
    }
    for line in &mut lines {
        contain_tax(policy.tax, line)?;
    }
    let sum = |part: fn(&Priced) -> Money| Money::sum(lines.iter().map(part));
    Ok(Waterfall {
        promotion: promotion.map(|(promotion, _)| promotion.id),
        list_amount: sum(|line| line.list_amount)?,
        discount_amount: sum(|line| line.discount_amount)?,
        promotion_amount: sum(|line| line.promotion_amount)?,
        total_amount: sum(|line| line.total_amount)?,
        tax_amount: sum(|line| line.tax_amount)?,
        net_amount: sum(|line| line.net_amount)?,
        lines,
    })
}

/// The tax contained in an amount that includes it, to the cent.
pub fn tax_within(amount: Money, rate: Percent) -> Result<Money> {
    let ratio = Ratio {
        numerator: rate.steps(),
        denominator: WHOLE + rate.steps(),
    };
    Ok(amount.times_ratio(ratio)?.rounded(CENTS))
}

fn before_promotion(policy: &Policy, buyer: &Buyer, item: &Item) -> Result<Priced> {
    let list_amount = item.list_price.times(item.quantity)?.rounded(CENTS);
    let mut steps = vec![Step {
        kind: StepKind::List,
        rule: None,
        change: list_amount,
        amount: list_amount,
    }];
    let (mut unit_price, mut amount) = (item.list_price, list_amount);
    if let Some((offer, price)) = best_offer(policy, buyer, item)? {
        unit_price = price;
        amount = price.times(item.quantity)?.rounded(CENTS);
        let change = amount.minus(list_amount)?;
        steps.push(Step {
            kind: StepKind::Rule,
            rule: Some(offer.id),
            change,
            amount,
        });
    }
    let discount_amount = amount.percent(buyer.discount)?.rounded(CENTS);
    if !discount_amount.is_zero() {
        amount = amount.minus(discount_amount)?;
        let change = Money::ZERO.minus(discount_amount)?;
        steps.push(Step {
            kind: StepKind::Discount,
            rule: None,
            change,
            amount,
        });
    }
    Ok(Priced {
        unit_price,
        list_amount,
        discount_amount,
        promotion_amount: Money::ZERO,
        total_amount: amount,
        tax_amount: Money::ZERO,
        net_amount: amount,
        steps,
    })
}

fn best_promotion<'a>(
    policy: &'a Policy,
    day: Date,
    items: &[Item],
    lines: &[Priced],
) -> Result<Option<(&'a Promotion, Money)>> {
    let mut best: Option<(&Promotion, Money)> = None;
    for promotion in policy
        .promotions
        .iter()
        .filter(|promotion| promotion.period.covers(day))
    {
        let eligible = items
            .iter()
            .zip(lines)
            .filter(|(item, _)| is_eligible(promotion, item));
        let base = Money::sum(eligible.map(|(_, line)| line.total_amount))?;
        let reduction = reduction_of(promotion, base)?;
        if reduction <= Money::ZERO {
            continue;
        }
        let rank = |(promotion, reduction): &(&Promotion, Money)| {
            (
                Reverse(promotion.priority),
                Reverse(*reduction),
                promotion.id,
            )
        };
        let candidate = (promotion, reduction);
        if best
            .as_ref()
            .is_none_or(|held| rank(&candidate) < rank(held))
        {
            best = Some(candidate);
        }
    }
    Ok(best)
}

/// Gives each eligible line its share. Lines are ranked by content first, so that a cent left over by rounding falls on the same
/// line whatever order the lines were entered in.
fn spread(
    promotion: &Promotion,
    reduction: Money,
    items: &[Item],
    lines: &mut [Priced],
) -> Result<()> {
    let mut eligible: Vec<usize> = (0..items.len())
        .filter(|&at| is_eligible(promotion, &items[at]))
        .collect();
    eligible.sort_by_key(|&at| {
        (
            items[at].product,
            Reverse(lines[at].total_amount),
            items[at].quantity,
        )
    });
    let weights: Vec<i64> = eligible
        .iter()
        .map(|&at| lines[at].total_amount.steps())
        .collect();
    for (at, share) in eligible.into_iter().zip(reduction.split(&weights, CENTS)) {
        if share.is_zero() {
            continue;
        }
        let line = &mut lines[at];
        line.promotion_amount = share;
        line.total_amount = line.total_amount.minus(share)?;
        let change = Money::ZERO.minus(share)?;
        let amount = line.total_amount;
        line.steps.push(Step {
            kind: StepKind::Promotion,
            rule: Some(promotion.id),
            change,
            amount,
        });
    }
    Ok(())
}

fn contain_tax(rate: Percent, line: &mut Priced) -> Result<()> {
    line.tax_amount = tax_within(line.total_amount, rate)?;
    line.net_amount = line.total_amount.minus(line.tax_amount)?;
    let (change, amount) = (line.tax_amount, line.total_amount);
    line.steps.push(Step {
        kind: StepKind::Tax,
        rule: None,
        change,
        amount,
    });
    Ok(())
}

#[cfg(test)]
#[path = "waterfall_tests.rs"]
mod tests;
