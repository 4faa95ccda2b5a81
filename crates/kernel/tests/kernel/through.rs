//! Rights on rows that other records link to: as wide as the right to read those, and gone with it.

use qudao_base::{Actor, Id, Result};
use qudao_kernel::{
    Registry,
    read::{self, ListRequest},
    report::{self, ReportRequest},
};
use serde_json::{Value as Json, json};

use crate::declared::{BOX, ITEM, NOTE, PACK, TAG, USER, USER_ROLE};
use crate::site::{Site, code, everywhere, follower, id_of, on, writer};

fn make(site: &Site, object: &str, input: Json) -> Id {
    id_of(&site.create(&writer(), object, input).unwrap())
}

fn seen(site: &Site, actor: &Actor) -> Vec<Json> {
    let request = ListRequest {
        object: "note".to_owned(),
        count: true,
        ..ListRequest::default()
    };
    let page = site.kernel.read(actor, |cx| read::list(cx, &request));
    let page = page.unwrap();
    assert_eq!(page.total, Some(page.rows.len() as i64));
    page.rows.iter().map(|row| row["title"].clone()).collect()
}

fn get(site: &Site, actor: &Actor, id: Id) -> Result<Json> {
    site.kernel.read(actor, |cx| read::get(cx, "note", id))
}

/// Boxes `here` and `there`, a note that is tagged `here`, and that tag; another note has no tag.
fn tagged(site: &Site) -> ([Id; 2], Id, Id) {
    let boxes = ["here", "there"].map(|name| make(site, "box", json!({ "name": name })));
    let items = json!([{ "word": "w", "weight": 3 }]);
    let input = json!({ "title": "tagged", "secret": "canary", "amount": "7", "items": items });
    let note = make(site, "note", input);
    site.note("untagged");
    let tag = json!({ "note_id": note.to_string(), "box_id": boxes[0].to_string() });
    let tag = make(site, "tag", tag);
    (boxes, note, tag)
}

#[test]
fn a_row_is_seen_through_a_readable_record_that_links_to_it() {
    everywhere(|site| {
        let ([here, there], note, _) = tagged(site);
        let mine = follower(Some(here));
        assert_eq!(seen(site, &mine), ["tagged"]);
        assert!(seen(site, &follower(Some(there))).is_empty());
        let shown = get(site, &mine, note).unwrap();
        assert_eq!(shown["items"][0]["word"], "w");
        assert!(shown.get("secret").is_none(), "{shown}");
        let total = site.kernel.read(&mine, |cx| {
            let request = ReportRequest {
                object: "note".to_owned(),
                measures: vec!["total".to_owned(), "notes".to_owned()],
                ..ReportRequest::default()
            };
            report::report(cx, &request)
        });
        let total = total.unwrap().to_string();
        assert!(total.contains("7.00"), "{total}");
        // Two records that link to it show it once.
        let again = json!({ "note_id": note.to_string(), "box_id": here.to_string() });
        make(site, "tag", again);
        assert_eq!(seen(site, &mine), ["tagged"]);
    });
}

#[test]
fn what_is_granted_is_granted_there_and_nothing_else() {
    everywhere(|site| {
        let ([here, there], note, _) = tagged(site);
        let act = |actor: &Actor, action: &str, input: Json| {
            site.act(actor, on("note", note, action, input))
        };
        act(&follower(Some(here)), "remark", json!({ "reason": "r" })).unwrap();
        let foreign = act(&follower(Some(there)), "remark", json!({ "reason": "r" }));
        assert_eq!(code(foreign), "record.not_found");
        let more = act(&follower(Some(here)), "update", json!({ "title": "x" }));
        assert_eq!(code(more), "action.forbidden");
        // Nobody who can have no such record has the right at all.
        let nowhere = follower(None);
        assert_eq!(code(get(site, &nowhere, note)), "record.not_found");
    });
}

#[test]
fn it_is_hidden_when_the_record_moves_no_longer_counts_or_goes() {
    everywhere(|site| {
        let ([here, there], note, tag) = tagged(site);
        let change = |input: Json| {
            site.act(&writer(), on("tag", tag, "update", input))
                .unwrap();
        };
        let is_seen = |by: Id| get(site, &follower(Some(by)), note).is_ok();
        change(json!({ "box_id": there.to_string() }));
        assert_eq!([is_seen(here), is_seen(there)], [false, true]);
        change(json!({ "live": false }));
        assert!(!is_seen(there));
        change(json!({ "live": true }));
        assert!(is_seen(there));
        site.act(&writer(), on("tag", tag, "delete", json!({})))
            .unwrap();
        assert!(!is_seen(there));
        assert!(seen(site, &follower(Some(there))).is_empty());
    });
}

#[test]
fn a_right_through_what_does_not_lead_here_or_through_a_chain_is_not_declared() {
    let problems = |through: &str, tag: &str| {
        let note = NOTE.replace("object = \"tag\", link = \"note_id\"", through);
        let mut registry = Registry::default();
        registry
            .pack(PACK, &[USER, USER_ROLE, BOX, &note, ITEM, tag])
            .unwrap();
        registry.catalog().unwrap_err().to_string()
    };
    for (through, said) in [
        ("object = \"label\", link = \"note_id\"", "through label"),
        ("object = \"tag\", link = \"box_id\"", "box_id is no link"),
        ("object = \"tag\", link = \"live\"", "live is no link"),
    ] {
        let found = problems(through, TAG);
        assert!(found.contains(said), "{found}");
    }
    let chain = format!("{TAG}through = {{ object = \"item\", link = \"note_id\" }}\n");
    let found = problems("object = \"tag\", link = \"note_id\"", &chain);
    assert!(
        found.contains("is read through another object itself"),
        "{found}"
    );
}
