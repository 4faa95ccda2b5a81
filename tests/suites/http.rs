//! What the HTTP face promises beside the business: late writes, repeated uploads, sorting, functions not granted.
//!
//! Keeps true: `docs/api-design.md`, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};
use qudao_tests::{Answer, Ask, Place, TestApp};
use serde_json::{Value as Json, json};

const MANAGER: &str = "manager";

/// Runs the test on a product with one channel manager, on every database.
fn everywhere(test: impl Fn(&TestApp)) {
    for place in Place::all() {
        let app = TestApp::start(place).unwrap();
        app.add_user(MANAGER, &["channel_manager"], None).unwrap();
        test(&app);
        app.verify().unwrap();
    }
}

fn send(app: &TestApp, request: Request<Body>) -> Answer {
    app.at_once(vec![request]).unwrap().remove(0)
}

fn partner(app: &TestApp, name: &str) -> Json {
    let input = json!({ "name": name });
    let answer = app.call(MANAGER, "POST", "/api/v1/partner", Some(&input));
    let answer = answer.unwrap();
    assert!(answer.is_success(), "{}", answer.shown());
    answer.body["record"].clone()
}

fn path_of(record: &Json) -> String {
    format!("/api/v1/partner/{}", record["id"].as_str().unwrap())
}

#[test]
fn a_late_write_is_answered_with_the_present_record() {
    everywhere(|app| {
        let path = path_of(&partner(app, "甲"));
        let change = |name: &str| {
            let input = json!({ "name": name });
            app.send(&Ask::new(MANAGER, "PATCH", &path, Some(&input)).seen(1))
                .unwrap()
        };
        assert_eq!(change("乙").status, 200);
        let late = change("丙");
        assert_eq!(
            (late.status, &late.body["code"]),
            (409, &json!("record.moved"))
        );
        assert_eq!(late.body["record"]["name"], "乙");
        assert_eq!(late.body["record"]["version"], 2);
    });
}

#[test]
fn lists_are_sorted_and_filtered_by_when_records_were_made_and_changed() {
    everywhere(|app| {
        let first = partner(app, "甲");
        app.pass(60).unwrap();
        partner(app, "乙");
        app.pass(60).unwrap();
        let input = json!({ "comment": "changed last" });
        let path = path_of(&first);
        app.send(&Ask::new(MANAGER, "PATCH", &path, Some(&input)).seen(1))
            .unwrap();
        let names = |query: &str| -> Vec<String> {
            let path = format!("/api/v1/partner?{query}");
            let answer = app.call(MANAGER, "GET", &path, None).unwrap();
            assert!(answer.is_success(), "{query}: {}", answer.shown());
            let rows = answer.body["rows"].as_array().unwrap();
            rows.iter()
                .map(|row| row["name"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names("sort=-updated_at"), ["甲", "乙"]);
        assert_eq!(names("sort=-created_at"), ["乙", "甲"]);
        assert_eq!(names("filter=updated_at > created_at"), ["甲"]);
    });
}

#[test]
fn a_repeated_upload_is_answered_as_the_first_time() {
    everywhere(|app| {
        app.add_user(
            "director",
            &["sales_director", "channel_manager", "administrator"],
            None,
        )
        .unwrap();
        let upload = |text: &str| {
            let path = "/api/v1/industry/import";
            let mut request = app
                .request(&Ask::new("director", "POST", path, None))
                .unwrap();
            let headers = request.headers_mut();
            headers.insert("idempotency-key", HeaderValue::from_static("upload-1"));
            headers.insert("content-type", HeaderValue::from_static("text/csv"));
            *request.body_mut() = Body::from(text.to_owned());
            send(app, request)
        };
        let file = "code,name,name_en\nX1,甲,A\nX2,乙,B\n";
        let first = upload(file);
        assert_eq!(first.body["created"], 2, "{}", first.shown());
        assert_eq!(upload(file).body, first.body);
        let other = upload("code,name,name_en\nX3,丙,C\n");
        assert_eq!(other.body["code"], "idempotency.reused");
    });
}

#[test]
fn a_function_not_granted_is_forbidden_and_one_that_is_not_there_not_found() {
    everywhere(|app| {
        app.add_user("clerk", &["warehouse_clerk"], None).unwrap();
        let call = |name: &str| {
            let path = format!("/api/v1/call/{name}");
            app.call("clerk", "POST", &path, Some(&json!({}))).unwrap()
        };
        let refused = call("finance.statement");
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (403, &json!("action.forbidden"))
        );
        assert_eq!(call("finance.nothing").status, 404);
    });
}

#[test]
fn a_history_names_the_records_links_led_to() {
    everywhere(|app| {
        let above = partner(app, "总代理");
        let below = path_of(&partner(app, "经销商"));
        let input = json!({ "parent_id": above["id"] });
        let answer = app.send(&Ask::new(MANAGER, "PATCH", &below, Some(&input)).seen(1));
        assert!(answer.as_ref().unwrap().is_success(), "{answer:?}");
        let timeline = app
            .call(MANAGER, "GET", &format!("{below}/timeline"), None)
            .unwrap();
        let changes = timeline.body["entries"][0]["changes"].as_array().unwrap();
        let change = changes.iter().find(|one| one["field"] == "parent_id");
        let expected = json!({ "id": above["id"], "title": "总代理" });
        assert_eq!(change.unwrap()["to"], expected);
        assert_eq!(change.unwrap()["from"], Json::Null);
    });
}
