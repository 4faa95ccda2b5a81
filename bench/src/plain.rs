//! The plain script: what a real order left in the tables, written once more by bare statements.
//!
//! Keeps true: a copy has the same rows in the same tables with contents of the same size, its own ids (also where its rows point
//! at each other) and its own texts where a text must be unique; rows that were there before get the same columns changed.
//! Not here: any check, any read; that is the point of the comparison.

use std::collections::{BTreeMap, HashMap};

use qudao_base::{IdSource, Result, SystemClock, Value};
use qudao_store::{Query, Schema, Store, Transaction, quote, schema::ColumnKind};

use crate::site::Site;

/// Orders copied, so that copies touch as many products as real orders do.
const TEMPLATES: u64 = 40;

/// Rows of values.
pub type Rows = Vec<Vec<Value>>;
/// All rows by table and id.
type Contents = BTreeMap<(usize, i64), Vec<Value>>;

/// Rows one order added to a table.
#[derive(Clone, Debug)]
pub struct Added {
    /// Table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Rows,
    insert: String,
    /// Positions of texts that must be unique.
    unique: Vec<usize>,
}

/// What one order did.
#[derive(Clone, Debug)]
pub struct Template {
    /// Insertions.
    pub added: Vec<Added>,
    /// Statements and parameters that change rows that were there.
    pub changed: Vec<(String, Vec<Value>)>,
}

impl Template {
    /// What was added to a table.
    pub fn of_table(&self, table: &str) -> Option<&Added> {
        self.added.iter().find(|added| added.table == table)
    }
}

impl Added {
    /// Where a column stands.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|name| name == column)
    }

    /// Gives the row another value in a column, if it has the column.
    pub fn put(&self, row: &mut [Value], column: &str, value: impl Into<Value>) {
        if let Some(at) = self.position(column) {
            row[at] = value.into();
        }
    }

    /// Inserts rows.
    pub fn insert(&self, transaction: &mut Transaction<'_>, rows: &[Vec<Value>]) -> Result<()> {
        transaction.execute_many(&self.insert, rows).map(drop)
    }

    /// Copies of the rows, with other ids and other unique texts.
    pub fn copies(&self, ids: &HashMap<i64, i64>, suffix: &str) -> Rows {
        let moved = |value: &Value| match value {
            Value::Int(number) => Value::Int(*ids.get(number).unwrap_or(number)),
            other => other.clone(),
        };
        let copy = |row: &Vec<Value>| {
            let mut copy: Vec<Value> = row.iter().map(moved).collect();
            for &at in &self.unique {
                if let Value::Text(text) = &mut copy[at] {
                    text.push_str(suffix);
                }
            }
            copy
        };
        self.rows.iter().map(copy).collect()
    }
}

/// Ids for copies, apart from those of the kernel.
pub fn new_ids() -> IdSource {
    IdSource::new(1)
}

fn columns_of(schema: &Schema, table: usize) -> Vec<String> {
    let columns = schema.tables[table].columns.iter();
    columns.map(|column| column.name.clone()).collect()
}

fn quoted(columns: &[String], separator: &str) -> String {
    let columns: Vec<String> = columns.iter().map(|name| quote(name)).collect();
    columns.join(separator)
}

fn rows(store: &Store, schema: &Schema) -> Result<Contents> {
    store.read(|reader| {
        let mut all = Contents::new();
        for (at, table) in schema.tables.iter().enumerate() {
            let columns = quoted(&columns_of(schema, at), ", ");
            let sql = format!("SELECT {columns}, \"id\" FROM {}", quote(&table.name));
            for row in reader.query(&sql, &[])? {
                let mut values = row.into_values();
                if let Some(Value::Int(id)) = values.pop() {
                    all.insert((at, id), values);
                }
            }
        }
        Ok(all)
    })
}

/// Has orders made one by one and keeps what each changed. To be called while the tables are small: all rows are compared.
pub fn capture(site: &Site) -> Result<Vec<Template>> {
    let store = &site.kernel.store;
    let schema = store.schema()?;
    // The first of all makes what later ones find: counters of numbers, ledger accounts.
    site.buy(1 << 60)?;
    let mut before = rows(store, &schema)?;
    let mut templates = Vec::new();
    for number in 1..=TEMPLATES {
        site.buy(1 << 60 | number)?;
        let after = rows(store, &schema)?;
        templates.push(difference(&schema, &before, &after));
        before = after;
    }
    Ok(templates)
}

