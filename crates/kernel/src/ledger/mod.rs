//! The one primitive for everything promised: accounts, holds, movements.
//!
//! Keeps true: every movement has two legs; a floored account never lets `balance - held` fall under its floor, and check
//! and hold are one statement; kept balances equal the sum of movements (`verify`). Accounts without a kept balance are
//! contra accounts: nothing hot, their sum is derived.
//! Not here: what an account kind means; packs register their kinds. How rows are written: `rows`.

pub(crate) mod proof;
mod rows;

use std::fmt::Display;

use qudao_base::{Fault, Id, Refusal, Result, Value};

use crate::Cx;

pub(crate) use self::rows::movement_line;
use self::rows::{GUARDED, Movement, SHIFTED, UNGUARDED};

/// What holds for all accounts of a kind.
#[derive(Clone, Copy, Debug)]
pub struct AccountKind {
    /// Lowest `balance - held`; `None`: no limit.
    pub floor: Option<i64>,
    /// Keeps a running balance. Only such accounts can be held against or asked.
    pub keeps_balance: bool,
}

/// Names an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountKey {
    /// Registered kind.
    pub kind: &'static str,
    /// Whose account.
    pub owner: Id,
    /// What is counted: a product's id, a currency.
    pub unit: String,
}

impl AccountKey {
    /// Names the account.
    pub fn new(kind: &'static str, owner: Id, unit: impl Display) -> Self {
        Self {
            kind,
            owner,
            unit: unit.to_string(),
        }
    }
}

/// What an account holds, in steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Posted.
    pub balance: i64,
    /// Promised out of it.
    pub held: i64,
    /// Lowest `balance - held`; zero where there is no limit.
    pub floor: i64,
}

impl Balance {
    /// What may still be promised above a floor of zero.
    pub const fn available(self) -> i64 {
        self.balance - self.held
    }

    /// What may still be promised above the account's own floor.
    pub const fn above_floor(self) -> i64 {
        self.balance - self.held - self.floor
    }
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

/// The ledger as seen by one transaction.
#[derive(Debug)]
pub struct Ledger<'c, 'a>(pub(crate) &'c mut Cx<'a>);

struct Taken {
    from: Id,
    to: Id,
    amount: i64,
    object: String,
    record: Id,
}

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

impl Ledger<'_, '_> {
    fn short(&mut self, account: Id, key: &AccountKey, amount: i64) -> Result<Refusal> {
        let rows = self.0.query(
            "SELECT balance - held FROM ledger_account WHERE id = ?",
            &[account.into()],
        )?;
        let available = rows.first().map_or(Ok(0), |row| row.int(0))?;
        Ok(Refusal::conflict("ledger.short")
            .with("account", key.kind)
            .with("unit", &key.unit)
            .with("available", qudao_base::format_scaled(available, 0))
            .with("needed", qudao_base::format_scaled(amount, 0)))
    }

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
        let keys: Vec<&AccountKey> = promises
            .iter()
            .flat_map(|promise| [&promise.from, &promise.to])
            .collect();
        let accounts = self.accounts(&keys)?;
        let mut order: Vec<usize> = (0..promises.len()).collect();
        order.sort_by_key(|&at| accounts[at * 2].id);
        let mut rows = Vec::with_capacity(promises.len());
        for &at in &order {
            let amount = promises[at].amount;
            positive(amount)?;
            let account = accounts[at * 2].id;
            rows.push(vec![
                0.into(),
                amount.into(),
                account.into(),
                0.into(),
                amount.into(),
                promises[at].leave.into(),
            ]);
        }
        let held = self.adjust(GUARDED, &rows)?;
        if let Some(position) = held.iter().position(|held| !held) {
            let at = order[position];
            let (key, amount) = (&promises[at].from, promises[at].amount);
            return Err(self.short(accounts[at * 2].id, key, amount)?.into());
        }
        let mut holds = Vec::with_capacity(promises.len());
        for (at, promise) in promises.iter().enumerate() {
            let (source, target) = (accounts[at * 2].id, accounts[at * 2 + 1].id);
            holds.push(self.write_hold(promise, source, target)?);
        }
        Ok(holds)
    }

    fn take_from_hold(&mut self, hold: Id, amount: Option<i64>) -> Result<Taken> {
        let sql = format!(
            "SELECT from_account, to_account, amount_left, object, record_id FROM ledger_hold WHERE id = ?{}",
            self.0.lock_clause()
        );
        let rows = self.0.query(&sql, &[hold.into()])?;
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
        let taken = Taken {
            from: Id::from_number(row.int(0)?),
            to: Id::from_number(row.int(1)?),
            amount,
            object: row.text(3)?.to_owned(),
            record: Id::from_number(row.int(4)?),
        };
        self.0.execute(
            "UPDATE ledger_hold SET amount_left = amount_left - ? WHERE id = ?",
            &[amount.into(), hold.into()],
        )?;
        Ok(taken)
    }

    fn write_taken(&mut self, kind: &str, hold: Id, taken: &Taken) -> Result<()> {
        let movement = Movement {
            kind,
            hold: Some(hold),
            from: taken.from,
            to: taken.to,
            amount: taken.amount,
            object: &taken.object,
            record: taken.record,
        };
        self.write_movement(&movement).map(drop)
    }

