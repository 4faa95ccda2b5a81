//! Who is asking, once a session or a key has said so.
//!
//! Not here: sessions and keys themselves (`session`), what the roles allow (`access`).

use qudao_base::{Actor, Result};
use qudao_store::Row;
use serde_json::{Value as Json, json};

use crate::{Kernel, connection::Connection, people::actor_of};

/// A session or key recognised.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who acts.
    pub actor: Actor,
    /// Token that writes must repeat in a header; empty for API keys.
    pub csrf: String,
    /// Shown name.
    pub name: String,
    /// Sign-in name.
    pub login: String,
    /// May only read (API keys).
    pub reads_only: bool,
}

impl Caller {
    /// The person of a row of [`actor_of`] that goes on with name and sign-in name, through no session.
    pub(crate) fn of_row(reader: &mut dyn Connection, row: &Row, reads_only: bool) -> Result<Self> {
        Ok(Self {
            actor: actor_of(reader, row)?,
            csrf: String::new(),
            name: row.text(3)?.to_owned(),
            login: row.text(4)?.to_owned(),
            reads_only,
        })
    }

    /// The session as the API shows it.
    pub fn json(&self, kernel: &Kernel) -> Result<Json> {
        let organisation = self
            .actor
            .organisation
            .zip(kernel.catalog.organisation.as_deref());
        let organisation = match organisation {
            Some((id, object)) => kernel.read(&Actor::system(), |cx| {
                let record = cx.find_records(object, "t.id = ?", &[id.into()])?.pop();
                let title = record.and_then(|record| {
                    let title = record.object.title.clone();
                    record.value(&title).text().map(ToOwned::to_owned)
                });
                Ok(json!({ "id": id.to_string(), "title": title }))
            })?,
            None => Json::Null,
        };
        Ok(json!({
            "user": {
                "id": self.actor.user.map(|id| id.to_string()), "name": self.name, "login": self.login,
                "locale": self.actor.locale, "roles": self.actor.roles, "organisation": organisation,
            },
            "csrf": self.csrf,
            "door": kernel.door(&self.actor),
            "site": { "name": kernel.site.name, "currency": kernel.site.currency, "time_zone": kernel.site.zone_name },
        }))
    }
}
