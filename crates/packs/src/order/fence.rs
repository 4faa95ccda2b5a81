//! The territory fence of orders: goods may only go to where the partner may sell.
//!
//! Keeps true: the question and its words are those of deal registrations (`partner::fence`); the industry counts only when the
//! end customer is named, because a ship-to has none of its own.

use qudao_base::{Id, Result};
use qudao_kernel::Cx;

use crate::{
    crm::records::Customer,
    partner::{
        fence::{self, Fence},
        territory::Coverage,
    },
};

/// Where goods of whom go.
#[derive(Clone, Copy, Debug)]
pub struct ShipTo<'a> {
    /// Who sells.
    pub partner: Id,
    /// Six-digit code.
    pub division: &'a str,
    /// End customer, when named.
    pub customer: Option<Id>,
}

/// Judges the ship-to by the partner's territory.
pub fn judge(cx: &mut Cx<'_>, ship_to: ShipTo<'_>) -> Result<Fence> {
    let industry = match ship_to.customer {
        Some(customer) => cx.get::<Customer>(customer)?.industry_id,
        None => None,
    };
    let mut fence = fence::fence(cx, ship_to.partner, ship_to.division, industry)?;
    if let (Coverage::WrongIndustry(row), None) = (fence.coverage, industry) {
        fence.coverage = Coverage::Covered(row);
    }
    Ok(fence)
}
