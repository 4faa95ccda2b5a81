//! Movements: the rows that prove every change of an account.
//!
//! Keeps true: a movement stands under the entry of the action it happens in, and its bytes in that entry's hash.
//! Not here: what makes a movement lawful (`account`, `hold`, `floor`).

use qudao_base::{Id, Result, Value};

use super::Ledger;
use crate::appends::Table;

/// A movement about to be written. Two legs: `amount` steps leave one account for the other.
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

impl Ledger<'_, '_> {
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
