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

/// What a caller hears of a fault.
struct Told {
    status: StatusCode,
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    retry_seconds: Option<u32>,
}

const BUSY: Told = Told {
    status: StatusCode::SERVICE_UNAVAILABLE,
    code: "busy",
    zh: "系统繁忙，请用同一请求重试",
    en: "The system is busy; repeat the same request",
    retry_seconds: Some(1),
};

const FULL: Told = Told {
    status: StatusCode::INSUFFICIENT_STORAGE,
    code: "storage.full",
    zh: "存储空间不足，未保存任何内容；请联系管理员，腾出空间后用同一请求重试",
    en: "The disk is full and nothing was saved; tell your administrator, and repeat the same request when there is room",
    retry_seconds: Some(10),
};

const BROKEN: Told = Told {
    status: StatusCode::INTERNAL_SERVER_ERROR,
    code: "fault",
    zh: "系统出错，请联系管理员并提供编号",
    en: "Something broke; tell your administrator this number",
    retry_seconds: None,
};

impl Told {
    const fn of(kind: FaultKind) -> &'static Self {
        match kind {
            FaultKind::Unavailable | FaultKind::Retry => &BUSY,
            FaultKind::Full => &FULL,
            FaultKind::Broken | FaultKind::Duplicate | FaultKind::Overflow => &BROKEN,
        }
    }
}

const fn status_of(class: RefusalClass) -> StatusCode {
    match class {
        RefusalClass::Malformed => StatusCode::BAD_REQUEST,
        RefusalClass::Unauthenticated => StatusCode::UNAUTHORIZED,
        RefusalClass::Forbidden => StatusCode::FORBIDDEN,
        RefusalClass::NotFound => StatusCode::NOT_FOUND,
        RefusalClass::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        RefusalClass::TooSlow => StatusCode::REQUEST_TIMEOUT,
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
                let problem = Self::told(Told::of(fault.kind), locale);
                tracing::error!(trace_id = %problem.body["request_id"], fault = %fault, "fault");
                problem
            }
        }
    }

    /// More requests are being worked on than this process takes.
    pub fn busy(locale: Locale) -> Self {
        Self::told(&BUSY, locale)
    }

    fn told(told: &Told, locale: Locale) -> Self {
        let text = if locale == Locale::English {
            told.en
        } else {
            told.zh
        };
        let body = json!({
            "type": "about:blank", "title": told.code, "status": told.status.as_u16(), "code": told.code,
            "detail": text, "errors": [], "request_id": request_id(),
        });
        Self {
            status: told.status,
            body,
            retry_seconds: told.retry_seconds,
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
