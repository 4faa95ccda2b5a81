//! What was pushed to channels, pushed again: a replay, what it replaces, and what waits for it.
//!
//! Keeps true: `docs/guide/channels_en.md`, on both databases.

use qudao_tests::{Ask, TestApp};
use serde_json::{Value as Json, json};

use super::{
    CONNECTOR, MANAGER, NOW, everywhere, order,
    outgoing::{of_kind, pushed, ship},
    post,
};

/// Asks for a replay as an administrator.
fn replay(app: &TestApp, values: Json) -> qudao_tests::Answer {
    app.call("gao", "POST", "/api/v1/channel_replay", Some(&values))
        .unwrap()
}

#[test]
fn a_span_of_pushes_is_sent_again_as_things_are_now() {
    everywhere(|app, scene| {
        app.add_user("gao", &["administrator"], None).unwrap();
        let (receiver, _) = pushed(app, scene);
        receiver.answers(200);
        app.pass(3).unwrap();
        post(app, CONNECTOR, &order("R1", "1"));
        app.pass(3).unwrap();
        app.pass(3_600).unwrap();
        post(app, CONNECTOR, &order("R2", "2"));
        app.pass(3).unwrap();
        assert_eq!(of_kind(&receiver.sent(), "stock.changed").len(), 3);
        let asked = |values: Json| {
            let mut all = json!({ "channel_id": scene.channel, "kind": "stock" });
            for (name, value) in values.as_object().unwrap() {
                all[name] = value.clone();
            }
            replay(app, all)
        };
        let from_number = asked(json!({ "after_number": 0 }));
        assert!(from_number.is_success(), "{}", from_number.shown());
        app.pass(3).unwrap();
        app.pass(3).unwrap();
        let again = of_kind(&receiver.sent(), "stock.changed");
        assert_eq!(again.len(), 1, "each figure once, as it is now: {again:?}");
        assert_eq!(
            again[0]["data"]["items"],
            json!([{ "sku": "WEB-1", "available": "7" }])
        );
        let rows = app.rows("channel_replay", 5).unwrap();
        assert_eq!(
            (&rows[0]["state"], &rows[0]["next_number"]),
            (&json!("done"), &json!(3))
        );
        let at = |seconds: i64| {
            qudao_base::Instant::from_micros((NOW + seconds) * 1_000_000).to_string()
        };
        // The figure of the first hour was told anew since then.
        let early = asked(json!({ "from_at": at(0), "until_at": at(600) }));
        assert!(early.is_success(), "{}", early.shown());
        app.pass(3).unwrap();
        assert!(of_kind(&receiver.sent(), "stock.changed").is_empty());
        let late = asked(json!({ "from_at": at(3_000) }));
        assert!(late.is_success(), "{}", late.shown());
        app.pass(3).unwrap();
        assert_eq!(of_kind(&receiver.sent(), "stock.changed").len(), 1);
        for (values, code) in [
            (json!({}), "exchange.replay_from_missing"),
            (
                json!({ "after_number": 0, "from_at": at(0) }),
                "exchange.replay_from_missing",
            ),
            (json!({ "after_number": 3 }), "exchange.replay_empty"),
            (json!({ "from_at": at(900_000) }), "exchange.replay_empty"),
        ] {
            assert_eq!(asked(values.clone()).body["code"], code, "{values}");
        }
        let refused = app.call(
            MANAGER,
            "POST",
            "/api/v1/channel_replay",
            Some(&json!({ "channel_id": scene.channel, "kind": "stock", "after_number": 0 })),
        );
        assert_eq!(refused.unwrap().status, 403);
    });
}

#[test]
fn a_replay_takes_the_place_of_what_died() {
    everywhere(|app, scene| {
        app.add_user("gao", &["administrator"], None).unwrap();
        app.add_user("kong", &["warehouse_clerk"], None).unwrap();
        let (receiver, _) = pushed(app, scene);
        receiver.answers(200);
        app.pass(3).unwrap();
        receiver.answers(410);
        post(app, CONNECTOR, &order("D1", "2"));
        ship(app, "1", "SF1");
        app.pass(3).unwrap();
        ship(app, "1", "SF2");
        receiver.sent();
        app.pass(86_400).unwrap();
        assert!(
            receiver.sent().is_empty(),
            "given up, and nothing overtakes it"
        );
        let dead = "/api/v1/channel_message?view=failed&filter=kind == 'shipment'";
        let dead = app.call(MANAGER, "GET", dead, None).unwrap();
        assert_eq!(
            dead.body["rows"][0]["last_error"],
            "HTTP 410",
            "{}",
            dead.shown()
        );
        receiver.answers(200);
        let values = json!({ "channel_id": scene.channel, "kind": "shipment", "after_number": 0 });
        let asked = replay(app, values);
        assert!(asked.is_success(), "{}", asked.shown());
        for _ in 0..4 {
            app.pass(3).unwrap();
        }
        let sent = of_kind(&receiver.sent(), "shipment.sent");
        let numbers: Vec<&Json> = sent
            .iter()
            .flat_map(|one| one["data"]["items"].as_array().unwrap())
            .map(|item| &item["tracking_number"])
            .collect();
        assert_eq!(
            numbers,
            ["SF1", "SF2"],
            "the dead one first, then what waited behind it"
        );
        let states = app.rows("channel_message", 50).unwrap();
        let replaced = states.iter().filter(|row| row["state"] == "replaced");
        assert_eq!(replaced.count(), 1);
    });
}

