//! Values go in and come out the same on both databases; what one would refuse, both refuse.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use qudao_base::{FaultKind, Result, Stop, Value};
use qudao_store::{
    Query, Store,
    schema::{Column, ColumnKind, Index, Schema, Table},
    testing::TestDatabase,
};

fn column(name: &str, kind: ColumnKind, primary_key: bool) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        required: primary_key,
        primary_key,
    }
}

fn index(name: &str, columns: &[&str], condition: Option<&str>) -> Index {
    Index {
        name: name.to_owned(),
        columns: columns.iter().map(|&one| one.to_owned()).collect(),
        unique: true,
        condition: condition.map(str::to_owned),
    }
}

fn goods() -> Schema {
    let columns = vec![
        column("id", ColumnKind::Integer, true),
        column("code", ColumnKind::Text, false),
        column("price", ColumnKind::Integer, false),
        column("picture", ColumnKind::Bytes, false),
        column("order", ColumnKind::Text, false),
    ];
    let indexes = vec![
        index("goods_code", &["code"], None),
        index("goods_price_order", &["price", "order"], None),
        index("goods_order_cheap", &["order"], Some("price < 10")),
    ];
    Schema {
        tables: vec![Table {
            name: "goods".to_owned(),
            columns,
            indexes,
            partitioned: false,
        }],
    }
}

fn on_each(check: impl Fn(&Store)) {
    for database in TestDatabase::all() {
        let store = database.open().unwrap();
        store.migrate(&goods()).unwrap();
        check(&store);
        store.close();
    }
}

const INSERT: &str =
    "INSERT INTO goods (id, code, price, picture, \"order\") VALUES (?, ?, ?, ?, ?)";

fn insert(store: &Store, row: Vec<Value>) -> Result<u64> {
    store.write(move |tx| tx.execute(INSERT, &row))
}

fn ask(store: &Store, sql: &str, parameters: &[Value]) -> Result<Vec<Vec<Value>>> {
    let rows = store.read(|reader| reader.query(sql, parameters))?;
    Ok(rows
        .into_iter()
        .map(qudao_store::Row::into_values)
        .collect())
}

