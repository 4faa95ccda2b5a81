//! Records: list, show, create, update, delete, actions, timeline, files in and out.

use std::collections::HashMap;

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Json as JsonBody, Response},
};
use qudao_base::{Id, Locale, Refusal, Result};
use qudao_kernel::{
    export, import, input_map, pipeline::Request, read, read::ListRequest, timeline,
};
use serde_json::{Map, Value as Json};

use crate::{app::App, caller::Caller, problem::Problem};

type Parameters = HashMap<String, String>;

/// The JSON object of a body; an empty body is an empty object.
pub(crate) fn body(bytes: &Bytes) -> Result<Map<String, Json>> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    input_map(json(bytes)?)
}

/// The JSON of a body.
pub(crate) fn json(bytes: &Bytes) -> Result<Json> {
    serde_json::from_slice(bytes).map_err(|error| {
        Refusal::malformed("body.malformed")
            .with("reason", error)
            .into()
    })
}

fn id_of(text: &str) -> Result<Id> {
    // What cannot be an id does not exist.
    text.parse().map_err(|_| Refusal::not_found().into())
}

fn list_request(object: String, parameters: &Parameters) -> Result<ListRequest> {
    let text = |name: &str| {
        parameters
            .get(name)
            .filter(|text| !text.is_empty())
            .cloned()
    };
    let limit = text("limit")
        .map(|text| {
            text.parse::<i64>()
                .map_err(|_| Refusal::malformed("limit.malformed").on("limit"))
        })
        .transpose()?;
    Ok(ListRequest {
        object,
        view: text("view"),
        filter: text("filter"),
        sort: text("sort"),
        limit,
        cursor: text("cursor"),
        search: text("search"),
        count: text("count").is_some_and(|count| count == "1"),
    })
}

/// `GET /{object}`
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(object): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<JsonBody<Json>, Problem> {
    let actor = caller.actor().clone();
    app.run(caller.locale(), move |kernel| {
        let request = list_request(object, &parameters)?;
        kernel
            .read(&actor, |cx| read::list(cx, &request))
            .map(read::Page::json)
    })
    .await
    .map(JsonBody)
}

/// `GET /{object}/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path((object, id)): Path<(String, String)>,
) -> Result<JsonBody<Json>, Problem> {
    let actor = caller.actor().clone();
    app.run(caller.locale(), move |kernel| {
        let id = id_of(&id)?;
        kernel.read(&actor, |cx| read::reply(cx, &object, id, &[]))
    })
    .await
    .map(JsonBody)
}

/// `GET /{object}/{id}/timeline`
pub(crate) async fn timeline(
    State(app): State<App>,
    caller: Caller,
    Path((object, id)): Path<(String, String)>,
) -> Result<JsonBody<Json>, Problem> {
    let actor = caller.actor().clone();
    app.run(caller.locale(), move |kernel| {
        let id = id_of(&id)?;
        kernel.read(&actor, |cx| timeline::timeline(cx, &object, id))
    })
    .await
    .map(JsonBody)
}

async fn submit(app: App, caller: Caller, request: Result<Request>) -> Result<Json, Problem> {
    let (actor, key) = (caller.actor().clone(), caller.key.clone());
    app.run(caller.locale(), move |kernel| {
        kernel.submit(&actor, key.as_deref(), request?)
    })
    .await
}

/// `POST /{object}`
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(object): Path<String>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let request = body(&bytes).map(|input| Request {
        object,
        action: "create".to_owned(),
        input,
        ..Request::default()
    });
    let reply = submit(app, caller, request).await?;
    Ok((StatusCode::CREATED, JsonBody(reply)).into_response())
}

fn on_record(
    caller: &Caller,
    object: String,
    id: &str,
    action: &str,
    bytes: &Bytes,
) -> Result<Request> {
    let id = Some(id_of(id)?);
    let version = Some(caller.required_version()?);
    Ok(Request {
        object,
        id,
        action: action.to_owned(),
        input: body(bytes)?,
        version,
    })
}

