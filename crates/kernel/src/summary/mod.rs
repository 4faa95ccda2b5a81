//! Sums by day, declared as `[[summary]]`: reports read them for days that are over, and rows only for the others, so that a report
//! costs by its answer and not by history.
//!
//! Keeps true: a day up to `closed_through` without a mark in `summary_day` has exactly the sums of its rows (`proof`). Who writes a
//! row of a day that may be closed marks that day in the same transaction, and the day is read row by row until it is summed anew.
//! Nobody waits: marks are only added, and orders of today add none. Sums made by another declaration count for nothing.
//! Not here: what a measure sums (`measure`).

mod proof;
mod round;

use std::collections::BTreeSet;

use qudao_base::{Actor, Date, Result, Value};
use qudao_meta::{Measure, Object, Summary};
use qudao_store::Dialect;
use serde_json::json;

use crate::{
    Cx, Record,
    action_log::sha256,
    condition::Condition,
    measure::measure_columns,
    model::{Model, quoted},
    reach::SqlContext,
};
pub(crate) use proof::verify;
pub(crate) use round::sign_up;

/// Days of so many days ago and older are closed: a transaction that began yesterday still knows them as open.
const CLOSED_DAYS_AGO: i64 = 3;
/// Rows of so many days ago and older are marked, one day before they can be closed.
const MARKED_DAYS_AGO: i64 = 2;
/// Raised when the same declaration comes to be summed in another way.
const WAY: u8 = 1;

/// Days this transaction has written rows of, by summary.
pub(crate) type Days = BTreeSet<(String, i64)>;

/// Sums of a measure over rows `t` of [`source`].
pub(crate) fn sums_of_sums(measure: &Measure) -> Vec<String> {
    let sum = |name: String| format!("CAST(COALESCE(SUM(t.{}), 0) AS BIGINT)", quoted(&name));
    measure.columns().into_iter().map(sum).collect()
}

/// What to read the measures from instead of the object's table: closed days as they were summed, the others from their rows. None
/// when no summary has all of them, or one of the texts asks for another field of rows `t`.
pub(crate) fn source(
    cx: &mut Cx<'_>,
    object: &Object,
    measures: &[&Measure],
    texts: &[&str],
) -> Result<Option<Condition>> {
    if !cx.days.is_empty() {
        return Ok(None);
    }
    let wanted: Vec<String> = measures.iter().flat_map(|one| one.columns()).collect();
    for summary in &object.summaries {
        let kept = summary.columns(object);
        let fits = wanted.iter().all(|name| kept.contains(name))
            && texts.iter().all(|text| asks_only_for(summary, text));
        if !fits {
            continue;
        }
        if let Some(closed) = closed_through(cx, object, summary)? {
            return Ok(Some(both(cx, object, summary, closed)?));
        }
    }
    Ok(None)
}

/// True when fields of rows `t` in the text are all in the summary.
fn asks_only_for(summary: &Summary, text: &str) -> bool {
    text.match_indices("t.").all(|(at, _)| {
        let before = text[..at].chars().next_back();
        let is_other = before.is_some_and(|one| one.is_alphanumeric() || one == '_' || one == '"');
        let field = text[at + 2..].strip_prefix('"');
        let field = field.and_then(|rest| rest.split_once('"'));
        is_other || field.is_some_and(|(name, _)| summary.has(name))
    })
}

/// What is summed, and how: sums made by anything else are none.
fn formula(object: &Object, summary: &Summary) -> String {
    let measures = summary.measures.iter();
    let measures: Vec<_> = measures.map(|name| object.measure(name)).collect();
    sha256(json!([WAY, summary, measures]).to_string())
}

/// The last closed day, if there is one: none after what this process's clock says is over, whatever another's said.
fn closed_through(cx: &mut Cx<'_>, object: &Object, summary: &Summary) -> Result<Option<i64>> {
    let sql = "SELECT closed_through FROM summary_state WHERE name = ? AND formula = ?";
    let table = summary.table(&object.name);
    let rows = cx.query(sql, &[table.into(), formula(object, summary).into()])?;
    let last = cx.days_ago(CLOSED_DAYS_AGO)?.number();
    let closed = rows.first().map(|row| row.int(0)).transpose()?;
    Ok(closed.map(|day| day.min(last)))
}

/// Columns of a summary, its date under its own name or as `day`.
fn columns(object: &Object, summary: &Summary, date: &str) -> String {
    let sums = summary.columns(object);
    let others = summary.by.iter().chain(&sums).map(|name| quoted(name));
    let names: Vec<String> = std::iter::once(date.to_owned()).chain(others).collect();
    names.join(", ")
}

