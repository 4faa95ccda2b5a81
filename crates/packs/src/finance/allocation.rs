//! Which receivables a payment settles, and which settlements a refund takes back.
//!
//! Keeps true: never more than is there and never more than is open; preferred debts are settled first, then the oldest; newest
//! settlements are taken back first; the same input gives the same answer.
//! Not here: booking it.

use qudao_base::{Date, Id, Money, Result};

/// A receivable with something left to pay.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Which.
    pub receivable: Id,
    /// True for a debt that comes before all others.
    pub is_preferred: bool,
    /// Day it is due.
    pub due_on: Date,
    /// What is left.
    pub amount: Money,
}

/// An amount put on, or taken back from, something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Receivable settled, or settlement taken back.
    pub of: Id,
    /// How much.
    pub amount: Money,
}

/// Spreads the money over the receivables: preferred ones first, then by due date and id.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn oldest_first(money: Money, open: &[Open]) -> Result<Vec<Part>> {
    let mut sorted = open.to_vec();
    sorted.sort_by_key(|one| (!one.is_preferred, one.due_on, one.receivable));
    fill(
        money,
        sorted.into_iter().map(|one| Part {
            of: one.receivable,
            amount: one.amount,
        }),
    )
}

/// Takes the money back from settlements, newest id first.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn newest_first(money: Money, settled: &[Part]) -> Result<Vec<Part>> {
    let mut sorted = settled.to_vec();
    sorted.sort_by_key(|one| std::cmp::Reverse(one.of));
    fill(money, sorted.into_iter())
}

fn fill(money: Money, places: impl Iterator<Item = Part>) -> Result<Vec<Part>> {
    let mut left = money;
    let mut parts = Vec::new();
    for place in places {
        let amount = left.min(place.amount);
        if amount > Money::ZERO {
            parts.push(Part { amount, ..place });
            left = left.minus(amount)?;
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn open(receivable: i64, day: i64, amount: i64) -> Open {
        Open {
            receivable: Id::from_number(receivable),
            is_preferred: false,
            due_on: Date::of(2026, 1, day).unwrap(),
            amount: Money::of(amount),
        }
    }

    fn amounts(parts: &[Part]) -> Vec<(i64, i64)> {
        parts
            .iter()
            .map(|part| (part.of.number(), part.amount.steps() / qudao_base::SCALE))
            .collect()
    }

    #[test]
    fn partial_exact_and_over_payment() {
        let all = [open(3, 20, 50), open(1, 10, 30), open(2, 10, 40)];
        for (paid, expected) in [
            (0, vec![]),
            (20, vec![(1, 20)]),
            (75, vec![(1, 30), (2, 40), (3, 5)]),
            (120, vec![(1, 30), (2, 40), (3, 50)]),
            (500, vec![(1, 30), (2, 40), (3, 50)]),
        ] {
            assert_eq!(
                amounts(&oldest_first(Money::of(paid), &all).unwrap()),
                expected,
                "{paid}"
            );
        }
    }

    #[test]
    fn a_preferred_debt_comes_before_older_ones() {
        let later = Open {
            is_preferred: true,
            ..open(2, 20, 40)
        };
        let parts = oldest_first(Money::of(50), &[open(1, 10, 30), later]).unwrap();
        assert_eq!(amounts(&parts), [(2, 40), (1, 10)]);
    }

    #[test]
    fn refunds_take_back_the_newest() {
        let part = |of, amount| Part {
            of: Id::from_number(of),
            amount: Money::of(amount),
        };
        let taken = newest_first(Money::of(45), &[part(1, 30), part(2, 40)]).unwrap();
        assert_eq!(amounts(&taken), [(2, 40), (1, 5)]);
    }

    proptest! {
        #[test]
        fn never_more_than_there_is(
            paid in 0_i64..10_000,
            rows in prop::collection::vec((1_i64..28, 0_i64..3_000), 0..12),
        ) {
            let all: Vec<Open> =
                (1..).zip(&rows).map(|(at, &(day, amount))| open(at, day, amount)).collect();
            let owed: i64 = rows.iter().map(|row| row.1).sum();
            let parts = oldest_first(Money::of(paid), &all).unwrap();
            let sum = Money::sum(parts.iter().map(|part| part.amount)).unwrap();
            prop_assert_eq!(sum, Money::of(paid.min(owed)));
            for part in &parts {
                let one = all.iter().find(|one| one.receivable == part.of).unwrap();
                prop_assert!(part.amount <= one.amount && part.amount > Money::ZERO);
            }
        }
    }
}
