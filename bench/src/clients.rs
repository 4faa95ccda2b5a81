//! Many clients at once, each doing one thing after the other for a while.
//!
//! Keeps true: only what succeeded is counted; failures are counted apart and never hidden.
//! Not here: clients who do not wait for answers; see `latency`.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use qudao_base::{Fault, Result};

use crate::process::Meter;

/// Pause before each measurement.
const SETTLING: Duration = Duration::from_millis(500);
/// Begins of the numbers given to work so far.
static ROUNDS: AtomicU64 = AtomicU64::new(0);

/// The first of so many numbers, `1 << 32` for each client, that nothing in this process was given before.
pub fn fresh_numbers() -> u64 {
    ROUNDS.fetch_add(1, Ordering::Relaxed) << 48
}

/// What the clients got done.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// Successes.
    pub count: u32,
    /// Failures.
    pub failures: u32,
    /// How long it took.
    pub elapsed: Duration,
    /// Processor time of the process measured.
    pub own_millis: u64,
    /// Processor time of the server's processes.
    pub server_millis: u64,
}

/// A quotient of whole numbers, for showing.
#[expect(
    clippy::cast_precision_loss,
    reason = "measured figures are shown to three digits"
)]
pub fn quotient(above: u128, below: u128) -> f64 {
    above as f64 / below.max(1) as f64
}

impl Done {
    /// Successes a second.
    pub fn rate(&self) -> f64 {
        quotient(u128::from(self.count) * 1_000_000, self.elapsed.as_micros())
    }

    /// Processor milliseconds for each success.
    pub fn millis_each(&self) -> f64 {
        let all = self.own_millis + self.server_millis;
        quotient(all.into(), self.count.into())
    }

    /// The server's part of them.
    pub fn server_millis_each(&self) -> f64 {
        quotient(self.server_millis.into(), self.count.into())
    }
}

/// Runs work on so many threads until the time is over. Each client's is made by `begin`; it is given a number no call had before.
pub fn run<W: FnMut(u64) -> Result<()>>(
    clients: u32,
    span: Duration,
    meter: Meter,
    begin: impl Fn(u32) -> Result<W> + Sync,
) -> Result<Done> {
    let first = fresh_numbers();
    let over = AtomicBool::new(false);
    // What ran before may still be ending, and would be counted twice.
    thread::sleep(SETTLING);
    let (own, server) = meter.millis();
    let started = Instant::now();
    let counts: Vec<Result<(u32, u32)>> = thread::scope(|scope| {
        let (begin, over) = (&begin, &over);
        let client = move |client: u32| {
            let mut work = begin(client)?;
            let (mut count, mut failures) = (0, 0);
            while !over.load(Ordering::Relaxed) {
                let number = first | u64::from(client) << 32 | u64::from(count + failures);
                match work(number) {
                    Ok(()) => count += 1,
                    Err(stop) if failures == 0 => {
                        eprintln!("client {client}: {stop}");
                        failures = 1;
                    }
                    Err(_) => failures += 1,
                }
            }
            Ok((count, failures))
        };
        let running: Vec<_> = (0..clients)
            .map(|number| scope.spawn(move || client(number)))
            .collect();
        thread::sleep(span);
        over.store(true, Ordering::Relaxed);
        running
            .into_iter()
            .map(|one| {
                one.join()
                    .unwrap_or_else(|_| Err(Fault::new("a client panicked").into()))
            })
            .collect()
    });
    let elapsed = started.elapsed();
    let (own_after, server_after) = meter.millis();
    let mut done = Done {
        count: 0,
        failures: 0,
        elapsed,
        own_millis: own_after.saturating_sub(own),
        server_millis: server_after.saturating_sub(server),
    };
    for one in counts {
        let (count, failures) = one?;
        done.count += count;
        done.failures += failures;
    }
    Ok(done)
}
