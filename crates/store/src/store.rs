//! The door to the database: open, read, write, migrate, close.
//!
//! Keeps true: callers see no difference between the two databases but the dialect.
//! Not here: how each does it; see `sqlite` and `postgres`.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use qudao_base::{Fault, Result};

use crate::{
    Dialect, Durability, Reader, Transaction,
    archive::{ArchiveOptions, ArchiveStatistics},
    durability, job, migration,
    postgres::{Postgres, replica::Replica},
    schema::{Change, Schema},
    sqlite::Sqlite,
};

/// How to open a database. The defaults suit one server.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long anything may wait: for a connection, for a statement (PostgreSQL), for a lock of another process (SQLite).
    pub deadline: Duration,
    /// SQLite: how many may read at once.
    pub readers: usize,
    /// SQLite: how many writes may wait; one more is told `Unavailable`.
    pub queue: usize,
    /// SQLite: how many writes at most share one commit.
    pub group: usize,
    /// SQLite: true when an answered write must outlive a power cut. False only for tests and throw-away data.
    pub durable: bool,
    /// PostgreSQL: how many connections at most.
    pub connections: usize,
    /// SQLite: where the database is archived, if it is.
    pub archive: Option<ArchiveOptions>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(10),
            readers: 4,
            queue: 1024,
            group: 64,
            durable: true,
            connections: 10,
            archive: None,
        }
    }
}

/// Ends of the classes of group sizes; larger groups are in none.
const GROUP_SIZES: [u64; 7] = [1, 2, 4, 8, 16, 32, 64];

/// What a store has done since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Commits.
    pub commits: u64,
    /// Writes answered after a commit. On SQLite many share one, also with writes that were refused, which count too.
    pub writes: u64,
    /// How many commits held at most so many writes, and more than the class before: `(most, commits)`.
    pub groups: [(u64, u64); GROUP_SIZES.len()],
    /// SQLite: writes in the queue at this moment.
    pub waiting: u64,
    /// Transactions run again because the database asked for it.
    pub retries: u64,
    /// Statements run, but for beginnings and ends of transactions; one that is given many rows at once counts once.
    pub statements: u64,
    /// What became of reports, where there is a read replica.
    pub replica: Option<ReplicaStatistics>,
    /// How the archive does, where there is one.
    pub archive: Option<ArchiveStatistics>,
}

/// What a read replica has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplicaStatistics {
    /// Reports it answered.
    pub reads: u64,
    /// Reports the server itself had to answer.
    pub fallbacks: u64,
    /// By how many microseconds it was behind when last asked.
    pub lag_micros: u64,
}

/// The counters behind the statistics.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    commits: AtomicU64,
    writes: AtomicU64,
    groups: [AtomicU64; GROUP_SIZES.len()],
    waiting: AtomicU64,
    retries: AtomicU64,
    statements: AtomicU64,
}

impl Counters {
    pub fn queued(&self) {
        self.waiting.fetch_add(1, Relaxed);
    }

    pub fn taken(&self) {
        self.waiting.fetch_sub(1, Relaxed);
    }

    pub fn committed(&self, writes: usize) {
        self.commits.fetch_add(1, Relaxed);
        self.writes.fetch_add(writes as u64, Relaxed);
        let class = GROUP_SIZES.iter().position(|&most| writes as u64 <= most);
        if let Some(class) = class {
            self.groups[class].fetch_add(1, Relaxed);
        }
    }

    pub fn stated(&self) {
        self.statements.fetch_add(1, Relaxed);
    }

    pub fn retried(&self) {
        self.retries.fetch_add(1, Relaxed);
    }
}

/// An open database. Clones share it; the last one to go closes it.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    counters: Arc<Counters>,
    replica: Option<Arc<Replica>>,
}

#[derive(Clone)]
enum Backend {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Store {
    /// Opens `sqlite:<path>` or a bare path (the file is made when missing, its folder is not), or a `postgres://` or
    /// `postgresql://` address, which may name several hosts: `postgres://user@one,two/name?target_session_attrs=read-write`.
    pub fn open(address: &str, options: Options) -> Result<Self> {
        let counters = Arc::new(Counters::default());
        let backend = if is_postgres(address) {
            if options.archive.is_some() {
                return Err(Fault::new("PostgreSQL archives its log itself").into());
            }
            Backend::Postgres(Arc::new(Postgres::open(
                address,
                &options,
                Arc::clone(&counters),
            )?))
        } else {
            Backend::Sqlite(Arc::new(Sqlite::open(
                sqlite_path(address),
                &options,
                Arc::clone(&counters),
            )?))
        };
        Ok(Self {
            backend,
            counters,
            replica: None,
        })
    }

