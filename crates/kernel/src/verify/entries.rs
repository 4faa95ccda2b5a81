//! The log's entries, and what they say must be there.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use qudao_base::Result;

use super::Report;
use crate::{
    Cx,
    action_log::{CONTENT_COLUMNS, Content, list_hash},
    refused::REFUSED,
};

/// What the newest entries say must be there.
#[derive(Default)]
pub(super) struct Latest {
    /// By object and record: the hash of its row; none after a delete.
    pub rows: HashMap<(String, i64), Option<String>>,
    /// By child object and parent: the hash of its list; none after a delete of the parent.
    pub lists: HashMap<(String, i64), Option<String>>,
}

/// What an entry says of its record.
struct Said {
    is_delete: bool,
    row_hash: String,
    before_hash: Option<String>,
    lines_hash: Option<String>,
}

impl Said {
    fn of(content: &Content<'_>) -> Self {
        Self {
            is_delete: content.action == "delete",
            row_hash: content.row_hash.to_owned(),
            before_hash: content.before_hash.map(str::to_owned),
            lines_hash: content.lines_hash.map(str::to_owned),
        }
    }
}

/// `child:hash` of several lists, joined by commas.
fn lists_of(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(',').filter_map(|part| part.split_once(':'))
}

impl Latest {
    fn note(&mut self, (object, record): &(String, i64), said: &Said) {
        let row = (!said.is_delete).then(|| said.row_hash.clone());
        self.rows.insert((object.clone(), *record), row);
        for (child, hash) in lists_of(said.lines_hash.as_deref().unwrap_or_default()) {
            self.lists
                .insert((child.to_owned(), *record), Some(hash.to_owned()));
        }
        if said.is_delete {
            for ((_, parent), hash) in &mut self.lists {
                if parent == record {
                    *hash = None;
                }
            }
        }
    }

    /// True when the action found what the one before it left.
    fn fits(&self, (object, record): &(String, i64), said: &Said) -> bool {
        let Some(found) = &said.before_hash else {
            return true;
        };
        let (row, lists) = found.split_once(',').unwrap_or((found, ""));
        let known = self.rows.get(&(object.clone(), *record));
        if known.and_then(Option::as_deref) != Some(row) {
            return false;
        }
        let empty = list_hash(std::iter::empty());
        lists_of(lists).all(|(child, hash)| {
            let known = self.lists.get(&(child.to_owned(), *record));
            known.and_then(Option::as_ref).unwrap_or(&empty) == hash
        })
    }
}

/// The entries of each record in the order of its versions, whatever the order of their ids: of two actions on a record the one
/// that began later may have been done first.
#[derive(Default)]
struct History {
    latest: Latest,
    versions: HashMap<(String, i64), i64>,
    early: HashMap<(String, i64), BTreeMap<i64, Said>>,
}

impl History {
    fn add(&mut self, content: &Content<'_>, report: &mut Report) {
        let record = (content.object.to_owned(), content.record);
        let version = self.versions.entry(record.clone()).or_default();
        let said = Said::of(content);
        // A delete leaves the version as it was.
        let step = content.version + i64::from(said.is_delete);
        let mut next = if step == *version + 1 {
            Some(said)
        } else {
            let early = self.early.entry(record.clone()).or_default();
            early.insert(step, said);
            None
        };
        while let Some(said) = next {
            *version += 1;
            if !self.latest.fits(&record, &said) {
                let (object, id) = &record;
                report.broken(format!(
                    "{object} {id} was changed outside of the log before its version {version}"
                ));
            }
            self.latest.note(&record, &said);
            let early = self.early.get_mut(&record);
            next = early.and_then(|early| early.remove(&(*version + 1)));
        }
    }

    fn end(self, report: &mut Report) -> Latest {
        for ((object, id), early) in &self.early {
            for version in early.keys() {
                report.broken(format!(
                    "the log has no entry before version {version} of {object} {id}"
                ));
            }
        }
        self.latest
    }
}

/// Each entry against its hash and, until it is sealed, its code. Returns what the newest ones say.
pub(super) fn check(cx: &mut Cx<'_>, report: &mut Report) -> Result<Latest> {
    let mut history = History::default();
    let mut after = i64::MIN;
    let key = Arc::clone(&cx.kernel().site.key);
    loop {
        let sql = format!(
            "SELECT {CONTENT_COLUMNS}, content_hash, code, block FROM action_log WHERE id > ? ORDER BY id LIMIT 5000"
        );
        let rows = cx.query(&sql, &[after.into()])?;
        for row in &rows {
            let content = Content::of(row)?;
            after = content.id;
            report.entries += 1;
            if content.hash() != row.text(14)? {
                report.broken(format!("log entry {} was changed", content.id));
            }
            if row.value(16).is_null() && row.text(15)? != key.code(row.text(14)?) {
                report.broken(format!(
                    "log entry {} was not written by this site",
                    content.id
                ));
            }
            if content.action != REFUSED {
                history.add(&content, report);
            }
        }
        if rows.len() < 5000 {
            return Ok(history.end(report));
        }
    }
}
