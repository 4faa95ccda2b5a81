//! Every route against those who have no business there: nobody, a stranger without roles, somebody of another partner.
//!
//! Keeps true: a route of the HTTP crate that is not in the table fails the suite, so a new one cannot be forgotten.

use std::collections::BTreeSet;

use libtest_mimic::{Arguments, Failed, Trial};
use qudao_meta::{Catalog, Object, RowScope};
use qudao_tests::{Answer, Ask, Checked, Place, TestApp, sample::Samples};
use serde_json::json;

/// Who may come in at a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// Everybody.
    All,
    /// Everybody signed in; they get what is theirs.
    SignedIn,
    /// Those with a role for the thing named; to others it does not exist or is forbidden.
    Granted,
}

/// Route, method, who may come in, and a path to try it with.
type Route = (&'static str, &'static str, Open, &'static str);

const ROUTES: [Route; 31] = [
    ("/session", "get", Open::SignedIn, "/api/v1/session"),
    ("/session", "post", Open::All, ""),
    ("/session", "patch", Open::SignedIn, "/api/v1/session"),
    ("/session", "delete", Open::SignedIn, "/api/v1/session"),
    ("/meta", "get", Open::SignedIn, "/api/v1/meta"),
    ("/query", "post", Open::Granted, "/api/v1/query"),
    ("/search", "get", Open::SignedIn, "/api/v1/search?q=sample"),
    (
        "/dashboards/{name}",
        "get",
        Open::Granted,
        "/api/v1/dashboards/none",
    ),
    (
        "/call/{function}",
        "post",
        Open::Granted,
        "/api/v1/call/none",
    ),
    ("/settings", "get", Open::Granted, "/api/v1/settings"),
    (
        "/settings/{name}",
        "put",
        Open::Granted,
        "/api/v1/settings/none",
    ),
    (
        "/decisions/{id}/receipt",
        "get",
        Open::Granted,
        "/api/v1/decisions/1/receipt",
    ),
    ("/receipts/verify", "post", Open::All, ""),
    ("/events", "get", Open::SignedIn, "/api/v1/events"),
    (
        "/openapi.json",
        "get",
        Open::SignedIn,
        "/api/v1/openapi.json",
    ),
    ("/{object}", "get", Open::Granted, "/api/v1/user"),
    ("/{object}", "post", Open::Granted, "/api/v1/user"),
    (
        "/{object}/export",
        "get",
        Open::Granted,
        "/api/v1/user/export",
    ),
    (
        "/{object}/import",
        "post",
        Open::Granted,
        "/api/v1/user/import",
    ),
    ("/{object}/{id}", "get", Open::Granted, "/api/v1/user/1"),
    ("/{object}/{id}", "patch", Open::Granted, "/api/v1/user/1"),
    ("/{object}/{id}", "delete", Open::Granted, "/api/v1/user/1"),
    (
        "/{object}/{id}/timeline",
        "get",
        Open::Granted,
        "/api/v1/user/1/timeline",
    ),
    (
        "/{object}/{id}/print/{template}",
        "get",
        Open::Granted,
        "/api/v1/user/1/print/none",
    ),
    (
        "/{object}/{id}/{action}",
        "post",
        Open::Granted,
        "/api/v1/user/1/none",
    ),
    (
        "/api/openapi.json",
        "get",
        Open::SignedIn,
        "/api/openapi.json",
    ),
    ("/sign-in/{token}", "get", Open::All, ""),
    ("/healthz", "get", Open::All, ""),
    ("/readyz", "get", Open::All, ""),
    ("/metrics", "get", Open::All, ""),
    ("fallback", "get", Open::All, ""),
];

/// Routes and methods as the HTTP crate lists them.
fn listed() -> BTreeSet<(String, String)> {
    let source = include_str!("../../crates/api/src/app.rs");
    let mut found = BTreeSet::from([("fallback".to_owned(), "get".to_owned())]);
    for part in source.split(".route(").skip(1) {
        let Some(path) = part.split('"').nth(1) else {
            continue;
        };
        let end = part.find(".route(").unwrap_or(part.len());
        let handlers = part[..end].split(".nest(").next().unwrap_or_default();
        for method in ["get", "post", "put", "patch", "delete"] {
            let called = format!("{method}(");
            let names = handlers.match_indices(&called).any(|(at, _)| {
                let before = handlers[..at].chars().last();
                before.is_some_and(|c| !c.is_alphanumeric() && c != '_' && c != ':')
            });
            if names {
                found.insert((path.to_owned(), method.to_owned()));
            }
        }
    }
    found
}

fn every_route_is_here() -> Checked {
    let known: BTreeSet<_> = ROUTES
        .iter()
        .map(|row| (row.0.to_owned(), row.1.to_owned()))
        .collect();
    let listed = listed();
    let missing: Vec<_> = listed.difference(&known).collect();
    let gone: Vec<_> = known.difference(&listed).collect();
    if missing.is_empty() && gone.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "not in this suite: {missing:?}; no longer a route: {gone:?}"
        ))
    }
}

fn is_closed(answer: &Answer) -> bool {
    [401, 403, 404].contains(&answer.status)
}

