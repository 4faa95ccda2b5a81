//! Which promotions apply to an order, in which order, and why the others do not.
//!
//! Keeps true: the outcome depends on values alone. Promotions are tried by priority, then by what they are worth on the order
//! before any promotion, then by age; the first that is open applies, and each later one sees what the earlier ones left. Of an
//! exclusive group one applies; one that does not stack applies alone. Nothing goes beyond a limit.
//! Not here: holding limits for an order (`limits`), loading.

use std::cmp::Reverse;

use qudao_base::{Id, Money, Quantity, Result};

use super::{
    benefit::{self, Gain},
    policy::{Buyer, Item, Mismatch, Promotion},
};

/// Why a promotion does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not on this day.
    OutsidePeriod,
    /// For somebody else.
    Audience(Mismatch),
    /// The partner has ordered before.
    NotFirstOrder,
    /// Only with a coupon.
    NeedsCoupon,
    /// No line it is for.
    NothingEligible,
    /// So much short of the amount.
    AmountShort(Money),
    /// So much short of the quantity.
    QuantityShort(Quantity),
    /// So much of a product short of the bundle.
    BundleIncomplete {
        /// Which product.
        product: Id,
        /// How many are missing.
        missing: Quantity,
    },
    /// It would change nothing.
    NoGain,
    /// Another promotion of its group applies.
    ExcludedByGroup {
        /// The group.
        group: String,
        /// The one that applies.
        by: Id,
    },
    /// It or the one that applies stands alone.
    ExcludedAlone {
        /// The one that applies.
        by: Id,
    },
    /// The budget does not cover it.
    BudgetUsedUp {
        /// What is left of it.
        left: Money,
        /// What it would take.
        needed: Money,
    },
    /// It was used as often as it may be.
    UsesUsedUp,
    /// This partner used it as often as it may.
    PartnerUsesUsedUp,
}

impl Reason {
    /// True when the promotion ran out rather than not fitting the order.
    pub fn is_used_up(&self) -> bool {
        matches!(
            self,
            Self::BudgetUsedUp { .. } | Self::UsesUsedUp | Self::PartnerUsesUsedUp
        )
    }
}

/// How a promotion came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    /// Which promotion.
    pub promotion: Id,
    /// What it gives, or why not.
    pub outcome: std::result::Result<Gain, Reason>,
}

type Open<'a> = (&'a Promotion, Gain);

/// Decides on all promotions and takes what they give off `left`, what each item costs before them. Those that apply come first,
/// in the order they apply in; the others follow by priority and age.
///
/// # Errors
/// `amount.range` when an amount does not fit.
pub fn select(
    promotions: &[Promotion],
    buyer: &Buyer,
    items: &[Item],
    left: &mut [Money],
) -> Result<Vec<Considered>> {
    let (mut open, mut refused): (Vec<Open<'_>>, Vec<(&Promotion, Reason)>) = Default::default();
    for promotion in promotions {
        match weigh(promotion, buyer, items, left)? {
            Ok(gain) => open.push((promotion, gain)),
            Err(reason) => refused.push((promotion, reason)),
        }
    }
    open.sort_by_key(|(promotion, gain)| {
        (
            Reverse(promotion.priority),
            Reverse(gain.value),
            promotion.id,
        )
    });
    let mut applied: Vec<Open<'_>> = Vec::new();
    for (promotion, _) in open {
        if let Some(reason) = excluded(promotion, &applied) {
            refused.push((promotion, reason));
            continue;
        }
        match weigh(promotion, buyer, items, left)? {
            Ok(gain) => {
                for (at, share) in &gain.shares {
                    left[*at] = left[*at].minus(*share)?;
                }
                applied.push((promotion, gain));
            }
            Err(reason) => refused.push((promotion, reason)),
        }
    }
    refused.sort_by_key(|(promotion, _)| (Reverse(promotion.priority), promotion.id));
    let applied = applied.into_iter().map(|(promotion, gain)| Considered {
        promotion: promotion.id,
        outcome: Ok(gain),
    });
    let refused = refused.into_iter().map(|(promotion, reason)| Considered {
        promotion: promotion.id,
        outcome: Err(reason),
    });
    Ok(applied.chain(refused).collect())
}

fn weigh(
    promotion: &Promotion,
    buyer: &Buyer,
    items: &[Item],
    left: &[Money],
) -> Result<std::result::Result<Gain, Reason>> {
    if let Some(reason) = closed(promotion, buyer) {
        return Ok(Err(reason));
    }
    let gain = match benefit::gain(promotion, items, left)? {
        Ok(gain) => gain,
        Err(reason) => return Ok(Err(reason)),
    };
    let limit = promotion.limit;
    Ok(match limit.amount_left.filter(|left| *left < gain.value) {
        Some(left) => Err(Reason::BudgetUsedUp {
            left: left.max(Money::ZERO),
            needed: gain.value,
        }),
        None if limit.uses_left.is_some_and(|left| left < 1) => Err(Reason::UsesUsedUp),
        None if limit.partner_uses_left.is_some_and(|left| left < 1) => {
            Err(Reason::PartnerUsesUsedUp)
        }
        None => Ok(gain),
    })
}

fn closed(promotion: &Promotion, buyer: &Buyer) -> Option<Reason> {
    if !promotion.period.covers(buyer.day) {
        return Some(Reason::OutsidePeriod);
    }
    if let Some(mismatch) = promotion.audience.mismatch(buyer) {
        return Some(Reason::Audience(mismatch));
    }
    if promotion.first_order && !buyer.first_order {
        return Some(Reason::NotFirstOrder);
    }
    let has_coupon = buyer.coupon_promotion == Some(promotion.id);
    (promotion.coupon && !has_coupon).then_some(Reason::NeedsCoupon)
}

fn excluded(promotion: &Promotion, applied: &[Open<'_>]) -> Option<Reason> {
    let of_group = |(one, _): &&Open<'_>| one.group.is_some() && one.group == promotion.group;
    if let (Some((by, _)), Some(group)) = (applied.iter().find(of_group), &promotion.group) {
        return Some(Reason::ExcludedByGroup {
            group: group.clone(),
            by: by.id,
        });
    }
    let alone = |(one, _): &&Open<'_>| !promotion.stackable || !one.stackable;
    let (by, _) = applied.iter().find(alone)?;
    Some(Reason::ExcludedAlone { by: by.id })
}

#[cfg(test)]
#[path = "selection_tests.rs"]
mod tests;
