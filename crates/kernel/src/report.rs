//! Reports: measures of an object by fields, fields behind links and periods, in one statement under the actor's scope.
//!
//! Keeps true: what a list would not show is not summed; a hidden field is neither measured nor grouped by.
//! Not here: how a measure adds up (`measure`).

use qudao_base::{Refusal, Result, Value};
use qudao_meta::{Field, FieldType, Measure, Object, Text};
use qudao_store::{Dialect, Row};
use serde_json::{Value as Json, json};

use crate::{
    Cx,
    access::Condition,
    codec,
    measure::{kind_of, measure_columns, measure_json, measured},
    model::quoted,
    read::{self, ListRequest},
    rules::{SqlContext, check_filterable},
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

struct Group {
    name: String,
    label: Text,
    kind: FieldType,
    period: Option<&'static str>,
    sql: String,
    parameters: Vec<Value>,
    link: Option<GroupLink>,
}

/// Where a group that is a link leads, and its titles as far as the actor may read them.
struct GroupLink {
    object: String,
    titles: Option<Condition>,
}

impl Group {
    fn titles(&self) -> Option<&Condition> {
        self.link.as_ref()?.titles.as_ref()
    }
}

fn period_sql(period: &str, column: &str) -> Option<(&'static str, String)> {
    Some(match period {
        "year" => ("year", format!("{column} / 10000")),
        "quarter" => (
            "quarter",
            format!("{column} / 10000 * 10 + ({column} / 100 % 100 + 2) / 3"),
        ),
        "month" => ("month", format!("{column} / 100")),
        "day" => ("day", column.to_owned()),
        _ => return None,
    })
}

fn unknown(name: &str) -> Refusal {
    Refusal::malformed("field.unknown")
        .on("by")
        .with("field", name)
}

fn group(cx: &Cx<'_>, context: &SqlContext<'_>, object: &Object, name: &str) -> Result<Group> {
    let parts: Vec<String> = name.split('.').map(ToOwned::to_owned).collect();
    let own = object.field(&parts[0]).ok_or_else(|| unknown(name))?;
    let own_column = format!("t.{}", quoted(&own.name));
    if let (FieldType::Date, [_, period]) = (own.kind, parts.as_slice()) {
        check_filterable(context, &parts[..1])?;
        let (period, sql) = period_sql(period, &own_column).ok_or_else(|| unknown(name))?;
        return Ok(Group {
            name: name.to_owned(),
            label: own.label.clone(),
            kind: own.kind,
            period: Some(period),
            sql,
            parameters: Vec::new(),
            link: None,
        });
    }
    check_filterable(context, &parts)?;
    let (holder, field): (&Object, &Field) = cx
        .kernel()
        .catalog
        .resolve(object, &parts)
        .ok_or_else(|| unknown(name))?;
    let column = if parts.len() == 1 {
        Condition {
            text: own_column,
            parameters: Vec::new(),
        }
    } else {
        context.far(&own.name, holder, &field.name)?
    };
    let target = field.to.as_deref();
    let link = target
        .and_then(|to| cx.kernel().catalog.object(to))
        .map(|target| group_link(cx, target))
        .transpose()?;
    Ok(Group {
        name: name.to_owned(),
        label: field.label.clone(),
        kind: field.kind,
        period: None,
        sql: column.text,
        parameters: column.parameters,
        link,
    })
}

fn group_link(cx: &Cx<'_>, target: &Object) -> Result<GroupLink> {
    let model = cx.kernel().model(&target.name)?;
    let access = cx.kernel().access(&model, cx.actor());
    let title = target.field(&target.title);
    let titles = if title.is_some_and(|title| access.sees(title)) {
        let rows = access.rows("read")?;
        Some(Condition {
            text: format!(
                "SELECT t.\"id\", t.{} AS title FROM {} t WHERE {}",
                quoted(&target.title),
                model.table(),
                rows.text
            ),
            parameters: rows.parameters,
        })
    } else {
        None
    };
    Ok(GroupLink {
        object: target.name.clone(),
        titles,
    })
}

fn group_json(group: &Group, row: &Row, at: usize) -> Json {
    let value = row.value(at);
    match (group.period, value) {
        (_, Value::Null) => Json::Null,
        (Some("month"), Value::Int(number)) => {
            json!(format!("{}-{:02}", number / 100, number % 100))
        }
        (Some("quarter"), Value::Int(number)) => json!(format!("{}-Q{}", number / 10, number % 10)),
        (Some("year"), Value::Int(number)) => json!(number.to_string()),
        (None, Value::Int(id)) if group.link.is_some() => {
            json!({ "id": id.to_string(), "title": row.value(at + 1).text() })
        }
        _ => codec::encode(group.kind, value),
    }
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
    let object = std::sync::Arc::clone(&model.object);
    let actor = cx.actor().clone();
    let context = SqlContext::of(cx.kernel(), &object, &actor);
    // First of all, so that who may not read the object learns nothing of its fields.
    let filter = Some(request.filter.clone());
    let rows = read::conditions(
        cx,
        &model,
        &actor,
        &ListRequest {
            filter,
            ..ListRequest::default()
        },
    )?;
    let measures: Vec<&Measure> = request
        .measures
        .iter()
        .map(|name| measured(cx, &model, &actor, name))
        .collect::<Result<_>>()?;
    let groups: Vec<Group> = request
        .by
        .iter()
        .map(|name| group(cx, &context, &object, name))
        .collect::<Result<_>>()?;
    let mut parameters: Vec<Value> = groups
        .iter()
        .flat_map(|group| group.parameters.iter().cloned())
        .collect();
    let mut inner: Vec<String> = groups
        .iter()
        .enumerate()
        .map(|(at, group)| format!("{} AS g{at}", group.sql))
        .collect();
    let mut widths = Vec::new();
    for (at, measure) in measures.iter().enumerate() {
        let columns = measure_columns(cx, &context, &object, measure, &mut parameters)?;
        widths.push(columns.len());
        inner.extend(
            columns
                .into_iter()
                .enumerate()
                .map(|(part, sql)| format!("{sql} AS m{at}_{part}")),
        );
    }
    if inner.is_empty() {
        return Err(Refusal::malformed("field.required").on("measures").into());
    }
    let way = way(cx, &rows);
    parameters.extend(rows.parameters);
    let titles = groups.iter().filter_map(|group| group.titles());
    parameters.extend(titles.flat_map(|titles| titles.parameters.iter().cloned()));
    let grouping = grouping(&groups);
    let limit = request.limit.unwrap_or(1_000).clamp(1, 5_000);
    let sql = format!(
        "SELECT {} FROM (SELECT {} FROM {} t{way} WHERE {}{grouping}) r{}{} LIMIT {limit}",
        outer_columns(&groups, &widths),
        inner.join(", "),
        model.table(),
        rows.text,
        joins(&groups),
        order_by(request, &groups)?
    );
    let found = cx.query(&sql, &parameters)?;
    Ok(
        json!({ "columns": columns_json(&object, &groups, &measures), "rows": rows_json(&object, &groups, &measures, &widths, &found)? }),
    )
}

/// Who reads every row reads the table itself: along an index, which SQLite prefers for its order, it takes three times as long.
fn way(cx: &Cx<'_>, rows: &Condition) -> &'static str {
    if *rows == Condition::all() && cx.connection.dialect() == Dialect::Sqlite {
        " NOT INDEXED"
    } else {
        ""
    }
}

fn grouping(groups: &[Group]) -> String {
    let by: Vec<String> = (1..=groups.len()).map(|at| at.to_string()).collect();
    if by.is_empty() {
        String::new()
    } else {
        format!(" GROUP BY {}", by.join(", "))
    }
}

fn outer_columns(groups: &[Group], widths: &[usize]) -> String {
    let mut columns = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        columns.push(format!("r.g{at}"));
        if group.link.is_some() {
            let title = group.titles().map(|_| format!("l{at}.title"));
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
        let titles = &group.titles()?.text;
        Some(format!(
            " LEFT JOIN ({titles}) l{at} ON l{at}.\"id\" = r.g{at}"
        ))
    });
    joined.collect()
}

fn order_by(request: &ReportRequest, groups: &[Group]) -> Result<String> {
    let (name, direction) = request
        .sort
        .strip_prefix('-')
        .map_or((request.sort.as_str(), "ASC"), |name| (name, "DESC"));
    let column = if name.is_empty() {
        groups.first().map(|_| "r.g0".to_owned())
    } else {
        let group = groups
            .iter()
            .position(|group| group.name == name)
            .map(|at| format!("r.g{at}"));
        let measure = request
            .measures
            .iter()
            .position(|measure| measure == name)
            .map(|at| format!("r.m{at}_0"));
        Some(group.or(measure).ok_or_else(|| unknown(name))?)
    };
    Ok(column.map_or_else(String::new, |column| {
        format!(" ORDER BY {column} {direction} NULLS LAST")
    }))
}

fn columns_json(object: &Object, groups: &[Group], measures: &[&Measure]) -> Vec<Json> {
    let groups = groups.iter().map(|group| {
        let object = group.link.as_ref().map(|link| &link.object);
        json!({
            "name": group.name, "label": group.label, "type": group.kind, "period": group.period, "object": object,
        })
    });
    let measures =
        measures.iter().map(|measure| json!({ "name": measure.name, "label": measure.label, "type": kind_of(object, measure) }));
    groups.chain(measures).collect()
}

fn rows_json(
    object: &Object,
    groups: &[Group],
    measures: &[&Measure],
    widths: &[usize],
    found: &[Row],
) -> Result<Vec<Json>> {
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        let mut cells = Vec::new();
        let mut at = 0;
        for group in groups {
            cells.push(group_json(group, row, at));
            at += if group.link.is_some() { 2 } else { 1 };
        }
        for (measure, width) in measures.iter().zip(widths) {
            let sums: Vec<i64> = (at..at + width)
                .map(|at| row.int(at))
                .collect::<Result<_>>()?;
            cells.push(measure_json(object, measure, &sums));
            at += width;
        }
        rows.push(Json::Array(cells));
    }
    Ok(rows)
}
