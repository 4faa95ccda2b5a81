//! The pack `deal`: first registered, first protected.
//!
//! Keeps true: one customer has one live registration (two unique constraints: registered name in one spelling, credit code), and
//! whoever claims a customer, by registration or by serving it, takes turns at one row with a unique key; every
//! answer to a partner leaves out whose the customer is; every decision stands in the decision log with its reasons.
//! [`same_customer`] and its helpers are pure; [`protection`] decides on values; the rest loads, calls and saves. Other packs ask
//! [`check_sale`]
//! and tell [`sold`] and [`unsold`]. Not here: customers and opportunities themselves (`crm`), territories (`partner`).

mod approval;
pub mod company_name;
#[cfg(test)]
mod company_name_tests;
mod company_words;
pub mod contact_marks;
mod customer_filing;
pub mod customer_keys;
mod deal_registration;
mod hint;
pub mod latin_name;
mod name_likeness;
mod partner_end;
pub mod protection;
#[cfg(test)]
mod protection_tests;
pub mod records;
mod rivals;
pub mod same_customer;
#[cfg(test)]
mod same_customer_tests;
mod selling;
pub mod traditional;
mod verify;

use qudao_base::Result;
use qudao_kernel::Registry;

use records::DealRegistration;
pub use selling::{Sale, check_sale, sold, take_turn_of, unsold};

use crate::{
    crm::records::{Customer, Lead},
    partner::records::Partner,
};

const ASKERS: [&str; 5] = [
    "partner_sales",
    "partner_owner",
    "channel_manager",
    "sales_director",
    "administrator",
];

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("deal_registration.toml"),
            include_str!("deal_line.toml"),
            include_str!("customer_key.toml"),
            include_str!("deal_hint.toml"),
        ],
    )?;
    registry.before_save::<DealRegistration>(deal_registration::prepare);
    registry.before::<DealRegistration>("submit", deal_registration::submit);
    registry.after::<DealRegistration>("submit", deal_registration::submitted);
    registry.before::<DealRegistration>("approve", approval::approve);
    registry.after::<DealRegistration>("approve", approval::approved);
    registry.before::<DealRegistration>("extend", approval::extend);
    for action in ["reject", "return_for_information", "withdraw"] {
        registry.after::<DealRegistration>(action, deal_registration::closed);
    }
    for action in ["expire", "revoke"] {
        registry.after::<DealRegistration>(action, approval::ended);
    }
    for action in ["create", "update"] {
        registry.before::<Customer>(action, customer_filing::respect_protection);
        registry.after::<Customer>(action, customer_filing::file_customer);
    }
    registry.before::<Lead>("convert", customer_filing::convert_lead);
    registry.after::<Partner>("terminate", partner_end::terminated);
    registry.function("deal.hint", &ASKERS, hint::hint);
    registry.every("deal.clock", 600, approval::run_clock);
    registry.verify("deal", verify::verify);
    registry.demo(include_str!("demo.toml"))
}
