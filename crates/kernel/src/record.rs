//! A record in hand: the values of one row in the order its object declares the fields.
//!
//! Keeps true: `values` and `object.fields` have the same length and order.
//! Not here: where it came from or whether the reader may see it.

use std::sync::Arc;

use qudao_base::{Id, Value};
use qudao_meta::Object;

/// One row.
#[derive(Clone, Debug)]
pub struct Record {
    /// Declaration.
    pub object: Arc<Object>,
    /// Identity.
    pub id: Id,
    /// Optimistic version; 0 before the first save.
    pub version: i64,
    /// Values in the order of `object.fields`.
    pub values: Vec<Value>,
}

impl Record {
    /// An unsaved record with nothing in it.
    pub fn empty(object: &Arc<Object>, id: Id) -> Self {
        Self {
            object: Arc::clone(object),
            id,
            version: 0,
            values: vec![Value::Null; object.fields.len()],
        }
    }

    /// Value of the field; nothing when there is no such field.
    pub fn value(&self, field: &str) -> &Value {
        self.object
            .position(field)
            .map_or(&Value::Null, |at| &self.values[at])
    }

    /// Sets the field when it exists.
    pub fn set(&mut self, field: &str, value: impl Into<Value>) {
        if let Some(at) = self.object.position(field) {
            self.values[at] = value.into();
        }
    }

    /// The state, if the object has states.
    pub fn state(&self) -> Option<&str> {
        self.value("state").text()
    }
}
