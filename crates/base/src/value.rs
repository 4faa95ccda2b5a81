//! A value as a database column holds it: the only four kinds both databases share exactly.
//!
//! Booleans are 0 or 1, dates `yyyymmdd`, instants microseconds, money and quantities 1/10,000 units, coordinates 1/1,000,000
//! degrees, links ids: all integers. What an integer means is said by the declaration of its field.

use crate::{Date, Id, Instant, Money, Percent, Quantity};

/// One column's value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// A 64-bit integer.
    Int(i64),
    /// A text.
    Text(String),
    /// Raw bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// True when there is nothing.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The integer, if it is one.
    pub const fn int(&self) -> Option<i64> {
        if let Self::Int(number) = self {
            Some(*number)
        } else {
            None
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }
}

macro_rules! from_number {
    ($($name:ty => $method:ident),*) => {$(
        impl From<$name> for Value {
            fn from(number: $name) -> Self { Self::Int(number.$method()) }
        }
    )*};
}
from_number!(Id => number, Date => number, Instant => micros, Money => steps, Quantity => steps, Percent => steps);

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Int(i64::from(truth))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(maybe: Option<T>) -> Self {
        maybe.map_or(Self::Null, Into::into)
    }
}
