//! The archive of an embedded database: it follows, goes back, and is never quietly wrong.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod follows;
mod limit;
mod trouble;

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant as Moment},
};

use qudao_base::{Clock, Instant, ManualClock, Result, SystemClock, Value};
use qudao_store::{
    Options, Query, Store,
    archive::{ArchiveOptions, rebuild},
    schema::{Column, ColumnKind, Schema, Table},
};

struct Place {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Place {
    fn new(clock: Arc<dyn Clock>) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!(
            "qudao_archive_{}_{}",
            process::id(),
            COUNT.fetch_add(1, Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self { folder, clock }
    }

    fn archive(&self) -> PathBuf {
        self.folder.join("archive")
    }

    fn options(&self) -> ArchiveOptions {
        ArchiveOptions {
            pause: Duration::from_millis(20),
            checkpoint_bytes: 100_000,
            ..ArchiveOptions::new(self.archive(), Arc::clone(&self.clock))
        }
    }

    fn open(&self, file: &str) -> Store {
        self.open_with(file, Some(self.options()))
    }

    fn open_with(&self, file: &str, archive: Option<ArchiveOptions>) -> Store {
        let options = Options {
            durable: false,
            archive,
            ..Options::default()
        };
        let address = format!("sqlite:{}", self.folder.join(file).display());
        let store = Store::open(&address, options).unwrap();
        store.migrate(&stock()).unwrap();
        store
    }

    /// The numbers in a database rebuilt from the archive.
    fn rebuilt(&self, until: Option<Instant>) -> Result<Vec<i64>> {
        self.rebuilt_from(&self.archive(), until)
    }

    fn rebuilt_from(&self, archive: &Path, until: Option<Instant>) -> Result<Vec<i64>> {
        let target = self.folder.join("rebuilt");
        let _ = fs::remove_file(&target);
        let _ = fs::remove_file(self.folder.join("rebuilt-wal"));
        let _ = fs::remove_file(self.folder.join("rebuilt-shm"));
        rebuild(archive, until, &target)?;
        let store = self.open_with("rebuilt", None);
        Ok(ids(&store))
    }
}

fn stock() -> Schema {
    let column = |name: &str, kind, primary_key| Column {
        name: name.to_owned(),
        kind,
        required: true,
        primary_key,
    };
    let columns = vec![
        column("id", ColumnKind::Integer, true),
        column("note", ColumnKind::Text, false),
    ];
    Schema {
        tables: vec![Table {
            name: "stock".to_owned(),
            partitioned: false,
            columns,
            indexes: vec![],
        }],
    }
}

fn add(store: &Store, id: i64) {
    store
        .write(move |tx| {
            let values = [Value::Int(id), Value::Text("x".repeat(2_000))];
            tx.execute("INSERT INTO stock (id, note) VALUES (?, ?)", &values)
        })
        .unwrap();
}

fn ids(store: &Store) -> Vec<i64> {
    let rows = store
        .read(|reader| reader.query("SELECT id FROM stock ORDER BY id", &[]))
        .unwrap();
    rows.iter().map(|row| row.int(0).unwrap()).collect()
}

fn all(last: i64) -> Vec<i64> {
    (1..=last).collect()
}

fn wait_for(what: &str, holds: impl Fn() -> bool) {
    let begun = Moment::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn bases(store: &Store) -> u64 {
    store.statistics().archive.unwrap().bases
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for one in fs::read_dir(folder).unwrap() {
        let path = one.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.display().to_string().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
