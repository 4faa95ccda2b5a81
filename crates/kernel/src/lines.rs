//! Child tables: lists edited and saved together with their parent.
//!
//! Keeps true: a child never outlives its parent and is never written apart from it by a person, nor at all where it has no field
//! for people; what was saved stands in the parent's entry, with a hash over the whole list.

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Id, Refusal, Result};
use qudao_meta::{ChildOf, Object};
use serde_json::{Map, Value as Json, json};

use crate::{
    Cx, Kernel, Record,
    action_log::{changes, list_hash},
    codec, input, save,
    work::Work,
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
    let mut stored: HashMap<Id, Record> = cx
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
        let mut line = match fields.get("id") {
            None | Some(Json::Null) => Record::empty(&child, Id::default()),
            Some(id) => {
                let wrong = |code| Refusal::malformed(code).on(format!("{place}.id"));
                let text = id.as_str().ok_or_else(|| wrong("field.type"))?;
                // Taken out: the same line twice is once too often.
                let found = stored.remove(&text.parse::<Id>()?);
                found.ok_or_else(|| Refusal::invalid("link.not_found").on(format!("{place}.id")))?
            }
        };
        let is_new = line.id == Id::default();
        take_fields(cx, &mut line, (fields, &place), &mut refusals)?;
        if is_new {
            input::fill_defaults(cx, &child, &mut line)?;
        }
        records.push(line);
    }
    let is_same = stored.is_empty() && records.iter().all(|line| line.id != Id::default());
    if !is_same && !is_for_people(&child) {
        let refusal = Refusal::malformed("field.read_only").on(list);
        refusals.push(refusal.with_label("field", &child.label));
    }
    if let Some(refusal) = Refusal::gather(refusals) {
        return Err(refusal.into());
    }
    cx.pending
        .insert((child.name.clone(), work.record.id), records);
    Ok(())
}

/// Some field of the lines is for people; otherwise rules alone write the list.
fn is_for_people(child: &Object) -> bool {
    let link = child.child_of.as_ref().map(|of| of.link.as_str());
    let mut fields = child.fields.iter();
    fields.any(|field| !field.read_only && Some(field.name.as_str()) != link)
}

fn take_fields(
    cx: &Cx<'_>,
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
        if !access.writes(field) {
            refusals.push(
                Refusal::malformed("field.read_only")
                    .on(&full)
                    .with_label("field", &field.label),
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

/// What saving the lists of a record did, for its entry in the log.
#[derive(Debug, Default)]
pub(crate) struct Saved {
    /// By list name: `[{"id", "action": "create" | "update" | "delete", "changes": {field: [from, to]}}]`.
    pub changes: Map<String, Json>,
    /// `child:hash` of each list saved, joined by commas.
    pub hash: Option<String>,
    /// `,child:hash` of each list as it was found.
    pub before: String,
}

impl Saved {
    fn note(&mut self, list: &str, action: &str, line: &Record, before: Option<&Record>) {
        let change = json!({
            "id": line.id.to_string(), "action": action, "changes": changes(line, before),
        });
        let list = self
            .changes
            .entry(list)
            .or_insert_with(|| Json::Array(Vec::new()));
        if let Some(list) = list.as_array_mut() {
            list.push(change);
        }
    }

    fn found(&mut self, child: &str, list: &[Record]) {
        let hash = list_hash(list.iter());
        self.before.extend([",", child, ":", &hash]);
    }

    fn seal(&mut self, child: &str, list: &[Record]) {
        let hash = format!("{child}:{}", list_hash(list.iter()));
        self.hash = Some(match self.hash.take() {
            Some(others) => format!("{others},{hash}"),
            None => hash,
        });
    }
}

/// Saves the pending lists of a record that has just been saved.
pub(crate) fn save(cx: &mut Cx<'_>, work: &Work) -> Result<Saved> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    let mut saved = Saved::default();
    for child in catalog.children(&work.model.object.name) {
        let Some(of) = &child.child_of else { continue };
        if let Some(pending) = cx.pending.remove(&(child.name.clone(), work.record.id)) {
            save_list(cx, work, (child, of), pending, &mut saved)?;
        }
    }
    Ok(saved)
}

fn save_list(
    cx: &mut Cx<'_>,
    work: &Work,
    (child, of): (&Arc<Object>, &ChildOf),
    pending: Vec<Record>,
    saved: &mut Saved,
) -> Result<()> {
    let stored = if work.before.is_some() {
        let stored = cx.line_records(&child.name, work.record.id)?;
        saved.found(&child.name, &stored);
        stored
    } else {
        Vec::new()
    };
    let mut stored: HashMap<Id, Record> = stored.into_iter().map(|line| (line.id, line)).collect();
    let mut list = Vec::with_capacity(pending.len());
    let (mut new, mut were, mut changed) = (vec![], vec![], vec![]);
    for mut line in pending {
        line.set(&of.link, work.record.id);
        let before = stored.remove(&line.id);
        if before
            .as_ref()
            .is_none_or(|before| before.values != line.values)
        {
            // A rule may have named a new line already, to promise something to it; people cannot (see `take`).
            if line.id == Id::default() {
                line.id = cx.new_id();
            }
            save::stamp(cx, &mut line, before.is_none());
            let action = if before.is_none() { "create" } else { "update" };
            saved.note(&of.list, action, &line, before.as_ref());
            match before {
                None => new.push(line.clone()),
                Some(before) => {
                    were.push(before);
                    changed.push(line.clone());
                }
            }
        }
        list.push(line);
    }
    for gone in stored.values() {
        saved.note(&of.list, "delete", gone, Some(gone));
    }
    let model = cx.kernel().model(&child.name)?;
    save::delete_rows(cx, &model, stored.values())?;
    save::insert_rows(cx, &model, &new)?;
    save::update_rows(cx, &model, &were, &changed)?;
    list.sort_by_key(|line| line.id);
    saved.seal(&child.name, &list);
    cx.memory.keep_list(&child.name, work.record.id, &list);
    cx.note_change(&child.name);
    Ok(())
}

/// Deletes all children of a record about to be deleted.
pub(crate) fn delete_all(cx: &mut Cx<'_>, work: &Work) -> Result<Saved> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    let mut saved = Saved::default();
    for child in catalog.children(&work.model.object.name) {
        let Some(of) = &child.child_of else { continue };
        let list = cx.line_records(&child.name, work.record.id)?;
        saved.found(&child.name, &list);
        for line in &list {
            saved.note(&of.list, "delete", line, Some(line));
        }
        let model = cx.kernel().model(&child.name)?;
        save::delete_rows(cx, &model, list.iter())?;
    }
    Ok(saved)
}
