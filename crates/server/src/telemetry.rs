//! Logs to standard error, as JSON lines that carry the trace of their request; with the feature `otlp` also traces to a
//! collector.
//!
//! Keeps true: without `OTEL_EXPORTER_OTLP_ENDPOINT` nothing is sent anywhere.

use axum::Router;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

#[cfg(feature = "otlp")]
mod otlp;

/// What ends with the program: traces not yet sent are sent when it is dropped.
#[derive(Default)]
pub struct Telemetry {
    #[cfg(feature = "otlp")]
    _exporter: Option<otlp::Exporter>,
}

/// Begins to log, and to trace where the environment says so.
///
/// # Errors
/// What is wrong with the set-up of the exporter.
pub fn start() -> Result<Telemetry, String> {
    let level = std::env::var("QUDAO_LOG").unwrap_or_else(|_| "warn".to_owned());
    let filter = EnvFilter::try_new(level).unwrap_or_default();
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(std::io::stderr)
        .with_filter(filter);
    let subscriber = tracing_subscriber::registry().with(lines);
    #[cfg(feature = "otlp")]
    let (subscriber, telemetry) = {
        let exporter = otlp::Exporter::from_environment()?;
        let layer = exporter.as_ref().map(otlp::Exporter::layer);
        let telemetry = Telemetry {
            _exporter: exporter,
        };
        (subscriber.with(layer), telemetry)
    };
    #[cfg(not(feature = "otlp"))]
    let telemetry = Telemetry::default();
    subscriber.init();
    Ok(telemetry)
}

/// The router, taking up the traces of its callers.
pub fn traced(router: Router) -> Router {
    #[cfg(feature = "otlp")]
    let router = router.layer(axum::middleware::from_fn(otlp::take_up));
    router
}
