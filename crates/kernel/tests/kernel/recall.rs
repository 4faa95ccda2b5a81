//! Answers kept beyond a transaction: nobody gets one that is no longer true.

use std::sync::Arc;

use qudao_base::{Id, Refusal, Result, Value};
use qudao_kernel::{Cx, Kernel, pipeline};
use serde_json::json;

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
