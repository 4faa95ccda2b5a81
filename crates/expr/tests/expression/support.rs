//! What the tests share: schemas and records from JSON, and an SQLite table that holds one record.

use std::collections::BTreeMap;

use qudao_base::{Date, Id, Instant, Value, parse_scaled};
use qudao_expr::{Columns, Context, Data, Expression, FieldType, Scope, Sql, Type, Val};
use rusqlite::{Connection, params_from_iter, types};
use serde_json::Value as Json;

/// Fields by dotted path; those of child lists with the list's name before them.
pub struct Schema(pub BTreeMap<String, FieldType>);

pub fn kind(name: &str) -> Type {
    match name {
        "boolean" => Type::Boolean,
        "integer" => Type::Integer,
        "decimal" => Type::Decimal,
        "degrees" => Type::Degrees,
        "text" => Type::Text,
        "date" => Type::Date,
        "instant" => Type::Instant,
        "link" => Type::Link,
        other => panic!("no type {other}"),
    }
}

impl Schema {
    pub fn from_json(json: &Json) -> Self {
        let mut schema = Self(BTreeMap::new());
        for (name, declared) in json.as_object().unwrap() {
            let field = if let Some(fields) = declared.get("list") {
                for (inner, field) in Self::from_json(fields).0 {
                    schema.0.insert(format!("{name}.{inner}"), field);
                }
                FieldType::of(Type::List(Box::new(Type::Record)))
            } else if let Some(choices) = declared.get("choice") {
                FieldType::choice(serde_json::from_value(choices.clone()).unwrap())
            } else {
                FieldType::of(kind(declared.as_str().unwrap()))
            };
            schema.0.insert(name.clone(), field);
        }
        schema
    }
}

impl Scope for Schema {
    fn field(&self, path: &[String]) -> Option<FieldType> {
        self.0.get(&path.join(".")).cloned()
    }

    fn names(&self, below: &[String]) -> Vec<String> {
        let prefix = if below.is_empty() {
            String::new()
        } else {
            below.join(".") + "."
        };
        let names = self.0.keys().filter_map(|name| name.strip_prefix(&prefix));
        names
            .filter(|name| !name.contains('.'))
            .map(str::to_owned)
            .collect()
    }
}

impl Columns for Schema {
    fn column(&self, path: &[String]) -> Option<Sql> {
        Some(Sql::plain(format!("\"{}\"", path.join("."))))
    }
}

#[derive(Clone, Debug, Default)]
pub struct Record {
    pub values: BTreeMap<String, Value>,
    pub lists: BTreeMap<String, Vec<Record>>,
}

impl Record {
    pub fn from_json(json: &Json, schema: &Schema, prefix: &str) -> Self {
        let mut record = Self::default();
        for (name, value) in json.as_object().unwrap() {
            let full = format!("{prefix}{name}");
            let kind = &schema.0[&full].kind;
            if let Json::Array(rows) = value {
                let below = format!("{full}.");
                let rows = rows
                    .iter()
                    .map(|row| Self::from_json(row, schema, &below))
                    .collect();
                record.lists.insert(name.clone(), rows);
            } else {
                record.values.insert(name.clone(), stored(value, kind));
            }
        }
        record
    }
}

fn stored(json: &Json, kind: &Type) -> Value {
    if let Some(raw) = json.get("raw") {
        return raw.as_str().unwrap().into();
    }
    let text = || json.as_str().unwrap();
    match kind {
        Type::Boolean => json.as_bool().unwrap().into(),
        Type::Integer => json.as_i64().unwrap().into(),
        Type::Decimal => parse_scaled(text()).unwrap().into(),
        Type::Degrees => {
            let number: rust_decimal::Decimal = text().parse().unwrap();
            Val::Number(number).to_storage(kind).unwrap()
        }
        Type::Date => text().parse::<Date>().unwrap().into(),
        Type::Instant => text().parse::<Instant>().unwrap().into(),
        Type::Link => text().parse::<Id>().unwrap().into(),
        _ => text().into(),
    }
}

impl Data for Record {
    fn value(&self, path: &[String]) -> Value {
        self.values
            .get(&path.join("."))
            .cloned()
            .unwrap_or_default()
    }

    fn rows(&self, path: &[String]) -> Vec<&dyn Data> {
        let rows = self.lists.get(&path.join("."));
        rows.into_iter()
            .flatten()
            .map(|row| row as &dyn Data)
            .collect()
    }
}

pub fn context(json: &Json) -> Context {
    let text = |name: &str| json[name].as_str().unwrap();
    let zone = jiff::tz::TimeZone::get(text("zone")).unwrap();
    let context = Context::at(text("now").parse().unwrap(), zone).unwrap();
    assert_eq!(context.today.to_string(), text("today"));
    context.for_user(
        text("me").parse().ok(),
        text("my_organisation").parse().ok(),
    )
}

fn bound(value: &Value) -> types::Value {
    match value {
        Value::Null => types::Value::Null,
        Value::Int(number) => types::Value::Integer(*number),
        Value::Text(text) => types::Value::Text(text.clone()),
        Value::Bytes(bytes) => types::Value::Blob(bytes.clone()),
    }
}

/// An in-memory table of one record, its columns as the schema's.
pub fn table(schema: &Schema, record: &Record) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    let columns: Vec<_> = schema
        .0
        .iter()
        .filter(|(_, field)| !matches!(field.kind, Type::List(_)))
        .collect();
    let declared = columns.iter().map(|(name, field)| {
        let text = matches!(field.kind, Type::Text | Type::Choice);
        format!("\"{name}\" {}", if text { "TEXT" } else { "BIGINT" })
    });
    let declared = declared.collect::<Vec<_>>().join(", ");
    database
        .execute_batch(&format!("CREATE TABLE record ({declared})"))
        .unwrap();
    let marks = vec!["?"; columns.len()].join(", ");
    let values = columns
        .iter()
        .map(|(name, _)| record.values.get(*name).map_or(types::Value::Null, bound));
    database
        .execute(
            &format!("INSERT INTO record VALUES ({marks})"),
            params_from_iter(values),
        )
        .unwrap();
    database
}

/// True when the condition selects the record.
pub fn selects(database: &Connection, sql: &Sql) -> bool {
    let text = format!("SELECT COUNT(*) FROM record WHERE {}", sql.text);
    let parameters = params_from_iter(sql.parameters.iter().map(bound));
    let count: i64 = database
        .query_row(&text, parameters, |row| row.get(0))
        .unwrap();
    count == 1
}

/// The value SQL gives, read as the expression's type.
pub fn computed(database: &Connection, sql: &Sql, expression: &Expression) -> Val {
    let text = format!("SELECT {} FROM record", sql.text);
    let parameters = params_from_iter(sql.parameters.iter().map(bound));
    let stored = database
        .query_row(&text, parameters, |row| row.get::<_, types::Value>(0))
        .unwrap();
    let stored = match stored {
        types::Value::Null => Value::Null,
        types::Value::Integer(number) => number.into(),
        types::Value::Text(text) => text.into(),
        other => panic!("unexpected {other:?}"),
    };
    Val::from_storage(stored, expression.kind()).unwrap()
}
