//! Demo data: declared rows done as actions through the write path, by the demo users they name.
//!
//! Keeps true: all rows or none; demo data obeys every rule and permission that real input does.

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Actor, Fault, Id, Result, Stop};
use qudao_meta::DemoRow;
use serde_json::{Map, Value as Json};

use crate::{
    Cx, Kernel, people,
    pipeline::{self, Request},
};

impl Kernel {
    /// Loads the demo rows of all packs unless some user exists already. Returns how many rows were done.
    ///
    /// # Errors
    /// A fault that names the first row that was refused, and why.
    pub fn load_demo(self: &Arc<Self>) -> Result<usize> {
        let rows = self.catalog.demo.rows.clone();
        self.write(&Actor::system(), move |cx| {
            if !cx.query("SELECT 1 FROM \"user\" LIMIT 1", &[])?.is_empty() {
                return Ok(0);
            }
            let mut keys: HashMap<String, Id> = HashMap::new();
            for (at, row) in rows.iter().enumerate() {
                let id = load(cx, row, &keys).map_err(|stop| explain(at, row, &stop))?;
                if let Some(key) = &row.key {
                    keys.insert(format!("@{key}"), id);
                }
            }
            Ok(rows.len())
        })
    }
}

fn explain(at: usize, row: &DemoRow, stop: &Stop) -> Stop {
    let what = row
        .object
        .as_ref()
        .or(row.on.as_ref())
        .cloned()
        .unwrap_or_default();
    let key = row.key.clone().unwrap_or_default();
    Fault::new(format!(
        "demo row {at} ({what} {} {key}): {stop}",
        row.action.clone().unwrap_or_default()
    ))
    .into()
}

fn load(cx: &mut Cx<'_>, row: &DemoRow, keys: &HashMap<String, Id>) -> Result<Id> {
    let present = cx.now();
    let actor = match &row.login {
        Some(login) => people::actor_of_login(cx, login)?,
        None => Actor::system(),
    };
    let input = resolve(&serde_json::to_value(&row.values).unwrap_or_default(), keys)?;
    let input = input.as_object().cloned().unwrap_or_else(Map::new);
    let request = match (&row.object, &row.action, &row.on) {
        (Some(object), None, _) => Request {
            object: object.clone(),
            action: "create".to_owned(),
            input,
            ..Request::default()
        },
        (None, Some(action), Some(on)) => {
            let id = *keys
                .get(on)
                .ok_or_else(|| Fault::new(format!("no earlier row {on}")))?;
            let object = object_of(cx, id)?;
            Request {
                object,
                id: Some(id),
                action: action.clone(),
                input,
                version: None,
            }
        }
        _ => return Err(Fault::new("a demo row is either an object or an action on a row").into()),
    };
    cx.set_now(present.plus_days(-row.days_ago));
    let done = cx.as_actor(actor, |cx| pipeline::perform(cx, &request));
    cx.set_now(present);
    done
}

fn object_of(cx: &mut Cx<'_>, id: Id) -> Result<String> {
    let rows = cx.query(
        "SELECT object FROM action_log WHERE record_id = ? LIMIT 1",
        &[id.into()],
    )?;
    rows.first().map_or_else(
        || Err(Fault::new("a demo row vanished").into()),
        |row| row.text(0).map(ToOwned::to_owned),
    )
}

/// Replaces every text `@key` by the id of that row, and `@key.field`-free texts stay as they are.
fn resolve(json: &Json, keys: &HashMap<String, Id>) -> Result<Json> {
    Ok(match json {
        Json::String(text) if text.starts_with('@') => {
            let id = keys
                .get(text)
                .ok_or_else(|| Fault::new(format!("no earlier row {text}")))?;
            Json::String(id.to_string())
        }
        Json::Array(items) => Json::Array(
            items
                .iter()
                .map(|item| resolve(item, keys))
                .collect::<Result<_>>()?,
        ),
        Json::Object(map) => {
            let pairs = map
                .iter()
                .map(|(name, value)| Ok((name.clone(), resolve(value, keys)?)));
            Json::Object(pairs.collect::<Result<_>>()?)
        }
        other => other.clone(),
    })
}
