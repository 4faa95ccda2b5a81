//! The stock card: one row for each end of a movement, with the document behind it and what is there afterwards.
//!
//! Keeps true: a row's balance is the one before it plus in less out, and the last one is the stock level; `verify` proves both.
//! Not here: holds; nothing has moved yet.

use qudao_base::{Fault, Id, Money, Quantity, Result};
use qudao_kernel::Cx;

use super::{
    level::{Cause, Place, Step, bucket},
    lots::LotPart,
    records::StockMovement,
    valuation,
};

/// The document behind a cause.
struct Document {
    object: &'static str,
    id: Id,
    number: String,
    sales_order: Option<Id>,
}

fn document(cx: &mut Cx<'_>, cause: Cause) -> Result<Document> {
    let parent = match cause.object {
        "delivery_note_line" => Some("delivery_note"),
        "transfer_order_line" => Some("transfer_order"),
        _ => None,
    };
    let object = parent.unwrap_or(cause.object);
    let order = match object {
        "delivery_note" | "sales_return" => "d.sales_order_id",
        _ => "CAST(NULL AS BIGINT)",
    };
    let sql = match parent {
        Some(parent) => format!(
            "SELECT d.id, d.number, {order} FROM {line} l JOIN {parent} d ON d.id = l.{parent}_id WHERE l.id = ?",
            line = cause.object
        ),
        None => format!("SELECT d.id, d.number, {order} FROM {object} d WHERE d.id = ?"),
    };
    let rows = cx.query(&sql, &[cause.record.into()])?;
    let row = rows
        .first()
        .ok_or_else(|| Fault::new(format!("goods moved for no {object}")))?;
    Ok(Document {
        object,
        id: row.id(0)?,
        number: row.text(1)?.to_owned(),
        sales_order: row.value(2).int().map(Id::from_number),
    })
}

/// Adds a movement that was just booked to the cards of both ends, a row for each lot, and its value. Returns what the goods are
/// worth.
pub fn write(cx: &mut Cx<'_>, step: &Step<'_>, cause: Cause) -> Result<Money> {
    let document = document(cx, cause)?;
    let parts: Vec<(Option<Id>, Quantity)> = if step.lots.is_empty() {
        vec![(None, step.quantity)]
    } else {
        let part = |one: &LotPart| (Some(one.lot), one.quantity);
        step.lots.iter().map(part).collect()
    };
    let mut rows = Vec::with_capacity(2 * parts.len());
    for (is_in, (kind, site)) in [(false, step.from), (true, step.to)] {
        let Some(bucket) = bucket(kind) else {
            continue;
        };
        let place = Place {
            site,
            product: step.product,
        };
        let after = Quantity::from_steps(cx.ledger().balance(&place.key(kind))?.balance);
        let mut balance = if is_in {
            after.minus(step.quantity)?
        } else {
            after.plus(step.quantity)?
        };
        for &(lot, quantity) in &parts {
            let none = Quantity::ZERO;
            let (come, gone) = if is_in {
                (quantity, none)
            } else {
                (none, quantity)
            };
            balance = balance.plus(come)?.minus(gone)?;
            rows.push(StockMovement {
                site_id: site,
                product_id: step.product,
                bucket: bucket.to_owned(),
                moved_on: cx.today(),
                document: document.number.clone(),
                object_name: document.object.to_owned(),
                record_id: document.id.to_string(),
                stock_lot_id: lot,
                sales_order_id: document.sales_order,
                in_quantity: come,
                out_quantity: gone,
                balance_quantity: balance,
                ..StockMovement::default()
            });
        }
    }
    cx.repeat(&rows)?;
    valuation::follow(cx, step, cause, &document.number)
}
