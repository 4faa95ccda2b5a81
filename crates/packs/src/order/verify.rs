//! What must be true of orders at any time.

use qudao_base::Result;
use qudao_kernel::Cx;

use super::public_state::public_state;

const CHECKS: [(&str, &str); 14] = [
    (
        "SELECT o.number FROM sales_order o JOIN sales_order_line l ON l.sales_order_id = o.id WHERE l.shipped_amount < 0 \
         OR l.shipped_tax_amount < 0 OR l.shipped_amount > l.total_amount OR l.shipped_tax_amount > l.tax_amount \
         OR l.sold_quantity <> l.quantity - l.cancelled_quantity OR (l.quantity > 0 \
         AND l.shipped_quantity + l.cancelled_quantity >= l.quantity \
         AND (l.shipped_amount <> l.total_amount OR l.shipped_tax_amount <> l.tax_amount))",
        "a line nothing of which is open is not worth what was charged, tax included",
    ),
    (
        "SELECT o.number FROM sales_order o LEFT JOIN (SELECT sales_order_id, CAST(SUM(shipped_tax_amount) AS BIGINT) AS tax \
         FROM sales_order_line GROUP BY sales_order_id) l ON l.sales_order_id = o.id LEFT JOIN (SELECT sales_order_id, \
         CAST(SUM(tax_amount) AS BIGINT) AS tax FROM receivable GROUP BY sales_order_id) r ON r.sales_order_id = o.id \
         WHERE o.historic = 0 AND COALESCE(l.tax, 0) <> COALESCE(r.tax, 0)",
        "the tax of the receivables is not that of what was shipped",
    ),
    (
        "SELECT o.number FROM sales_order o JOIN sales_order_line l ON l.sales_order_id = o.id WHERE l.credited_amount > 0 \
         AND l.credited_amount = l.total_amount AND (l.credited_net_amount <> l.net_amount \
         OR (o.historic = 0 AND l.credited_margin_amount <> l.margin_amount))",
        "a line that was credited in full is not credited its net amount and margin",
    ),
    (
        "SELECT o.number FROM sales_order o JOIN sales_order_line l ON l.sales_order_id = o.id \
         LEFT JOIN (SELECT r.sales_order_line_id, CAST(SUM(r.cost_amount) AS BIGINT) AS cost \
           FROM delivery_note_line r JOIN delivery_note d ON d.id = r.delivery_note_id WHERE d.state = 'shipped' \
           GROUP BY r.sales_order_line_id) s ON s.sales_order_line_id = l.id \
         WHERE o.historic = 0 AND (l.shipped_cost_amount <> COALESCE(s.cost, 0) OR (l.shipped_quantity > 0 \
           AND l.shipped_quantity + l.cancelled_quantity >= l.quantity AND l.cost_amount <> l.shipped_cost_amount))",
        "the cost of a line is not what the goods that left cost",
    ),
    (
        "SELECT o.number FROM sales_order o JOIN sales_order_line l ON l.sales_order_id = o.id \
         LEFT JOIN (SELECT r.sales_order_line_id, CAST(SUM(r.cost_amount) AS BIGINT) AS cost FROM sales_return_line r \
           JOIN sales_return d ON d.id = r.sales_return_id WHERE d.state = 'credited' \
           GROUP BY r.sales_order_line_id) b ON b.sales_order_line_id = l.id \
         WHERE l.margin_amount <> l.net_amount - l.cost_amount \
         OR l.credited_margin_amount <> l.credited_net_amount - COALESCE(b.cost, 0)",
        "a margin is not the net amount less the cost",
    ),
    (
        "SELECT o.number FROM sales_order o JOIN (SELECT sales_order_id, CAST(SUM(cost_amount) AS BIGINT) AS cost, \
         CAST(SUM(margin_amount) AS BIGINT) AS margin FROM sales_order_line GROUP BY sales_order_id) l \
         ON l.sales_order_id = o.id WHERE o.cost_amount <> l.cost OR o.margin_amount <> l.margin",
        "cost and margin are not the sums of the lines",
    ),
    (
        "SELECT b.number FROM sales_return b LEFT JOIN (SELECT sales_return_id, COUNT(*) AS times, \
         CAST(SUM(amount) AS BIGINT) AS amount FROM receipt WHERE sales_return_id IS NOT NULL GROUP BY sales_return_id) r \
         ON r.sales_return_id = b.id WHERE COALESCE(r.times, 0) <> CASE WHEN b.state = 'credited' AND b.credit_amount > 0 \
         THEN 1 ELSE 0 END OR COALESCE(r.amount, b.credit_amount) <> b.credit_amount",
        "a credited return has not exactly one credit note over its amount",
    ),
    (
        "SELECT o.number FROM sales_order o LEFT JOIN (SELECT sales_order_id, CAST(SUM(credit_amount) AS BIGINT) AS amount, \
         CAST(SUM(credit_amount - credit_tax_amount) AS BIGINT) AS net FROM sales_return WHERE state = 'credited' \
         GROUP BY sales_order_id) b ON b.sales_order_id = o.id LEFT JOIN (SELECT sales_order_id, \
         CAST(SUM(credited_amount) AS BIGINT) AS amount, CAST(SUM(credited_net_amount) AS BIGINT) AS net, \
         CAST(SUM(credited_margin_amount) AS BIGINT) AS margin FROM sales_order_line GROUP BY sales_order_id) l \
         ON l.sales_order_id = o.id WHERE o.credited_amount <> COALESCE(b.amount, 0) \
         OR o.credited_net_amount <> COALESCE(b.net, 0) OR o.credited_amount <> COALESCE(l.amount, 0) \
         OR o.credited_net_amount <> COALESCE(l.net, 0) OR o.credited_margin_amount <> COALESCE(l.margin, 0)",
        "what was credited is not what the credited returns are worth",
    ),
    (
        "SELECT o.number FROM sales_order o LEFT JOIN (SELECT sales_order_id, \
         CAST(SUM(total_amount) AS BIGINT) AS total, CAST(SUM(net_amount) AS BIGINT) AS net, \
         CAST(SUM(shipped_amount) AS BIGINT) AS shipped FROM sales_order_line GROUP BY sales_order_id) l \
         ON l.sales_order_id = o.id WHERE o.total_amount <> COALESCE(l.total, 0) \
         OR o.net_amount <> COALESCE(l.net, 0) OR o.shipped_amount <> COALESCE(l.shipped, 0) \
         OR o.net_amount + o.tax_amount <> o.total_amount",
        "the amounts are not the sums of the lines",
    ),
    (
        "SELECT o.number FROM sales_order o LEFT JOIN (SELECT record_id, CAST(SUM(amount_left) AS BIGINT) AS amount \
         FROM ledger_hold WHERE object = 'sales_order' GROUP BY record_id) h ON h.record_id = o.id \
         WHERE COALESCE(h.amount, 0) <> CASE WHEN o.historic = 0 AND o.state IN ('confirmed', 'partly_shipped') \
         THEN o.total_amount - o.shipped_amount ELSE 0 END",
        "the credit held is not what remains to be shipped",
    ),
    (
        "SELECT o.number FROM sales_order o LEFT JOIN (SELECT sales_order_id, CAST(SUM(amount) AS BIGINT) AS amount \
         FROM receivable GROUP BY sales_order_id) r ON r.sales_order_id = o.id \
         WHERE o.historic = 0 AND o.shipped_amount <> COALESCE(r.amount, 0)",
        "the receivables are not what was shipped",
    ),
    (
        "SELECT o.number FROM sales_order o JOIN sales_order_line l ON l.sales_order_id = o.id \
         LEFT JOIN (SELECT r.sales_order_line_id, CAST(SUM(r.ship_quantity) AS BIGINT) AS quantity \
           FROM delivery_note_line r JOIN delivery_note d ON d.id = r.delivery_note_id WHERE d.state = 'shipped' \
           GROUP BY r.sales_order_line_id) s ON s.sales_order_line_id = l.id \
         WHERE o.historic = 0 AND (l.shipped_quantity <> COALESCE(s.quantity, 0) \
           OR l.shipped_quantity + l.cancelled_quantity > l.quantity)",
        "the quantities shipped are not those of the delivery notes",
    ),
    (
        "SELECT o.number FROM sales_order o JOIN sales_order_line l ON l.sales_order_id = o.id \
         LEFT JOIN (SELECT r.sales_order_line_id, CAST(SUM(r.quantity) AS BIGINT) AS quantity \
           FROM delivery_note_line r JOIN delivery_note d ON d.id = r.delivery_note_id \
           WHERE d.state IN ('ready', 'offered', 'to_collect', 'waiting') GROUP BY r.sales_order_line_id) w \
         ON w.sales_order_line_id = l.id \
         WHERE o.historic = 0 AND COALESCE(w.quantity, 0) <> CASE WHEN o.state IN ('confirmed', 'partly_shipped') \
         THEN l.quantity - l.shipped_quantity - l.cancelled_quantity ELSE 0 END",
        "what remains to be shipped is not what its delivery notes hold or wait for",
    ),
    (
        "SELECT o.number FROM sales_order o JOIN sales_order_line l ON l.sales_order_id = o.id \
         LEFT JOIN (SELECT r.sales_order_line_id, CAST(SUM(r.quantity) AS BIGINT) AS quantity, \
           CAST(SUM(r.credit_amount) AS BIGINT) AS amount FROM sales_return_line r \
           JOIN sales_return d ON d.id = r.sales_return_id WHERE d.state IN ('posted', 'credited') \
           GROUP BY r.sales_order_line_id) b ON b.sales_order_line_id = l.id \
         WHERE l.returned_quantity <> COALESCE(b.quantity, 0) OR l.returned_amount <> COALESCE(b.amount, 0) \
         OR l.returned_quantity > l.shipped_quantity OR l.returned_amount > l.shipped_amount",
        "what came back is not what was returned, or more than was shipped",
    ),
];

/// Sums, holds, receivables, shipments and public states.
pub fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for (sql, what) in CHECKS {
        for row in cx.query(sql, &[])? {
            broken.push(format!("{}: {what}", row.text(0)?));
        }
    }
    for row in cx.query("SELECT DISTINCT state, public_state FROM sales_order", &[])? {
        let (inner, public) = (row.text(0)?, row.text(1)?);
        if public_state(inner)? != public {
            broken.push(format!("orders in state {inner} are shown as {public}"));
        }
    }
    Ok(broken)
}
