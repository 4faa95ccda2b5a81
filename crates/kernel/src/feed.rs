//! The feed: what has changed, in the order it was sealed, for other systems that follow along. The log is the outbox: an entry is
//! written in the transaction of what it tells, and sealed within a second.
//!
//! Keeps true: an entry committed is told exactly once to who reads from cursor to cursor, however late its transaction committed,
//! for blocks are numbered in the order of sealing; nobody hears of a record they may not read.
//! Not here: what the record looks like (read it), and quick hints to open screens (`announce`).

use std::collections::{HashMap, HashSet};

use qudao_base::{Instant, Refusal, Result, Value};
use serde_json::{Value as Json, json};

use crate::{Cx, model::quoted};

/// Most entries one answer looks at.
const ENTRIES_MAX: i64 = 500;

struct Entry {
    id: i64,
    block: i64,
    at: i64,
    object: String,
    record: i64,
    action: String,
    version: i64,
}

/// Changes after a cursor: `{changes: [{object, id, action, version, at}], next}`. `next` goes on where this answer ends, also when it
/// holds nothing the reader may see; reading again from the same cursor gives the same.
///
/// # Errors
/// `cursor.malformed`.
pub fn changes(cx: &mut Cx<'_>, after: Option<&str>) -> Result<Json> {
    let (block, id) = cursor(after)?;
    let rows = cx.query(
        "SELECT id, block, at, object, record_id, action, version FROM action_log \
         WHERE block >= ? AND (block > ? OR id > ?) ORDER BY block, id LIMIT ?",
        &[block.into(), block.into(), id.into(), ENTRIES_MAX.into()],
    )?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in &rows {
        entries.push(Entry {
            id: row.int(0)?,
            block: row.int(1)?,
            at: row.int(2)?,
            object: row.text(3)?.to_owned(),
            record: row.int(4)?,
            action: row.text(5)?.to_owned(),
            version: row.int(6)?,
        });
    }
    let next = entries
        .last()
        .map_or((block, id), |last| (last.block, last.id));
    let readable = readable(cx, &entries)?;
    let shown: Vec<Json> = entries
        .iter()
        .filter(|entry| readable.contains(&entry.record))
        .map(|entry| {
            json!({
                "object": entry.object, "id": entry.record.to_string(), "action": entry.action,
                "version": entry.version, "at": Instant::from_micros(entry.at).to_string(),
            })
        })
        .collect();
    Ok(json!({ "changes": shown, "next": format!("{}.{}", next.0, next.1) }))
}

fn cursor(after: Option<&str>) -> Result<(i64, i64)> {
    let Some(text) = after else {
        return Ok((0, 0));
    };
    let parts = text.split_once('.').and_then(|(block, id)| {
        let block: i64 = block.parse().ok()?;
        Some((block, id.parse().ok()?))
    });
    parts.ok_or_else(|| Refusal::malformed("cursor.malformed").on("after").into())
}

/// Records among the entries the actor may read now. Deleted ones are told to those who may read all of their object.
fn readable(cx: &mut Cx<'_>, entries: &[Entry]) -> Result<HashSet<i64>> {
    let mut by_object: HashMap<&str, HashSet<i64>> = HashMap::new();
    for entry in entries {
        by_object
            .entry(&entry.object)
            .or_default()
            .insert(entry.record);
    }
    let actor = cx.actor().clone();
    let mut readable = HashSet::new();
    for (object, ids) in by_object {
        let Ok(model) = cx.kernel().model(object) else {
            continue;
        };
        let access = cx.kernel().access(&model, &actor);
        if !access.may("read") {
            continue;
        }
        let rows = access.rows("read")?;
        if rows.is_all() {
            readable.extend(ids);
            continue;
        }
        let marks = vec!["?"; ids.len()].join(", ");
        let sql = format!(
            "SELECT t.\"id\" FROM {} t WHERE t.\"id\" IN ({marks}) AND ({})",
            quoted(object),
            rows.text
        );
        let mut parameters: Vec<Value> = ids.into_iter().map(Value::from).collect();
        parameters.extend(rows.parameters);
        for row in cx.query(&sql, &parameters)? {
            readable.insert(row.int(0)?);
        }
    }
    Ok(readable)
}
