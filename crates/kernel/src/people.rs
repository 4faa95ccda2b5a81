//! The people of a site as the kernel itself needs them: actors of logins, the first administrator, links for a demo.
//!
//! Not here: how somebody proves who they are (`session`).

use std::sync::Arc;

use qudao_base::{Actor, Fault, Id, Locale, Result};
use qudao_store::Row;
use serde_json::json;

use crate::{
    Cx, Kernel,
    connection::Connection,
    pipeline::{self, Request},
};

const FIRST_LINK_SECONDS: i64 = 24 * 3600;

/// The person of a row that starts with a user's id, language and organisation.
pub(crate) fn actor_of(database: &mut dyn Connection, row: &Row) -> Result<Actor> {
    let user = row.id(0)?;
    let roles = database.query(
        "SELECT role_name FROM user_role WHERE user_id = ? ORDER BY id",
        &[user.into()],
    )?;
    let roles = roles
        .iter()
        .map(|role| role.text(0).map(ToOwned::to_owned))
        .collect::<Result<_>>()?;
    let locale = if row.value(1).text() == Some("en") {
        Locale::English
    } else {
        Locale::Chinese
    };
    Ok(Actor {
        user: Some(user),
        roles,
        organisation: row.value(2).int().map(Id::from_number),
        locale,
        session: None,
        system: false,
    })
}

/// The user of a sign-in name, as an actor.
///
/// # Errors
/// A fault when there is none.
pub(crate) fn actor_of_login(cx: &mut Cx<'_>, login: &str) -> Result<Actor> {
    let rows = cx.query(
        "SELECT id, locale, organisation_id FROM \"user\" WHERE login = ?",
        &[login.into()],
    )?;
    let row = rows
        .first()
        .ok_or_else(|| Fault::new(format!("no user {login}")))?;
    actor_of(cx.connection, row)
}

impl Kernel {
    /// The one administrator a new site starts with: made when there is no user at all. Returns a one-time sign-in token.
    pub fn first_administrator(self: &Arc<Self>) -> Result<Option<String>> {
        self.write(&Actor::system(), |cx| {
            if !cx.query("SELECT 1 FROM \"user\" LIMIT 1", &[])?.is_empty() {
                return Ok(None);
            }
            let input = json!({ "name": "管理员", "login": "admin", "roles": [{ "role_name": "administrator" }] });
            let input = input.as_object().cloned().unwrap_or_default();
            let request = Request { object: "user".to_owned(), action: "create".to_owned(), input, ..Request::default() };
            let user = pipeline::perform(cx, &request)?;
            cx.sign_in_link(user, FIRST_LINK_SECONDS).map(Some)
        })
    }

    /// One-time sign-in tokens for the first active user of each role: `(role, user's name, token)`.
    pub fn links_by_role(self: &Arc<Self>) -> Result<Vec<(String, String, String)>> {
        self.write(&Actor::system(), |cx| {
            let rows = cx.query(
                "SELECT r.role_name, MIN(u.id), MIN(u.name) FROM \"user\" u JOIN user_role r ON r.user_id = u.id \
                 WHERE u.active = 1 GROUP BY r.role_name ORDER BY 2",
                &[],
            )?;
            let mut links = Vec::new();
            for row in rows {
                let user = row.id(1)?;
                let named = cx.query("SELECT name FROM \"user\" WHERE id = ?", &[user.into()])?;
                let name = named.first().map_or(Ok(String::new()), |row| row.text(0).map(ToOwned::to_owned))?;
                let token = cx.sign_in_link(user, FIRST_LINK_SECONDS)?;
                links.push((row.text(0)?.to_owned(), name, token));
            }
            Ok(links)
        })
    }
}

impl Cx<'_> {
    /// The active user of the sign-in name.
    ///
    /// # Errors
    /// A fault when there is none.
    pub fn user_of_login(&mut self, login: &str) -> Result<Id> {
        let rows = self.query(
            "SELECT id FROM \"user\" WHERE login = ? AND active = 1",
            &[login.into()],
        )?;
        let row = rows
            .first()
            .ok_or_else(|| Fault::new(format!("no user {login}")))?;
        row.id(0)
    }
}
