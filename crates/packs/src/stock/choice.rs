//! Chooses the site that ships: loads sites with their stock, runs the pure rule, tells why.
//!
//! Not here: holding the goods; between choice and hold another order may take them, and the hold then refuses.

use std::collections::{BTreeMap, HashMap};

use qudao_base::{Id, Quantity, Refusal, Result, Value};
use qudao_kernel::{Cx, Explanation};

use super::{
    claim, level,
    records::{DeliveryNote, Site as SiteRecord},
    sourcing::{self, LeftOut, Need, Place, Shortage, Site, SiteKind, Sourcing, Verdict, Weighed},
};
use crate::product::records::Product;

/// Sites that may ship for a channel: the one it ships from, or every active one.
const SITES: &str = "active = 1 AND NOT EXISTS (SELECT 1 FROM sales_channel c WHERE c.id = ? AND c.site_id <> t.id)";

/// The most one order of the channel could be promised of each product: what the best site has for it. Products nobody has are
/// absent.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn most_at_one_site(
    cx: &mut Cx<'_>,
    products: &[Id],
    channel: Id,
) -> Result<HashMap<Id, Quantity>> {
    let needs: Vec<Need> = sourcing::needs(products.iter().map(|&one| (one, Quantity::ZERO)));
    let stock = available(cx, &needs, channel)?;
    let mut most: HashMap<Id, Quantity> = HashMap::new();
    for site in cx.find::<SiteRecord>(SITES, &[channel.into()])? {
        for (product, quantity) in stock.get(&site.id).into_iter().flatten() {
            let known = most.entry(*product).or_default();
            *known = (*known).max(*quantity);
        }
    }
    Ok(most)
}

/// What has to find a site.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Where the goods go, when that is known.
    pub ship_to: Option<Place>,
    /// Channel of the order.
    pub channel: Id,
    /// What is needed.
    pub needs: &'a [Need],
    /// The order whose sites that gave its goods back are not asked again.
    pub given_back_by: Option<Id>,
}

/// Chooses among the sites that may ship for the channel.
pub fn choose(cx: &mut Cx<'_>, ask: &Ask<'_>) -> Result<Sourcing> {
    let radius_metres = cx.setting_integer("stock.store_radius_metres")?;
    let mut stock = available(cx, ask.needs, ask.channel)?;
    let mut left_out = match ask.given_back_by {
        Some(order) => left_out(cx, order)?,
        None => HashMap::new(),
    };
    let site = |record: SiteRecord| Site {
        id: record.id,
        kind: kind(&record),
        place: Place::of(record.latitude, record.longitude),
        available: stock.remove(&record.id).unwrap_or_default(),
        left_out: left_out.remove(&record.id),
        name: record.name,
    };
    let sites: Vec<Site> = cx
        .find::<SiteRecord>(SITES, &[ask.channel.into()])?
        .into_iter()
        .map(site)
        .collect();
    Ok(sourcing::source(
        ask.ship_to,
        ask.needs,
        &sites,
        radius_metres,
    ))
}

/// Sites that gave goods of the order back, each with its last reason.
fn left_out(cx: &mut Cx<'_>, order: Id) -> Result<HashMap<Id, LeftOut>> {
    let condition = "sales_order_id = ? AND state = 'taken_back' ORDER BY id";
    let notes = cx.find::<DeliveryNote>(condition, &[order.into()])?;
    let why = |note: DeliveryNote| {
        let refused = note.refusal_reason.map(LeftOut::Refused);
        (note.site_id, refused.unwrap_or(LeftOut::NotAccepted))
    };
    Ok(notes.into_iter().map(why).collect())
}

fn kind(site: &SiteRecord) -> SiteKind {
    match (site.kind.as_str(), site.is_central) {
        ("store", _) => SiteKind::Store,
        (_, true) => SiteKind::CentralWarehouse,
        _ => SiteKind::Warehouse,
    }
}

