//! Records that came from elsewhere, found again by the key their source knows them by.
//!
//! Keeps true: a source key of an object leads to one record (a unique index says so), and it is remembered in the transaction
//! that made the record, so that an import which broke off is taken up where it stopped.
//! Not here: what is imported and from where (packs).

use qudao_base::{Fault, Id, Result};

use crate::Cx;

impl Cx<'_> {
    /// The record of the object that was imported under the source key, if any. A key should start with its source's name:
    /// `adventureworks:SO43659`.
    pub fn imported(&mut self, object: &str, source_key: &str) -> Result<Option<Id>> {
        let rows = self.query(
            "SELECT record_id FROM import_key WHERE object = ? AND source_key = ?",
            &[object.into(), source_key.into()],
        )?;
        rows.first()
            .map(|row| row.int(0).map(Id::from_number))
            .transpose()
    }

    /// Remembers that the record was made from what its source calls `source_key`.
    ///
    /// # Errors
    /// A fault when the key is known: the same source is being imported twice at once, and this transaction is to be undone.
    pub fn remember_import(&mut self, object: &str, source_key: &str, record: Id) -> Result<()> {
        let row = vec![
            self.new_id().into(),
            object.into(),
            source_key.into(),
            record.into(),
        ];
        let remembered = self.execute(
            "INSERT INTO import_key (id, object, source_key, record_id, code) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (object, source_key) DO NOTHING",
            &self.kernel.site.key.coded("import_key", row),
        )?;
        if remembered == 1 {
            return Ok(());
        }
        Err(Fault::new(format!(
            "{object} {source_key} was imported by somebody else meanwhile"
        ))
        .into())
    }
}
