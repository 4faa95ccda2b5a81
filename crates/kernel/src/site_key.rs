//! The site's secret: what only the site itself can write.
//!
//! Keeps true: the secret is never in the database, so whoever can edit the database cannot write anything the site would own
//! to. It signs the chain's blocks (Ed25519), and codes (HMAC-SHA256) log entries until they are sealed and those of the kernel's
//! own rows that no log entry proves. Of the secret the database knows the public half, and from which block on it signs.
//! Not here: where the secret is kept (the server's start), blocks (`seal`), what is compared (`verify`).

use std::sync::Arc;

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use qudao_base::{Fault, Result, Value};
use qudao_store::{Query, Row, Store, Transaction};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::{
    Kernel, Record,
    action_log::{hex, row_hash},
    find::take_turn,
    model::Model,
    schema::{OWN_ROWS, ROW_CODE, own_columns},
};

/// Where the public halves are kept: a value nobody reads or writes through the API.
pub(crate) const PUBLIC_KEYS: &str = "kernel.public_keys";
/// Reads them. Its rows are for [`public_keys`].
pub(crate) const READ_PUBLIC_KEYS: &str =
    "SELECT value FROM setting_value WHERE name = 'kernel.public_keys'";
/// Bytes of a code that are kept: 128 bits.
const CODE_BYTES: usize = 16;

/// The secret.
#[derive(Clone)]
pub struct SiteKey {
    signing: SigningKey,
    coding: Hmac<Sha256>,
}

impl std::fmt::Debug for SiteKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SiteKey({})", self.public())
    }
}

impl SiteKey {
    /// From 32 random bytes.
    pub fn new(secret: [u8; 32]) -> Result<Self> {
        let signing = SigningKey::from_bytes(&secret);
        // Another secret for another use.
        let coding_secret = signing.sign(b"qudao: codes of rows").to_bytes();
        let coding = Hmac::new_from_slice(&coding_secret)
            .map_err(|error| Fault::from_error("no code can be made", error))?;
        Ok(Self { signing, coding })
    }

    /// From its text: 64 hexadecimal digits.
    pub fn from_text(text: &str) -> Result<Self> {
        let secret = bytes_of::<32>(text.trim())
            .ok_or_else(|| Fault::new("a site key is 64 hexadecimal digits"))?;
        Self::new(secret)
    }

    /// The public half, in hexadecimal.
    pub fn public(&self) -> String {
        hex(self.signing.verifying_key().as_bytes())
    }

    pub(crate) fn sign(&self, hash: &str) -> String {
        hex(&self.signing.sign(hash.as_bytes()).to_bytes())
    }

    /// The code of a text.
    pub(crate) fn code(&self, text: &str) -> String {
        let mut coding = self.coding.clone();
        coding.update(text.as_bytes());
        hex(&coding.finalize().into_bytes()[..CODE_BYTES])
    }

    /// The code of a row of a table of [`OWN_ROWS`]. `row`: all columns but the code, in their order.
    pub(crate) fn row_code(&self, table: &str, row: &[Value]) -> String {
        use std::fmt::Write;
        let mut text = table.to_owned();
        for value in row {
            // Writing into a text cannot fail.
            let _ = match value {
                Value::Int(number) => write!(text, "|{number}"),
                Value::Text(content) => write!(text, "|{}:{content}", content.len()),
                Value::Null | Value::Bytes(_) => write!(text, "|"),
            };
        }
        self.code(&text)
    }

    /// The code of a record that leaves no log entries.
    pub(crate) fn record_code(&self, record: &Record) -> String {
        self.code(&row_hash(record))
    }

    /// The row as it is stored: with its code.
    pub(crate) fn coded(&self, table: &str, mut row: Vec<Value>) -> Vec<Value> {
        row.push(self.row_code(table, &row).into());
        row
    }
}

fn bytes_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: Option<Vec<u8>> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect();
    bytes?.try_into().ok()
}

pub(crate) fn signature_holds(public: &str, hash: &str, signature: &str) -> bool {
    let key = bytes_of::<32>(public).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    let signature = bytes_of::<64>(signature).map(|bytes| Signature::from_bytes(&bytes));
    key.zip(signature)
        .is_some_and(|(key, signature)| key.verify(hash.as_bytes(), &signature).is_ok())
}

/// A public half and the first block it signs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PublicKey {
    pub from_block: i64,
    pub key: String,
}

/// The key a block must be signed by.
pub(crate) fn signer(keys: &[PublicKey], block: i64) -> &str {
    let key = keys.iter().rev().find(|key| key.from_block <= block);
    key.map_or("", |key| &key.key)
}

