//! The pack `crm`: customers, the people there, leads and opportunities, shared by direct sales and the channel.
//!
//! Keeps true: see `customer` and `opportunity`. Not here: who is protected where (`deal`), quotes and orders (`order`).

mod customer;
pub mod opportunity;
pub mod records;

use qudao_base::Result;
use qudao_kernel::Registry;

use records::{Contact, Customer, Opportunity};

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("customer.toml"),
            include_str!("contact.toml"),
            include_str!("opportunity.toml"),
            include_str!("opportunity_line.toml"),
            include_str!("lead.toml"),
        ],
    )?;
    registry.before_save::<Customer>(customer::prepare);
    registry.after::<Customer>("update", customer::contacts_follow);
    registry.after::<Customer>("update", opportunity::follow);
    registry.before_save::<Contact>(customer::prepare_contact);
    registry.before_save::<Opportunity>(opportunity::prepare);
    registry.verify("crm", customer::verify);
    registry.demo(include_str!("demo.toml"))
}
