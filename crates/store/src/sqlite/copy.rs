//! The file as a whole: copied while others use it, or closed so that it can be moved away.
//!
//! Keeps true: a copy is taken inside one read transaction, which in write-ahead mode stops no writer; a file somebody has open is
//! not let go.

use std::path::Path;

use qudao_base::{Fault, Result};
use rusqlite::{Connection, OpenFlags, backup::Backup, backup::StepResult};

use super::fault;
use crate::backup::PATIENCE;

/// Copies the database into a new file.
pub(crate) fn take(source: &Path, target: &Path) -> Result<()> {
    let from = open(source)?;
    let mut to = Connection::open(target).map_err(|error| fault::of_opening(target, error))?;
    let failed = |error| fault::of_opening(target, error);
    let backup = Backup::new(&from, &mut to).map_err(failed)?;
    // All pages in one step: with several, a writer in between makes it begin again.
    match backup.step(-1).map_err(failed)? {
        StepResult::Done => {}
        _ => return Err(Fault::new("the database was locked while it was copied").into()),
    }
    drop(backup);
    // The copy is one file, without a log beside it.
    to.pragma_update(None, "journal_mode", "delete")
        .map_err(failed)?;
    to.close()
        .map_err(|(_, error)| fault::of_opening(target, error).into())
}

/// Folds the log into the file and removes it, which works only when nobody else has the file open.
pub(crate) fn close_for_good(path: &Path) -> Result<()> {
    let connection = open(path)?;
    let mode = connection.query_row("PRAGMA journal_mode = delete", [], |row| {
        row.get::<_, String>(0)
    });
    match mode {
        Ok(mode) if mode == "delete" => Ok(()),
        Ok(_) | Err(_) => Err(Fault::new(format!(
            "{} is in use: stop the program first",
            path.display()
        ))
        .into()),
    }
}

fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags)
        .and_then(|connection| connection.busy_timeout(PATIENCE).map(|()| connection));
    opened.map_err(|error| fault::of_opening(path, error).into())
}
