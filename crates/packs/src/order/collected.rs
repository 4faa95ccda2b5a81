//! Orders whose money their channel collected: they hold what was paid for them and none of the partner's own credit.
//!
//! Keeps true: the money is booked when the order is confirmed, or when the channel says so later; it pays each shipment of its order,
//! and what is not shipped in the end is given back.
//! Not here: the receipt (`finance::channel_money`), who says that an order is paid (`exchange`).

use qudao_base::{Money, Result};
use qudao_kernel::{Cx, Explanation};

use super::{OBJECT, confirm, held, records::SalesOrder};
use crate::finance::{
    channel_money::{self, Collected},
    credit,
};

/// Rule of `collect`: the channel says that the order is paid. One that was confirmed on credit gives it
/// back, to orders that wait for credit first.
pub fn collect(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    if order.channel_paid {
        return Ok(());
    }
    order.channel_paid = true;
    match order.state.as_str() {
        "confirmed" | "partly_shipped" => book(cx, order)?,
        "shipped" | "completed" => {
            book(cx, order)?;
            channel_money::give_back(cx, order.id, Money::ZERO)?;
        }
        _ => return Ok(()),
    }
    held::confirm_covered(cx, order.partner_id)
}

/// Books the money of an order that is being confirmed, and holds it for its shipments.
pub fn hold(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    book(cx, order)?;
    credit::hold_paid(cx, order.partner_id, order.total_amount, OBJECT, order.id)?;
    let explanation = Explanation::pass(
        "渠道已收款，不占用伙伴信用",
        "Paid in the channel, so no credit is taken",
    )
    .value(order.total_amount);
    confirm::decide_credit(cx, order, "paid", explanation)
}

fn book(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    let collected = Collected {
        partner: order.partner_id,
        sales_order: order.id,
        reference: &order.number,
        amount: order.total_amount,
    };
    channel_money::collect(cx, &collected)
}
