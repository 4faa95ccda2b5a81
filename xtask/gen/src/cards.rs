//! Behaviour cards: what one declared object holds, does and allows, as a page in Chinese and English.
//!
//! Keeps true: a card depends on the declarations alone.
//! Not here: what rules in Rust add; the scenarios beside the declaration tell that.

use std::fmt::Write;

use qudao_meta::{Action, Catalog, Field, Object, Permission, RowScope, Text};

/// The list of all cards.
pub fn contents(catalog: &Catalog) -> String {
    let mut out = String::from(
        "# 对象卡片 Behaviour cards\n\nGenerated from the declarations by `cargo xtask gen`.\n\n\
         | 模块 pack | 对象 object | 名称 name | 用途 purpose |\n|---|---|---|---|\n",
    );
    for object in catalog.objects() {
        let (name, label) = (&object.name, both(&object.label));
        let purpose = both(&object.purpose);
        let _ = writeln!(
            out,
            "| `{}` | [`{name}`]({name}.md) | {label} | {purpose} |",
            object.pack
        );
    }
    out
}

/// The card of one object.
pub fn card(catalog: &Catalog, object: &Object) -> String {
    let mut out = format!("# {} `{}`\n\n", both(&object.label), object.name);
    let purpose = both(&object.purpose);
    if !purpose.is_empty() {
        let _ = writeln!(out, "{purpose}\n");
    }
    let _ = writeln!(
        out,
        "模块 Pack: `{}`. Generated: `cargo xtask gen`.\n",
        object.pack
    );
    if let Some(parent) = &object.child_of {
        let list = &parent.list;
        let _ = writeln!(out, "属于 Belongs to `{}`, list `{list}`.\n", parent.object);
    }
    fields(&mut out, object);
    states(&mut out, object);
    actions(&mut out, object);
    permissions(&mut out, catalog, object);
    refusals(&mut out, catalog, object);
    measures(&mut out, object);
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

fn both(text: &Text) -> String {
    if text.zh == text.en {
        text.zh.clone()
    } else {
        format!("{} {}", text.zh, text.en)
    }
}

fn table(out: &mut String, heading: &str, columns: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let _ = writeln!(out, "## {heading}\n");
    out.push_str(&line(
        &columns
            .iter()
            .map(|&one| one.to_owned())
            .collect::<Vec<_>>(),
    ));
    let _ = writeln!(out, "|{}", "---|".repeat(columns.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        out.push_str(&line(&cells));
    }
    out.push('\n');
}

fn fields(out: &mut String, object: &Object) {
    let rows: Vec<_> = object
        .fields
        .iter()
        .map(|field| {
            vec![
                code(&field.name),
                both(&field.label),
                kind(field),
                notes(field),
            ]
        })
        .collect();
    table(
        out,
        "字段 Fields",
        &["code", "名称 name", "type", "notes"],
        &rows,
    );
}

fn kind(field: &Field) -> String {
    let kind = format!("{:?}", field.kind).to_lowercase();
    field
        .to
        .as_ref()
        .map_or(kind, |to| format!("link to `{to}`"))
}

fn notes(field: &Field) -> String {
    let mut notes = Vec::new();
    for (set, word) in [
        (field.required, "必填 required"),
        (field.read_only, "只读 read-only"),
        (field.unique, "唯一 unique"),
        (field.filter, "可筛选 filter"),
        (field.search, "可搜索 search"),
    ] {
        if set {
            notes.push(word.to_owned());
        }
    }
    if !field.choices.is_empty() {
        let choices: Vec<String> = field
            .choices
            .iter()
            .map(|choice| format!("`{}` {}", choice.value, both(&choice.label)))
            .collect();
        notes.push(choices.join(", "));
    }
    notes.join("; ")
}

fn states(out: &mut String, object: &Object) {
    let rows: Vec<_> = object
        .states
        .iter()
        .map(|state| {
            let stage = state.stage.clone().unwrap_or_default();
            vec![code(&state.name), both(&state.label), stage]
        })
        .collect();
    table(out, "状态 States", &["code", "名称 name", "stage"], &rows);
}

fn actions(out: &mut String, object: &Object) {
    let rows: Vec<_> = object.actions.iter().map(action).collect();
    let columns = ["code", "名称 name", "from", "to", "input", "when"];
    table(out, "操作 Actions", &columns, &rows);
}

fn action(action: &Action) -> Vec<String> {
    let from = if action.from.is_empty() {
        "任何 any".to_owned()
    } else {
        codes(&action.from)
    };
    let to = action.to.as_deref().map(code).unwrap_or_default();
    let mut when = action.when.as_deref().map(code).unwrap_or_default();
    if action.internal {
        when.push_str(" 仅规则 rules only");
    }
    let name = code(&action.name);
    vec![
        name,
        both(&action.label),
        from,
        to,
        codes(&action.input),
        when,
    ]
}

fn permissions(out: &mut String, catalog: &Catalog, object: &Object) {
    let rows: Vec<_> = object
        .permissions
        .iter()
        .map(|permission| permission_row(catalog, permission))
        .collect();
    let columns = [
        "角色 role",
        "范围 rows",
        "操作 actions",
        "hidden",
        "read-only",
        "when",
    ];
    table(out, "权限 Permissions", &columns, &rows);
}

fn permission_row(catalog: &Catalog, permission: &Permission) -> Vec<String> {
    let label = catalog
        .roles
        .iter()
        .find(|role| role.name == permission.role)
        .map(|role| both(&role.label))
        .unwrap_or_default();
    let scope = match permission.scope {
        RowScope::All => "全部 all",
        RowScope::Own => "本人 own",
        RowScope::OwnOrganisation => "本组织 own organisation",
        RowScope::OrganisationSubtree => "本组织及下级 organisation and below",
        RowScope::Addressed => "发给本人的 addressed to the user",
    };
    let through = permission.through.as_ref().map(|through| {
        let condition = through.when.as_deref().map(code).unwrap_or_default();
        let link = code(format!("{}.{}", through.object, through.link));
        format!("，有可读的 {link} 指向 linked to by a readable {link} {condition}")
    });
    vec![
        format!("`{}` {label}", permission.role),
        format!("{scope}{}", through.unwrap_or_default().trim_end()),
        codes(&permission.actions),
        codes(&permission.hidden),
        codes(&permission.read_only),
        permission.when.as_deref().map(code).unwrap_or_default(),
    ]
}

fn refusals(out: &mut String, catalog: &Catalog, object: &Object) {
    let declared = object
        .rules
        .iter()
        .map(|rule| (&rule.code, rule.when.clone()));
    let unique = object.uniques.iter().map(|unique| {
        let condition = unique.condition.as_deref().unwrap_or("always");
        (
            &unique.code,
            format!("unique {} where {condition}", unique.fields.join(", ")),
        )
    });
    let rows: Vec<_> = declared
        .chain(unique)
        .map(|(name, when)| {
            let text = catalog.refusals.get(name).map(both).unwrap_or_default();
            vec![code(name), code(&when), text]
        })
        .collect();
    table(out, "拒绝 Refusals", &["code", "when", "文本 text"], &rows);
}

fn measures(out: &mut String, object: &Object) {
    let rows: Vec<_> = object
        .measures
        .iter()
        .map(|measure| {
            let kind = format!("{:?}", measure.aggregate).to_lowercase();
            let field = measure.field.clone().unwrap_or_default();
            let of = format!("{kind} {field}").trim_end().to_owned();
            let filter = if measure.filter.is_empty() {
                String::new()
            } else {
                code(&measure.filter)
            };
            vec![code(&measure.name), both(&measure.label), of, filter]
        })
        .collect();
    table(
        out,
        "指标 Measures",
        &["code", "名称 name", "of", "where"],
        &rows,
    );
}

fn code(text: impl AsRef<str>) -> String {
    format!("`{}`", text.as_ref())
}

fn codes(words: &[String]) -> String {
    words.iter().map(code).collect::<Vec<_>>().join(" ")
}
