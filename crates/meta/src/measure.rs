//! Figures reports use, and how they add up.
//!
//! Not here: their SQL (the kernel).

use serde::{Deserialize, Serialize};

use crate::{Object, Text};

/// How a measure adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// Sum of a field, or of the product or difference of two.
    Sum,
    /// Number of rows.
    Count,
    /// Mean of a field.
    Average,
    /// One measure divided by another, in per cent.
    Ratio,
}

/// A figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Code.
    pub name: String,
    /// Shown name.
    pub label: Text,
    /// How it adds up.
    pub aggregate: Aggregate,
    /// Number field, or two: `a * b`, `a - b`.
    #[serde(default)]
    pub field: Option<String>,
    /// Rows that count.
    #[serde(default)]
    pub filter: String,
    /// Measure above the line of a ratio.
    #[serde(default)]
    pub numerator: Option<String>,
    /// Measure below the line of a ratio.
    #[serde(default)]
    pub denominator: Option<String>,
    /// Date field the period picker uses.
    #[serde(default)]
    pub date: Option<String>,
}

/// Sums by day of days that are over, which reports read instead of the rows behind them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Its table is `<object>_<name>`.
    pub name: String,
    /// Date field whose days are summed.
    pub date: String,
    /// Own fields reports group and filter by.
    #[serde(default)]
    pub by: Vec<String>,
    /// Measures of the object, but for ratios.
    pub measures: Vec<String>,
}

impl Summary {
    /// Its table.
    pub fn table(&self, object: &str) -> String {
        format!("{object}_{}", self.name)
    }

    /// Columns of its sums.
    pub fn columns(&self, object: &Object) -> Vec<String> {
        let measures = self.measures.iter();
        let measures = measures.filter_map(|name| object.measure(name));
        measures.flat_map(Measure::columns).collect()
    }

    /// True when reports over it may group and filter by the field.
    pub fn has(&self, field: &str) -> bool {
        self.date == field || self.by.iter().any(|name| name == field)
    }
}

impl Measure {
    /// The sums it is made of, as the columns of summaries that keep them.
    pub fn columns(&self) -> Vec<String> {
        match self.aggregate {
            Aggregate::Sum | Aggregate::Count => vec![self.name.clone()],
            Aggregate::Average => vec![self.name.clone(), format!("{}_count", self.name)],
            Aggregate::Ratio => [&self.numerator, &self.denominator]
                .into_iter()
                .filter_map(Clone::clone)
                .collect(),
        }
    }

    /// The number fields it is made of.
    pub fn number_fields(&self) -> impl Iterator<Item = &str> {
        let fields = self.field.iter().flat_map(|text| text.split(['*', '-']));
        fields.map(str::trim)
    }

    /// True for `a - b`.
    pub fn is_difference(&self) -> bool {
        self.field.iter().any(|text| text.contains('-'))
    }
}
