//! A read replica: a standby that answers reports in the server's place while it is near enough.
//!
//! Keeps true: what is read here is at most `lag_max` old, and how old at most is said with the answer; whatever is wrong with the
//! standby, the server itself is asked instead, but not because too many ask. There is no way to write through it.
//! Not here: what counts as a report (the callers); nothing is decided on what a report tells.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use qudao_base::{Fault, FaultKind, Result, Stop};

use super::{
    BEGIN_READ, Connection, Postgres, hosts,
    pool::{Lease, Place, Pool},
    tls,
};
use crate::{
    Options, Query, Reader, Row,
    fault::unavailable,
    session::Session,
    store::{Counters, ReplicaStatistics},
};

/// How long anything but a report's own statements may take: a standby that does not answer must not hold up reports.
const DEADLINE: Duration = Duration::from_secs(2);
/// How long a report waits for the standby to replay what was committed before it was asked.
const PATIENCE: Duration = Duration::from_millis(500);
/// Pause between two looks at how far the standby is.
const PAUSE: Duration = Duration::from_millis(5);
/// For how long a standby that was away or too far behind is not asked again.
const REST: Duration = Duration::from_secs(5);

/// How far the server's log is, its clock in microseconds, and which database it is.
const POSITION: &str = "SELECT CAST(pg_current_wal_lsn() - '0/0' AS BIGINT), \
     CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT), \
     CAST(system_identifier AS TEXT) || ' ' || current_database() FROM pg_control_system()";
/// The same of a standby: how far it has replayed, and when by the server's clock the newest transaction replayed was committed.
const REPLAYED: &str = "SELECT CAST(pg_last_wal_replay_lsn() - '0/0' AS BIGINT), \
     CAST(EXTRACT(EPOCH FROM pg_last_xact_replay_timestamp()) * 1000000 AS BIGINT), \
     CAST(system_identifier AS TEXT) || ' ' || current_database() \
     FROM pg_control_system() WHERE pg_is_in_recovery()";

pub(crate) struct Replica {
    pool: Pool,
    /// Of a report's statements.
    deadline: Duration,
    lag_max: Duration,
    rests_until: Mutex<Option<Instant>>,
    reads: AtomicU64,
    fallbacks: AtomicU64,
    lag_micros: AtomicU64,
}

/// What the server says of itself.
struct Position {
    log: i64,
    clock: i64,
    database: String,
}

/// What became of a report.
enum Report<T> {
    /// It found something or was refused.
    Told(Result<T>),
    /// The standby did not keep up or broke off: the server itself is to be asked.
    BrokeOff(Fault),
}

impl Replica {
    /// Connects to nobody yet: a standby that is away now may come later.
    pub fn new(address: &str, lag_max: Duration, options: &Options) -> Result<Self> {
        let (address, tls) = tls::parse(address)?;
        let hosts = hosts::parse(&address, options.deadline)?;
        let short = Options {
            deadline: DEADLINE.min(options.deadline),
            ..options.clone()
        };
        Ok(Self {
            pool: Pool::new((hosts, tls), &short),
            deadline: options.deadline,
            lag_max,
            rests_until: Mutex::default(),
            reads: AtomicU64::default(),
            fallbacks: AtomicU64::default(),
            lag_micros: AtomicU64::default(),
        })
    }

    /// What the work finds on the standby, and by how much that may be older than now; none when the server is to be asked.
    pub fn read<T>(
        &self,
        server: &Postgres,
        work: &impl Fn(&mut Reader<'_>) -> Result<T>,
    ) -> Option<Result<(T, Duration)>> {
        let fallback = || {
            self.fallbacks.fetch_add(1, Relaxed);
            None
        };
        if self.rests() {
            return fallback();
        }
        let position = match position_of(server) {
            Ok(position) => position,
            // The server itself does not answer.
            Err(stop) => return Some(Err(stop)),
        };
        let place = match self.pool.take() {
            Ok(place) => place,
            // Too many reports for the standby would be too many for the server.
            Err(stop) => return Some(Err(stop)),
        };
        let (lease, lag) = match self.catch_up(place, &position) {
            Ok(found) => found,
            Err(stop) => {
                tracing::warn!(%stop, "reports do not read the replica for now");
                self.rest();
                return fallback();
            }
        };
        match self.report(lease, work, &server.counters) {
            Report::Told(told) => {
                self.reads.fetch_add(1, Relaxed);
                Some(told.map(|found| (found, lag)))
            }
            Report::BrokeOff(fault) => {
                tracing::warn!(%fault, "a report broke off on the replica");
                fallback()
            }
        }
    }

    /// By how much the standby is behind.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn look(&self, server: &Postgres) -> Result<Duration> {
        let position = position_of(server)?;
        let (lease, lag) = self.catch_up(self.pool.take()?, &position)?;
        lease.end("ROLLBACK")?;
        Ok(lag)
    }

    pub fn statistics(&self) -> ReplicaStatistics {
        ReplicaStatistics {
            reads: self.reads.load(Relaxed),
            fallbacks: self.fallbacks.load(Relaxed),
            lag_micros: self.lag_micros.load(Relaxed),
        }
    }

    pub fn close(&self) {
        self.pool.close();
    }

    fn rests(&self) -> bool {
        let mut until = self
            .rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let rests = until.is_some_and(|until| Instant::now() < until);
        if !rests {
            *until = None;
        }
        rests
    }

