//! A copy of the embedded database that follows it, second by second, and can be gone back in.
//!
//! Keeps true: at most a few seconds of commits are missing from the archive (`DELAY_MAX` while its disk can be written); whatever of it
//! was changed or lost is found before it is used.
//! Not here: PostgreSQL, which archives its log itself.

mod archiver;
mod bases;
mod chain;
mod rebuild;
mod tail;
mod wal;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use qudao_base::{Clock, Fault, Instant};

pub(crate) use archiver::Archive;
pub use rebuild::{Rebuilt, newest, rebuild};
pub(crate) use tail::{SharedTail, Tail};

/// What may have been committed and not be archived when this machine is lost.
pub const DELAY_MAX: Duration = Duration::from_secs(5);

/// Where and how to archive.
#[derive(Clone)]
pub struct ArchiveOptions {
    /// The folder; of one database only.
    pub folder: PathBuf,
    /// How many days back one can go. Older bases are removed.
    pub days: u32,
    /// Tells when what was archived.
    pub clock: Arc<dyn Clock>,
    /// How often is looked for what was committed.
    pub pause: Duration,
    /// Bytes of the write-ahead log from which on it is folded into the database.
    pub checkpoint_bytes: u64,
    /// Bytes the log may have while the archive cannot be written. Beyond, it is folded in unarchived, and a new base is made later.
    pub log_bytes_max: u64,
}

impl ArchiveOptions {
    /// The defaults: every second, 14 days, a log of 32 MiB, of 1 GiB while the archive fails.
    pub fn new(folder: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self {
            folder,
            days: 14,
            clock,
            pause: Duration::from_secs(1),
            checkpoint_bytes: 32 << 20,
            log_bytes_max: 1 << 30,
        }
    }
}

impl fmt::Debug for ArchiveOptions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} days in {}", self.days, self.folder.display())
    }
}

/// How the archive does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArchiveStatistics {
    /// Everything committed longer ago than this is archived, in microseconds.
    pub lag_micros: u64,
    /// The archive could not be written when last tried.
    pub is_failing: bool,
    /// Bytes of frames archived since opening.
    pub bytes: u64,
    /// Bases made since opening.
    pub bases: u64,
}

impl ArchiveStatistics {
    /// True while the promise of [`DELAY_MAX`] holds.
    pub fn is_in_time(&self) -> bool {
        !self.is_failing && u128::from(self.lag_micros) <= DELAY_MAX.as_micros()
    }
}

/// How long an archive that is written to may say nothing.
const SILENCE_SECONDS_MAX: i64 = 120;

/// Whether somebody archives into the folder: the newest moment it holds, and if that is near enough.
///
/// # Errors
/// A fault when it holds no archive.
pub fn look(folder: &Path, now: Instant) -> qudao_base::Result<(Instant, bool)> {
    let at = newest(folder)?;
    Ok((at, at.plus_seconds(SILENCE_SECONDS_MAX) >= now))
}

fn cannot(what: &str, path: &Path, error: std::io::Error) -> Fault {
    crate::backup::cannot(what, path, error)
}
