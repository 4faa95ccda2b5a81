//! Customers are filed like registrations, so that a registration meets them; and direct sales respect a protection.
//!
//! Not here: the fields of a customer (`crm`).

use qudao_base::{Id, Instant, Refusal, Result};
use qudao_kernel::Cx;

use super::{
    records::DealRegistration,
    rivals::{Filed, file, find_rivals, profile_of_customer},
    same_customer::Verdict,
};
use crate::crm::records::Customer;

/// Before a customer is created or changed: nobody takes a protected customer for direct sales.
pub(super) fn respect_protection(cx: &mut Cx<'_>, customer: &mut Customer) -> Result<()> {
    if customer.sold_by != "direct" {
        return Ok(());
    }
    let profile = profile_of_customer(customer);
    let found = find_rivals(cx, None, &profile)?;
    let claim = found
        .iter()
        .find(|one| one.object == "deal_registration" && one.rival.verdict == Verdict::Exact);
    let Some(claim) = claim else { return Ok(()) };
    let deal: DealRegistration = cx.get(claim.record)?;
    Err(Refusal::conflict("deal.customer_protected")
        .on("sold_by")
        .with("number", deal.number)
        .into())
}

/// After a customer is created or changed.
pub(super) fn file_customer(cx: &mut Cx<'_>, customer: &Customer) -> Result<()> {
    file(
        cx,
        Filed::Customer(customer.id),
        &profile_of_customer(customer),
    )
}

/// A customer under protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// Partner it is protected for.
    pub partner: Id,
    /// Until when.
    pub until: Instant,
    /// The registration.
    pub registration: Id,
}

/// For other packs: for whom and until when a customer is protected now.
pub fn protection_of(cx: &mut Cx<'_>, customer: Id) -> Result<Option<Protection>> {
    let now = cx.now();
    let deals = cx.find::<DealRegistration>(
        "customer_id = ? AND state = 'approved' AND protected_until > ? ORDER BY id LIMIT 1",
        &[customer.into(), now.into()],
    )?;
    Ok(deals.into_iter().next().and_then(|deal| {
        Some(Protection {
            partner: deal.partner_id,
            until: deal.protected_until?,
            registration: deal.id,
        })
    }))
}
