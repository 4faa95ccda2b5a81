//! The web application's files, embedded in the binary.
//!
//! Keeps true: hashed assets are cached for a year, pages never; unknown paths are pages of the application.

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use qudao_base::{Refusal, RefusalClass};
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::{app::App, caller::locale_of, problem::Problem};

#[derive(rust_embed::Embed)]
#[folder = "../../web/dist"]
struct Files;

/// What a page may load: only from this site.
pub(crate) const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
     object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

/// Compress what gains from it, and never live streams.
pub(crate) fn worth_compressing() -> impl Predicate {
    SizeAbove::new(512)
        .and(NotForContentType::SSE)
        .and(NotForContentType::IMAGES)
}

fn media(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Any path that is no API route.
pub(crate) async fn file(State(app): State<App>, request: Request) -> Response {
    let refuse = |refusal: Refusal| {
        let locale = locale_of(request.headers());
        Problem::of(&app.kernel, refusal.into(), locale).into_response()
    };
    let path = request.uri().path().trim_start_matches('/');
    if path.starts_with("api/") {
        return refuse(Refusal::not_found());
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return refuse(Refusal::new(
            RefusalClass::WrongMethod,
            "request.wrong_method",
        ));
    }
    let found = if path.is_empty() {
        None
    } else {
        Files::get(path)
    };
    if let Some(file) = found {
        let cache = if path.starts_with("assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let headers = [
            (header::CONTENT_TYPE, media(path)),
            (header::CACHE_CONTROL, cache),
        ];
        return (headers, file.data.into_owned()).into_response();
    }
    let has_extension = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    match Files::get("index.html") {
        Some(page) if !has_extension => {
            let headers = [
                (header::CONTENT_TYPE, media("index.html")),
                (header::CACHE_CONTROL, "no-cache"),
            ];
            (headers, page.data.into_owned()).into_response()
        }
        _ => (StatusCode::NOT_FOUND, "not found").into_response(),
    }
}
