//! Loads the AdventureWorks sample (resellers, products, promotions, sell-in orders, stock movements) from a folder of CSV files.
//!
//! Keeps true: what is loaded once is never loaded again; a row that cannot be taken is told with its file, line and reason and
//! keeps out nothing but its own order or day; at the end the files' sums are held against those of the database.
//! Not here: any declared object. The importer is a caller of other packs, as a person is; it does nothing they do not offer.

mod file;
mod movements;
mod orders;
mod products;
mod resellers;
mod run;
#[cfg(test)]
mod tests;
mod totals;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use qudao_base::{Actor, Money, Result};
use qudao_kernel::Kernel;

use orders::Known;
use run::Run;

/// What the run tells while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum Event<'e> {
    /// How far it is.
    Progress(&'e str),
    /// A row that is not loaded.
    BadRow {
        /// Name of the file.
        file: &'e str,
        /// Its line; the headings are line 1.
        row: u64,
        /// Why.
        reason: &'e str,
    },
}

/// One sum, as the files have it and as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What is summed up.
    pub label: String,
    /// In the files, of all rows that could be read: money in 1/10,000, or a count.
    pub files: i64,
    /// In the database.
    pub stored: i64,
    is_money: bool,
}

impl Figure {
    fn money(label: &str, files: i64, stored: i64) -> Self {
        Self {
            label: label.to_owned(),
            files,
            stored,
            is_money: true,
        }
    }

    fn count(label: &str, files: i64, stored: i64) -> Self {
        Self {
            is_money: false,
            ..Self::money(label, files, stored)
        }
    }

    /// True when both sides say exactly the same.
    pub const fn agrees(&self) -> bool {
        self.files == self.stored
    }

    /// Both sides as texts, money in cents.
    pub fn texts(&self) -> (String, String) {
        let text = |number: i64| {
            if self.is_money {
                Money::from_steps(number).rounded(2).to_string()
            } else {
                number.to_string()
            }
        };
        (text(self.files), text(self.stored))
    }
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Per object: records made now, and records there from an earlier run.
    pub records: BTreeMap<&'static str, (u64, u64)>,
    /// Rows that were told as bad.
    pub bad_rows: u64,
    /// Pieces by which openings were raised so that no stock level falls under zero.
    pub pieces_raised: i64,
    /// Sums compared.
    pub figures: Vec<Figure>,
}

impl Summary {
    /// True when every row was loaded and every figure agrees.
    pub fn is_complete(&self) -> bool {
        self.bad_rows == 0 && self.figures.iter().all(Figure::agrees)
    }
}

/// Loads the folder, or the rest of it when a run broke off. Every refused row is told as it is met.
///
/// # Errors
/// A fault when a file or one of its columns is missing, or the database does not answer; what is committed by then stays and
/// is not loaded again.
pub fn import(
    kernel: &Arc<Kernel>,
    folder: &Path,
    tell: &mut dyn FnMut(Event<'_>),
) -> Result<Summary> {
    let mut run = Run {
        kernel: Arc::clone(kernel),
        folder: folder.to_owned(),
        tell,
        bad_rows: 0,
        counts: BTreeMap::new(),
    };
    let territories = resellers::territories(&mut run)?;
    let currencies = currencies(&mut run)?;
    let resellers = resellers::load(&mut run, &territories)?;
    run.progress(&format!("partners: {}", resellers.len()));
    let products = products::load(&mut run)?;
    let promotions = products::promotions(&mut run)?;
    run.progress(&format!(
        "products, in all their versions: {}",
        products.len()
    ));
    let known = Known {
        territories,
        resellers,
        products,
        promotions,
        currencies,
    };
    let sales = orders::load(&mut run, &known)?;
    let moved = movements::load(&mut run, &known.products)?;
    let figures = kernel.read(&Actor::system(), |cx| {
        let mut figures = totals::of_orders(cx, &sales, &known.resellers)?;
        figures.extend(totals::of_movements(cx, &moved)?);
        Ok(figures)
    })?;
    Ok(Summary {
        records: run
            .counts
            .iter()
            .map(|(object, count)| (*object, (count.new, count.known)))
            .collect(),
        bad_rows: run.bad_rows,
        pieces_raised: moved.raised,
        figures,
    })
}

/// ISO codes by key; an order names its currency by one.
fn currencies(run: &mut Run<'_>) -> Result<std::collections::HashMap<String, String>> {
    let columns = ["CurrencyKey", "CurrencyAlternateKey"];
    run.table_by_key("currencies", &columns, |row| {
        let code = row.filled("CurrencyAlternateKey")?.to_owned();
        Ok((row.filled("CurrencyKey")?.to_owned(), code))
    })
}
