//! The pack `finance`: credit, receivables, invoices, receipts and the partner's statement.
//!
//! Keeps true: the ledger carries credit, receivables and advances per partner; records repeat it and `verify` proves both
//! equal. Credit is held by orders, used by receivables and grows with money, which includes credit for returned goods.
//! Not here: orders (they call [`credit`] and [`receivable::charge`]) and commissions.

pub mod ageing;
pub mod allocation;
pub mod channel_money;
pub mod credit;
pub mod credit_note;
mod functions;
mod invoice;
mod receipt;
pub mod receivable;
pub mod records;
mod settlement;
pub mod statement;
pub mod tax_parts;
mod verify;

use qudao_base::{Result, Stop};
use qudao_kernel::{Cx, Projection, Registry, ledger::AccountKind};

use crate::partner::records::Partner;
use records::{Invoice, Receipt};

/// What a partner owes.
pub(crate) const RECEIVABLE: &str = "receivable";
/// Money received and not yet put on a receivable.
pub(crate) const ADVANCE: &str = "advance";
/// Where receivables come from.
pub(crate) const REVENUE: &str = "finance.revenue";
/// Where money comes from and goes to.
pub(crate) const CASH: &str = "finance.cash";
/// Where the credit for returned goods comes from.
pub(crate) const RETURNED: &str = "finance.returned";
/// Where settled receivables and the money that settled them meet.
pub(crate) const SETTLEMENT: &str = "finance.settlement";

const VENDOR: [&str; 4] = [
    "administrator",
    "finance_clerk",
    "channel_manager",
    "sales_director",
];

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("receivable.toml"),
            include_str!("invoice.toml"),
            include_str!("invoice_tax.toml"),
            include_str!("receipt.toml"),
            include_str!("receipt_allocation.toml"),
            include_str!("credit_account.toml"),
            include_str!("statement_line.toml"),
        ],
    )?;
    for kind in [
        credit::USED,
        credit::PREPAID,
        REVENUE,
        CASH,
        RETURNED,
        SETTLEMENT,
    ] {
        registry.account_kind(kind, AccountKind::CONTRA);
    }
    registry.account_kind(credit::LIMIT, AccountKind::OPEN);
    for kind in [credit::CREDIT, RECEIVABLE, ADVANCE] {
        registry.account_kind(kind, AccountKind::FLOORED);
    }
    registry.projection(Projection {
        account: credit::CREDIT,
        object: "credit_account",
        write: credit::project,
    });
    registry.after::<Partner>("create", credit::follow_limit);
    registry.after::<Partner>("update", credit::follow_limit);
    registry.before::<Invoice>("create", invoice::fill);
    registry.before::<Invoice>("update", invoice::keep_issued);
    registry.before::<Invoice>("issue", invoice::date);
    registry.before::<Invoice>("set_number", invoice::number_once);
    registry.after::<Invoice>("issue", invoice::tell_receivable);
    registry.after::<Invoice>("cancel", invoice::draft_again);
    registry.before::<Receipt>("create", receipt::begin);
    registry.after::<Receipt>("create", receipt::book);
    registry.before::<Receipt>("update", receipt::keep_booked);
    registry.before::<Receipt>("allocate", receipt::allocate);
    registry.before::<Receipt>("refund", receipt::refund);
    registry.after::<Receipt>("refund", credit_note::settle_reopened);
    registry.lookup("finance.ageing", &VENDOR, functions::ageing);
    let readers: Vec<&str> = VENDOR.into_iter().chain(["partner_owner"]).collect();
    registry.lookup("finance.statement", &readers, functions::statement);
    registry.verify("finance", verify::verify);
    Ok(())
}

/// The unit of all money accounts.
pub(crate) fn currency(cx: &Cx<'_>) -> String {
    cx.kernel().site.currency.clone()
}

/// True when the ledger said that an account is short.
pub(crate) fn is_short(stop: &Stop) -> bool {
    matches!(stop, Stop::Refusal(refusal) if refusal.code == "ledger.short")
}
