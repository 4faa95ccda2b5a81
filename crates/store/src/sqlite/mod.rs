//! SQLite: one file, one writer thread with group commit, a few readers.
//!
//! Keeps true: a commit is on the disk before it is answered (write-ahead log, `synchronous=FULL`); nobody but the writer thread
//! writes. Not here: databases in memory, which readers could not share.

pub(crate) mod copy;
mod fault;
mod readers;
mod statement;
mod writer;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use qudao_base::{Fault, Result};
use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::{
    Options, Reader, Transaction,
    archive::{Archive, ArchiveStatistics, Tail},
    store::Counters,
};
use readers::Readers;
pub(crate) use statement::{batch, execute, execute_many, query, query_many};
use writer::Writer;

/// How many prepared statements a connection keeps.
const STATEMENTS_KEPT: usize = 256;

/// An open database file.
pub(crate) struct Sqlite {
    writer: Mutex<Option<Writer>>,
    readers: Readers,
    archive: Option<Archive>,
}

impl Sqlite {
    pub fn open(path: &Path, options: &Options, counters: Arc<Counters>) -> Result<Self> {
        if path.as_os_str().is_empty() || path == Path::new(":memory:") {
            return Err(Fault::new("SQLite needs a file: sqlite:<path>").into());
        }
        let connection = connect(path, options, true)?;
        // Before anybody writes.
        let (archive, tail) = match &options.archive {
            None => (None, None),
            Some(archive) => {
                let guard = connect(path, options, false)?;
                let tail = Tail::new(path, guard, connect(path, options, false)?)?;
                let (archive, tail) = Archive::start(path, archive, tail)?;
                (Some(archive), Some(tail))
            }
        };
        let writer = Writer::start((connection, tail), options, Arc::clone(&counters))?;
        Ok(Self {
            writer: Mutex::new(Some(writer)),
            readers: Readers::new(path.to_owned(), options.clone(), counters),
            archive,
        })
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        self.readers.read(work)
    }

    pub fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let answer = {
            let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            writer.as_ref().ok_or_else(closed)?.submit(work)?
        };
        answer.wait()
    }

    pub fn archive_statistics(&self) -> Option<ArchiveStatistics> {
        self.archive.as_ref().map(Archive::statistics)
    }

    pub fn close(&self) {
        self.readers.close();
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer {
            writer.finish();
        }
        if let Some(archive) = &self.archive {
            archive.finish();
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.close();
    }
}

fn closed() -> Fault {
    crate::fault::unavailable("the store is closed")
}

/// Opens the file. Only the writer may create it and write to it.
fn connect(path: &Path, options: &Options, writes: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if writes {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let opened = Connection::open_with_flags(path, flags)
        .and_then(|connection| configure(&connection, options, writes).map(|()| connection));
    opened.map_err(|error| fault::of_opening(path, error).into())
}

/// Memory the writer keeps pages in, in KiB. A group of commits touches more pages than the two megabytes SQLite begins with, and
/// would write and read them back before it is done.
const WRITER_CACHE: i64 = 48 * 1024;
/// The same for each reader.
const READER_CACHE: i64 = 8 * 1024;
/// Pages in the log before they are copied into the database: pages many commits touch are copied once. 32 MiB.
const CHECKPOINT_PAGES: i64 = 8_000;

fn configure(connection: &Connection, options: &Options, writes: bool) -> rusqlite::Result<()> {
    connection.busy_timeout(options.deadline.max(Duration::from_millis(1)))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // A mistyped name in double quotes is an error, as on PostgreSQL, and not a text.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // A statement keeps its plan: without it, binding other values compiles statements anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // What is archived goes on after a restart where the log was left.
    connection.set_db_config(
        DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
        options.archive.is_some(),
    )?;
    connection.pragma_update(
        None,
        "cache_size",
        if writes { -WRITER_CACHE } else { -READER_CACHE },
    )?;
    if writes {
        connection.pragma_update(None, "journal_mode", "wal")?;
        let pages = if options.archive.is_some() {
            0
        } else {
            CHECKPOINT_PAGES
        };
        connection.pragma_update(None, "wal_autocheckpoint", pages)?;
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    }
    connection.pragma_update(
        None,
        "synchronous",
        if options.durable { "full" } else { "off" },
    )?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "case_sensitive_like", true)?;
    connection.pragma_update(None, "query_only", !writes)
}
