//! SQLite's errors as faults.
//!
//! Keeps true: a unique index that says no is named; what may pass by itself (locked by another process, an input or output
//! error) is `Unavailable`, and a full disk `Full`.
//! Not here: retrying.

use std::path::Path;

use qudao_base::{Fault, FaultKind};
use rusqlite::{Connection, Error, ErrorCode, ffi};

use crate::fault::running;

/// The fault of a statement that failed.
pub(super) fn of(connection: &Connection, sql: &str, error: Error) -> Fault {
    if let Some(name) = duplicate(connection, &error) {
        return Fault::new(name).of_kind(FaultKind::Duplicate);
    }
    let mut kind = kind_of(&error);
    if error.sqlite_error_code() == Some(ErrorCode::ReadOnly) && is_reader(connection) {
        kind = FaultKind::Broken;
    }
    Fault::from_error(running(sql), error).of_kind(kind)
}

/// The fault of a file that cannot be opened.
pub(super) fn of_opening(path: &Path, error: Error) -> Fault {
    let kind = kind_of(&error);
    Fault::from_error(format!("cannot open {}", path.display()), error).of_kind(kind)
}

fn kind_of(error: &Error) -> FaultKind {
    if matches!(error, Error::SqliteFailure(_, Some(message)) if message == "integer overflow") {
        return FaultKind::Overflow;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => FaultKind::Full,
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OutOfMemory
            | ErrorCode::ReadOnly
            | ErrorCode::OperationInterrupted
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::FileLockingProtocolFailed,
        ) => FaultKind::Unavailable,
        _ => FaultKind::Broken,
    }
}

fn is_reader(connection: &Connection) -> bool {
    connection
        .pragma_query_value(None, "query_only", |row| row.get::<_, bool>(0))
        .unwrap_or(false)
}

/// The name of the unique index that said no. SQLite tells an index with expressions by name, others by their columns:
/// "UNIQUE constraint failed: table.first, table.second".
fn duplicate(connection: &Connection, error: &Error) -> Option<String> {
    let Error::SqliteFailure(code, Some(message)) = error else {
        return None;
    };
    let told = message.strip_prefix("UNIQUE constraint failed: ")?;
    if let Some(name) = told.strip_prefix("index '") {
        return Some(name.trim_end_matches('\'').to_owned());
    }
    let pairs: Vec<(&str, &str)> = told
        .split(", ")
        .map(|pair| pair.split_once('.'))
        .collect::<Option<_>>()?;
    let table = pairs.first()?.0;
    let columns: Vec<&str> = pairs.iter().map(|pair| pair.1).collect();
    let primary = [
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ffi::SQLITE_CONSTRAINT_ROWID,
    ];
    if primary.contains(&code.extended_code) {
        return Some(format!("{table}_pkey"));
    }
    Some(index_over(connection, table, &columns).unwrap_or_else(|| told.to_owned()))
}

fn index_over(connection: &Connection, table: &str, columns: &[&str]) -> Option<String> {
    let sql = "SELECT list.name, info.name FROM pragma_index_list(?1) AS list \
               JOIN pragma_index_info(list.name) AS info \
               WHERE list.\"unique\" = 1 ORDER BY list.name, info.seqno";
    let mut statement = connection.prepare_cached(sql).ok()?;
    let found = statement
        .query_map([table], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))
        })
        .ok()?
        .collect::<rusqlite::Result<Vec<_>>>()
        .ok()?;
    found
        .chunk_by(|one, other| one.0 == other.0)
        .find(|rows| {
            rows.iter()
                .map(|row| row.1.as_deref())
                .eq(columns.iter().copied().map(Some))
        })
        .and_then(|rows| rows.first())
        .map(|row| row.0.clone())
}
