//! A field: its type, its limits, and what its type means for storage.

use serde::{Deserialize, Serialize};

use crate::Text;

/// What a field holds. JSON forms are listed in `docs/declarations.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line of text.
    Text,
    /// Many lines of text.
    LongText,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A web address.
    Web,
    /// The six-digit code of an administrative division there is.
    Division,
    /// A 64-bit whole number.
    Integer,
    /// Money in 1/10,000.
    Money,
    /// Goods in 1/10,000.
    Quantity,
    /// Per cent in 1/10,000.
    Percent,
    /// Any exact number in 1/10,000.
    Decimal,
    /// Business date.
    Date,
    /// Moment.
    Instant,
    /// Yes or no.
    Boolean,
    /// One of declared values.
    Choice,
    /// Another record.
    Link,
    /// A record of the organisation object, whichever that is.
    Organisation,
    /// Latitude or longitude in 1/1,000,000 degrees.
    Degrees,
    /// Structured data only rules write.
    Json,
}

impl FieldType {
    /// Stored as text rather than integer.
    pub const fn is_text(self) -> bool {
        matches!(
            self,
            Self::Text
                | Self::LongText
                | Self::Phone
                | Self::Email
                | Self::Web
                | Self::Division
                | Self::Choice
                | Self::Json
        )
    }

    /// Stored in 1/10,000 units.
    pub const fn is_scaled(self) -> bool {
        matches!(
            self,
            Self::Money | Self::Quantity | Self::Percent | Self::Decimal
        )
    }

    /// May be summed.
    pub const fn is_number(self) -> bool {
        self.is_scaled() || matches!(self, Self::Integer)
    }
}

/// One allowed value of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Stored value.
    pub value: String,
    /// Shown text.
    pub label: Text,
    /// Colour name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// What happens to a link when its target is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeleteRule {
    /// The target cannot be deleted.
    #[default]
    Refuse,
    /// The link is emptied.
    Clear,
}

/// A field of an object.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the declaration format"
)]
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Column and JSON name.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Shown name.
    pub label: Text,
    /// Explanation below the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// Must be filled.
    #[serde(default)]
    pub required: bool,
    /// Only rules write it.
    #[serde(default)]
    pub read_only: bool,
    /// Indexed: may be filtered, sorted and grouped.
    #[serde(default)]
    pub filter: bool,
    /// No two records share a value.
    #[serde(default)]
    pub unique: bool,
    /// Found by the global search.
    #[serde(default)]
    pub search: bool,
    /// Value of a new record, as in JSON, or one of the words `today`, `now`, `me`, `my_organisation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Longest text in characters, or largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Limit>,
    /// Smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Limit>,
    /// Values of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Object a link leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What deleting the target does.
    #[serde(default)]
    pub on_delete: DeleteRule,
    /// Kept by the kernel, not declared.
    #[serde(default, skip_deserializing)]
    pub system: bool,
}

/// A limit written as a number or as a decimal text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Limit {
    /// Whole number.
    Whole(i64),
    /// Decimal text.
    Text(String),
}

impl std::fmt::Display for Limit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(out),
            Self::Text(text) => text.fmt(out),
        }
    }
}

impl Limit {
    /// In the storage units of the type; `None` when it is no number.
    pub fn steps(&self, kind: FieldType) -> Option<i64> {
        let text = match self {
            Self::Whole(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        };
        if kind.is_scaled() {
            qudao_base::parse_scaled(&text).ok()
        } else {
            text.parse().ok()
        }
    }
}

impl Field {
    /// A field the kernel keeps itself.
    pub(crate) fn kept(name: &str, kind: FieldType, zh: &str, en: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            label: Text::new(zh, en),
            help: None,
            required: false,
            read_only: true,
            filter: false,
            unique: false,
            search: false,
            default: None,
            max: None,
            min: None,
            choices: Vec::new(),
            to: None,
            on_delete: DeleteRule::Refuse,
            system: true,
        }
    }

    /// Most characters a text may have, or JSON written as text.
    pub fn length_max(&self) -> usize {
        let usual = if matches!(self.kind, FieldType::LongText | FieldType::Json) {
            20_000
        } else {
            500
        };
        self.max
            .as_ref()
            .and_then(|limit| limit.steps(FieldType::Integer))
            .map_or(usual, |max| max as usize)
    }
}
