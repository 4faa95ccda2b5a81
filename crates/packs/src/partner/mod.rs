//! The pack `partner`: partners, their territories and users.

pub mod records;

use qudao_base::Result;
use qudao_kernel::Registry;

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("industry.toml"),
            include_str!("partner.toml"),
            include_str!("partner_territory.toml"),
        ],
    )
}
