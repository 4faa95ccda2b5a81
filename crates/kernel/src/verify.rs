//! Proof that the database says what happened: rows, ledger and decisions against the action log, the log against its seal.
//!
//! Keeps true: editing, adding or removing any row of a declared object, a ledger movement, a decision, a log entry or a
//! block is found. Cutting off the newest blocks together with all they cover is found with a head kept elsewhere.

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Actor, Result};
use serde_json::{Value as Json, json};

use crate::{
    Cx, Kernel,
    action_log::{CONTENT_COLUMNS, Content, row_hash, sha256},
    decision::Stored,
    ledger, seal,
};

/// What a verification looked at and found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Log entries checked.
    pub entries: i64,
    /// Rows of declared objects checked.
    pub rows: i64,
    /// Blocks checked.
    pub blocks: i64,
    /// One sentence per broken promise.
    pub broken: Vec<String>,
}

impl Report {
    /// As JSON.
    pub fn json(&self) -> Json {
        json!({ "entries": self.entries, "rows": self.rows, "blocks": self.blocks, "broken": self.broken })
    }
}

impl Kernel {
    /// Seals what is unsealed, then checks everything. `head`: a chain head kept elsewhere, if any.
    pub fn verify(self: &Arc<Self>, head: Option<&Json>) -> Result<Report> {
        let system = Actor::system();
        self.seal()?;
        self.read(&system, |cx| {
            let mut report = Report::default();
            let latest = check_entries(cx, &mut report)?;
            check_rows(cx, &latest, &mut report)?;
            check_movements(cx, &mut report)?;
            check_decisions(cx, &mut report)?;
            check_blocks(cx, head, &mut report)?;
            report.broken.extend(ledger::verify(cx)?);
            for (name, check) in &cx.kernel().registry.verifies {
                report.broken.extend(
                    check(cx)?
                        .into_iter()
                        .map(|broken| format!("{name}: {broken}")),
                );
            }
            Ok(report)
        })
    }
}

/// The newest entry of a record: the hash its row must have; none after a delete.
type Latest = HashMap<(String, i64), Option<String>>;

fn check_entries(cx: &mut Cx<'_>, report: &mut Report) -> Result<Latest> {
    let mut latest: Latest = HashMap::new();
    let mut versions: HashMap<(String, i64), i64> = HashMap::new();
    let mut after = 0_i64;
    loop {
        let sql = format!(
            "SELECT {CONTENT_COLUMNS}, content_hash FROM action_log WHERE id > ? ORDER BY id LIMIT 5000"
        );
        let rows = cx.query(&sql, &[after.into()])?;
        for row in &rows {
            let content = Content::of(row)?;
            after = content.id;
            report.entries += 1;
            if content.hash() != row.text(12)? {
                report
                    .broken
                    .push(format!("log entry {} was changed", content.id));
            }
            let key = (content.object.to_owned(), content.record);
            let newest = versions
                .get(&key)
                .is_none_or(|&version| content.version >= version);
            if newest {
                versions.insert(key.clone(), content.version);
                latest.insert(
                    key,
                    (content.action != "delete").then(|| content.row_hash.to_owned()),
                );
            }
        }
        if rows.len() < 5000 {
            return Ok(latest);
        }
    }
}

