//! Steps in which somebody does something, and what the server says to it.

use qudao_base::Id;
use serde_json::{Map, Value as Json};

use super::Table;
use crate::{Answer, Ask, Checked, app::File, require, scenario::World, value, workbook};

/// `{login} 建立 {object} @{key}`; without a key the record is not named.
pub fn create(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let object = world.object(parts[1])?;
    let input = Json::Object(world.input(Some(&object), &table.pairs()?)?);
    let path = format!("/api/v1/{}", parts[1]);
    let answer = world.app.call(parts[0], "POST", &path, Some(&input))?;
    if let (true, Some(key)) = (answer.is_success(), parts.get(2)) {
        let id = id_of(&answer.body["record"])?;
        world.name(key, parts[1], id);
    }
    world.answered(answer);
    Ok(())
}

/// The id a record carries.
pub fn id_of(record: &Json) -> Checked<Id> {
    let text = record["id"].as_str().unwrap_or_default();
    text.parse()
        .map_err(|_| format!("the answer holds no record: {record}"))
}

/// `{login} 对 @{key} 执行 {action}`
pub fn act(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let known = world.known(parts[1])?;
    let object = world.object(&known.object)?;
    let input = Json::Object(world.input(Some(&object), &table.pairs()?)?);
    let path = format!("{}/{}", known.path(), parts[2]);
    let answer = world
        .app
        .send(&Ask::new(parts[0], "POST", &path, Some(&input)).seen(world.seen(&known)))?;
    world.answered(answer);
    Ok(())
}

/// `{login} 修改 @{key}`
pub fn change(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let known = world.known(parts[1])?;
    let object = world.object(&known.object)?;
    let mut input = world.input(Some(&object), &table.pairs()?)?;
    keep_lines(world, &known, &mut input)?;
    let (path, input) = (known.path(), Json::Object(input));
    let answer = world
        .app
        .send(&Ask::new(parts[0], "PATCH", &path, Some(&input)).seen(world.seen(&known)))?;
    world.answered(answer);
    Ok(())
}

/// Lines given by number change the stored lines at those places; the others stay, unless the list is `[]`.
fn keep_lines(
    world: &World,
    known: &crate::scenario::Known,
    input: &mut Map<String, Json>,
) -> Checked {
    let stored = world.stored(known)?;
    for (name, value) in input.iter_mut() {
        let (Some(lines), Some(old)) = (value.as_array_mut(), stored[name].as_array()) else {
            continue;
        };
        if lines.is_empty() {
            continue;
        }
        for (at, line) in old.iter().enumerate() {
            if at < lines.len() {
                lines[at]["id"] = line["id"].clone();
            } else {
                lines.push(serde_json::json!({ "id": line["id"] }));
            }
        }
    }
    Ok(())
}

/// `{login} 删除 @{key}`
pub fn delete(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let known = world.known(parts[1])?;
    let path = known.path();
    let answer = world
        .app
        .send(&Ask::new(parts[0], "DELETE", &path, None).seen(world.seen(&known)))?;
    world.answered(answer);
    Ok(())
}

/// `{login} 调用 {function}`
pub fn call(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let input = Json::Object(world.input(None, &table.pairs()?)?);
    let path = format!("/api/v1/call/{}", parts[1]);
    let answer = world.app.call(parts[0], "POST", &path, Some(&input))?;
    world.answered(answer);
    Ok(())
}

/// `{login} 向渠道 {code} 报来订单`: an order of a channel as its message brings it.
pub fn hand_over(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let object = world.object("incoming_order")?;
    let input = Json::Object(world.input(Some(&object), &table.pairs()?)?);
    let path = format!("/api/v1/channels/{}/orders", parts[1]);
    let answer = world.app.call(parts[0], "POST", &path, Some(&input))?;
    world.answered(answer);
    Ok(())
}

/// `{login} 导入 {object}`: the table, head and all, is sent as a CSV file.
pub fn import(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let lines = sheet(world, table)?.into_iter().map(|cells| {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        cells.join(",")
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    upload(world, parts, File::Csv(text))
}

/// `{login} 以工作簿导入 {object}`: likewise as a workbook, numbers as numbers and days as days.
pub fn import_workbook(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let bytes = workbook::of(&sheet(world, table)?).map_err(|error| error.to_string())?;
    upload(world, parts, File::Xlsx(bytes))
}

/// The table with its head, names resolved.
fn sheet(world: &World, table: &Table<'_>) -> Checked<Vec<Vec<String>>> {
    let rows = table.records()?;
    let head = rows.first().into_iter().flatten();
    let mut sheet: Vec<Vec<String>> = vec![head.map(|(name, _)| (*name).clone()).collect()];
    for row in &rows {
        let cells = row.iter().map(|(_, cell)| world.resolved(cell));
        sheet.push(cells.collect::<Checked<_>>()?);
    }
    Ok(sheet)
}

fn upload(world: &mut World, parts: &[&str], file: File) -> Checked {
    let path = format!("/api/v1/{}/import", parts[1]);
    let answer = world.app.upload(parts[0], &path, file)?;
    world.answered(answer);
    Ok(())
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

fn last(world: &World) -> Checked<&Answer> {
    world
        .last
        .as_ref()
        .ok_or_else(|| "nothing was asked before".to_owned())
}

/// `被拒绝，代码 {code}`
pub fn refused(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let answer = last(world)?;
    let found = answer.refusals().iter().any(|(code, _)| code == parts[0]);
    require(!answer.is_success() && found, || answer.shown())?;
    world.unexpected = false;
    Ok(())
}

/// `被拒绝，代码 {code}，字段 {field}`
pub fn refused_on(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let answer = last(world)?;
    let wanted = (parts[0].to_owned(), parts[1].to_owned());
    let found = answer.refusals().contains(&wanted);
    require(!answer.is_success() && found, || answer.shown())?;
    world.unexpected = false;
    Ok(())
}

/// `说明含 "{text}"`
pub fn says(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let answer = last(world)?;
    let says = answer.body.to_string().contains(parts[0]);
    require(!answer.is_success() && says, || answer.shown())
}

/// `答复的 {path} 为 {value}`
pub fn answer(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let answer = last(world)?;
    let actual = value::at_path(&answer.body, parts[0]);
    let expected = world.resolved(parts[1])?;
    let agrees = value::agrees(&world.app.kernel, None, actual, &expected)?;
    require(agrees, || {
        format!("{actual}; the whole answer: {}", answer.body)
    })
}
