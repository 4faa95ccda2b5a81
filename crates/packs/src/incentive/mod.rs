//! The pack `incentive`: commissions earned when money arrives.
//!
//! Keeps true: what is booked for an order follows from the cash received for it and from what was shipped
//! of it; the ledger carries what is owed to each
//! partner. Not here: rebates and market funds.

mod booking;
pub mod commission;
mod posting;
pub mod records;
mod verify;

use qudao_base::Result;
use qudao_kernel::{Registry, ledger::AccountKind};

use crate::{finance::records::ReceiptAllocation, order::records::SalesOrder};
use records::CommissionEntry;

/// Commission owed to a partner.
pub(crate) const ACCRUED: &str = "commission.accrued";
/// Where commission comes from.
pub(crate) const EXPENSE: &str = "commission.expense";
/// Where paid commission goes.
pub(crate) const PAID: &str = "commission.paid";

const OBJECT: &str = "commission_entry";

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("commission_rule.toml"),
            include_str!("commission_entry.toml"),
        ],
    )?;
    registry.demo(include_str!("demo.toml"))?;
    registry.account_kind(ACCRUED, AccountKind::OPEN);
    registry.account_kind(EXPENSE, AccountKind::CONTRA);
    registry.account_kind(PAID, AccountKind::CONTRA);
    registry.after::<ReceiptAllocation>("create", booking::after_allocation);
    registry.after::<SalesOrder>("book", booking::after_change);
    registry.after::<SalesOrder>("cancel_rest", booking::after_change);
    registry.after::<CommissionEntry>("approve", posting::approved);
    registry.after::<CommissionEntry>("pay", posting::pay);
    registry.verify("incentive", verify::verify);
    Ok(())
}
