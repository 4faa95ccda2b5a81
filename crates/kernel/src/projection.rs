//! Projections: records that repeat what the ledger says, so that lists and reports can show it.
//!
//! Keeps true: whoever reads the object sees it as the ledger stands (`look`); it is rewritten in one go however often its accounts
//! moved, once per transaction unless somebody reads it in between; a projection never moves the ledger. Such objects are declared
//! `logged = false`: their truth is the ledger, and their pack's `verify` compares the two. Not here: what the figures mean.

use std::collections::{BTreeMap, HashMap};

use qudao_base::{Fault, Id, Result, Value};

use crate::{Cx, Record, ledger::Balance, look::Look, model::quoted, save};

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
        mut rows: Vec<Vec<Value>>,
    ) -> Result<Vec<bool>> {
        let model = self.kernel.model(object)?;
        if model.object.logged {
            return Err(
                Fault::new(format!("{object} is logged and cannot be a projection")).into(),
            );
        }
        let wanted: Vec<String> = keys
            .iter()
            .map(|name| format!("t.{} = ?", quoted(name)))
            .collect();
        let sql = format!(
            "SELECT {} FROM {} t WHERE {}{}",
            model.columns,
            model.table(),
            wanted.join(" AND "),
            self.lock_clause()
        );
        let values_of_keys: Vec<Vec<Value>> = rows
            .iter_mut()
            .map(|row| row.split_off(sets.len()))
            .collect();
        // Another projection may have the same records waiting, and would move them on between reading and writing them.
        self.write_projections(Look::Statement(&sql))?;
        let found = self.connection.query_many(&sql, &values_of_keys)?;
        let is_there = found.iter().map(|rows| !rows.is_empty()).collect();
        let (mut before, mut after): (Vec<Record>, Vec<Record>) = (Vec::new(), Vec::new());
        let mut places: HashMap<Id, usize> = HashMap::new();
        for (found, row) in found.into_iter().zip(rows) {
            for one in found {
                let record = model.record(one)?;
                // Of several rows for one record the last counts.
                let at = *places.entry(record.id).or_insert(after.len());
                if at == after.len() {
                    let mut changed = record.clone();
                    changed.version += 1;
                    changed.set("updated_at", self.now());
                    before.push(record);
                    after.push(changed);
                }
                for (name, value) in sets.iter().zip(&row) {
                    after[at].set(name, value.clone());
                }
            }
        }
        save::update_rows(self, &model, &before, &after)?;
        Ok(is_there)
    }
}
