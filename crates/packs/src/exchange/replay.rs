//! What was pushed to a channel, pushed again: between two moments, or after a number.
//!
//! Keeps true: a replay never brings an old figure back: what was told in its span is told as it is now, in pages of one message, each
//! when the one before has arrived; messages that died within the span are replaced by it and hold nothing up any more, unless it is
//! stopped before it has told what they held.
//! Not here: sending (`push`).

use qudao_base::{Id, Instant, Refusal, Result, Value};
use qudao_kernel::Cx;

use super::{
    push,
    records::{ChannelMessage, ChannelReplay},
    told::{Span, Subject},
};
use crate::channel::records::SalesChannel;

/// Messages of a channel and subject that are of no replay.
const REGULAR: &str = "channel_id = ? AND kind = ? AND replay_id IS NULL";

/// Before a replay is made: finds the numbers its span stands for.
pub fn prepare(cx: &mut Cx<'_>, replay: &mut ChannelReplay) -> Result<()> {
    let channels = cx.lock::<SalesChannel>("t.id = ?", &[replay.channel_id.into()])?;
    let Some(channel) = channels.into_iter().next() else {
        return Ok(());
    };
    if channel.push_url.is_none() {
        let refusal = Refusal::conflict("exchange.no_push_address").on("channel_id");
        return Err(refusal.with("channel", &channel.name).into());
    }
    let after = match (replay.from_at, replay.after_number) {
        (Some(from), None) => told_by(cx, replay, ("<", from))?,
        (None, Some(number)) => number,
        _ => {
            let refusal = Refusal::invalid("exchange.replay_from_missing");
            return Err(refusal.on("from_at").into());
        }
    };
    let until = told_by(
        cx,
        replay,
        ("<=", replay.until_at.unwrap_or_else(|| cx.now())),
    )?;
    if until <= after {
        return Err(Refusal::conflict("exchange.replay_empty")
            .on("from_at")
            .into());
    }
    replay.until_number = Some(until);
    let span = Span { after, until };
    replay.next_number = Some(first_told(cx, replay, span)?);
    Ok(())
}

fn of(replay: &ChannelReplay) -> [Value; 2] {
    [replay.channel_id.into(), replay.kind.as_str().into()]
}

/// The last number told by a moment.
fn told_by(
    cx: &mut Cx<'_>,
    replay: &ChannelReplay,
    (compared, at): (&str, Instant),
) -> Result<i64> {
    let sql = format!(
        "SELECT COALESCE(MAX(through_number), 0) FROM channel_message WHERE {REGULAR} AND created_at {compared} ?"
    );
    let mut parameters = of(replay).to_vec();
    parameters.push(at.into());
    let rows = cx.query(&sql, &parameters)?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// Messages that died within the span.
fn dead(cx: &mut Cx<'_>, replay: &ChannelReplay, span: Span) -> Result<Vec<ChannelMessage>> {
    let dead = "channel_id = ? AND kind = ? AND state = 'failed' AND through_number > ? AND through_number <= ? ORDER BY id";
    let mut parameters = of(replay).to_vec();
    parameters.extend([span.after.into(), span.until.into()]);
    cx.find::<ChannelMessage>(dead, &parameters)
}

/// The number from which everything is told again that messages held that died within the span.
fn first_told(cx: &mut Cx<'_>, replay: &ChannelReplay, span: Span) -> Result<i64> {
    let mut after = span.after;
    for message in dead(cx, replay, span)? {
        let before = format!(
            "SELECT COALESCE(MAX(through_number), 0) FROM channel_message WHERE {REGULAR} AND through_number < ?"
        );
        let mut parameters = of(replay).to_vec();
        parameters.push(message.through_number.into());
        let rows = cx.query(&before, &parameters)?;
        after = after.min(rows.first().map_or(Ok(0), |row| row.int(0))?);
    }
    Ok(after)
}

/// After a replay was made: it takes the place of what died within its span.
pub fn replace_dead(cx: &mut Cx<'_>, replay: &ChannelReplay) -> Result<()> {
    let span = span_left(replay);
    for message in dead(cx, replay, span)? {
        cx.act::<ChannelMessage>(message.id, "replace", |one| {
            one.replaced_by_id = Some(replay.id);
        })?;
    }
    Ok(())
}

/// What is still to be told.
fn span_left(replay: &ChannelReplay) -> Span {
    Span {
        after: replay.next_number.unwrap_or_default(),
        until: replay.until_number.unwrap_or_default(),
    }
}

/// Before a replay is stopped: what it replaced and has not told is to be sent again by a person, or by another replay.
pub fn give_back(cx: &mut Cx<'_>, replay: &mut ChannelReplay) -> Result<()> {
    let untold = "replaced_by_id = ? AND state = 'replaced' AND through_number > ? ORDER BY id";
    let parameters = [
        replay.id.into(),
        replay.next_number.unwrap_or_default().into(),
    ];
    for message in cx.find::<ChannelMessage>(untold, &parameters)? {
        cx.act::<ChannelMessage>(message.id, "give_back", |one| one.replaced_by_id = None)?;
    }
    Ok(())
}

/// The replay of a channel and subject that may go on: none while its last message has not arrived.
pub fn open(cx: &mut Cx<'_>, channel: Id, subject: Subject) -> Result<Option<ChannelReplay>> {
    let condition = "channel_id = ? AND kind = ? AND state = 'open' ORDER BY id LIMIT 1";
    let found = cx.find::<ChannelReplay>(condition, &[channel.into(), subject.name().into()])?;
    let Some(replay) = found.into_iter().next() else {
        return Ok(None);
    };
    let stuck = "replay_id = ? AND state IN ('pending', 'failed') LIMIT 1";
    let is_stuck = !cx
        .find::<ChannelMessage>(stuck, &[replay.id.into()])?
        .is_empty();
    Ok(Some(replay).filter(|_| !is_stuck))
}

/// Makes the next message of a replay, or ends it.
pub fn go_on(cx: &mut Cx<'_>, replay: &ChannelReplay, subject: Subject) -> Result<()> {
    let span = span_left(replay);
    let Some(message) = push::message(cx, replay.channel_id, subject, span)? else {
        return cx
            .act::<ChannelReplay>(replay.id, "finish", |_| ())
            .map(drop);
    };
    let next = message.through_number;
    cx.create(&ChannelMessage {
        replay_id: Some(replay.id),
        ..message
    })?;
    cx.act::<ChannelReplay>(replay.id, "go_on", |one| one.next_number = Some(next))
        .map(drop)
}
