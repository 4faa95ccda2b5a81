//! Rows that are only ever added: entries of the log, ledger movements, holds and decisions, written together.
//!
//! Keeps true: a statement that names one of their tables (`look`) sees every row this transaction added to it; none is left
//! unwritten at the commit. Not here: rows somebody may change (`save`).

use qudao_base::{Result, Value};

use crate::{Cx, look::Look};

/// Rows kept back at most; an import of a large file holds no more in memory.
const KEPT_MAX: usize = 500;

/// A table rows are only added to.
#[derive(Debug)]
pub(crate) struct Table {
    pub name: &'static str,
    pub insert: &'static str,
}

/// Rows of one table not written yet.
type Batch = (&'static Table, Vec<Vec<Value>>);

/// Rows not written yet, by table.
#[derive(Debug, Default)]
pub(crate) struct Appends(Vec<Batch>);

impl Appends {
    /// Keeps a row; the batch comes back when it has grown large.
    fn keep(&mut self, table: &'static Table, row: Vec<Value>) -> Option<Batch> {
        let known = self.0.iter().position(|(one, _)| std::ptr::eq(*one, table));
        let at = known.unwrap_or(self.0.len());
        if known.is_none() {
            self.0.push((table, Vec::new()));
        }
        let rows = &mut self.0[at].1;
        rows.push(row);
        (rows.len() >= KEPT_MAX).then(|| self.0.remove(at))
    }

    /// Takes out what is about to be looked at.
    fn take(&mut self, look: Look<'_>) -> Vec<Batch> {
        self.0
            .extract_if(.., |(table, _)| look.sees(table.name))
            .collect()
    }
}

impl Cx<'_> {
    /// Adds a row, at the latest before the commit.
    pub(crate) fn append(&mut self, table: &'static Table, row: Vec<Value>) -> Result<()> {
        if let Some((table, rows)) = self.appends.keep(table, row) {
            self.connection.execute_many(table.insert, &rows)?;
        }
        Ok(())
    }

    /// Writes the rows that are about to be looked at.
    pub(crate) fn write_appends(&mut self, look: Look<'_>) -> Result<()> {
        for (table, rows) in self.appends.take(look) {
            self.connection.execute_many(table.insert, &rows)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static HOLD: Table = Table {
        name: "hold",
        insert: "INSERT INTO hold (id) VALUES (?)",
    };

    #[test]
    fn rows_wait_until_their_own_table_is_looked_at() {
        let mut appends = Appends::default();
        assert!(appends.keep(&HOLD, vec![Value::Int(1)]).is_none());
        let other = Look::Statement("SELECT id FROM hold_note");
        assert_eq!(appends.take(other).len(), 0);
        let own = Look::Statement("SELECT id FROM hold");
        assert_eq!(appends.take(own).len(), 1);
        assert_eq!(appends.take(Look::Everything).len(), 0);
    }

    #[test]
    fn a_large_batch_waits_no_longer() {
        let mut appends = Appends::default();
        for number in 1..KEPT_MAX {
            assert!(
                appends
                    .keep(&HOLD, vec![Value::Int(number as i64)])
                    .is_none()
            );
        }
        let batch = appends.keep(&HOLD, vec![Value::Int(0)]);
        assert_eq!(batch.map(|(_, rows)| rows.len()), Some(KEPT_MAX));
        assert_eq!(appends.take(Look::Everything).len(), 0);
    }
}
