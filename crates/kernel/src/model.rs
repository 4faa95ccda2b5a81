//! An object made ready to run: its SQL, written once when the kernel starts.
//!
//! Keeps true: identifiers come from checked declarations only, always quoted; values are always bound.

use std::{fmt::Write, sync::Arc};

use qudao_base::{Fault, Id, Result, Value};
use qudao_meta::{Catalog, FieldType, Object, Summary, Unique};
use qudao_store::Row;

use crate::{Record, rules::Rules, schema::ROW_CODE};

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
    /// # Errors
    /// A fault when a row's part in a sum depends on more than the row: nobody would know that its day is to be summed anew.
    fn of(rules: &Rules, object: &Object, summary: &Summary) -> Result<Self> {
        let mut names: Vec<String> = summary.by.clone();
        names.push(summary.date.clone());
        for measure in summary
            .measures
            .iter()
            .filter_map(|name| object.measure(name))
        {
            names.extend(measure.number_fields().map(str::to_owned));
            if measure.filter.is_empty() {
                continue;
            }
            names.extend(rules.own_fields(object, &measure.filter)?.ok_or_else(|| {
                Fault::new(format!(
                    "object {}: summary {}: the filter of {} depends on more than the row",
                    object.name, summary.name, measure.name
                ))
            })?);
        }
        let fields = object.fields.iter().enumerate();
        let fields = fields.filter(|(_, field)| names.contains(&field.name));
        let date = object
            .fields
            .iter()
            .position(|field| field.name == summary.date);
        Ok(Self {
            table: summary.table(&object.name),
            date: date.ok_or_else(|| Fault::new(format!("no date {}", summary.date)))?,
            fields: fields.map(|(at, _)| at).collect(),
        })
    }
}

impl Model {
    /// Writes the statements of the object.
    pub(crate) fn of(catalog: &Catalog, rules: &Rules, object: &Arc<Object>) -> Result<Self> {
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
        let watch = |summary: &Summary| Watch::of(rules, object, summary);
        let watches = object.summaries.iter().map(watch).collect::<Result<_>>()?;
        Ok(Self {
            object: Arc::clone(object),
            columns: format!("t.\"id\", t.\"version\", {}", columns.join(", ")),
            insert: format!(
                "INSERT INTO {table} (\"id\", \"version\", {}) VALUES ({marks})",
                written.join(", ")
            ),
            delete: format!("DELETE FROM {table} WHERE \"id\" = ? AND \"version\" = ?"),
            links,
            watches,
        })
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
