//! The one primitive for everything promised: accounts, holds, movements.
//!
//! Keeps true: every movement has two legs; a floored account never lets `balance - held` fall under its floor, and check
//! and hold are one statement; kept balances equal the sum of movements (`verify`). Accounts without a kept balance are
//! contra accounts: nothing hot, their sum is derived.
//! Not here: what an account kind means; packs register their kinds.

use std::fmt::Display;

use qudao_base::{Fault, Id, Refusal, Result, Value};

use crate::Cx;

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
}

impl Balance {
    /// What may still be promised above a floor of zero.
    pub const fn available(self) -> i64 {
        self.balance - self.held
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

struct Account {
    id: Id,
    keeps_balance: bool,
}

struct Movement<'m> {
    kind: &'m str,
    hold: Option<Id>,
    from: Id,
    to: Id,
    amount: i64,
    object: &'m str,
    record: Id,
}

struct Taken {
    from: Id,
    to: Id,
    amount: i64,
    object: String,
    record: Id,
}

impl Ledger<'_, '_> {
    fn account(&mut self, key: &AccountKey) -> Result<Account> {
        let kind = self.0.kernel.account_kind(key.kind)?;
        let lookup = "SELECT id FROM ledger_account WHERE kind = ? AND owner = ? AND unit = ?";
        let parameters = [key.kind.into(), key.owner.into(), key.unit.as_str().into()];
        if let Some(row) = self.0.query(lookup, &parameters)?.first() {
            return Ok(Account {
                id: Id::from_number(row.int(0)?),
                keeps_balance: kind.keeps_balance,
            });
        }
        let id = self.0.new_id();
        let [name, owner, unit] = parameters.clone();
        self.0.execute(
            "INSERT INTO ledger_account (id, kind, owner, unit, balance, held, floor, keeps_balance) \
             VALUES (?, ?, ?, ?, 0, 0, ?, ?) ON CONFLICT (kind, owner, unit) DO NOTHING",
            &[id.into(), name, owner, unit, kind.floor.into(), kind.keeps_balance.into()],
        )?;
        let row = self.0.query(lookup, &parameters)?;
        let row = row
            .first()
            .ok_or_else(|| Fault::new("a ledger account vanished"))?;
        Ok(Account {
            id: Id::from_number(row.int(0)?),
            keeps_balance: kind.keeps_balance,
        })
    }

    fn write_movement(&mut self, movement: &Movement<'_>) -> Result<Id> {
        let id = self.0.new_id();
        let entry = self.0.current_entry();
        let values = vec![
            id.into(),
            entry.into(),
            movement.kind.into(),
            movement.hold.into(),
            movement.from.into(),
            movement.to.into(),
            movement.amount.into(),
            movement.object.into(),
            movement.record.into(),
        ];
        self.0.note_movement(&values);
        self.0.execute(
            "INSERT INTO ledger_movement (id, entry_id, kind, hold_id, from_account, to_account, amount, object, record_id) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            &values,
        )?;
        Ok(id)
    }

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
        object: &str,
        record: Id,
    ) -> Result<Id> {
        positive(amount)?;
        let (source, target) = (self.account(from)?.id, self.account(to)?.id);
        let held = self.0.execute(
            "UPDATE ledger_account SET held = held + ? WHERE id = ? AND keeps_balance = 1 \
             AND (floor IS NULL OR balance - held - ? >= floor)",
            &[amount.into(), source.into(), amount.into()],
        )?;
        if held == 0 {
            return Err(self.short(source, from, amount)?.into());
        }
        let id = self.0.new_id();
        self.0.execute(
            "INSERT INTO ledger_hold (id, from_account, to_account, amount_left, object, record_id) VALUES (?, ?, ?, ?, ?, ?)",
            &[id.into(), source.into(), target.into(), amount.into(), object.into(), record.into()],
        )?;
        let movement = Movement {
            kind: "hold",
            hold: Some(id),
            from: source,
            to: target,
            amount,
            object,
            record,
        };
        self.write_movement(&movement)?;
        Ok(id)
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
        self.0.execute(
            "UPDATE ledger_account SET held = held - ?, balance = balance - ? WHERE id = ?",
            &[amount.into(), amount.into(), taken.from.into()],
        )?;
        self.credit(taken.to, amount)?;
        self.write_taken("post", hold, &taken)
    }

