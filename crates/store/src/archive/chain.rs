//! One base copy and what followed, in a folder of the archive.
//!
//! The folder `00000007` holds `database` (the copy), `00000001.wal` and on (each a beginning of one generation of the write-ahead log,
//! byte for byte), `index` and, written last, `base.json`. A line of `index` says until when, since when, in which segment, up to which
//! byte, and a SHA-256 over the line before, this line and the bytes added: `at since segment bytes sha256`.
//! Keeps true: a folder without `base.json` is none; bytes no line of the index covers count as not written; nothing before the last
//! line can be changed or taken away unnoticed.
//! Not here: when to begin a chain; see `archiver`.

use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write as _},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use qudao_base::{Fault, Instant};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    cannot,
    wal::{self, FRAME_HEADER, HEADER, Header},
};

pub(super) const DATABASE: &str = "database";
const BASE: &str = "base.json";
const INDEX: &str = "index";
/// What this program writes; another number is refused.
const FORMAT: u32 = 1;

/// What `base.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Base {
    format: u32,
    /// From this moment on the chain can be restored to; microseconds since 1970, UTC.
    pub at: i64,
    /// The chain before is complete up to here. None when what came between was not archived.
    pub since: Option<i64>,
    /// Hash of the last line of the chain before, if that goes over into this one.
    pub follows: Option<String>,
    /// Hash of the copy.
    pub sha256: String,
    /// Hash of the line without which the copy is not one state.
    pub head: String,
    /// Hash of all this.
    check: String,
}

impl Base {
    /// The moment from which on the chain can be restored to.
    pub fn at(&self) -> Instant {
        Instant::from_micros(self.at)
    }

    fn hash(&self) -> String {
        let (since, follows) = (self.since, &self.follows);
        let text = format!(
            "{} {} {since:?} {follows:?} {} {}",
            self.format, self.at, self.sha256, self.head
        );
        hex(&Sha256::digest(text.as_bytes()))
    }
}

/// A line of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Everything committed up to here is archived.
    pub at: i64,
    /// What this line adds was committed later than this.
    pub since: i64,
    /// 0 before the first.
    pub segment: u32,
    /// Bytes of the segment.
    pub bytes: u64,
    pub sha256: String,
}

impl Entry {
    /// What stands before the first line.
    pub fn first(sha256: String) -> Self {
        Self {
            at: 0,
            since: 0,
            segment: 0,
            bytes: 0,
            sha256,
        }
    }

    fn text(&self) -> String {
        let Self {
            at,
            since,
            segment,
            bytes,
            ..
        } = self;
        format!("{at} {since} {segment} {bytes}")
    }

    /// The hash this line must have after the one before, with the bytes it adds: to be given these, and finished.
    pub fn hash(&self, before: &str) -> Hash {
        let mut hash = Sha256::new();
        hash.update(before.as_bytes());
        hash.update(self.text().as_bytes());
        Hash(hash)
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let entry = Self {
            at: words.next()?.parse().ok()?,
            since: words.next()?.parse().ok()?,
            segment: words.next()?.parse().ok()?,
            bytes: words.next()?.parse().ok()?,
            sha256: words.next()?.to_owned(),
        };
        words.next().is_none().then_some(entry)
    }
}

/// The hash of a line, as far as its bytes are known.
pub(super) struct Hash(Sha256);

impl Hash {
    /// Takes up the next bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// As it stands in the index.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// What is to be archived next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// The opening of a new generation of the log, and so of a new segment.
    pub header: Option<[u8; HEADER]>,
    /// Whole frames, the last one a commit.
    pub frames: Vec<u8>,
}

/// The last frame of a chain.
pub(super) struct End {
    /// Of its segment.
    pub header: Header,
    /// Of the segment, up to the end of the frame.
    pub bytes: u64,
    /// What the frame begins with.
    pub frame: [u8; FRAME_HEADER],
}

/// A chain being written.
pub(super) struct Chain {
    pub folder: PathBuf,
    pub last: Entry,
    index: File,
    index_bytes: u64,
    segment: Option<File>,
}

impl Chain {
    /// Goes on with a chain after a copy of this hash, from the last whole line of the index.
    pub fn open(folder: &Path, sha256: &str) -> Result<Self, Fault> {
        let path = folder.join(INDEX);
        let index = open(&path)?;
        let entries = read_index(folder)?;
        let whole = |entry: &Entry| entry.text().len() as u64 + entry.sha256.len() as u64 + 2;
        let index_bytes = entries.iter().map(whole).sum();
        let last = entries.into_iter().next_back();
        let last = last.unwrap_or_else(|| Entry::first(sha256.to_owned()));
        Ok(Self {
            segment: match last.segment {
                0 => None,
                number => Some(open(&segment_path(folder, number))?),
            },
            folder: folder.to_owned(),
            last,
            index,
            index_bytes,
        })
    }

    /// Where the chain ends, if it holds a frame that can be read.
    pub fn end(&self) -> Option<End> {
        let (segment, bytes) = (self.segment.as_ref()?, self.last.bytes);
        let header = Header::read(segment)?;
        let frame = wal::frame_at(segment, bytes.saturating_sub(header.frame() as u64))?;
        Some(End {
            header,
            bytes,
            frame,
        })
    }

