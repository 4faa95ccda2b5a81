//! Lots that have expired on the shelf: the warehouse is asked to take them out of what may be promised.
//!
//! Keeps true: of a lot that has expired and is on hand there is one to-do; it is closed once nothing of the lot is on hand, or it is
//! good again.
//! Not here: that expired goods do not leave (`lot_proposal`).

use qudao_base::{Id, Result};
use qudao_kernel::{Cx, Task, Text};

const OBJECT: &str = "stock_lot";

/// Lots `t` that have expired and are on hand.
const EXPIRED: &str = "t.expires_on < ? AND EXISTS (SELECT 1 FROM lot_level l WHERE l.stock_lot_id = t.id \
    AND l.bucket = 'on_hand' AND l.quantity > 0)";

/// A to-do about the lot `t` that is open.
const ASKED: &str =
    "k.object_name = 'stock_lot' AND k.record_id = CAST(t.id AS TEXT) AND k.state = 'open'";

/// The recurring job.
pub fn ask(cx: &mut Cx<'_>) -> Result<()> {
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
            format!("{product} 的批次 {code} 已过期，请移出现存"),
            format!("Lot {code} of {product} has expired: take it out of what is on hand"),
        ),
        object: OBJECT,
        record: lot,
    })
    .map(drop)
}
