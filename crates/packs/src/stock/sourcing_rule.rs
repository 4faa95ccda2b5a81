//! One rule of the list that finds the site: for which orders, among which sites, in which order, split or not.
//!
//! Keeps true: empty conditions match everything; ranks are whole numbers, the lowest first, so that a choice is repeatable.
//! Not here: trying the rules one after the other (`sourcing`), reading them (`choice`).

use qudao_base::{Id, Money};
use qudao_meta::Text;

use super::{
    records::SourcingRule,
    sourcing_terms::{Order, Site, SiteKind},
};
use crate::partner::territory;

/// What sites are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// Nearest first, unknown last.
    Distance,
    /// The most of the needed products first.
    Available,
    /// Highest priority first.
    Priority,
    /// Cheapest first.
    Cost,
    /// The most left of its daily capacity first; without one, before all.
    Capacity,
}

/// When several sites may ship a part each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitTerms {
    /// Orders below are not split.
    pub amount_from: Money,
    /// Not split when a part is worth less.
    pub part_amount_min: Money,
    /// Most parts.
    pub sites_max: usize,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub name: Text,
    /// Only orders of this channel.
    pub channel: Option<Id>,
    /// Only goods shipped into this division.
    pub division: Option<String>,
    /// Only orders of this amount and more.
    pub amount_from: Option<Money>,
    /// Only orders of this amount and less.
    pub amount_until: Option<Money>,
    /// Only sites of this kind.
    pub kind: Option<SiteKind>,
    /// Only sites so near; what is not known is not near.
    pub distance_metres_max: Option<i64>,
    /// First key, second key.
    pub sort: Vec<SortKey>,
    /// None: one site ships all.
    pub split: Option<SplitTerms>,
}

/// Why a rule does not count for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Another channel.
    Channel,
    /// Another division.
    Division,
    /// Another amount.
    Amount,
}

impl From<SourcingRule> for Rule {
    fn from(record: SourcingRule) -> Self {
        let english = record.name_en.unwrap_or_else(|| record.name.clone());
        let second = record.then_by.as_deref().map(sort_key);
        let sort = std::iter::once(sort_key(&record.sort_by)).chain(second);
        let terms = SplitTerms {
            amount_from: record.split_amount_from,
            part_amount_min: record.split_part_amount_min,
            sites_max: usize::try_from(record.split_sites_max).unwrap_or_default(),
        };
        Self {
            name: Text::new(record.name, english),
            channel: record.channel_id,
            division: record.division,
            amount_from: record.amount_from,
            amount_until: record.amount_until,
            kind: record.site_kind.as_deref().map(kind),
            distance_metres_max: record.distance_metres_max,
            sort: sort.collect(),
            split: record.split.then_some(terms),
        }
    }
}

fn sort_key(declared: &str) -> SortKey {
    match declared {
        "available" => SortKey::Available,
        "priority" => SortKey::Priority,
        "cost" => SortKey::Cost,
        "capacity" => SortKey::Capacity,
        _ => SortKey::Distance,
    }
}

fn kind(declared: &str) -> SiteKind {
    match declared {
        "store" => SiteKind::Store,
        "central" => SiteKind::CentralWarehouse,
        _ => SiteKind::Warehouse,
    }
}

impl Rule {
    /// The rule for goods that are picked up: the site they are picked up at, or none.
    pub fn pickup() -> Self {
        Self {
            name: Text::new("到店自提", "Pick-up"),
            channel: None,
            division: None,
            amount_from: None,
            amount_until: None,
            kind: None,
            distance_metres_max: None,
            sort: vec![SortKey::Distance],
            split: None,
        }
    }

    /// Why the rule does not count for the order; none when it does.
    pub fn mismatch(&self, order: &Order<'_>) -> Option<Mismatch> {
        if self.channel.is_some_and(|channel| channel != order.channel) {
            return Some(Mismatch::Channel);
        }
        let place = order.division.unwrap_or_default();
        let is_outside = |area: &str| !territory::contains(area, place);
        if self.division.as_deref().is_some_and(is_outside) {
            return Some(Mismatch::Division);
        }
        let is_small = self.amount_from.is_some_and(|from| order.amount < from);
        let is_large = self.amount_until.is_some_and(|until| order.amount > until);
        (is_small || is_large).then_some(Mismatch::Amount)
    }

    /// True for sites the rule is about.
    pub fn covers(&self, site: &Site) -> bool {
        self.kind.is_none_or(|kind| kind == site.kind)
    }

    /// Where the site stands among those of the rule; ties go to the nearer, then to the older.
    pub fn rank(&self, order: &Order<'_>, site: &Site, metres: Option<i64>) -> (Vec<i64>, i64, Id) {
        let metres = metres.unwrap_or(i64::MAX);
        let key = |key: &SortKey| match key {
            SortKey::Distance => metres,
            SortKey::Available => -site.available_of(order.needs),
            SortKey::Priority => site.priority.saturating_neg(),
            SortKey::Cost => site.shipping_cost.steps(),
            SortKey::Capacity => -site.capacity_left.unwrap_or(i64::MAX),
        };
        (self.sort.iter().map(key).collect(), metres, site.id)
    }
}
