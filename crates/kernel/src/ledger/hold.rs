//! Promises: held against an account, later posted or released, in part or whole.
//!
//! Keeps true: promises made together are kept together or not at all; no more is posted and released than was held; whoever takes
//! several accounts takes them in one order.
//! Not here: how an account's check and change are one statement (`account`).

use qudao_base::{Fault, Id, Refusal, Result, Value};

use super::{AccountKey, Ledger, account::Change, movement::Movement, positive};
use crate::appends::Table;

/// A promise asked for.
#[derive(Clone, Debug)]
pub struct Promise {
    /// Account to hold against.
    pub from: AccountKey,
    /// Account it will be posted to.
    pub to: AccountKey,
    /// Steps, more than zero.
    pub amount: i64,
    /// Steps that must stay available after the hold; checked by the statement that holds.
    pub leave: i64,
    /// Object it is held for.
    pub object: &'static str,
    /// Record it is held for.
    pub record: Id,
}

/// A promise still (partly) open.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Identity.
    pub id: Id,
    /// Account held against.
    pub from: Id,
    /// Account it will be posted to.
    pub to: Id,
    /// Steps not yet posted or released.
    pub amount_left: i64,
}

/// Steps taken out of a hold, to be posted or released.
struct Taken {
    hold: Id,
    from: Id,
    to: Id,
    amount: i64,
    object: String,
    record: Id,
}

static HOLDS: Table = Table {
    name: "ledger_hold",
    insert: "INSERT INTO ledger_hold (id, from_account, to_account, amount_left, object, record_id) VALUES (?, ?, ?, ?, ?, ?)",
};

impl Ledger<'_, '_> {
    /// Promises `amount` steps from one account to another; nothing is posted yet. Returns the hold.
    ///
    /// # Errors
    /// Conflict `ledger.short` with `available` and `needed` when the account would fall under its floor.
    pub fn hold(
        &mut self,
        from: &AccountKey,
        to: &AccountKey,
        amount: i64,
        object: &'static str,
        record: Id,
    ) -> Result<Id> {
        let held = self.hold_all(&[Promise {
            from: from.clone(),
            to: to.clone(),
            amount,
            leave: 0,
            object,
            record,
        }])?;
        Ok(held.first().copied().unwrap_or_default())
    }

    /// Promises all of it or nothing; returns the holds in order. Accounts are taken in one order for everybody, so that two who
    /// want the same ones cannot wait for each other crosswise.
    ///
    /// # Errors
    /// Conflict `ledger.short` for the first account that would fall under its floor.
    pub fn hold_all(&mut self, promises: &[Promise]) -> Result<Vec<Id>> {
        for promise in promises {
            positive(promise.amount)?;
        }
        let keys: Vec<&AccountKey> = promises
            .iter()
            .flat_map(|promise| [&promise.from, &promise.to])
            .collect();
        let accounts = self.accounts(&keys)?;
        let legs = |at: usize| (accounts[at * 2].id, accounts[at * 2 + 1].id);
        let mut order: Vec<usize> = (0..promises.len()).collect();
        order.sort_by_key(|&at| legs(at).0);
        let change = |&at: &usize| {
            let change = Change {
                account: legs(at).0,
                balance: 0,
                held: promises[at].amount,
            };
            (change, promises[at].leave)
        };
        let changes: Vec<(Change, i64)> = order.iter().map(change).collect();
        let held = self.change_above_floor(&changes)?;
        if let Some(position) = held.iter().position(|held| !held) {
            // A rule may go on after the refusal: nothing of this stays.
            let kept = changes.iter().zip(&held).filter(|(_, held)| **held);
            let back: Vec<Change> = kept
                .map(|((change, _), _)| Change {
                    account: change.account,
                    balance: 0,
                    held: -change.held,
                })
                .collect();
            self.change(&back)?;
            let at = order[position];
            let promise = &promises[at];
            return Err(self
                .short(legs(at).0, &promise.from, promise.amount)?
                .into());
        }
        let written = promises
            .iter()
            .enumerate()
            .map(|(at, promise)| self.write_hold(promise, legs(at)));
        written.collect()
    }

    fn write_hold(&mut self, promise: &Promise, (from, to): (Id, Id)) -> Result<Id> {
        let id = self.0.new_id();
        let row = vec![
            id.into(),
            from.into(),
            to.into(),
            promise.amount.into(),
            promise.object.into(),
            promise.record.into(),
        ];
        self.0.append(&HOLDS, row)?;
        self.write_movement(&Movement {
            kind: "hold",
            hold: Some(id),
            from,
            to,
            amount: promise.amount,
            object: promise.object,
            record: promise.record,
        })?;
        Ok(id)
    }

