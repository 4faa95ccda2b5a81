//! What happened to a record: its log entries with who, when, what changed and why.
//!
//! Keeps true: only for those who may read the record now; changes of fields hidden from them are left out, and so is what a
//! decision says to the vendor only.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use qudao_base::{Id, Instant, Refusal, Result, Value};
use serde_json::{Map, Value as Json, json};

use crate::{Cx, codec, decision::Stored, read, refused::REFUSED, shown::Titles};

/// Most entries one answer holds.
const ENTRIES_MAX: i64 = 200;

/// The entries of a record, newest first: `{entries}`.
pub fn timeline(cx: &mut Cx<'_>, object: &str, id: Id) -> Result<Json> {
    read::get(cx, object, id)?;
    let mut values = present(cx, object, id)?;
    let rows = cx.query(
        "SELECT a.id, a.at, a.actor_id, u.name, a.action, a.changes FROM action_log a LEFT JOIN \"user\" u ON u.id = a.actor_id \
         WHERE a.object = ? AND a.record_id = ? ORDER BY a.id DESC LIMIT ?",
        &[object.into(), id.into(), ENTRIES_MAX.into()],
    )?;
    let mut decisions = decisions_of(cx, object, id)?;
    let mut entries = Vec::with_capacity(rows.len());
    let mut links = Links::default();
    for row in rows {
        let entry = row.int(0)?;
        let actor = row
            .value(2)
            .int()
            .map(|id| json!({ "id": id.to_string(), "name": row.value(3).text() }));
        let action = row.text(4)?.to_owned();
        let mut changes: Map<String, Json> = serde_json::from_str(row.text(5)?).unwrap_or_default();
        if action == "create" {
            changes = begun_with(&values);
        }
        for (field, pair) in &changes {
            values.insert(field.clone(), pair[0].clone());
        }
        entries.push(json!({
            "id": entry.to_string(),
            "at": Instant::from_micros(row.int(1)?).to_string(),
            "actor": actor,
            "label": label(cx, object, &action),
            "action": action,
            "changes": visible(cx, object, &changes, &mut links)?,
            "decisions": decisions.remove(&entry).unwrap_or_default(),
        }));
    }
    name_links(cx, &mut entries, &links)?;
    let orphans: Vec<Json> = decisions.into_values().flatten().collect();
    if let (Some(first), false) = (entries.first_mut(), orphans.is_empty()) {
        // Decisions about this record made under another record's action are shown with the newest entry.
        if let Some(list) = first["decisions"].as_array_mut() {
            list.extend(orphans);
        }
    }
    Ok(json!({ "entries": entries }))
}

/// The record's values as they are now.
fn present(cx: &mut Cx<'_>, object: &str, id: Id) -> Result<Map<String, Json>> {
    let record = cx.find_records(object, "t.id = ?", &[id.into()])?.pop();
    let record = record.ok_or_else(Refusal::not_found)?;
    let values = record.object.fields.iter().zip(&record.values);
    let shown = values.map(|(field, value)| (field.name.clone(), codec::encode(field.kind, value)));
    Ok(shown.collect())
}

/// What a record was created with: its values now, with every later change taken back.
fn begun_with(values: &Map<String, Json>) -> Map<String, Json> {
    let filled = values.iter().filter(|(_, value)| !value.is_null());
    filled
        .map(|(field, value)| (field.clone(), json!([null, value])))
        .collect()
}

fn decisions_of(cx: &mut Cx<'_>, object: &str, id: Id) -> Result<HashMap<i64, Vec<Json>>> {
    let rows = cx.query(
        "SELECT entry_id, content, internal FROM decision WHERE object = ? AND record_id = ? ORDER BY id",
        &[object.into(), Value::from(id)],
    )?;
    let mut decisions: HashMap<i64, Vec<Json>> = HashMap::new();
    for row in rows {
        if let Some(shown) = Stored::of(&row, 1)?.shown(cx) {
            decisions.entry(row.int(0)?).or_default().push(shown);
        }
    }
    Ok(decisions)
}

