//! Which site ships an order: the nearest store within the radius that has every line, else the central warehouse, else
//! another warehouse that has every line. An order is never split over sites.
//!
//! Keeps true: every site is weighed and the reason for or against it is kept; ties end by id, so the answer is repeatable.
//! Not here: holding the stock (the ledger's conditional hold is the real check) and road distances.

use std::collections::BTreeMap;

use qudao_base::{Id, Quantity};

/// Mean radius of the earth in metres (IUGG 1980).
const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// A point on the earth in 1/1,000,000 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// North positive.
    pub latitude: i64,
    /// East positive.
    pub longitude: i64,
}

impl Place {
    /// The place, when both coordinates are known.
    pub fn of(latitude: Option<i64>, longitude: Option<i64>) -> Option<Self> {
        Some(Self {
            latitude: latitude?,
            longitude: longitude?,
        })
    }

    /// Great-circle distance in whole metres (haversine formula).
    pub fn metres_to(self, other: Self) -> i64 {
        let (from, to) = (radians(self.latitude), radians(other.latitude));
        let half_height = ((to - from) / 2.0).sin();
        let half_width = (radians(other.longitude - self.longitude) / 2.0).sin();
        let chord = half_height * half_height + from.cos() * to.cos() * half_width * half_width;
        (2.0 * EARTH_RADIUS_METRES * chord.clamp(0.0, 1.0).sqrt().asin()).round() as i64
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "nine digits fit a 52-bit mantissa exactly"
)]
fn radians(micro_degrees: i64) -> f64 {
    (micro_degrees as f64 / 1e6).to_radians()
}

/// What a site is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteKind {
    /// Ships within the radius only.
    Store,
    /// Ships whatever no store ships.
    CentralWarehouse,
    /// Ships what neither stores nor the central warehouse can.
    Warehouse,
}

/// A site that may ship.
#[derive(Clone, Debug)]
pub struct Site {
    /// Which.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SiteKind,
    /// Where it is.
    pub place: Option<Place>,
    /// What it can promise, by product.
    pub available: BTreeMap<Id, Quantity>,
    /// Why it is not asked again, when it gave the goods back.
    pub left_out: Option<LeftOut>,
}

/// How a site gave the goods of the order back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It refused, for this reason.
    Refused(String),
    /// It did not accept in time.
    NotAccepted,
}

/// A product the order needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Product.
    pub product: Id,
    /// How much.
    pub quantity: Quantity,
}

/// A product a site lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// Product.
    pub product: Id,
    /// How much is needed.
    pub needed: Quantity,
    /// How much can be promised.
    pub available: Quantity,
}

/// Why a site ships or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It ships.
    Chosen,
    /// It could, but another goes first.
    Behind,
    /// It gave the goods back before.
    LeftOut(LeftOut),
    /// A store beyond the radius.
    TooFar,
    /// A store, and the distance is not known.
    PlaceUnknown,
    /// It lacks these.
    Short(Vec<Shortage>),
}

/// A site with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// Which.
    pub site: Id,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SiteKind,
    /// How far it is from the ship-to, when both places are known.
    pub distance_metres: Option<i64>,
    /// Why, or why not.
    pub verdict: Verdict,
}

/// The decision with everything that was weighed, stores first, near to far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourcing {
    /// Site that ships; none when no site has every line.
    pub chosen: Option<Id>,
    /// All sites.
    pub weighed: Vec<Weighed>,
    /// When none was chosen: what the best placed site for each product can promise.
    pub shortages: Vec<Shortage>,
}

/// Adds up lines of the same product.
pub fn needs(lines: impl IntoIterator<Item = (Id, Quantity)>) -> Vec<Need> {
    let mut total: BTreeMap<Id, i64> = BTreeMap::new();
    for (product, quantity) in lines {
        let sum = total.entry(product).or_default();
        *sum = sum.saturating_add(quantity.steps());
    }
    let need = |(product, steps)| Need {
        product,
        quantity: Quantity::from_steps(steps),
    };
    total.into_iter().map(need).collect()
}

/// Chooses the site for the needs.
pub fn source(
    ship_to: Option<Place>,
    needs: &[Need],
    sites: &[Site],
    radius_metres: i64,
) -> Sourcing {
    let mut weighed: Vec<Weighed> = sites
        .iter()
        .map(|site| weigh(ship_to, needs, site, radius_metres))
        .collect();
    let rank = |one: &Weighed| {
        let kind = match one.kind {
            SiteKind::Store => 0,
            SiteKind::CentralWarehouse => 1,
            SiteKind::Warehouse => 2,
        };
        (kind, one.distance_metres.unwrap_or(i64::MAX), one.site)
    };
    weighed.sort_by_key(rank);
    let chosen = weighed
        .iter_mut()
        .find(|one| one.verdict == Verdict::Behind)
        .map(|one| {
            one.verdict = Verdict::Chosen;
            one.site
        });
    let shortages = if chosen.is_some() {
        Vec::new()
    } else {
        best_promises(needs, sites)
    };
    Sourcing {
        chosen,
        weighed,
        shortages,
    }
}

fn weigh(ship_to: Option<Place>, needs: &[Need], site: &Site, radius_metres: i64) -> Weighed {
    let distance_metres = ship_to.zip(site.place).map(|(from, to)| from.metres_to(to));
    let missing = shortages(needs, site);
    let verdict = match (&site.left_out, site.kind, distance_metres) {
        (Some(why), ..) => Verdict::LeftOut(why.clone()),
        (_, SiteKind::Store, None) => Verdict::PlaceUnknown,
        (_, SiteKind::Store, Some(metres)) if metres > radius_metres => Verdict::TooFar,
        _ if !missing.is_empty() => Verdict::Short(missing),
        _ => Verdict::Behind,
    };
    Weighed {
        site: site.id,
        name: site.name.clone(),
        kind: site.kind,
        distance_metres,
        verdict,
    }
}

fn promised(site: &Site, product: Id) -> Quantity {
    site.available
        .get(&product)
        .copied()
        .unwrap_or_default()
        .max(Quantity::ZERO)
}

fn shortages(needs: &[Need], site: &Site) -> Vec<Shortage> {
    let short = |need: &Need| {
        let available = promised(site, need.product);
        let missing = Shortage {
            product: need.product,
            needed: need.quantity,
            available,
        };
        (available < need.quantity).then_some(missing)
    };
    needs.iter().filter_map(short).collect()
}

/// Per product the most that one warehouse can promise. Stores out of reach are left out: their stock does not help.
fn best_promises(needs: &[Need], sites: &[Site]) -> Vec<Shortage> {
    let best = |need: &Need| {
        let is_asked = |site: &&Site| site.kind != SiteKind::Store && site.left_out.is_none();
        let available = sites
            .iter()
            .filter(is_asked)
            .map(|site| promised(site, need.product))
            .max()
            .unwrap_or_default();
        Shortage {
            product: need.product,
            needed: need.quantity,
            available,
        }
    };
    needs.iter().map(best).collect()
}

#[cfg(test)]
#[path = "sourcing_tests.rs"]
mod tests;
