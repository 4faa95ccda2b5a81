//! Reports: measures of an object by fields, fields behind links and periods, in one statement under the actor's scope.
//!
//! Keeps true: what a list would not show is not summed; a hidden field is neither measured nor grouped by.
//! Not here: how a measure adds up (`measure`), what can be grouped by (`group`), days summed before (`summary`).

use qudao_base::{Refusal, Result, Value};
use qudao_meta::{Measure, Object};
use qudao_store::{Dialect, Row};
use serde_json::{Value as Json, json};

use crate::{
    Cx,
    condition::Condition,
    group::{Group, unknown},
    measure::{kind_of, measure_columns, measure_json, measured},
    model::Model,
    reach::SqlContext,
    read::{self, ListRequest},
    summary,
};

/// What a report is asked for.
#[derive(Clone, Debug, Default)]
pub struct ReportRequest {
    /// Object.
    pub object: String,
    /// Its measures.
    pub measures: Vec<String>,
    /// Groups: `field`, `link.field`, `date.month` (`.year`, `.quarter`, `.day`).
    pub by: Vec<String>,
    /// Filter expression.
    pub filter: String,
    /// Group or measure, `-` in front for descending.
    pub sort: String,
    /// Most rows, at most 5,000.
    pub limit: Option<i64>,
}

/// Most measures, and most groups, of one report.
const PARTS_MAX: usize = 20;

fn check_size(request: &ReportRequest) -> Result<()> {
    for (place, parts) in [("measures", &request.measures), ("by", &request.by)] {
        if parts.len() > PARTS_MAX {
            let refusal = Refusal::malformed("report.too_large").on(place);
            return Err(refusal.with("max", PARTS_MAX).into());
        }
    }
    Ok(())
}

/// Runs a report as the actor may see it: `{columns, rows}`.
pub fn report(cx: &mut Cx<'_>, request: &ReportRequest) -> Result<Json> {
    check_size(request)?;
    let model = cx.kernel().model(&request.object)?;
    let object = model.object.as_ref();
    let actor = cx.actor().clone();
    let context = SqlContext::of(cx.kernel(), object, &actor);
    // First of all, so that who may not read the object learns nothing of its fields.
    let filtered = ListRequest {
        filter: Some(request.filter.clone()),
        ..ListRequest::default()
    };
    let rows = read::conditions(cx, &model, &actor, &filtered)?;
    let measures: Vec<&Measure> = request
        .measures
        .iter()
        .map(|name| measured(cx, &model, &actor, name))
        .collect::<Result<_>>()?;
    let groups: Vec<Group> = request
        .by
        .iter()
        .map(|name| Group::of(cx, &context, object, name))
        .collect::<Result<_>>()?;
    let mut parameters: Vec<Value> = groups
        .iter()
        .flat_map(|group| group.column.parameters.iter().cloned())
        .collect();
    let mut inner: Vec<String> = groups
        .iter()
        .enumerate()
        .map(|(at, group)| format!("{} AS g{at}", group.column.text))
        .collect();
    let (columns, table) = source(cx, &model, (&measures, &groups), &rows, &mut parameters)?;
    let widths: Vec<usize> = columns.iter().map(Vec::len).collect();
    for (at, columns) in columns.iter().enumerate() {
        let columns = columns.iter().enumerate();
        inner.extend(columns.map(|(part, sql)| format!("{sql} AS m{at}_{part}")));
    }
    if inner.is_empty() {
        return Err(Refusal::malformed("field.required").on("measures").into());
    }
    parameters.extend(rows.parameters);
    let titles = groups.iter().filter_map(Group::titles);
    parameters.extend(titles.flat_map(|titles| titles.parameters.iter().cloned()));
    let sql = format!(
        "SELECT {} FROM (SELECT {} FROM {} WHERE {}{}) r{}{} LIMIT {}",
        outer_columns(&groups, &widths),
        inner.join(", "),
        table,
        rows.text,
        grouping(groups.len()),
        joins(&groups),
        order_by(request, &groups)?,
        request.limit.unwrap_or(1_000).clamp(1, 5_000)
    );
    let found = cx.query(&sql, &parameters)?;
    let measures: Vec<(&Measure, usize)> = measures.into_iter().zip(widths).collect();
    let rows: Vec<Json> = found
        .iter()
        .map(|row| row_json(object, &groups, &measures, row))
        .collect::<Result<_>>()?;
    Ok(json!({ "columns": headings(object, &groups, &measures), "rows": rows }))
}

