//! Proof that the database says what happened: rows, ledger and decisions against the action log, the log against its seal.
//!
//! Keeps true: editing or adding any row is found, whatever its table, also once an action has written over the edit; so is
//! removing one of a declared object, a ledger movement, a decision, a log entry or a block. Removing the newest blocks together
//! with all they cover is found with a head kept elsewhere. Not found: a session, link, key of a repeated request, note of a job or
//! notice that is gone, as when it is swept; a mark that a day is to be summed anew.

mod bound;
mod chain;
mod entries;
mod own_rows;
mod rows;

use std::sync::Arc;

use qudao_base::{Actor, FaultKind, Result, Stop};
use qudao_store::schema::diff;
use serde_json::{Value as Json, json};

use crate::{Kernel, ledger, schema::schema, summary};

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
        let mut report = Report::default();
        self.check_tables(&mut report)?;
        self.read(&Actor::system(), |cx| {
            cx.ask_anew();
            let latest = entries::check(cx, &mut report)?;
            rows::check(cx, &latest, &mut report)?;
            own_rows::check(cx, &latest, &mut report)?;
            bound::check(cx, &mut report)?;
            chain::check(cx, head, &mut report)?;
            report.broken.extend(ledger::proof::verify(cx)?);
            report.broken.extend(summary::verify(cx)?);
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

    /// The memory of the tables is what the next migration starts from.
    fn check_tables(&self, report: &mut Report) -> Result<()> {
        let declared = schema(&self.catalog)?;
        match self.store.schema() {
            Ok(remembered) if diff(&remembered, &declared).is_empty() => {}
            Err(Stop::Fault(fault)) if fault.kind == FaultKind::Unavailable => {
                return Err(Stop::Fault(fault));
            }
            _ => {
                report.broken("the tables the database remembers are not those of this version");
            }
        }
        Ok(())
    }
}
