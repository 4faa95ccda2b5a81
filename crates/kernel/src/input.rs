//! What a person's input may set, and whether a record may be saved as it is.
//!
//! Keeps true: an unknown field, or one the actor may not write, is refused by name, never ignored; all refusals of one
//! input come together; what an action requires is said with that action, not with an earlier one; declared rules hold for
//! the record and for each of its lines.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    sync::Arc,
};

use qudao_base::{Id, Refusal, Result, Stop, Value};
use qudao_meta::{Field, FieldType, Object};
use qudao_store::RowLock;
use serde_json::{Map, Value as Json};

use crate::{Cx, Record, access::Access, codec, lines, model::quoted, work::Work};

/// Puts the input into the record and its child lists.
///
/// # Errors
/// One refusal with all that is wrong: unknown, not writable, not readable as the field's type, required input missing.
pub(crate) fn take(cx: &mut Cx<'_>, work: &mut Work, input: &Map<String, Json>) -> Result<()> {
    if work.before.is_none() {
        apply_defaults(cx, work)?;
    }
    let actor = cx.actor().clone();
    let model = Arc::clone(&work.model);
    let access = cx.kernel().access(&model, &actor);
    let mut refusals = Vec::new();
    let mut lists: BTreeMap<String, Json> = BTreeMap::new();
    for (name, json) in input {
        let taken = match model.object.field(name) {
            Some(field) => take_field(work, &access, field, json),
            None if lines::child_of_list(cx.kernel(), &model.object, name).is_some() => {
                lists.insert(name.clone(), json.clone());
                allowed_list(work, name)
            }
            None => Err(unknown(name)),
        };
        gather(taken, &mut refusals)?;
    }
    begin_anew(work, input, &mut refusals);
    for (name, json) in lists {
        let taken = lines::take(cx, work, &name, &json);
        gather(taken, &mut refusals)?;
    }
    Refusal::gather(refusals).map_or(Ok(()), |refusal| Err(refusal.into()))
}

/// What an earlier action was told does not serve this one: required input must be in the request, and a field only actions
/// write is empty unless this one fills it.
fn begin_anew(work: &mut Work, input: &Map<String, Json>, refusals: &mut Vec<Refusal>) {
    let Some(action) = &work.declared else { return };
    for name in &action.require {
        let is_field = work.model.object.field(name).is_some();
        if !input.contains_key(name) || (is_field && work.record.value(name).is_null()) {
            refusals.push(Refusal::invalid("field.required").on(name));
        }
    }
    let fields = action.input.iter();
    for field in fields.filter_map(|name| work.model.object.field(name)) {
        if field.read_only && !input.contains_key(&field.name) {
            work.record.set(&field.name, Value::Null);
        }
    }
}

pub(crate) fn unknown(name: &str) -> Stop {
    let shown: String = name.chars().take(60).collect();
    Refusal::malformed("field.unknown")
        .on(&shown)
        .with("field", shown)
        .into()
}

/// Collects refusals; a fault ends everything.
pub(crate) fn gather(taken: Result<()>, refusals: &mut Vec<Refusal>) -> Result<()> {
    match taken {
        Err(Stop::Refusal(refusal)) => refusals.push(*refusal),
        other => other?,
    }
    Ok(())
}

fn allowed_list(work: &Work, name: &str) -> Result<()> {
    let allowed = work
        .declared
        .as_ref()
        .is_none_or(|action| action.input.iter().any(|field| field == name));
    if allowed { Ok(()) } else { Err(unknown(name)) }
}

fn take_field(work: &mut Work, access: &Access<'_>, field: &Field, json: &Json) -> Result<()> {
    if !access.sees(field) {
        return Err(unknown(&field.name));
    }
    let writable = match &work.declared {
        Some(action) => action.input.contains(&field.name),
        None => access.writes(field),
    };
    if !writable {
        let refusal = Refusal::malformed("field.read_only").on(&field.name);
        return Err(refusal.with_label("field", &field.label).into());
    }
    work.record.set(&field.name, codec::decode(field, json)?);
    Ok(())
}

/// Fills fields that are empty with their declared defaults.
pub(crate) fn apply_defaults(cx: &mut Cx<'_>, work: &mut Work) -> Result<()> {
    let object = Arc::clone(&work.model.object);
    fill_defaults(cx, &object, &mut work.record)
}

pub(crate) fn fill_defaults(cx: &mut Cx<'_>, object: &Object, record: &mut Record) -> Result<()> {
    for (at, field) in object.fields.iter().enumerate() {
        let Some(default) = &field.default else {
            continue;
        };
        if !record.values[at].is_null() {
            continue;
        }
        record.values[at] = match default.as_str() {
            "today" => cx.today().into(),
            "now" => cx.now().into(),
            "me" => cx.actor().user.into(),
            "my_organisation" => cx.actor().organisation.into(),
            text if matches!(field.kind, FieldType::Boolean) => Value::from(text == "true"),
            text => codec::decode(field, &Json::String(text.to_owned()))?,
        };
    }
    Ok(())
}

/// A record or pending line with what it was before and where its fields stand in the input.
type Checked = (Record, Option<Record>, String);

fn with_lines(cx: &mut Cx<'_>, work: &Work) -> Result<Vec<Checked>> {
    let mut all = vec![(work.record.clone(), work.before.clone(), String::new())];
    for child in cx.kernel().catalog.children(&work.model.object.name) {
        let list = child.child_of.as_ref().map_or("", |of| of.list.as_str());
        let pending = cx.pending.get(&(child.name.clone(), work.record.id));
        let Some(pending) = pending.cloned() else {
            continue;
        };
        let is_new = work.before.is_none();
        let stored = if is_new {
            Vec::new()
        } else {
            cx.line_records(&child.name, work.record.id)?
        };
        for (at, line) in pending.into_iter().enumerate() {
            let before = stored.iter().find(|stored| stored.id == line.id).cloned();
            all.push((line, before, format!("{list}[{at}].")));
        }
    }
    Ok(all)
}

