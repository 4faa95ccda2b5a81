//! Lots that have expired on the shelf: what of them is free is moved to where goods lie that cannot be sold, and the warehouse is asked.
//!
//! Keeps true: what has expired is not available as soon as nobody is promised it, because it is moved by a document like any other,
//! and until the job comes round no promise counts it (`claim`); goods that are promised stay until the promise is kept with other lots
//! or given back. Of a lot that has expired and is here there is one to-do; it is closed once nothing of the lot is here, or it is
//! good again.
//! Not here: that expired goods do not leave (`lot_proposal`).

use std::collections::HashMap;

use qudao_base::{Id, Quantity, Result};
use qudao_kernel::{Cx, Task, Text};

use super::{
    lot_numbers::{self, Tracking},
    records::{StockAdjustment, StockAdjustmentLine},
};

const OBJECT: &str = "stock_lot";
/// Lines of one document.
const LINES_MAX: usize = 200;

/// Expired goods on hand, as far as something of their product is available at the site.
const ON_HAND: &str = "SELECT l.site_id, l.product_id, s.code, s.tracking, l.quantity, v.available \
    FROM stock_lot s JOIN lot_level l ON l.stock_lot_id = s.id \
    JOIN stock_level v ON v.site_id = l.site_id AND v.product_id = l.product_id \
    WHERE s.expires_on < ? AND l.bucket = 'on_hand' AND l.quantity > 0 AND v.available > 0 \
    ORDER BY l.site_id, l.product_id, s.expires_on, s.id";

/// Lots `t` that have expired and are here.
const EXPIRED: &str = "t.expires_on < ? AND EXISTS (SELECT 1 FROM lot_level l WHERE l.stock_lot_id = t.id \
    AND l.bucket IN ('on_hand', 'damaged') AND l.quantity > 0)";

/// A to-do about the lot `t` that is open.
const ASKED: &str =
    "k.object_name = 'stock_lot' AND k.record_id = CAST(t.id AS TEXT) AND k.state = 'open'";

/// The recurring job.
pub fn round(cx: &mut Cx<'_>) -> Result<()> {
    set_aside(cx)?;
    ask(cx)
}

/// Some goods of an expired lot at a site.
struct Expired {
    site: Id,
    product: Id,
    number: String,
    is_serial: bool,
    quantity: Quantity,
}

/// Moves what is free out of what may be promised, with one document for each site.
fn set_aside(cx: &mut Cx<'_>) -> Result<()> {
    let today = cx.today();
    let mut free: HashMap<(Id, Id), i64> = HashMap::new();
    let mut expired = Vec::new();
    for row in cx.query(ON_HAND, &[today.into()])? {
        let (site, product) = (row.id(0)?, row.id(1)?);
        let is_serial = row.text(3)? == "serial";
        let left = free.entry((site, product)).or_insert(row.int(5)?);
        let part = freed(row.int(4)?, *left, is_serial);
        if part > 0 {
            *left -= part;
            expired.push(Expired {
                site,
                product,
                number: row.text(2)?.to_owned(),
                is_serial,
                quantity: Quantity::from_steps(part),
            });
        }
    }
    let documents = expired.chunk_by(|one, next| one.site == next.site);
    for document in documents.flat_map(|of_site| of_site.chunks(LINES_MAX)) {
        move_out(cx, document)?;
    }
    Ok(())
}

/// How much of a lot may go; a piece with a number of its own goes whole.
fn freed(here: i64, free: i64, is_serial: bool) -> i64 {
    if is_serial && free < here {
        return 0;
    }
    here.min(free)
}

fn move_out(cx: &mut Cx<'_>, expired: &[Expired]) -> Result<()> {
    let Some(first) = expired.first() else {
        return Ok(());
    };
    let document = StockAdjustment {
        site_id: first.site,
        adjusted_on: cx.today(),
        reason: "expired".to_owned(),
        bucket: "on_hand".to_owned(),
        to_bucket: Some("damaged".to_owned()),
        comment: "批次过期，自动移出现存 Expired lots, taken out of what is on hand".to_owned(),
        ..StockAdjustment::default()
    };
    let lines = expired.iter().map(|one| {
        let tracking = if one.is_serial {
            Tracking::Serial
        } else {
            Tracking::Lot
        };
        let part = (one.number.clone(), one.quantity);
        StockAdjustmentLine {
            product_id: one.product,
            quantity: one.quantity,
            lot_numbers: Some(lot_numbers::write(tracking, &[part])),
            ..StockAdjustmentLine::default()
        }
    });
    let document = cx.create_with_lines(&document, lines.collect())?;
    cx.act::<StockAdjustment>(document.id, "post", |_| ())
        .map(drop)
}

fn ask(cx: &mut Cx<'_>) -> Result<()> {
    let today = cx.today();
    let settled = format!(
        "SELECT t.id FROM stock_lot t JOIN task k ON {ASKED} WHERE t.expires_on IS NULL OR NOT ({EXPIRED}) ORDER BY t.id"
    );
    for row in cx.query(&settled, &[today.into()])? {
        cx.close_tasks(OBJECT, row.id(0)?)?;
    }
    let fresh = format!(
        "SELECT t.id, t.code, p.name FROM stock_lot t JOIN product p ON p.id = t.product_id \
         WHERE {EXPIRED} AND NOT EXISTS (SELECT 1 FROM task k WHERE {ASKED}) ORDER BY t.id"
    );
    for row in cx.query(&fresh, &[today.into()])? {
        let (code, product) = (row.text(1)?, row.text(2)?);
        tell(cx, row.id(0)?, (code, product))?;
    }
    Ok(())
}

fn tell(cx: &mut Cx<'_>, lot: Id, (code, product): (&str, &str)) -> Result<()> {
    cx.task(Task {
        role: Some("warehouse_clerk"),
        user: None,
        organisation: None,
        title: Text::new(
            format!(
                "{product} 的批次 {code} 已过期：未占用的已移入残损，请处置；被占用的请改发其他批次"
            ),
            format!(
                "Lot {code} of {product} has expired: deal with what was moved to damaged, and send other lots for what is promised"
            ),
        ),
        object: OBJECT,
        record: lot,
    })
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::freed;

    #[test]
    fn only_what_is_free_goes_and_a_piece_goes_whole() {
        for (here, free, is_serial, expected) in [
            (3, 9, false, 3),
            (3, 2, false, 2),
            (3, 0, false, 0),
            (10_000, 9_999, true, 0),
            (10_000, 10_000, true, 10_000),
        ] {
            assert_eq!(freed(here, free, is_serial), expected);
        }
    }
}
