//! Sums by day, declared as `[[summary]]`: reports read them for days that are over, and rows only for the others, so that a report
//! costs by its answer and not by history.
//!
//! Keeps true: a day up to `closed_through` without a mark in `summary_day` has exactly the sums of its rows; `verify` compares all
//! of them. Who writes a row of a day that may be closed marks that day in the same transaction, and the day is read row by row until
//! it is summed anew. Nobody waits: marks are only added, and orders of today add none.
//! Not here: what a measure sums (`measure`).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use qudao_base::{Actor, Date, Result, Value};
use qudao_meta::{Aggregate, Measure, Object, Summary};
use qudao_store::Dialect;

use crate::{
    Cx, Kernel, Record,
    condition::Condition,
    measure::measure_columns,
    model::{Model, quoted},
    reach::SqlContext,
};

/// Days from which on nothing is closed, counted from today: a transaction that began yesterday still knows them as open.
const CLOSED_DAYS_AGO: i64 = 3;
/// Rows of so many days ago and older are marked, one day before they can be closed.
const MARKED_DAYS_AGO: i64 = 2;
/// Days closed, and days summed anew, at most in one transaction.
const DAYS_MAX: u16 = 366;

/// Days this transaction has written rows of, by summary.
pub(crate) type Days = BTreeSet<(String, i64)>;

/// The sums a measure is made of, as the columns that keep them.
fn columns_of(measure: &Measure) -> Vec<String> {
    match measure.aggregate {
        Aggregate::Sum | Aggregate::Count => vec![measure.name.clone()],
        Aggregate::Average => vec![measure.name.clone(), format!("{}_count", measure.name)],
        Aggregate::Ratio => [&measure.numerator, &measure.denominator]
            .into_iter()
            .filter_map(Clone::clone)
            .collect(),
    }
}

fn measures_of<'o>(object: &'o Object, summary: &'o Summary) -> impl Iterator<Item = &'o Measure> {
    let names = summary.measures.iter();
    names.filter_map(|name| object.measure(name))
}

/// All sums a summary keeps.
pub(crate) fn kept_columns(object: &Object, summary: &Summary) -> Vec<String> {
    measures_of(object, summary).flat_map(columns_of).collect()
}

