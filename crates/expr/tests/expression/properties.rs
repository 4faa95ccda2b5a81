//! Properties: no source makes the crate panic; SQL and the evaluator agree on generated conditions.

use std::collections::BTreeMap;

use crate::support::{Record, Schema, context, selects, table};
use proptest::prelude::*;
use qudao_base::{Locale, Value};
use qudao_expr::{Budget, Context, Type, check, parse};
use serde_json::json;

pub fn schema() -> Schema {
    Schema::from_json(&json!({
        "whole": "integer", "other": "integer", "money": "decimal", "name": "text", "paid": "boolean",
        "due_on": "date", "made_at": "instant", "owner_id": "link", "金额": "decimal", "lines": { "list": { "price": "decimal" } },
    }))
}

pub fn here() -> Context {
    context(&json!({
        "now": "2026-02-01T08:00:00Z", "today": "2026-02-01", "zone": "Asia/Shanghai", "me": "2", "my_organisation": "7",
    }))
}

/// Few and near values, so that equality and both sides of every ordering come up.
fn record() -> impl Strategy<Value = Record> {
    let maybe = |of: std::ops::Range<i64>| proptest::option::of(of);
    let text = proptest::option::of(proptest::sample::select(vec![
        "", "a", "A", "ab", "a%b", "a_b", "甲", "É",
    ]));
    let numbers = (
        maybe(-3..4),
        maybe(-3..4),
        maybe(-15_001..15_002),
        maybe(0..2),
        maybe(1..4),
    );
    let times = (
        maybe(20_260_131..20_260_132),
        maybe(1_769_788_799..1_769_961_601),
    );
    (numbers, times, text).prop_map(|((whole, other, money, paid, owner), (due, made), name)| {
        let pairs = [
            ("whole", Value::from(whole)),
            ("other", other.into()),
            ("money", money.into()),
            ("金额", money.map(|steps| steps / 5_000 * 5_000).into()),
            ("paid", paid.into()),
            ("owner_id", owner.into()),
            ("due_on", due.into()),
            ("made_at", made.map(|seconds| seconds * 1_000_000).into()),
            ("name", name.into()),
        ];
        let values = pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Record {
            values,
            ..Record::default()
        }
    })
}

const NUMBERS: &[&str] = &[
    "whole",
    "other",
    "money",
    "金额",
    "0",
    "1",
    "-1",
    "0.5",
    "-1.5",
    "1.00005",
    "null",
    "whole + 1",
    "1 - other",
    "-money",
];
const DAYS: &[&str] = &[
    "due_on",
    "made_at",
    "today",
    "now",
    "d'2026-01-31'",
    "'2026-01-30'",
    "d'2026-02-02'",
    "null",
    "add_days(today, -1)",
];
const TEXTS: &[&str] = &["name", "'a'", "'AB'", "''", "null", "'甲'"];
const WHOLE: &[&str] = &[
    "paid",
    "paid != true",
    "owner_id == me",
    "owner_id in ['1', '3']",
    "is_empty(name)",
    "owner_id != '2'",
    "null",
    "contains(name, 'a')",
    "contains(name, '%')",
    "starts_with(name, 'A')",
    "contains(name, '_')",
    "contains(name, 'é')",
];

fn one_of(these: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(these)
}

fn compared(these: &'static [&'static str]) -> impl Strategy<Value = String> {
    let sign = one_of(&["==", "!=", "<", "<=", ">", ">="]);
    (one_of(these), sign, one_of(these))
        .prop_map(|(left, sign, right)| format!("{left} {sign} {right}"))
}

fn listed(these: &'static [&'static str]) -> impl Strategy<Value = String> {
    let many = proptest::collection::vec(one_of(these), 0..4);
    (one_of(these), many).prop_map(|(item, of)| format!("{item} in [{}]", of.join(", ")))
}

fn ranged(these: &'static [&'static str]) -> impl Strategy<Value = String> {
    (one_of(these), one_of(these), one_of(these))
        .prop_map(|(item, low, high)| format!("{item} in {low}..{high}"))
}

fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        compared(NUMBERS),
        compared(DAYS),
        compared(TEXTS),
        listed(NUMBERS),
        listed(DAYS),
        ranged(NUMBERS),
        ranged(DAYS),
        one_of(WHOLE).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let many = proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            inner.prop_map(|inner| format!("not ({inner})")),
            many.clone()
                .prop_map(|parts| format!("({})", parts.join(") and ("))),
            many.prop_map(|parts| format!("({})", parts.join(") or ("))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read_or_refused(source in "\\PC{0,80}") {
        let _ = parse(&source);
    }

    #[test]
    fn any_tokens_are_read_or_refused(
        tokens in proptest::collection::vec(proptest::sample::select(vec![
            "whole", "金额", "lines", "it", "price", "name", "due_on", "today", "me", "1", "0.5",
            "'a'", "\"2026-01-01\"", "d'2026-01-31'", "null", "true", "and", "or", "not", "in", "+",
            "-", "*", "/", "%", "==", "<", "??", "?", ":", "..", ".", ",", "(", ")", "[", "]",
            "sum(", "any(lines,", "map([1],", "min(", "text(", "round(", "add_days(", "'", "\\",
            "\0", "🙂",
        ]), 0..24)
    ) {
        let source = tokens.join(" ");
        let data: BTreeMap<String, Value> = BTreeMap::from([("whole".to_owned(), Value::Int(i64::MIN))]);
        match check(&source, &schema(), None) {
            Ok(expression) => {
                let _ = expression.evaluate(&data, &here(), &mut Budget::default());
                let _ = expression.to_sql(&schema(), &here());
                let _ = expression.to_json();
            }
            Err(error) => {
                prop_assert!(source.get(error.span.clone()).is_some(), "{error} is not on a character boundary of {source}");
                prop_assert!(!error.message(Locale::Chinese).contains('{'), "{error}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn sql_selects_what_the_evaluator_holds_true(record in record(), source in condition()) {
        let schema = schema();
        let Ok(expression) = check(&source, &schema, Some(&Type::Boolean)) else { return Ok(()) };
        let sql = match expression.to_sql(&schema, &here()) {
            Ok(sql) => sql,
            Err(error) => {
                // Only a day column against an instant column is out of reach.
                prop_assert_eq!(error.code, "expression.not_in_sql");
                let days = source.contains("due_on") && source.contains("made_at");
                prop_assert!(days, "{}: {}", source, error);
                return Ok(());
            }
        };
        let holds = expression.holds(&record, &here()).unwrap();
        prop_assert_eq!(selects(&table(&schema, &record), &sql), holds, "{}: {}", source, sql.text);
    }
}
