//! The seal: entries of the action log gathered into blocks, each block bound to the one before and signed.
//!
//! Keeps true: a block's root is the Merkle root (SHA-256) of its entries' content hashes in order of id; its hash covers
//! the block before; its Ed25519 signature covers the hash. A receipt carries one decision, its entry's content and the
//! path to the signed root, so it can be checked by anybody, offline; its internal part is for the vendor's own people.
//! Not here: comparing rows with entries (`verify`).

use std::sync::Arc;

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use qudao_base::{Actor, Fault, Id, Refusal, Result, Value};
use qudao_store::Query;
use serde_json::{Value as Json, json};

use crate::{
    Cx, Kernel,
    action_log::{CONTENT_COLUMNS, Content, content_hash, hex, sha256},
    decision::Stored,
};

/// Where the private key is kept: a setting nobody can read through the API.
const KEY_NAME: &str = "kernel.seal_key";
const GENESIS: &str = "qudao";

/// The site's signing key.
#[derive(Debug)]
pub(crate) struct SealKey(SigningKey);

impl SealKey {
    fn public(&self) -> String {
        hex(self.0.verifying_key().as_bytes())
    }
}

fn bytes_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: Option<Vec<u8>> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect();
    bytes?.try_into().ok()
}

impl Kernel {
    /// Loads the site's key, making one on first start.
    pub(crate) fn load_seal_key(&self) -> Result<()> {
        let mut fresh = [0_u8; 32];
        getrandom::fill(&mut fresh)
            .map_err(|error| Fault::new(format!("no randomness: {error}")))?;
        let (id, fresh) = (self.ids.next(self.clock()), hex(&fresh));
        let stored = self.store.write(move |transaction| {
            transaction.execute(
                "INSERT INTO setting_value (id, name, value) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
                &[id.into(), KEY_NAME.into(), fresh.as_str().into()],
            )?;
            let row = transaction.one("SELECT value FROM setting_value WHERE name = ?", &[KEY_NAME.into()])?;
            row.map_or_else(|| Ok(String::new()), |row| row.text(0).map(ToOwned::to_owned))
        })?;
        let secret =
            bytes_of::<32>(&stored).ok_or_else(|| Fault::new("the seal key cannot be read"))?;
        let key = Arc::new(SealKey(SigningKey::from_bytes(&secret)));
        *self
            .seal_key
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(key);
        Ok(())
    }

    /// Seals all entries that are not in a block yet. Returns how many.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method's path fixes one lifetime, the closure any"
    )]
    pub fn seal(self: &Arc<Self>) -> Result<i64> {
        self.write(&Actor::system(), |cx| cx.seal())
    }

    /// The head of the chain, to be kept somewhere else: `{block, hash, signature, public_key}`.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method's path fixes one lifetime, the closure any"
    )]
    pub fn seal_head(&self) -> Result<Json> {
        self.read(&Actor::system(), |cx| cx.seal_head())
    }

    fn key(&self) -> Result<Arc<SealKey>> {
        let key = self
            .seal_key
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        key.ok_or_else(|| Fault::new("the seal key is not loaded").into())
    }
}

fn parent(left: &str, right: &str) -> String {
    sha256(format!("{left}{right}"))
}

fn level_above(level: &[String]) -> Vec<String> {
    level
        .chunks(2)
        .map(|pair| parent(&pair[0], pair.get(1).unwrap_or(&pair[0])))
        .collect()
}

/// Merkle root; an odd leaf is paired with itself.
pub(crate) fn root(leaves: &[String]) -> String {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = level_above(&level);
    }
    level.pop().unwrap_or_default()
}

/// The neighbours from a leaf up to the root: `("left" | "right", hash)`.
fn path(leaves: &[String], mut at: usize) -> Vec<(&'static str, String)> {
    let mut level = leaves.to_vec();
    let mut steps = Vec::new();
    while level.len() > 1 {
        let neighbour = at ^ 1;
        let side = if neighbour < at { "left" } else { "right" };
        steps.push((side, level.get(neighbour).unwrap_or(&level[at]).clone()));
        level = level_above(&level);
        at /= 2;
    }
    steps
}

pub(crate) fn block_hash(number: i64, previous: &str, root: &str, entries: i64) -> String {
    sha256(format!("{number}\n{previous}\n{root}\n{entries}"))
}

pub(crate) fn signature_holds(public: &str, hash: &str, signature: &str) -> bool {
    let key = bytes_of::<32>(public).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    let signature = bytes_of::<64>(signature).map(|bytes| Signature::from_bytes(&bytes));
    key.zip(signature)
        .is_some_and(|(key, signature)| key.verify(hash.as_bytes(), &signature).is_ok())
}

