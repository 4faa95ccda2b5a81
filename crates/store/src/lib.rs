//! The only crate that speaks SQL: one small blocking face over SQLite and PostgreSQL.
//!
//! Keeps true: a write is answered only after its commit; what reads cannot write (`Reader` has no `execute`); after a failed
//! statement a transaction can only be rolled back, on both databases alike; no statement waits longer than its deadline.
//! Not here: what a declared object is, who may see which row, any business name.

pub mod archive;
pub mod backup;
mod durability;
mod fault;
mod job;
mod migration;
mod partition;
mod postgres;
mod row;
pub mod schema;
mod session;
pub mod sql;
mod sqlite;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod transaction;

pub use durability::Durability;
pub use job::panic_text;
pub use row::{Query, Row};
pub use schema::{Change, Schema};
pub use sql::{Dialect, quote};
pub use store::{Options, ReplicaStatistics, Statistics, Store};
pub use transaction::{Reader, RowLock, Transaction};