/// Sums of a measure over rows `t` of [`source`].
pub(crate) fn sums_of_sums(measure: &Measure) -> Vec<String> {
    let sum = |name: String| format!("CAST(COALESCE(SUM(t.{}), 0) AS BIGINT)", quoted(&name));
    columns_of(measure).into_iter().map(sum).collect()
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
    let wanted: Vec<String> = measures.iter().copied().flat_map(columns_of).collect();
    for summary in &object.summaries {
        let kept = kept_columns(object, summary);
        let fits = wanted.iter().all(|name| kept.contains(name))
            && texts.iter().all(|text| asks_only_for(summary, text));
        if !fits {
            continue;
        }
        let table = summary.table(&object.name);
        if let Some(closed) = closed_through(cx, &table)? {
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

fn closed_through(cx: &mut Cx<'_>, table: &str) -> Result<Option<i64>> {
    let sql = "SELECT closed_through FROM summary_state WHERE name = ?";
    let rows = cx.query(sql, &[table.into()])?;
    rows.first().map(|row| row.int(0)).transpose()
}

/// Columns of a summary, its date under its own name or as `day`.
fn columns(object: &Object, summary: &Summary, date: &str) -> String {
    let sums = kept_columns(object, summary);
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
    for measure in measures_of(object, summary) {
        let sums = measure_columns(cx, &context, object, measure, &mut parameters)?;
        let named = sums.into_iter().zip(columns_of(measure));
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

/// Closes days that are over and sums anew those that were written since.
pub(crate) fn sum_days(cx: &mut Cx<'_>) -> Result<()> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    for object in catalog.objects() {
        for summary in &object.summaries {
            close(cx, object, summary)?;
            renew(cx, object, summary)?;
        }
    }
    Ok(())
}

fn close(cx: &mut Cx<'_>, object: &Object, summary: &Summary) -> Result<()> {
    let table = summary.table(&object.name);
    let last = cx.days_ago(CLOSED_DAYS_AGO)?;
    let first = if let Some(closed) = closed_through(cx, &table)? {
        Date::from_number(closed)?.plus_days(1)?
    } else {
        let date = quoted(&summary.date);
        let sql = format!("SELECT MIN({date}) FROM {}", quoted(&object.name));
        let oldest = cx.query(&sql, &[])?;
        match oldest.first().map(|row| row.value(0)) {
            Some(Value::Int(day)) => Date::from_number(*day)?.min(last),
            _ => last,
        }
    };
    if first > last {
        return Ok(());
    }
    let through = first.plus_days(i64::from(DAYS_MAX) - 1)?.min(last);
    fill(cx, (object, summary), first.number(), through.number())?;
    let id = cx.new_id();
    let sql = "INSERT INTO summary_state (id, name, closed_through, code) VALUES (?, ?, ?, ?) ON CONFLICT (name) \
               DO UPDATE SET id = excluded.id, closed_through = excluded.closed_through, code = excluded.code";
    let row = vec![id.into(), table.into(), through.number().into()];
    let row = cx.kernel().site.key.coded("summary_state", row);
    cx.execute(sql, &row).map(drop)
}

/// A mark goes only with the sums that know what it was made for: rows committed with a mark are seen with it.
fn renew(cx: &mut Cx<'_>, object: &Object, summary: &Summary) -> Result<()> {
    let table = summary.table(&object.name);
    let Some(through) = closed_through(cx, &table)? else {
        return Ok(());
    };
    let sql =
        "SELECT id, day FROM summary_day WHERE name = ? AND day <= ? ORDER BY day, id LIMIT 50000";
    let mut marks: BTreeMap<i64, Vec<Vec<Value>>> = BTreeMap::new();
    for row in cx.query(sql, &[table.as_str().into(), through.into()])? {
        let of_day = marks.entry(row.int(1)?).or_default();
        of_day.push(vec![row.int(0)?.into()]);
    }
    for (day, ids) in marks.into_iter().take(DAYS_MAX.into()) {
        fill(cx, (object, summary), day, day)?;
        cx.execute_many("DELETE FROM summary_day WHERE id = ?", &ids)?;
    }
    Ok(())
}

/// Sums the days from the first through the last.
fn fill(
    cx: &mut Cx<'_>,
    (object, summary): (&Object, &Summary),
    first: i64,
    last: i64,
) -> Result<()> {
    let (table, date) = (quoted(&summary.table(&object.name)), quoted(&summary.date));
    let span = [first.into(), last.into()];
    cx.execute(
        &format!("DELETE FROM {table} WHERE day BETWEEN ? AND ?"),
        &span,
    )?;
    let condition = format!("t.{date} BETWEEN ? AND ?");
    let sums = summed(cx, (object, summary), &condition, &span)?;
    let rows = cx.query(&sums.text, &sums.parameters)?;
    let rows: Vec<Vec<Value>> = rows
        .into_iter()
        .map(|row| {
            std::iter::once(cx.new_id().into())
                .chain(row.into_values())
                .collect()
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

impl Kernel {
    /// Does the recurring work of summing days at once, whether it is due or not.
    pub fn sum_days(self: &Arc<Self>) -> Result<()> {
        self.write(&Actor::system(), sum_days)
    }
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

/// Rows of a summary with how often each stands there: EXCEPT alone would not see one that does twice.
fn counted(object: &Object, summary: &Summary, text: &str) -> String {
    let width = 1 + summary.by.len() + kept_columns(object, summary).len();
    let all: Vec<String> = (1..=width).map(|at| at.to_string()).collect();
    format!(
        "SELECT s.*, COUNT(*) FROM ({text}) s GROUP BY {}",
        all.join(", ")
    )
}

/// Compares closed days with their rows, both ways.
pub(crate) fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    let mut broken = Vec::new();
    for object in catalog.objects() {
        for summary in &object.summaries {
            let table = summary.table(&object.name);
            let through = closed_through(cx, &table)?.unwrap_or_default();
            let sql = format!("SELECT COUNT(*) FROM {} WHERE day > ?", quoted(&table));
            let early = cx.query(&sql, &[through.into()])?;
            if early.first().map_or(Ok(0), |row| row.int(0))? > 0 {
                broken.push(format!(
                    "summary {table}: days are summed that are not closed"
                ));
            }
            let kept = closed(object, summary, through);
            let date = format!("t.{}", quoted(&summary.date));
            let condition = format!(
                "{date} <= ? AND {date} NOT IN (SELECT day FROM summary_day WHERE name = ?)"
            );
            let values = [through.into(), table.as_str().into()];
            let true_sums = summed(cx, (object, summary), &condition, &values)?;
            for (name, one, other) in [
                ("too much", &kept, &true_sums),
                ("too little", &true_sums, &kept),
            ] {
                let sql = format!(
                    "SELECT COUNT(*) FROM ({} EXCEPT {}) x",
                    counted(object, summary, &one.text),
                    counted(object, summary, &other.text)
                );
                let values: Vec<Value> = [one, other]
                    .iter()
                    .flat_map(|part| part.parameters.iter().cloned())
                    .collect();
                let found = cx.query(&sql, &values)?;
                let found = found.first().map_or(Ok(0), |row| row.int(0))?;
                if found > 0 {
                    broken.push(format!("summary {table}: {found} rows say {name}"));
                }
            }
        }
    }
    Ok(broken)
}
