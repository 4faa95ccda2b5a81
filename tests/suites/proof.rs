//! Proof of what leaves no log entries: an edit of any column of any such row of the demo is found, a row of a card that is gone too.
//!
//! Not here: everything else that is proven (tests of the kernel).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::iter;

use qudao_base::Value;
use qudao_meta::Object;
use qudao_store::Query;
use qudao_tests::{Place, TestApp};

fn other(value: &Value) -> Option<Value> {
    match value {
        Value::Int(number) => Some(Value::Int(number + 1)),
        Value::Text(text) => Some(Value::from(format!("{text}x"))),
        _ => None,
    }
}

fn set(app: &TestApp, object: &Object, field: &str, id: i64, value: Value) {
    let sql = format!(
        "UPDATE \"{}\" SET \"{field}\" = ? WHERE \"id\" = ?",
        object.name
    );
    app.kernel
        .store
        .write(move |transaction| transaction.execute(&sql, &[value.clone(), id.into()]))
        .unwrap();
}

/// Columns of the object's newest row whose edit nobody finds; none when the demo has no such row.
fn missed(app: &TestApp, object: &Object) -> Option<Vec<String>> {
    let fields = object.fields.iter().map(|field| field.name.as_str());
    let columns: Vec<&str> = iter::once("version").chain(fields).collect();
    let sql = format!(
        "SELECT \"id\", \"{}\" FROM \"{}\" ORDER BY \"id\" DESC LIMIT 1",
        columns.join("\", \""),
        object.name
    );
    let rows = app.kernel.store.read(|reader| reader.query(&sql, &[]));
    let row = rows.unwrap().pop()?;
    let id = row.int(0).unwrap();
    let mut missed = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let value = row.value(at + 1);
        let Some(edited) = other(value) else { continue };
        set(app, object, column, id, edited);
        let report = app.kernel.verify(None);
        if report.is_ok_and(|report| report.broken.is_empty()) {
            missed.push(format!("{}.{column}", object.name));
        }
        set(app, object, column, id, value.clone());
    }
    Some(missed)
}

#[test]
fn an_edit_of_a_row_without_log_entries_is_found() {
    for place in Place::all() {
        let app = TestApp::start(place).unwrap();
        app.load_demo().unwrap();
        app.verify().unwrap();
        let catalog = &app.kernel.catalog;
        let silent = catalog.objects().iter().filter(|object| !object.logged);
        let tried: Vec<Vec<String>> = silent.filter_map(|object| missed(&app, object)).collect();
        assert!(tried.len() >= 6, "the demo has rows of too few objects");
        assert_eq!(tried.concat(), [""; 0]);
        app.verify().unwrap();
    }
}

#[test]
fn a_row_of_a_stock_card_that_is_gone_is_found() {
    for place in Place::all() {
        let app = TestApp::start(place).unwrap();
        app.load_demo().unwrap();
        app.verify().unwrap();
        let sql = "DELETE FROM stock_movement WHERE id = (SELECT MAX(id) FROM stock_movement)";
        let gone = app
            .kernel
            .store
            .write(|transaction| transaction.execute(sql, &[]));
        assert_eq!(gone.unwrap(), 1);
        let broken = app.kernel.verify(None).unwrap().broken;
        assert!(
            broken.iter().any(|one| one.contains("stock card")),
            "{broken:?}"
        );
    }
}