impl Cx<'_> {
    /// Seals all entries that are not in a block yet. Returns how many.
    pub fn seal(&mut self) -> Result<i64> {
        // One seals at a time: whoever waits here reads the head only after the other has committed.
        let lock = self.lock_clause();
        self.query(
            &format!("SELECT id FROM setting_value WHERE name = ?{lock}"),
            &[KEY_NAME.into()],
        )?;
        let head = self.query(
            "SELECT id, hash FROM seal_block ORDER BY id DESC LIMIT 1",
            &[],
        )?;
        let (number, previous) = match head.first() {
            Some(row) => (row.int(0)? + 1, row.text(1)?.to_owned()),
            None => (1, GENESIS.to_owned()),
        };
        let sealed = self.execute(
            "UPDATE action_log SET block = ? WHERE block IS NULL",
            &[number.into()],
        )?;
        if sealed == 0 {
            return Ok(0);
        }
        let leaves = self.leaves(number)?;
        let root = root(&leaves);
        let entries = leaves.len() as i64;
        let hash = block_hash(number, &previous, &root, entries);
        let signature = hex(&self.kernel.key()?.0.sign(hash.as_bytes()).to_bytes());
        let now = self.now();
        self.execute(
            "INSERT INTO seal_block (id, previous_hash, root_hash, entries, at, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?)",
            &[
                number.into(),
                previous.into(),
                root.into(),
                entries.into(),
                now.into(),
                hash.into(),
                signature.into(),
            ],
        )?;
        Ok(entries)
    }

    fn leaves(&mut self, block: i64) -> Result<Vec<String>> {
        let rows = self.query(
            "SELECT content_hash FROM action_log WHERE block = ? ORDER BY id",
            &[block.into()],
        )?;
        rows.iter()
            .map(|row| row.text(0).map(ToOwned::to_owned))
            .collect()
    }

    /// The signed receipt of a decision; for members of the organisation it affects and for staff who may read the record.
    ///
    /// # Errors
    /// Not found for everybody else.
    pub fn receipt(&mut self, decision: Id) -> Result<Json> {
        self.seal_decision(decision)?;
        let rows = self.query(
            "SELECT d.content, d.internal, d.organisation_id, d.object, d.record_id, a.id, a.block \
             FROM decision d JOIN action_log a ON a.id = d.entry_id WHERE d.id = ?",
            &[decision.into()],
        )?;
        let row = rows.first().ok_or_else(Refusal::not_found)?;
        let stored = Stored::of(row, 0)?;
        let organisation = row.value(2).int().map(Id::from_number);
        let affected =
            self.actor().organisation.is_some() && self.actor().organisation == organisation;
        if !affected {
            let (object, record) = (row.text(3)?.to_owned(), Id::from_number(row.int(4)?));
            crate::read::get(self, &object, record)?;
        }
        stored.shown(self).ok_or_else(Refusal::not_found)?;
        let block = row.int(6)?;
        let entry = row.int(5)?;
        let entries = self.query(
            "SELECT id, content_hash FROM action_log WHERE block = ? ORDER BY id",
            &[block.into()],
        )?;
        let at = entries
            .iter()
            .position(|one| one.value(0) == &Value::Int(entry))
            .unwrap_or_default();
        let leaves: Vec<String> = entries
            .iter()
            .map(|one| one.text(1).map(ToOwned::to_owned))
            .collect::<Result<_>>()?;
        let sealed = self.query(
            "SELECT previous_hash, root_hash, entries, hash, signature FROM seal_block WHERE id = ?",
            &[block.into()],
        )?;
        let sealed = sealed
            .first()
            .ok_or_else(|| Fault::new("an entry names a block that does not exist"))?;
        let decisions = self.query(
            "SELECT content FROM decision WHERE entry_id = ? ORDER BY id",
            &[entry.into()],
        )?;
        let position = decisions
            .iter()
            .position(|one| one.value(0) == row.value(0))
            .unwrap_or_default();
        let others: Vec<String> = decisions
            .iter()
            .map(|one| one.text(0).map(sha256))
            .collect::<Result<_>>()?;
        Ok(json!({
            "site": self.kernel.site.name,
            "decision": serde_json::from_str::<Json>(&stored.content).unwrap_or(Json::Null),
            "decision_text": stored.content,
            "internal_text": self.actor().organisation.is_none().then_some(stored.internal),
            "decision_position": position,
            "entry_decision_hashes": others,
            "entry": self.entry_content(entry)?,
            "path": path(&leaves, at),
            "block": {
                "number": block, "previous_hash": sealed.text(0)?, "root_hash": sealed.text(1)?,
                "entries": sealed.int(2)?, "hash": sealed.text(3)?, "signature": sealed.text(4)?,
            },
            "public_key": self.kernel.key()?.public(),
        }))
    }

    /// Seals the entry of a decision, unless it is sealed already.
    fn seal_decision(&mut self, decision: Id) -> Result<()> {
        let sealed = self.query(
            "SELECT a.block FROM decision d JOIN action_log a ON a.id = d.entry_id WHERE d.id = ?",
            &[decision.into()],
        )?;
        if sealed.first().is_some_and(|row| row.value(0).is_null()) {
            self.seal()?;
        }
        Ok(())
    }

    /// What a receipt shows of an entry: hashes that bind the decision, not the business content of others.
    fn entry_content(&mut self, entry: i64) -> Result<Json> {
        let sql = format!("SELECT {CONTENT_COLUMNS} FROM action_log WHERE id = ?");
        let rows = self.query(&sql, &[entry.into()])?;
        let content = Content::of(
            rows.first()
                .ok_or_else(|| Fault::new("an entry vanished"))?,
        )?;
        Ok(json!({
            "id": entry.to_string(), "body_hash": content.body_hash(), "decision_hash": content.decision_hash,
        }))
    }

    /// Checks a receipt. Returns codes of what is wrong with it (`receipt.…`); nothing when it holds.
    pub fn check_receipt(&self, receipt: &Json) -> Result<Vec<&'static str>> {
        let mut wrong = check_receipt(receipt);
        if receipt["public_key"] != json!(self.kernel.key()?.public()) {
            wrong.push("receipt.other_site");
        }
        Ok(wrong)
    }

    pub(crate) fn seal_head(&mut self) -> Result<Json> {
        let rows = self.query(
            "SELECT id, hash, signature FROM seal_block ORDER BY id DESC LIMIT 1",
            &[],
        )?;
        let public_key = self.kernel.key()?.public();
        let Some(row) = rows.first() else {
            return Ok(json!({ "block": 0, "public_key": public_key }));
        };
        Ok(json!({
            "block": row.int(0)?, "hash": row.text(1)?, "signature": row.text(2)?, "public_key": public_key,
        }))
    }
}

