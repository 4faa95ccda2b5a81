//! Steps in which several do something at the same moment.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::{
    Ask, Checked, require,
    scenario::World,
    steps::{Table, id_of},
};

type Row = Vec<(String, String)>;

/// Takes the columns that are not fields out of a row.
fn taken(row: Row, names: &[&str]) -> (BTreeMap<String, String>, Row) {
    let (own, fields): (Row, Row) = row
        .into_iter()
        .partition(|(name, _)| names.contains(&name.as_str()));
    (own.into_iter().collect(), fields)
}

fn cell<'r>(row: &'r BTreeMap<String, String>, name: &str) -> Checked<&'r str> {
    let found = row.get(name).map(String::as_str);
    found.ok_or_else(|| format!("the table needs a column `{name}`"))
}

/// `同时建立 {object}`
pub fn create(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let object = world.object(parts[0])?;
    let path = format!("/api/v1/{}", parts[0]);
    let (mut requests, mut keys) = (Vec::new(), Vec::new());
    for row in table.records()? {
        let (own, fields) = taken(row, &["as", "key"]);
        let fields: Row = fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let input = Json::Object(world.input(Some(&object), &fields)?);
        let ask = Ask::new(cell(&own, "as")?, "POST", &path, Some(&input));
        requests.push(world.app.request(&ask)?);
        keys.push(own.get("key").cloned().unwrap_or_default());
    }
    let answers = world.app.at_once(requests)?;
    for (answer, key) in answers.iter().zip(keys) {
        if answer.is_success() && !key.is_empty() {
            let id = id_of(&answer.body["record"])?;
            world.name(&key, parts[0], id);
        }
    }
    world.unexpected = false;
    world.all = answers;
    Ok(())
}

/// `同时执行 {action}`
pub fn act(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let mut requests = Vec::new();
    for row in table.records()? {
        let (own, fields) = taken(row, &["as", "on"]);
        let known = world.known(cell(&own, "on")?)?;
        let object = world.object(&known.object)?;
        let fields: Row = fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let input = Json::Object(world.input(Some(&object), &fields)?);
        let path = format!("{}/{}", known.path(), parts[0]);
        let ask = Ask::new(cell(&own, "as")?, "POST", &path, Some(&input)).seen(world.seen(&known));
        requests.push(world.app.request(&ask)?);
    }
    world.all = world.app.at_once(requests)?;
    world.unexpected = false;
    Ok(())
}

/// `{n} 个成功，其余被拒绝，代码 {code}`
pub fn succeeded(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let (good, bad): (Vec<_>, Vec<_>) = world.all.iter().partition(|answer| answer.is_success());
    let shown = || {
        let all: Vec<String> = world.all.iter().map(crate::Answer::shown).collect();
        all.join("\n  ")
    };
    require(good.len().to_string() == parts[0], shown)?;
    let with_code =
        |answer: &&crate::Answer| answer.refusals().iter().any(|(code, _)| code == parts[1]);
    require(bad.iter().all(with_code), shown)
}