/// `PATCH /{object}/{id}`
pub(crate) async fn update(
    State(app): State<App>,
    caller: Caller,
    Path((object, id)): Path<(String, String)>,
    bytes: Bytes,
) -> Result<JsonBody<Json>, Problem> {
    let request = on_record(&caller, object, &id, "update", &bytes);
    submit(app, caller, request).await.map(JsonBody)
}

/// `DELETE /{object}/{id}`
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path((object, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let request = on_record(&caller, object, &id, "delete", &Bytes::new());
    submit(app, caller, request).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /{object}/{id}/{action}`
pub(crate) async fn act(
    State(app): State<App>,
    caller: Caller,
    Path((object, id, action)): Path<(String, String, String)>,
    bytes: Bytes,
) -> Result<JsonBody<Json>, Problem> {
    let request = if ["create", "update", "delete"].contains(&action.as_str()) {
        Err(Refusal::not_found().into())
    } else {
        on_record(&caller, object, &id, &action, &bytes)
    };
    submit(app, caller, request).await.map(JsonBody)
}

/// `GET /{object}/export`
pub(crate) async fn export(
    State(app): State<App>,
    caller: Caller,
    Path(object): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Problem> {
    let (actor, name) = (caller.actor().clone(), object.clone());
    let format = parameters
        .get("format")
        .cloned()
        .unwrap_or_else(|| "csv".to_owned());
    let kind = if format == "xlsx" {
        export::Format::Xlsx
    } else {
        export::Format::Csv
    };
    let bytes = app
        .run(caller.locale(), move |kernel| {
            let request = list_request(object, &parameters)?;
            kernel.read(&actor, |cx| export::export(cx, &request, kind))
        })
        .await?;
    let media = match kind {
        export::Format::Csv => "text/csv; charset=utf-8",
        export::Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let extension = if format == "xlsx" { "xlsx" } else { "csv" };
    let disposition = format!("attachment; filename=\"{name}.{extension}\"");
    Ok((
        [
            (header::CONTENT_TYPE, media.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        bytes,
    )
        .into_response())
}

/// `POST /{object}/import`
pub(crate) async fn import(
    State(app): State<App>,
    caller: Caller,
    Path(object): Path<String>,
    Query(parameters): Query<Parameters>,
    bytes: Bytes,
) -> Result<JsonBody<Json>, Problem> {
    let actor = caller.actor().clone();
    let dry_run = parameters.get("dry_run").is_some_and(|value| value == "1");
    app.run(caller.locale(), move |kernel| {
        import::import(kernel, &actor, &object, &bytes, dry_run)
    })
    .await
    .map(JsonBody)
}

/// `GET /{object}/{id}/print/{template}`
pub(crate) async fn print(
    State(app): State<App>,
    caller: Caller,
    Path((object, id, template)): Path<(String, String, String)>,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Problem> {
    let actor = caller.actor().clone();
    let locale = match parameters.get("locale").map(String::as_str) {
        Some("en") => Locale::English,
        Some(_) => Locale::Chinese,
        None => caller.locale(),
    };
    let name = template.clone();
    let printer = app.printer.clone();
    let pdf = app
        .run(caller.locale(), move |kernel| {
            let id = id_of(&id)?;
            let found = kernel
                .templates()
                .iter()
                .find(|one| one.name == template && one.object == object);
            let found = found.cloned().ok_or_else(Refusal::not_found)?;
            let printer = printer.ok_or_else(Refusal::not_found)?;
            let data = kernel.read(&actor, |cx| {
                read::get(cx, &object, id)?;
                (found.data)(cx, id)
            })?;
            printer(&found.name, &data, locale)
        })
        .await?;
    let disposition = format!("inline; filename=\"{name}.pdf\"");
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, pdf).into_response())
}
