//! Rows that are only ever added: entries of the log, ledger movements, holds and decisions, written together.
//!
//! Keeps true: a statement that names one of their tables sees every row this transaction added to it; none is left unwritten at
//! the commit. Not here: rows somebody may change (`save`).

use qudao_base::{Result, Value};

use crate::Cx;

/// Rows kept back at most; an import of a large file holds no more in memory.
const KEPT_MAX: usize = 500;

/// A table rows are only added to.
#[derive(Debug)]
pub(crate) struct Table {
    pub name: &'static str,
    pub insert: &'static str,
}

/// Rows not written yet, by table.
#[derive(Debug, Default)]
pub(crate) struct Appends(Vec<(&'static Table, Vec<Vec<Value>>)>);

impl Appends {
    /// Takes out what a statement would look at; everything without a statement.
    fn take(&mut self, sql: Option<&str>) -> Vec<(&'static Table, Vec<Vec<Value>>)> {
        let is_seen = |table: &Table| sql.is_none_or(|sql| sql.contains(table.name));
        if self.0.iter().any(|(table, _)| is_seen(table)) {
            let (seen, rest) = std::mem::take(&mut self.0)
                .into_iter()
                .partition(|(table, _)| is_seen(table));
            self.0 = rest;
            seen
        } else {
            Vec::new()
        }
    }
}

impl Cx<'_> {
    /// Adds a row, at the latest before the commit.
    pub(crate) fn append(&mut self, table: &'static Table, row: Vec<Value>) -> Result<()> {
        let batches = &mut self.appends.0;
        let position = batches
            .iter()
            .position(|(one, _)| std::ptr::eq(*one, table));
        let at = position.unwrap_or_else(|| {
            batches.push((table, Vec::new()));
            batches.len() - 1
        });
        batches[at].1.push(row);
        if batches[at].1.len() >= KEPT_MAX {
            self.write_appends(Some(table.name))?;
        }
        Ok(())
    }

    /// Writes the rows a statement would look at; all of them without a statement.
    pub(crate) fn write_appends(&mut self, sql: Option<&str>) -> Result<()> {
        for (table, rows) in self.appends.take(sql) {
            self.connection.execute_many(table.insert, &rows)?;
        }
        Ok(())
    }
}
