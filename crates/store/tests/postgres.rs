//! What only a server can do to us: ask for a transaction again, fall silent, go away. Nothing runs without a server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use qudao_base::{FaultKind, Refusal, Result, Stop, Value};
use qudao_store::{Options, Query, Row, Store, Transaction, testing::TestDatabase};

fn options(deadline_millis: u64) -> Options {
    Options {
        deadline: Duration::from_millis(deadline_millis),
        ..Options::default()
    }
}

fn fault<T: std::fmt::Debug>(outcome: Result<T>) -> (FaultKind, String) {
    match outcome {
        Err(Stop::Fault(fault)) => (fault.kind, fault.to_string()),
        other => panic!("a fault was expected and not {other:?}"),
    }
}

fn ask(store: &Store, sql: &'static str) -> Result<Vec<Row>> {
    store.read(|reader| reader.query(sql, &[]))
}

fn two_accounts(store: &Store) {
    let sql = "CREATE TABLE account (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL)";
    store.write(move |tx| tx.execute(sql, &[])).unwrap();
    store
        .write(|tx| tx.execute("INSERT INTO account VALUES (1, 0), (2, 0)", &[]))
        .unwrap();
}

fn add_one(tx: &mut Transaction<'_>, id: i64) -> Result<u64> {
    tx.execute(
        "UPDATE account SET balance = balance + 1 WHERE id = ?",
        &[Value::Int(id)],
    )
}

#[test]
fn a_deadlock_is_run_again() {
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let store = database.open().unwrap();
    two_accounts(&store);
    let holding = Arc::new(AtomicU32::new(0));
    thread::scope(|scope| {
        for (first, second) in [(1, 2), (2, 1)] {
            let holding = Arc::clone(&holding);
            let store = &store;
            scope.spawn(move || {
                let outcome = store.write(move |tx| {
                    add_one(tx, first)?;
                    holding.fetch_add(1, SeqCst);
                    while holding.load(SeqCst) < 2 {
                        thread::yield_now();
                    }
                    // Swallowing the deadlock in a savepoint must not save half of the work.
                    tx.savepoint(|tx| add_one(tx, second)).ok();
                    Ok(())
                });
                outcome.unwrap();
            });
        }
    });
    let balances = ask(&store, "SELECT balance FROM account ORDER BY id").unwrap();
    assert_eq!(
        balances,
        [Row::new(vec![Value::Int(2)]), Row::new(vec![Value::Int(2)])]
    );
    assert!(store.statistics().retries >= 1);
}

#[test]
fn what_cannot_be_serialised_is_run_again_five_times() {
    const SQL: &str = "DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''40001''; END'";
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let store = database.open().unwrap();
    two_accounts(&store);
    for (failures, succeeds) in [(2, true), (5, true), (99, false)] {
        let runs = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&runs);
        let outcome = store.write(move |tx| {
            add_one(tx, 1)?;
            if seen.fetch_add(1, SeqCst) < failures {
                // The database's wish counts, not what the closure makes of it.
                tx.execute(SQL, &[])
                    .map_err(|_| Refusal::invalid("test.other"))?;
            }
            Ok(())
        });
        assert_eq!(outcome.is_ok(), succeeds, "{failures} failures");
        assert_eq!(runs.load(SeqCst), failures.min(5) + 1);
    }
    let balances = ask(&store, "SELECT balance FROM account WHERE id = 1").unwrap();
    assert_eq!(balances[0].int(0).unwrap(), 2);
}

#[test]
fn a_slow_statement_meets_its_deadline() {
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let store = Store::open(database.address(), options(1000)).unwrap();
    let began = Instant::now();
    assert_eq!(
        fault(ask(&store, "SELECT pg_sleep(30)")).0,
        FaultKind::Unavailable
    );
    let outcome = store.write(|tx| tx.query("SELECT pg_sleep(30)", &[]));
    assert_eq!(fault(outcome).0, FaultKind::Unavailable);
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(ask(&store, "SELECT 1").unwrap()[0].int(0).unwrap(), 1);
}

/// Carries bytes to the server and back until it is told to fall silent; the sockets stay open, as a frozen server's do.
fn start_proxy(server: String, silent: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let there = TcpStream::connect(&server).unwrap();
            for (from, to) in [(&client, &there), (&there, &client)] {
                let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                let silent = Arc::clone(&silent);
                thread::spawn(move || carry(from, to, &silent));
            }
        }
    });
    port
}

fn carry(mut from: TcpStream, mut to: TcpStream, silent: &AtomicBool) {
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if silent.load(SeqCst) {
            thread::park();
        }
        if to.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
}

/// Host and port of an address like `postgres://user@host:port/name`; `None` for a server on a local socket.
fn host_and_port(address: &str) -> Option<String> {
    let place = address.split_once('@')?.1.split('/').next()?;
    (place.contains(':') && !place.contains('%')).then(|| place.to_owned())
}

