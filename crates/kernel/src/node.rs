//! Node numbers: which of the processes on one database this is, so that no two make the same id.
//!
//! Keeps true: a number is leased by one process at a time, renewed while it runs, given back when it ends; after a process died
//! its number is free again within a minute.
//! Not here: what ids look like (`qudao_base::IdSource`).

use std::sync::Arc;

use qudao_base::{Actor, Fault, FaultKind, Instant, Result};

use crate::{Cx, Kernel, action_log::hex};

/// How long a lease holds without being renewed.
const LEASE_SECONDS: i64 = 60;
/// How much earlier it is renewed.
const EARLY_SECONDS: i64 = 45;
/// Number of node numbers.
const NODES: i64 = 1024;

/// A number held.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    number: i64,
    /// The secret it is held by.
    holder: String,
    until: Instant,
}

impl Kernel {
    /// Leases the number wished for or the next free one.
    ///
    /// # Errors
    /// Unavailable when all are taken.
    pub(crate) fn claim_node(self: &Arc<Self>) -> Result<()> {
        let mut token = [0_u8; 16];
        getrandom::fill(&mut token)
            .map_err(|error| Fault::new(format!("no randomness: {error}")))?;
        let holder = hex(&token);
        let wished = i64::from(self.site.node);
        let mine = holder.clone();
        let (number, until) =
            self.write_as_known(&Actor::system(), move |cx| claim(cx, &mine, wished))?;
        self.ids.set_node(number as u16);
        self.hold_node(Lease {
            number,
            holder,
            until,
        });
        Ok(())
    }

    /// Renews the lease when it is time; takes another number when it was lost.
    pub(crate) fn renew_node(self: &Arc<Self>) -> Result<()> {
        let Some(mut lease) = self.held_node() else {
            return self.claim_node();
        };
        if self.clock.now().plus_seconds(EARLY_SECONDS) < lease.until {
            return Ok(());
        }
        let (number, holder) = (lease.number, lease.holder.clone());
        let (kept, until) = self.write_as_known(&Actor::system(), move |cx| {
            let until = cx.now().plus_seconds(LEASE_SECONDS);
            let row = vec![number.into(), holder.as_str().into(), until.into()];
            let code = cx.kernel.site.key.row_code("node_lease", &row);
            let kept = cx.execute(
                "UPDATE node_lease SET until = ?, code = ? WHERE id = ? AND holder = ?",
                &[
                    until.into(),
                    code.into(),
                    number.into(),
                    holder.as_str().into(),
                ],
            )?;
            Ok((kept, until))
        })?;
        if kept == 0 {
            return self.claim_node();
        }
        lease.until = until;
        self.hold_node(lease);
        Ok(())
    }

    /// Takes a number anew when the lease ran out unseen, as after a pause of the machine: another process may have it by now.
    pub(crate) fn own_node(self: &Arc<Self>) -> Result<()> {
        let is_over = |lease: &Lease| lease.until <= self.clock.now();
        if self.held_node().as_ref().is_some_and(is_over) {
            self.claim_node()?;
        }
        Ok(())
    }

    /// Gives the number back. Nothing may be written by this process afterwards.
    pub fn leave(self: &Arc<Self>) -> Result<()> {
        let Some(Lease { number, holder, .. }) = self.held_node() else {
            return Ok(());
        };
        self.write_as_known(&Actor::system(), move |cx| {
            cx.execute(
                "DELETE FROM node_lease WHERE id = ? AND holder = ?",
                &[number.into(), holder.as_str().into()],
            )
        })?;
        Ok(())
    }

    fn hold_node(&self, lease: Lease) {
        *self
            .lease
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(lease);
    }

    fn held_node(&self) -> Option<Lease> {
        self.lease
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }
}

/// Takes the first free number from the one wished for on.
fn claim(cx: &mut Cx<'_>, holder: &str, wished: i64) -> Result<(i64, Instant)> {
    let (now, until) = (cx.now(), cx.now().plus_seconds(LEASE_SECONDS));
    let taken = cx.query("SELECT id FROM node_lease WHERE until >= ?", &[now.into()])?;
    let taken: Vec<i64> = taken.iter().map(|row| row.int(0)).collect::<Result<_>>()?;
    for number in (0..NODES).map(|step| (wished + step) % NODES) {
        if taken.contains(&number) {
            continue;
        }
        let row = vec![number.into(), holder.into(), until.into()];
        let mut row = cx.kernel.site.key.coded("node_lease", row);
        row.push(now.into());
        let got = cx.execute(
            "INSERT INTO node_lease (id, holder, until, code) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET \
             holder = excluded.holder, until = excluded.until, code = excluded.code WHERE node_lease.until < ?",
            &row,
        )?;
        if got == 1 {
            return Ok((number, until));
        }
    }
    let mut fault = Fault::new("every node number is taken");
    fault.kind = FaultKind::Unavailable;
    Err(fault.into())
}
