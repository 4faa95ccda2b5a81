//! Files in: CSV rows become records through the write path.
//!
//! Keeps true: an import is all or nothing, once per idempotency key; every refusal names its row and field; a file in
//! GB18030, as Chinese spreadsheets write it, is read as well as UTF-8.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use qudao_base::{Actor, FaultKind, Refusal, Result, Stop, Value};
use qudao_meta::{Field, FieldType, Object};
use serde_json::{Map, Value as Json, json};

use crate::{
    Cx, Kernel,
    action_log::sha256,
    codec,
    export::original,
    model::quoted,
    pipeline::{self, Request},
    submit::Answer,
};

/// Most rows an imported file may have.
const ROWS_MAX: usize = 100_000;

/// UTF-8, or GB18030 as Chinese spreadsheets write it.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

#[derive(Default)]
struct Imported {
    created: usize,
    updated: usize,
    errors: Vec<Json>,
}

/// Rows read from a file: their line and input.
struct Sheet {
    rows: Vec<(u64, Vec<(String, String)>)>,
}

fn field_of<'o>(object: &'o Object, heading: &str) -> Option<&'o Field> {
    let heading = heading.trim();
    object.fields.iter().find(|field| {
        field.name == heading || field.label.zh == heading || field.label.en == heading
    })
}

fn sheet(object: &Object, bytes: &[u8]) -> Result<Sheet> {
    let text = text_of(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let unreadable =
        |error: csv::Error| Refusal::malformed("import.unreadable").with("reason", error);
    let headings = reader.headers().map_err(unreadable)?.clone();
    let mut names = Vec::new();
    for heading in &headings {
        let field = field_of(object, heading);
        let field = field.ok_or_else(|| {
            Refusal::malformed("field.unknown")
                .on(heading)
                .with("field", heading)
        })?;
        names.push(field.name.clone());
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = names
            .iter()
            .zip(record.iter())
            .map(|(name, cell)| (name.clone(), original(cell).to_owned()));
        rows.push((line, cells.collect()));
        if rows.len() > ROWS_MAX {
            return Err(Refusal::malformed("lines.too_many")
                .with("max", ROWS_MAX)
                .into());
        }
    }
    Ok(Sheet { rows })
}

/// A file to be imported.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'u> {
    /// Object its rows become.
    pub object: &'u str,
    /// CSV.
    pub bytes: &'u [u8],
    /// Tried only; nothing is kept.
    pub dry_run: bool,
    /// Idempotency key: what was kept under it is not imported again.
    pub key: Option<&'u str>,
}

/// Imports a CSV file: rows whose unique field, or fields unique together, are known are updated, others created; all of them
/// or none.
/// Returns `{created, updated, errors, kept}`; with errors, or in a dry run, nothing is kept.
pub fn import(kernel: &Arc<Kernel>, actor: &Actor, upload: Upload<'_>) -> Result<Json> {
    let model = kernel.model(upload.object)?;
    if !kernel.access(&model, actor).may("import") {
        return Err(kernel.access(&model, actor).refusal("import"));
    }
    let sheet = sheet(&model.object, upload.bytes)?;
    let dry_run = upload.dry_run;
    let not_kept = Arc::new(Mutex::new(Json::Null));
    let (shared, declared) = (Arc::clone(&not_kept), Arc::clone(&model.object));
    let fingerprint = format!("import {} {}", upload.object, sha256(upload.bytes));
    let key = upload.key.filter(|_| !dry_run);
    let result = kernel.once(actor, key, &fingerprint, move |cx| {
        let imported = import_rows(cx, &declared, &sheet)?;
        let kept = imported.errors.is_empty() && !dry_run;
        let answer = json!({
            "created": imported.created, "updated": imported.updated, "errors": imported.errors, "kept": kept,
        });
        if kept {
            return Ok(Answer::kept(answer));
        }
        *shared
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = answer;
        Err(Refusal::invalid("import.not_kept").into())
    });
    match result {
        Err(Stop::Refusal(refusal)) if refusal.code == "import.not_kept" => {
            let mut answer = not_kept
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            Ok(answer.take())
        }
        other => other,
    }
}

fn import_rows(cx: &mut Cx<'_>, object: &Object, sheet: &Sheet) -> Result<Imported> {
    let mut imported = Imported::default();
    let mut titles: HashMap<(String, String), Option<String>> = HashMap::new();
    for (line, cells) in &sheet.rows {
        let done = import_row(cx, object, cells, &mut titles);
        // After a violated constraint the database takes no further statement: this row is named, and the file ends here.
        let is_last =
            matches!(&done, Err(Stop::Fault(fault)) if fault.kind == FaultKind::Duplicate);
        let done = done.map_err(|stop| cx.kernel().named(stop));
        match done {
            Ok(true) => imported.created += 1,
            Ok(false) => imported.updated += 1,
            Err(Stop::Refusal(refusal)) => {
                for one in std::iter::once(refusal.as_ref()).chain(&refusal.others) {
                    let detail = cx.kernel().refusal_text(&one.code).map_or_else(
                        || one.code.clone(),
                        |text| text.filled(cx.actor().locale, &one.arguments),
                    );
                    imported.errors.push(json!({ "row": line, "field": one.field, "code": one.code, "detail": detail }));
                }
            }
            Err(fault) => return Err(fault),
        }
        if is_last || imported.errors.len() >= 1_000 {
            break;
        }
    }
    Ok(imported)
}

