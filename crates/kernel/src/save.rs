//! Rows written: inserted, updated, deleted, with who did it and when.
//!
//! Keeps true: a row is changed or deleted only in the version it was read in; what this transaction remembers of a row is what it
//! last wrote; no link leads to a deleted record.
//! Not here: who may (`work`), what may stand in a row (`input`), which lines changed (`lines`).

use std::sync::Arc;

use qudao_base::{Fault, Id, Refusal, Result, Value};
use qudao_meta::{DeleteRule, Field, Object};
use qudao_store::RowLock;

use crate::{
    Cx, Record, SiteKey, Typed, look::Look, model::Model, number, pipeline::act_record, work::Work,
};

/// Writes the record of the work, in a new version; a new one gets its number as late as possible.
pub(crate) fn save(cx: &mut Cx<'_>, work: &mut Work) -> Result<()> {
    let is_new = work.before.is_none();
    stamp(cx, &mut work.record, is_new);
    if is_new {
        number::number(cx, &mut work.record)?;
    }
    let after = std::slice::from_ref(&work.record);
    match &work.before {
        None => insert_rows(cx, &work.model, after),
        Some(before) => update_rows(cx, &work.model, std::slice::from_ref(before), after),
    }
}

/// Raises the version and says who changes the record now.
pub(crate) fn stamp(cx: &Cx<'_>, record: &mut Record, is_new: bool) {
    let (now, user) = (cx.now(), cx.actor().user);
    if is_new {
        record.version = 0;
        record.set("created_at", now);
        record.set("created_by", user);
    }
    record.set("updated_at", now);
    record.set("updated_by", user);
    record.version += 1;
}

/// Inserts rows of one object that have been stamped.
pub(crate) fn insert_rows(cx: &mut Cx<'_>, model: &Model, records: &[Record]) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    cx.writes(&model.object.name);
    let key = &cx.kernel().site.key;
    let row = |record: &Record| {
        let mut row: Vec<Value> = Vec::with_capacity(record.values.len() + 3);
        row.push(record.id.into());
        row.push(record.version.into());
        row.extend(record.values.iter().cloned());
        row.extend(row_code(key, record));
        row
    };
    let rows: Vec<Vec<Value>> = records.iter().map(row).collect();
    cx.note_days(model, records);
    cx.execute_many(&model.insert, &rows)?;
    kept(cx, records);
    Ok(())
}

/// Updates rows of one object that have been stamped, each in the columns that differ from what it was `before`: an index over
/// others is not touched. They are written in the order given: a value that must be unique is let go by one row before another
/// takes it. Each is guarded by the version it was in when its changes were thought of, which `before`, read just now, may be past.
pub(crate) fn update_rows(
    cx: &mut Cx<'_>,
    model: &Model,
    before: &[Record],
    after: &[Record],
) -> Result<()> {
    if after.is_empty() {
        return Ok(());
    }
    cx.writes(&model.object.name);
    cx.note_changed_days(model, before, after);
    let mut runs: Vec<(Vec<usize>, Vec<Vec<Value>>)> = Vec::new();
    for (before, after) in before.iter().zip(after) {
        let differs = |&at: &usize| before.values[at] != after.values[at];
        let columns: Vec<usize> = (0..after.values.len()).filter(differs).collect();
        let mut row = vec![after.version.into()];
        row.extend(columns.iter().map(|&at| after.values[at].clone()));
        row.extend(row_code(&cx.kernel().site.key, before));
        row.extend(row_code(&cx.kernel().site.key, after));
        row.push(after.id.into());
        row.push((after.version - 1).into());
        match runs.last_mut() {
            Some((known, rows)) if *known == columns => rows.push(row),
            _ => runs.push((columns, vec![row])),
        }
    }
    for (columns, rows) in runs {
        let sql = model.update(&columns);
        cx.catch_up(Look::Statement(&sql))?;
        let updated = if model.in_any_order(&columns) {
            cx.connection.update_many(&sql, &rows)?
        } else {
            cx.connection.execute_many(&sql, &rows)?
        };
        if updated < rows.len() as u64 {
            let first = after.first().map_or(0, |record| record.version);
            return Err(Refusal::conflict("record.moved")
                .with("seen", first - 1)
                .with("version", first)
                .into());
        }
    }
    kept(cx, after);
    Ok(())
}

/// Written rows are remembered, and nobody else deletes them before this transaction ends.
fn kept(cx: &mut Cx<'_>, records: &[Record]) {
    for record in records {
        cx.memory.write(record);
    }
}

