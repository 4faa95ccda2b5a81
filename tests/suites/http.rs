//! What the HTTP face promises beside the business: late writes, repeated uploads, sorting, functions not granted,
//! traces, metrics, the document of the API.
//!
//! Keeps true: `docs/api-design.md`, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    io::Write,
    sync::{LazyLock, Mutex},
};

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};
use qudao_tests::{Answer, Ask, Place, TestApp};
use serde_json::{Value as Json, json};
use tracing_subscriber::fmt::format::FmtSpan;

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
fn a_saved_view_is_seen_by_who_keeps_it_alone() {
    everywhere(|app| {
        app.add_user("clerk", &["warehouse_clerk"], None).unwrap();
        let path = "/api/v1/saved_view";
        let input = json!({
            "name": "我的金牌", "object_name": "partner", "settings": { "filter": "tier == 'gold'" },
        });
        let made = app.call("clerk", "POST", path, Some(&input)).unwrap();
        assert_eq!(made.status, 201, "{}", made.shown());
        let listed = |login: &str| {
            let list = app.call(login, "GET", path, None).unwrap();
            list.body["rows"].clone()
        };
        assert_eq!(listed("clerk")[0]["settings"], input["settings"]);
        assert_eq!(listed(MANAGER), json!([]));
        let long = json!({ "name": "太长", "object_name": "partner", "settings": { "filter": "x".repeat(4000) } });
        let refused = app.call("clerk", "POST", path, Some(&long)).unwrap();
        assert_eq!(
            (refused.status, &refused.body["field"]),
            (400, &json!("settings"))
        );
        let one = format!("{path}/{}", made.body["record"]["id"].as_str().unwrap());
        assert_eq!(app.call(MANAGER, "GET", &one, None).unwrap().status, 404);
        let gone = app.send(&Ask::new("clerk", "DELETE", &one, None).seen(1));
        assert_eq!(gone.unwrap().status, 204);
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

#[test]
fn the_api_document_shows_what_its_reader_may_use() {
    everywhere(|app| {
        app.add_user("clerk", &["warehouse_clerk"], None).unwrap();
        let document = |login: &str| {
            let answer = app.call(login, "GET", "/api/v1/openapi.json", None);
            answer.unwrap().body
        };
        let (manager, clerk) = (document(MANAGER), document("clerk"));
        let field = |document: &Json, name: &str| {
            let properties = &document["components"]["schemas"]["sales_order"]["properties"];
            properties.get(name).is_some()
        };
        assert!(field(&manager, "margin_amount") && !field(&clerk, "margin_amount"));
        let path = |document: &Json, path: &str| document["paths"].get(path).is_some();
        let approve = "/api/v1/deal_registration/{id}/approve";
        assert!(path(&manager, approve) && !path(&clerk, approve));
        assert!(
            clerk["components"]["schemas"]
                .get("deal_registration")
                .is_none()
        );
        let order = &clerk["paths"]["/api/v1/sales_order"];
        assert!(order.get("get").is_some() && order.get("post").is_none());
        let internal = "/api/v1/deal_registration/{id}/expire";
        assert!(!path(&manager, internal), "only rules do it");
        assert_eq!(document(MANAGER), manager);
    });
}

#[test]
fn a_request_keeps_its_callers_trace_and_problems_quote_it() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    everywhere(|app| {
        let ask = |header: Option<String>| {
            let ask = Ask::new(MANAGER, "GET", "/api/v1/partner/1", None);
            let mut request = app.request(&ask).unwrap();
            if let Some(text) = header {
                let value = HeaderValue::try_from(text).unwrap();
                request.headers_mut().insert("traceparent", value);
            }
            let answer = send(app, request);
            let header = answer.headers["traceparent"].to_str().unwrap().to_owned();
            (
                header,
                answer.body["request_id"].as_str().unwrap().to_owned(),
            )
        };
        let (header, quoted) = ask(Some(format!("00-{TRACE}-00f067aa0ba902b7-01")));
        assert!(header.starts_with(&format!("00-{TRACE}-")) && header.ends_with("-01"));
        assert!(!header.contains("00f067aa0ba902b7"), "a span of its own");
        assert_eq!(quoted, TRACE);
        let (own, quoted) = ask(None);
        assert_eq!(own.split('-').nth(1), Some(quoted.as_str()));
        assert_ne!(ask(Some("nonsense".to_owned())).1, quoted);
    });
}

/// The log of this process, as lines of JSON; spans leave a line when they end.
fn log() -> &'static Mutex<Vec<u8>> {
    static LOG: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(|| {
        tracing_subscriber::fmt()
            .json()
            .with_span_events(FmtSpan::NEW)
            .with_writer(|| Lines)
            .init();
        Mutex::default()
    });
    &LOG
}

/// Writes to the log.
struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        log().lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_log_tells_the_trace_from_request_to_transaction() {
    log();
    everywhere(|app| {
        log().lock().unwrap().clear();
        let body = json!({ "name": "甲" });
        let ask = Ask::new(MANAGER, "POST", "/api/v1/partner", Some(&body));
        let answer = send(app, app.request(&ask).unwrap());
        let header = answer.headers["traceparent"].to_str().unwrap().to_owned();
        let trace = header.split('-').nth(1).unwrap();
        let log = String::from_utf8(log().lock().unwrap().clone()).unwrap();
        let lines = log
            .lines()
            .map(|line| serde_json::from_str::<Json>(line).unwrap());
        let of_trace: Vec<Json> = lines
            .filter(|line| line.to_string().contains(trace))
            .collect();
        let names = |line: &Json| -> Vec<String> {
            let around = line["spans"].as_array().cloned().unwrap_or_default();
            around
                .iter()
                .map(|span| span["name"].as_str().unwrap().to_owned())
                .collect()
        };
        let begun = |name: &str| {
            let line = of_trace
                .iter()
                .find(|line| line["fields"]["message"] == "new" && line["span"]["name"] == name);
            names(line.unwrap_or_else(|| panic!("no span {name} in\n{log}")))
        };
        assert_eq!(begun("transaction")[..2], ["request", "action"]);
        let answered = of_trace
            .iter()
            .find(|line| line["fields"]["message"] == "answered");
        assert_eq!(answered.unwrap()["span"]["trace_id"], trace);
    });
}

#[test]
fn reports_and_exports_say_as_of_when_they_are() {
    everywhere(|app| {
        partner(app, "甲");
        app.pass(60).unwrap();
        let now = app.kernel.clock().now().to_string();
        let ask = json!({ "object": "partner", "measures": ["partner_count"] });
        let report = app.call(MANAGER, "POST", "/api/v1/query", Some(&ask));
        let report = report.unwrap();
        assert_eq!(report.body["as_of"], now.as_str(), "{}", report.shown());
        let export = app.call(MANAGER, "GET", "/api/v1/partner/export", None);
        let export = export.unwrap();
        assert_eq!(export.headers["data-as-of"], now.as_str());
    });
}

#[test]
fn metrics_count_requests_refusals_commits_and_jobs() {
    everywhere(|app| {
        let record = partner(app, "甲");
        let path = path_of(&record);
        app.call(MANAGER, "GET", &path, None).unwrap();
        app.call(MANAGER, "GET", "/api/v1/partner/1", None).unwrap();
        app.pass(86_400).unwrap();
        let text = app.call("", "GET", "/metrics", None).unwrap().text;
        let value = |name: &str| -> f64 {
            let line = text
                .lines()
                .find(|line| line.starts_with(&format!("{name} ")));
            let line = line.unwrap_or_else(|| panic!("no {name} in\n{text}"));
            line[name.len()..].trim().parse().unwrap()
        };
        let show = r#"method="GET",route="/api/v1/{object}/{id}""#;
        assert!(
            (value(&format!("qudao_requests_total{{{show},class=\"2xx\"}}")) - 1.0).abs() < 0.1
        );
        assert!(
            (value(&format!("qudao_requests_total{{{show},class=\"4xx\"}}")) - 1.0).abs() < 0.1
        );
        let count = value(&format!("qudao_request_seconds_count{{{show}}}"));
        assert!((count - 2.0).abs() < 0.1);
        assert!(value(&format!("qudao_request_seconds_sum{{{show}}}")) > 0.0);
        assert!(value(r#"qudao_refusals_total{code="record.not_found"}"#) >= 1.0);
        let commits = value("qudao_store_commits_total");
        assert!(commits >= 1.0 && value("qudao_store_writes_total") >= commits);
        assert!((value(r#"qudao_store_group_size_bucket{le="+Inf"}"#) - commits).abs() < 0.1);
        assert!(value(r#"qudao_store_group_size_bucket{le="64"}"#) >= 1.0);
        assert!(value("qudao_store_queue_length") >= 0.0);
        assert!(value("qudao_store_statements_total") >= commits);
        assert!(text.contains("qudao_jobs_done_total{job="), "{text}");
    });
}

/// Reads the feed from the cursor to its end: what it tells of the object, and where it ends.
fn followed(
    app: &TestApp,
    login: &str,
    object: &str,
    from: Option<String>,
) -> (Vec<String>, String) {
    let (mut told, mut cursor) = (Vec::new(), from);
    loop {
        let after = cursor
            .as_ref()
            .map_or(String::new(), |at| format!("?after={at}"));
        let path = format!("/api/v1/changes{after}");
        let answer = app.call(login, "GET", &path, None).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.shown());
        let next = answer.body["next"].as_str().unwrap().to_owned();
        let changes = answer.body["changes"].as_array().unwrap();
        let of_object = changes.iter().filter(|one| one["object"] == object);
        told.extend(of_object.map(|one| {
            format!(
                "{} {} {}",
                one["action"].as_str().unwrap(),
                one["version"],
                one["id"].as_str().unwrap()
            )
        }));
        if cursor.as_ref() == Some(&next) {
            return (told, next);
        }
        cursor = Some(next);
    }
}

#[test]
fn other_systems_follow_every_change_once() {
    everywhere(|app| {
        let first = partner(app, "甲");
        let id = first["id"].as_str().unwrap().to_owned();
        app.kernel.seal().unwrap();
        let (told, end) = followed(app, MANAGER, "partner", None);
        assert_eq!(told, [format!("create 1 {id}")]);
        let input = json!({ "name": "乙" });
        let path = path_of(&first);
        let change = Ask::new(MANAGER, "PATCH", &path, Some(&input)).seen(1);
        assert_eq!(app.send(&change).unwrap().status, 200);
        let (told, end) = followed(app, MANAGER, "partner", Some(end));
        assert_eq!(told, [] as [String; 0], "not before it is sealed");
        app.kernel.seal().unwrap();
        let (told, _) = followed(app, MANAGER, "partner", Some(end));
        assert_eq!(told, [format!("update 2 {id}")]);
        app.add_user("clerk", &["store_clerk"], None).unwrap();
        let (told, _) = followed(app, "clerk", "deal_registration", None);
        assert_eq!(
            told,
            [] as [String; 0],
            "of what one may not read nothing is told"
        );
        let bad = app
            .call(MANAGER, "GET", "/api/v1/changes?after=x", None)
            .unwrap();
        assert_eq!(bad.status, 400);
    });
}

#[test]
fn looking_at_a_sign_in_link_uses_nothing_up_and_no_other_page_presses_its_button() {
    everywhere(|app| {
        let user = app.add_user("guest", &["channel_manager"], None).unwrap();
        let link = app.kernel.sign_in_link(user, 60).unwrap();
        let path = format!("/sign-in/{link}");
        let ask = |method: &str, from: &'static str| {
            let mut request = app.request(&Ask::new("", method, &path, None)).unwrap();
            request
                .headers_mut()
                .insert("sec-fetch-site", HeaderValue::from_static(from));
            send(app, request)
        };
        assert_eq!(ask("GET", "none").status, 200);
        let led_here = ask("POST", "cross-site");
        assert_eq!(led_here.headers["location"], "/login?reason=link");
        let entered = ask("POST", "same-origin");
        assert_eq!(entered.headers["location"], "/");
        let cookie = entered.headers["set-cookie"].to_str().unwrap();
        assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
        assert_eq!(
            ask("POST", "same-origin").headers["location"],
            "/login?reason=link"
        );
    });
}

#[test]
fn answers_carry_the_headers_that_keep_browsers_honest() {
    everywhere(|app| {
        let answer = app.call(MANAGER, "GET", "/api/v1/session", None).unwrap();
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
        assert_eq!(answer.headers["referrer-policy"], "same-origin");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'self'"), "{policy}");
    });
}

#[test]
fn answers_are_in_the_language_of_the_request() {
    everywhere(|app| {
        let ask = |language: &'static str| {
            let body = json!({ "name": "" });
            let ask = Ask::new(MANAGER, "POST", "/api/v1/partner", Some(&body));
            let mut request = app.request(&ask).unwrap();
            request
                .headers_mut()
                .insert("accept-language", HeaderValue::from_static(language));
            let answer = send(app, request);
            answer.body["errors"][0]["detail"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert!(ask("en-GB,en").is_ascii());
        assert!(!ask("zh-CN").is_ascii());
        assert!(ask("fr, en;q=0.9").is_ascii());
        assert!(!ask("*").is_ascii(), "the account's own");
        let session = app.call(MANAGER, "GET", "/api/v1/session", None).unwrap();
        assert_eq!(
            session.body["user"]["locale"], "zh-CN",
            "the account keeps its own"
        );
    });
}
