//! Proof that the database says what happened: rows, ledger and decisions against the action log, the log against its seal.
//!
//! Keeps true: editing or adding any row is found, whatever its table; so is removing one of a declared object, a ledger movement,
//! a decision, a log entry or a block. Removing the newest blocks together with all they cover is found with a head kept
//! elsewhere. Not found: a session, link, key of a repeated request or note of a job that is gone, as when it is swept.

mod bound;
mod chain;
mod entries;
mod own_rows;
mod rows;

use std::sync::Arc;

use qudao_base::{Actor, Result};
use serde_json::{Value as Json, json};

use crate::{Kernel, ledger};

/// What a verification looked at and found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Log entries checked.
    pub entries: i64,
    /// Rows of declared objects checked.
    pub rows: i64,
    /// Blocks checked.
    pub blocks: i64,
    /// One sentence per broken promise.
    pub broken: Vec<String>,
}

impl Report {
    fn broken(&mut self, sentence: impl Into<String>) {
        self.broken.push(sentence.into());
    }

    /// As JSON.
    pub fn json(&self) -> Json {
        json!({ "entries": self.entries, "rows": self.rows, "blocks": self.blocks, "broken": self.broken })
    }
}

impl Kernel {
    /// Seals what is unsealed, then checks everything. `head`: a chain head kept elsewhere, if any.
    pub fn verify(self: &Arc<Self>, head: Option<&Json>) -> Result<Report> {
        self.seal()?;
        self.read(&Actor::system(), |cx| {
            let mut report = Report::default();
            let latest = entries::check(cx, &mut report)?;
            rows::check(cx, &latest, &mut report)?;
            own_rows::check(cx, &latest, &mut report)?;
            bound::check(cx, &mut report)?;
            chain::check(cx, head, &mut report)?;
            report.broken.extend(ledger::proof::verify(cx)?);
            for (name, check) in &cx.kernel().registry.verifies {
                report.broken.extend(
                    check(cx)?
                        .into_iter()
                        .map(|broken| format!("{name}: {broken}")),
                );
            }
            Ok(report)
        })
    }
}