    /// Adds the piece, on the disk when this returns. When it fails nothing was added, and it may be tried again.
    pub fn append(&mut self, piece: &Piece, at: Instant, since: Instant) -> Result<(), Fault> {
        let header = piece.header.as_ref().map_or(&[][..], |header| header);
        let added = [header, &piece.frames];
        let bytes = added.iter().map(|part| part.len() as u64).sum::<u64>();
        let (number, start) = match piece.header {
            Some(_) => (self.last.segment + 1, 0),
            None => (self.last.segment, self.last.bytes),
        };
        if piece.header.is_some() {
            self.segment = Some(open(&segment_path(&self.folder, number))?);
            sync_folder(&self.folder)?;
        }
        if let Some(segment) = self.segment.as_ref().filter(|_| bytes > 0) {
            let written = put(segment, start, &added);
            written.map_err(|error| cannot("write", &segment_path(&self.folder, number), error))?;
        }
        let mut entry = Entry {
            // A clock may be set back; lines are in order.
            at: at.micros().max(self.last.at),
            since: since.micros(),
            segment: number,
            bytes: start + bytes,
            sha256: String::new(),
        };
        let mut hash = entry.hash(&self.last.sha256);
        for part in added {
            hash.add(part);
        }
        entry.sha256 = hash.finish();
        let line = format!("{} {}\n", entry.text(), entry.sha256);
        put(&self.index, self.index_bytes, &[line.as_bytes()])
            .map_err(|error| cannot("write", &self.folder.join(INDEX), error))?;
        self.index_bytes += line.len() as u64;
        self.last = entry;
        Ok(())
    }

    /// Makes the chain one that can be restored from.
    pub fn publish(
        &self,
        sha256: &str,
        at: Instant,
        before: Option<(Instant, String)>,
    ) -> Result<Base, Fault> {
        let (since, follows) = before.unzip();
        let mut base = Base {
            format: FORMAT,
            at: at.micros(),
            since: since.map(Instant::micros),
            follows,
            sha256: sha256.to_owned(),
            head: self.last.sha256.clone(),
            check: String::new(),
        };
        base.check = base.hash();
        let text = serde_json::to_string_pretty(&base)
            .map_err(|error| Fault::from_error("a base cannot be described", error))?;
        let (path, aside) = (self.folder.join(BASE), self.folder.join("base.new"));
        let written = File::create(&aside).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&aside, &path)
        });
        written.map_err(|error| cannot("write", &path, error))?;
        sync_folder(&self.folder)?;
        Ok(base)
    }
}

/// Writes the parts at the place, one after the other, and ends the file there, on the disk.
fn put(file: &File, mut at: u64, parts: &[&[u8]]) -> std::io::Result<()> {
    file.set_len(at)?;
    for part in parts {
        file.write_all_at(part, at)?;
        at += part.len() as u64;
    }
    file.sync_data()
}

fn open(path: &Path) -> Result<File, Fault> {
    let mut options = OpenOptions::new();
    let opened = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    opened.map_err(|error| cannot("open", path, error))
}

pub(super) fn sync_folder(folder: &Path) -> Result<(), Fault> {
    let synced = File::open(folder).and_then(|file| file.sync_all());
    synced.map_err(|error| cannot("sync", folder, error))
}

pub(super) fn segment_path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:08}.wal"))
}

/// All whole lines; what a crash left of a last one does not count.
pub(super) fn read_index(folder: &Path) -> Result<Vec<Entry>, Fault> {
    let path = folder.join(INDEX);
    let text = fs::read_to_string(&path).map_err(|error| cannot("read", &path, error))?;
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let parsed = whole.lines().zip(1..).map(|(line, number)| {
        let told = || Fault::new(format!("{}: line {number} is damaged", path.display()));
        Entry::parse(line).ok_or_else(told)
    });
    parsed.collect()
}

/// The chains that can be restored from, oldest first, with their numbers.
pub(super) fn list(archive: &Path) -> Result<Vec<(u32, PathBuf, Base)>, Fault> {
    let mut found = Vec::new();
    for (number, folder) in numbered(archive)? {
        let path = folder.join(BASE);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            read => read.map_err(|error| cannot("read", &path, error))?,
        };
        let base: Base = serde_json::from_str(&text)
            .map_err(|error| Fault::from_error(path.display().to_string(), error))?;
        if base.format != FORMAT {
            let told = format!("{}: format {} is not known", path.display(), base.format);
            return Err(Fault::new(told));
        }
        if base.check != base.hash() {
            let told = format!(
                "the archive is damaged: {} is not what it was",
                path.display()
            );
            return Err(Fault::new(told));
        }
        found.push((number, folder, base));
    }
    Ok(found)
}

/// All folders of chains, also those begun and not finished.
pub(super) fn numbered(archive: &Path) -> Result<Vec<(u32, PathBuf)>, Fault> {
    let failed = |error| cannot("read", archive, error);
    let mut found = Vec::new();
    for one in fs::read_dir(archive).map_err(failed)? {
        let path = one.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(number) = name.and_then(|name| name.parse().ok()) {
            found.push((number, path));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Removes a chain: first what makes it one.
pub(super) fn remove(folder: &Path) -> Result<(), Fault> {
    match fs::remove_file(folder.join(BASE)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(cannot("remove", folder, error));
        }
        _ => {}
    }
    fs::remove_dir_all(folder).map_err(|error| cannot("remove", folder, error))
}

/// The SHA-256 of a file; its bytes go to `each` on the way.
pub(super) fn hash_of(
    path: &Path,
    mut each: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> Result<String, Fault> {
    let failed = |error| cannot("read", path, error);
    let mut file = File::open(path).map_err(failed)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
        each(&buffer[..read]).map_err(failed)?;
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
