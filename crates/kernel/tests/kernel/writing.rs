//! The write path: what is refused, what is kept, once per key.

use qudao_base::Id;
use qudao_kernel::pipeline::Request;
use serde_json::{Value as Json, json};

use crate::site::{code, create, everywhere, id_of, member, on, reader, refusal, writer};

#[test]
fn unknown_hidden_and_read_only_fields_are_refused_by_name() {
    everywhere(|site| {
        let refused = refusal(site.create(
            &writer(),
            "note",
            json!({ "title": "a", "nothing": 1, "kept": 5, "state": "sent", "id": "1", "version": 9 }),
        ));
        let mut named: Vec<String> = std::iter::once(&refused)
            .chain(&refused.others)
            .filter_map(|one| one.field.clone())
            .collect();
        named.sort();
        assert_eq!(named, ["id", "kept", "nothing", "state", "version"]);
        let home = id_of(
            &site
                .create(&writer(), "box", json!({ "name": "home" }))
                .unwrap(),
        );
        for field in ["secret", "amount"] {
            let refused =
                refusal(site.create(&member(home), "note", json!({ "title": "a", field: "1" })));
            assert_eq!(refused.field.as_deref(), Some(field));
        }
        let none = site
            .kernel
            .read(&writer(), |cx| cx.query("SELECT id FROM note", &[]))
            .unwrap();
        assert!(none.is_empty(), "a refused create left a row");
    });
}

#[test]
fn fields_obey_their_limits_and_rules() {
    everywhere(|site| {
        for (input, expected) in [
            (json!({}), "field.required"),
            (json!({ "title": "  " }), "field.required"),
            (json!({ "title": "a".repeat(21) }), "field.too_long"),
            (json!({ "title": "a", "amount": "-1" }), "field.range"),
            (
                json!({ "title": "a", "amount": "1.00001" }),
                "decimal.precision",
            ),
            (
                json!({ "title": "a", "amount": "1000000.01" }),
                "note.too_dear",
            ),
            (json!({ "title": "a", "box_id": "12345" }), "link.not_found"),
            (json!({ "title": "a", "items": [{}] }), "field.required"),
            (
                json!({ "title": "a", "items": [{ "word": "x", "kept": 1 }] }),
                "field.unknown",
            ),
            (json!({ "title": "a", "items": {} }), "field.type"),
        ] {
            assert_eq!(
                code(site.create(&writer(), "note", input.clone())),
                expected,
                "{input}"
            );
        }
    });
}

#[test]
fn an_action_runs_from_its_states_with_its_input_only() {
    everywhere(|site| {
        let note = site.note("a");
        assert_eq!(
            code(site.act(&writer(), on("note", note, "send", json!({})))),
            "field.required"
        );
        let other = json!({ "plain_text": "x", "title": "b" });
        assert_eq!(
            code(site.act(&writer(), on("note", note, "send", other))),
            "field.read_only"
        );
        assert_eq!(
            code(site.act(&writer(), on("note", note, "quiet", json!({})))),
            "action.unknown"
        );
        let sent = site
            .act(
                &writer(),
                on("note", note, "send", json!({ "plain_text": "x" })),
            )
            .unwrap();
        assert_eq!(sent["record"]["state"], "sent");
        let again = site.act(
            &writer(),
            on("note", note, "send", json!({ "plain_text": "y" })),
        );
        assert_eq!(code(again), "action.not_from_state");
        assert_eq!(
            code(site.act(&reader(), on("note", note, "stock_up", json!({})))),
            "action.forbidden"
        );
    });
}

