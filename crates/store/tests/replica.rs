//! A read replica that is none: reports are read from the server itself. What a real standby does is in `cargo xtask torture replica`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{net::TcpListener, time::Duration};

use qudao_base::{Refusal, Result, Stop};
use qudao_store::{Options, Query, Row, Store, testing::TestDatabase};

const LAG_MAX: Duration = Duration::from_secs(30);

fn with(store: Store, address: &str) -> Result<Store> {
    store.with_replica(address, LAG_MAX, &Options::default())
}

fn ask(store: &Store) -> (Vec<Row>, Duration) {
    store
        .read_report(|reader| reader.query("SELECT n FROM told", &[]))
        .unwrap()
}

#[test]
fn a_server_that_is_no_standby_and_one_that_is_away_are_not_read() {
    let (Some(database), Some(other)) = (TestDatabase::postgres(), TestDatabase::postgres()) else {
        return;
    };
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        format!("postgres://postgres@127.0.0.1:{port}/postgres")
    };
    for (address, why) in [(other.address(), "no standby"), (&closed, "cannot connect")] {
        let store = with(database.open().unwrap(), address).unwrap();
        store
            .write(|tx| {
                tx.execute("DROP TABLE IF EXISTS told", &[])?;
                tx.execute("CREATE TABLE told (n BIGINT)", &[])?;
                tx.execute("INSERT INTO told VALUES (7)", &[])
            })
            .unwrap();
        for _ in 0..2 {
            let (rows, lag) = ask(&store);
            assert_eq!((rows[0].int(0).unwrap(), lag), (7, Duration::ZERO));
        }
        let told = store.statistics().replica.unwrap();
        assert_eq!((told.reads, told.fallbacks), (0, 2), "{address}");
        let refused = store.replica_lag().unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
}

#[test]
fn without_a_replica_a_report_is_a_read() {
    for database in TestDatabase::all() {
        let store = database.open().unwrap();
        let (rows, lag) = store
            .read_report(|reader| reader.query("SELECT 1", &[]))
            .unwrap();
        assert_eq!((rows.len(), lag), (1, Duration::ZERO));
        assert_eq!(store.replica_lag().unwrap(), None);
        assert_eq!(store.statistics().replica, None);
        let refused: Result<((), _)> = store.read_report(|_| Err(Refusal::malformed("no").into()));
        assert!(matches!(refused, Err(Stop::Refusal(_))));
    }
}

#[test]
fn only_postgres_has_one() {
    let sqlite = TestDatabase::sqlite();
    let refused = with(sqlite.open().unwrap(), "postgres://me@127.0.0.1/x");
    assert!(refused.is_err());
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    assert!(with(database.open().unwrap(), sqlite.address()).is_err());
}
