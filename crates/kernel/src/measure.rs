//! Measures as SQL and as JSON: sums under a condition, products and differences of two fields, averages and ratios.
//!
//! Keeps true: sums are exact integers; products, averages and ratios are rounded half away from zero to 1/10,000.

use qudao_base::{Actor, Refusal, Result, Value};
use qudao_meta::{Aggregate, FieldType, Measure, Object};
use serde_json::Value as Json;

use crate::{
    Cx,
    access::Access,
    codec,
    model::{Model, quoted},
    reach::SqlContext,
};

/// A measure the actor may see: one that shows nothing of a field they may not see, whatever it is made of.
pub(crate) fn measured<'o>(
    cx: &Cx<'_>,
    model: &'o Model,
    actor: &Actor,
    name: &str,
) -> Result<&'o Measure> {
    let unknown = || {
        Refusal::malformed("field.unknown")
            .on("measures")
            .with("field", name)
    };
    let measure = model.object.measure(name).ok_or_else(unknown)?;
    let access = cx.kernel().access(model, actor);
    if sees(&access, &model.object, measure) {
        Ok(measure)
    } else {
        Err(unknown().into())
    }
}

fn sees(access: &Access<'_>, object: &Object, measure: &Measure) -> bool {
    let mut parts = measure.numerator.iter().chain(&measure.denominator);
    let mut fields = measure.number_fields();
    fields.all(|name| object.field(name).is_some_and(|field| access.sees(field)))
        && parts.all(|part| {
            object
                .measure(part)
                .is_some_and(|part| sees(access, object, part))
        })
}

/// `SUM(CASE WHEN filter THEN value END)`; products of two scaled fields are brought back to one scale row by
/// row, rounded half away from zero, so that the sum does not outgrow its 64 bits.
fn sum_sql(
    cx: &Cx<'_>,
    context: &SqlContext<'_>,
    object: &Object,
    measure: &Measure,
    parameters: &mut Vec<Value>,
) -> Result<String> {
    let columns: Vec<String> = measure
        .number_fields()
        .map(|name| format!("t.{}", quoted(name)))
        .collect();
    let value = match columns.len() {
        0 => "1".to_owned(),
        _ if measure.is_difference() => format!("({})", columns.join(" - ")),
        _ => columns.join(" * "),
    };
    let scale_count = measure
        .number_fields()
        .filter(|name| {
            object
                .field(name)
                .is_some_and(|field| field.kind.is_scaled())
        })
        .count();
    let value = if scale_count > 1 && !measure.is_difference() {
        format!("(({value} + CASE WHEN {value} < 0 THEN -5000 ELSE 5000 END) / 10000)")
    } else {
        value
    };
    let value = if measure.filter.is_empty() {
        value
    } else {
        let condition = cx.kernel().rules.sql(context, &measure.filter)?;
        parameters.extend(condition.parameters);
        format!("CASE WHEN {} THEN {value} END", condition.text)
    };
    Ok(match measure.aggregate {
        Aggregate::Count => format!("CAST(COUNT({value}) AS BIGINT)"),
        _ => format!("CAST(COALESCE(SUM({value}), 0) AS BIGINT)"),
    })
}

/// Sums a measure needs: one, or two for averages and ratios.
pub(crate) fn measure_columns(
    cx: &Cx<'_>,
    context: &SqlContext<'_>,
    object: &Object,
    measure: &Measure,
    parameters: &mut Vec<Value>,
) -> Result<Vec<String>> {
    match measure.aggregate {
        Aggregate::Sum | Aggregate::Count => {
            Ok(vec![sum_sql(cx, context, object, measure, parameters)?])
        }
        Aggregate::Average => {
            let sum = sum_sql(cx, context, object, measure, parameters)?;
            let counted = Measure {
                aggregate: Aggregate::Count,
                ..measure.clone()
            };
            Ok(vec![
                sum,
                sum_sql(cx, context, object, &counted, parameters)?,
            ])
        }
        Aggregate::Ratio => [&measure.numerator, &measure.denominator]
            .into_iter()
            .filter_map(|part| object.measure(part.as_deref()?))
            .map(|part| sum_sql(cx, context, object, part, parameters))
            .collect(),
    }
}

/// `numerator * scale / denominator`, rounded; nothing where there is no such number.
fn divide(numerator: i64, scale: i64, denominator: i64) -> Value {
    if denominator == 0 {
        return Value::Null;
    }
    let numerator = i128::from(numerator) * i128::from(scale);
    let denominator = i128::from(denominator);
    let half = denominator.abs() / 2 * numerator.signum();
    i64::try_from((numerator + half) / denominator).map_or(Value::Null, Value::Int)
}

pub(crate) fn kind_of(object: &Object, measure: &Measure) -> FieldType {
    let kinds: Vec<FieldType> = measure
        .number_fields()
        .filter_map(|name| object.field(name))
        .map(|field| field.kind)
        .collect();
    match measure.aggregate {
        Aggregate::Count => FieldType::Integer,
        Aggregate::Ratio => FieldType::Percent,
        _ if kinds.contains(&FieldType::Money) => FieldType::Money,
        _ => kinds.first().copied().unwrap_or(FieldType::Integer),
    }
}

pub(crate) fn measure_json(object: &Object, measure: &Measure, sums: &[i64]) -> Json {
    let kind = kind_of(object, measure);
    let value = match (measure.aggregate, sums) {
        (Aggregate::Average, [sum, count]) => divide(*sum, 1, *count),
        (Aggregate::Ratio, [above, below]) => divide(*above, 1_000_000, *below),
        (_, [sum, ..]) => Value::Int(*sum),
        _ => Value::Null,
    };
    codec::encode(kind, &value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_is_exact_and_rounds_half_away_from_zero() {
        for (numerator, scale, denominator, expected) in [
            (7, 1, 2, Some(4)),
            (-7, 1, 2, Some(-4)),
            (7, 1, -2, Some(-4)),
            (1, 1, 3, Some(0)),
            // Two billion yuan of three.
            (
                20_000_000_000_000,
                1_000_000,
                30_000_000_000_000,
                Some(666_667),
            ),
            (1, 1, 0, None),
            (i64::MAX, 1_000_000, 1, None),
        ] {
            let found = divide(numerator, scale, denominator);
            assert_eq!(
                found.int(),
                expected,
                "{numerator} * {scale} / {denominator}"
            );
        }
    }
}