/// The sums each measure is made of, and what they are summed over: the object's rows, or days summed before.
fn source(
    cx: &mut Cx<'_>,
    model: &Model,
    (measures, groups): (&[&Measure], &[Group]),
    rows: &Condition,
    parameters: &mut Vec<Value>,
) -> Result<(Vec<Vec<String>>, String)> {
    let object = model.object.as_ref();
    let groups = groups.iter().map(|group| group.column.text.as_str());
    let asked: Vec<&str> = groups.chain([rows.text.as_str()]).collect();
    if let Some(days) = summary::source(cx, object, measures, &asked)? {
        parameters.extend(days.parameters);
        let sums = measures
            .iter()
            .map(|measure| summary::sums_of_sums(measure));
        return Ok((sums.collect(), days.text));
    }
    let actor = cx.actor().clone();
    let context = SqlContext::of(cx.kernel(), object, &actor);
    let sums = measures
        .iter()
        .map(|measure| measure_columns(cx, &context, object, measure, parameters))
        .collect::<Result<_>>()?;
    Ok((sums, format!("{} t{}", model.table(), way(cx, rows))))
}

/// Who reads every row reads the table itself: along an index, which SQLite prefers for its order, it takes three times as long.
fn way(cx: &Cx<'_>, rows: &Condition) -> &'static str {
    if rows.is_all() && cx.connection.dialect() == Dialect::Sqlite {
        " NOT INDEXED"
    } else {
        ""
    }
}

fn grouping(groups: usize) -> String {
    if groups == 0 {
        return String::new();
    }
    let by: Vec<String> = (1..=groups).map(|at| at.to_string()).collect();
    format!(" GROUP BY {}", by.join(", "))
}

fn outer_columns(groups: &[Group], widths: &[usize]) -> String {
    let mut columns = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        columns.push(format!("r.g{at}"));
        if group.width() > 1 {
            let title = group
                .titles()
                .map(|titles| titles.column(&format!("l{at}")));
            columns.push(title.unwrap_or_else(|| "NULL".to_owned()));
        }
    }
    for (at, width) in widths.iter().enumerate() {
        columns.extend((0..*width).map(|part| format!("r.m{at}_{part}")));
    }
    columns.join(", ")
}

fn joins(groups: &[Group]) -> String {
    let joined = groups.iter().enumerate().filter_map(|(at, group)| {
        let titles = group.titles()?;
        Some(titles.join(&format!("l{at}"), &format!("r.g{at}")))
    });
    joined.collect()
}

fn order_by(request: &ReportRequest, groups: &[Group]) -> Result<String> {
    let (name, direction) = request
        .sort
        .strip_prefix('-')
        .map_or((request.sort.as_str(), "ASC"), |name| (name, "DESC"));
    let group = groups
        .iter()
        .position(|group| name.is_empty() || group.name == name)
        .map(|at| format!("r.g{at}"));
    let measure = request
        .measures
        .iter()
        .position(|measure| measure == name)
        .map(|at| format!("r.m{at}_0"));
    match group.or(measure) {
        Some(column) => Ok(format!(" ORDER BY {column} {direction} NULLS LAST")),
        None if name.is_empty() => Ok(String::new()),
        None => Err(unknown(name).into()),
    }
}

fn headings(object: &Object, groups: &[Group], measures: &[(&Measure, usize)]) -> Vec<Json> {
    let measures = measures.iter().map(|(measure, _)| {
        json!({ "name": measure.name, "label": measure.label, "type": kind_of(object, measure) })
    });
    groups.iter().map(Group::heading).chain(measures).collect()
}

fn row_json(
    object: &Object,
    groups: &[Group],
    measures: &[(&Measure, usize)],
    row: &Row,
) -> Result<Json> {
    let (mut cells, mut at) = (Vec::new(), 0);
    for group in groups {
        cells.push(group.json(row, at));
        at += group.width();
    }
    for (measure, width) in measures {
        let columns = at..at + width;
        let sums: Vec<i64> = columns.map(|at| row.int(at)).collect::<Result<_>>()?;
        cells.push(measure_json(object, measure, &sums));
        at += width;
    }
    Ok(Json::Array(cells))
}
