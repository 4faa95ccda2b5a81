//! An object: fields, states, actions, permissions, rules, views, measures.

use serde::{Deserialize, Serialize};

use crate::{Field, FieldType, Text};

/// `<object>.toml`. After [`Object::complete`] the fields the kernel keeps stand among `fields`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// Table name and URL segment.
    pub name: String,
    /// Shown name.
    pub label: Text,
    /// One line on what it is for.
    #[serde(default)]
    pub purpose: Text,
    /// Pattern of the automatic number.
    #[serde(default)]
    pub number: Option<String>,
    /// Field shown as the record's name.
    #[serde(default)]
    pub title: String,
    /// Menu group.
    #[serde(default)]
    pub menu: Option<String>,
    /// Position in the group.
    #[serde(default)]
    pub order: i64,
    /// Icon name.
    #[serde(default)]
    pub icon: Option<String>,
    /// Users belong to records of this object.
    #[serde(default)]
    pub organisation: bool,
    /// Every save leaves an entry in the log. Without it the object only repeats what is proven elsewhere.
    #[serde(default = "yes", skip_serializing)]
    pub logged: bool,
    /// Edited with its parent.
    #[serde(default)]
    pub child_of: Option<ChildOf>,
    /// What row scopes look at.
    #[serde(default)]
    pub scope: Scope,
    /// Fields.
    #[serde(default, rename(deserialize = "field", serialize = "fields"))]
    pub fields: Vec<Field>,
    /// States; the first is the initial one.
    #[serde(default, rename(deserialize = "state", serialize = "states"))]
    pub states: Vec<State>,
    /// Declared actions.
    #[serde(default, rename(deserialize = "action", serialize = "actions"))]
    pub actions: Vec<Action>,
    /// Who may do what.
    #[serde(default, rename(deserialize = "permission"), skip_serializing)]
    pub permissions: Vec<Permission>,
    /// Refusals as expressions.
    #[serde(default, rename(deserialize = "rule", serialize = "rules"))]
    pub rules: Vec<Rule>,
    /// Constraints over fields.
    #[serde(default, rename(deserialize = "unique"), skip_serializing)]
    pub uniques: Vec<Unique>,
    /// Further indexes.
    #[serde(default, rename(deserialize = "index"), skip_serializing)]
    pub indexes: Vec<Index>,
    /// Saved views.
    #[serde(default, rename(deserialize = "view", serialize = "views"))]
    pub views: Vec<View>,
    /// Form and page layout.
    #[serde(default, rename(deserialize = "section", serialize = "sections"))]
    pub sections: Vec<Section>,
    /// Lists below a record.
    #[serde(default)]
    pub related: Vec<Related>,
    /// Figures reports use.
    #[serde(default, rename(deserialize = "measure", serialize = "measures"))]
    pub measures: Vec<Measure>,
    /// Pack that declares it.
    #[serde(skip)]
    pub pack: String,
}

const fn yes() -> bool {
    true
}

/// Where a child table belongs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChildOf {
    /// Parent object.
    pub object: String,
    /// Field of the child that links to it.
    pub link: String,
    /// Name of the list in the parent's JSON.
    pub list: String,
}

/// Fields row scopes look at.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Link to the organisation object; on the organisation object itself the word `id`.
    #[serde(default)]
    pub organisation: Option<String>,
    /// Link to the user who owns the record; the creator when absent.
    #[serde(default)]
    pub owner: Option<String>,
}

/// A state.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Stored value.
    pub name: String,
    /// Shown name.
    pub label: Text,
    /// Colour name.
    #[serde(default)]
    pub color: Option<String>,
    /// `open`, `done` or `dropped`.
    #[serde(default)]
    pub stage: Option<String>,
}

/// A declared action.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// URL segment.
    pub name: String,
    /// Shown name.
    pub label: Text,
    /// States it starts from; empty: any.
    #[serde(default)]
    pub from: Vec<String>,
    /// State it leads to; absent: stays, or a rule sets it.
    #[serde(default)]
    pub to: Option<String>,
    /// Fields it may write.
    #[serde(default)]
    pub input: Vec<String>,
    /// Of those, which must be filled.
    #[serde(default)]
    pub require: Vec<String>,
    /// `primary`, `default` or `danger`.
    #[serde(default)]
    pub style: Option<String>,
    /// Question asked first.
    #[serde(default)]
    pub confirm: Option<Text>,
    /// Only rules call it.
    #[serde(default)]
    pub internal: bool,
    /// Offered only when this is true.
    #[serde(default)]
    pub when: Option<String>,
}

/// Which rows a permission covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowScope {
    /// Every row.
    All,
    /// Rows the user owns.
    Own,
    /// Rows of the user's organisation.
    OwnOrganisation,
    /// Rows of the user's organisation and those below it.
    OrganisationSubtree,
    /// Rows addressed to the user, or to a role the user holds (`user_id`, `role_name`, `organisation_id`).
    Addressed,
}

/// What a role may do with which rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// Role; `*` for everybody signed in.
    pub role: String,
    /// Rows.
    pub scope: RowScope,
    /// `read`, `create`, `update`, `delete`, `export`, `import` or a declared action.
    pub actions: Vec<String>,
    /// Fields unseen.
    #[serde(default)]
    pub hidden: Vec<String>,
    /// Fields seen but not written.
    #[serde(default)]
    pub read_only: Vec<String>,
    /// Extra row condition.
    #[serde(default)]
    pub when: Option<String>,
}

