//! Categories, products and promotions.
//!
//! Keeps true: one product per product number. The source keeps a row per period of validity: the current one counts, else
//! the newest, and a product without a current row, or one that is only a part of others, is not on sale.
//! Promotions are kept for reference and not active: which products they applied to is not in the files. Volume discounts
//! are price rules besides, because only those know quantities.

use std::collections::{BTreeMap, HashMap};

use qudao_base::{Date, Id, Percent, Quantity, Result};
use qudao_kernel::Cx;

use super::{
    file::{Reading, Row, known},
    run::{Item, Run, Target},
};
use crate::{
    pricing::records::{PriceRule, Promotion},
    product::records::{Product, ProductCategory},
};

/// A loaded product.
#[derive(Clone, Debug)]
pub(super) struct Sold {
    pub id: Id,
    pub name: String,
    pub category: Option<Id>,
    /// Below this the source asks for goods.
    pub safety: Quantity,
}

/// Loads the finer categories, named with the coarse ones they belong to. Returns them by key.
fn categories(run: &mut Run<'_>) -> Result<HashMap<String, Id>> {
    let columns = ["ProductCategoryKey", "EnglishProductCategoryName"];
    let coarse = run.table_by_key("product_categories", &columns, |row| {
        let name = row.filled("EnglishProductCategoryName")?.to_owned();
        Ok((row.filled("ProductCategoryKey")?.to_owned(), name))
    })?;
    let columns = [
        "ProductSubcategoryKey",
        "EnglishProductSubcategoryName",
        "ProductCategoryKey",
    ];
    let rows = run.table("product_subcategories", &columns, |row| {
        let key = row.filled("ProductSubcategoryKey")?.to_owned();
        let name = format!(
            "{} · {}",
            known(&coarse, row, "ProductCategoryKey")?,
            row.filled("EnglishProductSubcategoryName")?
        );
        let category = ProductCategory {
            code: format!("AW-{key}"),
            name_en: Some(name.clone()),
            name,
            ..ProductCategory::default()
        };
        Ok((key, category))
    })?;
    let items = rows.into_iter().map(|(line, (key, content))| Item {
        key,
        rows: vec![line],
        content,
    });
    let target = Target {
        file: run.file_name("product_subcategories"),
        object: |_| "product_category",
        batch: 200,
        save: |cx: &mut Cx<'_>, category: &ProductCategory| Ok(cx.create(category)?.id),
    };
    run.load(&target, items.collect())
}

struct Version {
    line: u64,
    key: String,
    is_current: bool,
    started: Option<Date>,
    product: Product,
    safety: Quantity,
}

const PRODUCT_COLUMNS: [&str; 11] = [
    "ProductKey",
    "ProductAlternateKey",
    "ProductSubcategoryKey",
    "EnglishProductName",
    "StandardCost",
    "FinishedGoodsFlag",
    "SafetyStockLevel",
    "ListPrice",
    "ChineseDescription",
    "StartDate",
    "Status",
];

/// Loads categories and products. Returns the products by the keys of all their versions.
pub(super) fn load(run: &mut Run<'_>) -> Result<HashMap<String, Sold>> {
    let categories = categories(run)?;
    let rows = run.table("products", &PRODUCT_COLUMNS, |row| {
        version(row, &categories)
    })?;
    let mut versions: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for (_, version) in rows {
        let code = version.product.code.clone();
        versions.entry(code).or_default().push(version);
    }
    let mut items = Vec::new();
    for (code, versions) in &mut versions {
        versions.sort_by_key(|version| (version.is_current, version.started, version.line));
        if let Some(newest) = versions.last() {
            items.push(Item {
                key: code.clone(),
                rows: versions.iter().map(|version| version.line).collect(),
                content: newest.product.clone(),
            });
        }
    }
    let target = Target {
        file: run.file_name("products"),
        object: |_| "product",
        batch: 200,
        save: |cx: &mut Cx<'_>, product: &Product| Ok(cx.create(product)?.id),
    };
    let products = run.load(&target, items)?;
    let mut sold = HashMap::new();
    for (code, versions) in versions {
        let safety = versions.last().map(|newest| newest.safety);
        for version in versions {
            if let Some(&id) = products.get(&code) {
                let one = Sold {
                    id,
                    name: version.product.name,
                    category: version.product.category_id,
                    safety: safety.unwrap_or_default(),
                };
                sold.insert(version.key, one);
            }
        }
    }
    Ok(sold)
}

