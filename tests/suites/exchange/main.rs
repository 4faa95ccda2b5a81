//! Orders of channels over the API: with an idempotency key, signed, played back, from nobody.
//!
//! Keeps true: `docs/api-design.md` and the guide on channels, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod changes;
mod outgoing;
mod replayed;

use axum::{body::Body, http::Request};
use qudao_kernel::signature;
use qudao_tests::{Answer, Ask, Place, TestApp};
use serde_json::{Value as Json, json};

const MANAGER: &str = "manager";
const CONNECTOR: &str = "connector";
const ORDERS: &str = "/api/v1/channels/website/orders";
/// 2026-03-02 08:00 in Shanghai, when tests begin, in seconds.
const NOW: i64 = 1_772_409_600;

/// A product in stock, a partner the channel sells as.
struct Scene {
    channel: String,
}

fn make(app: &TestApp, object: &str, values: Json) -> String {
    let input = values.as_object().unwrap().clone();
    app.as_system(object, None, "create", input)
        .unwrap()
        .to_string()
}

fn act(app: &TestApp, object: &str, id: &str, action: &str, values: Json) {
    let input = values.as_object().unwrap().clone();
    let id = id.parse().unwrap();
    app.as_system(object, Some(id), action, input).unwrap();
}

fn scene(app: &TestApp) -> Scene {
    app.add_user(MANAGER, &["channel_manager"], None).unwrap();
    app.add_user(CONNECTOR, &["channel_connector"], None)
        .unwrap();
    let partner = make(
        app,
        "partner",
        json!({ "name": "杭州云帆电商有限公司", "tier": "gold", "credit_limit": "50000", "payment_terms_days": 30,
                "contact_name": "李明", "phone": "13800000001", "division": "330106", "address": "文三路 1 号",
                "territories": [{ "division": "330000" }] }),
    );
    act(app, "partner", &partner, "approve", json!({}));
    let product = make(
        app,
        "product",
        json!({ "code": "P1", "name": "离心泵", "list_price": "100" }),
    );
    let site = make(
        app,
        "site",
        json!({ "code": "W1", "name": "中心仓", "kind": "warehouse", "is_central": true }),
    );
    let receipt = make(
        app,
        "stock_receipt",
        json!({ "site_id": site, "lines": [{ "product_id": product, "quantity": "10" }] }),
    );
    act(app, "stock_receipt", &receipt, "post", json!({}));
    let rows = app.rows("sales_channel", 50).unwrap();
    let channel = rows.iter().find(|row| row["code"] == "website").unwrap();
    let channel = channel["id"].as_str().unwrap().to_owned();
    act(
        app,
        "sales_channel",
        &channel,
        "update",
        json!({ "partner_id": partner }),
    );
    make(
        app,
        "channel_product",
        json!({ "channel_id": channel, "sku": "WEB-1", "product_id": product }),
    );
    Scene { channel }
}

/// Runs the test on a prepared product, on every database.
fn everywhere(test: impl Fn(&TestApp, &Scene)) {
    for place in Place::all() {
        let app = TestApp::start(place).unwrap();
        let scene = scene(&app);
        test(&app, &scene);
        app.verify().unwrap();
    }
}

fn order(number: &str, quantity: &str) -> Json {
    json!({ "external_number": number, "buyer_name": "王小二", "buyer_phone": "13900000001",
            "place": "浙江省杭州市西湖区", "address": "文三路 398 号",
            "lines": [{ "sku": "WEB-1", "quantity": quantity, "unit_price": "98.00" }] })
}

fn post(app: &TestApp, login: &str, body: &Json) -> Answer {
    app.send(&Ask::new(login, "POST", ORDERS, Some(body)))
        .unwrap()
}

fn secret(app: &TestApp, scene: &Scene) -> Vec<u8> {
    let input = json!({ "channel": scene.channel });
    let answer = app.call(
        MANAGER,
        "POST",
        "/api/v1/call/channel.issue_secret",
        Some(&input),
    );
    let answer = answer.unwrap();
    assert!(answer.is_success(), "{}", answer.shown());
    let shown = answer.body["secret"].as_str().unwrap();
    signature::bytes_of(shown).unwrap()
}

/// A message of the channel's, signed with the secret at the second.
fn signed(secret: &[u8], message: &str, second: i64, body: &Json) -> Request<Body> {
    let at = qudao_base::Instant::from_micros(second * 1_000_000);
    let text = body.to_string();
    let code = signature::sign(&[secret.to_vec()], message, at, text.as_bytes());
    Request::post(ORDERS)
        .header("webhook-id", message)
        .header("webhook-timestamp", second.to_string())
        .header("webhook-signature", code)
        .body(Body::from(text))
        .unwrap()
}

