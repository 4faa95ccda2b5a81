//! What must be true of commissions at any time.

use qudao_base::Result;
use qudao_kernel::{Cx, ledger::AccountKey};

use super::{ACCRUED, booking::IS_MONEY};
use crate::finance::currency;

/// What is owed against the ledger; cash counted against cash received; bonuses paid at most once; statement against entries.
pub fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    let unit = currency(cx);
    let owed = "SELECT partner_id, CAST(SUM(CASE WHEN state = 'paid' THEN 0 ELSE amount END) AS BIGINT) \
                FROM commission_entry GROUP BY partner_id";
    for row in cx.query(owed, &[])? {
        let partner = row.id(0)?;
        let ledger = cx
            .ledger()
            .balance(&AccountKey::new(ACCRUED, partner, &unit))?
            .balance;
        if ledger != row.int(1)? {
            broken.push(format!(
                "partner {partner}: commission owed is {}, the ledger says {ledger}",
                row.int(1)?
            ));
        }
    }
    let beyond_cash = format!(
        "SELECT o.number FROM sales_order o JOIN (SELECT sales_order_id, CAST(SUM(base_amount) AS BIGINT) AS base \
         FROM commission_entry GROUP BY sales_order_id) e ON e.sales_order_id = o.id LEFT JOIN (SELECT a.sales_order_id, \
         CAST(SUM(a.amount) AS BIGINT) AS cash FROM receipt_allocation a JOIN receipt r ON r.id = a.receipt_id \
         WHERE {IS_MONEY} GROUP BY a.sales_order_id) a ON a.sales_order_id = o.id \
         WHERE e.base < 0 OR e.base > COALESCE(a.cash, 0)"
    );
    let beyond_cash = (
        beyond_cash.as_str(),
        "commission counts more cash than was received",
    );
    for (sql, what) in CHECKS.into_iter().chain([beyond_cash]) {
        for row in cx.query(sql, &[])? {
            broken.push(format!("{}: {what}", row.text(0)?));
        }
    }
    Ok(broken)
}

const CHECKS: [(&str, &str); 2] = [
    (
        "SELECT p.name FROM partner p JOIN (SELECT partner_id, \
         SUM(CASE WHEN kind = 'bonus' THEN 1 ELSE -1 END) AS times FROM commission_entry \
         WHERE bonus_round IS NOT NULL GROUP BY partner_id) b ON b.partner_id = p.id WHERE b.times NOT IN (0, 1)",
        "the first-order bonus is booked more than once",
    ),
    (
        "SELECT p.name FROM partner p LEFT JOIN (SELECT partner_id, \
         CAST(SUM(CASE WHEN state = 'paid' THEN 0 ELSE amount END) AS BIGINT) AS amount FROM commission_entry \
         GROUP BY partner_id) e ON e.partner_id = p.id LEFT JOIN (SELECT partner_id, \
         CAST(SUM(commission_amount) AS BIGINT) AS amount FROM statement_line GROUP BY partner_id) s ON s.partner_id = p.id \
         WHERE COALESCE(e.amount, 0) <> COALESCE(s.amount, 0)",
        "the statement differs from the commissions",
    ),
];