#[test]
fn an_action_is_told_anew_what_it_requires() {
    everywhere(|site| {
        let note = site.note("a");
        let act = |action: &str, input: Json| site.act(&writer(), on("note", note, action, input));
        let send = || act("send", json!({ "plain_text": "x" })).unwrap();
        send();
        act("recall", json!({ "reason": "too early" })).unwrap();
        assert_eq!(code(act("send", json!({}))), "field.required");
        send();
        assert_eq!(code(act("recall", json!({}))), "field.required");
        assert_eq!(
            code(act("recall", json!({ "reason": " " }))),
            "field.required"
        );
        let remarked = act("remark", json!({ "reason": "read twice" })).unwrap();
        assert_eq!(remarked["record"]["reason"], "read twice");
        let silent = act("remark", json!({})).unwrap();
        assert_eq!(silent["record"]["reason"], Json::Null);
        assert_eq!(silent["record"]["plain_text"], "x", "people may write it");
    });
}

#[test]
fn a_refusal_names_things_in_the_readers_language() {
    everywhere(|site| {
        let note = site.note("a");
        let plain = || json!({ "plain_text": "x" });
        site.act(&writer(), on("note", note, "send", plain()))
            .unwrap();
        let refused = [
            refusal(site.act(&writer(), on("note", note, "send", plain()))),
            refusal(site.create(&writer(), "note", json!({ "title": "b", "kept": 1 }))),
            refusal(site.create(&writer(), "note", json!({ "title": "b", "box_id": "7" }))),
        ];
        let said = |locale| {
            let text = |one: &qudao_base::Refusal| {
                let text = site.kernel.refusal_text(&one.code).unwrap();
                text.filled(locale, &one.arguments)
            };
            refused.iter().map(text).collect::<Vec<_>>()
        };
        let expected = [
            "Send is not possible in state Sent",
            "Field Kept by a rule cannot be changed",
            "The chosen Box does not exist",
        ];
        assert_eq!(said(qudao_base::Locale::English), expected);
        let expected = [
            "“已发”状态下不能发出",
            "字段“规则写的”不能修改",
            "所选“箱”不存在",
        ];
        assert_eq!(said(qudao_base::Locale::Chinese), expected);
    });
}

#[test]
fn rules_of_a_child_table_hold_for_each_line() {
    everywhere(|site| {
        let input = json!({ "title": "a", "items": [{ "word": "light", "weight": 1 }, { "word": "heavy", "weight": 101 }] });
        let refused = refusal(site.create(&writer(), "note", input));
        assert_eq!(
            (refused.code.as_str(), refused.field.as_deref()),
            ("item.too_heavy", Some("items[1].weight"))
        );
        let input = json!({ "title": "a", "items": [{ "word": "light", "weight": 1 }] });
        let reply = site.create(&writer(), "note", input).unwrap();
        let mut line = reply["record"]["items"][0].clone();
        let change = json!({ "items": [{ "id": line["id"].take(), "weight": 101 }] });
        let refused = site.act(&writer(), on("note", id_of(&reply), "update", change));
        assert_eq!(code(refused), "item.too_heavy");
    });
}

#[test]
fn a_version_seen_by_two_is_written_by_one() {
    everywhere(|site| {
        let note = site.note("a");
        let change = |title: &str| Request {
            version: Some(1),
            ..on("note", note, "update", json!({ "title": title }))
        };
        let first = site.act(&writer(), change("b")).unwrap();
        assert_eq!(first["record"]["version"], 2);
        assert_eq!(code(site.act(&writer(), change("c"))), "record.moved");
    });
}

#[test]
fn lines_are_kept_added_and_deleted_as_one_list() {
    everywhere(|site| {
        let input = json!({ "title": "a", "items": [{ "word": "one" }, { "word": "two" }] });
        let reply = site.create(&writer(), "note", input).unwrap();
        assert_eq!(reply["record"]["kept"], 2, "the rule counted pending lines");
        let note = id_of(&reply);
        let kept = reply["record"]["items"][1]["id"].clone();
        let change = json!({ "items": [{ "id": kept, "word": "two!" }, { "word": "three" }] });
        let reply = site
            .act(&writer(), on("note", note, "update", change))
            .unwrap();
        let words: Vec<&str> = reply["record"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["word"].as_str().unwrap())
            .collect();
        assert_eq!(words, ["two!", "three"]);
        let alone = create("item", json!({ "note_id": note.to_string(), "word": "x" }));
        assert_eq!(code(site.act(&writer(), alone)), "action.child_with_parent");
        site.act(&writer(), on("note", note, "delete", json!({})))
            .unwrap();
        let left = site
            .kernel
            .read(&writer(), |cx| cx.query("SELECT id FROM item", &[]))
            .unwrap();
        assert!(left.is_empty(), "children outlived their parent");
    });
}

