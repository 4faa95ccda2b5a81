//! A bounded pool of connections.
//!
//! Keeps true: a connection comes back only when its transaction has ended; one that was lost takes the idle ones with it, which
//! lead to the same dead server; nobody waits for a place longer than the deadline.
//! Not here: what is done with a connection.

use std::sync::{
    Condvar, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use qudao_base::{Fault, FaultKind, Result};
use tokio_postgres::Config;

use super::{Connection, tls::Tls};
use crate::{Options, fault::unavailable};

pub(super) struct Pool {
    hosts: Vec<Config>,
    tls: Tls,
    /// The host that answered last.
    preferred: AtomicUsize,
    options: Options,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    in_use: usize,
    closed: bool,
}

/// A connection in a transaction. Dropped without an end (a panic), the connection is closed, and the server rolls back.
pub(super) struct Lease<'a> {
    place: Place<'a>,
    connection: Connection,
}

/// The right to one connection; gives back the right when dropped, and the connection if one was put into it.
pub(super) struct Place<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Pool {
    pub fn new((hosts, tls): (Vec<Config>, Tls), options: &Options) -> Self {
        Self {
            hosts,
            tls,
            preferred: AtomicUsize::new(0),
            options: options.clone(),
            state: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// A connection on which the statement, which begins a transaction, was run.
    pub fn begin(&self, sql: &str) -> Result<Lease<'_>> {
        self.take()?.begin(sql)
    }

    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.idle.clear();
        self.returned.notify_all();
    }

    /// A place. Nobody is connected to yet.
    ///
    /// # Errors
    /// Unavailable when none became free in time, which says nothing of the server.
    pub fn take(&self) -> Result<Place<'_>> {
        let places = self.options.connections.max(1);
        let waiting = |state: &mut State| !state.closed && state.in_use >= places;
        let (mut state, _) = self
            .returned
            .wait_timeout_while(self.lock(), self.options.deadline, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(unavailable("the store is closed").into());
        }
        if waiting(&mut state) {
            return Err(unavailable("no database connection became free in time").into());
        }
        state.in_use += 1;
        let connection = std::iter::from_fn(|| state.idle.pop()).find(|idle| !idle.is_lost());
        Ok(Place {
            pool: self,
            connection,
        })
    }

    /// Tries the hosts, the one that answered last first.
    fn connect(&self) -> Result<Connection> {
        let first = self.preferred.load(Relaxed);
        let mut last = Fault::new("no host").of_kind(FaultKind::Unavailable);
        for step in 0..self.hosts.len() {
            let index = (first + step) % self.hosts.len();
            match Connection::open((&self.hosts[index], &self.tls), self.options.deadline) {
                Ok(connection) => {
                    self.preferred.store(index, Relaxed);
                    return Ok(connection);
                }
                Err(fault) => last = fault,
            }
        }
        Err(last.into())
    }

    fn forget_idle(&self) {
        let idle = std::mem::take(&mut self.lock().idle);
        drop(idle);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Place<'a> {
    /// A connection in this place, on which the statement, which begins a transaction, was run.
    pub fn begin(mut self, sql: &str) -> Result<Lease<'a>> {
        let pool = self.pool;
        if let Some(mut idle) = self.connection.take() {
            let begun = idle.begin(sql);
            if begun.is_ok() {
                return Ok(Lease {
                    place: self,
                    connection: idle,
                });
            }
            // Nothing was begun: the server went away since, or became a standby that takes no writes.
            pool.forget_idle();
            if idle.is_late() && pool.hosts.len() == 1 {
                // The deadline is over and there is no other host to ask: the caller is told now, and comes again.
                begun?;
            }
        }
        let mut connection = pool.connect()?;
        connection
            .begin(sql)
            .map_err(|fault| fault.of_kind(FaultKind::Unavailable))?;
        Ok(Lease {
            place: self,
            connection,
        })
    }
}

impl Lease<'_> {
    pub const fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Ends the transaction with the statement and gives the connection back; after a fault it is closed instead.
    pub fn end(self, sql: &str) -> std::result::Result<(), Fault> {
        let Self {
            mut place,
            mut connection,
        } = self;
        let ended = connection.batch(sql);
        if connection.is_lost() {
            place.pool.forget_idle();
        } else if ended.is_ok() {
            connection.set_deadline(place.pool.options.deadline);
            place.connection = Some(connection);
        }
        ended
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        state.in_use -= 1;
        if !state.closed {
            state.idle.extend(self.connection.take());
        }
        self.pool.returned.notify_one();
    }
}
