//! A database is brought to a schema, again and again, and loses nothing.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::thread;

use qudao_base::{FaultKind, Stop, Value};
use qudao_store::{
    Query, Store,
    schema::{Change, Column, ColumnKind, Index, Schema, Table, diff, left_behind},
    testing::TestDatabase,
};

fn column(name: &str, kind: ColumnKind, required: bool) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        required,
        primary_key: false,
    }
}

fn index(name: &str, columns: &[&str], unique: bool) -> Index {
    let columns = columns.iter().map(|&one| one.to_owned()).collect();
    Index {
        name: name.to_owned(),
        columns,
        unique,
        condition: None,
    }
}

fn table(name: &str, columns: Vec<Column>, indexes: Vec<Index>) -> Table {
    let id = Column {
        primary_key: true,
        ..column("id", ColumnKind::Integer, true)
    };
    let columns = std::iter::once(id).chain(columns).collect();
    Table {
        name: name.to_owned(),
        columns,
        indexes,
        partitioned: false,
    }
}

fn first() -> Schema {
    let columns = vec![
        column("name", ColumnKind::Text, true),
        column("level", ColumnKind::Integer, true),
        column("note", ColumnKind::Text, false),
    ];
    let indexes = vec![
        index("partner_name", &["name"], true),
        index("partner_level", &["level"], false),
        index("partner_note", &["note"], true),
    ];
    Schema {
        tables: vec![table("partner", columns, indexes)],
    }
}

/// `level` is no longer declared, `note` holds on, three columns and a table are new, an index became another.
fn second() -> Schema {
    let columns = vec![
        column("name", ColumnKind::Text, false),
        column("note", ColumnKind::Text, true),
        column("region", ColumnKind::Text, true),
        column("score", ColumnKind::Integer, true),
        column("seal", ColumnKind::Bytes, true),
        column("remark", ColumnKind::Text, false),
    ];
    let indexes = vec![
        index("partner_name", &["name", "region"], true),
        index("partner_score", &["score"], false),
        index("partner_note", &["note"], true),
    ];
    Schema {
        tables: vec![
            table("partner", columns, indexes),
            table("客户", vec![], vec![]),
        ],
    }
}

fn sentences(changes: &[Change]) -> Vec<String> {
    changes.iter().map(ToString::to_string).collect()
}

fn on_each(check: impl Fn(&Store)) {
    for database in TestDatabase::all() {
        let store = database.open().unwrap();
        check(&store);
        store.close();
    }
}

#[test]
fn goes_from_one_schema_to_the_next() {
    on_each(|store| {
        assert_eq!(store.schema().unwrap(), Schema::default());
        let done = store.migrate(&first()).unwrap();
        let expected = [
            "create table partner with 4 columns",
            "create unique index partner_name on partner",
            "create index partner_level on partner",
            "create unique index partner_note on partner",
        ];
        assert_eq!(sentences(&done), expected);
        assert_eq!(store.migrate(&first()).unwrap(), []);
        store
            .write(|tx| {
                tx.execute(
                    "INSERT INTO partner (id, name, level) VALUES (1, 'a', 3)",
                    &[],
                )
            })
            .unwrap();

        let done = store.migrate(&second()).unwrap();
        let expected = [
            "drop index partner_name of partner",
            "drop index partner_level of partner",
            "let columns of partner be empty: level, name",
            "create table 客户 with 1 columns",
            "add column partner.region",
            "add column partner.score",
            "add column partner.seal",
            "add column partner.remark",
            "create unique index partner_name on partner",
            "create index partner_score on partner",
        ];
        assert_eq!(sentences(&done), expected);
        assert_eq!(store.migrate(&second()).unwrap(), []);
        assert_eq!(
            left_behind(&store.schema().unwrap(), &second()),
            ["partner.level"]
        );

        let sql = "SELECT id, name, level, note, region, score, seal, remark FROM partner";
        let row = store.read(|reader| reader.one(sql, &[])).unwrap().unwrap();
        let expected = vec![
            Value::Int(1),
            Value::from("a"),
            Value::Int(3),
            Value::Null,
            Value::from(""),
            Value::Int(0),
            Value::Bytes(vec![]),
            Value::Null,
        ];
        assert_eq!(row.into_values(), expected);
        takes_rows_of_the_new_schema(store);

        // Back again: nothing is lost, and what became optional stays so.
        store.migrate(&first()).unwrap();
        assert_eq!(diff(&store.schema().unwrap(), &first()), []);
        let sql = "SELECT COUNT(level), COUNT(*) FROM partner";
        let row = store.read(|reader| reader.one(sql, &[])).unwrap().unwrap();
        assert_eq!(row.into_values(), [Value::Int(1), Value::Int(2)]);
    });
}