#[test]
fn a_frozen_server_is_left_and_the_next_host_asked() {
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let Some(server) = host_and_port(database.address()) else {
        return;
    };
    let silent = Arc::new(AtomicBool::new(false));
    let port = start_proxy(server.clone(), Arc::clone(&silent));
    let both = format!("127.0.0.1:{port},{server}");
    let store = Store::open(&database.address().replace(&server, &both), options(2000)).unwrap();
    let alone = database
        .address()
        .replace(&server, &format!("127.0.0.1:{port}"));
    assert!(Store::open(&alone, options(2000)).is_ok());

    let idle = Store::open(&database.address().replace(&server, &both), options(2000)).unwrap();

    let began = Instant::now();
    let freeze = Arc::clone(&silent);
    let outcome = store.write(move |tx| {
        tx.query("SELECT 1", &[])?;
        freeze.store(true, SeqCst);
        tx.query("SELECT 1", &[])
    });
    let (kind, message) = fault(outcome);
    assert_eq!(kind, FaultKind::Unavailable);
    assert!(message.contains("no answer within"), "{message}");
    let alone = fault(Store::open(&alone, options(2000)).map(|_| ()));
    assert_eq!(alone.0, FaultKind::Unavailable);
    // Connecting skips the silent host after one deadline; so does a pool that notices only when it begins.
    for store in [&store, &idle] {
        assert_eq!(ask(store, "SELECT 2").unwrap()[0].int(0).unwrap(), 2);
    }
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "{:?}",
        began.elapsed()
    );
    let again = Instant::now();
    // The first keeps the connection there is, so the second has to connect.
    store.read(|_| ask(&store, "SELECT 3")).unwrap();
    let waited = again.elapsed();
    assert!(
        waited < Duration::from_secs(2),
        "{waited:?}: the living host is not preferred"
    );
}

#[test]
fn a_killed_idle_connection_is_replaced() {
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let store = database.open().unwrap();
    let other = database.open().unwrap();
    for _ in 0..3 {
        let kill = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        assert_eq!(ask(&other, kill).unwrap()[0].int(0).unwrap(), 1);
        store.write(|tx| tx.query("SELECT 1", &[])).unwrap();
    }
    let own = "SELECT pg_terminate_backend(pg_backend_pid())";
    assert_eq!(fault(ask(&store, own)).0, FaultKind::Unavailable);
    ask(&store, "SELECT 1").unwrap();
}

#[test]
fn waiting_for_a_connection_has_an_end() {
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let store = Store::open(
        database.address(),
        Options {
            connections: 1,
            ..options(500)
        },
    )
    .unwrap();
    let inner = store.clone();
    let outcome = store.write(move |_| inner.read(|reader| reader.query("SELECT 1", &[])));
    let (kind, message) = fault(outcome);
    assert_eq!(kind, FaultKind::Unavailable);
    assert!(message.contains("no database connection"), "{message}");
    ask(&store, "SELECT 1").unwrap();
}

#[test]
fn a_store_may_be_dropped_inside_of_another_runtime() {
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let store = database.open().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async move { drop(store) });
}

/// How the server would now look for sixteen entries with the statement it has prepared.
fn plan(store: &Store) -> String {
    let marks = vec!["?"; 16].join(", ");
    let sql = format!("SELECT COUNT(*) FROM entry WHERE id IN ({marks})");
    let ids: Vec<Value> = (1..=16).map(Value::Int).collect();
    let told = store.read(move |reader| {
        for _ in 0..3 {
            reader.query(&sql, &ids)?;
        }
        let named =
            "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%COUNT(*) FROM entry%'";
        let name = reader.query(named, &[])?[0].text(0)?.to_owned();
        let ids: Vec<String> = (1..=16).map(|id: i32| id.to_string()).collect();
        let explain = format!("EXPLAIN EXECUTE \"{name}\" ({})", ids.join(", "));
        reader.query(&explain, &[])
    });
    let rows = told.unwrap();
    let lines: Vec<&str> = rows.iter().map(|row| row.text(0).unwrap()).collect();
    lines.join("\n")
}

#[test]
fn a_plan_made_while_a_table_was_empty_is_not_kept_for_ever() {
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let one = Options {
        connections: 1,
        ..Options::default()
    };
    let store = Store::open(database.address(), one).unwrap();
    // Of wide rows an empty table is thought to have few.
    let texts: Vec<String> = (0..20)
        .map(|number| format!("text_{number} TEXT"))
        .collect();
    let create = format!(
        "CREATE TABLE entry (id BIGINT PRIMARY KEY, {})",
        texts.join(", ")
    );
    store.write(move |tx| tx.execute(&create, &[])).unwrap();
    for _ in 0..4 {
        assert!(plan(&store).contains("Seq Scan"), "{}", plan(&store));
    }
    let fill = "INSERT INTO entry (id) SELECT number FROM generate_series(1, 50000) number";
    store.write(move |tx| tx.execute(fill, &[])).unwrap();
    for _ in 0..32 {
        plan(&store);
    }
    assert!(!plan(&store).contains("Seq Scan"), "{}", plan(&store));
}
