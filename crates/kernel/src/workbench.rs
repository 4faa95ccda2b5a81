//! Notices and to-dos: what the product tells people, as records like any other.
//!
//! Keeps true: a notice or to-do is saved in the transaction of what it is about, so neither exists without the other.
//! Addressed to a user, or to the holders of a role, within an organisation or among the vendor's staff.

use qudao_base::{Id, Result, Value};
use qudao_meta::Text;

use crate::{Cx, Record, pipeline};

/// Tells somebody something.
#[derive(Clone, Debug, Default)]
pub struct Notice<'n> {
    /// Holders of the role.
    pub role: Option<&'n str>,
    /// One user.
    pub user: Option<Id>,
    /// Members of the organisation.
    pub organisation: Option<Id>,
    /// What it says.
    pub title: Text,
    /// Object it is about.
    pub object: &'n str,
    /// Record it is about.
    pub record: Id,
}

/// Asks somebody to do something; same addressing as a [`Notice`].
pub type Task<'n> = Notice<'n>;

impl Cx<'_> {
    /// Sends a notice.
    pub fn notify(&mut self, notice: Notice<'_>) -> Result<()> {
        self.address("notice", &notice).map(drop)
    }

    /// Puts a to-do into somebody's list. Returns its id.
    pub fn task(&mut self, task: Task<'_>) -> Result<Id> {
        self.address("task", &task)
    }

    fn address(&mut self, object: &str, notice: &Notice<'_>) -> Result<Id> {
        let declared = self.kernel().catalog.require(object)?;
        let mut record = Record::empty(declared, self.new_id());
        record.set("title_zh", notice.title.zh.as_str());
        record.set("title_en", notice.title.en.as_str());
        record.set("object_name", notice.object);
        record.set("record_id", notice.record.to_string());
        record.set(
            "role_name",
            notice.role.map(Value::from).unwrap_or_default(),
        );
        record.set("user_id", notice.user);
        record.set("organisation_id", notice.organisation);
        pipeline::create_record(self, record)
    }

    /// Closes all open to-dos about a record.
    pub fn close_tasks(&mut self, object: &str, record: Id) -> Result<()> {
        let open = self.find_records(
            "task",
            "object_name = ? AND record_id = ? AND state = 'open' ORDER BY id",
            &[object.into(), record.to_string().into()],
        )?;
        for task in open {
            pipeline::act_record(self, "task", task.id, "done", |_| Ok(()))?;
        }
        Ok(())
    }
}