    /// Posts `amount` steps of a hold; the rest stays held.
    ///
    /// # Errors
    /// Conflict `ledger.over_hold` when less is left.
    pub fn post(&mut self, hold: Id, amount: i64) -> Result<()> {
        positive(amount)?;
        let taken = self.take_from_hold(hold, Some(amount))?;
        let rows = [
            vec![(-amount).into(), (-amount).into(), taken.from.into()],
            vec![amount.into(), 0.into(), taken.to.into()],
        ];
        self.adjust(UNGUARDED, &rows)?;
        self.write_taken("post", hold, &taken)
    }

    /// Gives back what is left of a hold. Nothing left is no error.
    pub fn release(&mut self, hold: Id) -> Result<()> {
        let taken = self.take_from_hold(hold, None)?;
        self.give_back(hold, &taken)
    }

    /// Gives `amount` steps of a hold back; the rest stays held.
    ///
    /// # Errors
    /// Conflict `ledger.over_hold` when less is left.
    pub fn release_part(&mut self, hold: Id, amount: i64) -> Result<()> {
        positive(amount)?;
        let taken = self.take_from_hold(hold, Some(amount))?;
        self.give_back(hold, &taken)
    }

    fn give_back(&mut self, hold: Id, taken: &Taken) -> Result<()> {
        if taken.amount == 0 {
            return Ok(());
        }
        let row = vec![0.into(), (-taken.amount).into(), taken.from.into()];
        self.adjust(UNGUARDED, &[row])?;
        self.write_taken("release", hold, taken)
    }

    /// Moves `amount` steps at once.
    ///
    /// # Errors
    /// Conflict `ledger.short` when the source would fall under its floor.
    pub fn transfer(
        &mut self,
        from: &AccountKey,
        to: &AccountKey,
        amount: i64,
        object: &str,
        record: Id,
    ) -> Result<Id> {
        positive(amount)?;
        let accounts = self.accounts(&[from, to])?;
        let (source, target) = (&accounts[0], &accounts[1]);
        if source.keeps_balance {
            let change: Value = (-amount).into();
            let row = vec![
                change.clone(),
                0.into(),
                source.id.into(),
                change,
                0.into(),
                0.into(),
            ];
            if self.adjust(GUARDED, &[row])? == [false] {
                return Err(self.short(source.id, from, amount)?.into());
            }
        }
        if target.keeps_balance {
            let row = vec![amount.into(), 0.into(), target.id.into()];
            self.adjust(UNGUARDED, &[row])?;
        }
        let movement = Movement {
            kind: "transfer",
            hold: None,
            from: source.id,
            to: target.id,
            amount,
            object,
            record,
        };
        self.write_movement(&movement)
    }

    /// What the account holds; nothing for one never used.
    pub fn balance(&mut self, key: &AccountKey) -> Result<Balance> {
        let rows = self.0.query(
            "SELECT balance, held, COALESCE(floor, 0) FROM ledger_account WHERE kind = ? AND owner = ? AND unit = ?",
            &[key.kind.into(), key.owner.into(), key.unit.as_str().into()],
        )?;
        rows.first().map_or(Ok(Balance::default()), |row| {
            Ok(Balance {
                balance: row.int(0)?,
                held: row.int(1)?,
                floor: row.int(2)?,
            })
        })
    }

    /// Sets the floor of one account.
    ///
    /// # Errors
    /// Conflict `ledger.short` when it is under the new floor already.
    pub fn set_floor(&mut self, key: &AccountKey, floor: Option<i64>) -> Result<()> {
        let account = self.account(key)?;
        let lowest = floor.unwrap_or(i64::MIN);
        let set = self.0.execute(
            "UPDATE ledger_account SET floor = ? WHERE id = ? AND balance - held >= ?",
            &[floor.into(), account.id.into(), lowest.into()],
        )?;
        if set == 0 {
            return Err(self.short(account.id, key, lowest)?.into());
        }
        self.write_floor(account.id, lowest)
    }

    /// Moves the floor of an account that has one; its projection learns of it.
    ///
    /// # Errors
    /// Conflict `ledger.short` when the account would be under the new floor.
    pub fn shift_floor(&mut self, key: &AccountKey, by: i64) -> Result<()> {
        let account = self.account(key)?;
        if self.adjust(SHIFTED, &[vec![by.into(), account.id.into(), by.into()]])? == [false] {
            return Err(self.short(account.id, key, by)?.into());
        }
        let floor = self.balance(key)?.floor;
        self.write_floor(account.id, floor)
    }

    /// Raises a floor that was lowered, as far as what the account holds allows and no higher than `highest`.
    pub fn raise_floor(&mut self, key: &AccountKey, highest: i64) -> Result<()> {
        let rows = self.0.query(
            "UPDATE ledger_account SET floor = CASE WHEN balance - held < ? THEN balance - held ELSE ? END \
             WHERE kind = ? AND owner = ? AND unit = ? AND floor < ? RETURNING id, floor",
            &[
                highest.into(),
                highest.into(),
                key.kind.into(),
                key.owner.into(),
                key.unit.as_str().into(),
                highest.into(),
            ],
        )?;
        rows.first().map_or(Ok(()), |row| {
            self.write_floor(Id::from_number(row.int(0)?), row.int(1)?)
        })
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
        self.0.query(&sql, &parameters).map(drop)
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
                    id: Id::from_number(row.int(0)?),
                    from: Id::from_number(row.int(1)?),
                    to: Id::from_number(row.int(2)?),
                    amount_left: row.int(3)?,
                })
            })
            .collect()
    }
}

fn positive(amount: i64) -> Result<()> {
    if amount > 0 {
        Ok(())
    } else {
        Err(Fault::new(format!("a ledger amount must be positive, not {amount}")).into())
    }
}
