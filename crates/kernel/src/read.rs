//! The one read path: row scope, field mask, one statement per object, rows as JSON with titles of links.
//!
//! Keeps true: a row outside the actor's scope and a field hidden from the actor never leave here, not even as the title
//! of a link, a sort order or a count.
//! Not here: sums (`report`), files (`export`).

use std::{collections::HashMap, fmt::Write};

use qudao_base::{Actor, Id, Refusal, Result, Value};
use qudao_meta::{FieldType, Object};
use qudao_store::Row;
use serde_json::{Map, Value as Json, json};

use crate::{
    Cx, Record,
    access::{Access, Condition},
    codec,
    model::{Model, quoted},
    offer,
    rules::SqlContext,
    sorting::{after_cursor, cursor_of, order},
};

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    /// Object.
    pub object: String,
    /// Name of a declared view whose filter also applies.
    pub view: Option<String>,
    /// Client's filter expression.
    pub filter: Option<String>,
    /// `-field` or `field`; the id decides among equals.
    pub sort: Option<String>,
    /// Rows wanted, 1 to 200.
    pub limit: Option<i64>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Words to look for in the object's search fields.
    pub search: Option<String>,
    /// Count all rows too.
    pub count: bool,
}

/// A page of rows.
#[derive(Clone, Debug)]
pub struct Page {
    /// Records.
    pub rows: Vec<Json>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Number of all rows, if asked.
    pub total: Option<i64>,
}

impl Page {
    /// As the API answers it.
    pub fn json(self) -> Json {
        json!({ "rows": self.rows, "next": self.next, "total": self.total })
    }
}

/// Columns, joins and their parameters of a select that shows records of a model to an actor.
struct Shown {
    columns: String,
    joins: String,
    parameters: Vec<Value>,
    /// Position of a link field -> position of its title in the row.
    titles: HashMap<usize, usize>,
}

fn shown(cx: &Cx<'_>, model: &Model, actor: &Actor) -> Result<Shown> {
    let mut out = Shown {
        columns: model.columns.clone(),
        joins: String::new(),
        parameters: Vec::new(),
        titles: HashMap::new(),
    };
    let mut next = model.object.fields.len() + 2;
    for link in &model.links {
        let target = cx.kernel().model(&link.target.name)?;
        let access = cx.kernel().access(&target, actor);
        let title = quoted(&link.target.title);
        let title_seen = link
            .target
            .field(&link.target.title)
            .is_some_and(|field| access.sees(field));
        if !access.may("read") || !title_seen {
            continue;
        }
        let rows = access.rows("read")?;
        let alias = &link.alias;
        let field = quoted(&model.object.fields[link.position].name);
        let _ = write!(out.columns, ", {alias}.{title}");
        if rows == Condition::all() {
            let table = quoted(&link.target.name);
            let _ = write!(
                out.joins,
                " LEFT JOIN {table} {alias} ON {alias}.\"id\" = t.{field}"
            );
        } else {
            let _ = write!(
                out.joins,
                " LEFT JOIN (SELECT t.\"id\", t.{title} FROM {} t WHERE {}) {alias} ON {alias}.\"id\" = t.{field}",
                quoted(&link.target.name),
                rows.text
            );
            out.parameters.extend(rows.parameters);
        }
        out.titles.insert(link.position, next);
        next += 1;
    }
    Ok(out)
}

fn row_json(model: &Model, access: &Access<'_>, shown: &Shown, row: &Row) -> Json {
    let text = |at: usize| match row.value(at) {
        Value::Int(number) => json!(number.to_string()),
        Value::Text(text) => json!(text),
        _ => Json::Null,
    };
    let mut map = Map::new();
    map.insert("id".to_owned(), text(0));
    map.insert(
        "version".to_owned(),
        json!(row.value(1).int().unwrap_or_default()),
    );
    for (at, field) in model
        .object
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| access.sees(field))
    {
        let value = row.value(at + 2);
        let json = if field.kind == FieldType::Link && !value.is_null() {
            let title = shown
                .titles
                .get(&at)
                .map_or(Json::Null, |&title| text(title));
            json!({ "id": text(at + 2), "title": title })
        } else {
            codec::encode(field.kind, value)
        };
        map.insert(field.name.clone(), json);
    }
    Json::Object(map)
}

