//! The writer thread: many waiting writes share one commit, and so one wait for the disk.
//!
//! Keeps true: a write that stops or panics takes nothing with it, nor does it leave anything behind; nobody is answered
//! before the commit; when the commit fails, everybody of the group is told `Unavailable` or `Full`, even who was refused (the refusal may
//! rest on what a neighbour wrote and lost).
//! Not here: retrying; the caller does, under the same idempotency key.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvError, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use qudao_base::{Fault, FaultKind, Result};
use rusqlite::Connection;

use super::{closed, statement::batch};
use crate::{
    Options, Transaction,
    archive::SharedTail,
    fault::{unavailable, unavailable_because},
    job,
    session::Session,
    store::Counters,
    transaction::poisoned,
};

pub(super) struct Writer {
    queue: SyncSender<Box<dyn Work>>,
    counters: Arc<Counters>,
    thread: JoinHandle<()>,
}

/// The promise of an answer.
pub(super) struct Answer<T>(Receiver<Result<T>>);

impl<T> Answer<T> {
    /// Waits until the write is committed or has failed.
    pub fn wait(self) -> Result<T> {
        self.0
            .recv()
            .unwrap_or_else(|RecvError| Err(closed().into()))
    }
}

/// A write that waits in the queue.
trait Work: Send {
    /// Does it; true when it is to be kept.
    fn run(&mut self, transaction: &mut Transaction<'_>) -> bool;
    /// Answers who waits: with what `run` brought, or with why the group was lost.
    fn answer(self: Box<Self>, lost: Option<&Lost>);
}

struct Job<T, F> {
    work: F,
    outcome: Option<Result<T>>,
    reply: SyncSender<Result<T>>,
}

impl<T: Send, F: Fn(&mut Transaction<'_>) -> Result<T> + Send> Work for Job<T, F> {
    fn run(&mut self, transaction: &mut Transaction<'_>) -> bool {
        let outcome = job::run(|| (self.work)(transaction));
        let outcome = match (outcome, transaction.poison()) {
            (Ok(_), Some(kind)) => Err(poisoned(kind)),
            (outcome, _) => outcome,
        };
        self.outcome.insert(outcome).is_ok()
    }

    fn answer(self: Box<Self>, lost: Option<&Lost>) {
        let outcome = match (lost, self.outcome) {
            (None, Some(outcome)) => outcome,
            (Some(lost), _) => Err(lost.fault().into()),
            (None, None) => Err(unavailable("the write was not run").into()),
        };
        // Nobody listens any more when the caller's thread has died; the write is done all the same.
        let _ = self.reply.send(outcome);
    }
}

/// Why a whole group was lost.
struct Lost {
    why: String,
    /// The disk has no room.
    is_full: bool,
}

impl Lost {
    fn fault(&self) -> Fault {
        let fault = unavailable(&self.why);
        if self.is_full {
            fault.of_kind(FaultKind::Full)
        } else {
            fault
        }
    }
}

impl From<&Fault> for Lost {
    fn from(fault: &Fault) -> Self {
        Self {
            why: fault.to_string(),
            is_full: fault.kind == FaultKind::Full,
        }
    }
}

impl Writer {
    pub fn start(
        (connection, archive): (Connection, Option<Arc<SharedTail>>),
        options: &Options,
        counters: Arc<Counters>,
    ) -> Result<Self> {
        let (queue, waiting) = sync_channel(options.queue.max(1));
        let group = options.group.max(1);
        let mut groups = Groups {
            connection,
            careful: 0,
            waiting,
            group,
            counters: Arc::clone(&counters),
            archive,
        };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || groups.serve())
            .map_err(|error| unavailable_because("cannot start the writer thread", error))?;
        Ok(Self {
            queue,
            counters,
            thread,
        })
    }

    pub fn submit<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>> {
        let (reply, answer) = sync_channel(1);
        let job = Job {
            work,
            outcome: None,
            reply,
        };
        // Counted before it is sent: the writer may take it at once.
        self.counters.queued();
        self.queue.try_send(Box::new(job)).map_err(|error| {
            self.counters.taken();
            match error {
                TrySendError::Full(_) => unavailable("too many writes are waiting"),
                TrySendError::Disconnected(_) => closed(),
            }
        })?;
        Ok(Answer(answer))
    }

    /// Waits until everything in the queue is written and the log is folded into the file.
    pub fn finish(self) {
        drop(self.queue);
        // The last owner of the store may be a write itself; the thread cannot wait for its own end.
        if self.thread.thread().id() != thread::current().id() && self.thread.join().is_err() {
            tracing::error!("the writer thread panicked");
        }
    }
}

/// Groups written with savepoints after one that had to be done again: where writes are refused, others will be.
const CAREFUL_GROUPS: usize = 16;

/// How a group came out before its commit.
enum End {
    Ready,
    Spoilt,
}

