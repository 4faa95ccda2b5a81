//! Answers kept beyond a transaction: nobody gets one that is no longer true.

use std::sync::{Arc, Barrier};

use qudao_base::{Id, Refusal, Result, Value};
use qudao_kernel::{Cx, Kernel, pipeline};
use serde_json::{Value as Json, json};

use crate::{
    neighbours::neighbour,
    site::{Site, create, everywhere, everywhere_unproved, id_of, on, writer},
};

fn a_box(site: &Site, name: &str) -> Id {
    id_of(
        &site
            .create(&writer(), "box", json!({ "name": name }))
            .unwrap(),
    )
}

fn names_in(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let rows = cx.query("SELECT name FROM box ORDER BY id", &[])?;
    let name = |row: &qudao_store::Row| Ok(row.text(0)?.to_owned());
    rows.iter().map(name).collect()
}

fn names(kernel: &Arc<Kernel>) -> Vec<String> {
    let read = kernel.read(&writer(), names_in).unwrap();
    assert_eq!(kernel.write(&writer(), names_in).unwrap(), read);
    read
}

#[test]
fn what_another_process_changed_is_seen_at_once() {
    everywhere(|site| {
        let other = neighbour(site);
        let first = a_box(site, "a");
        for round in 0..3 {
            assert_eq!(names(&site.kernel), names(&other));
            let title = json!({ "name": format!("b{round}") });
            other
                .submit(&writer(), None, on("box", first, "update", title))
                .unwrap();
            assert_eq!(names(&site.kernel), [format!("b{round}")]);
            a_box(site, "gone");
            let rows = names(&other);
            assert_eq!(rows.len(), 2);
            let gone = other.read(&writer(), |cx| {
                cx.query("SELECT id FROM box WHERE name = ?", &["gone".into()])
            });
            let gone = gone.unwrap()[0].id(0).unwrap();
            site.act(&writer(), on("box", gone, "delete", json!({})))
                .unwrap();
            assert_eq!(names(&other).len(), 1);
        }
    });
}

#[test]
fn a_transaction_sees_its_own_changes_and_nobody_what_was_taken_back() {
    everywhere(|site| {
        let known = a_box(site, "a");
        assert_eq!(names(&site.kernel), ["a"]);
        let refused: Result<()> = site.kernel.write(&writer(), move |cx| {
            pipeline::perform(cx, &on("box", known, "update", json!({ "name": "b" })))?;
            pipeline::perform(cx, &create("box", json!({ "name": "c" })))?;
            assert_eq!(names_in(cx)?, ["b", "c"]);
            Err(Refusal::invalid("field.required").into())
        });
        assert!(refused.is_err());
        assert_eq!(names(&site.kernel), ["a"]);
    });
}

#[test]
fn writers_beside_readers_leave_nobody_behind() {
    everywhere(|site| {
        let known = a_box(site, "0");
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut last = 0;
                    while last < 20 {
                        let seen = site.kernel.read(&writer(), names_in).unwrap();
                        let seen: i64 = seen[0].parse().unwrap();
                        assert!(seen >= last, "{seen} after {last}");
                        last = seen;
                    }
                });
            }
            for number in 1..=20 {
                let name = json!({ "name": number.to_string() });
                site.act(&writer(), on("box", known, "update", name))
                    .unwrap();
                assert_eq!(names(&site.kernel), [number.to_string()]);
            }
        });
    });
}

#[test]
fn an_edit_behind_the_log_is_found_though_the_answer_is_known() {
    everywhere_unproved(|site| {
        a_box(site, "a");
        names(&site.kernel);
        let edit = "UPDATE box SET name = ?";
        let edited = site
            .kernel
            .store
            .write(move |transaction| transaction.execute(edit, &[Value::from("b")]));
        assert_eq!(edited.unwrap(), 1);
        assert_eq!(site.kernel.verify(None).unwrap().broken.len(), 1);
    });
}

#[test]
fn an_edit_is_found_after_an_action_wrote_over_it_though_the_answer_was_known() {
    everywhere_unproved(|site| {
        let known = a_box(site, "a");
        let write = |name: Json| {
            site.act(
                &writer(),
                on("box", known, "update", json!({ "name": name })),
            )
        };
        assert!(write(Json::Null).is_err());
        let edit = "UPDATE box SET name = 'x'";
        let edited = site
            .kernel
            .store
            .write(|transaction| transaction.execute(edit, &[]));
        assert_eq!(edited.unwrap(), 1);
        write("b".into()).unwrap();
        assert_eq!(site.kernel.verify(None).unwrap().broken.len(), 1);
    });
}

#[test]
fn who_waited_for_a_turn_knows_what_was_changed_meanwhile() {
    everywhere(|site| {
        let known = a_box(site, "a");
        let change = |name: &str| on("box", known, "update", json!({ "name": name }));
        let (turn, other) = (
            |cx: &mut Cx<'_>| cx.take_turn("box", std::iter::once("a")),
            neighbour(site),
        );
        let (has_turn, is_waiting) = (Barrier::new(2), Barrier::new(2));
        let (has_turn, is_waiting) = (Arc::new(has_turn), Arc::new(is_waiting));
        std::thread::scope(|scope| {
            let (here, there) = (Arc::clone(&has_turn), Arc::clone(&is_waiting));
            let request = change("b");
            scope.spawn(move || {
                let work = move |cx: &mut Cx<'_>| {
                    turn(cx)?;
                    here.wait();
                    // On `SQLite` nobody else has begun to write.
                    there.wait();
                    pipeline::perform(cx, &request).map(drop)
                };
                other.write(&writer(), work).unwrap();
            });
            has_turn.wait();
            let one_writer = !site.database().address().starts_with("postgres");
            if one_writer {
                is_waiting.wait();
            }
            let seen = site.kernel.write(&writer(), move |cx| {
                let before = names_in(cx)?;
                if !one_writer {
                    is_waiting.wait();
                }
                turn(cx)?;
                Ok((before, names_in(cx)?))
            });
            let (before, after) = seen.unwrap();
            assert_eq!(after, ["b"]);
            assert_eq!(before, [if one_writer { "b" } else { "a" }]);
        });
    });
}
