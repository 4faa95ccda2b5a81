//! What a cell of an imported file means: choices and truths by any of their names, links by title, moments by the
//! clocks of the site.
//!
//! Keeps true: a link is found only among records the actor may read; a title several records have is refused, not guessed.
//! Not here: types that a file writes as the API does (`codec`).

use std::collections::HashMap;

use qudao_base::{Instant, Refusal, Result, Stop, Value};
use qudao_meta::{Field, FieldType};
use serde_json::{Value as Json, json};

use crate::{Cx, model::quoted};

/// Ids of linked records by object and title, each looked for once per file.
pub(crate) type KnownTitles = HashMap<(String, String), Option<String>>;

/// The JSON an action takes for what stands in a cell of the field.
///
/// # Errors
/// Refused at the field when its text is no such value, or names no record or several.
pub(crate) fn value_of(
    cx: &mut Cx<'_>,
    field: &Field,
    text: &str,
    titles: &mut KnownTitles,
) -> Result<Json> {
    Ok(match (field.kind, &field.to) {
        (FieldType::Boolean, _) => json!(truth(text).ok_or_else(|| {
            let refusal = Refusal::malformed("field.type").on(&field.name);
            refusal
                .with_label("field", &field.label)
                .with("value", text)
        })?),
        (FieldType::Choice, _) => {
            let named = |choice: &&qudao_meta::Choice| {
                choice.value == text || choice.label.zh == text || choice.label.en == text
            };
            json!(
                field
                    .choices
                    .iter()
                    .find(named)
                    .map_or(text, |choice| choice.value.as_str())
            )
        }
        (FieldType::Link, Some(target)) => {
            let key = (target.clone(), text.to_owned());
            if !titles.contains_key(&key) {
                let found = id_by_title(cx, target, text).map_err(|stop| match stop {
                    Stop::Refusal(refusal) => Stop::from(refusal.on(&field.name)),
                    fault @ Stop::Fault(_) => fault,
                })?;
                titles.insert(key.clone(), found);
            }
            let id = titles.get(&key).cloned().flatten();
            json!(id.ok_or_else(|| {
                Refusal::invalid("link.not_found")
                    .on(&field.name)
                    .with_label("field", &field.label)
            })?)
        }
        (FieldType::Instant, _) => match Instant::local(text, cx.zone()) {
            Some(moment) if has_no_zone(text) => json!(moment.to_string()),
            _ => json!(text),
        },
        (FieldType::Percent, _) => json!(text.strip_suffix('%').unwrap_or(text)),
        _ => json!(text),
    })
}

/// True for a moment as spreadsheets write it, by the clocks of the site.
fn has_no_zone(text: &str) -> bool {
    let digits = |one: char| one.is_ascii_digit() || "-: T.".contains(one);
    text.chars().all(digits)
}

/// Yes or no as people and spreadsheets write it.
fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" | "是" | "真" => Some(true),
        "false" | "no" | "0" | "否" | "假" => Some(false),
        _ => None,
    }
}

/// The id of the target's record with this title or unique value, among those the actor may read.
///
/// # Errors
/// `import.ambiguous_link` when several records have it.
fn id_by_title(cx: &mut Cx<'_>, target: &str, text: &str) -> Result<Option<String>> {
    let model = cx.kernel().model(target)?;
    let object = &model.object;
    let actor = cx.actor().clone();
    let access = cx.kernel().access(&model, &actor);
    if !access.may("read") {
        return Ok(None);
    }
    let visible = access.rows("read")?;
    let is_key = |field: &Field| {
        let alone = |fields: &Vec<String>| fields.as_slice() == std::slice::from_ref(&field.name);
        field.unique || object.uniques.iter().any(|unique| alone(&unique.fields))
    };
    let named = object
        .fields
        .iter()
        .filter(|field| (field.name == object.title || is_key(field)) && field.kind.is_text());
    let tests: Vec<String> = named
        .map(|field| format!("t.{} = ?", quoted(&field.name)))
        .collect();
    let sql = format!(
        "SELECT t.\"id\" FROM {} t WHERE ({}) AND ({}) ORDER BY t.\"id\" LIMIT 2",
        model.table(),
        tests.join(" OR "),
        visible.text
    );
    let mut parameters: Vec<Value> = vec![text.into(); tests.len()];
    parameters.extend(visible.parameters);
    let rows = cx.query(&sql, &parameters)?;
    if rows.len() > 1 {
        let refusal = Refusal::invalid("import.ambiguous_link");
        return Err(refusal.with("value", text).into());
    }
    rows.first()
        .map(|row| Ok(row.id(0)?.to_string()))
        .transpose()
}
