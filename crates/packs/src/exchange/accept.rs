//! From an incoming order to a sales order: products, place, customer and price made ours, then the flow of any other order.
//!
//! Keeps true: an incoming order becomes one sales order, under the same number in the same channel; it holds goods once it is paid,
//! and is what the channel said last before that.
//! Whatever cannot be made ours refuses the step and names what is missing.

use std::collections::HashMap;

use qudao_base::{Actor, Id, Quantity, Refusal, Result, Value};
use qudao_kernel::Cx;

use super::{
    OBJECT,
    compare::compare_prices,
    place,
    records::{IncomingOrder, IncomingOrderLine},
};
use crate::{
    channel::records::{ChannelProduct, SalesChannel},
    crm::records::Customer,
    order::records::{SalesOrder, SalesOrderLine},
};

/// Takes the order, or follows what has become of it in its channel.
pub fn accept(cx: &mut Cx<'_>, incoming: &mut IncomingOrder) -> Result<()> {
    let channel = cx.get::<SalesChannel>(incoming.channel_id)?;
    if !channel.active {
        let refusal = Refusal::conflict("channel.inactive").on("channel_id");
        return Err(refusal.with("channel", &channel.name).into());
    }
    if incoming.cancelled {
        return follow_cancellation(cx, incoming);
    }
    let made = match incoming.sales_order_id {
        Some(order) => Some(cx.get::<SalesOrder>(order)?),
        None => None,
    };
    if made
        .as_ref()
        .is_some_and(|order| order.state == "cancelled")
    {
        let refusal = Refusal::conflict("exchange.order_cancelled_here").on("sales_order_id");
        return Err(refusal.with("number", &incoming.external_number).into());
    }
    let (wanted, lines) = own_order(cx, incoming, &channel)?;
    let order = match made {
        None => cx.create_with_lines(&wanted, lines)?.id,
        Some(draft) if draft.state == "draft" => rewrite(cx, &draft, wanted, lines)?,
        Some(submitted) => check_same(cx, incoming, &submitted, &lines)?,
    };
    incoming.sales_order_id = Some(order);
    if incoming.paid {
        take_paid(cx, order)?;
    }
    (incoming.reason_code, incoming.reason_zh, incoming.reason_en) = (None, None, None);
    cx.close_tasks(OBJECT, incoming.id)
}

/// The channel collected the money: the order goes on, and takes none of the partner's credit.
fn take_paid(cx: &mut Cx<'_>, order: Id) -> Result<()> {
    let order = cx.act::<SalesOrder>(order, "collect", |_| ())?;
    match order.state.as_str() {
        "draft" => cx.act::<SalesOrder>(order.id, "submit", |_| ()).map(drop),
        "credit_hold" => cx
            .act::<SalesOrder>(order.id, "release_credit_hold", |_| ())
            .map(drop),
        _ => Ok(()),
    }
}

/// The buyer no longer wants it.
fn follow_cancellation(cx: &mut Cx<'_>, incoming: &mut IncomingOrder) -> Result<()> {
    if let Some(id) = incoming.sales_order_id {
        let order = cx.get::<SalesOrder>(id)?;
        match order.state.as_str() {
            "cancelled" => {}
            "draft" | "pending_approval" | "credit_hold" | "confirmed" => {
                cx.act::<SalesOrder>(id, "cancel", |order| {
                    order.decision_comment = Some("渠道通知买家取消".to_owned());
                })?;
            }
            _ => return Err(Refusal::conflict("exchange.order_not_ours").into()),
        }
    }
    "dropped".clone_into(&mut incoming.state);
    cx.close_tasks(OBJECT, incoming.id)
}

/// Nobody takes the order any more: a draft made of it goes with it.
pub fn give_up(cx: &mut Cx<'_>, incoming: &IncomingOrder) -> Result<()> {
    if let Some(id) = incoming.sales_order_id
        && cx.get::<SalesOrder>(id)?.state == "draft"
    {
        cx.act::<SalesOrder>(id, "cancel", |order| {
            order.decision_comment = Some("渠道来单不接".to_owned());
        })?;
    }
    cx.close_tasks(OBJECT, incoming.id)
}

