//! Typed views of records, so that rules are checked by the compiler.
//!
//! Keeps true: a typed record has exactly the declared fields, in the declared order ([`Typed::FIELDS`] is compared when a
//! rule is registered). Absent text, links, dates and instants are empty values of bare types and `None` of optional ones.

use std::sync::Arc;

use qudao_base::{Date, Fault, Id, Instant, Money, Percent, Quantity, Result, Value};
use qudao_meta::Object;

use crate::Record;

/// A record as a Rust struct; implemented by [`typed_records!`](crate::typed_records).
pub trait Typed: Clone + Default + Sized + 'static {
    /// Object name.
    const OBJECT: &'static str;
    /// Field names in order.
    const FIELDS: &'static [&'static str];
    /// Identity and version.
    fn key(&self) -> (Id, i64);
    /// From stored values in field order.
    fn from_values(id: Id, version: i64, values: &[Value]) -> Result<Self>;
    /// To stored values in field order.
    fn to_values(&self) -> Vec<Value>;

    /// From a record of this object.
    fn from_record(record: &Record) -> Result<Self> {
        Self::from_values(record.id, record.version, &record.values)
    }

    /// Puts every field into the record.
    fn write(&self, record: &mut Record) {
        for (slot, value) in record.values.iter_mut().zip(self.to_values()) {
            *slot = value;
        }
    }

    /// A fault when the object's fields differ from the generated ones.
    fn check(object: &Arc<Object>) -> Result<()> {
        let declared: Vec<&str> = object
            .fields
            .iter()
            .map(|field| field.name.as_str())
            .collect();
        if declared.starts_with(Self::FIELDS) {
            return Ok(());
        }
        Err(Fault::new(format!(
            "typed record {} is stale: run `cargo xtask gen`",
            Self::OBJECT
        ))
        .into())
    }
}

/// A Rust type a stored value turns into.
pub trait FieldValue: Sized {
    /// From storage.
    fn from_value(value: &Value) -> Result<Self>;
    /// To storage.
    fn to_value(&self) -> Value;
}

fn unexpected(kind: &str, value: &Value) -> Fault {
    Fault::new(format!("stored value {value:?} is no {kind}"))
}

macro_rules! integer_field {
    ($($name:ty, $from:expr, $zero_is_nothing:expr;)*) => {$(
        impl FieldValue for $name {
            fn from_value(value: &Value) -> Result<Self> {
                match value {
                    Value::Null => Ok(Self::default()),
                    Value::Int(number) => $from(*number),
                    other => Err(unexpected(stringify!($name), other).into()),
                }
            }
            fn to_value(&self) -> Value {
                match Value::from(self.clone()) {
                    Value::Int(0) if $zero_is_nothing => Value::Null,
                    value => value,
                }
            }
        }
    )*};
}
integer_field! {
    i64, Ok, false;
    Money, |steps| Ok(Money::from_steps(steps)), false;
    Quantity, |steps| Ok(Quantity::from_steps(steps)), false;
    Percent, |steps| Ok(Percent::from_steps(steps)), false;
    Id, |number| Ok(Id::from_number(number)), true;
    Date, Date::from_number, true;
    Instant, |micros| Ok(Instant::from_micros(micros)), true;
    bool, |number| Ok(number != 0), false;
}

impl FieldValue for String {
    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Null => Ok(Self::new()),
            Value::Text(text) => Ok(text.clone()),
            other => Err(unexpected("text", other).into()),
        }
    }
    fn to_value(&self) -> Value {
        if self.is_empty() {
            Value::Null
        } else {
            Value::Text(self.clone())
        }
    }
}

impl FieldValue for serde_json::Value {
    fn from_value(value: &Value) -> Result<Self> {
        let Some(text) = value.text() else {
            return Ok(Self::Null);
        };
        serde_json::from_str(text)
            .map_err(|error| Fault::from_error("stored JSON cannot be read", error).into())
    }
    fn to_value(&self) -> Value {
        if self.is_null() {
            Value::Null
        } else {
            Value::Text(self.to_string())
        }
    }
}

impl<T: FieldValue> FieldValue for Option<T> {
    fn from_value(value: &Value) -> Result<Self> {
        if value.is_null() {
            Ok(None)
        } else {
            T::from_value(value).map(Some)
        }
    }
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, FieldValue::to_value)
    }
}

/// Declares typed records: `Name = "object" { field: Type, … }`.
#[macro_export]
macro_rules! typed_records {
    ($($(#[$doc:meta])* $name:ident = $object:literal { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            /// Identity.
            pub id: Id,
            /// Optimistic version.
            pub version: i64,
            $($(#[$field_doc])* pub $field: $kind,)*
        }
        impl $crate::Typed for $name {
            const OBJECT: &'static str = $object;
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
            fn key(&self) -> (Id, i64) { (self.id, self.version) }
            fn from_values(id: Id, version: i64, values: &[qudao_base::Value]) -> qudao_base::Result<Self> {
                let mut values = values.iter();
                let nothing = qudao_base::Value::Null;
                Ok(Self { id, version, $($field: $crate::FieldValue::from_value(values.next().unwrap_or(&nothing))?,)* })
            }
            fn to_values(&self) -> Vec<qudao_base::Value> {
                vec![$($crate::FieldValue::to_value(&self.$field)),*]
            }
        }
    )*};
}
