//! What one promotion is worth on the lines as they stand: shares of lines, gifts, or the reason why nothing.
//!
//! Keeps true: a share never exceeds what is left of its line; shares are whole cents and add up to the value; the order of lines
//! does not matter, because they are ranked by content before anything is handed out.
//! Not here: whether the promotion is open to the order, limits, and what excludes what (`selection`).

use std::{cmp::Reverse, collections::BTreeMap};

use qudao_base::{Id, Money, Percent, Quantity, Ratio, Result, SCALE};

use super::{
    policy::{Benefit, Gift, Item, Part, Promotion, TierStep},
    selection::Reason,
};

/// Decimals money is paid in.
pub const CENTS: u32 = 2;

/// What a promotion gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gain {
    /// Taken off lines, by their position.
    pub shares: Vec<(usize, Money)>,
    /// Given away: product, quantity and its value by the list.
    pub gifts: Vec<(Id, Quantity, Money)>,
    /// Worth of all of it.
    pub value: Money,
}

/// The eligible lines of a promotion, ranked by content, with what is left of each.
struct Base<'a> {
    items: &'a [Item],
    left: &'a [Money],
    at: Vec<usize>,
    amount: Money,
    quantity: Quantity,
}

/// Works a promotion out. `left` is what each item costs before it.
///
/// # Errors
/// `amount.range` when an amount does not fit.
pub fn gain(
    promotion: &Promotion,
    items: &[Item],
    left: &[Money],
) -> Result<std::result::Result<Gain, Reason>> {
    let base = match Base::of(promotion, items, left)? {
        Ok(base) => base,
        Err(reason) => return Ok(Err(reason)),
    };
    let gain = match &promotion.benefit {
        Benefit::PercentOff(percent) => base.spread(base.amount.percent(clamped(*percent))?)?,
        Benefit::AmountOff(amount) => base.each_unit(*amount)?,
        Benefit::FullReduction { amount, every } => {
            base.spread(times(*amount, base.rounds(promotion, *every))?)?
        }
        Benefit::Tiers(steps) => match reached(steps, base.amount)? {
            Ok(reduction) => base.spread(reduction)?,
            Err(reason) => return Ok(Err(reason)),
        },
        Benefit::Gift { gifts, every } => given(gifts, base.rounds(promotion, *every))?,
        Benefit::Bundle { parts, price } => match base.bundles(parts) {
            Ok(count) => base.bundle(parts, *price, count)?,
            Err(reason) => return Ok(Err(reason)),
        },
        Benefit::NthItem { nth, percent } => match base.nth_items(*nth, *percent)? {
            Ok(gain) => gain,
            Err(reason) => return Ok(Err(reason)),
        },
    };
    Ok(if gain.shares.is_empty() && gain.gifts.is_empty() {
        Err(Reason::NoGain)
    } else {
        Ok(gain)
    })
}

fn clamped(percent: Percent) -> Percent {
    percent.clamp(Percent::ZERO, Percent::of(100))
}

fn times(amount: Money, count: i64) -> Result<Money> {
    amount.times_ratio(Ratio {
        numerator: count,
        denominator: 1,
    })
}

/// The part of an amount that belongs to `taken` of `quantity`.
fn part_of(amount: Money, taken: Quantity, quantity: Quantity) -> Result<Money> {
    amount.times_ratio(Ratio {
        numerator: taken.steps(),
        denominator: quantity.steps(),
    })
}

fn is_eligible(promotion: &Promotion, item: &Item) -> bool {
    if let Benefit::Bundle { parts, .. } = &promotion.benefit {
        return parts.iter().any(|part| part.product == item.product);
    }
    let everything = promotion.categories.is_empty() && promotion.products.is_empty();
    let in_category = |category: &Id| promotion.categories.contains(category);
    everything
        || promotion.products.contains(&item.product)
        || item.category.as_ref().is_some_and(in_category)
}

