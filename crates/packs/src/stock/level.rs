//! Stock of one product at one site: the ledger account and the record that repeats it.
//!
//! Keeps true: every change is one of the ledger; the record is a projection of the account.
//! Not here: documents that cause changes.

use qudao_base::{Id, Quantity, Refusal, Result, Stop};
use qudao_kernel::{
    Cx, Touched,
    ledger::{AccountKey, Promise},
};

use super::records::{Site, StockLevel};
use crate::product::records::Product;

/// Goods on hand, per site and product.
pub const ON_HAND: &str = "stock.on_hand";
/// Where goods come from.
pub const SUPPLIER: &str = "stock.supplier";
/// Where goods go to.
pub const CUSTOMER: &str = "stock.customer";
/// Where differences come from and go to.
pub const ADJUSTMENT: &str = "stock.adjustment";

/// A product at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The site.
    pub site: Id,
    /// The product.
    pub product: Id,
}

impl Place {
    fn key(self, kind: &'static str) -> AccountKey {
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

/// Adds goods (positive) to or takes them (negative) from a place.
///
/// # Errors
/// Conflict `stock.short` when more is taken than is available.
pub fn change(
    cx: &mut Cx<'_>,
    place: Place,
    quantity: Quantity,
    from: &'static str,
    cause: Cause,
) -> Result<()> {
    let (on_hand, other) = (place.key(ON_HAND), place.key(from));
    let (source, target) = if quantity.is_negative() {
        (&on_hand, &other)
    } else {
        (&other, &on_hand)
    };
    let amount = quantity.steps().saturating_abs();
    let moved = cx
        .ledger()
        .transfer(source, target, amount, cause.object, cause.record);
    moved.map(drop).or_else(|stop| Err(name_product(cx, stop)?))
}

/// Promises goods at a site: quantity and cause of each, by product. All of it or nothing.
///
/// # Errors
/// Conflict `stock.short` when less is available.
pub fn reserve(cx: &mut Cx<'_>, wanted: &[(Place, Quantity, Cause)]) -> Result<()> {
    let promise = |(place, quantity, cause): &(Place, Quantity, Cause)| Promise {
        from: place.key(ON_HAND),
        to: place.key(CUSTOMER),
        amount: quantity.steps(),
        object: cause.object,
        record: cause.record,
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

/// Rewrites the levels of places whose goods moved.
pub fn project(cx: &mut Cx<'_>, touched: &[Touched]) -> Result<()> {
    let mut rows = Vec::with_capacity(touched.len());
    for one in touched {
        let (balance, product) = (one.balance, one.unit.parse::<Id>()?);
        rows.push(vec![
            balance.balance.into(),
            balance.held.into(),
            balance.available().into(),
            one.owner.into(),
            product.into(),
        ]);
    }
    let sets = ["on_hand", "reserved", "available"];
    let found = cx.project("stock_level", &sets, &["site_id", "product_id"], rows)?;
    for (one, is_there) in touched.iter().zip(found) {
        if !is_there {
            first_level(cx, one)?;
        }
    }
    Ok(())
}

/// The first goods of a product at a site.
fn first_level(cx: &mut Cx<'_>, touched: &Touched) -> Result<()> {
    let site = cx.get::<Site>(touched.owner)?;
    let product = cx.get::<Product>(touched.unit.parse()?)?;
    cx.create(&StockLevel {
        name: format!("{} · {}", site.name, product.name),
        site_id: site.id,
        product_id: product.id,
        on_hand: Quantity::from_steps(touched.balance.balance),
        reserved: Quantity::from_steps(touched.balance.held),
        available: Quantity::from_steps(touched.balance.available()),
        ..StockLevel::default()
    })?;
    Ok(())
}

/// What the ledger says of a place, for proofs.
pub(super) fn ledger_says(cx: &mut Cx<'_>, place: Place) -> Result<(i64, i64)> {
    let account = cx.ledger().balance(&place.key(ON_HAND))?;
    Ok((account.balance, account.held))
}
