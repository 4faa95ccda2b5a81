//! The trace a request belongs to (W3C Trace Context): accepted from the caller or begun here, carried through the work as
//! the field `trace_id` of the span `request`, returned as `traceparent`, and quoted in every problem.
//!
//! Keeps true: what a caller sends is used only when it is well formed; an id is 32 hexadecimal digits, never all zero.
//! Not here: where traces are sent (the binary).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use axum::http::{HeaderMap, HeaderValue};
use qudao_kernel::random_token;

/// Name of the header.
pub(crate) const HEADER: &str = "traceparent";

tokio::task_local! {
    static CURRENT: Arc<Trace>;
}

/// A request's place in a trace.
#[derive(Debug)]
pub struct Trace {
    /// Trace: 32 hexadecimal digits.
    pub id: String,
    /// The request's own span: 16 hexadecimal digits.
    pub span: String,
    /// Whether the trace is recorded: two hexadecimal digits, as the caller sent them.
    flags: String,
    claimed: AtomicBool,
}

fn is_id(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && text.bytes().any(|byte| byte != b'0')
}

/// Trace and flags of a `traceparent`, when it is well formed.
fn parsed(header: &str) -> Option<(&str, &str)> {
    let mut parts = header.trim().split('-');
    let (version, id, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    // Later versions may add parts; this one has exactly four.
    let whole = version != "00" || parts.next().is_none();
    let known = version.len() == 2 && version != "ff";
    let flagged = flags.len() == 2 && flags.bytes().all(|byte| byte.is_ascii_hexdigit());
    (whole && known && flagged && is_id(id, 32) && is_id(parent, 16)).then_some((id, flags))
}

impl Trace {
    /// The caller's trace, or a new one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(HEADER).and_then(|value| value.to_str().ok());
        // Without randomness nothing else works either; the request itself shall say so.
        let random = random_token().unwrap_or_else(|_| "1".repeat(64));
        let (id, flags) = sent.and_then(parsed).unwrap_or((&random[..32], "01"));
        Self {
            id: id.to_owned(),
            span: random[32..48].to_owned(),
            flags: flags.to_owned(),
            claimed: AtomicBool::new(false),
        }
    }

    /// As the answer's header.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let text = format!("00-{}-{}-{}", self.id, self.span, self.flags);
        HeaderValue::try_from(text).ok()
    }

    /// True once: for whoever names the first span made in this request.
    pub fn claim(&self) -> bool {
        !self.claimed.swap(true, Relaxed)
    }
}

/// Runs a request within its trace.
pub(crate) async fn within<T>(trace: Arc<Trace>, work: impl Future<Output = T>) -> T {
    CURRENT.scope(trace, work).await
}

/// The trace of the request being answered on this task.
pub fn current_trace() -> Option<Arc<Trace>> {
    CURRENT.try_with(Arc::clone).ok()
}

#[cfg(test)]
mod tests {
    use super::parsed;

    #[test]
    fn only_well_formed_headers_are_taken() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        let parent = "00f067aa0ba902b7";
        let good = format!("00-{id}-{parent}-01");
        assert_eq!(parsed(&good), Some((id, "01")));
        for bad in [
            String::new(),
            id.to_owned(),
            format!("00-{id}-{parent}"),
            format!("00-{id}-{parent}-01-x"),
            format!("ff-{id}-{parent}-01"),
            format!("00-{}-{parent}-01", "0".repeat(32)),
            format!("00-{id}-{}-01", "0".repeat(16)),
            format!("00-{}-{parent}-01", id.to_uppercase()),
            format!("00-{id}-{parent}-zz"),
        ] {
            assert_eq!(parsed(&bad), None, "{bad}");
        }
    }
}
