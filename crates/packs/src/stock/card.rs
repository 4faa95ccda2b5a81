//! The stock card: one row for each end of a movement, with the document behind it and what is there afterwards.
//!
//! Keeps true: a row's balance is the one before it plus in less out, and the last one is the stock level; `verify` proves both.
//! Not here: holds; nothing has moved yet.

use qudao_base::{Fault, Id, Money, Quantity, Result};
use qudao_kernel::Cx;

use super::{
    level::{Cause, Place, Step, bucket},
    lot_places::Balances,
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

/// Some goods of a movement: their lot, how much, what is there of the lot afterwards.
type Part = (Option<Id>, Quantity, Balances);

fn parts(step: &Step<'_>, balances: &[Balances]) -> Vec<Part> {
    if step.lots.is_empty() {
        return vec![(None, step.quantity, [None, None])];
    }
    let lots = step.lots.iter().zip(balances);
    lots.map(|(one, balances)| (Some(one.lot), one.quantity, *balances))
        .collect()
}

/// Adds a movement that was just booked to the cards of both ends, a row for each lot, and its value. Returns what the goods are
/// worth.
pub fn write(
    cx: &mut Cx<'_>,
    step: &Step<'_>,
    cause: Cause,
    balances: &[Balances],
) -> Result<Money> {
    let document = document(cx, cause)?;
    let parts = parts(step, balances);
    let mut rows = Vec::with_capacity(2 * parts.len());
    for (end, (kind, site)) in [step.from, step.to].into_iter().enumerate() {
        let Some(bucket) = bucket(kind) else {
            continue;
        };
        let place = Place {
            site,
            product: step.product,
        };
        let signed = |quantity: Quantity| -> Result<Quantity> {
            if end == 1 {
                Ok(quantity)
            } else {
                Quantity::ZERO.minus(quantity)
            }
        };
        let after = Quantity::from_steps(cx.ledger().balance(&place.key(kind))?.balance);
        let mut balance = after.minus(signed(step.quantity)?)?;
        for &(lot, quantity, balances) in &parts {
            balance = balance.plus(signed(quantity)?)?;
            let [out_quantity, in_quantity] = if end == 1 {
                [Quantity::ZERO, quantity]
            } else {
                [quantity, Quantity::ZERO]
            };
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
                in_quantity,
                out_quantity,
                balance_quantity: balance,
                lot_balance_quantity: balances[end],
                ..StockMovement::default()
            });
        }
    }
    cx.repeat(&rows)?;
    valuation::follow(cx, step, cause, &document.number)
}
