//! What must be true of stock at any time.

use qudao_base::Result;
use qudao_kernel::Cx;

/// Rows of site and product that must not be there, each with what it means.
const CHECKS: [(&str, &str); 13] = [
    (LEVELS, "the stock level differs from the ledger"),
    (MISSING, "the ledger knows goods without a stock level"),
    (DOCUMENTS, "the stock level differs from its documents"),
    (WAITING, "reserved differs from what waits"),
    (CARD_ROWS, "a stock card does not add up"),
    (CARD_SUMS, "a stock card does not come to the stock level"),
    (VALUES, "the layers are not worth what the ledger says"),
    (LAYERS, "the layers are not the goods"),
    (COUNTS, "the adjustment of a count is not its differences"),
    (LOTS, "the lots are not the goods"),
    (LOTS_UNASKED, "lots of a product that asks for none"),
    (
        LOT_CARDS,
        "the card of a lot does not end with what is there",
    ),
    (
        SERIALS,
        "a serial number is in two places, or is not one piece",
    ),
];

/// Levels against the ledger, against the documents behind them, and holds against what waits.
pub fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for (sql, what) in CHECKS {
        for row in cx.query(sql, &[])? {
            broken.push(format!(
                "product {} at site {}: {what}",
                row.int(1)?,
                row.int(0)?
            ));
        }
    }
    Ok(broken)
}

const LEVELS: &str = "SELECT l.site_id, l.product_id FROM stock_level l JOIN site s ON s.id = l.site_id \
    LEFT JOIN ledger_account h ON h.kind = 'stock.on_hand' AND h.owner = l.site_id AND h.unit = CAST(l.product_id AS TEXT) \
    LEFT JOIN ledger_account t ON t.kind = 'stock.in_transit' AND t.owner = l.site_id AND t.unit = CAST(l.product_id AS TEXT) \
    LEFT JOIN ledger_account q ON q.kind = 'stock.quality' AND q.owner = l.site_id AND q.unit = CAST(l.product_id AS TEXT) \
    LEFT JOIN ledger_account d ON d.kind = 'stock.damaged' AND d.owner = l.site_id AND d.unit = CAST(l.product_id AS TEXT) \
    WHERE l.on_hand <> COALESCE(h.balance, 0) OR l.reserved <> COALESCE(h.held, 0) OR l.in_transit <> COALESCE(t.balance, 0) \
    OR l.quality <> COALESCE(q.balance, 0) OR l.damaged <> COALESCE(d.balance, 0) OR l.on_hand < 0 OR l.available < 0 \
    OR l.available <> l.on_hand - l.reserved - COALESCE(h.floor, 0) OR COALESCE(h.floor, 0) + \
      CASE WHEN s.promise_quality = 1 THEN l.quality ELSE 0 END + \
      CASE WHEN s.promise_in_transit = 1 THEN l.in_transit ELSE 0 END <> 0";

const MISSING: &str = "SELECT a.owner, CAST(a.unit AS BIGINT) FROM ledger_account a WHERE a.balance <> 0 \
    AND a.kind IN ('stock.on_hand', 'stock.in_transit', 'stock.quality', 'stock.damaged') \
    AND NOT EXISTS (SELECT 1 FROM stock_level l WHERE l.site_id = a.owner AND CAST(l.product_id AS TEXT) = a.unit)";

/// Every document that moved goods, by site, product and condition.
const DOCUMENTS: &str = "SELECT l.site_id, l.product_id FROM stock_level l LEFT JOIN ( \
    SELECT site_id, product_id, \
      CAST(SUM(CASE bucket WHEN 'on_hand' THEN quantity ELSE 0 END) AS BIGINT) AS on_hand, \
      CAST(SUM(CASE bucket WHEN 'in_transit' THEN quantity ELSE 0 END) AS BIGINT) AS in_transit, \
      CAST(SUM(CASE bucket WHEN 'quality' THEN quantity ELSE 0 END) AS BIGINT) AS quality, \
      CAST(SUM(CASE bucket WHEN 'damaged' THEN quantity ELSE 0 END) AS BIGINT) AS damaged FROM ( \
      SELECT d.site_id, r.product_id, d.bucket, r.quantity FROM stock_receipt_line r \
        JOIN stock_receipt d ON d.id = r.stock_receipt_id WHERE d.state = 'posted' \
      UNION ALL SELECT d.site_id, r.product_id, d.bucket, \
          CASE WHEN d.to_bucket IS NULL THEN r.quantity ELSE -r.quantity END FROM stock_adjustment_line r \
        JOIN stock_adjustment d ON d.id = r.stock_adjustment_id WHERE d.state = 'posted' \
      UNION ALL SELECT d.site_id, r.product_id, d.to_bucket, r.quantity FROM stock_adjustment_line r \
        JOIN stock_adjustment d ON d.id = r.stock_adjustment_id WHERE d.state = 'posted' AND d.to_bucket IS NOT NULL \
      UNION ALL SELECT d.site_id, r.product_id, 'on_hand', -r.ship_quantity FROM delivery_note_line r \
        JOIN delivery_note d ON d.id = r.delivery_note_id WHERE d.state = 'shipped' \
      UNION ALL SELECT d.site_id, r.product_id, r.bucket, r.quantity FROM sales_return_line r \
        JOIN sales_return d ON d.id = r.sales_return_id WHERE d.state IN ('posted', 'credited') \
      UNION ALL SELECT d.from_site_id, r.product_id, 'on_hand', -r.quantity FROM transfer_order_line r \
        JOIN transfer_order d ON d.id = r.transfer_order_id WHERE d.state IN ('dispatched', 'received') \
      UNION ALL SELECT d.to_site_id, r.product_id, 'in_transit', r.quantity FROM transfer_order_line r \
        JOIN transfer_order d ON d.id = r.transfer_order_id WHERE d.state = 'dispatched' \
      UNION ALL SELECT d.to_site_id, r.product_id, d.bucket, r.received_quantity FROM transfer_order_line r \
        JOIN transfer_order d ON d.id = r.transfer_order_id WHERE d.state = 'received') moved \
    GROUP BY site_id, product_id) m ON m.site_id = l.site_id AND m.product_id = l.product_id \
    WHERE l.on_hand <> COALESCE(m.on_hand, 0) OR l.in_transit <> COALESCE(m.in_transit, 0) \
    OR l.quality <> COALESCE(m.quality, 0) OR l.damaged <> COALESCE(m.damaged, 0)";