/// What the channel may take, by site and product.
fn available(
    cx: &mut Cx<'_>,
    needs: &[Need],
    channel: Id,
) -> Result<HashMap<Id, BTreeMap<Id, Quantity>>> {
    let mut stock: HashMap<Id, BTreeMap<Id, Quantity>> = HashMap::new();
    if needs.is_empty() {
        return Ok(stock);
    }
    let marks = vec!["?"; needs.len()].join(", ");
    let products: Vec<Value> = needs.iter().map(|need| need.product.into()).collect();
    let sql = format!(
        "SELECT site_id, product_id, available FROM stock_level WHERE product_id IN ({marks}) AND reserved + available > 0"
    );
    let wanted: Vec<Id> = needs.iter().map(|need| need.product).collect();
    let terms = claim::terms(cx, channel, &wanted)?;
    for row in cx.query(&sql, &products)? {
        let (site, product) = (row.id(0)?, row.id(1)?);
        let available = Quantity::from_steps(row.int(2)?);
        let promisable = match terms.get(&level::Place { site, product }) {
            Some(terms) => terms.promisable(available)?,
            None => available,
        };
        stock.entry(site).or_default().insert(product, promisable);
    }
    Ok(stock)
}

/// The refusal when no site has everything, naming each product that no site can promise in full; when each product can be
/// promised somewhere but not all at one site, all are named.
pub fn refusal(cx: &mut Cx<'_>, sourcing: &Sourcing) -> Result<Refusal> {
    let is_short = |one: &&Shortage| one.available < one.needed;
    let mut named: Vec<Shortage> = sourcing
        .shortages
        .iter()
        .filter(is_short)
        .copied()
        .collect();
    if named.is_empty() {
        named.clone_from(&sourcing.shortages);
    }
    let mut details = Vec::with_capacity(named.len());
    for short in &named {
        let product = cx.get::<Product>(short.product)?;
        details.push(format!(
            "{} {} / {}",
            product.name, short.available, short.needed
        ));
    }
    let first = Refusal::conflict("stock.short")
        .on("lines")
        .with("details", details.join("; "));
    Ok(first)
}

fn distance(one: &Weighed) -> String {
    one.distance_metres
        .map_or_else(String::new, |metres| format!("{metres} m"))
}

fn verdict(one: &Weighed) -> Explanation {
    let name = &one.name;
    let node = match &one.verdict {
        Verdict::Chosen => Explanation::pass(format!("{name}：由此发货"), format!("{name}: ships")),
        Verdict::Behind => Explanation::info(
            format!("{name}：可发货，但顺位在后"),
            format!("{name}: could ship, another goes first"),
        ),
        Verdict::LeftOut(LeftOut::Refused(reason)) => Explanation::fail(
            format!("{name}：门店已拒单（{reason}）"),
            format!("{name}: refused by the store ({reason})"),
        ),
        Verdict::LeftOut(LeftOut::NotAccepted) => Explanation::fail(
            format!("{name}：门店未按时接单"),
            format!("{name}: not accepted by the store in time"),
        ),
        Verdict::TooFar => Explanation::fail(
            format!("{name}：超出门店发货半径"),
            format!("{name}: beyond the radius of stores"),
        ),
        Verdict::PlaceUnknown => Explanation::fail(
            format!("{name}：收货地没有坐标，无法计算距离"),
            format!("{name}: the ship-to has no coordinates, distance unknown"),
        ),
        Verdict::Short(missing) => missing.iter().fold(
            Explanation::fail(
                format!("{name}：库存不足"),
                format!("{name}: not enough stock"),
            ),
            |node, short| {
                let figure = format!("{} / {}", short.available, short.needed);
                node.child(Explanation::fail("可用 / 需要", "available / needed").value(figure))
            },
        ),
    };
    let figure = distance(one);
    if figure.is_empty() {
        node
    } else {
        node.value(figure)
    }
}

/// Every site with its distance and why it ships or does not; the sites and their stock are the vendor's own business.
pub fn explanation(sourcing: &Sourcing) -> Explanation {
    let root = if sourcing.chosen.is_some() {
        Explanation::pass("发货网点已确定", "A site ships the order")
    } else {
        Explanation::fail("没有网点备齐全部产品", "No site has everything")
    };
    sourcing
        .weighed
        .iter()
        .fold(root, |root, one| root.child(verdict(one).internal()))
}
