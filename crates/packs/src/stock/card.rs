//! The stock card: one row for each end of a movement, with the document behind it and what is there afterwards.
//!
//! Keeps true: a row's balance is the one before it plus in less out, and the last one is the stock level; `verify` proves both.
//! Not here: holds; nothing has moved yet.

use qudao_base::{Fault, Id, Money, Quantity, Result};
use qudao_kernel::Cx;

use super::{
    level::{Cause, DAMAGED, End, IN_TRANSIT, ON_HAND, Place, QUALITY, Step},
    records::StockMovement,
    valuation,
};

/// The declared condition of an account kind; none for what is outside of the site.
fn bucket(kind: &str) -> Option<&'static str> {
    match kind {
        ON_HAND => Some("on_hand"),
        IN_TRANSIT => Some("in_transit"),
        QUALITY => Some("quality"),
        DAMAGED => Some("damaged"),
        _ => None,
    }
}

/// The document behind a cause.
struct Document {
    object: &'static str,
    id: Id,
    number: String,
}

fn document(cx: &mut Cx<'_>, cause: Cause) -> Result<Document> {
    let parent = match cause.object {
        "delivery_note_line" => Some("delivery_note"),
        "transfer_order_line" => Some("transfer_order"),
        _ => None,
    };
    let object = parent.unwrap_or(cause.object);
    let sql = match parent {
        Some(parent) => format!(
            "SELECT d.id, d.number FROM {line} l JOIN {parent} d ON d.id = l.{parent}_id WHERE l.id = ?",
            line = cause.object
        ),
        None => format!("SELECT id, number FROM {object} WHERE id = ?"),
    };
    let rows = cx.query(&sql, &[cause.record.into()])?;
    let row = rows
        .first()
        .ok_or_else(|| Fault::new(format!("goods moved for no {object}")))?;
    Ok(Document {
        object,
        id: row.id(0)?,
        number: row.text(1)?.to_owned(),
    })
}

/// Adds a movement that was just booked to the cards of both ends, and its value. Returns what the goods are worth.
pub fn write(cx: &mut Cx<'_>, step: &Step, cause: Cause) -> Result<Money> {
    let document = document(cx, cause)?;
    let none = Quantity::ZERO;
    let ends: [(End, Quantity, Quantity); 2] = [
        (step.from, none, step.quantity),
        (step.to, step.quantity, none),
    ];
    for ((kind, site), in_quantity, out_quantity) in ends {
        let Some(bucket) = bucket(kind) else {
            continue;
        };
        let place = Place {
            site,
            product: step.product,
        };
        let balance = cx.ledger().balance(&place.key(kind))?.balance;
        cx.create(&StockMovement {
            site_id: site,
            product_id: step.product,
            bucket: bucket.to_owned(),
            moved_on: cx.today(),
            document: document.number.clone(),
            object_name: document.object.to_owned(),
            record_id: document.id.to_string(),
            in_quantity,
            out_quantity,
            balance_quantity: Quantity::from_steps(balance),
            ..StockMovement::default()
        })?;
    }
    valuation::follow(cx, step, cause, &document.number)
}
