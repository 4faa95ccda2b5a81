//! The application: state shared by handlers, and the table of routes.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    response::Json as JsonBody,
    routing::{get, post, put},
};
use qudao_base::{Fault, Locale, Result};
use qudao_kernel::{Cx, Kernel};
use serde_json::Value as Json;
use tokio::sync::{Semaphore, broadcast};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, set_header::SetResponseHeaderLayer,
};

use crate::{
    caller::Caller, endpoints, events, files, metrics::Metrics, openapi, operations,
    problem::Problem, receipts, records, reports, session, settings, web,
};

/// Makes a PDF of a template and its data. Given by the binary, so that this crate needs no typesetter.
pub type Printer = Arc<dyn Fn(&str, &Json, Locale) -> Result<Vec<u8>> + Send + Sync>;

/// How much work is taken on at once.
const WORK_MAX: usize = 256;
/// How much of it runs, each on a thread of its own: with more threads the same work costs a quarter more and several times the
/// memory, for each keeps what it once needed.
const RUNNING_MAX: usize = 32;
/// How many files are taken in at once: each may be [`FILE_BYTES_MAX`] large.
const FILES_MAX: usize = 2;
/// Largest body of an ordinary request, in bytes.
pub(crate) const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Largest imported file, in bytes.
pub(crate) const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What handlers share.
#[derive(Clone)]
pub struct App {
    pub(crate) kernel: Arc<Kernel>,
    pub(crate) changes: broadcast::Sender<String>,
    pub(crate) printer: Option<Printer>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) documents: Arc<openapi::Documents>,
    /// Places for work taken on at once.
    places: Arc<Semaphore>,
    /// Places for work that runs.
    running: Arc<Semaphore>,
    /// Places for files taken in at once.
    pub(crate) files: Arc<Semaphore>,
    /// How people reach the site.
    pub(crate) front: Front,
}

/// How people reach the site.
#[derive(Clone, Copy, Debug, Default)]
pub struct Front {
    /// Over TLS, so cookies say so.
    pub secure: bool,
    /// Through this reverse proxy, which says where callers come from.
    pub proxy: Option<IpAddr>,
}

impl App {
    /// The application over a kernel.
    pub fn new(kernel: Arc<Kernel>, printer: Option<Printer>, front: Front) -> Self {
        let (changes, _) = broadcast::channel(256);
        let sender = changes.clone();
        kernel.listen(move |committed| {
            for change in committed {
                // Nobody listening is no error.
                let _ = sender.send(change.object.clone());
            }
        });
        Self {
            kernel,
            changes,
            printer,
            metrics: Arc::default(),
            documents: Arc::default(),
            places: Arc::new(Semaphore::new(WORK_MAX)),
            running: Arc::new(Semaphore::new(RUNNING_MAX)),
            files: Arc::new(Semaphore::new(FILES_MAX)),
            front,
        }
    }

    /// Runs kernel work on a blocking thread; a stop becomes a problem in the caller's language. What is beyond [`RUNNING_MAX`] waits
    /// its turn, what is beyond [`WORK_MAX`] nowhere: it is told to come again. The places are given back when the work is done,
    /// also when its caller is gone.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        locale: Locale,
        work: impl FnOnce(&Arc<Kernel>) -> Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Problem::busy(locale))?;
        let turn = Arc::clone(&self.running).acquire_owned().await;
        let turn = turn.map_err(|_| Problem::busy(locale))?;
        let work = move |kernel: &Arc<Kernel>| {
            let _places = (place, turn);
            work(kernel)
        };
        self.run_at_any_time(locale, work).await
    }

    /// Like [`Self::run`], however much is being done: for what watches the process.
    pub(crate) async fn run_at_any_time<T: Send + 'static>(
        &self,
        locale: Locale,
        work: impl FnOnce(&Arc<Kernel>) -> Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let kernel = Arc::clone(&self.kernel);
        let span = tracing::Span::current();
        let work = move || span.in_scope(|| work(&kernel));
        let done = tokio::task::spawn_blocking(work).await;
        let result = done
            .unwrap_or_else(|error| Err(Fault::from_error("a request broke off", error).into()));
        result.map_err(|stop| Problem::of(&self.kernel, stop, locale))
    }

    /// Answers with what the caller reads on one snapshot.
    pub(crate) async fn show(
        &self,
        caller: &Caller,
        read: impl FnOnce(&mut Cx<'_>) -> Result<Json> + Send + 'static,
    ) -> Result<JsonBody<Json>, Problem> {
        let actor = caller.actor().clone();
        self.run(caller.locale(), move |kernel| kernel.read(&actor, read))
            .await
            .map(JsonBody)
    }
}

/// All routes.
pub fn router(app: App) -> Router {
    let api = endpoints::add(Router::new(), &app.kernel)
        .route(
            "/session",
            get(session::show)
                .post(session::sign_in)
                .patch(session::change)
                .delete(session::sign_out),
        )
        .route("/meta", get(reports::meta))
        .route("/query", post(reports::query))
        .route("/search", get(reports::search))
        .route("/dashboards/{name}", get(reports::dashboard))
        .route("/call/{function}", post(reports::call))
        .route("/settings", get(settings::list))
        .route("/settings/{name}", put(settings::change))
        .route("/decisions/{id}/receipt", get(receipts::receipt))
        .route("/receipts/verify", post(receipts::verify))
        .route("/events", get(events::stream))
        .route("/changes", get(events::changes))
        .route("/openapi.json", get(openapi::document))
        .route("/{object}", get(records::list).post(records::create))
        .route("/{object}/export", get(files::export))
        .route("/{object}/import", post(files::import))
        .route(
            "/{object}/{id}",
            get(records::show)
                .patch(records::update)
                .delete(records::delete),
        )
        .route("/{object}/{id}/timeline", get(records::timeline))
        .route("/{object}/{id}/print/{template}", get(files::print))
        .route("/{object}/{id}/{action}", post(records::act))
        .fallback(operations::not_found)
        .method_not_allowed_fallback(operations::method_not_allowed);
    Router::new()
        .nest("/api/v1", api)
        .route("/api/openapi.json", get(openapi::document))
        .route(
            "/sign-in/{token}",
            get(session::show_link).post(session::use_link),
        )
        .route("/healthz", get(operations::health))
        .route("/readyz", get(operations::ready))
        .route("/metrics", get(operations::metrics))
        .fallback(web::file)
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            operations::observe,
        ))
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new().compress_when(web::worth_compressing()))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, web::CONTENT_POLICY))
        .with_state(app)
}

fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
