//! Tables in parts by month: PostgreSQL keeps them so, SQLite as ever.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::thread;

use qudao_base::{Id, Instant, Value};
use qudao_store::{
    Dialect, Query, Store,
    schema::{Column, ColumnKind, Index, Schema, Table},
    testing::TestDatabase,
};

const NOW: &str = "2026-11-24T12:00:00Z";

/// Months made for `NOW` and three ahead.
const MONTHS: [&str; 4] = [
    "entry_2026_11",
    "entry_2026_12",
    "entry_2027_01",
    "entry_2027_02",
];

fn column(name: &str, kind: ColumnKind) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        required: true,
        primary_key: name == "id",
    }
}

fn index(name: &str, columns: &[&str]) -> Index {
    Index {
        name: name.to_owned(),
        columns: columns.iter().map(|&one| one.to_owned()).collect(),
        unique: false,
        condition: None,
    }
}

fn entries(partitioned: bool) -> Schema {
    let columns = vec![
        column("id", ColumnKind::Integer),
        column("object", ColumnKind::Text),
        column("record_id", ColumnKind::Integer),
    ];
    let table = Table {
        name: "entry".to_owned(),
        columns,
        indexes: vec![index("ix_entry_object_record_id", &["object", "record_id"])],
        partitioned,
    };
    Schema {
        tables: vec![table],
    }
}

fn at(time: &str) -> Instant {
    time.parse().unwrap()
}

fn id_at(time: &str) -> i64 {
    Id::lowest_at(at(time)).number() + 4711
}

fn add(store: &Store, id: i64) {
    let insert = "INSERT INTO entry (id, object, record_id) VALUES (?, 'note', 7)";
    let added = store.write(move |tx| tx.execute(insert, &[id.into()]));
    assert_eq!(added.unwrap(), 1);
}

fn texts(store: &Store, sql: &str) -> Vec<String> {
    let rows = store.read(|reader| reader.query(sql, &[])).unwrap();
    rows.iter()
        .map(|row| row.text(0).unwrap().to_owned())
        .collect()
}

/// The parts of the table in order.
fn parts(store: &Store) -> Vec<String> {
    let sql = "SELECT CAST(c.relname AS TEXT) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
               WHERE i.inhparent = to_regclass('entry') ORDER BY 1";
    texts(store, sql)
}

/// Where each row lies, in order of ids.
fn places(store: &Store) -> Vec<String> {
    let sql = "SELECT CAST(CAST(tableoid AS regclass) AS TEXT) FROM entry ORDER BY id";
    texts(store, sql)
}

/// Constraints that refuse rows.
fn guards(store: &Store) -> Vec<String> {
    texts(
        store,
        "SELECT CAST(conname AS TEXT) FROM pg_constraint WHERE contype = 'c' AND conrelid = to_regclass('entry_rest')",
    )
}

fn months_and_rest() -> Vec<&'static str> {
    MONTHS.into_iter().chain(["entry_rest"]).collect()
}

fn on_postgres(check: impl Fn(&Store, &TestDatabase)) {
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let store = database.open().unwrap();
    store.migrate(&entries(true)).unwrap();
    check(&store, &database);
    store.close();
}

#[test]
fn both_databases_keep_and_find_rows_of_all_times() {
    for database in TestDatabase::all() {
        let store = database.open().unwrap();
        store.migrate(&entries(true)).unwrap();
        let made = store.make_partitions(at(NOW), 3).unwrap();
        let postgres = store.dialect() == Dialect::Postgres;
        assert_eq!(made, if postgres { 4 } else { 0 });
        assert_eq!(store.make_partitions(at(NOW), 3).unwrap(), 0);
        assert_eq!(store.migrate(&entries(true)).unwrap(), [], "nothing to do");
        for id in [1, id_at(NOW), id_at("2027-01-31T23:59:59Z"), i64::MAX] {
            add(&store, id);
        }
        let sql =
            "SELECT id FROM entry WHERE object = 'note' AND record_id = 7 ORDER BY id DESC LIMIT 1";
        let newest = store.read(|reader| reader.one(sql, &[])).unwrap().unwrap();
        assert_eq!(newest.int(0).unwrap(), i64::MAX);
        let again = store.write(|tx| {
            tx.execute(
                "INSERT INTO entry (id, object, record_id) VALUES (1, 'note', 7)",
                &[],
            )
        });
        assert!(again.is_err(), "an id is there once");
        store.close();
    }
}

