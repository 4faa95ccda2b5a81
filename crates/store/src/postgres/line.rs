//! The line to a server: bytes go out and come in while somebody waits for an answer, on the thread that waits.
//!
//! Keeps true: nothing waits longer than the deadline; after a missed one the line is never used again. Between two questions nobody
//! listens: that the server went away is found by the next question, or while one waits.
//! Not here: what is asked (`connection`), who asks (`pool`). There is no thread of its own: handing every answer over from one
//! cost more than the answer.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use qudao_base::Fault;
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};
use tokio_postgres::{Client, Config, Error};

use super::tls::Tls;
use crate::fault::{unavailable, unavailable_because};

/// Moves bytes between the client and the socket until either is gone.
type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

pub(super) struct Line {
    /// None once it is over.
    driver: Option<Driver>,
    /// Taken only when the line is dropped.
    runtime: Option<Runtime>,
    deadline: Duration,
    late: bool,
}

/// Why there is no answer.
pub(super) enum Failure {
    /// None came within so long.
    Late(Duration),
    Told(Error),
}

impl Line {
    pub fn open(
        (config, tls): (&Config, &Tls),
        deadline: Duration,
    ) -> Result<(Client, Self), Fault> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| unavailable_because("cannot start a database line", error))?;
        let connecting = async { timeout(deadline, config.connect(tls.clone())).await };
        let connected = runtime.block_on(connecting);
        // Its end does not wait for a server's name that is still being looked up.
        let mut line = Self {
            driver: None,
            runtime: Some(runtime),
            deadline,
            late: false,
        };
        let (client, connection) = connected
            .map_err(|_| unavailable("the database server did not answer in time"))?
            .map_err(|error| unavailable_because("cannot connect to the database", error))?;
        line.driver = Some(Box::pin(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a database connection ended");
            }
        }));
        Ok((client, line))
    }

    /// True when a deadline was missed on it.
    pub const fn is_late(&self) -> bool {
        self.late
    }

    pub const fn set_deadline(&mut self, deadline: Duration) {
        self.deadline = deadline;
    }

    pub fn wait<T>(
        &mut self,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Failure> {
        let late = Failure::Late(self.deadline);
        let (false, Some(runtime)) = (self.late, &self.runtime) else {
            return Err(late);
        };
        let driver = &mut self.driver;
        let mut answer = pin!(answer);
        let both = poll_fn(|context| {
            // Asking puts the question in the driver's hands, and what the driver brings is the answer's.
            if let Poll::Ready(told) = answer.as_mut().poll(context) {
                return Poll::Ready(told);
            }
            let is_over = |driver: &mut Driver| driver.as_mut().poll(context).is_ready();
            if driver.as_mut().is_some_and(is_over) {
                *driver = None;
            }
            answer.as_mut().poll(context)
        });
        // The timer must be made inside of the runtime.
        let told = runtime.block_on(async { timeout(self.deadline, both).await });
        self.late = told.is_err();
        told.map_err(|_| late)?.map_err(Failure::Told)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver = None;
        if let Some(runtime) = self.runtime.take() {
            // Waiting is forbidden when the last owner goes on a thread of another runtime.
            runtime.shutdown_background();
        }
    }
}
