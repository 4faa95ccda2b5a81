//! What an API key may do: decided by what a call does, not by its method.

use axum::http::HeaderValue;
use qudao_tests::{Answer, Ask, Checked, Place, TestApp, require};
use serde_json::{Value as Json, json};

/// A new key of the user, and its secret.
fn secret(app: &TestApp, login: &str, scope: &str) -> Checked<String> {
    let input = json!({ "name": scope, "scope": scope });
    let made = app.call(login, "POST", "/api/v1/api_key", Some(&input))?;
    let key = json!({ "key": made.body["record"]["id"] });
    let issued = app.call(login, "POST", "/api/v1/call/api_key.issue", Some(&key))?;
    let secret = issued.body["secret"].as_str();
    secret.map(str::to_owned).ok_or_else(|| issued.shown())
}

/// Asks with a key. Only writes carry an idempotency key.
fn ask(app: &TestApp, secret: &str, (method, path): (&str, &str), body: &Json) -> Checked<Answer> {
    let mut request = app.request(&Ask::new("", method, path, Some(body)))?;
    let header = HeaderValue::from_str(&format!("Bearer {secret}"));
    let headers = request.headers_mut();
    headers.insert("authorization", header.map_err(|error| error.to_string())?);
    if method == "POST" {
        headers.remove("idempotency-key");
    }
    let mut answers = app.at_once(vec![request])?;
    answers.pop().ok_or_else(|| "no answer".to_owned())
}

#[test]
fn a_key_that_only_reads_reads_everything_and_writes_nothing() -> Checked {
    for place in Place::all() {
        let app = TestApp::start(place)?;
        app.add_user("boss", &["administrator"], None)?;
        let reads = secret(&app, "boss", "read")?;
        let report = json!({ "object": "user", "by": ["created_at"] });
        let preview = json!({ "lines": [] });
        let user = json!({ "name": "x", "login": "user.x" });
        let english = json!({ "locale": "en" });
        let expected = [
            ("POST", "/api/v1/query", &report, 200),
            // Read, and found to lack a partner.
            ("POST", "/api/v1/call/order.price", &preview, 400),
            ("POST", "/api/v1/call/order.reorder", &preview, 403),
            ("POST", "/api/v1/user", &user, 403),
            ("PATCH", "/api/v1/session", &english, 403),
        ];
        for (method, path, body, status) in expected {
            let answer = ask(&app, &reads, (method, path), body)?;
            require(answer.status == status, || {
                format!("{method} {path}: {}", answer.shown())
            })?;
        }
    }
    Ok(())
}

#[test]
fn a_key_that_writes_chooses_the_language_of_its_user() -> Checked {
    for place in Place::all() {
        let app = TestApp::start(place)?;
        app.add_user("boss", &["administrator"], None)?;
        let writes = secret(&app, "boss", "write")?;
        let english = json!({ "locale": "en" });
        let answer = ask(&app, &writes, ("PATCH", "/api/v1/session"), &english)?;
        require(answer.body["user"]["locale"] == "en", || answer.shown())?;
    }
    Ok(())
}
