//! Values of the language, and the way to and from storage and JSON.
//!
//! Keeps true: a number read from storage is exact; written back it is rounded half away from zero to the field's places.

use qudao_base::{Date, Id, Instant, Value};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::Type;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Val {
    /// Nothing.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// An exact number, integer or not.
    Number(Decimal),
    /// A text or a choice.
    Text(String),
    /// A business date.
    Date(Date),
    /// A moment.
    Instant(Instant),
    /// A record's id.
    Link(Id),
    /// Many values.
    List(Vec<Self>),
}

impl Val {
    /// True only for the boolean true: null and false do not hold.
    pub const fn holds(&self) -> bool {
        matches!(self, Self::Boolean(true))
    }

    /// True when there is nothing.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Reads a stored value; `None` when it is not of the type.
    pub fn from_storage(value: Value, kind: &Type) -> Option<Self> {
        match (value, kind) {
            (Value::Null, _) => Some(Self::Null),
            (Value::Text(text), Type::Text | Type::Choice) => Some(Self::Text(text)),
            (Value::Int(number), Type::Boolean) => Some(Self::Boolean(number == 1)),
            (Value::Int(number), Type::Date) => Date::from_number(number).ok().map(Self::Date),
            (Value::Int(number), Type::Instant) => {
                Some(Self::Instant(Instant::from_micros(number)))
            }
            (Value::Int(number), Type::Link) => Some(Self::Link(Id::from_number(number))),
            (Value::Int(number), kind) => Some(Self::Number(Decimal::new(number, kind.scale()?))),
            _ => None,
        }
    }

    /// As a field of the type stores it; `None` when it is of another type or does not fit.
    pub fn to_storage(&self, kind: &Type) -> Option<Value> {
        Some(match (self, kind) {
            (Self::Null, _) => Value::Null,
            (Self::Boolean(truth), Type::Boolean) => (*truth).into(),
            (Self::Text(text), Type::Text | Type::Choice) => text.as_str().into(),
            (Self::Date(date), Type::Date) => (*date).into(),
            (Self::Instant(moment), Type::Instant) => (*moment).into(),
            (Self::Link(id), Type::Link) => (*id).into(),
            (Self::Number(number), kind) => {
                let places = kind.scale()?;
                let rounded =
                    number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
                let (floor, _) = scaled(rounded, places);
                Value::Int(i64::try_from(floor).ok()?)
            }
            _ => return None,
        })
    }

    /// As JSON: numbers as decimal texts, dates and instants in ISO form, links as id texts.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Boolean(truth) => (*truth).into(),
            Self::Number(number) => number.normalize().to_string().into(),
            Self::Text(text) => text.as_str().into(),
            Self::Date(date) => date.to_string().into(),
            Self::Instant(moment) => moment.to_string().into(),
            Self::Link(id) => id.to_string().into(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
        }
    }
}

/// The number in units of 10^-places, rounded down, and whether that is exact.
pub(crate) fn scaled(number: Decimal, places: u32) -> (i128, bool) {
    // Ninety-six bits times 10^6 stay well within an i128.
    let wide = number.mantissa() * 10_i128.pow(places);
    let unit = 10_i128.pow(number.scale());
    (wide.div_euclid(unit), wide.rem_euclid(unit) == 0)
}
