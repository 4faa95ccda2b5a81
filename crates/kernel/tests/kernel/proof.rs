//! What verification finds: every way of editing the database behind the log's back, and forged receipts.

use qudao_base::{Actor, Id};
use qudao_kernel::check_receipt;
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
    const EDITS: [&str; 20] = [
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
