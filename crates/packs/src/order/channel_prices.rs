//! Orders that come with the prices a buyer paid in a channel: these are the order's prices, and ours stand beside them.
//!
//! Keeps true: the order's total is what the channel took in; what we would have asked, and the difference, are in the waterfall
//! and in the decision on the price. Promotions of ours neither apply nor are used up: the channel gave its own.

use qudao_base::{Date, Id, Money, Percent, Quantity, Result};
use qudao_kernel::{Cx, Explanation};

use super::{
    price::{self, Prices},
    records::{SalesOrder, SalesOrderLine},
};
use crate::{
    partner::records::Partner,
    pricing::{self, Ask, Quote},
};

/// Gives the order the prices of its channel.
///
/// # Errors
/// `amount.range` when an amount does not fit.
pub fn keep(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<Prices> {
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    let products = pricing::products(cx, &wanted)?;
    let totals = lines.iter().map(total).collect::<Result<Vec<_>>>()?;
    let taxed = pricing::tax_within(cx, &totals)?;
    let facts = products.iter().zip(&totals).zip(&taxed);
    for (line, ((product, total), taxed)) in lines.iter_mut().zip(facts) {
        line.list_price = product.list_price;
        line.list_amount = product.list_price.times(line.quantity)?.rounded(2);
        line.unit_price = line.channel_price.unwrap_or_default();
        line.total_amount = *total;
        line.promotion_amount = Money::ZERO;
        line.discount_amount = line.list_amount.minus(*total)?;
        (line.tax_amount, line.net_amount) = (taxed.tax, taxed.net);
        price::describe(line, product)?;
        line.partner_id = Some(order.partner_id);
        line.province.clone_from(&order.province);
    }
    price::sum_up(order, &lines)?;
    let own = own_quote(cx, order, &wanted)?;
    let explanation = explanation(order, own.waterfall.total_amount);
    order.waterfall = serde_json::to_value(&explanation).ok();
    cx.set_lines(order.id, lines)?;
    Ok(Prices {
        products,
        explanation,
        quote: None,
    })
}

fn total(line: &SalesOrderLine) -> Result<Money> {
    let price = line.channel_price.unwrap_or_default();
    Ok(price.times(line.quantity)?.rounded(2))
}

/// What we would ask for an order today, with every promotion nothing has to be held for.
fn own_quote(cx: &mut Cx<'_>, order: &SalesOrder, wanted: &[(Id, Quantity)]) -> Result<Quote> {
    let partner = cx.get::<Partner>(order.partner_id)?;
    let day: Date = cx.today();
    pricing::quote(
        cx,
        &Ask {
            partner: &partner,
            channel: order.channel_id.unwrap_or_default(),
            division: order.division.as_deref(),
            day,
            discount: Percent::ZERO,
            first_order: false,
            holds_nothing: true,
            coupon_code: None,
            lines: wanted,
        },
    )
}

/// What our prices would make of the order, to the cent.
///
/// # Errors
/// `amount.range` when an amount does not fit.
pub fn own_total(cx: &mut Cx<'_>, order: &SalesOrder, wanted: &[(Id, Quantity)]) -> Result<Money> {
    Ok(own_quote(cx, order, wanted)?.waterfall.total_amount)
}

fn explanation(order: &SalesOrder, own: Money) -> Explanation {
    let paid = order.total_amount;
    let difference = Money::from_steps(paid.steps().saturating_sub(own.steps()));
    Explanation::info("按渠道成交价", "At the channel's prices")
        .value(paid)
        .child(Explanation::info("本站价合计", "At our prices").value(own))
        .child(Explanation::info("差额", "Difference").value(difference))
}
