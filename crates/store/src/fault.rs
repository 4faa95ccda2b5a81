//! Faults as this crate words them.
//!
//! Keeps true: a message carries the statement but never its parameters, which may be personal data.
//! Not here: how each database's errors are told apart; see `sqlite/fault.rs` and `postgres/fault.rs`.

use std::error::Error;

use qudao_base::{Fault, FaultKind};

/// As much of a statement as a log line can bear, in characters.
const STATEMENT_LENGTH_MAX: usize = 300;

/// Try later under the same idempotency key.
pub(crate) fn unavailable(message: impl Into<String>) -> Fault {
    Fault::new(message).of_kind(FaultKind::Unavailable)
}

/// Try later, with the cause.
pub(crate) fn unavailable_because(
    message: impl Into<String>,
    cause: impl Into<Box<dyn Error + Send + Sync>>,
) -> Fault {
    Fault::from_error(message, cause).of_kind(FaultKind::Unavailable)
}

/// The beginning of a message about a statement.
pub(crate) fn running(sql: &str) -> String {
    let start: String = sql.chars().take(STATEMENT_LENGTH_MAX).collect();
    format!("cannot run `{start}`")
}
