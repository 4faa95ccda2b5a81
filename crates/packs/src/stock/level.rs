//! Goods of one product at one site: the ledger accounts of their conditions, and every way goods move between them.
//!
//! Keeps true: every change is one of the ledger. What a site may promise beyond what is on hand (goods in inspection or on
//! their way to it, where the site says so) is the floor of its on-hand account, moved together with those goods.
//! Not here: documents that cause changes; the record that shows the accounts (`projection`).

use qudao_base::{Id, Money, Quantity, Refusal, Result, Stop};
use qudao_kernel::{
    Cx,
    ledger::{AccountKey, Promise},
};

use super::{card, lot_places, lots::LotPart, records::Site};
use crate::product::records::Product;

/// Goods on hand, per site and product.
pub const ON_HAND: &str = "stock.on_hand";
/// Goods on their way to a site; the owner is the site that will receive them.
pub const IN_TRANSIT: &str = "stock.in_transit";
/// Goods at a site that wait for inspection.
pub const QUALITY: &str = "stock.quality";
/// Goods at a site that cannot be sold.
pub const DAMAGED: &str = "stock.damaged";
/// Where goods come from.
pub const SUPPLIER: &str = "stock.supplier";
/// Where goods go to.
pub const CUSTOMER: &str = "stock.customer";
/// Where differences come from and go to.
pub const ADJUSTMENT: &str = "stock.adjustment";

/// Kinds of accounts that hold goods of a site.
pub const CONDITIONS: [&str; 4] = [ON_HAND, IN_TRANSIT, QUALITY, DAMAGED];

/// The account kind of a declared condition.
pub fn condition(bucket: &str) -> &'static str {
    match bucket {
        "quality" => QUALITY,
        "damaged" => DAMAGED,
        _ => ON_HAND,
    }
}

/// The declared condition of an account kind; none for what is outside of the site.
pub(super) fn bucket(kind: &str) -> Option<&'static str> {
    match kind {
        ON_HAND => Some("on_hand"),
        IN_TRANSIT => Some("in_transit"),
        QUALITY => Some("quality"),
        DAMAGED => Some("damaged"),
        _ => None,
    }
}

/// A product at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The site.
    pub site: Id,
    /// The product.
    pub product: Id,
}

impl Place {
    pub(super) fn key(self, kind: &'static str) -> AccountKey {
        AccountKey::new(kind, self.site, self.product)
    }
}

/// The document that causes a change.
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    /// Its object.
    pub object: &'static str,
    /// Its id.
    pub record: Id,
}

/// One end of a movement: a kind of account and the site it belongs to.
pub type End = (&'static str, Id);

/// Goods that go from one account to another.
#[derive(Clone, Copy, Debug)]
pub struct Step<'l> {
    /// What.
    pub product: Id,
    /// Taken from.
    pub from: End,
    /// Put to.
    pub to: End,
    /// Never below zero; nothing moves nothing.
    pub quantity: Quantity,
    /// What goods from outside cost, where it is known.
    pub value: Option<Money>,
    /// The lots they are of, where the product asks for them; together they are the quantity.
    pub lots: &'l [LotPart],
}

/// Goods asked for.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    /// What and where.
    pub place: Place,
    /// How much.
    pub quantity: Quantity,
    /// Where they will go.
    pub to: End,
    /// How much must stay available.
    pub leave: Quantity,
    /// For what.
    pub cause: Cause,
}

/// True when the site may promise goods of this kind that are not on hand.
fn counts(cx: &mut Cx<'_>, (kind, site): End) -> Result<bool> {
    if ![IN_TRANSIT, QUALITY].contains(&kind) {
        return Ok(false);
    }
    let site = cx.get::<Site>(site)?;
    Ok(match kind {
        QUALITY => site.promise_quality,
        _ => site.promise_in_transit,
    })
}

/// Moves the floor of the on-hand account when goods that may be promised come (negative) or go (positive).
fn shift_promise(cx: &mut Cx<'_>, end: End, product: Id, by: i64) -> Result<()> {
    if !counts(cx, end)? {
        return Ok(());
    }
    let place = Place {
        site: end.1,
        product,
    };
    cx.ledger().shift_floor(&place.key(ON_HAND), by)
}

/// Moves goods at once. Returns what they are worth.
///
/// # Errors
/// Conflict `stock.short` when more is taken than is available.
pub fn transfer(cx: &mut Cx<'_>, step: &Step<'_>, cause: Cause) -> Result<Money> {
    let amount = step.quantity.steps();
    if amount == 0 {
        return Ok(Money::ZERO);
    }
    let key = |(kind, site): End| AccountKey::new(kind, site, step.product);
    let moved = shift_promise(cx, step.to, step.product, -amount)
        .and_then(|()| {
            let (from, to) = (key(step.from), key(step.to));
            cx.ledger()
                .transfer(&from, &to, amount, cause.object, cause.record)
        })
        .and_then(|_| shift_promise(cx, step.from, step.product, amount));
    moved.or_else(|stop| Err(name_product(cx, stop)?))?;
    booked(cx, step, cause)
}

