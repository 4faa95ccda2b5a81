//! What channels are told of, and where in it somebody stands: stock, prices and shipments, each numbered by channel.
//!
//! Keeps true: whoever reads from number to number misses nothing; a figure that was told before is told as it is now.
//! Not here: how the numbers come about (`offers`, `shipments`), sending (`push`).

use std::sync::Arc;

use qudao_base::{Actor, Id, Refusal, Result, Value};
use qudao_kernel::{Asked, Cx, Kernel};
use serde_json::Value as Json;

use super::{
    offers::{self, Figure},
    shipments,
};
use crate::channel;

/// Rows of one answer.
const ROWS_MAX: i64 = 500;

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// How much may be sold.
    Stock,
    /// At which price.
    Price,
    /// What has left for buyers of the channel.
    Shipment,
}

impl Subject {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Stock, Self::Price, Self::Shipment];

    /// As declared in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Price => "price",
            Self::Shipment => "shipment",
        }
    }

    /// The type of its messages.
    pub const fn event(self) -> &'static str {
        match self {
            Self::Stock => "stock.changed",
            Self::Price => "price.changed",
            Self::Shipment => "shipment.sent",
        }
    }

    /// Numbers what is new.
    pub fn refresh(self, kernel: &Arc<Kernel>, channel: Id) -> Result<()> {
        match self {
            Self::Stock | Self::Price => offers::refresh(kernel, channel),
            Self::Shipment => shipments::refresh(kernel, channel),
        }
    }

    /// What of the span there is: `{items, next}`, oldest first; `next` goes on where this ends.
    pub fn changes(self, cx: &mut Cx<'_>, channel: Id, span: Span) -> Result<Json> {
        match self {
            Self::Stock => offers::changes(cx, channel, Figure::Stock, span),
            Self::Price => offers::changes(cx, channel, Figure::Price, span),
            Self::Shipment => shipments::changes(cx, channel, span),
        }
    }
}

/// Numbers of a channel.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The last number that is known.
    pub after: i64,
    /// The last number wanted.
    pub until: i64,
}

impl Span {
    /// All after a number.
    pub const fn after(number: i64) -> Self {
        Self {
            after: number,
            until: i64::MAX,
        }
    }

    /// Rows numbered in the column, one answer of them.
    pub(super) fn condition(column: &str) -> String {
        format!("channel_id = ? AND {column} > ? AND {column} <= ? ORDER BY {column} LIMIT ?")
    }

    pub(super) fn parameters(self, channel: Id) -> [Value; 4] {
        [
            channel.into(),
            self.after.into(),
            self.until.into(),
            ROWS_MAX.into(),
        ]
    }
}

/// `GET /channels/{code}/stock?after=`: `{items: [{sku, available}], next}`, what has changed after a number, oldest first.
pub fn stock(kernel: &Arc<Kernel>, asked: &Asked<'_>) -> Result<Json> {
    told(kernel, asked, Subject::Stock)
}

/// `GET /channels/{code}/prices?after=`: `{items: [{sku, price, currency}], next}`, likewise.
pub fn prices(kernel: &Arc<Kernel>, asked: &Asked<'_>) -> Result<Json> {
    told(kernel, asked, Subject::Price)
}

/// `GET /channels/{code}/shipments?after=`: `{items: [{external_number, shipment, shipped_on, carrier, tracking_number, lines}], next}`,
/// likewise; each line is `{sku, product_code, quantity}`.
pub fn shipments(kernel: &Arc<Kernel>, asked: &Asked<'_>) -> Result<Json> {
    told(kernel, asked, Subject::Shipment)
}

fn told(kernel: &Arc<Kernel>, asked: &Asked<'_>, subject: Subject) -> Result<Json> {
    asked.known_actor()?;
    let after = asked.parameters.get("after").map_or("0", String::as_str);
    let after: i64 = after
        .parse()
        .map_err(|_| Refusal::malformed("cursor.malformed").on("after"))?;
    let code = asked.place;
    let channel = kernel.read(&Actor::system(), |cx| Ok(channel::of_code(cx, code)?.id))?;
    subject.refresh(kernel, channel)?;
    kernel.read(&Actor::system(), |cx| {
        subject.changes(cx, channel, Span::after(after))
    })
}
