//! A record of any object, made up from its declaration, so that what holds for all objects is tried on all of them.
//!
//! Keeps true: an object added tomorrow is tried too; where a pack's rule wants more than the declaration says, a row in
//! `tests/samples.toml` says what.

use std::sync::atomic::{AtomicU64, Ordering};

use qudao_base::Id;
use qudao_meta::{Field, FieldType, Object};
use serde_json::{Map, Value as Json, json};

use crate::{Checked, TestApp, value};

/// What rules want beyond declarations, by object.
pub struct Samples(toml::Table);

/// Deepest chain of links followed.
const DEPTH_MAX: usize = 8;

impl Samples {
    /// Reads `tests/samples.toml`.
    pub fn read() -> Checked<Self> {
        let text = include_str!("../samples.toml");
        toml::from_str(text)
            .map(Self)
            .map_err(|error| format!("tests/samples.toml: {error}"))
    }

    /// Why the object is not tried, if it is not.
    pub fn skipped(&self, object: &str) -> Option<&str> {
        self.0.get(object)?.get("skip")?.as_str()
    }

    /// Objects that have a row.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Input that creates a record of the object, with all it links to made before by the system.
    pub fn input(&self, app: &TestApp, object: &Object) -> Checked<Map<String, Json>> {
        self.filled(app, object, 0)
    }

    fn filled(&self, app: &TestApp, object: &Object, depth: usize) -> Checked<Map<String, Json>> {
        if depth > DEPTH_MAX {
            return Err(format!("{}: links lead too far", object.name));
        }
        let mut input = Map::new();
        for field in &object.fields {
            if field.required && !field.read_only && field.default.is_none() && !is_kept(field) {
                input.insert(field.name.clone(), self.value(app, field, depth)?);
            }
        }
        for (path, given) in self.given(object) {
            let field = value::field_of(&app.kernel, object, &path);
            let json = match (given.as_str(), field) {
                (Some("new"), Some(field)) => self.value(app, field, depth)?,
                (Some(text), _) => value::json_of(&app.kernel, field, text)?,
                (None, _) => serde_json::to_value(&given).map_err(|error| error.to_string())?,
            };
            value::put(&mut input, &path, json)?;
        }
        Ok(input)
    }

    fn given(&self, object: &Object) -> Vec<(String, toml::Value)> {
        let row = self.0.get(&object.name).and_then(|row| row.get("values"));
        let row = row
            .and_then(toml::Value::as_table)
            .cloned()
            .unwrap_or_default();
        row.into_iter().collect()
    }

    fn value(&self, app: &TestApp, field: &Field, depth: usize) -> Checked<Json> {
        let number = next();
        let text = |text: String| Ok(json!(text));
        match field.kind {
            FieldType::Link | FieldType::Organisation => {
                let target = field.to.as_deref().unwrap_or_default();
                Ok(json!(self.create(app, target, depth + 1)?.to_string()))
            }
            FieldType::Choice => text(
                field
                    .choices
                    .first()
                    .map_or_else(String::new, |one| one.value.clone()),
            ),
            FieldType::Integer => Ok(json!(1)),
            FieldType::Boolean => Ok(json!(true)),
            FieldType::Money | FieldType::Quantity | FieldType::Percent | FieldType::Decimal => {
                text("1".to_owned())
            }
            FieldType::Degrees => text("30.250000".to_owned()),
            FieldType::Date => value::json_of(&app.kernel, Some(field), "today"),
            FieldType::Instant => value::json_of(&app.kernel, Some(field), "today+1"),
            FieldType::Json => Ok(json!({})),
            FieldType::Phone => text(format!("138{number:08}")),
            FieldType::Email => text(format!("person{number}@example.com")),
            FieldType::Web => text(format!("https://www.example{number}.com")),
            FieldType::Division => text("330106".to_owned()),
            FieldType::Text | FieldType::LongText => text(format!("sample{number}")),
        }
    }

    /// A record of the object, made by the system.
    pub fn create(&self, app: &TestApp, object: &str, depth: usize) -> Checked<Id> {
        let found = app.kernel.catalog.object(object).cloned();
        let object = found.ok_or_else(|| format!("no object {object} is declared"))?;
        let input = self.filled(app, &object, depth)?;
        app.as_system(&object.name, None, "create", input)
    }
}

/// A value no other sample has.
fn next() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    COUNT.fetch_add(1, Ordering::SeqCst)
}

/// Fields the kernel keeps.
pub fn is_kept(field: &Field) -> bool {
    let kept = [
        "number",
        "state",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
    ];
    kept.contains(&field.name.as_str())
}
