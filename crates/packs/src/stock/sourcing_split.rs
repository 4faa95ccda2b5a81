//! Which sites ship a part each when no single one has everything.
//!
//! Keeps true: the parts add up to the needs exactly; each site gives no more than it can promise; few parts, because the site
//! that covers most of what is left always comes next.
//! Not here: whether an order may be split (`sourcing`).

use std::collections::BTreeMap;

use qudao_base::{Id, Money, Quantity, Ratio, Result};

use super::{
    sourcing_rule::SplitTerms,
    sourcing_terms::{Need, Part, Site},
};

/// Why sites of a rule do not share an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSplit {
    /// Together they do not have it, or only too many of them do.
    Short,
    /// A part would be worth too little.
    PartTooSmall,
}

/// Shares the needs out among sites, which come in the order of their rule.
///
/// # Errors
/// `amount.range` when a share does not fit.
pub fn split(
    needs: &[Need],
    sites: &[&Site],
    terms: &SplitTerms,
) -> Result<std::result::Result<Vec<Part>, NoSplit>> {
    let mut left: BTreeMap<Id, Quantity> = needs
        .iter()
        .map(|need| (need.product, need.quantity))
        .collect();
    let mut parts: Vec<Part> = Vec::new();
    while left.values().any(|quantity| *quantity > Quantity::ZERO) {
        let best = next(needs, &left, sites, &parts)?;
        let Some(part) = best.filter(|_| parts.len() < terms.sites_max) else {
            return Ok(Err(NoSplit::Short));
        };
        for (product, quantity) in &part.goods {
            let rest = left.entry(*product).or_default();
            *rest = rest.minus(*quantity)?;
        }
        parts.push(part);
    }
    for part in &parts {
        if worth(needs, &part.goods)? < terms.part_amount_min {
            return Ok(Err(NoSplit::PartTooSmall));
        }
    }
    Ok(Ok(parts))
}

/// The site, not yet asked, that covers most of what is left: by value, then by quantity, then in the order of the rule.
fn next(
    needs: &[Need],
    left: &BTreeMap<Id, Quantity>,
    sites: &[&Site],
    parts: &[Part],
) -> Result<Option<Part>> {
    let mut best: Option<((Money, i64), Part)> = None;
    for site in sites {
        if parts.iter().any(|part| part.site == site.id) {
            continue;
        }
        let goods: Vec<(Id, Quantity)> = left
            .iter()
            .map(|(product, rest)| (*product, site.promised(*product).min(*rest)))
            .filter(|(_, quantity)| *quantity > Quantity::ZERO)
            .collect();
        let steps = goods.iter().map(|(_, quantity)| quantity.steps()).sum();
        let covered = (worth(needs, &goods)?, steps);
        let is_better = best.as_ref().is_none_or(|(before, _)| covered > *before);
        if is_better && !goods.is_empty() {
            let site = site.id;
            best = Some((covered, Part { site, goods }));
        }
    }
    Ok(best.map(|(_, part)| part))
}

/// What a part of the needs is worth.
fn worth(needs: &[Need], goods: &[(Id, Quantity)]) -> Result<Money> {
    let mut sum = Money::ZERO;
    for (product, quantity) in goods {
        if let Some(need) = needs.iter().find(|need| need.product == *product) {
            let share = Ratio {
                numerator: quantity.steps(),
                denominator: need.quantity.steps().max(1),
            };
            sum = sum.plus(need.amount.times_ratio(share)?)?;
        }
    }
    Ok(sum)
}
