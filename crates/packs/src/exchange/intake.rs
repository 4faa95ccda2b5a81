//! How orders of channels come in: by API, by signed message, by file or by hand, all into one list, each order once.
//!
//! Keeps true: an order is kept before anything is decided about it; it is turned into a sales order in a transaction of its own, and
//! when that is refused it waits for a person with the reason. A number sent again finds the order it made.
//! Not here: what taking an order means (`accept`).

use std::sync::Arc;

use qudao_base::{Actor, Id, Locale, Refusal, Result, Stop};
use qudao_kernel::{
    Asked, Cx, Kernel, Task, Text, input_map,
    pipeline::{self, Request},
};
use serde_json::{Map, Value as Json, json};

use super::{OBJECT, records::IncomingOrder};
use crate::{channel, order::records::SalesOrder};

/// A refusal that passes by itself: somebody has just changed a record the order touches.
const PASSING: &str = "record.moved";
/// How often an order is tried before the next round takes it on.
const ATTEMPTS: usize = 3;
/// Orders one round takes on.
const ROUND_MAX: usize = 500;

/// `POST /channels/{code}/orders`: one order, from somebody signed in or with a key, or signed with the channel's secret.
/// Answers `{id, state, sales_order, reason}`.
pub fn post(kernel: &Arc<Kernel>, asked: &Asked<'_>) -> Result<Json> {
    if asked.signed.is_none() {
        asked.known_actor()?;
    }
    let code = asked.place;
    let channel = kernel.read(&Actor::system(), |cx| Ok(channel::of_code(cx, code)?.id))?;
    let input = input_map(asked.json()?)?;
    let work = move |cx: &mut Cx<'_>| {
        Ok(json!({ "id": take_in(cx, channel, input.clone())?.to_string() }))
    };
    let kept = match asked.actor {
        Some(actor) => {
            let said = format!("{code} {}", String::from_utf8_lossy(asked.body));
            kernel.write_once(actor, asked.key, &said, work)?
        }
        None => kernel.take_signed(channel, asked, work)?,
    };
    let id: Id = kept["id"].as_str().unwrap_or_default().parse()?;
    process(kernel, id)?;
    kernel.read(&Actor::system(), |cx| answer(cx, id))
}

/// Keeps a message: a new order, or what has become of one that was sent before.
fn take_in(cx: &mut Cx<'_>, channel: Id, mut input: Map<String, Json>) -> Result<Id> {
    let message = Json::Object(input.clone());
    // The address says which channel speaks.
    input.remove("channel_id");
    let number = input.get("external_number").and_then(Json::as_str);
    let number = number.map(str::trim).unwrap_or_default();
    let known = cx.lock::<IncomingOrder>(
        "t.channel_id = ? AND t.external_number = ?",
        &[channel.into(), number.into()],
    )?;
    cx.as_actor(Actor::system(), |cx| match known.first() {
        None => create(cx, channel, input, &message),
        Some(known) => follow(cx, known, input, &message),
    })
}

fn create(
    cx: &mut Cx<'_>,
    channel: Id,
    mut input: Map<String, Json>,
    message: &Json,
) -> Result<Id> {
    input.insert("channel_id".to_owned(), channel.to_string().into());
    let request = Request {
        object: OBJECT.to_owned(),
        action: "create".to_owned(),
        input,
        ..Request::default()
    };
    let id = pipeline::perform(cx, &request)?;
    keep_message(cx, id, message)
}

fn change(cx: &mut Cx<'_>, known: &IncomingOrder, mut input: Map<String, Json>) -> Result<Id> {
    let differs = |name: &str, known: &Option<String>| {
        let said = input.get(name);
        said.is_some_and(|said| said.as_str() != known.as_deref())
    };
    let has_moved = differs("place", &known.place) || differs("address", &known.address);
    if has_moved {
        // The division and the coordinates of another place are not those of this one.
        for name in ["division", "latitude", "longitude"] {
            input.entry(name).or_insert(Json::Null);
        }
    }
    let request = Request {
        object: OBJECT.to_owned(),
        id: Some(known.id),
        action: "update".to_owned(),
        input,
        ..Request::default()
    };
    pipeline::perform(cx, &request)
}

fn keep_message(cx: &mut Cx<'_>, id: Id, message: &Json) -> Result<Id> {
    cx.act::<IncomingOrder>(id, "receive", |order| {
        order.message = Some(message.clone());
    })?;
    Ok(id)
}

/// What a channel says again: the same changes nothing; a cancellation is followed; anything else only until it was taken as paid.
fn follow(
    cx: &mut Cx<'_>,
    known: &IncomingOrder,
    mut input: Map<String, Json>,
    message: &Json,
) -> Result<Id> {
    if known.message.as_ref() == Some(message) {
        return Ok(known.id);
    }
    let is_cancelled = input.get("cancelled") == Some(&Json::Bool(true));
    let number = &known.external_number;
    match known.state.as_str() {
        "received" | "waiting" => {
            change(cx, known, input)?;
            keep_message(cx, known.id, message)
        }
        "accepted" if is_cancelled => {
            cx.act::<IncomingOrder>(known.id, "receive", |order| order.cancelled = true)?;
            Ok(known.id)
        }
        "accepted" if !known.paid => {
            // Until it is paid the channel may change it, and paid it is unless it says otherwise.
            input.entry("paid").or_insert_with(|| true.into());
            keep_message(cx, known.id, message)?;
            change(cx, known, input)
        }
        "dropped" if is_cancelled => Ok(known.id),
        "dropped" => Err(refused("exchange.order_dropped", number)),
        _ => Err(refused("exchange.order_taken", number)),
    }
}

