//! An object: what `<object>.toml` holds, and what belongs to its table: states, scope, constraints, indexes.
//!
//! Keeps true: an unknown key is refused when a declaration is read; what the browser need not know is not serialized.
//! Not here: what may be done (`action`), how it is shown (`view`), how it is counted (`measure`), what the kernel adds to a
//! declaration (`complete`), whether it makes sense (`check`).

use serde::{Deserialize, Serialize};

use crate::{Action, Field, Measure, Permission, Related, Rule, Section, Summary, Text, View};

/// `<object>.toml`. After [`Object::complete`] the fields the kernel keeps stand among `fields`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of the declaration"
)]
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
    /// Its numbers have no gaps, as law wants of some: who takes one has everybody else wait.
    #[serde(default, skip_serializing)]
    pub gapless: bool,
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
    /// Changes seldom and is read often: answers about it are kept until it changes.
    #[serde(default, skip_serializing)]
    pub cached: bool,
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
    /// Sums kept of days that are over.
    #[serde(default, rename(deserialize = "summary"), skip_serializing)]
    pub summaries: Vec<Summary>,
    /// Records every site has from its start.
    #[serde(default, skip_serializing)]
    pub shipped: Vec<toml::Table>,
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
}
