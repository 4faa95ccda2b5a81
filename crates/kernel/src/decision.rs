//! Decisions and their explanations: the one format in which the product says why.
//!
//! Keeps true: a decision is written in the transaction it belongs to and never changed; its text is part of what the
//! action log seals. What only the vendor may see of it, its inputs and internal steps, is a text of its own that the sealed
//! text names by a salted hash: whoever is shown less can still prove what they were shown.
//! Not here: sealing and receipts (`seal`).

use qudao_base::{Fault, Id, Result, Value};
use qudao_meta::Text;
use qudao_store::Row;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    Cx,
    action_log::{hex, sha256},
    appends::Table,
    read,
};

/// How one step of an explanation came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The step was met.
    Pass,
    /// The step was not met.
    Fail,
    /// A fact.
    Info,
}

/// A step of an explanation with the steps below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Plain sentence.
    pub text: Text,
    /// Figure or word the sentence is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// How it came out.
    pub outcome: Outcome,
    /// Whether only the vendor's own people see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
    /// Why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Explanation>,
}

impl Explanation {
    fn new(outcome: Outcome, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            text: Text::new(zh, en),
            value: None,
            outcome,
            internal: false,
            children: Vec::new(),
        }
    }

    /// A step that was met.
    pub fn pass(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Outcome::Pass, zh, en)
    }

    /// A step that was not met.
    pub fn fail(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Outcome::Fail, zh, en)
    }

    /// A fact.
    pub fn info(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Outcome::Info, zh, en)
    }

    /// Adds the figure it is about.
    #[must_use]
    pub fn value(mut self, value: impl std::fmt::Display) -> Self {
        self.value = Some(value.to_string());
        self
    }

    /// Keeps the step, with all below it, from everybody outside the vendor.
    #[must_use]
    pub fn internal(mut self) -> Self {
        self.internal = true;
        self
    }

    /// Adds a step below.
    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    fn has_internal(&self) -> bool {
        self.internal || self.children.iter().any(Self::has_internal)
    }

    /// The same without its internal steps.
    fn open(&self) -> Self {
        let open = self.children.iter().filter(|child| !child.internal);
        Self {
            children: open.map(Self::open).collect(),
            ..self.clone()
        }
    }
}

/// A decision about to be recorded.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What sort, such as `price.waterfall`.
    pub kind: &'static str,
    /// Object decided on.
    pub object: &'static str,
    /// Record decided on.
    pub record: Id,
    /// Organisation it affects: who may read the record there may read it, without inputs and internal steps, and fetch the
    /// receipt. Nobody outside the vendor reads a decision without one.
    pub organisation: Option<Id>,
    /// Name of the rule.
    pub rule: &'static str,
    /// Version of the rule.
    pub rule_version: i64,
    /// Outcome in one word.
    pub result: String,
    /// What the rule looked at.
    pub inputs: Json,
    /// Why.
    pub explanation: Explanation,
}

static TABLE: Table = Table {
    name: "decision",
    insert: "INSERT INTO decision (id, entry_id, at, kind, object, record_id, organisation_id, result, content, internal) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

/// A decision as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// The sealed text.
    pub content: String,
    /// What only the vendor may see: `{nonce, inputs, explanation}`.
    pub internal: Option<String>,
}

impl Stored {
    /// From the columns `content, internal`, the first of them at `at`.
    pub fn of(row: &Row, at: usize) -> Result<Self> {
        Ok(Self {
            content: row.text(at)?.to_owned(),
            internal: row.value(at + 1).text().map(ToOwned::to_owned),
        })
    }

    /// What the actor may see of a decision on a record they may read.
    pub fn shown(&self, cx: &Cx<'_>) -> Option<Json> {
        let mut shown: Json = serde_json::from_str(&self.content).unwrap_or(Json::Null);
        if cx.actor().organisation.is_some() {
            return (!shown["organisation"].is_null()).then_some(shown);
        }
        if let Some(internal) = &self.internal {
            let internal: Json = serde_json::from_str(internal).unwrap_or(Json::Null);
            shown["inputs"] = internal["inputs"].clone();
            if !internal["explanation"].is_null() {
                shown["explanation"] = internal["explanation"].clone();
            }
        }
        Some(shown)
    }

    /// Whether the internal text is the one the sealed text names.
    pub fn is_whole(&self) -> bool {
        let content: Json = serde_json::from_str(&self.content).unwrap_or(Json::Null);
        content["internal_hash"] == json!(self.internal.as_ref().map(sha256))
    }
}

/// The internal text of a decision that is shown outside; the salt keeps short figures from being guessed.
fn internal(decision: &Decision) -> Result<String> {
    let mut nonce = [0_u8; 16];
    getrandom::fill(&mut nonce).map_err(|error| Fault::new(format!("no randomness: {error}")))?;
    let mut internal = json!({ "nonce": hex(&nonce), "inputs": decision.inputs });
    if decision.explanation.has_internal() {
        internal["explanation"] = json!(decision.explanation);
    }
    Ok(internal.to_string())
}

impl Cx<'_> {
    /// Records a decision under the action being done. Returns its id.
    pub fn decide(&mut self, decision: Decision) -> Result<Id> {
        let id = self.new_id();
        let entry = self.current_entry();
        let mut content = json!({
            "id": id.to_string(),
            "at": self.now().to_string(),
            "kind": decision.kind,
            "object": decision.object,
            "record": decision.record.to_string(),
            "organisation": decision.organisation.map(|id| id.to_string()),
            "rule": decision.rule,
            "rule_version": decision.rule_version,
            "result": decision.result,
        });
        let internal = if decision.organisation.is_some() {
            let internal = internal(&decision)?;
            content["internal_hash"] = json!(sha256(&internal));
            content["explanation"] = json!(decision.explanation.open());
            Some(internal)
        } else {
            content["inputs"] = decision.inputs;
            content["explanation"] = json!(decision.explanation);
            None
        };
        let content = content.to_string();
        self.note_decision(id, &content);
        self.append(
            &TABLE,
            vec![
                id.into(),
                entry.into(),
                self.now().into(),
                decision.kind.into(),
                decision.object.into(),
                decision.record.into(),
                decision.organisation.into(),
                decision.result.into(),
                content.into(),
                internal.into(),
            ],
        )?;
        Ok(id)
    }

    /// Decisions as the actor may see them, in the order they were taken; on other records than the present one only when the
    /// actor may read those.
    pub(crate) fn decisions_shown(&mut self, ids: &[Id], present: (&str, Id)) -> Result<Vec<Json>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let marks = vec!["?"; ids.len()].join(", ");
        let sql = format!(
            "SELECT content, internal, object, record_id FROM decision WHERE id IN ({marks}) ORDER BY id"
        );
        let parameters: Vec<Value> = ids.iter().map(|&id| id.into()).collect();
        let mut shown = Vec::with_capacity(ids.len());
        for row in self.query(&sql, &parameters)? {
            let (object, record) = (row.text(2)?, row.id(3)?);
            if (object, record) == present || read::get(self, object, record).is_ok() {
                shown.extend(Stored::of(&row, 0)?.shown(self));
            }
        }
        Ok(shown)
    }
}
