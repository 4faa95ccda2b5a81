//! The file as a whole: copied while others use it, or closed so that it can be moved away.
//!
//! Keeps true: a copy is taken inside one read transaction, which in write-ahead mode stops no writer, and ends soon when nobody wants
//! the copy any more; a file somebody has open is not let go.

use std::path::Path;

use qudao_base::{Fault, Result};
use rusqlite::{Connection, OpenFlags, backup::Backup, backup::StepResult};

use super::fault;
use crate::backup::PATIENCE;

/// Pages copied between two looks at whether the copy is still wanted.
const STEP_PAGES: i32 = 1_000;

/// Copies the database into a new file, for as long as that is wanted.
pub(crate) fn take(source: &Path, target: &Path, is_wanted: impl Fn() -> bool) -> Result<()> {
    let from = open(source)?;
    // One state over all steps: without this, each would have its own, and begin again after a write.
    from.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1")
        .map_err(|error| fault::of_opening(source, error))?;
    let mut to = Connection::open(target).map_err(|error| fault::of_opening(target, error))?;
    let failed = |error| fault::of_opening(target, error);
    // The caller waits for the disk, when nothing of the source is held any more.
    to.pragma_update(None, "synchronous", "off")
        .map_err(failed)?;
    let backup = Backup::new(&from, &mut to).map_err(failed)?;
    loop {
        match backup.step(STEP_PAGES).map_err(failed)? {
            StepResult::Done => break,
            StepResult::More if is_wanted() => {}
            StepResult::More => return Err(Fault::new("the copy is no longer wanted").into()),
            _ => return Err(Fault::new("the database was locked while it was copied").into()),
        }
    }
    drop(backup);
    drop(from);
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn is_one_state_however_much_is_written_between_its_steps_and_ends_when_unwanted() {
        let folder = std::env::temp_dir().join(format!("qudao_copy_{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (source, target) = (folder.join("x.db"), folder.join("copy"));
        let writer = Connection::open(&source).unwrap();
        let sql = "PRAGMA journal_mode = wal; CREATE TABLE t (a);
             INSERT INTO t VALUES (zeroblob(20000000)); INSERT INTO t VALUES (1);";
        writer.execute_batch(sql).unwrap();
        let steps = Cell::new(0);
        let each = || {
            steps.set(steps.get() + 1);
            let sql = "UPDATE t SET a = a + 1 WHERE a > 0; INSERT INTO t VALUES (-1);";
            writer.execute_batch(sql).unwrap();
            steps.get() < 100
        };
        take(&source, &target, each).unwrap();
        assert!((4..10).contains(&steps.get()), "{} steps", steps.get());
        let copied = Connection::open(&target).unwrap();
        let sql = "SELECT group_concat(a) FROM t WHERE typeof(a) = 'integer'";
        let found = copied.query_row(sql, [], |row| row.get::<_, String>(0));
        assert_eq!(found.unwrap(), "1", "as it was when it began");

        let other = folder.join("other");
        let told = take(&source, &other, || false).unwrap_err().to_string();
        assert!(told.contains("no longer wanted"), "{told}");
        // Nothing of the source is held any more.
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy = writer.query_row(sql, [], |row| row.get::<_, i64>(0));
        assert_eq!(busy.unwrap(), 0);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