/// What follows from a movement that was booked. Returns what the goods are worth.
fn booked(cx: &mut Cx<'_>, step: &Step<'_>, cause: Cause) -> Result<Money> {
    let balances = lot_places::follow(cx, step)?;
    card::write(cx, step, cause, &balances)
}

/// Promises goods. All of it or nothing.
///
/// # Errors
/// Conflict `stock.short` when less is available.
pub fn reserve(cx: &mut Cx<'_>, wanted: &[Want]) -> Result<()> {
    let promise = |want: &Want| Promise {
        from: want.place.key(ON_HAND),
        to: AccountKey::new(want.to.0, want.to.1, want.place.product),
        amount: want.quantity.steps(),
        leave: want.leave.steps(),
        object: want.cause.object,
        record: want.cause.record,
    };
    let promises: Vec<Promise> = wanted.iter().map(promise).collect();
    let held = cx.ledger().hold_all(&promises);
    held.map(drop).or_else(|stop| Err(name_product(cx, stop)?))
}

/// Takes promised goods out, and gives back what stays promised.
pub fn deliver(cx: &mut Cx<'_>, quantity: Quantity, cause: Cause) -> Result<()> {
    let mut left = quantity.steps();
    for hold in cx.ledger().holds(cause.object, cause.record)? {
        let amount = left.min(hold.amount_left);
        if amount > 0 {
            cx.ledger().post(hold.id, amount)?;
            left -= amount;
        }
        cx.ledger().release(hold.id)?;
    }
    if left > 0 {
        let refusal =
            Refusal::conflict("stock.nothing_to_ship").with("missing", Quantity::from_steps(left));
        return Err(refusal.into());
    }
    Ok(())
}

/// Gives part of what is promised back; the rest stays promised.
pub fn take_back(cx: &mut Cx<'_>, quantity: Quantity, cause: Cause) -> Result<()> {
    let mut left = quantity.steps();
    for hold in cx.ledger().holds(cause.object, cause.record)? {
        let amount = left.min(hold.amount_left);
        if amount > 0 {
            cx.ledger().release_part(hold.id, amount)?;
            left -= amount;
        }
    }
    Ok(())
}

/// Takes promised goods out to where they were promised, and gives back what stays promised. Returns what the
/// goods are worth.
pub fn send(cx: &mut Cx<'_>, step: &Step<'_>, cause: Cause) -> Result<Money> {
    deliver(cx, step.quantity, cause)?;
    if step.quantity.is_zero() {
        return Ok(Money::ZERO);
    }
    shift_promise(cx, step.to, step.product, -step.quantity.steps())?;
    booked(cx, step, cause)
}

/// Brings what a site may promise into line with what it says about goods in inspection and in transit.
///
/// # Errors
/// Conflict `stock.short` when goods are promised that the site would no longer promise.
pub fn follow_promises(cx: &mut Cx<'_>, site: &mut Site) -> Result<()> {
    let sql = "SELECT l.product_id, l.quality, l.in_transit, s.promise_quality, s.promise_in_transit \
               FROM stock_level l JOIN site s ON s.id = l.site_id WHERE s.id = ? AND (l.quality > 0 OR l.in_transit > 0)";
    for row in cx.query(sql, &[site.id.into()])? {
        let place = Place {
            site: site.id,
            product: row.id(0)?,
        };
        let change = |now: bool, before: i64| i64::from(now) - before;
        let by = change(site.promise_quality, row.int(3)?) * row.int(1)?
            + change(site.promise_in_transit, row.int(4)?) * row.int(2)?;
        if by != 0 {
            let shifted = cx.ledger().shift_floor(&place.key(ON_HAND), -by);
            shifted.or_else(|stop| Err(name_product(cx, stop)?))?;
        }
    }
    Ok(())
}

/// A short ledger account told as a short product; anything else is left as it is.
fn name_product(cx: &mut Cx<'_>, stop: Stop) -> Result<Stop> {
    let Stop::Refusal(refusal) = stop else {
        return Ok(stop);
    };
    if refusal.code != "ledger.short" {
        return Ok(Stop::Refusal(refusal));
    }
    let locale = cx.actor().locale;
    let argument = |name: &str| {
        let known = refusal.arguments.get(name);
        known.map_or("", |argument| argument.of(locale))
    };
    let product = cx.get::<Product>(argument("unit").parse()?)?;
    let details = format!(
        "{} {} / {}",
        product.name,
        argument("available"),
        argument("needed")
    );
    Ok(Refusal::conflict("stock.short")
        .with("details", details)
        .into())
}
