//! Proof that the database says what happened: rows, ledger and decisions against the action log, the log against its seal.
//!
//! Keeps true: editing, adding or removing any row of a declared object, a ledger movement, a decision, a log entry or a
//! block is found. Cutting off the newest blocks together with all they cover is found with a head kept elsewhere.

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Actor, Result, Value};
use qudao_meta::Object;
use serde_json::{Value as Json, json};

use crate::{
    Cx, Kernel, Record,
    action_log::{
        API_SECRET, CONTENT_COLUMNS, CREDENTIAL, Content, SETTING, list_hash, own_hash, row_hash,
        sha256,
    },
    decision::Stored,
    ledger,
    model::quoted,
    seal,
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
            report.broken.extend(ledger::proof::verify(cx)?);
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

/// What the newest entries say must be there.
#[derive(Default)]
struct Latest {
    /// By object and record: the hash of its row; none after a delete.
    rows: HashMap<(String, i64), Option<String>>,
    /// By child object and parent: the hash of its list; none after a delete of the parent.
    lists: HashMap<(String, i64), Option<String>>,
}

impl Latest {
    fn note(&mut self, content: &Content<'_>) {
        let is_there = content.action != "delete";
        self.rows.insert(
            (content.object.to_owned(), content.record),
            is_there.then(|| content.row_hash.to_owned()),
        );
        for part in content
            .lines_hash
            .into_iter()
            .flat_map(|all| all.split(','))
        {
            if let Some((child, hash)) = part.split_once(':') {
                self.lists
                    .insert((child.to_owned(), content.record), Some(hash.to_owned()));
            }
        }
        if !is_there {
            for ((_, parent), hash) in &mut self.lists {
                if *parent == content.record {
                    *hash = None;
                }
            }
        }
    }
}

fn check_entries(cx: &mut Cx<'_>, report: &mut Report) -> Result<Latest> {
    let mut latest = Latest::default();
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
            if content.hash() != row.text(13)? {
                report
                    .broken
                    .push(format!("log entry {} was changed", content.id));
            }
            let version = versions
                .entry((content.object.to_owned(), content.record))
                .or_default();
            if content.version >= *version {
                *version = content.version;
                latest.note(&content);
            }
        }
        if rows.len() < 5000 {
            return Ok(latest);
        }
    }
}

fn check_rows(cx: &mut Cx<'_>, latest: &Latest, report: &mut Report) -> Result<()> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    for object in catalog.objects() {
        if let Some(of) = &object.child_of {
            check_lists(cx, object, &of.link, latest, report)?;
        } else if object.logged {
            check_records(cx, object, latest, report)?;
        }
    }
    check_own_rows(cx, latest, report)
}

/// The kernel's own rows that decide something: settings, passwords, secrets of keys.
fn check_own_rows(cx: &mut Cx<'_>, latest: &Latest, report: &mut Report) -> Result<()> {
    const TABLES: [(&str, &str); 3] = [
        (SETTING, "SELECT id, name, value FROM setting_value"),
        (
            CREDENTIAL,
            "SELECT id, CAST(user_id AS TEXT), password_hash FROM credential",
        ),
        (
            API_SECRET,
            "SELECT id, token_hash, CAST(key_id AS TEXT), CAST(user_id AS TEXT) FROM api_secret",
        ),
    ];
    let catalog = Arc::clone(&cx.kernel().catalog);
    for (table, sql) in TABLES {
        for row in cx.query(sql, &[])? {
            let id = row.int(0)?;
            let parts: Vec<Value> = row.into_values().split_off(1);
            let parts: Vec<&str> = parts.iter().filter_map(Value::text).collect();
            if table == SETTING && !catalog.settings.contains_key(parts[0]) {
                continue;
            }
            let known = latest.rows.get(&(table.to_owned(), id));
            if known != Some(&Some(own_hash(table, &parts))) {
                let name = if table == SETTING { parts[0] } else { "" };
                report.broken.push(format!(
                    "{table} {id} {name} was changed outside of the log"
                ));
            }
        }
    }
    Ok(())
}

fn check_records(
    cx: &mut Cx<'_>,
    object: &Object,
    latest: &Latest,
    report: &mut Report,
) -> Result<()> {
    let (name, mut after, mut seen) = (&object.name, 0_i64, 0_usize);
    loop {
        let records =
            cx.find_records(name, "t.id > ? ORDER BY t.id LIMIT 5000", &[after.into()])?;
        for record in &records {
            after = record.id.number();
            seen += 1;
            match latest.rows.get(&(name.clone(), after)) {
                Some(Some(hash)) if *hash == row_hash(record) => {}
                Some(Some(_)) => report
                    .broken
                    .push(format!("{name} {after} was changed outside of the log")),
                _ => report
                    .broken
                    .push(format!("{name} {after} was added outside of the log")),
            }
        }
        if records.len() < 5000 {
            break;
        }
    }
    report.rows += seen as i64;
    let expected = latest
        .rows
        .iter()
        .filter(|((object, _), hash)| object == name && hash.is_some())
        .count();
    if seen < expected {
        let gone = expected - seen;
        report.broken.push(format!(
            "{name}: {gone} rows were removed outside of the log"
        ));
    }
    Ok(())
}

/// Lists are hashed whole: a line changed, added or removed changes the hash of its list.
fn check_lists(
    cx: &mut Cx<'_>,
    child: &Object,
    link: &str,
    latest: &Latest,
    report: &mut Report,
) -> Result<()> {
    let mut hashes: HashMap<i64, String> = HashMap::new();
    let (mut parent, mut after) = (0_i64, 0_i64);
    let mut list: Vec<Record> = Vec::new();
    let link_column = quoted(link);
    let condition = format!(
        "(t.{link_column} > ? OR (t.{link_column} = ? AND t.id > ?)) ORDER BY t.{link_column}, t.id LIMIT 5000"
    );
    loop {
        let records = cx.find_records(
            &child.name,
            &condition,
            &[parent.into(), parent.into(), after.into()],
        )?;
        let count = records.len();
        for record in records {
            let of = record.value(link).int().unwrap_or_default();
            if of != parent && !list.is_empty() {
                hashes.insert(parent, list_hash(std::mem::take(&mut list).iter()));
            }
            (parent, after) = (of, record.id.number());
            report.rows += 1;
            list.push(record);
        }
        if count < 5000 {
            break;
        }
    }
    if !list.is_empty() {
        hashes.insert(parent, list_hash(list.iter()));
    }
    let empty = list_hash(std::iter::empty());
    for ((name, parent), hash) in &latest.lists {
        if *name == child.name {
            let found = hashes.remove(parent);
            let found = found.as_ref().or(hash.as_ref().map(|_| &empty));
            if found != hash.as_ref() {
                report.broken.push(format!(
                    "{name} of {parent} were changed outside of the log"
                ));
            }
        }
    }
    for parent in hashes.keys() {
        report.broken.push(format!(
            "{} of {parent} were added outside of the log",
            child.name
        ));
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
