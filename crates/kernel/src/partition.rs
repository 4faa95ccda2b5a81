//! Makes the months of tables kept in parts (`schema`), at the start and daily, before their first row comes.
//!
//! Keeps true: a month that could not be made stops nobody; its rows go where those without a month are kept.
//! Not here: how a month is made, and on which database (`store`).

use std::sync::Arc;

use qudao_base::Result;

use crate::{Kernel, Registry};

const DAY_SECONDS: i64 = 86_400;

/// A round is put off by an hour at most, so this leaves thousands of attempts.
const MONTHS_AHEAD: i64 = 3;

pub(crate) fn sign_up(registry: &mut Registry) {
    registry.worker("kernel.partitions", DAY_SECONDS, make);
}

/// Before anything is written: the first row of a new site already lies in its month.
pub(crate) fn make_first(kernel: &Arc<Kernel>) {
    if let Err(stop) = make(kernel) {
        tracing::warn!(%stop, "months of tables in parts cannot be made now; it is tried again");
    }
}

fn make(kernel: &Arc<Kernel>) -> Result<()> {
    let made = kernel
        .store
        .make_partitions(kernel.clock.now(), MONTHS_AHEAD)?;
    if made > 0 {
        tracing::info!(made, "months of tables in parts");
    }
    Ok(())
}
