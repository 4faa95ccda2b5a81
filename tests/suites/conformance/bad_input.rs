//! Input nobody should send: every field with values of wrong shapes and sizes. Each is refused by name; none is a fault.
//!
//! Keeps true: the harness itself fails on any answer from 500 up.

use qudao_meta::Object;
use qudao_tests::{Checked, TestApp};
use serde_json::{Value as Json, json};

use crate::EVERYTHING;

/// Values that are wrong for most fields.
fn values() -> Vec<Json> {
    vec![
        json!([]),
        json!({}),
        json!(["x"]),
        json!({ "id": "x" }),
        json!(true),
        json!(-1),
        json!(1.5e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}"),
        json!("99999999999999999999.99999"),
        json!("9223372036854775807"),
        json!("2026-02-30"),
        json!("x".repeat(200_000)),
    ]
}

/// Tries them all on one object, as somebody who may do everything.
pub fn bad_input(app: &TestApp, object: &Object) -> Checked {
    let path = format!("/api/v1/{}", object.name);
    for field in &object.fields {
        for value in values() {
            let body = json!({ field.name.as_str(): value });
            let answer = app.call(EVERYTHING, "POST", &path, Some(&body))?;
            let forbidden = [403, 404].contains(&answer.status);
            let named = answer.refusals().iter().any(|(_, on)| !on.is_empty());
            if !answer.is_success() && !forbidden && !named {
                let start: String = value.to_string().chars().take(40).collect();
                return Err(format!("{} = {start}: {}", field.name, answer.shown()));
            }
        }
    }
    queries(app, object)
}

/// Filters and orders that make no sense.
fn queries(app: &TestApp, object: &Object) -> Checked {
    let mut tries: Vec<String> = [
        "filter=",
        "filter=(",
        "filter=1",
        "filter=no_such == 1",
        "filter=id",
        "sort=no_such",
        "sort=-",
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=99999",
        "cursor=x",
        "cursor=%00",
        "view=none",
        "search=%27",
        "search=%25",
    ]
    .map(str::to_owned)
    .to_vec();
    for field in &object.fields {
        for operand in ["null", "'x'", "1", "today", "me", "true"] {
            tries.push(format!("filter={} %3D%3D {operand}", field.name));
            tries.push(format!("filter={} < {operand}", field.name));
        }
        tries.push(format!("sort={}", field.name));
        tries.push(format!("sort=-{}", field.name));
    }
    for one in tries {
        let path = format!("/api/v1/{}?{one}", object.name);
        let answer = app.call(EVERYTHING, "GET", &path, None)?;
        if !answer.is_success() && answer.refusals().is_empty() {
            return Err(format!("{path}: {}", answer.shown()));
        }
    }
    Ok(())
}
