//! Ordering again: from a saved cart or from an earlier order.
//!
//! Keeps true: what comes out is a draft with today's prices; nothing is held before it is submitted.

use qudao_base::{Id, Money, Percent, Quantity, Refusal, Result};
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

use super::{
    check_own, confirm, promotions,
    records::{SalesOrder, SalesOrderLine, SavedCart, SavedCartLine},
};
use crate::{
    channel,
    partner::records::Partner,
    pricing::{self, Ask},
    stock::{
        choice,
        records::{CartReservation, CartReservationLine},
        reservation, sourcing,
    },
};

/// Makes a draft order from the cart.
pub fn place_order(cx: &mut Cx<'_>, cart: &SavedCart) -> Result<()> {
    let order = from_cart(cx, cart)?;
    confirm::tell_partner(
        cx,
        &order,
        "已由常购清单生成，请核对后提交",
        "was drafted from a cart; check and submit it",
    )
}

fn from_cart(cx: &mut Cx<'_>, cart: &SavedCart) -> Result<SalesOrder> {
    let lines = cx.lines::<SavedCartLine>(cart.id)?;
    let lines = lines.iter().map(|line| (line.product_id, line.quantity));
    let lines: Vec<SalesOrderLine> = lines.map(line).collect();
    draft(
        cx,
        SalesOrder {
            partner_id: cart.partner_id,
            saved_cart_id: Some(cart.id),
            ..SalesOrder::default()
        },
        lines,
    )
}

/// Holds the cart's goods for a short while; what the partner's carts held before is given back.
pub fn reserve(cx: &mut Cx<'_>, cart: &SavedCart) -> Result<()> {
    let partner = cx.get::<Partner>(cart.partner_id)?;
    confirm::check_active(&partner)?;
    reservation::give_up(cx, cart.partner_id)?;
    let lines = cx.lines::<SavedCartLine>(cart.id)?;
    if lines.is_empty() {
        return Err(Refusal::invalid("order.lines_missing").on("lines").into());
    }
    let channel = channel::portal(cx)?;
    let needs = priced(cx, &partner, channel, &lines)?;
    let order = sourcing::Order {
        ship_to: None,
        channel,
        division: partner.division.as_deref(),
        amount: Money::sum(needs.iter().map(|need| need.amount))?,
        needs: &needs,
        pickup: None,
        may_split: false,
    };
    let decision = choice::choose(cx, &order, None)?;
    let Some(site) = decision.chosen() else {
        return Err(choice::refusal(cx, &decision)?.into());
    };
    let line = |need: &sourcing::Need| CartReservationLine {
        product_id: need.product,
        quantity: need.quantity,
        ..CartReservationLine::default()
    };
    let made = CartReservation {
        saved_cart_id: Some(cart.id),
        partner_id: cart.partner_id,
        site_id: site,
        ..CartReservation::default()
    };
    reservation::reserve(cx, &made, needs.iter().map(line).collect())
}

/// What the cart needs and what that costs today, as its order would: sourcing rules look at amounts.
fn priced(
    cx: &mut Cx<'_>,
    partner: &Partner,
    channel: Id,
    lines: &[SavedCartLine],
) -> Result<Vec<sourcing::Need>> {
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    let ask = Ask {
        partner,
        channel,
        division: partner.division.as_deref(),
        day: cx.today(),
        discount: Percent::ZERO,
        first_order: promotions::is_first_order(cx, partner.id, Id::default())?,
        holds_nothing: false,
        coupon_code: None,
        lines: &wanted,
    };
    let quote = pricing::quote(cx, &ask)?;
    let prices = wanted.iter().zip(&quote.waterfall.lines);
    sourcing::needs(
        prices.map(|((product, quantity), price)| (*product, *quantity, price.total_amount)),
    )
}

fn line((product, quantity): (Id, Quantity)) -> SalesOrderLine {
    SalesOrderLine {
        product_id: product,
        quantity,
        ..SalesOrderLine::default()
    }
}

fn draft(cx: &mut Cx<'_>, order: SalesOrder, lines: Vec<SalesOrderLine>) -> Result<SalesOrder> {
    if lines.is_empty() {
        return Err(Refusal::invalid("order.lines_missing").on("lines").into());
    }
    cx.create_with_lines(&order, lines)
}

/// `{sales_order_id}` or `{saved_cart_id}` -> `{id}` of a new draft with the same products and ship-to.
pub fn reorder(cx: &mut Cx<'_>, input: Json) -> Result<Json> {
    let id = |name: &str| input[name].as_str().map(str::parse::<Id>).transpose();
    let order = if let Some(id) = id("saved_cart_id")? {
        let cart = cx.get::<SavedCart>(id)?;
        check_own(cx, cart.partner_id)?;
        from_cart(cx, &cart)?
    } else if let Some(id) = id("sales_order_id")? {
        let earlier = cx.get::<SalesOrder>(id)?;
        check_own(cx, earlier.partner_id)?;
        again(cx, &earlier)?
    } else {
        return Err(Refusal::malformed("order.input_malformed")
            .with("field", "sales_order_id")
            .into());
    };
    Ok(json!({ "id": order.id.to_string() }))
}

fn again(cx: &mut Cx<'_>, earlier: &SalesOrder) -> Result<SalesOrder> {
    let lines = cx.lines::<SalesOrderLine>(earlier.id)?;
    let lines = lines
        .iter()
        .filter(|one| !one.gift)
        .map(|one| line((one.product_id, one.quantity)))
        .collect();
    let order = SalesOrder {
        partner_id: earlier.partner_id,
        customer_id: earlier.customer_id,
        ship_to_name: earlier.ship_to_name.clone(),
        ship_to_phone: earlier.ship_to_phone.clone(),
        division: earlier.division.clone(),
        address: earlier.address.clone(),
        pickup_site_id: earlier.pickup_site_id,
        latitude: earlier.latitude,
        longitude: earlier.longitude,
        ..SalesOrder::default()
    };
    draft(cx, order, lines)
}