/// So much of a search counts; no field of a record is looked for by more.
const SEARCH_CHARACTERS_MAX: usize = 100;

/// Words of a search as a condition over the object's search fields; every word must be found in one of them.
pub(crate) fn search_condition(
    object: &Object,
    access: &Access<'_>,
    words: &str,
) -> Option<Condition> {
    let title = object.field(&object.title);
    let fields: Vec<String> = object
        .fields
        .iter()
        .filter(|field| {
            (field.search || title.is_some_and(|title| title.name == field.name))
                && access.sees(field)
        })
        .filter(|field| field.kind.is_text())
        .map(|field| format!("LOWER(t.{}) LIKE ? ESCAPE '!'", quoted(&field.name)))
        .collect();
    let mut all: Option<Condition> = None;
    let words: String = words.chars().take(SEARCH_CHARACTERS_MAX).collect();
    for word in words.split_whitespace().take(5) {
        let pattern = word
            .to_lowercase()
            .replace('!', "!!")
            .replace('%', "!%")
            .replace('_', "!_");
        let one = Condition {
            text: if fields.is_empty() {
                "1 = 0".to_owned()
            } else {
                fields.join(" OR ")
            },
            parameters: vec![Value::Text(format!("%{pattern}%")); fields.len()],
        };
        all = Some(match all {
            Some(before) => before.and(one),
            None => one,
        });
    }
    all
}

/// Everything that narrows a list: scope, view, filter, search.
pub(crate) fn conditions(
    cx: &Cx<'_>,
    model: &Model,
    actor: &Actor,
    request: &ListRequest,
) -> Result<Condition> {
    let access = cx.kernel().access(model, actor);
    let context = SqlContext::of(cx.kernel(), &model.object, actor);
    let mut rows = access.rows("read")?;
    if let Some(name) = &request.view {
        let view = model.object.views.iter().find(|view| &view.name == name);
        let view = view.ok_or_else(|| {
            Refusal::malformed("field.unknown")
                .on("view")
                .with("field", name)
        })?;
        if !view.filter.is_empty() {
            rows = rows.and(cx.kernel().rules.sql(&context, &view.filter)?);
        }
    }
    if let Some(filter) = request
        .filter
        .as_ref()
        .filter(|filter| !filter.trim().is_empty())
    {
        rows = rows.and(cx.kernel().rules.client_sql(&context, filter)?);
    }
    if let Some(found) = request
        .search
        .as_ref()
        .and_then(|words| search_condition(&model.object, &access, words))
    {
        rows = rows.and(found);
    }
    Ok(rows)
}

/// A page of records as the actor may see them.
pub fn list(cx: &mut Cx<'_>, request: &ListRequest) -> Result<Page> {
    page_of(cx, request, "read")
}

/// A page of those readable records on which the actor holds the right too.
pub(crate) fn page_of(cx: &mut Cx<'_>, request: &ListRequest, right: &str) -> Result<Page> {
    let model = cx.kernel().model(&request.object)?;
    let actor = cx.actor().clone();
    let access = cx.kernel().access(&model, &actor);
    let limit = request.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Refusal::malformed("limit.malformed").on("limit").into());
    }
    let mut rows = conditions(cx, &model, &actor, request)?;
    if right != "read" {
        rows = rows.and(access.rows(right)?);
    }
    let context = SqlContext::of(cx.kernel(), &model.object, &actor);
    let order = order(
        &context,
        &model.object,
        request.sort.as_deref().unwrap_or("-id"),
    )?;
    let total = if request.count {
        Some(count(cx, &model, &rows)?)
    } else {
        None
    };
    let page = match &request.cursor {
        Some(cursor) => rows.and(after_cursor(&order, cursor)?),
        None => rows,
    };
    let shown = shown(cx, &model, &actor)?;
    let by = order.by();
    let sql = format!(
        "SELECT {} FROM {} t{} WHERE {} ORDER BY {by} LIMIT ?",
        shown.columns,
        model.table(),
        shown.joins,
        page.text
    );
    let mut parameters = shown.parameters.clone();
    parameters.extend(page.parameters);
    parameters.push((limit + 1).into());
    let mut found = cx.query(&sql, &parameters)?;
    let more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let next = found
        .last()
        .filter(|_| more)
        .map(|row| cursor_of(&order, row));
    let rows = found
        .iter()
        .map(|row| row_json(&model, &access, &shown, row))
        .collect();
    Ok(Page { rows, next, total })
}

