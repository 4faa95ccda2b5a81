//! What one transaction has read or written already, so that it reads no row twice.
//!
//! Keeps true: a record in memory is the row as this transaction last read or wrote it; locking a row reads it anew.
//! Not here: anything that outlives the transaction.

use std::collections::{HashMap, HashSet};

use qudao_base::Id;

use crate::Record;

/// Records remembered at most, so that work on very many rows stays small.
const RECORDS_MAX: usize = 5_000;

/// Records by id and child lists by parent.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    records: HashMap<Id, Record>,
    lists: HashMap<Id, Vec<(String, Vec<Record>)>>,
    pinned: HashMap<String, HashSet<Id>>,
}

impl Memory {
    pub fn record(&self, object: &str, id: Id) -> Option<&Record> {
        self.records
            .get(&id)
            .filter(|record| record.object.name == object)
    }

    /// Remembers a record that has just been read or written.
    pub fn keep(&mut self, record: &Record) {
        if !record.object.logged {
            // Rewritten from the ledger in one go; who reads one of them reads it as it then stands.
            return;
        }
        if self.records.len() >= RECORDS_MAX {
            self.records.clear();
        }
        self.records.insert(record.id, record.clone());
    }

    pub fn list(&self, child: &str, parent: Id) -> Option<&Vec<Record>> {
        let lists = self.lists.get(&parent)?;
        let found = lists.iter().find(|(name, _)| name == child);
        found.map(|(_, list)| list)
    }

    /// Remembers a child list that has just been read or written.
    pub fn keep_list(&mut self, child: &str, parent: Id, list: &[Record]) {
        if self.lists.len() >= RECORDS_MAX {
            self.lists.clear();
        }
        let lists = self.lists.entry(parent).or_default();
        lists.retain(|(name, _)| name != child);
        lists.push((child.to_owned(), list.to_vec()));
    }

    /// Notes that nobody else deletes the record before this transaction ends, who has locked or written it.
    pub fn pin(&mut self, object: &str, id: Id) {
        match self.pinned.get_mut(object) {
            Some(pinned) => {
                pinned.insert(id);
            }
            None => {
                self.pinned.insert(object.to_owned(), HashSet::from([id]));
            }
        }
    }

    /// True for a record that can be linked to without looking for it again.
    pub fn is_pinned(&self, object: &str, id: Id) -> bool {
        self.pinned.get(object).is_some_and(|ids| ids.contains(&id))
    }

    /// Notes that this transaction deletes the record itself.
    pub fn unpin(&mut self, object: &str, id: Id) {
        if let Some(pinned) = self.pinned.get_mut(object) {
            pinned.remove(&id);
        }
    }

    /// Forgets a record and its lists: it is gone, or about to be read under a lock.
    pub fn forget(&mut self, id: Id) {
        self.records.remove(&id);
        self.lists.remove(&id);
    }
}
