//! The pack `pricing`: price lists, price rules, promotions, coupons and the price waterfall.
//!
//! Keeps true: a price comes from declared rules alone and can be computed again to the cent; no tie between rules is an error;
//! no promotion gives more than its budget. What other packs use is [`quote`], which loads the rules and prices a list of
//! products for a partner, and [`limits`], which holds what a priced order takes.
//! Not here: orders and quotations.

mod benefit;
pub mod coupon;
mod explain;
pub mod limits;
mod loading;
mod offers;
pub mod policy;
mod quoting;
pub mod records;
#[cfg(test)]
mod samples;
pub mod selection;
pub mod tax;
mod tax_rates;
pub mod waterfall;

use qudao_base::{Refusal, Result};
use qudao_kernel::{Cx, Registry};

pub use explain::{decision_explanation, explanation, line_steps, reason_text};
pub use quoting::{Ask, Quote, products, quote, tax_within};
use records::{Coupon, Promotion, PromotionGift, PromotionPart, PromotionTier};

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("price_list.toml"),
            include_str!("price_list_line.toml"),
            include_str!("price_rule.toml"),
            include_str!("promotion.toml"),
            include_str!("promotion_category.toml"),
            include_str!("promotion_product.toml"),
            include_str!("promotion_tier.toml"),
            include_str!("promotion_gift.toml"),
            include_str!("promotion_part.toml"),
            include_str!("coupon.toml"),
        ],
    )?;
    limits::register(registry);
    registry.before_save::<Promotion>(check_complete);
    registry.after::<Promotion>("create", limits::follow_promotion);
    registry.after::<Promotion>("update", limits::follow_promotion);
    registry.before_save::<Coupon>(coupon::prepare);
    registry.after::<Coupon>("create", limits::follow_coupon);
    registry.after::<Coupon>("update", limits::follow_coupon);
    registry.demo(include_str!("demo.toml"))
}

/// What a kind needs of its child tables; the declaration checks the fields.
fn check_complete(cx: &mut Cx<'_>, promotion: &mut Promotion) -> Result<()> {
    let id = promotion.id;
    let missing = match promotion.kind.as_str() {
        "full_reduction" if promotion.reduction_amount.is_none() => {
            let is_missing = cx.lines::<PromotionTier>(id)?.is_empty();
            is_missing.then_some(("pricing.promotion_incomplete", "reduction_amount"))
        }
        "gift" => {
            let is_missing = cx.lines::<PromotionGift>(id)?.is_empty();
            is_missing.then_some(("pricing.gifts_missing", "gifts"))
        }
        "bundle" => {
            let is_missing = cx.lines::<PromotionPart>(id)?.is_empty();
            is_missing.then_some(("pricing.parts_missing", "parts"))
        }
        _ => None,
    };
    match missing {
        Some((code, field)) => Err(Refusal::invalid(code).on(field).into()),
        None => Ok(()),
    }
}
