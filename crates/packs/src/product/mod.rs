//! The pack `product`: what can be sold, its list price and its standard cost.
//!
//! Keeps true: a code names one product; costs are hidden from partners. All of it is declared, no rule is needed.
//! Not here: prices partners pay (`pricing`) and stock (`stock`).

pub mod records;

use qudao_base::Result;
use qudao_kernel::Registry;

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("product_category.toml"),
            include_str!("product.toml"),
        ],
    )?;
    registry.demo(include_str!("demo.toml"))
}
