//! Proof that closed days have the sums of their rows, a month at a time.

use qudao_base::{Date, Result, Value};
use qudao_meta::{Object, Summary};

use super::{closed, closed_through, summed};
use crate::{Cx, model::quoted};

/// Compares all closed days of all summaries with their rows. One sentence per month that is wrong.
pub(crate) fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let catalog = std::sync::Arc::clone(&cx.kernel().catalog);
    let mut broken = Vec::new();
    for object in catalog.objects() {
        for summary in &object.summaries {
            check(cx, object, summary, &mut broken)?;
        }
    }
    Ok(broken)
}

fn check(
    cx: &mut Cx<'_>,
    object: &Object,
    summary: &Summary,
    broken: &mut Vec<String>,
) -> Result<()> {
    // Sums by another declaration count for nothing, and go with the next round.
    let Some(through) = closed_through(cx, object, summary)? else {
        return Ok(());
    };
    let table = summary.table(&object.name);
    let date = quoted(&summary.date);
    let ends = format!(
        "SELECT MIN(day), MAX(day) FROM (SELECT MIN(day) AS day FROM {kept} UNION ALL SELECT MAX(day) FROM {kept} \
         UNION ALL SELECT MIN({date}) FROM {rows} WHERE {date} <= ? UNION ALL SELECT MAX({date}) FROM {rows} WHERE {date} <= ?) x",
        kept = quoted(&table),
        rows = quoted(&object.name)
    );
    let ends = cx.query(&ends, &[through.into(), through.into()])?;
    let Some((Value::Int(first), Value::Int(last))) = ends
        .first()
        .map(|row| (row.value(0).clone(), row.value(1).clone()))
    else {
        return Ok(());
    };
    if last > through {
        broken.push(format!(
            "summary {table}: days are summed that are not closed"
        ));
    }
    let mut month = Date::from_number(first)?.month_start(0)?;
    while month.number() <= through {
        let next = month.month_start(1)?;
        let wrong = differing(cx, (object, summary), through, [month, next])?;
        if wrong > 0 {
            broken.push(format!(
                "summary {table}: {wrong} sums of {month} are not those of their rows"
            ));
        }
        month = next;
    }
    Ok(())
}

/// How many groups of days from the first to before the second differ from their rows: both are put together, the rows negated,
/// and nothing must be left, neither in a sum nor in the number of groups.
fn differing(
    cx: &mut Cx<'_>,
    (object, summary): (&Object, &Summary),
    through: i64,
    [first, end]: [Date; 2],
) -> Result<i64> {
    let (date, table) = (quoted(&summary.date), summary.table(&object.name));
    let span = format!("{date} >= ? AND {date} < ?");
    let span_values = [first.number().into(), end.number().into()];
    let kept = closed(object, summary, through);
    let condition = format!(
        "t.{date} >= ? AND t.{date} < ? AND t.{date} <= ? AND t.{date} NOT IN (SELECT day FROM summary_day WHERE name = ?)"
    );
    let [from, to] = span_values.clone();
    let values = [from, to, through.into(), table.into()];
    let rows = summed(cx, (object, summary), &condition, &values)?;
    let sums = summary.columns(object);
    let groups = std::iter::once(&summary.date).chain(&summary.by);
    let groups = groups
        .map(|name| quoted(name))
        .collect::<Vec<_>>()
        .join(", ");
    let plain: Vec<String> = sums.iter().map(|name| quoted(name)).collect();
    let negated: Vec<String> = plain
        .iter()
        .map(|name| format!("-{name} AS {name}"))
        .collect();
    let left: Vec<String> = plain
        .iter()
        .map(|name| format!("SUM({name}) <> 0"))
        .collect();
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT {groups} FROM (SELECT {groups}, {}, 1 AS one FROM ({}) k WHERE {span} \
         UNION ALL SELECT {groups}, {}, -1 AS one FROM ({}) r) b GROUP BY {groups} HAVING SUM(one) <> 0 OR {}) d",
        plain.join(", "),
        kept.text,
        negated.join(", "),
        rows.text,
        left.join(" OR ")
    );
    let mut parameters = kept.parameters;
    parameters.extend(span_values);
    parameters.extend(rows.parameters);
    let found = cx.query(&sql, &parameters)?;
    found.first().map_or(Ok(0), |row| row.int(0))
}
