//! The one primitive for everything promised: accounts, holds, movements.
//!
//! Keeps true: every movement has two legs; a floored account never lets `balance - held` fall under its floor, and check
//! and hold are one statement; kept balances equal the sum of movements (`verify`). Accounts without a kept balance are
//! contra accounts: nothing hot, their sum is derived.
//! Not here: what an account kind means; packs register their kinds.

mod account;
mod floor;
mod hold;
mod movement;
pub(crate) mod proof;

use qudao_base::{Fault, Id, Result};

use crate::Cx;

use self::{account::Change, movement::Movement};
pub(crate) use self::{
    account::{AccountIds, KnownAccounts},
    movement::movement_line,
};
pub use self::{
    account::{AccountKey, AccountKind, Balance},
    hold::{Hold, Promise},
};

/// The ledger as seen by one transaction.
#[derive(Debug)]
pub struct Ledger<'c, 'a>(pub(crate) &'c mut Cx<'a>);

impl Ledger<'_, '_> {
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
        let change = |account, balance| Change {
            account,
            balance,
            held: 0,
        };
        if source.keeps_balance
            && self.change_above_floor(&[(change(source.id, -amount), 0)])? == [false]
        {
            return Err(self.short(source.id, from, amount)?.into());
        }
        if target.keeps_balance {
            self.change(&[change(target.id, amount)])?;
        }
        self.write_movement(&Movement {
            kind: "transfer",
            hold: None,
            from: source.id,
            to: target.id,
            amount,
            object,
            record,
        })
    }
}

fn positive(amount: i64) -> Result<()> {
    if amount > 0 {
        Ok(())
    } else {
        Err(Fault::new(format!("a ledger amount must be positive, not {amount}")).into())
    }
}
