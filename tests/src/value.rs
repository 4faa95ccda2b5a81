//! Texts of a scenario's table as JSON for the server, and what the server says against them.

use jiff::tz::TimeZone;
use qudao_base::{Date, Instant, parse_scaled};
use qudao_kernel::Kernel;
use qudao_meta::{Field, FieldType, Object};
use serde_json::{Map, Value as Json, json};

use crate::{Checked, app::said};

/// The field a path such as `amount` or `lines.1.quantity` leads to.
pub fn field_of<'k>(kernel: &'k Kernel, object: &'k Object, path: &str) -> Option<&'k Field> {
    let mut parts = path.split('.');
    let first = parts.next()?;
    if let Some(field) = object.field(first) {
        return Some(field);
    }
    let child = kernel
        .catalog
        .children(&object.name)
        .iter()
        .find(|child| child.child_of.as_ref().is_some_and(|of| of.list == first))?;
    parts.next()?;
    child.field(parts.next()?)
}

/// Text of a cell, keys already replaced, as JSON of the field's type.
pub fn json_of(kernel: &Kernel, field: Option<&Field>, text: &str) -> Checked<Json> {
    if text.is_empty() {
        return Ok(Json::Null);
    }
    let Some(field) = field else {
        return Ok(free(text));
    };
    let wrong = || format!("`{text}` is no value of {}", field.name);
    Ok(match field.kind {
        FieldType::Integer => json!(text.parse::<i64>().map_err(|_| wrong())?),
        FieldType::Boolean => json!(text.parse::<bool>().map_err(|_| wrong())?),
        FieldType::Date => match day(kernel, text)? {
            Some(date) => json!(date.to_string()),
            None => json!(text),
        },
        FieldType::Instant => match day(kernel, text)? {
            Some(date) => json!(date.start(&kernel.site.zone).map_err(said)?.to_string()),
            None => json!(text),
        },
        FieldType::Json => free(text),
        _ => json!(text),
    })
}

/// Text without a declared type: JSON where it looks like it, text otherwise.
pub fn free(text: &str) -> Json {
    let looks = text.starts_with(['{', '[', '"']) || ["true", "false", "null"].contains(&text);
    let read = looks.then(|| serde_json::from_str(text).ok()).flatten();
    read.unwrap_or_else(|| json!(text))
}

/// `today`, `today+7`, `today-30`; nothing for any other text.
fn day(kernel: &Kernel, text: &str) -> Checked<Option<Date>> {
    let Some(rest) = text.strip_prefix("today") else {
        return Ok(None);
    };
    let days: i64 = if rest.is_empty() {
        0
    } else {
        rest.parse().map_err(|_| format!("`{text}` is no day"))?
    };
    let today = kernel.today().map_err(said)?;
    Ok(Some(today.plus_days(days).map_err(said)?))
}

/// Puts a value at a dotted path; numbers are places in a list, from 1.
pub fn put(into: &mut Map<String, Json>, path: &str, value: Json) -> Checked {
    let mut parts = path.splitn(3, '.');
    let first = parts.next().unwrap_or_default().to_owned();
    let (Some(place), Some(rest)) = (parts.next(), parts.next()) else {
        if path.contains('.') {
            return Err(format!("`{path}` is neither a field nor a line's field"));
        }
        into.insert(first, value);
        return Ok(());
    };
    let place: usize = place.parse().map_err(|_| format!("`{path}`: no number"))?;
    let list = into.entry(first).or_insert_with(|| json!([]));
    let list = list
        .as_array_mut()
        .ok_or_else(|| format!("`{path}`: no list"))?;
    while list.len() < place {
        list.push(json!({}));
    }
    let line = place
        .checked_sub(1)
        .and_then(|at| list.get_mut(at))
        .and_then(Json::as_object_mut);
    put(
        line.ok_or_else(|| format!("`{path}`: counted from 1"))?,
        rest,
        value,
    )
}

/// What stands at a dotted path.
pub fn at_path<'j>(json: &'j Json, path: &str) -> &'j Json {
    path.split('.')
        .fold(json, |json, part| match part.parse::<usize>() {
            Ok(place) if json.is_array() => &json[place.wrapping_sub(1)],
            _ => &json[part],
        })
}

/// Whether the server's value is what the cell says.
pub fn agrees(
    kernel: &Kernel,
    field: Option<&Field>,
    actual: &Json,
    expected: &str,
) -> Checked<bool> {
    let kind = field.map(|field| field.kind);
    Ok(match actual {
        Json::Null => expected.is_empty(),
        Json::Bool(value) => value.to_string() == expected,
        Json::Number(number) => number.to_string() == expected,
        Json::Object(link) => {
            let is = |key: &str| link.get(key).and_then(Json::as_str) == Some(expected);
            is("id") || is("title") || *actual == free(expected)
        }
        Json::Array(_) => *actual == free(expected),
        Json::String(text) => {
            text == expected
                || (kind.is_none_or(FieldType::is_scaled) && same_number(text, expected))
                || on_day(kernel, kind, text, expected)?
        }
    })
}

/// Two decimals of one size, `12` and `12.00`.
pub fn same_number(one: &str, other: &str) -> bool {
    matches!((parse_scaled(one), parse_scaled(other)), (Ok(one), Ok(other)) if one == other)
}

fn on_day(kernel: &Kernel, kind: Option<FieldType>, text: &str, expected: &str) -> Checked<bool> {
    let Some(expected) = day(kernel, expected)? else {
        return Ok(false);
    };
    let date = match kind {
        Some(FieldType::Instant) => date_of(text, &kernel.site.zone)?.to_string(),
        _ => text.to_owned(),
    };
    Ok(date == expected.to_string())
}

fn date_of(text: &str, zone: &TimeZone) -> Checked<Date> {
    let moment: jiff::Timestamp = text.parse().map_err(|error| format!("{text}: {error}"))?;
    Instant::from_micros(moment.as_microsecond())
        .date(zone)
        .map_err(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_in_and_out() {
        let mut map = Map::new();
        for (path, value) in [("a", "1"), ("lines.2.b", "2"), ("lines.1.b", "3")] {
            put(&mut map, path, json!(value)).unwrap();
        }
        let json = Json::Object(map);
        assert_eq!(
            json,
            json!({ "a": "1", "lines": [{ "b": "3" }, { "b": "2" }] })
        );
        assert_eq!(at_path(&json, "lines.2.b"), "2");
        assert_eq!(*at_path(&json, "lines.3.b"), Json::Null);
        assert!(put(&mut Map::new(), "lines.0.b", Json::Null).is_err());
        assert!(put(&mut Map::new(), "lines.b", Json::Null).is_err());
    }

    #[test]
    fn numbers_are_the_same_whatever_their_zeros() {
        assert!(same_number("12", "12.00"));
        assert!(!same_number("12", "12.01"));
        assert!(!same_number("a", "a"));
    }
}
