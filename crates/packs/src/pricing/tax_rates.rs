//! Which tax rate holds for a product: its own, else that of its category, else the site's.
//!
//! Keeps true: a product that says something is not overruled by its category; the number of statements does not depend on how many
//! products there are.
//! Not here: what the tax comes to (`tax`).

use std::collections::HashMap;

use qudao_base::{Id, Percent, Result};
use qudao_kernel::Cx;

use super::tax::TaxRate;
use crate::product::records::{Product, ProductCategory};

/// The rate of each product, in their order; `default` is the site's.
pub fn of(cx: &mut Cx<'_>, products: &[Product], default: Percent) -> Result<Vec<TaxRate>> {
    let asked = |one: &&Product| said(one.tax_rate, one.tax_exempt).is_none();
    let mut wanted: Vec<Id> = products
        .iter()
        .filter(asked)
        .filter_map(|one| one.category_id)
        .collect();
    wanted.sort();
    wanted.dedup();
    let mut categories: HashMap<Id, Option<TaxRate>> = HashMap::new();
    if !wanted.is_empty() {
        for found in cx.find_by::<ProductCategory>("id", &wanted, ("1 = 1", &[]))? {
            let rates = found
                .into_iter()
                .map(|one| (one.id, said(one.tax_rate, one.tax_exempt)));
            categories.extend(rates);
        }
    }
    let site = TaxRate {
        percent: default,
        exempt: false,
    };
    let rate = |one: &Product| {
        let of_category = || categories.get(&one.category_id?).copied().flatten();
        said(one.tax_rate, one.tax_exempt)
            .or_else(of_category)
            .unwrap_or(site)
    };
    Ok(products.iter().map(rate).collect())
}

/// What a product or category itself says.
fn said(rate: Option<Percent>, exempt: bool) -> Option<TaxRate> {
    match (exempt, rate) {
        (true, _) => Some(TaxRate {
            percent: Percent::ZERO,
            exempt: true,
        }),
        (false, Some(percent)) => Some(TaxRate {
            percent,
            exempt: false,
        }),
        (false, None) => None,
    }
}
