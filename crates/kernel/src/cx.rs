//! What a rule may do: the one handle on time, identity, settings, records, ledger and decisions inside a transaction.
//!
//! Keeps true: everything a rule does happens in the caller's transaction and under the entry of the action being done.
//! Not here: permissions of people (`access`); what rules do through `Cx` they do as the system.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use qudao_base::{Actor, Date, Fault, Id, Instant, Refusal, Result, Value};
use qudao_store::Row;

use crate::{
    Change, Connection, Decision, Kernel, Record, Typed,
    action_log::sha256,
    appends::Appends,
    ledger::{Ledger, movement_line},
    memory::Memory,
    pipeline,
    projection::Waiting,
    settings::Settings,
};

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

/// The context of one transaction or snapshot.
pub struct Cx<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) connection: &'a mut dyn Connection,
    actor: Actor,
    now: Instant,
    frames: Vec<Frame>,
    /// Children of records being written, not yet saved.
    pub(crate) pending: HashMap<(String, Id), Vec<Record>>,
    changes: Vec<Change>,
    pub(crate) decisions: Vec<Id>,
    /// Decisions that refused what is being done, to be kept after the rollback.
    pub(crate) refused: Vec<Decision>,
    pub(crate) appends: Appends,
    pub(crate) memory: Memory,
    pub(crate) waiting: Waiting,
    pub(crate) settings: Option<Settings>,
}

impl std::fmt::Debug for Cx<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Cx")
            .field("actor", &self.actor)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// Deepest chain of actions causing actions.
const DEPTH_MAX: usize = 20;

impl<'a> Cx<'a> {
    pub(crate) fn new(
        kernel: &'a Kernel,
        connection: &'a mut dyn Connection,
        actor: Actor,
    ) -> Self {
        let now = kernel.clock.now();
        Self {
            kernel,
            connection,
            actor,
            now,
            frames: Vec::new(),
            pending: HashMap::new(),
            changes: Vec::new(),
            decisions: Vec::new(),
            refused: Vec::new(),
            appends: Appends::default(),
            memory: Memory::default(),
            waiting: Waiting::default(),
            settings: None,
        }
    }

