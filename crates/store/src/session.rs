//! One open connection of either database, as transactions and readers use it.
//!
//! Keeps true: nothing but `Reader`, `Transaction` and the code that opens and ends them holds a session.
//! Not here: when a transaction begins and ends.

use std::time::Duration;

use qudao_base::{Refusal, Result, Value};

use crate::{Dialect, Row, postgres, sql::has_nul, sqlite};

/// How long one step of a migration may take: an index over a very large table.
const MIGRATION_DEADLINE: Duration = Duration::from_hours(1);

/// A connection in use.
pub(crate) enum Session<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut postgres::Connection),
}

impl Session<'_> {
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        refuse_nul(parameters)?;
        Ok(match self {
            Self::Sqlite(connection) => sqlite::query(connection, sql, parameters)?,
            Self::Postgres(connection) => connection.query(sql, parameters)?,
        })
    }

    pub fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64> {
        refuse_nul(parameters)?;
        Ok(match self {
            Self::Sqlite(connection) => sqlite::execute(connection, sql, parameters)?,
            Self::Postgres(connection) => connection.execute(sql, parameters)?,
        })
    }

    pub fn execute_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        for row in rows {
            refuse_nul(row)?;
        }
        Ok(match self {
            Self::Sqlite(connection) => sqlite::execute_many(connection, sql, rows)?,
            Self::Postgres(connection) => connection.execute_many(sql, rows)?,
        })
    }

    pub fn update_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        for row in rows {
            refuse_nul(row)?;
        }
        Ok(match self {
            Self::Sqlite(connection) => sqlite::execute_many(connection, sql, rows)?,
            Self::Postgres(connection) => connection.update_many(sql, rows)?,
        })
    }

    pub fn query_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<Vec<Row>>> {
        for row in rows {
            refuse_nul(row)?;
        }
        Ok(match self {
            Self::Sqlite(connection) => sqlite::query_many(connection, sql, rows)?,
            Self::Postgres(connection) => connection.query_many(sql, rows)?,
        })
    }

    /// Runs statements without parameters, not prepared: savepoints and the definition of tables.
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => sqlite::batch(connection, sql)?,
            Self::Postgres(connection) => connection.batch(sql)?,
        }
        Ok(())
    }

    /// Lets this transaction's statements take as long as a migration may take.
    pub fn lift_deadline(&mut self) -> Result<()> {
        if let Self::Postgres(connection) = self {
            connection.set_deadline(MIGRATION_DEADLINE);
            connection.batch("SET LOCAL statement_timeout = 0")?;
        }
        Ok(())
    }
}

/// Neither database keeps a NUL in a text, and no person types one.
fn refuse_nul(parameters: &[Value]) -> Result<()> {
    if has_nul(parameters) {
        return Err(Refusal::malformed("text.nul").into());
    }
    Ok(())
}