fn count(cx: &mut Cx<'_>, model: &Model, rows: &Condition) -> Result<i64> {
    let sql = format!(
        "SELECT COUNT(*) FROM {} t WHERE {}",
        model.table(),
        rows.text
    );
    cx.query(&sql, &rows.parameters)?
        .first()
        .map_or(Ok(0), |row| row.int(0))
}

/// One record as the actor may see it, with its child lists.
///
/// # Errors
/// Not found when it does not exist or is outside the actor's scope.
pub fn get(cx: &mut Cx<'_>, object: &str, id: Id) -> Result<Json> {
    Ok(get_both(cx, object, id)?.0)
}

/// The record as the actor may see it, and as it is.
fn get_both(cx: &mut Cx<'_>, object: &str, id: Id) -> Result<(Json, Record)> {
    let model = cx.kernel().model(object)?;
    let actor = cx.actor().clone();
    let rows = cx.kernel().access(&model, &actor).rows("read")?;
    let one = Condition {
        text: "t.\"id\" = ?".to_owned(),
        parameters: vec![id.into()],
    };
    let (mut found, row) = select(cx, &model, &actor, one.and(rows))?;
    let mut record = found.pop().ok_or_else(Refusal::not_found)?;
    for child in cx.kernel().catalog.children(object) {
        let Some(of) = &child.child_of else { continue };
        let child_model = cx.kernel().model(&child.name)?;
        if !cx.kernel().access(&child_model, &actor).may("read") {
            continue;
        }
        let of_parent = Condition {
            text: format!("t.{} = ?", quoted(&of.link)),
            parameters: vec![id.into()],
        };
        let (lines, _) = select(cx, &child_model, &actor, of_parent)?;
        record[of.list.as_str()] = Json::Array(lines);
    }
    let row = row.ok_or_else(Refusal::not_found)?;
    Ok((record, model.record(row)?))
}

/// Records in order of entry as the actor may see them, and the last row as it is.
fn select(
    cx: &mut Cx<'_>,
    model: &Model,
    actor: &Actor,
    rows: Condition,
) -> Result<(Vec<Json>, Option<Row>)> {
    let shown = shown(cx, model, actor)?;
    let access = cx.kernel().access(model, actor);
    let sql = format!(
        "SELECT {} FROM {} t{} WHERE {} ORDER BY t.\"id\"",
        shown.columns,
        model.table(),
        shown.joins,
        rows.text
    );
    let mut parameters = shown.parameters.clone();
    parameters.extend(rows.parameters);
    let mut found = cx.query(&sql, &parameters)?;
    let records = found
        .iter()
        .map(|row| row_json(model, &access, &shown, row))
        .collect();
    Ok((records, found.pop()))
}

/// What answers a read or an action: record, allowed actions, field rights, the decisions named.
pub fn reply(cx: &mut Cx<'_>, object: &str, id: Id, decisions: &[Id]) -> Result<Json> {
    let (record, stored) = get_both(cx, object, id)?;
    let model = cx.kernel().model(object)?;
    let actions = offer::offered(cx, &model, &stored)?;
    let actor = cx.actor().clone();
    let access = cx.kernel().access(&model, &actor);
    let may_update = actions.iter().any(|name| name == "update");
    let rights: Map<String, Json> = model
        .object
        .fields
        .iter()
        .filter(|field| access.sees(field))
        .map(|field| {
            let right = if may_update && access.writes(field) {
                "write"
            } else {
                "read"
            };
            (field.name.clone(), json!(right))
        })
        .collect();
    let trace = cx.decisions_shown(decisions, (object, id))?;
    Ok(json!({ "record": record, "actions": actions, "rights": rights, "trace": trace }))
}
