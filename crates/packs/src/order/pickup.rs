//! Where the goods of a cart could be picked up: every store, near to far, and whether it has them now.
//!
//! Keeps true: the answer weighs stores as a submission would; nobody learns how much a store has.
//! Not here: sourcing the order there (`promise`), handing the goods over (`fulfil`).

use qudao_base::Result;
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

use super::preview;
use crate::stock::{
    choice,
    sourcing::{Lack, Order, Verdict, Weighed},
};

/// What `order.price` takes -> `{stores: [{id, title, distance_metres, suffices, reason}]}`: whether a store has everything, gifts
/// included, and if not, `short` or `full`.
///
/// # Errors
/// `order.input_malformed` for lines that cannot be read; what refuses a price refuses this.
pub fn sites(cx: &mut Cx<'_>, input: Json) -> Result<Json> {
    let asked = preview::quoted(cx, &input)?;
    let (_, ship_to) = preview::ship_to(&input, &asked.partner)?;
    let order = Order {
        ship_to,
        channel: asked.channel,
        division: None,
        amount: asked.total_amount(),
        needs: &asked.needs()?,
        pickup: None,
        may_split: false,
    };
    let weighed = choice::stores(cx, &order)?;
    let stores: Vec<Json> = weighed.iter().map(store).collect();
    Ok(json!({ "stores": stores }))
}

fn store(one: &Weighed) -> Json {
    let lack = match one.verdict {
        Verdict::Chosen | Verdict::Behind => None,
        Verdict::Full => Some(Lack::Full),
        _ => Some(Lack::Goods),
    };
    json!({
        "id": one.site.to_string(),
        "title": one.name,
        "distance_metres": one.distance_metres,
        "suffices": lack.is_none(),
        "reason": lack.map(Lack::word),
    })
}
