//! What verification finds: every way of editing the database behind the log's back, and forged receipts.

use qudao_base::{Actor, Id, Value};
use qudao_kernel::{PasswordHash, check_receipt};
use qudao_store::Query;
use serde_json::{Value as Json, json};

use crate::site::{Site, code, everywhere, everywhere_unproved, member, on, writer};

/// A site with notes, items, movements and decisions, sealed in two blocks. Gives the id of a decision.
fn busy(site: &Site) -> Id {
    let input = json!({ "title": "a", "items": [{ "word": "one" }, { "word": "two" }] });
    let note = crate::site::id_of(&site.create(&writer(), "note", input).unwrap());
    site.kernel.seal().unwrap();
    let reply = site
        .act(&writer(), on("note", note, "stock_up", json!({})))
        .unwrap();
    site.note("b");
    site.system(|cx| cx.set_setting("plain.days", "9")).unwrap();
    site.kernel.seal().unwrap();
    reply["trace"][0]["id"].as_str().unwrap().parse().unwrap()
}

/// Runs a statement the kernel knows nothing of.
fn tamper(site: &Site, sql: &'static str) {
    let changed = site
        .kernel
        .store
        .write(move |transaction| transaction.execute(sql, &[]))
        .unwrap();
    assert!(changed > 0, "`{sql}` changed nothing");
}

#[test]
fn every_edit_behind_the_log_is_found() {
    const EDITS: [&str; 26] = [
        "UPDATE schema_state SET state = REPLACE(state, '\"title\"', '\"name\"')",
        "UPDATE note SET title = 'x' WHERE title = 'b'",
        "UPDATE note SET version = version + 1 WHERE title = 'b'",
        "UPDATE note SET amount = 0 WHERE title = 'b'",
        "DELETE FROM note WHERE title = 'b'",
        "INSERT INTO note (id, version, title) VALUES (5, 1, 'forged')",
        "UPDATE item SET word = 'three' WHERE word = 'two'",
        "DELETE FROM item WHERE word = 'two'",
        "INSERT INTO item (id, version, note_id, word) SELECT 5, 1, id, 'forged' FROM note WHERE title = 'a'",
        "INSERT INTO item (id, version, note_id, word) SELECT 5, 1, id, 'forged' FROM note WHERE title = 'b'",
        "UPDATE action_log SET actor_id = 1 WHERE action = 'stock_up'",
        "UPDATE action_log SET changes = '{\"title\":[\"a\",\"c\"]}' WHERE action = 'stock_up'",
        "DELETE FROM action_log WHERE action = 'stock_up'",
        "UPDATE decision SET content = '{}'",
        "UPDATE decision SET internal = '{}'",
        "DELETE FROM decision",
        "UPDATE ledger_movement SET amount = amount + 1",
        "DELETE FROM ledger_movement",
        "UPDATE ledger_account SET floor = -5 WHERE floor = 0",
        "UPDATE ledger_account SET balance = balance + 1 WHERE keeps_balance = 1",
        "UPDATE seal_block SET root_hash = hash WHERE id = 1",
        "DELETE FROM setting_value WHERE name = 'plain.days'",
        "INSERT INTO note (id, version, title) VALUES (-5, 1, 'forged')",
        "INSERT INTO item (id, version, word) VALUES (5, 1, 'of nobody')",
        "INSERT INTO session (id, token_hash, user_id, csrf, created_at, seen_at, expires_at, code) \
         VALUES (5, 'x', 1, 'x', 1, 1, 1, 'x')",
        "INSERT INTO action_log (id, at, object, record_id, action, version, changes, row_hash, content_hash, code) \
         VALUES (5, 1, 'note', 5, 'create', 1, '{}', 'x', 'x', 'x')",
    ];
    for edit in EDITS {
        everywhere_unproved(|site| {
            busy(site);
            assert!(site.kernel.verify(None).unwrap().broken.is_empty());
            tamper(site, edit);
            assert!(
                !site.kernel.verify(None).unwrap().broken.is_empty(),
                "`{edit}` was not found"
            );
        });
    }
}

