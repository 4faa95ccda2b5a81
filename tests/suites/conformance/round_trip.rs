//! A record of the object through the API: made, read, listed, changed, deleted; closed to those without a role.

use qudao_meta::{Catalog, Field, FieldType, Object, Permission, RowScope};
use qudao_tests::{
    Answer, Ask, Checked, TestApp,
    sample::{Samples, is_kept},
};
use serde_json::{Value as Json, json};

use crate::STRANGER;

/// The office role that may create the object anywhere.
fn creator(object: &Object, catalog: &Catalog) -> Option<String> {
    let office = |role: &str| {
        catalog
            .roles
            .iter()
            .any(|one| one.name == role && one.door == "office")
    };
    let found = object
        .permissions
        .iter()
        .find(|one| creates(one) && office(&one.role));
    found.map(|one| one.role.clone())
}

fn creates(permission: &Permission) -> bool {
    permission.scope == RowScope::All
        && permission.when.is_none()
        && permission.actions.iter().any(|action| action == "create")
}

/// Forbidden, or not even to be known of.
fn closed_to(answer: &Answer, what: &str) -> Checked {
    if [403, 404].contains(&answer.status) {
        Ok(())
    } else {
        Err(format!("{what}: {}", answer.shown()))
    }
}

fn expect(answer: &Answer, status: u16, what: &str) -> Checked {
    if answer.status == status {
        Ok(())
    } else {
        Err(format!("{what}: expected {status}, got {}", answer.shown()))
    }
}

/// Create, read, list, change, refuse and delete a record through the API.
pub fn round_trip(app: &TestApp, object: &Object) -> Checked {
    let samples = Samples::read()?;
    if object.child_of.is_some() || samples.skipped(&object.name).is_some() {
        return Ok(());
    }
    let Some(clerk) = creator(object, &app.kernel.catalog) else {
        return closed(app, object);
    };
    let clerk = clerk.as_str();
    let input = Json::Object(samples.input(app, object)?);
    let path = format!("/api/v1/{}", object.name);
    expect(
        &app.call("", "POST", &path, Some(&input))?,
        401,
        "nobody creates",
    )?;
    let strange = app.call(STRANGER, "POST", &path, Some(&input))?;
    if is_open(object) {
        // Everybody makes their own: what the sample links to is not theirs.
        expect(&strange, 422, "a stranger creates")?;
    } else {
        closed_to(&strange, "a stranger creates")?;
    }
    expect(
        &app.call(clerk, "POST", &path, Some(&json!({ "no_such_field": 1 })))?,
        400,
        "unknown field",
    )?;
    let made = app.call(clerk, "POST", &path, Some(&input))?;
    expect(&made, 201, "a clerk creates")?;
    let record = &made.body["record"];
    let same = |field: &Field, sent: &Json| agrees(field, sent, &record[&field.name]);
    for (field, sent) in input.as_object().into_iter().flatten() {
        let declared = object.field(field);
        if declared.is_some_and(|declared| !same(declared, sent)) {
            return Err(format!("{field}: sent {sent}, stored {}", record[field]));
        }
    }
    on_record(app, object, clerk, record)
}

fn on_record(app: &TestApp, object: &Object, clerk: &str, record: &Json) -> Checked {
    let path = format!("/api/v1/{}", object.name);
    let one = format!("{path}/{}", record["id"].as_str().unwrap_or_default());
    let none = json!({});
    if may(object, "read") {
        expect(&app.call(clerk, "GET", &one, None)?, 200, "a clerk reads")?;
        let list = app.call(clerk, "GET", &format!("{path}?count=1"), None)?;
        expect(&list, 200, "a clerk lists")?;
        let listed = list.body["rows"]
            .as_array()
            .is_some_and(|rows| rows.iter().any(|row| row["id"] == record["id"]));
        if !listed {
            return Err("a record made is not in the list".to_owned());
        }
    }
    let unseen = app.call(STRANGER, "GET", &one, None)?;
    if is_public(object) {
        expect(&unseen, 200, "everybody reads")?;
    } else {
        closed_to(&unseen, "a stranger reads")?;
    }
    if may(object, "update") {
        expect(
            &app.call(clerk, "PATCH", &one, Some(&none))?,
            428,
            "a change without a version",
        )?;

        expect(
            &app.send(&Ask::new(clerk, "PATCH", &one, Some(&none)).seen(999))?,
            409,
            "a change of another version",
        )?;
        let version = record["version"].as_i64().unwrap_or(1);
        let refused = app.send(&Ask::new(STRANGER, "PATCH", &one, Some(&none)).seen(version))?;
        closed_to(&refused, "a stranger changes")?;
        let changed = app.send(&Ask::new(clerk, "PATCH", &one, Some(&none)).seen(version))?;
        expect(&changed, 200, "a change of nothing")?;
    }
    if may(object, "delete") {
        deleted(app, clerk, &one)?;
    }
    Ok(())
}

/// A record is gone once deleted; a rule may refuse, and then it is still there.
fn deleted(app: &TestApp, clerk: &str, one: &str) -> Checked {
    let version = app.call(clerk, "GET", one, None)?.body["record"]["version"].as_i64();
    let answer = app.send(&Ask::new(clerk, "DELETE", one, None).seen(version.unwrap_or(1)))?;
    let after = app.call(clerk, "GET", one, None)?;
    match answer.status {
        204 => expect(&after, 404, "a deleted record"),
        409 | 422 => expect(&after, 200, "a record that could not be deleted"),
        _ => Err(format!("a clerk deletes: {}", answer.shown())),
    }
}

/// An object nobody creates by hand: creating is refused to staff with every role but the administrator's.
fn closed(app: &TestApp, object: &Object) -> Checked {
    let path = format!("/api/v1/{}", object.name);
    let answer = app.call(STRANGER, "POST", &path, Some(&json!({})))?;
    if is_open(object) {
        return expect(&answer, 422, "a stranger creates nothing");
    }
    closed_to(&answer, "a stranger creates")
}

/// Everybody makes their own.
fn is_open(object: &Object) -> bool {
    let makes = |one: &Permission| one.actions.iter().any(|name| name == "create");
    object
        .permissions
        .iter()
        .any(|one| one.role == "*" && makes(one))
}

/// Everybody signed in may read all of it, such as the list of industries.
fn is_public(object: &Object) -> bool {
    let reads = |one: &Permission| one.actions.iter().any(|name| name == "read");
    object
        .permissions
        .iter()
        .any(|one| one.role == "*" && one.scope == RowScope::All && reads(one))
}

/// The permission the record is made by grants the action too.
fn may(object: &Object, action: &str) -> bool {
    let found = object.permissions.iter().find(|one| creates(one));
    found.is_some_and(|one| one.actions.iter().any(|name| name == action))
}

/// What was sent and what came back are the same value in the field's type.
fn agrees(field: &Field, sent: &Json, stored: &Json) -> bool {
    if is_kept(field) || field.read_only || stored.is_null() {
        return true;
    }
    let text = |json: &Json| json.as_str().map(str::to_owned).unwrap_or_default();
    match field.kind {
        FieldType::Link | FieldType::Organisation => stored["id"] == *sent,
        kind if kind.is_scaled() => qudao_tests::same_number(&text(sent), &text(stored)),
        FieldType::Instant => true,
        _ => sent == stored,
    }
}
