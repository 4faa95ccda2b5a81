//! Which sites ship an order: rules are tried one after the other, each takes its sites in its order, and the first site that has
//! everything ships; where a rule allows it, several share an order no single site has.
//!
//! Keeps true: every site is weighed and the reason for or against it is kept, and so is what became of every rule; ties end by
//! id, so the answer is repeatable.
//! Not here: holding the stock (the ledger's conditional hold is the real check), what a rule says (`sourcing_rule`), how goods
//! are shared out (`sourcing_split`).

use qudao_base::Result;

pub use super::{
    point::Point,
    sourcing_terms::{
        Lack, LeftOut, Need, Order, Outcome, Part, Shortage, Site, SiteKind, Sourcing, Tried,
        Verdict, Weighed, needs,
    },
};
use super::{sourcing_rule::Rule, sourcing_split};

/// Tries the rules in their order.
///
/// # Errors
/// `amount.range` when an amount does not fit.
pub fn source(order: &Order<'_>, sites: &[Site], rules: &[Rule]) -> Result<Sourcing> {
    let mut sourcing = Sourcing::default();
    for rule in rules {
        let outcome = match rule.mismatch(order) {
            Some(mismatch) => Outcome::Mismatch(mismatch),
            None => try_rule(&mut sourcing, order, sites, rule)?,
        };
        let rule = rule.name.clone();
        sourcing.rules.push(Tried { rule, outcome });
    }
    for site in sites {
        keep(&mut sourcing.weighed, weigh(order, site, None));
    }
    if sourcing.parts.is_empty() {
        sourcing.shortages = best_promises(order.needs, sites, &sourcing.weighed);
    }
    Ok(sourcing)
}

/// Weighs the sites of a rule and, unless an earlier one has, finds who ships.
fn try_rule(
    sourcing: &mut Sourcing,
    order: &Order<'_>,
    sites: &[Site],
    rule: &Rule,
) -> Result<Outcome> {
    if rule.kind.is_none_or(|kind| kind == SiteKind::Store) {
        let known = sourcing.store_metres_max;
        sourcing.store_metres_max = known.or(rule.distance_metres_max);
    }
    let covered = sites.iter().filter(|site| rule.covers(site));
    let mut found: Vec<(&Site, Weighed)> = covered
        .map(|site| (site, weigh(order, site, Some(rule))))
        .collect();
    found.sort_by_cached_key(|(site, one)| rule.rank(order, site, one.distance_metres));
    let outcome = if sourcing.parts.is_empty() {
        let (parts, outcome) = decide(order, rule, &found)?;
        for (site, one) in &mut found {
            if parts.iter().any(|part| part.site == site.id) {
                one.verdict = Verdict::Chosen;
            }
        }
        sourcing.parts = parts;
        outcome
    } else {
        Outcome::Behind
    };
    for (_, one) in found {
        keep(&mut sourcing.weighed, one);
    }
    Ok(outcome)
}

/// Who of the sites of a rule ships what.
fn decide(
    order: &Order<'_>,
    rule: &Rule,
    found: &[(&Site, Weighed)],
) -> Result<(Vec<Part>, Outcome)> {
    let mut able = found
        .iter()
        .filter(|(_, one)| one.verdict == Verdict::Behind);
    if let Some((site, _)) = able.next() {
        let goods = order.needs.iter();
        let goods = goods.map(|need| (need.product, need.quantity)).collect();
        let part = Part {
            site: site.id,
            goods,
        };
        return Ok((vec![part], Outcome::Ships));
    }
    let Some(terms) = rule.split.filter(|_| order.may_split) else {
        return Ok((Vec::new(), Outcome::NoSite));
    };
    if order.amount < terms.amount_from {
        return Ok((Vec::new(), Outcome::TooSmall));
    }
    let short: Vec<&Site> = found
        .iter()
        .filter(|(_, one)| matches!(one.verdict, Verdict::Short(_)))
        .map(|(site, _)| *site)
        .collect();
    Ok(match sourcing_split::split(order.needs, &short, &terms)? {
        Ok(parts) => {
            let count = parts.len();
            (parts, Outcome::Splits(count))
        }
        Err(why) => (Vec::new(), Outcome::NoSplit(why)),
    })
}

/// Keeps the strongest thing that was said of a site, where it was first said.
fn keep(weighed: &mut Vec<Weighed>, one: Weighed) {
    match weighed.iter_mut().find(|before| before.site == one.site) {
        Some(before) if strength(&one.verdict) > strength(&before.verdict) => *before = one,
        Some(_) => {}
        None => weighed.push(one),
    }
}

const fn strength(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Chosen => 4,
        Verdict::Behind => 3,
        Verdict::Short(_) => 2,
        Verdict::NoRule => 0,
        _ => 1,
    }
}

fn weigh(order: &Order<'_>, site: &Site, rule: Option<&Rule>) -> Weighed {
    let distance_metres = order
        .ship_to
        .zip(site.place)
        .map(|(from, to)| from.metres_to(to));
    Weighed {
        site: site.id,
        name: site.name.clone(),
        kind: site.kind,
        distance_metres,
        rule: rule.map(|rule| rule.name.clone()),
        verdict: match (&site.left_out, rule) {
            (Some(why), _) => Verdict::LeftOut(why.clone()),
            (None, Some(rule)) => judge(order, site, distance_metres, rule),
            (None, None) => Verdict::NoRule,
        },
    }
}

fn judge(order: &Order<'_>, site: &Site, metres: Option<i64>, rule: &Rule) -> Verdict {
    let missing = shortages(order.needs, site);
    match (rule.distance_metres_max, metres) {
        (Some(_), None) => Verdict::PlaceUnknown,
        (Some(max), Some(metres)) if metres > max => Verdict::TooFar(max),
        _ if site.capacity_left.is_some_and(|left| left <= 0) => Verdict::Full,
        _ if !missing.is_empty() => Verdict::Short(missing),
        _ => Verdict::Behind,
    }
}

fn shortages(needs: &[Need], site: &Site) -> Vec<Shortage> {
    let short = |need: &Need| {
        let available = site.promised(need.product);
        let missing = Shortage {
            product: need.product,
            needed: need.quantity,
            available,
        };
        (available < need.quantity).then_some(missing)
    };
    needs.iter().filter_map(short).collect()
}

/// Per product the most that one site can promise. Sites out of reach are left out: their stock does not help.
fn best_promises(needs: &[Need], sites: &[Site], weighed: &[Weighed]) -> Vec<Shortage> {
    let is_in_reach = |site: &&Site| {
        let mut short = weighed.iter();
        short.any(|one| one.site == site.id && matches!(one.verdict, Verdict::Short(_)))
    };
    let reached: Vec<&Site> = sites.iter().filter(is_in_reach).collect();
    let best = |need: &Need| Shortage {
        product: need.product,
        needed: need.quantity,
        available: reached
            .iter()
            .map(|site| site.promised(need.product))
            .max()
            .unwrap_or_default(),
    };
    needs.iter().map(best).collect()
}

#[cfg(test)]
#[path = "sourcing_tests.rs"]
mod tests;
