//! Recurring work: claimed in the transaction that does it, so it is done once however many processes look.
//!
//! Keeps true: work and claim commit together; a failure is remembered and tried again with a growing pause, and never
//! holds up other work.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use qudao_base::{Actor, Result};

use crate::{Cx, Kernel, registry::Recurring};

/// Longest pause after failures.
const PAUSE_SECONDS_MAX: i64 = 3600;

/// How often each job was done and how often it failed, since the process started.
#[derive(Debug, Default)]
pub struct JobCounts(Mutex<BTreeMap<String, [u64; 2]>>);

impl JobCounts {
    fn count(&self, job: &str, failed: bool) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(job.to_owned()).or_default()[usize::from(failed)] += 1;
    }

    /// Job, and how often it was `[done, failed]`.
    pub fn counts(&self) -> Vec<(String, [u64; 2])> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter()
            .map(|(job, counts)| (job.clone(), *counts))
            .collect()
    }
}

impl Kernel {
    /// Does all recurring work that is due, and seals the log. Returns how many jobs were done.
    ///
    /// # Errors
    /// Only when the database does not answer; failures of a job are kept with it.
    pub fn run_due(self: &Arc<Self>) -> Result<usize> {
        let system = Actor::system();
        self.renew_node()?;
        self.hear_neighbours()?;
        let mut done = 0;
        for job in &self.registry.recurring {
            let work = job.clone();
            match self.write(&system, move |cx| run(cx, &work)) {
                Ok(true) => {
                    self.jobs.count(&job.name, false);
                    done += 1;
                }
                Ok(false) => {}
                Err(stop) => {
                    tracing::error!(job = %job.name, %stop, "a job failed");
                    self.jobs.count(&job.name, true);
                    let (work, error) = (job.clone(), stop.to_string());
                    self.write(&system, move |cx| fail(cx, &work, &error))?;
                }
            }
        }
        let waiting = self.read(&system, |cx| {
            Ok(!cx
                .query("SELECT 1 FROM action_log WHERE block IS NULL LIMIT 1", &[])?
                .is_empty())
        })?;
        if waiting {
            self.seal()?;
        }
        Ok(done)
    }
}

fn run(cx: &mut Cx<'_>, job: &Recurring) -> Result<bool> {
    let now = cx.now();
    let known = cx.query(
        "SELECT due_at FROM job WHERE name = ?",
        &[job.name.as_str().into()],
    )?;
    if let Some(row) = known.first() {
        if row.int(0)? > now.micros() {
            return Ok(false);
        }
    } else {
        let id = cx.new_id();
        cx.execute(
            "INSERT INTO job (id, name, due_at, failures) VALUES (?, ?, ?, 0) ON CONFLICT (name) DO NOTHING",
            &[id.into(), job.name.as_str().into(), now.into()],
        )?;
    }
    let claimed = cx.execute(
        "UPDATE job SET due_at = ?, done_at = ?, failures = 0, last_error = NULL WHERE name = ? AND due_at <= ?",
        &[now.plus_seconds(job.seconds).into(), now.into(), job.name.as_str().into(), now.into()],
    )?;
    if claimed == 1 {
        let _entered = tracing::info_span!("job", job = %job.name).entered();
        (job.body)(cx)?;
    }
    Ok(claimed == 1)
}

fn fail(cx: &mut Cx<'_>, job: &Recurring, error: &str) -> Result<()> {
    let (id, now) = (cx.new_id(), cx.now());
    cx.execute(
        "INSERT INTO job (id, name, due_at, failures) VALUES (?, ?, ?, 0) ON CONFLICT (name) DO NOTHING",
        &[id.into(), job.name.as_str().into(), now.into()],
    )?;
    let rows = cx.query(
        "SELECT failures FROM job WHERE name = ?",
        &[job.name.as_str().into()],
    )?;
    let failures = rows.first().map_or(Ok(0), |row| row.int(0))?;
    let pause = (10 << failures.min(9)).min(PAUSE_SECONDS_MAX);
    let shown: String = error.chars().take(500).collect();
    cx.execute(
        "UPDATE job SET failures = failures + 1, last_error = ?, due_at = ? WHERE name = ?",
        &[
            shown.into(),
            now.plus_seconds(pause).into(),
            job.name.as_str().into(),
        ],
    )?;
    Ok(())
}
