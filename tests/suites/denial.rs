//! Every route against those who have no business there: nobody, a stranger without roles, somebody of another partner.
//!
//! Keeps true: a route of the HTTP crate that is not in the table fails the suite, so a new one cannot be forgotten.

use std::collections::{BTreeSet, HashSet};

use axum::http::HeaderValue;
use libtest_mimic::{Arguments, Failed, Trial};
use qudao_base::{Actor, Id};
use qudao_meta::{Aggregate, Catalog, Object, RowScope};
use qudao_tests::{Answer, Ask, Checked, Place, TestApp, sample::Samples};
use serde_json::{Value as Json, json};

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

const ROUTES: [Route; 33] = [
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
        "/api/v1/dashboards/channel_overview",
    ),
    (
        "/call/{function}",
        "post",
        Open::Granted,
        "/api/v1/call/finance.statement",
    ),
    ("/settings", "get", Open::Granted, "/api/v1/settings"),
    (
        "/settings/{name}",
        "put",
        Open::Granted,
        "/api/v1/settings/deal.protection_days",
    ),
    (
        "/decisions/{id}/receipt",
        "get",
        Open::Granted,
        "/api/v1/decisions/1/receipt",
    ),
    (
        "/receipts/verify",
        "post",
        Open::SignedIn,
        "/api/v1/receipts/verify",
    ),
    ("/events", "get", Open::SignedIn, "/api/v1/events"),
    ("/changes", "get", Open::SignedIn, "/api/v1/changes"),
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
    ("/sign-in/{token}", "post", Open::All, ""),
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

/// A write by cookie with another token than the session's, or none, as a page of another site would send it.
fn forged(place: Place) -> Checked {
    let app = TestApp::start(place)?;
    app.add_user("root", &["administrator"], None)?;
    let closed = ROUTES
        .iter()
        .filter(|row| row.1 != "get" && row.2 != Open::All);
    for (route, method, _, path) in closed {
        for token in [None, Some("0000")] {
            let (method, body) = (method.to_uppercase(), json!({}));
            let mut request = app.request(&Ask::new("root", &method, path, Some(&body)))?;
            let headers = request.headers_mut();
            headers.remove("x-csrf-token");
            if let Some(token) = token {
                headers.insert("x-csrf-token", HeaderValue::from_static(token));
            }
            let answer = app.at_once(vec![request])?.remove(0);
            if (answer.status, answer.body["code"].as_str()) != (403, Some("csrf.missing")) {
                return Err(format!("{method} {route}: {}", answer.shown()));
            }
        }
    }
    Ok(())
}

