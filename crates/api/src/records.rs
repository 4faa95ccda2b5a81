//! Records: list, show, create, update, delete, actions, timeline.
//!
//! Keeps true: a write that came too late is answered with the record as its sender may see it now.
//! Not here: files in and out (`files`).

use std::collections::HashMap;

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Json as JsonBody, Response},
};
use qudao_base::{Id, Refusal, Result, Stop};
use qudao_kernel::{input_map, pipeline::Request, read, read::ListRequest, timeline};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::{app::App, caller::Caller, payload::Payload, problem::Problem};

pub(crate) type Parameters = HashMap<String, String>;

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

pub(crate) fn id_of(text: &str) -> Result<Id> {
    // What cannot be an id does not exist.
    text.parse().map_err(|_| Refusal::not_found().into())
}

pub(crate) fn list_request(object: String, parameters: &Parameters) -> Result<ListRequest> {
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
    app.show(&caller, move |cx| {
        let id = id_of(&id)?;
        read::reply(cx, &object, id, &[])
    })
    .await
}

/// `GET /{object}/{id}/timeline`
pub(crate) async fn timeline(
    State(app): State<App>,
    caller: Caller,
    Path((object, id)): Path<(String, String)>,
) -> Result<JsonBody<Json>, Problem> {
    app.show(&caller, move |cx| {
        let id = id_of(&id)?;
        timeline::timeline(cx, &object, id)
    })
    .await
}

/// What came of an action: its reply, or that the record has moved on and how it is now.
enum Submitted {
    Done(Json),
    Moved(Box<Refusal>, Option<Json>),
}

async fn submit(app: App, caller: Caller, request: Result<Request>) -> Result<Json, Problem> {
    let (actor, key) = (caller.actor().clone(), caller.key.clone());
    let submitted = app.run(caller.locale(), move |kernel| {
        let request = request?;
        let place = (request.object.clone(), request.id);
        match kernel.submit(&actor, key.as_deref(), request) {
            Ok(reply) => Ok(Submitted::Done(reply)),
            Err(Stop::Refusal(refusal)) if refusal.code == "record.moved" => {
                let (object, Some(id)) = place else {
                    return Err(Stop::Refusal(refusal));
                };
                let present = kernel.read(&actor, |cx| read::get(cx, &object, id));
                Ok(Submitted::Moved(refusal, present.ok()))
            }
            Err(stop) => Err(stop),
        }
    });
    match submitted.await? {
        Submitted::Done(reply) => Ok(reply),
        Submitted::Moved(refusal, present) => {
            let problem = Problem::of(&app.kernel, Stop::Refusal(refusal), caller.locale());
            Err(problem.with_record(present))
        }
    }
}

/// An action to be done right after writing the record.
#[derive(Deserialize)]
pub(crate) struct Then {
    then: Option<String>,
}

/// `POST /{object}?then=`
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(object): Path<String>,
    Query(Then { then }): Query<Then>,
    Payload(bytes): Payload,
) -> Result<Response, Problem> {
    let request = body(&bytes).map(|input| Request {
        object,
        action: "create".to_owned(),
        input,
        then,
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
        then: None,
    })
}

/// `PATCH /{object}/{id}?then=`
pub(crate) async fn update(
    State(app): State<App>,
    caller: Caller,
    Path((object, id)): Path<(String, String)>,
    Query(Then { then }): Query<Then>,
    Payload(bytes): Payload,
) -> Result<JsonBody<Json>, Problem> {
    let request = on_record(&caller, object, &id, "update", &bytes);
    let request = request.map(|request| Request { then, ..request });
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
    Payload(bytes): Payload,
) -> Result<JsonBody<Json>, Problem> {
    let request = if ["create", "update", "delete"].contains(&action.as_str()) {
        Err(Refusal::not_found().into())
    } else {
        on_record(&caller, object, &id, &action, &bytes)
    };
    submit(app, caller, request).await.map(JsonBody)
}
