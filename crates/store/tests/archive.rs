//! The archive of an embedded database: it follows, goes back, and is never quietly wrong.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant as Moment},
};

use qudao_base::{Clock, Instant, ManualClock, Result, SystemClock, Value};
use qudao_store::{
    Options, Query, Reader, Store,
    archive::{ArchiveOptions, rebuild},
    backup::put_back,
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

#[test]
fn follows_through_checkpoints_and_goes_back() {
    let place = Place::new(Arc::new(SystemClock));
    let store = place.open("site.db");
    wait_for("a base", || bases(&store) == 1);
    let mut moments = Vec::new();
    for id in 1..=400 {
        add(&store, id);
        if id % 50 == 0 {
            thread::sleep(Duration::from_millis(150));
            moments.push((id, SystemClock.now()));
            thread::sleep(Duration::from_millis(10));
        }
    }
    store.close();
    drop(store);
    assert!(
        files(&place.archive(), ".wal").len() > 3,
        "several generations"
    );
    assert_eq!(place.rebuilt(None).unwrap(), all(400));
    for (id, moment) in moments {
        assert_eq!(place.rebuilt(Some(moment)).unwrap(), all(id));
    }
    let early = place.rebuilt(Some(Instant::from_micros(1))).unwrap_err();
    assert!(early.to_string().contains("begins at"), "{early}");
}

#[test]
fn a_page_written_once_is_not_lost_at_a_checkpoint() {
    let place = Place::new(Arc::new(SystemClock));
    let store = place.open("site.db");
    wait_for("a base", || bases(&store) == 1);
    (1..=600).for_each(|id| add(&store, id));
    // Far apart, so that no later write brings a page again.
    for id in (0..600).map(|number| number * 37 % 600 + 1) {
        let values = [Value::Text(id.to_string().repeat(600)), Value::Int(id)];
        let sql = "UPDATE stock SET note = ? WHERE id = ?";
        store
            .write(move |tx| tx.execute(sql, &values).map(drop))
            .unwrap();
        if id % 8 == 0 {
            thread::sleep(Duration::from_millis(30));
        }
    }
    let notes = |store: &Store| {
        let rows = store.read(|reader| reader.query("SELECT note FROM stock ORDER BY id", &[]));
        let rows = rows.unwrap();
        let texts = rows.iter().map(|row| row.text(0).unwrap().to_owned());
        texts.collect::<Vec<String>>()
    };
    let expected = notes(&store);
    store.close();
    assert!(
        files(&place.archive(), ".wal").len() > 5,
        "many checkpoints"
    );
    assert_eq!(place.rebuilt(None).unwrap(), all(600));
    let found = notes(&place.open_with("rebuilt", None));
    assert!(found == expected, "every note");
}

#[test]
fn many_writers_and_slow_readers_lose_it_nothing() {
    let place = Place::new(Arc::new(SystemClock));
    let store = place.open("site.db");
    let ends = AtomicBool::new(false);
    thread::scope(|scope| {
        for millis in [3, 40, 150] {
            let (store, ends) = (&store, &ends);
            scope.spawn(move || {
                while !ends.load(Relaxed) {
                    let slow = |reader: &mut Reader<'_>| {
                        reader.query("SELECT COUNT(*) FROM stock", &[])?;
                        thread::sleep(Duration::from_millis(millis));
                        Ok(())
                    };
                    store.read(slow).unwrap();
                }
            });
        }
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let store = &store;
                scope.spawn(move || (1..=500).for_each(|id| add(store, id * 4 - writer)))
            })
            .collect();
        writers
            .into_iter()
            .for_each(|writer| writer.join().unwrap());
        ends.store(true, Relaxed);
    });
    wait_for("a base", || bases(&store) == 1);
    store.close();
    assert_eq!(files(&place.archive(), "base.json").len(), 1, "never lost");
    assert_eq!(place.rebuilt(None).unwrap(), all(2_000));
}

