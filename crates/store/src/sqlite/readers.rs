//! A few connections that only read, each read in a transaction of its own.
//!
//! Keeps true: a read sees one state of the database; a connection comes back clean or not at all; nobody waits for one longer
//! than the deadline.
//! Not here: waiting for the writer; the write-ahead log lets both work at once.

use std::{
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use qudao_base::{FaultKind, Result, Stop};
use rusqlite::Connection;

use super::{closed, connect, statement::batch};
use crate::{Options, Reader, fault::unavailable, session::Session, store::Counters};

pub(super) struct Readers {
    path: PathBuf,
    options: Options,
    counters: Arc<Counters>,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    in_use: usize,
    closed: bool,
}

/// Gives its place back when dropped; the connection too, unless it was lost.
struct Lease<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Readers {
    pub fn new(path: PathBuf, options: Options, counters: Arc<Counters>) -> Self {
        Self {
            path,
            options,
            counters,
            pool: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        let mut lease = self.take()?;
        let connection = match lease.connection.take() {
            Some(connection) => connection,
            None => connect(&self.path, &self.options, false)?,
        };
        // A panic of the work loses the connection, and with it the open transaction.
        batch(&connection, "BEGIN DEFERRED")?;
        let outcome = work(&mut Reader::new(
            Session::Sqlite(&connection),
            &self.counters,
        ));
        batch(&connection, "ROLLBACK")?;
        let broken =
            matches!(&outcome, Err(Stop::Fault(fault)) if fault.kind == FaultKind::Unavailable);
        if !broken {
            lease.connection = Some(connection);
        }
        outcome
    }

    pub fn close(&self) {
        let mut pool = self.lock();
        pool.closed = true;
        pool.idle.clear();
        self.returned.notify_all();
    }

    fn take(&self) -> Result<Lease<'_>> {
        let waiting = |pool: &mut Pool| !pool.closed && pool.in_use >= self.options.readers.max(1);
        let (mut pool, _) = self
            .returned
            .wait_timeout_while(self.lock(), self.options.deadline, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        if pool.closed {
            return Err(closed().into());
        }
        if waiting(&mut pool) {
            return Err(unavailable("no reader of the database became free in time").into());
        }
        pool.in_use += 1;
        let connection = pool.idle.pop();
        Ok(Lease {
            readers: self,
            connection,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.lock();
        pool.in_use -= 1;
        if !pool.closed {
            pool.idle.extend(self.connection.take());
        }
        self.readers.returned.notify_one();
    }
}
