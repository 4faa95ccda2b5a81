//! The pack `order`: quotations, carts and sales orders from price to delivery.
//!
//! Keeps true: an order that was confirmed holds exactly the credit and the goods of what has not been shipped; whatever ends
//! it gives both back. The four public states follow from the inner ones by one table.
//! Not here: how prices come about (`pricing`), who ships (`stock`), who pays (`finance`).

#[macro_use]
mod figures;

mod approval;
mod backorder;
mod cart;
mod channel_prices;
mod collected;
mod confirm;
mod cut;
mod fence;
mod fulfil;
mod held;
mod history;
mod pickup;
mod preview;
mod price;
mod promise;
mod promotions;
pub mod public_state;
mod quotation;
mod quotation_print;
mod quoted;
pub mod records;
mod returns;
pub mod shipment;
mod source_again;
mod verify;

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::{Cx, Registry};

pub use channel_prices::paid_and_own;

use crate::{
    deal::Sale,
    finance::records::Receipt,
    stock::records::{DeliveryNote, SalesReturn},
};
use records::{Quotation, SalesOrder, SavedCart};

const OBJECT: &str = "sales_order";

const BUYERS: [&str; 5] = [
    "partner_owner",
    "partner_sales",
    "channel_manager",
    "sales_director",
    "administrator",
];

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("sales_order.toml"),
            include_str!("sales_order_line.toml"),
            include_str!("sales_order_promotion.toml"),
            include_str!("quotation.toml"),
            include_str!("quotation_line.toml"),
            include_str!("saved_cart.toml"),
            include_str!("saved_cart_line.toml"),
        ],
    )?;
    registry.before_save::<SalesOrder>(price::prepare);
    registry.before::<SalesOrder>("create", price::complete_new);
    registry.before::<SalesOrder>("create", approval::note_giver);
    registry.before::<SalesOrder>("create", price::price_draft);
    registry.before::<SalesOrder>("update", confirm::only_drafts);
    registry.before::<SalesOrder>("update", approval::note_new_giver);
    registry.before::<SalesOrder>("update", price::forget_place);
    registry.before::<SalesOrder>("update", price::price_draft);
    registry.before::<SalesOrder>("submit", confirm::submit);
    registry.before::<SalesOrder>("approve", approval::approve);
    registry.before::<SalesOrder>("reject", promotions::give_back);
    registry.before::<SalesOrder>("reject", price::price_draft);
    registry.after::<SalesOrder>("reject", approval::tell_rejected);
    registry.before::<SalesOrder>("release_credit_hold", confirm::try_again);
    registry.after::<SalesOrder>("ship_all", fulfil::ship_all);
    registry.after::<SalesOrder>("issue_invoices", fulfil::issue_invoices);
    registry.before::<SalesOrder>("cancel", fulfil::cancel);
    registry.before::<SalesOrder>("cancel_rest", fulfil::cancel_rest);
    registry.before::<SalesOrder>("complete", fulfil::complete);
    registry.before::<SalesOrder>("collect", collected::collect);
    registry.before::<SalesOrder>("record_history", history::record);
    registry.before_save::<DeliveryNote>(fulfil::lock_order);
    registry.after::<DeliveryNote>("prepare", fulfil::tell_prepared);
    for leaving in ["ship", "hand_over"] {
        registry.after::<DeliveryNote>(leaving, fulfil::after_ship);
    }
    registry.after::<DeliveryNote>("cancel_part", fulfil::after_part_cancelled);
    registry.after::<DeliveryNote>("refuse", source_again::elsewhere);
    registry.after::<DeliveryNote>("expire", source_again::elsewhere);
    registry.after::<DeliveryNote>("source_again", source_again::by_hand);
    registry.after::<DeliveryNote>("retry", source_again::by_itself);
    registry.worker("order.source_again", 3600, source_again::retry);
    registry.after::<DeliveryNote>("fill", backorder::follow);
    registry.after::<DeliveryNote>("promise", backorder::follow);
    registry.before_save::<SalesReturn>(returns::prepare);
    registry.before::<SalesReturn>("post", returns::post);
    registry.before::<SalesReturn>("credit", returns::credit);
    registry.after::<Receipt>("create", held::try_again);
    registry.before_save::<Quotation>(quotation::prepare);
    registry.before::<Quotation>("update", quotation::only_drafts);
    registry.before::<Quotation>("update", quotation::forget_place);
    registry.before::<Quotation>("update", quotation::note_giver);
    registry.before::<Quotation>("send", quotation::price_sent);
    registry.before::<Quotation>("accept", quotation::accept);
    registry.after::<SavedCart>("place_order", cart::place_order);
    registry.after::<SavedCart>("reserve", cart::reserve);
    registry.lookup("order.price", &BUYERS, preview::price);
    registry.lookup("order.pickup_sites", &BUYERS, pickup::sites);
    registry.function("order.reorder", &BUYERS, cart::reorder);
    registry.template("quotation", "quotation", quotation_print::print);
    registry.verify("order", verify::verify);
    Ok(())
}

/// Moves an order to an inner state and the public one that goes with it.
fn move_to(order: &mut SalesOrder, state: &str) -> Result<()> {
    state.clone_into(&mut order.state);
    public_state::public_state(state)?.clone_into(&mut order.public_state);
    Ok(())
}

/// The order as a sale, which respects who the customer belongs to.
const fn sale(order: &SalesOrder) -> Sale {
    Sale {
        object: OBJECT,
        record: order.id,
        partner: order.partner_id,
        customer: order.customer_id,
        opportunity: order.opportunity_id,
    }
}

/// Refuses to act for another organisation. The vendor's staff acts for all.
fn check_own(cx: &Cx<'_>, partner: Id) -> Result<()> {
    if cx.actor().organisation.is_none_or(|own| own == partner) {
        return Ok(());
    }
    Err(Refusal::forbidden("order.not_your_partner")
        .on("partner_id")
        .into())
}
