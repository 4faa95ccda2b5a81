//! What a channel may say about an order, and what it may not: whom it is for, what it holds, what it costs.
//!
//! Keeps true: the guide on channels, on both databases.

use qudao_tests::Answer;
use serde_json::json;

use super::{CONNECTOR, act, everywhere, make, order, post};

#[test]
fn a_message_chooses_neither_its_channel_nor_whom_we_bill() {
    everywhere(|app, scene| {
        let other = make(
            app,
            "partner",
            json!({ "name": "别家", "tier": "gold", "contact_name": "甲", "phone": "13800000009",
                    "division": "330106", "address": "文三路 9 号" }),
        );
        let mut body = order("F1", "1");
        body["partner_id"] = json!(other);
        let foreign = post(app, CONNECTOR, &body);
        assert_eq!(
            foreign.body["code"],
            "exchange.partner_foreign",
            "{}",
            foreign.shown()
        );
        let mut body = order("F2", "1");
        body["paid"] = json!(false);
        post(app, CONNECTOR, &body);
        body["partner_id"] = json!(other);
        let later = post(app, CONNECTOR, &body);
        assert_eq!(later.body["code"], "exchange.partner_foreign");
        let rows = app.rows("sales_channel", 50).unwrap();
        let tmall = rows.iter().find(|row| row["code"] == "tmall").unwrap();
        let mut body = order("F3", "11");
        for _ in 0..2 {
            body["channel_id"] = tmall["id"].clone();
            post(app, CONNECTOR, &body);
            body["comment"] = json!("再说一次");
        }
        let kept = app.rows("incoming_order", 50).unwrap();
        assert!(
            kept.iter().all(|row| row["channel_id"] == scene.channel
                || row["channel_id"]["id"] == scene.channel),
            "{kept:?}"
        );
    });
}

#[test]
fn what_the_channel_says_before_it_is_paid_is_what_is_sold() {
    everywhere(|app, _| {
        let mut body = order("P1", "3");
        body["paid"] = json!(false);
        post(app, CONNECTOR, &body);
        body = order("P1", "5");
        body["place"] = json!("江苏省南京市");
        body["address"] = json!("中山路 5 号");
        body["paid"] = json!(false);
        let changed = post(app, CONNECTOR, &body);
        assert_eq!(changed.body["sales_order"]["total_amount"], "490.00");
        body = order("P1", "2");
        body["lines"][0]["unit_price"] = json!("97.00");
        let paid = post(app, CONNECTOR, &body);
        assert_eq!(
            paid.body["sales_order"]["state"],
            "confirmed",
            "{}",
            paid.shown()
        );
        assert_eq!(paid.body["sales_order"]["total_amount"], "194.00");
        let rows = app.rows("sales_order", 5).unwrap();
        assert_eq!((rows.len(), &rows[0]["division"]), (1, &json!("330100")));
        assert_eq!(rows[0]["address"], "文三路 398 号");
        let kept = app.rows("incoming_order", 5).unwrap();
        assert_eq!(kept[0]["message"]["lines"][0]["unit_price"], "97.00");
    });
}

#[test]
fn a_payment_for_what_was_cancelled_here_waits_and_a_dropped_order_leaves_no_draft() {
    everywhere(|app, _| {
        let unpaid = |number: &str| {
            let mut body = order(number, "1");
            body["paid"] = json!(false);
            let answer = post(app, CONNECTOR, &body);
            let order = answer.body["sales_order"]["id"]
                .as_str()
                .unwrap()
                .to_owned();
            (answer.body["id"].as_str().unwrap().to_owned(), order)
        };
        let (incoming, made) = unpaid("C1");
        act(app, "sales_order", &made, "cancel", json!({}));
        let paid = post(app, CONNECTOR, &order("C1", "1"));
        assert_eq!(
            (&paid.body["state"], &paid.body["reason"]["code"]),
            (&json!("waiting"), &json!("exchange.order_cancelled_here"))
        );
        act(app, "incoming_order", &incoming, "drop", json!({}));
        let (incoming, _) = unpaid("C2");
        // More than there is: it waits, with its draft.
        let short = post(app, CONNECTOR, &order("C2", "11"));
        assert_eq!(
            short.body["reason"]["code"],
            "stock.short",
            "{}",
            short.shown()
        );
        act(app, "incoming_order", &incoming, "drop", json!({}));
        let rows = app.rows("sales_order", 5).unwrap();
        assert!(
            rows.iter().all(|row| row["state"] == "cancelled"),
            "{rows:?}"
        );
    });
}

#[test]
fn a_line_without_a_price_costs_ours_and_the_others_what_was_paid() {
    everywhere(|app, _| {
        let mut body = order("L1", "2");
        body["lines"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "sku": "WEB-1", "quantity": "1" }));
        let taken = post(app, CONNECTOR, &body);
        let own = post(
            app,
            CONNECTOR,
            &json!({ "external_number": "L2", "place": "浙江省杭州市", "address": "文三路 1 号",
            "buyer_name": "甲", "lines": [{ "sku": "WEB-1", "quantity": "3" }] }),
        );
        let total = |answer: &Answer| {
            let text = answer.body["sales_order"]["total_amount"].as_str().unwrap();
            text.parse::<qudao_base::Money>().unwrap()
        };
        let each = total(&own).steps() / 3;
        assert_eq!(
            total(&taken).steps() - each,
            196 * 10_000,
            "{}",
            taken.shown()
        );
        body = order("L3", "2");
        body["lines"][0]["unit_price"] = json!("1.00");
        body["lines"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "sku": "WEB-1", "quantity": "1" }));
        let far = post(app, CONNECTOR, &body);
        assert_eq!(
            far.body["reason"]["code"],
            "exchange.price_far",
            "{}",
            far.shown()
        );
    });
}
