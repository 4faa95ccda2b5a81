//! What an account is called and what it holds; accounts found, opened and changed.
//!
//! Keeps true: an account's check and change are one statement; what it then holds is told to its projection. An account is never
//! renamed or removed, so its id is looked up once; what a transaction found is known to others only once that has committed, for
//! what it saw of another one's may be taken back with both.
//! Not here: what is promised between accounts (`hold`), what proves a change (`movement`).

use std::{
    collections::HashMap,
    fmt::Display,
    sync::{Mutex, PoisonError},
};

use qudao_base::{Fault, Id, Refusal, Result, Value};
use qudao_store::Row;

use super::Ledger;

/// What holds for all accounts of a kind.
#[derive(Clone, Copy, Debug)]
pub struct AccountKind {
    /// Lowest `balance - held`; `None`: no limit.
    pub floor: Option<i64>,
    /// Keeps a running balance. Only such accounts can be held against or asked.
    pub keeps_balance: bool,
}

impl AccountKind {
    /// Never holds less than nothing.
    pub const FLOORED: Self = Self {
        floor: Some(0),
        keeps_balance: true,
    };
    /// Keeps a balance that may fall as low as it likes.
    pub const OPEN: Self = Self {
        floor: None,
        keeps_balance: true,
    };
    /// The other side of many accounts: takes whatever comes, its sum is derived.
    pub const CONTRA: Self = Self {
        floor: None,
        keeps_balance: false,
    };
}

/// Names an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

    /// Parameters of `kind = ? AND owner = ? AND unit = ?`.
    pub(super) fn parameters(&self) -> [Value; 3] {
        [
            self.kind.into(),
            self.owner.into(),
            self.unit.as_str().into(),
        ]
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

    /// From three columns: balance, held, floor.
    fn of(row: &Row, first: usize) -> Result<Self> {
        Ok(Self {
            balance: row.int(first)?,
            held: row.int(first + 1)?,
            floor: row.int(first + 2)?,
        })
    }
}

/// An account as it is found.
pub(super) struct Account {
    pub id: Id,
    pub keeps_balance: bool,
}

/// Ids of accounts remembered at most.
const KNOWN_MAX: usize = 50_000;

/// Accounts by their names.
pub(crate) type AccountIds = HashMap<AccountKey, Id>;

/// Accounts that are surely there: those of transactions that have committed.
#[derive(Debug, Default)]
pub(crate) struct KnownAccounts(Mutex<AccountIds>);

impl KnownAccounts {
    /// Adds what a transaction found, which has committed.
    pub fn add(&self, found: AccountIds) {
        if found.is_empty() {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + found.len() > KNOWN_MAX {
            known.clear();
        }
        known.extend(found);
    }

    /// Forgets all, as some turned out to be gone.
    fn forget(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn ids(&self, keys: &[&AccountKey]) -> Vec<Option<Id>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter().map(|key| known.get(key).copied()).collect()
    }
}

/// What is added to an account's balance and to what it holds back, in steps.
pub(super) struct Change {
    pub account: Id,
    pub balance: i64,
    pub held: i64,
}

const LOOKUP: &str = "SELECT id FROM ledger_account WHERE kind = ? AND owner = ? AND unit = ?";

/// Parameters: change of the balance, change of what is held, account, the two changes again, what must stay above the floor.
const GUARDED: &str = "UPDATE ledger_account SET balance = balance + ?, held = held + ? WHERE id = ? AND keeps_balance = 1 \
     AND (floor IS NULL OR (balance + ?) - (held + ?) >= floor + ?) RETURNING kind, owner, unit, balance, held, COALESCE(floor, 0)";

/// Parameters: change of the balance, change of what is held, account.
const UNGUARDED: &str = "UPDATE ledger_account SET balance = balance + ?, held = held + ? WHERE id = ? AND keeps_balance = 1 \
     RETURNING kind, owner, unit, balance, held, COALESCE(floor, 0)";

impl Ledger<'_, '_> {
    /// What the account holds; nothing for one never used.
    pub fn balance(&mut self, key: &AccountKey) -> Result<Balance> {
        let rows = self.0.query(
            "SELECT balance, held, COALESCE(floor, 0) FROM ledger_account WHERE kind = ? AND owner = ? AND unit = ?",
            &key.parameters(),
        )?;
        rows.first()
            .map_or(Ok(Balance::default()), |row| Balance::of(row, 0))
    }