fn check_rows(cx: &mut Cx<'_>, latest: &Latest, report: &mut Report) -> Result<()> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    let mut seen: HashMap<&str, i64> = HashMap::new();
    for object in catalog.objects() {
        let mut after = 0_i64;
        loop {
            let records = cx.find_records(
                &object.name,
                "t.id > ? ORDER BY t.id LIMIT 5000",
                &[after.into()],
            )?;
            for record in &records {
                after = record.id.number();
                report.rows += 1;
                *seen.entry(&object.name).or_default() += 1;
                match latest.get(&(object.name.clone(), after)) {
                    Some(Some(hash)) if *hash == row_hash(record) => {}
                    Some(Some(_)) => report.broken.push(format!(
                        "{} {after} was changed outside of the log",
                        object.name
                    )),
                    _ => report.broken.push(format!(
                        "{} {after} was added outside of the log",
                        object.name
                    )),
                }
            }
            if records.len() < 5000 {
                break;
            }
        }
    }
    for object in catalog.objects() {
        let expected = latest
            .iter()
            .filter(|((name, _), hash)| *name == object.name && hash.is_some())
            .count() as i64;
        let found = seen.get(object.name.as_str()).copied().unwrap_or_default();
        if found < expected {
            report.broken.push(format!(
                "{}: {} rows were removed outside of the log",
                object.name,
                expected - found
            ));
        }
    }
    Ok(())
}

/// Movements and decisions hang on entries; their hashes are compared entry by entry.
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
    for row in cx.query(
        "SELECT entry_id, content, internal, id FROM decision ORDER BY id",
        &[],
    )? {
        let stored = Stored::of(&row, 1)?;
        if !stored.is_whole() {
            let id = row.int(3)?;
            report
                .broken
                .push(format!("decision {id}: its internal part was changed"));
        }
        all.entry(row.int(0)?)
            .or_default()
            .push(sha256(&stored.content));
    }
    let hashes = all
        .into_iter()
        .map(|(entry, hashes)| (entry, seal::decisions_hash(&hashes)))
        .collect();
    compare(cx, "decision_hash", "decisions", &hashes, report)
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
            report
                .broken
                .push(format!("{what} of log entry {entry} were changed"));
        }
    }
    if hashes.len() > rows.len() {
        report
            .broken
            .push(format!("{what} were added outside of the log"));
    }
    Ok(())
}

fn check_blocks(cx: &mut Cx<'_>, head: Option<&Json>, report: &mut Report) -> Result<()> {
    let public = cx.seal_head()?["public_key"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let blocks = cx.query(
        "SELECT id, previous_hash, root_hash, entries, hash, signature FROM seal_block ORDER BY id",
        &[],
    )?;
    let mut previous: Option<String> = None;
    let mut head_found = head.is_none();
    for (at, row) in blocks.iter().enumerate() {
        let number = row.int(0)?;
        report.blocks += 1;
        let leaves = cx.query(
            "SELECT content_hash FROM action_log WHERE block = ? ORDER BY id",
            &[number.into()],
        )?;
        let leaves: Vec<String> = leaves
            .iter()
            .map(|leaf| leaf.text(0).map(ToOwned::to_owned))
            .collect::<Result<_>>()?;
        let root = seal::root(&leaves);
        let hash = seal::block_hash(number, row.text(1)?, &root, leaves.len() as i64);
        let as_stored = row.text(2)? == root && row.int(3)? == leaves.len() as i64;
        let linked = previous
            .as_deref()
            .is_none_or(|previous| row.value(1).text() == Some(previous));
        if number != at as i64 + 1 || !linked || !as_stored || hash != row.text(4)? {
            report.broken.push(format!(
                "block {number} does not fit its entries or the block before"
            ));
        }
        if !seal::signature_holds(&public, row.text(4)?, row.text(5)?) {
            report
                .broken
                .push(format!("the signature of block {number} does not fit"));
        }
        head_found |= head.is_some_and(|head| {
            head["block"] == json!(number) && head["hash"] == json!(row.text(4).unwrap_or_default())
        });
        previous = Some(row.text(4)?.to_owned());
    }
    if !head_found {
        report.broken.push("the chain does not reach the head that was kept: newest blocks are missing or rewritten".to_owned());
    }
    let lost = cx.query(
        "SELECT COUNT(*) FROM action_log WHERE block IS NOT NULL AND block NOT IN (SELECT id FROM seal_block)",
        &[],
    )?;
    if lost.first().map_or(Ok(0), |row| row.int(0))? > 0 {
        report
            .broken
            .push("log entries name a block that does not exist".to_owned());
    }
    Ok(())
}
