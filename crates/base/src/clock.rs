//! The one door to the wall clock.
//!
//! Keeps true: every expiry in the product is decided by an injected clock, so tests can move time.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::Instant;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until it is told otherwise; for tests and replays.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at the moment.
    pub const fn at(moment: Instant) -> Self {
        Self(AtomicI64::new(moment.micros()))
    }

    /// Moves to the moment.
    pub fn set(&self, moment: Instant) {
        self.0.store(moment.micros(), Ordering::SeqCst);
    }

    /// Moves so many seconds on.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst))
    }
}