    /// Posts `amount` steps of a hold; the rest stays held.
    ///
    /// # Errors
    /// Conflict `ledger.over_hold` when less is left.
    pub fn post(&mut self, hold: Id, amount: i64) -> Result<()> {
        positive(amount)?;
        let taken = self.take_from_hold(hold, Some(amount))?;
        self.change(&[
            Change {
                account: taken.from,
                balance: -amount,
                held: -amount,
            },
            Change {
                account: taken.to,
                balance: amount,
                held: 0,
            },
        ])?;
        self.write_taken("post", &taken)
    }

    /// Gives back what is left of a hold. Nothing left is no error.
    pub fn release(&mut self, hold: Id) -> Result<()> {
        let taken = self.take_from_hold(hold, None)?;
        self.give_back(&taken)
    }

    /// Gives `amount` steps of a hold back; the rest stays held.
    ///
    /// # Errors
    /// Conflict `ledger.over_hold` when less is left.
    pub fn release_part(&mut self, hold: Id, amount: i64) -> Result<()> {
        positive(amount)?;
        let taken = self.take_from_hold(hold, Some(amount))?;
        self.give_back(&taken)
    }

    fn give_back(&mut self, taken: &Taken) -> Result<()> {
        if taken.amount == 0 {
            return Ok(());
        }
        self.change(&[Change {
            account: taken.from,
            balance: 0,
            held: -taken.amount,
        }])?;
        self.write_taken("release", taken)
    }

    /// Takes steps out of a hold; without an amount all that is left.
    fn take_from_hold(&mut self, hold: Id, amount: Option<i64>) -> Result<Taken> {
        let sql = format!(
            "SELECT from_account, to_account, amount_left, object, record_id FROM ledger_hold WHERE id = ?{}",
            self.0.lock_clause()
        );
        let rows = self.0.query_anew(&sql, &[hold.into()])?;
        let row = rows
            .first()
            .ok_or_else(|| Fault::new(format!("no hold {hold}")))?;
        let left = row.int(2)?;
        let amount = amount.unwrap_or(left);
        if amount > left {
            return Err(Refusal::conflict("ledger.over_hold")
                .with("left", left)
                .with("needed", amount)
                .into());
        }
        self.0.execute(
            "UPDATE ledger_hold SET amount_left = amount_left - ? WHERE id = ?",
            &[amount.into(), hold.into()],
        )?;
        Ok(Taken {
            hold,
            from: row.id(0)?,
            to: row.id(1)?,
            amount,
            object: row.text(3)?.to_owned(),
            record: row.id(4)?,
        })
    }

    fn write_taken(&mut self, kind: &str, taken: &Taken) -> Result<()> {
        self.write_movement(&Movement {
            kind,
            hold: Some(taken.hold),
            from: taken.from,
            to: taken.to,
            amount: taken.amount,
            object: &taken.object,
            record: taken.record,
        })
        .map(drop)
    }

    /// Locks the accounts that records hold against, in one order for everybody. Who is about to post or release several holds does
    /// so first, or waits for somebody crosswise who takes the same accounts to hold.
    pub fn lock_held(&mut self, object: &str, records: &[Id]) -> Result<()> {
        let lock = self.0.lock_clause();
        if lock.is_empty() || records.is_empty() {
            return Ok(());
        }
        let marks = vec!["?"; records.len()].join(", ");
        let sql = format!(
            "SELECT id FROM ledger_account WHERE id IN (SELECT from_account FROM ledger_hold WHERE object = ? \
             AND record_id IN ({marks}) AND amount_left > 0) ORDER BY id{lock}"
        );
        let records = records.iter().map(|&record| record.into());
        let parameters: Vec<Value> = std::iter::once(object.into()).chain(records).collect();
        self.0.query_anew(&sql, &parameters).map(drop)
    }

    /// Open holds of a record, oldest first.
    pub fn holds(&mut self, object: &str, record: Id) -> Result<Vec<Hold>> {
        let rows = self.0.query(
            "SELECT id, from_account, to_account, amount_left FROM ledger_hold \
             WHERE object = ? AND record_id = ? AND amount_left > 0 ORDER BY id",
            &[object.into(), record.into()],
        )?;
        rows.iter()
            .map(|row| {
                Ok(Hold {
                    id: row.id(0)?,
                    from: row.id(1)?,
                    to: row.id(2)?,
                    amount_left: row.int(3)?,
                })
            })
            .collect()
    }
}
