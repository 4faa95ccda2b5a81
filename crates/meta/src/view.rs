//! How records are shown: saved views, sections of the form, lists below a record.
//!
//! Not here: what is shown when nothing is declared (`complete`).

use serde::{Deserialize, Serialize};

use crate::Text;

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
