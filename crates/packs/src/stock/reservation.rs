//! Goods held for a cart for a short while, before there is an order.
//!
//! Keeps true: a reservation holds exactly its lines until it is taken over, given back or over; a partner has at most one. Whoever
//! takes it over gives its goods free and holds them again in one transaction, so nobody comes between.

use qudao_base::{Id, Quantity, Refusal, Result};
use qudao_kernel::Cx;

use super::{
    claim,
    level::{self, CUSTOMER, Cause, Place, Want},
    records::{CartReservation, CartReservationLine},
};
use crate::channel;

fn cause(line: &CartReservationLine) -> Cause {
    Cause {
        object: "cart_reservation_line",
        record: line.id,
    }
}

/// The reservation of a cart that still holds goods.
fn held(cx: &mut Cx<'_>, cart: Id) -> Result<Option<CartReservation>> {
    let condition = "saved_cart_id = ? AND state = 'held'";
    Ok(cx.find::<CartReservation>(condition, &[cart.into()])?.pop())
}

/// Gives back what the partner's carts hold, so that one can hold anew.
pub fn give_up(cx: &mut Cx<'_>, partner: Id) -> Result<()> {
    let condition = "partner_id = ? AND state = 'held' ORDER BY id";
    for one in cx.find::<CartReservation>(condition, &[partner.into()])? {
        cx.act::<CartReservation>(one.id, "release", |_| ())?;
    }
    Ok(())
}

/// Gives the cart's goods free for the order that takes them over in this transaction.
pub fn take_over(cx: &mut Cx<'_>, cart: Id) -> Result<()> {
    if let Some(one) = held(cx, cart)? {
        cx.act::<CartReservation>(one.id, "take", |_| ())?;
    }
    Ok(())
}

/// Holds goods for a cart at a site.
///
/// # Errors
/// `stock.reservation_range` for more than a cart may hold, conflict `stock.short` when less is available.
pub fn reserve(
    cx: &mut Cx<'_>,
    reservation: &CartReservation,
    lines: Vec<CartReservationLine>,
) -> Result<()> {
    let limit = cx.setting_quantity("stock.reservation_quantity")?;
    if Quantity::sum(lines.iter().map(|line| line.quantity))? > limit {
        let refusal = Refusal::conflict("stock.reservation_range").on("lines");
        return Err(refusal.with("limit", limit).into());
    }
    let minutes = cx.setting_integer("stock.reservation_minutes")?;
    let made = CartReservation {
        expires_at: Some(cx.now().plus_seconds(minutes * 60)),
        ..reservation.clone()
    };
    let made = cx.create_with_lines(&made, lines)?;
    let mut lines = cx.lines::<CartReservationLine>(made.id)?;
    lines.sort_by_key(|line| (line.product_id, line.id));
    let want = |line: &CartReservationLine| Want {
        place: Place {
            site: made.site_id,
            product: line.product_id,
        },
        quantity: line.quantity,
        to: (CUSTOMER, made.site_id),
        leave: Quantity::ZERO,
        cause: cause(line),
    };
    let wanted: Vec<Want> = lines.iter().map(want).collect();
    // Carts are filled in the partner portal.
    let channel = channel::portal(cx)?;
    claim::reserve_shared(cx, channel, &wanted)
}

/// Gives the goods of a reservation that ends back.
pub fn give_back(cx: &mut Cx<'_>, reservation: &mut CartReservation) -> Result<()> {
    for line in cx.lines::<CartReservationLine>(reservation.id)? {
        level::deliver(cx, Quantity::ZERO, cause(&line))?;
    }
    Ok(())
}

/// Ends every reservation whose time is up.
pub fn expire(cx: &mut Cx<'_>) -> Result<()> {
    let condition = "state = 'held' AND expires_at <= ? ORDER BY id";
    let now = cx.now();
    for one in cx.find::<CartReservation>(condition, &[now.into()])? {
        cx.act::<CartReservation>(one.id, "expire", |_| ())?;
    }
    Ok(())
}
