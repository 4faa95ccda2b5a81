//! The statements that make a change.
//!
//! Keeps true: both databases refuse the same values: SQLite tables are STRICT, PostgreSQL texts compare by code point.
//! Not here: which changes are needed.

use super::{Change, Column, ColumnKind, Index, Table};
use crate::{
    partition::rest_sql,
    sql::{Dialect, quote},
};

impl Change {
    /// The statements that do it. None for a conflict.
    pub fn sql(&self, dialect: Dialect) -> Vec<String> {
        match self {
            Self::CreateTable(table) => {
                let mut statements = vec![create_table(&table.name, table, dialect)];
                statements.extend(in_parts(table, dialect).then(|| rest_sql(&table.name)));
                statements
            }
            Self::AddColumn { table, column } => vec![format!(
                "ALTER TABLE {} ADD COLUMN {}{}",
                quote(table),
                column_sql(column, dialect),
                default_sql(column, dialect)
            )],
            Self::RelaxColumns { table, columns } => relax(table, columns, dialect),
            Self::CreateIndex {
                table,
                index,
                partitioned,
            } => {
                let by_id = *partitioned && dialect == Dialect::Postgres;
                vec![create_index(table, index, by_id)]
            }
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
    let by_month = if in_parts(table, dialect) {
        " PARTITION BY RANGE (\"id\")"
    } else {
        ""
    };
    format!(
        "CREATE TABLE {} ({}){strict}{by_month}",
        quote(name),
        parts.join(", ")
    )
}

fn in_parts(table: &Table, dialect: Dialect) -> bool {
    table.partitioned && dialect == Dialect::Postgres
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

/// `by_id`: ends in the id. What a search finds is then in order in each part of the table, so that its newest row is not
/// looked for among all it finds.
fn create_index(table: &str, index: &Index, by_id: bool) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut columns: Vec<String> = index.columns.iter().map(|column| quote(column)).collect();
    columns.extend(by_id.then(|| quote("id")));
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
            .map(|index| create_index(&table.name, index, false)),
    );
    statements
}