/// The reduction of the highest step reached; between equal steps the larger one.
fn reached(steps: &[TierStep], base: Money) -> Result<std::result::Result<Money, Reason>> {
    let mut best = None;
    for step in steps.iter().filter(|step| step.threshold <= base) {
        let percent = base.percent(clamped(step.percent.unwrap_or_default()))?;
        best = best.max(Some((step.threshold, step.amount.unwrap_or(percent))));
    }
    if let Some((_, reduction)) = best {
        return Ok(Ok(reduction));
    }
    Ok(Err(match steps.iter().map(|step| step.threshold).min() {
        Some(first) => Reason::AmountShort(first.minus(base)?),
        None => Reason::NoGain,
    }))
}

fn given(gifts: &[Gift], rounds: i64) -> Result<Gain> {
    let mut merged: BTreeMap<Id, (Quantity, Money)> = BTreeMap::new();
    for gift in gifts.iter().filter(|gift| gift.quantity > Quantity::ZERO) {
        let quantity = gift.quantity.times_ratio(Ratio {
            numerator: rounds,
            denominator: 1,
        })?;
        let entry = merged
            .entry(gift.product)
            .or_insert((Quantity::ZERO, gift.list_price));
        entry.0 = entry.0.plus(quantity)?;
    }
    let mut gain = Gain::default();
    for (product, (quantity, list_price)) in merged {
        let value = list_price.times(quantity)?.rounded(CENTS);
        gain.value = gain.value.plus(value)?;
        gain.gifts.push((product, quantity, value));
    }
    Ok(gain)
}

impl<'a> Base<'a> {
    fn of(
        promotion: &Promotion,
        items: &'a [Item],
        left: &'a [Money],
    ) -> Result<std::result::Result<Self, Reason>> {
        let counts = |&at: &usize| {
            items[at].quantity > Quantity::ZERO
                && left[at] > Money::ZERO
                && is_eligible(promotion, &items[at])
        };
        let mut at: Vec<usize> = (0..items.len()).filter(counts).collect();
        at.sort_by_key(|&at| (items[at].product, Reverse(left[at]), items[at].quantity));
        let amount = Money::sum(at.iter().map(|&at| left[at]))?;
        let quantity = Quantity::sum(at.iter().map(|&at| items[at].quantity))?;
        let (asked, is_empty) = (promotion.threshold, at.is_empty());
        let base = Self {
            items,
            left,
            at,
            amount,
            quantity,
        };
        Ok(if is_empty {
            Err(Reason::NothingEligible)
        } else if amount < asked.amount {
            Err(Reason::AmountShort(asked.amount.minus(amount)?))
        } else if quantity < asked.quantity {
            Err(Reason::QuantityShort(asked.quantity.minus(quantity)?))
        } else {
            Ok(base)
        })
    }

    /// How often the thresholds are met in full: once, or as often as the scarcer of them allows.
    fn rounds(&self, promotion: &Promotion, every: bool) -> i64 {
        let asked = promotion.threshold;
        let by_amount = self.amount.steps().checked_div(asked.amount.steps());
        let by_quantity = self.quantity.steps().checked_div(asked.quantity.steps());
        let rounds = [by_amount, by_quantity].into_iter().flatten().min();
        rounds.filter(|_| every).unwrap_or(1).max(0)
    }

    /// Takes an amount off all eligible lines in proportion.
    fn spread(&self, reduction: Money) -> Result<Gain> {
        let weights: Vec<i64> = self.at.iter().map(|&at| self.left[at].steps()).collect();
        self.share_out(reduction, &weights)
    }

    /// Splits by weights of the ranked lines; no line gives more than it has.
    fn share_out(&self, reduction: Money, weights: &[i64]) -> Result<Gain> {
        let reduction = reduction.rounded(CENTS).clamp(Money::ZERO, self.amount);
        let shares = self.at.iter().copied().zip(reduction.split(weights, CENTS));
        self.collect(shares)
    }

    fn collect(&self, shares: impl Iterator<Item = (usize, Money)>) -> Result<Gain> {
        let capped = shares.map(|(at, share)| (at, share.clamp(Money::ZERO, self.left[at])));
        let shares: Vec<(usize, Money)> = capped.filter(|(_, share)| !share.is_zero()).collect();
        Ok(Gain {
            value: Money::sum(shares.iter().map(|(_, share)| *share))?,
            shares,
            gifts: Vec::new(),
        })
    }

