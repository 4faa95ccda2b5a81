//! Ordering again: from a saved cart or from an earlier order.
//!
//! Keeps true: what comes out is a draft with today's prices; nothing is held before it is submitted.

use qudao_base::{Id, Money, Quantity, Refusal, Result};
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

use super::{
    check_own, confirm,
    records::{SalesOrder, SalesOrderLine, SavedCart, SavedCartLine},
};
use crate::{
    channel,
    partner::records::Partner,
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
    confirm::check_active(&cx.get::<Partner>(cart.partner_id)?)?;
    reservation::give_up(cx, cart.partner_id)?;
    let lines = cx.lines::<SavedCartLine>(cart.id)?;
    if lines.is_empty() {
        return Err(Refusal::invalid("order.lines_missing").on("lines").into());
    }
    let wanted = lines.iter();
    let wanted = wanted.map(|line| (line.product_id, line.quantity, Money::ZERO));
    let needs = sourcing::needs(wanted)?;
    let channel = channel::portal(cx)?;
    let order = sourcing::Order {
        ship_to: None,
        channel,
        division: None,
        amount: Money::ZERO,
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
