//! The recurring work: closes days that are over and sums anew those that were written since, one day a transaction, so that nobody
//! waits long for the writer.
//!
//! Keeps true: one process at a time works on a summary; a mark goes only with the sums that know what it was made for.

use std::sync::Arc;

use qudao_base::{Actor, Result, Value};
use qudao_meta::{Object, Summary};

use super::{CLOSED_DAYS_AGO, closed_through, columns, formula, summed};
use crate::{Cx, Kernel, Registry, model::quoted};

const SECONDS: i64 = 60;
/// Days of one summary in one round at most; the next round goes on.
const DAYS_MAX: u16 = 2_000;

pub(crate) fn sign_up(registry: &mut Registry) {
    registry.worker("kernel.summaries", SECONDS, Kernel::sum_days);
}

impl Kernel {
    /// Does the recurring work of summing days at once, whether it is due or not.
    pub fn sum_days(self: &Arc<Self>) -> Result<()> {
        for object in self.catalog.objects() {
            for at in 0..object.summaries.len() {
                for _ in 0..DAYS_MAX {
                    let object = Arc::clone(object);
                    let step = move |cx: &mut Cx<'_>| step(cx, &object, &object.summaries[at]);
                    if !self.write(&Actor::system(), step)? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Sums one day. False when there is none left to sum.
fn step(cx: &mut Cx<'_>, object: &Object, summary: &Summary) -> Result<bool> {
    let table = summary.table(&object.name);
    cx.take_turn("summary", std::iter::once(table.as_str()))?;
    begin_anew(cx, object, summary)?;
    Ok(close(cx, object, summary)? || renew(cx, object, summary)?)
}

/// Gives up what was summed by another declaration, or while a clock was ahead: whoever wrote on those days since left no marks.
fn begin_anew(cx: &mut Cx<'_>, object: &Object, summary: &Summary) -> Result<()> {
    let table = summary.table(&object.name);
    let sql = "SELECT closed_through, formula FROM summary_state WHERE name = ?";
    let rows = cx.query(sql, &[table.as_str().into()])?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    let (closed, last) = (row.int(0)?, cx.days_ago(CLOSED_DAYS_AGO)?.number());
    let rows = quoted(&table);
    if row.text(1)? != formula(object, summary) {
        cx.execute(&format!("DELETE FROM {rows}"), &[])?;
        let sql = "DELETE FROM summary_state WHERE name = ?";
        cx.execute(sql, &[table.into()])?;
    } else if closed > last {
        cx.execute(&format!("DELETE FROM {rows} WHERE day > ?"), &[last.into()])?;
        keep(cx, object, summary, last)?;
    }
    Ok(())
}

/// Closes the next day that has rows, and those before it that have none.
fn close(cx: &mut Cx<'_>, object: &Object, summary: &Summary) -> Result<bool> {
    let last = cx.days_ago(CLOSED_DAYS_AGO)?.number();
    let closed = closed_through(cx, object, summary)?;
    let date = quoted(&summary.date);
    let sql = format!(
        "SELECT MIN({date}) FROM {} WHERE {date} > ? AND {date} <= ?",
        quoted(&object.name)
    );
    let after = closed.unwrap_or(i64::MIN);
    if after >= last {
        return Ok(false);
    }
    let next = cx.query(&sql, &[after.into(), last.into()])?;
    let next = next.first().map(|row| row.value(0).clone());
    let through = if let Some(Value::Int(day)) = next {
        fill(cx, object, summary, day)?;
        day
    } else {
        last
    };
    keep(cx, object, summary, through)?;
    Ok(true)
}

/// Says through which day is closed.
fn keep(cx: &mut Cx<'_>, object: &Object, summary: &Summary, through: i64) -> Result<()> {
    let (id, table) = (cx.new_id(), summary.table(&object.name));
    let row = vec![
        id.into(),
        table.into(),
        through.into(),
        formula(object, summary).into(),
    ];
    let row = cx.kernel().site.key.coded("summary_state", row);
    let sql = "INSERT INTO summary_state (id, name, closed_through, formula, code) VALUES (?, ?, ?, ?, ?) \
               ON CONFLICT (name) DO UPDATE SET id = excluded.id, closed_through = excluded.closed_through, \
               formula = excluded.formula, code = excluded.code";
    cx.execute(sql, &row).map(drop)
}

/// Sums a marked day anew. Rows committed with a mark are seen by who sees the mark, so the marks read before the rows go.
fn renew(cx: &mut Cx<'_>, object: &Object, summary: &Summary) -> Result<bool> {
    let table = summary.table(&object.name);
    let Some(through) = closed_through(cx, object, summary)? else {
        return Ok(false);
    };
    let sql = "SELECT id, day FROM summary_day WHERE name = ? AND day = \
               (SELECT MIN(day) FROM summary_day WHERE name = ? AND day <= ?)";
    let name = Value::from(table);
    let marks = cx.query(sql, &[name.clone(), name, through.into()])?;
    let Some(first) = marks.first() else {
        return Ok(false);
    };
    fill(cx, object, summary, first.int(1)?)?;
    let ids: Vec<Vec<Value>> = marks
        .iter()
        .map(|row| Ok(vec![row.int(0)?.into()]))
        .collect::<Result<_>>()?;
    cx.execute_many("DELETE FROM summary_day WHERE id = ?", &ids)?;
    Ok(true)
}

/// Sums one day.
fn fill(cx: &mut Cx<'_>, object: &Object, summary: &Summary, day: i64) -> Result<()> {
    let (table, date) = (quoted(&summary.table(&object.name)), quoted(&summary.date));
    cx.execute(&format!("DELETE FROM {table} WHERE day = ?"), &[day.into()])?;
    let sums = summed(
        cx,
        (object, summary),
        &format!("t.{date} = ?"),
        &[day.into()],
    )?;
    let rows = cx.query(&sums.text, &sums.parameters)?;
    let rows: Vec<Vec<Value>> = rows
        .into_iter()
        .map(|row| {
            let id = std::iter::once(cx.new_id().into());
            id.chain(row.into_values()).collect()
        })
        .collect();
    let Some(row) = rows.first() else {
        return Ok(());
    };
    let insert = format!(
        "INSERT INTO {table} (id, {}) VALUES ({})",
        columns(object, summary, "day"),
        vec!["?"; row.len()].join(", ")
    );
    cx.execute_many(&insert, &rows).map(drop)
}
