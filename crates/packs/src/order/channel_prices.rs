//! Orders that come with the prices a buyer paid in a channel: these are the order's prices, and ours stand beside them.
//!
//! Keeps true: the order's total is what the channel took in; what we would have asked, and the difference, are in the waterfall
//! and in the decision on the price. Promotions of ours neither apply nor are used up: the channel gave its own. A line that came
//! without a price costs what we ask. Nobody changes what the order came with; only the channel itself says otherwise.

use qudao_base::{Date, Id, Money, Percent, Quantity, Refusal, Result};
use qudao_kernel::{Cx, Explanation};

use super::{
    price::{self, Prices},
    records::{SalesOrder, SalesOrderLine},
};
use crate::{
    partner::records::Partner,
    pricing::{self, Ask, Quote, waterfall::Priced},
};

/// Gives the order the prices of its channel.
///
/// # Errors
/// `order.channel_fixed` when a person changed what it came with; `amount.range` when an amount does not fit.
pub fn keep(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<Prices> {
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    check_same(cx, order, &lines)?;
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    let products = pricing::products(cx, &wanted)?;
    let own = own_quote(cx, order, &wanted)?.waterfall;
    let totals = totals(&lines, &own.lines)?;
    let rated: Vec<_> = totals
        .iter()
        .zip(&own.lines)
        .map(|(total, own)| (*total, own.tax_rate.percent))
        .collect();
    let taxed = pricing::tax_within(cx, &rated)?;
    let facts = products.iter().zip(&totals).zip(&taxed).zip(&own.lines);
    for (line, (((product, total), taxed), own)) in lines.iter_mut().zip(facts) {
        line.list_price = product.list_price;
        line.list_amount = product.list_price.times(line.quantity)?.rounded(2);
        line.unit_price = line.channel_price.unwrap_or(own.unit_price);
        line.total_amount = *total;
        line.promotion_amount = Money::ZERO;
        line.discount_amount = line.list_amount.minus(*total)?;
        (line.tax_amount, line.net_amount) = (taxed.tax, taxed.net);
        (line.tax_rate, line.tax_exempt) = own.tax_rate.stored();
        price::describe(line, product)?;
        line.partner_id = Some(order.partner_id);
        line.province.clone_from(&order.province);
    }
    price::sum_up(order, &lines)?;
    let explanation = explanation(order, own.total_amount);
    order.waterfall = serde_json::to_value(&explanation).ok();
    cx.set_lines(order.id, lines)?;
    Ok(Prices {
        products,
        explanation,
        quote: None,
    })
}

/// Refuses other goods, prices or partner than the order came with; the channel itself may say otherwise.
fn check_same(cx: &mut Cx<'_>, order: &SalesOrder, lines: &[SalesOrderLine]) -> Result<()> {
    if cx.actor().user.is_none() {
        return Ok(());
    }
    let stored = cx.find::<SalesOrder>("id = ?", &[order.id.into()])?;
    let Some(stored) = stored.first() else {
        return Ok(());
    };
    let came = cx.find::<SalesOrderLine>("sales_order_id = ? ORDER BY id", &[order.id.into()])?;
    let said = |line: &SalesOrderLine| (line.product_id, line.quantity, line.channel_price);
    let is_same = stored.partner_id == order.partner_id
        && stored.channel_id == order.channel_id
        && stored.discount_percent == order.discount_percent
        && came.iter().map(said).eq(lines.iter().map(said));
    if is_same {
        return Ok(());
    }
    let refusal = Refusal::conflict("order.channel_fixed").on("lines");
    let number = order.external_number.clone().unwrap_or_default();
    Err(refusal.with("number", number).into())
}

/// What each line costs: as paid in the channel, and as we ask where the channel gave no price.
fn totals(lines: &[SalesOrderLine], own: &[Priced]) -> Result<Vec<Money>> {
    let both = lines.iter().zip(own);
    both.map(|(line, own)| match line.channel_price {
        Some(price) => Ok(price.times(line.quantity)?.rounded(2)),
        None => Ok(own.total_amount),
    })
    .collect()
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

/// What the order costs at its channel's prices, and what our prices would make of it, to the cent.
///
/// # Errors
/// `amount.range` when an amount does not fit.
pub fn paid_and_own(
    cx: &mut Cx<'_>,
    order: &SalesOrder,
    lines: &[SalesOrderLine],
) -> Result<(Money, Money)> {
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    let own = own_quote(cx, order, &wanted)?.waterfall;
    Ok((Money::sum(totals(lines, &own.lines)?)?, own.total_amount))
}

fn explanation(order: &SalesOrder, own: Money) -> Explanation {
    let paid = order.total_amount;
    let difference = Money::from_steps(paid.steps().saturating_sub(own.steps()));
    Explanation::info("按渠道成交价", "At the channel's prices")
        .value(paid)
        .child(Explanation::info("本站价合计", "At our prices").value(own))
        .child(Explanation::info("差额", "Difference").value(difference))
}
