//! Child tables: lists edited and saved together with their parent.
//!
//! Keeps true: a child never outlives its parent and is never written apart from it by a person; each saved child row
//! leaves its own entry, caused by the parent's.

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Id, Refusal, Result};
use qudao_meta::{ChildOf, Object};
use serde_json::{Map, Value as Json};

use crate::{
    Cx, Kernel, Record,
    action_log::Entry,
    codec, input,
    model::quoted,
    pipeline::{self, Work},
};

/// Most lines one record may have.
const LINES_MAX: usize = 2_000;

/// The child table behind a list name of the object.
pub(crate) fn child_of_list<'k>(
    kernel: &'k Kernel,
    object: &Object,
    list: &str,
) -> Option<&'k Arc<Object>> {
    let named = |child: &&Arc<Object>| child.child_of.as_ref().is_some_and(|of| of.list == list);
    kernel.catalog.children(&object.name).iter().find(named)
}

/// Reads a whole list from JSON: with `id` kept, without `id` new, absent deleted.
pub(crate) fn take(cx: &mut Cx<'_>, work: &Work, list: &str, json: &Json) -> Result<()> {
    let child =
        child_of_list(cx.kernel(), &work.model.object, list).ok_or_else(|| input::unknown(list))?;
    let child = Arc::clone(child);
    let items = json
        .as_array()
        .ok_or_else(|| Refusal::malformed("field.type").on(list))?;
    if items.len() > LINES_MAX {
        return Err(Refusal::malformed("lines.too_many")
            .on(list)
            .with("max", LINES_MAX)
            .into());
    }
    let stored: HashMap<Id, Record> = cx
        .line_records(&child.name, work.record.id)?
        .into_iter()
        .map(|line| (line.id, line))
        .collect();
    let mut records = Vec::with_capacity(items.len());
    let mut refusals = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let place = format!("{list}[{at}]");
        let fields = item
            .as_object()
            .ok_or_else(|| Refusal::malformed("field.type").on(&place))?;
        let mut line = match fields.get("id").and_then(Json::as_str) {
            Some(text) => {
                let id: Id = text.parse()?;
                let found = stored.get(&id).cloned();
                found.ok_or_else(|| Refusal::invalid("link.not_found").on(format!("{place}.id")))?
            }
            None => Record::empty(&child, Id::default()),
        };
        let is_new = line.id == Id::default();
        take_fields(cx, work, &mut line, (fields, &place), &mut refusals)?;
        if is_new {
            input::fill_defaults(cx, &child, &mut line)?;
        }
        records.push(line);
    }
    if let Some(refusal) = Refusal::gather(refusals) {
        return Err(refusal.into());
    }
    cx.pending
        .insert((child.name.clone(), work.record.id), records);
    Ok(())
}

fn take_fields(
    cx: &Cx<'_>,
    work: &Work,
    line: &mut Record,
    (fields, place): (&Map<String, Json>, &str),
    refusals: &mut Vec<Refusal>,
) -> Result<()> {
    let object = Arc::clone(&line.object);
    let model = cx.kernel().model(&object.name)?;
    let actor = cx.actor();
    let access = cx.kernel().access(&model, actor);
    for (name, json) in fields
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "id" | "version"))
    {
        let full = format!("{place}.{name}");
        let Some(field) = object.field(name).filter(|field| access.sees(field)) else {
            refusals.push(
                Refusal::malformed("field.unknown")
                    .on(&full)
                    .with("field", &full),
            );
            continue;
        };
        if !access.writes(field) && work.declared.is_none() {
            refusals.push(
                Refusal::malformed("field.read_only")
                    .on(&full)
                    .with("field", &field.label.zh),
            );
            continue;
        }
        match codec::decode(field, json) {
            Ok(value) => line.set(name, value),
            Err(qudao_base::Stop::Refusal(refusal)) => refusals.push(refusal.on(&full)),
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

/// Saves the pending lists of a record that has just been saved.
pub(crate) fn save(cx: &mut Cx<'_>, work: &Work) -> Result<()> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    for child in catalog.children(&work.model.object.name) {
        let Some(of) = &child.child_of else { continue };
        if let Some(pending) = cx.pending.remove(&(child.name.clone(), work.record.id)) {
            save_list(cx, work, (child, of), pending)?;
        }
    }
    Ok(())
}

fn save_list(
    cx: &mut Cx<'_>,
    work: &Work,
    (child, of): (&Arc<Object>, &ChildOf),
    pending: Vec<Record>,
) -> Result<()> {
    let model = cx.kernel().model(&child.name)?;
    let stored = if work.before.is_some() {
        cx.line_records(&child.name, work.record.id)?
    } else {
        Vec::new()
    };
    let mut stored: HashMap<Id, Record> = stored.into_iter().map(|line| (line.id, line)).collect();
    for mut line in pending {
        line.set(&of.link, work.record.id);
        let before = stored.remove(&line.id);
        let is_new = before.is_none();
        if is_new {
            line.id = cx.new_id();
            line.version = 0;
        } else if before
            .as_ref()
            .is_some_and(|before| before.values == line.values)
        {
            continue;
        }
        let (now, user) = (cx.now(), cx.actor().user);
        line.set("updated_at", now);
        line.set("updated_by", user);
        if is_new {
            line.set("created_at", now);
            line.set("created_by", user);
        }
        pipeline::write_row(cx, &model, &mut line, is_new)?;
        log_line(
            cx,
            if is_new { "create" } else { "update" },
            &line,
            before.as_ref(),
        )?;
    }
    for (_, gone) in stored {
        delete_line(cx, &gone)?;
    }
    cx.note_change(&child.name);
    Ok(())
}

fn log_line(cx: &mut Cx<'_>, action: &str, line: &Record, before: Option<&Record>) -> Result<()> {
    let (id, cause) = (cx.new_id(), cx.cause());
    cx.log(&Entry {
        id,
        cause,
        action,
        record: line,
        before,
        ledger_lines: "",
        decision_hashes: &[],
    })
}

fn delete_line(cx: &mut Cx<'_>, line: &Record) -> Result<()> {
    let sql = format!(
        "DELETE FROM {} WHERE \"id\" = ? AND \"version\" = ?",
        quoted(&line.object.name)
    );
    if cx.execute(&sql, &[line.id.into(), line.version.into()])? == 0 {
        return Err(Refusal::conflict("record.moved").into());
    }
    log_line(cx, "delete", line, Some(line))
}

/// Deletes all children of a record about to be deleted.
pub(crate) fn delete_all(cx: &mut Cx<'_>, work: &Work) -> Result<()> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    for child in catalog.children(&work.model.object.name) {
        for line in cx.line_records(&child.name, work.record.id)? {
            delete_line(cx, &line)?;
        }
    }
    Ok(())
}