    /// Gives back what is left of a hold. Nothing left is no error.
    pub fn release(&mut self, hold: Id) -> Result<()> {
        let taken = self.take_from_hold(hold, None)?;
        if taken.amount == 0 {
            return Ok(());
        }
        self.0.execute(
            "UPDATE ledger_account SET held = held - ? WHERE id = ?",
            &[taken.amount.into(), taken.from.into()],
        )?;
        self.write_taken("release", hold, &taken)
    }

    fn credit(&mut self, account: Id, amount: i64) -> Result<()> {
        self.0.execute(
            "UPDATE ledger_account SET balance = balance + ? WHERE id = ? AND keeps_balance = 1",
            &[amount.into(), account.into()],
        )?;
        Ok(())
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
        let (source, target) = (self.account(from)?, self.account(to)?);
        if source.keeps_balance {
            let moved = self.0.execute(
                "UPDATE ledger_account SET balance = balance - ? WHERE id = ? AND (floor IS NULL OR balance - held - ? >= floor)",
                &[amount.into(), source.id.into(), amount.into()],
            )?;
            if moved == 0 {
                return Err(self.short(source.id, from, amount)?.into());
            }
        }
        self.credit(target.id, amount)?;
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
            "SELECT balance, held FROM ledger_account WHERE kind = ? AND owner = ? AND unit = ?",
            &[key.kind.into(), key.owner.into(), key.unit.as_str().into()],
        )?;
        rows.first().map_or(Ok(Balance::default()), |row| {
            Ok(Balance {
                balance: row.int(0)?,
                held: row.int(1)?,
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
            Err(self.short(account.id, key, lowest)?.into())
        } else {
            Ok(())
        }
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

/// Proves the ledger: one sentence per broken account or hold.
pub(crate) fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    let accounts = cx.query(
        "SELECT a.kind, a.owner, a.unit, a.balance, a.held, COALESCE(i.amount, 0) - COALESCE(o.amount, 0), \
         COALESCE(o.held, 0), a.floor FROM ledger_account a \
         LEFT JOIN (SELECT to_account, CAST(SUM(amount) AS BIGINT) amount FROM ledger_movement \
           WHERE kind IN ('post', 'transfer') GROUP BY to_account) i ON i.to_account = a.id \
         LEFT JOIN (SELECT from_account, \
           CAST(SUM(CASE WHEN kind IN ('post', 'transfer') THEN amount ELSE 0 END) AS BIGINT) amount, \
           CAST(SUM(CASE kind WHEN 'hold' THEN amount WHEN 'transfer' THEN 0 ELSE -amount END) AS BIGINT) held \
           FROM ledger_movement GROUP BY from_account) o ON o.from_account = a.id \
         WHERE a.keeps_balance = 1 AND (a.balance <> COALESCE(i.amount, 0) - COALESCE(o.amount, 0) \
           OR a.held <> COALESCE(o.held, 0) OR a.balance - a.held < a.floor)",
        &[],
    )?;
    for row in accounts {
        broken.push(format!(
            "ledger account {} {} {}: balance {} held {}, movements say {} and {}, floor {:?}",
            row.text(0)?,
            row.int(1)?,
            row.text(2)?,
            row.int(3)?,
            row.int(4)?,
            row.int(5)?,
            row.int(6)?,
            row.value(7).int()
        ));
    }
    let holds = cx.query(
        "SELECT h.id, h.amount_left FROM ledger_hold h LEFT JOIN (SELECT hold_id, \
         CAST(SUM(CASE kind WHEN 'hold' THEN amount ELSE -amount END) AS BIGINT) amount FROM ledger_movement \
         WHERE hold_id IS NOT NULL GROUP BY hold_id) m ON m.hold_id = h.id \
         WHERE h.amount_left <> COALESCE(m.amount, 0) OR h.amount_left < 0",
        &[],
    )?;
    for row in holds {
        broken.push(format!(
            "ledger hold {}: {} left, movements say otherwise",
            row.int(0)?,
            row.int(1)?
        ));
    }
    Ok(broken)
}

/// The bytes a movement adds to the hash of its action entry.
pub(crate) fn movement_line(movement: &[Value]) -> String {
    let numbers = movement.iter().map(|value| match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        _ => String::new(),
    });
    numbers.collect::<Vec<_>>().join("|") + "\n"
}
