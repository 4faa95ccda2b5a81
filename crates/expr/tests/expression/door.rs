//! What comes out of the door besides values: paths, SQL texts, JSON, stored values, refusals.

use std::collections::BTreeSet;

use qudao_base::{Locale, Stop, Value};
use qudao_expr::{Columns, Sql, TEXTS, Type, Val, check};
use serde_json::{Value as Json, json};

use crate::{
    properties::{here, schema},
    support::Record,
};

#[test]
fn fields_read_are_named_once() {
    let expression = check(
        "whole > 1 and whole < 9 and any(lines, price > money)",
        &schema(),
        None,
    )
    .unwrap();
    let paths: Vec<_> = expression
        .paths()
        .iter()
        .map(|path| path.join("."))
        .collect();
    assert_eq!(paths, ["whole", "lines", "lines.price", "money"]);
}

#[test]
fn literals_are_bound_never_written() {
    let expression = check(
        "name == 'x'' OR 1' or name in ['a;--', 'b']"
            .replace("''", "\\'")
            .as_str(),
        &schema(),
        None,
    )
    .unwrap();
    let sql = expression.to_sql(&schema(), &here()).unwrap();
    assert_eq!(sql.text, "(\"name\" = ? OR \"name\" IN (?, ?))");
    assert_eq!(
        sql.parameters,
        [Value::from("x' OR 1"), "a;--".into(), "b".into()]
    );
}

#[test]
fn columns_stand_bare_for_their_indexes() {
    for (source, text) in [
        ("money > 1.5", "\"money\" > ?"),
        ("whole > 1.5", "\"whole\" > ?"),
        ("due_on >= add_days(today, -30)", "\"due_on\" >= ?"),
        ("made_at == today", "(\"made_at\" >= ? AND \"made_at\" < ?)"),
        ("owner_id == me", "\"owner_id\" = ?"),
        ("name != 'x'", "(\"name\" IS NULL OR \"name\" <> ?)"),
        ("paid", "\"paid\" = 1"),
        ("not paid", "NOT COALESCE(\"paid\" = 1, FALSE)"),
        ("contains(name, 'A')", "lower(\"name\") LIKE ? ESCAPE '!'"),
        ("whole != other", "\"whole\" IS DISTINCT FROM \"other\""),
    ] {
        let sql = check(source, &schema(), None)
            .unwrap()
            .to_sql(&schema(), &here())
            .unwrap();
        assert_eq!(sql.text, text, "{source}");
    }
}

#[test]
fn the_json_tree_says_everything() {
    let tree = check("金额 > 1.5", &schema(), None).unwrap().to_json();
    let expected = json!({
        "op": ">", "type": "boolean", "at": [0, 8], "of": [
            { "op": "field", "type": "decimal", "at": [0, 2], "path": ["金额"], "level": 0 },
            { "op": "value", "type": "decimal", "at": [5, 8], "value": "1.5" },
        ],
    });
    assert_eq!(tree, expected);
    let tree = check("any(lines, price > money)", &schema(), None)
        .unwrap()
        .to_json();
    assert_eq!(tree["body"]["of"][1]["level"], Json::from(1));
}

#[test]
fn values_are_stored_rounded_to_the_field() {
    let expression = check("10 / 3", &schema(), None).unwrap();
    let store = |kind| {
        expression
            .store(&kind, &Record::default(), &here())
            .unwrap()
    };
    assert_eq!(store(Type::Decimal), Some(Value::Int(33_333)));
    assert_eq!(store(Type::Integer), Some(Value::Int(3)));
    assert_eq!(store(Type::Degrees), Some(Value::Int(3_333_333)));
    assert_eq!(store(Type::Date), None);
    assert_eq!(
        Val::from_storage(Value::Text("x".into()), &Type::Date),
        None
    );
}

#[test]
fn errors_become_refusals_with_texts() {
    let error = check("金客 > 1", &schema(), None).unwrap_err();
    assert_eq!(
        error.message(Locale::Chinese),
        "没有字段“金客”，最接近的是“金额”"
    );
    assert_eq!(
        error.message(Locale::English),
        "There is no field “金客”; the nearest is “金额”"
    );
    let Stop::Refusal(refusal) = Stop::from(error) else {
        panic!("no refusal")
    };
    assert_eq!(
        (
            refusal.code.as_str(),
            refusal.arguments["to"].of(Locale::English)
        ),
        ("expression.unknown_field", "6")
    );
    for (code, zh, en) in TEXTS {
        let arguments = |text: &str| {
            text.split('{')
                .skip(1)
                .map(|part| part.split('}').next().unwrap().to_owned())
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(arguments(zh), arguments(en), "{code}");
    }
}

#[test]
fn a_column_sql_cannot_reach_is_refused() {
    struct Unreachable;
    impl Columns for Unreachable {
        fn column(&self, _path: &[String]) -> Option<Sql> {
            None
        }
    }
    let expression = check("whole > 1", &schema(), None).unwrap();
    let error = expression.to_sql(&Unreachable, &here()).unwrap_err();
    assert_eq!(
        (error.code, error.arguments["what"].as_str()),
        ("expression.not_in_sql", "whole")
    );
}
