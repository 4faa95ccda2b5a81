//! Price rules and promotions as data: which one applies, and what it makes of a price.
//!
//! Keeps true: the choice depends on values alone, not on the order of rules. Equal rules never fail: higher priority wins, then
//! the lower price, then the older id.
//! Not here: the steps of the waterfall, loading rules.

use std::cmp::Reverse;

use qudao_base::{Date, Id, Money, Percent, Quantity, Ratio, Result};

/// A price rule as data. Empty conditions match everything.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Which rule.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Only this product.
    pub product: Option<Id>,
    /// Only products of this category.
    pub category: Option<Id>,
    /// Only partners of this tier.
    pub tier: Option<String>,
    /// Only this partner.
    pub partner: Option<Id>,
    /// From this quantity of the line on.
    pub quantity_from: Quantity,
    /// Fixed unit price.
    pub price: Option<Money>,
    /// Or so much off the list price.
    pub percent_off: Option<Percent>,
    /// When it holds.
    pub period: Period,
    /// Higher wins.
    pub priority: i64,
}

/// First and last day, both included; open where absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

impl Period {
    /// True on the day.
    pub fn covers(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// What a promotion takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// A fixed amount once the threshold is reached, or for each full threshold.
    Full {
        /// The amount taken off.
        amount: Money,
        /// For each full threshold rather than once.
        every: bool,
    },
    /// So much per cent of the eligible lines.
    Percent(Percent),
}

/// A promotion as data.
#[derive(Clone, Debug)]
pub struct Promotion {
    /// Which promotion.
    pub id: Id,
    /// Name shown on the waterfall.
    pub name: String,
    /// What it takes off.
    pub reduction: Reduction,
    /// Eligible amount it needs.
    pub threshold: Money,
    /// Eligible categories; empty: all.
    pub categories: Vec<Id>,
    /// When it holds.
    pub period: Period,
    /// Higher wins.
    pub priority: i64,
}

/// Everything prices depend on besides the order.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Price rules, any order.
    pub offers: Vec<Offer>,
    /// Promotions, any order; at most one applies.
    pub promotions: Vec<Promotion>,
    /// Rate of the tax contained in prices.
    pub tax: Percent,
}

/// One line to be priced.
#[derive(Clone, Debug)]
pub struct Item {
    /// Product.
    pub product: Id,
    /// Its category.
    pub category: Option<Id>,
    /// List price per unit, tax included.
    pub list_price: Money,
    /// Quantity, positive.
    pub quantity: Quantity,
}

/// Who buys, when, with which manual discount.
#[derive(Clone, Debug)]
pub struct Buyer {
    /// The partner.
    pub partner: Id,
    /// Its tier.
    pub tier: String,
    /// The day of the price.
    pub day: Date,
    /// Manual discount on all lines, 0 to 100.
    pub discount: Percent,
}

/// The rule that sets the price of an item, with that price.
pub(super) fn best_offer<'a>(
    policy: &'a Policy,
    buyer: &Buyer,
    item: &Item,
) -> Result<Option<(&'a Offer, Money)>> {
    let mut best: Option<(&Offer, Money)> = None;
    for offer in policy
        .offers
        .iter()
        .filter(|offer| applies(offer, buyer, item))
    {
        let Some(price) = offered_price(offer, item.list_price)? else {
            continue;
        };
        let rank = |(offer, price): &(&Offer, Money)| (Reverse(offer.priority), *price, offer.id);
        let candidate = (offer, price);
        if best
            .as_ref()
            .is_none_or(|held| rank(&candidate) < rank(held))
        {
            best = Some(candidate);
        }
    }
    Ok(best)
}

fn applies(offer: &Offer, buyer: &Buyer, item: &Item) -> bool {
    offer.product.is_none_or(|product| product == item.product)
        && offer
            .category
            .is_none_or(|category| Some(category) == item.category)
        && offer.tier.as_ref().is_none_or(|tier| *tier == buyer.tier)
        && offer.partner.is_none_or(|partner| partner == buyer.partner)
        && offer.quantity_from <= item.quantity
        && offer.period.covers(buyer.day)
}

fn offered_price(offer: &Offer, list_price: Money) -> Result<Option<Money>> {
    match (offer.price, offer.percent_off) {
        (Some(price), _) => Ok(Some(price)),
        (None, Some(percent)) => Ok(Some(list_price.minus(list_price.percent(percent)?)?)),
        (None, None) => Ok(None),
    }
}

/// True when the item counts for the promotion.
pub(super) fn is_eligible(promotion: &Promotion, item: &Item) -> bool {
    promotion.categories.is_empty()
        || item
            .category
            .is_some_and(|category| promotion.categories.contains(&category))
}

/// What the promotion takes off an eligible amount, to the cent.
pub(super) fn reduction_of(promotion: &Promotion, base: Money) -> Result<Money> {
    if base < promotion.threshold || base <= Money::ZERO {
        return Ok(Money::ZERO);
    }
    let reduction = match promotion.reduction {
        Reduction::Full {
            amount,
            every: true,
        } if promotion.threshold > Money::ZERO => {
            let times = base.steps() / promotion.threshold.steps();
            amount.times_ratio(Ratio {
                numerator: times,
                denominator: 1,
            })?
        }
        Reduction::Full { amount, .. } => amount,
        Reduction::Percent(percent) => base.percent(percent)?,
    };
    Ok(reduction.rounded(2).min(base))
}
