//! Receipts: the proof of one decision, to be kept by whom it concerns.
//!
//! Keeps true: a receipt carries the decision, its entry's content and the path to the signed root, so it can be checked by
//! anybody, offline; its internal part is for the vendor's own people.
//! Not here: how blocks are sealed (`seal`).

use qudao_base::{Fault, Id, Refusal, Result, Value};
use serde_json::{Value as Json, json};

use crate::{
    Cx,
    action_log::{CONTENT_COLUMNS, Content, content_hash, sha256},
    decision::Stored,
    seal::{block_hash, decisions_hash, parent, path},
    site_key::{signature_holds, signer},
};

impl Cx<'_> {
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
        // An entry the site did not write is never sealed.
        let block = row.value(6).int().ok_or_else(Refusal::not_found)?;
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
            "SELECT previous_hash, root_hash, entries, hash, signature, at FROM seal_block WHERE id = ?",
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
                "entries": sealed.int(2)?, "at": sealed.int(5)?, "hash": sealed.text(3)?,
                "signature": sealed.text(4)?,
            },
            "public_key": signer(&self.public_keys()?, block),
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
    pub fn check_receipt(&mut self, receipt: &Json) -> Result<Vec<&'static str>> {
        let mut wrong = check_receipt(receipt);
        let block = receipt["block"]["number"].as_i64().unwrap_or_default();
        if receipt["public_key"] != json!(signer(&self.public_keys()?, block)) {
            wrong.push("receipt.other_site");
        }
        Ok(wrong)
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
        (number(&block["entries"]), number(&block["at"])),
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