fn takes_rows_of_the_new_schema(store: &Store) {
    // What is no longer declared may be left out.
    let sql = "INSERT INTO partner (id, note, region, score, seal) VALUES (?, 'n', 'r', 1, ?)";
    let add = |id| store.write(move |tx| tx.execute(sql, &[Value::Int(id), Value::Bytes(vec![1])]));
    add(2).unwrap();
    // An index that both have is still there.
    match add(3).unwrap_err() {
        Stop::Fault(fault) => assert_eq!(fault.message, "partner_note"),
        Stop::Refusal(refusal) => panic!("{refusal}"),
    }
}

#[test]
fn refuses_what_would_need_data_to_move() {
    let mut other_kind = first();
    other_kind.tables[0].columns[1].kind = ColumnKind::Integer;
    let mut other_key = first();
    other_key.tables[0].columns[1].primary_key = true;
    let mut long_name = first();
    long_name
        .tables
        .push(table(&"n".repeat(59), vec![], vec![]));
    on_each(|store| {
        store.migrate(&first()).unwrap();
        let cases = [
            (
                &other_kind,
                "cannot change partner.name: holds texts and cannot hold integers",
            ),
            (
                &other_key,
                "cannot change partner.name: the primary key of a table cannot change",
            ),
            (&long_name, "longer than 63 bytes"),
        ];
        for (target, expected) in cases {
            let stop = store.migrate(target).unwrap_err();
            assert!(stop.to_string().contains(expected), "{stop}");
            assert_eq!(store.schema().unwrap(), first());
        }
    });
}

#[test]
fn a_failing_step_undoes_the_whole_migration() {
    on_each(|store| {
        store.migrate(&first()).unwrap();
        let sql = "INSERT INTO partner (id, name, level) VALUES (?, ?, 1)";
        let rows = vec![
            vec![Value::Int(1), "a".into()],
            vec![Value::Int(2), "b".into()],
        ];
        store.write(move |tx| tx.execute_many(sql, &rows)).unwrap();
        let mut target = first();
        target.tables.insert(0, table("visitor", vec![], vec![]));
        target.tables[1]
            .indexes
            .push(index("partner_one_a_level", &["level"], true));
        match store.migrate(&target).unwrap_err() {
            Stop::Fault(fault) => assert_eq!(fault.kind, FaultKind::Duplicate),
            Stop::Refusal(refusal) => panic!("{refusal}"),
        }
        assert_eq!(store.schema().unwrap(), first());
        assert!(
            store
                .read(|reader| reader.query("SELECT id FROM visitor", &[]))
                .is_err()
        );
    });
}

#[test]
fn nodes_that_start_together_migrate_once() {
    for database in TestDatabase::all() {
        let steps: usize = thread::scope(|scope| {
            let nodes: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| database.open().unwrap().migrate(&first()).unwrap().len()))
                .collect();
            nodes.into_iter().map(|node| node.join().unwrap()).sum()
        });
        assert_eq!(steps, 4);
    }
}

#[test]
fn prepared_statements_outlive_a_migration() {
    on_each(|store| {
        store.migrate(&first()).unwrap();
        let everything = "SELECT * FROM partner";
        store.write(move |tx| tx.query(everything, &[])).unwrap();
        store.migrate(&second()).unwrap();
        let sql = "INSERT INTO partner (id, region, score, seal) VALUES (7, '', 0, ?)";
        store
            .write(move |tx| tx.execute(sql, &[Value::Bytes(vec![])]))
            .unwrap();
        let rows = store.write(move |tx| tx.query(everything, &[])).unwrap();
        assert_eq!(rows[0].clone().into_values().len(), 8);
    });
}
