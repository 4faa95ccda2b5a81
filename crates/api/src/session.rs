//! Signing in and out.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
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
    payload::Payload,
    problem::Problem,
    records::body,
};

fn with_cookie(app: &App, mut response: Response, token: &str, seconds: i64) -> Response {
    let secure = if app.front.secure { "; Secure" } else { "" };
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

/// Where a caller comes from; empty where the server does not say. Behind the site's own proxy it is whom the proxy saw. Of an IPv6
/// address the network counts: one household has more addresses than anybody can count.
fn address_of(app: &App, extensions: &Extensions, headers: &HeaderMap) -> String {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let Some(peer) = peer.map(|from| from.0.ip().to_canonical()) else {
        return String::new();
    };
    let is_proxy = app
        .front
        .proxy
        .is_some_and(|proxy| proxy.to_canonical() == peer);
    let told = headers.get_all("x-forwarded-for").iter().next_back();
    let told = told.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    let told = told.map(|address: IpAddr| address.to_canonical());
    match told.filter(|_| is_proxy).unwrap_or(peer) {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from(network))
        }
    }
}

/// Refuses a form another site has sent: it would sign its reader in as somebody else.
fn own_page(headers: &HeaderMap) -> Result<()> {
    let from = headers.get("sec-fetch-site");
    if from.is_some_and(|from| from != "same-origin" && from != "none") {
        return Err(Refusal::forbidden("csrf.missing").into());
    }
    Ok(())
}

/// `POST /session`
pub(crate) async fn sign_in(
    State(app): State<App>,
    extensions: Extensions,
    headers: HeaderMap,
    Payload(bytes): Payload,
) -> Result<Response, Problem> {
    let address = address_of(&app, &extensions, &headers);
    let (grant, json) = app
        .run(locale_of(&headers), move |kernel| {
            own_page(&headers)?;
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
    Payload(bytes): Payload,
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
            then: None,
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

/// `GET /sign-in/{token}`: the page of a one-time link. Looking at it uses nothing up, as messengers do that show a preview; its
/// button does, pressed by its own script unless another site has led here.
pub(crate) async fn show_link(headers: HeaderMap) -> Response {
    let (title, button) = match locale_of(&headers) {
        Locale::English => ("Sign in to Qudao", "Sign in"),
        Locale::Chinese => ("登录渠道系统", "登录"),
    };
    let script = if own_page(&headers).is_ok() {
        r#"<script src="/sign-in.js"></script>"#
    } else {
        ""
    };
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <body style=\"font:16px system-ui;display:grid;place-items:center;min-height:90vh;color-scheme:light dark\">\
         <form method=\"post\"><h1 style=\"font-size:20px\">{title}</h1>\
         <button style=\"font:inherit;padding:12px 32px\" autofocus>{button}</button></form>{script}"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, page).into_response()
}

/// `POST /sign-in/{token}`: uses a one-time link. Used or over, it leads to the sign-in page.
pub(crate) async fn use_link(
    State(app): State<App>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    let opened = app
        .run(locale_of(&headers), move |kernel| {
            own_page(&headers)?;
            kernel.use_link(&token)
        })
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
