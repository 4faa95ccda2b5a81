//! Reads SQLite's write-ahead log, frame by frame.
//!
//! Keeps true: a frame is given out only when its salts are the file's and its running checksum follows from every frame before it;
//! what is given out ends with a commit.
//! The format is SQLite's own: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.
//! Not here: how many frames are committed (SQLite is asked); where they go.

use std::{fs::File, os::unix::fs::FileExt};

use qudao_base::Fault;

/// Bytes before the first frame.
pub(super) const HEADER: usize = 32;
/// Bytes before the page of a frame.
pub(super) const FRAME_HEADER: usize = 24;
/// The magic number of a log; its last bit tells in which order the words of a checksum are read.
const MAGIC: u32 = 0x377f_0682;
/// The pages SQLite can have.
const PAGE_SIZES: std::ops::RangeInclusive<u32> = 512..=65_536;

type Sums = (u32, u32);

/// The opening of a log: which generation of it this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub bytes: [u8; HEADER],
}

impl Header {
    /// The file's; none when it holds no whole and sound one yet.
    pub fn read(file: &File) -> Option<Self> {
        let mut bytes = [0; HEADER];
        file.read_exact_at(&mut bytes, 0).ok()?;
        Self::of(bytes)
    }

    /// None when the bytes open no log.
    pub fn of(bytes: [u8; HEADER]) -> Option<Self> {
        let header = Self { bytes };
        let sound = word(&bytes, 0) & !1 == MAGIC
            && PAGE_SIZES.contains(&word(&bytes, 8))
            && word(&bytes, 8).is_power_of_two()
            && sums_of(header.is_big_endian(), (0, 0), &bytes[..24]) == told(&bytes, 24);
        sound.then_some(header)
    }

    fn is_big_endian(&self) -> bool {
        word(&self.bytes, 0) & 1 == 1
    }

    /// True when SQLite began this generation after that one, with none between: it counts the first salt up.
    pub fn follows(&self, before: &Self) -> bool {
        word(&self.bytes, 16) == word(&before.bytes, 16).wrapping_add(1)
    }

    /// Bytes of a frame.
    pub fn frame(&self) -> usize {
        FRAME_HEADER + word(&self.bytes, 8) as usize
    }
}

/// What the frame at this place of the file begins with.
pub(super) fn frame_at(file: &File, at: u64) -> Option<[u8; FRAME_HEADER]> {
    let mut bytes = [0; FRAME_HEADER];
    file.read_exact_at(&mut bytes, at).ok()?;
    Some(bytes)
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let mut four = [0; 4];
    four.copy_from_slice(&bytes[at..at + 4]);
    u32::from_be_bytes(four)
}

fn told(bytes: &[u8], at: usize) -> Sums {
    (word(bytes, at), word(bytes, at + 4))
}

/// Takes up more bytes, a multiple of eight, into a checksum.
fn sums_of(is_big_endian: bool, sums: Sums, bytes: &[u8]) -> Sums {
    let number = |at: usize, part: &[u8]| {
        let big = word(part, at);
        if is_big_endian { big } else { big.swap_bytes() }
    };
    bytes.chunks_exact(8).fold(sums, |(first, second), part| {
        let first = first.wrapping_add(number(0, part)).wrapping_add(second);
        let second = second.wrapping_add(number(4, part)).wrapping_add(first);
        (first, second)
    })
}

/// How far a generation of the log was read.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    pub header: Header,
    /// Frames read; the last one is a commit.
    pub frames: u64,
    sums: Sums,
}

impl Reader {
    /// Before the first frame.
    pub fn begin(header: Header) -> Self {
        Self {
            frames: 0,
            sums: told(&header.bytes, 24),
            header,
        }
    }

    /// After so many frames, of which the last one begins with these bytes.
    pub fn after(header: Header, frames: u64, last: &[u8; FRAME_HEADER]) -> Self {
        Self {
            header,
            frames,
            sums: told(last, 16),
        }
    }

    /// Where the next frame begins.
    pub fn place(&self) -> u64 {
        HEADER as u64 + self.frames * self.header.frame() as u64
    }

    /// Reads on to a commit: up to so many frames of the whole log, or a few when they are `most` bytes already. Nothing has moved on
    /// when this fails.
    ///
    /// # Errors
    /// A fault when a frame is not what must follow.
    pub fn read(&mut self, file: &File, frames: u64, most: usize) -> Result<Vec<u8>, Fault> {
        let (mut at, mut bytes) = (self.clone(), Vec::new());
        let mut frame = vec![0; self.header.frame()];
        let mut ends = true;
        while at.frames < frames && !(ends && bytes.len() >= most) {
            file.read_exact_at(&mut frame, at.place())
                .map_err(|error| Fault::from_error("the write-ahead log cannot be read", error))?;
            ends = at.take(&frame)?;
            bytes.extend_from_slice(&frame);
        }
        if !ends {
            return Err(Fault::new("the write-ahead log does not end with a commit"));
        }
        *self = at;
        Ok(bytes)
    }

