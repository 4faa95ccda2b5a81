//! What part of a line's amount a partial shipment is worth.
//!
//! Keeps true: whatever the parts, once everything is shipped their amounts add up to the line exactly, because each part is the
//! difference of two cumulative shares.
//! Not here: stock and receivables.

use qudao_base::{Money, Quantity, Ratio, Result};

/// The share of `amount` that belongs to the first `done` of `quantity`, to the cent.
///
/// # Errors
/// `amount.range` when it does not fit.
pub fn cumulative_share(amount: Money, quantity: Quantity, done: Quantity) -> Result<Money> {
    if done >= quantity {
        return Ok(amount);
    }
    let ratio = Ratio {
        numerator: done.steps(),
        denominator: quantity.steps(),
    };
    Ok(amount.times_ratio(ratio)?.rounded(2))
}

/// The share of `amount` that belongs to the quantity from `before` on, `now` long.
///
/// # Errors
/// `amount.range` when it does not fit.
pub fn share(amount: Money, quantity: Quantity, before: Quantity, now: Quantity) -> Result<Money> {
    let until = cumulative_share(amount, quantity, before.plus(now)?)?;
    until.minus(cumulative_share(amount, quantity, before)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn thirds_add_up() {
        let one = Quantity::of(1);
        let part =
            |before| share(Money::of(100), Quantity::of(3), Quantity::of(before), one).unwrap();
        assert_eq!(
            [
                part(0).to_string(),
                part(1).to_string(),
                part(2).to_string()
            ],
            ["33.33", "33.34", "33.33"]
        );
        assert_eq!(
            cumulative_share(Money::of(5), Quantity::ZERO, Quantity::ZERO).unwrap(),
            Money::of(5)
        );
    }

    proptest! {
        #[test]
        fn parts_make_the_whole(cents in 0_i64..1_000_000_000, parts in prop::collection::vec(1_i64..900_000, 1..8)) {
            let amount = Money::from_steps(cents * 100);
            let quantity = Quantity::from_steps(parts.iter().sum());
            let (mut before, mut total) = (Quantity::ZERO, Money::ZERO);
            for now in parts.into_iter().map(Quantity::from_steps) {
                let part = share(amount, quantity, before, now).unwrap();
                prop_assert!(!part.is_negative());
                total = total.plus(part).unwrap();
                before = before.plus(now).unwrap();
            }
            prop_assert_eq!(total, amount);
        }
    }
}