    /// Lets reports be read from a standby of this database while it is at most so far behind. Nobody is connected to yet.
    ///
    /// # Errors
    /// A fault when this is no PostgreSQL, or the address cannot be read.
    pub fn with_replica(
        mut self,
        address: &str,
        lag_max: Duration,
        options: &Options,
    ) -> Result<Self> {
        if self.dialect() != Dialect::Postgres || !is_postgres(address) {
            return Err(Fault::new("only PostgreSQL has a read replica").into());
        }
        self.replica = Some(Arc::new(Replica::new(address, lag_max, options)?));
        Ok(self)
    }

    /// Which database it is.
    pub const fn dialect(&self) -> Dialect {
        match self.backend {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Reads one consistent state. Blocks the calling thread: not to be called on a thread of an async runtime.
    pub fn read<T>(&self, work: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(work),
            Backend::Postgres(postgres) => postgres.read(work),
        }
    }

    /// Reads what is only told and never decided on: from the read replica where there is one that is near enough, else like
    /// [`Self::read`]. Also answers by how much it may be older than the call. The work may run twice.
    pub fn read_report<T>(
        &self,
        work: impl Fn(&mut Reader<'_>) -> Result<T>,
    ) -> Result<(T, Duration)> {
        if let (Backend::Postgres(server), Some(replica)) = (&self.backend, &self.replica)
            && let Some(told) = replica.read(server, &work)
        {
            return told;
        }
        Ok((self.read(work)?, Duration::ZERO))
    }

    /// By how much the read replica is behind; none when there is no replica.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn replica_lag(&self) -> Result<Option<Duration>> {
        match (&self.backend, &self.replica) {
            (Backend::Postgres(server), Some(replica)) => replica.look(server).map(Some),
            _ => Ok(None),
        }
    }

    /// Runs the work in a transaction and answers after its commit; when the work stops or panics nothing is kept. PostgreSQL may
    /// run it up to six times, so it must have no effect outside of the transaction. Blocks the calling thread: not to be called
    /// on a thread of an async runtime. Inside of another write it is a fault.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        job::refuse_nested_write()?;
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(work),
            Backend::Postgres(postgres) => postgres.write(work),
        }
    }

    /// What the database holds, as migrations remembered it; empty when it is new.
    pub fn schema(&self) -> Result<Schema> {
        self.read(|reader| migration::applied(reader))
    }

    /// Brings the database to the target in one transaction, and remembers it. Answers what was done; nothing the second time.
    /// Two nodes that migrate at once do it one after the other. A change that would need data to be moved is a fault.
    pub fn migrate(&self, target: &Schema) -> Result<Vec<Change>> {
        let target = target.clone();
        self.write(move |transaction| migration::apply(transaction, &target))
    }

    /// How safe an answered write is, by what the database says of itself.
    pub fn durability(&self) -> Result<Durability> {
        self.read(durability::read)
    }

    /// What was done since opening.
    pub fn statistics(&self) -> Statistics {
        Statistics {
            commits: self.counters.commits.load(Relaxed),
            writes: self.counters.writes.load(Relaxed),
            groups: std::array::from_fn(|class| {
                (
                    GROUP_SIZES[class],
                    self.counters.groups[class].load(Relaxed),
                )
            }),
            waiting: self.counters.waiting.load(Relaxed),
            retries: self.counters.retries.load(Relaxed),
            statements: self.counters.statements.load(Relaxed),
            replica: self.replica.as_ref().map(|replica| replica.statistics()),
            archive: match &self.backend {
                Backend::Sqlite(sqlite) => sqlite.archive_statistics(),
                Backend::Postgres(_) => None,
            },
        }
    }

    /// Finishes the writes that wait and lets go of the database. Later calls are answered `Unavailable`.
    pub fn close(&self) {
        if let Some(replica) = &self.replica {
            replica.close();
        }
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.close(),
            Backend::Postgres(postgres) => postgres.close(),
        }
    }
}

pub(crate) fn is_postgres(address: &str) -> bool {
    address.starts_with("postgres://") || address.starts_with("postgresql://")
}

/// The file an SQLite address names.
pub(crate) fn sqlite_path(address: &str) -> &Path {
    Path::new(address.strip_prefix("sqlite:").unwrap_or(address))
}
