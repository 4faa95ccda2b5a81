//! What channels may sell and at which price, and what of it has changed since somebody looked.
//!
//! Keeps true: a change gets the next number of its channel while the channel's row is locked, so who reads from number to number
//! misses none; a figure is never above what an order of the channel could be promised when it was worked out.
//! Not here: who asks for it (`told`), sending it (`push`).

use std::{collections::BTreeMap, sync::Arc};

use qudao_base::{Actor, Id, Money, Percent, Quantity, Result};
use qudao_kernel::{Cx, Kernel};
use serde_json::{Value as Json, json};

use super::{records::ChannelOffer, told::Span};
use crate::{
    channel::records::{ChannelProduct, SalesChannel},
    partner::records::Partner,
    pricing::{self, Ask},
    stock::choice,
};

/// Products worked out with one set of statements.
const CHUNK: usize = 500;

/// Which figure is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// How much may be sold.
    Stock,
    /// At which price.
    Price,
}

impl Figure {
    const fn column(self) -> &'static str {
        match self {
            Self::Stock => "stock_number",
            Self::Price => "price_number",
        }
    }
}

/// Changes of the span: `{items, next}`; `next` goes on where this ends.
pub fn changes(cx: &mut Cx<'_>, channel: Id, figure: Figure, span: Span) -> Result<Json> {
    let column = figure.column();
    let condition = Span::condition(column);
    let rows = cx.find::<ChannelOffer>(&condition, &span.parameters(channel))?;
    let number = |row: &ChannelOffer| match figure {
        Figure::Stock => row.stock_number,
        Figure::Price => row.price_number,
    };
    let next = rows.last().map_or(span.after, number);
    let currency = cx.kernel().site.currency.clone();
    let item = |row: &ChannelOffer| match figure {
        Figure::Stock => json!({ "sku": row.sku, "available": row.available.to_string() }),
        Figure::Price => json!({ "sku": row.sku, "price": row.price.map(|price| price.to_string()),
                                 "currency": currency }),
    };
    let items: Vec<Json> = rows.iter().map(item).collect();
    Ok(json!({ "items": items, "next": next.to_string() }))
}

/// Works the figures of a channel out anew and numbers what has changed. Looks first, so that nothing waits when nothing has.
pub fn refresh(kernel: &Arc<Kernel>, channel: Id) -> Result<()> {
    let system = Actor::system();
    let is_stale = kernel.read(&system, |cx| Ok(!changed(cx, channel)?.is_empty()))?;
    if !is_stale {
        return Ok(());
    }
    kernel.write(&system, move |cx| {
        cx.lock::<SalesChannel>("t.id = ?", &[channel.into()])?;
        let rows = cx.query(
            "SELECT COALESCE(MAX(stock_number), 0), COALESCE(MAX(price_number), 0) FROM channel_offer WHERE channel_id = ?",
            &[channel.into()],
        )?;
        let (mut stock, mut price) = match rows.first() {
            Some(row) => (row.int(0)?, row.int(1)?),
            None => (0, 0),
        };
        for change in changed(cx, channel)? {
            if change.is_stock {
                stock += 1;
            }
            if change.is_price {
                price += 1;
            }
            keep(cx, change, (stock, price))?;
        }
        Ok(())
    })
}

/// An offer as it should be told, and what of it is new.
struct Changed {
    offer: ChannelOffer,
    is_stock: bool,
    is_price: bool,
}

fn keep(cx: &mut Cx<'_>, change: Changed, (stock, price): (i64, i64)) -> Result<()> {
    let mut offer = change.offer;
    if change.is_stock {
        offer.stock_number = stock;
    }
    if change.is_price {
        offer.price_number = price;
    }
    if offer.id == Id::default() {
        return cx.create(&offer).map(drop);
    }
    cx.act::<ChannelOffer>(offer.id, "update", |stored| {
        stored.product_id = offer.product_id;
        stored.available = offer.available;
        stored.price = offer.price;
        stored.stock_number = offer.stock_number;
        stored.price_number = offer.price_number;
    })
    .map(drop)
}

/// Offers that are not as they were told.
fn changed(cx: &mut Cx<'_>, channel: Id) -> Result<Vec<Changed>> {
    let channel = cx.get::<SalesChannel>(channel)?;
    let listed = cx.find::<ChannelProduct>("channel_id = ? ORDER BY id", &[channel.id.into()])?;
    let told = cx.find::<ChannelOffer>("channel_id = ?", &[channel.id.into()])?;
    let mut told: BTreeMap<String, ChannelOffer> =
        told.into_iter().map(|one| (one.sku.clone(), one)).collect();
    let mut changed = Vec::new();
    for chunk in listed.chunks(CHUNK) {
        let products: Vec<Id> = chunk.iter().map(|one| one.product_id).collect();
        let available = choice::most_at_one_site(cx, &products, channel.id)?;
        let prices = unit_prices(cx, &channel, &products)?;
        for (one, price) in chunk.iter().zip(prices) {
            let sells = channel.active && one.active;
            let most = available.get(&one.product_id).copied();
            let available = most.filter(|_| sells).unwrap_or_default();
            changed.extend(compared(told.remove(&one.sku), one, (available, price)));
        }
    }
    // No longer listed: the channel is told once that there is none.
    let gone = told.into_values().filter(|one| !one.available.is_zero());
    changed.extend(gone.map(|one| Changed {
        offer: ChannelOffer {
            available: Quantity::ZERO,
            ..one
        },
        is_stock: true,
        is_price: false,
    }));
    Ok(changed)
}

fn compared(
    told: Option<ChannelOffer>,
    listed: &ChannelProduct,
    (available, price): (Quantity, Option<Money>),
) -> Option<Changed> {
    let is_first = told.is_none();
    let told = told.unwrap_or_else(|| ChannelOffer {
        channel_id: listed.channel_id,
        sku: listed.sku.clone(),
        ..ChannelOffer::default()
    });
    let (is_stock, is_price) = (
        is_first || told.available != available,
        is_first || told.price != price,
    );
    let is_new = is_stock || is_price || told.product_id != listed.product_id;
    let offer = ChannelOffer {
        product_id: listed.product_id,
        available,
        price,
        ..told
    };
    is_new.then_some(Changed {
        offer,
        is_stock,
        is_price,
    })
}

/// The price of one of each product for what the channel sells as, before promotions, which depend on the whole order.
fn unit_prices(
    cx: &mut Cx<'_>,
    channel: &SalesChannel,
    products: &[Id],
) -> Result<Vec<Option<Money>>> {
    let Some(partner) = channel.partner_id else {
        return Ok(vec![None; products.len()]);
    };
    let partner = cx.get::<Partner>(partner)?;
    let lines: Vec<_> = products
        .iter()
        .map(|&product| (product, Quantity::of(1)))
        .collect();
    let day = cx.today();
    let quote = pricing::quote(
        cx,
        &Ask {
            partner: &partner,
            channel: channel.id,
            division: None,
            day,
            discount: Percent::ZERO,
            first_order: false,
            holds_nothing: true,
            coupon_code: None,
            lines: &lines,
        },
    )?;
    let lines = quote.waterfall.lines.iter();
    Ok(lines.map(|line| Some(line.unit_price)).collect())
}
