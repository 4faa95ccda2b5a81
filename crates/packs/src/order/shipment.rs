//! What parts of a line are worth: shipped, cancelled, returned.
//!
//! Keeps true: whatever the parts and in whichever order they leave, are cancelled and come back, amounts and tax of what was shipped
//! and what was cancelled add up to the line exactly, because each part is the difference of two cumulative shares.
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

/// What one more return of a line is credited with, of what was charged for the `shipped`, when `returned` is back in all and
/// `before` was credited.
///
/// # Errors
/// `amount.range` when it does not fit.
pub fn credited(
    charged: Money,
    (shipped, returned): (Quantity, Quantity),
    before: Money,
) -> Result<Money> {
    let until = cumulative_share(charged, shipped, returned)?;
    Ok(until.minus(before)?.max(Money::ZERO))
}

/// What goods are worth, and the tax within.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// Tax included.
    pub amount: Money,
    /// Tax within.
    pub tax: Money,
}

/// How far a line has come: what is sold of it, less what was cancelled, and what of that has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Ordered less cancelled.
    pub kept: Quantity,
    /// Of that, what has left.
    pub shipped: Quantity,
    /// What the kept quantity is worth.
    pub worth: Worth,
    /// What was charged for what has left.
    pub charged: Worth,
}

impl Progress {
    /// Ships so much more; returns what it is charged with.
    ///
    /// # Errors
    /// `amount.range` when it does not fit.
    pub fn ship(&mut self, now: Quantity) -> Result<Worth> {
        let until = self.shipped.plus(now)?;
        let part = self.worth_until(until)?;
        self.shipped = until;
        self.charged.amount = self.charged.amount.plus(part.amount)?;
        self.charged.tax = self.charged.tax.plus(part.tax)?;
        Ok(part)
    }

    /// Cancels so much of what has not left; returns what it was worth.
    ///
    /// # Errors
    /// `amount.range` when it does not fit.
    pub fn cancel(&mut self, now: Quantity) -> Result<Worth> {
        let kept = self.kept.minus(now)?;
        let stays = self.worth_until(kept)?;
        let worth = Worth {
            amount: self.charged.amount.plus(stays.amount)?,
            tax: self.charged.tax.plus(stays.tax)?,
        };
        let cut = Worth {
            amount: self.worth.amount.minus(worth.amount)?,
            tax: self.worth.tax.minus(worth.tax)?,
        };
        (self.kept, self.worth) = (kept, worth);
        Ok(cut)
    }

