//! A database as it was at a moment, from an archive.
//!
//! Keeps true: every byte used is checked against the chain of hashes before SQLite sees it; SQLite itself must take every frame; a
//! moment the archive cannot tell apart from its neighbours is refused, never guessed.
//! Not here: putting the file in place, proving it; see `backup` and the program.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use qudao_base::{Fault, Instant, Result};
use rusqlite::Connection;

use super::{
    DELAY_MAX, cannot,
    chain::{self, Base, DATABASE, Entry},
    wal::{HEADER, Header},
};
use crate::backup::with_ending;

/// What was rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Everything committed up to here is in it, and nothing later.
    pub at: Instant,
    /// Segments replayed.
    pub segments: u32,
}

/// The newest moment the archive holds. Nothing is checked.
///
/// # Errors
/// A fault when there is no archive.
pub fn newest(archive: &Path) -> Result<Instant> {
    let (_, folder, base) = chain::list(archive)?.pop().ok_or_else(|| none(archive))?;
    let last = chain::read_index(&folder)?.pop();
    Ok(last.map_or_else(
        || base.at(),
        |last| Instant::from_micros(last.at.max(base.at)),
    ))
}

/// Makes the new file what the database was at the moment, or at the newest moment of the archive.
///
/// # Errors
/// A fault that names the file that is damaged or missing, or the span of time that was not archived.
pub fn rebuild(archive: &Path, until: Option<Instant>, target: &Path) -> Result<Rebuilt> {
    let chosen = choose(&chain::list(archive)?, archive, until)?;
    copy_base(&chosen, target)?;
    let mut replay = Replay {
        folder: &chosen.folder,
        target,
        before: chosen.base.sha256.clone(),
        whole: chosen.base.at(),
    };
    let segments = chosen
        .entries
        .chunk_by(|one, other| one.segment == other.segment);
    let mut replayed = 0;
    for entries in segments {
        replayed += u32::from(replay.segment(entries)?);
    }
    finish(target)?;
    let last = chosen
        .entries
        .last()
        .map_or(chosen.base.at, |entry| entry.at);
    Ok(Rebuilt {
        at: Instant::from_micros(last.max(chosen.base.at)),
        segments: replayed,
    })
}

struct Chosen {
    folder: PathBuf,
    base: Base,
    entries: Vec<Entry>,
}

fn none(archive: &Path) -> Fault {
    Fault::new(format!("{} holds no archive", archive.display()))
}

/// The newest chain that begins before the moment, and its lines up to it.
fn choose(
    chains: &[(u32, PathBuf, Base)],
    archive: &Path,
    until: Option<Instant>,
) -> Result<Chosen> {
    let begins = chains.first().ok_or_else(|| none(archive))?.2.at();
    let found = match until {
        None => chains.len().checked_sub(1),
        Some(moment) => chains.iter().rposition(|(_, _, base)| base.at() <= moment),
    };
    let at = found.ok_or_else(|| Fault::new(format!("the archive begins at {begins}")))?;
    let (_, folder, base) = &chains[at];
    let mut entries = chain::read_index(folder)?;
    if let Some(moment) = until {
        let kept = entries.partition_point(|entry| entry.at <= moment.micros());
        let later = entries.get(kept).map(|entry| (entry.since, entry.at));
        let later = match (later, chains.get(at + 1)) {
            (None, Some((_, _, next))) => {
                let last = entries.last().map_or(&base.sha256, |entry| &entry.sha256);
                let goes_over = next.follows.as_ref() == Some(last);
                let end = entries.last().map_or(base.at, |entry| entry.at);
                Some((next.since.filter(|_| goes_over).unwrap_or(end), next.at))
            }
            (later, _) => later,
        };
        refuse_hole(moment, later)?;
        entries.truncate(kept);
    }
    let is_whole =
        base.head == base.sha256 || entries.iter().any(|entry| entry.sha256 == base.head);
    if !is_whole {
        let told = format!("{}: lines of the index are missing", folder.display());
        return Err(Fault::new(told).into());
    }
    Ok(Chosen {
        folder: folder.clone(),
        base: base.clone(),
        entries,
    })
}

/// What was committed in a long span that was archived at once cannot be told apart by time.
fn refuse_hole(moment: Instant, later: Option<(i64, i64)>) -> Result<()> {
    let Some((since, at)) = later else {
        return Ok(());
    };
    let is_long = at.saturating_sub(since) > DELAY_MAX.as_micros() as i64;
    if !is_long || moment.micros() <= since {
        return Ok(());
    }
    let (since, at) = (Instant::from_micros(since), Instant::from_micros(at));
    Err(Fault::new(format!(
        "nothing was archived from {since} to {at}; name a moment up to the one or from the other on"
    ))
    .into())
}