    /// Checks the next frame; true when it is a commit.
    pub fn take(&mut self, frame: &[u8]) -> Result<bool, Fault> {
        let (big, salts) = (self.header.is_big_endian(), &self.header.bytes[16..24]);
        let sums = sums_of(big, self.sums, &frame[..8]);
        let sums = sums_of(big, sums, &frame[FRAME_HEADER..]);
        if frame[8..16] != *salts || sums != told(frame, 16) {
            let number = self.frames + 1;
            return Err(Fault::new(format!(
                "frame {number} of the write-ahead log does not follow from the one before"
            )));
        }
        self.sums = sums;
        self.frames += 1;
        Ok(word(frame, 4) > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rusqlite::Connection;

    use super::*;

    /// A log with three commits, in a folder of its own.
    fn log(name: &str) -> (std::path::PathBuf, Connection) {
        let folder = std::env::temp_dir().join(format!("qudao_wal_{name}_{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let connection = Connection::open(folder.join("x.db")).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a);
                 INSERT INTO t VALUES (zeroblob(20000)); INSERT INTO t VALUES (2);",
            )
            .unwrap();
        (folder, connection)
    }

    fn frames_of(connection: &Connection) -> u64 {
        let sql = "PRAGMA wal_checkpoint(NOOP)";
        let told = connection.query_row(sql, [], |row| row.get::<_, i64>(1));
        told.unwrap() as u64
    }

    #[test]
    fn reads_every_committed_frame_and_stops_at_commits() {
        let (folder, connection) = log("reads");
        let frames = frames_of(&connection);
        let file = File::open(folder.join("x.db-wal")).unwrap();
        let mut reader = Reader::begin(Header::read(&file).unwrap());
        let mut all = reader.read(&file, frames, 1).unwrap();
        assert!(reader.frames < frames);
        while reader.frames < frames {
            all.extend(reader.read(&file, frames, 1).unwrap());
        }
        let written = fs::read(folder.join("x.db-wal")).unwrap();
        assert_eq!(all, written[HEADER..HEADER + all.len()]);
        assert!(reader.read(&file, frames + 1, 1).is_err(), "no such frame");
        assert!(reader.read(&file, frames, 1).unwrap().is_empty());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn half_written_changed_and_foreign_frames_are_not_given_out() {
        let (folder, connection) = log("changed");
        let frames = frames_of(&connection);
        let bytes = fs::read(folder.join("x.db-wal")).unwrap();
        let copy = folder.join("copy");
        let outcome = |bytes: &[u8], frames: u64| {
            fs::write(&copy, bytes).unwrap();
            let file = File::open(&copy).unwrap();
            let header = Header::read(&file)?;
            let mut reader = Reader::begin(header);
            let read = reader.read(&file, frames, usize::MAX).ok();
            assert_eq!(reader.frames, if read.is_some() { frames } else { 0 });
            read
        };
        assert!(outcome(&bytes, frames).is_some());
        let frame = Header::of(bytes[..HEADER].try_into().unwrap())
            .unwrap()
            .frame();
        for at in [
            3,
            16,
            28,
            HEADER + 1,
            HEADER + 9,
            HEADER + 17,
            HEADER + frame + 300,
        ] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(outcome(&changed, frames).is_none(), "byte {at}");
        }
        assert!(
            outcome(&bytes[..HEADER + frame * 2 - 1], 2).is_none(),
            "half a frame"
        );
        drop(connection);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn knows_the_next_generation() {
        let (folder, connection) = log("generation");
        let path = folder.join("x.db-wal");
        let opening = || Header::read(&File::open(&path).unwrap()).unwrap();
        let first = opening();
        let begin_anew = "PRAGMA wal_checkpoint(PASSIVE); INSERT INTO t VALUES (4);";
        connection.execute_batch(begin_anew).unwrap();
        let second = opening();
        assert!(second.follows(&first) && !first.follows(&first));
        connection.execute_batch(begin_anew).unwrap();
        assert!(opening().follows(&second) && !opening().follows(&first));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn goes_on_from_the_last_frame_known() {
        let (folder, connection) = log("goes_on");
        let file = File::open(folder.join("x.db-wal")).unwrap();
        let mut reader = Reader::begin(Header::read(&file).unwrap());
        let read = reader
            .read(&file, frames_of(&connection), usize::MAX)
            .unwrap();
        let last = read.len() - reader.header.frame();
        let last = read[last..last + FRAME_HEADER].try_into().unwrap();
        let mut again = Reader::after(reader.header, reader.frames, last);
        connection
            .execute_batch("INSERT INTO t VALUES (3)")
            .unwrap();
        let more = again
            .read(&file, frames_of(&connection), usize::MAX)
            .unwrap();
        assert!(!more.is_empty());
        assert_eq!(
            more,
            reader
                .read(&file, frames_of(&connection), usize::MAX)
                .unwrap()
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
