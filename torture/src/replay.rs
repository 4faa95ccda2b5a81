//! Files as a disk holds them after the power went: what was synced, and of the rest nothing or any part.
//!
//! Keeps true: a write counts as lasting only from the sync of its file on, a new name only from the sync of its folder on; between
//! syncs any subset of writes may have reached the disk, in any order, the last of them torn at a sector.
//! Not here: disks that lie about syncs.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    path::Path,
};

use crate::{Checked, kill::scattered, said};

const SECTOR: usize = 512;

/// One thing done to a file.
#[derive(Clone, Debug)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate(usize),
}

/// A record of the log.
#[derive(Debug)]
pub enum Record {
    Created(String),
    Changed {
        name: String,
        change: Content,
    },
    Synced(String),
    /// A sync failed: the kernel calls what was unsynced clean and may forget it.
    Dropped(String),
    FolderSynced,
    Removed(String),
}

/// What was written, opaque to others.
#[derive(Clone, Debug)]
pub struct Content(Change);

/// The log, record by record.
pub struct Log(BufReader<File>, u64);

impl Log {
    /// Opens it.
    pub fn open(path: &Path) -> Checked<Self> {
        Ok(Self(BufReader::new(File::open(path).map_err(said)?), 0))
    }

    /// Where the next record begins.
    pub const fn position(&self) -> u64 {
        self.1
    }

    /// The next record; none at the end, or where the program was killed while writing one.
    pub fn next(&mut self) -> Checked<Option<Record>> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).map_err(said)?;
        if !line.ends_with('\n') {
            return Ok(None);
        }
        self.1 += read as u64;
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |at: usize| -> Checked<usize> {
            let word: &str = words.get(at).copied().unwrap_or_default();
            word.parse().map_err(|error| format!("{line}: {error}"))
        };
        let name = words.get(1).copied().unwrap_or_default().to_owned();
        Ok(Some(match words.first().copied() {
            Some("C") => Record::Created(name),
            Some("S") => Record::Synced(name),
            Some("X") => Record::Dropped(name),
            Some("D") => Record::FolderSynced,
            Some("U") => Record::Removed(name),
            Some("T") => Record::Changed {
                name,
                change: Content(Change::Truncate(number(2)?)),
            },
            Some("W") => {
                let (offset, mut bytes) = (number(2)?, vec![0; number(3)?]);
                if self.0.read_exact(&mut bytes).is_err() {
                    return Ok(None);
                }
                self.1 += bytes.len() as u64;
                Record::Changed {
                    name,
                    change: Content(Change::Write { offset, bytes }),
                }
            }
            _ => return Err(format!("no record: {line}")),
        }))
    }
}

#[derive(Clone, Debug, Default)]
struct Stored {
    lasting: Vec<u8>,
    /// Since the last sync.
    passing: Vec<Change>,
    /// Its name is not yet on the disk.
    is_new: bool,
}

impl Stored {
    fn apply(bytes: &mut Vec<u8>, change: &Change) {
        match change {
            Change::Truncate(length) => bytes.resize(*length, 0),
            Change::Write { offset, bytes: new } => {
                let end = offset + new.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*offset..end].copy_from_slice(new);
            }
        }
    }

    fn sync(&mut self) {
        for change in std::mem::take(&mut self.passing) {
            Self::apply(&mut self.lasting, &change);
        }
    }

    /// With a part of what passed: each change by the toss of a coin, torn by another.
    fn with_some(&self, seed: u64) -> Vec<u8> {
        let mut bytes = self.lasting.clone();
        for (at, change) in (0_u64..).zip(&self.passing) {
            let coin = scattered(seed ^ scattered(at));
            match change {
                _ if coin & 1 == 0 => {}
                Change::Write { offset, bytes: new } if coin & 6 == 0 => {
                    let sectors = new.len() / SECTOR;
                    let kept = (coin >> 8) as usize % (sectors + 1) * SECTOR;
                    let torn = Change::Write {
                        offset: *offset,
                        bytes: new[..kept].to_vec(),
                    };
                    Self::apply(&mut bytes, &torn);
                }
                change => Self::apply(&mut bytes, change),
            }
        }
        bytes
    }
}

/// How the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Nothing unsynced reached the disk.
    Clean,
    /// Some of it did.
    Ragged(u64),
}

/// A folder on the disk.
#[derive(Clone, Debug, Default)]
pub struct Disk(BTreeMap<String, Stored>);

impl Disk {
    /// As it lies there now, everything lasting.
    pub fn of(folder: &Path) -> Checked<Self> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(said)? {
            let entry = entry.map_err(said)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let lasting = fs::read(entry.path()).map_err(said)?;
            let stored = Stored {
                lasting,
                ..Stored::default()
            };
            files.insert(name, stored);
        }
        Ok(Self(files))
    }

    /// Plays a whole log.
    pub fn play_all(&mut self, log: &Path) -> Checked {
        let mut log = Log::open(log)?;
        while let Some(record) = log.next()? {
            self.play(record);
        }
        Ok(())
    }

    /// Does what the record says.
    pub fn play(&mut self, record: Record) {
        match record {
            Record::Created(name) => {
                let stored = Stored {
                    is_new: true,
                    ..Stored::default()
                };
                self.0.insert(name, stored);
            }
            Record::Changed { name, change } => {
                self.0.entry(name).or_default().passing.push(change.0);
            }
            Record::Synced(name) => {
                if let Some(stored) = self.0.get_mut(&name) {
                    stored.sync();
                }
            }
            Record::Dropped(name) => {
                if let Some(stored) = self.0.get_mut(&name) {
                    stored.passing.clear();
                }
            }
            Record::FolderSynced => self.0.values_mut().for_each(|stored| stored.is_new = false),
            Record::Removed(name) => {
                self.0.remove(&name);
            }
        }
    }

    /// Writes what the disk holds after the cut into an empty folder.
    pub fn write(&self, cut: Cut, folder: &Path) -> Checked {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).map_err(said)?;
        for (name, stored) in &self.0 {
            let bytes = match cut {
                Cut::Clean if stored.is_new => continue,
                Cut::Clean => stored.lasting.clone(),
                Cut::Ragged(seed) => stored.with_some(seed),
            };
            fs::write(folder.join(name), bytes).map_err(said)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(name: &str, offset: usize, text: &str) -> Record {
        let bytes = text.as_bytes().to_vec();
        Record::Changed {
            name: name.to_owned(),
            change: Content(Change::Write { offset, bytes }),
        }
    }

    #[test]
    fn only_what_was_synced_lasts() {
        let folder = crate::ground::Folder::new().unwrap();
        let mut disk = Disk::default();
        disk.play(Record::Created("a".to_owned()));
        disk.play(change("a", 0, "one"));
        disk.play(Record::Synced("a".to_owned()));
        let image = folder.0.join("image");
        disk.write(Cut::Clean, &image).unwrap();
        assert!(!image.join("a").exists(), "the name was not synced");
        disk.play(Record::FolderSynced);
        disk.play(change("a", 3, "two"));
        disk.write(Cut::Clean, &image).unwrap();
        assert_eq!(fs::read(image.join("a")).unwrap(), b"one");
        disk.play(Record::Synced("a".to_owned()));
        disk.write(Cut::Clean, &image).unwrap();
        assert_eq!(fs::read(image.join("a")).unwrap(), b"onetwo");
    }
}
