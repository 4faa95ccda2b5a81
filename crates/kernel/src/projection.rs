//! Projections: records that repeat what the ledger says, so that lists and reports can show it.
//!
//! Keeps true: whoever reads the object sees it as the ledger stands (`look`); it is rewritten in one go however often its accounts
//! moved, once per transaction unless somebody reads it in between; a projection never moves the ledger. Such objects are declared
//! `logged = false`: their truth is the ledger, and their pack's `verify` compares the two. Not here: what the figures mean.

use std::collections::BTreeMap;

use qudao_base::{Fault, Id, Result, Value};
use qudao_store::Row;

use crate::{
    Cx,
    ledger::Balance,
    look::Look,
    model::{Model, quoted},
    schema::ROW_CODE,
};

/// An account that moved in this transaction, with what it holds now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Whose account.
    pub owner: Id,
    /// What is counted.
    pub unit: String,
    /// What it holds.
    pub balance: Balance,
}

/// Repeats accounts of a kind in records of an object.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    /// Kind of the accounts.
    pub account: &'static str,
    /// Object that repeats them.
    pub object: &'static str,
    /// Rewrites the records of the accounts.
    pub write: fn(&mut Cx<'_>, &[Touched]) -> Result<()>,
}

/// Accounts whose records are to be rewritten: by the projection's position, owner and unit.
pub(crate) type Waiting = BTreeMap<(usize, Id, String), Balance>;

impl Cx<'_> {
    /// Notes what an account holds after a change.
    ///
    /// # Errors
    /// A fault while projections are being written: one that moved the ledger could set itself off without end, and what it moved
    /// would stand under no action.
    pub(crate) fn note_balance(
        &mut self,
        kind: &str,
        owner: Id,
        unit: String,
        balance: Balance,
    ) -> Result<()> {
        if self.projecting {
            return Err(Fault::new(format!("a projection moved an account of {kind}")).into());
        }
        let projections = &self.kernel.registry.projections;
        if let Some(at) = projections.iter().position(|one| one.account == kind) {
            self.waiting.insert((at, owner, unit), balance);
        }
        Ok(())
    }

    /// Rewrites the records that are about to be looked at.
    pub(crate) fn write_projections(&mut self, look: Look<'_>) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let kernel = self.kernel;
        for (at, projection) in kernel.registry.projections.iter().enumerate() {
            if !look.sees(projection.object) {
                continue;
            }
            let touched = self.take_touched(at);
            if touched.is_empty() {
                continue;
            }
            // One projection may read what another keeps up, so this may stand within itself.
            let outer = std::mem::replace(&mut self.projecting, true);
            let done = (projection.write)(self, &touched);
            self.projecting = outer;
            done?;
            self.note_change(projection.object);
        }
        Ok(())
    }

    fn take_touched(&mut self, projection: usize) -> Vec<Touched> {
        self.waiting
            .extract_if(.., |(at, _, _), _| *at == projection)
            .map(|((_, owner, unit), balance)| Touched {
                owner,
                unit,
                balance,
            })
            .collect()
    }

    /// Sets fields of the records that have the key fields' values. `rows`: values of `sets`, then of `keys`. Returns for each row
    /// whether there is such a record.
    pub fn project(
        &mut self,
        object: &str,
        sets: &[&str],
        keys: &[&str],
        rows: Vec<Vec<Value>>,
    ) -> Result<Vec<bool>> {
        let model = self.kernel.model(object)?;
        if model.object.logged {
            return Err(
                Fault::new(format!("{object} is logged and cannot be a projection")).into(),
            );
        }
        let equals = |names: &[&str], joint: &str| {
            let parts = names.iter().map(|name| format!("{} = ?", quoted(name)));
            parts.collect::<Vec<_>>().join(joint)
        };
        let sql = format!(
            "UPDATE {} SET \"version\" = \"version\" + 1, \"updated_at\" = ?, {} WHERE {} RETURNING {}",
            quoted(object),
            equals(sets, ", "),
            equals(keys, " AND "),
            model.columns.replace("t.", "")
        );
        let now = self.now();
        let with_time = |row: Vec<Value>| std::iter::once(now.into()).chain(row).collect();
        let rows: Vec<Vec<Value>> = rows.into_iter().map(with_time).collect();
        let found = self.connection.query_many(&sql, &rows)?;
        let answer = found.iter().map(|rows| !rows.is_empty()).collect();
        self.code_again(&model, found.into_iter().flatten())?;
        Ok(answer)
    }

    /// Gives rows the code of what they say now.
    fn code_again(&mut self, model: &Model, rows: impl Iterator<Item = Row>) -> Result<()> {
        let mut codes = Vec::new();
        for row in rows {
            let record = model.record(row)?;
            let code = self.kernel.site.key.record_code(&record);
            codes.push(vec![code.into(), record.id.into()]);
        }
        let table = model.table();
        let sql = format!("UPDATE {table} SET \"{ROW_CODE}\" = ? WHERE \"id\" = ?");
        self.connection.execute_many(&sql, &codes).map(drop)
    }
}
