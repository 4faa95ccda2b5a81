//! Steps in which somebody looks at records, lists, figures and decisions.

use qudao_base::{Actor, parse_scaled};
use qudao_kernel::ledger::AccountKey;
use serde_json::{Value as Json, json};

use super::{Table, telling::id_of};
use crate::{Answer, Checked, app::said, require, scenario::World, value};

fn reply(world: &World, login: &str, key: &str) -> Checked<Answer> {
    let known = world.known(key)?;
    let answer = world.app.call(login, "GET", &known.path(), None)?;
    require(answer.is_success(), || answer.shown())?;
    Ok(answer)
}

fn check(world: &World, login: &str, key: &str, rows: &[(String, String)]) -> Checked {
    let record = reply(world, login, key)?.body["record"].clone();
    let object = world.object(&world.known(key)?.object)?;
    for (path, expected) in rows {
        let actual = value::at_path(&record, path);
        let first = path.split('.').next().unwrap_or_default();
        require(record.get(first).is_some(), || {
            format!("{login} sees no {first}")
        })?;
        let expected = world.resolved(expected)?;
        let field = world.field(&object, path);
        let agrees = value::agrees(&world.app.kernel, field, actual, &expected)?;
        require(agrees, || format!("{path} is {actual}, not {expected}"))?;
    }
    Ok(())
}

/// `{login} 看到 @{key}`
pub fn record(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    check(world, parts[0], parts[1], &table.pairs()?)
}

/// `{login} 看到 @{key} 的 {field} 为 {value}`
pub fn field(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let row = (parts[2].to_owned(), parts[3].to_owned());
    check(world, parts[0], parts[1], &[row])
}

/// `{login} 看到 @{key} 的 {field} 为`: empty.
pub fn empty(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    check(
        world,
        parts[0],
        parts[1],
        &[(parts[2].to_owned(), String::new())],
    )
}

/// `{login} 看不到 @{key}`
pub fn unseen(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let known = world.known(parts[1])?;
    let answer = world.app.call(parts[0], "GET", &known.path(), None)?;
    require(answer.status == 404, || answer.shown())
}

/// `{login} 看不到 @{key} 的 {field}`
pub fn masked(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let answer = reply(world, parts[0], parts[1])?;
    let shown = answer.body["record"].get(parts[2]);
    require(shown.is_none(), || {
        format!("{} is shown: {shown:?}", parts[2])
    })
}

fn list(world: &World, login: &str, object: &str, condition: &str) -> Checked<Vec<Json>> {
    let filter = query_text(&world.expression(condition)?);
    let path = format!("/api/v1/{object}?limit=200&filter={filter}");
    let answer = world.app.call(login, "GET", &path, None)?;
    require(answer.is_success(), || answer.shown())?;
    Ok(answer.body["rows"].as_array().cloned().unwrap_or_default())
}

/// A value in the query of an address: `&`, `=` and `%` mean nothing there.
fn query_text(text: &str) -> String {
    text.replace('%', "%25")
        .replace('&', "%26")
        .replace('=', "%3D")
        .replace('+', "%2B")
}

fn count(world: &World, parts: &[&str], condition: &str) -> Checked {
    let rows = list(world, parts[0], parts[2], condition)?;
    require(rows.len().to_string() == parts[1], || {
        format!("{} rows: {}", rows.len(), Json::Array(rows.clone()))
    })
}

/// `{login} 看到 {n} 条 {object}`
pub fn rows(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    count(world, parts, "")
}

/// `{login} 看到 {n} 条 {object}，条件 {expression}`
pub fn rows_where(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    count(world, parts, parts[3])
}

/// `{login} 找到 {object} @{key}，条件 {expression}`
pub fn find(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let rows = list(world, parts[0], parts[1], parts[3])?;
    require(rows.len() == 1, || {
        format!("{} rows: {}", rows.len(), Json::Array(rows.clone()))
    })?;
    let id = id_of(&rows[0])?;
    world.name(parts[2], parts[1], id);
    Ok(())
}

fn offered(world: &World, login: &str, key: &str, action: &str) -> Checked<(bool, Json)> {
    let answer = reply(world, login, key)?;
    let actions = answer.body["actions"].clone();
    let found = actions
        .as_array()
        .is_some_and(|all| all.iter().any(|one| one == action));
    Ok((found, actions))
}