/// A refusal as an expression.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Refusal code.
    pub code: String,
    /// Field the refusal is shown at.
    #[serde(default)]
    pub field: Option<String>,
    /// Refused when true.
    pub when: String,
}

/// A database constraint over fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unique {
    /// Fields.
    pub fields: Vec<String>,
    /// Only among rows for which this holds.
    #[serde(default, rename = "where")]
    pub condition: Option<String>,
    /// Refusal when violated.
    pub code: String,
}

/// A further index.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Fields.
    pub fields: Vec<String>,
}

/// A saved view.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Code.
    pub name: String,
    /// Shown name.
    pub label: Text,
    /// `table` or `kanban`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Fields shown.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Condition.
    #[serde(default)]
    pub filter: String,
    /// Order.
    #[serde(default)]
    pub sort: String,
    /// Roles that see it; empty: everybody who may read.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// A section of the form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Heading.
    pub label: Text,
    /// Fields, in order.
    pub fields: Vec<String>,
}

/// A list below a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Related {
    /// Object listed.
    pub object: String,
    /// Its field that links here.
    pub link: String,
    /// Heading.
    pub label: Text,
}

/// How a measure adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// Sum of a field or of a product of two fields.
    Sum,
    /// Number of rows.
    Count,
    /// Mean of a field.
    Average,
    /// One measure divided by another, in per cent.
    Ratio,
}

/// A figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Code.
    pub name: String,
    /// Shown name.
    pub label: Text,
    /// How it adds up.
    pub aggregate: Aggregate,
    /// Number field, or `a * b`.
    #[serde(default)]
    pub field: Option<String>,
    /// Rows that count.
    #[serde(default)]
    pub filter: String,
    /// Measure above the line of a ratio.
    #[serde(default)]
    pub numerator: Option<String>,
    /// Measure below the line of a ratio.
    #[serde(default)]
    pub denominator: Option<String>,
    /// Date field the period picker uses.
    #[serde(default)]
    pub date: Option<String>,
}

impl Object {
    /// The field of the name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Position of the field of the name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The declared action of the name.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// The measure of the name.
    pub fn measure(&self, name: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.name == name)
    }

    /// The field that names the owner.
    pub fn owner_field(&self) -> &str {
        self.scope.owner.as_deref().unwrap_or("created_by")
    }

    /// Adds the fields the kernel keeps, resolves the neutral word `organisation`, fills defaults of layout.
    pub(crate) fn complete(&mut self, pack: &str, organisation: &str) {
        pack.clone_into(&mut self.pack);
        for field in &mut self.fields {
            if field.kind == FieldType::Organisation {
                field.kind = FieldType::Link;
                field.to = Some(organisation.to_owned());
            }
        }
        let declared: Vec<String> = self.fields.iter().map(|field| field.name.clone()).collect();
        let mut front = Vec::new();
        if self.number.is_some() {
            let mut number = Field::kept("number", FieldType::Text, "编号", "Number");
            (number.unique, number.filter, number.search) = (true, true, true);
            front.push(number);
        }
        if !self.states.is_empty() {
            let mut state = Field::kept("state", FieldType::Choice, "状态", "State");
            state.filter = true;
            state.choices = self
                .states
                .iter()
                .map(|one| crate::Choice {
                    value: one.name.clone(),
                    label: one.label.clone(),
                    color: one.color.clone(),
                })
                .collect();
            front.push(state);
        }
        self.fields.splice(0..0, front);
        self.fields.extend(kept_at_the_end(self.child_of.is_none()));
        if self.title.is_empty() {
            let first = declared
                .first()
                .cloned()
                .unwrap_or_else(|| "created_at".to_owned());
            self.title = if self.number.is_some() {
                "number".to_owned()
            } else {
                first
            };
        }
        if self.sections.is_empty() {
            self.sections.push(Section {
                label: self.label.clone(),
                fields: declared.clone(),
            });
        }
        if self.views.is_empty() {
            self.views.push(self.plain_view(&declared));
        }
    }

    fn plain_view(&self, declared: &[String]) -> View {
        let mut columns: Vec<String> = Vec::new();
        if self.number.is_some() {
            columns.push("number".to_owned());
        }
        columns.extend(declared.iter().take(6).cloned());
        if !self.states.is_empty() {
            columns.push("state".to_owned());
        }
        View {
            name: "all".to_owned(),
            label: Text::new("全部", "All"),
            kind: None,
            columns,
            filter: String::new(),
            sort: "-created_at".to_owned(),
            roles: Vec::new(),
        }
    }
}

/// Lines are listed with the record they belong to, so only `listed` objects pay for an index that every change moves.
fn kept_at_the_end(listed: bool) -> Vec<Field> {
    let mut created_at = Field::kept("created_at", FieldType::Instant, "创建时间", "Created at");
    created_at.filter = true;
    let mut created_by = Field::kept("created_by", FieldType::Link, "创建人", "Created by");
    created_by.to = Some("user".to_owned());
    let mut updated_at = Field::kept("updated_at", FieldType::Instant, "更新时间", "Updated at");
    updated_at.filter = listed;
    let mut updated_by = Field::kept("updated_by", FieldType::Link, "更新人", "Updated by");
    updated_by.to = Some("user".to_owned());
    vec![created_at, created_by, updated_at, updated_by]
}