/// Everything that waits for goods it holds.
const WAITING: &str = "SELECT l.site_id, l.product_id FROM stock_level l LEFT JOIN ( \
    SELECT site_id, product_id, CAST(SUM(quantity) AS BIGINT) AS quantity FROM ( \
      SELECT d.site_id, r.product_id, CASE d.state WHEN 'waiting' THEN r.held_quantity ELSE r.quantity END AS quantity \
        FROM delivery_note_line r JOIN delivery_note d ON d.id = r.delivery_note_id \
        WHERE d.state IN ('ready', 'offered', 'to_collect', 'waiting') \
      UNION ALL SELECT d.from_site_id, r.product_id, r.quantity FROM transfer_order_line r \
        JOIN transfer_order d ON d.id = r.transfer_order_id WHERE d.state = 'submitted' \
      UNION ALL SELECT site_id, product_id, quantity - used_quantity FROM channel_allocation WHERE state = 'active' \
      UNION ALL SELECT d.site_id, r.product_id, r.quantity FROM cart_reservation_line r \
        JOIN cart_reservation d ON d.id = r.cart_reservation_id WHERE d.state = 'held') waits \
    GROUP BY site_id, product_id) w ON w.site_id = l.site_id AND w.product_id = l.product_id \
    WHERE l.reserved <> COALESCE(w.quantity, 0)";

/// Differences of posted counts against the adjustments made of them; each is counted less expected.
const COUNTS: &str = "SELECT c.site_id, l.product_id FROM stock_count c JOIN (SELECT stock_count_id, product_id, \
    CAST(SUM(difference_quantity) AS BIGINT) AS quantity, MAX(CASE WHEN counted_quantity IS NOT NULL \
      AND difference_quantity <> counted_quantity - expected_quantity THEN 1 ELSE 0 END) AS is_wrong \
    FROM stock_count_line GROUP BY stock_count_id, product_id) l ON l.stock_count_id = c.id \
    LEFT JOIN (SELECT stock_adjustment_id, product_id, CAST(SUM(quantity) AS BIGINT) AS quantity FROM stock_adjustment_line \
    GROUP BY stock_adjustment_id, product_id) a ON a.stock_adjustment_id = c.stock_adjustment_id AND a.product_id = l.product_id \
    WHERE c.state = 'posted' AND (l.is_wrong = 1 OR l.quantity <> COALESCE(a.quantity, 0))";

/// Lots against goods in every condition, of products that ask for lots.
const LOTS: &str = "SELECT s.site_id, s.product_id FROM stock_level s JOIN product p ON p.id = s.product_id \
    LEFT JOIN (SELECT site_id, product_id, \
      CAST(SUM(CASE bucket WHEN 'on_hand' THEN quantity ELSE 0 END) AS BIGINT) AS on_hand, \
      CAST(SUM(CASE bucket WHEN 'in_transit' THEN quantity ELSE 0 END) AS BIGINT) AS in_transit, \
      CAST(SUM(CASE bucket WHEN 'quality' THEN quantity ELSE 0 END) AS BIGINT) AS quality, \
      CAST(SUM(CASE bucket WHEN 'damaged' THEN quantity ELSE 0 END) AS BIGINT) AS damaged \
      FROM lot_level GROUP BY site_id, product_id) l ON l.site_id = s.site_id AND l.product_id = s.product_id \
    WHERE p.tracking IN ('lot', 'serial') AND (s.on_hand <> COALESCE(l.on_hand, 0) OR s.in_transit <> COALESCE(l.in_transit, 0) \
    OR s.quality <> COALESCE(l.quality, 0) OR s.damaged <> COALESCE(l.damaged, 0))";

