//! Changes of stock and prices, and shipments, pushed to channels that have an address for it, signed after Standard Webhooks.
//!
//! Keeps true: what has changed becomes a message before it is sent, and is sent until the channel says that it has it or the schedule
//! is over; a message keeps its id through all attempts. Of a channel and a subject one message at a time is under way, and nothing
//! new while one was given up, so what comes later never arrives earlier. A channel that does not answer keeps no other waiting: each
//! has a thread of its own.
//! Not here: what is told (`told`), what is told again (`replay`), the signature (`kernel::signature`).

use std::sync::Arc;

use qudao_base::{Actor, Id, Instant, Result, Value};
use qudao_kernel::{Answered, Cx, Kernel, Notice, Outgoing, Text, signature};
use serde_json::json;

use super::{
    records::ChannelMessage,
    replay,
    told::{Span, Subject},
};
use crate::channel::records::SalesChannel;

const OBJECT: &str = "channel_message";
/// Seconds between attempts; after the last the message has failed. Five days in all.
const SCHEDULE: [i64; 12] = [
    5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400, 72_000,
];
/// A receiver that asks for more patience than this does not get it.
const RETRY_AFTER_MAX: i64 = 86_400;
/// Messages sent in one round.
const ROUND_MAX: i64 = 64;

/// Collects what has changed for every channel with an address, and sends what is due.
pub fn round(kernel: &Arc<Kernel>) -> Result<()> {
    let system = Actor::system();
    let channels = kernel.read(&system, |cx| {
        cx.find::<SalesChannel>("active = 1 AND push_url IS NOT NULL ORDER BY id", &[])
    })?;
    for channel in &channels {
        for subject in Subject::ALL {
            let id = channel.id;
            subject.refresh(kernel, id)?;
            let is_new = kernel.read(&system, |cx| {
                Ok(!is_under_way(cx, id, subject)?
                    && (replay::open(cx, id, subject)?.is_some()
                        || news(cx, id, subject)?.is_some()))
            })?;
            if is_new {
                kernel.write(&system, move |cx| collect(cx, id, subject))?;
            }
        }
    }
    send_due(kernel)
}

fn is_under_way(cx: &mut Cx<'_>, channel: Id, subject: Subject) -> Result<bool> {
    has(cx, (channel, subject), "pending")
}

fn has(cx: &mut Cx<'_>, (channel, subject): (Id, Subject), state: &str) -> Result<bool> {
    let condition = "channel_id = ? AND kind = ? AND state = ? LIMIT 1";
    let parameters = [channel.into(), subject.name().into(), state.into()];
    Ok(!cx
        .find::<ChannelMessage>(condition, &parameters)?
        .is_empty())
}

/// What a channel has not been sent and may be now: nothing while an earlier message, of a replay too, was given up; sent again it
/// would bring older figures after these.
fn news(cx: &mut Cx<'_>, channel: Id, subject: Subject) -> Result<Option<ChannelMessage>> {
    if has(cx, (channel, subject), "failed")? {
        return Ok(None);
    }
    let last = cx.find::<ChannelMessage>(
        "channel_id = ? AND kind = ? AND replay_id IS NULL ORDER BY through_number DESC, id DESC LIMIT 1",
        &[channel.into(), subject.name().into()],
    )?;
    let after = last.first().map_or(0, |one| one.through_number);
    message(cx, channel, subject, Span::after(after))
}

/// A message of what there is in the span; none when there is nothing.
pub(super) fn message(
    cx: &mut Cx<'_>,
    channel: Id,
    subject: Subject,
    span: Span,
) -> Result<Option<ChannelMessage>> {
    let changes = subject.changes(cx, channel, span)?;
    if changes["items"].as_array().is_none_or(Vec::is_empty) {
        return Ok(None);
    }
    let through = changes["next"].as_str().and_then(|text| text.parse().ok());
    let code = cx.get::<SalesChannel>(channel)?.code;
    let content = json!({
        "type": subject.event(),
        "timestamp": cx.now().to_string(),
        "data": { "channel": code, "items": changes["items"], "next": changes["next"] },
    });
    Ok(Some(ChannelMessage {
        channel_id: channel,
        kind: subject.name().to_owned(),
        through_number: through.unwrap_or(span.after),
        next_at: Some(cx.now()),
        content: Some(content),
        ..ChannelMessage::default()
    }))
}

/// Makes the next message of a channel: of a replay first, else of what is new.
fn collect(cx: &mut Cx<'_>, channel: Id, subject: Subject) -> Result<()> {
    cx.lock::<SalesChannel>("t.id = ?", &[channel.into()])?;
    if is_under_way(cx, channel, subject)? {
        return Ok(());
    }
    if let Some(open) = replay::open(cx, channel, subject)? {
        return replay::go_on(cx, &open, subject);
    }
    match news(cx, channel, subject)? {
        Some(message) => cx.create(&message).map(drop),
        None => Ok(()),
    }
}

