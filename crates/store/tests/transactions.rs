//! Transactions keep all or nothing, on both databases alike.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use qudao_base::{FaultKind, Refusal, Result, Stop, Value};
use qudao_store::{
    Query, Store, Transaction,
    schema::{Column, ColumnKind, Schema, Table},
    testing::TestDatabase,
};

fn stock() -> Schema {
    let column = |name: &str, primary_key| Column {
        name: name.to_owned(),
        kind: ColumnKind::Integer,
        required: true,
        primary_key,
    };
    let columns = vec![column("id", true), column("left", false)];
    Schema {
        tables: vec![Table {
            name: "stock".to_owned(),
            columns,
            indexes: vec![],
            partitioned: false,
        }],
    }
}

fn on_each(check: impl Fn(&Store)) {
    for database in TestDatabase::all() {
        let store = database.open().unwrap();
        store.migrate(&stock()).unwrap();
        check(&store);
        store.close();
    }
}

fn add(tx: &mut Transaction<'_>, id: i64, left: i64) -> Result<u64> {
    let values = [Value::Int(id), Value::Int(left)];
    tx.execute("INSERT INTO stock (id, \"left\") VALUES (?, ?)", &values)
}

fn ids(store: &Store) -> Vec<i64> {
    let rows = store
        .read(|reader| reader.query("SELECT id FROM stock ORDER BY id", &[]))
        .unwrap();
    rows.iter().map(|row| row.int(0).unwrap()).collect()
}

fn fault<T: std::fmt::Debug>(outcome: Result<T>) -> (FaultKind, String) {
    match outcome {
        Err(Stop::Fault(fault)) => (fault.kind, fault.to_string()),
        other => panic!("a fault was expected and not {other:?}"),
    }
}

#[test]
fn one_that_stops_takes_nothing_with_it() {
    on_each(|store| {
        let outcomes: Vec<Result<i64>> = thread::scope(|scope| {
            let writes: Vec<_> = (0..30)
                .map(|id| {
                    scope.spawn(move || {
                        store.write(move |tx| {
                            add(tx, id, 1)?;
                            match id % 10 {
                                3 => Err(Refusal::invalid("stock.test").into()),
                                5 => panic!("on purpose"),
                                7 => add(tx, id, 2).map(|_| id),
                                // A swallowed error must not be kept either.
                                9 => Ok(add(tx, id, 2).map_or(id, |_| id)),
                                _ => Ok(id),
                            }
                        })
                    })
                })
                .collect();
            writes
                .into_iter()
                .map(|write| write.join().unwrap())
                .collect()
        });
        for (id, outcome) in (0..).zip(outcomes) {
            match (id % 10, outcome) {
                (3, Err(Stop::Refusal(refusal))) => assert_eq!(refusal.code, "stock.test"),
                (5, stopped) => assert!(fault(stopped).1.contains("on purpose")),
                (7, stopped) => {
                    assert_eq!(
                        fault(stopped),
                        (FaultKind::Duplicate, "stock_pkey".to_owned())
                    );
                }
                (9, stopped) => assert_eq!(fault(stopped).0, FaultKind::Broken),
                (_, kept) => assert_eq!(kept.unwrap(), id),
            }
        }
        let kept: Vec<i64> = (0..30)
            .filter(|id| ![3, 5, 7, 9].contains(&(id % 10)))
            .collect();
        assert_eq!(ids(store), kept);
    });
}

#[test]
fn a_savepoint_is_undone_alone() {
    on_each(|store| {
        let store = store.clone();
        let outcome = store.write(|tx| {
            add(tx, 1, 1)?;
            let inner = tx.savepoint(|tx| {
                add(tx, 2, 1)?;
                tx.savepoint(|tx| add(tx, 3, 1))?;
                add(tx, 1, 1)
            });
            assert_eq!(
                fault(inner),
                (FaultKind::Duplicate, "stock_pkey".to_owned())
            );
            let refused: Result<()> = tx.savepoint(|tx| {
                add(tx, 4, 1)?;
                Err(Refusal::invalid("stock.test").into())
            });
            assert!(matches!(refused, Err(Stop::Refusal(_))));
            tx.savepoint(|tx| add(tx, 5, 1))
        });
        assert_eq!(outcome.unwrap(), 1);
        assert_eq!(ids(&store), [1, 5]);
    });
}

