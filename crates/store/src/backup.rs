//! Copies of a whole database: taken while others write, put back, tried out in a throw-away place.
//!
//! Keeps true: a copy is one consistent state; taking it stops no writer; nothing is written over unless that is asked for, and an
//! SQLite file replaced is kept beside; a database in use is never replaced.
//! Not here: whether a copy is whole (checksums) and sound (the kernel's proofs); the program does both.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use qudao_base::{Fault, Result};

use crate::{
    Dialect, Options, Store,
    postgres::dump,
    sqlite::copy,
    store::{is_postgres, sqlite_path},
};

/// Which database the address names.
pub fn dialect_of(address: &str) -> Dialect {
    if is_postgres(address) {
        Dialect::Postgres
    } else {
        Dialect::Sqlite
    }
}

/// Copies the database into a new file: SQLite's own file format, or `pg_dump`'s custom format.
///
/// # Errors
/// A fault when the database or `pg_dump` cannot be had, or the target exists.
pub fn take(address: &str, target: &Path) -> Result<()> {
    if target.exists() {
        return Err(Fault::new(format!("{} exists", target.display())).into());
    }
    if is_postgres(address) {
        dump::take(address, target)?;
    } else {
        copy::take(sqlite_path(address), target, || true)?;
    }
    sync(target)
}

/// True when the database has no tables, or does not exist.
pub fn is_empty(address: &str) -> Result<bool> {
    if !is_postgres(address) && !sqlite_path(address).exists() {
        return Ok(true);
    }
    let store = Store::open(address, Options::default())?;
    let empty = store.schema()?.tables.is_empty();
    store.close();
    Ok(empty)
}

/// Refuses when the database holds something, unless that is to be overwritten.
pub fn refuse_over_data(address: &str, overwrite: bool) -> Result<()> {
    if overwrite || is_empty(address)? {
        return Ok(());
    }
    let told = "the database holds data; name an empty one, or say --overwrite";
    Err(Fault::new(told).into())
}

/// Makes the database what the copy is. `overwrite`: also when it holds something.
///
/// # Errors
/// A fault when it holds something, or when it is in use; then nothing was changed.
pub fn put_back(address: &str, source: &Path, overwrite: bool) -> Result<()> {
    refuse_over_data(address, overwrite)?;
    if is_postgres(address) {
        return dump::put_back(address, source, overwrite);
    }
    let path = sqlite_path(address);
    refuse_orphaned_log(path)?;
    let arriving = beside(path, "restoring");
    fs::copy(source, &arriving).map_err(|error| cannot("copy", source, error))?;
    sync(&arriving)?;
    if path.exists() {
        copy::close_for_good(path)?;
        // Whoever restored the wrong copy can still go back.
        fs::rename(path, unused(path)).map_err(|error| cannot("rename", path, error))?;
    }
    fs::rename(&arriving, path).map_err(|error| cannot("rename", &arriving, error))?;
    path.parent().map_or(Ok(()), sync)
}

/// SQLite would replay the log of a database that was taken away into the one put in its place.
fn refuse_orphaned_log(path: &Path) -> Result<()> {
    let log = with_ending(path, "-wal");
    if path.exists() || !log.exists() {
        return Ok(());
    }
    let told = format!(
        "{} belongs to a database that is gone: move it away",
        log.display()
    );
    Err(Fault::new(told).into())
}

/// The copy as a database of its own, gone when dropped: a file beside the copy, or a database on the same server.
pub struct Trial {
    address: String,
    place: Place,
}

enum Place {
    File(PathBuf),
    Server(String),
}

impl Trial {
    /// Puts the copy there.
    pub fn of(address: &str, source: &Path) -> Result<Self> {
        if is_postgres(address) {
            let (server, address) = (address.to_owned(), dump::create_beside(address)?);
            let trial = Self {
                place: Place::Server(server),
                address,
            };
            dump::put_back(&trial.address, source, false)?;
            return Ok(trial);
        }
        let path = beside(source, "trial");
        fs::copy(source, &path).map_err(|error| cannot("copy", source, error))?;
        Ok(Self {
            address: format!("sqlite:{}", path.display()),
            place: Place::File(path),
        })
    }

    /// What `Store::open` takes.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        match &self.place {
            Place::File(path) => {
                for ending in ["", "-wal", "-shm"] {
                    let _ = fs::remove_file(with_ending(path, ending));
                }
            }
            Place::Server(server) => {
                // A trial that stays is visible by its name and harms nobody.
                if let Err(stop) = dump::drop_beside(server, &self.address) {
                    tracing::warn!(%stop, "a database for trying out a copy was not removed");
                }
            }
        }
    }
}

pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    with_ending(path, &format!(".{ending}"))
}

/// A name for what is replaced that nothing has.
fn unused(path: &Path) -> PathBuf {
    let names = (1_u32..).map(|number| beside(path, &format!("replaced-{number}")));
    names
        .into_iter()
        .find(|name| !name.exists())
        .unwrap_or_else(|| beside(path, "replaced"))
}

pub(crate) fn cannot(what: &str, path: &Path, error: std::io::Error) -> Fault {
    Fault::from_error(format!("cannot {what} {}", path.display()), error)
}

/// Waits until a file or folder is on the disk.
fn sync(path: &Path) -> Result<()> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|error| cannot("sync", path, error).into())
}

/// How long a copy waits for a lock.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
