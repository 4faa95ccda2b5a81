//! What must be true of money at any time.

use qudao_base::Result;
use qudao_kernel::{Cx, ledger::AccountKey};

use super::{ADVANCE, RECEIVABLE, credit, currency};

/// Documents that do not add up; each with the sentence that says so.
const SUMS: [(&str, &str); 7] = [
    (
        // What was charged or credited before the first parts were kept has none.
        "SELECT i.number FROM invoice i LEFT JOIN receivable d ON d.id = i.receivable_id \
         LEFT JOIN receipt n ON n.id = i.receipt_id LEFT JOIN (SELECT invoice_id, CAST(SUM(amount) AS BIGINT) AS amount, \
         CAST(SUM(tax_amount) AS BIGINT) AS tax, CAST(SUM(net_amount) AS BIGINT) AS net FROM invoice_tax GROUP BY invoice_id) t \
         ON t.invoice_id = i.id WHERE (COALESCE(t.amount, 0) <> i.amount OR COALESCE(t.tax, 0) <> i.tax_amount \
         OR COALESCE(t.net, 0) <> i.net_amount) AND (t.invoice_id IS NOT NULL \
         OR COALESCE(d.created_at, n.created_at) >= (SELECT MIN(created_at) FROM invoice_tax))",
        "the parts by tax rate do not make the invoice",
    ),
    (
        "SELECT r.number FROM receipt r WHERE r.method = 'credit_note' AND (SELECT COUNT(*) FROM invoice i \
         WHERE i.receipt_id = r.id AND i.state <> 'cancelled' AND i.amount = -r.amount) <> 1",
        "there is not exactly one red-letter invoice over the credit",
    ),
    (
        "SELECT r.number FROM receivable r WHERE (SELECT COUNT(*) FROM invoice i WHERE i.receivable_id = r.id \
         AND i.state <> 'cancelled' AND i.amount = r.amount) <> 1",
        "there is not exactly one invoice over the amount",
    ),
    (
        "SELECT number FROM receivable WHERE received_amount + credited_amount + open_amount <> amount OR open_amount < 0 \
         OR tax_amount + net_amount <> amount OR (state = 'settled') <> (open_amount = 0 AND amount > 0)",
        "received, credited and open do not make the amount, or the state is wrong",
    ),
    (
        "SELECT number FROM receipt WHERE allocated_amount + unallocated_amount + refunded_amount <> amount \
         OR unallocated_amount < 0 OR allocated_amount < 0",
        "allocated, unallocated and refunded do not make the amount",
    ),
    (
        "SELECT r.number FROM receivable r LEFT JOIN (SELECT receivable_id, CAST(SUM(amount) AS BIGINT) AS amount \
         FROM receipt_allocation GROUP BY receivable_id) a ON a.receivable_id = r.id \
         WHERE r.received_amount + r.credited_amount <> COALESCE(a.amount, 0)",
        "received differs from its allocations",
    ),
    (
        "SELECT r.number FROM receipt r LEFT JOIN (SELECT receipt_id, CAST(SUM(amount) AS BIGINT) AS amount \
         FROM receipt_allocation GROUP BY receipt_id) a ON a.receipt_id = r.id \
         WHERE r.allocated_amount <> COALESCE(a.amount, 0)",
        "allocated differs from its allocations",
    ),
];

/// Per partner: open receivables, advances, statement, limit, credit used and held, and what was prepaid of it.
const PARTNERS: &str = "SELECT p.id, p.name, COALESCE(r.amount, 0), COALESCE(a.amount, 0), COALESCE(s.amount, 0), \
    c.credit_limit, c.used_amount, c.held_amount, p.credit_limit, c.advance_amount FROM partner p \
    JOIN credit_account c ON c.partner_id = p.id \
    LEFT JOIN (SELECT partner_id, CAST(SUM(open_amount) AS BIGINT) AS amount FROM receivable GROUP BY partner_id) r \
      ON r.partner_id = p.id \
    LEFT JOIN (SELECT partner_id, CAST(SUM(unallocated_amount) AS BIGINT) AS amount FROM receipt GROUP BY partner_id) a \
      ON a.partner_id = p.id \
    LEFT JOIN (SELECT partner_id, CAST(SUM(amount) AS BIGINT) AS amount FROM statement_line \
      GROUP BY partner_id) s ON s.partner_id = p.id";

/// Documents, statement and credit against each other and against the ledger.
pub fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for (sql, what) in SUMS {
        for row in cx.query(sql, &[])? {
            broken.push(format!("{}: {what}", row.text(0)?));
        }
    }
    let unit = currency(cx);
    for row in cx.query(PARTNERS, &[])? {
        let partner = row.id(0)?;
        let name = row.text(1)?;
        let (open, advance, statement) = (row.int(2)?, row.int(3)?, row.int(4)?);
        let (limit, used, held) = (row.int(5)?, row.int(6)?, row.int(7)?);
        let mut say = |holds: bool, what: &str| {
            if !holds {
                broken.push(format!("partner {name}: {what}"));
            }
        };
        let balance =
            |cx: &mut Cx<'_>, kind| cx.ledger().balance(&AccountKey::new(kind, partner, &unit));
        say(
            balance(cx, RECEIVABLE)?.balance == open,
            "open receivables differ from the ledger",
        );
        say(
            balance(cx, ADVANCE)?.balance == advance,
            "unallocated money differs from the ledger",
        );
        say(
            statement == open - advance,
            "the statement differs from receivables and receipts",
        );
        let account = balance(cx, credit::CREDIT)?;
        say(
            limit == row.int(8)?,
            "the credit account does not know the limit",
        );
        say(
            (limit + advance - account.balance, account.held) == (used, held),
            "credit differs from the ledger",
        );
        say(
            row.int(9)? == advance,
            "prepaid credit differs from unallocated money",
        );
        say(used == open, "used credit differs from open receivables");
    }
    Ok(broken)
}