fn row_code(key: &SiteKey, record: &Record) -> Option<Value> {
    (!record.object.logged).then(|| key.record_code(record).into())
}

/// Adds rows of an object that only repeats what others say.
pub(crate) fn repeat<T: Typed>(cx: &mut Cx<'_>, rows: &[T]) -> Result<()> {
    let model = cx.kernel().model(T::OBJECT)?;
    let (object, registry) = (&model.object, &cx.kernel().registry);
    let is_watched = !registry.before_hooks(&object.name, "create").is_empty()
        || !registry.after_hooks(&object.name, "create").is_empty();
    let is_plain = !object.logged && object.number.is_none() && object.states.is_empty();
    if is_watched || !is_plain {
        return Err(Fault::new(format!("{} is created one by one", object.name)).into());
    }
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let mut record = Record::empty(object, cx.new_id());
        row.write(&mut record);
        stamp(cx, &mut record, true);
        records.push(record);
    }
    insert_rows(cx, &model, &records)?;
    cx.note_change(&object.name);
    Ok(())
}

/// Deletes rows of one object, each in the version it has in hand, once nothing links to them any more.
pub(crate) fn delete_rows<'r>(
    cx: &mut Cx<'_>,
    model: &Model,
    records: impl Iterator<Item = &'r Record>,
) -> Result<()> {
    let (mut rows, mut ids) = (Vec::new(), Vec::new());
    for record in records {
        cx.note_days(model, std::slice::from_ref(record));
        rows.push(vec![record.id.into(), record.version.into()]);
        ids.push(record.id);
    }
    if ids.is_empty() {
        return Ok(());
    }
    cx.writes(&model.object.name);
    lock_rows(cx, model, &ids)?;
    release_links(cx, &model.object, &ids)?;
    if cx.execute_many(&model.delete, &rows)? < rows.len() as u64 {
        return Err(Refusal::conflict("record.moved").into());
    }
    for id in ids {
        cx.memory.forget(id);
        cx.memory.unpin(&model.object.name, id);
    }
    Ok(())
}

/// Deletes the record of the work.
pub(crate) fn delete(cx: &mut Cx<'_>, work: &Work) -> Result<()> {
    delete_rows(cx, &work.model, std::iter::once(&work.record))
}

/// From here on nobody links to them; whoever was about to has done it.
fn lock_rows(cx: &mut Cx<'_>, model: &Model, ids: &[Id]) -> Result<()> {
    let lock = cx.lock_for(RowLock::Delete);
    if ids.is_empty() || lock.is_empty() {
        return Ok(());
    }
    let marks = vec!["?"; ids.len()].join(", ");
    let sql = format!(
        "SELECT t.\"id\" FROM {} t WHERE t.\"id\" IN ({marks}) ORDER BY t.\"id\"{lock}",
        model.table()
    );
    let parameters: Vec<Value> = ids.iter().map(|&id| id.into()).collect();
    cx.query_anew(&sql, &parameters).map(drop)
}

/// Sees to it that nothing links to records about to be deleted.
fn release_links(cx: &mut Cx<'_>, target: &Object, ids: &[Id]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let name = target.name.as_str();
    let catalog = Arc::clone(&cx.kernel().catalog);
    for object in catalog.objects() {
        let is_child = object.child_of.as_ref().is_some_and(|of| of.object == name);
        let links = object.fields.iter().filter(|field| {
            let leads_here = field.to.as_deref() == Some(name);
            leads_here && !is_child && !field.system
        });
        for link in links {
            for &id in ids {
                let_go(cx, id, object, link)?;
            }
        }
    }
    Ok(())
}

/// Empties the links that lead to a record about to be deleted where that is declared; elsewhere the record stays.
fn let_go(cx: &mut Cx<'_>, target: Id, object: &Object, link: &Field) -> Result<()> {
    let clears = link.on_delete == DeleteRule::Clear;
    let most = if clears { "" } else { " LIMIT 1" };
    let condition = format!("t.\"{}\" = ? ORDER BY t.\"id\"{most}", link.name);
    let found = cx.find_records(&object.name, &condition, &[target.into()])?;
    if !clears && !found.is_empty() {
        let refusal = Refusal::conflict("record.in_use");
        return Err(refusal.with_label("object", &object.label).into());
    }
    for record in found {
        act_record(cx, &object.name, record.id, "update", |record| {
            record.set(&link.name, Value::Null);
            Ok(())
        })?;
    }
    Ok(())
}
