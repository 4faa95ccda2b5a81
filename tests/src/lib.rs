//! The harness: the whole product in one process on a database of its own, spoken to through its HTTP router.
//!
//! Keeps true: what a test does, a client could do; only setting the scene (`the system …`, users, settings) goes around
//! permissions, and nothing goes around rules. Each database is empty at first and gone afterwards.
//! Not here: the suites (`suites/`), scenarios (beside the declarations they describe).

mod answer;
mod app;
mod feature;
mod pattern;
mod race;
pub mod sample;
mod scenario;
mod steps;
mod value;
mod workbook;

pub use answer::Answer;
pub use app::{Ask, File, Place, TestApp};
pub use feature::{Case, cases};
pub use scenario::run;
pub use value::same_number;

/// What a test says when it fails.
pub type Checked<T = ()> = Result<T, String>;

/// A failure unless the condition holds.
pub fn require(condition: bool, message: impl FnOnce() -> String) -> Checked {
    if condition { Ok(()) } else { Err(message()) }
}