#[test]
fn a_row_lies_in_its_month() {
    on_postgres(|store, _| {
        assert_eq!(parts(store), ["entry_rest"]);
        store.make_partitions(at(NOW), 3).unwrap();
        assert_eq!(parts(store), months_and_rest());
        for time in [
            "2026-10-31T23:59:59.999Z",
            "2026-11-01T00:00:00Z",
            "2026-12-31T23:59:59.999Z",
            "2027-01-01T00:00:00Z",
            "2027-03-01T00:00:00Z",
        ] {
            add(store, id_at(time));
        }
        assert_eq!(
            places(store),
            [
                "entry_rest",
                "entry_2026_11",
                "entry_2026_12",
                "entry_2027_01",
                "entry_rest"
            ]
        );
        // A month later one more is needed.
        let later = at("2026-12-01T00:00:00Z");
        assert_eq!(
            store.make_partitions(later, 3).unwrap(),
            0,
            "its rows are in the rest"
        );
        store
            .write(|tx| {
                tx.execute(
                    "DELETE FROM entry WHERE id > ?",
                    &[id_at("2027-02-01T00:00:00Z").into()],
                )
            })
            .unwrap();
        assert_eq!(store.make_partitions(later, 3).unwrap(), 1);
        assert_eq!(guards(store), Vec::<String>::new());
        add(store, id_at("2027-03-01T00:00:00Z"));
        assert_eq!(places(store).last().unwrap(), "entry_2027_03");
    });
}

#[test]
fn the_newest_row_is_found_by_index_alone() {
    on_postgres(|store, _| {
        store.make_partitions(at(NOW), 3).unwrap();
        let fill = |from: i64| {
            let sql = "INSERT INTO entry (id, object, record_id) \
                       SELECT CAST(? AS BIGINT) + n, 'note', n % 5 FROM generate_series(1, 2000) n";
            store
                .write(move |tx| tx.execute(sql, &[from.into()]))
                .unwrap();
        };
        for time in ["2025-01-01T00:00:00Z", NOW, "2026-12-24T00:00:00Z"] {
            fill(id_at(time));
        }
        store.write(|tx| tx.execute("ANALYZE entry", &[])).unwrap();
        let plan = texts(
            store,
            "EXPLAIN (COSTS OFF) SELECT id FROM entry WHERE object = 'note' AND record_id = 3 ORDER BY id DESC LIMIT 1",
        );
        let steps: Vec<&str> = plan
            .iter()
            .filter_map(|line| line.split_once("->  "))
            .map(|(_, step)| step)
            .collect();
        assert_eq!(steps[0], "Merge Append", "{plan:#?}");
        assert_eq!(steps.len(), 6, "all parts: {plan:#?}");
        assert!(
            steps[1..]
                .iter()
                .all(|step| step.contains("_object_record_id_id_idx")),
            "found in order in each part: {plan:#?}"
        );
        let by_id = texts(
            store,
            &format!("EXPLAIN SELECT object FROM entry WHERE id = {}", id_at(NOW)),
        );
        let touched: Vec<_> = by_id
            .iter()
            .filter(|line| line.contains(" on entry_"))
            .collect();
        assert_eq!(touched.len(), 1, "one month alone: {by_id:#?}");
    });
}

#[test]
fn two_nodes_make_each_month_once() {
    on_postgres(|store, database| {
        let other = database.open().unwrap();
        let made: usize = thread::scope(|scope| {
            let both = [store, &other].map(|one| scope.spawn(|| one.make_partitions(at(NOW), 3)));
            both.into_iter()
                .map(|one| one.join().unwrap().unwrap())
                .sum()
        });
        assert_eq!(made, 4);
        assert_eq!(parts(store), months_and_rest());
        other.close();
    });
}

#[test]
fn what_lies_in_the_rest_stays_and_stops_no_other_month() {
    on_postgres(|store, _| {
        add(store, id_at("2025-05-05T00:00:00Z"));
        add(store, id_at("2026-12-05T00:00:00Z"));
        assert_eq!(store.make_partitions(at(NOW), 3).unwrap(), 3);
        assert_eq!(
            parts(store),
            [
                "entry_2026_11",
                "entry_2027_01",
                "entry_2027_02",
                "entry_rest"
            ]
        );
        assert_eq!(guards(store), Vec::<String>::new());
        add(store, id_at("2026-12-06T00:00:00Z"));
        add(store, id_at("2027-02-06T00:00:00Z"));
        assert_eq!(
            places(store),
            ["entry_rest", "entry_rest", "entry_rest", "entry_2027_02"]
        );
    });
}

