//! The functions over single values.
//!
//! Keeps true: a function of null is null, except `is_empty`, `min` and `max`, which say what nothing means to them.

use std::cmp::Ordering;

use qudao_base::Date;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    Context, ExpressionError, Type, Val,
    arithmetic::{order, round},
    errors::Span,
    tokens::PLACES_MAX,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Contains,
    StartsWith,
    Lower,
    Upper,
    Length,
    Round,
    Abs,
    Min,
    Max,
    DaysBetween,
    AddDays,
    Year,
    Month,
    Day,
    IsEmpty,
    Text,
}

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    Text,
    Number,
    Integer,
    /// A date, or an instant read as its date in the zone.
    Day,
    /// Any single value.
    Single,
    /// Any value, lists of child records too.
    Any,
}

impl Function {
    /// Name, arguments and result of each; `min` and `max` take any number of arguments and are checked apart.
    pub(crate) const ALL: &'static [(&'static str, Self, &'static [Argument], Type)] = &[
        (
            "contains",
            Self::Contains,
            &[Argument::Text, Argument::Text],
            Type::Boolean,
        ),
        (
            "starts_with",
            Self::StartsWith,
            &[Argument::Text, Argument::Text],
            Type::Boolean,
        ),
        ("lower", Self::Lower, &[Argument::Text], Type::Text),
        ("upper", Self::Upper, &[Argument::Text], Type::Text),
        ("length", Self::Length, &[Argument::Text], Type::Integer),
        (
            "round",
            Self::Round,
            &[Argument::Number, Argument::Integer],
            Type::Decimal,
        ),
        ("abs", Self::Abs, &[Argument::Number], Type::Decimal),
        (
            "days_between",
            Self::DaysBetween,
            &[Argument::Day, Argument::Day],
            Type::Integer,
        ),
        (
            "add_days",
            Self::AddDays,
            &[Argument::Day, Argument::Integer],
            Type::Date,
        ),
        ("year", Self::Year, &[Argument::Day], Type::Integer),
        ("month", Self::Month, &[Argument::Day], Type::Integer),
        ("day", Self::Day, &[Argument::Day], Type::Integer),
        ("is_empty", Self::IsEmpty, &[Argument::Any], Type::Boolean),
        ("text", Self::Text, &[Argument::Single], Type::Text),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Max => "max",
            other => Self::ALL
                .iter()
                .find(|(_, of, ..)| *of == other)
                .map_or("", |(name, ..)| name),
        }
    }

    /// The value for these arguments, which the checker saw to be of the right types.
    pub(crate) fn apply(
        self,
        arguments: &[Val],
        at: &Span,
        context: &Context,
    ) -> Result<Val, ExpressionError> {
        match self {
            Self::IsEmpty => return Ok(Val::Boolean(arguments.iter().all(is_empty))),
            Self::Min => return Ok(extreme(arguments, Ordering::Less, context)),
            Self::Max => return Ok(extreme(arguments, Ordering::Greater, context)),
            _ if arguments.iter().any(Val::is_null) => return Ok(Val::Null),
            _ => {}
        }
        let day = |val: &Val| as_date(val, context).ok_or_else(|| out_of_calendar(at));
        Ok(match (self, arguments) {
            (Self::Contains, [Val::Text(text), Val::Text(part)]) => Val::Boolean(
                text.to_ascii_lowercase()
                    .contains(&part.to_ascii_lowercase()),
            ),
            (Self::StartsWith, [Val::Text(text), Val::Text(part)]) => Val::Boolean(
                text.to_ascii_lowercase()
                    .starts_with(&part.to_ascii_lowercase()),
            ),
            (Self::Lower, [Val::Text(text)]) => Val::Text(text.to_lowercase()),
            (Self::Upper, [Val::Text(text)]) => Val::Text(text.to_uppercase()),
            (Self::Length, [Val::Text(text)]) => Val::Number(Decimal::from(text.chars().count())),
            (Self::Round, [Val::Number(number), Val::Number(places)]) => {
                let kept = places
                    .to_u32()
                    .filter(|places| *places <= PLACES_MAX)
                    .ok_or_else(|| {
                        ExpressionError::new("expression.places", at.clone()).with("found", places)
                    })?;
                Val::Number(round(*number, kept))
            }
            (Self::Abs, [Val::Number(number)]) => Val::Number(number.abs()),
            (Self::DaysBetween, [from, to]) => Val::Number(day(to)?.days_since(day(from)?).into()),
            (Self::AddDays, [from, Val::Number(days)]) => {
                Val::Date(add_days(day(from)?, *days, at)?)
            }
            (Self::Year, [of]) => Val::Number((day(of)?.number() / 10_000).into()),
            (Self::Month, [of]) => Val::Number((day(of)?.number() / 100 % 100).into()),
            (Self::Day, [of]) => Val::Number((day(of)?.number() % 100).into()),
            (Self::Text, [of]) => Val::Text(as_text(of)),
            _ => Val::Null,
        })
    }
}

fn is_empty(val: &Val) -> bool {
    match val {
        Val::Null => true,
        Val::Text(text) => text.is_empty(),
        Val::List(items) => items.is_empty(),
        _ => false,
    }
}

/// The smallest or largest, nulls passed over.
pub(crate) fn extreme<'v>(
    vals: impl IntoIterator<Item = &'v Val>,
    wanted: Ordering,
    context: &Context,
) -> Val {
    let better = |best: &'v Val, next: &'v Val| {
        if order(next, best, &context.zone) == Some(wanted) {
            next
        } else {
            best
        }
    };
    vals.into_iter()
        .filter(|val| !val.is_null())
        .reduce(better)
        .cloned()
        .unwrap_or(Val::Null)
}

fn as_date(val: &Val, context: &Context) -> Option<Date> {
    match val {
        Val::Date(date) => Some(*date),
        Val::Instant(moment) => moment.date(&context.zone).ok(),
        _ => None,
    }
}

/// No two days of the calendar are further apart.
const DAYS_MAX: i64 = 3_700_000;

/// The day so many days later; the calendar runs from year 1 to 9999.
pub(crate) fn add_days(date: Date, days: Decimal, at: &Span) -> Result<Date, ExpressionError> {
    let days = days.to_i64().filter(|days| days.abs() <= DAYS_MAX);
    let later = days.and_then(|days| date.plus_days(days).ok());
    later
        .filter(|date| date.number() >= 10_101)
        .ok_or_else(|| out_of_calendar(at))
}

pub(crate) fn out_of_calendar(at: &Span) -> ExpressionError {
    ExpressionError::new("expression.date_range", at.clone())
}

fn as_text(val: &Val) -> String {
    match val {
        Val::Null | Val::List(_) => String::new(),
        Val::Boolean(truth) => truth.to_string(),
        Val::Number(number) => number.normalize().to_string(),
        Val::Text(text) => text.clone(),
        Val::Date(date) => date.to_string(),
        Val::Instant(moment) => moment.to_string(),
        Val::Link(id) => id.to_string(),
    }
}
