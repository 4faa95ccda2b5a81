//! Notices and to-dos: what the product tells people, as records like any other.
//!
//! Keeps true: a notice or to-do is saved in the transaction of what it is about, so neither exists without the other.
//! Addressed to a user, or to the holders of a role, within an organisation or among the vendor's staff. Each of them gets a
//! notice of their own, so that one who has read it does not read it for the others; a to-do is one, whoever does it.

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
    /// Sends a notice to everybody it is for; while nobody is, it waits for whoever comes to be.
    pub fn notify(&mut self, notice: Notice<'_>) -> Result<()> {
        let readers = match notice.user {
            Some(user) => vec![user],
            None => self.holders(notice.role, notice.organisation)?,
        };
        if readers.is_empty() {
            return self.address("notice", &notice).map(drop);
        }
        for reader in readers {
            let own = Notice {
                user: Some(reader),
                ..notice.clone()
            };
            self.address("notice", &own)?;
        }
        Ok(())
    }

    /// Active users of the organisation, or of the vendor's staff, with the role if one is named.
    fn holders(&mut self, role: Option<&str>, organisation: Option<Id>) -> Result<Vec<Id>> {
        let mut sql = "SELECT u.id FROM \"user\" u WHERE u.active = 1 AND ".to_owned();
        let mut parameters: Vec<Value> = Vec::new();
        if let Some(organisation) = organisation {
            sql.push_str("u.organisation_id = ?");
            parameters.push(organisation.into());
        } else {
            sql.push_str("u.organisation_id IS NULL");
        }
        if let Some(role) = role {
            sql.push_str(" AND u.id IN (SELECT r.user_id FROM user_role r WHERE r.role_name = ?)");
            parameters.push(role.into());
        }
        sql.push_str(" ORDER BY u.id");
        let rows = self.query(&sql, &parameters)?;
        rows.iter()
            .map(|row| row.int(0).map(Id::from_number))
            .collect()
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

    /// Closes all open to-dos about a record. Notices that said the same are read: nothing is left to be done about them.
    pub fn close_tasks(&mut self, object: &str, record: Id) -> Result<()> {
        let open = self.find_records(
            "task",
            "object_name = ? AND record_id = ? AND state = 'open' ORDER BY id",
            &[object.into(), record.to_string().into()],
        )?;
        for task in open {
            let title = task.value("title_zh").clone();
            pipeline::act_record(self, "task", task.id, "done", |_| Ok(()))?;
            let told = self.find_records(
                "notice",
                "object_name = ? AND record_id = ? AND title_zh = ? AND read_at IS NULL ORDER BY id",
                &[object.into(), record.to_string().into(), title],
            )?;
            for notice in told {
                pipeline::act_record(self, "notice", notice.id, "mark_read", |_| Ok(()))?;
            }
        }
        Ok(())
    }
}