fn kind_of<T: std::fmt::Debug>(outcome: Result<T>) -> (FaultKind, String) {
    match outcome {
        Err(Stop::Fault(fault)) => (fault.kind, fault.message.clone()),
        other => panic!("a fault was expected and not {other:?}"),
    }
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn row(id: i64, code: Value, price: Value, order: Value) -> Vec<Value> {
    vec![Value::Int(id), code, price, Value::Null, order]
}

#[test]
fn values_go_there_and_back() {
    on_each(|store| {
        let rows = vec![
            vec![
                Value::Int(1),
                text("渠道 🚚 'quoted' \\ ?"),
                Value::Int(i64::MAX),
                Value::Bytes(vec![0, 255]),
                text(""),
            ],
            vec![
                Value::Int(2),
                Value::Null,
                Value::Int(i64::MIN),
                Value::Bytes(vec![]),
                text("b"),
            ],
            vec![
                Value::Int(3),
                text("c"),
                Value::Null,
                Value::Null,
                Value::Null,
            ],
        ];
        let sent = rows.clone();
        let touched = store
            .write(move |tx| tx.execute_many(INSERT, &sent))
            .unwrap();
        assert_eq!(touched, 3);
        let sql = "SELECT id, code, price, picture, \"order\" FROM goods ORDER BY id";
        assert_eq!(ask(store, sql, &[]).unwrap(), rows);
    });
}

/// Portable SQL, its parameters, and the one column of the answer.
type Case = (&'static str, Vec<Value>, Vec<Value>);

fn check_cases(cases: &[Case]) {
    on_each(|store| {
        for (id, code, price) in [(1, "Ab_1", 10), (2, "abc1", 20), (3, "é", 30)] {
            insert(store, row(id, text(code), Value::Int(price), Value::Null)).unwrap();
        }
        for (sql, parameters, expected) in cases {
            let answer = ask(store, sql, parameters).unwrap_or_else(|stop| panic!("{sql}: {stop}"));
            assert_eq!(&answer.concat(), expected, "{sql} on {:?}", store.dialect());
        }
    });
}

#[test]
fn numbers_mean_the_same() {
    let int = Value::Int;
    check_cases(&[
        ("SELECT SUM(price) FROM goods", vec![], vec![int(60)]),
        (
            "SELECT COUNT(*) FROM goods HAVING SUM(price) > ?",
            vec![int(59)],
            vec![int(3)],
        ),
        (
            "SELECT -SUM(price * 10000000000) FROM goods",
            vec![],
            vec![int(-600_000_000_000)],
        ),
        (
            "SELECT COALESCE(SUM(price), 0) FROM goods WHERE id > 9",
            vec![],
            vec![int(0)],
        ),
        (
            "SELECT price = 10 FROM goods WHERE id = ?",
            vec![int(1)],
            vec![int(1)],
        ),
        ("SELECT CAST(? AS BIGINT) + 1", vec![int(1)], vec![int(2)]),
        (
            "SELECT CAST(? AS BIGINT)",
            vec![Value::Null],
            vec![Value::Null],
        ),
        ("SELECT 7 / 2 + -7 % 2", vec![], vec![int(2)]),
        (
            "SELECT id FROM goods WHERE price IN (?, ?) ORDER BY id",
            vec![int(10), int(20)],
            vec![int(1), int(2)],
        ),
        (
            "SELECT id FROM goods WHERE price = ?",
            vec![Value::Null],
            vec![],
        ),
        (
            "SELECT id FROM goods ORDER BY \"order\" NULLS LAST, price DESC LIMIT 1",
            vec![],
            vec![int(3)],
        ),
    ]);
}

#[test]
fn texts_mean_the_same() {
    let count = |sql, parameter, expected| (sql, vec![text(parameter)], vec![Value::Int(expected)]);
    check_cases(&[
        count(
            "SELECT COUNT(*) FROM goods WHERE code LIKE ? ESCAPE '!'",
            "Ab!_%",
            1,
        ),
        count("SELECT COUNT(*) FROM goods WHERE code LIKE ?", "a%", 1),
        count(
            "SELECT COUNT(*) FROM goods WHERE LOWER(code) LIKE ?",
            "a%",
            2,
        ),
        count("SELECT COUNT(*) FROM goods WHERE code < ?", "a", 1),
        (
            "SELECT code || '-' || CAST(price AS TEXT) FROM goods WHERE id = 1",
            vec![],
            vec![text("Ab_1-10")],
        ),
        (
            "SELECT LOWER(code || 'Ä') || LENGTH('渠道') FROM goods WHERE id = 1",
            vec![],
            vec![text("ab_1Ä2")],
        ),
        (
            "SELECT CASE WHEN CAST(? AS TEXT) IS NULL THEN 'none' ELSE 'some' END",
            vec![Value::Null],
            vec![text("none")],
        ),
        (
            "SELECT code FROM goods ORDER BY code LIMIT ? OFFSET ?",
            vec![Value::Int(2), Value::Int(1)],
            vec![text("abc1"), text("é")],
        ),
    ]);
}

#[test]
fn both_refuse_the_same() {
    let cases = [
        ("SELECT 1.5", vec![]),
        ("SELECT \"no_such_column\" FROM goods", vec![]),
        ("SELECT code FROM goods WHERE id = ?", vec![]),
        ("SELECT code FROM goods WHERE id = 1", vec![Value::Int(1)]),
        ("DELETE FROM goods", vec![]),
        ("SELEKT 1", vec![]),
    ];
    on_each(|store| {
        insert(store, row(1, text("a"), Value::Int(1), text("a"))).unwrap();
        for (sql, parameters) in &cases {
            assert_eq!(
                kind_of(ask(store, sql, parameters)).0,
                FaultKind::Broken,
                "{sql}"
            );
        }
        // What somebody typed, so it is refused.
        let nul = ask(
            store,
            "SELECT code FROM goods WHERE code = ?",
            &[text("a\0b")],
        );
        assert!(matches!(nul, Err(Stop::Refusal(refusal)) if refusal.code == "text.nul"));
        assert_eq!(
            ask(store, "SELECT id FROM goods", &[]).unwrap(),
            [[Value::Int(1)]]
        );
        let wrong = [
            row(2, text("b"), text("dear"), Value::Null),
            row(2, Value::Bytes(vec![1]), Value::Null, Value::Null),
        ];
        for values in wrong {
            assert_eq!(kind_of(insert(store, values)).0, FaultKind::Broken);
        }
    });
}

#[test]
fn a_duplicate_names_its_index() {
    on_each(|store| {
        insert(store, row(1, text("a"), Value::Int(5), text("x"))).unwrap();
        let cases = [
            (row(1, text("b"), Value::Int(6), text("y")), "goods_pkey"),
            (row(2, text("a"), Value::Int(6), text("y")), "goods_code"),
            (
                row(2, text("b"), Value::Int(6), text("x")),
                "goods_order_cheap",
            ),
        ];
        for (values, name) in cases {
            let expected = (FaultKind::Duplicate, name.to_owned());
            assert_eq!(kind_of(insert(store, values)), expected);
        }
        insert(store, row(3, text("c"), Value::Int(50), text("x"))).unwrap();
        let both = row(4, text("d"), Value::Int(50), text("x"));
        let expected = (FaultKind::Duplicate, "goods_price_order".to_owned());
        assert_eq!(kind_of(insert(store, both)), expected);
        insert(store, row(5, Value::Null, Value::Null, Value::Null)).unwrap();
        insert(store, row(6, Value::Null, Value::Null, Value::Null)).unwrap();
        let kept = "INSERT INTO goods (id, code) VALUES (?, ?) \
                    ON CONFLICT (code) DO UPDATE SET price = 7 RETURNING id, price";
        let answer = store
            .write(move |tx| tx.query(kept, &[Value::Int(9), text("a")]))
            .unwrap();
        assert_eq!(answer[0].int(0).unwrap(), 1);
        assert_eq!(answer[0].int(1).unwrap(), 7);
        assert!(answer[0].text(0).is_err());
    });
}

#[test]
fn rows_updated_together_are_those_in_the_version_they_were_seen_in() {
    const UPDATE: &str = "UPDATE \"page\" SET \"version\" = ?, \"word\" = CASE WHEN \"word\" = ? THEN ? ELSE \"word\" END, \
                          \"picture\" = ? WHERE \"id\" = ? AND \"version\" = ?";
    for database in TestDatabase::all() {
        let store = database.open().unwrap();
        let columns = vec![
            column("id", ColumnKind::Integer, true),
            column("version", ColumnKind::Integer, false),
            column("word", ColumnKind::Text, false),
            column("picture", ColumnKind::Bytes, false),
        ];
        let table = Table {
            name: "page".to_owned(),
            columns,
            indexes: Vec::new(),
            partitioned: false,
        };
        let tables = vec![table];
        store.migrate(&Schema { tables }).unwrap();
        // More than one statement takes, and no round number of them.
        let ids = 1..=77_i64;
        let new: Vec<Vec<Value>> = ids
            .clone()
            .map(|id| vec![id.into(), 1.into(), "old".into(), Value::Null])
            .collect();
        let insert = "INSERT INTO page (id, version, word, picture) VALUES (?, ?, ?, ?)";
        let put = store.write(move |tx| tx.execute_many(insert, &new));
        assert_eq!(put.unwrap(), 77);
        let change = |id: i64| {
            let seen = if id % 10 == 0 { 9 } else { 1 };
            let picture = (id % 2 == 0).then(|| Value::Bytes(vec![0, 255]));
            let known = if id % 7 == 0 { "other" } else { "old" };
            vec![
                2.into(),
                known.into(),
                "new ?".into(),
                picture.unwrap_or_default(),
                id.into(),
                seen.into(),
            ]
        };
        let rows: Vec<Vec<Value>> = ids.map(change).collect();
        let touched = store.write(move |tx| tx.update_many(UPDATE, &rows));
        assert_eq!(touched.unwrap(), 70, "those seen in another version stay");
        let count = |condition: &str| {
            let sql = format!("SELECT COUNT(*) FROM page WHERE {condition}");
            ask(&store, &sql, &[]).unwrap().concat()
        };
        for (condition, expected) in [
            ("version = 2", 70),
            ("word = 'new ?'", 60),
            ("version = 2 AND word = 'old'", 10),
            ("picture IS NOT NULL", 31),
        ] {
            assert_eq!(count(condition), [Value::Int(expected)], "{condition}");
        }
        store.close();
    }
}
