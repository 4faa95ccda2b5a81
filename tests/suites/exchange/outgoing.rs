//! What goes out to channels: stock, prices and shipments, fetched and pushed. Pushed again: `replayed`.
//!
//! Keeps true: `docs/guide/channels_en.md`, on both databases.

use std::sync::{Arc, Mutex};

use qudao_kernel::{Answered, Outbound, Outgoing, signature};
use qudao_tests::{Ask, TestApp};
use serde_json::{Value as Json, json};

use super::{CONNECTOR, MANAGER, NOW, Scene, act, everywhere, make, order, post, secret};

fn get(app: &TestApp, path: &str) -> Json {
    let answer = app.call(CONNECTOR, "GET", path, None).unwrap();
    assert!(answer.is_success(), "{}", answer.shown());
    answer.body
}

#[test]
fn stock_goes_out_from_number_to_number_as_the_channel_may_sell_it() {
    everywhere(|app, scene| {
        let path = "/api/v1/channels/website/stock";
        let first = get(app, path);
        assert_eq!(
            first["items"],
            json!([{ "sku": "WEB-1", "available": "10" }])
        );
        let after = format!("{path}?after={}", first["next"].as_str().unwrap());
        assert_eq!(get(app, &after)["items"], json!([]), "nothing is new");
        // Sold in another channel: this one is told.
        let mut body = order("S1", "3");
        assert_eq!(post(app, CONNECTOR, &body).body["state"], "accepted");
        let second = get(app, &after);
        assert_eq!(
            second["items"],
            json!([{ "sku": "WEB-1", "available": "7" }])
        );
        body["cancelled"] = json!(true);
        post(app, CONNECTOR, &body);
        let rows = app.rows("site", 5).unwrap();
        let product = app.rows("product", 5).unwrap();
        let keep = json!({ "channel_id": scene.channel, "site_id": rows[0]["id"], "product_id": product[0]["id"],
                           "keep_quantity": "4" });
        make(app, "channel_policy", keep);
        let third = get(app, &after);
        assert_eq!(
            third["items"],
            json!([{ "sku": "WEB-1", "available": "6" }])
        );
        let listed = app.rows("channel_product", 5).unwrap();
        act(
            app,
            "channel_product",
            listed[0]["id"].as_str().unwrap(),
            "update",
            json!({ "active": false }),
        );
        let last = get(
            app,
            &format!("{path}?after={}", third["next"].as_str().unwrap()),
        );
        assert_eq!(last["items"], json!([{ "sku": "WEB-1", "available": "0" }]));
    });
}

#[test]
fn prices_go_out_by_the_lists_of_the_channel() {
    everywhere(|app, scene| {
        let path = "/api/v1/channels/website/prices";
        let first = get(app, path);
        let listed = json!([{ "sku": "WEB-1", "price": "100.00", "currency": "CNY" }]);
        assert_eq!(first["items"], listed);
        let product = app.rows("product", 5).unwrap();
        make(
            app,
            "price_rule",
            json!({ "name": "官网价", "channel_id": scene.channel, "product_id": product[0]["id"], "price": "88.00" }),
        );
        let next = get(
            app,
            &format!("{path}?after={}", first["next"].as_str().unwrap()),
        );
        assert_eq!(next["items"][0]["price"], "88.00");
        let wrong = app
            .call(CONNECTOR, "GET", &format!("{path}?after=x"), None)
            .unwrap();
        assert_eq!(
            (wrong.status, &wrong.body["code"]),
            (400, &json!("cursor.malformed"))
        );
    });
}

/// A channel that answers as it is told, and keeps what it was sent.
#[derive(Default)]
pub(super) struct Receiver {
    /// Status; 0: no answer.
    status: Mutex<u16>,
    sent: Mutex<Vec<Outgoing>>,
}

impl Receiver {
    pub(super) fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    pub(super) fn sent(&self) -> Vec<Outgoing> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }
}

impl Outbound for Receiver {
    fn post(&self, message: &Outgoing) -> Result<Answered, String> {
        self.sent.lock().unwrap().push(message.clone());
        match *self.status.lock().unwrap() {
            0 => Err("no answer".to_owned()),
            status => Ok(Answered {
                status,
                retry_after: (status == 429).then_some(7_200),
            }),
        }
    }
}

fn header(message: &Outgoing, name: &str) -> String {
    let found = message.headers.iter().find(|(known, _)| known == name);
    found.unwrap().1.clone()
}

/// The channel is to be pushed to; what it takes in, and the secret.
pub(super) fn pushed(app: &TestApp, scene: &Scene) -> (Arc<Receiver>, Vec<u8>) {
    let receiver = Arc::new(Receiver::default());
    app.kernel.speak_through(Arc::clone(&receiver) as _);
    let secret = secret(app, scene);
    let address = json!({ "push_url": "https://shop.example.com/hooks" });
    act(app, "sales_channel", &scene.channel, "update", address);
    (receiver, secret)
}

pub(super) fn of_kind(sent: &[Outgoing], kind: &str) -> Vec<Json> {
    let all = sent
        .iter()
        .map(|one| serde_json::from_str(&one.body).unwrap());
    all.filter(|body: &Json| body["type"] == kind).collect()
}

