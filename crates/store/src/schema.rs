//! What tables a database shall have, and what has to change to get there.
//!
//! Keeps true: a change never loses data. New things are added; what is no longer declared stays where it is (expand, and
//! contract by hand later): a table stays whole, a column stays and stops being required so that inserts may leave it out.
//! Not here: moving data between columns, foreign keys (links are checked where records are written).

mod definition;

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// All tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The tables, in the order they are to be created.
    pub tables: Vec<Table>,
}

impl Schema {
    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name, at most 58 bytes.
    pub name: String,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// Its indexes beside the primary key.
    pub indexes: Vec<Index>,
    /// True when PostgreSQL is to keep it in parts by month (`partition`), decided when it is made: a table that exists stays as it
    /// is. Its primary key is the column `id` alone, and none of its indexes is unique. Means nothing on SQLite.
    #[serde(default)]
    pub partitioned: bool,
}

impl Table {
    fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, at most 63 bytes.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// True when it may not be empty. Added to a table that exists, it starts as 0, '' or no bytes. A column that was optional
    /// stays so in the database: old rows may be empty.
    pub required: bool,
    /// True when it is part of the primary key.
    pub primary_key: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// A 64-bit integer.
    Integer,
    /// A text.
    Text,
    /// Raw bytes.
    Bytes,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name, unique in the database, at most 63 bytes. A unique index that says no is reported by this name.
    pub name: String,
    /// The columns in order.
    pub columns: Vec<String>,
    /// True when no two rows may hold the same values (rows with an empty value never clash). Two unique indexes of one table must
    /// not have the same columns in the same order: SQLite would not tell which of them said no.
    pub unique: bool,
    /// Only rows for which this portable SQL condition holds.
    pub condition: Option<String>,
}

/// One step from one schema to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new table; its indexes are steps of their own.
    CreateTable(Table),
    /// A new column.
    AddColumn {
        /// Name of the table.
        table: String,
        /// The column.
        column: Column,
    },
    /// Columns that may be empty from now on, because they are declared so or no longer declared at all.
    RelaxColumns {
        /// The table as it is afterwards.
        table: Table,
        /// Names of the columns.
        columns: Vec<String>,
    },
    /// A new index.
    CreateIndex {
        /// Name of the table.
        table: String,
        /// The index.
        index: Index,
        /// True when the table is declared as one in parts.
        partitioned: bool,
    },
    /// An index that is no longer wanted, or wanted otherwise.
    DropIndex {
        /// Name of the table.
        table: String,
        /// Name of the index.
        index: String,
    },
    /// Something that cannot be done without moving data; a migration with such a step is refused.
    Conflict {
        /// Name of the table.
        table: String,
        /// Name of the column.
        column: String,
        /// What is in the way.
        reason: String,
    },
}

/// The steps from what is to what shall be, in the order they must be done. Empty when nothing has to be done.
pub fn diff(old: &Schema, new: &Schema) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut last = Vec::new();
    for table in &new.tables {
        match old.table(&table.name) {
            Some(before) => diff_table(before, table, &mut changes, &mut last),
            None => changes.push(Change::CreateTable(table.clone())),
        }
        let kept = old
            .table(&table.name)
            .map_or(&[][..], |before| &before.indexes);
        last.extend(
            table
                .indexes
                .iter()
                .filter(|index| !kept.contains(index))
                .map(|index| Change::CreateIndex {
                    table: table.name.clone(),
                    index: index.clone(),
                    partitioned: table.partitioned,
                }),
        );
    }
    changes.extend(last);
    changes
}

