//! The read path: scope, mask, order, pages, reports.

use qudao_base::{Id, Result};
use qudao_kernel::{
    pipeline::Request,
    read::{self, ListRequest, Page},
    report::{self, ReportRequest},
    search,
};
use serde_json::{Value as Json, json};

use crate::site::{Site, code, everywhere, id_of, member, on, reader, writer};

fn list(site: &Site, actor: &qudao_base::Actor, request: ListRequest) -> Result<Page> {
    let request = ListRequest {
        object: "note".to_owned(),
        ..request
    };
    site.kernel.read(actor, |cx| read::list(cx, &request))
}

fn titles(page: &Page) -> Vec<String> {
    page.rows
        .iter()
        .map(|row| row["title"].as_str().unwrap().to_owned())
        .collect()
}

/// Boxes `top` > `below`, and `apart`; one note in each.
fn boxes(site: &Site) -> [Id; 3] {
    let make = |name: &str, parent: Option<Id>| {
        let parent = parent.map(|id| id.to_string());
        id_of(
            &site
                .create(
                    &writer(),
                    "box",
                    json!({ "name": name, "parent_id": parent }),
                )
                .unwrap(),
        )
    };
    let top = make("top", None);
    let all = [top, make("below", Some(top)), make("apart", None)];
    for (name, id) in ["top", "below", "apart"].iter().zip(all) {
        let input = json!({ "title": format!("in {name}"), "secret": "canary", "amount": "12.5", "box_id": id.to_string() });
        site.create(&writer(), "note", input).unwrap();
    }
    all
}