/// Everything about a receipt that can be checked without the site: texts, hashes, path, signature. Returns codes of what is
/// wrong; screens have their texts.
pub fn check_receipt(receipt: &Json) -> Vec<&'static str> {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let mut wrong = Vec::new();
    let decision = text(&receipt["decision_text"]);
    if serde_json::from_str::<Json>(&decision).ok().as_ref() != Some(&receipt["decision"]) {
        wrong.push("receipt.shown_other");
    }
    let internal = receipt["internal_text"].as_str();
    if internal.is_some_and(|text| receipt["decision"]["internal_hash"] != json!(sha256(text))) {
        wrong.push("receipt.internal_changed");
    }
    let position = receipt["decision_position"].as_u64().unwrap_or_default() as usize;
    if receipt["entry_decision_hashes"][position] != json!(sha256(&decision)) {
        wrong.push("receipt.changed");
    }
    let all: Vec<String> = receipt["entry_decision_hashes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(text)
        .collect();
    if text(&receipt["entry"]["decision_hash"]) != decisions_hash(&all) {
        wrong.push("receipt.other_entry");
    }
    let entry = &receipt["entry"];
    let mut hash = content_hash(&text(&entry["body_hash"]), &text(&entry["decision_hash"]));
    for step in receipt["path"].as_array().into_iter().flatten() {
        let neighbour = text(&step[1]);
        hash = if step[0] == json!("left") {
            parent(&neighbour, &hash)
        } else {
            parent(&hash, &neighbour)
        };
    }
    let block = &receipt["block"];
    if hash != text(&block["root_hash"]) {
        wrong.push("receipt.not_in_block");
    }
    let number = |json: &Json| json.as_i64().unwrap_or_default();
    let expected = block_hash(
        number(&block["number"]),
        &text(&block["previous_hash"]),
        &hash,
        number(&block["entries"]),
    );
    if expected != text(&block["hash"]) {
        wrong.push("receipt.hash");
    }
    if !signature_holds(
        &text(&receipt["public_key"]),
        &expected,
        &text(&block["signature"]),
    ) {
        wrong.push("receipt.signature");
    }
    wrong
}

/// Hash over the hashes of an entry's decisions.
pub(crate) fn decisions_hash(hashes: &[String]) -> String {
    sha256(hashes.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_has_a_path_to_the_root() {
        for count in 1..20 {
            let leaves: Vec<String> = (0..count).map(|at| sha256(format!("{at}"))).collect();
            for at in 0..leaves.len() {
                let mut hash = leaves[at].clone();
                for (side, neighbour) in path(&leaves, at) {
                    hash = if side == "left" {
                        parent(&neighbour, &hash)
                    } else {
                        parent(&hash, &neighbour)
                    };
                }
                assert_eq!(hash, root(&leaves), "leaf {at} of {count}");
            }
        }
    }
}