/// Refuses links a person has given to records they may not read. What rules set later is not looked at here.
pub(crate) fn check_given_links(cx: &mut Cx<'_>, work: &Work) -> Result<()> {
    let all = with_lines(cx, work)?;
    let mut refusals = Vec::new();
    check_links(cx, &all, false, &mut refusals)?;
    Refusal::gather(refusals).map_or(Ok(()), |refusal| Err(refusal.into()))
}

/// Checks required fields, limits, that links lead somewhere, and then the declared rules, of the record and its pending
/// lines.
pub(crate) fn validate(cx: &mut Cx<'_>, work: &Work) -> Result<()> {
    let all = with_lines(cx, work)?;
    let mut refusals = Vec::new();
    for (record, _, prefix) in &all {
        check_fields(record, prefix, &mut refusals);
    }
    check_links(cx, &all, true, &mut refusals)?;
    if refusals.is_empty() {
        check_rules(cx, &all, &mut refusals)?;
    }
    Refusal::gather(refusals).map_or(Ok(()), |refusal| Err(refusal.into()))
}

/// Refuses where a declared rule is true.
fn check_rules(cx: &mut Cx<'_>, all: &[Checked], refusals: &mut Vec<Refusal>) -> Result<()> {
    for (record, _, prefix) in all {
        for rule in &record.object.rules {
            if !cx.holds(&rule.when, record)? {
                continue;
            }
            let refusal = Refusal::invalid(&rule.code);
            let place = rule.field.as_deref().unwrap_or_default();
            let place = format!("{prefix}{place}");
            let place = place.trim_end_matches('.');
            refusals.push(if place.is_empty() {
                refusal
            } else {
                refusal.on(place)
            });
        }
    }
    Ok(())
}

fn check_fields(record: &Record, prefix: &str, refusals: &mut Vec<Refusal>) {
    let parent_link = record
        .object
        .child_of
        .as_ref()
        .map(|child| child.link.as_str());
    for (field, value) in record.object.fields.iter().zip(&record.values) {
        let place = format!("{prefix}{}", field.name);
        let given_later = field.system || parent_link == Some(field.name.as_str());
        if field.required && value.is_null() && !given_later {
            refusals.push(
                Refusal::invalid("field.required")
                    .on(&place)
                    .with_label("field", &field.label),
            );
        }
        if let Err(Stop::Refusal(refusal)) = codec::check_limits(field, value) {
            refusals.push(refusal.on(&place));
        }
    }
}

type Wanted<'w> = BTreeMap<String, Vec<(i64, String, &'w Field)>>;

/// The links that are not as they were, by the object they lead to.
fn changed_links(all: &[Checked]) -> Wanted<'_> {
    let mut wanted: Wanted<'_> = BTreeMap::new();
    for (record, before, prefix) in all {
        let parent_link = record
            .object
            .child_of
            .as_ref()
            .map(|child| child.link.as_str());
        for (at, field) in record.object.fields.iter().enumerate() {
            let (Some(to), Some(id)) = (&field.to, record.values[at].int()) else {
                continue;
            };
            let same = before
                .as_ref()
                .is_some_and(|before| before.values[at] == record.values[at]);
            if !same && !field.system && parent_link != Some(field.name.as_str()) {
                wanted.entry(to.clone()).or_default().push((
                    id,
                    format!("{prefix}{}", field.name),
                    field,
                ));
            }
        }
    }
    wanted
}

/// Every changed link must lead to a record that exists, and that the actor may read unless they see all; one statement per
/// target object, none for who sees all and what this transaction has in hand.
fn check_links(
    cx: &mut Cx<'_>,
    all: &[Checked],
    sees_all: bool,
    refusals: &mut Vec<Refusal>,
) -> Result<()> {
    let actor = cx.actor().clone();
    for (target, mut links) in changed_links(all) {
        if sees_all {
            links.retain(|(id, _, _)| !cx.memory.is_pinned(&target, Id::from_number(*id)));
        }
        if links.is_empty() {
            continue;
        }
        let model = cx.kernel().model(&target)?;
        let ids: BTreeSet<i64> = links.iter().map(|(id, _, _)| *id).collect();
        let marks = vec!["?"; ids.len()].join(", ");
        let mut parameters: Vec<Value> = ids.into_iter().map(Value::Int).collect();
        let mut sql = format!(
            "SELECT t.\"id\" FROM {} t WHERE t.\"id\" IN ({marks})",
            quoted(&target)
        );
        let access = cx.kernel().access(&model, &actor);
        if !sees_all && access.may("read") {
            let rows = access.rows("read")?;
            let _ = write!(sql, " AND ({})", rows.text);
            parameters.extend(rows.parameters);
        }
        // Who deletes a record waits for those who link to it, and they for who deletes it.
        sql.push_str(cx.lock_for(RowLock::Link));
        let visible = sees_all || access.may("read");
        let found: BTreeSet<i64> = if visible {
            cx.query(&sql, &parameters)?
                .iter()
                .map(|row| row.int(0))
                .collect::<Result<_>>()?
        } else {
            BTreeSet::new()
        };
        for &id in &found {
            cx.memory.pin(&target, Id::from_number(id));
        }
        for (_, place, field) in links.iter().filter(|(id, _, _)| !found.contains(id)) {
            refusals.push(
                Refusal::invalid("link.not_found")
                    .on(place)
                    .with_label("field", &field.label),
            );
        }
    }
    Ok(())
}
