//! Signing in and out.

use std::net::SocketAddr;

use axum::{
    body::Bytes,
    extract::{ConnectInfo, Path, State},
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Json as JsonBody, Response},
};
use qudao_base::{Actor, Fault, Locale, Refusal, Result};
use qudao_kernel::{Grant, Kernel, pipeline::Request};
use serde_json::Value as Json;

use crate::{
    app::App,
    caller::{COOKIE, Caller, locale_of},
    problem::Problem,
    records::body,
};

fn with_cookie(app: &App, mut response: Response, token: &str, seconds: i64) -> Response {
    let secure = if app.secure { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

const COOKIE_SECONDS: i64 = 12 * 3600;

fn session_json(kernel: &std::sync::Arc<Kernel>, grant: &Grant) -> Result<Json> {
    let caller = kernel
        .caller(&grant.token)?
        .ok_or_else(|| Fault::new("a fresh session is unknown"))?;
    caller.json(kernel)
}

/// Where a caller comes from; empty where the server does not say.
fn address_of(extensions: &Extensions) -> String {
    let from = extensions.get::<ConnectInfo<SocketAddr>>();
    from.map_or_else(String::new, |from| from.0.ip().to_string())
}

/// `POST /session`
pub(crate) async fn sign_in(
    State(app): State<App>,
    extensions: Extensions,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let address = address_of(&extensions);
    let (grant, json) = app
        .run(locale_of(&headers), move |kernel| {
            let input = body(&bytes)?;
            let text = |name: &str| {
                let text = input.get(name).and_then(Json::as_str);
                text.map(ToOwned::to_owned)
                    .ok_or_else(|| Refusal::malformed("field.required").on(name))
            };
            let grant = kernel.sign_in(&text("login")?, &text("password")?, &address)?;
            let json = session_json(kernel, &grant)?;
            Ok((grant, json))
        })
        .await?;
    Ok(with_cookie(
        &app,
        JsonBody(json).into_response(),
        &grant.token,
        COOKIE_SECONDS,
    ))
}

/// `GET /session`
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
) -> Result<JsonBody<Json>, Problem> {
    let recognised = caller.recognised.clone();
    app.run(caller.locale(), move |kernel| recognised.json(kernel))
        .await
        .map(JsonBody)
}

/// `PATCH /session`: the user's own language.
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    bytes: Bytes,
) -> Result<JsonBody<Json>, Problem> {
    let (token, mut recognised) = (caller.token.clone(), caller.recognised.clone());
    let user = caller.actor().user;
    app.run(caller.locale(), move |kernel| {
        let input = body(&bytes)?;
        if let Some(unknown) = input.keys().find(|name| *name != "locale") {
            return Err(Refusal::malformed("field.unknown")
                .on(unknown)
                .with("field", unknown)
                .into());
        }
        let locale = match input.get("locale").and_then(Json::as_str) {
            Some("en") => Locale::English,
            _ => Locale::Chinese,
        };
        let request = Request {
            object: "user".to_owned(),
            id: user,
            action: "update".to_owned(),
            input,
            version: None,
        };
        // A person may always choose their own language, whatever their rights on users are.
        kernel.submit(
            &Actor {
                user,
                ..Actor::system()
            },
            None,
            request,
        )?;
        // A key has no session to read again.
        if token.is_empty() {
            recognised.actor.locale = locale;
        } else {
            recognised = kernel
                .caller(&token)?
                .ok_or_else(|| Fault::new("a session vanished"))?;
        }
        recognised.json(kernel)
    })
    .await
    .map(JsonBody)
}

/// `DELETE /session`
pub(crate) async fn sign_out(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let token = caller.token.clone();
    app.run(caller.locale(), move |kernel| kernel.sign_out(&token))
        .await?;
    Ok(with_cookie(
        &app,
        StatusCode::NO_CONTENT.into_response(),
        "",
        0,
    ))
}

/// `GET /sign-in/{token}`: a one-time link. Used or over, it leads to the sign-in page.
pub(crate) async fn use_link(
    State(app): State<App>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    let opened = app
        .run(locale_of(&headers), move |kernel| kernel.use_link(&token))
        .await;
    let to = |place: &'static str| {
        (StatusCode::SEE_OTHER, [(header::LOCATION, place)], "").into_response()
    };
    match opened {
        Ok(grant) => {
            let place = if grant.door == "portal" {
                "/portal"
            } else {
                "/"
            };
            with_cookie(&app, to(place), &grant.token, COOKIE_SECONDS)
        }
        Err(_) => to("/login?reason=link"),
    }
}