const LOTS_UNASKED: &str = "SELECT l.site_id, l.product_id FROM lot_level l JOIN product p ON p.id = l.product_id \
    JOIN stock_lot t ON t.id = l.stock_lot_id WHERE t.product_id <> l.product_id OR (l.quantity <> 0 AND t.tracking <> p.tracking)";

const LOT_CARDS: &str = "SELECT l.site_id, l.product_id FROM lot_level l LEFT JOIN (SELECT stock_lot_id, site_id, bucket, \
    CAST(SUM(in_quantity - out_quantity) AS BIGINT) AS quantity, MAX(id) AS last FROM stock_movement \
    WHERE stock_lot_id IS NOT NULL GROUP BY stock_lot_id, site_id, bucket) m \
    ON m.stock_lot_id = l.stock_lot_id AND m.site_id = l.site_id AND m.bucket = l.bucket \
    LEFT JOIN stock_movement e ON e.id = m.last \
    WHERE l.quantity < 0 OR l.quantity <> COALESCE(m.quantity, 0) OR l.quantity <> COALESCE(e.lot_balance_quantity, 0)";

const SERIALS: &str = "SELECT MIN(l.site_id), l.product_id FROM lot_level l JOIN stock_lot t ON t.id = l.stock_lot_id \
    WHERE t.tracking = 'serial' GROUP BY l.stock_lot_id, l.product_id \
    HAVING SUM(l.quantity) NOT IN (0, 10000) \
    OR SUM(CASE WHEN COALESCE(l.serial_id, 0) <> CASE WHEN l.quantity > 0 THEN l.stock_lot_id ELSE 0 END THEN 1 ELSE 0 END) > 0";

/// Rows of a card whose balance is not the one before, nothing before the first, plus in less out.
const CARD_ROWS: &str = "SELECT site_id, product_id FROM (SELECT site_id, product_id, \
    balance_quantity - in_quantity + out_quantity AS opening, \
    LAG(balance_quantity) OVER (PARTITION BY site_id, product_id, bucket ORDER BY id) AS earlier FROM stock_movement) c \
    WHERE COALESCE(earlier, 0) <> opening";

/// Everything on the cards against the levels, condition by condition.
const CARD_SUMS: &str = "SELECT l.site_id, l.product_id FROM stock_level l LEFT JOIN (SELECT site_id, product_id, \
      CAST(SUM(CASE bucket WHEN 'on_hand' THEN in_quantity - out_quantity ELSE 0 END) AS BIGINT) AS on_hand, \
      CAST(SUM(CASE bucket WHEN 'in_transit' THEN in_quantity - out_quantity ELSE 0 END) AS BIGINT) AS in_transit, \
      CAST(SUM(CASE bucket WHEN 'quality' THEN in_quantity - out_quantity ELSE 0 END) AS BIGINT) AS quality, \
      CAST(SUM(CASE bucket WHEN 'damaged' THEN in_quantity - out_quantity ELSE 0 END) AS BIGINT) AS damaged \
      FROM stock_movement GROUP BY site_id, product_id) m ON m.site_id = l.site_id AND m.product_id = l.product_id \
    WHERE l.on_hand <> COALESCE(m.on_hand, 0) OR l.in_transit <> COALESCE(m.in_transit, 0) \
    OR l.quality <> COALESCE(m.quality, 0) OR l.damaged <> COALESCE(m.damaged, 0)";

/// Layers against the value account.
const VALUES: &str = "SELECT a.owner, CAST(a.unit AS BIGINT) FROM ledger_account a LEFT JOIN (SELECT site_id, product_id, \
    CAST(SUM(value_amount) AS BIGINT) AS amount FROM stock_layer GROUP BY site_id, product_id) l \
    ON l.site_id = a.owner AND CAST(l.product_id AS TEXT) = a.unit \
    WHERE a.kind = 'stock.value' AND a.balance <> COALESCE(l.amount, 0)";

/// Layers against goods in every condition; a layer without goods is worth nothing.
const LAYERS: &str = "SELECT s.site_id, s.product_id FROM stock_level s LEFT JOIN (SELECT site_id, product_id, \
    CAST(SUM(quantity) AS BIGINT) AS quantity, MAX(CASE WHEN quantity = 0 AND value_amount <> 0 THEN 1 ELSE 0 END) AS stale \
    FROM stock_layer GROUP BY site_id, product_id) l ON l.site_id = s.site_id AND l.product_id = s.product_id \
    WHERE COALESCE(l.quantity, 0) <> s.on_hand + s.in_transit + s.quality + s.damaged OR l.stale = 1";
