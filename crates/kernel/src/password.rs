//! Passwords as Argon2id hashes.
//!
//! Keeps true: few are computed at a time, so that a crowd at the door takes neither all memory nor all cores; none is computed
//! inside a transaction, since what sets a password takes a hash that has been made before.

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};
use qudao_base::{Fault, Refusal, Result};

use crate::{action_log::hex, session::random_token};

const PASSWORD_CHARACTERS_MIN: usize = 12;

/// Hashes computed at a time; each takes 19 MiB and a core.
const AT_ONCE: usize = 4;

static RUNNING: Mutex<usize> = Mutex::new(0);
static DONE: Condvar = Condvar::new();

/// A place among the hashes computed at this moment.
struct Turn;

impl Turn {
    fn take() -> Self {
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |running: &mut usize| *running >= AT_ONCE;
        let mut running = DONE
            .wait_while(running, full)
            .unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        DONE.notify_one();
    }
}

/// A password ready to be stored.
#[derive(Clone, Debug)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Hashes a new password.
    ///
    /// # Errors
    /// `password.too_short` under 12 characters.
    pub fn of(password: &str) -> Result<Self> {
        if password.chars().count() < PASSWORD_CHARACTERS_MIN {
            return Err(Refusal::invalid("password.too_short")
                .on("password")
                .with("min", PASSWORD_CHARACTERS_MIN)
                .into());
        }
        hash(password, &random_token()?[..32]).map(Self)
    }

    pub(crate) fn stored(&self) -> &str {
        &self.0
    }

    pub(crate) const fn from_stored(stored: String) -> Self {
        Self(stored)
    }
}

fn hash(password: &str, salt: &str) -> Result<String> {
    let _turn = Turn::take();
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT);
    let mut out = [0_u8; 32];
    let done = hasher.hash_password_into(password.as_bytes(), salt.as_bytes(), &mut out);
    done.map_err(|error| Fault::new(format!("a password could not be hashed: {error}")))?;
    Ok(format!("argon2id${salt}${}", hex(&out)))
}

/// Whether the password is the stored one.
pub(crate) fn password_fits(password: &str, stored: &str) -> Result<bool> {
    let salt = stored.split('$').nth(1).unwrap_or("0000000000000000");
    let expected = hash(password, salt)?;
    let differing = expected
        .bytes()
        .zip(stored.bytes())
        .fold(0, |sum, (left, right)| sum | (left ^ right));
    Ok(expected.len() == stored.len() && differing == 0)
}
