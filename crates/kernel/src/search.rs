//! Search across all objects the actor may read.
//!
//! Keeps true: the same scope and field mask as lists; a hit is found by fields the actor sees, never by hidden ones.

use std::sync::Arc;

use qudao_base::Result;
use serde_json::{Value as Json, json};

use crate::{
    Cx,
    read::{self, ListRequest},
};

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
            search: Some(words.chars().take(100).collect()),
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
