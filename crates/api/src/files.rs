//! Files in and out: import, export, printed documents.
//!
//! Not here: what may be read or written, and how a file is read (the kernel).

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Json as JsonBody, Response},
};
use qudao_base::{Locale, Refusal};
use qudao_kernel::{export, import, read};
use serde_json::Value as Json;

use crate::{
    app::App,
    caller::Caller,
    problem::Problem,
    records::{Parameters, id_of, list_request},
};

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
    let (actor, key) = (caller.actor().clone(), caller.key.clone());
    let dry_run = parameters.get("dry_run").is_some_and(|value| value == "1");
    app.run(caller.locale(), move |kernel| {
        let upload = import::Upload {
            object: &object,
            bytes: &bytes,
            dry_run,
            key: key.as_deref(),
        };
        import::import(kernel, &actor, upload)
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
