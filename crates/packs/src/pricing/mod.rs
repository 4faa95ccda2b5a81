//! The pack `pricing`: price rules, promotions and the price waterfall.
//!
//! Keeps true: a price comes from declared rules alone and can be computed again to the cent; what other packs use is
//! [`quote`], which loads the rules and prices a list of products for a partner.
//! Not here: orders and quotations.

mod explain;
pub mod policy;
mod quoting;
pub mod records;
pub mod waterfall;

use qudao_base::Result;
use qudao_kernel::Registry;

pub use explain::{explanation, line_steps};
pub use quoting::{Ask, Quote, products, quote};

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("price_rule.toml"),
            include_str!("promotion.toml"),
            include_str!("promotion_category.toml"),
        ],
    )?;
    registry.demo(include_str!("demo.toml"))
}
