//! Days summed before: a report over them says what their rows say, whatever is done to them meanwhile.

use std::sync::{Arc, Barrier};

use qudao_base::{Actor, Id, Value};
use qudao_kernel::{
    Kernel, Registry, pipeline,
    report::{self, ReportRequest},
};
use qudao_store::Query;
use serde_json::{Value as Json, json};

use crate::{
    declared::{BOX, ITEM, NOTE, PACK, TAG, USER, USER_ROLE},
    neighbours::neighbour_with,
    site::{Site, create, everywhere, everywhere_unproved, id_of, member, on, writer},
};

const MEASURES: [&str; 5] = ["total", "notes", "sent_notes", "sent_share", "mean"];

fn ask(site: &Site, actor: &Actor, by: &[&str], filter: &str) -> Json {
    ask_of(&site.kernel, actor, by, filter)
}

fn ask_of(kernel: &Arc<Kernel>, actor: &Actor, by: &[&str], filter: &str) -> Json {
    let request = ReportRequest {
        object: "note".to_owned(),
        measures: MEASURES.map(str::to_owned).to_vec(),
        by: by.iter().map(|&name| name.to_owned()).collect(),
        filter: filter.to_owned(),
        ..ReportRequest::default()
    };
    let told = kernel.read(actor, move |cx| report::report(cx, &request));
    let mut rows = told.unwrap()["rows"].as_array().unwrap().clone();
    rows.sort_by_key(Json::to_string);
    Json::Array(rows)
}

/// No summary has the title: who asks for it is answered from the rows.
const FROM_ROWS: &str = "title != 'none'";

fn agrees(site: &Site) {
    for by in [
        &[][..],
        &["written_on.month"],
        &["written_on.day", "state"],
        &["box_id"],
        &["box_id.name"],
    ] {
        for filter in [
            "",
            "written_on >= '2026-02-21'",
            "state == 'sent'",
            "box_id.name != 'b'",
        ] {
            let both = if filter.is_empty() {
                FROM_ROWS.to_owned()
            } else {
                format!("{filter} and {FROM_ROWS}")
            };
            let told = ask(site, &writer(), by, filter);
            assert_eq!(told, ask(site, &writer(), by, &both), "{by:?} {filter}");
        }
    }
}

fn note(site: &Site, title: &str, on: &Json, in_box: Id) -> Id {
    let amount = format!("{}.25", title.len() * 7);
    let input =
        json!({ "title": title, "amount": amount, "written_on": on, "box_id": in_box.to_string() });
    id_of(&site.create(&writer(), "note", input).unwrap())
}

fn box_named(site: &Site, name: &str) -> Id {
    id_of(
        &site
            .create(&writer(), "box", json!({ "name": name }))
            .unwrap(),
    )
}

fn sum_days(site: &Site) {
    site.clock.advance_seconds(61);
    site.kernel.run_workers().unwrap();
}

fn sums(site: &Site) -> Vec<i64> {
    let sql = "SELECT (SELECT COUNT(*) FROM note_by_box), (SELECT COUNT(*) FROM summary_day)";
    let row = site
        .kernel
        .store
        .read(|reader| reader.query(sql, &[]))
        .unwrap();
    vec![row[0].int(0).unwrap(), row[0].int(1).unwrap()]
}

#[test]
fn reports_over_days_summed_say_what_their_rows_say() {
    everywhere(|site| {
        let (first, second) = (box_named(site, "a"), box_named(site, "b"));
        let days = [
            "2025-12-31",
            "2026-02-20",
            "2026-02-21",
            "2026-02-27",
            "2026-02-28",
            "2026-03-02",
            "2026-03-09",
        ];
        let mut notes = Vec::new();
        for (at, day) in days.iter().enumerate() {
            for in_box in [first, second] {
                notes.push(note(
                    site,
                    &format!("{at}{}", "x".repeat(at)),
                    &json!(day),
                    in_box,
                ));
            }
        }
        note(site, "undated", &Json::Null, first);
        agrees(site);
        sum_days(site);
        // Days of two days ago and later stay open, those of two days ago with their marks.
        assert_eq!(sums(site), [8, 2]);
        agrees(site);
        let send = |id| {
            site.act(
                &writer(),
                on("note", id, "send", json!({ "plain_text": "x" })),
            )
            .map(drop)
        };
        let change = |id, input| {
            site.act(&writer(), on("note", id, "update", input))
                .map(drop)
        };
        change(notes[0], json!({ "written_on": "2026-02-21" })).unwrap();
        change(notes[1], json!({ "amount": "1000.01" })).unwrap();
        change(notes[2], json!({ "written_on": null })).unwrap();
        change(notes[3], json!({ "box_id": first.to_string() })).unwrap();
        send(notes[5]).unwrap();
        site.act(&writer(), on("note", notes[6], "delete", json!({})))
            .unwrap();
        note(site, "late", &json!("2026-02-20"), second);
        change(notes[12], json!({ "written_on": "2026-02-20" })).unwrap();
        assert!(sums(site)[1] > 8);
        agrees(site);
        sum_days(site);
        assert_eq!(sums(site)[1], 2);
        agrees(site);
        // What changes no sum marks no day.
        change(notes[0], json!({ "title": "renamed" })).unwrap();
        assert_eq!(sums(site)[1], 2);
        site.clock.advance_seconds(20 * 86_400);
        sum_days(site);
        agrees(site);
        assert_eq!(
            ask(site, &member(first), &[], ""),
            ask(site, &member(first), &[], FROM_ROWS)
        );
    });
}

