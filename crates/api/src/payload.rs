//! Bodies of requests, read whole.
//!
//! Keeps true: a body too large or too slow is refused in the form the API promises; while one is read, nothing is held but the
//! memory it takes.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use qudao_base::{Refusal, RefusalClass};

use crate::{
    app::{App, BODY_BYTES_MAX, FILE_BYTES_MAX},
    caller::locale_of,
    problem::Problem,
};

/// How long an ordinary body may take.
const BODY_TIME: Duration = Duration::from_secs(20);
/// How long a file may take.
const FILE_TIME: Duration = Duration::from_mins(5);

/// The body of an ordinary request.
pub(crate) struct Payload(pub Bytes);

impl FromRequest<App> for Payload {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        read(request, app, BODY_BYTES_MAX, BODY_TIME)
            .await
            .map(Self)
    }
}

/// A file sent as a body.
pub(crate) async fn file(request: Request, app: &App) -> Result<Bytes, Problem> {
    read(request, app, FILE_BYTES_MAX, FILE_TIME).await
}

async fn read(request: Request, app: &App, max: usize, time: Duration) -> Result<Bytes, Problem> {
    let locale = locale_of(request.headers());
    let refuse = |class, code| {
        let refusal = Refusal::new(class, code).with("max", max);
        Problem::of(&app.kernel, refusal.into(), locale)
    };
    match tokio::time::timeout(time, axum::body::to_bytes(request.into_body(), max)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        // Too long, or broken off; who broke off hears nothing.
        Ok(Err(_)) => Err(refuse(RefusalClass::TooLarge, "body.too_large")),
        Err(_) => Err(refuse(RefusalClass::TooSlow, "body.too_slow")),
    }
}
