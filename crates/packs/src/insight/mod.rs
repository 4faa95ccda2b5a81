//! The pack `insight`: dashboards over the measures other packs declare. It is loaded last, so its demo data is a story told
//! with everything the others brought.
//!
//! Keeps true: every figure is a declared measure, so each can be opened into the records behind it.
//! Not here: any figure of its own.

use qudao_base::Result;
use qudao_kernel::Registry;

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(include_str!("pack.toml"), &[])?;
    registry.dashboard(include_str!("reports/channel_overview.toml"))?;
    registry.dashboard(include_str!("reports/finance_overview.toml"))?;
    registry.dashboard(include_str!("reports/partner_overview.toml"))?;
    registry.demo(include_str!("demo.toml"))
}
