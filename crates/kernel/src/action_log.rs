//! One entry per saved record: who did what, when, what changed, and hashes that bind the row, its lines, its ledger movements
//! and its decisions.
//!
//! Keeps true: every write of a logged record, with all lines saved with it, leaves exactly one entry in the same transaction;
//! `content_hash` covers all of it, so an edit of the entry, a row, a movement or a decision is found by [`crate::verify`]; its
//! `code` can only be made by the site itself, so a forged entry is not sealed; it also says what the action found, so that an edit
//! the action wrote over is found all the same.
//! Not here: the chain over entries (`seal`).

use std::fmt::Write;

use qudao_base::{Id, Instant, Result, Value};
use qudao_store::Row;
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use crate::{Cx, Record, appends::Table, codec, lines::Saved, seal::decisions_hash};

/// Lower-case hexadecimal SHA-256.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| {
            [
                DIGITS[(byte >> 4) as usize] as char,
                DIGITS[(byte & 15) as usize] as char,
            ]
        })
        .collect()
}

/// Hash of a row as stored: names and values, so that neither can change unseen.
pub fn row_hash(record: &Record) -> String {
    let mut text = format!("{}|{}|{}", record.object.name, record.id, record.version);
    for (field, value) in record.object.fields.iter().zip(&record.values) {
        // Writing into a text cannot fail. An empty field adds nothing, so that a field declared later leaves old rows'
        // hashes alone.
        let _ = match value {
            Value::Null | Value::Bytes(_) => Ok(()),
            Value::Int(number) => write!(text, "|{}={number}", field.name),
            Value::Text(content) => write!(text, "|{}:{}={content}", field.name, content.len()),
        };
    }
    sha256(text)
}

/// Hash of a whole child list, in order of id.
pub fn list_hash<'r>(list: impl Iterator<Item = &'r Record>) -> String {
    let mut lines: Vec<&Record> = list.collect();
    lines.sort_by_key(|line| line.id);
    sha256(lines.into_iter().map(row_hash).collect::<String>())
}

/// Under which names rows of the kernel's own tables stand in the log.
pub(crate) const SETTING: &str = "setting";
/// Passwords.
pub(crate) const CREDENTIAL: &str = "credential";
/// Secrets of API keys.
pub(crate) const API_SECRET: &str = "api_secret";

/// Secrets messages are signed with.
pub(crate) const SIGNING_SECRET: &str = "signing_secret";

/// Hash of a row of the kernel's own tables.
pub(crate) fn own_hash(table: &str, parts: &[&str]) -> String {
    sha256(format!("{table}|{}", parts.join("|")))
}

static TABLE: Table = Table {
    name: "action_log",
    insert: "INSERT INTO action_log (id, cause_id, at, actor_id, object, record_id, action, version, changes, row_hash, \
             before_hash, lines_hash, ledger_hash, decision_hash, content_hash, code) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

/// What an entry is about to say.
pub(crate) struct Entry<'e> {
    pub id: Id,
    pub cause: Option<Id>,
    pub action: &'e str,
    pub record: &'e Record,
    pub before: Option<&'e Record>,
    pub lines: &'e Saved,
    pub ledger_lines: &'e str,
    pub decision_hashes: &'e [String],
}

/// `{"field": [from, to]}` of everything that differs; of a deleted record all it held. Nothing of a new one: what it began with
/// follows from what it is now and what changed since, and its row's hash proves it.
pub(crate) fn changes(record: &Record, before: Option<&Record>) -> Map<String, Json> {
    let mut changed = Map::new();
    let Some(before) = before else {
        return changed;
    };
    for (at, field) in record.object.fields.iter().enumerate() {
        let old = &before.values[at];
        if !matches!(field.name.as_str(), "updated_at" | "updated_by") && old != &record.values[at]
        {
            let pair = vec![
                codec::encode(field.kind, old),
                codec::encode(field.kind, &record.values[at]),
            ];
            changed.insert(field.name.clone(), Json::Array(pair));
        }
    }
    changed
}

/// The fields `content_hash` covers, in the order they are stored.
pub(crate) struct Content<'e> {
    pub id: i64,
    pub cause: Option<i64>,
    pub at: i64,
    pub actor: Option<i64>,
    pub object: &'e str,
    pub record: i64,
    pub action: &'e str,
    pub version: i64,
    pub changes: &'e str,
    pub row_hash: &'e str,
    /// What the action found: hash of the row and, each after a comma, `child:hash` of the lists it saved or deleted.
    pub before_hash: Option<&'e str>,
    pub lines_hash: Option<&'e str>,
    pub ledger_hash: Option<&'e str>,
    pub decision_hash: Option<&'e str>,
}

/// Columns of an entry in the order [`Content::of`] reads them.
pub(crate) const CONTENT_COLUMNS: &str = "id, cause_id, at, actor_id, object, record_id, action, version, changes, \
     row_hash, before_hash, lines_hash, ledger_hash, decision_hash";