fn nobody(place: Place) -> Checked {
    let app = TestApp::start(place)?;
    let closed = ROUTES.iter().filter(|row| row.2 != Open::All);
    for (route, method, _, path) in closed {
        let answer = app.call("", &method.to_uppercase(), path, Some(&json!({})))?;
        if answer.status != 401 {
            return Err(format!("{method} {route}: {}", answer.shown()));
        }
    }
    Ok(())
}

/// Somebody signed in without any role, on every object and route.
fn stranger(place: Place) -> Checked {
    let app = TestApp::start(place)?;
    app.add_user("stranger", &[], None)?;
    let objects: Vec<_> = app.kernel.catalog.objects().to_vec();
    for object in objects.iter().filter(|object| !for_everybody(object)) {
        for (route, method, open, path) in ROUTES {
            if open != Open::Granted {
                continue;
            }
            let path = path.replace("/user", &format!("/{}", object.name));
            let body = json!({ "object": object.name, "measures": [], "by": ["created_at"] });
            let answer = app
                .send(&Ask::new("stranger", &method.to_uppercase(), &path, Some(&body)).seen(1))?;
            if !is_closed(&answer) {
                return Err(format!("{method} {route} as {path}: {}", answer.shown()));
            }
        }
    }
    Ok(())
}

/// Objects with a permission for everybody signed in, such as one's own notices.
fn for_everybody(object: &Object) -> bool {
    object.permissions.iter().any(|one| one.role == "*")
}

/// Objects whose rows belong to partners: portal roles see only their own.
fn is_private(catalog: &Catalog, object: &Object) -> bool {
    let portal = |role: &str| {
        catalog
            .roles
            .iter()
            .any(|one| one.name == role && one.door == "portal")
    };
    let mut seen = object
        .permissions
        .iter()
        .filter(|one| portal(&one.role))
        .peekable();
    object.child_of.is_none()
        && seen.peek().is_some()
        && seen.all(|one| {
            matches!(
                one.scope,
                RowScope::OwnOrganisation | RowScope::OrganisationSubtree | RowScope::Own
            )
        })
}

/// Somebody with every portal role, of another partner, at a record of this partner.
fn other_partner(name: &str, place: Place) -> Checked {
    let app = TestApp::start(place)?;
    let samples = Samples::read()?;
    let catalog = &app.kernel.catalog;
    let object = catalog.object(name).cloned().ok_or("not declared")?;
    let organisation = catalog
        .organisation
        .clone()
        .ok_or("no organisation is declared")?;
    let roles: Vec<String> = catalog
        .roles
        .iter()
        .filter(|role| role.door == "portal")
        .map(|role| role.name.clone())
        .collect();
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let rival = samples.create(&app, &organisation, 0)?;
    app.add_user("rival", &roles, Some(rival))?;
    let id = samples.create(&app, name, 0)?;
    let one = format!("/api/v1/{name}/{id}");
    for (method, path) in tries(&object, &one) {
        let answer = app.send(&Ask::new("rival", method, &path, Some(&json!({}))).seen(1))?;
        if ![403, 404].contains(&answer.status) {
            return Err(format!("{method} {path}: {}", answer.shown()));
        }
    }
    let list = app.call("rival", "GET", &format!("/api/v1/{name}?limit=200"), None)?;
    let id = id.to_string();
    let shown = list.body["rows"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|row| row["id"] == id.as_str());
    if shown {
        Err("the list shows it".to_owned())
    } else {
        Ok(())
    }
}

fn tries(object: &Object, one: &str) -> Vec<(&'static str, String)> {
    let mut tries = vec![
        ("GET", one.to_owned()),
        ("GET", format!("{one}/timeline")),
        ("PATCH", one.to_owned()),
        ("DELETE", one.to_owned()),
    ];
    let actions = object.actions.iter();
    tries.extend(actions.map(|action| ("POST", format!("{one}/{}", action.name))));
    tries
}

fn trials() -> Checked<Vec<Trial>> {
    let mut registry = qudao_kernel::Registry::default();
    qudao_packs::register(&mut registry).map_err(|stop| stop.to_string())?;
    let catalog = registry.catalog().map_err(|stop| stop.to_string())?;
    let samples = Samples::read()?;
    let mut trials = vec![Trial::test("every_route_is_here", || {
        every_route_is_here().map_err(Failed::from)
    })];
    for place in Place::all() {
        let at = place.name();
        trials.push(Trial::test(format!("{at}::nobody"), move || {
            nobody(place).map_err(Failed::from)
        }));
        trials.push(Trial::test(format!("{at}::stranger"), move || {
            stranger(place).map_err(Failed::from)
        }));
        let private = catalog.objects().iter().filter(|object| {
            is_private(&catalog, object) && samples.skipped(&object.name).is_none()
        });
        for object in private {
            let name = object.name.clone();
            trials.push(Trial::test(
                format!("{at}::other_partner::{name}"),
                move || other_partner(&name, place).map_err(Failed::from),
            ));
        }
    }
    Ok(trials)
}

fn main() {
    let arguments = Arguments::from_args();
    let trials = trials().unwrap_or_else(|error| {
        vec![Trial::test("declarations can be read", move || {
            Err(Failed::from(error))
        })]
    });
    libtest_mimic::run(&arguments, trials).exit();
}