fn version(row: &Row, categories: &HashMap<String, Id>) -> Reading<Version> {
    let category = match row.whole("ProductSubcategoryKey")? {
        0 => None,
        key => Some(
            *categories
                .get(&key.to_string())
                .ok_or_else(|| format!("ProductSubcategoryKey {key} is not known"))?,
        ),
    };
    let name = row.filled("EnglishProductName")?.to_owned();
    let description = row.text("ChineseDescription")?;
    let is_current = row.text("Status")? == "Current";
    let is_finished = row.text("FinishedGoodsFlag")?.eq_ignore_ascii_case("true");
    let product = Product {
        code: row.filled("ProductAlternateKey")?.to_owned(),
        name_en: Some(name.clone()),
        name,
        category_id: category,
        unit: "件".to_owned(),
        list_price: row.money("ListPrice")?,
        standard_cost: match row.text("StandardCost")? {
            "" => None,
            _ => Some(row.money("StandardCost")?),
        },
        active: is_current && is_finished,
        description: (!description.is_empty()).then(|| description.to_owned()),
        ..Product::default()
    };
    Ok(Version {
        line: row.line,
        key: row.filled("ProductKey")?.to_owned(),
        is_current,
        started: row.maybe_date("StartDate")?,
        product,
        safety: row.pieces("SafetyStockLevel", 0)?,
    })
}

/// A loaded promotion.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub id: Id,
    pub name: String,
    /// False for the row that stands for "no discount".
    pub is_discount: bool,
}

#[derive(Clone)]
struct Terms {
    name: String,
    percent: Percent,
    from: Date,
    until: Date,
    description: String,
    quantity_from: Quantity,
}

/// Loads promotions, and price rules for those that ask for a quantity. Returns the promotions by key.
pub(super) fn promotions(run: &mut Run<'_>) -> Result<HashMap<String, Offer>> {
    let columns = [
        "PromotionKey",
        "EnglishPromotionName",
        "DiscountPct",
        "EnglishPromotionType",
        "EnglishPromotionCategory",
        "StartDate",
        "EndDate",
        "MinQty",
        "MaxQty",
    ];
    let rows = run.table("promotions", &columns, |row| {
        Ok((row.filled("PromotionKey")?.to_owned(), terms(row)?))
    })?;
    let names: HashMap<String, Terms> = rows.iter().map(|(_, row)| row.clone()).collect();
    let (mut promotions, mut rules) = (Vec::new(), Vec::new());
    for (line, (key, terms)) in rows {
        let item = |content| Item {
            key: key.clone(),
            rows: vec![line],
            content,
        };
        if terms.quantity_from > Quantity::ZERO {
            rules.push(item(terms.clone()));
        }
        promotions.push(item(terms));
    }
    let file = run.file_name("promotions");
    let rules_target = Target {
        file: file.clone(),
        object: |_| "price_rule",
        batch: 200,
        save: save_rule,
    };
    run.load(&rules_target, rules)?;
    let target = Target {
        file,
        object: |_| "promotion",
        batch: 200,
        save: save_promotion,
    };
    let loaded = run.load(&target, promotions)?;
    let offer = |(key, id): (String, Id)| {
        let terms = names.get(&key)?;
        let (name, is_discount) = (terms.name.clone(), !terms.percent.is_zero());
        Some((
            key,
            Offer {
                id,
                name,
                is_discount,
            },
        ))
    };
    Ok(loaded.into_iter().filter_map(offer).collect())
}

fn terms(row: &Row) -> Reading<Terms> {
    Ok(Terms {
        name: row.filled("EnglishPromotionName")?.to_owned(),
        percent: Percent::from_steps(row.fraction("DiscountPct")? * 100),
        from: row.date("StartDate")?,
        until: row.date("EndDate")?,
        description: format!(
            "AdventureWorks: {}, {}, quantity {} to {}",
            row.text("EnglishPromotionType")?,
            row.text("EnglishPromotionCategory")?,
            row.whole("MinQty")?,
            row.text("MaxQty")?
        ),
        quantity_from: row.pieces("MinQty", 0)?,
    })
}

fn save_promotion(cx: &mut Cx<'_>, terms: &Terms) -> Result<Id> {
    let promotion = Promotion {
        name: terms.name.clone(),
        kind: "percent_off".to_owned(),
        percent_off: Some(terms.percent),
        valid_from: Some(terms.from),
        valid_until: Some(terms.until),
        active: false,
        description: Some(terms.description.clone()),
        ..Promotion::default()
    };
    Ok(cx.create(&promotion)?.id)
}

fn save_rule(cx: &mut Cx<'_>, terms: &Terms) -> Result<Id> {
    let rule = PriceRule {
        name: terms.name.clone(),
        quantity_from: terms.quantity_from,
        percent_off: Some(terms.percent),
        valid_from: Some(terms.from),
        valid_until: Some(terms.until),
        active: true,
        ..PriceRule::default()
    };
    Ok(cx.create(&rule)?.id)
}