#[test]
fn a_declared_constraint_is_a_refusal() {
    everywhere(|site| {
        let send = |id| on("note", id, "send", json!({ "plain_text": "x" }));
        let (first, second) = (site.note("same"), site.note("same"));
        site.act(&writer(), send(first)).unwrap();
        assert_eq!(code(site.act(&writer(), send(second))), "note.same_title");
    });
}

#[test]
fn what_is_linked_to_is_not_deleted() {
    everywhere(|site| {
        let home = id_of(
            &site
                .create(&writer(), "box", json!({ "name": "home" }))
                .unwrap(),
        );
        site.create(
            &writer(),
            "note",
            json!({ "title": "a", "box_id": home.to_string() }),
        )
        .unwrap();
        assert_eq!(
            code(site.act(&writer(), on("box", home, "delete", json!({})))),
            "record.in_use"
        );
    });
}

#[test]
fn a_repeated_key_gets_the_first_answer_and_no_second_effect() {
    everywhere(|site| {
        let request = create("note", json!({ "title": "a" }));
        let submit = |key: &str, request: &Request| {
            site.kernel.submit(&writer(), Some(key), request.clone())
        };
        let first = submit("k", &request).unwrap();
        assert_eq!(submit("k", &request).unwrap(), first);
        assert_ne!(submit("other", &request).unwrap(), first);
        assert_eq!(
            code(submit("k", &create("note", json!({ "title": "b" })))),
            "idempotency.reused"
        );
        assert_eq!(
            code(submit("refused", &create("note", json!({})))),
            "field.required"
        );
        submit("refused", &request).unwrap();
        let rows = site
            .kernel
            .read(&writer(), |cx| cx.query("SELECT id FROM note", &[]))
            .unwrap();
        assert_eq!(rows.len(), 3);
    });
}

#[test]
fn a_record_is_written_and_acted_on_together_or_not_at_all() {
    everywhere(|site| {
        let then = |then: &str, input: Json| Request {
            then: Some(then.to_owned()),
            ..create("note", input)
        };
        let both = json!({ "title": "a", "plain_text": "gone" });
        for (action, input, expected) in [
            ("send", json!({ "title": "a" }), "field.required"),
            (
                "recall",
                json!({ "title": "a", "reason": "r" }),
                "action.not_from_state",
            ),
            ("quiet", json!({ "title": "a" }), "action.unknown"),
            ("update", json!({ "title": "a" }), "action.unknown"),
        ] {
            let refused = site
                .kernel
                .submit(&writer(), Some("key"), then(action, input));
            assert_eq!(code(refused), expected, "{action}");
        }
        let submit = || {
            site.kernel
                .submit(&writer(), Some("key"), then("send", both.clone()))
        };
        let sent = submit().unwrap();
        assert_eq!(sent["record"]["state"], "sent");
        assert_eq!(sent["record"]["version"], 2);
        assert_eq!(submit().unwrap(), sent);
        let request = Request {
            then: Some("send".to_owned()),
            ..on(
                "note",
                id_of(&sent),
                "update",
                json!({ "title": "b", "plain_text": "x" }),
            )
        };
        assert_eq!(
            code(site.kernel.submit(&writer(), None, request)),
            "action.not_from_state"
        );
        let titles = site
            .kernel
            .read(&writer(), |cx| cx.query("SELECT title FROM note", &[]))
            .unwrap();
        let titles: Vec<_> = titles.iter().map(|row| row.text(0).unwrap()).collect();
        assert_eq!(titles, ["a"]);
    });
}

