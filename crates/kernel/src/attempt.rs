//! Attempts to sign in, counted before the password is looked at.
//!
//! Keeps true: the count is raised by one statement, so that attempts made at once are all counted; unknown logins are
//! counted like known ones, so that a lock tells nothing; who shuts the door shuts it for the address they come from.

use std::sync::Arc;

use qudao_base::{Fault, Instant, Refusal, RefusalClass, Result, Value};
use qudao_store::{Query, Row, Transaction};

use crate::{Kernel, SiteKey};

/// Failed attempts on one login from one address until it is locked.
const FAILURES_MAX: i64 = 5;
/// Failed attempts from one address on whatever logins; many people may share it.
const ADDRESS_FAILURES_MAX: i64 = 100;
const LOCK_SECONDS: i64 = 15 * 60;
const LOGIN_CHARACTERS_MAX: usize = 200;

/// Whose attempt it is. An empty login stands for all of an address.
#[derive(Clone)]
struct Place {
    login: String,
    address: String,
    allowed: i64,
}

/// The login from the address, and the address alone where it is known.
fn places(login: &str, address: &str) -> Vec<Place> {
    let login: String = login.chars().take(LOGIN_CHARACTERS_MAX).collect();
    let one = Place {
        login,
        address: address.to_owned(),
        allowed: FAILURES_MAX,
    };
    let all = Place {
        login: String::new(),
        address: address.to_owned(),
        allowed: ADDRESS_FAILURES_MAX,
    };
    let known = !address.is_empty();
    std::iter::once(one).chain(known.then_some(all)).collect()
}

impl Kernel {
    /// Counts an attempt as failed until it is known to have succeeded.
    ///
    /// # Errors
    /// `session.locked` after too many, for 15 minutes.
    pub(crate) fn count_attempt(&self, login: &str, address: &str) -> Result<()> {
        let now = self.clock().now();
        for place in places(login, address) {
            let (id, counted) = (self.ids.next(self.clock()), place.clone());
            let key = Arc::clone(&self.site.key);
            let (failures, at) = self.store.write(move |transaction| {
                let row = count(transaction, id.number(), &counted, now)?;
                code_attempt(transaction, &key, &row)?;
                Ok((row.int(FAILURES)?, row.int(AT)?))
            })?;
            if failures > place.allowed {
                let left = at + LOCK_SECONDS * 1_000_000 - now.micros();
                let refusal = Refusal::new(RefusalClass::TooMany, "session.locked");
                return Err(refusal.with("minutes", left / 60_000_000 + 1).into());
            }
        }
        Ok(())
    }

    /// The attempt succeeded: the login begins anew, the address has one failure less.
    pub(crate) fn forgive_attempt(&self, login: &str, address: &str) -> Result<()> {
        let places = places(login, address);
        let key = Arc::clone(&self.site.key);
        self.store.write(move |transaction| {
            for place in &places {
                let of_place = [place.login.as_str().into(), place.address.as_str().into()];
                if !place.login.is_empty() {
                    transaction.execute(
                        "DELETE FROM sign_in_attempt WHERE login = ? AND address = ?",
                        &of_place,
                    )?;
                    continue;
                }
                let rows = transaction.query(
                    "UPDATE sign_in_attempt SET failures = failures - 1 WHERE login = ? AND address = ? AND failures > 0 \
                     RETURNING id, login, address, failures, at",
                    &of_place,
                )?;
                for row in &rows {
                    code_attempt(transaction, &key, row)?;
                }
            }
            Ok(())
        })
    }
}

/// Where a row `id, login, address, failures, at` has them.
const FAILURES: usize = 3;
const AT: usize = 4;

/// Gives a changed row its code.
fn code_attempt(transaction: &mut Transaction<'_>, key: &SiteKey, row: &Row) -> Result<()> {
    let values: Vec<Value> = (0..=AT).map(|at| row.value(at).clone()).collect();
    let code = key.row_code("sign_in_attempt", &values);
    transaction.execute(
        "UPDATE sign_in_attempt SET code = ? WHERE id = ?",
        &[code.into(), row.int(0)?.into()],
    )?;
    Ok(())
}

/// Raises the count; returns `id, login, address, failures, at`, the last being when the last failure that counts was. A lock is
/// not made longer by knocking.
fn count(transaction: &mut Transaction<'_>, id: i64, place: &Place, now: Instant) -> Result<Row> {
    let over = now.plus_seconds(-LOCK_SECONDS);
    let row = transaction.one(
        "INSERT INTO sign_in_attempt (id, login, address, failures, at, code) VALUES (?, ?, ?, 1, ?, '') \
         ON CONFLICT (login, address) DO UPDATE SET \
         failures = CASE WHEN sign_in_attempt.at <= ? THEN 1 ELSE sign_in_attempt.failures + 1 END, \
         at = CASE WHEN sign_in_attempt.at <= ? OR sign_in_attempt.failures < ? THEN excluded.at \
         ELSE sign_in_attempt.at END RETURNING id, login, address, failures, at",
        &[
            id.into(),
            place.login.as_str().into(),
            place.address.as_str().into(),
            now.into(),
            over.into(),
            over.into(),
            place.allowed.into(),
        ],
    )?;
    row.ok_or_else(|| Fault::new("an attempt to sign in was not counted").into())
}
