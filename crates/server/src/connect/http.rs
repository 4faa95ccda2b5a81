//! A blocking client of JSON over HTTP(S), for connectors.
//!
//! Keeps true: every call ends within the deadline; an answer that is no JSON, or not a success, is an error that names where.

use std::time::Duration;

use serde_json::Value as Json;

const DEADLINE: Duration = Duration::from_secs(20);

/// A server spoken to.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    /// Headers sent with every call.
    pub headers: Vec<(String, String)>,
}

/// An answer.
pub struct Reply {
    pub status: u16,
    pub body: Json,
    headers: ureq::http::HeaderMap,
}

impl Reply {
    /// A header, if it was sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Client {
    /// A client of the server at the address, such as `https://shop.example.com`.
    pub fn new(base: &str) -> Self {
        let configured = ureq::Agent::config_builder()
            .timeout_global(Some(DEADLINE))
            .http_status_as_error(false)
            .build();
        Self {
            agent: configured.into(),
            base: base.trim_end_matches('/').to_owned(),
            headers: Vec::new(),
        }
    }

    /// Asks for JSON.
    pub fn get(&self, path: &str) -> Result<Reply, String> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        self.read(path, request.call())
    }

    /// Sends JSON. `key`: its idempotency key.
    pub fn post(&self, path: &str, key: Option<&str>, body: &Json) -> Result<Reply, String> {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.read(path, request.send_json(body))
    }

    fn read(
        &self,
        path: &str,
        sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Reply, String> {
        let place = || format!("{}{path}", self.base);
        let mut response = sent.map_err(|error| format!("{}: {error}", place()))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.body_mut().read_json::<Json>();
        let body = body.map_err(|error| format!("{}: {status}, {error}", place()))?;
        Ok(Reply {
            status,
            body,
            headers,
        })
    }
}
