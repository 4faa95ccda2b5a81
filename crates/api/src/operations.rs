//! Health, readiness, metrics, request log.

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Instant as Moment,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use qudao_base::{Refusal, RefusalClass};
use qudao_store::Query;

use crate::{app::App, caller::locale_of, problem::Problem};

/// Counters since the process started.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: [AtomicU64; 6],
    micros: AtomicU64,
}

/// Counts and logs every request.
pub(crate) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = Moment::now();
    let response = next.run(request).await;
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let class = (response.status().as_u16() / 100).min(5) as usize;
    app.metrics.requests[class].fetch_add(1, Relaxed);
    app.metrics.micros.fetch_add(micros, Relaxed);
    // A sign-in token is a secret, so its path is not logged.
    let path = if path.starts_with("/sign-in/") {
        "/sign-in/…".to_owned()
    } else {
        path
    };
    tracing::info!(%method, path, status = response.status().as_u16(), micros, "request");
    response
}

/// `GET /healthz`: the process runs.
pub(crate) async fn health() -> &'static str {
    "ok"
}

/// `GET /readyz`: the database answers.
pub(crate) async fn ready(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<&'static str, Problem> {
    app.run(locale_of(&headers), |kernel| {
        kernel
            .store
            .read(|reader| reader.query("SELECT 1", &[]).map(drop))
    })
    .await?;
    Ok("ready")
}

/// `GET /metrics` in the Prometheus text format.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    let mut text = String::from("# TYPE qudao_requests_total counter\n");
    for (class, counter) in app.metrics.requests.iter().enumerate().skip(1) {
        let count = counter.load(Relaxed);
        let _ = writeln!(text, "qudao_requests_total{{class=\"{class}xx\"}} {count}");
    }
    let store = app.kernel.store.statistics();
    let _ = write!(
        text,
        "# TYPE qudao_request_microseconds_total counter\nqudao_request_microseconds_total {}\n\
         # TYPE qudao_store_commits_total counter\nqudao_store_commits_total {}\n\
         # TYPE qudao_store_writes_total counter\nqudao_store_writes_total {}\n\
         # TYPE qudao_store_retries_total counter\nqudao_store_retries_total {}\n",
        app.metrics.micros.load(Relaxed),
        store.commits,
        store.writes,
        store.retries
    );
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
pub(crate) async fn method_not_allowed(State(app): State<App>, headers: HeaderMap) -> Response {
    let refusal = Refusal::new(RefusalClass::NotFound, "record.not_found");
    let mut response =
        Problem::of(&app.kernel, refusal.into(), locale_of(&headers)).into_response();
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}
