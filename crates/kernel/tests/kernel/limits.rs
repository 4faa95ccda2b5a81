//! Whatever is sent, the answer is a refusal and never a fault.

use qudao_base::Actor;
use qudao_kernel::{
    read::{self, ListRequest},
    report::{self, ReportRequest},
    search,
};
use serde_json::json;

use crate::site::{Site, code, everywhere, writer};

/// Writes behind the kernel's back.
fn spoil(site: &Site, sql: &'static str) {
    let store = &site.kernel.store;
    store
        .write(move |transaction| transaction.execute(sql, &[]))
        .unwrap();
}

fn list(site: &Site, request: ListRequest) -> qudao_base::Result<usize> {
    let request = ListRequest {
        object: "note".to_owned(),
        ..request
    };
    let page = site.kernel.read(&writer(), |cx| read::list(cx, &request));
    page.map(|page| page.rows.len())
}

#[test]
fn a_search_as_long_as_a_book_is_cut() {
    everywhere(|site| {
        let words = Some("长".repeat(100_000));
        let request = ListRequest {
            search: words,
            ..ListRequest::default()
        };
        assert_eq!(list(site, request).unwrap(), 0);
    });
}

#[test]
fn a_cursor_of_another_sort_is_malformed() {
    everywhere(|site| {
        for (sort, cursor) in [("amount", "1.t00"), ("title", "1.i5"), ("title", "x.t41")] {
            let request = ListRequest {
                sort: Some(sort.to_owned()),
                cursor: Some(cursor.to_owned()),
                ..ListRequest::default()
            };
            assert_eq!(
                code(list(site, request)),
                "cursor.malformed",
                "{sort} {cursor}"
            );
        }
    });
}

#[test]
fn a_nul_is_malformed_wherever_it_stands() {
    everywhere(|site| {
        let found = site.kernel.read(&writer(), |cx| search::search(cx, "a\0"));
        assert_eq!(code(found), "text.nul");
        assert_eq!(code(site.kernel.sign_in("a\0", "x", "")), "text.nul");
        let request = ListRequest {
            sort: Some("title".to_owned()),
            cursor: Some("1.t00".to_owned()),
            ..ListRequest::default()
        };
        assert_eq!(code(list(site, request)), "text.nul");
    });
}

#[test]
fn a_report_has_twenty_measures_and_groups_at_most() {
    everywhere(|site| {
        let ask = |measures: usize, by: usize| {
            let request = ReportRequest {
                object: "note".to_owned(),
                measures: vec!["total".to_owned(); measures],
                by: vec!["title".to_owned(); by],
                ..ReportRequest::default()
            };
            site.kernel
                .read(&writer(), |cx| report::report(cx, &request))
        };
        ask(20, 20).unwrap();
        assert_eq!(code(ask(21, 1)), "report.too_large");
        assert_eq!(code(ask(1, 21)), "report.too_large");
    });
}

#[test]
fn amounts_have_a_largest_size_and_their_sums_fit() {
    everywhere(|site| {
        let create = |amount: &str| {
            let input = json!({ "title": "big", "amount": amount });
            site.create(&Actor::system(), "note", input)
        };
        assert_eq!(code(create("900000000000000")), "field.range");
        // Written behind the rules: the report says that it cannot count so far.
        for title in ["a", "b"] {
            site.create(&writer(), "note", json!({ "title": title, "amount": "1" }))
                .unwrap();
        }
        spoil(site, "UPDATE note SET amount = 9000000000000000000");
        let request = ReportRequest {
            object: "note".to_owned(),
            measures: vec!["total".to_owned()],
            ..ReportRequest::default()
        };
        let summed = site
            .kernel
            .read(&writer(), |cx| report::report(cx, &request));
        assert_eq!(code(summed), "amount.range");
        spoil(site, "UPDATE note SET amount = 10000");
    });
}

#[test]
fn a_setting_stays_within_its_limits() {
    everywhere(|site| {
        let set = |value: &str| {
            site.kernel
                .change_setting(&Actor::system(), "plain.days", value)
        };
        for value in ["-1", "366"] {
            assert_eq!(code(set(value)), "field.range", "{value}");
        }
        assert_eq!(code(set("many")), "field.type");
        set("365").unwrap();
    });
}

#[test]
fn a_setting_with_choices_takes_no_other_word() {
    everywhere(|site| {
        let set = |value: &str| {
            site.kernel
                .change_setting(&Actor::system(), "plain.way", value)
        };
        for value in ["", "LONG", "scenic"] {
            assert_eq!(code(set(value)), "field.choice", "{value}");
        }
        set("long").unwrap();
    });
}
