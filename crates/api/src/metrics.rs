//! What the process has done since it started, in the Prometheus text format.
//!
//! Keeps true: labels come from declarations and the table of routes only, so their number is bounded whatever callers send.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Mutex, MutexGuard, PoisonError},
};

use qudao_kernel::Kernel;
use qudao_store::{ReplicaStatistics, Statistics, archive::ArchiveStatistics};

/// Upper ends of the classes of duration, in microseconds, and as seconds in text.
const DURATIONS: [(u64, &str); 10] = [
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (2_500_000, "2.5"),
    (10_000_000, "10"),
];

/// Method and route, such as `GET` and `/api/v1/{object}`.
type Route = (&'static str, String);

/// Requests of one route.
#[derive(Clone, Debug, Default)]
struct Requests {
    /// Answers by the first digit of their status.
    statuses: [u64; 6],
    /// Answers by class of duration.
    durations: [u64; DURATIONS.len()],
    micros: u64,
}

/// Counters since the process started.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<Route, Requests>>,
    refusals: Mutex<BTreeMap<String, u64>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One of the methods there are routes for; others share a name.
fn method_name(method: &str) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"];
    let found = known.into_iter().find(|one| *one == method);
    found.unwrap_or("other")
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, micros: u64) {
        let mut all = lock(&self.requests);
        let one = all
            .entry((method_name(method), route.to_owned()))
            .or_default();
        one.statuses[usize::from(status / 100).min(5)] += 1;
        one.micros += micros;
        if let Some(class) = DURATIONS.iter().position(|(end, _)| micros <= *end) {
            one.durations[class] += 1;
        }
    }

    /// Counts a refusal or fault by its code.
    pub(crate) fn refused(&self, code: &str) {
        *lock(&self.refusals).entry(code.to_owned()).or_default() += 1;
    }

    /// Everything as text.
    pub(crate) fn text(&self, kernel: &Kernel) -> String {
        let mut out = String::new();
        requests_text(&mut out, &lock(&self.requests));
        head(&mut out, "qudao_refusals_total", "counter");
        for (code, count) in lock(&self.refusals).iter() {
            let _ = writeln!(out, "qudao_refusals_total{{code=\"{code}\"}} {count}");
        }
        let store = kernel.store.statistics();
        store_text(&mut out, &store);
        if let Some(replica) = &store.replica {
            replica_text(&mut out, replica);
        }
        if let Some(archive) = &store.archive {
            archive_text(&mut out, archive);
        }
        for (name, of) in [("done", 0), ("failed", 1)] {
            let name = format!("qudao_jobs_{name}_total");
            head(&mut out, &name, "counter");
            for (job, counts) in kernel.jobs.counts() {
                let _ = writeln!(out, "{name}{{job=\"{job}\"}} {}", counts[of]);
            }
        }
        out
    }
}

fn head(out: &mut String, name: &str, kind: &str) {
    let _ = writeln!(out, "# TYPE {name} {kind}");
}

fn requests_text(out: &mut String, all: &BTreeMap<Route, Requests>) {
    head(out, "qudao_requests_total", "counter");
    for ((method, route), one) in all {
        let counted = one.statuses.iter().enumerate();
        for (class, count) in counted.filter(|(_, count)| **count > 0) {
            let labels = format!("method=\"{method}\",route=\"{route}\",class=\"{class}xx\"");
            let _ = writeln!(out, "qudao_requests_total{{{labels}}} {count}");
        }
    }
    let name = "qudao_request_seconds";
    head(out, name, "histogram");
    for ((method, route), one) in all {
        let labels = format!("method=\"{method}\",route=\"{route}\"");
        let mut below = 0;
        for ((_, end), count) in DURATIONS.iter().zip(one.durations) {
            below += count;
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{end}\"}} {below}");
        }
        let count: u64 = one.statuses.iter().sum();
        let (seconds, rest) = (one.micros / 1_000_000, one.micros % 1_000_000);
        let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {count}");
        let _ = writeln!(out, "{name}_sum{{{labels}}} {seconds}.{rest:06}");
        let _ = writeln!(out, "{name}_count{{{labels}}} {count}");
    }
}

fn store_text(out: &mut String, store: &Statistics) {
    for (name, kind, value) in [
        ("qudao_store_commits_total", "counter", store.commits),
        ("qudao_store_writes_total", "counter", store.writes),
        ("qudao_store_retries_total", "counter", store.retries),
        ("qudao_store_statements_total", "counter", store.statements),
        ("qudao_store_queue_length", "gauge", store.waiting),
    ] {
        head(out, name, kind);
        let _ = writeln!(out, "{name} {value}");
    }
    let name = "qudao_store_group_size";
    head(out, name, "histogram");
    let mut below = 0;
    for (end, count) in store.groups {
        below += count;
        let _ = writeln!(out, "{name}_bucket{{le=\"{end}\"}} {below}");
    }
    let _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {}", store.commits);
    let _ = writeln!(out, "{name}_sum {}", store.writes);
    let _ = writeln!(out, "{name}_count {}", store.commits);
}

fn replica_text(out: &mut String, replica: &ReplicaStatistics) {
    for (name, value) in [
        ("qudao_replica_reads_total", replica.reads),
        ("qudao_replica_fallbacks_total", replica.fallbacks),
    ] {
        head(out, name, "counter");
        let _ = writeln!(out, "{name} {value}");
    }
    seconds(out, "qudao_replica_lag_seconds", replica.lag_micros);
}

fn archive_text(out: &mut String, archive: &ArchiveStatistics) {
    for (name, kind, value) in [
        ("qudao_archive_bytes_total", "counter", archive.bytes),
        ("qudao_archive_bases_total", "counter", archive.bases),
        (
            "qudao_archive_failing",
            "gauge",
            u64::from(archive.is_failing),
        ),
    ] {
        head(out, name, kind);
        let _ = writeln!(out, "{name} {value}");
    }
    seconds(out, "qudao_archive_lag_seconds", archive.lag_micros);
}

fn seconds(out: &mut String, name: &str, micros: u64) {
    head(out, name, "gauge");
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    let _ = writeln!(out, "{name} {seconds}.{rest:06}");
}