#[test]
fn an_edit_is_found_after_an_action_wrote_over_it() {
    for edit in [
        "UPDATE note SET title = 'x' WHERE title = 'a'",
        "UPDATE item SET word = 'three' WHERE word = 'two'",
        "DELETE FROM item WHERE word = 'two'",
        "INSERT INTO item (id, version, note_id, word) SELECT 5, 1, id, 'forged' FROM note WHERE title = 'a'",
    ] {
        everywhere_unproved(|site| {
            let input = json!({ "title": "a", "items": [{ "word": "one" }, { "word": "two" }] });
            let note = crate::site::id_of(&site.create(&writer(), "note", input).unwrap());
            let write = |title: &str| {
                let input = json!({ "title": title, "items": [{ "word": title }] });
                let request = on("note", note, "update", input);
                site.act(&writer(), request).unwrap();
            };
            write("a");
            write("b");
            assert_eq!(site.kernel.verify(None).unwrap().broken, [""; 0]);
            write("a");
            let two = json!({ "items": [{ "word": "one" }, { "word": "two" }] });
            site.act(&writer(), on("note", note, "update", two))
                .unwrap();
            // Refused after the lines were looked at: what is remembered of them is not taken for the rows.
            let wordless = on("note", note, "update", json!({ "items": [{}] }));
            assert!(site.act(&writer(), wordless).is_err());
            tamper(site, edit);
            write("c");
            let broken = site.kernel.verify(None).unwrap().broken;
            assert_eq!(broken.len(), 1, "`{edit}`: {broken:?}");
        });
    }
}

#[test]
fn a_cut_tail_is_found_with_a_head_kept_elsewhere() {
    everywhere_unproved(|site| {
        busy(site);
        let head = site.kernel.seal_head().unwrap();
        assert!(site.kernel.verify(Some(&head)).unwrap().broken.is_empty());
        tamper(site, "DELETE FROM note WHERE title = 'b'");
        tamper(site, "DELETE FROM decision");
        tamper(site, "DELETE FROM ledger_movement");
        tamper(site, "DELETE FROM ledger_account");
        tamper(
            site,
            "UPDATE note SET version = 1, kept = 2, updated_at = created_at",
        );
        tamper(site, "DELETE FROM setting_value WHERE name = 'plain.days'");
        tamper(site, "UPDATE number_sequence SET next = 2");
        tamper(site, "DELETE FROM action_log WHERE block = 2");
        tamper(site, "DELETE FROM seal_block WHERE id = 2");
        assert!(
            site.kernel.verify(None).unwrap().broken.is_empty(),
            "the cut is consistent in itself"
        );
        assert!(!site.kernel.verify(Some(&head)).unwrap().broken.is_empty());
    });
}

fn receipt(site: &Site, actor: &Actor, decision: Id) -> qudao_base::Result<Json> {
    site.kernel.write(actor, move |cx| cx.receipt(decision))
}

#[test]
fn a_receipt_holds_and_a_forged_one_does_not() {
    everywhere(|site| {
        let decision = busy(site);
        let receipt = receipt(site, &writer(), decision).unwrap();
        let at_home = |receipt: &Json| {
            site.kernel
                .read(&writer(), |cx| cx.check_receipt(receipt))
                .unwrap()
        };
        assert_eq!(check_receipt(&receipt), [""; 0]);
        assert_eq!(at_home(&receipt), [""; 0]);
        for (pointer, forged, code) in [
            ("/decision/result", json!("refused"), "shown_other"),
            ("/decision_text", json!("{}"), "changed"),
            ("/internal_text", json!("{}"), "internal_changed"),
            ("/entry/body_hash", json!("00"), "not_in_block"),
            ("/entry/decision_hash", json!("00"), "other_entry"),
            ("/entry_decision_hashes/0", json!("00"), "changed"),
            ("/block/root_hash", json!("00"), "not_in_block"),
            ("/block/previous_hash", json!("00"), "hash"),
            ("/block/entries", json!(99), "hash"),
            ("/block/signature", json!("00"), "signature"),
            ("/public_key", json!("00"), "signature"),
            ("/path", json!([["left", "00"]]), "not_in_block"),
        ] {
            let mut copy = receipt.clone();
            *copy.pointer_mut(pointer).unwrap() = forged;
            let code = format!("receipt.{code}");
            assert!(check_receipt(&copy).contains(&code.as_str()), "{pointer}");
            if pointer == "/public_key" {
                assert!(at_home(&copy).contains(&"receipt.other_site"));
            }
        }
        assert!(!check_receipt(&json!({})).is_empty());
        assert!(!check_receipt(&json!([1, "x"])).is_empty());
    });
}

#[test]
fn a_receipt_is_not_for_strangers() {
    everywhere(|site| {
        let decision = busy(site);
        let home = crate::site::id_of(
            &site
                .create(&writer(), "box", json!({ "name": "home" }))
                .unwrap(),
        );
        assert_eq!(
            code(receipt(site, &member(home), decision)),
            "record.not_found"
        );
        assert_eq!(
            code(receipt(site, &writer(), Id::from_number(1))),
            "record.not_found"
        );
    });
}

/// A value other than the one a column holds.
fn other(value: &Value) -> Value {
    match value {
        Value::Int(number) => Value::Int(number + 1),
        Value::Text(text) => Value::from(format!("{text}x")),
        _ => Value::Null,
    }
}

