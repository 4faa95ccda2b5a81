//! Files out and in.

use qudao_base::Result;
use qudao_kernel::{
    export::{self, Format},
    import::{self, Upload},
    read::ListRequest,
};
use serde_json::{Value as Json, json};

use crate::site::{Site, code, everywhere, reader, writer};

fn csv(site: &Site) -> String {
    let request = ListRequest {
        object: "note".to_owned(),
        sort: Some("id".to_owned()),
        ..ListRequest::default()
    };
    let bytes = site
        .kernel
        .read(&writer(), |cx| export::export(cx, &request, Format::Csv))
        .unwrap();
    String::from_utf8(bytes).unwrap()
}

fn upload(site: &Site, bytes: &[u8], dry_run: bool) -> Result<Json> {
    let upload = Upload {
        object: "note",
        bytes,
        dry_run,
        key: None,
    };
    import::import(&site.kernel, &writer(), upload)
}

fn count(site: &Site) -> usize {
    site.kernel
        .read(&writer(), |cx| cx.query("SELECT id FROM note", &[]))
        .unwrap()
        .len()
}

#[test]
fn an_exported_file_is_neutral_and_comes_back_as_it_was() {
    everywhere(|site| {
        for title in ["=1+1", "plain", "-x", "＋全角", "逗号,和\"引号\""] {
            site.create(&writer(), "note", json!({ "title": title, "amount": "-0" }))
                .unwrap();
        }
        let before = csv(site);
        assert!(before.contains("'=1+1") && before.contains("'-x"));
        let again = upload(site, before.as_bytes(), false).unwrap();
        assert_eq!(
            (&again["created"], &again["updated"]),
            (&json!(0), &json!(5)),
            "{again}"
        );
        let titles = |text: &str| -> Vec<String> {
            csv_rows(text).iter().map(|row| row[2].clone()).collect()
        };
        assert_eq!(titles(&csv(site)), titles(&before));
        let workbook = ListRequest {
            object: "note".to_owned(),
            ..ListRequest::default()
        };
        let bytes = site
            .kernel
            .read(&writer(), |cx| export::export(cx, &workbook, Format::Xlsx))
            .unwrap();
        assert!(bytes.starts_with(b"PK"));
        assert_eq!(
            code(
                site.kernel
                    .read(&reader(), |cx| export::export(cx, &workbook, Format::Csv))
            ),
            "action.forbidden"
        );
    });
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn an_import_is_all_or_nothing_and_names_row_and_field() {
    everywhere(|site| {
        let file = "title,amount\nfirst,1\n,2\nthird,many\n";
        let answer = upload(site, file.as_bytes(), false).unwrap();
        let errors: Vec<_> = answer["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["row"].clone(), one["field"].clone()))
            .collect();
        assert_eq!(
            errors,
            [(json!(3), json!("title")), (json!(4), json!("amount"))]
        );
        assert_eq!(count(site), 0);
        let good = "标题,金额\n甲,1\n乙,2\n";
        let dry = upload(site, good.as_bytes(), true).unwrap();
        assert_eq!((&dry["created"], &dry["kept"]), (&json!(2), &json!(false)));
        assert_eq!(count(site), 0);
        let gb18030: Vec<u8> = vec![0xb1, 0xea, 0xcc, 0xe2, b'\n', 0xbc, 0xd7, b'\n'];
        upload(site, &gb18030, false).unwrap();
        assert!(csv(site).contains('甲'));
        let keyed = |title: &'static str| Upload {
            object: "note",
            bytes: title.as_bytes(),
            dry_run: false,
            key: Some("k"),
        };
        let unknown = upload(site, b"nothing\n1\n", false);
        assert_eq!(code(unknown), "field.unknown");
        let before = count(site);
        for _ in 0..2 {
            let answer = import::import(&site.kernel, &writer(), keyed("title\nonce\n"));
            assert_eq!(answer.unwrap()["created"], 1);
        }
        assert_eq!(count(site), before + 1);
        let other = import::import(&site.kernel, &writer(), keyed("title\nother\n"));
        assert_eq!(code(other), "idempotency.reused");
        assert_eq!(
            code(import::import(&site.kernel, &reader(), keyed("title\n1\n"))),
            "action.forbidden"
        );
    });
}