#[test]
fn nobody_sees_another_organisations_rows() {
    everywhere(|site| {
        let [top, below, apart] = boxes(site);
        assert_eq!(
            titles(&list(site, &member(top), ListRequest::default()).unwrap()),
            ["in top"]
        );
        let seen = site.kernel.read(&member(top), |cx| {
            read::list(
                cx,
                &ListRequest {
                    object: "box".to_owned(),
                    sort: Some("id".to_owned()),
                    ..ListRequest::default()
                },
            )
        });
        let names: Vec<Json> = seen
            .unwrap()
            .rows
            .iter()
            .map(|row| row["name"].clone())
            .collect();
        assert_eq!(names, ["top", "below"]);
        let foreign = list(
            site,
            &writer(),
            ListRequest {
                filter: Some("title == 'in apart'".to_owned()),
                ..ListRequest::default()
            },
        );
        let foreign: Id = foreign.unwrap().rows[0]["id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let asked = site
            .kernel
            .read(&member(top), |cx| read::reply(cx, "note", foreign, &[]));
        assert_eq!(code(asked), "record.not_found");
        assert_eq!(
            code(site.act(
                &member(top),
                on("note", foreign, "update", json!({ "title": "mine" }))
            )),
            "record.not_found"
        );
        let elsewhere = json!({ "title": "a", "box_id": apart.to_string() });
        assert_eq!(
            code(site.create(&member(top), "note", elsewhere)),
            "link.not_found"
        );
        let lower = json!({ "title": "a", "box_id": below.to_string() });
        assert_eq!(
            code(site.create(&member(top), "note", lower)),
            "action.outside_scope"
        );
    });
}

#[test]
fn a_hidden_field_has_no_way_out() {
    everywhere(|site| {
        boxes(site);
        let ask = |request: ListRequest| list(site, &reader(), request);
        assert!(
            ask(ListRequest::default())
                .unwrap()
                .rows
                .iter()
                .all(|row| row.get("secret").is_none())
        );
        let filter = |text: &str| ListRequest {
            filter: Some(text.to_owned()),
            ..ListRequest::default()
        };
        for hidden in [
            "secret == 'canary'",
            "starts_with(secret, 'c')",
            "secret != null",
        ] {
            let refused = ask(filter(hidden));
            assert_eq!(code(refused), "expression.unknown_field", "{hidden}");
        }
        assert_eq!(
            code(ask(ListRequest {
                sort: Some("secret".to_owned()),
                ..ListRequest::default()
            })),
            "field.unknown"
        );
        assert!(
            ask(ListRequest {
                search: Some("canary".to_owned()),
                ..ListRequest::default()
            })
            .unwrap()
            .rows
            .is_empty()
        );
        let found = site
            .kernel
            .read(&reader(), |cx| search::search(cx, "canary"))
            .unwrap();
        assert_eq!(found["hits"], json!([]));
        let note = list(site, &writer(), ListRequest::default()).unwrap().rows[0]["id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let timeline = site
            .kernel
            .read(&reader(), |cx| {
                qudao_kernel::timeline::timeline(cx, "note", note)
            })
            .unwrap();
        assert!(!timeline.to_string().contains("canary"));
        let refused = crate::site::refusal(ask(filter("secre == 'x'")));
        assert!(
            !format!("{refused:?}").contains("secret"),
            "a hidden field is suggested"
        );
    });
}

#[test]
fn a_hidden_field_is_not_grouped_by() {
    everywhere(|site| {
        let grouped = ReportRequest {
            by: vec!["secret".to_owned()],
            ..totals()
        };
        assert_eq!(
            code(
                site.kernel
                    .read(&reader(), |cx| report::report(cx, &grouped))
            ),
            "field.unknown"
        );
    });
}

#[test]
fn only_indexed_fields_are_filtered_and_sorted() {
    everywhere(|site| {
        let ask = |request: ListRequest| code(list(site, &writer(), request));
        assert_eq!(
            ask(ListRequest {
                filter: Some("plain_text == 'x'".to_owned()),
                ..ListRequest::default()
            }),
            "field.not_filterable"
        );
        assert_eq!(
            ask(ListRequest {
                sort: Some("plain_text".to_owned()),
                ..ListRequest::default()
            }),
            "field.not_filterable"
        );
        assert_eq!(
            ask(ListRequest {
                limit: Some(201),
                ..ListRequest::default()
            }),
            "limit.malformed"
        );
        assert_eq!(
            ask(ListRequest {
                cursor: Some("x".to_owned()),
                ..ListRequest::default()
            }),
            "cursor.malformed"
        );
    });
}

#[test]
fn pages_join_without_gap_or_repeat_even_over_nothing() {
    everywhere(|site| {
        for at in 0..23_i64 {
            let amount = (at % 3 != 0).then(|| (at % 5).to_string());
            site.create(
                &writer(),
                "note",
                json!({ "title": format!("t{at}"), "amount": amount }),
            )
            .unwrap();
        }
        for sort in ["amount", "-amount", "title", "-id", "id"] {
            let mut seen = Vec::new();
            let mut cursor = None;
            loop {
                let page = list(
                    site,
                    &writer(),
                    ListRequest {
                        sort: Some(sort.to_owned()),
                        limit: Some(4),
                        cursor,
                        count: true,
                        ..ListRequest::default()
                    },
                );
                let page = page.unwrap();
                assert_eq!(page.total, Some(23));
                seen.extend(
                    page.rows
                        .iter()
                        .map(|row| (row["id"].to_string(), row["amount"].is_null())),
                );
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            let mut unique = seen.clone();
            unique.sort();
            unique.dedup();
            assert_eq!((seen.len(), unique.len()), (23, 23), "sorted by {sort}");
            if sort.ends_with("amount") {
                let first_empty = seen.iter().position(|(_, empty)| *empty).unwrap();
                assert!(
                    seen[first_empty..].iter().all(|(_, empty)| *empty),
                    "nothing sorts last by {sort}"
                );
            }
        }
    });
}

fn totals() -> ReportRequest {
    ReportRequest {
        object: "note".to_owned(),
        measures: ["total", "notes", "sent_share"].map(str::to_owned).to_vec(),
        ..ReportRequest::default()
    }
}

#[test]
fn reports_sum_exactly_what_the_actor_may_list() {
    everywhere(|site| {
        let [top, ..] = boxes(site);
        let first = list(
            site,
            &writer(),
            ListRequest {
                sort: Some("id".to_owned()),
                ..ListRequest::default()
            },
        )
        .unwrap();
        let first: Id = first.rows[0]["id"].as_str().unwrap().parse().unwrap();
        site.act(
            &writer(),
            Request {
                version: None,
                ..on("note", first, "send", json!({ "plain_text": "x" }))
            },
        )
        .unwrap();
        let ask = |actor: &qudao_base::Actor, request: &ReportRequest| {
            site.kernel.read(actor, |cx| report::report(cx, request))
        };
        assert_eq!(
            ask(&writer(), &totals()).unwrap()["rows"],
            json!([["37.50", 3, "33.3333"]])
        );
        assert_eq!(
            ask(&member(top), &totals()).unwrap()["rows"],
            json!([["12.50", 1, "100"]])
        );
        let by_month = ReportRequest {
            by: vec!["written_on.month".to_owned()],
            ..totals()
        };
        assert_eq!(
            ask(&writer(), &by_month).unwrap()["rows"],
            json!([["2026-03", "37.50", 3, "33.3333"]])
        );
        let by_box = ReportRequest {
            by: vec!["box_id".to_owned()],
            sort: "-total".to_owned(),
            ..totals()
        };
        assert_eq!(
            ask(&writer(), &by_box).unwrap()["rows"]
                .as_array()
                .unwrap()
                .len(),
            3
        );
        let filtered = ReportRequest {
            filter: "title == 'in top'".to_owned(),
            ..totals()
        };
        assert_eq!(ask(&writer(), &filtered).unwrap()["rows"][0][0], "12.50");
        let nonsense = ReportRequest {
            by: vec!["title; drop".to_owned()],
            ..totals()
        };
        assert_eq!(code(ask(&writer(), &nonsense)), "field.unknown");
    });
}

/// Every choice of some of the roles.
fn choices<'r>(roles: &[&'r str]) -> Vec<Vec<&'r str>> {
    let Some((first, rest)) = roles.split_first() else {
        return vec![Vec::new()];
    };
    let without = choices(rest);
    let with = without
        .iter()
        .map(|chosen| [&[*first], chosen.as_slice()].concat());
    with.chain(without.iter().cloned()).collect()
}

