//! A round over many records, each in a transaction of its own.
//!
//! Keeps true: a record whose work is refused, or that somebody has dealt with meanwhile, holds up no other; a round is bounded, and
//! the next one goes on.
//! Not here: which records are due.

use std::sync::Arc;

use qudao_base::{Actor, Id, Result, Stop};
use qudao_kernel::{Cx, Kernel};

/// Records one round takes on.
pub const RECORDS_MAX: i64 = 500;

/// Does the work on each record that is due. What is refused stays as it is until the next round.
///
/// # Errors
/// The last fault, once every record had its turn.
pub fn each(
    kernel: &Arc<Kernel>,
    due: impl FnOnce(&mut Cx<'_>) -> Result<Vec<Id>>,
    work: fn(&mut Cx<'_>, Id) -> Result<()>,
) -> Result<()> {
    let system = Actor::system();
    let mut last = Ok(());
    for id in kernel.read(&system, due)? {
        if let Err(stop @ Stop::Fault(_)) = kernel.write(&system, move |cx| work(cx, id)) {
            last = Err(stop);
        }
    }
    last
}