fn diff_table(old: &Table, new: &Table, first: &mut Vec<Change>, last: &mut Vec<Change>) {
    let name = &new.name;
    let (kept, dropped): (Vec<Index>, Vec<Index>) = old
        .indexes
        .iter()
        .cloned()
        .partition(|index| new.indexes.contains(index));
    first.extend(dropped.into_iter().map(|index| Change::DropIndex {
        table: name.clone(),
        index: index.name,
    }));
    let relaxed: BTreeSet<&str> = old
        .columns
        .iter()
        .filter_map(|column| relaxes(column, new))
        .collect();
    if !relaxed.is_empty() {
        let mut table = Table {
            indexes: kept,
            ..old.clone()
        };
        for column in &mut table.columns {
            column.required &= !relaxed.contains(column.name.as_str());
        }
        let columns = relaxed.iter().map(|&column| column.to_owned()).collect();
        first.push(Change::RelaxColumns { table, columns });
    }
    for column in &new.columns {
        let conflict = |reason: String| Change::Conflict {
            table: name.clone(),
            column: column.name.clone(),
            reason,
        };
        match old.column(&column.name) {
            None if column.primary_key => {
                first.push(conflict(
                    "the primary key of a table cannot change".to_owned(),
                ));
            }
            None => {
                last.push(Change::AddColumn {
                    table: name.clone(),
                    column: column.clone(),
                });
            }
            Some(before) if before.kind != column.kind => {
                first.push(conflict(format!(
                    "holds {} and cannot hold {}",
                    before.kind, column.kind
                )));
            }
            Some(before) if before.primary_key != column.primary_key => {
                first.push(conflict(
                    "the primary key of a table cannot change".to_owned(),
                ));
            }
            Some(_) => {}
        }
    }
}

fn relaxes<'a>(column: &'a Column, new: &Table) -> Option<&'a str> {
    let required = new.column(&column.name).is_some_and(|after| after.required);
    (column.required && !column.primary_key && !required).then_some(column.name.as_str())
}

/// What the database holds once the steps from `old` to `new` are done: everything new, and what was left in place.
pub fn merge(old: &Schema, new: &Schema) -> Schema {
    let mut tables: Vec<Table> = old.tables.clone();
    for table in &mut tables {
        let Some(after) = new.table(&table.name) else {
            continue;
        };
        table.indexes.clone_from(&after.indexes);
        for column in &mut table.columns {
            column.required &=
                column.primary_key || after.column(&column.name).is_some_and(|now| now.required);
        }
        let added: Vec<Column> = after
            .columns
            .iter()
            .filter(|now| table.column(&now.name).is_none())
            .cloned()
            .collect();
        table.columns.extend(added);
    }
    tables.extend(
        new.tables
            .iter()
            .filter(|table| old.table(&table.name).is_none())
            .cloned(),
    );
    Schema { tables }
}

/// What the database holds and the declarations no longer name, as `table` or `table.column`.
pub fn left_behind(applied: &Schema, declared: &Schema) -> Vec<String> {
    let mut names = Vec::new();
    for table in &applied.tables {
        match declared.table(&table.name) {
            None => names.push(table.name.clone()),
            Some(now) => names.extend(
                table
                    .columns
                    .iter()
                    .filter(|column| now.column(&column.name).is_none())
                    .map(|column| format!("{}.{}", table.name, column.name)),
            ),
        }
    }
    names
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Integer => "integers",
            Self::Text => "texts",
            Self::Bytes => "bytes",
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateTable(table) => {
                write!(
                    out,
                    "create table {} with {} columns",
                    table.name,
                    table.columns.len()
                )
            }
            Self::AddColumn { table, column } => write!(out, "add column {table}.{}", column.name),
            Self::RelaxColumns { table, columns } => {
                write!(
                    out,
                    "let columns of {} be empty: {}",
                    table.name,
                    columns.join(", ")
                )
            }
            Self::CreateIndex { table, index, .. } => {
                let unique = if index.unique { "unique " } else { "" };
                write!(out, "create {unique}index {} on {table}", index.name)
            }
            Self::DropIndex { table, index } => write!(out, "drop index {index} of {table}"),
            Self::Conflict {
                table,
                column,
                reason,
            } => {
                write!(out, "cannot change {table}.{column}: {reason}")
            }
        }
    }
}
