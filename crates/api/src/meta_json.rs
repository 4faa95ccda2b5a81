//! `/meta`: what a screen needs to draw itself, as far as the caller may see it.

use std::sync::Arc;

use qudao_base::{Actor, Result};
use qudao_kernel::Kernel;
use qudao_meta::{Menu, Object};
use serde_json::{Map, Value as Json, json};

/// The caller's view of all declarations.
pub(crate) fn meta(kernel: &Arc<Kernel>, actor: &Actor) -> Result<Json> {
    let mut objects = Map::new();
    for object in kernel.catalog.objects() {
        if let Some(json) = object_json(kernel, object, actor)? {
            objects.insert(object.name.clone(), json);
        }
    }
    let dashboards: Vec<Json> = kernel
        .catalog
        .dashboards
        .iter()
        .filter(|dashboard| dashboard.roles.iter().any(|role| actor.has_role(role)))
        .map(|dashboard| json!({ "name": dashboard.name, "label": dashboard.label }))
        .collect();
    Ok(json!({
        "version": 1,
        "menu": menu(kernel, actor, &objects),
        "objects": objects,
        "roles": kernel.catalog.roles,
        "dashboards": dashboards,
    }))
}

fn object_json(kernel: &Arc<Kernel>, object: &Object, actor: &Actor) -> Result<Option<Json>> {
    let model = kernel.model(&object.name)?;
    let access = kernel.access(&model, actor);
    if !access.may("read") {
        return Ok(None);
    }
    let mut shown = object.clone();
    shown.fields.retain(|field| access.sees(field));
    for field in &mut shown.fields {
        field.read_only = !access.writes(field);
    }
    let seen: Vec<String> = shown
        .fields
        .iter()
        .map(|field| field.name.clone())
        .collect();
    shown
        .actions
        .retain(|action| !action.internal && access.may(&action.name));
    shown.rules.clear();
    shown
        .views
        .retain(|view| view.roles.is_empty() || view.roles.iter().any(|role| actor.has_role(role)));
    for view in &mut shown.views {
        view.columns.retain(|column| seen.contains(column));
    }
    for section in &mut shown.sections {
        section.fields.retain(|field| seen.contains(field));
    }
    shown.sections.retain(|section| !section.fields.is_empty());
    shown.related.retain(|related| {
        let other = kernel.model(&related.object);
        other.is_ok_and(|other| kernel.access(&other, actor).may("read"))
    });
    let children: Vec<Json> = kernel
        .catalog
        .children(&object.name)
        .iter()
        .filter_map(|child| {
            child
                .child_of
                .as_ref()
                .map(|of| json!({ "object": child.name, "list": of.list, "link": of.link }))
        })
        .collect();
    let prints: Vec<&str> = kernel
        .templates()
        .iter()
        .filter(|one| one.object == object.name)
        .map(|one| one.name.as_str())
        .collect();
    let mut json = json!(shown);
    json["children"] = json!(children);
    json["prints"] = json!(prints);
    json["can"] = json!({
        "create": access.may("create"), "export": access.may("export"), "import": access.may("import"),
        "update": access.may("update"), "delete": access.may("delete"),
    });
    Ok(Some(json))
}

fn menu(kernel: &Arc<Kernel>, actor: &Actor, objects: &Map<String, Json>) -> Vec<Json> {
    let door = kernel.door(actor);
    let groups = kernel
        .catalog
        .menus
        .iter()
        .filter(|menu| menu.door == "both" || menu.door == door);
    groups
        .filter_map(|group| group_json(kernel, actor, objects, group))
        .collect()
}

fn group_json(
    kernel: &Arc<Kernel>,
    actor: &Actor,
    objects: &Map<String, Json>,
    group: &Menu,
) -> Option<Json> {
    let mut items: Vec<Json> = group
        .pages
        .iter()
        .filter(|page| page.roles.is_empty() || page.roles.iter().any(|role| actor.has_role(role)))
        .map(|page| json!({ "page": page.page, "label": page.label }))
        .collect();
    let mut listed: Vec<&Arc<Object>> = kernel
        .catalog
        .objects()
        .iter()
        .filter(|object| {
            object.menu.as_deref() == Some(&group.name) && objects.contains_key(&object.name)
        })
        .collect();
    listed.sort_by_key(|object| object.order);
    items.extend(listed.iter().map(|object| json!(object.name)));
    (!items.is_empty()).then(|| json!({ "name": group.name, "label": group.label, "items": items }))
}
