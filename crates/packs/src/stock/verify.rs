//! What must be true of stock at any time.

use qudao_base::{Id, Result};
use qudao_kernel::Cx;

use super::level::{self, Place};

/// Levels against the ledger, against the documents behind them, and holds against the notes that wait.
pub fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    let rows = cx.query(
        "SELECT site_id, product_id, on_hand, reserved, available FROM stock_level",
        &[],
    )?;
    for row in rows {
        let place = Place {
            site: Id::from_number(row.int(0)?),
            product: Id::from_number(row.int(1)?),
        };
        let (on_hand, reserved, available) = (row.int(2)?, row.int(3)?, row.int(4)?);
        let ledger = level::ledger_says(cx, place)?;
        if ledger != (on_hand, reserved) || available != on_hand - reserved || available < 0 {
            broken.push(format!(
                "stock level of product {} at site {}: {on_hand} on hand, {reserved} reserved; the ledger says {ledger:?}",
                place.product, place.site
            ));
        }
    }
    broken.extend(differences(
        cx,
        DOCUMENTS,
        "on hand differs from receipts, adjustments and shipments",
    )?);
    broken.extend(differences(
        cx,
        WAITING,
        "reserved differs from what waits to be shipped",
    )?);
    Ok(broken)
}

fn differences(cx: &mut Cx<'_>, sql: &str, what: &str) -> Result<Vec<String>> {
    let mut sentences = Vec::new();
    for row in cx.query(sql, &[])? {
        sentences.push(format!(
            "product {} at site {}: {what}",
            row.int(1)?,
            row.int(0)?
        ));
    }
    Ok(sentences)
}

const DOCUMENTS: &str = "SELECT l.site_id, l.product_id FROM stock_level l LEFT JOIN ( \
    SELECT site_id, product_id, CAST(SUM(quantity) AS BIGINT) AS quantity FROM ( \
      SELECT d.site_id, r.product_id, r.quantity FROM stock_receipt_line r \
        JOIN stock_receipt d ON d.id = r.stock_receipt_id WHERE d.state = 'posted' \
      UNION ALL SELECT d.site_id, r.product_id, r.quantity FROM stock_adjustment_line r \
        JOIN stock_adjustment d ON d.id = r.stock_adjustment_id WHERE d.state = 'posted' \
      UNION ALL SELECT d.site_id, r.product_id, -r.ship_quantity FROM delivery_note_line r \
        JOIN delivery_note d ON d.id = r.delivery_note_id WHERE d.state = 'shipped') moved \
    GROUP BY site_id, product_id) m ON m.site_id = l.site_id AND m.product_id = l.product_id \
    WHERE l.on_hand <> COALESCE(m.quantity, 0)";

const WAITING: &str = "SELECT l.site_id, l.product_id FROM stock_level l LEFT JOIN ( \
    SELECT d.site_id, r.product_id, CAST(SUM(r.quantity) AS BIGINT) AS quantity FROM delivery_note_line r \
      JOIN delivery_note d ON d.id = r.delivery_note_id WHERE d.state = 'ready' \
    GROUP BY d.site_id, r.product_id) w ON w.site_id = l.site_id AND w.product_id = l.product_id \
    WHERE l.reserved <> COALESCE(w.quantity, 0)";
