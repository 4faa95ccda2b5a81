//! Order and cursors of lists.
//!
//! Keeps true: nothing sorts last, in both directions and on both databases; the id decides among equals, so that a page
//! continues exactly where the one before ended.

use qudao_base::{Refusal, Result, Value};
use qudao_meta::Object;
use qudao_store::Row;

use crate::{
    action_log::hex,
    condition::Condition,
    model::quoted,
    reach::{SqlContext, check_filterable},
};

/// Fields the kernel itself sets on every row.
const ALWAYS_SET: [&str; 4] = ["created_at", "updated_at", "state", "number"];

/// How a list is sorted.
pub(crate) struct Order {
    pub column: String,
    pub descending: bool,
    pub position: Option<usize>,
    /// The column holds texts, not numbers.
    pub is_text: bool,
    /// Whether rows may have nothing in the column.
    pub is_sparse: bool,
}

impl Order {
    /// What follows `ORDER BY`. `NULLS LAST` keeps PostgreSQL from walking an index backwards, so it stands only where it is needed.
    pub fn by(&self) -> String {
        let direction = if self.descending { "DESC" } else { "ASC" };
        let nulls = if self.is_sparse { " NULLS LAST" } else { "" };
        match self.position {
            Some(_) => format!("{} {direction}{nulls}, t.\"id\" {direction}", self.column),
            None => format!("t.\"id\" {direction}"),
        }
    }
}

pub(crate) fn order(context: &SqlContext<'_>, object: &Object, sort: &str) -> Result<Order> {
    let (name, descending) = sort
        .strip_prefix('-')
        .map_or((sort, false), |name| (name, true));
    let name = name.split(',').next().unwrap_or(name).trim();
    if name.is_empty() || name == "id" {
        return Ok(Order {
            column: "t.\"id\"".to_owned(),
            descending,
            position: None,
            is_sparse: false,
            is_text: false,
        });
    }
    check_filterable(context, "sort", std::slice::from_ref(&name.to_owned()))?;
    Ok(Order {
        column: format!("t.{}", quoted(name)),
        descending,
        position: object.position(name),
        is_sparse: !object
            .field(name)
            .is_some_and(|field| field.required || ALWAYS_SET.contains(&name)),
        is_text: object.field(name).is_some_and(|field| field.kind.is_text()),
    })
}

/// The condition that continues after the cursor. Nothing sorts last, in both directions and databases.
pub(crate) fn after_cursor(order: &Order, cursor: &str) -> Result<Condition> {
    let bad = || Refusal::malformed("cursor.malformed").on("cursor");
    let (id, value) = cursor.split_once('.').unwrap_or((cursor, ""));
    let id: i64 = id.parse().map_err(|_| bad())?;
    let sign = if order.descending { "<" } else { ">" };
    let column = &order.column;
    if order.position.is_none() {
        return Ok(Condition {
            text: format!("t.\"id\" {sign} ?"),
            parameters: vec![id.into()],
        });
    }
    let value = match value.split_at_checked(1) {
        Some(("n", _)) => {
            return Ok(Condition {
                text: format!("{column} IS NULL AND t.\"id\" {sign} ?"),
                parameters: vec![id.into()],
            });
        }
        Some(("i", number)) if !order.is_text => Value::Int(number.parse().map_err(|_| bad())?),
        Some(("t", hex)) if order.is_text => Value::Text(unhex(hex).ok_or_else(bad)?),
        _ => return Err(bad().into()),
    };
    if !order.is_sparse {
        return Ok(Condition {
            text: format!("({column}, t.\"id\") {sign} (?, ?)"),
            parameters: vec![value, id.into()],
        });
    }
    Ok(Condition {
        text: format!(
            "({column} {sign} ? OR ({column} = ? AND t.\"id\" {sign} ?) OR {column} IS NULL)"
        ),
        parameters: vec![value.clone(), value, id.into()],
    })
}

fn unhex(hex: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = (0..hex.len())
        .step_by(2)
        .map(|at| {
            hex.get(at..at + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        })
        .collect();
    String::from_utf8(bytes?).ok()
}

pub(crate) fn cursor_of(order: &Order, row: &Row) -> String {
    let id = row.value(0).int().unwrap_or_default();
    let value = match order.position.map(|at| row.value(at + 2)) {
        None => return id.to_string(),
        Some(Value::Int(number)) => format!("i{number}"),
        Some(Value::Text(text)) => format!("t{}", hex(text.as_bytes())),
        Some(_) => "n".to_owned(),
    };
    format!("{id}.{value}")
}
