//! Who is asking: passwords, sessions, one-time sign-in links, API keys.
//!
//! Keeps true: only hashes of secrets are stored (Argon2id for passwords, SHA-256 for random tokens); a disabled user or a
//! changed role counts from the next request on; unknown and known logins are answered alike; a session or link that somebody
//! else put into the database opens nothing.
//! Not here: who a caller is (`caller`), cookies and headers (the HTTP crate), how passwords are hashed (`password`) and attempts
//! counted (`attempt`).

use std::sync::Arc;

use qudao_base::{Actor, Fault, Id, Instant, Refusal, RefusalClass, Result, Value};
use qudao_store::Query;

use crate::{
    Caller, Kernel, SiteKey,
    action_log::{hex, sha256},
    password::password_fits,
};

const IDLE_SECONDS: i64 = 30 * 60;
const SESSION_SECONDS: i64 = 12 * 3600;
/// Where a session's row says when it was last used.
const SEEN_AT: usize = 5;

/// A fresh session as the browser must keep it.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Secret of the cookie.
    pub token: String,
    /// Door the user enters by.
    pub door: String,
}

/// 32 random bytes as hexadecimal.
pub fn random_token() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Fault::new(format!("no randomness: {error}")))?;
    Ok(hex(&bytes))
}

fn refused() -> Refusal {
    Refusal::new(RefusalClass::Unauthenticated, "session.refused")
}

struct Credential {
    user: Id,
    stored: String,
}

impl Kernel {
    fn credential(&self, login: &str) -> Result<Option<Credential>> {
        let login = login.to_owned();
        self.store.read(move |reader| {
            let row = reader.one(
                "SELECT c.user_id, c.password_hash FROM credential c \
                 JOIN \"user\" u ON u.id = c.user_id WHERE u.login = ? AND u.active = 1",
                &[login.as_str().into()],
            )?;
            row.map(|row| {
                Ok(Credential {
                    user: Id::from_number(row.int(0)?),
                    stored: row.text(1)?.to_owned(),
                })
            })
            .transpose()
        })
    }

    /// Opens a session with a password, for somebody at the address; empty where it is not known.
    ///
    /// # Errors
    /// `session.refused` for a wrong login or password alike; `session.locked` after five failures, for 15 minutes.
    pub fn sign_in(self: &Arc<Self>, login: &str, password: &str, address: &str) -> Result<Grant> {
        self.count_attempt(login, address)?;
        let found = self.credential(login)?;
        // The same work for an unknown login, so that time tells nothing.
        let stored = found
            .as_ref()
            .map_or("argon2id$0000000000000000$", |found| &found.stored);
        let fits = password_fits(password, stored)?;
        let found = found.filter(|_| fits).ok_or_else(refused)?;
        self.forgive_attempt(login, address)?;
        self.open_session(found.user)
    }

    /// Opens a session for a user who has proved who they are.
    fn open_session(self: &Arc<Self>, user: Id) -> Result<Grant> {
        let (token, csrf) = (random_token()?, random_token()?);
        let (id, now) = (self.ids.next(self.clock()), self.clock().now());
        let row = vec![
            id.into(),
            sha256(&token).into(),
            user.into(),
            csrf.into(),
            now.into(),
            now.into(),
            now.plus_seconds(SESSION_SECONDS).into(),
        ];
        let row = self.site.key.coded("session", row);
        self.store.write(move |transaction| {
            transaction.execute("DELETE FROM session WHERE expires_at < ?", &[now.into()])?;
            transaction.execute(
                "INSERT INTO session (id, token_hash, user_id, csrf, created_at, seen_at, expires_at, code) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                &row,
            )
        })?;
        let caller = self.caller(&token)?.ok_or_else(refused)?;
        Ok(Grant {
            token,
            door: self.door(&caller.actor),
        })
    }

    /// `portal` for members of an organisation, else `office`.
    pub fn door(&self, actor: &Actor) -> String {
        if actor.organisation.is_some() {
            "portal"
        } else {
            "office"
        }
        .to_owned()
    }

    /// Who holds the session token; `None` when it is unknown, over, or its user disabled.
    pub fn caller(self: &Arc<Self>, token: &str) -> Result<Option<Caller>> {
        let now = self.clock().now();
        let Some((caller, mut row)) = self.session_of(token)? else {
            return Ok(None);
        };
        if now.micros() - row[SEEN_AT].int().unwrap_or_default() > 60_000_000 {
            let id = row[0].clone();
            row[SEEN_AT] = now.into();
            let code = self.site.key.row_code("session", &row);
            self.store.write(move |transaction| {
                transaction.execute(
                    "UPDATE session SET seen_at = ?, code = ? WHERE id = ?",
                    &[now.into(), code.as_str().into(), id.clone()],
                )
            })?;
        }
        Ok(Some(caller))
    }

    /// Like [`Self::caller`], but does not count as use: a screen that only listens does not keep its session alive.
    pub fn watcher(&self, token: &str) -> Result<Option<Caller>> {
        Ok(self.session_of(token)?.map(|(caller, _)| caller))
    }

