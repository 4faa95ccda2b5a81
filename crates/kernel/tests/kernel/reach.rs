//! How far an action reaches beyond the record it is done on: into its lines, and to records that link to it.

use qudao_kernel::read;
use serde_json::json;

use crate::site::{code, everywhere, id_of, on, writer};

#[test]
fn an_action_with_a_list_does_not_open_what_only_rules_write() {
    everywhere(|site| {
        let note = site.note("n");
        let relist = |item: serde_json::Value| {
            let input = json!({ "items": [item] });
            site.act(&writer(), on("note", note, "relist", input))
        };
        relist(json!({ "word": "w" })).unwrap();
        assert_eq!(
            code(relist(json!({ "word": "w", "mark": "x" }))),
            "field.read_only"
        );
    });
}

#[test]
fn deleting_a_record_clears_the_links_declared_so_and_spares_what_others_need() {
    everywhere(|site| {
        let make = |name: &str| {
            let made = site.create(&writer(), "box", json!({ "name": name }));
            id_of(&made.unwrap())
        };
        let (home, spare) = (make("home"), make("spare"));
        let input =
            json!({ "title": "n", "box_id": home.to_string(), "spare_id": spare.to_string() });
        let note = id_of(&site.create(&writer(), "note", input).unwrap());
        let delete = |id| site.act(&writer(), on("box", id, "delete", json!({})));
        assert_eq!(code(delete(home)), "record.in_use");
        delete(spare).unwrap();
        let shown = site
            .kernel
            .read(&writer(), |cx| read::get(cx, "note", note))
            .unwrap();
        assert!(shown["spare_id"].is_null());
        assert_eq!(shown["box_id"]["id"], json!(home.to_string()));
    });
}