#[test]
fn the_rights_of_several_roles_are_a_union() {
    everywhere(|site| {
        let holder = |roles: &[&str]| qudao_base::Actor {
            roles: roles.iter().map(|&role| role.to_owned()).collect(),
            ..member(Id::from_number(1))
        };
        for object in ["note", "item"] {
            let model = site.kernel.model(object).unwrap();
            // What one role alone, or all of them together, may see and write of a field.
            let rights = |roles: &[&str], field| {
                let actor = holder(roles);
                let access = site.kernel.access(&model, &actor);
                let writes = access.may("create") || access.may("update");
                (
                    access.may("read") && access.sees(field),
                    writes && access.writes(field),
                )
            };
            for chosen in choices(&["writer", "reader", "member"]) {
                for field in &model.object.fields {
                    let each = chosen.iter().map(|role| rights(&[role], field));
                    let any =
                        each.fold((false, false), |any, one| (any.0 || one.0, any.1 || one.1));
                    let place = format!("{object}.{} of {chosen:?}", field.name);
                    assert_eq!(rights(&chosen, field), any, "{place}");
                }
            }
        }
    });
}

#[test]
fn nothing_is_read_through_a_link_that_is_not_read_directly() {
    everywhere(|site| {
        let [top, below, _] = boxes(site);
        let ask = |actor: &qudao_base::Actor, object: &str, by: &str| {
            let request = ReportRequest {
                object: object.to_owned(),
                by: vec![by.to_owned()],
                ..ReportRequest::default()
            };
            let report = |cx: &mut qudao_kernel::Cx<'_>| report::report(cx, &request);
            site.kernel.read(actor, report)
        };
        let rows =
            |actor: &qudao_base::Actor, by: &str| ask(actor, "box", by).unwrap()["rows"].clone();
        assert_eq!(rows(&writer(), "parent_id.name"), json!([["top"], [null]]));
        assert_eq!(rows(&member(below), "parent_id.name"), json!([[null]]));
        let untitled = json!([[{ "id": top.to_string(), "title": null }]]);
        assert_eq!(rows(&member(below), "parent_id"), untitled);
        let count = |actor: &qudao_base::Actor| {
            let request = ListRequest {
                object: "box".to_owned(),
                filter: Some("starts_with(parent_id.name, 't')".to_owned()),
                ..ListRequest::default()
            };
            let page = site.kernel.read(actor, |cx| read::list(cx, &request));
            page.unwrap().rows.len()
        };
        assert_eq!((count(&writer()), count(&member(below))), (1, 0));
        // Who may not read boxes at all does not even learn that they have names.
        assert_eq!(code(ask(&reader(), "note", "box_id.name")), "field.unknown");
        let filtered = ListRequest {
            filter: Some("box_id.name == 'top'".to_owned()),
            ..ListRequest::default()
        };
        assert_eq!(
            code(list(site, &reader(), filtered)),
            "expression.unknown_field"
        );
    });
}

#[test]
fn products_are_rounded_and_not_cut() {
    everywhere(|site| {
        for title in ["a", "b"] {
            let input = json!({ "title": title, "amount": "0.008" });
            site.create(&writer(), "note", input).unwrap();
        }
        let request = ReportRequest {
            object: "note".to_owned(),
            measures: vec!["squares".to_owned()],
            ..ReportRequest::default()
        };
        let report = site
            .kernel
            .read(&writer(), |cx| report::report(cx, &request));
        assert_eq!(report.unwrap()["rows"], json!([["0.0002"]]));
    });
}

#[test]
fn a_hidden_field_is_not_measured_whatever_the_measure_is_made_of() {
    everywhere(|site| {
        site.note("a");
        for measure in ["cost", "cost_share"] {
            let request = ReportRequest {
                measures: vec![measure.to_owned()],
                ..totals()
            };
            let ask = |actor: &qudao_base::Actor| {
                site.kernel.read(actor, |cx| report::report(cx, &request))
            };
            assert!(ask(&writer()).is_ok(), "{measure}");
            assert_eq!(code(ask(&reader())), "field.unknown", "{measure}");
        }
    });
}
