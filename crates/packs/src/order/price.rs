//! Prices on orders: a draft is priced as of today whenever it is written, or as its quotation says; an order that was submitted
//! keeps its prices.
//!
//! Keeps true: the order's amounts are the sums of its lines; a historic order keeps the figures it came with.

use qudao_base::{Id, Money, Result};
use qudao_kernel::{Cx, Explanation};

use super::{
    channel_prices, promotions,
    public_state::public_state,
    quoted,
    records::{SalesOrder, SalesOrderLine},
};
use crate::{
    channel,
    partner::{records::Partner, territory::province},
    pricing::{
        self, Ask, Quote,
        waterfall::{Priced, PricedGift},
    },
    product::records::Product,
};

/// What the prices of an order came from.
pub struct Prices {
    /// The product of each line a person entered.
    pub products: Vec<Product>,
    /// The prices in words, with what only the vendor reads.
    pub explanation: Explanation,
    /// The rules weighed; absent when a quotation set the prices.
    pub quote: Option<Quote>,
}

/// Completes a new order: channel of the door it came in by, ship-to of the partner.
pub fn complete_new(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    if order.historic || order.partner_id == Id::default() {
        return Ok(());
    }
    if order.channel_id.is_none() {
        order.channel_id = Some(channel::of_door(cx)?);
    }
    if order.division.is_none() && order.address.is_none() {
        let partner = cx.get::<Partner>(order.partner_id)?;
        order.ship_to_name = order.ship_to_name.take().or(partner.contact_name);
        order.ship_to_phone = order.ship_to_phone.take().or(partner.phone);
        order.division = partner.division;
        order.address = partner.address;
        if order.latitude.is_none() {
            (order.latitude, order.longitude) = (partner.latitude, partner.longitude);
        }
    }
    order.province = province(order.division.as_deref());
    promotions::check_coupon(cx, order)
}

/// Before every save: public state and province.
pub fn prepare(_: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    public_state(&order.state)?.clone_into(&mut order.public_state);
    order.province = province(order.division.as_deref());
    Ok(())
}

/// Before a draft is changed: coordinates of an address that is no longer the address say nothing.
pub fn forget_place(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let stored = cx.get::<SalesOrder>(order.id)?;
    let place = |one: &SalesOrder| (one.latitude, one.longitude);
    let has_moved = (&stored.division, &stored.address) != (&order.division, &order.address);
    if has_moved && place(&stored) == place(order) {
        (order.latitude, order.longitude) = (None, None);
    }
    Ok(())
}

/// Prices a draft whenever a person writes it or it comes back. Submitting prices it once more by itself.
pub fn price_draft(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    // Without a partner there is no price; the missing field is refused with all others.
    if order.state == "draft" && !order.historic && order.partner_id != Id::default() {
        price(cx, order)?;
    }
    Ok(())
}

