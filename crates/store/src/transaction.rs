//! What a closure of `Store::read` and `Store::write` works with.
//!
//! Keeps true: a reader cannot write; after a statement failed, everything but going back to a savepoint is refused, on SQLite
//! too, so that code tested there means the same on PostgreSQL.
//! Not here: beginning, committing, retrying; see `sqlite` and `postgres`.

use qudao_base::{Fault, FaultKind, Result, Stop, Value};

use crate::{Dialect, Query, Row, session::Session, store::Counters};

/// Reads one consistent state of the database: nothing that is committed meanwhile is seen.
pub struct Reader<'a> {
    session: Session<'a>,
    counters: &'a Counters,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(session: Session<'a>, counters: &'a Counters) -> Self {
        Self { session, counters }
    }
}

impl Query for Reader<'_> {
    fn dialect(&self) -> Dialect {
        self.session.dialect()
    }

    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        self.counters.stated();
        self.session.query(sql, parameters)
    }
}

/// What rows are locked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowLock {
    /// To be changed: others may link to them meanwhile.
    Change,
    /// To be deleted: nobody links to them meanwhile.
    Delete,
    /// To be linked to: nobody deletes them meanwhile, whatever else changes.
    Link,
}

/// Reads and writes; all of it is kept or nothing.
pub struct Transaction<'a> {
    session: Session<'a>,
    counters: &'a Counters,
    poison: Option<FaultKind>,
    touched: bool,
}

impl<'a> Transaction<'a> {
    pub(crate) const fn new(session: Session<'a>, counters: &'a Counters) -> Self {
        Self {
            session,
            counters,
            poison: None,
            touched: false,
        }
    }

    /// True when a statement ran that may have changed something.
    pub(crate) const fn is_touched(&self) -> bool {
        self.touched
    }

    /// What sort of fault a statement ended in, when nobody went back to a savepoint since.
    pub(crate) const fn poison(&self) -> Option<FaultKind> {
        self.poison
    }

    /// Runs a statement that answers no rows; how many rows it touched.
    pub fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64> {
        self.touched = true;
        self.guarded(|session| session.execute(sql, parameters))
    }

    /// Runs the statement for each row of parameters, on PostgreSQL many at a time and without waiting for each answer; how many
    /// rows were touched in all.
    pub fn execute_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        self.touched = true;
        self.guarded(|session| session.execute_many(sql, rows))
    }

    /// Like [`Self::execute_many`] for an update of rows by id and version, each another one, in whatever order.
    pub fn update_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        self.touched = true;
        self.guarded(|session| session.update_many(sql, rows))
    }

    /// Like [`Self::execute_many`] for a statement that answers rows: what each row of parameters answered, in their order.
    pub fn query_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<Vec<Row>>> {
        self.touched = true;
        self.guarded(|session| session.query_many(sql, rows))
    }

    /// Runs the work so that it can be undone alone: when it stops, what it wrote is gone and this transaction goes on.
    pub fn savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.batch("SAVEPOINT inner_step")?;
        let outcome = work(self);
        let outcome = match (outcome, self.poison) {
            (Ok(_), Some(kind)) => Err(poisoned(kind)),
            (outcome, _) => outcome,
        };
        if outcome.is_ok() {
            self.batch("RELEASE SAVEPOINT inner_step")?;
        } else {
            // A database that asks for the whole transaction again (deadlock) is not content with a part of it.
            let again = self.poison.filter(|kind| {
                matches!(
                    kind,
                    FaultKind::Retry | FaultKind::Unavailable | FaultKind::Full
                )
            });
            self.poison = None;
            self.batch("ROLLBACK TO SAVEPOINT inner_step; RELEASE SAVEPOINT inner_step")?;
            self.poison = again;
        }
        outcome
    }

    /// What a `SELECT` ends with to lock its rows until this transaction ends. On SQLite nothing: there is one writer.
    pub const fn lock_clause(&self, lock: RowLock) -> &'static str {
        match (self.session.dialect(), lock) {
            (Dialect::Sqlite, _) => "",
            (Dialect::Postgres, RowLock::Change) => " FOR NO KEY UPDATE",
            (Dialect::Postgres, RowLock::Delete) => " FOR UPDATE",
            (Dialect::Postgres, RowLock::Link) => " FOR KEY SHARE",
        }
    }

    /// Statements without parameters, not prepared.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.touched = true;
        self.guarded(|session| session.batch(sql))
    }

    /// For migrations.
    pub(crate) fn lift_deadline(&mut self) -> Result<()> {
        self.guarded(Session::lift_deadline)
    }

    fn guarded<T>(&mut self, work: impl FnOnce(&mut Session<'a>) -> Result<T>) -> Result<T> {
        if let Some(kind) = self.poison {
            return Err(poisoned(kind));
        }
        self.counters.stated();
        let outcome = work(&mut self.session);
        if let Err(Stop::Fault(fault)) = &outcome {
            self.poison = Some(fault.kind);
        }
        outcome
    }
}

impl Query for Transaction<'_> {
    fn dialect(&self) -> Dialect {
        self.session.dialect()
    }

    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        // An insert may answer rows, too.
        self.touched |= !sql.starts_with("SELECT ");
        self.guarded(|session| session.query(sql, parameters))
    }
}

/// What everything answers after a statement failed.
pub(crate) fn poisoned(kind: FaultKind) -> Stop {
    // The message of a duplicate names its index, and here none is known.
    let kind = if kind == FaultKind::Duplicate {
        FaultKind::Broken
    } else {
        kind
    };
    Fault::new("a statement of this transaction failed: it can only be rolled back")
        .of_kind(kind)
        .into()
}
