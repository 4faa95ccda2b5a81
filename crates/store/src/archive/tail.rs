//! The end of the live write-ahead log: what of it was read, and when it may be folded into the database.
//!
//! Keeps true: while this lives, no frame leaves the log before it was read: a read transaction (the guard) keeps every other
//! process from beginning the log anew, and our own checkpoint first reads the rest, under SQLite's lock of the writer. Unless the log
//! is too long to wait: the writer sees to that itself, whatever the thread that archives is waiting for.
//! The log is the one file beside SQLite's that may be opened here: closing the database or its `-shm` would take away SQLite's locks.
//! Not here: where frames go. Nothing here waits for the archive's disk, because the writer thread calls it.

use std::{
    collections::VecDeque,
    fs::{self, File},
    mem,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use qudao_base::Fault;
use rusqlite::Connection;

use super::{
    chain::{End, Piece},
    wal::{Header, Reader, frame_at},
};

/// The tail as its two users share it: the thread that archives, and the writer.
pub(crate) struct SharedTail {
    tail: Mutex<Tail>,
    is_wanted: AtomicBool,
    /// Bytes the log may have.
    bytes_max: u64,
}

impl SharedTail {
    pub(super) const fn new(tail: Tail, bytes_max: u64) -> Self {
        Self {
            tail: Mutex::new(tail),
            is_wanted: AtomicBool::new(false),
            bytes_max,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Tail> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the writer for a checkpoint after its next commit.
    pub(super) fn want_checkpoint(&self) {
        self.is_wanted.store(true, Relaxed);
    }

    /// Called by the writer between two groups: does the checkpoint when one is wanted, or the log is too long.
    pub(crate) fn checkpoint_if_wanted(&self, writer: &Connection) {
        // Not waited for: there is another group soon.
        let Ok(mut tail) = self.tail.try_lock() else {
            return;
        };
        let folded = tail.keep_short(self.bytes_max).and_then(|is_too_long| {
            if self.is_wanted.swap(false, Relaxed) || is_too_long {
                tail.checkpoint(writer)?;
            }
            Ok(())
        });
        if let Err(fault) = folded {
            tracing::warn!(%fault, "the write-ahead log was not folded into the database");
        }
    }
}

/// Bytes after which a piece ends with the next commit.
const MOST: usize = 4 << 20;
/// The part of the longest log that a checkpoint may read into memory when the archive did not take it in time.
const IN_MEMORY: u64 = 8;

pub(crate) struct Tail {
    log: PathBuf,
    guard: Connection,
    /// Never in a transaction, in which SQLite tells nothing of the log.
    eye: Connection,
    reader: Option<Reader>,
    /// Read by a checkpoint, before anything later.
    rest: VecDeque<Piece>,
    /// A base is being copied: the log must not begin anew.
    pub is_held: bool,
    /// The log was let go of unread: only a new base can go on.
    pub is_lost: bool,
}

impl Tail {
    pub fn new(database: &Path, guard: Connection, eye: Connection) -> Result<Self, Fault> {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let tail = Self {
            log: log.into(),
            guard,
            eye,
            reader: None,
            rest: VecDeque::new(),
            is_held: false,
            is_lost: false,
        };
        // Before it has read, a connection knows nothing of the log.
        let seen = tail
            .eye
            .query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(()));
        seen.map_err(|error| failed("cannot be looked at", error))?;
        tail.set_guard()?;
        Ok(tail)
    }

    /// A statement that reads makes SQLite take its lock.
    fn set_guard(&self) -> Result<(), Fault> {
        if !self.guard.is_autocommit() {
            return Ok(());
        }
        self.guard
            .execute_batch("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1")
            .map_err(|error| failed("cannot be held", error))
    }

    /// Keeps the log as it is until a base is copied.
    pub(super) fn hold(&mut self) -> Result<(), Fault> {
        self.set_guard()?;
        self.is_held = true;
        Ok(())
    }

    /// Frames committed, and of these, frames in the database already.
    pub(super) fn frames(&self) -> Result<(u64, u64), Fault> {
        let told = self
            .eye
            .query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| {
                Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
            });
        let (frames, folded) = told.map_err(|error| failed("cannot be looked at", error))?;
        Ok((frames.max(0) as u64, folded.max(0) as u64))
    }

    /// Bytes of the log in use.
    pub(super) fn bytes(&self) -> Result<u64, Fault> {
        let frame = self
            .reader
            .as_ref()
            .map_or(4096, |reader| reader.header.frame() as u64);
        Ok(self.frames()?.0 * frame)
    }

    /// True when the log is longer than this. Then it waits no longer for a base, nor for an archive that has not read nearly all.
    fn keep_short(&mut self, most: u64) -> Result<bool, Fault> {
        // The file is as long as what of it is in use, or longer.
        if fs::metadata(&self.log).is_ok_and(|log| log.len() <= most) {
            return Ok(false);
        }
        let bytes = self.bytes()?;
        if bytes <= most {
            return Ok(false);
        }
        if mem::take(&mut self.is_held) {
            tracing::error!(bytes, "the write-ahead log was too long to wait for a base");
        }
        if !self.is_lost && self.unarchived(bytes) > most / IN_MEMORY {
            tracing::error!(
                bytes,
                "the write-ahead log was too long to wait for the archive"
            );
            self.let_go();
        }
        Ok(true)
    }

    /// Bytes not given out yet, of a log of so many.
    fn unarchived(&self, bytes: u64) -> u64 {
        let header = File::open(&self.log)
            .ok()
            .and_then(|file| Header::read(&file));
        let present = self
            .reader
            .as_ref()
            .filter(|reader| Some(reader.header) == header);
        let read = present.map_or(0, |reader| reader.frames * reader.header.frame() as u64);
        let kept: usize = self.rest.iter().map(|piece| piece.frames.len()).sum();
        bytes.saturating_sub(read) + kept as u64
    }

    /// Nothing waits for what is unread: a new base is to be made.
    fn let_go(&mut self) {
        self.is_lost = true;
        self.is_held = false;
        self.rest.clear();
    }

    /// Forgets what was read of a log that is lost; false when it is not.
    pub(super) fn forget(&mut self) -> bool {
        if self.is_lost {
            self.reader = None;
            self.rest.clear();
        }
        self.is_lost
    }

    /// Begins before the first frame of the present generation, for a new base.
    pub(super) fn begin_anew(&mut self) {
        self.reader = None;
        self.rest.clear();
        self.is_lost = false;
    }

    /// Goes on after a chain's end; false when the log is no continuation of it.
    pub(super) fn go_on_after(&mut self, end: &End) -> Result<bool, Fault> {
        let Ok(log) = File::open(&self.log) else {
            return Ok(false);
        };
        let frame = end.header.frame() as u64;
        let Some(live) = frame_at(&log, end.bytes.saturating_sub(frame)) else {
            return Ok(false);
        };
        let reader = Reader::after(end.header, end.bytes / frame, &end.frame);
        let (frames, folded) = self.frames()?;
        // A log that is in the database as a whole may begin anew with the next commit: nothing of it may be unread.
        let is_safe = frames == reader.frames || (frames > reader.frames && folded < frames);
        if Header::read(&log) != Some(end.header) || live != end.frame || !is_safe {
            return Ok(false);
        }
        self.begin_anew();
        self.reader = Some(reader);
        Ok(true)
    }

    /// The next piece to archive; none when there is nothing.
    ///
    /// # Errors
    /// A fault when the log is lost: what is next would not follow from what was given out.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, Fault> {
        if self.is_lost {
            return Err(Fault::new("the write-ahead log was let go of"));
        }
        match self.rest.pop_front() {
            None => self.read(),
            piece => Ok(piece),
        }
    }

    fn read(&mut self) -> Result<Option<Piece>, Fault> {
        let Ok(file) = File::open(&self.log) else {
            return Ok(None);
        };
        let Some(header) = Header::read(&file) else {
            return Ok(None);
        };
        let (frames, _) = self.frames()?;
        // The generation changed in between, or has changed and its first frame is not written yet.
        if frames == 0 || Header::read(&file) != Some(header) {
            return Ok(None);
        }
        self.refuse_foreign(&header)?;
        let known = self
            .reader
            .as_ref()
            .filter(|reader| reader.header == header);
        let mut reader = known.cloned().unwrap_or_else(|| Reader::begin(header));
        let opens = reader.frames == 0;
        let read = reader.read(&file, frames, MOST)?;
        if read.is_empty() {
            return Ok(None);
        }
        self.reader = Some(reader);
        Ok(Some(Piece {
            header: opens.then_some(header.bytes),
            frames: read,
        }))
    }

    /// A generation that is not the next one was not begun after one that is archived as a whole.
    fn refuse_foreign(&mut self, header: &Header) -> Result<(), Fault> {
        let known = self.reader.as_ref().map(|reader| reader.header);
        if known.is_none_or(|known| known == *header || header.follows(&known)) {
            return Ok(());
        }
        self.let_go();
        Err(Fault::new(
            "the write-ahead log was begun anew by somebody else",
        ))
    }

    /// Folds the log into the database once all of it was read, so that the next commit may begin it anew.
    fn checkpoint(&mut self, writer: &Connection) -> Result<(), Fault> {
        if self.is_held {
            return Ok(());
        }
        let told = |error| failed("cannot be folded in", error);
        writer.execute_batch("BEGIN IMMEDIATE").map_err(told)?;
        let folded = self.fold();
        let guarded = self.set_guard();
        writer.execute_batch("ROLLBACK").map_err(told)?;
        // Whoever reads next may find another generation.
        self.is_lost |= guarded.is_err();
        folded.and(guarded)
    }

    fn fold(&mut self) -> Result<(), Fault> {
        if !self.is_lost {
            while let Some(piece) = self.read()? {
                self.rest.push_back(piece);
            }
        }
        let told = |error| failed("cannot be folded in", error);
        if !self.guard.is_autocommit() {
            self.guard.execute_batch("ROLLBACK").map_err(told)?;
        }
        let folded = self
            .eye
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        folded.map_err(told)
    }
}

fn failed(what: &str, error: rusqlite::Error) -> Fault {
    Fault::from_error(format!("the write-ahead log {what}"), error)
}

#[cfg(test)]
mod tests;
