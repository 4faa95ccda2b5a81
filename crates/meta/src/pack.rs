//! A pack's own file, its dashboards and its demo rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text in both languages of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Simplified Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// From both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// In the locale's language.
    pub fn of(&self, locale: qudao_base::Locale) -> &str {
        if locale == qudao_base::Locale::English {
            &self.en
        } else {
            &self.zh
        }
    }

    /// In the locale's language with every `{name}` replaced by its argument.
    pub fn filled(
        &self,
        locale: qudao_base::Locale,
        arguments: &BTreeMap<String, qudao_base::Argument>,
    ) -> String {
        let mut text = self.of(locale).to_owned();
        for (name, value) in arguments {
            text = text.replace(&format!("{{{name}}}"), value.of(locale));
        }
        text
    }
}

impl From<&Text> for qudao_base::Argument {
    fn from(text: &Text) -> Self {
        Self::Label {
            zh: text.zh.clone(),
            en: text.en.clone(),
        }
    }
}

/// `pack.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Folder name.
    pub name: String,
    /// Shown name.
    pub label: Text,
    /// Packs that must be loaded before, and the only ones this one may use.
    #[serde(default)]
    pub depends: Vec<String>,
    /// Roles it brings.
    #[serde(default, rename = "role")]
    pub roles: Vec<Role>,
    /// Menu groups it brings.
    #[serde(default, rename = "menu")]
    pub menus: Vec<Menu>,
    /// Site settings it brings.
    #[serde(default, rename = "setting")]
    pub settings: Vec<Setting>,
    /// Texts of its refusal codes; `{name}` is an argument.
    #[serde(default)]
    pub refusal: BTreeMap<String, Text>,
}

/// A role users may hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Code.
    pub name: String,
    /// Shown name.
    pub label: Text,
    /// Where its holders enter: `office` or `portal`.
    #[serde(default = "office")]
    pub door: String,
}

fn office() -> String {
    "office".to_owned()
}

/// A group of a menu.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// Code objects name.
    pub name: String,
    /// Shown name.
    pub label: Text,
    /// Position, small first.
    #[serde(default)]
    pub order: i64,
    /// `office`, `portal` or `both`.
    #[serde(default = "office")]
    pub door: String,
    /// Hand-written pages of the group.
    #[serde(default, rename = "page")]
    pub pages: Vec<MenuPage>,
}

/// A hand-written page in a menu.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuPage {
    /// Code the web application knows the page by.
    pub page: String,
    /// Shown name.
    pub label: Text,
    /// Roles that see it; empty: all.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// A site setting.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Code, `pack.word`.
    pub name: String,
    /// `integer`, `money`, `percent`, `quantity`, `text`, `choice` or `boolean`.
    #[serde(rename = "type")]
    pub kind: crate::FieldType,
    /// Value until an administrator changes it.
    pub default: String,
    /// Shown name.
    pub label: Text,
    /// Longer explanation.
    #[serde(default)]
    pub help: Option<Text>,
    /// Largest number.
    #[serde(default)]
    pub max: Option<crate::Limit>,
    /// Smallest number.
    #[serde(default)]
    pub min: Option<crate::Limit>,
    /// Values of a `choice`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<crate::Choice>,
}

/// A dashboard of tiles.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dashboard {
    /// Code.
    pub name: String,
    /// Shown name.
    pub label: Text,
    /// Roles that see it.
    pub roles: Vec<String>,
    /// What it shows.
    #[serde(rename(deserialize = "tile", serialize = "tiles"))]
    pub tiles: Vec<Tile>,
}

/// One figure, chart or table of a dashboard: a query on an object's measures.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    /// Shown name.
    pub label: Text,
    /// `number`, `line`, `bar`, `pie`, `funnel` or `table`.
    pub kind: String,
    /// Columns of 24.
    #[serde(default = "full_width")]
    pub width: u8,
    /// Object asked.
    pub object: String,
    /// Names of its measures.
    pub measures: Vec<String>,
    /// What to group by.
    #[serde(default)]
    pub by: Vec<String>,
    /// Extra condition.
    #[serde(default)]
    pub filter: String,
    /// Order.
    #[serde(default)]
    pub sort: String,
    /// Most groups shown.
    #[serde(default)]
    pub limit: Option<i64>,
}

const fn full_width() -> u8 {
    24
}

/// `demo.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoData {
    /// Rows in order.
    #[serde(default, rename = "row")]
    pub rows: Vec<DemoRow>,
}

/// One demo action: a create (with `object`), an action (`do`) on an earlier row (`on`), or, with `find`, a name for the one
/// record of `object` that a rule made, or an action on every such record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoRow {
    /// Name other rows use, as `@key`.
    #[serde(default)]
    pub key: Option<String>,
    /// Object to create or to find.
    #[serde(default)]
    pub object: Option<String>,
    /// Action to do.
    #[serde(default, rename = "do")]
    pub action: Option<String>,
    /// Row the action is done on, as `@key`.
    #[serde(default)]
    pub on: Option<String>,
    /// Fields and their values by which records that rules made are found.
    #[serde(default)]
    pub find: Option<toml::Table>,
    /// Login of the user who acts; the system when absent.
    #[serde(default, rename = "as")]
    pub login: Option<String>,
    /// Days before the day of loading on which it happens.
    #[serde(default)]
    pub days_ago: i64,
    /// Input.
    #[serde(default)]
    pub values: toml::Table,
}
