//! A row of an answer, and the trait of everything that can be asked.
//!
//! Keeps true: a column is one of the four kinds of `Value`; fractions never get in.
//! Not here: names of columns; callers know the order they asked for.

use qudao_base::{Fault, Id, Result, Value};

use crate::Dialect;

/// One row of an answer: values in the order of the selected columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    values: Vec<Value>,
}

impl Row {
    /// A row of the values; for tests and for rows that are computed.
    pub const fn new(values: Vec<Value>) -> Self {
        Self { values }
    }

    /// The value of the column, counted from 0. Panics when the statement selected fewer: a bug of the caller.
    pub fn value(&self, column: usize) -> &Value {
        &self.values[column]
    }

    /// The integer in the column; a fault when it holds something else or nothing.
    pub fn int(&self, column: usize) -> Result<i64> {
        let found = self.values.get(column).and_then(Value::int);
        found.ok_or_else(|| Fault::new(format!("column {column} holds no integer")).into())
    }

    /// The identity in the column; a fault when it holds something else or nothing.
    pub fn id(&self, column: usize) -> Result<Id> {
        self.int(column).map(Id::from_number)
    }

    /// The text in the column; a fault when it holds something else or nothing.
    pub fn text(&self, column: usize) -> Result<&str> {
        let found = self.values.get(column).and_then(Value::text);
        found.ok_or_else(|| Fault::new(format!("column {column} holds no text")).into())
    }

    /// All values.
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }
}

/// Something that answers questions in portable SQL (see [`crate::sql`]).
pub trait Query {
    /// Which database answers.
    fn dialect(&self) -> Dialect;

    /// All rows of the answer. `?` stands for the next parameter.
    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>>;

    /// The first row of the answer, if there is one.
    fn one(&mut self, sql: &str, parameters: &[Value]) -> Result<Option<Row>> {
        Ok(self.query(sql, parameters)?.into_iter().next())
    }
}