fn refused(code: &str, number: &str) -> Stop {
    let refusal = Refusal::conflict(code).on("external_number");
    refusal.with("number", number).into()
}

fn answer(cx: &mut Cx<'_>, id: Id) -> Result<Json> {
    let incoming = cx.get::<IncomingOrder>(id)?;
    let order = match incoming.sales_order_id {
        Some(order) => {
            let order = cx.get::<SalesOrder>(order)?;
            json!({ "id": order.id.to_string(), "number": order.number, "state": order.state,
                    "public_state": order.public_state, "total_amount": order.total_amount.to_string() })
        }
        None => Json::Null,
    };
    let reason = incoming
        .reason_code
        .map(|code| json!({ "code": code, "zh": incoming.reason_zh, "en": incoming.reason_en }));
    Ok(
        json!({ "id": id.to_string(), "external_number": incoming.external_number, "state": incoming.state,
               "sales_order": order, "reason": reason }),
    )
}

/// Turns a received order into a sales order, or sets it aside with the reason.
pub fn process(kernel: &Arc<Kernel>, id: Id) -> Result<()> {
    let system = Actor::system();
    let state = kernel.read(&system, |cx| Ok(cx.get::<IncomingOrder>(id)?.state))?;
    if state != "received" {
        return Ok(());
    }
    for _ in 0..ATTEMPTS {
        let taken = kernel.write(&system, move |cx| {
            cx.act::<IncomingOrder>(id, "accept", |_| ()).map(drop)
        });
        match taken {
            // Somebody else was quicker.
            Err(Stop::Refusal(refusal)) if refusal.code == "action.not_from_state" => return Ok(()),
            Err(Stop::Refusal(refusal)) if refusal.code == PASSING => {}
            Err(Stop::Refusal(refusal)) => return set_aside(kernel, id, &refusal),
            other => return other,
        }
    }
    // It stays received, and the next round takes it on.
    Ok(())
}

fn set_aside(kernel: &Arc<Kernel>, id: Id, refusal: &Refusal) -> Result<()> {
    let said = |locale: Locale| -> String {
        let all = std::iter::once(refusal).chain(&refusal.others);
        let texts = all.map(|one| {
            let text = kernel.refusal_text(&one.code);
            text.map_or_else(
                || one.code.clone(),
                |text| text.filled(locale, &one.arguments),
            )
        });
        let joined = texts.collect::<Vec<_>>().join("; ");
        joined.chars().take(500).collect()
    };
    let (zh, en, code) = (
        said(Locale::Chinese),
        said(Locale::English),
        refusal.code.clone(),
    );
    kernel.write(&Actor::system(), move |cx| {
        let state = cx.lock::<IncomingOrder>("t.id = ?", &[id.into()])?;
        if state.first().is_none_or(|one| one.state != "received") {
            return Ok(());
        }
        cx.act::<IncomingOrder>(id, "set_aside", |order| {
            order.reason_code = Some(code.clone());
            (order.reason_zh, order.reason_en) = (Some(zh.clone()), Some(en.clone()));
        })
        .map(drop)
    })
}

/// Asks a person to look after an order that could not be taken.
pub fn ask_person(cx: &mut Cx<'_>, incoming: &IncomingOrder) -> Result<()> {
    cx.close_tasks(OBJECT, incoming.id)?;
    let number = &incoming.external_number;
    let (zh, en) = (&incoming.reason_zh, &incoming.reason_en);
    let title = Text::new(
        format!(
            "渠道来单 {number} 未能接单：{}",
            zh.as_deref().unwrap_or_default()
        ),
        format!(
            "Incoming order {number} waits: {}",
            en.as_deref().unwrap_or_default()
        ),
    );
    cx.task(Task {
        role: Some("channel_manager"),
        user: None,
        organisation: None,
        title,
        object: OBJECT,
        record: incoming.id,
    })
    .map(drop)
}

/// Takes on what came in by file or by hand, and what a process left when it ended.
pub fn round(kernel: &Arc<Kernel>) -> Result<()> {
    let received = kernel.read(&Actor::system(), |cx| {
        let rows = cx.query(
            "SELECT id FROM incoming_order WHERE state = 'received' ORDER BY id LIMIT ?",
            &[i64::try_from(ROUND_MAX).unwrap_or(i64::MAX).into()],
        )?;
        rows.iter()
            .map(|row| Ok(Id::from_number(row.int(0)?)))
            .collect::<Result<Vec<_>>>()
    })?;
    let mut last = Ok(());
    for id in received {
        // One that breaks off must not keep the others waiting.
        if let Err(stop) = process(kernel, id) {
            last = Err(stop);
        }
    }
    last
}
