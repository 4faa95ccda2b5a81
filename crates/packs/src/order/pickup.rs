//! Where the goods of a cart could be picked up: every store, near to far, and whether it has them now.
//!
//! Keeps true: the answer weighs stores as a submission would; nobody learns how much a store has.
//! Not here: sourcing the order there (`promise`), handing the goods over (`fulfil`).

use qudao_base::{Money, Result};
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

use super::preview;
use crate::{
    channel,
    stock::{
        choice,
        sourcing::{self, Order, Verdict, Weighed},
    },
};

/// `{latitude?, longitude?, lines: [{product_id, quantity}]}` -> `{stores: [{id, title, distance_metres, suffices}]}`.
///
/// # Errors
/// `order.input_malformed` for lines that cannot be read.
pub fn sites(cx: &mut Cx<'_>, input: Json) -> Result<Json> {
    let lines = preview::wanted(&input)?;
    let lines = lines
        .iter()
        .map(|(product, quantity)| (*product, *quantity, Money::ZERO));
    let order = Order {
        ship_to: preview::place(&input)?,
        channel: channel::of_door(cx)?,
        division: None,
        amount: Money::ZERO,
        needs: &sourcing::needs(lines)?,
        pickup: None,
        may_split: false,
    };
    let weighed = choice::stores(cx, &order)?;
    let store = |one: &Weighed| {
        json!({
            "id": one.site.to_string(),
            "title": one.name,
            "distance_metres": one.distance_metres,
            "suffices": matches!(one.verdict, Verdict::Chosen | Verdict::Behind),
        })
    };
    let stores: Vec<Json> = weighed.iter().map(store).collect();
    Ok(json!({ "stores": stores }))
}
