//! Throw-away databases for tests, of this crate and of those above it.
//!
//! Keeps true: what cannot be set up panics, so that no test passes by being skipped;
//! every test has a database of its own, and nothing
//! of it stays.
//! Not here: starting a PostgreSQL server; see `testing/postgres.sh`.

use std::{
    env, fs,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{SystemTime, UNIX_EPOCH},
};

use qudao_base::Result;

use crate::{
    Options, Store,
    postgres::{dump::with_name, run_alone},
    quote,
};

/// Names the server on which tests may create databases: a `postgres://` address of a superuser.
pub const POSTGRES_VARIABLE: &str = "QUDAO_TEST_POSTGRES";

/// A database that is removed when dropped. The stores opened on it should be dropped before.
pub struct TestDatabase {
    address: String,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Server { address: String, name: String },
}

impl TestDatabase {
    /// An empty SQLite database in the folder for passing files.
    pub fn sqlite() -> Self {
        let folder = env::temp_dir().join(unique_name());
        if let Err(error) = fs::create_dir(&folder) {
            panic!("cannot make the folder {}: {error}", folder.display());
        }
        let address = format!("sqlite:{}", folder.join("test.db").display());
        Self {
            address,
            place: Place::Folder(folder),
        }
    }

    /// An empty PostgreSQL database; `None` when `QUDAO_TEST_POSTGRES` is not set. A server that is named and does not answer
    /// fails the test.
    pub fn postgres() -> Option<Self> {
        let server = env::var(POSTGRES_VARIABLE).ok()?;
        let name = unique_name();
        if let Err(stop) = run_alone(&server, &format!("CREATE DATABASE {}", quote(&name))) {
            panic!("cannot create a database on {POSTGRES_VARIABLE}: {stop}");
        }
        let address = with_name(&server, &name);
        let place = Place::Server {
            address: server,
            name,
        };
        Some(Self { address, place })
    }

    /// One of each kind that can be had: SQLite always, PostgreSQL when there is a server.
    pub fn all() -> Vec<Self> {
        std::iter::once(Self::sqlite())
            .chain(Self::postgres())
            .collect()
    }

    /// What `Store::open` takes.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Opens it, not minding power cuts, which makes tests many times faster.
    pub fn open(&self) -> Result<Store> {
        Store::open(
            &self.address,
            Options {
                durable: false,
                ..Options::default()
            },
        )
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let removed = match &self.place {
            Place::Folder(folder) => fs::remove_dir_all(folder).map_err(|error| error.to_string()),
            Place::Server { address, name } => {
                let sql = format!("DROP DATABASE {} WITH (FORCE)", quote(name));
                run_alone(address, &sql).map_err(|stop| stop.to_string())
            }
        };
        if let Err(error) = removed {
            tracing::warn!(%error, "a test database was not removed");
        }
    }
}

fn unique_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_micros();
    format!(
        "qudao_test_{}_{since}_{}",
        process::id(),
        COUNT.fetch_add(1, Relaxed)
    )
}
