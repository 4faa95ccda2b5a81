//! Measures as SQL and as JSON: sums under a condition, products of two fields, averages and ratios.
//!
//! Keeps true: sums are exact integers; products, averages and ratios are rounded half away from zero to 1/10,000.

use qudao_base::{Actor, Refusal, Result, Value};
use qudao_meta::{Aggregate, FieldType, Measure, Object};
use serde_json::Value as Json;

use crate::{
    Cx, codec,
    model::{Model, quoted},
    rules::SqlContext,
};

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
    let mut fields = measure
        .field
        .iter()
        .flat_map(|text| text.split('*'))
        .map(str::trim);
    let visible = fields.all(|name| {
        model
            .object
            .field(name)
            .is_some_and(|field| access.sees(field))
    });
    if visible {
        Ok(measure)
    } else {
        Err(unknown().into())
    }
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
    let value = match (&measure.field, measure.aggregate) {
        (Some(text), _) => {
            let columns: Vec<String> = text
                .split('*')
                .map(|name| format!("t.{}", quoted(name.trim())))
                .collect();
            columns.join(" * ")
        }
        (None, _) => "1".to_owned(),
    };
    let factors = measure
        .field
        .iter()
        .flat_map(|text| text.split('*'))
        .map(str::trim);
    let scale_count = factors
        .filter(|name| {
            object
                .field(name)
                .is_some_and(|field| field.kind.is_scaled())
        })
        .count();
    let value = if scale_count > 1 {
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

fn divide(numerator: i64, denominator: i64) -> Value {
    if denominator == 0 {
        return Value::Null;
    }
    let (numerator, denominator) = (numerator as i128, denominator as i128);
    let half = denominator.abs() / 2 * numerator.signum() * denominator.signum();
    Value::Int(((numerator + half * denominator.signum()) / denominator) as i64)
}

pub(crate) fn kind_of(object: &Object, measure: &Measure) -> FieldType {
    let first = measure.field.as_deref().and_then(|text| {
        let kinds: Vec<FieldType> = text
            .split('*')
            .filter_map(|name| object.field(name.trim()))
            .map(|field| field.kind)
            .collect();
        kinds
            .iter()
            .copied()
            .find(|kind| *kind == FieldType::Money)
            .or_else(|| kinds.first().copied())
    });
    match measure.aggregate {
        Aggregate::Count => FieldType::Integer,
        Aggregate::Ratio => FieldType::Percent,
        _ => first.unwrap_or(FieldType::Integer),
    }
}

pub(crate) fn measure_json(object: &Object, measure: &Measure, sums: &[i64]) -> Json {
    let kind = kind_of(object, measure);
    let value = match (measure.aggregate, sums) {
        (Aggregate::Average, [sum, count]) => divide(*sum, *count),
        (Aggregate::Ratio, [above, below]) => divide(above.saturating_mul(1_000_000), *below),
        (_, [sum, ..]) => Value::Int(*sum),
        _ => Value::Null,
    };
    codec::encode(kind, &value)
}
