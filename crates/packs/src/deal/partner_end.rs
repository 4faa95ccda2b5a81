//! What ends with a partner: its registrations, the customers it served, and what it still worked on.
//!
//! Keeps true: a terminated partner holds no customer back; others may register them at once.
//! Not here: its orders and what it owes.

use qudao_base::Result;
use qudao_kernel::Cx;

use super::{approval::open, records::DealRegistration};
use crate::{
    crm::{opportunity, records::Customer},
    partner::records::Partner,
};

/// After a partner is terminated.
pub(super) fn terminated(cx: &mut Cx<'_>, partner: &Partner) -> Result<()> {
    let deals = cx.find::<DealRegistration>(
        "partner_id = ? AND state IN ('draft', 'submitted', 'approved') ORDER BY t.id",
        &[partner.id.into()],
    )?;
    for deal in deals {
        let action = if deal.state == "approved" {
            "revoke"
        } else {
            "withdraw"
        };
        cx.act::<DealRegistration>(deal.id, action, |deal| {
            deal.comment = Some("伙伴合作已终止 The partnership has ended".to_owned());
        })?;
    }
    opportunity::end_all_of(cx, partner.id)?;
    for customer in cx.find::<Customer>("partner_id = ? ORDER BY t.id", &[partner.id.into()])? {
        open(cx, customer.id)?;
    }
    Ok(())
}
