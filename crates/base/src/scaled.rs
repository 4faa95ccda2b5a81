//! Exact amounts: 64-bit integers in 1/10,000 of a unit. Money, quantities and percents are three types of one shape.
//!
//! Keeps true: no floating point; overflow is an error, never a wrap; rounding is half away from zero and explicit.
//! Not here: currencies (a record names its currency in a field of its own).

use crate::{Refusal, Result};

/// How many steps one unit has: every scaled integer counts 1/10,000.
pub const SCALE: i64 = 10_000;

/// Reads a decimal text such as `-12.3456` into 1/10,000 units. At most four decimals, no exponent.
///
/// # Errors
/// `decimal.malformed` when the text is not a decimal number, `decimal.precision` when it has more than
/// four decimals that are not zero, `decimal.range` when it does not fit.
pub fn parse_scaled(text: &str) -> Result<i64> {
    let malformed = || Refusal::malformed("decimal.malformed").with("value", text);
    let trimmed = text.trim();
    let (negative, digits) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return Err(malformed().into());
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 4 {
        return Err(Refusal::malformed("decimal.precision")
            .with("value", text)
            .into());
    }
    let range = || Refusal::malformed("decimal.range").with("value", text);
    let whole: i128 = if whole.is_empty() {
        0
    } else {
        whole.parse().map_err(|_| range())?
    };
    let fraction: i128 = if fraction.is_empty() {
        0
    } else {
        format!("{fraction:0<4}").parse().map_err(|_| malformed())?
    };
    let magnitude = whole.checked_mul(SCALE as i128).ok_or_else(range)? + fraction;
    let signed = if negative { -magnitude } else { magnitude };
    i64::try_from(signed).map_err(|_| range().into())
}

/// Writes 1/10,000 units as a decimal text with at least `decimals` places and no superfluous zeros beyond.
pub fn format_scaled(steps: i64, decimals: usize) -> String {
    let sign = if steps < 0 { "-" } else { "" };
    let magnitude = steps.unsigned_abs();
    let whole = magnitude / SCALE as u64;
    let fraction = format!("{:04}", magnitude % SCALE as u64);
    let kept = fraction.trim_end_matches('0').len().max(decimals.min(4));
    if kept == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{}", &fraction[..kept])
    }
}

/// Divides rounding half away from zero. `divisor` must be positive.
fn divide_rounded(dividend: i128, divisor: i128) -> i128 {
    let half = divisor / 2;
    if dividend >= 0 {
        (dividend + half) / divisor
    } else {
        (dividend - half) / divisor
    }
}

fn narrow(wide: i128) -> Result<i64> {
    i64::try_from(wide).map_err(|_| Refusal::invalid("amount.range").into())
}

/// An exact fraction `numerator / denominator`, for shares that no decimal can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Upper part.
    pub numerator: i64,
    /// Lower part, positive.
    pub denominator: i64,
}

