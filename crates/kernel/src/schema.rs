//! Tables: those of declared objects, and those the kernel keeps for itself.
//!
//! Keeps true: every field declared with `filter` or `unique`, every link, every declared constraint has its index on
//! both databases. Index names are stable, so a violated one can be told apart.

use qudao_base::{Fault, Result};
use qudao_meta::{Catalog, FieldType, Object, Summary};
use qudao_store::schema::{Column, ColumnKind, Index, Schema, Table};

use crate::model::quoted;

/// The whole schema of a site.
pub fn schema(catalog: &Catalog) -> Result<Schema> {
    let mut tables: Vec<Table> = KERNEL_TABLES
        .iter()
        .map(|(name, columns, indexes)| table(name, columns, indexes))
        .collect();
    for object in catalog.objects() {
        tables.push(object_table(object)?);
        tables.extend(
            object
                .summaries
                .iter()
                .map(|one| summary_table(object, one)),
        );
    }
    Ok(Schema { tables })
}

/// The schema of everything a registry declares.
pub fn schema_of(registry: &crate::Registry) -> Result<Schema> {
    schema(&registry.catalog()?)
}

fn column(name: &str, kind: ColumnKind, required: bool) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        required,
        primary_key: name == "id",
    }
}

fn index(table: &str, columns: &[&str], unique: bool) -> Index {
    let prefix = if unique { "uq" } else { "ix" };
    Index {
        name: format!("{prefix}_{table}_{}", columns.join("_")),
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        unique,
        condition: None,
    }
}

/// Name of the index that keeps a declared constraint.
pub(crate) fn unique_name(object: &Object, fields: &[String]) -> String {
    format!("uq_{}_{}", object.name, fields.join("_"))
}

fn object_table(object: &Object) -> Result<Table> {
    let mut columns = vec![
        column("id", ColumnKind::Integer, true),
        column("version", ColumnKind::Integer, true),
    ];
    let mut indexes = Vec::new();
    for field in &object.fields {
        let kind = if field.kind.is_text() {
            ColumnKind::Text
        } else {
            ColumnKind::Integer
        };
        columns.push(column(&field.name, kind, false));
        if field.unique {
            indexes.push(index(&object.name, &[&field.name], true));
        } else if field.filter || (field.kind == FieldType::Link && !field.system) {
            indexes.push(index(&object.name, &[&field.name], false));
        }
    }
    for declared in &object.indexes {
        let names: Vec<&str> = declared.fields.iter().map(String::as_str).collect();
        indexes.push(index(&object.name, &names, false));
    }
    for unique in &object.uniques {
        indexes.push(Index {
            name: unique_name(object, &unique.fields),
            columns: unique.fields.clone(),
            unique: true,
            condition: unique
                .condition
                .as_deref()
                .map(|text| condition_sql(object, text))
                .transpose()?,
        });
    }
    if !object.logged {
        columns.push(column(ROW_CODE, ColumnKind::Text, false));
    }
    indexes.sort_by(|left, right| left.name.cmp(&right.name));
    indexes.dedup_by(|left, right| left.name == right.name);
    Ok(Table {
        name: object.name.clone(),
        columns,
        indexes,
        partitioned: false,
    })
}

/// Sums of each day and each group of that day.
fn summary_table(object: &Object, summary: &Summary) -> Table {
    let name = summary.table(&object.name);
    let mut columns = vec![
        column("id", ColumnKind::Integer, true),
        column("day", ColumnKind::Integer, true),
    ];
    for by in summary.by.iter().filter_map(|name| object.field(name)) {
        let kind = if by.kind.is_text() {
            ColumnKind::Text
        } else {
            ColumnKind::Integer
        };
        columns.push(column(&by.name, kind, false));
    }
    for sum in summary.columns(object) {
        columns.push(column(&sum, ColumnKind::Integer, true));
    }
    Table {
        indexes: vec![index(&name, &["day"], false)],
        name,
        columns,
        partitioned: false,
    }
}

/// A constraint's condition as SQL: comparisons with literals, `in`, `and`; anything else is refused when the kernel starts.
fn condition_sql(object: &Object, text: &str) -> Result<String> {
    let bad = || {
        Fault::new(format!(
            "object {}: the constraint condition `{text}` is not of the allowed form",
            object.name
        ))
    };
    let mut parts = Vec::new();
    for part in text.split(" and ") {
        let (field, comparison) = part.trim().split_once(' ').ok_or_else(bad)?;
        let field = object.field(field).ok_or_else(bad)?;
        let plain = |text: &str| {
            text.chars()
                .all(|each| each.is_ascii_alphanumeric() || "_'\", []".contains(each))
        };
        let (word, operand) = comparison.trim().split_once(' ').ok_or_else(bad)?;
        if !plain(operand) {
            return Err(bad().into());
        }
        let operand = operand
            .replace('"', "'")
            .replace('[', "(")
            .replace(']', ")");
        let name = quoted(&field.name);
        parts.push(match (word, operand.as_str()) {
            ("==", "null") => format!("{name} IS NULL"),
            ("!=", "null") => format!("{name} IS NOT NULL"),
            ("==", "true") => format!("{name} = 1"),
            ("==", "false") => format!("{name} = 0"),
            ("==" | "=", literal) => format!("{name} = {literal}"),
            ("!=", literal) => format!("{name} <> {literal}"),
            ("in", list) => format!("{name} IN {list}"),
            _ => return Err(bad().into()),
        });
    }
    Ok(parts.join(" AND "))
}