#[test]
fn whatever_is_changed_or_missing_is_found() {
    let place = Place::new(Arc::new(SystemClock));
    let store = place.open("site.db");
    wait_for("a base", || bases(&store) == 1);
    for id in 1..=200 {
        add(&store, id);
        if id % 40 == 0 {
            thread::sleep(Duration::from_millis(60));
        }
    }
    store.close();
    let archive = place.archive();
    let parts: Vec<PathBuf> = ["database", "index", ".wal", "base.json"]
        .iter()
        .flat_map(|ending| files(&archive, ending))
        .collect();
    assert!(parts.len() > 4);
    for part in parts {
        let bytes = fs::read(&part).unwrap();
        for at in [0, bytes.len() / 3, bytes.len() / 2, bytes.len() - 2] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(&part, &changed).unwrap();
            let told = place
                .rebuilt(None)
                .expect_err(&format!("{} at {at}", part.display()));
            assert!(told.to_string().contains("0000"), "names the place: {told}");
        }
        fs::remove_file(&part).unwrap();
        assert!(
            place.rebuilt(None).is_err(),
            "{} is missing",
            part.display()
        );
        fs::write(&part, &bytes).unwrap();
    }
    let index = files(&archive, "index").remove(0);
    let text = fs::read_to_string(&index).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for gone in 0..lines.len() - 1 {
        let mut fewer = lines.clone();
        fewer.remove(gone);
        fs::write(&index, fewer.join("\n") + "\n").unwrap();
        assert!(place.rebuilt(None).is_err(), "line {gone} is missing");
    }
    fs::write(&index, text).unwrap();
    // A copy of the folder that met the last segment half-way can be used up to there.
    let last = files(&archive, ".wal").pop().unwrap();
    let bytes = fs::read(&last).unwrap();
    fs::write(&last, &bytes[..bytes.len() - 5]).unwrap();
    let told = place.rebuilt(None).unwrap_err().to_string();
    let whole = told.split("whole up to ").nth(1).unwrap().parse().unwrap();
    assert!(place.rebuilt(Some(whole)).unwrap().len() > 100);
    fs::write(&last, &bytes).unwrap();
    assert_eq!(place.rebuilt(None).unwrap(), all(200));
}

#[test]
fn goes_on_after_a_restart_and_begins_anew_when_the_log_was_taken_away() {
    let place = Place::new(Arc::new(SystemClock));
    let store = place.open("site.db");
    wait_for("a base", || bases(&store) == 1);
    add(&store, 1);
    store.close();
    let store = place.open("site.db");
    add(&store, 2);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(bases(&store), 0, "the first base still holds");
    store.close();
    assert_eq!(place.rebuilt(None).unwrap(), all(2));

    let other = place.open_with("site.db", None);
    add(&other, 3);
    other.close();
    let store = place.open("site.db");
    add(&store, 4);
    wait_for("another base", || bases(&store) == 1);
    store.close();
    assert_eq!(place.rebuilt(None).unwrap(), all(4));
}

#[test]
fn another_process_beside_it_takes_nothing_out_of_the_log() {
    let place = Place::new(Arc::new(SystemClock));
    let slow = ArchiveOptions {
        pause: Duration::from_millis(500),
        ..place.options()
    };
    let store = place.open_with("site.db", Some(slow));
    wait_for("a base", || bases(&store) == 1);
    for id in 1..=60 {
        if id % 3 == 0 {
            let other = place.open_with("site.db", None);
            add(&other, id);
            let begun = Moment::now();
            other.close();
            assert!(
                begun.elapsed() < Duration::from_secs(2),
                "it waits for nobody"
            );
        } else {
            add(&store, id);
        }
    }
    store.close();
    assert_eq!(files(&place.archive(), "base.json").len(), 1);
    assert_eq!(place.rebuilt(None).unwrap(), all(60));
}

#[test]
fn a_database_that_fell_behind_its_archive_gets_a_new_base() {
    let place = Place::new(Arc::new(SystemClock));
    let store = place.open("site.db");
    wait_for("a base", || bases(&store) == 1);
    (1..=5).for_each(|id| add(&store, id));
    // As after a power cut: what was not on the disk is gone.
    for ending in ["", "-wal"] {
        let (from, to) = (format!("site.db{ending}"), format!("image.db{ending}"));
        fs::copy(place.folder.join(from), place.folder.join(to)).unwrap();
    }
    (6..=9).for_each(|id| add(&store, id));
    store.close();
    let store = place.open("image.db");
    add(&store, 10);
    wait_for("a new base", || bases(&store) == 1);
    add(&store, 11);
    store.close();
    assert_eq!(place.rebuilt(None).unwrap(), [1, 2, 3, 4, 5, 10, 11]);
}