/// Days that are closed, as they were summed.
fn closed(object: &Object, summary: &Summary, through: i64) -> Condition {
    let table = summary.table(&object.name);
    let date = format!("day AS {}", quoted(&summary.date));
    let text = format!(
        "SELECT {} FROM {} WHERE day <= ? AND day NOT IN (SELECT day FROM summary_day WHERE name = ?)",
        columns(object, summary, &date),
        quoted(&table)
    );
    Condition {
        text,
        parameters: vec![through.into(), table.into()],
    }
}

/// Sums by day of the rows that meet the condition.
fn summed(
    cx: &Cx<'_>,
    (object, summary): (&Object, &Summary),
    condition: &str,
    values: &[Value],
) -> Result<Condition> {
    let system = Actor::system();
    let context = SqlContext::of(cx.kernel(), object, &system);
    let mut parameters = Vec::new();
    let groups = std::iter::once(&summary.date).chain(&summary.by);
    let mut parts: Vec<String> = groups.map(|name| format!("t.{}", quoted(name))).collect();
    let by: Vec<String> = (1..=parts.len()).map(|at| at.to_string()).collect();
    let measures = summary.measures.iter();
    for measure in measures.filter_map(|name| object.measure(name)) {
        let sums = measure_columns(cx, &context, object, measure, &mut parameters)?;
        let named = sums.into_iter().zip(measure.columns());
        parts.extend(named.map(|(sum, name)| format!("{sum} AS {}", quoted(&name))));
    }
    // Left alone, SQLite reads the whole table along an index over the first group.
    let way = match cx.connection.dialect() {
        Dialect::Sqlite => format!(" INDEXED BY \"ix_{}_{}\"", object.name, summary.date),
        Dialect::Postgres => String::new(),
    };
    let text = format!(
        "SELECT {} FROM {} t{way} WHERE {condition} GROUP BY {}",
        parts.join(", "),
        quoted(&object.name),
        by.join(", ")
    );
    parameters.extend_from_slice(values);
    Ok(Condition { text, parameters })
}

fn both(cx: &Cx<'_>, object: &Object, summary: &Summary, through: i64) -> Result<Condition> {
    let date = format!("t.{}", quoted(&summary.date));
    let table = Value::from(summary.table(&object.name));
    let closed = closed(object, summary, through);
    let (mut texts, mut parameters) = (vec![closed.text], closed.parameters);
    for (condition, values) in [
        (format!("{date} > ?"), vec![through.into()]),
        (format!("{date} IS NULL"), Vec::new()),
        (
            format!("{date} IN (SELECT day FROM summary_day WHERE name = ? AND day <= ?)"),
            vec![table, through.into()],
        ),
    ] {
        let part = summed(cx, (object, summary), &condition, &values)?;
        texts.push(part.text);
        parameters.extend(part.parameters);
    }
    let text = format!("({}) t", texts.join(" UNION ALL "));
    Ok(Condition { text, parameters })
}

impl Cx<'_> {
    fn days_ago(&self, days: i64) -> Result<Date> {
        // By the clock and not by this transaction, which may write of the past.
        let now = self.kernel().clock.now();
        now.date(self.zone())?.plus_days(-days)
    }

    /// Notes that rows are written or deleted.
    pub(crate) fn note_days(&mut self, model: &Model, records: &[Record]) {
        for watch in &model.watches {
            for record in records {
                if let Value::Int(day) = record.values[watch.date] {
                    self.days.insert((watch.table.clone(), day));
                }
            }
        }
    }

    /// Notes what rows were and what they are now, as far as it changes their sums.
    pub(crate) fn note_changed_days(&mut self, model: &Model, before: &[Record], after: &[Record]) {
        for watch in &model.watches {
            for (before, after) in before.iter().zip(after) {
                let differs = |&at: &usize| before.values[at] != after.values[at];
                if !watch.fields.iter().any(differs) {
                    continue;
                }
                for record in [before, after] {
                    if let Value::Int(day) = record.values[watch.date] {
                        self.days.insert((watch.table.clone(), day));
                    }
                }
            }
        }
    }

    /// Marks the days noted that are closed, or may be before this transaction commits.
    pub(crate) fn mark_days(&mut self) -> Result<()> {
        if self.days.is_empty() {
            return Ok(());
        }
        let last = self.days_ago(MARKED_DAYS_AGO)?.number();
        let days = std::mem::take(&mut self.days);
        let old = days.into_iter().filter(|(_, day)| *day <= last);
        let key = &self.kernel().site.key;
        let rows: Vec<Vec<Value>> = old
            .map(|(table, day)| vec![self.new_id().into(), table.into(), day.into()])
            .map(|row| key.coded("summary_day", row))
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO summary_day (id, name, day, code) VALUES (?, ?, ?, ?)";
        self.execute_many(sql, &rows).map(drop)
    }
}
