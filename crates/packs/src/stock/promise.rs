//! When goods can be promised: the first day on which what is here and what comes in covers earlier promises and this one.
//!
//! Keeps true: a day is never before today; an earlier promise is never overtaken.
//! Not here: loading what comes in.

use qudao_base::{Date, Quantity, Result};

/// What stands against a promise.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// May be promised today.
    pub available: Quantity,
    /// Promised to others who wait longer.
    pub earlier: Quantity,
    /// What comes in, by day.
    pub incoming: Vec<(Date, Quantity)>,
}

/// The day on which `wanted` is covered; none when it is not known.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn promised_on(outlook: &Outlook, wanted: Quantity, today: Date) -> Result<Option<Date>> {
    let needed = outlook.earlier.plus(wanted)?;
    let mut covered = outlook.available;
    if covered >= needed {
        return Ok(Some(today));
    }
    let mut incoming = outlook.incoming.clone();
    incoming.sort_by_key(|(day, _)| *day);
    for (day, quantity) in incoming {
        covered = covered.plus(quantity)?;
        if covered >= needed {
            return Ok(Some(day.max(today)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_day_that_covers_earlier_promises_too() {
        let day = |day| Date::of(2026, 3, day).unwrap();
        let incoming = vec![
            (day(20), Quantity::of(10)),
            (day(1), Quantity::of(2)),
            (day(12), Quantity::of(5)),
        ];
        for (available, earlier, wanted, expected) in [
            (5, 0, 5, Some(day(5))),
            (5, 1, 5, Some(day(5))),
            (4, 2, 5, Some(day(12))),
            (0, 0, 7, Some(day(12))),
            (0, 0, 8, Some(day(20))),
            (0, 10, 7, Some(day(20))),
            (0, 10, 8, None),
        ] {
            let outlook = Outlook {
                available: Quantity::of(available),
                earlier: Quantity::of(earlier),
                incoming: incoming.clone(),
            };
            let answer = promised_on(&outlook, Quantity::of(wanted), day(5)).unwrap();
            assert_eq!(answer, expected, "{available} {earlier} {wanted}");
        }
    }
}
