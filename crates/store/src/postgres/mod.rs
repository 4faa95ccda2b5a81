//! PostgreSQL: a pool of connections behind a blocking face.
//!
//! Keeps true: every statement, and connecting too, has a deadline kept on this side (a frozen server keeps no deadline); a write
//! that the database asks to run again is run again, at most five times.
//! Not here: retrying after `Unavailable`: whether a lost commit was done is known only by the caller's idempotency key.

mod connection;
pub(crate) mod dump;
mod fault;
mod hosts;
mod line;
mod pool;
pub(crate) mod replica;
mod tls;
mod value;

use std::{sync::Arc, thread, time::Duration};

use crate::{
    Options, Reader, Transaction, job, session::Session, store::Counters, transaction::poisoned,
};
pub(crate) use connection::Connection;
use pool::Pool;
use qudao_base::{FaultKind, Result, Stop};

/// How often a transaction is run again.
const RETRIES_MAX: u32 = 5;

/// The pause before the first retry; it doubles with each further one.
const PAUSE: Duration = Duration::from_millis(10);

const BEGIN_READ: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
const BEGIN_WRITE: &str = "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE";

/// An open database on a server.
pub(crate) struct Postgres {
    pool: Pool,
    counters: Arc<Counters>,
}

impl Postgres {
    pub fn open(address: &str, options: &Options, counters: Arc<Counters>) -> Result<Self> {
        let (address, tls) = tls::parse(address)?;
        let hosts = hosts::parse(&address, options.deadline)?;
        let pool = Pool::new((hosts, tls), options);
        let postgres = Self { pool, counters };
        // A wrong address is told now and not to the first who asks.
        postgres.read(|_| Ok(()))?;
        Ok(postgres)
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        let mut lease = self.pool.begin(BEGIN_READ)?;
        let outcome = work(&mut Reader::new(
            Session::Postgres(lease.connection()),
            &self.counters,
        ));
        lease
            .end("ROLLBACK")
            .or_else(|fault| if outcome.is_ok() { Err(fault) } else { Ok(()) })?;
        outcome
    }

    pub fn write<T>(&self, work: impl Fn(&mut Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut pause = PAUSE;
        for _ in 0..RETRIES_MAX {
            match self.attempt(&work) {
                Err(Attempt::Again(_)) => {}
                Err(Attempt::Stopped(stop)) => return Err(stop),
                Ok(done) => return Ok(done),
            }
            self.counters.retried();
            thread::sleep(pause);
            pause *= 2;
        }
        self.attempt(&work)
            .map_err(|(Attempt::Again(stop) | Attempt::Stopped(stop))| stop)
    }

    fn attempt<T>(
        &self,
        work: impl Fn(&mut Transaction<'_>) -> Result<T>,
    ) -> std::result::Result<T, Attempt> {
        let mut lease = self.pool.begin(BEGIN_WRITE).map_err(Attempt::Stopped)?;
        let mut transaction =
            Transaction::new(Session::Postgres(lease.connection()), &self.counters);
        let outcome = job::run(|| work(&mut transaction));
        let poison = transaction.poison();
        let stop = match (outcome, poison) {
            (Ok(done), None) => match lease.end("COMMIT") {
                Ok(()) => {
                    self.counters.committed(1);
                    return Ok(done);
                }
                Err(fault) if fault.kind == FaultKind::Retry => {
                    return Err(Attempt::Again(fault.into()));
                }
                Err(fault) => return Err(Attempt::Stopped(fault.into())),
            },
            (Ok(_), Some(kind)) => poisoned(kind),
            (Err(stop), _) => stop,
        };
        if let Err(fault) = lease.end("ROLLBACK") {
            tracing::warn!(%fault, "a transaction was given up with its connection");
        }
        // What the database asked for counts, whatever the closure made of it.
        Err(if poison == Some(FaultKind::Retry) {
            Attempt::Again(stop)
        } else {
            Attempt::Stopped(stop)
        })
    }

    pub fn close(&self) {
        self.pool.close();
    }
}

enum Attempt {
    Again(Stop),
    Stopped(Stop),
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.pool.close();
    }
}

/// Runs one statement outside of a transaction on a connection of its own; for creating databases in tests.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn run_alone(address: &str, sql: &str) -> Result<()> {
    let postgres = Postgres::open(address, &Options::default(), Arc::default())?;
    let lease = postgres.pool.begin("SELECT 1")?;
    lease.end(sql)?;
    Ok(())
}
