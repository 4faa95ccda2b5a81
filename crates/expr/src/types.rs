//! Types of the language and what a record looks like to the checker. Every type may be null.
//!
//! Not here: values ([`crate::Val`]).

/// What an expression yields or a field holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Yes or no; stored 1 or 0.
    Boolean,
    /// Whole number, stored as it is.
    Integer,
    /// Exact number, stored in 1/10,000: money, quantity, percent, decimal.
    Decimal,
    /// Latitude or longitude, stored in 1/1,000,000 degrees; a number like any other.
    Degrees,
    /// Text.
    Text,
    /// Business date, stored `yyyymmdd`.
    Date,
    /// Moment, stored in UTC microseconds.
    Instant,
    /// Another record, stored as its id.
    Link,
    /// One of declared values, stored as text.
    Choice,
    /// Many of one type; `List(Record)` is a child list such as the lines of an order.
    List(Box<Self>),
    /// A record of a child list; exists only inside `List`.
    Record,
    /// The type of the literal `null`: fits everywhere.
    Null,
}

impl Type {
    /// The type as a word for error texts and JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Degrees => "degrees",
            Self::Text => "text",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::Link => "link",
            Self::Choice => "choice",
            Self::List(_) => "list",
            Self::Record => "record",
            Self::Null => "null",
        }
    }

    /// Decimal places hidden in the stored integer; `None` when it is no number.
    pub const fn scale(&self) -> Option<u32> {
        match self {
            Self::Integer => Some(0),
            Self::Decimal => Some(4),
            Self::Degrees => Some(6),
            _ => None,
        }
    }

    /// True for integer, decimal, degrees.
    pub const fn is_number(&self) -> bool {
        self.scale().is_some()
    }

    /// True for text and choice.
    pub const fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Choice)
    }

    /// The narrowest type both fit in.
    pub(crate) fn common(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (one, two) if one == two => Some(one.clone()),
            (Self::Null, one) | (one, Self::Null) => Some(one.clone()),
            (one, two) if one.is_number() && two.is_number() => Some(Self::Decimal),
            (one, two) if one.is_text() && two.is_text() => Some(Self::Text),
            (Self::List(one), Self::List(two)) => Some(Self::List(Box::new(one.common(two)?))),
            _ => None,
        }
    }

    /// True when a value of this type may stand where `wanted` is expected.
    pub(crate) fn fits(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Null, _) | (_, Self::Null) => true,
            (one, Self::Decimal | Self::Degrees) => one.is_number(),
            (one, two) if one.is_text() && two.is_text() => true,
            (Self::List(one), Self::List(two)) => one.fits(two),
            (one, two) => one == two,
        }
    }
}

/// What the checker may know of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldType {
    /// What it holds.
    pub kind: Type,
    /// The declared values of a choice; empty when they are not known.
    pub choices: Vec<String>,
}

impl FieldType {
    /// A field of the type.
    pub const fn of(kind: Type) -> Self {
        Self {
            kind,
            choices: Vec::new(),
        }
    }

    /// A choice among the values.
    pub const fn choice(choices: Vec<String>) -> Self {
        Self {
            kind: Type::Choice,
            choices,
        }
    }
}

/// The fields an expression may name.
pub trait Scope {
    /// The field at the path: one part for an own field, two for a field of a linked record (`link_field.field`) or of the
    /// elements of a child list (`lines.quantity`, asked for when a list function binds them).
    fn field(&self, path: &[String]) -> Option<FieldType>;

    /// Names of the fields below the path (empty: the record's own), for suggestions.
    fn names(&self, _below: &[String]) -> Vec<String> {
        Vec::new()
    }
}