/// All public halves, oldest first, from what [`READ_PUBLIC_KEYS`] answers.
pub(crate) fn public_keys(rows: &[Row]) -> Result<Vec<PublicKey>> {
    let Some(row) = rows.first() else {
        return Ok(Vec::new());
    };
    serde_json::from_str(row.text(0)?)
        .map_err(|error| Fault::from_error("the site's public keys cannot be read", error).into())
}

/// True when a database is sealed with a key: only the site that has it goes on there.
pub fn is_sealed(store: &Store) -> Result<bool> {
    let has_settings = store
        .schema()?
        .tables
        .iter()
        .any(|table| table.name == "setting_value");
    Ok(has_settings
        && !store
            .read(|reader| reader.query(READ_PUBLIC_KEYS, &[]))?
            .is_empty())
}

impl Kernel {
    /// Compares the key with the one the database knows; the first one of an empty site becomes known.
    ///
    /// # Errors
    /// A fault that names both keys when they differ.
    pub(crate) fn know_key(&self) -> Result<()> {
        let key = Arc::clone(&self.site.key);
        let renews = self.site.renews_key;
        let objects = self.catalog.objects().iter();
        let silent = objects.filter(|object| !object.logged);
        let silent: Vec<Arc<Model>> = silent
            .map(|object| self.model(&object.name))
            .collect::<Result<_>>()?;
        self.store.write(move |transaction| {
            // Of two that start at once on an empty site the second knows the first one's key.
            take_turn(transaction, &[PUBLIC_KEYS.to_owned()])?;
            let mut keys = public_keys(&transaction.query(READ_PUBLIC_KEYS, &[])?)?;
            let known = keys.last().map(|last| last.key.clone());
            if known == Some(key.public()) {
                return Ok(());
            }
            if let (Some(known), false) = (known, renews) {
                return Err(Fault::new(format!(
                    "this database is sealed with the site key {known}, and the key file holds {}. Start with the right key \
                     file (--key); when it is lost, `qudao renew` begins a new one",
                    key.public()
                ))
                .into());
            }
            let head = transaction.one("SELECT COALESCE(MAX(id), 0) FROM seal_block", &[])?;
            let from_block = head.map_or(Ok(0), |row| row.int(0))? + 1;
            if renews {
                code_anew(transaction, &key)?;
                for model in &silent {
                    code_records_anew(transaction, &key, model)?;
                }
            }
            keys.push(PublicKey {
                from_block,
                key: key.public(),
            });
            let text = serde_json::to_string(&keys)
                .map_err(|error| Fault::from_error("public keys cannot be written", error))?;
            transaction.execute(
                // A number no record has: this process may not know its own yet.
                "INSERT INTO setting_value (id, name, value) VALUES (1, ?, ?) \
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                &[PUBLIC_KEYS.into(), text.into()],
            )?;
            Ok(())
        })
    }
}

/// Everything coded with a lost key gets codes of the new one, but for sessions and links: who signed in signs in again.
fn code_anew(transaction: &mut Transaction<'_>, key: &SiteKey) -> Result<()> {
    transaction.execute("DELETE FROM session", &[])?;
    transaction.execute("DELETE FROM sign_in_link", &[])?;
    for table in OWN_ROWS {
        let columns = own_columns(table).join(", ");
        for row in transaction.query(&format!("SELECT {columns} FROM {table}"), &[])? {
            let row = row.into_values();
            let id = row[0].clone();
            let code = key.row_code(table, &row).into();
            transaction.execute(
                &format!("UPDATE {table} SET code = ? WHERE id = ?"),
                &[code, id],
            )?;
        }
    }
    let waiting = transaction.query(
        "SELECT id, content_hash FROM action_log WHERE block IS NULL",
        &[],
    )?;
    for row in waiting {
        let code = key.code(row.text(1)?).into();
        transaction.execute(
            "UPDATE action_log SET code = ? WHERE id = ?",
            &[code, row.value(0).clone()],
        )?;
    }
    Ok(())
}

fn code_records_anew(
    transaction: &mut Transaction<'_>,
    key: &SiteKey,
    model: &Model,
) -> Result<()> {
    let table = model.table();
    for row in transaction.query(&format!("SELECT {} FROM {table} t", model.columns), &[])? {
        let record = model.record(row)?;
        transaction.execute(
            &format!("UPDATE {table} SET \"{ROW_CODE}\" = ? WHERE \"id\" = ?"),
            &[key.record_code(&record).into(), record.id.into()],
        )?;
    }
    Ok(())
}
