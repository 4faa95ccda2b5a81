//! Site settings: declared with a default, changed by administrators, read by rules as typed values.
//!
//! Keeps true: a setting that is not declared cannot be read or written; a value that is not of its type or outside its limits is
//! refused; every change leaves an entry in the log.

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Actor, Fault, Money, Percent, Quantity, Refusal, Result, Value};
use qudao_meta::{FieldType, Limit, Setting};

use serde_json::json;

use crate::{
    Cx, Kernel,
    action_log::{SETTING, own_hash},
};

fn check(setting: &Setting, value: &str) -> Result<()> {
    let number = match setting.kind {
        FieldType::Integer => value.parse::<i64>().ok(),
        FieldType::Boolean => value.parse::<bool>().map(i64::from).ok(),
        FieldType::Choice if setting.choices.iter().all(|one| one.value != value) => {
            let refusal = Refusal::invalid("field.choice").on(&setting.name);
            return Err(refusal.with("value", value).into());
        }
        kind if kind.is_scaled() => qudao_base::parse_scaled(value).ok(),
        _ => return Ok(()),
    };
    let Some(number) = number else {
        let refusal = Refusal::malformed("field.type").on(&setting.name);
        return Err(refusal.with("value", value).into());
    };
    let steps = |limit: &Limit| limit.steps(setting.kind);
    let broken_max = setting
        .max
        .as_ref()
        .filter(|max| steps(max).is_some_and(|max| number > max));
    let broken_min = setting
        .min
        .as_ref()
        .filter(|min| steps(min).is_some_and(|min| number < min));
    match broken_max.or(broken_min) {
        Some(limit) => {
            let refusal = Refusal::invalid("field.range").on(&setting.name);
            Err(refusal.with("value", value).with("limit", limit).into())
        }
        None => Ok(()),
    }
}

/// Values administrators set, by name.
pub(crate) type Settings = HashMap<String, String>;

impl Kernel {
    /// Changes a setting.
    pub fn change_setting(self: &Arc<Self>, actor: &Actor, name: &str, value: &str) -> Result<()> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.write(actor, move |cx| cx.set_setting(&name, &value))
    }
}

impl Cx<'_> {
    /// Changes a setting and leaves an entry in the log.
    ///
    /// # Errors
    /// Not found for an undeclared name; `field.type` for a value that is not of the declared type, `field.choice` for none
    /// of the choices, `field.range` for one beyond a declared limit.
    pub fn set_setting(&mut self, name: &str, value: &str) -> Result<()> {
        let setting = self
            .kernel
            .catalog
            .settings
            .get(name)
            .ok_or_else(Refusal::not_found)?;
        check(setting, value)?;
        let before = self.setting_text(name)?;
        self.writes("setting_value");
        let id = self.new_id();
        let rows = self.query(
            "INSERT INTO setting_value (id, name, value) VALUES (?, ?, ?) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING id",
            &[id.into(), name.into(), Value::from(value)],
        )?;
        let row = rows
            .first()
            .ok_or_else(|| Fault::new("a setting vanished"))?;
        let stored = row.id(0)?;
        self.settings = None;
        let hash = own_hash(SETTING, &[name, value]);
        self.log_own(SETTING, stored, &hash, &json!({ name: [before, value] }))
    }

    /// The text of a setting: the administrator's or the declared default. Read within the transaction, so that no process decides
    /// by what another has changed.
    pub fn setting_text(&mut self, name: &str) -> Result<String> {
        let declared = self.kernel.catalog.settings.get(name);
        let declared =
            declared.ok_or_else(|| Fault::new(format!("setting {name} is not declared")))?;
        if self.settings.is_none() {
            let rows = self.query("SELECT name, value FROM setting_value", &[])?;
            let mut settings = Settings::with_capacity(rows.len());
            for row in &rows {
                settings.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
            }
            self.settings = Some(settings);
        }
        let set = self.settings.as_ref().and_then(|all| all.get(name));
        Ok(set.unwrap_or(&declared.default).clone())
    }

    /// A whole-number setting.
    pub fn setting_integer(&mut self, name: &str) -> Result<i64> {
        let text = self.setting_text(name)?;
        text.parse()
            .map_err(|_| Fault::new(format!("setting {name} is no integer: {text}")).into())
    }

    /// A yes-or-no setting.
    pub fn setting_boolean(&mut self, name: &str) -> Result<bool> {
        Ok(self.setting_text(name)? == "true")
    }

    /// A money setting.
    pub fn setting_money(&mut self, name: &str) -> Result<Money> {
        self.setting_text(name)?.parse()
    }

    /// A percent setting.
    pub fn setting_percent(&mut self, name: &str) -> Result<Percent> {
        self.setting_text(name)?.parse()
    }

    /// A quantity setting.
    pub fn setting_quantity(&mut self, name: &str) -> Result<Quantity> {
        self.setting_text(name)?.parse()
    }
}
