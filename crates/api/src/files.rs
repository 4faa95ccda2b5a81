//! Files in and out: import, export, printed documents.
//!
//! Not here: what may be read or written, and how a file is read (the kernel).

use axum::{
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderName, header},
    response::{IntoResponse, Json as JsonBody, Response},
};
use qudao_base::{Locale, Refusal};
use qudao_kernel::{export, import, read};
use serde_json::Value as Json;

use crate::{
    app::App,
    caller::Caller,
    payload,
    problem::Problem,
    records::{Parameters, id_of, list_request},
};

/// Since when something may be missing in a file.
const AS_OF: HeaderName = HeaderName::from_static("data-as-of");

/// `GET /{object}/export`
pub(crate) async fn export(
    State(app): State<App>,
    caller: Caller,
    Path(object): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Problem> {
    let (actor, name) = (caller.actor().clone(), object.clone());
    let ((bytes, as_of), format) = app
        .run(caller.locale(), move |kernel| {
            let format = parameters.get("format").map_or("csv", String::as_str);
            let format = export::Format::named(format)?;
            let request = export::Request {
                list: list_request(object, &parameters)?,
                columns: columns(&parameters),
                locale: parameters.get("locale").map(|name| locale_named(name)),
                format,
            };
            let told = kernel.read_report(&actor, |cx| export::export(cx, &request))?;
            Ok((told, format))
        })
        .await?;
    let media = match format {
        export::Format::Csv => "text/csv; charset=utf-8",
        export::Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.name());
    Ok((
        [
            (header::CONTENT_TYPE, media.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
            (AS_OF, as_of.to_string()),
        ],
        bytes,
    )
        .into_response())
}

/// Sends what is surely neither CSV nor a workbook.
fn is_other(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE);
    let said = said
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    ["application/json", "multipart/"]
        .iter()
        .any(|other| said.starts_with(other))
}

fn locale_named(name: &str) -> Locale {
    if name == "en" {
        Locale::English
    } else {
        Locale::Chinese
    }
}

/// The columns asked for, in their order; none for all.
fn columns(parameters: &Parameters) -> Vec<String> {
    let asked = parameters.get("columns").map_or("", String::as_str);
    let names = asked.split(',').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// `POST /{object}/import`
pub(crate) async fn import(
    State(app): State<App>,
    caller: Caller,
    Path(object): Path<String>,
    Query(parameters): Query<Parameters>,
    request: Request,
) -> Result<JsonBody<Json>, Problem> {
    let (actor, key) = (caller.actor().clone(), caller.key.clone());
    let (who, what) = (actor.clone(), object.clone());
    let is_other = is_other(request.headers());
    // Before a byte of the file is taken in.
    app.run(caller.locale(), move |kernel| {
        import::admit(kernel, &who, &what)?;
        if is_other {
            return Err(Refusal::malformed("import.no_sheet").into());
        }
        Ok(())
    })
    .await?;
    let place = app.files.try_acquire();
    let _place = place.map_err(|_| Problem::busy(caller.locale()))?;
    let bytes = payload::file(request, &app).await?;
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
    let asked = parameters.get("locale").map(|name| locale_named(name));
    let locale = asked.unwrap_or_else(|| caller.locale());
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
