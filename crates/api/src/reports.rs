//! Metadata, reports, dashboards, search and packs' functions.

use std::collections::HashMap;

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    response::Json as JsonBody,
};
use qudao_base::{Refusal, Result};
use qudao_kernel::{
    report::{self, ReportRequest},
    search,
};
use serde_json::{Value as Json, json};

use crate::{
    app::App,
    caller::Caller,
    meta_json,
    payload::Payload,
    problem::Problem,
    records::{body, json as body_json},
};

/// `GET /meta`
pub(crate) async fn meta(
    State(app): State<App>,
    caller: Caller,
) -> Result<JsonBody<Json>, Problem> {
    let actor = caller.actor().clone();
    app.run(caller.locale(), move |kernel| {
        meta_json::meta(kernel, &actor)
    })
    .await
    .map(JsonBody)
}

fn texts(json: Option<&Json>, name: &str) -> Result<Vec<String>> {
    let wrong = || {
        Refusal::malformed("field.type")
            .on(name)
            .with("value", name)
    };
    let Some(json) = json else {
        return Ok(Vec::new());
    };
    let items = json.as_array().ok_or_else(wrong)?;
    items
        .iter()
        .map(|item| {
            item.as_str()
                .map(ToOwned::to_owned)
                .ok_or_else(|| wrong().into())
        })
        .collect()
}

fn report_request(bytes: &Bytes) -> Result<ReportRequest> {
    const KNOWN: [&str; 6] = ["object", "measures", "by", "filter", "sort", "limit"];
    let input = body(bytes)?;
    if let Some(unknown) = input.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(Refusal::malformed("field.unknown")
            .on(unknown)
            .with("field", unknown)
            .into());
    }
    let text = |name: &str| {
        input
            .get(name)
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    Ok(ReportRequest {
        object: text("object"),
        measures: texts(input.get("measures"), "measures")?,
        by: texts(input.get("by"), "by")?,
        filter: text("filter"),
        sort: text("sort"),
        limit: input.get("limit").and_then(Json::as_i64),
    })
}

/// `POST /query`
pub(crate) async fn query(
    State(app): State<App>,
    caller: Caller,
    Payload(bytes): Payload,
) -> Result<JsonBody<Json>, Problem> {
    let actor = caller.actor().clone();
    app.run(caller.locale(), move |kernel| {
        let request = report_request(&bytes)?;
        let (mut told, as_of) = kernel.read_report(&actor, |cx| report::report(cx, &request))?;
        told["as_of"] = json!(as_of.to_string());
        Ok(told)
    })
    .await
    .map(JsonBody)
}

/// `GET /search?q=`
pub(crate) async fn search(
    State(app): State<App>,
    caller: Caller,
    Query(parameters): Query<HashMap<String, String>>,
) -> Result<JsonBody<Json>, Problem> {
    app.show(&caller, move |cx| {
        let words = parameters.get("q").cloned().unwrap_or_default();
        search::search(cx, &words)
    })
    .await
}

/// `GET /dashboards/{name}`
pub(crate) async fn dashboard(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<JsonBody<Json>, Problem> {
    let actor = caller.actor().clone();
    app.run(caller.locale(), move |kernel| {
        let found = kernel
            .catalog
            .dashboards
            .iter()
            .find(|dashboard| dashboard.name == name);
        let seen =
            found.filter(|dashboard| dashboard.roles.iter().any(|role| actor.has_role(role)));
        Ok(json!(seen.ok_or_else(Refusal::not_found)?))
    })
    .await
    .map(JsonBody)
}

/// `POST /call/{function}`
pub(crate) async fn call(
    State(app): State<App>,
    caller: Caller,
    Path(function): Path<String>,
    Payload(bytes): Payload,
) -> Result<JsonBody<Json>, Problem> {
    let (actor, key) = (caller.actor().clone(), caller.key.clone());
    app.run(caller.locale(), move |kernel| {
        let input = if bytes.is_empty() {
            json!({})
        } else {
            body_json(&bytes)?
        };
        kernel.call(&actor, key.as_deref(), &function, input)
    })
    .await
    .map(JsonBody)
}