#[test]
fn a_guard_left_by_a_killed_node_is_removed() {
    on_postgres(|store, _| {
        add(store, id_at("2025-05-05T00:00:00Z"));
        let (from, until) = (
            Id::lowest_at(at("2026-12-01T00:00:00Z")),
            Id::lowest_at(at("2027-01-01T00:00:00Z")),
        );
        let guard = format!(
            "ALTER TABLE entry_rest ADD CONSTRAINT entry_2026_12_elsewhere CHECK (id < {from} OR id >= {until}) NOT VALID"
        );
        store.write(move |tx| tx.execute(&guard, &[])).unwrap();
        assert_eq!(store.make_partitions(at(NOW), 3).unwrap(), 4);
        assert_eq!(guards(store), Vec::<String>::new());
        add(store, id_at("2026-12-05T00:00:00Z"));
        assert_eq!(places(store), ["entry_rest", "entry_2026_12"]);
    });
}

#[test]
fn a_table_in_use_is_not_waited_for_long() {
    on_postgres(|store, database| {
        let other = database.open().unwrap();
        let started = std::time::Instant::now();
        let failed = other.read(|reader| {
            reader.query("SELECT id FROM entry", &[])?;
            Ok(store.make_partitions(at(NOW), 0))
        });
        assert!(failed.unwrap().is_err());
        assert!(started.elapsed().as_secs() < 5);
        assert_eq!(store.make_partitions(at(NOW), 0).unwrap(), 1);
        other.close();
    });
}

#[test]
fn a_table_that_exists_whole_stays_whole() {
    for database in TestDatabase::all() {
        let store = database.open().unwrap();
        store.migrate(&entries(false)).unwrap();
        assert_eq!(store.migrate(&entries(true)).unwrap(), []);
        assert_eq!(store.make_partitions(at(NOW), 3).unwrap(), 0);
        add(&store, id_at(NOW));
        // And one in parts stays in parts, whatever is declared, and changes like any other.
        let mut changed = entries(true);
        changed.tables[0]
            .columns
            .push(column("note", ColumnKind::Text));
        changed.tables[0]
            .indexes
            .push(index("ix_entry_note", &["note"]));
        assert_eq!(store.migrate(&changed).unwrap().len(), 2);
        assert_eq!(store.migrate(&changed).unwrap(), []);
        store.close();
    }
}

#[test]
fn a_table_in_parts_changes_like_any_other() {
    on_postgres(|store, _| {
        store.make_partitions(at(NOW), 1).unwrap();
        add(store, id_at(NOW));
        let mut changed = entries(false);
        changed.tables[0]
            .columns
            .push(column("note", ColumnKind::Text));
        changed.tables[0].columns[1].required = false;
        changed.tables[0].indexes = vec![index("ix_entry_note", &["note"])];
        assert_eq!(store.migrate(&changed).unwrap().len(), 4);
        assert_eq!(store.migrate(&changed).unwrap(), []);
        assert_eq!(
            store.make_partitions(at(NOW), 3).unwrap(),
            2,
            "still in parts"
        );
        let sql = "INSERT INTO entry (id, record_id, note) VALUES (?, 1, 'a')";
        let id = Value::Int(id_at("2027-02-01T00:00:00Z"));
        store
            .write(move |tx| tx.execute(sql, std::slice::from_ref(&id)))
            .unwrap();
        assert_eq!(places(store), ["entry_2026_11", "entry_2027_02"]);
    });
}

#[test]
fn what_cannot_be_kept_in_parts_is_refused_on_both() {
    for database in TestDatabase::all() {
        let store = database.open().unwrap();
        let mut unique = entries(true);
        unique.tables[0].indexes[0].unique = true;
        assert!(store.migrate(&unique).is_err());
        let mut keyed = entries(true);
        keyed.tables[0].columns[1].primary_key = true;
        assert!(store.migrate(&keyed).is_err());
        store.close();
    }
}
