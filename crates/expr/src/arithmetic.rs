//! Exact arithmetic and comparing of values.
//!
//! Keeps true: every result has at most twelve decimal places (rounded half away from zero) and a 64-bit whole part.

use std::cmp::Ordering;

use jiff::tz::TimeZone;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    ExpressionError, Val,
    errors::Span,
    tokens::PLACES_MAX,
    tree::{Comparison, Operator},
};

/// The result of an operator, or why there is none.
pub(crate) fn compute(
    operator: Operator,
    left: Decimal,
    right: Decimal,
    at: &Span,
) -> Result<Val, ExpressionError> {
    if matches!(operator, Operator::Divide | Operator::Remainder) && right.is_zero() {
        return Err(ExpressionError::new(
            "expression.division_by_zero",
            at.clone(),
        ));
    }
    let result = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide => left.checked_div(right),
        Operator::Remainder => left.checked_rem(right),
    };
    result.map_or_else(|| Err(out_of_range(at)), |number| settle(number, at))
}

/// The number within the limits of the language.
pub(crate) fn settle(number: Decimal, at: &Span) -> Result<Val, ExpressionError> {
    let rounded = round(number, PLACES_MAX);
    if rounded.abs() > Decimal::from(i64::MAX) {
        return Err(out_of_range(at));
    }
    Ok(Val::Number(rounded))
}

/// Rounded half away from zero.
pub(crate) fn round(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

fn out_of_range(at: &Span) -> ExpressionError {
    ExpressionError::new("expression.number_range", at.clone())
}

/// Which comes first; `None` when either is nothing. An instant and a date are compared by the day in the zone.
pub(crate) fn order(left: &Val, right: &Val, zone: &TimeZone) -> Option<Ordering> {
    match (left, right) {
        (Val::Number(left), Val::Number(right)) => Some(left.cmp(right)),
        (Val::Text(left), Val::Text(right)) => Some(left.cmp(right)),
        (Val::Date(left), Val::Date(right)) => Some(left.cmp(right)),
        (Val::Instant(left), Val::Instant(right)) => Some(left.cmp(right)),
        (Val::Link(left), Val::Link(right)) => Some(left.cmp(right)),
        (Val::Boolean(left), Val::Boolean(right)) => Some(left.cmp(right)),
        (Val::Instant(left), Val::Date(right)) => Some(left.date(zone).ok()?.cmp(right)),
        (Val::Date(left), Val::Instant(right)) => Some(left.cmp(&right.date(zone).ok()?)),
        _ => None,
    }
}

/// True when both are the same, or both nothing.
pub(crate) fn equal(left: &Val, right: &Val, zone: &TimeZone) -> bool {
    (left.is_null() && right.is_null()) || order(left, right, zone) == Some(Ordering::Equal)
}

/// A comparison's answer: exact for `==` and `!=`, null when an ordering meets nothing.
pub(crate) fn compare(comparison: Comparison, left: &Val, right: &Val, zone: &TimeZone) -> Val {
    match comparison {
        Comparison::Equal => return Val::Boolean(equal(left, right, zone)),
        Comparison::Unequal => return Val::Boolean(!equal(left, right, zone)),
        _ => {}
    }
    let Some(order) = order(left, right, zone) else {
        return Val::Null;
    };
    Val::Boolean(match comparison {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        _ => order.is_ge(),
    })
}