    /// What lies between the quantity that has left and `until`. Never more than is open, and never more tax than amount, here or in
    /// what stays open, whatever cents earlier cuts have moved.
    fn worth_until(&self, until: Quantity) -> Result<Worth> {
        let open = Worth {
            amount: self.worth.amount.minus(self.charged.amount)?,
            tax: self.worth.tax.minus(self.charged.tax)?,
        };
        if until >= self.kept {
            return Ok(open);
        }
        if until <= self.shipped {
            return Ok(Worth::default());
        }
        let amount = cumulative_share(self.worth.amount, self.kept, until)?;
        let amount = amount.minus(self.charged.amount)?;
        let amount = amount.max(Money::ZERO).min(open.amount);
        let least = open.tax.minus(open.amount.minus(amount)?)?;
        let tax = cumulative_share(self.worth.tax, self.kept, until)?.minus(self.charged.tax)?;
        let tax = tax.max(least).max(Money::ZERO).min(amount).min(open.tax);
        Ok(Worth { amount, tax })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(quantity: i64, cents: i64, tax_cents: i64) -> Progress {
        Progress {
            kept: Quantity::from_steps(quantity),
            shipped: Quantity::ZERO,
            worth: Worth {
                amount: Money::from_steps(cents * 100),
                tax: Money::from_steps(tax_cents * 100),
            },
            charged: Worth::default(),
        }
    }

    #[test]
    fn thirds_add_up() {
        let mut third = line(30_000, 10_000, 1_150);
        let parts = [(); 3].map(|()| third.ship(Quantity::of(1)).unwrap());
        let amounts = parts.map(|part| part.amount.to_string());
        assert_eq!(amounts, ["33.33", "33.34", "33.33"]);
        assert_eq!(
            parts.map(|part| part.tax.to_string()),
            ["3.83", "3.84", "3.83"]
        );
        assert_eq!(
            cumulative_share(Money::of(5), Quantity::ZERO, Quantity::ZERO).unwrap(),
            Money::of(5)
        );
    }

    #[test]
    fn a_cut_leaves_the_worth_of_what_stays() {
        let mut third = line(30_000, 10_000, 1_150);
        third.ship(Quantity::of(1)).unwrap();
        let cut = third.cancel(Quantity::of(1)).unwrap();
        assert_eq!(
            (cut.amount.to_string(), cut.tax.to_string()),
            ("33.33".to_owned(), "3.83".to_owned())
        );
        let last = third.ship(Quantity::of(1)).unwrap();
        assert_eq!(last.amount.to_string(), "33.34");
        assert_eq!(third.worth, third.charged);
    }

    proptest! {
        #[test]
        fn shipped_and_cancelled_make_the_line_and_returns_what_was_charged(
            cents in 0_i64..100_000_000,
            tax_share in 0_i64..=100,
            steps in prop::collection::vec((0_u8..3, 1_i64..900_000), 1..12),
        ) {
            // Small lines as well, whose parts are worth less than a cent.
            for cents in [cents, cents % 50] {
                let quantity = steps.iter().map(|step| step.1).sum::<i64>() + 1;
                let mut at = line(quantity, cents, cents * tax_share / 100);
                let whole = at.worth;
                let mut held = whole.amount;
                let mut sums = [Worth::default(); 2];
                let mut back = (Quantity::ZERO, Worth::default());
                let mut add = |to: usize, part: Worth| {
                    assert!(!part.amount.is_negative() && !part.tax.is_negative() && part.tax <= part.amount, "{part:?}");
                    sums[to].amount = sums[to].amount.plus(part.amount).unwrap();
                    sums[to].tax = sums[to].tax.plus(part.tax).unwrap();
                    held = held.minus(part.amount).unwrap();
                };
                for &(what, size) in &steps {
                    let now = Quantity::from_steps(size);
                    match what {
                        0 => add(0, at.ship(now).unwrap()),
                        1 => add(1, at.cancel(now).unwrap()),
                        _ => back = give_back(&at, back, now.min(at.shipped.minus(back.0).unwrap())),
                    }
                    let open = at.worth.amount.minus(at.charged.amount).unwrap();
                    assert!(back.1.amount <= at.charged.amount && back.1.tax <= at.charged.tax);
                    prop_assert!(open >= Money::ZERO);
                }
                let rest = at.kept.minus(at.shipped).unwrap();
                if tax_share % 2 == 0 {
                    add(0, at.ship(rest).unwrap());
                } else {
                    add(1, at.cancel(rest).unwrap());
                }
                prop_assert_eq!(held, Money::ZERO);
                prop_assert_eq!(sums[0].amount.plus(sums[1].amount).unwrap(), whole.amount);
                prop_assert_eq!(sums[0].tax.plus(sums[1].tax).unwrap(), whole.tax);
                prop_assert_eq!((sums[0], at.worth), (at.charged, at.charged));
                let all = at.shipped.minus(back.0).unwrap();
                if all > Quantity::ZERO {
                    back = give_back(&at, back, all);
                    prop_assert_eq!(back.1, at.charged);
                }
            }
        }
    }

    /// As returns credit it.
    fn give_back(
        at: &Progress,
        (done, before): (Quantity, Worth),
        now: Quantity,
    ) -> (Quantity, Worth) {
        let done = done.plus(now).unwrap();
        if now.is_zero() {
            return (done, before);
        }
        let part = |charged, before| credited(charged, (at.shipped, done), before).unwrap();
        let worth = Worth {
            amount: before
                .amount
                .plus(part(at.charged.amount, before.amount))
                .unwrap(),
            tax: before.tax.plus(part(at.charged.tax, before.tax)).unwrap(),
        };
        (done, worth)
    }
}
