//! One scenario: its records by key, its last answer, and the run from first step to `verify`.
//!
//! Keeps true: a refusal that the next step does not name fails the scenario.

use std::{collections::HashMap, fmt::Write, sync::Arc};

use gherkin::Step;
use qudao_base::{Actor, Id};
use qudao_kernel::read;
use qudao_meta::{Field, Object};
use serde_json::{Map, Value as Json};

use crate::{Answer, Case, Checked, Place, TestApp, app::said, steps, value};

/// A record a scenario has named.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its object.
    pub object: String,
    /// Its identity.
    pub id: Id,
}

/// What a scenario has come to.
pub struct World {
    /// The product.
    pub app: TestApp,
    keys: HashMap<String, Known>,
    /// Answer to the last request.
    pub last: Option<Answer>,
    /// Answers to the last requests sent at once.
    pub all: Vec<Answer>,
    /// The last request was refused, and no step has said so yet.
    pub unexpected: bool,
}

/// Runs a scenario on a fresh database.
pub fn run(case: &Case, place: Place) -> Checked {
    let mut world = World {
        app: TestApp::start(place)?,
        keys: HashMap::new(),
        last: None,
        all: Vec::new(),
        unexpected: false,
    };
    for step in &case.steps {
        let done = steps::perform(&mut world, step);
        done.map_err(|error| told(case, step, &error))?;
    }
    if let (true, Some(step)) = (world.unexpected, case.steps.last()) {
        return Err(told(case, step, &world.refused()));
    }
    world.app.verify()
}

fn told(case: &Case, step: &Step, error: &str) -> String {
    format!(
        "{}:{}: {}\n  {error}",
        case.file, step.position.line, step.value
    )
}

impl World {
    /// The record of the key, written with or without `@`.
    pub fn known(&self, key: &str) -> Checked<Known> {
        let name = key.trim().trim_start_matches('@');
        let known = self.keys.get(name).cloned();
        known.ok_or_else(|| format!("no record is called @{name}"))
    }

    /// Calls a record by a key.
    pub fn name(&mut self, key: &str, object: &str, id: Id) {
        let object = object.to_owned();
        let name = key.trim_start_matches('@').to_owned();
        self.keys.insert(name, Known { object, id });
    }

    /// The declaration of an object.
    pub fn object(&self, name: &str) -> Checked<Arc<Object>> {
        let found = self.app.kernel.catalog.object(name);
        found
            .cloned()
            .ok_or_else(|| format!("no object {name} is declared"))
    }

    /// A record as the system sees it.
    pub fn stored(&self, known: &Known) -> Checked<Json> {
        let kernel = &self.app.kernel;
        kernel
            .read(&Actor::system(), |cx| {
                read::get(cx, &known.object, known.id)
            })
            .map_err(said)
    }

    /// A cell with its key, or key and field, replaced by what it stands for.
    pub fn resolved(&self, text: &str) -> Checked<String> {
        let Some(name) = text.strip_prefix('@') else {
            return Ok(text.to_owned());
        };
        let Some((key, path)) = name.split_once('.') else {
            return Ok(self.known(name)?.id.to_string());
        };
        let record = self.stored(&self.known(key)?)?;
        match value::at_path(&record, path) {
            Json::String(text) => Ok(text.clone()),
            Json::Object(link) => Ok(link["id"].as_str().unwrap_or_default().to_owned()),
            other => Ok(other.to_string()),
        }
    }

    /// An expression with every `@key` replaced by the id as a text literal.
    pub fn expression(&self, text: &str) -> Checked<String> {
        let mut parts = text.split('@');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(part.len());
            let id = self.known(&part[..end])?.id;
            let _ = write!(out, "'{id}'{}", &part[end..]);
        }
        Ok(out)
    }

    /// Input for an action of an object, from a table of fields and values.
    pub fn input(
        &self,
        object: Option<&Object>,
        rows: &[(String, String)],
    ) -> Checked<Map<String, Json>> {
        let mut input = Map::new();
        for (path, text) in rows {
            let field = object.and_then(|object| self.field(object, path));
            if object.is_some() && field.is_none() && !path.contains('.') {
                // An undeclared name is sent as it stands: a scenario may want to see it refused.
                input.insert(path.clone(), value::free(text));
                continue;
            }
            let json = value::json_of(&self.app.kernel, field, &self.resolved(text)?)?;
            value::put(&mut input, path, json)?;
        }
        Ok(input)
    }

    /// The field a path leads to.
    pub fn field<'w>(&'w self, object: &'w Object, path: &str) -> Option<&'w Field> {
        value::field_of(&self.app.kernel, object, path)
    }

    /// Keeps an answer; a refusal has to be named by the next step.
    pub fn answered(&mut self, answer: Answer) {
        self.unexpected = !answer.is_success();
        self.last = Some(answer);
        self.all.clear();
    }

    /// The sentence about a refusal nobody expected.
    pub fn refused(&self) -> String {
        let shown = self.last.as_ref().map(Answer::shown).unwrap_or_default();
        format!("refused, and the next step does not say so: {shown}")
    }

    /// Version of a record as stored; 1 when it is gone.
    pub fn seen(&self, known: &Known) -> i64 {
        let stored = self.stored(known).unwrap_or_default();
        stored["version"].as_i64().unwrap_or(1)
    }
}

impl Known {
    /// Path of the record in the API.
    pub fn path(&self) -> String {
        format!("/api/v1/{}/{}", self.object, self.id)
    }
}
