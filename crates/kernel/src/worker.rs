//! Recurring work that speaks to other systems or goes on in several transactions: it runs outside of any.
//!
//! Keeps true: one process at a time begins a round of a worker; a round that breaks off, or whose process is killed, is begun again
//! later, so what a worker does must bear being done twice. Network stays out of transactions.
//! Not here: work that is one transaction (`job`).

use std::sync::Arc;

use qudao_base::{Actor, Result};

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
            match (worker.body)(self) {
                Ok(()) => {
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