impl<'e> Content<'e> {
    /// From a row that starts with [`CONTENT_COLUMNS`].
    pub(crate) fn of(row: &'e Row) -> Result<Self> {
        Ok(Self {
            id: row.int(0)?,
            cause: row.value(1).int(),
            at: row.int(2)?,
            actor: row.value(3).int(),
            object: row.text(4)?,
            record: row.int(5)?,
            action: row.text(6)?,
            version: row.int(7)?,
            changes: row.text(8)?,
            row_hash: row.text(9)?,
            before_hash: row.value(10).text(),
            lines_hash: row.value(11).text(),
            ledger_hash: row.value(12).text(),
            decision_hash: row.value(13).text(),
        })
    }

    /// Hash of everything but the decisions: what a receipt shows of an entry without showing the entry.
    pub(crate) fn body_hash(&self) -> String {
        let number =
            |maybe: Option<i64>| maybe.map_or_else(String::new, |number| number.to_string());
        sha256(
            [
                self.id.to_string(),
                number(self.cause),
                self.at.to_string(),
                number(self.actor),
                self.object.to_owned(),
                self.record.to_string(),
                self.action.to_owned(),
                self.version.to_string(),
                self.changes.to_owned(),
                self.row_hash.to_owned(),
                self.before_hash.unwrap_or_default().to_owned(),
                self.lines_hash.unwrap_or_default().to_owned(),
                self.ledger_hash.unwrap_or_default().to_owned(),
            ]
            .join("\n"),
        )
    }

    /// The entry's content hash.
    pub(crate) fn hash(&self) -> String {
        content_hash(&self.body_hash(), self.decision_hash.unwrap_or_default())
    }
}

/// Binds an entry's body to its decisions.
pub(crate) fn content_hash(body_hash: &str, decision_hash: &str) -> String {
    sha256(format!("{body_hash}\n{decision_hash}"))
}

impl Cx<'_> {
    /// Writes the entry of one saved record.
    pub(crate) fn log(&mut self, entry: &Entry<'_>) -> Result<()> {
        let mut changes = changes(entry.record, entry.before);
        changes.extend(entry.lines.changes.clone());
        let changes = Json::Object(changes).to_string();
        let before_hash = entry
            .before
            .map(|before| row_hash(before) + &entry.lines.before);
        let row_hash = row_hash(entry.record);
        let ledger_hash = (!entry.ledger_lines.is_empty()).then(|| sha256(entry.ledger_lines));
        let decision_hash =
            (!entry.decision_hashes.is_empty()).then(|| decisions_hash(entry.decision_hashes));
        let at: Instant = self.now();
        let actor = self.actor().user;
        let content = Content {
            id: entry.id.number(),
            cause: entry.cause.map(Id::number),
            at: at.micros(),
            actor: actor.map(Id::number),
            object: &entry.record.object.name,
            record: entry.record.id.number(),
            action: entry.action,
            version: entry.record.version,
            changes: &changes,
            row_hash: &row_hash,
            before_hash: before_hash.as_deref(),
            lines_hash: entry.lines.hash.as_deref(),
            ledger_hash: ledger_hash.as_deref(),
            decision_hash: decision_hash.as_deref(),
        };
        self.append_entry(&content)
    }

    /// Writes the entry of a row of the kernel's own tables.
    pub(crate) fn log_own(
        &mut self,
        table: &str,
        id: Id,
        row_hash: &str,
        changes: &Json,
    ) -> Result<()> {
        let last = self.query(
            "SELECT COALESCE(MAX(version), 0) FROM action_log WHERE object = ? AND record_id = ?",
            &[table.into(), id.into()],
        )?;
        let version = last.first().map_or(Ok(0), |row| row.int(0))? + 1;
        let changes = changes.to_string();
        let (entry, at) = (self.new_id(), self.now());
        let actor = self.actor().user;
        self.append_entry(&Content {
            id: entry.number(),
            cause: self.cause().map(Id::number),
            at: at.micros(),
            actor: actor.map(Id::number),
            object: table,
            record: id.number(),
            action: "update",
            version,
            changes: &changes,
            row_hash,
            before_hash: None,
            lines_hash: None,
            ledger_hash: None,
            decision_hash: None,
        })
    }

    fn append_entry(&mut self, content: &Content<'_>) -> Result<()> {
        let hash = content.hash();
        let code = self.kernel.site.key.code(&hash);
        let row = vec![
            content.id.into(),
            content.cause.into(),
            content.at.into(),
            content.actor.into(),
            content.object.into(),
            content.record.into(),
            content.action.into(),
            content.version.into(),
            content.changes.into(),
            content.row_hash.into(),
            content.before_hash.into(),
            content.lines_hash.into(),
            content.ledger_hash.into(),
            content.decision_hash.into(),
            hash.into(),
            code.into(),
        ];
        self.append(&TABLE, row)
    }
}
