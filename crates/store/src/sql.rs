//! The portable subset of SQL, and the little that differs between the two databases.
//!
//! Keeps true: the same text with `?` runs on both with the same meaning. Not here: building statements.
//!
//! Works on both, with equal results:
//! - `SELECT INSERT UPDATE DELETE`, joins, `WITH` (recursive too), window functions, `UNION`, `EXISTS`, `IN (?, ?)`;
//!   `ON CONFLICT (..) DO UPDATE|NOTHING`, `RETURNING`, `LIMIT ? OFFSET ?`, `CASE`, `COALESCE`, `NULLIF`, `||`, `LIKE .. ESCAPE`;
//!   `COUNT SUM MIN MAX`, `FILTER (WHERE ..)`, integer `+ - * / %`, `ABS LENGTH SUBSTR REPLACE TRIM LOWER UPPER`.
//! - `LIKE` minds case, `LOWER` knows ASCII only and texts sort by code point: on PostgreSQL declared texts carry `COLLATE "C"`,
//!   on SQLite `case_sensitive_like` is on. A text that comes from no column has no such rule on PostgreSQL: never `LOWER(?)`, fold
//!   parameters before they are bound. Search without case goes through a folded column.
//!
//! To be minded:
//! - Where nothing tells the type of a parameter, say it: `CAST(? AS BIGINT)`, `CAST(? AS TEXT)`; so in `SELECT ?`, `? IS NULL`,
//!   `VALUES` lists outside of `INSERT`.
//! - Truth is an integer column: `flag = 1`, never bare `flag`. A selected comparison comes back as 0 or 1.
//! - Empty values sort first on SQLite and last on PostgreSQL: write `NULLS FIRST` or `NULLS LAST`.
//! - No `AVG`, no `0.5`: a fraction in an answer is a fault. Select `SUM` and `COUNT`.
//! - `MIN(a, b)`, `GREATEST`, `IIF`, `IFNULL`, JSON operators, `ILIKE`, regular expressions exist on one of the two only.
//! - Name the columns: `SELECT *` and `RETURNING *` change their shape when a column is added.
//! - A row lock is [`crate::Transaction::lock_clause`]; on SQLite the one writer is lock enough.
//! - At most 32,000 parameters in one statement. A text with a NUL character is refused.
//! - Names that are reserved words stand in double quotes ([`quote`]). A text never stands in double quotes.

use std::fmt::Write;

use qudao_base::Value;

