//! The log's entries, and what they say must be there.

use std::{collections::HashMap, sync::Arc};

use qudao_base::Result;

use super::Report;
use crate::{
    Cx,
    action_log::{CONTENT_COLUMNS, Content},
};

/// What the newest entries say must be there.
#[derive(Default)]
pub(super) struct Latest {
    /// By object and record: the hash of its row; none after a delete.
    pub rows: HashMap<(String, i64), Option<String>>,
    /// By child object and parent: the hash of its list; none after a delete of the parent.
    pub lists: HashMap<(String, i64), Option<String>>,
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

/// Each entry against its hash and, until it is sealed, its code. Returns what the newest ones say.
pub(super) fn check(cx: &mut Cx<'_>, report: &mut Report) -> Result<Latest> {
    let mut latest = Latest::default();
    let mut versions: HashMap<(String, i64), i64> = HashMap::new();
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
            if content.hash() != row.text(13)? {
                report.broken(format!("log entry {} was changed", content.id));
            }
            if row.value(15).is_null() && row.text(14)? != key.code(row.text(13)?) {
                report.broken(format!(
                    "log entry {} was not written by this site",
                    content.id
                ));
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