#[test]
fn a_report_reads_the_sums_and_an_edit_of_them_is_found() {
    for edit in [
        "UPDATE note_by_box SET total = total + 10000",
        "DELETE FROM note_by_box",
        "INSERT INTO note_by_box SELECT id + 1, day, box_id, state, total, notes, sent_notes, mean, mean_count FROM note_by_box",
    ] {
        everywhere_unproved(|site| {
            let in_box = box_named(site, "a");
            note(site, "old", &json!("2026-02-10"), in_box);
            note(site, "new", &json!("2026-03-01"), in_box);
            sum_days(site);
            let told = ask(site, &writer(), &[], "");
            assert_eq!(told[0][1], 2);
            let statement = edit;
            let edited = site
                .kernel
                .store
                .write(move |tx| tx.execute(statement, &[] as &[Value]));
            assert_eq!(edited.unwrap(), 1);
            assert_ne!(ask(site, &writer(), &[], ""), told, "{edit}");
            let broken = site.kernel.verify(None).unwrap().broken;
            assert!(
                broken.iter().any(|one| one.contains("note_by_box")),
                "{broken:?}"
            );
        });
    }
}

#[test]
fn a_site_that_begins_today_is_sound() {
    everywhere(|site| {
        let in_box = box_named(site, "a");
        note(site, "first", &json!("2026-03-02"), in_box);
        sum_days(site);
        site.verify();
        agrees(site);
    });
}

#[test]
fn days_closed_by_a_clock_ahead_are_open_again() {
    everywhere(|site| {
        let in_box = box_named(site, "a");
        let now = site.clock_now();
        note(site, "old", &json!("2026-02-10"), in_box);
        site.clock.advance_seconds(30 * 86_400);
        sum_days(site);
        site.clock.set(now);
        let today = note(site, "today", &json!("2026-03-02"), in_box);
        agrees(site);
        site.kernel.sum_days().unwrap();
        site.act(
            &writer(),
            on("note", today, "update", json!({ "amount": "9.00" })),
        )
        .unwrap();
        agrees(site);
        site.clock.advance_seconds(30 * 86_400);
        agrees(site);
    });
}

#[test]
fn sums_of_another_declaration_count_for_nothing() {
    everywhere(|site| {
        let in_box = box_named(site, "a");
        note(site, "old", &json!("2026-02-10"), in_box);
        sum_days(site);
        let mut registry = Registry::default();
        let draft = NOTE.replace("state == 'sent'", "state == 'draft'");
        let declared = [USER, USER_ROLE, BOX, draft.as_str(), ITEM, TAG];
        registry.pack(PACK, &declared).unwrap();
        let other = neighbour_with(site, registry);
        for _ in 0..2 {
            let told = ask_of(&other, &writer(), &[], "");
            assert_eq!(told, json!([["21.25", 1, 1, "100", "21.25"]]));
            other.sum_days().unwrap();
            assert_eq!(sums(site), [1, 0]);
        }
        // The first one, were it still running, would not take the other's sums for its own.
        assert_eq!(ask(site, &writer(), &[], "")[0][2], 0);
    });
}

#[test]
fn who_writes_while_days_are_summed_is_not_forgotten() {
    everywhere(|site| {
        if !site.database().address().starts_with("postgres") {
            // There one writes at a time.
            return;
        }
        let in_box = box_named(site, "a");
        let first = note(site, "first", &json!("2026-02-10"), in_box);
        for _ in 0..2 {
            let (written, summed) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
            std::thread::scope(|scope| {
                let (here, there) = (Arc::clone(&written), Arc::clone(&summed));
                let kernel = Arc::clone(&site.kernel);
                scope.spawn(move || {
                    let work = move |cx: &mut qudao_kernel::Cx<'_>| {
                        let input = json!({ "amount": "77.00" });
                        pipeline::perform(cx, &on("note", first, "update", input))?;
                        let new =
                            json!({ "title": "new", "amount": "5.00", "written_on": "2026-02-10" });
                        pipeline::perform(cx, &create("note", new))?;
                        here.wait();
                        there.wait();
                        Ok(())
                    };
                    kernel.write(&writer(), work).unwrap();
                });
                written.wait();
                site.kernel.sum_days().unwrap();
                agrees(site);
                summed.wait();
            });
            agrees(site);
            site.kernel.sum_days().unwrap();
            agrees(site);
            assert_eq!(sums(site)[1], 0);
        }
    });
}
