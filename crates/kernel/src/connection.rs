//! What a piece of kernel work may ask of the database, whether it may write or only read.
//!
//! Keeps true: through a reader nothing can be written; the attempt is a fault, found by the first test that tries.

use qudao_base::{Fault, Result, Value};
use qudao_store::{Dialect, Query, Reader, Row, RowLock, Transaction};

/// A transaction or a snapshot.
pub trait Connection {
    /// Which database.
    fn dialect(&self) -> Dialect;
    /// Rows of a statement.
    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>>;
    /// Rows changed by a statement.
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64>;
    /// The same statement for many rows of parameters.
    fn execute_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64>;
    /// The same for an update of rows by id and version, each another one, in whatever order.
    fn update_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64>;
    /// The same for a statement that answers rows.
    fn query_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<Vec<Row>>>;
    /// What to add to a select that locks its rows.
    fn lock_clause(&self, lock: RowLock) -> &'static str;
}

impl Connection for Transaction<'_> {
    fn dialect(&self) -> Dialect {
        Query::dialect(self)
    }
    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        Query::query(self, sql, parameters)
    }
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64> {
        Transaction::execute(self, sql, parameters)
    }
    fn execute_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        Transaction::execute_many(self, sql, rows)
    }
    fn update_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        Transaction::update_many(self, sql, rows)
    }
    fn query_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<Vec<Row>>> {
        Transaction::query_many(self, sql, rows)
    }
    fn lock_clause(&self, lock: RowLock) -> &'static str {
        Transaction::lock_clause(self, lock)
    }
}

fn read_only() -> Fault {
    Fault::new("a read tried to write")
}

impl Connection for Reader<'_> {
    fn dialect(&self) -> Dialect {
        Query::dialect(self)
    }
    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        Query::query(self, sql, parameters)
    }
    fn execute(&mut self, _: &str, _: &[Value]) -> Result<u64> {
        Err(read_only().into())
    }
    fn execute_many(&mut self, _: &str, _: &[Vec<Value>]) -> Result<u64> {
        Err(read_only().into())
    }
    fn update_many(&mut self, _: &str, _: &[Vec<Value>]) -> Result<u64> {
        Err(read_only().into())
    }
    fn query_many(&mut self, _: &str, _: &[Vec<Value>]) -> Result<Vec<Vec<Row>>> {
        Err(read_only().into())
    }
    fn lock_clause(&self, _lock: RowLock) -> &'static str {
        ""
    }
}
