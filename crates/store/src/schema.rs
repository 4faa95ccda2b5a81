//! What tables a database shall have, and what has to change to get there.
//!
//! Keeps true: a change never loses data. New things are added; what is no longer declared stays where it is (expand, and
//! contract by hand later): a table stays whole, a column stays and stops being required so that inserts may leave it out.
//! Not here: moving data between columns, foreign keys (links are checked where records are written).

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::sql::{Dialect, quote};

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

impl Change {
    /// The statements that do it. None for a conflict.
    pub fn sql(&self, dialect: Dialect) -> Vec<String> {
        match self {
            Self::CreateTable(table) => vec![create_table(&table.name, table, dialect)],
            Self::AddColumn { table, column } => vec![format!(
                "ALTER TABLE {} ADD COLUMN {}{}",
                quote(table),
                column_sql(column, dialect),
                default_sql(column, dialect)
            )],
            Self::RelaxColumns { table, columns } => relax(table, columns, dialect),
            Self::CreateIndex { table, index } => vec![create_index(table, index)],
            Self::DropIndex { index, .. } => vec![format!("DROP INDEX {}", quote(index))],
            Self::Conflict { .. } => Vec::new(),
        }
    }
}

fn create_table(name: &str, table: &Table, dialect: Dialect) -> String {
    let mut parts: Vec<String> = table
        .columns
        .iter()
        .map(|column| column_sql(column, dialect))
        .collect();
    let keys: Vec<String> = table
        .columns
        .iter()
        .filter(|column| column.primary_key)
        .map(|column| quote(&column.name))
        .collect();
    if !keys.is_empty() {
        let constraint = quote(&format!("{}_pkey", table.name));
        parts.push(format!(
            "CONSTRAINT {constraint} PRIMARY KEY ({})",
            keys.join(", ")
        ));
    }
    // STRICT makes SQLite refuse what PostgreSQL would refuse: a text in an integer column.
    let strict = if dialect == Dialect::Sqlite {
        " STRICT"
    } else {
        ""
    };
    format!(
        "CREATE TABLE {} ({}){strict}",
        quote(name),
        parts.join(", ")
    )
}

fn column_sql(column: &Column, dialect: Dialect) -> String {
    let kind = match (column.kind, dialect) {
        (ColumnKind::Integer, Dialect::Sqlite) => "INTEGER",
        (ColumnKind::Integer, Dialect::Postgres) => "BIGINT",
        (ColumnKind::Text, Dialect::Sqlite) => "TEXT",
        (ColumnKind::Text, Dialect::Postgres) => "TEXT COLLATE \"C\"",
        (ColumnKind::Bytes, Dialect::Sqlite) => "BLOB",
        (ColumnKind::Bytes, Dialect::Postgres) => "BYTEA",
    };
    let required = if column.required || column.primary_key {
        " NOT NULL"
    } else {
        ""
    };
    format!("{} {kind}{required}", quote(&column.name))
}

fn default_sql(column: &Column, dialect: Dialect) -> &'static str {
    match (column.required, column.kind, dialect) {
        (false, ..) => "",
        (true, ColumnKind::Integer, _) => " DEFAULT 0",
        (true, ColumnKind::Bytes, Dialect::Sqlite) => " DEFAULT x''",
        (true, ..) => " DEFAULT ''",
    }
}

fn create_index(table: &str, index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let columns: Vec<String> = index.columns.iter().map(|column| quote(column)).collect();
    let condition = index
        .condition
        .as_ref()
        .map(|condition| format!(" WHERE {condition}"))
        .unwrap_or_default();
    format!(
        "CREATE {unique}INDEX {} ON {} ({}){condition}",
        quote(&index.name),
        quote(table),
        columns.join(", ")
    )
}

/// SQLite cannot take NOT NULL away: the table is written anew under a passing name.
fn relax(table: &Table, columns: &[String], dialect: Dialect) -> Vec<String> {
    let name = quote(&table.name);
    if dialect == Dialect::Postgres {
        let relax = |column: &String| {
            format!(
                "ALTER TABLE {name} ALTER COLUMN {} DROP NOT NULL",
                quote(column)
            )
        };
        return columns.iter().map(relax).collect();
    }
    let passing_name = format!("{}_new", table.name);
    let passing = quote(&passing_name);
    let all: Vec<String> = table
        .columns
        .iter()
        .map(|column| quote(&column.name))
        .collect();
    let all = all.join(", ");
    let mut statements = vec![
        create_table(&passing_name, table, dialect),
        format!("INSERT INTO {passing} ({all}) SELECT {all} FROM {name}"),
        format!("DROP TABLE {name}"),
        format!("ALTER TABLE {passing} RENAME TO {name}"),
    ];
    statements.extend(
        table
            .indexes
            .iter()
            .map(|index| create_index(&table.name, index)),
    );
    statements
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
            Self::CreateIndex { table, index } => {
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
