//! OpenAPI 3.1, generated from the live declarations.

use axum::{extract::State, response::Json as JsonBody};
use qudao_kernel::Kernel;
use qudao_meta::{Field, FieldType, Object};
use serde_json::{Map, Value as Json, json};

use crate::{app::App, caller::Caller};

/// `GET /openapi.json`
pub(crate) async fn document(State(app): State<App>, _: Caller) -> JsonBody<Json> {
    JsonBody(openapi(&app.kernel))
}

fn field_schema(field: &Field) -> Json {
    let mut schema = match field.kind {
        FieldType::Boolean => json!({ "type": ["boolean", "null"] }),
        FieldType::Integer => json!({ "type": ["integer", "null"], "format": "int64" }),
        FieldType::Json => json!({}),
        FieldType::Date => json!({ "type": ["string", "null"], "format": "date" }),
        FieldType::Instant => json!({ "type": ["string", "null"], "format": "date-time" }),
        FieldType::Link | FieldType::Organisation => json!({ "$ref": "#/components/schemas/link" }),
        FieldType::Choice => {
            let values: Vec<&str> = field
                .choices
                .iter()
                .map(|choice| choice.value.as_str())
                .collect();
            json!({ "enum": values.into_iter().map(|value| json!(value)).chain([Json::Null]).collect::<Vec<_>>() })
        }
        kind if kind.is_scaled() || kind == FieldType::Degrees => {
            json!({ "type": ["string", "null"], "pattern": "^-?[0-9]+(\\.[0-9]+)?$" })
        }
        _ => json!({ "type": ["string", "null"], "maxLength": field.length_max() }),
    };
    schema["title"] = json!(field.label.en);
    if field.read_only {
        schema["readOnly"] = json!(true);
    }
    schema
}

fn object_schema(kernel: &Kernel, object: &Object) -> Json {
    let mut properties = Map::new();
    properties.insert(
        "id".to_owned(),
        json!({ "type": "string", "readOnly": true }),
    );
    properties.insert(
        "version".to_owned(),
        json!({ "type": "integer", "readOnly": true }),
    );
    for field in &object.fields {
        properties.insert(field.name.clone(), field_schema(field));
    }
    for child in kernel.catalog.children(&object.name) {
        if let Some(of) = &child.child_of {
            let items = json!({ "$ref": format!("#/components/schemas/{}", child.name) });
            properties.insert(of.list.clone(), json!({ "type": "array", "items": items }));
        }
    }
    json!({ "type": "object", "title": object.label.en, "description": object.purpose.en, "properties": properties })
}

fn parameter(name: &str, place: &str, required: bool) -> Json {
    json!({ "name": name, "in": place, "required": required, "schema": { "type": "string" } })
}

fn operation(summary: &str, parameters: Vec<Json>, input: Option<&str>, status: &str) -> Json {
    let reply = json!({ "description": "done", "content": { "application/json": {} } });
    let schema = json!({ "$ref": "#/components/schemas/problem" });
    let problem = json!({
        "description": "refused", "content": { "application/problem+json": { "schema": schema } },
    });
    let mut operation = json!({ "summary": summary, "parameters": parameters, "responses": { status: reply, "default": problem } });
    if let Some(schema) = input {
        let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
        operation["requestBody"] =
            json!({ "content": { "application/json": { "schema": schema } } });
    }
    operation
}

fn object_paths(object: &Object, paths: &mut Map<String, Json>) {
    let name = &object.name;
    let label = &object.label.en;
    let key = || parameter("Idempotency-Key", "header", false);
    let version = || parameter("If-Match", "header", true);
    let id = || parameter("id", "path", true);
    let listing = [
        "view", "filter", "sort", "limit", "cursor", "search", "count",
    ];
    let listing = listing
        .into_iter()
        .map(|name| parameter(name, "query", false))
        .collect();
    paths.insert(
        format!("/api/v1/{name}"),
        json!({
            "get": operation(&format!("List: {label}"), listing, None, "200"),
            "post": operation(&format!("Create: {label}"), vec![key()], Some(name), "201"),
        }),
    );
    paths.insert(
        format!("/api/v1/{name}/{{id}}"),
        json!({
            "get": operation(&format!("Show: {label}"), vec![id()], None, "200"),
            "patch": operation(&format!("Update: {label}"), vec![id(), version(), key()], Some(name), "200"),
            "delete": operation(&format!("Delete: {label}"), vec![id(), version(), key()], None, "204"),
        }),
    );
    for action in object.actions.iter().filter(|action| !action.internal) {
        let post = operation(
            &format!("{}: {label}", action.label.en),
            vec![id(), version(), key()],
            Some(name),
            "200",
        );
        paths.insert(
            format!("/api/v1/{name}/{{id}}/{}", action.name),
            json!({ "post": post }),
        );
    }
}

/// The document.
pub(crate) fn openapi(kernel: &Kernel) -> Json {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    schemas.insert(
        "link".to_owned(),
        json!({ "anyOf": [ { "type": ["string", "null"] }, { "type": "object", "properties": {
            "id": { "type": "string" }, "title": { "type": ["string", "null"] } } } ] }),
    );
    schemas.insert(
        "problem".to_owned(),
        json!({ "type": "object", "required": ["status", "code", "detail"], "properties": {
            "status": { "type": "integer" }, "code": { "type": "string" }, "detail": { "type": "string" },
            "field": { "type": ["string", "null"] }, "errors": { "type": "array" }, "request_id": { "type": "string" } } }),
    );
    for object in kernel.catalog.objects() {
        schemas.insert(object.name.clone(), object_schema(kernel, object));
        if object.child_of.is_none() {
            object_paths(object, &mut paths);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": kernel.site.name, "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "qudao_session" },
                "key": { "type": "http", "scheme": "bearer" },
            },
        },
        "security": [ { "session": [] }, { "key": [] } ],
    })
}