    /// The caller with the session's row, if the site wrote it.
    fn session_of(&self, token: &str) -> Result<Option<(Caller, Vec<Value>)>> {
        let now = self.clock().now();
        let hash = sha256(token);
        self.store.read(|reader| {
            let row = reader.one(
                "SELECT u.id, u.locale, u.organisation_id, u.name, u.login, s.id, s.token_hash, s.user_id, s.csrf, \
                 s.created_at, s.seen_at, s.expires_at, s.code FROM session s \
                 JOIN \"user\" u ON u.id = s.user_id WHERE s.token_hash = ? AND u.active = 1",
                &[hash.as_str().into()],
            )?;
            let Some(row) = row else { return Ok(None) };
            let mut session: Vec<Value> = (5..13).map(|at| row.value(at).clone()).collect();
            let code = session.pop();
            if code != Some(self.site.key.row_code("session", &session).into()) {
                tracing::error!(session = row.int(5)?, "a session was not written by this site");
                return Ok(None);
            }
            let (seen, expires) = (row.int(10)?, row.int(11)?);
            if expires < now.micros() || now.micros() - seen > IDLE_SECONDS * 1_000_000 {
                return Ok(None);
            }
            let mut caller = Caller::of_row(reader, &row, false)?;
            row.text(8)?.clone_into(&mut caller.csrf);
            caller.actor.session = Some(Id::from_number(row.int(5)?));
            Ok(Some((caller, session)))
        })
    }

    /// Ends a session.
    pub fn sign_out(&self, token: &str) -> Result<()> {
        let hash = sha256(token);
        self.store.write(move |transaction| {
            transaction.execute(
                "DELETE FROM session WHERE token_hash = ?",
                &[hash.as_str().into()],
            )
        })?;
        Ok(())
    }

    /// Makes a one-time link for a user, good for so many seconds. Returns its token.
    pub fn sign_in_link(&self, user: Id, seconds: i64) -> Result<String> {
        let token = random_token()?;
        let id = self.ids.next(self.clock());
        let expires = self.clock().now().plus_seconds(seconds);
        let row = link_row(&self.site.key, id, &token, user, expires);
        self.store
            .write(move |transaction| transaction.execute(INSERT_LINK, &row))?;
        Ok(token)
    }

    /// Opens a session with a one-time link.
    ///
    /// # Errors
    /// `session.refused` when it is unknown, used or over.
    pub fn use_link(self: &Arc<Self>, token: &str) -> Result<Grant> {
        let (hash, now) = (sha256(token), self.clock().now());
        let key = Arc::clone(&self.site.key);
        let user = self.store.write(move |transaction| {
            let rows = transaction.query(
                "UPDATE sign_in_link SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ? \
                 RETURNING id, token_hash, user_id, expires_at, code",
                &[now.into(), hash.as_str().into(), now.into()],
            )?;
            let Some(row) = rows.into_iter().next() else {
                return Ok(None);
            };
            let user = row.int(2)?;
            let mut link = row.into_values();
            let code = link.pop();
            link.push(Value::Null);
            if code != Some(key.row_code("sign_in_link", &link).into()) {
                tracing::error!("a sign-in link was not written by this site");
                return Ok(None);
            }
            link[4] = now.into();
            let code = key.row_code("sign_in_link", &link);
            transaction.execute(
                "UPDATE sign_in_link SET code = ? WHERE id = ?",
                &[code.into(), link[0].clone()],
            )?;
            Ok(Some(user))
        })?;
        self.open_session(Id::from_number(user.ok_or_else(refused)?))
    }

    /// Who holds the API key.
    pub fn key_caller(&self, secret: &str) -> Result<Option<Caller>> {
        let (hash, now) = (sha256(secret), self.clock().now());
        self.store.read(|reader| {
            let row = reader.one(
                "SELECT u.id, u.locale, u.organisation_id, u.name, u.login, k.scope FROM api_secret s \
                 JOIN api_key k ON k.id = s.key_id JOIN \"user\" u ON u.id = s.user_id AND u.id = k.user_id \
                 WHERE s.token_hash = ? AND u.active = 1 AND (k.expires_at IS NULL OR k.expires_at > ?)",
                &[hash.as_str().into(), now.into()],
            )?;
            let Some(row) = row else { return Ok(None) };
            let reads_only = row.text(5)? != "write";
            Caller::of_row(reader, &row, reads_only).map(Some)
        })
    }
}

/// Adds a [`link_row`].
pub(crate) const INSERT_LINK: &str = "INSERT INTO sign_in_link (id, token_hash, user_id, expires_at, used_at, code) \
     VALUES (?, ?, ?, ?, ?, ?)";

pub(crate) fn link_row(
    key: &SiteKey,
    id: Id,
    token: &str,
    user: Id,
    expires: Instant,
) -> Vec<Value> {
    let row = vec![
        id.into(),
        sha256(token).into(),
        user.into(),
        expires.into(),
        Value::Null,
    ];
    key.coded("sign_in_link", row)
}
