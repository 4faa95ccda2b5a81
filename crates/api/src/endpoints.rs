//! Addresses packs bring along: who calls, what was sent, and the pack's answer.
//!
//! Keeps true: a caller by session or key passes the same checks as anywhere; without one the pack asks for a signature.
//! Not here: what an endpoint does.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Json as JsonBody,
    routing::{get, post},
};
use qudao_kernel::{Asked, Endpoint, Kernel, signature::Signed};
use serde_json::Value as Json;

use crate::{
    app::App,
    caller::{Caller, locale_of},
    payload::Payload,
    problem::Problem,
};

/// What a call of an endpoint brings.
struct Sent {
    caller: Option<Caller>,
    place: String,
    parameters: HashMap<String, String>,
    headers: HeaderMap,
    body: Bytes,
}

/// Adds the packs' addresses.
pub(crate) fn add(router: Router<App>, kernel: &Kernel) -> Router<App> {
    kernel.endpoints().iter().fold(router, |router, &endpoint| {
        router.route(endpoint.path, handler(endpoint))
    })
}

fn handler(endpoint: Endpoint) -> axum::routing::MethodRouter<App> {
    let handle = move |State(app): State<App>,
                       caller: Option<Caller>,
                       Path(place): Path<String>,
                       Query(parameters): Query<HashMap<String, String>>,
                       headers: HeaderMap,
                       Payload(body): Payload| {
        let sent = Sent {
            caller,
            place,
            parameters,
            headers,
            body,
        };
        answer(app, endpoint, sent)
    };
    if endpoint.reads {
        get(handle)
    } else {
        post(handle)
    }
}

async fn answer(app: App, endpoint: Endpoint, sent: Sent) -> Result<JsonBody<Json>, Problem> {
    let locale = sent
        .caller
        .as_ref()
        .map_or_else(|| locale_of(&sent.headers), Caller::locale);
    app.run(locale, move |kernel: &Arc<Kernel>| {
        let header = |name: &str| sent.headers.get(name).and_then(|value| value.to_str().ok());
        let signed = match (
            header("webhook-id"),
            header("webhook-timestamp"),
            header("webhook-signature"),
        ) {
            (Some(id), Some(timestamp), Some(signatures)) => Some(Signed {
                id,
                timestamp,
                signatures,
            }),
            _ => None,
        };
        let asked = Asked {
            actor: sent.caller.as_ref().map(Caller::actor),
            key: sent
                .caller
                .as_ref()
                .and_then(|caller| caller.key.as_deref()),
            place: &sent.place,
            parameters: &sent.parameters,
            signed,
            body: &sent.body,
        };
        if let Some(actor) = asked.actor {
            kernel.admit(&endpoint, actor)?;
        }
        (endpoint.body)(kernel, &asked)
    })
    .await
    .map(JsonBody)
}
