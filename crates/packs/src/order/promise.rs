//! From where a confirmed order is shipped: the site is chosen, the reason kept, the goods held on delivery notes.
//!
//! Keeps true: what is promised is held in the same transaction; a cart's own reservation is given free first.
//! Not here: which site is best (`stock::choice`), how a short order is split (`backorder`).

use qudao_base::{Id, Result};
use qudao_kernel::{Cx, Decision};
use serde_json::json;

use super::{
    OBJECT,
    backorder::{self, Split},
    records::{SalesOrder, SalesOrderLine},
    shipment::cumulative_share,
};
use crate::stock::{
    acceptance, backorder as waiting, choice,
    delivery::{self, OPEN},
    records::{DeliveryNote, DeliveryNoteLine},
    reservation,
    sourcing::{self, Need, Order, Point, Sourcing},
};

/// Where goods of an order would be shipped from.
pub(super) struct Plan {
    pub sourcing: Sourcing,
    /// None when no site has everything and the order does not wait.
    pub split: Option<Split>,
    product_count: usize,
}

/// Everything the order wants.
fn wanted(lines: &[SalesOrderLine]) -> Vec<DeliveryNoteLine> {
    let goods = |line: &SalesOrderLine| delivery::line_of(line.id, line.product_id, line.quantity);
    lines.iter().map(goods).collect()
}

/// Chooses for goods of an order; sites that gave goods of the order back are asked again or not.
pub(super) fn plan(
    cx: &mut Cx<'_>,
    order: &SalesOrder,
    goods: Vec<DeliveryNoteLine>,
    given_back_by: Option<Id>,
) -> Result<Plan> {
    let needs = needs(cx, order.id, &goods)?;
    let wanted = Order {
        ship_to: Point::of(order.latitude, order.longitude),
        channel: order.channel_id.unwrap_or_default(),
        division: order.division.as_deref(),
        amount: order.total_amount,
        needs: &needs,
        pickup: order.pickup_site_id,
        may_split: true,
    };
    let sourcing = choice::choose(cx, &wanted, given_back_by)?;
    let split = if sourcing.parts.is_empty() {
        backorder::split(cx, order, &sourcing, &goods)?
    } else {
        backorder::shared(&sourcing, &goods)?
    };
    Ok(Plan {
        sourcing,
        split,
        product_count: needs.len(),
    })
}

/// What the goods are worth, product by product.
fn needs(cx: &mut Cx<'_>, order: Id, goods: &[DeliveryNoteLine]) -> Result<Vec<Need>> {
    let lines = cx.lines::<SalesOrderLine>(order)?;
    let mut wanted = Vec::with_capacity(goods.len());
    for one in goods {
        let line = lines.iter().find(|line| line.id == one.sales_order_line_id);
        let worth =
            line.map(|line| cumulative_share(line.total_amount, line.quantity, one.quantity));
        wanted.push((
            one.product_id,
            one.quantity,
            worth.transpose()?.unwrap_or_default(),
        ));
    }
    sourcing::needs(wanted)
}

/// True when the goods could be promised now.
pub fn is_possible(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<bool> {
    let lines = cx.lines::<SalesOrderLine>(order.id)?;
    Ok(plan(cx, order, wanted(&lines), None)?.split.is_some())
}

/// Chooses the site, keeps why, and holds the goods there.
///
/// # Errors
/// Conflict `stock.short` when no site has them and the order does not wait.
pub fn promise(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    choice::take_turn(cx)?;
    if let Some(cart) = order.saved_cart_id {
        reservation::take_over(cx, cart)?;
    }
    let plan = plan(cx, order, wanted(&lines), None)?;
    let kept = decision(order, &plan);
    let Some(split) = plan.split else {
        let refusal = choice::refusal(cx, &plan.sourcing)?;
        return Err(cx.refuse(kept, refusal));
    };
    cx.decide(kept)?;
    let today = cx.today();
    order.confirmed_on = Some(today);
    for line in &mut lines {
        line.confirmed_on = Some(today);
    }
    hold(cx, order, &mut lines, split)?;
    cx.set_lines(order.id, lines)
}

/// Makes the notes of a plan and dates the order's lines by them.
pub(super) fn hold(
    cx: &mut Cx<'_>,
    order: &mut SalesOrder,
    lines: &mut [SalesOrderLine],
    split: Split,
) -> Result<()> {
    if !stands_at_its_site(cx, order)? {
        order.site_id = Some(split.site);
    }
    let today = cx.today();
    let is_ready = |line: &SalesOrderLine| {
        let mut ready = split.ready.iter().flat_map(|(_, goods)| goods);
        ready.any(|one| one.sales_order_line_id == line.id)
    };
    for line in lines.iter_mut().filter(|line| is_ready(line)) {
        line.promised_on = Some(today);
    }
    let mut notes = Vec::with_capacity(split.ready.len());
    for (site, goods) in split.ready {
        let mut note = note_of(order, site);
        acceptance::offer(cx, &mut note)?;
        notes.push((note, goods));
    }
    // Held first: what goes now is not there for what waits.
    delivery::create(cx, notes, order.channel_id)?;
    if !split.waiting.is_empty() {
        let note = note_of(order, split.site);
        let waiting = waiting::create(cx, &note, split.waiting)?;
        backorder::date(lines, &waiting);
    }
    Ok(())
}

/// True while goods of the order are to leave the site it shows, or have left it: a part that moves elsewhere does not rename it.
fn stands_at_its_site(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<bool> {
    let Some(site) = order.site_id else {
        return Ok(false);
    };
    let there = format!(
        "SELECT 1 FROM delivery_note WHERE sales_order_id = ? AND site_id = ? \
         AND (state = 'shipped' OR state IN {OPEN}) LIMIT 1"
    );
    let parameters = [order.id.into(), site.into()];
    Ok(!cx.query(&there, &parameters)?.is_empty())
}

pub(super) fn decision(order: &SalesOrder, plan: &Plan) -> Decision {
    let site = plan.split.as_ref().map(|split| split.site.to_string());
    Decision {
        kind: "order.sourcing",
        object: OBJECT,
        record: order.id,
        organisation: Some(order.partner_id),
        rule: "sourcing_rules",
        rule_version: 1,
        result: site.unwrap_or_else(|| "short".to_owned()),
        inputs: json!({
            "division": order.division,
            "latitude": order.latitude,
            "longitude": order.longitude,
            "products": plan.product_count,
            "store_radius_metres": plan.sourcing.store_metres_max,
        }),
        explanation: choice::explanation(&plan.sourcing),
    }
}

fn note_of(order: &SalesOrder, site: Id) -> DeliveryNote {
    DeliveryNote {
        site_id: site,
        partner_id: order.partner_id,
        sales_order_id: order.id,
        channel_id: order.channel_id,
        pickup: order.pickup_site_id.is_some(),
        ship_to_name: order.ship_to_name.clone(),
        ship_to_phone: order.ship_to_phone.clone(),
        division: order.division.clone(),
        address: order.address.clone(),
        ..DeliveryNote::default()
    }
}