fn send(app: &TestApp, request: Request<Body>) -> Answer {
    app.at_once(vec![request]).unwrap().remove(0)
}

fn count(app: &TestApp, object: &str) -> usize {
    app.rows(object, 50).unwrap().len()
}

#[test]
fn an_order_is_taken_at_once_and_its_number_makes_no_second_one() {
    everywhere(|app, _| {
        let first = post(app, CONNECTOR, &order("W1", "2"));
        assert_eq!(first.status, 200, "{}", first.shown());
        assert_eq!(first.body["state"], "accepted");
        assert_eq!(first.body["sales_order"]["state"], "confirmed");
        assert_eq!(first.body["sales_order"]["total_amount"], "196.00");
        let again = post(app, CONNECTOR, &order("W1", "2"));
        assert_eq!(again.body, first.body, "said again under another key");
        let other = post(app, CONNECTOR, &order("W1", "3"));
        assert_eq!(
            other.body["code"],
            "exchange.order_taken",
            "{}",
            other.shown()
        );
        assert_eq!(count(app, "sales_order"), 1);
    });
}

#[test]
fn what_cannot_be_taken_says_why_and_is_taken_once_mended() {
    everywhere(|app, _| {
        let short = post(app, CONNECTOR, &order("W2", "11"));
        assert_eq!(
            (short.status, &short.body["state"]),
            (200, &json!("waiting"))
        );
        assert_eq!(short.body["reason"]["code"], "stock.short");
        assert!(
            short.body["reason"]["zh"]
                .as_str()
                .unwrap()
                .contains("离心泵")
        );
        let mended = post(app, CONNECTOR, &order("W2", "10"));
        assert_eq!(mended.body["state"], "accepted", "{}", mended.shown());
        let wrong = post(
            app,
            CONNECTOR,
            &json!({ "external_number": "W3", "colour": "red" }),
        );
        assert_eq!(
            (wrong.status, &wrong.body["code"]),
            (400, &json!("field.unknown"))
        );
    });
}

#[test]
fn an_unpaid_order_is_held_once_paid_and_given_back_once_cancelled() {
    everywhere(|app, _| {
        let mut body = order("W4", "3");
        body["paid"] = json!(false);
        assert_eq!(
            post(app, CONNECTOR, &body).body["sales_order"]["public_state"],
            "pending_payment"
        );
        body["paid"] = json!(true);
        assert_eq!(
            post(app, CONNECTOR, &body).body["sales_order"]["state"],
            "confirmed"
        );
        body["cancelled"] = json!(true);
        let cancelled = post(app, CONNECTOR, &body);
        assert_eq!(
            cancelled.body["sales_order"]["state"],
            "cancelled",
            "{}",
            cancelled.shown()
        );
        assert_eq!(cancelled.body["state"], "dropped");
    });
}

#[test]
fn a_signed_message_counts_once_and_cannot_be_played_back() {
    everywhere(|app, scene| {
        let body = order("W5", "1");
        let unsigned = Request::post(ORDERS)
            .body(Body::from(body.to_string()))
            .unwrap();
        assert_eq!(send(app, unsigned).status, 401);
        let secret = secret(app, scene);
        let forged = send(app, signed(&[7; 32], "msg_1", NOW, &body));
        assert_eq!(
            (forged.status, &forged.body["code"]),
            (401, &json!("webhook.signature"))
        );
        let old = send(app, signed(&secret, "msg_1", NOW - 301, &body));
        assert_eq!(
            (old.status, &old.body["code"]),
            (401, &json!("webhook.too_old"))
        );
        let first = send(app, signed(&secret, "msg_1", NOW, &body));
        assert_eq!(
            (first.status, &first.body["state"]),
            (200, &json!("accepted")),
            "{}",
            first.shown()
        );
        let back = send(app, signed(&secret, "msg_1", NOW, &body));
        assert_eq!(
            (back.status, &back.body["code"]),
            (409, &json!("webhook.replayed"))
        );
        let later = send(app, signed(&secret, "msg_1", NOW + 5, &body));
        assert_eq!(later.body, first.body, "the sender's own second attempt");
        let changed = send(app, signed(&secret, "msg_1", NOW + 6, &order("W6", "1")));
        assert_eq!(
            (changed.status, &changed.body["code"]),
            (422, &json!("idempotency.reused"))
        );
        assert_eq!(count(app, "sales_order"), 1);
    });
}

