//! Traces to a collector over OTLP (HTTP, protobuf), set up by the standard variables `OTEL_EXPORTER_OTLP_ENDPOINT`,
//! `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`.
//!
//! Keeps true: the ids the collector gets are those callers get in `traceparent` and problems.

use axum::{extract::Request, middleware::Next, response::Response};
use opentelemetry::{
    Context, SpanId, TraceId,
    trace::{FutureExt, SpanContext, TraceContextExt, TraceFlags, TraceState, TracerProvider},
};
use opentelemetry_sdk::{
    Resource,
    trace::{IdGenerator, RandomIdGenerator, SdkTracerProvider},
};
use tracing::Subscriber;
use tracing_subscriber::{Layer, filter::LevelFilter, registry::LookupSpan};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Sends traces in batches from a thread of its own.
pub struct Exporter(SdkTracerProvider);

impl Exporter {
    /// As the environment says; none when it names no collector.
    pub fn from_environment() -> Result<Option<Self>, String> {
        if std::env::var_os(ENDPOINT).is_none() {
            return Ok(None);
        }
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .build()
            .map_err(|error| format!("{ENDPOINT}: {error}"))?;
        let resource = Resource::builder();
        let resource = match std::env::var_os("OTEL_SERVICE_NAME") {
            Some(_) => resource,
            None => resource.with_service_name("qudao"),
        };
        let provider = SdkTracerProvider::builder()
            .with_id_generator(RequestIds(RandomIdGenerator::default()))
            .with_resource(resource.build())
            .with_batch_exporter(exporter)
            .build();
        Ok(Some(Self(provider)))
    }

    /// Hands spans over to the exporter, whatever the log level is.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let tracer = self.0.tracer("qudao");
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_filter(LevelFilter::INFO)
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Gives a request's spans the ids its caller is told.
#[derive(Debug)]
struct RequestIds(RandomIdGenerator);

impl IdGenerator for RequestIds {
    fn new_trace_id(&self) -> TraceId {
        let trace = qudao_api::current_trace();
        let known = trace.and_then(|trace| TraceId::from_hex(&trace.id).ok());
        known.unwrap_or_else(|| self.0.new_trace_id())
    }

    fn new_span_id(&self) -> SpanId {
        let trace = qudao_api::current_trace().filter(|trace| trace.claim());
        let known = trace.and_then(|trace| SpanId::from_hex(&trace.span).ok());
        known.unwrap_or_else(|| self.0.new_span_id())
    }
}

/// The caller's span as the parent of the request's, when its `traceparent` is well formed.
pub async fn take_up(request: Request, next: Next) -> Response {
    let header = request.headers().get("traceparent");
    let parent = header.and_then(|value| parent_of(value.to_str().ok()?));
    let context = match parent {
        Some(parent) => Context::new().with_remote_span_context(parent),
        None => Context::new(),
    };
    next.run(request).with_context(context).await
}

fn parent_of(header: &str) -> Option<SpanContext> {
    let mut parts = header.trim().split('-').skip(1);
    let trace = TraceId::from_hex(parts.next()?).ok()?;
    let span = SpanId::from_hex(parts.next()?).ok()?;
    let flags = u8::from_str_radix(parts.next()?, 16).ok()?;
    let flags = TraceFlags::new(flags) & TraceFlags::SAMPLED;
    let context = SpanContext::new(trace, span, flags, true, TraceState::default());
    context.is_valid().then_some(context)
}
