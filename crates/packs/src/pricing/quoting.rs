//! Loads the rules that can matter for a list of products and runs the waterfall on them.
//!
//! Keeps true: only rules in force for these products and this partner are loaded, so the cost does not grow with the number
//! of partners.
//! Not here: the computation (`waterfall`).

use std::collections::HashMap;

use qudao_base::{Date, Fault, Id, Percent, Quantity, Result, Value};
use qudao_kernel::Cx;

use super::{
    policy::{Buyer, Item, Offer, Period, Policy, Promotion, Reduction},
    records::{PriceRule, Promotion as PromotionRecord, PromotionCategory},
    waterfall::{self, Waterfall},
};
use crate::{partner::records::Partner, product::records::Product};

/// What is to be priced for whom.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// Who buys.
    pub partner: &'a Partner,
    /// Day of the price.
    pub day: Date,
    /// Manual discount on every line.
    pub discount: Percent,
    /// Products and quantities, in the order of the lines.
    pub lines: &'a [(Id, Quantity)],
}

/// Priced lines with the products and rules behind them.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The product of each line.
    pub products: Vec<Product>,
    /// Rules that were weighed.
    pub policy: Policy,
    /// The prices.
    pub waterfall: Waterfall,
}

/// Prices the lines.
///
/// # Errors
/// Not found when a product does not exist; `amount.range` when an amount does not fit.
pub fn quote(cx: &mut Cx<'_>, ask: &Ask<'_>) -> Result<Quote> {
    let products = products(cx, ask.lines)?;
    let policy = Policy {
        offers: offers(cx, ask)?,
        promotions: promotions(cx, ask.day)?,
        tax: cx.setting_percent("pricing.tax_rate")?,
    };
    let buyer = Buyer {
        partner: ask.partner.id,
        tier: ask.partner.tier.clone(),
        day: ask.day,
        discount: ask.discount,
    };
    let item = |(product, (_, quantity)): (&Product, &(Id, Quantity))| Item {
        product: product.id,
        category: product.category_id,
        list_price: product.list_price,
        quantity: *quantity,
    };
    let items: Vec<Item> = products.iter().zip(ask.lines).map(item).collect();
    let waterfall = waterfall::price(&policy, &buyer, &items)?;
    Ok(Quote {
        products,
        policy,
        waterfall,
    })
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// The product of each line.
///
/// # Errors
/// `link.not_found` when one does not exist.
pub fn products(cx: &mut Cx<'_>, lines: &[(Id, Quantity)]) -> Result<Vec<Product>> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Value> = lines.iter().map(|(product, _)| (*product).into()).collect();
    let found = cx.find::<Product>(&format!("id IN ({})", marks(ids.len())), &ids)?;
    let by_id: HashMap<Id, Product> = found.into_iter().map(|one| (one.id, one)).collect();
    let of_line = |(product, _): &(Id, Quantity)| {
        let missing = || {
            qudao_base::Refusal::invalid("link.not_found")
                .on("lines")
                .into()
        };
        by_id.get(product).cloned().ok_or_else(missing)
    };
    lines.iter().map(of_line).collect()
}

fn offers(cx: &mut Cx<'_>, ask: &Ask<'_>) -> Result<Vec<Offer>> {
    if ask.lines.is_empty() {
        return Ok(Vec::new());
    }
    let mut parameters: Vec<Value> = ask
        .lines
        .iter()
        .map(|(product, _)| (*product).into())
        .collect();
    let condition = format!(
        "active = 1 AND (product_id IS NULL OR product_id IN ({})) \
         AND (partner_id IS NULL OR partner_id = ?) AND (tier IS NULL OR tier = ?)",
        marks(parameters.len())
    );
    parameters.extend([ask.partner.id.into(), ask.partner.tier.as_str().into()]);
    let rules = cx.find::<PriceRule>(&condition, &parameters)?;
    Ok(rules.into_iter().map(offer).collect())
}

fn offer(rule: PriceRule) -> Offer {
    Offer {
        id: rule.id,
        name: rule.name,
        product: rule.product_id,
        category: rule.category_id,
        tier: rule.tier,
        partner: rule.partner_id,
        quantity_from: rule.quantity_from,
        price: rule.price,
        percent_off: rule.percent_off,
        period: Period {
            from: rule.valid_from,
            until: rule.valid_until,
        },
        priority: rule.priority,
    }
}

fn promotions(cx: &mut Cx<'_>, day: Date) -> Result<Vec<Promotion>> {
    let condition = "active = 1 AND (valid_from IS NULL OR valid_from <= ?) \
                     AND (valid_until IS NULL OR valid_until >= ?)";
    let found = cx.find::<PromotionRecord>(condition, &[day.into(), day.into()])?;
    found
        .into_iter()
        .map(|record| promotion(cx, record))
        .collect()
}

fn promotion(cx: &mut Cx<'_>, record: PromotionRecord) -> Result<Promotion> {
    let reduction = match (
        record.kind.as_str(),
        record.reduction_amount,
        record.percent_off,
    ) {
        ("full_reduction", Some(amount), _) => Reduction::Full {
            amount,
            every: record.every,
        },
        ("percent_off", _, Some(percent)) => Reduction::Percent(percent),
        (kind, ..) => {
            return Err(
                Fault::new(format!("promotion {} is an incomplete {kind}", record.id)).into(),
            );
        }
    };
    let categories = cx.lines::<PromotionCategory>(record.id)?;
    Ok(Promotion {
        id: record.id,
        name: record.name,
        reduction,
        threshold: record.threshold_amount,
        categories: categories.into_iter().map(|one| one.category_id).collect(),
        period: Period {
            from: record.valid_from,
            until: record.valid_until,
        },
        priority: record.priority,
    })
}
