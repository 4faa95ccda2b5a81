//! What a rule may do: the one handle on time, identity, settings, records, ledger and decisions inside a transaction.
//!
//! Keeps true: everything a rule does happens in the caller's transaction and under the entry of the action being done.
//! Not here: how records are found (`find`), which actions are in progress (`frame`), permissions of people (`access`): what rules
//! do through `Cx` they do as the system.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use qudao_base::{Actor, Date, Id, Instant, Result, Value};
use qudao_store::{Row, RowLock};

use crate::{
    Change, Connection, Decision, Kernel, Record, Typed,
    appends::Appends,
    frame::Frame,
    ledger::{AccountIds, Ledger},
    look::Look,
    memory::Memory,
    number::NumbersTaken,
    pipeline,
    projection::Waiting,
    recall::Writing,
    save,
    settings::Settings,
    summary::Days,
};

/// The context of one transaction or snapshot.
pub struct Cx<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) connection: &'a mut dyn Connection,
    actor: Actor,
    now: Instant,
    pub(crate) frames: Vec<Frame>,
    /// Children of records being written, not yet saved.
    pub(crate) pending: HashMap<(String, Id), Vec<Record>>,
    changes: Vec<Change>,
    pub(crate) decisions: Vec<Id>,
    /// Decisions that refused what is being done, to be kept after the rollback.
    pub(crate) refused: Vec<Decision>,
    pub(crate) appends: Appends,
    pub(crate) memory: Memory,
    pub(crate) waiting: Waiting,
    /// Projections are being written.
    pub(crate) projecting: bool,
    /// Ledger accounts this transaction looked up or opened.
    pub(crate) found_accounts: AccountIds,
    pub(crate) settings: Option<Settings>,
    pub(crate) writing: Writing,
    pub(crate) numbers: NumbersTaken,
    /// Days rows were written of.
    pub(crate) days: Days,
}

impl std::fmt::Debug for Cx<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Cx")
            .field("actor", &self.actor)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

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
            projecting: false,
            found_accounts: AccountIds::default(),
            settings: None,
            writing: Writing::default(),
            numbers: NumbersTaken::default(),
            days: Days::default(),
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
        if let Some(known) = self.recall(sql, parameters)? {
            return Ok(known);
        }
        self.catch_up(Look::Statement(sql))?;
        self.connection.query(sql, parameters)
    }

    /// Rows as the database itself has them, whatever is remembered: of those being locked, or about to be written over. On
    /// `PostgreSQL` the question may wait for somebody else's lock, and what they changed is known from then on.
    pub(crate) fn query_anew(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        self.catch_up(Look::Statement(sql))?;
        let rows = self.connection.query(sql, parameters)?;
        self.waited();
        Ok(rows)
    }

    pub(crate) fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64> {
        self.catch_up(Look::Statement(sql))?;
        self.connection.execute(sql, parameters)
    }

    pub(crate) fn execute_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        self.catch_up(Look::Statement(sql))?;
        self.connection.execute_many(sql, rows)
    }

    /// Writes what was kept back of what is about to be looked at.
    pub(crate) fn catch_up(&mut self, look: Look<'_>) -> Result<()> {
        self.write_projections(look)?;
        self.write_appends(look)
    }

    pub(crate) fn lock_clause(&self) -> &'static str {
        self.lock_for(RowLock::Change)
    }

    pub(crate) fn lock_for(&self, lock: RowLock) -> &'static str {
        self.connection.lock_clause(lock)
    }

    /// Creates a record through the whole write path, as the system.
    pub fn create<T: Typed>(&mut self, record: &T) -> Result<T> {
        pipeline::create_typed(self, record, |_, _| Ok(()))
    }

    /// Adds records that only repeat what other records say, in one statement: of an object that is not logged, has neither number nor
    /// states, and that no rule watches. Its pack's `verify` compares it with its source.
    ///
    /// # Errors
    /// A fault for any other object.
    pub fn repeat<T: Typed>(&mut self, rows: &[T]) -> Result<()> {
        save::repeat(self, rows)
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

    pub(crate) fn note_change(&mut self, object: &str) {
        if !self.changes.iter().any(|change| change.object == object) {
            self.changes.push(Change {
                object: object.to_owned(),
            });
        }
    }

    pub(crate) fn finish(&mut self) -> Result<Vec<Change>> {
        self.check_frames()?;
        self.catch_up(Look::Everything)?;
        self.mark_days()?;
        self.stamp_written()?;
        Ok(std::mem::take(&mut self.changes))
    }
}
