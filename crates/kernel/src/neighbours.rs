//! What other processes on the same database have changed, heard through the action log.
//!
//! Keeps true: a change committed elsewhere is announced here within two seconds, some of them twice; nothing is asked while there
//! is no other process.
//! Not here: which process makes which ids (`node`).

use std::sync::Arc;

use qudao_base::{Actor, IdSource, Result};

use crate::{Change, Kernel};

/// How far back each look goes. Longer than the second between looks: an entry gets its id before its commit.
const WINDOW_SECONDS: i64 = 3;

impl Kernel {
    /// Announces what other processes have changed lately.
    pub(crate) fn hear_neighbours(self: &Arc<Self>) -> Result<()> {
        let (since, node) = (
            self.clock.now().plus_seconds(-WINDOW_SECONDS),
            self.ids.node(),
        );
        let mut changes = self.read(&Actor::system(), |cx| {
            let others = cx.query(
                "SELECT 1 FROM node_lease WHERE id <> ? AND until >= ? LIMIT 1",
                &[node.into(), cx.now().into()],
            )?;
            if others.is_empty() {
                return Ok(Vec::new());
            }
            let after = IdSource::first_of(since);
            let rows = cx.query(
                "SELECT DISTINCT object FROM action_log WHERE id > ? AND (id / 4096) % 1024 <> ?",
                &[after.into(), node.into()],
            )?;
            rows.iter()
                .map(|row| {
                    row.text(0).map(|name| Change {
                        object: name.to_owned(),
                    })
                })
                .collect()
        })?;
        if changes.is_empty() {
            return Ok(());
        }
        // What leaves no entries may have moved with what does.
        let silent = self
            .catalog
            .objects()
            .iter()
            .filter(|object| !object.logged);
        changes.extend(silent.map(|object| Change {
            object: object.name.clone(),
        }));
        self.announce(&changes);
        Ok(())
    }
}