    fn rest(&self) {
        let mut until = self
            .rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *until = Some(Instant::now() + REST);
    }

    /// A snapshot of the standby, and by how much it may be behind the position: by nothing once all of that is replayed.
    fn catch_up<'a>(&self, place: Place<'a>, position: &Position) -> Result<(Lease<'a>, Duration)> {
        // Not in a transaction yet: a snapshot taken after the look holds all that the look found, and never less.
        let mut lease = place.begin("SELECT 1")?;
        let asked = Instant::now();
        let mut lag = look(lease.connection(), position)?;
        while lag != Some(0) && asked.elapsed() < PATIENCE {
            thread::sleep(PAUSE);
            lag = look(lease.connection(), position)?;
        }
        let behind = || unavailable("the standby has replayed nothing since it started");
        let micros = lag.ok_or_else(behind)?;
        self.lag_micros.store(micros, Relaxed);
        let lag = Duration::from_micros(micros);
        if lag > self.lag_max {
            let told = format!("the standby is {} s behind", lag.as_secs());
            return Err(unavailable(told).into());
        }
        lease.connection().batch(BEGIN_READ)?;
        Ok((lease, lag))
    }

    fn report<T>(
        &self,
        mut lease: Lease<'_>,
        work: &impl Fn(&mut Reader<'_>) -> Result<T>,
        counters: &Counters,
    ) -> Report<T> {
        lease.connection().set_deadline(self.deadline);
        let told = work(&mut Reader::new(
            Session::Postgres(lease.connection()),
            counters,
        ));
        let is_lost = lease.connection().is_lost();
        let ended = lease.end("ROLLBACK");
        match (told, ended) {
            // Too much for a standby that lives would be too much for the server, which is to be spared.
            (Err(Stop::Fault(fault)), _) if fault.kind != FaultKind::Unavailable || is_lost => {
                Report::BrokeOff(*fault)
            }
            (Ok(_), Err(fault)) => Report::BrokeOff(fault),
            (told, _) => Report::Told(told),
        }
    }
}

fn position_of(server: &Postgres) -> Result<Position> {
    let rows = server.read(|reader| reader.query(POSITION, &[]))?;
    let row = rows
        .first()
        .ok_or_else(|| Fault::new("the server tells no position"))?;
    Ok(Position {
        log: row.int(0)?,
        clock: row.int(1)?,
        database: row.text(2)?.to_owned(),
    })
}

/// By how many microseconds the standby may be behind the position; none when it has replayed no transaction.
fn look(standby: &mut Connection, position: &Position) -> Result<Option<u64>> {
    let rows = standby.query(REPLAYED, &[])?;
    let row = rows
        .first()
        .ok_or_else(|| unavailable("the read replica is no standby"))?;
    if row.text(2)? != position.database {
        return Err(unavailable("the read replica is a standby of another database").into());
    }
    Ok(behind(row, position))
}

fn behind(row: &Row, position: &Position) -> Option<u64> {
    if row.value(0).int().is_some_and(|log| log >= position.log) {
        return Some(0);
    }
    let newest = row.value(1).int()?;
    // Not 0: something is missing.
    Some(
        u64::try_from(position.clock - newest)
            .unwrap_or_default()
            .max(1),
    )
}

#[cfg(test)]
mod tests {
    use qudao_base::Value;

    use super::*;
    use crate::testing::TestDatabase;

    #[test]
    fn too_many_reports_are_told_so_and_do_not_go_to_the_server() {
        let Some(database) = TestDatabase::postgres() else {
            return;
        };
        let options = Options {
            connections: 1,
            deadline: Duration::from_millis(300),
            ..Options::default()
        };
        let counters = Counters::default().into();
        let server = Postgres::open(database.address(), &Options::default(), counters).unwrap();
        let replica = Replica::new(database.address(), Duration::MAX, &options).unwrap();
        let busy = replica.pool.take().unwrap();
        let told = replica.read(&server, &|_| Ok(())).map(Result::unwrap_err);
        assert!(
            matches!(&told, Some(Stop::Fault(fault)) if fault.kind == FaultKind::Unavailable),
            "{told:?}"
        );
        assert!(!replica.rests(), "others are still read there");
        assert_eq!(replica.statistics().fallbacks, 0);
        drop(busy);
        // It is no standby: the server is asked.
        assert!(replica.read(&server, &|_| Ok(())).is_none());
        assert!(replica.rests());
    }

    #[test]
    fn what_is_replayed_up_to_the_position_is_not_behind_however_long_ago_it_was_committed() {
        let position = Position {
            log: 100,
            clock: 60_000_000,
            database: String::new(),
        };
        let cases = [
            ((Value::Int(100), Value::Int(1)), Some(0)),
            ((Value::Int(101), Value::Null), Some(0)),
            ((Value::Int(99), Value::Int(59_000_000)), Some(1_000_000)),
            ((Value::Int(99), Value::Int(60_000_001)), Some(1)),
            ((Value::Int(99), Value::Null), None),
            ((Value::Null, Value::Null), None),
        ];
        for ((log, newest), expected) in cases {
            let row = Row::new(vec![log, newest]);
            assert_eq!(behind(&row, &position), expected, "{row:?}");
        }
    }
}