#[test]
fn an_archive_that_cannot_be_written_stops_nobody_and_is_caught_up_with() {
    for log_bytes_max in [1 << 30, 200_000] {
        let clock = Arc::new(ManualClock::at("2026-11-01T00:00:00Z".parse().unwrap()));
        let place = Place::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let options = ArchiveOptions {
            log_bytes_max,
            ..place.options()
        };
        let store = place.open_with("site.db", Some(options));
        wait_for("a base", || bases(&store) == 1);
        let is_failing = || store.statistics().archive.unwrap().is_failing;
        add(&store, 1);
        thread::sleep(Duration::from_millis(100));
        // A folder where a file is to be made cannot be written to, whoever tries.
        let chain = place.archive().join("00000001");
        let next = 1 + files(&chain, ".wal").len();
        let blocked = chain.join(format!("{next:08}.wal"));
        fs::create_dir(&blocked).unwrap();
        let (mut failed, mut moments) = (false, Vec::new());
        for id in 2..=300 {
            add(&store, id);
            clock.advance_seconds(1);
            for _ in 0..if id % 20 == 0 { 15 } else { 0 } {
                thread::sleep(Duration::from_millis(2));
                failed |= is_failing();
            }
            if id % 10 == 5 {
                moments.push((id, clock.now()));
            }
        }
        assert!(failed, "it is told");
        fs::rename(blocked, place.folder.join("away")).unwrap();
        wait_for("it is well again", || {
            store.statistics().archive.unwrap().is_in_time()
        });
        add(&store, 301);
        store.close();
        assert_eq!(place.rebuilt(None).unwrap(), all(301));
        let mut refused = 0;
        for (id, moment) in moments {
            match place.rebuilt(Some(moment)) {
                Ok(found) => {
                    assert_eq!(found, all(found.len() as i64));
                    assert!(found.len() as i64 <= id, "nothing later");
                }
                Err(stop) => {
                    assert!(
                        stop.to_string().contains("nothing was archived from"),
                        "{stop}"
                    );
                    refused += 1;
                }
            }
        }
        assert!(refused > 0, "a gap is not passed over");
    }
}

#[test]
fn a_base_a_day_goes_over_without_a_gap_and_old_ones_go() {
    let start: Instant = "2026-11-01T00:00:00Z".parse().unwrap();
    let clock = Arc::new(ManualClock::at(start));
    let place = Place::new(Arc::clone(&clock) as Arc<dyn Clock>);
    let options = ArchiveOptions {
        days: 2,
        ..place.options()
    };
    let store = place.open_with("site.db", Some(options));
    let mut last = 0;
    for day in 1..=6 {
        wait_for("a base", || bases(&store) == day);
        for _ in 0..40 {
            last += 1;
            add(&store, last);
        }
        thread::sleep(Duration::from_millis(100));
        for _ in 0..24 {
            clock.advance_seconds(3_600);
            thread::sleep(Duration::from_millis(25));
        }
    }
    wait_for("a base", || bases(&store) == 7);
    store.close();
    assert_eq!(files(&place.archive(), "base.json").len(), 3);
    assert_eq!(place.rebuilt(None).unwrap(), all(240));
    assert_eq!(
        place
            .rebuilt(Some(start.plus_days(5).plus_seconds(-4_000)))
            .unwrap(),
        all(200)
    );
    assert_eq!(
        place
            .rebuilt(Some(start.plus_days(5).plus_seconds(4_000)))
            .unwrap(),
        all(240)
    );
    assert!(place.rebuilt(Some(start.plus_days(2))).is_err());
}

#[test]
fn the_log_of_a_database_that_is_gone_is_not_replayed_into_another() {
    let place = Place::new(Arc::new(SystemClock));
    let store = place.open("site.db");
    wait_for("a base", || bases(&store) == 1);
    (1..=9).for_each(|id| add(&store, id));
    store.close();
    let source = place.folder.join("source");
    rebuild(&place.archive(), None, &source).unwrap();
    fs::remove_file(place.folder.join("site.db")).unwrap();
    let address = format!("sqlite:{}", place.folder.join("site.db").display());
    let told = put_back(&address, &source, true).unwrap_err().to_string();
    assert!(told.contains("site.db-wal"), "{told}");
    fs::remove_file(place.folder.join("site.db-wal")).unwrap();
    put_back(&address, &source, false).unwrap();
    assert_eq!(ids(&place.open_with("site.db", None)), all(9));
}

#[test]
fn one_folder_serves_one_process() {
    let place = Place::new(Arc::new(SystemClock));
    let store = place.open("site.db");
    wait_for("a base", || bases(&store) == 1);
    let other = place.open("other.db");
    add(&other, 1);
    wait_for("it is told", || {
        other.statistics().archive.unwrap().is_failing
    });
    other.close();
    store.close();
    assert!(place.rebuilt(None).unwrap().is_empty());
}
