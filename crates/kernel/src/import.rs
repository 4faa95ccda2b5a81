//! Files in: rows of CSV or of a workbook become records through the write path.
//!
//! Keeps true: an import is all or nothing, once per idempotency key; every refusal names its row and field.
//! Not here: how a file is read (`sheet`), what a cell means (`cell`).

use std::sync::{Arc, Mutex, PoisonError};

use qudao_base::{Actor, FaultKind, Id, Refusal, Result, Stop};
use qudao_meta::{Field, Object};
use serde_json::{Map, Value as Json, json};

use crate::{
    Cx, Kernel,
    action_log::sha256,
    cell::{self, KnownTitles},
    codec,
    model::quoted,
    pipeline::{self, Request},
    sheet::{self, SheetRow},
    submit::Answer,
};

/// A file with so many errors is looked at no further.
const ERRORS_MAX: usize = 1_000;

#[derive(Default)]
struct Imported {
    created: usize,
    updated: usize,
    unchanged: usize,
    errors: Vec<Json>,
}

/// A file to be imported.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'u> {
    /// Object its rows become.
    pub object: &'u str,
    /// CSV or XLSX, told by how it begins.
    pub bytes: &'u [u8],
    /// Tried only; nothing is kept.
    pub dry_run: bool,
    /// Idempotency key: what was kept under it is not imported again.
    pub key: Option<&'u str>,
}

/// Refuses who may not import into the object.
pub fn admit(kernel: &Kernel, actor: &Actor, object: &str) -> Result<()> {
    let model = kernel.model(object)?;
    let access = kernel.access(&model, actor);
    if access.may("import") {
        Ok(())
    } else {
        Err(access.refusal("import"))
    }
}

/// Imports a file: rows whose unique field, or fields unique together, are known are updated, others created; all of them
/// or none.
/// Returns `{created, updated, unchanged, errors, kept}`; with errors, or in a dry run, nothing is kept.
pub fn import(kernel: &Arc<Kernel>, actor: &Actor, upload: Upload<'_>) -> Result<Json> {
    admit(kernel, actor, upload.object)?;
    let model = kernel.model(upload.object)?;
    let rows = sheet::rows_of(&kernel.catalog, &model.object, upload.bytes)?;
    let dry_run = upload.dry_run;
    let not_kept = Arc::new(Mutex::new(Json::Null));
    let (shared, declared) = (Arc::clone(&not_kept), Arc::clone(&model.object));
    let fingerprint = format!("import {} {}", upload.object, sha256(upload.bytes));
    let key = upload.key.filter(|_| !dry_run);
    let result = kernel.once(actor, key, &fingerprint, move |cx| {
        let imported = import_rows(cx, &declared, &rows)?;
        let kept = imported.errors.is_empty() && !dry_run;
        let answer = json!({
            "created": imported.created, "updated": imported.updated, "unchanged": imported.unchanged,
            "errors": imported.errors, "kept": kept,
        });
        if kept {
            return Ok(Answer::kept(answer));
        }
        *shared
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = answer;
        Err(Refusal::invalid("import.not_kept").into())
    });
    match result {
        Err(Stop::Refusal(refusal)) if refusal.code == "import.not_kept" => {
            let mut answer = not_kept.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(answer.take())
        }
        other => other,
    }
}

fn import_rows(cx: &mut Cx<'_>, object: &Object, rows: &[SheetRow]) -> Result<Imported> {
    let mut imported = Imported::default();
    let mut titles = KnownTitles::new();
    for row in rows {
        let done = import_row(cx, object, row, &mut titles);
        // After a violated constraint the database takes no further statement: this row is named, and the file ends here.
        let is_last =
            matches!(&done, Err(Stop::Fault(fault)) if fault.kind == FaultKind::Duplicate);
        let done = done.map_err(|stop| cx.kernel().named(stop));
        match done {
            Ok(Done::Created) => imported.created += 1,
            Ok(Done::Updated) => imported.updated += 1,
            Ok(Done::Unchanged) => imported.unchanged += 1,
            Err(Stop::Refusal(refusal)) => {
                let all = std::iter::once(refusal.as_ref()).chain(&refusal.others);
                imported
                    .errors
                    .extend(all.map(|one| error_json(cx, row.line, one)));
            }
            Err(fault) => return Err(fault),
        }
        if is_last || imported.errors.len() >= ERRORS_MAX {
            break;
        }
    }
    Ok(imported)
}

fn error_json(cx: &Cx<'_>, line: u64, refusal: &Refusal) -> Json {
    let detail = cx.kernel().refusal_text(&refusal.code).map_or_else(
        || refusal.code.clone(),
        |text| text.filled(cx.actor().locale, &refusal.arguments),
    );
    json!({ "row": line, "field": refusal.field, "code": refusal.code, "detail": detail })
}

