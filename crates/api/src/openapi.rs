//! OpenAPI 3.1, generated from the live declarations as far as the caller may use them.
//!
//! Keeps true: what the caller may not read, write or do is not in the document; it depends on the caller's roles only, so
//! it is made once for each set of roles.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use qudao_base::{Actor, Result};
use qudao_kernel::{Access, Kernel};
use qudao_meta::{Action, Field, FieldType, Object};
use serde_json::{Map, Value as Json, json};

use crate::{app::App, caller::Caller, problem::Problem};

/// Most documents kept; a site has far fewer sets of roles.
const KEPT_MAX: usize = 64;

/// Documents by set of roles.
#[derive(Debug, Default)]
pub(crate) struct Documents(Mutex<HashMap<BTreeSet<String>, Arc<str>>>);

impl Documents {
    fn of(&self, kernel: &Kernel, actor: &Actor) -> Result<Arc<str>> {
        let roles: BTreeSet<String> = actor.roles.iter().cloned().collect();
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&roles) {
            return Ok(Arc::clone(known));
        }
        let made: Arc<str> = openapi(kernel, actor)?.to_string().into();
        let mut all = lock();
        if all.len() >= KEPT_MAX {
            all.clear();
        }
        all.insert(roles, Arc::clone(&made));
        Ok(made)
    }
}

/// `GET /openapi.json`
pub(crate) async fn document(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let actor = caller.actor().clone();
    let documents = Arc::clone(&app.documents);
    let made = app
        .run(caller.locale(), move |kernel| documents.of(kernel, &actor))
        .await?;
    let headers = [(header::CONTENT_TYPE, "application/json")];
    Ok((headers, made.to_string()).into_response())
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
    schema
}

/// An object as the caller may use it.
struct Shown<'k> {
    kernel: &'k Kernel,
    object: &'k Object,
    access: Access<'k>,
    actor: &'k Actor,
}

impl Shown<'_> {
    fn schema(&self) -> Result<Json> {
        let fixed = |kind: &str| json!({ "type": kind, "readOnly": true });
        let mut properties = Map::new();
        properties.insert("id".to_owned(), fixed("string"));
        properties.insert("version".to_owned(), fixed("integer"));
        let seen = self.object.fields.iter();
        for field in seen.filter(|field| self.access.sees(field)) {
            let mut schema = field_schema(field);
            if !self.access.writes(field) {
                schema["readOnly"] = json!(true);
            }
            properties.insert(field.name.clone(), schema);
        }
        for child in self.kernel.catalog.children(&self.object.name) {
            let model = self.kernel.model(&child.name)?;
            let seen = self.kernel.access(&model, self.actor).may("read");
            if let Some(of) = child.child_of.as_ref().filter(|_| seen) {
                let items = json!({ "$ref": format!("#/components/schemas/{}", child.name) });
                properties.insert(of.list.clone(), json!({ "type": "array", "items": items }));
            }
        }
        let (label, purpose) = (&self.object.label.en, &self.object.purpose.en);
        Ok(
            json!({ "type": "object", "title": label, "description": purpose, "properties": properties }),
        )
    }

    /// What an action may be given: fields, or whole lists of lines.
    fn action_schema(&self, action: &Action) -> Json {
        let mut properties = Map::new();
        for name in &action.input {
            match self.object.field(name) {
                Some(field) if self.access.sees(field) => {
                    properties.insert(name.clone(), field_schema(field));
                }
                Some(_) => {}
                None => {
                    properties.insert(name.clone(), json!({ "type": "array" }));
                }
            }
        }
        json!({ "type": "object", "properties": properties, "required": action.require })
    }

    fn paths(&self, paths: &mut Map<String, Json>) {
        let (name, label) = (&self.object.name, &self.object.label.en);
        let mut add = |below: &str, method: &str, operation: Json| {
            let path = paths.entry(format!("/api/v1/{name}{below}"));
            path.or_insert_with(|| json!({}))[method] = operation;
        };
        for call in self.calls() {
            if self.access.may(call.right) {
                let summary = format!("{}: {label}", call.verb);
                let input = call
                    .whole
                    .then(|| json!({ "$ref": format!("#/components/schemas/{name}") }));
                let operation = operation(&summary, call.parameters, input, call.status);
                add(call.below, call.method, operation);
            }
        }
        let actions = self.object.actions.iter();
        for action in actions.filter(|one| !one.internal && self.access.may(&one.name)) {
            let summary = format!("{}: {label}", action.label.en);
            let input = Some(self.action_schema(action));
            let done = operation(&summary, on_record(), input, "200");
            add(&format!("/{{id}}/{}", action.name), "post", done);
        }
    }

    /// What every object offers.
    fn calls(&self) -> [Call; 8] {
        let key = || parameter("Idempotency-Key", "header", false);
        let id = || parameter("id", "path", true);
        let query = |names: &[&str]| -> Vec<Json> {
            let names = names.iter();
            names.map(|name| parameter(name, "query", false)).collect()
        };
        let acts = self.object.actions.iter().any(|one| !one.internal);
        let then: &[&str] = if acts { &["then"] } else { &[] };
        let list = [
            "view", "filter", "sort", "limit", "cursor", "search", "count",
        ];
        let call = |right, below, method, verb, parameters| Call {
            right,
            below,
            method,
            verb,
            parameters,
            whole: false,
            status: "200",
        };
        let export = query(&["format", "view", "filter", "sort", "search"]);
        let import = [query(&["dry_run"]), vec![key()]].concat();
        let create = [query(then), vec![key()]].concat();
        let update = [query(then), on_record()].concat();
        [
            call("read", "", "get", "List", query(&list)),
            Call {
                whole: true,
                status: "201",
                ..call("create", "", "post", "Create", create)
            },
            call("read", "/{id}", "get", "Show", vec![id()]),
            Call {
                whole: true,
                ..call("update", "/{id}", "patch", "Update", update)
            },
            Call {
                status: "204",
                ..call("delete", "/{id}", "delete", "Delete", on_record())
            },
            call("read", "/{id}/timeline", "get", "History", vec![id()]),
            call("export", "/export", "get", "Export", export),
            call("import", "/import", "post", "Import", import),
        ]
    }
}

