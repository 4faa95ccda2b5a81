//! Who calls: a session cookie with its CSRF token on writes, or an API key.
//!
//! Keeps true: a write by cookie without the session's CSRF token is refused; an API key that may only read cannot write,
//! and writes by key carry an idempotency key. What a call does decides whether it writes, not its method.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, Method, header, request::Parts},
};
use qudao_base::{Actor, Locale, Refusal, RefusalClass, Result, Stop};
use qudao_kernel::Caller as Recognised;

use crate::{app::App, problem::Problem};

pub(crate) const COOKIE: &str = "qudao_session";

/// A recognised caller.
#[derive(Clone, Debug)]
pub struct Caller {
    /// As the session or key says.
    pub recognised: Recognised,
    /// Who acts, in the language of this request: the one on the screen may not be the one of the account.
    actor: Actor,
    /// Session token; empty for API keys.
    pub token: String,
    /// `Idempotency-Key`, if sent.
    pub key: Option<String>,
    /// `If-Match`, if sent.
    pub version: Option<i64>,
}

impl Caller {
    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }

    pub(crate) const fn locale(&self) -> Locale {
        self.actor.locale
    }

    /// The version the caller has seen.
    ///
    /// # Errors
    /// 428 `version.missing`.
    pub(crate) fn required_version(&self) -> Result<i64> {
        self.version.ok_or_else(|| {
            Refusal::new(RefusalClass::PreconditionRequired, "version.missing")
                .on("If-Match")
                .into()
        })
    }
}

fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The session token among the cookies.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    all.flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}

/// The language of a caller not yet known.
pub(crate) fn locale_of(headers: &HeaderMap) -> Locale {
    asked_locale(headers).unwrap_or(Locale::Chinese)
}

/// The first language asked for that there is.
fn asked_locale(headers: &HeaderMap) -> Option<Locale> {
    let asked = header_text(headers, "accept-language")?;
    asked.split(',').find_map(|one| {
        match one.trim_start().get(..2)?.to_ascii_lowercase().as_str() {
            "en" => Some(Locale::English),
            "zh" => Some(Locale::Chinese),
            _ => None,
        }
    })
}

fn missing() -> Stop {
    Refusal::new(RefusalClass::Unauthenticated, "session.missing").into()
}

/// The secret of an API key, if one was sent.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<String> {
    let sent = header_text(headers, "authorization")?;
    sent.strip_prefix("Bearer ").map(ToOwned::to_owned)
}

async fn recognise(app: &App, headers: &HeaderMap) -> Result<(Recognised, String), Problem> {
    let locale = locale_of(headers);
    let bearer = bearer(headers);
    let token = cookie(headers);
    app.run(locale, move |kernel| match (bearer, token) {
        (Some(secret), _) => kernel
            .key_caller(&secret)?
            .map(|found| (found, String::new()))
            .ok_or_else(missing),
        (None, Some(token)) => kernel
            .caller(&token)?
            .map(|found| (found, token))
            .ok_or_else(missing),
        (None, None) => Err(missing()),
    })
    .await
}

/// Reports, look-ups and the check of a receipt are asked with a body and change nothing.
fn only_reads(app: &App, parts: &Parts) -> bool {
    if parts.method == Method::GET || parts.method == Method::HEAD {
        return true;
    }
    let path = parts.uri.path();
    match path.strip_prefix("/api/v1").unwrap_or(path) {
        "/query" | "/receipts/verify" => parts.method == Method::POST,
        other => other
            .strip_prefix("/call/")
            .is_some_and(|function| app.kernel.function_reads(function)),
    }
}

fn check_write(app: &App, parts: &Parts, recognised: &Recognised, token: &str) -> Result<()> {
    if parts.method == Method::GET || parts.method == Method::HEAD {
        return Ok(());
    }
    let only_reads = only_reads(app, parts);
    if recognised.reads_only && !only_reads {
        return Err(Refusal::forbidden("action.forbidden").into());
    }
    if token.is_empty() {
        let sent = only_reads || header_text(&parts.headers, "idempotency-key").is_some();
        return if sent {
            Ok(())
        } else {
            Err(Refusal::malformed("field.required")
                .on("Idempotency-Key")
                .into())
        };
    }
    let sent = header_text(&parts.headers, "x-csrf-token").unwrap_or_default();
    if sent == recognised.csrf {
        Ok(())
    } else {
        Err(Refusal::forbidden("csrf.missing").on("X-Csrf-Token").into())
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let (recognised, token) = recognise(app, &parts.headers).await?;
        let mut actor = recognised.actor.clone();
        actor.locale = asked_locale(&parts.headers).unwrap_or(actor.locale);
        let problem = |stop| Problem::of(&app.kernel, stop, actor.locale);
        check_write(app, parts, &recognised, &token).map_err(problem)?;
        let version = header_text(&parts.headers, "if-match")
            .map(|text| text.trim_matches('"').parse::<i64>())
            .transpose()
            .map_err(|_| {
                problem(
                    Refusal::malformed("field.type")
                        .on("If-Match")
                        .with("value", "If-Match")
                        .into(),
                )
            })?;
        let key = header_text(&parts.headers, "idempotency-key").map(ToOwned::to_owned);
        Ok(Self {
            recognised,
            actor,
            token,
            key,
            version,
        })
    }
}

impl OptionalFromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
        if cookie(&parts.headers).is_none() && !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(None);
        }
        <Self as FromRequestParts<App>>::from_request_parts(parts, app)
            .await
            .map(Some)
    }
}