/// Somebody signed in without any role, on every object and route.
fn stranger(place: Place) -> Checked {
    let app = TestApp::start(place)?;
    app.load_demo()?;
    app.add_user("stranger", &[], None)?;
    let objects: Vec<_> = app.kernel.catalog.objects().to_vec();
    for object in objects.iter().filter(|object| !for_everybody(object)) {
        let rows = app.rows(&object.name, 1)?;
        let id = rows.first().and_then(|row| row["id"].as_str());
        let one = format!("/{}/{}", object.name, id.unwrap_or("1"));
        for (route, method, open, path) in ROUTES {
            if open != Open::Granted {
                continue;
            }
            // Of a path by id the id, of others the object alone.
            let path = if path.contains("/user/1") {
                path.replace("/user/1", &one)
            } else {
                path.replace("/user", &format!("/{}", object.name))
            };
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

/// Addresses of packs: closed to nobody, to a stranger and to partners alike.
fn addresses_of_packs(place: Place) -> Checked {
    let app = TestApp::start(place)?;
    let portal = app.kernel.catalog.roles.iter();
    let portal: Vec<&str> = portal
        .filter(|role| role.door == "portal")
        .map(|role| role.name.as_str())
        .collect();
    let own = Samples::read()?.create(&app, "partner", 0)?;
    app.add_user("stranger", &[], None)?;
    app.add_user("partner", &portal, Some(own))?;
    let endpoints = app.kernel.endpoints().to_vec();
    if endpoints.is_empty() {
        return Err("packs have no addresses".to_owned());
    }
    for endpoint in endpoints {
        let path = format!("/api/v1{}", endpoint.path.replace("{code}", "website"));
        let method = if endpoint.reads { "GET" } else { "POST" };
        for login in ["", "stranger", "partner"] {
            let answer = app.call(login, method, &path, Some(&json!({})))?;
            if !is_closed(&answer) || (login.is_empty() && answer.status != 401) {
                return Err(format!("{method} {path} as {login}: {}", answer.shown()));
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

/// Somebody with every portal role, of a partner of their own, at what the demo's partners have.
fn other_partner(place: Place) -> Checked {
    let app = TestApp::start(place)?;
    app.load_demo()?;
    let catalog = &app.kernel.catalog;
    let organisation = catalog
        .organisation
        .clone()
        .ok_or("no organisation is declared")?;
    let portal = catalog.roles.iter().filter(|role| role.door == "portal");
    let roles: Vec<&str> = portal.map(|role| role.name.as_str()).collect();
    let rival = Samples::read()?.create(&app, &organisation, 0)?;
    app.add_user("rival", &roles, Some(rival))?;
    let told = told(&app)?;
    let mut seen = Vec::new();
    let private = catalog
        .objects()
        .iter()
        .filter(|object| is_private(catalog, object));
    for object in private {
        seen.extend(at_others(&app, object, &rival.to_string(), &told)?);
    }
    seen.extend(receipts_of_others(&app, rival)?);
    if seen.is_empty() {
        Ok(())
    } else {
        Err(seen.join("\n"))
    }
}

/// Receipts of decisions that concern others.
fn receipts_of_others(app: &TestApp, rival: Id) -> Checked<Vec<String>> {
    let sql = "SELECT id FROM decision WHERE organisation_id IS NULL OR organisation_id <> ? ORDER BY id LIMIT 50";
    let rows = app
        .kernel
        .read(&Actor::system(), |cx| cx.query(sql, &[rival.into()]))
        .map_err(|stop| stop.to_string())?;
    if rows.is_empty() {
        return Err("the demo has no decision to try".to_owned());
    }
    let mut seen = Vec::new();
    for row in rows {
        let id = row.int(0).map_err(|stop| stop.to_string())?;
        let path = format!("/api/v1/decisions/{id}/receipt");
        let answer = app.call("rival", "GET", &path, None)?;
        if !is_closed(&answer) {
            seen.push(format!("{path}: {}", answer.shown()));
        }
    }
    Ok(seen)
}

/// What the rival gets at rows of an object that belong to others.
fn at_others(
    app: &TestApp,
    object: &Object,
    rival: &str,
    told: &HashSet<String>,
) -> Checked<Vec<String>> {
    let Some(link) = &object.scope.organisation else {
        return Ok(Vec::new());
    };
    let owner = |row: &Json| {
        let link = if link == "id" {
            &row["id"]
        } else {
            &row[link.as_str()]["id"]
        };
        link.as_str().map(str::to_owned)
    };
    let rows = app.rows(&object.name, 10)?;
    let others: Vec<&Json> = rows
        .iter()
        .filter(|row| owner(row).is_some_and(|owner| owner != rival))
        .collect();
    if others.is_empty() {
        return Ok(vec![format!("{}: the demo has no row to try", object.name)]);
    }
    let nothing = json!({});
    let mut seen = Vec::new();
    for row in others {
        let id = row["id"].as_str().unwrap_or_default();
        if told.contains(id) {
            seen.push(format!("the feed of changes tells of {} {id}", object.name));
        }
        for (method, path) in tries(app, object, &format!("/api/v1/{}/{id}", object.name)) {
            let ask = Ask::new("rival", method, &path, Some(&nothing));
            let answer = app.send(&ask.seen(1))?;
            if !is_closed(&answer) {
                seen.push(format!("{method} {path}: {}", answer.shown()));
            }
        }
    }
    let list = app.call(
        "rival",
        "GET",
        &format!("/api/v1/{}?limit=200", object.name),
        None,
    )?;
    let listed = list.body["rows"].as_array().cloned().unwrap_or_default();
    let foreign = listed
        .iter()
        .filter(|row| owner(row).is_some_and(|owner| owner != rival));
    seen.extend(foreign.map(|row| format!("the list of {} shows {row}", object.name)));
    seen.extend(counted(app, object)?);
    Ok(seen)
}

/// Counts that say more than the list of the same asker.
fn counted(app: &TestApp, object: &Object) -> Checked<Vec<String>> {
    let list = format!("/api/v1/{}?count=1", object.name);
    let listed = app.call("rival", "GET", &list, None)?.body["total"].as_u64();
    let mut seen = Vec::new();
    let counts = object
        .measures
        .iter()
        .filter(|measure| measure.aggregate == Aggregate::Count && measure.filter.is_empty());
    for measure in counts {
        let ask = json!({ "object": object.name, "measures": [measure.name] });
        let answer = app.call("rival", "POST", "/api/v1/query", Some(&ask))?;
        let counted = answer.body["rows"][0][0].as_u64();
        if counted.is_some() && counted != listed {
            seen.push(format!(
                "{} listed {listed:?}: {}",
                object.name,
                answer.shown()
            ));
        }
    }
    Ok(seen)
}

/// Ids of all records the feed of changes tells the rival of.
fn told(app: &TestApp) -> Checked<HashSet<String>> {
    app.kernel.seal().map_err(|stop| stop.to_string())?;
    let (mut told, mut after) = (HashSet::new(), "0.0".to_owned());
    loop {
        let path = format!("/api/v1/changes?after={after}");
        let page = app.call("rival", "GET", &path, None)?;
        let changes = page.body["changes"]
            .as_array()
            .ok_or_else(|| page.shown())?;
        told.extend(
            changes
                .iter()
                .filter_map(|one| one["id"].as_str().map(ToOwned::to_owned)),
        );
        let next = page.body["next"].as_str().unwrap_or_default();
        if next == after {
            return Ok(told);
        }
        next.clone_into(&mut after);
    }
}

fn tries(app: &TestApp, object: &Object, one: &str) -> Vec<(&'static str, String)> {
    let mut tries = vec![
        ("GET", one.to_owned()),
        ("GET", format!("{one}/timeline")),
        ("PATCH", one.to_owned()),
        ("DELETE", one.to_owned()),
    ];
    let templates = app.kernel.templates().iter();
    let printed = templates.filter(|template| template.object == object.name);
    tries.extend(printed.map(|template| ("GET", format!("{one}/print/{}", template.name))));
    let actions = object.actions.iter();
    tries.extend(actions.map(|action| ("POST", format!("{one}/{}", action.name))));
    tries
}

fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::test("every_route_is_here", || {
        every_route_is_here().map_err(Failed::from)
    })];
    for place in Place::all() {
        let at = place.name();
        trials.push(Trial::test(format!("{at}::nobody"), move || {
            nobody(place).map_err(Failed::from)
        }));
        trials.push(Trial::test(format!("{at}::forged"), move || {
            forged(place).map_err(Failed::from)
        }));
        trials.push(Trial::test(format!("{at}::stranger"), move || {
            stranger(place).map_err(Failed::from)
        }));
        trials.push(Trial::test(format!("{at}::other_partner"), move || {
            other_partner(place).map_err(Failed::from)
        }));
        trials.push(Trial::test(
            format!("{at}::addresses_of_packs"),
            move || addresses_of_packs(place).map_err(Failed::from),
        ));
    }
    trials
}

fn main() {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit();
}
