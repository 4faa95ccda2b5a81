//! The kernel's truths on a small pack of its own, on SQLite always and on PostgreSQL when `QUDAO_TEST_POSTGRES` names one.
//!
//! Each test takes a fresh site per database; nothing here knows a shipped pack.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod declared;
mod files;
mod jobs;
mod keys;
mod ledger;
mod limits;
mod neighbours;
mod numbers;
mod partitions;
mod proof;
mod reach;
mod reading;
mod recall;
mod sessions;
mod site;
mod summaries;
mod through;
mod transaction;
mod workbooks;
mod writing;