/// Prices all lines and sums them up. Returns what the prices came from.
pub fn price(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<Prices> {
    if let Some(quotation) = order.quotation_id {
        return quoted::keep(cx, order, quotation);
    }
    if order.channel_prices {
        return channel_prices::keep(cx, order);
    }
    let partner = cx.get::<Partner>(order.partner_id)?;
    let stored = cx.lines::<SalesOrderLine>(order.id)?;
    let (old_gifts, mut lines): (Vec<_>, Vec<_>) = stored.into_iter().partition(|line| line.gift);
    // Lines stand in the order of their ids: those a person entered before the gifts that follow from them.
    for line in lines.iter_mut().filter(|line| line.id == Id::default()) {
        line.id = cx.new_id();
    }
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    let first_order = promotions::is_first_order(cx, order.partner_id, order.id)?;
    let ask = Ask {
        partner: &partner,
        channel: order.channel_id.unwrap_or_default(),
        division: order.division.as_deref(),
        day: cx.today(),
        discount: order.discount_percent,
        first_order,
        holds_nothing: false,
        coupon_code: order.coupon_code.as_deref(),
        lines: &wanted,
    };
    let quote = pricing::quote(cx, &ask)?;
    let prices = &quote.waterfall;
    for ((line, product), priced) in lines.iter_mut().zip(&quote.products).zip(&prices.lines) {
        fill_line(line, &quote, product, priced)?;
    }
    for (gift, product) in prices.gifts.iter().zip(&quote.gift_products) {
        let mut line = gift_line(cx, &old_gifts, gift);
        fill_line(&mut line, &quote, product, &gift.priced)?;
        lines.push(line);
    }
    for line in &mut lines {
        line.partner_id = Some(order.partner_id);
        line.province.clone_from(&order.province);
    }
    order.promotion_id = prices.applied().next().map(|(promotion, _)| promotion);
    promotions::write(cx, order, &quote)?;
    order.waterfall = serde_json::to_value(pricing::explanation(&quote)).ok();
    sum_up(order, &lines)?;
    cx.set_lines(order.id, lines)?;
    Ok(Prices {
        products: quote.products.clone(),
        explanation: pricing::decision_explanation(&quote),
        quote: Some(quote),
    })
}

/// The line of a gift: the one it had before, so that saving an unchanged order changes nothing.
fn gift_line(cx: &Cx<'_>, before: &[SalesOrderLine], gift: &PricedGift) -> SalesOrderLine {
    let is_it = |line: &&SalesOrderLine| {
        line.promotion_id == Some(gift.promotion) && line.product_id == gift.product
    };
    let fresh = || SalesOrderLine {
        id: cx.new_id(),
        ..SalesOrderLine::default()
    };
    SalesOrderLine {
        product_id: gift.product,
        quantity: gift.quantity,
        gift: true,
        promotion_id: Some(gift.promotion),
        ..before.iter().find(is_it).cloned().unwrap_or_else(fresh)
    }
}

fn fill_line(
    line: &mut SalesOrderLine,
    quote: &Quote,
    product: &Product,
    priced: &Priced,
) -> Result<()> {
    line.list_price = product.list_price;
    take_figures!(line, priced);
    (line.tax_rate, line.tax_exempt) = priced.tax_rate.stored();
    line.waterfall = Some(pricing::line_steps(&quote.policy, priced));
    describe(line, product)
}

/// What the product brings to a priced line: name, category, cost, margin.
pub fn describe(line: &mut SalesOrderLine, product: &Product) -> Result<()> {
    line.sold_quantity = line.quantity;
    line.product_name = Some(product.name.clone());
    line.category_id = product.category_id;
    line.cost_amount = product
        .standard_cost
        .unwrap_or_default()
        .times(line.quantity)?
        .rounded(2);
    line.margin_amount = line.net_amount.minus(line.cost_amount)?;
    Ok(())
}

/// Makes the order's amounts the sums of its lines.
pub fn sum_up(order: &mut SalesOrder, lines: &[SalesOrderLine]) -> Result<()> {
    let sum = |part: fn(&SalesOrderLine) -> Money| Money::sum(lines.iter().map(part));
    order.list_amount = sum(|line| line.list_amount)?;
    order.discount_amount = sum(|line| line.discount_amount)?;
    order.promotion_amount = sum(|line| line.promotion_amount)?;
    order.total_amount = sum(|line| line.total_amount)?;
    order.tax_amount = sum(|line| line.tax_amount)?;
    order.net_amount = sum(|line| line.net_amount)?;
    order.cost_amount = sum(|line| line.cost_amount)?;
    order.margin_amount = sum(|line| line.margin_amount)?;
    order.shipped_amount = sum(|line| line.shipped_amount)?;
    order.credited_amount = sum(|line| line.credited_amount)?;
    order.credited_net_amount = sum(|line| line.credited_net_amount)?;
    order.credited_margin_amount = sum(|line| line.credited_margin_amount)?;
    Ok(())
}