#[test]
fn after_a_failed_statement_nothing_goes_on() {
    on_each(|store| {
        let outcome = store.write(|tx| {
            add(tx, 1, 1)?;
            assert!(tx.query("SELECT nothing FROM nowhere", &[]).is_err());
            let message = fault(tx.query("SELECT id FROM stock", &[])).1;
            assert!(message.contains("can only be rolled back"), "{message}");
            add(tx, 2, 2)
        });
        assert_eq!(fault(outcome).0, FaultKind::Broken);
        assert_eq!(ids(store), [0_i64; 0]);
    });
}

#[test]
fn a_write_inside_of_a_write_is_a_fault() {
    on_each(|store| {
        let inner = store.clone();
        let outcome = store.write(move |_| inner.write(|tx| add(tx, 1, 1)));
        assert!(fault(outcome).1.contains("inside of a write"));
        store.write(|tx| add(tx, 2, 1)).unwrap();
        assert_eq!(ids(store), [2]);
    });
}

#[test]
fn a_reader_sees_one_state() {
    on_each(|store| {
        store.write(|tx| add(tx, 1, 1)).unwrap();
        store
            .read(|reader| {
                let count = "SELECT COUNT(*) FROM stock";
                assert_eq!(reader.one(count, &[])?.unwrap().int(0)?, 1);
                store.write(|tx| add(tx, 2, 1))?;
                assert_eq!(reader.one(count, &[])?.unwrap().int(0)?, 1);
                Ok(())
            })
            .unwrap();
        assert_eq!(ids(store), [1, 2]);
    });
}

#[test]
fn eight_sellers_never_sell_more_than_there_is() {
    const LEFT: i64 = 40;
    on_each(|store| {
        store.write(|tx| add(tx, 1, LEFT)).unwrap();
        let sold = AtomicUsize::new(0);
        let short = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let sql = "UPDATE stock SET \"left\" = \"left\" - 1 WHERE id = ? AND \"left\" >= 1";
                        let touched = store.write(move |tx| tx.execute(sql, &[Value::Int(1)])).unwrap();
                        let count = if touched == 1 { &sold } else { &short };
                        count.fetch_add(1, SeqCst);
                    }
                });
            }
        });
        assert_eq!((sold.into_inner(), short.into_inner()), (40, 40));
        let left = store
            .read(|reader| reader.one("SELECT \"left\" FROM stock", &[]))
            .unwrap();
        assert_eq!(left.unwrap().int(0).unwrap(), 0);
    });
}

#[test]
fn readers_beyond_the_pool_wait_their_turn() {
    on_each(|store| {
        let reading = Barrier::new(3);
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    store
                        .read(|reader| {
                            reader.query("SELECT id FROM stock", &[])?;
                            reading.wait();
                            Ok(())
                        })
                        .unwrap();
                });
            }
        });
    });
}

#[test]
fn closed_means_closed() {
    on_each(|store| {
        store.write(|tx| add(tx, 1, 1)).unwrap();
        let other = store.clone();
        store.close();
        assert_eq!(
            fault(other.write(|tx| add(tx, 2, 1))).0,
            FaultKind::Unavailable
        );
        assert_eq!(fault(other.read(|_| Ok(()))).0, FaultKind::Unavailable);
    });
}

/// A write that waits until it is let go.
fn hold(store: &Store, started: &Arc<AtomicBool>, go: impl Fn() -> bool + Send + 'static) {
    let started = Arc::clone(started);
    store
        .write(move |tx| {
            started.store(true, SeqCst);
            while !go() {
                thread::yield_now();
            }
            add(tx, 1000, 1)
        })
        .unwrap();
}

