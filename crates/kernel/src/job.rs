//! Recurring work: claimed in the transaction that does it, so it is done once however many processes look.
//!
//! Keeps true: work and claim commit together; a failure is remembered and tried again with a growing pause, and never
//! holds up other work.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use qudao_base::{Actor, Result, Value};
use qudao_store::Row;

use crate::{Cx, Kernel, registry::Recurring};

/// Longest pause after failures.
const PAUSE_SECONDS_MAX: i64 = 3600;

/// How often each job was done and how often it failed, since the process started.
#[derive(Debug, Default)]
pub struct JobCounts(Mutex<BTreeMap<String, [u64; 2]>>);

impl JobCounts {
    pub(crate) fn count(&self, job: &str, failed: bool) {
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
    /// Keeps this process known to others and hears what they have changed; once a second, beside whatever else takes long.
    pub fn keep_in_touch(self: &Arc<Self>) -> Result<()> {
        self.renew_node()?;
        self.hear_neighbours()
    }

    /// Does all recurring work that is due, and seals the log. Returns how many jobs were done.
    ///
    /// # Errors
    /// Only when the database does not answer; failures of a job are kept with it.
    pub fn run_due(self: &Arc<Self>) -> Result<usize> {
        let system = Actor::system();
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
                    let (name, error) = (job.name.clone(), stop.to_string());
                    let kept = self.write(&system, move |cx| match claim(cx, &name)? {
                        Some(row) => put_off(cx, row, &error),
                        // Another process has the job by now, and has something newer to say.
                        None => Ok(()),
                    });
                    if let Err(stop) = kept {
                        tracing::error!(job = %job.name, %stop, "a job's failure cannot be kept");
                    }
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
    let Some(mut row) = claim(cx, &job.name)? else {
        return Ok(false);
    };
    row[DUE_AT] = cx.now().plus_seconds(job.seconds).into();
    keep_done(cx, row)?;
    let _entered = tracing::info_span!("job", job = %job.name).entered();
    (job.body)(cx)?;
    Ok(true)
}

/// True when the work is due and nobody else is at it; it is due again after so many seconds. How often it failed stays known until
/// it is [`done`].
pub(crate) fn begin(cx: &mut Cx<'_>, name: &str, seconds: i64) -> Result<bool> {
    let Some(mut row) = claim(cx, name)? else {
        return Ok(false);
    };
    row[DUE_AT] = cx.now().plus_seconds(seconds).into();
    keep(cx, row)?;
    Ok(true)
}

/// Says that work that was begun went well.
pub(crate) fn done(cx: &mut Cx<'_>, name: &str) -> Result<()> {
    match locked(cx, name)? {
        Some(row) => keep_done(cx, row),
        None => Ok(()),
    }
}

fn keep_done(cx: &mut Cx<'_>, mut row: Vec<Value>) -> Result<()> {
    row[FAILURES] = 0.into();
    row[LAST_ERROR] = Value::Null;
    row[DONE_AT] = cx.now().into();
    keep(cx, row)
}

/// Puts work that was begun and broke off behind a pause, with what it failed of.
pub(crate) fn broke_off(cx: &mut Cx<'_>, name: &str, error: &str) -> Result<()> {
    match locked(cx, name)? {
        Some(row) => put_off(cx, row, error),
        None => Ok(()),
    }
}

fn locked(cx: &mut Cx<'_>, name: &str) -> Result<Option<Vec<Value>>> {
    let lock = cx.lock_clause();
    let known = cx.query(&format!("{READ}{lock}"), &[name.into()])?;
    Ok(known.into_iter().next().map(Row::into_values))
}

fn put_off(cx: &mut Cx<'_>, mut row: Vec<Value>, error: &str) -> Result<()> {
    let failures = row[FAILURES].int().unwrap_or_default();
    let pause = (10 << failures.min(9)).min(PAUSE_SECONDS_MAX);
    row[DUE_AT] = cx.now().plus_seconds(pause).into();
    row[FAILURES] = (failures + 1).into();
    row[LAST_ERROR] = error.chars().take(500).collect::<String>().into();
    keep(cx, row)
}

/// A job's row, by its name.
const READ: &str = "SELECT id, name, due_at, failures, last_error, done_at FROM job WHERE name = ?";

/// Where a job's row `id, name, due_at, failures, last_error, done_at` has them.
const DUE_AT: usize = 2;
const FAILURES: usize = 3;
const LAST_ERROR: usize = 4;
const DONE_AT: usize = 5;

/// The job's row, locked, if it is due and no other process is at it; nobody waits for somebody else's work here.
fn claim(cx: &mut Cx<'_>, name: &str) -> Result<Option<Vec<Value>>> {
    let name = Value::from(name);
    let now = cx.now();
    let Some(known) = cx.query(READ, std::slice::from_ref(&name))?.pop() else {
        let row = vec![
            cx.new_id().into(),
            name,
            now.into(),
            0.into(),
            Value::Null,
            Value::Null,
        ];
        let made = cx.execute(
            "INSERT INTO job (id, name, due_at, failures, last_error, done_at, code) VALUES (?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (name) DO NOTHING",
            &cx.kernel.site.key.coded("job", row.clone()),
        )?;
        return Ok((made == 1).then_some(row));
    };
    if known.int(DUE_AT)? > now.micros() {
        return Ok(None);
    }
    let lock = match cx.lock_clause() {
        "" => String::new(),
        lock => format!("{lock} SKIP LOCKED"),
    };
    let free = cx.query(
        &format!("{READ} AND due_at <= ?{lock}"),
        &[name, now.into()],
    )?;
    Ok(free.into_iter().next().map(Row::into_values))
}

fn keep(cx: &mut Cx<'_>, row: Vec<Value>) -> Result<()> {
    let mut row = cx.kernel.site.key.coded("job", row);
    // In the order of the statement: what changes, the code, the id.
    row.rotate_left(DUE_AT);
    row.truncate(6);
    cx.execute(
        "UPDATE job SET due_at = ?, failures = ?, last_error = ?, done_at = ?, code = ? WHERE id = ?",
        &row,
    )?;
    Ok(())
}
