//! Site settings: declared with a default, changed by administrators, read by rules as typed values.
//!
//! Keeps true: a setting that is not declared cannot be read or written; a value that is not of its type is refused.

use std::sync::Arc;

use qudao_base::{Actor, Fault, Money, Percent, Quantity, Refusal, Result, Value};
use qudao_meta::{FieldType, Setting};

use crate::{Cx, Kernel};

fn check(setting: &Setting, value: &str) -> Result<()> {
    let readable = match setting.kind {
        FieldType::Integer => value.parse::<i64>().is_ok(),
        FieldType::Boolean => ["true", "false"].contains(&value),
        kind if kind.is_scaled() => qudao_base::parse_scaled(value).is_ok(),
        _ => true,
    };
    if readable {
        Ok(())
    } else {
        Err(Refusal::malformed("field.type")
            .on(&setting.name)
            .with("value", value)
            .into())
    }
}

impl Kernel {
    pub(crate) fn load_settings(&self) -> Result<()> {
        let rows = self.store.read(|reader| {
            qudao_store::Query::query(reader, "SELECT name, value FROM setting_value", &[])
        })?;
        let mut settings = self
            .settings
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        settings.clear();
        for row in &rows {
            settings.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
        }
        Ok(())
    }

    /// Changes a setting and reads all of them again.
    pub fn change_setting(self: &Arc<Self>, actor: &Actor, name: &str, value: &str) -> Result<()> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.write(actor, move |cx| cx.set_setting(&name, &value))?;
        self.load_settings()
    }

    /// The text of a setting: the administrator's or the declared default.
    pub fn setting(&self, name: &str) -> Result<String> {
        let declared = self.catalog.settings.get(name);
        let declared =
            declared.ok_or_else(|| Fault::new(format!("setting {name} is not declared")))?;
        let settings = self
            .settings
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(settings.get(name).unwrap_or(&declared.default).clone())
    }
}

impl Cx<'_> {
    /// Changes a setting. Takes effect for rules once this process has committed it.
    ///
    /// # Errors
    /// Not found for an undeclared name; `field.type` for a value that is not of the declared type.
    pub fn set_setting(&mut self, name: &str, value: &str) -> Result<()> {
        let setting = self
            .kernel
            .catalog
            .settings
            .get(name)
            .ok_or_else(Refusal::not_found)?;
        check(setting, value)?;
        let id = self.new_id();
        self.execute(
            "INSERT INTO setting_value (id, name, value) VALUES (?, ?, ?) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            &[id.into(), name.into(), Value::from(value)],
        )?;
        Ok(())
    }

    /// A text setting.
    pub fn setting_text(&self, name: &str) -> Result<String> {
        self.kernel.setting(name)
    }

    /// A whole-number setting.
    pub fn setting_integer(&self, name: &str) -> Result<i64> {
        let text = self.kernel.setting(name)?;
        text.parse()
            .map_err(|_| Fault::new(format!("setting {name} is no integer: {text}")).into())
    }

    /// A yes-or-no setting.
    pub fn setting_boolean(&self, name: &str) -> Result<bool> {
        Ok(self.kernel.setting(name)? == "true")
    }

    /// A money setting.
    pub fn setting_money(&self, name: &str) -> Result<Money> {
        self.kernel.setting(name)?.parse()
    }

    /// A percent setting.
    pub fn setting_percent(&self, name: &str) -> Result<Percent> {
        self.kernel.setting(name)?.parse()
    }

    /// A quantity setting.
    pub fn setting_quantity(&self, name: &str) -> Result<Quantity> {
        self.kernel.setting(name)?.parse()
    }
}
