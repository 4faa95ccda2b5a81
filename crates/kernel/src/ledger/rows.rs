//! The ledger's rows: finding and opening accounts, changing what they hold, adding holds and movements.
//!
//! Keeps true: an account's check and change are one statement; what it then holds is told to its projection.
//! Not here: what makes a movement lawful (`ledger`).

use qudao_base::{Fault, Id, Result, Value};

use super::{AccountKey, AccountKind, Balance, Ledger, Promise};
use crate::appends::Table;

pub(super) struct Account {
    pub id: Id,
    pub keeps_balance: bool,
}

pub(super) struct Movement<'m> {
    pub kind: &'m str,
    pub hold: Option<Id>,
    pub from: Id,
    pub to: Id,
    pub amount: i64,
    pub object: &'m str,
    pub record: Id,
}

static MOVEMENTS: Table = Table {
    name: "ledger_movement",
    insert: "INSERT INTO ledger_movement (id, entry_id, kind, hold_id, from_account, to_account, amount, object, record_id) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

static HOLDS: Table = Table {
    name: "ledger_hold",
    insert: "INSERT INTO ledger_hold (id, from_account, to_account, amount_left, object, record_id) VALUES (?, ?, ?, ?, ?, ?)",
};

const LOOKUP: &str = "SELECT id FROM ledger_account WHERE kind = ? AND owner = ? AND unit = ?";

/// Parameters: change of the balance, change of what is held, account, the two changes again, what must stay above the floor.
pub(super) const GUARDED: &str = "UPDATE ledger_account SET balance = balance + ?, held = held + ? WHERE id = ? AND keeps_balance = 1 \
     AND (floor IS NULL OR (balance + ?) - (held + ?) >= floor + ?) RETURNING kind, owner, unit, balance, held, COALESCE(floor, 0)";

/// Parameters: change of the balance, change of what is held, account.
pub(super) const UNGUARDED: &str = "UPDATE ledger_account SET balance = balance + ?, held = held + ? WHERE id = ? AND keeps_balance = 1 \
     RETURNING kind, owner, unit, balance, held, COALESCE(floor, 0)";

/// Parameters: change of the floor, account, the change again.
pub(super) const SHIFTED: &str = "UPDATE ledger_account SET floor = floor + ? WHERE id = ? AND balance - held >= floor + ? \
     RETURNING kind, owner, unit, balance, held, COALESCE(floor, 0)";

impl Ledger<'_, '_> {
    /// The accounts of the keys, in their order; those never used come into being.
    pub(super) fn accounts(&mut self, keys: &[&AccountKey]) -> Result<Vec<Account>> {
        let parameters = |key: &&AccountKey| -> Vec<Value> {
            vec![key.kind.into(), key.owner.into(), key.unit.as_str().into()]
        };
        let rows: Vec<Vec<Value>> = keys.iter().map(parameters).collect();
        let mut found = self.0.connection.query_many(LOOKUP, &rows)?;
        let mut accounts = Vec::with_capacity(keys.len());
        for (at, key) in keys.iter().enumerate() {
            let kind = self.0.kernel.account_kind(key.kind)?;
            if found[at].is_empty() {
                self.open(key, kind)?;
                found[at] = self.0.connection.query(LOOKUP, &rows[at])?;
            }
            let row = found[at]
                .first()
                .ok_or_else(|| Fault::new("a ledger account vanished"))?;
            accounts.push(Account {
                id: Id::from_number(row.int(0)?),
                keeps_balance: kind.keeps_balance,
            });
        }
        Ok(accounts)
    }

    fn open(&mut self, key: &AccountKey, kind: AccountKind) -> Result<()> {
        let row = vec![
            self.0.new_id().into(),
            key.kind.into(),
            key.owner.into(),
            key.unit.as_str().into(),
            kind.keeps_balance.into(),
        ];
        let mut row = self.0.kernel.site.key.coded("ledger_account", row);
        row.push(kind.floor.into());
        self.0.execute(
            "INSERT INTO ledger_account (id, kind, owner, unit, keeps_balance, code, floor, balance, held) \
             VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0) ON CONFLICT (kind, owner, unit) DO NOTHING",
            &row,
        )?;
        Ok(())
    }

    pub(super) fn account(&mut self, key: &AccountKey) -> Result<Account> {
        let found = self.accounts(&[key])?.pop();
        Ok(found.ok_or_else(|| Fault::new("a ledger account vanished"))?)
    }

    /// Changes balances and holds of accounts that keep them; returns for each row whether it was changed.
    pub(super) fn adjust(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<bool>> {
        let answers = self.0.connection.query_many(sql, rows)?;
        let mut changed = Vec::with_capacity(answers.len());
        for answer in answers {
            if let Some(row) = answer.first() {
                let balance = Balance {
                    balance: row.int(3)?,
                    held: row.int(4)?,
                    floor: row.int(5)?,
                };
                let (owner, unit) = (Id::from_number(row.int(1)?), row.text(2)?.to_owned());
                self.0.note_balance(row.text(0)?, owner, unit, balance);
            }
            changed.push(!answer.is_empty());
        }
        Ok(changed)
    }

    pub(super) fn write_movement(&mut self, movement: &Movement<'_>) -> Result<Id> {
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
        self.0.append(&MOVEMENTS, values)?;
        Ok(id)
    }

    /// A floor that is not its kind's is proven by the movement that set it.
    pub(super) fn write_floor(&mut self, account: Id, floor: i64) -> Result<()> {
        self.write_movement(&Movement {
            kind: "floor",
            hold: None,
            from: account,
            to: account,
            amount: floor,
            object: "ledger_account",
            record: account,
        })
        .map(drop)
    }

    pub(super) fn write_hold(&mut self, promise: &Promise, source: Id, target: Id) -> Result<Id> {
        let id = self.0.new_id();
        let row = vec![
            id.into(),
            source.into(),
            target.into(),
            promise.amount.into(),
            promise.object.into(),
            promise.record.into(),
        ];
        self.0.append(&HOLDS, row)?;
        self.write_movement(&Movement {
            kind: "hold",
            hold: Some(id),
            from: source,
            to: target,
            amount: promise.amount,
            object: promise.object,
            record: promise.record,
        })?;
        Ok(id)
    }
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
