//! Secrets two systems sign their messages with, one owner each, usually a record of a pack.
//!
//! Keeps true: a secret is shown once; one that was replaced still counts for a day, however often it was replaced since, so that
//! nothing is lost while the other side changes over; the log proves who made a secret and when, and says nothing of it. It is
//! stored as it is, for it has to be computed with: whoever reads the database can sign.
//! Not here: signing (`signature`).

use std::sync::Arc;

use qudao_base::{Actor, Fault, Id, Refusal, RefusalClass, Result, Stop, Value};
use serde_json::{Value as Json, json};

use crate::{
    Cx, Kernel,
    action_log::{SIGNING_SECRET, own_hash, sha256},
    endpoint::Asked,
    signature,
    submit::{Answer, Claim, claim},
};

/// How long a replaced secret still counts.
const OVERLAP_SECONDS: i64 = 86_400;
const BYTES: usize = 32;

impl Cx<'_> {
    /// Makes a secret for the owner, shown this once.
    ///
    /// # Errors
    /// A fault when the system gives no randomness.
    pub fn issue_signing_secret(&mut self, owner: Id) -> Result<String> {
        let mut bytes = [0_u8; BYTES];
        getrandom::fill(&mut bytes)
            .map_err(|error| Fault::new(format!("no randomness: {error}")))?;
        // Of two made at once one replaces the other.
        let turn = owner.to_string();
        self.take_turn(SIGNING_SECRET, std::iter::once(turn.as_str()))?;
        let (id, shown, now) = (self.new_id(), signature::shown(&bytes), self.now());
        let until = now.plus_seconds(OVERLAP_SECONDS);
        self.execute(
            "DELETE FROM signing_secret WHERE owner_id = ? AND expires_at <= ?",
            &[owner.into(), now.into()],
        )?;
        let key = std::sync::Arc::clone(&self.kernel.site.key);
        let sql = "SELECT id, owner_id, secret FROM signing_secret WHERE owner_id = ? AND expires_at IS NULL";
        for row in self.query(sql, &[owner.into()])? {
            let mut row = row.into_values();
            row.push(until.into());
            let code = key.row_code(SIGNING_SECRET, &row).into();
            self.execute(
                "UPDATE signing_secret SET expires_at = ?, code = ? WHERE id = ?",
                &[until.into(), code, row[0].clone()],
            )?;
        }
        let row = vec![id.into(), owner.into(), shown.as_str().into(), Value::Null];
        self.execute(
            "INSERT INTO signing_secret (id, owner_id, secret, expires_at, code) VALUES (?, ?, ?, ?, ?)",
            &key.coded(SIGNING_SECRET, row),
        )?;
        let hash = own_hash(SIGNING_SECRET, &[&owner.to_string(), &shown]);
        self.log_own(SIGNING_SECRET, id, &hash, &json!({}))?;
        Ok(shown)
    }

    /// The secrets in force for the owner, newest first.
    ///
    /// # Errors
    /// None but faults.
    pub fn signing_secrets(&mut self, owner: Id) -> Result<Vec<Vec<u8>>> {
        let now = self.now();
        let rows = self.query(
            "SELECT secret FROM signing_secret WHERE owner_id = ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY id DESC",
            &[owner.into(), now.into()],
        )?;
        let mut secrets = Vec::with_capacity(rows.len());
        for row in &rows {
            let bytes = signature::bytes_of(row.text(0)?);
            secrets.push(bytes.ok_or_else(|| Fault::new("a signing secret cannot be read"))?);
        }
        Ok(secrets)
    }
}

impl Kernel {
    /// Takes in a signed message of the owner's, once: sent again under its id it is answered as before. One attempt cannot be
    /// played back.
    ///
    /// # Errors
    /// Unauthenticated without a good signature; conflict `webhook.replayed` for an attempt seen before; what refuses the work.
    pub fn take_signed(
        self: &Arc<Self>,
        owner: Id,
        asked: &Asked<'_>,
        work: impl Fn(&mut Cx<'_>) -> Result<Json> + Send + 'static,
    ) -> Result<Json> {
        let system = Actor::system();
        let signed = asked
            .signed
            .ok_or_else(|| Refusal::new(RefusalClass::Unauthenticated, "session.missing"))?;
        let (secrets, now) = self.read(&system, |cx| Ok((cx.signing_secrets(owner)?, cx.now())))?;
        signature::check(&secrets, &signed, asked.body, now)?;
        let message = format!("signed {owner} {}", sha256(signed.id));
        let attempt = format!("{message} {}", signed.timestamp);
        self.write(&system, move |cx| match claim(cx, &attempt, "") {
            Ok(Claim::Fresh(_)) => Ok(()),
            Ok(Claim::Answered(_)) | Err(Stop::Refusal(_)) => {
                Err(Refusal::conflict("webhook.replayed")
                    .on("webhook-id")
                    .into())
            }
            Err(fault) => Err(fault),
        })?;
        let fingerprint = String::from_utf8_lossy(asked.body).into_owned();
        self.once(&system, Some(&message), &fingerprint, move |cx| {
            work(cx).map(Answer::kept)
        })
    }
}