/// A call an object offers.
struct Call {
    right: &'static str,
    below: &'static str,
    method: &'static str,
    verb: &'static str,
    parameters: Vec<Json>,
    /// The body is the whole record.
    whole: bool,
    status: &'static str,
}

/// Parameters of a change to one record.
fn on_record() -> Vec<Json> {
    vec![
        parameter("id", "path", true),
        parameter("If-Match", "header", true),
        parameter("Idempotency-Key", "header", false),
    ]
}

fn parameter(name: &str, place: &str, required: bool) -> Json {
    json!({ "name": name, "in": place, "required": required, "schema": { "type": "string" } })
}

fn operation(summary: &str, parameters: Vec<Json>, input: Option<Json>, status: &str) -> Json {
    let reply = json!({ "description": "done", "content": { "application/json": {} } });
    let schema = json!({ "$ref": "#/components/schemas/problem" });
    let problem = json!({
        "description": "refused", "content": { "application/problem+json": { "schema": schema } },
    });
    let mut operation = json!({ "summary": summary, "parameters": parameters, "responses": { status: reply, "default": problem } });
    if let Some(schema) = input {
        operation["requestBody"] =
            json!({ "content": { "application/json": { "schema": schema } } });
    }
    operation
}

/// Addresses of packs the actor may call.
fn add_endpoints(kernel: &Kernel, actor: &Actor, paths: &mut Map<String, Json>) {
    let endpoints = kernel.endpoints().iter();
    for endpoint in endpoints.filter(|one| kernel.admit(one, actor).is_ok()) {
        let place = endpoint.path.split(['{', '}']).nth(1).unwrap_or_default();
        let mut parameters = vec![parameter(place, "path", true)];
        let (method, input) = if endpoint.reads {
            parameters.push(parameter("after", "query", false));
            ("get", None)
        } else {
            parameters.push(parameter("Idempotency-Key", "header", false));
            let schema = format!("#/components/schemas/{}", endpoint.needs.0);
            ("post", Some(json!({ "$ref": schema })))
        };
        let done = operation(endpoint.summary, parameters, input, "200");
        let path = paths.entry(format!("/api/v1{}", endpoint.path));
        path.or_insert_with(|| json!({}))[method] = done;
    }
}

/// The document.
fn openapi(kernel: &Kernel, actor: &Actor) -> Result<Json> {
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
        let model = kernel.model(&object.name)?;
        let access = kernel.access(&model, actor);
        if !access.may("read") {
            continue;
        }
        let shown = Shown {
            kernel,
            object,
            access,
            actor,
        };
        schemas.insert(object.name.clone(), shown.schema()?);
        if object.child_of.is_none() {
            shown.paths(&mut paths);
        }
    }
    add_endpoints(kernel, actor, &mut paths);
    Ok(json!({
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
    }))
}
