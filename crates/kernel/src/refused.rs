//! Decisions that refuse: kept although what they refused is rolled back.
//!
//! Keeps true: why somebody was refused stands in the log with who asked and when, in a transaction of its own after the
//! rollback, under an entry that changes nothing; a repeated request leaves another one.
//! Not here: refusals without a decision, which say all there is to say themselves.

use std::sync::Arc;

use qudao_base::{Actor, Fault, Refusal, Result, Stop};

use crate::{Cx, Decision, Kernel, action_log::Entry, lines::Saved};

/// The action in the log under which a refusing decision stands.
pub(crate) const REFUSED: &str = "refused";

impl Cx<'_> {
    /// Refuses with a decision, which is kept if the record has been saved before.
    pub fn refuse(&mut self, decision: Decision, refusal: Refusal) -> Stop {
        self.refused.push(decision);
        refusal.into()
    }

    fn log_refused(&mut self, decision: Decision) -> Result<()> {
        let condition = format!("t.id = ?{}", self.lock_clause());
        let found =
            self.find_records_anew(decision.object, &condition, &[decision.record.into()])?;
        let Some(record) = found.first() else {
            return Ok(());
        };
        self.open_frame()?;
        self.decide(decision)?;
        let frame = self
            .close_frame()
            .ok_or_else(|| Fault::new("a refusal lost its frame"))?;
        self.log(&Entry {
            id: frame.entry,
            cause: None,
            action: REFUSED,
            record,
            before: Some(record),
            lines: &Saved::default(),
            ledger_lines: &frame.ledger_lines,
            decision_hashes: &frame.decision_hashes,
        })
    }
}

impl Kernel {
    /// Writes what refused an action, after its transaction. The refusal is answered whether this succeeds or not.
    pub(crate) fn keep_refused(self: &Arc<Self>, actor: &Actor, refused: Vec<Decision>) {
        if refused.is_empty() {
            return;
        }
        let kept = self.write(actor, move |cx| {
            let mut each = refused.iter().cloned();
            each.try_for_each(|decision| cx.log_refused(decision))
        });
        if let Err(stop) = kept {
            tracing::error!(%stop, "the decision of a refusal could not be kept");
        }
    }
}