fn send_due(kernel: &Arc<Kernel>) -> Result<()> {
    let due = kernel.read(&Actor::system(), |cx| {
        let now: Value = cx.now().into();
        cx.find::<ChannelMessage>(
            "state = 'pending' AND next_at <= ? ORDER BY next_at LIMIT ?",
            &[now, ROUND_MAX.into()],
        )
    })?;
    std::thread::scope(|scope| {
        let sending: Vec<_> = due
            .iter()
            .map(|message| scope.spawn(move || send(kernel, message)))
            .collect();
        sending
            .into_iter()
            .filter_map(|one| one.join().ok())
            .collect::<Result<()>>()
    })
}

fn send(kernel: &Arc<Kernel>, message: &ChannelMessage) -> Result<()> {
    let system = Actor::system();
    let (channel, secrets, now) = kernel.read(&system, |cx| {
        let channel = cx.get::<SalesChannel>(message.channel_id)?;
        Ok((channel, cx.signing_secrets(message.channel_id)?, cx.now()))
    })?;
    let answer = match (&channel.push_url, secrets.is_empty()) {
        (Some(url), false) => kernel.post(&signed(url, message, &secrets, now)),
        (None, _) => Err("the channel has no address".to_owned()),
        (_, true) => Err("the channel has no signing secret".to_owned()),
    };
    let id = message.id;
    kernel.write(&system, move |cx| settle(cx, id, &answer))
}

fn signed(url: &str, message: &ChannelMessage, secrets: &[Vec<u8>], now: Instant) -> Outgoing {
    let body = message.content.clone().unwrap_or_default().to_string();
    let id = format!("msg_{}", message.id);
    let signature = signature::sign(secrets, &id, now, body.as_bytes());
    let headers = [
        ("webhook-id", id),
        ("webhook-timestamp", signature::seconds(now).to_string()),
        ("webhook-signature", signature),
    ];
    Outgoing {
        url: url.to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
        body,
    }
}

/// Writes down what came of an attempt.
fn settle(cx: &mut Cx<'_>, id: Id, answer: &std::result::Result<Answered, String>) -> Result<()> {
    let present = cx.lock::<ChannelMessage>("t.id = ?", &[id.into()])?;
    let Some(message) = present.into_iter().find(|one| one.state == "pending") else {
        return Ok(());
    };
    let now = cx.now();
    if matches!(answer, Ok(answered) if (200..300).contains(&answered.status)) {
        cx.act::<ChannelMessage>(id, "deliver", |one| {
            one.attempts += 1;
            (one.delivered_at, one.next_at, one.last_error) = (Some(now), None, None);
        })?;
        return Ok(());
    }
    let error = match answer {
        Ok(answered) => format!("HTTP {}", answered.status),
        Err(error) => error.chars().take(300).collect(),
    };
    let is_gone = matches!(answer, Ok(answered) if answered.status == 410);
    let pause = pause(
        &message,
        answer.as_ref().ok().and_then(|one| one.retry_after),
    );
    if let (Some(pause), false) = (pause, is_gone) {
        cx.act::<ChannelMessage>(id, "put_off", |one| {
            one.attempts += 1;
            one.next_at = Some(now.plus_seconds(pause));
            one.last_error = Some(error.clone());
        })?;
        return Ok(());
    }
    let message = cx.act::<ChannelMessage>(id, "give_up", |one| {
        one.attempts += 1;
        (one.next_at, one.last_error) = (None, Some(error.clone()));
    })?;
    tell(cx, &message)
}

/// Seconds to the next attempt; none when the schedule is over.
fn pause(message: &ChannelMessage, asked: Option<i64>) -> Option<i64> {
    let at = usize::try_from(message.attempts).ok()?;
    let planned = *SCHEDULE.get(at)?;
    Some(planned.max(asked.unwrap_or(0).min(RETRY_AFTER_MAX)))
}

fn tell(cx: &mut Cx<'_>, message: &ChannelMessage) -> Result<()> {
    let channel = cx.get::<SalesChannel>(message.channel_id)?;
    cx.notify(Notice {
        role: Some("channel_manager"),
        user: None,
        organisation: None,
        title: Text::new(
            format!("渠道“{}”收不到推送，已停止；修好后请重发", channel.name),
            format!(
                "{} does not take our messages; sending has stopped until somebody sends again",
                channel.name_en
            ),
        ),
        object: OBJECT,
        record: message.id,
    })
}

/// Before a person sends again: the schedule begins anew.
pub fn begin_anew(cx: &mut Cx<'_>, message: &mut ChannelMessage) -> Result<()> {
    message.attempts = 0;
    message.next_at = Some(cx.now());
    Ok(())
}