#[test]
fn writes_that_wait_share_one_commit() {
    let database = TestDatabase::sqlite();
    let store = database.open().unwrap();
    store.migrate(&stock()).unwrap();
    let before = store.statistics();
    let started = Arc::new(AtomicBool::new(false));
    let all_wait = {
        let store = store.clone();
        move || store.statistics().waiting == 20
    };
    thread::scope(|scope| {
        scope.spawn(|| hold(&store, &started, all_wait));
        while !started.load(SeqCst) {
            thread::yield_now();
        }
        for id in 0..20 {
            let store = &store;
            scope.spawn(move || store.write(move |tx| add(tx, id, 1)).unwrap());
        }
    });
    let after = store.statistics();
    assert_eq!(
        (after.writes - before.writes, after.commits - before.commits),
        (21, 1)
    );
    assert_eq!(after.waiting, 0);
    assert_eq!(ids(&store).len(), 21);
}

#[test]
fn statements_are_counted_once_however_many_rows_they_are_given() {
    on_each(|store| {
        let before = store.statistics().statements;
        let rows: Vec<Vec<Value>> = (2..30)
            .map(|id| vec![Value::Int(id), Value::Int(1)])
            .collect();
        store
            .write(move |tx| {
                add(tx, 1, 1)?;
                tx.execute_many("INSERT INTO stock (id, \"left\") VALUES (?, ?)", &rows)
            })
            .unwrap();
        assert_eq!(ids(store).len(), 29);
        assert_eq!(store.statistics().statements - before, 3);
    });
}

#[test]
fn a_full_queue_says_so_and_closing_empties_it() {
    let database = TestDatabase::sqlite();
    let options = qudao_store::Options {
        queue: 3,
        ..qudao_store::Options::default()
    };
    let store = Store::open(database.address(), options).unwrap();
    store.migrate(&stock()).unwrap();
    let started = Arc::new(AtomicBool::new(false));
    let release = Arc::new(AtomicBool::new(false));
    let released = Arc::clone(&release);
    thread::scope(|scope| {
        scope.spawn(|| hold(&store, &started, move || released.load(SeqCst)));
        while !started.load(SeqCst) {
            thread::yield_now();
        }
        for id in 0..3 {
            let store = &store;
            scope.spawn(move || store.write(move |tx| add(tx, id, 1)).unwrap());
        }
        while store.statistics().waiting < 3 {
            thread::yield_now();
        }
        let (kind, message) = fault(store.write(|tx| add(tx, 9, 1)));
        assert_eq!(kind, FaultKind::Unavailable);
        assert!(message.contains("too many"), "{message}");
        release.store(true, SeqCst);
        store.close();
    });
    drop(store);
    assert!(
        !std::path::Path::new(&format!(
            "{}-wal",
            database.address().trim_start_matches("sqlite:")
        ))
        .exists()
    );
    assert_eq!(ids(&database.open().unwrap()), [0, 1, 2, 1000]);
}

#[test]
fn a_full_disk_loses_the_group_and_says_so() {
    let database = TestDatabase::sqlite();
    let store = database.open().unwrap();
    store.migrate(&stock()).unwrap();
    let outcome = store.write(|tx| {
        let pages = tx.one("PRAGMA page_count", &[])?.unwrap().int(0)?;
        tx.query(&format!("PRAGMA max_page_count = {}", pages + 2), &[])?;
        for id in 0..100_000 {
            add(tx, id, 1)?;
        }
        Ok(())
    });
    assert_eq!(fault(outcome).0, FaultKind::Full);
    assert_eq!(ids(&store), [0_i64; 0]);
    store
        .write(|tx| tx.query("PRAGMA max_page_count = 100000", &[]))
        .unwrap();
    store.write(|tx| add(tx, 1, 1)).unwrap();
    assert_eq!(ids(&store), [1]);
}
