//! Live updates as server-sent events, which say what objects have changed, and the feed of changes for other systems.
//!
//! Keeps true: a stream ends within fifteen seconds after its session or key does, and does not keep a session alive.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::{
        Json as JsonBody, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, stream};
use qudao_base::Actor;
use qudao_kernel::{Kernel, feed};
use serde_json::{Value as Json, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    app::App,
    caller::{Caller, bearer},
    problem::Problem,
};

struct Listening {
    kernel: Arc<Kernel>,
    changes: Receiver<String>,
    actor: Actor,
    /// Session token, or the secret of an API key.
    token: String,
    by_key: bool,
    checked: Instant,
}

const CHECK_SECONDS: u64 = 15;

impl Listening {
    /// Looks whether session or key still hold, with the rights of now. False ends the stream.
    async fn check(&mut self) -> bool {
        if self.checked.elapsed().as_secs() < CHECK_SECONDS {
            return true;
        }
        self.checked = Instant::now();
        let (kernel, token, by_key) = (Arc::clone(&self.kernel), self.token.clone(), self.by_key);
        let found = tokio::task::spawn_blocking(move || {
            if by_key {
                kernel.key_caller(&token)
            } else {
                kernel.watcher(&token)
            }
        });
        match found.await {
            Ok(Ok(Some(caller))) => {
                self.actor = caller.actor;
                true
            }
            _ => false,
        }
    }
}

/// The object to announce; `None` ends the stream.
async fn next(listening: &mut Listening) -> Option<Event> {
    loop {
        let waited =
            tokio::time::timeout(Duration::from_secs(CHECK_SECONDS), listening.changes.recv())
                .await;
        if !listening.check().await {
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
                        .access(&model, &listening.actor)
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
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let secret = bearer(&headers);
    let listening = Listening {
        kernel: Arc::clone(&app.kernel),
        changes: app.changes.subscribe(),
        actor: caller.actor().clone(),
        by_key: secret.is_some(),
        token: secret.unwrap_or(caller.token),
        checked: Instant::now(),
    };
    let events = stream::unfold(listening, |mut listening| async move {
        let event = next(&mut listening).await?;
        Some((Ok(event), listening))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// `GET /changes?after=`: the feed for other systems.
pub(crate) async fn changes(
    State(app): State<App>,
    caller: Caller,
    Query(parameters): Query<HashMap<String, String>>,
) -> Result<JsonBody<Json>, Problem> {
    app.show(&caller, move |cx| {
        let after = parameters.get("after").map(String::as_str);
        feed::changes(cx, after)
    })
    .await
}
