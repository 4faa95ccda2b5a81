//! What a declaration promises to show can be shown: views, measures, exports, dashboards, on every database.

use qudao_meta::Object;
use qudao_tests::{Checked, Place, TestApp, sample::Samples};
use serde_json::{Value as Json, json};

use crate::office;

/// Some office role gets it. An object no office role may read is closed here; its own scenarios open it.
fn shown(app: &TestApp, method: &str, path: &str, body: Option<&Json>) -> Checked {
    let mut refused = Vec::new();
    for role in office(app) {
        let answer = app.call(role, method, path, body)?;
        if answer.is_success() {
            return Ok(());
        }
        if ![403, 404].contains(&answer.status) {
            refused.push(format!("{role}: {}", answer.shown()));
        }
    }
    if refused.is_empty() {
        Ok(())
    } else {
        Err(refused.join("\n"))
    }
}

/// Every view, measure and export of one object.
pub fn reading(app: &TestApp, object: &Object) -> Checked {
    let name = &object.name;
    for view in &object.views {
        let path = format!("/api/v1/{name}?count=1&view={}", view.name);
        shown(app, "GET", &path, None)
            .map_err(|error| format!("the view {}:\n{error}", view.name))?;
    }
    for format in ["csv", "xlsx"] {
        let path = format!("/api/v1/{name}/export?format={format}");
        shown(app, "GET", &path, None).map_err(|error| format!("{path}:\n{error}"))?;
    }
    measures(app, object)
}

/// Each measure alone, and by each filterable field.
fn measures(app: &TestApp, object: &Object) -> Checked {
    for measure in &object.measures {
        let groups = object.fields.iter().filter(|field| field.filter);
        let groups = groups.map(|field| vec![field.name.clone()]);
        for by in std::iter::once(Vec::new()).chain(groups) {
            let query = json!({ "object": object.name, "measures": [measure.name], "by": by });
            shown(app, "POST", "/api/v1/query", Some(&query))
                .map_err(|error| format!("the measure {} by {by:?}:\n{error}", measure.name))?;
        }
    }
    Ok(())
}

/// Every dashboard for a holder of its first role, and every tile as the screen asks for it.
pub fn dashboards(place: Place) -> Checked {
    let app = TestApp::start(place)?;
    let catalog = &app.kernel.catalog;
    for (at, dashboard) in catalog.dashboards.iter().enumerate() {
        let role = dashboard
            .roles
            .first()
            .map_or("administrator", String::as_str);
        let login = format!("viewer{at}");
        let portal = catalog
            .roles
            .iter()
            .any(|one| one.name == role && one.door == "portal");
        let organisation = match catalog.organisation.as_deref().filter(|_| portal) {
            Some(object) => Some(Samples::read()?.create(&app, object, 0)?),
            None => None,
        };
        app.add_user(&login, &[role], organisation)?;
        let path = format!("/api/v1/dashboards/{}", dashboard.name);
        let answer = app.call(&login, "GET", &path, None)?;
        if !answer.is_success() {
            return Err(format!("{path} as {role}: {}", answer.shown()));
        }
        for tile in &dashboard.tiles {
            let query = json!({
                "object": tile.object, "measures": tile.measures, "by": tile.by, "filter": tile.filter,
                "sort": tile.sort, "limit": tile.limit,
            });
            let answer = app.call(&login, "POST", "/api/v1/query", Some(&query))?;
            if !answer.is_success() {
                return Err(format!(
                    "{} / {} as {role}: {}",
                    dashboard.name,
                    tile.label.en,
                    answer.shown()
                ));
            }
        }
    }
    Ok(())
}
