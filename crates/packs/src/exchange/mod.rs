//! The pack `exchange`: orders of channels come in; stock, prices and shipments go out to them.
//!
//! Keeps true: a number of a channel is one order here, whichever way and however often it is sent; nothing that came in is lost: it is
//! taken, or waits for a person with the reason.
//! Not here: the channels themselves (`channel`) and what an order is (`order`).

mod accept;
mod compare;
mod intake;
mod offers;
mod place;
mod push;
pub mod records;
mod replay;
mod shipments;
mod told;

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::{Cx, Endpoint, Registry};
use serde_json::{Value as Json, json};

use crate::{channel::records::SalesChannel, stock::records::DeliveryNote};
use records::{ChannelMessage, ChannelReplay, IncomingOrder};

const OBJECT: &str = "incoming_order";
const OFFER: &str = "channel_offer";
const SHIPMENT: &str = "channel_shipment";
/// Roles that correct orders that came in, as their declaration says.
const CORRECTING: [&str; 2] = ["administrator", "channel_manager"];

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("incoming_order.toml"),
            include_str!("incoming_order_line.toml"),
            include_str!("channel_offer.toml"),
            include_str!("channel_shipment.toml"),
            include_str!("channel_replay.toml"),
            include_str!("channel_message.toml"),
        ],
    )?;
    registry.before::<IncomingOrder>("create", own_partner);
    registry.before::<IncomingOrder>("update", only_open);
    registry.before::<IncomingOrder>("update", own_partner);
    registry.before::<IncomingOrder>("accept", accept::accept);
    registry.after::<IncomingOrder>("set_aside", intake::ask_person);
    registry.after::<IncomingOrder>("drop", accept::give_up);
    registry.before::<ChannelMessage>("retry", push::begin_anew);
    registry.before::<ChannelReplay>("create", replay::prepare);
    registry.after::<ChannelReplay>("create", replay::replace_dead);
    registry.before::<ChannelReplay>("stop", replay::give_back);
    for leaving in ["ship", "hand_over"] {
        registry.after::<DeliveryNote>(leaving, shipments::note_left);
    }
    registry.worker("exchange.intake", 2, intake::round);
    registry.worker("exchange.push", 2, push::round);
    registry.endpoint(Endpoint {
        reads: false,
        path: "/channels/{code}/orders",
        needs: (OBJECT, "create"),
        summary: "Hand an order of a channel over",
        body: intake::post,
    });
    registry.endpoint(Endpoint {
        reads: true,
        path: "/channels/{code}/stock",
        needs: (OFFER, "read"),
        summary: "What a channel may sell, as far as it has changed after a number",
        body: told::stock,
    });
    registry.endpoint(Endpoint {
        reads: true,
        path: "/channels/{code}/prices",
        needs: (OFFER, "read"),
        summary: "At which prices a channel sells, as far as they have changed after a number",
        body: told::prices,
    });
    registry.endpoint(Endpoint {
        reads: true,
        path: "/channels/{code}/shipments",
        needs: (SHIPMENT, "read"),
        summary: "What has left for buyers of a channel, after a number",
        body: told::shipments,
    });
    registry.secret_function(
        "channel.issue_secret",
        &["administrator", "channel_manager"],
        issue_secret,
    );
    registry.demo(include_str!("demo.toml"))
}

/// Refuses changes of what was taken or dropped.
fn only_open(_: &mut Cx<'_>, incoming: &mut IncomingOrder) -> Result<()> {
    if ["received", "waiting"].contains(&incoming.state.as_str()) {
        Ok(())
    } else {
        Err(Refusal::conflict("exchange.not_open").into())
    }
}

/// Refuses another partner than the channel's own, unless a person who may correct orders enters it: a message must not choose
/// whom we bill. A channel without a partner of its own is one whose orders bring theirs.
fn own_partner(cx: &mut Cx<'_>, incoming: &mut IncomingOrder) -> Result<()> {
    let stored = cx.find::<IncomingOrder>("id = ?", &[incoming.id.into()])?;
    let has_stayed = stored
        .first()
        .is_some_and(|stored| stored.partner_id == incoming.partner_id);
    let is_person =
        cx.actor().user.is_some() && CORRECTING.iter().any(|role| cx.actor().has_role(role));
    // Without a channel it is refused for that, with all other missing fields.
    if incoming.partner_id.is_none()
        || has_stayed
        || is_person
        || incoming.channel_id == Id::default()
    {
        return Ok(());
    }
    let channel = cx.get::<SalesChannel>(incoming.channel_id)?;
    if channel.partner_id.is_none() || channel.partner_id == incoming.partner_id {
        return Ok(());
    }
    let refusal = Refusal::invalid("exchange.partner_foreign").on("partner_id");
    Err(refusal.with("channel", &channel.name).into())
}

/// `channel.issue_secret {channel}`: the secret a channel and we sign messages with, shown this once. Answers `{secret}`.
fn issue_secret(cx: &mut Cx<'_>, input: Json) -> Result<Json> {
    let id = input.get("channel").and_then(Json::as_str);
    let id = id.ok_or_else(|| Refusal::malformed("field.required").on("channel"))?;
    let channel = cx.get::<SalesChannel>(id.parse()?)?;
    let secret = cx.issue_signing_secret(channel.id)?;
    Ok(json!({ "secret": secret }))
}
