//! The product in one process: kernel, packs and HTTP router over a throw-away database, with a clock that can be moved.

use std::{
    collections::HashMap,
    fmt::Write,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use qudao_base::{Actor, Id, Instant, ManualClock};
use qudao_kernel::{
    Kernel, Registry, SiteKey, SiteOptions,
    pipeline::{self, Request as Act},
    read,
};
use qudao_store::testing::TestDatabase;
use serde_json::{Map, Value as Json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::{Answer, Checked};

/// 2026-03-02 08:00 in Shanghai, a Monday.
const START_MICROS: i64 = 1_772_409_600_000_000;
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Embedded.
    Sqlite,
    /// The server `QUDAO_TEST_POSTGRES` names.
    Postgres,
}

impl Place {
    /// Those that can be had here.
    pub fn all() -> Vec<Self> {
        let named = std::env::var_os(qudao_store::testing::POSTGRES_VARIABLE).is_some();
        if named {
            vec![Self::Sqlite, Self::Postgres]
        } else {
            vec![Self::Sqlite]
        }
    }

    /// Name in the list of tests.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    fn database(self) -> Checked<TestDatabase> {
        match self {
            Self::Sqlite => Ok(TestDatabase::sqlite()),
            Self::Postgres => TestDatabase::postgres().ok_or_else(|| "no PostgreSQL".to_owned()),
        }
    }
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file of rows.
pub enum File {
    /// As text.
    Csv(String),
    /// As a workbook.
    Xlsx(Vec<u8>),
}

#[derive(Clone)]
struct Session {
    cookie: String,
    csrf: String,
}

/// A request about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Who asks; empty: nobody.
    pub login: &'a str,
    /// HTTP method.
    pub method: &'a str,
    /// Path with query.
    pub path: &'a str,
    /// Body.
    pub body: Option<&'a Json>,
    /// Version of the record the asker has seen.
    pub version: Option<i64>,
}

impl<'a> Ask<'a> {
    /// Without a version.
    pub const fn new(
        login: &'a str,
        method: &'a str,
        path: &'a str,
        body: Option<&'a Json>,
    ) -> Self {
        Self {
            login,
            method,
            path,
            body,
            version: None,
        }
    }

    /// Names the version seen.
    #[must_use]
    pub const fn seen(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }
}

/// A running product. Dropping it removes its database.
pub struct TestApp {
    /// The kernel, for setting the scene and for `verify`.
    pub kernel: Arc<Kernel>,
    clock: Arc<ManualClock>,
    router: Router,
    runtime: Runtime,
    users: Mutex<HashMap<String, Id>>,
    sessions: Mutex<HashMap<String, Session>>,
    count: AtomicU64,
    // Last: the stores on it close first.
    _database: TestDatabase,
}

