//! The writer thread: many waiting writes share one commit, and so one wait for the disk.
//!
//! Keeps true: each write runs in a savepoint of its own, so one that stops or panics takes nothing with it; nobody is answered
//! before the commit; when the commit fails, everybody of the group is told `Unavailable`, even who was refused (the refusal may
//! rest on what a neighbour wrote and lost).
//! Not here: retrying; the caller does, under the same idempotency key.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvError, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
};

use qudao_base::{Fault, Result};
use rusqlite::Connection;

use super::{closed, statement::batch};
use crate::{
    Options, Transaction,
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
    fn answer(self: Box<Self>, lost: Option<&str>);
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

    fn answer(self: Box<Self>, lost: Option<&str>) {
        let outcome = match (lost, self.outcome) {
            (None, Some(outcome)) => outcome,
            (lost, _) => Err(unavailable(lost.unwrap_or("the write was not run")).into()),
        };
        // Nobody listens any more when the caller's thread has died; the write is done all the same.
        let _ = self.reply.send(outcome);
    }
}

impl Writer {
    pub fn start(
        connection: Connection,
        options: &Options,
        counters: Arc<Counters>,
    ) -> Result<Self> {
        let (queue, waiting) = sync_channel(options.queue.max(1));
        let group = options.group.max(1);
        let mut groups = Groups {
            connection,
            waiting,
            group,
            counters: Arc::clone(&counters),
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

struct Groups {
    connection: Connection,
    waiting: Receiver<Box<dyn Work>>,
    group: usize,
    counters: Arc<Counters>,
}

impl Groups {
    fn serve(&mut self) {
        while let Ok(first) = self.waiting.recv() {
            self.counters.taken();
            self.write_group(first);
        }
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

    fn write_group(&mut self, first: Box<dyn Work>) {
        if let Err(fault) = batch(&self.connection, "BEGIN IMMEDIATE") {
            first.answer(Some(&fault.to_string()));
            return;
        }
        let mut done = Vec::new();
        let mut next = Some(first);
        let mut lost = None;
        while let Some(mut work) = next {
            lost = self.run(work.as_mut()).err();
            done.push(work);
            let more = lost.is_none() && done.len() < self.group;
            next = if more { self.take() } else { None };
        }
        let lost = lost.or_else(|| batch(&self.connection, "COMMIT").err());
        match &lost {
            None => self.counters.committed(done.len()),
            Some(fault) => {
                tracing::error!(%fault, writes = done.len(), "a group of writes was lost");
                self.roll_back();
            }
        }
        let lost = lost.map(|fault| fault.to_string());
        for work in done {
            work.answer(lost.as_deref());
        }
    }

    /// Runs one write in its savepoint. A fault means that the whole group is lost.
    fn run(&self, work: &mut dyn Work) -> std::result::Result<(), Fault> {
        batch(&self.connection, "SAVEPOINT one_write")?;
        let keep = work.run(&mut Transaction::new(Session::Sqlite(&self.connection)));
        if self.connection.is_autocommit() {
            // So SQLite does when the disk is full or fails: it takes back the transaction as a whole.
            return Err(Fault::new(
                "the database took back the transaction of this group",
            ));
        }
        let end = if keep {
            "RELEASE one_write"
        } else {
            "ROLLBACK TO one_write; RELEASE one_write"
        };
        batch(&self.connection, end)
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
