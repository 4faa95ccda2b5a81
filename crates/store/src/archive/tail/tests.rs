//! When the log waits, for whom, and what it costs when it does not.

use std::{fs, path::PathBuf};

use rusqlite::Connection;

use super::*;

const PAGE: u64 = 4096;

/// A database with an empty log, and who writes to it.
struct Ground {
    folder: PathBuf,
    writer: Connection,
    tail: SharedTail,
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Ground {
    fn new(name: &str, bytes_max: u64) -> Self {
        let folder = std::env::temp_dir().join(format!("qudao_tail_{name}_{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("x.db");
        let writer = Connection::open(&path).unwrap();
        let sql = "PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a);";
        writer.execute_batch(sql).unwrap();
        let beside = || Connection::open(&path).unwrap();
        let tail = Tail::new(&path, beside(), beside()).unwrap();
        Self {
            tail: SharedTail::new(tail, bytes_max),
            folder,
            writer,
        }
    }

    /// Makes the log longer by so many pages, at least.
    fn write(&self, pages: u64) {
        let sql = "INSERT INTO t VALUES (zeroblob(?))";
        self.writer.execute(sql, [(pages * PAGE) as i64]).unwrap();
        self.tail.checkpoint_if_wanted(&self.writer);
    }

    fn read(&self) -> usize {
        let mut tail = self.tail.lock();
        std::iter::from_fn(|| tail.next().unwrap()).count()
    }

    /// Held, lost, and whether all of the log is in the database.
    fn state(&self) -> (bool, bool, bool) {
        let tail = self.tail.lock();
        let (frames, folded) = tail.frames().unwrap();
        (tail.is_held, tail.is_lost, folded == frames)
    }
}

#[test]
fn a_log_that_is_read_is_taken_from_the_base_alone_when_too_long() {
    let ground = Ground::new("read", 100 * PAGE);
    ground.tail.lock().hold().unwrap();
    ground.write(60);
    assert!(ground.read() > 0);
    assert_eq!(ground.state(), (true, false, false), "it is waited for");
    ground.write(28);
    assert!(ground.read() > 0);
    ground.write(8);
    assert_eq!(ground.state(), (false, false, true));
    ground.write(1);
    assert_eq!(ground.read(), 2, "what was folded in, and what came then");
}

#[test]
fn a_log_that_is_not_read_is_lost_when_too_long_and_never_gone_on_with() {
    for is_held in [false, true] {
        let ground = Ground::new("lost", 100 * PAGE);
        ground.write(2);
        assert!(ground.read() > 0);
        if is_held {
            ground.tail.lock().hold().unwrap();
        }
        ground.write(60);
        assert_eq!(ground.state(), (is_held, false, false), "it is waited for");
        ground.write(60);
        assert_eq!(ground.state(), (false, true, true));
        ground.write(1);
        let told = ground.tail.lock().next().unwrap_err().to_string();
        assert!(told.contains("let go of"), "{told}");
        assert!(ground.tail.lock().forget());
        ground.tail.lock().begin_anew();
        assert_eq!(ground.read(), 1, "the generation that was begun then");
    }
}
