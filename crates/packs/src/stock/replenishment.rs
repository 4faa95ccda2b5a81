//! Where goods for a site below its safety line come from.
//!
//! Keeps true: a warehouse gives only what it can spare above its own safety line, and nothing twice; the central warehouse
//! goes first, then the one with most to spare. The same input gives the same answer.
//! Not here: finding out who is low, and the orders made of it.

use qudao_base::{Id, Quantity, Result};

/// A site that needs goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Low {
    /// Which.
    pub site: Id,
    /// Of what.
    pub product: Id,
    /// How much brings it to its target.
    pub needed: Quantity,
}

/// A warehouse that has goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spare {
    /// Which.
    pub site: Id,
    /// Of what.
    pub product: Id,
    /// How much it can give.
    pub quantity: Quantity,
    /// The central one.
    pub is_central: bool,
}

/// The answer for one site that is low: who gives all of it; nobody: it is to be bought.
pub fn plan(lows: &[Low], spares: &[Spare]) -> Result<Vec<Option<Id>>> {
    let mut left = spares.to_vec();
    let mut answers = Vec::with_capacity(lows.len());
    for low in lows {
        let best = left
            .iter_mut()
            .filter(|one| one.product == low.product && one.site != low.site)
            .filter(|one| one.quantity >= low.needed)
            .max_by_key(|one| (one.is_central, one.quantity, std::cmp::Reverse(one.site)));
        answers.push(match best {
            Some(one) => {
                one.quantity = one.quantity.minus(low.needed)?;
                Some(one.site)
            }
            None => None,
        });
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: i64) -> Id {
        Id::from_number(number)
    }

    fn low(site: i64, needed: i64) -> Low {
        Low {
            site: id(site),
            product: id(7),
            needed: Quantity::of(needed),
        }
    }

    fn spare(site: i64, quantity: i64, is_central: bool) -> Spare {
        Spare {
            site: id(site),
            product: id(7),
            quantity: Quantity::of(quantity),
            is_central,
        }
    }

    #[test]
    fn who_gives() {
        for (case, lows, spares, expected) in [
            ("nobody has any", vec![low(1, 5)], vec![], vec![None]),
            (
                "too little",
                vec![low(1, 5)],
                vec![spare(2, 4, true)],
                vec![None],
            ),
            (
                "the central one goes first",
                vec![low(1, 5)],
                vec![spare(3, 90, false), spare(2, 9, true)],
                vec![Some(2)],
            ),
            (
                "then the one with most",
                vec![low(1, 5)],
                vec![spare(3, 9, false), spare(4, 10, false)],
                vec![Some(4)],
            ),
            (
                "nothing is given twice",
                vec![low(1, 5), low(5, 5)],
                vec![spare(2, 9, true)],
                vec![Some(2), None],
            ),
            (
                "nobody gives to itself",
                vec![low(2, 5)],
                vec![spare(2, 9, true)],
                vec![None],
            ),
        ] {
            let expected: Vec<Option<Id>> = expected.into_iter().map(|site| site.map(id)).collect();
            assert_eq!(plan(&lows, &spares).unwrap(), expected, "{case}");
        }
        let other = Spare {
            product: id(8),
            ..spare(2, 9, true)
        };
        assert_eq!(plan(&[low(1, 5)], &[other]).unwrap(), [None]);
    }
}
