//! From list price to what is paid, step by step: list, price rule, manual discount, promotions, tax.
//!
//! Keeps true: every step of every line is kept with the rule that made it; line totals add up to the order to the cent; the
//! result depends on the values alone, neither on the order of lines nor on the order of rules.
//! Not here: which price (`offers`) and which promotions (`selection`) apply, loading, saving, who may give a discount.

use qudao_base::{Id, Money, Percent, Quantity, Result};

use super::{
    benefit::CENTS,
    offers::best_offer,
    policy::{Buyer, Item, Policy},
    selection::{self, Considered},
    tax::{TaxRate, Taxed, tax},
};

/// Which step of the waterfall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// List price times quantity.
    List,
    /// A price rule or price list replaced the list price.
    Rule,
    /// The seller's discount.
    Discount,
    /// The line's share of a promotion.
    Promotion,
    /// The tax: contained in the amount, or added to it.
    Tax,
}

/// One step: what it changed and what was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub kind: StepKind,
    /// Rule or promotion behind it.
    pub rule: Option<Id>,
    /// Change of the line's amount; for tax the tax.
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
    /// Taken off by promotions.
    pub promotion_amount: Money,
    /// To pay, tax included.
    pub total_amount: Money,
    /// Tax within the total.
    pub tax_amount: Money,
    /// Total without tax.
    pub net_amount: Money,
    /// What it is taxed at.
    pub tax_rate: TaxRate,
    /// How it came about.
    pub steps: Vec<Step>,
}

/// Goods given away: a line that costs nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedGift {
    /// The promotion that gives them.
    pub promotion: Id,
    /// What is given.
    pub product: Id,
    /// How many.
    pub quantity: Quantity,
    /// Its amounts: the value by the list, all of it taken off.
    pub priced: Priced,
}

/// A priced order: lines in the order they were given, gifts, and the sums of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waterfall {
    /// Priced lines.
    pub lines: Vec<Priced>,
    /// Gifts, by promotion in the order they apply, then by product.
    pub gifts: Vec<PricedGift>,
    /// Every promotion looked at, those that apply first.
    pub promotions: Vec<Considered>,
    /// Sum of list amounts.
    pub list_amount: Money,
    /// Sum of manual discounts.
    pub discount_amount: Money,
    /// Sum of what promotions took off.
    pub promotion_amount: Money,
    /// To pay, tax included.
    pub total_amount: Money,
    /// Tax within it.
    pub tax_amount: Money,
    /// Without tax.
    pub net_amount: Money,
}

impl Waterfall {
    /// The promotions that apply, each with its worth, in the order they apply in.
    pub fn applied(&self) -> impl Iterator<Item = (Id, Money)> + '_ {
        let worth = |one: &Considered| {
            let gain = one.outcome.as_ref().ok()?;
            Some((one.promotion, gain.value))
        };
        self.promotions.iter().filter_map(worth)
    }
}

/// Prices the items for the buyer.
///
/// # Errors
/// `amount.range` when an amount does not fit; nothing else stops it.
pub fn price(policy: &Policy, buyer: &Buyer, items: &[Item]) -> Result<Waterfall> {
    let mut lines = items
        .iter()
        .map(|item| before_promotions(policy, buyer, item))
        .collect::<Result<Vec<_>>>()?;
    let mut left: Vec<Money> = lines.iter().map(|line| line.total_amount).collect();
    let promotions = selection::select(&policy.promotions, buyer, items, &mut left)?;
    let gifts = take_off(&promotions, &mut lines)?;
    settle_tax(policy, &mut lines)?;
    let all = || lines.iter().chain(gifts.iter().map(|gift| &gift.priced));
    let sum = |part: fn(&Priced) -> Money| Money::sum(all().map(part));
    Ok(Waterfall {
        list_amount: sum(|line| line.list_amount)?,
        discount_amount: sum(|line| line.discount_amount)?,
        promotion_amount: sum(|line| line.promotion_amount)?,
        total_amount: sum(|line| line.total_amount)?,
        tax_amount: sum(|line| line.tax_amount)?,
        net_amount: sum(|line| line.net_amount)?,
        lines,
        gifts,
        promotions,
    })
}

impl Priced {
    fn starting_at(unit_price: Money, list_amount: Money) -> Self {
        Self {
            unit_price,
            list_amount,
            discount_amount: Money::ZERO,
            promotion_amount: Money::ZERO,
            total_amount: list_amount,
            tax_amount: Money::ZERO,
            net_amount: list_amount,
            tax_rate: TaxRate::default(),
            steps: vec![Step {
                kind: StepKind::List,
                rule: None,
                change: list_amount,
                amount: list_amount,
            }],
        }
    }

    fn change(&mut self, kind: StepKind, rule: Option<Id>, change: Money) -> Result<()> {
        self.total_amount = self.total_amount.plus(change)?;
        self.steps.push(Step {
            kind,
            rule,
            change,
            amount: self.total_amount,
        });
        Ok(())
    }
}

fn less(amount: Money) -> Result<Money> {
    Money::ZERO.minus(amount)
}

fn before_promotions(policy: &Policy, buyer: &Buyer, item: &Item) -> Result<Priced> {
    let list_amount = item.list_price.times(item.quantity)?.rounded(CENTS);
    let mut line = Priced::starting_at(item.list_price, list_amount);
    line.tax_rate = item.tax_rate;
    if let Some((offer, price)) = best_offer(&policy.offers, buyer, item)? {
        line.unit_price = price;
        let amount = price.times(item.quantity)?.rounded(CENTS);
        line.change(StepKind::Rule, Some(offer.id), amount.minus(list_amount)?)?;
    }
    let discount = buyer.discount.clamp(Percent::ZERO, Percent::of(100));
    line.discount_amount = line.total_amount.percent(discount)?.rounded(CENTS);
    if !line.discount_amount.is_zero() {
        line.change(StepKind::Discount, None, less(line.discount_amount)?)?;
    }
    Ok(line)
}

/// Writes what promotions take off into the lines, and makes the gifts.
fn take_off(promotions: &[Considered], lines: &mut [Priced]) -> Result<Vec<PricedGift>> {
    let mut gifts = Vec::new();
    for one in promotions {
        let Ok(gain) = &one.outcome else { continue };
        let rule = Some(one.promotion);
        for &(at, share) in &gain.shares {
            let line = &mut lines[at];
            line.promotion_amount = line.promotion_amount.plus(share)?;
            line.change(StepKind::Promotion, rule, less(share)?)?;
        }
        for &(product, quantity, value) in &gain.gifts {
            let mut priced = Priced::starting_at(Money::ZERO, value);
            priced.promotion_amount = value;
            priced.net_amount = Money::ZERO;
            priced.change(StepKind::Promotion, rule, less(value)?)?;
            gifts.push(PricedGift {
                promotion: one.promotion,
                product,
                quantity,
                priced,
            });
        }
    }
    Ok(gifts)
}

fn settle_tax(policy: &Policy, lines: &mut [Priced]) -> Result<()> {
    let amounts: Vec<_> = lines
        .iter()
        .map(|line| (line.total_amount, line.tax_rate.percent))
        .collect();
    for (line, taxed) in lines.iter_mut().zip(tax(&policy.tax, &amounts)?) {
        let Taxed { net, tax } = taxed;
        (line.net_amount, line.tax_amount) = (net, tax);
        line.total_amount = net.plus(tax)?;
        line.steps.push(Step {
            kind: StepKind::Tax,
            rule: None,
            change: tax,
            amount: line.total_amount,
        });
    }
    Ok(())
}

#[cfg(test)]
#[path = "waterfall_tests.rs"]
mod tests;