    /// The accounts of the keys, in their order; those never used come into being.
    pub(super) fn accounts(&mut self, keys: &[&AccountKey]) -> Result<Vec<Account>> {
        let mut ids = self.0.kernel.accounts.ids(keys);
        for (id, key) in ids.iter_mut().zip(keys) {
            *id = id.or_else(|| self.0.found_accounts.get(key).copied());
        }
        self.look_up(keys, &mut ids)?;
        let account = |(key, id): (&&AccountKey, Option<Id>)| {
            Ok(Account {
                id: id.ok_or_else(|| Fault::new("a ledger account vanished"))?,
                keeps_balance: self.0.kernel.account_kind(key.kind)?.keeps_balance,
            })
        };
        keys.iter().zip(ids).map(account).collect()
    }

    /// Fills in the ids that are not known.
    fn look_up(&mut self, keys: &[&AccountKey], ids: &mut [Option<Id>]) -> Result<()> {
        let asked: Vec<usize> = (0..keys.len()).filter(|&at| ids[at].is_none()).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let rows: Vec<Vec<Value>> = asked
            .iter()
            .map(|&at| keys[at].parameters().to_vec())
            .collect();
        let found = self.0.connection.query_many(LOOKUP, &rows)?;
        for ((&at, found), row) in asked.iter().zip(found).zip(&rows) {
            ids[at] = found.first().map(|row| row.id(0)).transpose()?;
            if ids[at].is_none() {
                self.open(keys[at], self.0.kernel.account_kind(keys[at].kind)?)?;
                let opened = self.0.connection.query(LOOKUP, row)?;
                ids[at] = opened.first().map(|row| row.id(0)).transpose()?;
            }
        }
        let found = asked
            .iter()
            .filter_map(|&at| Some((keys[at].clone(), ids[at]?)));
        self.0.found_accounts.extend(found);
        Ok(())
    }

    pub(super) fn account(&mut self, key: &AccountKey) -> Result<Id> {
        Ok(self.accounts(&[key])?[0].id)
    }

    fn open(&mut self, key: &AccountKey, kind: AccountKind) -> Result<()> {
        let mut row = vec![self.0.new_id().into()];
        row.extend(key.parameters());
        row.push(kind.keeps_balance.into());
        let mut row = self.0.kernel.site.key.coded("ledger_account", row);
        row.push(kind.floor.into());
        self.0.execute(
            "INSERT INTO ledger_account (id, kind, owner, unit, keeps_balance, code, floor, balance, held) \
             VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0) ON CONFLICT (kind, owner, unit) DO NOTHING",
            &row,
        )?;
        Ok(())
    }

    /// Changes accounts, whatever their floors; those that keep no balance stay as they are.
    ///
    /// # Errors
    /// A fault when the first of them, which must keep a balance, is not there: the database was set back beneath this process.
    pub(super) fn change(&mut self, changes: &[Change]) -> Result<()> {
        let row = |one: &Change| vec![one.balance.into(), one.held.into(), one.account.into()];
        let rows: Vec<Vec<Value>> = changes.iter().map(row).collect();
        if self.adjust(UNGUARDED, &rows)?.first() == Some(&false) {
            self.0.kernel.accounts.forget();
            return Err(Fault::new("a ledger account vanished").into());
        }
        Ok(())
    }

    /// Changes accounts that keep a balance as far as `leave` steps stay above each floor; says of each whether it was changed.
    pub(super) fn change_above_floor(&mut self, changes: &[(Change, i64)]) -> Result<Vec<bool>> {
        let row = |(one, leave): &(Change, i64)| -> Vec<Value> {
            let (balance, held) = (Value::from(one.balance), Value::from(one.held));
            let account = one.account.into();
            vec![
                balance.clone(),
                held.clone(),
                account,
                balance,
                held,
                (*leave).into(),
            ]
        };
        let rows: Vec<Vec<Value>> = changes.iter().map(row).collect();
        self.adjust(GUARDED, &rows)
    }

    /// Runs a statement that changes accounts and answers what they hold; says of each row whether it changed one.
    pub(super) fn adjust(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<bool>> {
        let answers = self.0.connection.query_many(sql, rows)?;
        self.0.waited();
        for row in answers.iter().flatten() {
            let (owner, unit) = (row.id(1)?, row.text(2)?.to_owned());
            let balance = Balance::of(row, 3)?;
            self.0.note_balance(row.text(0)?, owner, unit, balance)?;
        }
        Ok(answers.iter().map(|answer| !answer.is_empty()).collect())
    }

    /// Refuses what the account is short of.
    pub(super) fn short(&mut self, account: Id, key: &AccountKey, needed: i64) -> Result<Refusal> {
        let rows = self.0.query(
            "SELECT balance - held FROM ledger_account WHERE id = ?",
            &[account.into()],
        )?;
        let available = rows.first().map_or(Ok(0), |row| row.int(0))?;
        Ok(Refusal::conflict("ledger.short")
            .with("account", key.kind)
            .with("unit", &key.unit)
            .with("available", qudao_base::format_scaled(available, 0))
            .with("needed", qudao_base::format_scaled(needed, 0)))
    }
}