macro_rules! scaled {
    ($(#[$doc:meta])* $name:ident, $decimals:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// From whole units.
            pub const fn of(units: i64) -> Self { Self(units * SCALE) }

            /// From 1/10,000 units, as stored.
            pub const fn from_steps(steps: i64) -> Self { Self(steps) }

            /// In 1/10,000 units, as stored.
            pub const fn steps(self) -> i64 { self.0 }

            /// Sum; `amount.range` when it does not fit.
            pub fn plus(self, other: Self) -> Result<Self> {
                narrow(self.0 as i128 + other.0 as i128).map(Self)
            }

            /// Difference; `amount.range` when it does not fit.
            pub fn minus(self, other: Self) -> Result<Self> {
                narrow(self.0 as i128 - other.0 as i128).map(Self)
            }

            /// Times a ratio, rounded half away from zero to 1/10,000.
            pub fn times_ratio(self, ratio: Ratio) -> Result<Self> {
                let product = self.0 as i128 * ratio.numerator as i128;
                narrow(divide_rounded(product, ratio.denominator as i128)).map(Self)
            }

            /// Sum of many; `amount.range` when it does not fit.
            pub fn sum(all: impl IntoIterator<Item = Self>) -> Result<Self> {
                narrow(all.into_iter().map(|one| one.0 as i128).sum()).map(Self)
            }

            /// Rounded half away from zero to `decimals` places (0 to 4).
            #[must_use]
            pub fn rounded(self, decimals: u32) -> Self {
                let step = 10_i128.pow(4 - decimals.min(4));
                Self((divide_rounded(self.0 as i128, step) * step) as i64)
            }

            /// True below zero.
            pub const fn is_negative(self) -> bool { self.0 < 0 }

            /// True at zero.
            pub const fn is_zero(self) -> bool { self.0 == 0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(&format_scaled(self.0, $decimals))
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Stop;
            fn from_str(text: &str) -> Result<Self> { parse_scaled(text).map(Self) }
        }
    };
}

scaled!(
    /// An amount of money in 1/10,000 of the currency unit.
    Money, 2
);
scaled!(
    /// A quantity of goods in 1/10,000 of the unit of measure.
    Quantity, 0
);
scaled!(
    /// A percentage in 1/10,000 of one per cent: 12.5 % is 125,000 steps.
    Percent, 0
);

impl Money {
    /// Price of a quantity: this money per unit times the quantity, rounded to 1/10,000.
    pub fn times(self, quantity: Quantity) -> Result<Self> {
        self.times_ratio(Ratio {
            numerator: quantity.0,
            denominator: SCALE,
        })
    }

    /// This many per cent of the money, rounded to 1/10,000.
    pub fn percent(self, percent: Percent) -> Result<Self> {
        self.times_ratio(Ratio {
            numerator: percent.0,
            denominator: 100 * SCALE,
        })
    }

    /// Splits into parts proportional to the weights, each rounded to `decimals`; the parts sum to the whole exactly
    /// (largest remainder first, earlier part on ties). All weights zero or none: everything falls on the first part.
    pub fn split(self, weights: &[i64], decimals: u32) -> Vec<Self> {
        let step = 10_i128.pow(4 - decimals.min(4));
        let total: i128 = weights.iter().map(|&weight| weight as i128).sum();
        if total <= 0 {
            return weights
                .iter()
                .enumerate()
                .map(|(at, _)| if at == 0 { self } else { Self::ZERO })
                .collect();
        }
        let whole = self.0 as i128 / step;
        let dust = self.0 as i128 % step;
        let mut parts: Vec<i128> = weights
            .iter()
            .map(|&weight| whole * weight as i128 / total)
            .collect();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        let remainder = |at: usize| (whole * weights[at] as i128 % total).abs();
        order.sort_by_key(|&at| (std::cmp::Reverse(remainder(at)), at));
        let missing = whole - parts.iter().sum::<i128>();
        for &at in order.iter().take(missing.unsigned_abs() as usize) {
            parts[at] += missing.signum();
        }
        let mut split: Vec<Self> = parts
            .into_iter()
            .map(|part| Self((part * step) as i64))
            .collect();
        split[0].0 += dust as i64;
        split
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_decimals() {
        for (text, steps) in [
            ("12.34", 123_400),
            ("-0.2", -2_000),
            (".5", 5_000),
            ("7.", 70_000),
            ("1.20000", 12_000),
        ] {
            assert_eq!(parse_scaled(text).unwrap(), steps, "{text}");
        }
        for text in ["", ".", "1e3", "1.23456", "--1", "1,000", "９"] {
            assert!(parse_scaled(text).is_err(), "{text}");
        }
        assert_eq!(Money::from_steps(-2_000).to_string(), "-0.20");
        assert_eq!(Quantity::of(3).to_string(), "3");
    }

    #[test]
    fn split_keeps_the_whole() {
        let parts = Money::of(100).split(&[1, 1, 1], 2);
        assert_eq!(
            parts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["33.34", "33.33", "33.33"]
        );
        let refund = Money::from_steps(-100_001).split(&[3, 2, 2], 2);
        assert_eq!(Money::sum(refund).unwrap(), Money::from_steps(-100_001));
    }
}
