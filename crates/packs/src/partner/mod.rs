//! The pack `partner`: who sells for the vendor, where, and on which terms.
//!
//! Keeps true: a partner without territory covers nothing; partners form a tree. Other packs ask [`fence::fence`] where a partner may
//! sell, [`credit_code`] what a code is worth and [`regions`] what a place is called.
//! Not here: users themselves (`core`), credit accounts (`finance`).

pub mod credit_code;
#[cfg(test)]
mod credit_code_tests;
pub mod fence;
mod manager;
#[expect(
    clippy::module_inception,
    reason = "rules stand beside their declaration under its name"
)]
mod partner;
pub mod records;
pub mod regions;
pub mod territory;
#[cfg(test)]
mod territory_tests;

use qudao_base::Result;
use qudao_kernel::Registry;

pub use partner::tidy_code;
use records::Partner;

/// Roles of partners.
const PORTAL: [&str; 2] = ["partner_owner", "partner_sales"];

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("industry.toml"),
            include_str!("partner.toml"),
            include_str!("partner_territory.toml"),
        ],
    )?;
    registry.before_save::<Partner>(partner::prepare);
    registry.before::<Partner>("approve", partner::admit);
    registry.after::<Partner>("approve", partner::tell_admitted);
    registry.lookup("partner.manager", &PORTAL, manager::manager);
    registry.verify("partner", partner::verify);
    registry.demo(include_str!("demo.toml"))
}
