//! The checks a set of declarations passes before anything runs on it. Each problem is one sentence with its place.

use std::collections::HashSet;

use crate::{Aggregate, Catalog, DeleteRule, Field, FieldType, Object, Through};

const PLAIN_ACTIONS: [&str; 6] = ["read", "create", "update", "delete", "export", "import"];
const KEPT_NAMES: [&str; 8] = [
    "id",
    "version",
    "state",
    "number",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
];

pub(crate) fn check(catalog: &Catalog, problems: &mut Vec<String>) {
    for object in catalog.objects() {
        let mut found = Vec::new();
        if object.cached && !object.logged {
            let problem = "answers about what is not logged are not kept: `cached` needs `logged`";
            found.push(problem.to_owned());
        }
        check_fields(catalog, object, &mut found);
        check_actions(catalog, object, &mut found);
        check_permissions(catalog, object, &mut found);
        check_layout(catalog, object, &mut found);
        check_shipped(object, &mut found);
        check_measures(object, &mut found);
        check_summaries(catalog, object, &mut found);
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("object {}: {problem}", object.name)),
        );
    }
    for dashboard in &catalog.dashboards {
        for tile in &dashboard.tiles {
            let known = catalog.object(&tile.object);
            let missing = tile
                .measures
                .iter()
                .find(|name| known.is_none_or(|object| object.measure(name).is_none()));
            if let Some(name) = missing {
                problems.push(format!(
                    "dashboard {}: {} has no measure {name}",
                    dashboard.name, tile.object
                ));
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|each| each.is_ascii_lowercase() || each.is_ascii_digit() || each == '_')
        && name.len() <= 50
}

fn check_fields(catalog: &Catalog, object: &Object, found: &mut Vec<String>) {
    let mut seen = HashSet::new();
    if !is_name(&object.name) {
        found.push("its name is not lower_snake_case".to_owned());
    }
    for field in &object.fields {
        if !seen.insert(&field.name) {
            found.push(format!("field {} stands twice", field.name));
        }
        if !field.system && (!is_name(&field.name) || KEPT_NAMES.contains(&field.name.as_str())) {
            found.push(format!(
                "field name {} is not lower_snake_case, or is kept by the kernel",
                field.name
            ));
        }
        if field.on_delete == DeleteRule::Clear && (field.required || object.child_of.is_some()) {
            found.push(format!(
                "field {} is required or on a child table, so deleting its target cannot clear it",
                field.name
            ));
        }
        if field.label.zh.is_empty() || field.label.en.is_empty() {
            found.push(format!("field {} lacks a label in zh or en", field.name));
        }
        let known = field
            .to
            .as_deref()
            .is_some_and(|to| catalog.object(to).is_some());
        if field.kind == FieldType::Link && !known {
            found.push(format!(
                "field {} links to {:?}, which is not declared",
                field.name, field.to
            ));
        }
        if field.kind == FieldType::Choice && field.choices.is_empty() {
            found.push(format!("field {} has no choices", field.name));
        }
    }
    let list = |names: &[String], what: &str, found: &mut Vec<String>| {
        for name in names.iter().filter(|name| object.field(name).is_none()) {
            found.push(format!("{what} names field {name}, which is not declared"));
        }
    };
    for unique in &object.uniques {
        list(&unique.fields, "a unique", found);
        if !catalog.refusals.contains_key(&unique.code) {
            found.push(format!("no texts for refusal {}", unique.code));
        }
    }
    for index in &object.indexes {
        list(&index.fields, "an index", found);
    }
    if let Some(field) = object
        .scope
        .organisation
        .iter()
        .find(|&name| name != "id" && object.field(name).is_none())
    {
        found.push(format!("scope names field {field}, which is not declared"));
    }
    list(
        std::slice::from_ref(&object.owner_field().to_owned()),
        "scope",
        found,
    );
}

fn check_actions(catalog: &Catalog, object: &Object, found: &mut Vec<String>) {
    let is_state = |name: &String| object.states.iter().any(|state| &state.name == name);
    for action in &object.actions {
        if PLAIN_ACTIONS.contains(&action.name.as_str()) || !is_name(&action.name) {
            found.push(format!(
                "action {} has a name that is taken or not lower_snake_case",
                action.name
            ));
        }
        for state in action
            .from
            .iter()
            .chain(&action.to)
            .filter(|&name| !is_state(name))
        {
            found.push(format!(
                "action {} names state {state}, which is not declared",
                action.name
            ));
        }
        let is_list = |name: &str| {
            catalog
                .children(&object.name)
                .iter()
                .any(|child| child.child_of.as_ref().is_some_and(|of| of.list == name))
        };
        let is_known = |name: &str| object.field(name).is_some() || is_list(name);
        for field in action.input.iter().filter(|name| !is_known(name)) {
            found.push(format!(
                "action {} takes field {field}, which is not declared",
                action.name
            ));
        }
        for field in action
            .require
            .iter()
            .filter(|name| !action.input.contains(name))
        {
            found.push(format!(
                "action {} requires {field}, which is not among its input",
                action.name
            ));
        }
        let is_free =
            |name: &&String| action.input.contains(name) && !action.require.contains(name);
        for field in action.unasked.iter().filter(|name| !is_free(name)) {
            found.push(format!(
                "action {} never asks for {field}, which must be among its input and not required",
                action.name
            ));
        }
    }
}

fn check_permissions(catalog: &Catalog, object: &Object, found: &mut Vec<String>) {
    for permission in &object.permissions {
        let is_declared = catalog
            .roles
            .iter()
            .any(|role| role.name == permission.role);
        if permission.role != "*" && !is_declared {
            found.push(format!(
                "permission for role {}, which is not declared",
                permission.role
            ));
        }
        for name in &permission.actions {
            if !PLAIN_ACTIONS.contains(&name.as_str()) && object.action(name).is_none() {
                found.push(format!(
                    "permission for action {name}, which is not declared"
                ));
            }
        }
        for name in permission
            .hidden
            .iter()
            .chain(&permission.read_only)
            .filter(|name| object.field(name).is_none())
        {
            found.push(format!(
                "permission names field {name}, which is not declared"
            ));
        }
        if let Some(through) = &permission.through {
            check_through(catalog, object, through, found);
        }
    }
    for rule in &object.rules {
        if !catalog.refusals.contains_key(&rule.code) {
            found.push(format!("no texts for refusal {}", rule.code));
        }
    }
}

/// Who reads through another object reads that by permissions of its own, so that no chain of them has to be followed. The link is
/// one an index leads back from.
fn check_through(catalog: &Catalog, object: &Object, through: &Through, found: &mut Vec<String>) {
    let Some(near) = catalog.object(&through.object) else {
        found.push(format!(
            "permission through {}, which is not declared",
            through.object
        ));
        return;
    };
    let leads_here = |field: &Field| {
        field.kind == FieldType::Link && field.to.as_deref() == Some(object.name.as_str())
    };
    if !near.field(&through.link).is_some_and(leads_here) {
        found.push(format!(
            "permission through {}: {} is no link to {}",
            near.name, through.link, object.name
        ));
    }
    let mut above = Some(near);
    while let Some(one) = above {
        if one.permissions.iter().any(|grant| grant.through.is_some()) {
            found.push(format!(
                "permission through {}, which is read through another object itself",
                near.name
            ));
        }
        above = one
            .child_of
            .as_ref()
            .and_then(|child| catalog.object(&child.object));
    }
}

/// A shipped record is known again by the first constraint of its object, so it must have values for those fields.
fn check_shipped(object: &Object, found: &mut Vec<String>) {
    if object.shipped.is_empty() {
        return;
    }
    let Some(unique) = object.uniques.first() else {
        found.push("shipped records need a constraint to be known by".to_owned());
        return;
    };
    for row in &object.shipped {
        if let Some(name) = unique.fields.iter().find(|name| !row.contains_key(*name)) {
            found.push(format!("a shipped record lacks {name}"));
        }
        if let Some(name) = row.keys().find(|name| object.field(name).is_none()) {
            found.push(format!(
                "a shipped record has {name}, which is not declared"
            ));
        }
    }
}

fn check_layout(catalog: &Catalog, object: &Object, found: &mut Vec<String>) {
    if object.field(&object.title).is_none() {
        found.push(format!("its title {} is not a field", object.title));
    }
    let shown = object.sections.iter().flat_map(|section| &section.fields);
    let columns = object.views.iter().flat_map(|view| &view.columns);
    for name in shown
        .chain(columns)
        .filter(|name| object.field(name).is_none())
    {
        found.push(format!(
            "a section or view shows {name}, which is not declared"
        ));
    }
    for related in &object.related {
        let linked = catalog
            .object(&related.object)
            .and_then(|other| other.field(&related.link));
        if linked.is_none_or(|field| field.to.as_deref() != Some(&object.name)) {
            found.push(format!(
                "related {}.{} does not link here",
                related.object, related.link
            ));
        }
    }
    if let Some(child) = &object.child_of {
        let links = object
            .field(&child.link)
            .is_some_and(|field| field.to.as_deref() == Some(&child.object));
        if !links {
            found.push(format!(
                "child_of: {} does not link to {}",
                child.link, child.object
            ));
        }
    }
    if let Some(menu) = object
        .menu
        .iter()
        .find(|name| !catalog.menus.iter().any(|menu| &menu.name == *name))
    {
        found.push(format!("menu {menu} is not declared"));
    }
}

fn check_summaries(catalog: &Catalog, object: &Object, found: &mut Vec<String>) {
    let tables = |object: &Object| -> Vec<String> {
        let summaries = object.summaries.iter();
        summaries.map(|one| one.table(&object.name)).collect()
    };
    for summary in &object.summaries {
        let table = summary.table(&object.name);
        let taken = catalog.objects().iter().flat_map(|object| tables(object));
        let is_taken = taken.filter(|name| *name == table).count() > 1;
        let mut wrong = |what: &str| found.push(format!("summary {}: {what}", summary.name));
        if !is_name(&summary.name) || is_taken || catalog.object(&table).is_some() {
            wrong("another name is needed");
        }
        let date = object.field(&summary.date);
        let is_day = |field: &Field| field.kind == FieldType::Date && field.filter && !field.unique;
        if !date.is_some_and(is_day) {
            wrong("its date is no date field with `filter`");
        }
        if summary.by.iter().any(|name| object.field(name).is_none()) {
            wrong("it groups by a field that is not declared");
        }
        for name in &summary.measures {
            let measure = object.measure(name);
            if measure.is_none_or(|one| one.aggregate == Aggregate::Ratio) {
                wrong(&format!("{name} is no measure that adds up"));
            }
        }
        let mut columns: Vec<String> = ["id", "day"].map(str::to_owned).to_vec();
        columns.push(summary.date.clone());
        columns.extend(summary.by.iter().cloned());
        columns.extend(summary.columns(object));
        let mut seen = HashSet::new();
        for twice in columns.iter().filter(|name| !seen.insert(name.as_str())) {
            wrong(&format!("{twice} stands there twice"));
        }
    }
}

fn check_measures(object: &Object, found: &mut Vec<String>) {
    for measure in &object.measures {
        for name in measure.number_fields().filter(|name| {
            object
                .field(name)
                .is_none_or(|field| !field.kind.is_number())
        }) {
            found.push(format!(
                "measure {}: {name} is not a number field",
                measure.name
            ));
        }
        let parts = [&measure.numerator, &measure.denominator];
        let complete = match measure.aggregate {
            Aggregate::Count => true,
            Aggregate::Sum | Aggregate::Average => measure.field.is_some(),
            Aggregate::Ratio => parts.iter().all(|part| {
                part.as_deref()
                    .and_then(|name| object.measure(name))
                    .is_some_and(|one| one.aggregate != Aggregate::Ratio)
            }),
        };
        if !complete {
            found.push(format!(
                "measure {} lacks its field, numerator or denominator",
                measure.name
            ));
        }
        if let Some(date) = measure
            .date
            .iter()
            .find(|name| object.field(name).is_none())
        {
            found.push(format!(
                "measure {}: date {date} is not declared",
                measure.name
            ));
        }
    }
}