    fn each_unit(&self, amount: Money) -> Result<Gain> {
        let mut shares = Vec::with_capacity(self.at.len());
        for &at in &self.at {
            shares.push((at, amount.times(self.items[at].quantity)?.rounded(CENTS)));
        }
        self.collect(shares.into_iter())
    }

    /// How many bundles the lines make, or what is missing for the first.
    fn bundles(&self, parts: &[Part]) -> std::result::Result<i64, Reason> {
        let mut count: Option<i64> = None;
        for part in parts {
            let has: i128 = self
                .of_product(part.product)
                .map(|at| i128::from(self.items[at].quantity.steps()))
                .sum();
            let needs = i128::from(part.quantity.steps()).max(1);
            if has < needs {
                let missing = i64::try_from(needs - has).unwrap_or(i64::MAX);
                return Err(Reason::BundleIncomplete {
                    product: part.product,
                    missing: Quantity::from_steps(missing),
                });
            }
            let sets = i64::try_from(has / needs).unwrap_or(i64::MAX);
            count = Some(count.map_or(sets, |held| held.min(sets)));
        }
        count.ok_or(Reason::NoGain)
    }

    /// Brings so many bundles to their price; the reduction falls on the goods in them in proportion.
    fn bundle(&self, parts: &[Part], price: Money, count: i64) -> Result<Gain> {
        let mut amounts = vec![Money::ZERO; self.at.len()];
        for part in parts {
            let needed = part.quantity.times_ratio(Ratio {
                numerator: count,
                denominator: 1,
            })?;
            for (at, taken) in self.take(part.product, needed)? {
                let amount = part_of(self.left[at], taken, self.items[at].quantity)?;
                if let Some(place) = self.at.iter().position(|&one| one == at) {
                    amounts[place] = amounts[place].plus(amount)?;
                }
            }
        }
        let reduction = Money::sum(amounts.iter().copied())?.minus(times(price, count)?)?;
        let weights: Vec<i64> = amounts.iter().map(|amount| amount.steps()).collect();
        self.share_out(reduction, &weights)
    }

    fn nth_items(&self, nth: i64, percent: Percent) -> Result<std::result::Result<Gain, Reason>> {
        let (mut shares, mut nearest) = (Vec::new(), None);
        let group = Quantity::from_steps(nth.clamp(1, 1_000_000) * SCALE);
        let mut products: Vec<Id> = self.at.iter().map(|&at| self.items[at].product).collect();
        products.dedup();
        for product in products {
            let quantity =
                Quantity::sum(self.of_product(product).map(|at| self.items[at].quantity))?;
            let units = quantity.steps() / group.steps();
            if units == 0 {
                let missing = group.minus(quantity)?;
                nearest = Some(nearest.map_or(missing, |held: Quantity| held.min(missing)));
                continue;
            }
            for (at, taken) in self.take(product, Quantity::from_steps(units * SCALE))? {
                let amount = part_of(self.left[at], taken, self.items[at].quantity)?;
                shares.push((at, amount.percent(clamped(percent))?.rounded(CENTS)));
            }
        }
        Ok(match nearest {
            Some(missing) if shares.is_empty() => Err(Reason::QuantityShort(missing)),
            _ => Ok(self.collect(shares.into_iter())?),
        })
    }

    fn of_product(&self, product: Id) -> impl Iterator<Item = usize> + '_ {
        let is_it = move |at: &usize| self.items[*at].product == product;
        self.at.iter().copied().filter(is_it)
    }

    /// Takes a quantity of a product from its lines, the cheapest units first.
    fn take(&self, product: Id, quantity: Quantity) -> Result<Vec<(usize, Quantity)>> {
        let mut lines: Vec<usize> = self.of_product(product).collect();
        lines.sort_by(|&one, &other| {
            let cross = |amount: usize, quantity: usize| {
                i128::from(self.left[amount].steps())
                    * i128::from(self.items[quantity].quantity.steps())
            };
            cross(one, other).cmp(&cross(other, one))
        });
        let (mut wanted, mut taken) = (quantity, Vec::new());
        for at in lines {
            let part = wanted.min(self.items[at].quantity);
            if part > Quantity::ZERO {
                wanted = wanted.minus(part)?;
                taken.push((at, part));
            }
        }
        Ok(taken)
    }
}
