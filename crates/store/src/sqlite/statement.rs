//! Running statements on a SQLite connection.
//!
//! Keeps true: statements are prepared once per connection; what comes back is one of the four kinds of `Value`.
//! Not here: transactions.

use qudao_base::{Fault, Value};
use rusqlite::{
    CachedStatement, Connection, ToSql,
    types::{ToSqlOutput, ValueRef},
};

use super::fault;
use crate::{Row, fault::running};

struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

pub(crate) fn query(
    connection: &Connection,
    sql: &str,
    parameters: &[Value],
) -> Result<Vec<Row>, Fault> {
    let mut statement = prepare(connection, sql)?;
    answer(connection, sql, &mut statement, parameters)
}

pub(crate) fn query_many(
    connection: &Connection,
    sql: &str,
    rows: &[Vec<Value>],
) -> Result<Vec<Vec<Row>>, Fault> {
    let mut statement = prepare(connection, sql)?;
    rows.iter()
        .map(|parameters| answer(connection, sql, &mut statement, parameters))
        .collect()
}

fn answer(
    connection: &Connection,
    sql: &str,
    statement: &mut CachedStatement<'_>,
    parameters: &[Value],
) -> Result<Vec<Row>, Fault> {
    bind(connection, sql, statement, parameters)?;
    let mut answer = Vec::new();
    let mut rows = statement.raw_query();
    loop {
        match rows.next() {
            Ok(Some(row)) => answer.push(decode(sql, row)?),
            Ok(None) => return Ok(answer),
            Err(error) => return Err(fault::of(connection, sql, error)),
        }
    }
}

pub(crate) fn execute(
    connection: &Connection,
    sql: &str,
    parameters: &[Value],
) -> Result<u64, Fault> {
    let mut statement = prepare(connection, sql)?;
    run(connection, sql, &mut statement, parameters)
}

pub(crate) fn execute_many(
    connection: &Connection,
    sql: &str,
    rows: &[Vec<Value>],
) -> Result<u64, Fault> {
    let mut statement = prepare(connection, sql)?;
    let mut touched = 0;
    for parameters in rows {
        touched += run(connection, sql, &mut statement, parameters)?;
    }
    Ok(touched)
}

/// Statements without parameters, one after the other; a single one is kept prepared.
pub(crate) fn batch(connection: &Connection, sql: &str) -> Result<(), Fault> {
    if !sql.contains(';') {
        return execute(connection, sql, &[]).map(drop);
    }
    connection
        .execute_batch(sql)
        .map_err(|error| fault::of(connection, sql, error))
}

fn prepare<'a>(connection: &'a Connection, sql: &str) -> Result<CachedStatement<'a>, Fault> {
    connection
        .prepare_cached(sql)
        .map_err(|error| fault::of(connection, sql, error))
}

fn run(
    connection: &Connection,
    sql: &str,
    statement: &mut CachedStatement<'_>,
    parameters: &[Value],
) -> Result<u64, Fault> {
    bind(connection, sql, statement, parameters)?;
    let touched = statement
        .raw_execute()
        .map_err(|error| fault::of(connection, sql, error))?;
    Ok(touched as u64)
}

fn bind(
    connection: &Connection,
    sql: &str,
    statement: &mut CachedStatement<'_>,
    parameters: &[Value],
) -> Result<(), Fault> {
    let wanted = statement.parameter_count();
    if wanted != parameters.len() {
        let count = format!("{wanted} parameters wanted, {} given", parameters.len());
        return Err(Fault::from_error(running(sql), count));
    }
    for (index, value) in (1..).zip(parameters) {
        statement
            .raw_bind_parameter::<usize, _>(index, Bound(value))
            .map_err(|error| fault::of(connection, sql, error))?;
    }
    Ok(())
}

fn decode(sql: &str, row: &rusqlite::Row<'_>) -> Result<Row, Fault> {
    let odd = |what: &str| Fault::from_error(running(sql), what.to_owned());
    // Asked of the row: a statement prepared before a column was added changes its shape with its first step.
    let columns = row.as_ref().column_count();
    let mut values = Vec::with_capacity(columns);
    for column in 0..columns {
        let value = row
            .get_ref(column)
            .map_err(|error| Fault::from_error(running(sql), error))?;
        values.push(match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Int(number),
            ValueRef::Text(bytes) => match str::from_utf8(bytes) {
                Ok(text) => Value::Text(text.to_owned()),
                Err(_) => return Err(odd("a text is not UTF-8")),
            },
            ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
            ValueRef::Real(_) => return Err(odd("a fraction is no value")),
        });
    }
    Ok(Row::new(values))
}