/// Makes the draft what the channel says now: before it is paid, the channel may change its mind.
fn rewrite(
    cx: &mut Cx<'_>,
    draft: &SalesOrder,
    wanted: SalesOrder,
    mut lines: Vec<SalesOrderLine>,
) -> Result<Id> {
    // A line that stays keeps its identity, so that saying the same again changes nothing.
    let stored = cx.lines::<SalesOrderLine>(draft.id)?;
    for (line, stored) in lines
        .iter_mut()
        .zip(stored.iter().filter(|line| !line.gift))
    {
        let said = line.clone();
        *line = SalesOrderLine {
            product_id: said.product_id,
            quantity: said.quantity,
            channel_price: said.channel_price,
            ..stored.clone()
        };
    }
    cx.set_lines(draft.id, lines)?;
    // Whoever takes the order: it is the channel that speaks.
    cx.as_actor(Actor::system(), |cx| {
        cx.act::<SalesOrder>(draft.id, "update", |order| {
            order.partner_id = wanted.partner_id;
            order.customer_id = wanted.customer_id;
            order.ship_to_name = wanted.ship_to_name;
            order.ship_to_phone = wanted.ship_to_phone;
            order.division = wanted.division;
            order.address = wanted.address;
            (order.latitude, order.longitude) = (wanted.latitude, wanted.longitude);
            order.comment = wanted.comment;
            order.channel_prices = wanted.channel_prices;
        })
    })?;
    Ok(draft.id)
}

/// Refuses other goods or prices for an order that was submitted here before the channel said they are paid.
fn check_same(
    cx: &mut Cx<'_>,
    incoming: &IncomingOrder,
    submitted: &SalesOrder,
    lines: &[SalesOrderLine],
) -> Result<Id> {
    let stored = cx.lines::<SalesOrderLine>(submitted.id)?;
    let said = |line: &SalesOrderLine| (line.product_id, line.quantity, line.channel_price);
    let ours = stored.iter().filter(|line| !line.gift).map(said);
    if ours.eq(lines.iter().map(said)) {
        return Ok(submitted.id);
    }
    let refusal = Refusal::conflict("exchange.order_taken").on("external_number");
    Err(refusal.with("number", &incoming.external_number).into())
}

/// The order in our terms, with its lines.
fn own_order(
    cx: &mut Cx<'_>,
    incoming: &mut IncomingOrder,
    channel: &SalesChannel,
) -> Result<(SalesOrder, Vec<SalesOrderLine>)> {
    let partner = incoming.partner_id.or(channel.partner_id);
    let partner = partner.ok_or_else(|| {
        Refusal::invalid("exchange.partner_missing")
            .on("partner_id")
            .with("channel", &channel.name)
    })?;
    let lines = own_lines(cx, incoming)?;
    incoming.division = Some(division(incoming)?);
    let customer = customer(cx, incoming, channel)?;
    let has_prices = lines.iter().any(|line| line.channel_price.is_some());
    let order = SalesOrder {
        partner_id: partner,
        customer_id: customer,
        channel_id: Some(channel.id),
        external_number: Some(incoming.external_number.clone()),
        ordered_on: match incoming.ordered_at {
            Some(at) => at.date(cx.zone())?,
            None => cx.today(),
        },
        ship_to_name: incoming
            .ship_to_name
            .clone()
            .or(incoming.buyer_name.clone()),
        ship_to_phone: incoming
            .ship_to_phone
            .clone()
            .or(incoming.buyer_phone.clone()),
        division: incoming.division.clone(),
        address: incoming.address.clone(),
        latitude: incoming.latitude,
        longitude: incoming.longitude,
        comment: incoming.comment.clone(),
        channel_prices: has_prices,
        ..SalesOrder::default()
    };
    if has_prices {
        compare_prices(cx, incoming, &order, &lines)?;
    }
    Ok((order, lines))
}

