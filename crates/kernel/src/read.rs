//! The one read path: row scope, filters, pages, one statement per object.
//!
//! Keeps true: a row outside the actor's scope and a field hidden from the actor never leave here, not even as the title
//! of a link, a sort order or a count.
//! Not here: what of a row is shown and how (`shown`), sums (`report`), files (`export`).

use qudao_base::{Actor, Id, Refusal, Result};
use serde_json::{Map, Value as Json, json};

use crate::{
    Cx, Record,
    condition::Condition,
    model::{Model, quoted},
    offer,
    reach::SqlContext,
    search,
    shown::Shown,
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
    let filter = request.filter.as_deref().unwrap_or_default();
    if !filter.trim().is_empty() {
        rows = rows.and(cx.kernel().rules.client_sql(&context, filter)?);
    }
    let words = request.search.as_deref().unwrap_or_default();
    if let Some(found) = search::condition_of(&model.object, &access, words) {
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
    let total = request
        .count
        .then(|| count(cx, &model, &rows))
        .transpose()?;
    let mut page = match &request.cursor {
        Some(cursor) => rows.and(after_cursor(&order, cursor)?),
        None => rows,
    };
    page.parameters.push((limit + 1).into());
    let shown = Shown::of(cx.kernel(), &model, &actor)?;
    let tail = format!("ORDER BY {} LIMIT ?", order.by());
    let mut found = shown.rows(cx, page, &tail)?;
    let more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let next = found
        .last()
        .filter(|_| more)
        .map(|row| cursor_of(&order, row));
    let rows = found.iter().map(|row| shown.json(row)).collect();
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
    let shown = Shown::of(cx.kernel(), &model, &actor)?;
    let one = Condition {
        text: "t.\"id\" = ?".to_owned(),
        parameters: vec![id.into()],
    };
    let readable = cx.kernel().access(&model, &actor).rows("read")?;
    let row = shown.rows(cx, one.and(readable), "")?.pop();
    let row = row.ok_or_else(Refusal::not_found)?;
    let mut record = shown.json(&row);
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
        let shown = Shown::of(cx.kernel(), &child_model, &actor)?;
        let lines = shown.rows(cx, of_parent, "ORDER BY t.\"id\"")?;
        let lines = lines.iter().map(|line| shown.json(line)).collect();
        record[of.list.as_str()] = Json::Array(lines);
    }
    Ok((record, model.record(row)?))
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
