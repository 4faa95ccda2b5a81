//! Stock of one product at one site: the ledger account and the record that repeats it.
//!
//! Keeps true: every change goes through the ledger first; the record is rewritten from the ledger in the same transaction.
//! Not here: documents that cause changes.

use qudao_base::{Id, Quantity, Refusal, Result, Stop};
use qudao_kernel::{Cx, ledger::AccountKey};

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
    if let Err(stop) = moved {
        return Err(name_product(cx, place, stop)?);
    }
    repeat(cx, place)
}

/// Promises goods.
///
/// # Errors
/// Conflict `stock.short` when less is available.
pub fn reserve(cx: &mut Cx<'_>, place: Place, quantity: Quantity, cause: Cause) -> Result<()> {
    let (from, to) = (place.key(ON_HAND), place.key(CUSTOMER));
    let held = cx
        .ledger()
        .hold(&from, &to, quantity.steps(), cause.object, cause.record);
    if let Err(stop) = held {
        return Err(name_product(cx, place, stop)?);
    }
    repeat(cx, place)
}

/// Takes promised goods out, and gives back what stays promised.
pub fn deliver(cx: &mut Cx<'_>, place: Place, quantity: Quantity, cause: Cause) -> Result<()> {
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
    repeat(cx, place)
}

/// A short ledger account told as a short product; anything else is left as it is.
fn name_product(cx: &mut Cx<'_>, place: Place, stop: Stop) -> Result<Stop> {
    let Stop::Refusal(refusal) = stop else {
        return Ok(stop);
    };
    if refusal.code != "ledger.short" {
        return Ok(Stop::Refusal(refusal));
    }
    let product = cx.get::<Product>(place.product)?;
    let argument = |name: &str| refusal.arguments.get(name).cloned().unwrap_or_default();
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

/// Writes the level record from the ledger.
fn repeat(cx: &mut Cx<'_>, place: Place) -> Result<()> {
    let account = cx.ledger().balance(&place.key(ON_HAND))?;
    let on_hand = Quantity::from_steps(account.balance);
    let reserved = Quantity::from_steps(account.held);
    let available = on_hand.minus(reserved)?;
    let parameters = [place.site.into(), place.product.into()];
    let found = cx
        .find::<StockLevel>("site_id = ? AND product_id = ?", &parameters)?
        .pop();
    if let Some(level) = found {
        let set = |level: &mut StockLevel| {
            (level.on_hand, level.reserved, level.available) = (on_hand, reserved, available);
        };
        cx.act::<StockLevel>(level.id, "update", set)?;
        return Ok(());
    }
    let site = cx.get::<Site>(place.site)?;
    let product = cx.get::<Product>(place.product)?;
    cx.create(&StockLevel {
        name: format!("{} · {}", site.name, product.name),
        site_id: place.site,
        product_id: place.product,
        on_hand,
        reserved,
        available,
        ..StockLevel::default()
    })?;
    Ok(())
}

/// What the ledger says of a place, for proofs.
pub(super) fn ledger_says(cx: &mut Cx<'_>, place: Place) -> Result<(i64, i64)> {
    let account = cx.ledger().balance(&place.key(ON_HAND))?;
    Ok((account.balance, account.held))
}
