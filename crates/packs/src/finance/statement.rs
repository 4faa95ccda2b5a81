//! The partner's statement: one line per event that changes what stands between partner and vendor.
//!
//! Keeps true: positive amounts are owed by the partner, negative ones to it; lines are only ever added.

use qudao_base::{Id, Money, Result};
use qudao_kernel::Cx;

use super::records::StatementLine;

/// An event.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Whose statement.
    pub partner: Id,
    /// One of the declared kinds.
    pub kind: &'static str,
    /// Positive: owed by the partner.
    pub amount: Money,
    /// Number of the document.
    pub reference: &'a str,
    /// Object of the document.
    pub object: &'static str,
    /// The document.
    pub record: Id,
}

/// Adds the event to the statement, dated today.
pub fn add(cx: &mut Cx<'_>, entry: Entry<'_>) -> Result<()> {
    cx.create(&StatementLine {
        partner_id: entry.partner,
        posted_on: cx.today(),
        kind: entry.kind.to_owned(),
        reference: entry.reference.to_owned(),
        amount: entry.amount,
        object_name: Some(entry.object.to_owned()),
        record_id: Some(entry.record.to_string()),
        ..StatementLine::default()
    })?;
    Ok(())
}
