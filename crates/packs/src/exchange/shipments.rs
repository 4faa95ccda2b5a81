//! Goods of channel orders that have left: what the channel is told of them.
//!
//! Keeps true: a delivery note that leaves for an order a channel has a number for is told once, in the transaction it leaves in; its
//! number in line is given while the channel's row is locked, so who reads from number to number misses none.
//! Not here: sending it (`push`).

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Actor, Id, Quantity, Result, Value};
use qudao_kernel::{Cx, Kernel};
use serde_json::{Value as Json, json};

use super::{
    records::{ChannelShipment, IncomingOrder, IncomingOrderLine},
    told::Span,
};
use crate::{
    channel::records::{ChannelProduct, SalesChannel},
    order::records::{SalesOrder, SalesOrderLine},
    product::records::Product,
    stock::records::{DeliveryNote, DeliveryNoteLine},
};

/// Shipments of a channel that have no number yet.
const UNNUMBERED: &str = "channel_id = ? AND shipment_number = 0 ORDER BY id";

/// After a note has left.
pub fn note_left(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let order = cx.get::<SalesOrder>(note.sales_order_id)?;
    let (Some(channel), Some(number)) = (order.channel_id, &order.external_number) else {
        return Ok(());
    };
    let shipment = ChannelShipment {
        channel_id: channel,
        external_number: number.clone(),
        delivery_note_id: note.id,
        carrier: note.carrier.clone(),
        tracking_number: note.tracking_number.clone(),
        shipped_on: note.shipped_on.unwrap_or_else(|| cx.today()),
        content: Some(json!({ "shipment": note.number, "lines": lines(cx, note, &order)? })),
        ..ChannelShipment::default()
    };
    cx.create(&shipment).map(drop)
}

/// What left, by the channel's codes.
fn lines(cx: &mut Cx<'_>, note: &DeliveryNote, order: &SalesOrder) -> Result<Vec<Json>> {
    let mut left = cx.lines::<DeliveryNoteLine>(note.id)?;
    left.retain(|line| line.ship_quantity > Quantity::ZERO);
    let ids: Vec<Value> = left.iter().map(|line| line.product_id.into()).collect();
    let marks = vec!["?"; ids.len()].join(", ");
    let products = cx.find::<Product>(&format!("id IN ({marks})"), &ids)?;
    let products: HashMap<Id, String> =
        products.into_iter().map(|one| (one.id, one.code)).collect();
    let codes = Codes::of(cx, order)?;
    let line = |line: &DeliveryNoteLine| {
        json!({ "sku": codes.of_line(line), "product_code": products.get(&line.product_id),
                "quantity": line.ship_quantity.to_string() })
    };
    Ok(left.iter().map(line).collect())
}

/// Codes of the channel for what an order sells.
struct Codes {
    /// As the channel ordered it, by line.
    ordered: HashMap<Id, String>,
    /// As the channel lists it, by product.
    listed: HashMap<Id, String>,
}

impl Codes {
    fn of(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<Self> {
        let incoming =
            cx.find::<IncomingOrder>("sales_order_id = ? LIMIT 1", &[order.id.into()])?;
        let asked = match incoming.first() {
            Some(incoming) => cx.lines::<IncomingOrderLine>(incoming.id)?,
            None => Vec::new(),
        };
        // Lines of the order were made from those of the channel, in their order; gifts are ours.
        let own = cx.lines::<SalesOrderLine>(order.id)?;
        let own = own.into_iter().filter(|line| !line.gift);
        let ordered = own.zip(asked).filter_map(|(own, asked)| {
            let is_same = asked.product_id == Some(own.product_id);
            Some((own.id, asked.sku.filter(|_| is_same)?))
        });
        let listed = cx.find::<ChannelProduct>(
            "channel_id = ? AND product_id IN (SELECT product_id FROM sales_order_line WHERE sales_order_id = ?) ORDER BY id DESC",
            &[order.channel_id.into(), order.id.into()],
        )?;
        Ok(Self {
            ordered: ordered.collect(),
            listed: listed
                .into_iter()
                .map(|one| (one.product_id, one.sku))
                .collect(),
        })
    }

    fn of_line(&self, line: &DeliveryNoteLine) -> Option<&String> {
        let ordered = self.ordered.get(&line.sales_order_line_id);
        ordered.or_else(|| self.listed.get(&line.product_id))
    }
}

/// Numbers what has left since somebody looked. Looks first, so that nothing waits when nothing has.
pub fn refresh(kernel: &Arc<Kernel>, channel: Id) -> Result<()> {
    let system = Actor::system();
    let new = kernel.read(&system, |cx| {
        cx.find::<ChannelShipment>(UNNUMBERED, &[channel.into()])
    })?;
    if new.is_empty() {
        return Ok(());
    }
    kernel.write(&system, move |cx| {
        cx.lock::<SalesChannel>("t.id = ?", &[channel.into()])?;
        let sql =
            "SELECT COALESCE(MAX(shipment_number), 0) FROM channel_shipment WHERE channel_id = ?";
        let rows = cx.query(sql, &[channel.into()])?;
        let last = rows.first().map_or(Ok(0), |row| row.int(0))?;
        let new = cx.find::<ChannelShipment>(UNNUMBERED, &[channel.into()])?;
        for (number, shipment) in (last + 1..).zip(new) {
            cx.act::<ChannelShipment>(shipment.id, "update", |one| one.shipment_number = number)?;
        }
        Ok(())
    })
}

/// Shipments of the span: `{items, next}`.
pub fn changes(cx: &mut Cx<'_>, channel: Id, span: Span) -> Result<Json> {
    let condition = Span::condition("shipment_number");
    let rows = cx.find::<ChannelShipment>(&condition, &span.parameters(channel))?;
    let next = rows.last().map_or(span.after, |one| one.shipment_number);
    let item = |one: &ChannelShipment| {
        let content = one.content.clone().unwrap_or_default();
        json!({ "external_number": one.external_number, "shipment": content["shipment"], "shipped_on": one.shipped_on.to_string(),
                "carrier": one.carrier, "tracking_number": one.tracking_number, "lines": content["lines"] })
    };
    let items: Vec<Json> = rows.iter().map(item).collect();
    Ok(json!({ "items": items, "next": next.to_string() }))
}
