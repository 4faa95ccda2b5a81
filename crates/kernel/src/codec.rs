//! Between JSON and stored values, by field type. The forms are listed in `docs/declarations.md`.
//!
//! Keeps true: what cannot be read exactly is refused with the field's name; reading back what was written gives the same value.

use qudao_base::{
    Date, Id, Instant, Refusal, Result, Stop, Value, format_scaled, is_division, parse_scaled,
};
use qudao_meta::{Field, FieldType, Limit};
use serde_json::{Value as Json, json};

fn wrong(field: &Field, code: &str, value: &Json) -> Stop {
    let whole = value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned);
    let shown: String = whole.chars().take(60).collect();
    Refusal::malformed(code)
        .on(&field.name)
        .with_label("field", &field.label)
        .with("value", shown)
        .into()
}

/// Reads the JSON of one field.
///
/// # Errors
/// A malformed refusal that names the field when the JSON is not of the field's type.
pub fn decode(field: &Field, json: &Json) -> Result<Value> {
    if json.is_null() {
        return Ok(Value::Null);
    }
    let of_type = || wrong(field, "field.type", json);
    let named = |stop: Stop| match stop {
        Stop::Refusal(refusal) => Stop::from(refusal.on(&field.name)),
        fault @ Stop::Fault(_) => fault,
    };
    match field.kind {
        FieldType::Json => not_too_long(field, &json.to_string()),
        FieldType::Boolean => json.as_bool().map(Value::from).ok_or_else(of_type),
        FieldType::Integer => whole(json).map(Value::Int).ok_or_else(of_type),
        FieldType::Link | FieldType::Organisation => {
            let id = json.get("id").unwrap_or(json);
            let text = id
                .as_str()
                .filter(|text| !text.is_empty())
                .ok_or_else(of_type)?;
            Ok(text.parse::<Id>().map_err(named)?.into())
        }
        FieldType::Date => Ok(text(json)
            .ok_or_else(of_type)?
            .parse::<Date>()
            .map_err(named)?
            .into()),
        FieldType::Instant => Ok(text(json)
            .ok_or_else(of_type)?
            .parse::<Instant>()
            .map_err(named)?
            .into()),
        FieldType::Degrees => degrees(&number_text(json).ok_or_else(of_type)?)
            .map(Value::Int)
            .ok_or_else(of_type),
        kind if kind.is_scaled() => parse_scaled(&number_text(json).ok_or_else(of_type)?)
            .map(Value::Int)
            .map_err(named),
        _ => decode_text(field, json),
    }
}

fn whole(json: &Json) -> Option<i64> {
    json.as_i64().or_else(|| json.as_str()?.trim().parse().ok())
}

fn text(json: &Json) -> Option<&str> {
    json.as_str().map(str::trim)
}

/// A number as the text it was written in; floats never become money.
fn number_text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.trim().to_owned()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Degrees in millionths; at most six places, as no place on Earth needs more.
fn degrees(text: &str) -> Option<i64> {
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 3
        || fraction.len() > 6
        || !is_number(whole)
        || !is_number(fraction)
    {
        return None;
    }
    let magnitude: i64 = format!("{whole}{fraction:0<6}").parse().ok()?;
    (magnitude <= 180_000_000).then_some(if negative { -magnitude } else { magnitude })
}

fn decode_text(field: &Field, json: &Json) -> Result<Value> {
    let text = json
        .as_str()
        .ok_or_else(|| wrong(field, "field.type", json))?;
    if text.contains('\0') {
        return Err(wrong(field, "field.type", json));
    }
    let text = if field.kind == FieldType::LongText {
        text
    } else {
        text.trim()
    };
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let malformed = match field.kind {
        FieldType::Choice => !field.choices.iter().any(|choice| choice.value == text),
        FieldType::Division => !is_division(text),
        FieldType::Email => !is_email(text),
        FieldType::Phone => !is_phone(text),
        _ => false,
    };
    if malformed {
        return Err(wrong(
            field,
            &format!("field.{}", kind_word(field.kind)),
            json,
        ));
    }
    not_too_long(field, text)
}

fn not_too_long(field: &Field, text: &str) -> Result<Value> {
    if text.chars().count() > field.length_max() {
        return Err(Refusal::malformed("field.too_long")
            .on(&field.name)
            .with("max", field.length_max())
            .into());
    }
    Ok(text.into())
}

const fn kind_word(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Choice => "choice",
        FieldType::Division => "division",
        FieldType::Email => "email",
        _ => "phone",
    }
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(user, host)| {
        !user.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !text.contains(' ')
    })
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain = text
        .chars()
        .all(|each| each.is_ascii_digit() || "+-() ext.转".contains(each));
    plain && (5..=20).contains(&digits)
}

