//! The record `stock_level`: what the ledger says of a product at a site, column by column.
//!
//! Keeps true: every condition has its column, written from its account; goods that are not here cannot leave, whatever was
//! promised.

use qudao_base::{Id, Quantity, Refusal, Result, Value};
use qudao_kernel::{Cx, Projection, Registry, Touched};

use super::{
    level::{DAMAGED, IN_TRANSIT, ON_HAND, QUALITY},
    records::{Site, StockLevel},
};
use crate::product::records::Product;

const OBJECT: &str = "stock_level";

type Write = fn(&mut Cx<'_>, &[Touched]) -> Result<()>;

/// Registers one projection for each condition.
pub fn register(registry: &mut Registry) {
    let all: [(&'static str, Write); 4] = [
        (ON_HAND, on_hand),
        (IN_TRANSIT, |cx, touched| balance(cx, touched, "in_transit")),
        (QUALITY, |cx, touched| balance(cx, touched, "quality")),
        (DAMAGED, |cx, touched| balance(cx, touched, "damaged")),
    ];
    for (account, write) in all {
        registry.projection(Projection {
            account,
            object: OBJECT,
            write,
        });
    }
}

fn on_hand(cx: &mut Cx<'_>, touched: &[Touched]) -> Result<()> {
    if let Some(one) = touched.iter().find(|one| one.balance.balance < 0) {
        let product = cx.get::<Product>(one.unit.parse()?)?;
        return Err(Refusal::conflict("stock.not_here")
            .with("product", product.name)
            .into());
    }
    write(cx, touched, &["on_hand", "reserved", "available"], |one| {
        let balance = one.balance;
        vec![
            balance.balance.into(),
            balance.held.into(),
            balance.above_floor().into(),
        ]
    })
}

fn balance(cx: &mut Cx<'_>, touched: &[Touched], column: &str) -> Result<()> {
    write(cx, touched, &[column], |one| {
        vec![one.balance.balance.into()]
    })
}

fn write(
    cx: &mut Cx<'_>,
    touched: &[Touched],
    sets: &[&str],
    values: fn(&Touched) -> Vec<Value>,
) -> Result<()> {
    let mut rows = Vec::with_capacity(touched.len());
    for one in touched {
        let mut row = values(one);
        row.push(one.owner.into());
        row.push(one.unit.parse::<Id>()?.into());
        rows.push(row);
    }
    let keys = ["site_id", "product_id"];
    let found = cx.project(OBJECT, sets, &keys, rows.clone())?;
    let mut again = Vec::new();
    for ((one, is_there), row) in touched.iter().zip(found).zip(rows) {
        if !is_there {
            first_level(cx, one)?;
            again.push(row);
        }
    }
    if !again.is_empty() {
        cx.project(OBJECT, sets, &keys, again)?;
    }
    Ok(())
}

/// The first goods of a product at a site. Looking for the level writes what other conditions have waiting, which may have made it.
fn first_level(cx: &mut Cx<'_>, touched: &Touched) -> Result<()> {
    let product_id = touched.unit.parse::<Id>()?;
    let sql = "SELECT id FROM stock_level WHERE site_id = ? AND product_id = ?";
    if !cx
        .query(sql, &[touched.owner.into(), product_id.into()])?
        .is_empty()
    {
        return Ok(());
    }
    let site = cx.get::<Site>(touched.owner)?;
    let product = cx.get::<Product>(product_id)?;
    cx.create(&StockLevel {
        name: format!("{} · {}", site.name, product.name),
        site_id: site.id,
        product_id: product.id,
        on_hand: Quantity::ZERO,
        ..StockLevel::default()
    })?;
    Ok(())
}