fn label(cx: &Cx<'_>, object: &str, action: &str) -> Json {
    let declared = cx
        .kernel()
        .catalog
        .object(object)
        .and_then(|object| object.action(action));
    match (declared, action) {
        (Some(action), _) => json!(action.label),
        (None, "create") => json!({ "zh": "新建", "en": "Created" }),
        (None, REFUSED) => json!({ "zh": "被拒绝", "en": "Refused" }),
        (None, "delete") => json!({ "zh": "删除", "en": "Deleted" }),
        (None, _) => json!({ "zh": "修改", "en": "Changed" }),
    }
}

/// Per target object: the ids that changes of links name, and per link field its target.
#[derive(Default)]
struct Links {
    ids: BTreeMap<String, BTreeSet<i64>>,
    targets: BTreeMap<String, String>,
}

fn visible(
    cx: &Cx<'_>,
    object: &str,
    changes: &Map<String, Json>,
    links: &mut Links,
) -> Result<Vec<Json>> {
    let model = cx.kernel().model(object)?;
    let access = cx.kernel().access(&model, cx.actor());
    let shown = model
        .object
        .fields
        .iter()
        .filter(|field| !field.system || field.name == "state")
        .filter(|field| access.sees(field));
    let mut out = Vec::new();
    for field in shown {
        let Some(pair) = changes.get(&field.name) else {
            continue;
        };
        if let Some(target) = &field.to {
            let ids = links.ids.entry(target.clone()).or_default();
            ids.extend([&pair[0], &pair[1]].into_iter().filter_map(number_of));
            links.targets.insert(field.name.clone(), target.clone());
        }
        out.push(json!({ "field": field.name, "from": pair[0], "to": pair[1] }));
    }
    Ok(out)
}

fn number_of(id: &Json) -> Option<i64> {
    id.as_str()?.parse().ok()
}

/// Link values become `{id, title}` as in records; the title is null when the reader may not read it.
fn name_links(cx: &mut Cx<'_>, entries: &mut [Json], links: &Links) -> Result<()> {
    let mut titles = HashMap::new();
    for (target, ids) in &links.ids {
        titles.insert(target.as_str(), titles_of(cx, target, ids)?);
    }
    let named = |target: &str, id: &Json| match number_of(id) {
        None => id.clone(),
        Some(number) => {
            let title = titles.get(target).and_then(|known| known.get(&number));
            json!({ "id": id, "title": title })
        }
    };
    let changes = entries
        .iter_mut()
        .filter_map(|entry| entry["changes"].as_array_mut());
    for change in changes.flatten() {
        let field = change["field"].as_str().unwrap_or_default();
        if let Some(target) = links.targets.get(field) {
            change["from"] = named(target, &change["from"]);
            change["to"] = named(target, &change["to"]);
        }
    }
    Ok(())
}

/// Titles of records, as far as the reader may see them; one statement.
fn titles_of(
    cx: &mut Cx<'_>,
    target: &str,
    ids: &BTreeSet<i64>,
) -> Result<HashMap<i64, Option<String>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let model = cx.kernel().model(target)?;
    let Some(titles) = Titles::of(cx.kernel(), &model.object, cx.actor())? else {
        return Ok(HashMap::new());
    };
    let sql = format!(
        "SELECT l.\"id\", {} FROM {} WHERE l.\"id\" IN ({})",
        titles.column("l"),
        titles.table("l"),
        vec!["?"; ids.len()].join(", "),
    );
    let mut parameters = titles.parameters;
    parameters.extend(ids.iter().map(|&id| Value::from(id)));
    let found = cx.query(&sql, &parameters)?;
    found
        .iter()
        .map(|row| Ok((row.int(0)?, row.value(1).text().map(ToOwned::to_owned))))
        .collect()
}
