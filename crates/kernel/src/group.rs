//! What a report groups by: fields, fields behind links, periods of dates.
//!
//! Keeps true: an unknown field and a hidden one are refused alike; a link shows the title of a record only to who may read it.
//! Not here: how groups and measures become one statement (`report`).

use qudao_base::{Refusal, Result, Value};
use qudao_meta::{Field, FieldType, Object, Text};
use qudao_store::Row;
use serde_json::{Value as Json, json};

use crate::{
    Cx, codec,
    condition::Condition,
    model::quoted,
    reach::{SqlContext, check_filterable},
    shown::Titles,
};

/// A group as asked for, ready to stand in a statement.
pub(crate) struct Group {
    pub name: String,
    /// What is grouped by.
    pub column: Condition,
    label: Text,
    kind: FieldType,
    period: Option<Period>,
    link: Option<GroupLink>,
}

/// Where a group that is a link leads, and its titles as far as the actor may read them.
struct GroupLink {
    object: String,
    titles: Option<Titles>,
}

#[derive(Clone, Copy)]
enum Period {
    Year,
    Quarter,
    Month,
    Day,
}

impl Period {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "year" => Self::Year,
            "quarter" => Self::Quarter,
            "month" => Self::Month,
            "day" => Self::Day,
            _ => return None,
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Day => "day",
        }
    }

    /// Of a date stored as yyyymmdd: yyyy, yyyyq, yyyymm, or the date.
    fn sql(self, column: &str) -> String {
        match self {
            Self::Year => format!("{column} / 10000"),
            Self::Quarter => format!("{column} / 10000 * 10 + ({column} / 100 % 100 + 2) / 3"),
            Self::Month => format!("{column} / 100"),
            Self::Day => column.to_owned(),
        }
    }

    fn json(self, number: i64) -> Json {
        match self {
            Self::Year => json!(number.to_string()),
            Self::Quarter => json!(format!("{}-Q{}", number / 10, number % 10)),
            Self::Month => json!(format!("{}-{:02}", number / 100, number % 100)),
            Self::Day => codec::encode(FieldType::Date, &Value::Int(number)),
        }
    }
}

/// The refusal of a name that is none.
pub(crate) fn unknown(name: &str) -> Refusal {
    Refusal::malformed("field.unknown")
        .on("by")
        .with("field", name)
}

impl Group {
    /// `field`, `link.field` or `date.period`.
    ///
    /// # Errors
    /// Refused when the actor may not see the field, or it has no index.
    pub fn of(cx: &Cx<'_>, context: &SqlContext<'_>, object: &Object, name: &str) -> Result<Self> {
        let parts: Vec<String> = name.split('.').map(ToOwned::to_owned).collect();
        let own = object.field(&parts[0]).ok_or_else(|| unknown(name))?;
        let own_column = format!("t.{}", quoted(&own.name));
        if let (FieldType::Date, [_, period]) = (own.kind, parts.as_slice()) {
            check_filterable(context, "by", &parts[..1])?;
            let period = Period::of(period).ok_or_else(|| unknown(name))?;
            return Ok(Self {
                name: name.to_owned(),
                column: Condition::plain(period.sql(&own_column)),
                label: own.label.clone(),
                kind: own.kind,
                period: Some(period),
                link: None,
            });
        }
        check_filterable(context, "by", &parts)?;
        let (holder, field) = cx
            .kernel()
            .catalog
            .resolve(object, &parts)
            .ok_or_else(|| unknown(name))?;
        let column = if parts.len() == 1 {
            Condition::plain(own_column)
        } else {
            context.far(&own.name, holder, &field.name)?
        };
        Ok(Self {
            name: name.to_owned(),
            column,
            label: field.label.clone(),
            kind: field.kind,
            period: None,
            link: link_of(cx, field)?,
        })
    }

    /// The titles to join, of a link the actor may see the titles of.
    pub fn titles(&self) -> Option<&Titles> {
        self.link.as_ref()?.titles.as_ref()
    }

    /// Columns it takes in the answer: a link has its title beside it.
    pub const fn width(&self) -> usize {
        if self.link.is_some() { 2 } else { 1 }
    }

    /// How its column is headed.
    pub fn heading(&self) -> Json {
        let object = self.link.as_ref().map(|link| &link.object);
        let period = self.period.map(Period::name);
        json!({ "name": self.name, "label": self.label, "type": self.kind, "period": period, "object": object })
    }

    /// Its value in a row, from the column on.
    pub fn json(&self, row: &Row, at: usize) -> Json {
        match (self.period, row.value(at)) {
            (Some(period), Value::Int(number)) => period.json(*number),
            (None, Value::Int(id)) if self.link.is_some() => {
                json!({ "id": id.to_string(), "title": row.value(at + 1).text() })
            }
            (_, value) => codec::encode(self.kind, value),
        }
    }
}

fn link_of(cx: &Cx<'_>, field: &Field) -> Result<Option<GroupLink>> {
    let target = field.to.as_deref();
    let Some(target) = target.and_then(|to| cx.kernel().catalog.object(to)) else {
        return Ok(None);
    };
    Ok(Some(GroupLink {
        object: target.name.clone(),
        titles: Titles::of(cx.kernel(), target, cx.actor())?,
    }))
}
