//! Chooses the site that ships: loads sites with their stock, runs the pure rule, tells why.
//!
//! Keeps true: a site with a daily limit is never given more, because who chooses in order to deliver waits for the turn first.
//! Not here: holding the goods; between choice and hold another order may take them, and the hold then refuses.

use std::collections::{BTreeMap, HashMap};

use qudao_base::{Id, Quantity, Refusal, Result, Value};
use qudao_kernel::Cx;

use super::{
    claim, level,
    records::{DeliveryNote, Site as SiteRecord, SourcingRule},
    sourcing::{self, Lack, LeftOut, Order, Point, Shortage, Site, SiteKind, Sourcing, Weighed},
    sourcing_rule::Rule,
};
use crate::product::records::Product;

pub use super::choice_text::explanation;

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
    let stock = available(cx, products, channel)?;
    let mut most: HashMap<Id, Quantity> = HashMap::new();
    for site in cx.find::<SiteRecord>(SITES, &[channel.into()])? {
        for (product, quantity) in stock.get(&site.id).into_iter().flatten() {
            let known = most.entry(*product).or_default();
            *known = (*known).max(*quantity);
        }
    }
    Ok(most)
}

/// Chooses among the sites that may ship for the channel; those that gave goods of `given_back` back are not asked again.
pub fn choose(cx: &mut Cx<'_>, order: &Order<'_>, given_back: Option<Id>) -> Result<Sourcing> {
    let mut sites = sites(cx, order, given_back)?;
    sites.retain(|site| order.pickup.is_none_or(|wanted| wanted == site.id));
    let rules: Vec<Rule> = if order.pickup.is_some() {
        vec![Rule::pickup()]
    } else {
        let rules = cx.find::<SourcingRule>("active = 1 ORDER BY position, id", &[])?;
        rules.into_iter().map(Rule::from).collect()
    };
    sourcing::source(order, &sites, &rules)
}

/// Every store that may ship for the channel, near to far.
pub fn stores(cx: &mut Cx<'_>, order: &Order<'_>) -> Result<Vec<Weighed>> {
    let mut sites = sites(cx, order, None)?;
    sites.retain(|site| site.kind == SiteKind::Store);
    Ok(sourcing::source(order, &sites, &[Rule::pickup()])?.weighed)
}

/// Sites that may ship for the channel, with what they have of the needs.
fn sites(cx: &mut Cx<'_>, order: &Order<'_>, given_back: Option<Id>) -> Result<Vec<Site>> {
    let wanted: Vec<Id> = order.needs.iter().map(|need| need.product).collect();
    let mut stock = available(cx, &wanted, order.channel)?;
    let mut left_out = match given_back {
        Some(order) => left_out(cx, order)?,
        None => HashMap::new(),
    };
    let records = cx.find::<SiteRecord>(SITES, &[order.channel.into()])?;
    let busy = busy(cx, &records)?;
    let site = |record: SiteRecord| Site {
        id: record.id,
        kind: kind(&record),
        place: Point::of(record.latitude, record.longitude),
        available: stock.remove(&record.id).unwrap_or_default(),
        left_out: left_out.remove(&record.id),
        priority: record.priority,
        shipping_cost: record.shipping_cost,
        capacity_left: record
            .daily_capacity
            .map(|most| most - busy.get(&record.id).copied().unwrap_or_default()),
        name: record.name,
    };
    Ok(records.into_iter().map(site).collect())
}

/// Waits until nobody else gives deliveries to sites with a daily limit: what was given today is counted before one more is
/// written. Whoever is going to make delivery notes does so before taking goods; where no site has a limit, nobody waits.
pub fn take_turn(cx: &mut Cx<'_>) -> Result<()> {
    let limited = "SELECT 1 FROM site WHERE active = 1 AND daily_capacity IS NOT NULL LIMIT 1";
    if cx.query(limited, &[])?.is_empty() {
        return Ok(());
    }
    cx.take_turn("stock.capacity", std::iter::once("deliveries"))
}

/// Deliveries each site was given today, without what waits for goods; not counted where no site has a limit.
fn busy(cx: &mut Cx<'_>, sites: &[SiteRecord]) -> Result<HashMap<Id, i64>> {
    if sites.iter().all(|site| site.daily_capacity.is_none()) {
        return Ok(HashMap::new());
    }
    let start = cx.today().start(cx.zone())?;
    let sql = "SELECT site_id, COUNT(*) FROM delivery_note WHERE created_at >= ? \
               AND state NOT IN ('cancelled', 'taken_back', 'waiting') GROUP BY site_id";
    let rows = cx.query(sql, &[start.into()])?;
    rows.iter()
        .map(|row| Ok((row.id(0)?, row.int(1)?)))
        .collect()
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
    wanted: &[Id],
    channel: Id,
) -> Result<HashMap<Id, BTreeMap<Id, Quantity>>> {
    let mut stock: HashMap<Id, BTreeMap<Id, Quantity>> = HashMap::new();
    if wanted.is_empty() {
        return Ok(stock);
    }
    let marks = vec!["?"; wanted.len()].join(", ");
    let products: Vec<Value> = wanted.iter().map(|&product| product.into()).collect();
    let sql = format!(
        "SELECT site_id, product_id, available FROM stock_level WHERE product_id IN ({marks}) AND reserved + available > 0"
    );
    let terms = claim::terms(cx, channel, wanted)?;
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
/// promised somewhere but not all at one site, all are named. Stock is not spoken of when no site in reach was asked for it.
pub fn refusal(cx: &mut Cx<'_>, sourcing: &Sourcing) -> Result<Refusal> {
    match sourcing.lack() {
        Some(Lack::Full) => return Ok(Refusal::conflict("stock.sites_full").on("lines")),
        Some(Lack::Rule) => return Ok(Refusal::conflict("stock.no_rule").on("lines")),
        Some(Lack::Goods) | None => {}
    }
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