/// The lines with our products, and the mapping written back on the incoming lines.
fn own_lines(cx: &mut Cx<'_>, incoming: &IncomingOrder) -> Result<Vec<SalesOrderLine>> {
    let mut lines = cx.lines::<IncomingOrderLine>(incoming.id)?;
    if lines.is_empty() {
        return Err(Refusal::invalid("exchange.lines_missing")
            .on("lines")
            .into());
    }
    let known = mapped(cx, incoming.channel_id, &lines)?;
    let mut refusals = Vec::new();
    let mut own = Vec::with_capacity(lines.len());
    for line in &mut lines {
        let sku = line.sku.clone().unwrap_or_default();
        line.product_id = line.product_id.or_else(|| known.get(&sku).copied());
        let quantity = line.quantity.unwrap_or_default();
        match line.product_id {
            None => refusals.push(about("exchange.product_unknown", &sku)),
            Some(_) if quantity <= Quantity::ZERO => {
                refusals.push(about("exchange.quantity_missing", &sku));
            }
            Some(product) => own.push(SalesOrderLine {
                product_id: product,
                quantity,
                channel_price: line.unit_price,
                ..SalesOrderLine::default()
            }),
        }
    }
    if let Some(refusal) = Refusal::gather(refusals) {
        return Err(refusal.into());
    }
    cx.set_lines(incoming.id, lines)?;
    Ok(own)
}

fn about(code: &str, sku: &str) -> Refusal {
    Refusal::invalid(code).on("lines").with("sku", sku)
}

/// Products of the channel's codes, with one statement.
fn mapped(
    cx: &mut Cx<'_>,
    channel: Id,
    lines: &[IncomingOrderLine],
) -> Result<HashMap<String, Id>> {
    let marks = vec!["?"; lines.len()].join(", ");
    let mut parameters: Vec<Value> = vec![channel.into()];
    parameters.extend(
        lines
            .iter()
            .map(|line| line.sku.clone().unwrap_or_default().into()),
    );
    let condition = format!("channel_id = ? AND sku IN ({marks})");
    let found = cx.find::<ChannelProduct>(&condition, &parameters)?;
    Ok(found
        .into_iter()
        .map(|one| (one.sku, one.product_id))
        .collect())
}

fn division(incoming: &IncomingOrder) -> Result<String> {
    let written = incoming.place.clone().unwrap_or_default();
    let read = || {
        let address = incoming.address.as_deref().unwrap_or_default();
        place::division(&written).or_else(|| place::division(address))
    };
    incoming.division.clone().or_else(read).ok_or_else(|| {
        Refusal::invalid("exchange.division_unknown")
            .on("division")
            .with("place", written)
            .into()
    })
}

/// The buyer among our customers: the same name and phone, else a new one. Channels that hide the buyer have no customer.
fn customer(
    cx: &mut Cx<'_>,
    incoming: &IncomingOrder,
    channel: &SalesChannel,
) -> Result<Option<Id>> {
    let (Some(name), Some(phone)) = (&incoming.buyer_name, &incoming.buyer_phone) else {
        return Ok(None);
    };
    if !channel.keeps_customers {
        return Ok(None);
    }
    let known = cx.find::<Customer>(
        "name = ? AND phone = ? ORDER BY id LIMIT 1",
        &[name.as_str().into(), phone.as_str().into()],
    )?;
    if let Some(customer) = known.first() {
        return Ok(Some(customer.id));
    }
    let made = cx.create(&Customer {
        name: name.clone(),
        phone: Some(phone.clone()),
        division: incoming.division.clone(),
        address: incoming.address.clone(),
        sold_by: "direct".to_owned(),
        ..Customer::default()
    })?;
    Ok(Some(made.id))
}
