//! An object made ready to run: its SQL, written once when the kernel starts.
//!
//! Keeps true: identifiers come from checked declarations only, always quoted; values are always bound.

use std::{fmt::Write, sync::Arc};

use qudao_base::{Fault, Id, Result, Value};
use qudao_meta::{Catalog, FieldType, Measure, Object, Summary, Unique};
use qudao_store::Row;

use crate::{Record, look::names, schema::ROW_CODE};

/// A quoted identifier. Names are checked to be lower_snake_case when the catalog is built.
pub fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// A link that can be shown by its target's title.
#[derive(Clone, Debug)]
pub struct LinkJoin {
    /// Position of the link among the fields.
    pub position: usize,
    /// Object it leads to.
    pub target: Arc<Object>,
    /// Name of the target in statements.
    pub alias: String,
}

/// An object with its statements.
#[derive(Clone, Debug)]
pub struct Model {
    /// Declaration.
    pub object: Arc<Object>,
    /// `"t"."id", "t"."version", "t"."a", …`
    pub columns: String,
    /// Insert with one parameter per id, version and field, and the code of a row without log entries.
    pub insert: String,
    /// Delete by id and version.
    pub delete: String,
    /// Links with their joins.
    pub links: Vec<LinkJoin>,
    /// What its summaries watch.
    pub watches: Vec<Watch>,
}

/// What a summary looks at in a row.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The summary's table.
    pub table: String,
    /// Position of its date.
    pub date: usize,
    /// Positions of all fields that tell what a row adds to which sum.
    pub fields: Vec<usize>,
}

impl Watch {
    fn of(object: &Object, summary: &Summary) -> Option<Self> {
        let measures = summary.measures.iter();
        let measures: Vec<&Measure> = measures.filter_map(|name| object.measure(name)).collect();
        let counts = |name: &str| {
            let in_measure = |one: &&Measure| {
                one.number_fields().any(|field| field == name) || names(&one.filter, name)
            };
            summary.has(name) || measures.iter().any(in_measure)
        };
        let fields = object.fields.iter().enumerate();
        let fields = fields.filter(|(_, field)| counts(&field.name));
        Some(Self {
            table: summary.table(&object.name),
            date: object
                .fields
                .iter()
                .position(|field| field.name == summary.date)?,
            fields: fields.map(|(at, _)| at).collect(),
        })
    }
}

impl Model {
    /// Writes the statements of the object.
    pub fn of(catalog: &Catalog, object: &Arc<Object>) -> Self {
        let names: Vec<String> = object
            .fields
            .iter()
            .map(|field| quoted(&field.name))
            .collect();
        let code = (!object.logged).then(|| quoted(ROW_CODE));
        let written: Vec<String> = names.iter().cloned().chain(code).collect();
        let marks = vec!["?"; written.len() + 2].join(", ");
        let table = quoted(&object.name);
        let columns: Vec<String> = names.iter().map(|name| format!("t.{name}")).collect();
        let links = object
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.kind == FieldType::Link)
            .filter_map(|(position, field)| {
                let target = catalog.object(field.to.as_deref()?)?;
                Some(LinkJoin {
                    position,
                    target: Arc::clone(target),
                    alias: format!("j{position}"),
                })
            })
            .collect();
        Self {
            object: Arc::clone(object),
            columns: format!("t.\"id\", t.\"version\", {}", columns.join(", ")),
            insert: format!(
                "INSERT INTO {table} (\"id\", \"version\", {}) VALUES ({marks})",
                written.join(", ")
            ),
            delete: format!("DELETE FROM {table} WHERE \"id\" = ? AND \"version\" = ?"),
            links,
            watches: object
                .summaries
                .iter()
                .filter_map(|summary| Watch::of(object, summary))
                .collect(),
        }
    }

    /// Update of the version, the fields at the positions and the code of a row without log entries, by id and version. The code is
    /// given as it was and as it is to be: one that was wrong stays wrong.
    pub fn update(&self, fields: &[usize]) -> String {
        let mut sql = format!("UPDATE {} SET \"version\" = ?", self.table());
        for &at in fields {
            // Writing into a text cannot fail.
            let _ = write!(sql, ", {} = ?", quoted(&self.object.fields[at].name));
        }
        if !self.object.logged {
            let code = quoted(ROW_CODE);
            let _ = write!(
                sql,
                ", {code} = CASE WHEN {code} = ? THEN ? ELSE {code} END"
            );
        }
        sql.push_str(" WHERE \"id\" = ? AND \"version\" = ?");
        sql
    }

    /// True when rows may take new values in these fields in whatever order: none of them must be unique.
    pub fn in_any_order(&self, fields: &[usize]) -> bool {
        let object = &self.object;
        fields.iter().map(|&at| &object.fields[at]).all(|field| {
            let matters = |unique: &Unique| {
                let condition = unique.condition.as_deref().unwrap_or_default();
                unique.fields.contains(&field.name) || condition.contains(&field.name)
            };
            !field.unique && !object.uniques.iter().any(matters)
        })
    }

    /// Where a field, or the id, stands in a row that starts with [`Self::columns`].
    ///
    /// # Errors
    /// A fault when there is no such field.
    pub fn position(&self, field: &str) -> Result<usize> {
        if field == "id" {
            return Ok(0);
        }
        let fields = &self.object.fields;
        let found = fields.iter().position(|one| one.name == field);
        let missing = || Fault::new(format!("{} has no {field}", self.object.name));
        Ok(found.ok_or_else(missing)? + 2)
    }

    /// Quoted table name.
    pub fn table(&self) -> String {
        quoted(&self.object.name)
    }

    /// A record from a row that starts with [`Model::columns`].
    pub fn record(&self, row: Row) -> Result<Record> {
        let mut values = row.into_values();
        let rest = values.split_off(2);
        let number = |value: &Value| value.int().unwrap_or_default();
        Ok(Record {
            object: Arc::clone(&self.object),
            id: Id::from_number(number(&values[0])),
            version: number(&values[1]),
            values: rest.into_iter().take(self.object.fields.len()).collect(),
        })
    }
}
