//! What the server answered.

use axum::http::HeaderMap;
use serde_json::Value as Json;

/// Status, headers and body of an answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as it came.
    pub text: String,
    /// Body as JSON; null when it is empty or something else.
    pub body: Json,
}

impl Answer {
    /// True from 200 to 399.
    pub fn is_success(&self) -> bool {
        (200..400).contains(&self.status)
    }

    /// Every refusal in it: code and field.
    pub fn refusals(&self) -> Vec<(String, String)> {
        let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let first = std::iter::once(&self.body);
        first
            .chain(&errors)
            .map(|one| (text(&one["code"]), text(&one["field"])))
            .filter(|(code, _)| !code.is_empty())
            .collect()
    }

    /// One line for people: status, code and what it says.
    pub fn shown(&self) -> String {
        let said = ["code", "detail", "field"].map(|key| self.body[key].as_str().unwrap_or("-"));
        let errors = &self.body["errors"];
        format!("{} {} {errors}", self.status, said.join(" "))
    }
}