#[test]
fn changes_are_pushed_signed_until_they_arrive_and_none_twice() {
    everywhere(|app, scene| {
        let (receiver, secret) = pushed(app, scene);
        receiver.answers(0);
        app.pass(3).unwrap();
        let first = receiver.sent();
        assert_eq!(first.len(), 2, "stock and prices: {first:?}");
        let at = qudao_base::Instant::from_micros((NOW + 3) * 1_000_000);
        for message in &first {
            let id = header(message, "webhook-id");
            let expected = signature::sign(
                std::slice::from_ref(&secret),
                &id,
                at,
                message.body.as_bytes(),
            );
            assert_eq!(header(message, "webhook-signature"), expected);
        }
        // Down for six hours, while goods are sold.
        post(app, CONNECTOR, &order("P1", "4"));
        for _ in 0..24 {
            app.pass(900).unwrap();
        }
        let tried = receiver.sent();
        assert!(
            of_kind(&tried, "stock.changed").len() >= 4,
            "{}",
            tried.len()
        );
        receiver.answers(200);
        app.pass(18_000).unwrap();
        app.pass(5).unwrap();
        let arrived = receiver.sent();
        let stock = of_kind(&arrived, "stock.changed");
        let told: Vec<&Json> = stock
            .iter()
            .map(|body| &body["data"]["items"][0]["available"])
            .collect();
        assert_eq!(told, ["10", "6"], "in their order, each once");
        let ids = |sent: &[Outgoing]| header(&sent[0], "webhook-id");
        assert!(
            [ids(&first), header(&first[1], "webhook-id")].contains(&ids(&arrived)),
            "the id stays"
        );
        app.pass(3_600).unwrap();
        assert!(receiver.sent().is_empty(), "nothing is new");
    });
}

#[test]
fn a_channel_that_is_gone_is_told_of_and_sent_to_again_by_a_person() {
    everywhere(|app, scene| {
        let (receiver, _) = pushed(app, scene);
        receiver.answers(410);
        app.pass(3).unwrap();
        assert_eq!(receiver.sent().len(), 2);
        app.pass(86_400).unwrap();
        assert!(receiver.sent().is_empty(), "given up at once");
        let list = "/api/v1/channel_message?filter=state == 'failed'";
        let failed = app.call(MANAGER, "GET", list, None).unwrap();
        let rows = failed.body["rows"].as_array().unwrap().clone();
        assert_eq!(rows.len(), 2, "{}", failed.shown());
        assert_eq!(rows[0]["last_error"], "HTTP 410");
        let notices = app.rows("notice", 50).unwrap();
        let told = notices
            .iter()
            .filter(|row| row["object_name"] == "channel_message");
        assert_eq!(told.count(), 2);
        receiver.answers(200);
        for row in &rows {
            let path = format!(
                "/api/v1/channel_message/{}/retry",
                row["id"].as_str().unwrap()
            );
            let ask = Ask::new(MANAGER, "POST", &path, None).seen(row["version"].as_i64().unwrap());
            assert!(app.send(&ask).unwrap().is_success());
        }
        app.pass(3).unwrap();
        assert_eq!(receiver.sent().len(), 2);
        receiver.answers(429);
        post(app, CONNECTOR, &order("P2", "1"));
        app.pass(3).unwrap();
        assert_eq!(receiver.sent().len(), 1);
        app.pass(7_000).unwrap();
        assert!(receiver.sent().is_empty(), "as long as it asked for");
        app.pass(300).unwrap();
        assert_eq!(receiver.sent().len(), 1);
    });
}

/// Ships what is ready, some of it.
pub(super) fn ship(app: &TestApp, quantity: &str, tracking: &str) {
    let notes = app.rows("delivery_note", 50).unwrap();
    let note = notes.iter().find(|note| note["state"] == "ready").unwrap();
    let id = note["id"].as_str().unwrap();
    let shown = app.call("kong", "GET", &format!("/api/v1/delivery_note/{id}"), None);
    let line = shown.unwrap().body["record"]["lines"][0]["id"].clone();
    let less = json!({ "lines": [{ "id": line, "ship_quantity": quantity }] });
    act(app, "delivery_note", id, "update", less);
    let carrier = json!({ "carrier": "顺丰", "tracking_number": tracking });
    act(app, "delivery_note", id, "ship", carrier);
}

#[test]
fn what_left_is_told_once_by_the_channels_own_codes() {
    everywhere(|app, scene| {
        app.add_user("kong", &["warehouse_clerk"], None).unwrap();
        // Another code for the same product: the line says which was ordered.
        let product = app.rows("product", 5).unwrap();
        make(
            app,
            "channel_product",
            json!({ "channel_id": scene.channel, "sku": "WEB-1-RED", "product_id": product[0]["id"] }),
        );
        let (receiver, _) = pushed(app, scene);
        receiver.answers(200);
        post(app, CONNECTOR, &order("S1", "3"));
        ship(app, "2", "SF1001");
        app.pass(3).unwrap();
        ship(app, "1", "SF1002");
        app.pass(3).unwrap();
        let sent = of_kind(&receiver.sent(), "shipment.sent");
        let items: Vec<&Json> = sent
            .iter()
            .flat_map(|one| one["data"]["items"].as_array().unwrap())
            .collect();
        let told: Vec<(&Json, &Json)> = items
            .iter()
            .map(|item| (&item["tracking_number"], &item["lines"][0]["quantity"]))
            .collect();
        assert_eq!(
            told,
            [
                (&json!("SF1001"), &json!("2")),
                (&json!("SF1002"), &json!("1"))
            ]
        );
        assert_eq!(
            (
                &items[0]["external_number"],
                &items[0]["carrier"],
                &items[0]["lines"][0]["sku"]
            ),
            (&json!("S1"), &json!("顺丰"), &json!("WEB-1"))
        );
        app.pass(3_600).unwrap();
        assert!(receiver.sent().is_empty(), "each once");
        let path = "/api/v1/channels/website/shipments";
        let first = get(app, path);
        assert_eq!(first["items"].as_array().unwrap().len(), 2);
        let rest = get(app, &format!("{path}?after=1"));
        assert_eq!(rest["items"][0]["tracking_number"], "SF1002");
    });
}