impl TestApp {
    /// Starts on an empty database.
    pub fn start(place: Place) -> Checked<Self> {
        let database = place.database()?;
        let clock = Arc::new(ManualClock::at(Instant::from_micros(START_MICROS)));
        let mut registry = Registry::default();
        qudao_packs::register(&mut registry).map_err(said)?;
        let store = database.open().map_err(said)?;
        let kernel = Kernel::start(
            store,
            registry,
            Arc::clone(&clock) as _,
            SiteOptions::standard(SiteKey::new([7; 32]).map_err(said)?),
        )
        .map_err(said)?;
        // What would be printed, without a typesetter.
        let printer: qudao_api::Printer =
            Arc::new(|name, data, locale| Ok(format!("{name} {locale:?} {data}").into_bytes()));
        let front = qudao_api::Front::default();
        let app = qudao_api::App::new(Arc::clone(&kernel), Some(printer), front);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            kernel,
            clock,
            router: qudao_api::router(app),
            runtime,
            users: Mutex::default(),
            sessions: Mutex::default(),
            count: AtomicU64::default(),
            _database: database,
        })
    }

    /// Loads the demo data of all packs.
    pub fn load_demo(&self) -> Checked {
        self.kernel.load_demo().map(drop).map_err(said)
    }

    /// Rows of an object as the system sees them, at most so many.
    pub fn rows(&self, object: &str, limit: i64) -> Checked<Vec<Json>> {
        let request = read::ListRequest {
            object: object.to_owned(),
            limit: Some(limit),
            ..read::ListRequest::default()
        };
        let page = self
            .kernel
            .read(&Actor::system(), |cx| read::list(cx, &request));
        let page = page.map_err(said)?.json();
        Ok(page["rows"].as_array().cloned().unwrap_or_default())
    }

    /// Makes a user as the system does. Roles are names of roles. Scenarios use short names; the product's are longer.
    pub fn add_user(&self, login: &str, roles: &[&str], organisation: Option<Id>) -> Checked<Id> {
        let mut input = Map::new();
        input.insert("name".to_owned(), login.into());
        input.insert("login".to_owned(), format!("user.{login}").into());
        if let Some(id) = organisation {
            input.insert("organisation_id".to_owned(), id.to_string().into());
        }
        let roles: Vec<Json> = roles
            .iter()
            .map(|role| serde_json::json!({ "role_name": role }))
            .collect();
        input.insert("roles".to_owned(), Json::Array(roles));
        let id = self.as_system("user", None, "create", input)?;
        lock(&self.users).insert(login.to_owned(), id);
        Ok(id)
    }

    /// Does an action as the system: no permission, every rule.
    pub fn as_system(
        &self,
        object: &str,
        id: Option<Id>,
        action: &str,
        input: Map<String, Json>,
    ) -> Checked<Id> {
        let request = Act {
            object: object.to_owned(),
            id,
            action: action.to_owned(),
            input,
            version: None,
            then: None,
        };
        self.kernel
            .write(&Actor::system(), move |cx| pipeline::perform(cx, &request))
            .map_err(|stop| format!("the system cannot {action} {object}: {stop}"))
    }

    /// Calls as the user with the login; an empty login calls as nobody.
    pub fn call(
        &self,
        login: &str,
        method: &str,
        path: &str,
        body: Option<&Json>,
    ) -> Checked<Answer> {
        self.send(&Ask::new(login, method, path, body))
    }

    /// Sends a request.
    pub fn send(&self, ask: &Ask<'_>) -> Checked<Answer> {
        let request = self.request(ask)?;
        self.runtime.block_on(answer(self.router.clone(), request))
    }

    /// Sends a file to be imported.
    pub fn upload(&self, login: &str, path: &str, file: File) -> Checked<Answer> {
        let mut request = self.request(&Ask::new(login, "POST", path, None))?;
        let (media, bytes) = match file {
            File::Csv(text) => ("text/csv", text.into_bytes()),
            File::Xlsx(bytes) => (XLSX, bytes),
        };
        let media = axum::http::HeaderValue::from_static(media);
        request.headers_mut().insert("content-type", media);
        *request.body_mut() = Body::from(bytes);
        self.runtime.block_on(answer(self.router.clone(), request))
    }

    /// Calls all at once; answers in the order of the calls.
    pub fn at_once(&self, requests: Vec<Request<Body>>) -> Checked<Vec<Answer>> {
        self.runtime.block_on(async {
            let running: Vec<_> = requests
                .into_iter()
                .map(|request| tokio::spawn(answer(self.router.clone(), request)))
                .collect();
            let mut answers = Vec::new();
            for one in running {
                answers.push(one.await.map_err(|error| error.to_string())??);
            }
            Ok(answers)
        })
    }

    /// A request as the browser of the user sends it. Every write has an idempotency key of its own.
    pub fn request(&self, ask: &Ask<'_>) -> Checked<Request<Body>> {
        let mut request = Request::builder().method(ask.method).uri(encoded(ask.path));
        if !ask.login.is_empty() {
            let session = self.session(ask.login)?;
            request = request
                .header("cookie", session.cookie)
                .header("x-csrf-token", session.csrf);
        }
        if ask.method != "GET" {
            let key = self.count.fetch_add(1, Ordering::SeqCst);
            request = request.header("idempotency-key", format!("test-{key}"));
        }
        if let Some(version) = ask.version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        let body = ask
            .body
            .map_or_else(Body::empty, |json| Body::from(json.to_string()));
        request
            .header("content-type", "application/json")
            .body(body)
            .map_err(|error| error.to_string())
    }

    fn session(&self, login: &str) -> Checked<Session> {
        if let Some(session) = lock(&self.sessions).get(login) {
            return Ok(session.clone());
        }
        let session = self.sign_in(login)?;
        lock(&self.sessions).insert(login.to_owned(), session.clone());
        Ok(session)
    }

    fn sign_in(&self, login: &str) -> Checked<Session> {
        let user = lock(&self.users).get(login).copied();
        let user = user.ok_or_else(|| format!("there is no user {login}"))?;
        let link = self.kernel.sign_in_link(user, 60).map_err(said)?;
        let grant = self.kernel.use_link(&link).map_err(said)?;
        let cookie = format!("qudao_session={}", grant.token);
        let request = Request::builder()
            .uri("/api/v1/session")
            .header("cookie", &cookie)
            .body(Body::empty())
            .map_err(|error| error.to_string())?;
        let session = self
            .runtime
            .block_on(answer(self.router.clone(), request))?;
        let csrf = session.body["csrf"].as_str();
        let csrf = csrf.ok_or_else(|| format!("{login} cannot sign in: {}", session.shown()))?;
        Ok(Session {
            cookie,
            csrf: csrf.to_owned(),
        })
    }

    /// Moves the clock on and runs what is due. Sessions end: everybody signs in anew.
    pub fn pass(&self, seconds: i64) -> Checked {
        self.clock.advance_seconds(seconds);
        lock(&self.sessions).clear();
        self.kernel.run_due().map_err(said)?;
        self.kernel.run_workers().map_err(said)?;
        Ok(())
    }

    /// Every invariant, with the chain sealed first.
    pub fn verify(&self) -> Checked {
        let report = self.kernel.verify(None).map_err(said)?;
        if report.broken.is_empty() {
            Ok(())
        } else {
            Err(format!(
                "broken invariants:\n  {}",
                report.broken.join("\n  ")
            ))
        }
    }
}

/// A stop as a sentence.
pub(crate) fn said(stop: impl std::fmt::Display) -> String {
    stop.to_string()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Everything but what an address may hold, as `%XX`.
fn encoded(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~?&=%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

async fn answer(router: Router, request: Request<Body>) -> Checked<Answer> {
    let Ok(response) = router.oneshot(request).await;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let bytes = to_bytes(response.into_body(), BODY_BYTES_MAX)
        .await
        .map_err(|error| error.to_string())?;
    let body = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
    if status >= 500 {
        return Err(format!("a fault, never to be answered: {status} {body}"));
    }
    Ok(Answer {
        status,
        headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
        body,
    })
}
