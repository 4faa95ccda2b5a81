//! What one transaction sees of its own work.

use qudao_base::{Id, Result, Stop, Value};
use qudao_kernel::{Cx, Projection, Touched, typed_records};
use qudao_store::testing::TestDatabase;
use serde_json::json;

use crate::site::{
    Item, Note, SHELF, Site, everywhere, id_of, on, registry, shelf, supply, writer,
};

#[test]
fn a_line_read_once_is_read_as_it_was_saved_last() {
    everywhere(|site| {
        let input = json!({ "title": "a", "items": [{ "word": "old" }, { "word": "gone" }] });
        let note = id_of(&site.create(&writer(), "note", input).unwrap());
        site.system(move |cx| {
            let lines = cx.lines::<Item>(note)?;
            let (kept, gone) = (lines[0].id, lines[1].id);
            assert_eq!(cx.get::<Item>(kept)?.word, "old");
            assert_eq!(cx.get::<Item>(gone)?.word, "gone");
            let mut line = lines[0].clone();
            line.word = "new".to_owned();
            cx.set_lines(note, vec![line])?;
            cx.act::<Note>(note, "update", |_| ())?;
            assert_eq!(cx.get::<Item>(kept)?.word, "new");
            assert!(cx.get::<Item>(gone).is_err(), "a deleted line is found");
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn lines_thought_of_before_they_moved_are_not_written_over_others() {
    everywhere(|site| {
        let input = json!({ "title": "a", "items": [{ "word": "one", "weight": 1 }] });
        let note = id_of(&site.create(&writer(), "note", input).unwrap());
        let written = site.system(move |cx| {
            let seen = cx.lines::<Item>(note)?;
            let mut theirs = seen.clone();
            theirs[0].weight = Some(2);
            cx.set_lines(note, theirs)?;
            cx.act::<Note>(note, "update", |_| ())?;
            let mut ours = seen;
            ours[0].word = "two".to_owned();
            cx.set_lines(note, ours)?;
            cx.act::<Note>(note, "update", |_| ()).map(drop)
        });
        match written {
            Err(Stop::Refusal(refusal)) => assert_eq!(refusal.code, "record.moved"),
            other => panic!("the first change was written over: {other:?}"),
        }
    });
}

#[test]
fn a_unique_value_passes_from_one_line_to_the_next() {
    everywhere(|site| {
        let input = json!({ "title": "a", "items": [{ "word": "one" }, { "word": "two" }] });
        let note = id_of(&site.create(&writer(), "note", input).unwrap());
        site.system(move |cx| {
            let mut lines = cx.lines::<Item>(note)?;
            // The line that takes the value changes in other fields than the one that lets it go.
            lines[1].weight = Some(7);
            lines[0].word = "free".to_owned();
            lines[1].word = "one".to_owned();
            cx.set_lines(note, lines)?;
            cx.act::<Note>(note, "update", |_| ()).map(drop)
        })
        .unwrap();
    });
}

#[test]
fn an_action_tried_in_vain_is_no_cause_of_the_next() {
    everywhere(|site| {
        let note = site.note("a");
        let causes = site.system(move |cx| {
            let refused = cx.act::<Note>(note, "update", |note| note.title.clear());
            assert!(refused.is_err());
            cx.act::<Note>(note, "stock_up", |_| ())?;
            let sql = "SELECT cause_id FROM action_log WHERE action = 'stock_up'";
            let rows = cx.query(sql, &[])?;
            Ok(rows
                .iter()
                .map(|row| row.value(0).clone())
                .collect::<Vec<_>>())
        });
        assert_eq!(causes.unwrap(), [Value::Null]);
    });
}

const LEVEL: &str = r#"
name = "level"
label = { zh = "存量", en = "Level" }
logged = false
[[field]]
name = "note_id"
type = "link"
to = "note"
label = { zh = "便笺", en = "Note" }
[[field]]
name = "pieces"
type = "integer"
label = { zh = "件数", en = "Pieces" }
"#;

const LEVELS: &str = r#"
name = "levels"
label = { zh = "存量表", en = "Levels" }
[[role]]
name = "clerk"
label = { zh = "员", en = "Clerk" }
"#;

typed_records! {
    /// How much the shelf of a note holds.
    Level = "level" {
        note_id: Id,
        pieces: i64,
    }
}

/// Does the test on sites that keep levels of shelves by `write`.
fn with_levels(write: fn(&mut Cx<'_>, &[Touched]) -> Result<()>, test: impl Fn(&Site)) {
    for database in TestDatabase::all() {
        let mut registry = registry();
        registry.pack(LEVELS, &[LEVEL]).unwrap();
        registry.projection(Projection {
            account: SHELF,
            object: "level",
            write,
        });
        test(&Site::with(database, registry));
    }
}

fn write_levels(cx: &mut Cx<'_>, touched: &[Touched]) -> Result<()> {
    for one in touched {
        cx.create(&Level {
            note_id: one.owner,
            pieces: one.balance.balance,
            ..Level::default()
        })?;
    }
    Ok(())
}

#[test]
fn a_projection_waits_until_its_own_object_is_looked_at() {
    with_levels(write_levels, |site| {
        let note = site.note("a");
        let seen = site.system(move |cx| {
            cx.act::<Note>(note, "stock_up", |_| ())?;
            cx.query("SELECT id AS level_of_note FROM note", &[])?;
            cx.act::<Note>(note, "stock_up", |_| ())?;
            let levels = cx.find::<Level>("t.note_id = ?", &[note.into()])?;
            Ok(levels.iter().map(|level| level.pieces).collect::<Vec<_>>())
        });
        // Written between the two, it would have been created twice.
        assert_eq!(seen.unwrap(), [20]);
    });
}

#[test]
fn a_projection_that_moves_the_ledger_is_a_fault() {
    fn moves(cx: &mut Cx<'_>, touched: &[Touched]) -> Result<()> {
        let note = touched[0].owner;
        cx.ledger()
            .transfer(&supply(), &shelf(note), 1, "note", note)?;
        cx.find::<Level>("t.note_id = ?", &[note.into()]).map(drop)
    }
    with_levels(moves, |site| {
        let note = site.note("a");
        let done = site.act(&writer(), on("note", note, "stock_up", json!({})));
        assert!(
            matches!(&done, Err(Stop::Fault(fault)) if fault.message.contains("projection")),
            "{done:?}"
        );
    });
}

#[test]
fn an_edit_is_found_after_its_projection_wrote_over_it() {
    fn keep(cx: &mut Cx<'_>, touched: &[Touched]) -> Result<()> {
        let rows = touched
            .iter()
            .map(|one| vec![one.balance.balance.into(), one.owner.into()]);
        let known = cx.project("level", &["pieces"], &["note_id"], rows.collect())?;
        let new: Vec<Touched> = touched
            .iter()
            .zip(known)
            .filter(|(_, known)| !known)
            .map(|(one, _)| one.clone())
            .collect();
        write_levels(cx, &new)
    }
    with_levels(keep, |site| {
        let note = site.note("a");
        let stock_up = || {
            site.act(&writer(), on("note", note, "stock_up", json!({})))
                .unwrap()
        };
        stock_up();
        stock_up();
        assert_eq!(site.kernel.verify(None).unwrap().broken, [""; 0]);
        let edit = "UPDATE level SET created_at = created_at + 1";
        let edited = site
            .kernel
            .store
            .write(move |transaction| transaction.execute(edit, &[]));
        assert_eq!(edited.unwrap(), 1);
        stock_up();
        assert_eq!(site.kernel.verify(None).unwrap().broken.len(), 1);
    });
}
