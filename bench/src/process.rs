//! What the operating system says of processes: time on the processor and resident memory. Linux only.
//!
//! Keeps true: processor time is counted in ticks of 10 ms, so only sums over seconds mean something.

use std::{fs, process};

use qudao_base::{Fault, Result};
use qudao_store::{Dialect, Query, Store};

/// Milliseconds of a tick: `USER_HZ` is 100 on every Linux platform this runs on.
const TICK_MILLIS: u64 = 10;

/// Fields 4 (parent), 14 (user) and 15 (system) of `/proc/<id>/stat`.
fn stat(id: &str) -> Option<(u64, u64)> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in brackets may hold blanks.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<u64> = rest
        .split_whitespace()
        .map(|word| word.parse().unwrap_or_default())
        .collect();
    Some((*fields.get(1)?, fields.get(11)? + fields.get(12)?))
}

/// Resident memory of this process in KiB.
pub fn resident_kib() -> Result<u64> {
    let text = fs::read_to_string("/proc/self/status")
        .map_err(|error| Fault::from_error("/proc/self/status", error))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.and_then(|word| word.parse().ok())
        .ok_or_else(|| Fault::new("no VmRSS").into())
}

/// Whose processor time counts: this process, and the server's processes when it runs on this machine.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    /// Process all server processes descend from.
    pub server: Option<u64>,
}

impl Meter {
    /// Looks for the server's processes.
    pub fn of(store: &Store) -> Result<Self> {
        if store.dialect() == Dialect::Sqlite {
            return Ok(Self { server: None });
        }
        let row =
            store.read(|reader| reader.one("SELECT CAST(pg_backend_pid() AS BIGINT)", &[]))?;
        let own = row.map_or(Ok(0), |row| row.int(0))?.to_string();
        let name = fs::read_to_string(format!("/proc/{own}/comm")).unwrap_or_default();
        let parent = stat(&own).map(|(parent, _)| parent);
        Ok(Self {
            server: parent.filter(|_| name.trim() == "postgres"),
        })
    }

    /// Milliseconds used so far by this process, and by the server's.
    pub fn millis(self) -> (u64, u64) {
        let own = stat(&process::id().to_string()).map_or(0, |(_, ticks)| ticks);
        let server = self.server.map_or(0, |parent| {
            let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
            let all = processes.filter_map(|entry| stat(entry.file_name().to_str()?));
            all.filter(|(of, _)| *of == parent)
                .map(|(_, ticks)| ticks)
                .sum()
        });
        (own * TICK_MILLIS, server * TICK_MILLIS)
    }
}
