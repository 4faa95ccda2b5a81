//! Search: words as a condition on the rows of an object, and across all objects the actor may read.
//!
//! Keeps true: the same scope and field mask as lists; a hit is found by fields the actor sees, never by hidden ones.

use std::sync::Arc;

use qudao_base::{Result, Value};
use qudao_meta::{Field, Object};
use serde_json::{Value as Json, json};

use crate::{
    Cx,
    access::Access,
    condition::Condition,
    model::quoted,
    read::{self, ListRequest},
};

/// So much of a search counts; no field of a record is looked for by more.
const CHARACTERS_MAX: usize = 100;
/// And so many words of it.
const WORDS_MAX: usize = 5;

/// Words of a search as a condition over the object's search fields; every word must be found in one of them.
pub(crate) fn condition_of(object: &Object, access: &Access<'_>, words: &str) -> Option<Condition> {
    let is_searched = |field: &&Field| {
        let named = field.search || field.name == object.title;
        named && field.kind.is_text() && access.sees(field)
    };
    let tests: Vec<String> = object
        .fields
        .iter()
        .filter(is_searched)
        .map(|field| format!("LOWER(t.{}) LIKE ? ESCAPE '!'", quoted(&field.name)))
        .collect();
    let text = if tests.is_empty() {
        "1 = 0".to_owned()
    } else {
        tests.join(" OR ")
    };
    let words: String = words.chars().take(CHARACTERS_MAX).collect();
    let conditions = words.split_whitespace().take(WORDS_MAX).map(|word| {
        let pattern = word
            // As both databases fold: letters of ASCII only.
            .to_ascii_lowercase()
            .replace('!', "!!")
            .replace('%', "!%")
            .replace('_', "!_");
        Condition {
            text: text.clone(),
            parameters: vec![Value::Text(format!("%{pattern}%")); tests.len()],
        }
    });
    conditions.reduce(Condition::and)
}

/// Most hits per object.
const HITS_PER_OBJECT: i64 = 5;

/// Records in which every word is found: `{hits: [{object, id, title, detail}]}`.
pub fn search(cx: &mut Cx<'_>, words: &str) -> Result<Json> {
    let mut hits: Vec<Json> = Vec::new();
    if words.trim().is_empty() {
        return Ok(json!({ "hits": hits }));
    }
    let catalog = Arc::clone(&cx.kernel().catalog);
    for object in catalog
        .objects()
        .iter()
        .filter(|object| object.child_of.is_none())
    {
        let searchable = object.fields.iter().any(|field| field.search);
        let model = cx.kernel().model(&object.name)?;
        if !searchable || !cx.kernel().access(&model, cx.actor()).may("read") {
            continue;
        }
        let request = ListRequest {
            object: object.name.clone(),
            search: Some(words.to_owned()),
            limit: Some(HITS_PER_OBJECT),
            ..ListRequest::default()
        };
        for row in read::list(cx, &request)?.rows {
            let shown = |name: &str| row.get(name).and_then(Json::as_str).map(ToOwned::to_owned);
            let detail: Vec<String> = object
                .fields
                .iter()
                .filter(|field| field.search && field.name != object.title)
                .filter_map(|field| shown(&field.name))
                .take(2)
                .collect();
            let title = shown(&object.title);
            hits.push(json!({ "object": object.name, "id": row["id"], "title": title, "detail": detail.join(" · ") }));
        }
    }
    Ok(json!({ "hits": hits }))
}
