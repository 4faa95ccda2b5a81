//! Bad input over HTTP: what is refused, with which status, code and field.
//!
//! Keeps true: whatever comes in, the answer names what is wrong with it; never a 5xx. Not here: refusals of the business
//! (scenarios), of who may not ask (`denial`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use axum::{body::Body, http::Request};
use qudao_tests::{Answer, Ask, Place, TestApp};
use serde_json::{Value as Json, json};

const ASKER: &str = "director";

/// Runs the test on a product with somebody who may do everything, on every database.
fn everywhere(test: impl Fn(&TestApp)) {
    const ROLES: [&str; 3] = ["sales_director", "channel_manager", "administrator"];
    for place in Place::all() {
        let app = TestApp::start(place).unwrap();
        app.add_user(ASKER, &ROLES, None).unwrap();
        test(&app);
    }
}

fn send(app: &TestApp, request: Request<Body>) -> Answer {
    app.at_once(vec![request]).unwrap().remove(0)
}

#[test]
fn a_request_is_refused_where_it_is_wrong() {
    everywhere(|app| {
        let asked = |method: &str, path: &str, body: Option<&Json>| {
            let answer = app.call(ASKER, method, path, body).unwrap();
            let text = |name: &str| answer.body[name].as_str().unwrap_or_default().to_owned();
            (answer.status, text("code"), text("field"))
        };
        let told =
            |status: u16, code: &str, field: &str| (status, code.to_owned(), field.to_owned());
        let cases = [
            (
                "GET",
                "/api/v1/partner?sort=zzz",
                None,
                told(400, "field.unknown", "sort"),
            ),
            (
                "GET",
                "/api/v1/partner?filter=zzz%20%3D%3D%201",
                None,
                told(422, "expression.unknown_field", "filter"),
            ),
            (
                "GET",
                "/api/v1/partner/export?format=pdf",
                None,
                told(400, "parameter.invalid", "format"),
            ),
            (
                "POST",
                "/api/v1/industry",
                Some(json!([])),
                told(400, "body.no_object", ""),
            ),
            (
                "POST",
                "/api/v1/industry/import",
                Some(json!({})),
                told(400, "import.no_sheet", ""),
            ),
        ];
        for (method, path, body, expected) in cases {
            assert_eq!(
                asked(method, path, body.as_ref()),
                expected,
                "{method} {path}"
            );
        }
        let (status, _, field) = asked("GET", "/api/v1/partner?filter=%3D%3D", None);
        assert_eq!((status, field.as_str()), (422, "filter"));
    });
}

#[test]
fn what_the_framework_refuses_is_a_problem_too() {
    everywhere(|app| {
        let manager = |method: &str, path: &str, body: Body| {
            let mut request = app.request(&Ask::new(ASKER, method, path, None)).unwrap();
            *request.body_mut() = body;
            send(app, request)
        };
        let large = "x".repeat(3 * 1024 * 1024);
        for (method, path, body, status, code) in [
            (
                "POST",
                "/api/v1/partner",
                large.as_str(),
                413,
                "body.too_large",
            ),
            (
                "POST",
                "/api/v1/channels/web/orders",
                large.as_str(),
                413,
                "body.too_large",
            ),
            ("POST", "/api/v1/%FF", "{}", 400, "request.malformed"),
            ("PUT", "/api/v1/partner", "", 405, "request.wrong_method"),
            ("POST", "/portal", "", 405, "request.wrong_method"),
            ("GET", "/api/v2/partner", "", 404, "record.not_found"),
        ] {
            let answer = manager(method, path, Body::from(body.to_owned()));
            assert_eq!(answer.status, status, "{method} {path}");
            assert_eq!(answer.body["status"], status, "{method} {path}");
            assert_eq!(answer.body["code"], code, "{method} {path}");
        }
    });
}

#[test]
fn a_file_is_refused_before_it_is_read() {
    everywhere(|app| {
        app.add_user("clerk", &["warehouse_clerk"], None).unwrap();
        let ask = Ask::new("clerk", "POST", "/api/v1/partner/import", None);
        let mut request = app.request(&ask).unwrap();
        // A body nobody ever sends: who waits for it waits for ever.
        *request.body_mut() = Body::from_stream(futures_util::stream::pending::<
            Result<Vec<u8>, std::io::Error>,
        >());
        assert_eq!(send(app, request).body["code"], "action.forbidden");
    });
}