#[test]
fn a_replaced_secret_counts_for_a_day_and_no_entry_tells_it() {
    everywhere(|app, scene| {
        let old = secret(app, scene);
        let new = secret(app, scene);
        for (at, key) in [&old, &new].into_iter().enumerate() {
            let message = format!("msg_{at}");
            let sent = send(app, signed(key, &message, NOW, &order(&message, "1")));
            assert_eq!(sent.status, 200, "{}", sent.shown());
        }
        app.pass(86_401).unwrap();
        let late = NOW + 86_401;
        let sent = send(app, signed(&old, "msg_3", late, &order("W7", "1")));
        assert_eq!(sent.body["code"], "webhook.signature");
        let sent = send(app, signed(&new, "msg_3", late, &order("W7", "1")));
        assert_eq!(sent.status, 200, "{}", sent.shown());
    });
}

#[test]
fn a_secret_replaced_twice_counts_its_day_and_of_two_made_at_once_one_stays() {
    everywhere(|app, scene| {
        let live = secret(app, scene);
        secret(app, scene);
        app.pass(3_600).unwrap();
        let input = json!({ "channel": scene.channel });
        let path = "/api/v1/call/channel.issue_secret";
        let ask = || {
            app.request(&Ask::new(MANAGER, "POST", path, Some(&input)))
                .unwrap()
        };
        let made = app.at_once((0..4).map(|_| ask()).collect()).unwrap();
        let sent = send(app, signed(&live, "msg_1", NOW + 3_600, &order("W9", "1")));
        assert_eq!(sent.status, 200, "{}", sent.shown());
        app.pass(86_401).unwrap();
        let late = NOW + 3_600 + 86_401;
        let good = made.iter().enumerate().filter(|(at, answer)| {
            let Some(shown) = answer.body["secret"].as_str() else {
                return false;
            };
            let key = signature::bytes_of(shown).unwrap();
            let message = format!("late_{at}");
            send(app, signed(&key, &message, late, &order("W9", "1"))).status == 200
        });
        assert_eq!(good.count(), 1, "the others were replaced a day ago");
    });
}

#[test]
fn who_may_not_make_orders_brings_none() {
    everywhere(|app, _| {
        app.add_user("director", &["sales_director"], None).unwrap();
        app.add_user("stranger", &[], None).unwrap();
        let body = order("W8", "1");
        assert_eq!(post(app, "director", &body).status, 403);
        assert_eq!(post(app, "stranger", &body).status, 404);
        let path = "/api/v1/channels/none/orders";
        let unknown = app
            .send(&Ask::new(CONNECTOR, "POST", path, Some(&body)))
            .unwrap();
        assert_eq!(unknown.status, 404);
        let document = |login: &str| {
            let answer = app.call(login, "GET", "/api/openapi.json", None);
            answer.unwrap().body["paths"]["/api/v1/channels/{code}/orders"].clone()
        };
        assert!(document(CONNECTOR)["post"].is_object());
        assert!(document("director").is_null(), "not told who may not");
        assert_eq!(count(app, "incoming_order"), 0);
    });
}

#[test]
fn twenty_orders_at_once_sell_ten_and_no_more() {
    everywhere(|app, _| {
        let body = |at: usize| order(&format!("R{at}"), "1");
        let requests = (0..20).map(|at| {
            let body = body(at);
            app.request(&Ask::new(CONNECTOR, "POST", ORDERS, Some(&body)))
                .unwrap()
        });
        let answers = app.at_once(requests.collect()).unwrap();
        for (at, answer) in answers.iter().enumerate() {
            // A machine that is too busy says so; the number makes sending again safe.
            if answer.status == 503 {
                assert_eq!(post(app, CONNECTOR, &body(at)).status, 200);
            }
        }
        // All are of one buyer, who becomes a customer once; who came in between is taken on by the next rounds.
        for _ in 0..5 {
            app.pass(3).unwrap();
        }
        let rows = app.rows("incoming_order", 50).unwrap();
        let taken = rows.iter().filter(|row| row["state"] == "accepted");
        let reasons: Vec<_> = rows.iter().map(|row| &row["reason_zh"]).collect();
        assert_eq!(taken.count(), 10, "{reasons:?}");
        let short = rows
            .iter()
            .filter(|row| row["reason_code"] == "stock.short");
        assert_eq!(short.count(), 10, "{reasons:?}");
    });
}
