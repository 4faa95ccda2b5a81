//! Tests of the crate through its public door.

#![expect(
    clippy::unwrap_used,
    reason = "a test may stop at what it does not expect"
)]

mod door;
mod properties;
mod support;
mod vectors;
