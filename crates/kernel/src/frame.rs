//! Actions in progress: each has its entry in the log, the movements and decisions made under it, and the action that caused it.
//!
//! Keeps true: what is moved and decided stands under the innermost action; actions cause each other only so deep.
//! Not here: the order of an action's steps (`pipeline`), how its entry is written (`action_log`).

use qudao_base::{Fault, Id, Result, Value};

use crate::{Cx, action_log::sha256, ledger::movement_line};

/// One action in progress.
#[derive(Debug)]
pub(crate) struct Frame {
    pub entry: Id,
    pub ledger_lines: String,
    pub decision_hashes: Vec<String>,
}

impl Frame {
    const fn new(entry: Id) -> Self {
        Self {
            entry,
            ledger_lines: String::new(),
            decision_hashes: Vec::new(),
        }
    }
}

/// Deepest chain of actions causing actions.
const DEPTH_MAX: usize = 20;

impl Cx<'_> {
    pub(crate) fn open_frame(&mut self) -> Result<Id> {
        if self.frames.len() >= DEPTH_MAX {
            return Err(Fault::new("actions cause each other without end").into());
        }
        let entry = self.new_id();
        self.frames.push(Frame::new(entry));
        Ok(entry)
    }

    pub(crate) fn close_frame(&mut self) -> Option<Frame> {
        self.frames.pop()
    }

    /// How many actions are in progress.
    pub(crate) const fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Closes what a refused action left open, down to the actions that were in progress before it.
    pub(crate) fn abandon(&mut self, depth: usize) {
        self.frames.truncate(depth);
        if depth == 0 {
            self.pending.clear();
        }
    }

    pub(crate) fn cause(&self) -> Option<Id> {
        self.frames.last().map(|frame| frame.entry)
    }

    pub(crate) fn current_entry(&mut self) -> Id {
        if self.frames.is_empty() {
            let entry = self.new_id();
            self.frames.push(Frame::new(entry));
        }
        self.frames
            .last()
            .map_or_else(Id::default, |frame| frame.entry)
    }

    pub(crate) fn note_movement(&mut self, movement: &[Value]) {
        if let Some(frame) = self.frames.last_mut() {
            frame.ledger_lines.push_str(&movement_line(movement));
        }
    }

    pub(crate) fn note_decision(&mut self, id: Id, content: &str) {
        if let Some(frame) = self.frames.last_mut() {
            frame.decision_hashes.push(sha256(content));
        }
        self.decisions.push(id);
    }

    /// A fault when something was moved or decided that no entry will tell of.
    pub(crate) fn check_frames(&self) -> Result<()> {
        let is_used =
            |frame: &Frame| !frame.ledger_lines.is_empty() || !frame.decision_hashes.is_empty();
        if self.frames.iter().any(is_used) {
            return Err(
                Fault::new("the ledger or decision log was written outside of an action").into(),
            );
        }
        Ok(())
    }
}
