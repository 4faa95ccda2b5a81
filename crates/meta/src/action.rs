//! What may be done with records: declared actions, who may do what with which rows, and what is refused.
//!
//! Not here: how conditions are checked and run (the kernel).

use serde::{Deserialize, Serialize};

use crate::Text;

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
    /// Of those, which programs may give and no form asks for.
    #[serde(default)]
    pub unasked: Vec<String>,
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
    /// Of those rows, only the ones records of another object link to.
    #[serde(default)]
    pub through: Option<Through>,
}

/// Rows that records link to which the user may read, whatever those are: one of them suffices.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Through {
    /// Object of the records that link.
    pub object: String,
    /// Its link that leads here.
    pub link: String,
    /// Extra condition on the records that link.
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