fn copy_base(chosen: &Chosen, target: &Path) -> Result<()> {
    let mut made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(target)
        .map_err(|error| cannot("make", target, error))?;
    let source = chosen.folder.join(DATABASE);
    let sha256 = chain::hash_of(&source, |bytes| made.write_all(bytes))?;
    if sha256 != chosen.base.sha256 {
        return Err(damaged(&source, "it is not what it was").into());
    }
    let opened = Connection::open(target)
        .and_then(|connection| connection.pragma_update(None, "journal_mode", "wal"));
    opened.map_err(|error| unreadable(target, error).into())
}

/// Bytes in memory at a time.
const BUFFER: usize = 1 << 20;

struct Replay<'a> {
    folder: &'a Path,
    target: &'a Path,
    /// Hash of the line before.
    before: String,
    /// The moment up to which everything was whole.
    whole: Instant,
}

impl Replay<'_> {
    /// Checks the lines of one segment and lets SQLite replay it; false when there was nothing to replay.
    fn segment(&mut self, entries: &[Entry]) -> Result<bool> {
        let Some(last) = entries.last() else {
            return Ok(false);
        };
        let path = chain::segment_path(self.folder, last.segment);
        let log = with_ending(self.target, "-wal");
        let checked = self.check(entries, &path, &log);
        if checked.is_err() || last.bytes <= HEADER as u64 {
            // SQLite never sees it.
            let _ = fs::remove_file(&log);
            return checked.map(|()| false);
        }
        self.replay(&path, &log)?;
        Ok(true)
    }

    /// Copies the segment to where SQLite will look for its log, and checks every line on the way.
    fn check(&mut self, entries: &[Entry], path: &Path, log: &Path) -> Result<()> {
        let mut made = File::create(log).map_err(|error| cannot("make", log, error))?;
        let mut segment: Box<dyn Read> = match entries.last() {
            Some(last) if last.segment > 0 => {
                let opened = File::open(path);
                Box::new(opened.map_err(|error| self.damaged(path, &error.to_string()))?)
            }
            _ => Box::new(io::empty()),
        };
        let (mut buffer, mut start) = (vec![0; BUFFER], 0);
        for entry in entries {
            let short = || self.damaged(path, "it is too short");
            let mut left = entry.bytes.checked_sub(start).ok_or_else(short)?;
            let mut hash = entry.hash(&self.before);
            while left > 0 {
                let part = &mut buffer[..left.min(BUFFER as u64) as usize];
                segment
                    .read_exact(part)
                    .map_err(|error| match error.kind() {
                        ErrorKind::UnexpectedEof => short(),
                        _ => cannot("read", path, error),
                    })?;
                hash.add(part);
                made.write_all(part)
                    .map_err(|error| cannot("write", log, error))?;
                left -= part.len() as u64;
            }
            let end = entry.bytes;
            if hash.finish() != entry.sha256 {
                let told = format!("bytes {start} to {end} are not what they were");
                return Err(self.damaged(path, &told).into());
            }
            self.before.clone_from(&entry.sha256);
            self.whole = self.whole.max(Instant::from_micros(entry.at));
            start = end;
        }
        Ok(())
    }

    /// The fault of a segment; whoever must may go back to what is whole.
    fn damaged(&self, path: &Path, how: &str) -> Fault {
        damaged(path, &format!("{how}; it is whole up to {}", self.whole))
    }

    fn replay(&self, path: &Path, log: &Path) -> Result<()> {
        let unread = |error| cannot("read", log, error);
        let file = File::open(log).map_err(unread)?;
        let bytes = file.metadata().map_err(unread)?.len();
        let header = Header::read(&file).ok_or_else(|| damaged(path, "it is no log"))?;
        // Closed before SQLite locks it.
        drop(file);
        let frames = ((bytes - HEADER as u64) / header.frame() as u64) as i64;
        let failed = |error| unreadable(self.target, error);
        let connection = Connection::open(self.target).map_err(failed)?;
        let counts = connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
                Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
            })
            .map_err(failed)?;
        if counts != (frames, frames) {
            let told = format!("{} of {frames} frames were replayed", counts.1);
            return Err(damaged(path, &told).into());
        }
        // The last one to go removes the log.
        let closed = connection.close();
        closed.map_err(|(_, error)| failed(error).into())
    }
}

/// The file alone, without a log beside it.
fn finish(target: &Path) -> Result<()> {
    let closed = Connection::open(target)
        .and_then(|connection| connection.pragma_update(None, "journal_mode", "delete"));
    closed.map_err(|error| unreadable(target, error).into())
}

fn damaged(path: &Path, how: &str) -> Fault {
    Fault::new(format!("the archive is damaged: {}: {how}", path.display()))
}

fn unreadable(path: &Path, error: rusqlite::Error) -> Fault {
    Fault::from_error(format!("cannot replay into {}", path.display()), error)
}
