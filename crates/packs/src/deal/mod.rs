//! The pack `deal`: deal registration and the same-customer decision.

pub mod records;

use qudao_base::Result;
use qudao_kernel::Registry;

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("customer_key.toml"),
            include_str!("deal_hint.toml"),
            include_str!("deal_line.toml"),
            include_str!("deal_registration.toml"),
        ],
    )
}
