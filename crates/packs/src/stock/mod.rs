//! The pack `stock`: sites, stock levels, goods in and out, and the choice of the site that ships.
//!
//! Keeps true: what is on hand and what is promised stand on the ledger, where `on hand - reserved` never falls under zero;
//! `stock_level` repeats the ledger row by row, written in the same transaction. Available is on hand less reserved: goods
//! in transit between sites would count as reserved at the sender.
//! Not here: orders; they use [`delivery`] and [`choice`].

pub mod choice;
pub mod delivery;
mod documents;
pub mod level;
pub mod records;
pub mod sourcing;
mod verify;

use qudao_base::Result;
use qudao_kernel::{Projection, Registry, ledger::AccountKind};

use records::{DeliveryNote, StockAdjustment, StockReceipt};

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("site.toml"),
            include_str!("stock_level.toml"),
            include_str!("stock_receipt.toml"),
            include_str!("stock_receipt_line.toml"),
            include_str!("stock_adjustment.toml"),
            include_str!("stock_adjustment_line.toml"),
            include_str!("delivery_note.toml"),
            include_str!("delivery_note_line.toml"),
        ],
    )?;
    registry.demo(include_str!("demo.toml"))?;
    let contra = AccountKind {
        floor: None,
        keeps_balance: false,
    };
    registry.account_kind(
        level::ON_HAND,
        AccountKind {
            floor: Some(0),
            keeps_balance: true,
        },
    );
    registry.projection(Projection {
        account: level::ON_HAND,
        object: "stock_level",
        write: level::project,
    });
    registry.account_kind(level::SUPPLIER, contra);
    registry.account_kind(level::CUSTOMER, contra);
    registry.account_kind(level::ADJUSTMENT, contra);
    registry.before::<StockReceipt>("post", documents::post_receipt);
    registry.before::<StockReceipt>("update", documents::keep_posted_receipt);
    registry.before::<StockAdjustment>("post", documents::post_adjustment);
    registry.before::<StockAdjustment>("update", documents::keep_posted_adjustment);
    registry.before::<DeliveryNote>("update", delivery::check_changes);
    registry.before::<DeliveryNote>("ship", delivery::ship);
    registry.before::<DeliveryNote>("cancel", delivery::give_back);
    registry.verify("stock", verify::verify);
    Ok(())
}