/// Does an action on a record a page has just shown.
fn press(app: &TestApp, login: &str, row: &Json, (object, action): (&str, &str)) {
    let path = format!("/api/v1/{object}/{}/{action}", row["id"].as_str().unwrap());
    let ask = Ask::new(login, "POST", &path, None).seen(row["version"].as_i64().unwrap());
    let answer = app.send(&ask).unwrap();
    assert!(answer.is_success(), "{}", answer.shown());
}

/// The message that failed.
fn failed(app: &TestApp) -> Json {
    let rows = app.rows("channel_message", 50).unwrap();
    let failed = rows.iter().find(|row| row["state"] == "failed");
    failed.unwrap().clone()
}

#[test]
fn what_is_new_waits_while_a_replay_has_died() {
    everywhere(|app, scene| {
        app.add_user("gao", &["administrator"], None).unwrap();
        let (receiver, _) = pushed(app, scene);
        receiver.answers(200);
        app.pass(3).unwrap();
        post(app, CONNECTOR, &order("W1", "1"));
        app.pass(3).unwrap();
        receiver.sent();
        let values = json!({ "channel_id": scene.channel, "kind": "stock", "after_number": 0 });
        let asked = replay(app, values);
        assert!(asked.is_success(), "{}", asked.shown());
        receiver.answers(410);
        app.pass(3).unwrap();
        assert_eq!(of_kind(&receiver.sent(), "stock.changed").len(), 1);
        receiver.answers(200);
        post(app, CONNECTOR, &order("W2", "2"));
        app.pass(3).unwrap();
        app.pass(3).unwrap();
        let early = of_kind(&receiver.sent(), "stock.changed");
        assert!(early.is_empty(), "{early:?}");
        press(app, MANAGER, &failed(app), ("channel_message", "retry"));
        for _ in 0..4 {
            app.pass(3).unwrap();
        }
        let told = of_kind(&receiver.sent(), "stock.changed");
        let told: Vec<&Json> = told
            .iter()
            .map(|body| &body["data"]["items"][0]["available"])
            .collect();
        assert_eq!(told, ["9", "7"], "the older figure first");
    });
}

#[test]
fn a_replay_stopped_gives_back_what_it_replaced_and_did_not_tell() {
    everywhere(|app, scene| {
        app.add_user("gao", &["administrator"], None).unwrap();
        app.add_user("kong", &["warehouse_clerk"], None).unwrap();
        let (receiver, _) = pushed(app, scene);
        receiver.answers(200);
        app.pass(3).unwrap();
        receiver.answers(410);
        post(app, CONNECTOR, &order("G1", "2"));
        ship(app, "1", "SF1");
        app.pass(3).unwrap();
        ship(app, "1", "SF2");
        let failed = || {
            let rows = app.rows("channel_message", 50).unwrap();
            let mut failed = rows.into_iter().filter(|row| row["state"] == "failed");
            failed.find(|row| row["kind"] == "shipment")
        };
        assert!(failed().is_some());
        let values = json!({ "channel_id": scene.channel, "kind": "shipment", "after_number": 0 });
        let asked = replay(app, values);
        assert!(asked.is_success(), "{}", asked.shown());
        assert!(failed().is_none(), "replaced");
        let open = app.rows("channel_replay", 5).unwrap().remove(0);
        press(app, "gao", &open, ("channel_replay", "stop"));
        receiver.answers(200);
        receiver.sent();
        app.pass(3).unwrap();
        let early = of_kind(&receiver.sent(), "shipment.sent");
        assert!(early.is_empty(), "nothing overtakes it: {early:?}");
        let given_back = failed().unwrap();
        press(app, MANAGER, &given_back, ("channel_message", "retry"));
        for _ in 0..3 {
            app.pass(3).unwrap();
        }
        let sent = of_kind(&receiver.sent(), "shipment.sent");
        let numbers: Vec<&Json> = sent
            .iter()
            .flat_map(|one| one["data"]["items"].as_array().unwrap())
            .map(|item| &item["tracking_number"])
            .collect();
        assert_eq!(numbers, ["SF1", "SF2"]);
    });
}