/// Writes the JSON of one field. Links become bare id strings; the reader adds titles.
pub fn encode(kind: FieldType, value: &Value) -> Json {
    match (kind, value) {
        (_, Value::Null | Value::Bytes(_)) => Json::Null,
        (FieldType::Json, Value::Text(text)) => serde_json::from_str(text).unwrap_or(Json::Null),
        (_, Value::Text(text)) => json!(text),
        (FieldType::Boolean, Value::Int(number)) => json!(*number != 0),
        (FieldType::Date, Value::Int(number)) => {
            Date::from_number(*number).map_or(Json::Null, |date| json!(date.to_string()))
        }
        (FieldType::Instant, Value::Int(number)) => {
            json!(Instant::from_micros(*number).to_string())
        }
        (FieldType::Link | FieldType::Organisation, Value::Int(number)) => {
            json!(number.to_string())
        }
        (FieldType::Money, Value::Int(number)) => json!(format_scaled(*number, 2)),
        (FieldType::Degrees, Value::Int(number)) => json!(degrees_text(*number)),
        (FieldType::Integer, Value::Int(number)) => json!(number),
        (_, Value::Int(number)) => json!(format_scaled(*number, 0)),
    }
}

fn degrees_text(steps: i64) -> String {
    let sign = if steps < 0 { "-" } else { "" };
    let magnitude = steps.unsigned_abs();
    format!(
        "{sign}{}.{:06}",
        magnitude / 1_000_000,
        magnitude % 1_000_000
    )
}

/// Largest amount and quantity where no smaller limit is declared: sums of very many of them still fit.
const STEPS_MAX: i64 = 1_000_000_000_000 * 10_000;

/// Checks the declared smallest and largest number, and that amounts and quantities are of a size that can be added up.
///
/// # Errors
/// `field.range` naming the limit that is broken.
pub fn check_limits(field: &Field, value: &Value) -> Result<()> {
    let Some(number) = value.int().filter(|_| field.kind.is_number()) else {
        return Ok(());
    };
    let shown = |steps: i64| {
        if field.kind.is_scaled() {
            format_scaled(steps, 0)
        } else {
            steps.to_string()
        }
    };
    let usual = field.kind.is_scaled().then_some(STEPS_MAX);
    let declared = |limit: &Option<Limit>| limit.as_ref().and_then(|limit| limit.steps(field.kind));
    let largest = declared(&field.max).or(usual);
    let smallest = declared(&field.min).or_else(|| usual.map(|steps| -steps));
    for (limit, broken_when_larger) in [(largest, true), (smallest, false)] {
        let Some(steps) = limit else {
            continue;
        };
        if (broken_when_larger && number > steps) || (!broken_when_larger && number < steps) {
            let refusal = Refusal::invalid("field.range").on(&field.name);
            return Err(refusal
                .with("value", shown(number))
                .with("limit", shown(steps))
                .into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: &str) -> Field {
        let text = format!(
            "name = \"f\"\ntype = \"{kind}\"\nlabel = {{ zh = \"甲\", en = \"A\" }}\nmax = 20"
        );
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn degrees_are_read_exactly_or_not_at_all() {
        for (text, millionths) in [
            ("120.5", Some(120_500_000)),
            ("-0.000001", Some(-1)),
            ("180", Some(180_000_000)),
            ("180.000001", None),
            ("1.0000001", None),
            ("1.-5", None),
            ("--5", None),
            ("+5", None),
            (".5", None),
            ("", None),
        ] {
            assert_eq!(degrees(text), millionths, "{text}");
        }
    }

    #[test]
    fn values_round_trip() {
        for (kind, json) in [
            ("money", json!("12.30")),
            ("quantity", json!("3")),
            ("percent", json!("12.5")),
            ("date", json!("2026-02-28")),
            ("instant", json!("2026-02-28T01:02:03Z")),
            ("boolean", json!(true)),
            ("integer", json!(-7)),
            ("link", json!("123456789012345678")),
            ("degrees", json!("-0.120000")),
            ("text", json!("杭州")),
            ("json", json!({"a": [1, null]})),
        ] {
            let field = field(kind);
            assert_eq!(
                encode(field.kind, &decode(&field, &json).unwrap()),
                json,
                "{kind}"
            );
        }
    }

    #[test]
    fn wrong_types_are_refused() {
        for (kind, json) in [
            ("money", json!("1e3")),
            ("money", json!([1])),
            ("money", json!("0.00001")),
            ("date", json!("2026-02-30")),
            ("boolean", json!("yes")),
            ("integer", json!(1.5)),
            ("link", json!("abc")),
            ("email", json!("nobody")),
            ("division", json!("33010")),
            ("division", json!("330199")),
            ("text", json!("一二三四五六七八九十一二三四五六七八九十一")),
            ("degrees", json!("181")),
            ("json", json!({ "a": "more than twenty" })),
        ] {
            assert!(decode(&field(kind), &json).is_err(), "{kind} {json}");
        }
    }
}
