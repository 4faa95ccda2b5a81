//! Health, readiness, metrics, request log.
//!
//! Keeps true: every request is counted, logged and traced; a secret in a path is not.

use std::{sync::Arc, time::Instant as Moment};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use qudao_base::{Refusal, RefusalClass};
use qudao_store::Query;
use tracing::Instrument;

use crate::{
    app::App,
    caller::locale_of,
    problem::{Code, Problem},
    trace::{self, Trace},
};

/// Counts, logs and traces every request.
pub(crate) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let trace = Arc::new(Trace::of(request.headers()));
    trace::within(Arc::clone(&trace), answer(app, trace, request, next)).await
}

async fn answer(app: App, trace: Arc<Trace>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("other", MatchedPath::as_str).to_owned();
    // A sign-in token is a secret, so its path is not logged.
    let path = if route.starts_with("/sign-in/") {
        route.clone()
    } else {
        request.uri().path().to_owned()
    };
    // Of the highest level, so that a log of errors alone has the trace too.
    let span = tracing::error_span!(
        "request", trace_id = %trace.id, %method, %route, otel.name = %format!("{method} {route}"), otel.kind = "server",
        status = tracing::field::Empty,
    );
    let started = Moment::now();
    let locale = locale_of(request.headers());
    let mut response = next.run(request).instrument(span.clone()).await;
    if is_bare(&response) {
        // The framework itself said no, to a path or a query that cannot be read.
        let refusal = Refusal::malformed("request.malformed");
        response = Problem::of(&app.kernel, refusal.into(), locale).into_response();
    }
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    app.metrics
        .answered(method.as_str(), &route, status, micros);
    if let Some(Code(code)) = response.extensions().get() {
        app.metrics.refused(code);
    }
    span.record("status", status);
    span.in_scope(|| tracing::info!(path, micros, "answered"));
    if let Some(value) = trace.header() {
        response.headers_mut().insert(trace::HEADER, value);
    }
    response
}

/// A refusal that does not say why in the form the API promises.
fn is_bare(response: &Response) -> bool {
    response.status() == StatusCode::BAD_REQUEST && response.extensions().get::<Code>().is_none()
}

/// `GET /healthz`: the process runs.
pub(crate) async fn health() -> &'static str {
    "ok"
}

/// `GET /readyz`: the database answers. An archive that cannot be written is told and stops nobody.
pub(crate) async fn ready(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<&'static str, Problem> {
    app.run_at_any_time(locale_of(&headers), |kernel| {
        kernel
            .store
            .read(|reader| reader.query("SELECT 1", &[]).map(drop))?;
        let archive = kernel.store.statistics().archive;
        Ok(if archive.is_none_or(|archive| archive.is_in_time()) {
            "ready"
        } else {
            "ready, but the archive is behind"
        })
    })
    .await
}

/// `GET /metrics` in the Prometheus text format.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    let text = app.metrics.text(&app.kernel);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

/// Everything under `/api/v1` that is no route.
pub(crate) async fn not_found(State(app): State<App>, headers: HeaderMap) -> Problem {
    Problem::of(
        &app.kernel,
        Refusal::not_found().into(),
        locale_of(&headers),
    )
}

/// A route asked with a method it does not have.
pub(crate) async fn method_not_allowed(State(app): State<App>, headers: HeaderMap) -> Problem {
    let refusal = Refusal::new(RefusalClass::WrongMethod, "request.wrong_method");
    Problem::of(&app.kernel, refusal.into(), locale_of(&headers))
}
