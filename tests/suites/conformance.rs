//! What holds for every declared object, whoever declared it.

use std::collections::BTreeSet;

use libtest_mimic::{Arguments, Failed, Trial};
use qudao_meta::{Action, Catalog, Field, FieldType, Object, Text};
use qudao_tests::{
    Answer, Ask, Checked, Place, TestApp,
    sample::{Samples, is_kept},
};
use serde_json::{Value as Json, json};

type Check = fn(&Catalog, &Object) -> Vec<String>;

const STATIC: [(&str, Check); 5] = [
    ("labels", labels),
    ("states_are_reachable", states),
    ("actions_have_a_role", actions),
    ("fields_have_one_place", places),
    ("refusals_have_texts", refusals),
];

fn catalog() -> Checked<Catalog> {
    let mut registry = qudao_kernel::Registry::default();
    qudao_packs::register(&mut registry).map_err(|stop| stop.to_string())?;
    registry.catalog().map_err(|stop| stop.to_string())
}

fn unsaid(place: &str, text: &Text) -> Option<String> {
    let empty = text.zh.trim().is_empty() || text.en.trim().is_empty();
    empty.then(|| format!("{place} lacks a text in one language"))
}

/// Everything a person reads is there in both languages.
fn labels(_: &Catalog, object: &Object) -> Vec<String> {
    let mut all = vec![("the object".to_owned(), &object.label)];
    for field in &object.fields {
        all.push((field.name.clone(), &field.label));
        let choices = field.choices.iter();
        all.extend(choices.map(|one| (format!("{} {}", field.name, one.value), &one.label)));
    }
    all.extend(
        object
            .states
            .iter()
            .map(|one| (one.name.clone(), &one.label)),
    );
    all.extend(
        object
            .actions
            .iter()
            .map(|one| (one.name.clone(), &one.label)),
    );
    all.extend(
        object
            .views
            .iter()
            .map(|one| (one.name.clone(), &one.label)),
    );
    all.extend(
        object
            .measures
            .iter()
            .map(|one| (one.name.clone(), &one.label)),
    );
    all.extend(
        object
            .sections
            .iter()
            .map(|one| ("a section".to_owned(), &one.label)),
    );
    all.extend(
        object
            .related
            .iter()
            .map(|one| (one.object.clone(), &one.label)),
    );
    all.into_iter()
        .filter_map(|(place, text)| unsaid(&place, text))
        .collect()
}

/// A state is the first, or some action leads to it, or a rule may (an action without a target).
fn states(_: &Catalog, object: &Object) -> Vec<String> {
    let by_rule = object.actions.iter().any(|action| action.to.is_none());
    let targets: BTreeSet<&str> = object
        .actions
        .iter()
        .filter_map(|one| one.to.as_deref())
        .collect();
    let others = object.states.iter().skip(1);
    others
        .filter(|state| !by_rule && !targets.contains(state.name.as_str()))
        .map(|state| format!("nothing leads to {}", state.name))
        .collect()
}

/// Some role may do what people can do.
fn actions(_: &Catalog, object: &Object) -> Vec<String> {
    let granted = |action: &&Action| {
        object
            .permissions
            .iter()
            .any(|one| one.actions.contains(&action.name))
    };
    let offered = object.actions.iter().filter(|action| !action.internal);
    offered
        .filter(|action| !granted(action))
        .map(|action| format!("no role may {}", action.name))
        .collect()
}

/// A form shows a field once.
fn places(_: &Catalog, object: &Object) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let fields = object.sections.iter().flat_map(|section| &section.fields);
    fields
        .filter(|field| !seen.insert(*field))
        .map(|field| format!("{field} stands twice"))
        .collect()
}

/// Codes of declared rules and constraints have texts.
fn refusals(catalog: &Catalog, object: &Object) -> Vec<String> {
    let rules = object.rules.iter().map(|rule| &rule.code);
    let codes = rules.chain(object.uniques.iter().map(|unique| &unique.code));
    codes
        .filter_map(|code| match catalog.refusals.get(code) {
            Some(text) => unsaid(code, text),
            None => Some(format!("{code} has no texts")),
        })
        .collect()
}

/// A role with nothing: every object is closed to it.
fn stranger(app: &TestApp) -> Checked {
    app.add_user("stranger", &[], None).map(drop)
}

/// The role that may create the object, and whether it is a partner's.
fn creator(object: &Object, catalog: &Catalog) -> Option<(String, bool)> {
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
fn round_trip(name: &str, place: Place) -> Checked {
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
    }
    Ok(())
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

fn trials(catalog: &Catalog, samples: &Samples) -> Vec<Trial> {
    let mut trials = Vec::new();
    for object in catalog.objects() {
        for (name, check) in STATIC {
            let problems = check(catalog, object);
            let name = format!("{}::{name}", object.name);
            trials.push(Trial::test(name, move || match problems.as_slice() {
                [] => Ok(()),
                all => Err(Failed::from(all.join("\n"))),
            }));
        }
        if object.child_of.is_some() || samples.skipped(&object.name).is_some() {
            continue;
        }
        for place in Place::all() {
            let name = object.name.clone();
            trials.push(Trial::test(
                format!("{}::{name}::round_trip", place.name()),
                move || round_trip(&name, place).map_err(Failed::from),
            ));
        }
    }
    let left: Vec<String> = samples
        .names()
        .filter(|name| catalog.object(name).is_none())
        .cloned()
        .collect();
    trials.push(Trial::test("samples_are_of_declared_objects", move || {
        if left.is_empty() {
            Ok(())
        } else {
            Err(Failed::from(left.join(", ")))
        }
    }));
    trials
}

fn main() {
    let arguments = Arguments::from_args();
    let found = catalog().and_then(|catalog| Ok((catalog, Samples::read()?)));
    let trials = match found {
        Ok((catalog, samples)) => trials(&catalog, &samples),
        Err(error) => vec![Trial::test("declarations can be read", move || {
            Err(Failed::from(error))
        })],
    };
    libtest_mimic::run(&arguments, trials).exit();
}
