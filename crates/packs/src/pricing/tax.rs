//! Value-added tax: contained in prices or added to them, rounded per line or per document.
//!
//! Keeps true: one rounding of the exact amount, never a rounding of a rounding; with rounding per document the tax of a rate is
//! worked out on the sum of its amounts (EN 16931, BR-CO-17) and the lines' taxes add up to it.
//! Not here: which rate holds for a product (`tax_rates`).

use std::{cmp::Reverse, collections::BTreeMap};

use qudao_base::{Money, Percent, Refusal, Result, SCALE};

/// 100 % in steps.
const WHOLE: i128 = 100 * SCALE as i128;
/// Steps in a cent.
const CENT: i128 = 100;

/// What happens to exactly half a cent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Half {
    /// Away from zero.
    #[default]
    Up,
    /// To the even cent.
    Even,
}

/// What goods are taxed at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaxRate {
    /// Rate; zero for exempt goods.
    pub percent: Percent,
    /// Exempt, which is not the same as taxed at 0 %.
    pub exempt: bool,
}

impl TaxRate {
    /// As lines keep it: `tax_rate` and `tax_exempt`.
    pub fn stored(self) -> (Option<Percent>, bool) {
        (Some(self.percent), self.exempt)
    }

    /// The words of a rate: `13%`, or that the goods are exempt.
    pub fn words(self) -> (String, String) {
        if self.exempt {
            return ("免税".to_owned(), "exempt".to_owned());
        }
        let text = self.percent.to_string();
        let text = match text.split_once('.') {
            Some((whole, fraction)) if fraction.trim_end_matches('0').is_empty() => whole,
            Some(_) => text.trim_end_matches('0'),
            None => &text,
        };
        (format!("{text}%"), format!("{text}%"))
    }
}

/// How tax is worked out.
#[derive(Clone, Copy, Debug)]
pub struct TaxPolicy {
    /// Rate of goods neither whose product nor whose category says one.
    pub rate: Percent,
    /// Prices contain the tax; otherwise it is added to them.
    pub included: bool,
    /// One rounding per rate and document instead of one per line.
    pub per_document: bool,
    /// Half cents.
    pub half: Half,
}

impl Default for TaxPolicy {
    fn default() -> Self {
        Self {
            rate: Percent::ZERO,
            included: true,
            per_document: false,
            half: Half::Up,
        }
    }
}

/// An amount without its tax, and the tax, both to the cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taxed {
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
}

/// Works the tax of amounts with their rates out, in the order given. Amounts may be negative and may have part cents.
///
/// # Errors
/// `amount.range` when a result does not fit.
pub fn tax(policy: &TaxPolicy, amounts: &[(Money, Percent)]) -> Result<Vec<Taxed>> {
    let all_cents = if policy.per_document {
        per_document(policy, amounts)
    } else {
        let one = |(amount, rate): &(Money, Percent)| {
            let (numerator, denominator) = exact(policy, *amount, *rate);
            rounded(numerator, denominator, policy.half)
        };
        amounts.iter().map(one).collect()
    };
    let taxed = |((amount, _), cents): (&(Money, Percent), i128)| {
        let tax = money(cents)?;
        let amount = money(rounded(i128::from(amount.steps()), CENT, policy.half))?;
        let net = if policy.included {
            amount.minus(tax)?
        } else {
            amount
        };
        Ok(Taxed { net, tax })
    };
    amounts.iter().zip(all_cents).map(taxed).collect()
}

/// The exact tax in cents as a fraction; the denominator depends on the rate alone and is positive.
fn exact(policy: &TaxPolicy, amount: Money, rate: Percent) -> (i128, i128) {
    let rate = i128::from(rate.steps()).max(0);
    let whole = if policy.included { WHOLE + rate } else { WHOLE };
    (i128::from(amount.steps()) * rate, whole * CENT)
}

/// Rounds the sum of each rate once and gives the cents to the lines whose exact tax was cut most; between equal cuts to the
/// larger amount, then to the earlier line.
fn per_document(policy: &TaxPolicy, amounts: &[(Money, Percent)]) -> Vec<i128> {
    let mut rates: BTreeMap<Percent, Vec<usize>> = BTreeMap::new();
    for (at, (_, rate)) in amounts.iter().enumerate() {
        rates.entry(*rate).or_default().push(at);
    }
    let mut taxes = vec![0; amounts.len()];
    for (rate, mut lines) in rates {
        let parts = |at: usize| exact(policy, amounts[at].0, rate);
        let denominator = parts(lines[0]).1;
        let sum: i128 = lines.iter().map(|&at| parts(at).0).sum();
        let mut missing = rounded(sum, denominator, policy.half);
        for &at in &lines {
            taxes[at] = parts(at).0.div_euclid(denominator);
            missing -= taxes[at];
        }
        lines.sort_by_key(|&at| {
            let cut = parts(at).0.rem_euclid(denominator);
            (Reverse(cut), Reverse(amounts[at].0), at)
        });
        for at in lines {
            if missing > 0 {
                taxes[at] += 1;
                missing -= 1;
            }
        }
    }
    taxes
}

/// Divides and rounds once. `divisor` is positive.
fn rounded(dividend: i128, divisor: i128, half: Half) -> i128 {
    let (below, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    let up = match (rest * 2).cmp(&divisor) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => match half {
            Half::Up => dividend >= 0,
            Half::Even => below % 2 != 0,
        },
    };
    below + i128::from(up)
}

fn money(cents: i128) -> Result<Money> {
    let steps = i64::try_from(cents * CENT).map_err(|_| Refusal::invalid("amount.range"))?;
    Ok(Money::from_steps(steps))
}

#[cfg(test)]
#[path = "tax_tests.rs"]
mod tests;