/// Sets one column of one row; the row is known by its id.
fn set(site: &Site, table: &str, column: &str, row: Value, value: Value) -> qudao_base::Result<()> {
    let sql = format!("UPDATE \"{table}\" SET \"{column}\" = ? WHERE id = ?");
    site.kernel.store.write(move |transaction| {
        transaction
            .execute(&sql, &[value.clone(), row.clone()])
            .map(drop)
    })
}

/// Something in every table the kernel keeps.
fn fill(site: &Site) {
    busy(site);
    let input = json!({ "name": "Li", "login": "li", "roles": [{ "role_name": "reader" }] });
    let user = crate::site::id_of(&site.create(&Actor::system(), "user", input).unwrap());
    site.kernel.sign_in_link(user, 60).unwrap();
    let link = site.kernel.sign_in_link(user, 60).unwrap();
    site.kernel.use_link(&link).unwrap();
    assert!(site.kernel.sign_in("nobody", "x", "10.0.0.1").is_err());
    site.kernel
        .submit(
            &writer(),
            Some("key"),
            crate::site::create("note", json!({ "title": "c" })),
        )
        .unwrap();
    let password = PasswordHash::of("correct horse battery").unwrap();
    let hold = json!({ "plain_text": "hold 0 2" });
    let stocked = site.note("d");
    for input in [json!({ "plain_text": "supply 0 9" }), hold] {
        site.act(&writer(), on("note", stocked, "ledger_step", input))
            .unwrap();
    }
    site.create(&writer(), "box", json!({ "name": "home" }))
        .unwrap();
    let tagged = json!({ "note_id": stocked.to_string() });
    site.create(&writer(), "tag", tagged).unwrap();
    // A day that is summed, and one that is marked.
    for day in ["2026-02-10", "2026-02-28"] {
        let input = json!({ "title": day, "amount": "3.00", "written_on": day });
        site.create(&writer(), "note", input).unwrap();
    }
    site.system(move |cx| {
        cx.set_password(user, &password)?;
        cx.remember_import("note", "elsewhere:1", user)?;
        cx.issue_key_secret(user, user)?;
        cx.issue_signing_secret(user)?;
        cx.set_setting("plain.days", "7")
    })
    .unwrap();
    let link = site.kernel.sign_in_link(user, 60).unwrap();
    site.kernel.use_link(&link).unwrap();
    site.kernel.run_due().unwrap();
    site.kernel.run_workers().unwrap();
}

#[test]
fn a_hold_that_is_gone_is_found() {
    everywhere_unproved(|site| {
        fill(site);
        assert_eq!(site.kernel.verify(None).unwrap().broken, [""; 0]);
        tamper(site, "DELETE FROM ledger_hold");
        let broken = site.kernel.verify(None).unwrap().broken;
        assert!(
            broken.iter().any(|one| one.starts_with("ledger hold")),
            "{broken:?}"
        );
    });
}

#[test]
fn every_edit_of_every_column_is_found() {
    // A sealed entry is proven by its block, and nothing hangs on the id of a sequence or of a day's sum.
    const NOTHING_SAID: [(&str, &str); 3] = [
        ("action_log", "code"),
        ("number_sequence", "id"),
        ("note_by_box", "id"),
    ];
    everywhere_unproved(|site| {
        fill(site);
        assert_eq!(site.kernel.verify(None).unwrap().broken, [""; 0]);
        let mut missed = Vec::new();
        for table in site.kernel.store.schema().unwrap().tables {
            let columns: Vec<&str> = table.columns.iter().map(|one| one.name.as_str()).collect();
            let listed = columns
                .iter()
                .map(|name| format!("\"{name}\""))
                .collect::<Vec<_>>();
            let sql = format!(
                "SELECT {} FROM \"{}\" ORDER BY id DESC LIMIT 1",
                listed.join(", "),
                table.name
            );
            let rows = site
                .kernel
                .store
                .read(|reader| reader.query(&sql, &[]))
                .unwrap();
            let Some(row) = rows.into_iter().next() else {
                missed.push(format!("{} is empty", table.name));
                continue;
            };
            let id_at = columns.iter().position(|name| *name == "id").unwrap();
            let row = row.into_values();
            for (column, value) in columns.iter().zip(&row) {
                let (was, now) = (row[id_at].clone(), other(value));
                if now == *value
                    || set(site, &table.name, column, was.clone(), now.clone()).is_err()
                {
                    continue;
                }
                let found = site
                    .kernel
                    .verify(None)
                    .map_or(true, |report| !report.broken.is_empty());
                if !found && !NOTHING_SAID.contains(&(table.name.as_str(), column)) {
                    missed.push(format!("{}.{column}", table.name));
                }
                let known = if column == &"id" { now } else { was };
                set(site, &table.name, column, known, value.clone()).unwrap();
            }
        }
        assert_eq!(site.kernel.verify(None).unwrap().broken, [""; 0]);
        assert_eq!(missed, [""; 0]);
    });
}
