//! Secrets of users made inside a transaction: passwords, one-time links, API keys.
//!
//! Keeps true: only hashes are stored; a new password is set by who knows the old one, and ends all sessions and links of the user
//! but the session it was set in; passwords and secrets of keys leave
//! entries in the log that prove who set them and when, and say nothing of them.

use qudao_base::{Actor, Id, Refusal, Result};
use qudao_store::Query;
use serde_json::json;

use crate::{
    Cx, Kernel,
    action_log::{API_SECRET, CREDENTIAL, own_hash, sha256},
    password::{PasswordHash, password_fits},
    session::{INSERT_LINK, link_row, random_token},
};

impl Cx<'_> {
    /// Sets a user's password and forgets failed attempts to sign in. The session this is done in goes on, the user's others end.
    pub fn set_password(&mut self, user: Id, password: &PasswordHash) -> Result<()> {
        let id = self.new_id();
        let rows = self.query(
            "INSERT INTO credential (id, user_id, password_hash) VALUES (?, ?, ?) \
             ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash RETURNING id",
            &[id.into(), user.into(), password.stored().into()],
        )?;
        let id = rows
            .first()
            .map_or(Ok(id), |row| row.int(0).map(Id::from_number))?;
        let hash = own_hash(CREDENTIAL, &[&user.to_string(), password.stored()]);
        self.log_own(CREDENTIAL, id, &hash, &json!({}))?;
        self.execute(
            "DELETE FROM sign_in_attempt WHERE login = (SELECT login FROM \"user\" WHERE id = ?)",
            &[user.into()],
        )?;
        self.end_other_sessions(user)
    }

    /// Ends all sessions and links of a user, the session this is done in excepted.
    fn end_other_sessions(&mut self, user: Id) -> Result<()> {
        let own = self.actor().session.map_or(0, Id::number);
        self.execute(
            "DELETE FROM session WHERE user_id = ? AND id <> ?",
            &[user.into(), own.into()],
        )?;
        self.execute(
            "DELETE FROM sign_in_link WHERE user_id = ? AND used_at IS NULL",
            &[user.into()],
        )?;
        Ok(())
    }

    /// Makes a one-time sign-in link inside this transaction, good for so many seconds. Returns its token.
    pub fn sign_in_link(&mut self, user: Id, seconds: i64) -> Result<String> {
        let token = random_token()?;
        let (id, expires) = (self.new_id(), self.now().plus_seconds(seconds));
        let row = link_row(&self.kernel.site.key, id, &token, user, expires);
        self.execute(INSERT_LINK, &row)?;
        Ok(token)
    }

    /// Makes the secret of an API key, shown once. An earlier secret of the key ends.
    pub fn issue_key_secret(&mut self, key: Id, user: Id) -> Result<String> {
        let secret = format!("qudao_{}", random_token()?);
        // Of two made at once only the later one counts.
        let turn = key.to_string();
        self.take_turn(API_SECRET, std::iter::once(turn.as_str()))?;
        let id = self.new_id();
        self.execute("DELETE FROM api_secret WHERE key_id = ?", &[key.into()])?;
        self.execute(
            "INSERT INTO api_secret (id, token_hash, key_id, user_id) VALUES (?, ?, ?, ?)",
            &[id.into(), sha256(&secret).into(), key.into(), user.into()],
        )?;
        let parts = [sha256(&secret), key.to_string(), user.to_string()];
        let hash = own_hash(API_SECRET, &parts.each_ref().map(String::as_str));
        self.log_own(API_SECRET, id, &hash, &json!({}))?;
        Ok(secret)
    }
}

impl Kernel {
    /// Whether the actor may set a new password: who has one knows it. Attempts are counted as those to sign in are.
    ///
    /// # Errors
    /// `password.current_wrong`; `session.locked` after too many attempts.
    pub(crate) fn check_current_password(&self, actor: &Actor, password: &str) -> Result<()> {
        let Some(user) = actor.user else {
            return Ok(());
        };
        let found = self.store.read(|reader| {
            let row = reader.one(
                "SELECT u.login, c.password_hash FROM credential c JOIN \"user\" u ON u.id = c.user_id WHERE u.id = ?",
                &[user.into()],
            )?;
            row.map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())))
                .transpose()
        })?;
        let Some((login, stored)) = found else {
            return Ok(());
        };
        self.count_attempt(&login, "")?;
        if password_fits(password, &stored)? {
            return self.forgive_attempt(&login, "");
        }
        Err(Refusal::invalid("password.current_wrong")
            .on("current_password")
            .into())
    }
}