/// What came of a row.
enum Done {
    Created,
    Updated,
    Unchanged,
}

fn import_row(
    cx: &mut Cx<'_>,
    object: &Object,
    row: &SheetRow,
    titles: &mut KnownTitles,
) -> Result<Done> {
    let mut given: Vec<(&Field, Json)> = Vec::new();
    for (name, text) in row.cells.iter().filter(|(_, text)| !text.is_empty()) {
        let field = object.field(name);
        if let Some(field) = field.filter(|field| !field.system || field.unique) {
            given.push((field, cell::value_of(cx, field, text, titles)?));
        }
    }
    let id = known(cx, object, &given)?;
    let own = given.into_iter().filter(|(field, _)| !field.system);
    let mut input: Map<String, Json> = own
        .map(|(field, value)| (field.name.clone(), value))
        .collect();
    if let Some(id) = id {
        drop_unchanged(cx, object, id, &mut input)?;
        if input.is_empty() {
            return Ok(Done::Unchanged);
        }
    }
    for (list, line) in child_lines(cx, object, row, titles)? {
        let lines = input.entry(list).or_insert_with(|| Json::Array(Vec::new()));
        if let Json::Array(lines) = lines {
            lines.push(line);
        }
    }
    let request = Request {
        object: object.name.clone(),
        id,
        action: if id.is_some() { "update" } else { "create" }.to_owned(),
        input,
        version: None,
        then: None,
    };
    pipeline::perform(cx, &request)?;
    Ok(if id.is_some() {
        Done::Updated
    } else {
        Done::Created
    })
}

/// Lines of a record, each with the name of its list. Of a record that is known they count only when it changes itself: they would
/// replace the ones it has.
fn child_lines(
    cx: &mut Cx<'_>,
    object: &Object,
    row: &SheetRow,
    titles: &mut KnownTitles,
) -> Result<Vec<(String, Json)>> {
    let kernel = cx.kernel();
    let children = kernel.catalog.children(&object.name);
    let mut lines = Vec::with_capacity(row.children.len());
    for (list, cells) in &row.children {
        let child = children.iter().find(|child| {
            let link = child.child_of.as_ref();
            link.is_some_and(|link| &link.list == list)
        });
        let mut line = Map::new();
        for (name, text) in cells {
            if let Some(field) = child.and_then(|child| child.field(name)) {
                line.insert(name.clone(), cell::value_of(cx, field, text, titles)?);
            }
        }
        lines.push((list.clone(), Json::Object(line)));
    }
    Ok(lines)
}

/// The record a row is about: the one with its unique value, else with its values of fields unique together.
fn known(cx: &mut Cx<'_>, object: &Object, given: &[(&Field, Json)]) -> Result<Option<Id>> {
    let mut known = None;
    for (field, _) in given.iter().filter(|(field, _)| field.unique) {
        known = stored(cx, object, std::slice::from_ref(&field.name), given)?.or(known);
    }
    for unique in object.uniques.iter().filter(|one| one.condition.is_none()) {
        if known.is_none() {
            known = stored(cx, object, &unique.fields, given)?;
        }
    }
    Ok(known)
}

/// The id of the record with these values in the fields; none unless the file gives all of them.
fn stored(
    cx: &mut Cx<'_>,
    object: &Object,
    fields: &[String],
    given: &[(&Field, Json)],
) -> Result<Option<Id>> {
    let mut tests = Vec::new();
    let mut parameters = Vec::new();
    for name in fields {
        let Some((field, json)) = given.iter().rfind(|(field, _)| &field.name == name) else {
            return Ok(None);
        };
        tests.push(format!("{} = ?", quoted(name)));
        parameters.push(codec::decode(field, json)?);
    }
    let sql = format!(
        "SELECT \"id\" FROM {} WHERE {} LIMIT 1",
        quoted(&object.name),
        tests.join(" AND ")
    );
    let rows = cx.query(&sql, &parameters)?;
    rows.first().map(|row| row.id(0)).transpose()
}

/// Leaves out what a file repeats, so that an exported file can be changed and read back.
fn drop_unchanged(
    cx: &mut Cx<'_>,
    object: &Object,
    id: Id,
    input: &mut Map<String, Json>,
) -> Result<()> {
    let stored = cx
        .find_records(&object.name, "t.id = ?", &[id.into()])?
        .pop();
    let Some(stored) = stored else { return Ok(()) };
    for field in &object.fields {
        let same = input.get(&field.name).is_some_and(|json| {
            codec::decode(field, json).is_ok_and(|value| &value == stored.value(&field.name))
        });
        if same {
            input.remove(&field.name);
        }
    }
    Ok(())
}
