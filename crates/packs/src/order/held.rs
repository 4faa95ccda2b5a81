//! Orders on credit hold when money comes in.
//!
//! Keeps true: what the partner's credit covers by now is confirmed, oldest first; an order that cannot go on for another reason
//! (no goods, a partner that may not order, a customer of somebody else) stays on hold and never stops the money from being booked.

use qudao_base::{Id, Result, Stop};
use qudao_kernel::Cx;

use super::{promise, records::SalesOrder, sale};
use crate::{
    deal,
    finance::{channel_money, credit, credit_note, records::Receipt},
    partner::records::Partner,
};

/// After money was booked: tries the partner's held orders again.
pub fn try_again(cx: &mut Cx<'_>, receipt: &Receipt) -> Result<()> {
    // What a channel collected is for its own order; what of a credit note goes back through the channel is not known yet.
    if channel_money::is_collected(receipt) || credit_note::is_note(receipt) {
        return Ok(());
    }
    confirm_covered(cx, receipt.partner_id)
}

/// Credit came back to the partner: confirms which of its held orders that covers.
pub fn confirm_covered(cx: &mut Cx<'_>, partner: Id) -> Result<()> {
    let held = "partner_id = ? AND state = 'credit_hold' ORDER BY created_at, id";
    let held = cx.find::<SalesOrder>(held, &[partner.into()])?;
    if held.is_empty() || cx.get::<Partner>(partner)?.state != "active" {
        return Ok(());
    }
    for order in held {
        let is_covered = order.total_amount <= credit::available(cx, order.partner_id)?;
        if is_covered && may_sell(cx, &order)? && promise::is_possible(cx, &order)? {
            cx.act::<SalesOrder>(order.id, "release_credit_hold", |_| ())?;
        }
    }
    Ok(())
}

fn may_sell(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<bool> {
    match deal::check_sale(cx, &sale(order)) {
        Ok(()) => Ok(true),
        Err(Stop::Refusal(_)) => Ok(false),
        Err(stop) => Err(stop),
    }
}