fn difference(schema: &Schema, before: &Contents, after: &Contents) -> Template {
    let mut added: BTreeMap<usize, Rows> = BTreeMap::new();
    let mut changed = Vec::new();
    for ((table, id), row) in after {
        match before.get(&(*table, *id)) {
            None => added.entry(*table).or_default().push(row.clone()),
            Some(old) if old != row => changed.push(change(schema, (*table, *id), old, row)),
            Some(_) => {}
        }
    }
    let added = added
        .into_iter()
        .map(|(table, rows)| addition(schema, table, rows))
        .collect();
    Template { added, changed }
}

/// The columns that differ, numbers as steps, so that the statement can be repeated.
fn change(
    schema: &Schema,
    (table, id): (usize, i64),
    old: &[Value],
    new: &[Value],
) -> (String, Vec<Value>) {
    let columns = columns_of(schema, table);
    let (mut sets, mut parameters) = (Vec::new(), Vec::new());
    for (at, name) in columns
        .iter()
        .enumerate()
        .filter(|(at, _)| old[*at] != new[*at])
    {
        let name = quote(name);
        match (&old[at], &new[at]) {
            (Value::Int(from), Value::Int(to)) => {
                sets.push(format!("{name} = {name} + ?"));
                parameters.push(Value::Int(to - from));
            }
            (_, value) => {
                sets.push(format!("{name} = ?"));
                parameters.push(value.clone());
            }
        }
    }
    parameters.push(Value::Int(id));
    let (name, sets) = (quote(&schema.tables[table].name), sets.join(", "));
    (
        format!("UPDATE {name} SET {sets} WHERE \"id\" = ?"),
        parameters,
    )
}

fn addition(schema: &Schema, table: usize, rows: Rows) -> Added {
    let columns = columns_of(schema, table);
    let table = &schema.tables[table];
    let is_text = |name: &&String| {
        let column = table.columns.iter().find(|column| column.name == **name);
        column.is_some_and(|column| column.kind == ColumnKind::Text)
    };
    let indexes = table.indexes.iter().filter(|index| index.unique);
    let unique = indexes.filter_map(|index| index.columns.iter().rev().find(is_text));
    let unique = unique.filter_map(|name| columns.iter().position(|column| column == name));
    let marks = vec!["?"; columns.len()].join(", ");
    let names = quoted(&columns, ", ");
    Added {
        insert: format!(
            "INSERT INTO {} ({names}) VALUES ({marks})",
            quote(&table.name)
        ),
        unique: unique.collect(),
        table: table.name.clone(),
        columns,
        rows,
    }
}

/// What a copy of the order inserts.
fn copy_of(template: &Template, ids: &IdSource) -> Vec<(String, Rows)> {
    let mut moved = HashMap::new();
    for added in &template.added {
        let at = added.position("id").unwrap_or_default();
        for row in &added.rows {
            if let Value::Int(id) = &row[at] {
                moved.insert(*id, ids.next(&SystemClock).number());
            }
        }
    }
    let suffix = format!("-{}", ids.next(&SystemClock));
    let added = template.added.iter();
    added
        .map(|added| (added.insert.clone(), added.copies(&moved, &suffix)))
        .collect()
}

/// Writes a copy of the order in one transaction.
pub fn repeat(store: &Store, template: &Template, ids: &IdSource) -> Result<()> {
    let copies = copy_of(template, ids);
    let changed = template.changed.clone();
    store.write(move |transaction| {
        for (insert, rows) in &copies {
            transaction.execute_many(insert, rows)?;
        }
        for (sql, parameters) in &changed {
            transaction.execute(sql, parameters)?;
        }
        Ok(())
    })
}

/// Writes copies of all orders in one transaction, with one statement of each sort.
pub fn repeat_all(store: &Store, templates: &[Template], ids: &IdSource) -> Result<()> {
    let mut work: Vec<(String, Rows)> = Vec::new();
    let mut add = |sql: String, rows: Rows| match work.iter_mut().find(|(known, _)| *known == sql) {
        Some((_, all)) => all.extend(rows),
        None => work.push((sql, rows)),
    };
    for template in templates {
        for (insert, rows) in copy_of(template, ids) {
            add(insert, rows);
        }
    }
    for (sql, parameters) in templates.iter().flat_map(|template| &template.changed) {
        add(sql.clone(), vec![parameters.clone()]);
    }
    store.write(move |transaction| {
        let mut all = work.iter();
        all.try_for_each(|(sql, rows)| transaction.execute_many(sql, rows).map(drop))
    })
}
