//! Prices on orders: a draft is priced as of today at every save, or as its quotation says; an order that was submitted keeps
//! its prices.
//!
//! Keeps true: the order's amounts are the sums of its lines; a historic order keeps the figures it came with.

use qudao_base::{Id, Money, Result};
use qudao_kernel::{Cx, Explanation};

use super::{
    public_state::public_state,
    quoted,
    records::{SalesOrder, SalesOrderLine},
};
use crate::{
    partner::records::Partner,
    pricing::{self, Ask, Quote},
    product::records::Product,
};

/// What the prices of an order came from.
pub struct Prices {
    /// The product of each line.
    pub products: Vec<Product>,
    /// The prices in words.
    pub explanation: Explanation,
}

/// Completes a new order: channel of the vendor's staff, ship-to of the partner.
pub fn complete_new(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    if order.historic || order.partner_id == Id::default() {
        return Ok(());
    }
    if order.channel == "portal" && cx.actor().organisation.is_none() {
        "sales".clone_into(&mut order.channel);
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
    Ok(())
}

/// Before every save: public state, province, and the prices of a draft.
pub fn prepare(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    public_state(&order.state)?.clone_into(&mut order.public_state);
    order.province = province(order.division.as_deref());
    // Without a partner there is no price; the missing field is refused with all others.
    if order.state == "draft" && !order.historic && order.partner_id != Id::default() {
        price(cx, order)?;
    }
    Ok(())
}

/// The province of a division code.
pub fn province(division: Option<&str>) -> Option<String> {
    division
        .and_then(|code| code.get(..2))
        .map(|province| format!("{province}0000"))
}

/// Prices all lines and sums them up. Returns what the prices came from.
pub fn price(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<Prices> {
    if let Some(quotation) = order.quotation_id {
        return quoted::keep(cx, order, quotation);
    }
    let partner = cx.get::<Partner>(order.partner_id)?;
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    let ask = Ask {
        partner: &partner,
        day: cx.today(),
        discount: order.discount_percent,
        lines: &wanted,
    };
    let quote = pricing::quote(cx, &ask)?;
    for (at, line) in lines.iter_mut().enumerate() {
        fill_line(line, &quote, at)?;
        line.partner_id = Some(order.partner_id);
        line.province.clone_from(&order.province);
    }
    order.promotion_id = quote.waterfall.promotion;
    let explanation = pricing::explanation(&quote);
    order.waterfall = serde_json::to_value(&explanation).ok();
    sum_up(order, &lines)?;
    cx.set_lines(order.id, lines)?;
    Ok(Prices {
        products: quote.products,
        explanation,
    })
}

fn fill_line(line: &mut SalesOrderLine, quote: &Quote, at: usize) -> Result<()> {
    let (product, priced) = (&quote.products[at], &quote.waterfall.lines[at]);
    line.list_price = product.list_price;
    line.unit_price = priced.unit_price;
    line.list_amount = priced.list_amount;
    line.discount_amount = priced.discount_amount;
    line.promotion_amount = priced.promotion_amount;
    line.total_amount = priced.total_amount;
    line.tax_amount = priced.tax_amount;
    line.net_amount = priced.net_amount;
    line.waterfall = Some(pricing::line_steps(&quote.policy, priced));
    describe(line, product)
}

/// What the product brings to a priced line: name, category, cost, margin.
pub fn describe(line: &mut SalesOrderLine, product: &Product) -> Result<()> {
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
    Ok(())
}
