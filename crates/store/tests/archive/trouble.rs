//! Damage, restarts, archives that cannot be written: told, never passed over.

use qudao_store::{archive::rebuild, backup::put_back};

use super::*;

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
        // A base that was given up is begun again a minute later.
        wait_for("it is well again", || {
            clock.advance_seconds(1);
            thread::sleep(Duration::from_millis(100));
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