/// `{login} 可以对 @{key} 执行 {action}`
pub fn may(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let (found, actions) = offered(world, parts[0], parts[1], parts[2])?;
    require(found, || format!("offered are only {actions}"))
}

/// `{login} 不能对 @{key} 执行 {action}`
pub fn may_not(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let (found, actions) = offered(world, parts[0], parts[1], parts[2])?;
    require(!found, || format!("offered are {actions}"))
}

/// `{login} 在 @{key} 的决定中读到 "{text}"`
pub fn decisions(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let known = world.known(parts[1])?;
    let path = format!("{}/timeline", known.path());
    let answer = world.app.call(parts[0], "GET", &path, None)?;
    require(answer.is_success(), || answer.shown())?;
    let entries = answer.body["entries"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let decisions: Vec<Json> = entries
        .iter()
        .map(|entry| entry["decisions"].clone())
        .collect();
    let found = decisions
        .iter()
        .any(|one| one.to_string().contains(parts[2]));
    require(found, || {
        format!("the decisions say {}", Json::Array(decisions.clone()))
    })
}

/// `{login} 在 @{key} 的决定、回执和答复中读不到 "{text}"`: everywhere a decision is shown.
pub fn no_decisions(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let path = format!("{}/timeline", world.known(parts[1])?.path());
    let timeline = world.app.call(parts[0], "GET", &path, None)?;
    require(timeline.is_success(), || timeline.shown())?;
    let entries = timeline.body["entries"].as_array().cloned();
    let entries = entries.unwrap_or_default();
    let decisions = entries
        .iter()
        .filter_map(|entry| entry["decisions"].as_array())
        .flatten();
    let ids: Vec<String> = decisions
        .filter_map(|one| one["id"].as_str().map(ToOwned::to_owned))
        .collect();
    require(!ids.is_empty(), || "there are no decisions".to_owned())?;
    let mut shown = vec![timeline.body.to_string()];
    for id in ids {
        let path = format!("/api/v1/decisions/{id}/receipt");
        let receipt = world.app.call(parts[0], "GET", &path, None)?;
        require(receipt.is_success(), || receipt.shown())?;
        shown.push(receipt.body.to_string());
    }
    shown.extend(world.last.iter().map(|answer| answer.body.to_string()));
    let found = shown.iter().find(|text| text.contains(parts[2]));
    require(found.is_none(), || {
        format!("it reads {}", found.cloned().unwrap_or_default())
    })
}

fn measured(world: &World, parts: &[&str], condition: &str) -> Checked {
    let filter = world.expression(condition)?;
    let query = json!({ "object": parts[1], "measures": [parts[2]], "by": [], "filter": filter });
    let answer = world
        .app
        .call(parts[0], "POST", "/api/v1/query", Some(&query))?;
    require(answer.is_success(), || answer.shown())?;
    let actual = &answer.body["rows"][0][0];
    let text = match actual {
        Json::String(text) => text.clone(),
        Json::Null => "0".to_owned(),
        other => other.to_string(),
    };
    require(value::same_number(&text, parts[3]), || {
        format!("{} is {text}", parts[2])
    })
}

/// `{login} 查得 {object} 的 {measure} 为 {value}`
pub fn measure(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    measured(world, parts, "")
}

/// `{login} 查得 {object} 的 {measure} 为 {value}，条件 {expression}`
pub fn measure_where(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    measured(world, parts, parts[4])
}

/// `账户 {kind} @{owner} {unit} 余额 {amount}，占用 {amount}`
pub fn account(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    // Kinds are named by constants of packs; a test that reads one from a text keeps it for the rest of its short life.
    let kind: &'static str = Box::leak(parts[0].to_owned().into_boxed_str());
    let key = AccountKey::new(kind, world.known(parts[1])?.id, world.resolved(parts[2])?);
    let found = world
        .app
        .kernel
        .read(&Actor::system(), |cx| cx.ledger().balance(&key))
        .map_err(said)?;
    let wanted = (
        parse_scaled(parts[3]).map_err(said)?,
        parse_scaled(parts[4]).map_err(said)?,
    );
    require((found.balance, found.held) == wanted, || {
        format!("{found:?} in 1/10,000")
    })
}
