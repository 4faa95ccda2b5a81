//! How old open receivables are, by days past their due date.
//!
//! Keeps true: every open amount falls into exactly one column, so the columns add up to the total.
//! Not here: which receivables a reader may see.

use std::collections::BTreeMap;

use qudao_base::{Date, Id, Money, Result};

/// Number of columns: not due, 0-30, 31-60, 61-90, more than 90 days overdue.
pub const COLUMNS: usize = 5;

/// A receivable with something left to pay.
#[derive(Clone, Copy, Debug)]
pub struct OpenItem {
    /// Who owes it.
    pub partner: Id,
    /// Day it is due.
    pub due_on: Date,
    /// What is left.
    pub open_amount: Money,
}

/// What one partner owes, by age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgeingRow {
    /// Who owes it.
    pub partner: Id,
    /// By column.
    pub amounts: [Money; COLUMNS],
    /// All of it.
    pub total: Money,
}

/// The column of a due date: due tomorrow is not due, due today is 0 days overdue.
pub fn column(due_on: Date, today: Date) -> usize {
    match today.days_since(due_on) {
        days if days < 0 => 0,
        0..=30 => 1,
        31..=60 => 2,
        61..=90 => 3,
        _ => 4,
    }
}

/// One row per partner, largest total first.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn table(items: &[OpenItem], today: Date) -> Result<Vec<AgeingRow>> {
    let mut rows: BTreeMap<Id, AgeingRow> = BTreeMap::new();
    for item in items {
        let row = rows.entry(item.partner).or_insert_with(|| AgeingRow {
            partner: item.partner,
            amounts: [Money::ZERO; COLUMNS],
            total: Money::ZERO,
        });
        let amount = &mut row.amounts[column(item.due_on, today)];
        *amount = amount.plus(item.open_amount)?;
        row.total = row.total.plus(item.open_amount)?;
    }
    let mut rows: Vec<AgeingRow> = rows.into_values().collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.total), row.partner));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_fall_into_columns() {
        let today = Date::of(2026, 3, 31).unwrap();
        for (overdue, expected) in [
            (-1, 0),
            (0, 1),
            (30, 1),
            (31, 2),
            (60, 2),
            (61, 3),
            (90, 3),
            (91, 4),
            (4000, 4),
        ] {
            assert_eq!(
                column(today.plus_days(-overdue).unwrap(), today),
                expected,
                "{overdue}"
            );
        }
    }

    #[test]
    fn rows_add_up_and_the_largest_debtor_leads() {
        let today = Date::of(2026, 3, 31).unwrap();
        let item = |partner, overdue: i64, amount| OpenItem {
            partner: Id::from_number(partner),
            due_on: today.plus_days(-overdue).unwrap(),
            open_amount: Money::of(amount),
        };
        let rows = table(
            &[
                item(1, 5, 10),
                item(2, -9, 40),
                item(1, 95, 20),
                item(1, 6, 1),
            ],
            today,
        )
        .unwrap();
        assert_eq!(
            rows.iter()
                .map(|row| row.partner.number())
                .collect::<Vec<_>>(),
            [2, 1]
        );
        assert_eq!(rows[1].amounts[1], Money::of(11));
        assert_eq!(rows[1].amounts[4], Money::of(20));
        assert_eq!(Money::sum(rows[1].amounts).unwrap(), rows[1].total);
    }
}
