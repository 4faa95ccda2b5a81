//! The territory fence: an order may only ship to where its partner may sell.
//!
//! Keeps true: the division of the ship-to decides; the industry counts only when the end customer is named.
//! Not here: how a territory covers a place (`partner`).

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::Cx;

use crate::{
    crm::records::Customer,
    partner::{
        records::PartnerTerritory,
        territory::{self, Coverage, Place, Territory},
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

/// True when the partner may sell to there.
pub fn covers(cx: &mut Cx<'_>, ship_to: ShipTo<'_>) -> Result<bool> {
    let rows = cx.lines::<PartnerTerritory>(ship_to.partner)?;
    let row = |row: PartnerTerritory| Territory {
        division: row.division,
        industry: row.industry_id,
    };
    let territories: Vec<Territory> = rows.into_iter().map(row).collect();
    let industry = match ship_to.customer {
        Some(customer) => cx.get::<Customer>(customer)?.industry_id,
        None => None,
    };
    let place = Place {
        division: ship_to.division,
        industry,
    };
    Ok(match territory::coverage(&territories, &place) {
        Coverage::Covered(_) => true,
        Coverage::WrongIndustry(_) => industry.is_none(),
        _ => false,
    })
}

/// Refuses a ship-to outside the territory.
pub fn check(cx: &mut Cx<'_>, ship_to: ShipTo<'_>) -> Result<()> {
    if covers(cx, ship_to)? {
        return Ok(());
    }
    let refusal = Refusal::invalid("order.outside_territory").on("division");
    Err(refusal.with("division", ship_to.division).into())
}
