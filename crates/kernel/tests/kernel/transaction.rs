//! What one transaction sees of its own work.

use qudao_base::Value;
use serde_json::json;

use crate::site::{Item, Note, everywhere, id_of, writer};

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
