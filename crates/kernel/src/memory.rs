//! What one transaction has read or written already, so that it reads no row twice.
//!
//! Keeps true: a record in memory is the row as this transaction last read or wrote it; the first lock on a row reads it anew, and from
//! then on nobody else changes it or its lines.
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
    /// Records this transaction has locked or written.
    settled: HashSet<Id>,
    /// Records this transaction makes: what it does not know of their lines is not there.
    made: HashSet<Id>,
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

    /// Remembers a record that has just been locked and read.
    pub fn lock(&mut self, record: &Record) {
        if self.settled.insert(record.id) {
            self.forget(record.id);
        }
        self.keep(record);
        self.pin(&record.object.name, record.id);
    }

    /// Remembers a record that has just been written.
    pub fn write(&mut self, record: &Record) {
        self.settled.insert(record.id);
        self.keep(record);
        self.pin(&record.object.name, record.id);
    }

    /// Notes that the record is being made.
    pub fn make(&mut self, id: Id) {
        self.made.insert(id);
    }

    /// True for a record this transaction has locked or written.
    pub fn is_settled(&self, id: Id) -> bool {
        self.settled.contains(&id)
    }

    pub fn list(&self, child: &str, parent: Id) -> Option<&[Record]> {
        let mut lists = self.lists.get(&parent).into_iter().flatten();
        let known = lists.find(|(name, _)| name == child);
        let none = self.made.contains(&parent).then_some([].as_slice());
        known.map(|(_, list)| list.as_slice()).or(none)
    }

    /// Remembers a child list that has just been read or written.
    pub fn keep_list(&mut self, child: &str, parent: Id, list: &[Record]) {
        if self.lists.len() >= RECORDS_MAX {
            self.lists.clear();
            self.made.clear();
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

    /// Forgets a record and its lists.
    pub fn forget(&mut self, id: Id) {
        self.records.remove(&id);
        self.lists.remove(&id);
    }
}
