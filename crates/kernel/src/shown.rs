//! Records as an actor may see them: the columns and joins of a select, and its rows as JSON with titles of links.
//!
//! Keeps true: a field hidden from the actor never leaves here; a link shows the title of a record only to who may read that record.
//! Not here: which records (`read`).

use std::{collections::HashMap, fmt::Write};

use qudao_base::{Actor, Locale, Result, Stop, Value};
use qudao_meta::{FieldType, Object};
use qudao_store::Row;
use serde_json::{Map, Value as Json, json};

use crate::{
    Cx, Kernel,
    access::Access,
    codec,
    condition::Condition,
    model::{Model, quoted},
};

/// Ids and titles of an object's records, as far as an actor may read them.
pub(crate) struct Titles {
    source: String,
    title: String,
    /// The column of the title in English, for those who read English.
    english: Option<String>,
    /// Values of the join, in its place among all others.
    pub parameters: Vec<Value>,
}

impl Titles {
    /// None when the actor may not read the object or its title field.
    pub fn of(kernel: &Kernel, target: &Object, actor: &Actor) -> Result<Option<Self>> {
        let model = kernel.model(&target.name)?;
        let access = kernel.access(&model, actor);
        if !target
            .field(&target.title)
            .is_some_and(|title| access.sees(title))
        {
            return Ok(None);
        }
        let rows = match access.rows("read") {
            Ok(rows) => rows,
            // Granted in general, but on no row of somebody like the actor.
            Err(Stop::Refusal(_)) => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let (table, title) = (model.table(), quoted(&target.title));
        let english = target
            .field(&format!("{}_en", target.title))
            .filter(|field| actor.locale == Locale::English && access.sees(field))
            .map(|field| quoted(&field.name));
        let source = if rows.is_all() {
            table
        } else {
            let both = english.iter().fold(format!("t.{title}"), |both, column| {
                format!("{both}, t.{column}")
            });
            format!(
                "(SELECT t.\"id\", {both} FROM {table} t WHERE {})",
                rows.text
            )
        };
        Ok(Some(Self {
            source,
            title,
            english,
            parameters: rows.parameters,
        }))
    }

    /// Joins them under the alias to the column that holds the id.
    pub fn join(&self, alias: &str, id: &str) -> String {
        format!(" LEFT JOIN {} ON {alias}.\"id\" = {id}", self.table(alias))
    }

    /// Where they are read from, under the alias.
    pub fn table(&self, alias: &str) -> String {
        format!("{} {alias}", self.source)
    }

    /// The title in the actor's language: of an object with titles `name` and `name_en` the English one where there is one.
    pub fn column(&self, alias: &str) -> String {
        let title = format!("{alias}.{}", self.title);
        match &self.english {
            Some(english) => format!("COALESCE({alias}.{english}, {title})"),
            None => title,
        }
    }
}

/// How records of a model are shown to an actor.
pub(crate) struct Shown<'s> {
    model: &'s Model,
    access: Access<'s>,
    columns: String,
    joins: String,
    parameters: Vec<Value>,
    /// Position of a link field -> position of its title in the row.
    titles: HashMap<usize, usize>,
}

impl<'s> Shown<'s> {
    pub fn of(kernel: &'s Kernel, model: &'s Model, actor: &'s Actor) -> Result<Self> {
        let mut out = Self {
            model,
            access: kernel.access(model, actor),
            columns: model.columns.clone(),
            joins: String::new(),
            parameters: Vec::new(),
            titles: HashMap::new(),
        };
        let first = model.object.fields.len() + 2;
        for link in &model.links {
            let Some(titles) = Titles::of(kernel, &link.target, actor)? else {
                continue;
            };
            let field = quoted(&model.object.fields[link.position].name);
            let _ = write!(out.columns, ", {}", titles.column(&link.alias));
            out.joins += &titles.join(&link.alias, &format!("t.{field}"));
            out.parameters.extend(titles.parameters);
            let position = first + out.titles.len();
            out.titles.insert(link.position, position);
        }
        Ok(out)
    }

    /// Rows that meet the condition; `tail` orders and limits them. They start with [`Model::columns`].
    pub fn rows(&self, cx: &mut Cx<'_>, rows: Condition, tail: &str) -> Result<Vec<Row>> {
        let sql = format!(
            "SELECT {} FROM {} t{} WHERE {} {tail}",
            self.columns,
            self.model.table(),
            self.joins,
            rows.text
        );
        let mut parameters = self.parameters.clone();
        parameters.extend(rows.parameters);
        cx.query(&sql, &parameters)
    }

    /// One of its rows as JSON.
    pub fn json(&self, row: &Row) -> Json {
        let text = |at: usize| match row.value(at) {
            Value::Int(number) => json!(number.to_string()),
            Value::Text(text) => json!(text),
            _ => Json::Null,
        };
        let mut map = Map::new();
        map.insert("id".to_owned(), text(0));
        let version = row.value(1).int().unwrap_or_default();
        map.insert("version".to_owned(), json!(version));
        let fields = self.model.object.fields.iter().enumerate();
        for (at, field) in fields.filter(|(_, field)| self.access.sees(field)) {
            let value = row.value(at + 2);
            let json = if field.kind == FieldType::Link && !value.is_null() {
                let title = self.titles.get(&at);
                let title = title.map_or(Json::Null, |&title| text(title));
                json!({ "id": text(at + 2), "title": title })
            } else {
                codec::encode(field.kind, value)
            };
            map.insert(field.name.clone(), json);
        }
        Json::Object(map)
    }
}
