//! Demo data: declared rows done as actions through the write path, by the demo users they name.
//!
//! Keeps true: all rows or none; demo data obeys every rule and permission that real input does.

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Actor, Fault, Id, Result, Stop, Value};
use qudao_meta::DemoRow;
use serde_json::{Map, Value as Json};

use crate::{
    Cx, Kernel, codec,
    model::quoted,
    people,
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
    let targets = targets(cx, row, keys)?;
    if row.find.is_some() && row.action.is_none() {
        return match targets[..] {
            [(_, Some(id))] => Ok(id),
            _ => Err(Fault::new(format!("{} records are found", targets.len())).into()),
        };
    }
    let present = cx.now();
    let actor = match &row.login {
        Some(login) => people::actor_of_login(cx, login)?,
        None => Actor::system(),
    };
    let input = resolved(&row.values, keys)?;
    cx.set_now(present.plus_days(-row.days_ago));
    let mut done = Err(Fault::new("no record is found").into());
    for (object, id) in targets {
        let request = Request {
            object,
            id,
            action: row.action.clone().unwrap_or_else(|| "create".to_owned()),
            input: input.clone(),
            version: None,
            then: None,
        };
        done = cx.as_actor(actor.clone(), |cx| pipeline::perform(cx, &request));
        if done.is_err() {
            break;
        }
    }
    cx.set_now(present);
    done
}

/// What the row is about: the object and, unless it is to be created, the record; of a `find` every record it fits.
fn targets(
    cx: &mut Cx<'_>,
    row: &DemoRow,
    keys: &HashMap<String, Id>,
) -> Result<Vec<(String, Option<Id>)>> {
    match (&row.object, &row.action, &row.on, &row.find) {
        (Some(object), None, None, None) => Ok(vec![(object.clone(), None)]),
        (Some(object), _, None, Some(find)) => {
            let find = resolved(find, keys)?;
            let found = found(cx, object, &find)?;
            Ok(found
                .into_iter()
                .map(|id| (object.clone(), Some(id)))
                .collect())
        }
        (None, Some(_), Some(on), None) => {
            let id = *keys
                .get(on)
                .ok_or_else(|| Fault::new(format!("no earlier row {on}")))?;
            Ok(vec![(object_of(cx, id)?, Some(id))])
        }
        _ => Err(Fault::new("a demo row is an object, a find or an action on a row").into()),
    }
}

/// Records whose fields have these values, oldest first.
fn found(cx: &mut Cx<'_>, object: &str, find: &Map<String, Json>) -> Result<Vec<Id>> {
    let model = cx.kernel().model(object)?;
    let (mut terms, mut parameters) = (vec!["1 = 1".to_owned()], Vec::<Value>::new());
    for (name, json) in find {
        let field = model
            .object
            .field(name)
            .ok_or_else(|| Fault::new(format!("{object} has no field {name}")))?;
        terms.push(format!("t.{} = ?", quoted(name)));
        parameters.push(codec::decode(field, json)?);
    }
    let sql = format!(
        "SELECT t.\"id\" FROM {} t WHERE {} ORDER BY t.\"id\"",
        model.table(),
        terms.join(" AND ")
    );
    let rows = cx.query(&sql, &parameters)?;
    rows.iter().map(|row| row.id(0)).collect()
}

fn resolved(table: &toml::Table, keys: &HashMap<String, Id>) -> Result<Map<String, Json>> {
    let json = resolve(&serde_json::to_value(table).unwrap_or_default(), keys)?;
    Ok(json.as_object().cloned().unwrap_or_else(Map::new))
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
