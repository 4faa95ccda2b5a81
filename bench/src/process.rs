//! What the operating system says of processes: time on the processor and resident memory. Linux only.
//!
//! Keeps true: processor time is counted in ticks of 10 ms, so only sums over seconds mean something.

use std::{fs, process};

use qudao_base::{Fault, Result};
use qudao_store::{Dialect, Query, Store};

/// Milliseconds of a tick: `USER_HZ` is 100 on every Linux platform this runs on.
const TICK_MILLIS: u64 = 10;

/// What `/proc/<id>/stat` says of a process.
struct Stat {
    parent: u64,
    /// Ticks of its own.
    own: u64,
    /// Ticks of its children that have ended.
    ended: u64,
}

fn stat(id: &str) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in brackets may hold blanks.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<u64> = rest
        .split_whitespace()
        .map(|word| word.parse().unwrap_or_default())
        .collect();
    Some(Stat {
        parent: *fields.get(1)?,
        own: fields.get(11)? + fields.get(12)?,
        ended: fields.get(13)? + fields.get(14)?,
    })
}

/// Resident memory of a process in KiB.
pub fn resident_kib(process: u32) -> Result<u64> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).map_err(|error| Fault::from_error(path, error))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.and_then(|word| word.parse().ok())
        .ok_or_else(|| Fault::new("no VmRSS").into())
}

/// Whose processor time counts: one process, this one unless said, and those of the database server when it runs on this machine.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    /// The one process.
    pub process: u32,
    /// Process all server processes descend from.
    pub server: Option<u64>,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            process: process::id(),
            server: None,
        }
    }
}

impl Meter {
    /// Looks for the server's processes.
    pub fn of(store: &Store) -> Result<Self> {
        if store.dialect() == Dialect::Sqlite {
            return Ok(Self::default());
        }
        let row =
            store.read(|reader| reader.one("SELECT CAST(pg_backend_pid() AS BIGINT)", &[]))?;
        let own = row.map_or(Ok(0), |row| row.int(0))?.to_string();
        let name = fs::read_to_string(format!("/proc/{own}/comm")).unwrap_or_default();
        let parent = stat(&own).map(|stat| stat.parent);
        Ok(Self {
            server: parent.filter(|_| name.trim() == "postgres"),
            ..Self::default()
        })
    }

    /// Milliseconds used so far by the process, and by those of the database server.
    pub fn millis(self) -> (u64, u64) {
        let own = stat(&self.process.to_string()).map_or(0, |stat| stat.own);
        let server = self.server.map_or(0, |root| {
            let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
            let all = processes.filter_map(|entry| stat(entry.file_name().to_str()?));
            let running: u64 = all
                .filter(|stat| stat.parent == root)
                .map(|stat| stat.own)
                .sum();
            running + stat(&root.to_string()).map_or(0, |stat| stat.own + stat.ended)
        });
        (own * TICK_MILLIS, server * TICK_MILLIS)
    }
}
