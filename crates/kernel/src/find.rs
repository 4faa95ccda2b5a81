//! Records as rules find them: by id, by condition, with their lines, whoever asks.
//!
//! Keeps true: a record is found as this transaction last wrote it; no row is read twice but to lock it; lines being written are seen
//! before they are saved.
//! Not here: what people may read (`read`).

use std::{collections::BTreeSet, sync::Arc};

use qudao_base::{Fault, Id, Refusal, Result, Value};
use qudao_store::{Dialect, Row};
use sha2::{Digest, Sha256};

use crate::{
    Connection, Cx, Record, Typed,
    model::{Model, quoted},
};

impl Cx<'_> {
    /// The record of the id, whoever asks.
    ///
    /// # Errors
    /// Not found.
    pub fn get<T: Typed>(&mut self, id: Id) -> Result<T> {
        if let Some(record) = self.memory.record(T::OBJECT, id) {
            return T::from_record(record);
        }
        let mut found = self.find_records(T::OBJECT, "t.id = ?", &[id.into()])?;
        let record = found
            .pop()
            .ok_or_else(|| Refusal::not_found().with("object", T::OBJECT))?;
        self.memory.keep(&record);
        T::from_record(&record)
    }

    /// Records that meet a portable SQL condition with `?` parameters; it may end in ORDER BY and LIMIT.
    pub fn find<T: Typed>(&mut self, condition: &str, parameters: &[Value]) -> Result<Vec<T>> {
        self.find_records(T::OBJECT, condition, parameters)?
            .iter()
            .map(T::from_record)
            .collect()
    }

    /// Records that meet the condition, locked in order of id until the transaction ends, and as they are once locked: who
    /// divides what they hold must not divide it with somebody else. The condition takes no ORDER BY.
    pub fn lock<T: Typed>(&mut self, condition: &str, parameters: &[Value]) -> Result<Vec<T>> {
        let lock = self.lock_clause();
        let condition = format!("({condition}) ORDER BY t.id{lock}");
        let found = self.find_records_anew(T::OBJECT, &condition, parameters)?;
        for record in &found {
            self.memory.lock(record);
        }
        found.iter().map(T::from_record).collect()
    }

    /// Waits until no other transaction has its turn at one of the keys, and has it until this one ends: for those who look
    /// whether something is there and, if not, make it. On `SQLite` there is one writer, whose turn it always is.
    pub fn take_turn<'k>(&mut self, what: &str, keys: impl Iterator<Item = &'k str>) -> Result<()> {
        let keys: Vec<String> = keys.map(|key| format!("{what}|{key}")).collect();
        take_turn(self.connection, &keys)?;
        self.waited();
        Ok(())
    }

    pub(crate) fn find_records(
        &mut self,
        object: &str,
        condition: &str,
        parameters: &[Value],
    ) -> Result<Vec<Record>> {
        let (model, sql) = self.selecting(object, condition)?;
        records_of(&model, self.query(&sql, parameters)?)
    }

    /// See [`Cx::query_anew`].
    pub(crate) fn find_records_anew(
        &mut self,
        object: &str,
        condition: &str,
        parameters: &[Value],
    ) -> Result<Vec<Record>> {
        let (model, sql) = self.selecting(object, condition)?;
        records_of(&model, self.query_anew(&sql, parameters)?)
    }

    fn selecting(&self, object: &str, condition: &str) -> Result<(Arc<Model>, String)> {
        let model = self.kernel.model(object)?;
        let sql = format!(
            "SELECT {} FROM {} t WHERE {condition}",
            model.columns,
            model.table()
        );
        Ok((model, sql))
    }

    /// Children of a record: the pending ones while it is being written, else the stored ones in order of entry.
    pub fn lines<L: Typed>(&mut self, parent: Id) -> Result<Vec<L>> {
        self.line_records(L::OBJECT, parent)?
            .iter()
            .map(L::from_record)
            .collect()
    }

    pub(crate) fn line_records(&mut self, child: &str, parent: Id) -> Result<Vec<Record>> {
        if let Some(pending) = self.pending.get(&(child.to_owned(), parent)) {
            return Ok(pending.clone());
        }
        if let Some(list) = self.memory.list(child, parent) {
            return Ok(list.to_vec());
        }
        let object = self.kernel.catalog.require(child)?;
        let link = object
            .child_of
            .as_ref()
            .ok_or_else(|| Fault::new(format!("{child} is no child table")))?;
        let condition = format!("t.{} = ? ORDER BY t.id", quoted(&link.link));
        let list = if self.memory.is_settled(parent) {
            // Read to be written over, perhaps.
            self.find_records_anew(child, &condition, &[parent.into()])?
        } else {
            self.find_records(child, &condition, &[parent.into()])?
        };
        self.memory.keep_list(child, parent, &list);
        Ok(list)
    }

    /// Replaces the children of the record being written; they are saved with it. A line whose id is 0 is new.
    pub fn set_lines<L: Typed>(&mut self, parent: Id, lines: Vec<L>) -> Result<()> {
        let object = self.kernel.catalog.require(L::OBJECT)?;
        let records = lines
            .iter()
            .map(|line| {
                let (id, version) = line.key();
                Record {
                    object: Arc::clone(object),
                    id,
                    version,
                    values: line.to_values(),
                }
            })
            .collect();
        self.pending.insert((L::OBJECT.to_owned(), parent), records);
        Ok(())
    }
}

fn records_of(model: &Model, rows: Vec<Row>) -> Result<Vec<Record>> {
    rows.into_iter().map(|row| model.record(row)).collect()
}

/// See [`Cx::take_turn`].
pub(crate) fn take_turn(connection: &mut dyn Connection, keys: &[String]) -> Result<()> {
    if connection.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    // In one order for everybody, so that nobody waits crosswise. Two keys of one number only wait without need.
    let numbers: BTreeSet<i64> = keys.iter().map(|key| turn_number(key)).collect();
    for number in numbers {
        let wait = "SELECT COUNT(*) FROM pg_advisory_xact_lock(CAST(? AS BIGINT))";
        connection.query(wait, &[number.into()])?;
    }
    Ok(())
}

fn turn_number(key: &str) -> i64 {
    let hash = Sha256::digest(key);
    hash.iter()
        .take(8)
        .fold(0, |number, byte| (number << 8) | i64::from(*byte))
}
