//! Time-ordered 64-bit ids: 41 bits of milliseconds since 2024, 10 bits of node, 12 bits of sequence.
//!
//! Keeps true: ids of one source never repeat and never go backwards, even when the clock does.
//! Not here: the JSON form's reader (ids travel as decimal strings; `Id` parses and prints them).

use std::sync::{
    Mutex,
    atomic::{AtomicI64, Ordering},
};

use crate::{Clock, Instant, Refusal, Result};

/// The identity of a record; the default (0) names nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(i64);

impl Id {
    /// From the stored number.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// As stored.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The lowest id any process can make at that time; everything made before is lower.
    pub const fn lowest_at(time: Instant) -> Self {
        Self(millis_at(time) << 22)
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0)
    }
}

impl std::str::FromStr for Id {
    type Err = crate::Stop;
    fn from_str(text: &str) -> Result<Self> {
        let number: i64 = text
            .parse()
            .map_err(|_| Refusal::malformed("id.malformed").with("value", text))?;
        Ok(Self(number))
    }
}

const EPOCH_MILLIS: i64 = 1_704_067_200_000; // 2024-01-01T00:00:00Z

/// The milliseconds an id made at that time begins with.
const fn millis_at(time: Instant) -> i64 {
    let millis = time.micros() / 1000 - EPOCH_MILLIS;
    if millis > 0 { millis } else { 0 }
}

/// Makes ids. One per process; `node` (0 to 1023) tells processes on one database apart.
#[derive(Debug)]
pub struct IdSource {
    node: AtomicI64,
    last: Mutex<i64>,
}

impl IdSource {
    /// A source for this node number; only its lowest ten bits count.
    pub const fn new(node: u16) -> Self {
        Self {
            node: AtomicI64::new((node & 1023) as i64),
            last: Mutex::new(0),
        }
    }

    /// The node number.
    pub fn node(&self) -> i64 {
        self.node.load(Ordering::Relaxed)
    }

    /// Goes on with another node number.
    pub fn set_node(&self, node: u16) {
        self.node.store(i64::from(node & 1023), Ordering::Relaxed);
    }

    /// The next id.
    pub fn next(&self, clock: &dyn Clock) -> Id {
        let tick = millis_at(clock.now()) << 12;
        let mut last = self
            .last
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = tick.max(*last + 1);
        let (millis, sequence) = (*last >> 12, *last & 4095);
        Id((millis << 22) | (self.node.load(Ordering::Relaxed) << 12) | sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ManualClock;

    #[test]
    fn ids_grow_even_when_the_clock_goes_back() {
        let clock = ManualClock::at("2026-01-01T00:00:00Z".parse::<Instant>().unwrap());
        let source = IdSource::new(3);
        let mut last = source.next(&clock);
        for round in 0..10_000 {
            if round == 5_000 {
                clock.set("2025-01-01T00:00:00Z".parse().unwrap());
            }
            let next = source.next(&clock);
            assert!(next > last);
            last = next;
        }
    }

    #[test]
    fn a_time_parts_the_ids_made_before_from_those_made_then() {
        let month: Instant = "2026-03-01T00:00:00Z".parse().unwrap();
        let clock = ManualClock::at(Instant::from_micros(month.micros() - 1));
        let before = IdSource::new(1023).next(&clock);
        clock.set(month);
        let then = IdSource::new(0).next(&clock);
        assert!(before < Id::lowest_at(month) && Id::lowest_at(month) <= then);
        let long_ago = "1999-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(Id::lowest_at(long_ago).number(), 0);
    }
}
