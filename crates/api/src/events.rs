//! Live updates as server-sent events: which objects have changed, never what.
//!
//! Keeps true: a stream ends within one event or fifteen seconds after its session does.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, stream};
use qudao_kernel::Kernel;
use serde_json::json;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{app::App, caller::Caller};

struct Listening {
    kernel: Arc<Kernel>,
    changes: Receiver<String>,
    caller: Caller,
}

const CHECK_SECONDS: u64 = 15;

/// The object to announce; `None` ends the stream.
async fn next(listening: &mut Listening) -> Option<Event> {
    loop {
        let waited =
            tokio::time::timeout(Duration::from_secs(CHECK_SECONDS), listening.changes.recv())
                .await;
        let (kernel, token) = (
            Arc::clone(&listening.kernel),
            listening.caller.token.clone(),
        );
        let known = tokio::task::spawn_blocking(move || {
            token.is_empty() || kernel.caller(&token).is_ok_and(|found| found.is_some())
        });
        if !known.await.unwrap_or(false) {
            return None;
        }
        match waited {
            Err(_) => return Some(Event::default().comment("")),
            Ok(Err(RecvError::Closed)) => return None,
            Ok(Err(RecvError::Lagged(_))) => {
                return Some(Event::default().event("change").data(json!({}).to_string()));
            }
            Ok(Ok(object)) => {
                let seen = listening.kernel.model(&object).is_ok_and(|model| {
                    listening
                        .kernel
                        .access(&model, listening.caller.actor())
                        .may("read")
                });
                if seen {
                    return Some(
                        Event::default()
                            .event("change")
                            .data(json!({ "object": object }).to_string()),
                    );
                }
            }
        }
    }
}

/// `GET /events`
pub(crate) async fn stream(
    State(app): State<App>,
    caller: Caller,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let listening = Listening {
        kernel: Arc::clone(&app.kernel),
        changes: app.changes.subscribe(),
        caller,
    };
    let events = stream::unfold(listening, |mut listening| async move {
        let event = next(&mut listening).await?;
        Some((Ok(event), listening))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
