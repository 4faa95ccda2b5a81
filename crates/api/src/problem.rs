//! Refusals and faults as `application/problem+json` (RFC 9457).
//!
//! Keeps true: a refusal's text is the declared one in the caller's language; a fault tells the caller nothing but the id
//! of its trace, and is logged once, here.

use std::collections::BTreeMap;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use qudao_base::{FaultKind, Locale, Refusal, RefusalClass, Stop};
use qudao_kernel::Kernel;
use serde_json::{Value as Json, json};

use crate::trace::current_trace;

/// An answer that says why not.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    body: Json,
    retry_seconds: Option<u32>,
}

const fn status_of(class: RefusalClass) -> StatusCode {
    match class {
        RefusalClass::Malformed => StatusCode::BAD_REQUEST,
        RefusalClass::Unauthenticated => StatusCode::UNAUTHORIZED,
        RefusalClass::Forbidden => StatusCode::FORBIDDEN,
        RefusalClass::NotFound => StatusCode::NOT_FOUND,
        RefusalClass::Conflict => StatusCode::CONFLICT,
        RefusalClass::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalClass::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalClass::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        RefusalClass::TooMany => StatusCode::TOO_MANY_REQUESTS,
    }
}

fn detail(kernel: &Kernel, refusal: &Refusal, locale: Locale) -> String {
    kernel.refusal_text(&refusal.code).map_or_else(
        || refusal.code.clone(),
        |text| text.filled(locale, &refusal.arguments),
    )
}

/// What the caller may quote: the id of the request's trace.
fn request_id() -> String {
    current_trace().map_or_else(|| "unknown".to_owned(), |trace| trace.id.clone())
}

/// The code of a problem, told to those who count answers.
#[derive(Clone, Debug)]
pub(crate) struct Code(pub String);

impl Problem {
    /// The problem of a stop, in the language.
    pub fn of(kernel: &Kernel, stop: Stop, locale: Locale) -> Self {
        match stop {
            Stop::Refusal(refusal) => Self::refusal(kernel, &refusal, locale),
            Stop::Fault(fault) => {
                let id = request_id();
                tracing::error!(trace_id = %id, fault = %fault, "fault");
                let busy = matches!(fault.kind, FaultKind::Unavailable | FaultKind::Retry);
                let status = if busy {
                    StatusCode::SERVICE_UNAVAILABLE
                } else {
                    StatusCode::INTERNAL_SERVER_ERROR
                };
                let (code, zh, en) = if busy {
                    (
                        "busy",
                        "系统繁忙，请用同一请求重试",
                        "The system is busy; repeat the same request",
                    )
                } else {
                    (
                        "fault",
                        "系统出错，请联系管理员并提供编号",
                        "Something broke; tell your administrator this number",
                    )
                };
                let text = if locale == Locale::English { en } else { zh };
                let body = json!({
                    "type": "about:blank", "title": code, "status": status.as_u16(), "code": code, "detail": text,
                    "errors": [], "request_id": id,
                });
                Self {
                    status,
                    body,
                    retry_seconds: busy.then_some(1),
                }
            }
        }
    }

    fn refusal(kernel: &Kernel, refusal: &Refusal, locale: Locale) -> Self {
        let status = status_of(refusal.class);
        let all = std::iter::once(refusal).chain(&refusal.others);
        let errors: Vec<Json> = all
            .map(|one| json!({ "code": one.code, "field": one.field, "detail": detail(kernel, one, locale) }))
            .collect();
        let named = refusal.arguments.iter();
        let arguments: BTreeMap<&str, &str> = named
            .map(|(name, argument)| (name.as_str(), argument.of(locale)))
            .collect();
        let body = json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "code": refusal.code,
            "detail": detail(kernel, refusal, locale),
            "field": refusal.field,
            "arguments": arguments,
            "errors": errors,
            "request_id": request_id(),
        });
        Self {
            status,
            body,
            retry_seconds: (status == StatusCode::TOO_MANY_REQUESTS).then_some(60),
        }
    }
}

impl Problem {
    /// With the record as it is now, for those whose change came too late.
    pub(crate) fn with_record(mut self, record: Option<Json>) -> Self {
        if let Some(record) = record {
            self.body["record"] = record;
        }
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body.to_string()).into_response();
        if let Some(code) = self.body["code"].as_str() {
            response.extensions_mut().insert(Code(code.to_owned()));
        }
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
