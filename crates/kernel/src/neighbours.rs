//! What other processes on the same database have changed, heard through the sealed log.
//!
//! Keeps true: a change committed elsewhere is announced here once, about two seconds later, however long its transaction took and
//! whatever the other clock says; nothing is looked at while nothing is sealed.
//! Not here: which process makes which ids (`node`).

use std::sync::{Arc, PoisonError};

use qudao_base::{Actor, Result};

use crate::{Change, Kernel};

impl Kernel {
    /// Announces what other processes have changed since the last call; of the first call nothing is expected.
    pub(crate) fn hear_neighbours(self: &Arc<Self>) -> Result<()> {
        let mut heard = self
            .heard_block
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (after, node) = (*heard, self.ids.node());
        let (newest, mut changes) = self.read(&Actor::system(), |cx| {
            let blocks = cx.query("SELECT COALESCE(MAX(id), 0) FROM seal_block", &[])?;
            let newest = blocks.first().map_or(Ok(0), |row| row.int(0))?;
            let Some(after) = after.filter(|after| *after < newest) else {
                return Ok((newest, Vec::new()));
            };
            let rows = cx.query(
                "SELECT DISTINCT object FROM action_log WHERE block > ? AND block <= ? AND (id / 4096) % 1024 <> ?",
                &[after.into(), newest.into(), node.into()],
            )?;
            let objects = rows.iter().map(|row| row.text(0).map(ToOwned::to_owned));
            let changes = objects.map(|object| object.map(|object| Change { object }));
            Ok((newest, changes.collect::<Result<Vec<_>>>()?))
        })?;
        *heard = Some(newest);
        drop(heard);
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
