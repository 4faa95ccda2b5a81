//! A record of the object through the API: made, read, listed, changed, deleted; closed to those without a role.

use qudao_meta::{Catalog, Field, FieldType, Object};
use qudao_tests::{
    Answer, Ask, Checked, Place, TestApp,
    sample::{Samples, is_kept},
};
use serde_json::{Value as Json, json};

/// A role with nothing: every object is closed to it.
fn stranger(app: &TestApp) -> Checked {
    app.add_user("stranger", &[], None).map(drop)
}

/// The role that may create the object anywhere, and whether it is a partner's.
pub fn creator(object: &Object, catalog: &Catalog) -> Option<(String, bool)> {
    let mut granted = object
        .permissions
        .iter()
        .filter(|one| one.actions.iter().any(|a| a == "create"));
    let role = granted.find(|one| one.scope == qudao_meta::RowScope::All && one.when.is_none())?;
    let door = catalog
        .roles
        .iter()
        .find(|one| one.name == role.role)?
        .door
        .as_str();
    Some((role.role.clone(), door == "portal"))
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
pub fn round_trip(name: &str, place: Place) -> Checked {
    let app = TestApp::start(place)?;
    let samples = Samples::read()?;
    let object = app
        .kernel
        .catalog
        .object(name)
        .cloned()
        .ok_or("not declared")?;
    let Some((role, false)) = creator(&object, &app.kernel.catalog) else {
        return closed(&app, &object);
    };
    stranger(&app)?;
    app.add_user("clerk", &[&role], None)?;
    let input = Json::Object(samples.input(&app, &object)?);
    let path = format!("/api/v1/{name}");
    expect(
        &app.call("", "POST", &path, Some(&input))?,
        401,
        "nobody creates",
    )?;
    closed_to(
        &app.call("stranger", "POST", &path, Some(&input))?,
        "a stranger creates",
    )?;
    expect(
        &app.call("clerk", "POST", &path, Some(&json!({ "no_such_field": 1 })))?,
        400,
        "unknown field",
    )?;
    let made = app.call("clerk", "POST", &path, Some(&input))?;
    expect(&made, 201, "a clerk creates")?;
    let record = &made.body["record"];
    let same = |field: &Field, sent: &Json| agrees(field, sent, &record[&field.name]);
    for (field, sent) in input.as_object().into_iter().flatten() {
        let declared = object.field(field);
        if declared.is_some_and(|declared| !same(declared, sent)) {
            return Err(format!("{field}: sent {sent}, stored {}", record[field]));
        }
    }
    on_record(&app, &object, record)?;
    app.verify()
}

fn on_record(app: &TestApp, object: &Object, record: &Json) -> Checked {
    let path = format!("/api/v1/{}", object.name);
    let one = format!("{path}/{}", record["id"].as_str().unwrap_or_default());
    let none = json!({});
    if may(object, "read") {
        expect(&app.call("clerk", "GET", &one, None)?, 200, "a clerk reads")?;
        let list = app.call("clerk", "GET", &format!("{path}?count=1"), None)?;
        expect(&list, 200, "a clerk lists")?;
        let listed = list.body["rows"]
            .as_array()
            .is_some_and(|rows| rows.iter().any(|row| row["id"] == record["id"]));
        if !listed {
            return Err("a record made is not in the list".to_owned());
        }
    }
    let unseen = app.call("stranger", "GET", &one, None)?;
    closed_to(&unseen, "a stranger reads")?;
    if may(object, "update") {
        expect(
            &app.call("clerk", "PATCH", &one, Some(&none))?,
            428,
            "a change without a version",
        )?;

        expect(
            &app.send(&Ask::new("clerk", "PATCH", &one, Some(&none)).seen(999))?,
            409,
            "a change of another version",
        )?;
        let version = record["version"].as_i64().unwrap_or(1);
        let refused = app.send(&Ask::new("stranger", "PATCH", &one, Some(&none)).seen(version))?;
        closed_to(&refused, "a stranger changes")?;
        let changed = app.send(&Ask::new("clerk", "PATCH", &one, Some(&none)).seen(version))?;
        expect(&changed, 200, "a change of nothing")?;
    }
    if may(object, "delete") {
        deleted(app, &one)?;
    }
    Ok(())
}

/// A record is gone once deleted; a rule may refuse, and then it is still there.
fn deleted(app: &TestApp, one: &str) -> Checked {
    let version = app.call("clerk", "GET", one, None)?.body["record"]["version"].as_i64();
    let answer = app.send(&Ask::new("clerk", "DELETE", one, None).seen(version.unwrap_or(1)))?;
    let after = app.call("clerk", "GET", one, None)?;
    match answer.status {
        204 => expect(&after, 404, "a deleted record"),
        409 | 422 => expect(&after, 200, "a record that could not be deleted"),
        _ => Err(format!("a clerk deletes: {}", answer.shown())),
    }
}

/// An object nobody creates by hand: creating is refused to staff with every role but the administrator's.
fn closed(app: &TestApp, object: &Object) -> Checked {
    stranger(app)?;
    let path = format!("/api/v1/{}", object.name);
    let answer = app.call("stranger", "POST", &path, Some(&json!({})))?;
    closed_to(&answer, "a stranger creates")
}

fn may(object: &Object, action: &str) -> bool {
    let creates = |one: &&qudao_meta::Permission| {
        one.scope == qudao_meta::RowScope::All
            && one.when.is_none()
            && one.actions.iter().any(|a| a == "create")
    };
    object
        .permissions
        .iter()
        .find(creates)
        .is_some_and(|one| one.actions.iter().any(|a| a == action))
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
