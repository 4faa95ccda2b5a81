//! Proof of the ledger: balances and holds against movements and floors.
//!
//! Not here: the hash that binds movements to the action log (`verify`).

use qudao_base::Result;

use crate::Cx;

/// Proves the ledger: one sentence per broken account or hold.
pub(crate) fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    let accounts = cx.query(
        "SELECT a.kind, a.owner, a.unit, a.balance, a.held, COALESCE(i.amount, 0) - COALESCE(o.amount, 0), \
         COALESCE(o.held, 0), a.floor FROM ledger_account a \
         LEFT JOIN (SELECT to_account, CAST(SUM(amount) AS BIGINT) amount FROM ledger_movement \
           WHERE kind IN ('post', 'transfer') GROUP BY to_account) i ON i.to_account = a.id \
         LEFT JOIN (SELECT from_account, \
           CAST(SUM(CASE WHEN kind IN ('post', 'transfer') THEN amount ELSE 0 END) AS BIGINT) amount, \
           CAST(SUM(CASE kind WHEN 'hold' THEN amount WHEN 'transfer' THEN 0 WHEN 'floor' THEN 0 ELSE -amount END) AS BIGINT) held \
           FROM ledger_movement GROUP BY from_account) o ON o.from_account = a.id \
         WHERE a.keeps_balance = 1 AND (a.balance <> COALESCE(i.amount, 0) - COALESCE(o.amount, 0) \
           OR a.held <> COALESCE(o.held, 0) OR a.balance - a.held < a.floor)",
        &[],
    )?;
    for row in accounts {
        broken.push(format!(
            "ledger account {} {} {}: balance {} held {}, movements say {} and {}, floor {:?}",
            row.text(0)?,
            row.int(1)?,
            row.text(2)?,
            row.int(3)?,
            row.int(4)?,
            row.int(5)?,
            row.int(6)?,
            row.value(7).int()
        ));
    }
    broken.extend(floors(cx)?);
    let holds = cx.query(
        "SELECT h.id, h.amount_left FROM ledger_hold h LEFT JOIN (SELECT hold_id, \
         CAST(SUM(CASE kind WHEN 'hold' THEN amount ELSE -amount END) AS BIGINT) amount FROM ledger_movement \
         WHERE hold_id IS NOT NULL GROUP BY hold_id) m ON m.hold_id = h.id \
         LEFT JOIN ledger_movement o ON o.hold_id = h.id AND o.kind = 'hold' AND o.from_account = h.from_account \
         AND o.to_account = h.to_account AND o.object = h.object AND o.record_id = h.record_id \
         WHERE h.amount_left <> COALESCE(m.amount, 0) OR h.amount_left < 0 OR o.id IS NULL",
        &[],
    )?;
    for row in holds {
        broken.push(format!(
            "ledger hold {} with {} left is not what its movements say",
            row.int(0)?,
            row.int(1)?
        ));
    }
    let gone = cx.query(
        "SELECT m.hold_id FROM ledger_movement m LEFT JOIN ledger_hold h ON h.id = m.hold_id \
         WHERE m.kind = 'hold' AND h.id IS NULL",
        &[],
    )?;
    for row in gone {
        broken.push(format!("ledger hold {} was removed", row.int(0)?));
    }
    let lost = cx.query(
        "SELECT m.id FROM ledger_movement m LEFT JOIN ledger_account f ON f.id = m.from_account \
         LEFT JOIN ledger_account t ON t.id = m.to_account WHERE f.id IS NULL OR t.id IS NULL",
        &[],
    )?;
    for row in lost {
        broken.push(format!(
            "ledger movement {} is of an account that was removed",
            row.int(0)?
        ));
    }
    Ok(broken)
}

/// Each floor is its kind's or the one a movement set last.
fn floors(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    let rows = cx.query(
        "SELECT a.id, a.kind, a.floor, (SELECT m.amount FROM ledger_movement m WHERE m.object = 'ledger_account' \
         AND m.record_id = a.id AND m.kind = 'floor' ORDER BY m.id DESC LIMIT 1) FROM ledger_account a \
         WHERE a.keeps_balance = 1",
        &[],
    )?;
    for row in rows {
        let kind = cx.kernel().registry.accounts.get(row.text(1)?);
        let expected = row
            .value(3)
            .int()
            .or_else(|| kind.and_then(|kind| kind.floor));
        let found = row.value(2).int();
        if found.unwrap_or(i64::MIN) != expected.unwrap_or(i64::MIN) {
            broken.push(format!(
                "ledger account {}: its floor is {found:?}, set was {expected:?}",
                row.int(0)?
            ));
        }
    }
    Ok(broken)
}
