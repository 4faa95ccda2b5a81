//! Prices a list of products for a partner: loads what can matter and runs the waterfall on it.
//!
//! Keeps true: the number of statements does not depend on how many lines, rules or promotions there are.
//! Not here: the computation (`waterfall`), the statements (`loading`).

use qudao_base::{Date, Id, Money, Percent, Quantity, Refusal, Result};
use qudao_kernel::Cx;

use super::{
    coupon::{self, Claim},
    loading,
    policy::{Buyer, Item, Policy},
    tax::{self, Half, TaxPolicy, TaxRate, Taxed},
    tax_rates,
    waterfall::{self, Waterfall},
};
use crate::{partner::records::Partner, product::records::Product};

/// What is to be priced for whom.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// Who buys.
    pub partner: &'a Partner,
    /// Channel of the order.
    pub channel: Id,
    /// Division shipped to.
    pub division: Option<&'a str>,
    /// Day of the price.
    pub day: Date,
    /// Manual discount on every line.
    pub discount: Percent,
    /// True while the partner has no other order.
    pub first_order: bool,
    /// Nothing is held for it, as for a quotation: promotions whose limits something must hold do not count, but the coupon's.
    pub holds_nothing: bool,
    /// Coupon code as it was entered.
    pub coupon_code: Option<&'a str>,
    /// Products and quantities, in the order of the lines.
    pub lines: &'a [(Id, Quantity)],
}

/// Priced lines with the products and rules behind them.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The product of each line.
    pub products: Vec<Product>,
    /// The product of each gift.
    pub gift_products: Vec<Product>,
    /// Rules that were weighed.
    pub policy: Policy,
    /// What became of the coupon code.
    pub coupon: Claim,
    /// The prices.
    pub waterfall: Waterfall,
}

/// Prices the lines. A coupon that may not be used leaves the prices as if none was given.
///
/// # Errors
/// Not found when a product does not exist; `amount.range` when an amount does not fit.
pub fn quote(cx: &mut Cx<'_>, ask: &Ask<'_>) -> Result<Quote> {
    let products = products(cx, ask.lines)?;
    let coupon = coupon::claim(cx, ask.coupon_code, ask.partner.id, ask.day)?;
    let mut policy = Policy {
        offers: loading::offers(cx, ask)?,
        promotions: loading::promotions(cx, ask)?,
        tax: tax_policy(cx)?,
    };
    if ask.holds_nothing {
        // A coupon somebody entered is held by the order that follows.
        let opened = coupon.coupon().map(|coupon| coupon.promotion_id);
        policy
            .promotions
            .retain(|one| !one.is_limited() || Some(one.id) == opened);
    }
    let buyer = Buyer {
        partner: ask.partner.id,
        tier: ask.partner.tier.clone(),
        channel: ask.channel,
        division: ask.division.map(str::to_owned),
        day: ask.day,
        discount: ask.discount,
        first_order: ask.first_order,
        coupon_promotion: coupon.coupon().map(|coupon| coupon.promotion_id),
    };
    let rates = tax_rates::of(cx, &products, policy.tax.rate)?;
    let item = |((product, rate), (_, quantity)): ((&Product, TaxRate), &(Id, Quantity))| Item {
        product: product.id,
        category: product.category_id,
        list_price: product.list_price,
        tax_rate: rate,
        quantity: *quantity,
    };
    let products_and_rates = products.iter().zip(rates);
    let items: Vec<Item> = products_and_rates.zip(ask.lines).map(item).collect();
    let mut waterfall = waterfall::price(&policy, &buyer, &items)?;
    let given = waterfall
        .gifts
        .iter()
        .map(|gift| (gift.product, gift.quantity));
    let gift_products = self::products(cx, &given.collect::<Vec<_>>())?;
    let rates = tax_rates::of(cx, &gift_products, policy.tax.rate)?;
    for (gift, rate) in waterfall.gifts.iter_mut().zip(rates) {
        gift.priced.tax_rate = rate;
    }
    Ok(Quote {
        products,
        gift_products,
        policy,
        coupon,
        waterfall,
    })
}

fn tax_policy(cx: &mut Cx<'_>) -> Result<TaxPolicy> {
    Ok(TaxPolicy {
        rate: cx.setting_percent("pricing.tax_rate")?,
        included: cx.setting_boolean("pricing.prices_include_tax")?,
        per_document: cx.setting_boolean("pricing.tax_per_document")?,
        half: if cx.setting_boolean("pricing.tax_half_even")? {
            Half::Even
        } else {
            Half::Up
        },
    })
}

/// The tax within amounts that contain it, at the rate of each, one for each in their order.
///
/// # Errors
/// `amount.range` when a result does not fit.
pub fn tax_within(cx: &mut Cx<'_>, amounts: &[(Money, Percent)]) -> Result<Vec<Taxed>> {
    let policy = TaxPolicy {
        included: true,
        ..tax_policy(cx)?
    };
    tax::tax(&policy, amounts)
}

/// The product of each line, with one statement.
///
/// # Errors
/// `link.not_found` when one does not exist.
pub fn products(cx: &mut Cx<'_>, lines: &[(Id, Quantity)]) -> Result<Vec<Product>> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Id> = lines.iter().map(|(product, _)| *product).collect();
    let found = cx.find_by::<Product>("id", &ids, ("1 = 1", &[]))?;
    let missing = || Refusal::invalid("link.not_found").on("lines").into();
    let one = |mut found: Vec<Product>| found.pop().ok_or_else(missing);
    found.into_iter().map(one).collect()
}
