//! PostgreSQL's errors as faults.
//!
//! Keeps true: the kind follows the error's code, never its translated text; details of the server, which quote values, stay out.
//! Not here: retrying.

use qudao_base::{Fault, FaultKind};
use tokio_postgres::{Error, error::DbError, error::SqlState};

use crate::fault::{running, unavailable_because};

/// The fault of a statement that failed.
pub(super) fn of(sql: &str, error: Error) -> Fault {
    let Some(told) = error.as_db_error() else {
        // Without a word from the server: the connection broke, or a parameter or column has a type we do not know.
        return if error.is_closed() || is_broken(&error) {
            unavailable_because(running(sql), error)
        } else {
            Fault::from_error(running(sql), error)
        };
    };
    if *told.code() == SqlState::UNIQUE_VIOLATION
        && let Some(name) = told.constraint()
    {
        return Fault::new(name).of_kind(FaultKind::Duplicate);
    }
    let kind = if is_stale_plan(&error) {
        FaultKind::Retry
    } else {
        kind_of(told)
    };
    let cause = format!("{}: {}", told.code().code(), told.message());
    Fault::from_error(running(sql), cause).of_kind(kind)
}

/// True when a column was added under a prepared `SELECT *`: prepared anew it will run.
pub(super) fn is_stale_plan(error: &Error) -> bool {
    error
        .as_db_error()
        .is_some_and(|told| told.routine() == Some("RevalidateCachedQuery"))
}

fn is_broken(error: &Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<std::io::Error>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

fn kind_of(told: &DbError) -> FaultKind {
    let code = told.code();
    if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        return FaultKind::Retry;
    }
    if *code == SqlState::NUMERIC_VALUE_OUT_OF_RANGE {
        return FaultKind::Overflow;
    }
    if *code == SqlState::DISK_FULL {
        return FaultKind::Full;
    }
    // Connection trouble, insufficient resources (too many connections), operator intervention (shutdown, cancelled by
    // the time limit), errors of the system below, a lock not to be had.
    let passing = ["08", "53", "57", "58", "55P03"];
    if passing.iter().any(|start| code.code().starts_with(start)) {
        FaultKind::Unavailable
    } else {
        FaultKind::Broken
    }
}