/// True when created, false when updated.
fn import_row(
    cx: &mut Cx<'_>,
    object: &Object,
    cells: &[(String, String)],
    titles: &mut HashMap<(String, String), Option<String>>,
) -> Result<bool> {
    let mut input = Map::new();
    let mut known = None;
    for (name, text) in cells.iter().filter(|(_, text)| !text.is_empty()) {
        let Some(field) = object.field(name) else {
            continue;
        };
        if field.system && !field.unique {
            continue;
        }
        let value = import_value(cx, field, text, titles)?;
        if field.unique {
            known = stored(
                cx,
                object,
                std::slice::from_ref(name),
                &[(name.clone(), value.clone())],
            )?
            .or(known);
        }
        if !field.system {
            input.insert(name.clone(), value);
        }
    }
    let given: Vec<(String, Json)> = input.clone().into_iter().collect();
    for unique in object.uniques.iter().filter(|one| one.condition.is_none()) {
        if known.is_none() {
            known = stored(cx, object, &unique.fields, &given)?;
        }
    }
    if let Some(id) = known {
        drop_unchanged(cx, object, id, &mut input)?;
    }
    let action = if known.is_some() { "update" } else { "create" };
    let id = known.map(qudao_base::Id::from_number);
    let request = Request {
        object: object.name.clone(),
        id,
        action: action.to_owned(),
        input,
        version: None,
    };
    pipeline::perform(cx, &request)?;
    Ok(id.is_none())
}

/// The id of the record with these values in fields that are unique together; none unless the file gives all of them.
fn stored(
    cx: &mut Cx<'_>,
    object: &Object,
    fields: &[String],
    given: &[(String, Json)],
) -> Result<Option<i64>> {
    let mut tests = Vec::new();
    let mut parameters = Vec::new();
    for name in fields {
        let json = given.iter().find(|(field, _)| field == name);
        let (Some((_, json)), Some(field)) = (json, object.field(name)) else {
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
    rows.first().map(|row| row.int(0)).transpose()
}

/// Leaves out what a file repeats of fields nobody may write, so that an exported file can be changed and read back.
fn drop_unchanged(
    cx: &mut Cx<'_>,
    object: &Object,
    id: i64,
    input: &mut Map<String, Json>,
) -> Result<()> {
    let stored = cx
        .find_records(&object.name, "t.id = ?", &[id.into()])?
        .pop();
    let Some(stored) = stored else { return Ok(()) };
    for field in object.fields.iter().filter(|field| field.read_only) {
        let same = input.get(&field.name).is_some_and(|json| {
            codec::decode(field, json).is_ok_and(|value| &value == stored.value(&field.name))
        });
        if same {
            input.remove(&field.name);
        }
    }
    Ok(())
}

fn import_value(
    cx: &mut Cx<'_>,
    field: &Field,
    text: &str,
    titles: &mut HashMap<(String, String), Option<String>>,
) -> Result<Json> {
    Ok(match (field.kind, &field.to) {
        (FieldType::Boolean, _) => json!(truth(text).ok_or_else(|| {
            let refusal = Refusal::malformed("field.type").on(&field.name);
            refusal
                .with_label("field", &field.label)
                .with("value", text)
        })?),
        (FieldType::Choice, _) => {
            let named = |choice: &&qudao_meta::Choice| {
                choice.value == text || choice.label.zh == text || choice.label.en == text
            };
            json!(
                field
                    .choices
                    .iter()
                    .find(named)
                    .map_or(text, |choice| choice.value.as_str())
            )
        }
        (FieldType::Link, Some(target)) => {
            let key = (target.clone(), text.to_owned());
            if !titles.contains_key(&key) {
                let found = id_by_title(cx, target, text).map_err(|stop| match stop {
                    Stop::Refusal(refusal) => Stop::from(refusal.on(&field.name)),
                    fault @ Stop::Fault(_) => fault,
                })?;
                titles.insert(key.clone(), found);
            }
            let id = titles.get(&key).cloned().flatten();
            json!(id.ok_or_else(|| {
                Refusal::invalid("link.not_found")
                    .on(&field.name)
                    .with_label("field", &field.label)
            })?)
        }
        _ => json!(text),
    })
}

/// Yes or no as people and spreadsheets write it.
fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" | "是" | "真" => Some(true),
        "false" | "no" | "0" | "否" | "假" => Some(false),
        _ => None,
    }
}

/// The id of the target's record with this title or unique value, among those the actor may read.
///
/// # Errors
/// `import.ambiguous_link` when several records have it.
fn id_by_title(cx: &mut Cx<'_>, target: &str, text: &str) -> Result<Option<String>> {
    let model = cx.kernel().model(target)?;
    let object = &model.object;
    let actor = cx.actor().clone();
    let access = cx.kernel().access(&model, &actor);
    if !access.may("read") {
        return Ok(None);
    }
    let visible = access.rows("read")?;
    let is_key = |field: &Field| {
        let alone = |fields: &Vec<String>| fields.as_slice() == std::slice::from_ref(&field.name);
        field.unique || object.uniques.iter().any(|unique| alone(&unique.fields))
    };
    let named = object
        .fields
        .iter()
        .filter(|field| (field.name == object.title || is_key(field)) && field.kind.is_text());
    let tests: Vec<String> = named
        .map(|field| format!("t.{} = ?", quoted(&field.name)))
        .collect();
    let sql = format!(
        "SELECT t.\"id\" FROM {} t WHERE ({}) AND ({}) ORDER BY t.\"id\" LIMIT 2",
        model.table(),
        tests.join(" OR "),
        visible.text
    );
    let mut parameters: Vec<Value> = vec![text.into(); tests.len()];
    parameters.extend(visible.parameters);
    let rows = cx.query(&sql, &parameters)?;
    if rows.len() > 1 {
        let refusal = Refusal::invalid("import.ambiguous_link");
        return Err(refusal.with("value", text).into());
    }
    Ok(rows
        .first()
        .map(|row| row.int(0))
        .transpose()?
        .map(|id| id.to_string()))
}
