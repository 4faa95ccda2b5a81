//! What a declaration promises to show can be shown: views, measures, exports, dashboards, on every database.

use qudao_meta::Object;
use qudao_tests::{Answer, Checked, Place, TestApp};
use serde_json::json;

use crate::bad_input::office;

fn expect(answer: &Answer, what: &str) -> Checked {
    // An object no office role may read is closed here; its own scenarios open it.
    if answer.is_success() || answer.status == 404 {
        Ok(())
    } else {
        Err(format!("{what}: {}", answer.shown()))
    }
}

/// Every view, measure and export of one object.
pub fn reading(name: &str, place: Place) -> Checked {
    let app = TestApp::start(place)?;
    let object = app
        .kernel
        .catalog
        .object(name)
        .cloned()
        .ok_or("not declared")?;
    app.add_user("reader", &office(&app), None)?;
    for view in &object.views {
        let path = format!("/api/v1/{name}?count=1&view={}", view.name);
        expect(
            &app.call("reader", "GET", &path, None)?,
            &format!("the view {}", view.name),
        )?;
    }
    for format in ["csv", "xlsx"] {
        let answer = app.call(
            "reader",
            "GET",
            &format!("/api/v1/{name}/export?format={format}"),
            None,
        )?;
        if answer.status != 403 {
            expect(&answer, &format!("the export as {format}"))?;
        }
    }
    measures(&app, &object)
}

/// Each measure alone, and by each filterable field.
fn measures(app: &TestApp, object: &Object) -> Checked {
    for measure in &object.measures {
        let groups = object
            .fields
            .iter()
            .filter(|field| field.filter)
            .map(|field| vec![field.name.clone()]);
        for by in std::iter::once(Vec::new()).chain(groups) {
            let query = json!({ "object": object.name, "measures": [measure.name], "by": by });
            let answer = app.call("reader", "POST", "/api/v1/query", Some(&query))?;
            expect(&answer, &format!("the measure {} by {by:?}", measure.name))?;
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
        app.add_user(&login, &[role], None)?;
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
