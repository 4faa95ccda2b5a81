//! What was committed is in the archive, each moment of it.

use std::sync::atomic::AtomicBool;

use qudao_store::Reader;

use super::*;

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
        for writer in writers {
            writer.join().unwrap();
        }
        ends.store(true, Relaxed);
    });
    wait_for("a base", || bases(&store) == 1);
    store.close();
    assert_eq!(files(&place.archive(), "base.json").len(), 1, "never lost");
    assert_eq!(place.rebuilt(None).unwrap(), all(2_000));
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
