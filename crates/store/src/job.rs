//! Running the closures callers hand in: panics become faults, and a write inside of a write is refused.
//!
//! Keeps true: whatever a closure does, the thread that runs it lives on. Not here: transactions.

use std::{
    any::Any,
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
};

use qudao_base::{Fault, Result};

thread_local! {
    static WRITING: Cell<bool> = const { Cell::new(false) };
}

/// A fault when the calling thread is inside of a write: on SQLite it would wait for itself for ever.
pub(crate) fn refuse_nested_write() -> Result<()> {
    if WRITING.get() {
        return Err(Fault::new("a write was asked for inside of a write; use a savepoint").into());
    }
    Ok(())
}

/// Runs the closure of a write.
pub(crate) fn run<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    WRITING.set(true);
    // The closure's captures are not used after a panic but to be dropped, and its transaction is rolled back.
    let outcome = catch_unwind(AssertUnwindSafe(work));
    WRITING.set(false);
    outcome.unwrap_or_else(|panic| {
        Err(Fault::new(format!("a write panicked: {}", panic_text(panic.as_ref()))).into())
    })
}

/// What a caught panic says.
pub fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