struct Groups {
    connection: Connection,
    careful: usize,
    waiting: Receiver<Box<dyn Work>>,
    group: usize,
    counters: Arc<Counters>,
    /// Where the database is archived: the log is folded in when it has been.
    archive: Option<Arc<SharedTail>>,
}

impl Groups {
    fn serve(&mut self) {
        while let Ok(first) = self.waiting.recv() {
            self.counters.taken();
            self.write_group(first);
            if let Some(archive) = &self.archive {
                archive.checkpoint_if_wanted(&self.connection);
            }
        }
        if self.archive.is_some() {
            return;
        }
        // Whoever reads beside this must not make the other writers wait.
        let _ = self.connection.busy_timeout(Duration::ZERO);
        let folded = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = folded {
            tracing::warn!(%error, "the write-ahead log was not folded into the file");
        }
    }

    /// The next write, if one waits.
    fn take(&self) -> Option<Box<dyn Work>> {
        let work = self.waiting.try_recv().ok()?;
        self.counters.taken();
        Some(work)
    }

    /// Writes a group, first without savepoints: most groups hold no write that stops after it has changed something, and a
    /// savepoint costs a copy of every page touched. When one does, the group is taken back and done again with savepoints.
    fn write_group(&mut self, first: Box<dyn Work>) {
        let mut group = vec![first];
        let careful = self.careful > 0;
        self.careful = self.careful.saturating_sub(1);
        let outcome = match self.try_group(&mut group, careful) {
            Ok(End::Spoilt) => {
                self.careful = CAREFUL_GROUPS;
                self.roll_back();
                if group.len() == 1 {
                    Ok(())
                } else {
                    let again = batch(&self.connection, "BEGIN IMMEDIATE")
                        .and_then(|()| self.run_all(&mut group));
                    again.and_then(|()| batch(&self.connection, "COMMIT"))
                }
            }
            Ok(End::Ready) => batch(&self.connection, "COMMIT"),
            Err(fault) => Err(fault),
        };
        match &outcome {
            Ok(()) => self.counters.committed(group.len()),
            Err(fault) => {
                tracing::error!(%fault, writes = group.len(), "a group of writes was lost");
                self.roll_back();
            }
        }
        let lost = outcome.as_ref().err().map(Lost::from);
        for work in group {
            work.answer(lost.as_ref());
        }
    }

    /// Runs the first write and those that wait, until the group is full or a write without a savepoint must be undone.
    fn try_group(
        &self,
        group: &mut Vec<Box<dyn Work>>,
        careful: bool,
    ) -> std::result::Result<End, Fault> {
        batch(&self.connection, "BEGIN IMMEDIATE")?;
        let mut at = 0;
        loop {
            if careful {
                self.run_alone(group[at].as_mut())?;
            } else if self.run(group[at].as_mut())? {
                return Ok(End::Spoilt);
            }
            at += 1;
            if at >= self.group {
                return Ok(End::Ready);
            }
            match self.take() {
                Some(work) => group.push(work),
                None => return Ok(End::Ready),
            }
        }
    }

    fn run_all(&self, group: &mut [Box<dyn Work>]) -> std::result::Result<(), Fault> {
        group
            .iter_mut()
            .try_for_each(|work| self.run_alone(work.as_mut()))
    }

    /// Runs one write. True when it stopped and left something to undo.
    fn run(&self, work: &mut dyn Work) -> std::result::Result<bool, Fault> {
        let mut transaction = Transaction::new(Session::Sqlite(&self.connection), &self.counters);
        let keep = work.run(&mut transaction);
        self.check_open(&transaction)?;
        Ok(!keep && transaction.is_touched())
    }

    /// Runs one write in its savepoint. A fault means that the whole group is lost.
    fn run_alone(&self, work: &mut dyn Work) -> std::result::Result<(), Fault> {
        batch(&self.connection, "SAVEPOINT one_write")?;
        let mut transaction = Transaction::new(Session::Sqlite(&self.connection), &self.counters);
        let keep = work.run(&mut transaction);
        self.check_open(&transaction)?;
        if !keep {
            batch(&self.connection, "ROLLBACK TO one_write")?;
        }
        batch(&self.connection, "RELEASE one_write")
    }

    /// When the disk is full or fails, SQLite takes back the transaction as a whole.
    fn check_open(&self, transaction: &Transaction<'_>) -> std::result::Result<(), Fault> {
        if self.connection.is_autocommit() {
            let fault = Fault::new("the database took back the transaction of this group");
            let kind = transaction.poison().unwrap_or(FaultKind::Unavailable);
            return Err(fault.of_kind(kind));
        }
        Ok(())
    }

    fn roll_back(&self) {
        if self.connection.is_autocommit() {
            return;
        }
        if let Err(fault) = batch(&self.connection, "ROLLBACK") {
            tracing::error!(%fault, "a lost group was not rolled back");
        }
    }
}