    /// The site's kernel.
    pub const fn kernel(&self) -> &'a Kernel {
        self.kernel
    }

    /// The moment of this transaction; the same for all of it.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Sets the moment, for demo data and imports that happened in the past.
    pub(crate) const fn set_now(&mut self, now: Instant) {
        self.now = now;
    }

    /// The business date of this transaction.
    pub fn today(&self) -> Date {
        self.now.date(&self.kernel.site.zone).unwrap_or_default()
    }

    /// The site's time zone.
    pub const fn zone(&self) -> &TimeZone {
        &self.kernel.site.zone
    }

    /// Who asked for this.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// A new identity.
    pub fn new_id(&self) -> Id {
        self.kernel.ids.next(self.kernel.clock.as_ref())
    }

    /// Does the work with another actor, usually the system, and returns to the present one.
    pub fn as_actor<T>(
        &mut self,
        actor: Actor,
        work: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let before = std::mem::replace(&mut self.actor, actor);
        let result = work(self);
        self.actor = before;
        result
    }

    /// Rows of portable SQL with `?` parameters, unseen by permissions.
    pub fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        self.catch_up(Some(sql))?;
        self.connection.query(sql, parameters)
    }

    pub(crate) fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64> {
        self.catch_up(Some(sql))?;
        self.connection.execute(sql, parameters)
    }

    pub(crate) fn execute_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        self.catch_up(Some(sql))?;
        self.connection.execute_many(sql, rows)
    }

    /// Writes what was kept back and a statement would look at; everything without a statement.
    fn catch_up(&mut self, sql: Option<&str>) -> Result<()> {
        self.write_projections(sql)?;
        self.write_appends(sql)
    }

    pub(crate) fn lock_clause(&self) -> &'static str {
        self.connection.lock_clause()
    }

    /// The record of the id, whoever asks.
    ///
    /// # Errors
    /// Not found.
    pub fn get<T: Typed>(&mut self, id: Id) -> Result<T> {
        if let Some(record) = self.memory.record(T::OBJECT, id) {
            return T::from_record(record);
        }
        let mut found = self.find_records(T::OBJECT, "t.id = ?", &[id.into()])?;
        let record = found
            .pop()
            .ok_or_else(|| Refusal::not_found().with("object", T::OBJECT))?;
        self.memory.keep(&record);
        T::from_record(&record)
    }

    /// Records that meet a portable SQL condition with `?` parameters; it may end in ORDER BY and LIMIT.
    pub fn find<T: Typed>(&mut self, condition: &str, parameters: &[Value]) -> Result<Vec<T>> {
        self.find_records(T::OBJECT, condition, parameters)?
            .iter()
            .map(T::from_record)
            .collect()
    }

    /// Records that meet the condition, locked in order of id until the transaction ends, and as they are once locked: who
    /// divides what they hold must not divide it with somebody else. The condition takes no ORDER BY.
    pub fn lock<T: Typed>(&mut self, condition: &str, parameters: &[Value]) -> Result<Vec<T>> {
        let lock = self.lock_clause();
        let condition = format!("({condition}) ORDER BY t.id{lock}");
        let found = self.find_records(T::OBJECT, &condition, parameters)?;
        for record in &found {
            self.memory.forget(record.id);
            self.memory.keep(record);
        }
        found.iter().map(T::from_record).collect()
    }

    pub(crate) fn find_records(
        &mut self,
        object: &str,
        condition: &str,
        parameters: &[Value],
    ) -> Result<Vec<Record>> {
        let model = self.kernel.model(object)?;
        let sql = format!(
            "SELECT {} FROM {} t WHERE {condition}",
            model.columns,
            model.table()
        );
        self.query(&sql, parameters)?
            .into_iter()
            .map(|row| model.record(row))
            .collect()
    }

    /// Children of a record: the pending ones while it is being written, else the stored ones in order of entry.
    pub fn lines<L: Typed>(&mut self, parent: Id) -> Result<Vec<L>> {
        self.line_records(L::OBJECT, parent)?
            .iter()
            .map(L::from_record)
            .collect()
    }

    pub(crate) fn line_records(&mut self, child: &str, parent: Id) -> Result<Vec<Record>> {
        if let Some(pending) = self.pending.get(&(child.to_owned(), parent)) {
            return Ok(pending.clone());
        }
        if let Some(list) = self.memory.list(child, parent) {
            return Ok(list.clone());
        }
        let object = self.kernel.catalog.require(child)?;
        let link = object
            .child_of
            .as_ref()
            .ok_or_else(|| Fault::new(format!("{child} is no child table")))?;
        let condition = format!("t.{} = ? ORDER BY t.id", crate::model::quoted(&link.link));
        let list = self.find_records(child, &condition, &[parent.into()])?;
        self.memory.keep_list(child, parent, &list);
        Ok(list)
    }

    /// Replaces the children of the record being written; they are saved with it. A line whose id is 0 is new.
    pub fn set_lines<L: Typed>(&mut self, parent: Id, lines: Vec<L>) -> Result<()> {
        let object = self.kernel.catalog.require(L::OBJECT)?;
        let records = lines
            .iter()
            .map(|line| {
                let (id, version) = line.key();
                Record {
                    object: std::sync::Arc::clone(object),
                    id,
                    version,
                    values: line.to_values(),
                }
            })
            .collect();
        self.pending.insert((L::OBJECT.to_owned(), parent), records);
        Ok(())
    }

    /// Creates a record through the whole write path, as the system.
    pub fn create<T: Typed>(&mut self, record: &T) -> Result<T> {
        pipeline::create_typed(self, record, |_, _| Ok(()))
    }

    /// Creates a record with its children.
    pub fn create_with_lines<T: Typed, L: Typed>(
        &mut self,
        record: &T,
        lines: Vec<L>,
    ) -> Result<T> {
        pipeline::create_typed(self, record, move |cx, id| cx.set_lines(id, lines))
    }

    /// Does an action (or `update`) on a record through the whole write path, as the system.
    pub fn act<T: Typed>(
        &mut self,
        id: Id,
        action: &str,
        change: impl FnOnce(&mut T),
    ) -> Result<T> {
        pipeline::act_typed(self, id, action, change)
    }

    /// The ledger.
    pub const fn ledger(&mut self) -> Ledger<'_, 'a> {
        Ledger(self)
    }

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

    pub(crate) fn note_change(&mut self, object: &str) {
        if !self.changes.iter().any(|change| change.object == object) {
            self.changes.push(Change {
                object: object.to_owned(),
            });
        }
    }

    pub(crate) fn finish(&mut self) -> Result<Vec<Change>> {
        if self
            .frames
            .iter()
            .any(|frame| !frame.ledger_lines.is_empty() || !frame.decision_hashes.is_empty())
        {
            return Err(
                Fault::new("the ledger or decision log was written outside of an action").into(),
            );
        }
        self.catch_up(None)?;
        Ok(std::mem::take(&mut self.changes))
    }
}
