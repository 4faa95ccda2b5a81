//! The pack `crm`: customers, contacts, leads and opportunities.

pub mod records;

use qudao_base::Result;
use qudao_kernel::Registry;

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("contact.toml"),
            include_str!("customer.toml"),
            include_str!("lead.toml"),
            include_str!("opportunity.toml"),
            include_str!("opportunity_line.toml"),
        ],
    )
}