/// A kernel table from `name: columns`, where a column ends in `#` for text, `!` for required.
fn table(name: &str, columns: &str, indexes: &[(&str, bool)]) -> Table {
    let columns = columns
        .split_whitespace()
        .map(|word| {
            let plain = word.trim_end_matches(['#', '!']);
            let kind = if word.contains('#') {
                ColumnKind::Text
            } else {
                ColumnKind::Integer
            };
            column(plain, kind, word.ends_with('!') || plain == "id")
        })
        .collect();
    let indexes = indexes
        .iter()
        .map(|&(columns, unique)| {
            index(
                name,
                &columns.split_whitespace().collect::<Vec<_>>(),
                unique,
            )
        })
        .collect();
    Table {
        name: name.to_owned(),
        columns,
        indexes,
        partitioned: IN_PARTS.contains(&name),
    }
}

/// Tables that only grow, and fast: PostgreSQL keeps them in parts by month. Tables of declared objects are not among them: nearly
/// all have constraints that hold over all months, and those without change and lose rows.
const IN_PARTS: [&str; 3] = ["action_log", "decision", "ledger_movement"];

/// Tables whose rows are proven by a code of the site's key (`site_key`), because they change too often for the log.
pub(crate) const OWN_ROWS: [&str; 12] = [
    "ledger_account",
    "idempotency",
    "node_lease",
    "sign_in_attempt",
    "session",
    "sign_in_link",
    "job",
    "import_key",
    "signing_secret",
    "cache_stamp",
    "summary_state",
    "summary_day",
];

/// What the code of a row of [`OWN_ROWS`] covers: all columns but itself, in their order; of an account not what movements prove.
pub(crate) fn own_columns(table: &str) -> Vec<&'static str> {
    let found = KERNEL_TABLES.iter().find(|(name, _, _)| *name == table);
    let words = found
        .map_or("", |(_, columns, _)| columns)
        .split_whitespace();
    words
        .map(|word| word.trim_end_matches(['#', '!']))
        .filter(|column| !["code", "balance", "held", "floor"].contains(column))
        .collect()
}

/// Column of the code of the site's key over a row of an object without log entries.
pub(crate) const ROW_CODE: &str = "row_code";

/// Name, columns, indexes (columns, unique) of a kernel table.
type KernelTable = (&'static str, &'static str, &'static [(&'static str, bool)]);

/// Names of the kernel's own tables.
pub(crate) fn kernel_tables() -> impl Iterator<Item = &'static str> {
    KERNEL_TABLES.iter().map(|(name, _, _)| *name)
}

const KERNEL_TABLES: [KernelTable; 21] = [
    (
        "ledger_account",
        "id kind#! owner! unit#! balance! held! floor keeps_balance! code#!",
        &[("kind owner unit", true)],
    ),
    (
        "ledger_hold",
        "id from_account! to_account! amount_left! object#! record_id!",
        &[("object record_id", false)],
    ),
    (
        "ledger_movement",
        "id entry_id! kind#! hold_id from_account! to_account! amount! object#! record_id!",
        &[
            ("entry_id", false),
            ("object record_id", false),
            ("hold_id", false),
        ],
    ),
    (
        "action_log",
        "id cause_id at! actor_id object#! record_id! action#! version! changes#! row_hash#! \
         before_hash# lines_hash# ledger_hash# decision_hash# content_hash#! code#! block",
        &[
            ("object record_id", false),
            ("block", false),
            ("cause_id", false),
        ],
    ),
    (
        "seal_block",
        "id previous_hash#! root_hash#! entries! at! hash#! signature#!",
        &[],
    ),
    (
        "decision",
        "id entry_id! at! kind#! object#! record_id! organisation_id result#! content#! internal#",
        &[("object record_id", false), ("entry_id", false)],
    ),
    (
        "idempotency",
        "id actor#! key#! request_hash#! response# at! code#!",
        &[("actor key", true), ("at", false)],
    ),
    ("node_lease", "id holder#! until! code#!", &[]),
    ("number_sequence", "id name#! next!", &[("name", true)]),
    ("setting_value", "id name#! value#!", &[("name", true)]),
    (
        "credential",
        "id user_id! password_hash#!",
        &[("user_id", true)],
    ),
    (
        "sign_in_attempt",
        "id login#! address#! failures! at! code#!",
        &[("login address", true), ("at", false)],
    ),
    (
        "session",
        "id token_hash#! user_id! csrf#! created_at! seen_at! expires_at! code#!",
        &[("token_hash", true), ("user_id", false)],
    ),
    (
        "sign_in_link",
        "id token_hash#! user_id! expires_at! used_at code#!",
        &[("token_hash", true)],
    ),
    (
        "api_secret",
        "id token_hash#! key_id! user_id!",
        &[("token_hash", true)],
    ),
    (
        "signing_secret",
        "id owner_id! secret#! expires_at code#!",
        &[("owner_id", false)],
    ),
    (
        "job",
        "id name#! due_at! failures! last_error# done_at code#!",
        &[("name", true), ("due_at", false)],
    ),
    ("cache_stamp", "id name#! code#!", &[("name", true)]),
    (
        "summary_state",
        "id name#! closed_through! formula#! code#!",
        &[("name", true)],
    ),
    (
        "summary_day",
        "id name#! day! code#!",
        &[("name day", false)],
    ),
    (
        "import_key",
        "id object#! source_key#! record_id! code#!",
        &[("object source_key", true)],
    ),
];
