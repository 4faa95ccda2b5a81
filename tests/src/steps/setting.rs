//! Steps that set the scene: users, what the system does, settings, time.

use qudao_packs::order::records::SalesOrder;

use super::Table;
use crate::{Checked, app::said, scenario::World};

/// `有用户`
pub fn users(world: &mut World, _: &[&str], table: &Table<'_>) -> Checked {
    for row in table.records()? {
        let cell = |name: &str| {
            let found = row.iter().find(|(column, _)| column == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let roles: Vec<&str> = cell("roles").split(',').map(str::trim).collect();
        let organisation = match cell("organisation") {
            "" => None,
            key => Some(world.known(key)?.id),
        };
        let roles: Vec<&str> = roles.into_iter().filter(|role| !role.is_empty()).collect();
        let id = world.app.add_user(cell("login"), &roles, organisation)?;
        world.name(cell("login"), "user", id);
    }
    Ok(())
}

/// `系统建立 {object} @{key}`
pub fn create(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let object = world.object(parts[0])?;
    let input = world.input(Some(&object), &table.pairs()?)?;
    let id = world.app.as_system(parts[0], None, "create", input)?;
    world.name(parts[1], parts[0], id);
    Ok(())
}

/// `系统对 @{key} 执行 {action}`
pub fn act(world: &mut World, parts: &[&str], table: &Table<'_>) -> Checked {
    let known = world.known(parts[0])?;
    let object = world.object(&known.object)?;
    let input = world.input(Some(&object), &table.pairs()?)?;
    world
        .app
        .as_system(&known.object, Some(known.id), parts[1], input)?;
    Ok(())
}

/// `系统把 @{key} 记为历史`: what an import of another system's orders does, which nobody may do from outside.
pub fn history(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let order = world.known(parts[0])?.id;
    let system = qudao_base::Actor::system();
    world
        .app
        .kernel
        .write(&system, move |cx| {
            cx.act::<SalesOrder>(order, "record_history", |_| {})
        })
        .map(drop)
        .map_err(said)
}

/// `设置 {name} 为 {value}`
pub fn setting(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    let system = qudao_base::Actor::system();
    world
        .app
        .kernel
        .change_setting(&system, parts[0], parts[1])
        .map_err(said)
}

/// `过去 {n} 天`
pub fn days(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    world.app.pass(number(parts[0])? * 86_400)
}

/// `过去 {n} 小时`
pub fn hours(world: &mut World, parts: &[&str], _: &Table<'_>) -> Checked {
    world.app.pass(number(parts[0])? * 3_600)
}

fn number(text: &str) -> Checked<i64> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}
