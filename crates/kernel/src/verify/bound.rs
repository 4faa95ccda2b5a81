//! What hangs on an entry: ledger movements and decisions.

use std::collections::HashMap;

use qudao_base::{Instant, Result};
use qudao_store::Row;
use serde_json::{Value as Json, json};

use super::Report;
use crate::{Cx, action_log::sha256, decision::Stored, ledger, seal::decisions_hash};

/// Their hashes are compared entry by entry.
pub(super) fn check(cx: &mut Cx<'_>, report: &mut Report) -> Result<()> {
    check_movements(cx, report)?;
    check_decisions(cx, report)
}

fn check_movements(cx: &mut Cx<'_>, report: &mut Report) -> Result<()> {
    let mut lines: HashMap<i64, String> = HashMap::new();
    let rows = cx.query(
        "SELECT id, entry_id, kind, hold_id, from_account, to_account, amount, object, record_id \
         FROM ledger_movement ORDER BY id",
        &[],
    )?;
    for row in rows {
        let entry = row.int(1)?;
        lines
            .entry(entry)
            .or_default()
            .push_str(&ledger::movement_line(&row.into_values()));
    }
    let hashes = lines
        .into_iter()
        .map(|(entry, text)| (entry, sha256(text)))
        .collect();
    compare(cx, "ledger_hash", "ledger movements", &hashes, report)
}

fn check_decisions(cx: &mut Cx<'_>, report: &mut Report) -> Result<()> {
    let mut all: HashMap<i64, Vec<String>> = HashMap::new();
    let rows = cx.query(
        "SELECT entry_id, content, internal, id, at, kind, object, record_id, organisation_id, result FROM decision ORDER BY id",
        &[],
    )?;
    for row in &rows {
        let stored = Stored::of(row, 1)?;
        let id = row.int(3)?;
        if !stored.is_whole() {
            report.broken(format!("decision {id}: its internal part was changed"));
        }
        if !tells(row, &stored.content)? {
            report.broken(format!("decision {id}: its row differs from what it says"));
        }
        all.entry(row.int(0)?)
            .or_default()
            .push(sha256(&stored.content));
    }
    let hashes = all
        .into_iter()
        .map(|(entry, hashes)| (entry, decisions_hash(&hashes)))
        .collect();
    compare(cx, "decision_hash", "decisions", &hashes, report)
}

/// The columns by which decisions are found repeat the content.
fn tells(row: &Row, content: &str) -> Result<bool> {
    let content: Json = serde_json::from_str(content).unwrap_or_default();
    let number = |at: usize| row.value(at).int().map(|id| id.to_string());
    Ok(content["id"] == json!(number(3))
        && content["at"] == json!(Instant::from_micros(row.int(4)?).to_string())
        && content["kind"] == json!(row.text(5)?)
        && content["object"] == json!(row.text(6)?)
        && content["record"] == json!(number(7))
        && content["organisation"] == json!(number(8))
        && content["result"] == json!(row.text(9)?))
}

fn compare(
    cx: &mut Cx<'_>,
    column: &str,
    what: &str,
    hashes: &HashMap<i64, String>,
    report: &mut Report,
) -> Result<()> {
    let rows = cx.query(
        &format!("SELECT id, {column} FROM action_log WHERE {column} IS NOT NULL"),
        &[],
    )?;
    for row in &rows {
        let entry = row.int(0)?;
        if hashes.get(&entry).map(String::as_str) != Some(row.text(1)?) {
            report.broken(format!("{what} of log entry {entry} were changed"));
        }
    }
    if hashes.len() > rows.len() {
        report.broken(format!("{what} were added outside of the log"));
    }
    Ok(())
}
