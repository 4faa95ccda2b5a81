//! What stock is worth: every movement over the border of a site takes or brings value, on the ledger and in layers.
//!
//! Keeps true: the layers of a product at a site sum up to its value account and to its goods in every condition.
//! Not here: how layers are used up (`layers`).

use qudao_base::{Id, Money, Quantity, Result};
use qudao_kernel::{Cx, ledger::AccountKey};

use super::{
    layers::{self, Layer},
    level::{CONDITIONS, Cause, End, Place, SUPPLIER, Step},
    records::StockLayer,
};
use crate::product::records::Product;

/// What the goods of a product at a site are worth, in steps of money.
pub const VALUE: &str = "stock.value";
/// Where value comes from and goes to.
pub const COST: &str = "stock.cost";

const OBJECT: &str = "stock_layer";

fn is_owned((kind, _): End) -> bool {
    CONDITIONS.contains(&kind)
}

fn is_pooled(cx: &mut Cx<'_>) -> Result<bool> {
    Ok(cx.setting_text("stock.valuation")? != "fifo")
}

/// Moves the value of goods that were just moved. Returns what they are worth; nothing while they stay at their site.
pub fn follow(cx: &mut Cx<'_>, step: &Step<'_>, cause: Cause, document: &str) -> Result<Money> {
    let (leaves, comes) = (is_owned(step.from), is_owned(step.to));
    if leaves && comes && step.from.1 == step.to.1 {
        return Ok(Money::ZERO);
    }
    let value = if leaves {
        take(cx, step)?
    } else {
        brought(cx, step)?
    };
    if comes {
        put(cx, step, value, document)?;
    }
    if value > Money::ZERO {
        let key = |is_owned: bool, site: Id| {
            let kind = if is_owned { VALUE } else { COST };
            AccountKey::new(kind, site, step.product)
        };
        let (from, to) = (key(leaves, step.from.1), key(comes, step.to.1));
        cx.ledger()
            .transfer(&from, &to, value.steps(), cause.object, cause.record)?;
    }
    Ok(value)
}

/// Layers of a place that are not used up, oldest first, locked.
fn open_layers(cx: &mut Cx<'_>, place: Place) -> Result<Vec<Layer>> {
    let condition = "t.site_id = ? AND t.product_id = ? AND t.quantity > 0";
    let found = cx.lock::<StockLayer>(condition, &[place.site.into(), place.product.into()])?;
    let layer = |one: StockLayer| Layer {
        id: one.id,
        quantity: one.quantity,
        value: one.value_amount,
    };
    Ok(found.into_iter().map(layer).collect())
}

fn save(cx: &mut Cx<'_>, layers: &[Layer]) -> Result<()> {
    let row = |layer: &Layer| vec![layer.quantity.into(), layer.value.into(), layer.id.into()];
    let rows = layers.iter().map(row).collect();
    cx.project(OBJECT, &["quantity", "value_amount"], &["id"], rows)
        .map(drop)
}

fn take(cx: &mut Cx<'_>, step: &Step<'_>) -> Result<Money> {
    let place = Place {
        site: step.from.1,
        product: step.product,
    };
    let mut layers = open_layers(cx, place)?;
    if is_pooled(cx)? {
        layers::pool(&mut layers)?;
    }
    let value = layers::take(&mut layers, step.quantity)?;
    save(cx, &layers)?;
    Ok(value)
}

/// What goods from outside are worth: what they cost; found and returned goods what the others are worth; else the standard cost.
fn brought(cx: &mut Cx<'_>, step: &Step<'_>) -> Result<Money> {
    if let Some(value) = step.value {
        return Ok(value);
    }
    if step.from.0 != SUPPLIER {
        let place = Place {
            site: step.to.1,
            product: step.product,
        };
        let mut layers = open_layers(cx, place)?;
        layers::pool(&mut layers)?;
        if let Some(all) = layers.first().filter(|all| all.quantity > Quantity::ZERO) {
            let ratio = qudao_base::Ratio {
                numerator: step.quantity.steps(),
                denominator: all.quantity.steps(),
            };
            return Ok(all.value.times_ratio(ratio)?.rounded(2));
        }
    }
    standard(cx, step.product, step.quantity)
}

/// What so many of a product cost by its card.
pub fn standard(cx: &mut Cx<'_>, product: Id, quantity: Quantity) -> Result<Money> {
    let cost = cx
        .get::<Product>(product)?
        .standard_cost
        .unwrap_or_default();
    Ok(cost.times(quantity)?.rounded(2))
}

fn put(cx: &mut Cx<'_>, step: &Step<'_>, value: Money, document: &str) -> Result<()> {
    let place = Place {
        site: step.to.1,
        product: step.product,
    };
    if is_pooled(cx)? {
        let mut layers = open_layers(cx, place)?;
        layers::pool(&mut layers)?;
        if let Some(first) = layers.first_mut() {
            first.quantity = first.quantity.plus(step.quantity)?;
            first.value = first.value.plus(value)?;
            return save(cx, &layers);
        }
    }
    let category = cx.get::<Product>(step.product)?.category_id;
    cx.create(&StockLayer {
        site_id: place.site,
        product_id: place.product,
        category_id: category,
        received_on: cx.today(),
        document: document.to_owned(),
        quantity: step.quantity,
        value_amount: value,
        ..StockLayer::default()
    })?;
    Ok(())
}
