//! A document's amount by tax rate.
//!
//! Keeps true: the parts add up to the amount and to the tax; a rate stands once; goods that are exempt stand apart from those taxed
//! at 0 %.
//! Not here: what the tax of a line comes to (`pricing`).

use std::{cmp::Reverse, collections::BTreeMap};

use qudao_base::{Money, Percent, Result};

/// What is taxed at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxPart {
    /// The rate; none where it is not known, as of what was priced elsewhere.
    pub rate: Option<Percent>,
    /// Exempt goods.
    pub exempt: bool,
    /// Tax included.
    pub amount: Money,
    /// Tax within.
    pub tax_amount: Money,
}

impl TaxPart {
    /// Without tax.
    ///
    /// # Errors
    /// `amount.range` when it does not fit.
    pub fn net_amount(&self) -> Result<Money> {
        self.amount.minus(self.tax_amount)
    }
}

/// All parts of a document; the highest rate first, what is exempt last.
#[derive(Clone, Debug, Default)]
pub struct TaxParts(BTreeMap<(bool, Reverse<Option<Percent>>), [Money; 2]>);

impl TaxParts {
    /// Adds an amount and the tax within it. What is worth nothing has no part.
    ///
    /// # Errors
    /// `amount.range` when a sum does not fit.
    pub fn add(
        &mut self,
        (rate, exempt): (Option<Percent>, bool),
        amount: Money,
        tax_amount: Money,
    ) -> Result<()> {
        if amount.is_zero() && tax_amount.is_zero() {
            return Ok(());
        }
        let sums = self.0.entry((exempt, Reverse(rate))).or_default();
        *sums = [sums[0].plus(amount)?, sums[1].plus(tax_amount)?];
        Ok(())
    }

    /// The parts, each rate once.
    pub fn parts(&self) -> impl Iterator<Item = TaxPart> + '_ {
        let part = |(key, sums): (&(bool, Reverse<Option<Percent>>), &[Money; 2])| TaxPart {
            rate: key.1.0,
            exempt: key.0,
            amount: sums[0],
            tax_amount: sums[1],
        };
        self.0.iter().map(part)
    }

    /// Amount of all parts, tax included.
    ///
    /// # Errors
    /// `amount.range` when it does not fit.
    pub fn amount(&self) -> Result<Money> {
        Money::sum(self.0.values().map(|sums| sums[0]))
    }

    /// Tax of all parts.
    ///
    /// # Errors
    /// `amount.range` when it does not fit.
    pub fn tax_amount(&self) -> Result<Money> {
        Money::sum(self.0.values().map(|sums| sums[1]))
    }
}
