//! The partner's statement: one line per event that changes what stands between partner and vendor.
//!
//! Keeps true: positive amounts are owed by the partner, negative ones to it, and their sum is the partner's debt; commission stands
//! beside it, because it is paid out and never set off; lines are only ever added, each dated by the day it counts from.

use qudao_base::{Date, Id, Money, Result};
use qudao_kernel::Cx;

use super::records::StatementLine;

/// An event.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Whose statement.
    pub partner: Id,
    /// One of the declared kinds.
    pub kind: &'static str,
    /// Day it counts from.
    pub posted_on: Date,
    /// Positive: owed by the partner.
    pub amount: Money,
    /// Positive: commission owed to the partner.
    pub commission: Money,
    /// Number of the document.
    pub reference: &'a str,
    /// Object of the document.
    pub object: &'static str,
    /// The document.
    pub record: Id,
}

/// Adds the event to the statement.
pub fn add(cx: &mut Cx<'_>, entry: Entry<'_>) -> Result<()> {
    cx.create(&StatementLine {
        partner_id: entry.partner,
        posted_on: entry.posted_on,
        kind: entry.kind.to_owned(),
        reference: entry.reference.to_owned(),
        amount: entry.amount,
        commission_amount: entry.commission,
        object_name: Some(entry.object.to_owned()),
        record_id: Some(entry.record.to_string()),
        ..StatementLine::default()
    })?;
    Ok(())
}
