//! Recurring work that speaks to other systems or goes on in several transactions: it runs outside of any.
//!
//! Keeps true: one process at a time begins a round of a worker; a round that breaks off, or whose process is killed, is begun again
//! later, so what a worker does must bear being done twice; rounds that break off, or panic, one after the other wait longer each
//! time and hold up no other worker. Network stays out of transactions.
//! Not here: work that is one transaction (`job`).

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use qudao_base::{Actor, Fault, Result};
use qudao_store::panic_text;

use crate::{Kernel, job};

/// What a worker does in a round.
pub type WorkerBody = fn(&Arc<Kernel>) -> Result<()>;

/// A worker.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Name.
    pub name: String,
    /// Seconds between rounds.
    pub seconds: i64,
    /// What it does.
    pub body: WorkerBody,
}

impl Kernel {
    /// Runs the workers that are due. Returns how many rounds were done.
    ///
    /// # Errors
    /// Only when the database does not answer; failures of a worker are kept with it.
    pub fn run_workers(self: &Arc<Self>) -> Result<usize> {
        let system = Actor::system();
        let mut done = 0;
        for worker in &self.registry.workers {
            let (name, seconds) = (worker.name.clone(), worker.seconds);
            if !self.write(&system, move |cx| job::begin(cx, &name, seconds))? {
                continue;
            }
            let _entered = tracing::info_span!("worker", worker = %worker.name).entered();
            // What a round left half done it bears being done again.
            let round = catch_unwind(AssertUnwindSafe(|| (worker.body)(self)));
            let round = round.unwrap_or_else(|panic| {
                let text = panic_text(panic.as_ref());
                Err(Fault::new(format!("a worker panicked: {text}")).into())
            });
            match round {
                Ok(()) => {
                    let name = worker.name.clone();
                    self.write(&system, move |cx| job::done(cx, &name))?;
                    self.jobs.count(&worker.name, false);
                    done += 1;
                }
                Err(stop) => {
                    tracing::error!(worker = %worker.name, %stop, "a worker failed");
                    self.jobs.count(&worker.name, true);
                    let (name, error) = (worker.name.clone(), stop.to_string());
                    self.write(&system, move |cx| job::broke_off(cx, &name, &error))?;
                }
            }
        }
        Ok(done)
    }
}