#[test]
fn eight_copies_of_a_request_at_once_have_one_effect() {
    everywhere(|site| {
        let request = create("note", json!({ "title": "a" }));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let (kernel, request) = (&site.kernel, request.clone());
                scope.spawn(move || kernel.submit(&writer(), Some("one"), request).unwrap());
            }
        });
        let rows = site
            .kernel
            .read(&writer(), |cx| cx.query("SELECT id FROM note", &[]))
            .unwrap();
        assert_eq!(rows.len(), 1);
    });
}

#[test]
fn numbers_are_unique_and_without_gaps_under_load() {
    everywhere(|site| {
        std::thread::scope(|scope| {
            for worker in 0..4 {
                scope.spawn(move || {
                    (0..10)
                        .map(|at| site.note(&format!("{worker} {at}")))
                        .count()
                });
            }
        });
        let rows = site
            .kernel
            .read(&writer(), |cx| {
                cx.query("SELECT number FROM note ORDER BY number", &[])
            })
            .unwrap();
        let numbers: Vec<String> = rows
            .iter()
            .map(|row| row.text(0).unwrap().to_owned())
            .collect();
        let expected: Vec<String> = (1..=40).map(|at| format!("N2026-{at:03}")).collect();
        assert_eq!(numbers, expected);
    });
}

#[test]
fn a_line_is_given_once_and_by_its_own_id() {
    everywhere(|site| {
        let input = json!({ "title": "a", "items": [{ "word": "one" }] });
        let reply = site.create(&writer(), "note", input).unwrap();
        let (note, line) = (id_of(&reply), reply["record"]["items"][0]["id"].clone());
        let number: i64 = line.as_str().unwrap().parse::<Id>().unwrap().number();
        for (items, expected) in [
            (
                json!([{ "id": line, "word": "x" }, { "id": line, "word": "y" }]),
                "link.not_found",
            ),
            (json!([{ "id": number, "word": "x" }]), "field.type"),
            (json!([{ "id": "5", "word": "x" }]), "link.not_found"),
        ] {
            let change = on("note", note, "update", json!({ "items": items }));
            assert_eq!(code(site.act(&writer(), change)), expected, "{items}");
        }
    });
}

#[test]
fn nobody_gives_away_what_they_would_not_get() {
    everywhere(|site| {
        let made = |input| id_of(&site.create(&writer(), "box", input).unwrap());
        let top = made(json!({ "name": "top" }));
        let below = made(json!({ "name": "below", "parent_id": top.to_string() }));
        let note = id_of(
            &site
                .create(&member(top), "note", json!({ "title": "a" }))
                .unwrap(),
        );
        let give = |to: Id| {
            let input = json!({ "box_id": to.to_string() });
            site.act(&member(top), on("note", note, "update", input))
        };
        assert_eq!(code(give(below)), "action.outside_scope");
        give(top).unwrap();
    });
}

#[test]
fn nothing_is_deleted_while_somebody_links_to_it() {
    everywhere(|site| {
        for round in 0..20 {
            let input = json!({ "name": format!("box {round}") });
            let target = id_of(&site.create(&writer(), "box", input).unwrap());
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let input = json!({ "title": "a", "box_id": target.to_string() });
                    let _ = site.create(&writer(), "note", input);
                });
                scope.spawn(|| {
                    let _ = site.act(&writer(), on("box", target, "delete", json!({})));
                });
            });
        }
        let lost = "SELECT t.id FROM note t WHERE t.box_id IS NOT NULL AND NOT EXISTS \
                    (SELECT 1 FROM box b WHERE b.id = t.box_id)";
        let lost = site.kernel.read(&writer(), |cx| cx.query(lost, &[]));
        assert_eq!(lost.unwrap().len(), 0);
    });
}
