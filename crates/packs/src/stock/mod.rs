//! The pack `stock`: sites, stock levels, goods in and out, and the choice of the site that ships.
//!
//! Keeps true: what is on hand and what is promised stand on the ledger, where `on hand - reserved` never falls under zero;
//! `stock_level` repeats the ledger row by row, written in the same transaction. Goods in transit, in inspection and damaged have
//! accounts of their own. Available is on hand less reserved: what has left towards another site is no longer on hand.
//! Not here: orders; they use [`delivery`] and [`choice`].

pub mod acceptance;
mod arrival;
pub mod backorder;
mod card;
pub mod choice;
mod choice_text;
pub mod claim;
mod count;
pub mod delivery;
mod documents;
mod layers;
pub mod level;
mod lot_expiry;
mod lot_numbers;
mod lot_places;
pub mod lot_proposal;
mod lots;
mod point;
mod projection;
mod promise;
pub mod records;
mod replenish;
mod replenishment;
pub mod reservation;
mod returns;
pub mod round;
pub mod sourcing;
mod sourcing_rule;
mod sourcing_split;
mod sourcing_terms;
mod transfer;
mod valuation;
mod verify;

use qudao_base::Result;
use qudao_kernel::{Registry, ledger::AccountKind};

use crate::product::records::Product;
use records::{
    CartReservation, ChannelAllocation, ChannelPolicy, DeliveryNote, IncomingSupply, SalesReturn,
    Site, StockAdjustment, StockCount, StockPolicy, StockReceipt, TransferOrder,
};

/// Roles that work at every site; a store's clerk works at the sites that name it.
pub const CLERKS: [&str; 2] = ["administrator", "warehouse_clerk"];

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("site.toml"),
            include_str!("sourcing_rule.toml"),
            include_str!("stock_level.toml"),
            include_str!("stock_receipt.toml"),
            include_str!("stock_receipt_line.toml"),
            include_str!("stock_adjustment.toml"),
            include_str!("stock_adjustment_line.toml"),
            include_str!("delivery_note.toml"),
            include_str!("delivery_note_line.toml"),
            include_str!("stock_policy.toml"),
            include_str!("transfer_order.toml"),
            include_str!("transfer_order_line.toml"),
            include_str!("replenishment.toml"),
            include_str!("stock_movement.toml"),
            include_str!("stock_layer.toml"),
            include_str!("stock_lot.toml"),
            include_str!("lot_level.toml"),
            include_str!("incoming_supply.toml"),
            include_str!("channel_policy.toml"),
            include_str!("channel_allocation.toml"),
            include_str!("cart_reservation.toml"),
            include_str!("cart_reservation_line.toml"),
            include_str!("sales_return.toml"),
            include_str!("sales_return_line.toml"),
            include_str!("stock_count.toml"),
            include_str!("stock_count_line.toml"),
        ],
    )?;
    registry.demo(include_str!("demo.toml"))?;
    register_accounts(registry);
    projection::register(registry);
    registry.before::<Site>("update", level::follow_promises);
    registry.before::<Product>("update", lots::keep_tracking);
    register_documents(registry);
    register_planning(registry);
    registry.verify("stock", verify::verify);
    Ok(())
}

fn register_accounts(registry: &mut Registry) {
    for kind in level::CONDITIONS {
        registry.account_kind(kind, AccountKind::FLOORED);
    }
    registry.account_kind(valuation::VALUE, AccountKind::FLOORED);
    registry.account_kind(valuation::COST, AccountKind::CONTRA);
    for kind in [level::SUPPLIER, level::CUSTOMER, level::ADJUSTMENT] {
        registry.account_kind(kind, AccountKind::CONTRA);
    }
}

/// Documents that move goods.
fn register_documents(registry: &mut Registry) {
    registry.before::<StockReceipt>("post", documents::post_receipt);
    registry.before::<StockReceipt>("update", documents::keep_posted_receipt);
    registry.before::<StockAdjustment>("post", documents::post_adjustment);
    registry.before::<StockAdjustment>("update", documents::keep_posted_adjustment);
    registry.before::<DeliveryNote>("update", delivery::check_changes);
    registry.before::<DeliveryNote>("propose_lots", lot_proposal::for_note);
    for leaving in ["ship", "hand_over"] {
        registry.before::<DeliveryNote>(leaving, delivery::ship);
    }
    for ending in ["cancel", "cancel_part"] {
        registry.before::<DeliveryNote>(ending, delivery::give_back);
        registry.after::<DeliveryNote>(ending, backorder::pass_on);
    }
    for again in ["source_again", "retry"] {
        registry.before::<DeliveryNote>(again, delivery::give_back);
    }
    for accepting in ["accept", "prepare"] {
        registry.before::<DeliveryNote>(accepting, acceptance::accept);
    }
    for ending in ["refuse", "expire"] {
        registry.before::<DeliveryNote>(ending, acceptance::take_back);
    }
    registry.worker("stock.expire_offers", 60, acceptance::expire);
    registry.before::<DeliveryNote>("fill", backorder::hold_more);
    registry.before::<DeliveryNote>("promise", backorder::date);
    registry.before::<IncomingSupply>("receive", backorder::close_supply);
    for change in ["create", "update", "cancel", "receive"] {
        registry.after::<IncomingSupply>(change, backorder::follow_supply);
    }
    registry.every("stock.ask_about_expired", 3600, lot_expiry::round);
    registry.every("stock.fill_waiting", 60, backorder::sweep);
    registry.before::<TransferOrder>("update", transfer::check_changes);
    registry.before::<TransferOrder>("submit", transfer::submit);
    registry.before::<TransferOrder>("propose_lots", lot_proposal::for_transfer);
    registry.before::<TransferOrder>("dispatch", transfer::dispatch);
    registry.before::<TransferOrder>("receive", transfer::receive);
    registry.before::<TransferOrder>("cancel", transfer::cancel);
    registry.before::<SalesReturn>("update", returns::keep_posted);
    registry.before::<SalesReturn>("post", returns::post);
    registry.before::<StockCount>("update", count::check_changes);
    registry.before::<StockCount>("begin", count::begin);
    registry.before::<StockCount>("finish", count::finish);
    registry.before::<StockCount>("approve", count::post);
    registry.before::<StockCount>("reject", count::count_again);
}

/// What plans and promises goods ahead of documents.
fn register_planning(registry: &mut Registry) {
    registry.before_save::<ChannelPolicy>(claim::name_policy);
    registry.before::<ChannelAllocation>("update", claim::keep_active);
    registry.before::<ChannelAllocation>("activate", claim::activate);
    registry.before::<ChannelAllocation>("end", claim::end);
    for ending in ["take", "expire", "release"] {
        registry.before::<CartReservation>(ending, reservation::give_back);
    }
    registry.every("stock.expire_reservations", 60, reservation::expire);
    registry.before_save::<StockPolicy>(replenish::name_policy);
    registry.function("stock.replenish", &CLERKS, replenish::by_hand);
    registry.every("stock.replenish", 3600, replenish::run);
}
