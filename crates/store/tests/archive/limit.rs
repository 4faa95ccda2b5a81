//! What an archive that fails, hangs or is slow may cost the live disk, and memory.

use std::process::Command;

use super::*;

/// Bytes of log after which nobody waits for the archive.
const LOG_MAX: u64 = 400_000;

/// An archive with a base, all of whose log is folded in: the next commit begins it anew.
fn folded(place: &Place) -> Store {
    let options = ArchiveOptions {
        pause: Duration::from_millis(100),
        checkpoint_bytes: 0,
        log_bytes_max: LOG_MAX,
        ..place.options()
    };
    let store = place.open_with("site.db", Some(options));
    wait_for("a base", || bases(&store) == 1);
    for id in 1..=2 {
        add(&store, id);
        thread::sleep(Duration::from_millis(300));
    }
    store
}

/// Writes ten times as much as the log may hold, and answers how long it became.
fn write_much(place: &Place, store: &Store, first: i64) -> u64 {
    let log = place.folder.join("site.db-wal");
    let mut longest = 0;
    for id in first..first + 600 {
        add(store, id);
        // Whoever looks at the log has it for a moment.
        thread::sleep(Duration::from_millis(1));
        longest = longest.max(fs::metadata(&log).unwrap().len());
    }
    longest
}

#[test]
fn a_base_that_fails_while_the_archive_fails_does_not_hold_the_log() {
    let clock = Arc::new(ManualClock::at("2026-11-01T00:00:00Z".parse().unwrap()));
    let place = Place::new(Arc::clone(&clock) as Arc<dyn Clock>);
    let store = folded(&place);
    let archive = place.archive();
    // The next segment cannot be made, and the database cannot be copied.
    let chain = archive.join("00000001");
    let next = 1 + files(&chain, ".wal").len();
    let blocked = chain.join(format!("{next:08}.wal"));
    fs::create_dir(&blocked).unwrap();
    let (database, away) = (place.folder.join("site.db"), place.folder.join("away.db"));
    fs::rename(&database, &away).unwrap();
    clock.advance_seconds(86_400);
    let second = archive.join("00000002");
    wait_for("a base is begun", || second.exists());
    add(&store, 3);
    wait_for("the base is given up", || !second.exists());
    let longest = write_much(&place, &store, 4);
    assert!(longest < 3 * LOG_MAX, "{longest} bytes of log");

    fs::rename(&away, &database).unwrap();
    fs::remove_dir(&blocked).unwrap();
    clock.advance_seconds(86_400);
    wait_for("another base", || bases(&store) == 2);
    store.close();
    assert_eq!(place.rebuilt(None).unwrap(), all(603));
}

#[test]
fn a_base_that_cannot_catch_up_is_given_up_and_removed() {
    let clock = Arc::new(ManualClock::at("2026-11-01T00:00:00Z".parse().unwrap()));
    let place = Place::new(Arc::clone(&clock) as Arc<dyn Clock>);
    let store = folded(&place);
    clock.advance_seconds(86_400);
    let second = place.archive().join("00000002");
    wait_for("a base is begun", || second.exists());
    // Its first segment cannot be made.
    fs::create_dir(second.join("00000001.wal")).unwrap();
    let index = second.join("index");
    wait_for("it is copied", || index.exists());
    let longest = write_much(&place, &store, 3);
    assert!(longest < 3 * LOG_MAX, "{longest} bytes of log");
    wait_for("the base is removed", || !second.exists());

    clock.advance_seconds(60);
    wait_for("another base", || bases(&store) == 2);
    store.close();
    assert_eq!(place.rebuilt(None).unwrap(), all(602));
}

#[test]
fn an_archive_that_hangs_does_not_hold_the_log() {
    let clock = Arc::new(ManualClock::at("2026-11-01T00:00:00Z".parse().unwrap()));
    let place = Place::new(Arc::clone(&clock) as Arc<dyn Clock>);
    let store = folded(&place);
    // Whoever reads a pipe waits until somebody writes to it.
    let hangs = place.archive().join("00000000");
    let pipe = hangs.join("base.json");
    fs::create_dir(&hangs).unwrap();
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    clock.advance_seconds(86_400);
    wait_for(
        "the second base, after which old ones are looked for",
        || bases(&store) == 2,
    );
    let longest = write_much(&place, &store, 3);
    assert!(longest < 3 * LOG_MAX, "{longest} bytes of log");

    fs::write(&pipe, "").unwrap();
    fs::remove_dir_all(&hangs).unwrap();
    wait_for("another base", || bases(&store) == 3);
    store.close();
    assert_eq!(place.rebuilt(None).unwrap(), all(602));
}

/// The most memory this process had, in KiB, since it was last asked to forget that.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.unwrap().split_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

#[test]
fn a_long_log_is_replayed_in_little_memory() {
    let place = Place::new(Arc::new(SystemClock));
    let options = ArchiveOptions {
        checkpoint_bytes: 1 << 30,
        ..place.options()
    };
    let store = place.open_with("site.db", Some(options));
    wait_for("a base", || bases(&store) == 1);
    for id in 1..=48 {
        let values = [Value::Int(id), Value::Text("x".repeat(1 << 20))];
        store
            .write(move |tx| tx.execute("INSERT INTO stock (id, note) VALUES (?, ?)", &values))
            .unwrap();
    }
    store.close();
    drop(store);
    let segments = files(&place.archive(), ".wal");
    let longest = segments
        .iter()
        .map(|path| fs::metadata(path).unwrap().len());
    assert!(longest.max() > Some(40 << 20));
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = peak();
    rebuild(&place.archive(), None, &place.folder.join("rebuilt")).unwrap();
    let taken = peak().saturating_sub(before);
    assert!(taken < 24 << 10, "{taken} KiB");
    assert_eq!(ids(&place.open_with("rebuilt", None)), all(48));
}
