//! Decisions and their explanations: the one format in which the product says why.
//!
//! Keeps true: a decision is written in the transaction it belongs to and never changed; its text is part of what the
//! action log seals. Not here: sealing and receipts (`seal`).

use qudao_base::{Id, Result};
use qudao_meta::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::Cx;

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

    /// Adds a step below.
    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
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
    /// Organisation it affects; its members may read it and fetch the receipt.
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

impl Cx<'_> {
    /// Records a decision under the action being done. Returns its id.
    pub fn decide(&mut self, decision: Decision) -> Result<Id> {
        let id = self.new_id();
        let entry = self.current_entry();
        let explanation = serde_json::to_value(&decision.explanation).unwrap_or(Json::Null);
        let content = json!({
            "id": id.to_string(),
            "at": self.now().to_string(),
            "kind": decision.kind,
            "object": decision.object,
            "record": decision.record.to_string(),
            "organisation": decision.organisation.map(|id| id.to_string()),
            "rule": decision.rule,
            "rule_version": decision.rule_version,
            "result": decision.result,
            "inputs": decision.inputs,
            "explanation": explanation,
        });
        let text = content.to_string();
        self.execute(
            "INSERT INTO decision (id, entry_id, at, kind, object, record_id, organisation_id, result, content) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            &[
                id.into(),
                entry.into(),
                self.now().into(),
                decision.kind.into(),
                decision.object.into(),
                decision.record.into(),
                decision.organisation.into(),
                decision.result.into(),
                text.as_str().into(),
            ],
        )?;
        self.note_decision(&text, content);
        Ok(id)
    }
}
