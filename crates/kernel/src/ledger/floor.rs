//! Floors of single accounts: set, moved, raised again.
//!
//! Keeps true: no account stands under the floor it is given; a floor that is not its kind's is proven by a movement.
//! Not here: the floor of a kind (`account`).

use qudao_base::{Id, Result};

use super::{AccountKey, Ledger, movement::Movement};

/// Parameters: change of the floor, account, the change again.
const SHIFTED: &str = "UPDATE ledger_account SET floor = floor + ? WHERE id = ? AND balance - held >= floor + ? \
     RETURNING kind, owner, unit, balance, held, COALESCE(floor, 0)";

impl Ledger<'_, '_> {
    /// Sets the floor of one account.
    ///
    /// # Errors
    /// Conflict `ledger.short` when it is under the new floor already.
    pub fn set_floor(&mut self, key: &AccountKey, floor: Option<i64>) -> Result<()> {
        let account = self.account(key)?;
        let lowest = floor.unwrap_or(i64::MIN);
        let set = self.0.execute(
            "UPDATE ledger_account SET floor = ? WHERE id = ? AND balance - held >= ?",
            &[floor.into(), account.into(), lowest.into()],
        )?;
        if set == 0 {
            return Err(self.short(account, key, lowest)?.into());
        }
        self.write_floor(account, lowest)
    }

    /// Moves the floor of an account that has one; its projection learns of it.
    ///
    /// # Errors
    /// Conflict `ledger.short` when the account would be under the new floor.
    pub fn shift_floor(&mut self, key: &AccountKey, by: i64) -> Result<()> {
        let account = self.account(key)?;
        if self.adjust(SHIFTED, &[vec![by.into(), account.into(), by.into()]])? == [false] {
            return Err(self.short(account, key, by)?.into());
        }
        let floor = self.balance(key)?.floor;
        self.write_floor(account, floor)
    }

    /// Raises a floor that was lowered, as far as what the account holds allows and no higher than `highest`.
    pub fn raise_floor(&mut self, key: &AccountKey, highest: i64) -> Result<()> {
        let [kind, owner, unit] = key.parameters();
        let highest = || highest.into();
        let rows = self.0.query(
            "UPDATE ledger_account SET floor = CASE WHEN balance - held < ? THEN balance - held ELSE ? END \
             WHERE kind = ? AND owner = ? AND unit = ? AND floor < ? RETURNING id, floor",
            &[highest(), highest(), kind, owner, unit, highest()],
        )?;
        rows.first()
            .map_or(Ok(()), |row| self.write_floor(row.id(0)?, row.int(1)?))
    }

    fn write_floor(&mut self, account: Id, floor: i64) -> Result<()> {
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
}