/// Which database is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, in one file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// The name of a table, column or index as an SQL identifier.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The statement with `?` replaced by `$1`, `$2`, …, leaving quoted texts, quoted names and comments alone.
pub(crate) fn numbered(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut rest = sql;
    let mut count = 0;
    while let Some(first) = rest.chars().next() {
        let length = untouched(rest);
        if length > 0 {
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        if first == '?' {
            count += 1;
            out.push('$');
            out.push_str(&count.to_string());
        } else {
            out.push(first);
        }
        rest = &rest[first.len_utf8()..];
    }
    out
}

/// How many bytes at the start are a quoted text, a quoted name or a comment. A doubled quote ends one and begins the next.
fn untouched(sql: &str) -> usize {
    let (skip, end) = match sql.as_bytes() {
        [b'\'', ..] => (1, "'"),
        [b'"', ..] => (1, "\""),
        [b'-', b'-', ..] => (2, "\n"),
        [b'/', b'*', ..] => (2, "*/"),
        _ => return 0,
    };
    sql[skip..]
        .find(end)
        .map_or(sql.len(), |at| skip + at + end.len())
}

/// The row of parameters a plain insert ends with, such as `(?, ?)`.
fn row_of(sql: &str) -> Option<&str> {
    let (_, row) = sql.strip_prefix("INSERT INTO ")?.split_once(" VALUES ")?;
    let marks = row.strip_prefix('(')?.strip_suffix(')')?;
    marks.split(", ").all(|mark| mark == "?").then_some(row)
}

/// True for an insert of parameters and nothing else: several of them may become one.
pub(crate) fn is_plain_insert(sql: &str) -> bool {
    row_of(sql).is_some()
}

/// The plain insert with so many rows, at least one.
pub(crate) fn with_rows(sql: &str, count: usize) -> String {
    let row = row_of(sql).unwrap_or_default();
    let mut out = String::with_capacity(sql.len() + (row.len() + 2) * count);
    out.push_str(sql);
    for _ in 1..count {
        out.push_str(", ");
        out.push_str(row);
    }
    out
}

/// The update of one row, whose parameters have the types, as one of so many rows: each `?` becomes a column of a list of values.
/// None unless it ends in a condition on the row's id and version.
pub(crate) fn with_updates(sql: &str, types: &[&str], count: usize) -> Option<String> {
    let (update, condition) = sql.strip_prefix("UPDATE ")?.rsplit_once(" WHERE ")?;
    if condition != "\"id\" = ? AND \"version\" = ?" {
        return None;
    }
    let mut number = 0;
    let mut of_column = |part: &str| {
        let mut out = String::with_capacity(part.len() * 2);
        for (at, piece) in part.split('?').enumerate() {
            if at > 0 {
                number += 1;
                // Writing into a text cannot fail.
                let _ = write!(out, "v.c{number}");
            }
            out += piece;
        }
        out
    };
    let (update, condition) = (of_column(update), of_column(condition));
    if number != types.len() || sql.contains('\'') {
        return None;
    }
    let casts: Vec<String> = types
        .iter()
        .map(|kind| format!("CAST(? AS {kind})"))
        .collect();
    let others = format!(", ({})", vec!["?"; number].join(", ")).repeat(count.saturating_sub(1));
    let columns: Vec<String> = (1..=number).map(|at| format!("c{at}")).collect();
    Some(format!(
        "UPDATE {update} FROM (VALUES ({}){others}) AS v({}) WHERE {condition}",
        casts.join(", "),
        columns.join(", ")
    ))
}

/// What PostgreSQL would refuse and SQLite would store: a NUL character in a text.
pub(crate) fn has_nul(parameters: &[Value]) -> bool {
    parameters
        .iter()
        .any(|value| value.text().is_some_and(|text| text.contains('\0')))
}

#[cfg(test)]
mod tests {
    use super::{is_plain_insert, numbered, quote, with_rows, with_updates};

    #[test]
    fn an_insert_of_parameters_alone_takes_more_rows() {
        let one = "INSERT INTO \"note\" (id, \"a ?\") VALUES (?, ?)";
        assert!(is_plain_insert(one));
        assert_eq!(with_rows(one, 1), one);
        assert_eq!(with_rows(one, 3), format!("{one}, (?, ?), (?, ?)"));
        for other in [
            "INSERT INTO note (id, a) VALUES (?, 2)",
            "INSERT INTO note (id) VALUES (?) ON CONFLICT (id) DO NOTHING",
            "INSERT INTO note (id) VALUES (?) RETURNING id",
            "INSERT INTO note (id) SELECT ?",
            "UPDATE note SET a = ? WHERE id = ?",
        ] {
            assert!(!is_plain_insert(other), "{other}");
        }
    }

    #[test]
    fn an_update_by_id_and_version_takes_more_rows() {
        let one = "UPDATE \"note\" SET \"version\" = ?, \"a\" = CASE WHEN \"a\" = ? THEN ? ELSE \"a\" END \
                   WHERE \"id\" = ? AND \"version\" = ?";
        let types = ["int8", "text", "text", "int8", "int8"];
        assert_eq!(
            with_updates(one, &types, 2).unwrap(),
            "UPDATE \"note\" SET \"version\" = v.c1, \"a\" = CASE WHEN \"a\" = v.c2 THEN v.c3 ELSE \"a\" END \
             FROM (VALUES (CAST(? AS int8), CAST(? AS text), CAST(? AS text), CAST(? AS int8), CAST(? AS int8)), \
             (?, ?, ?, ?, ?)) AS v(c1, c2, c3, c4, c5) WHERE \"id\" = v.c4 AND \"version\" = v.c5"
        );
        for other in [
            "UPDATE note SET a = ? WHERE \"id\" = ?",
            "UPDATE note SET a = '?' WHERE \"id\" = ? AND \"version\" = ?",
            "DELETE FROM note WHERE \"id\" = ? AND \"version\" = ?",
        ] {
            assert_eq!(with_updates(other, &["int8"; 3], 2), None, "{other}");
        }
    }

    #[test]
    fn numbers_parameters_outside_quotes_and_comments() {
        let cases = [
            ("a = ? AND b = ?", "a = $1 AND b = $2"),
            ("a = 'what?' AND b = ?", "a = 'what?' AND b = $1"),
            ("a = 'it''s ?' AND b = ?", "a = 'it''s ?' AND b = $1"),
            ("\"odd?\" = ?", "\"odd?\" = $1"),
            ("a = ? -- why?\n AND b = ?", "a = $1 -- why?\n AND b = $2"),
            ("/* ? */ 渠道 = ?", "/* ? */ 渠道 = $1"),
            ("'unfinished ?", "'unfinished ?"),
        ];
        for (portable, expected) in cases {
            assert_eq!(numbered(portable), expected);
        }
    }

    #[test]
    fn quotes_names() {
        assert_eq!(quote("order"), "\"order\"");
        assert_eq!(quote("a\"b"), "\"a\"\"b\"");
    }
}
