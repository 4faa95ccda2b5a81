//! The business: packs in load order.
//!
//! Keeps true: a pack uses only packs its `pack.toml` names; the order here is the load order.
//! Not here: anything a pack decides.

pub mod adventureworks;
pub mod channel;
pub mod core;
pub mod crm;
pub mod deal;
pub mod exchange;
pub mod finance;
pub mod incentive;
pub mod insight;
pub mod order;
pub mod partner;
pub mod pricing;
pub mod product;
pub mod stock;

use qudao_base::Result;
use qudao_kernel::Registry;

/// Signs up every shipped pack.
///
/// # Errors
/// A fault when a pack does not fit its declarations.
pub fn register(registry: &mut Registry) -> Result<()> {
    core::register(registry)?;
    partner::register(registry)?;
    product::register(registry)?;
    channel::register(registry)?;
    crm::register(registry)?;
    deal::register(registry)?;
    pricing::register(registry)?;
    stock::register(registry)?;
    finance::register(registry)?;
    order::register(registry)?;
    exchange::register(registry)?;
    incentive::register(registry)?;
    insight::register(registry)
}
