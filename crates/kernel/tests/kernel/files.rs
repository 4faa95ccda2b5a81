//! Files out and in.

use qudao_base::{Actor, Id, Locale, Result};
use qudao_kernel::{
    export::{self, Format},
    import::{self, Upload},
    read::ListRequest,
};
use serde_json::{Value as Json, json};

use crate::site::{Site, code, everywhere, id_of, member, reader, writer};

/// All of an object, in order of id.
fn whole(object: &str, format: Format) -> export::Request {
    export::Request {
        list: ListRequest {
            object: object.to_owned(),
            sort: Some("id".to_owned()),
            ..ListRequest::default()
        },
        columns: Vec::new(),
        locale: None,
        format,
    }
}

fn export(site: &Site, actor: &Actor, request: &export::Request) -> Result<Vec<u8>> {
    site.kernel.read(actor, |cx| export::export(cx, request))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn csv(site: &Site) -> String {
    text(export(site, &writer(), &whole("note", Format::Csv)).unwrap())
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

fn imported(site: &Site, actor: &Actor, object: &str, text: &str) -> Json {
    let upload = Upload {
        object,
        bytes: text.as_bytes(),
        dry_run: false,
        key: None,
    };
    import::import(&site.kernel, actor, upload).unwrap()
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
            [&again["created"], &again["updated"], &again["unchanged"]],
            [&json!(0), &json!(0), &json!(5)],
            "{again}"
        );
        let titles = |text: &str| -> Vec<String> {
            csv_rows(text).iter().map(|row| row[2].clone()).collect()
        };
        assert_eq!(titles(&csv(site)), titles(&before));
        let workbook = export(site, &writer(), &whole("note", Format::Xlsx)).unwrap();
        assert!(workbook.starts_with(b"PK"));
        assert_eq!(
            code(export(site, &reader(), &whole("note", Format::Csv))),
            "action.forbidden"
        );
    });
}

#[test]
fn a_file_has_the_columns_asked_for_in_the_language_asked_for() {
    everywhere(|site| {
        site.note("a");
        let asked = |columns: &[&str]| export::Request {
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            locale: Some(Locale::English),
            ..whole("note", Format::Csv)
        };
        let file = text(export(site, &writer(), &asked(&["state", "title"])).unwrap());
        assert_eq!(file, "\u{feff}State,Title\nDraft,a\n");
        for unknown in ["nothing", ""] {
            let refused = export(site, &writer(), &asked(&["title", unknown]));
            assert_eq!(code(refused), "field.unknown");
        }
        let hidden = Actor {
            organisation: Some(Id::from_number(1)),
            ..reader()
        };
        let refused = export(site, &hidden, &asked(&["secret"]));
        assert_eq!(code(refused), "field.unknown");
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

#[test]
fn a_file_that_can_be_read_in_several_ways_is_refused() {
    const FILES: [(&[u8], &str); 5] = [
        (b"title,amount\na,1,2\n", "import.cells"),
        (b"title,amount\na\n", "import.cells"),
        (b"title,title\na,b\n", "import.heading_twice"),
        (b"title\n\"a\nb\n", "import.open_quote"),
        (b"title\n\xff\xfe\n", "import.no_text"),
    ];
    everywhere(|site| {
        for (file, refused) in FILES {
            assert_eq!(code(upload(site, file, false)), refused);
        }
        assert_eq!(count(site), 0);
    });
}

#[test]
fn a_file_holds_only_rows_and_lines_that_may_be_exported() {
    everywhere(|site| {
        let made = site.create(&writer(), "box", json!({ "name": "top" }));
        let top = id_of(&made.unwrap());
        let inside =
            json!({ "title": "in", "box_id": top.to_string(), "items": [{ "word": "w1" }] });
        site.create(&writer(), "note", inside).unwrap();
        let outside = json!({ "title": "out", "items": [{ "word": "w2" }] });
        site.create(&writer(), "note", outside).unwrap();
        let local = Actor {
            organisation: Some(top),
            ..reader()
        };
        let file = |actor: &Actor, object: &str| {
            export(site, actor, &whole(object, Format::Csv)).map(text)
        };
        let notes = file(&local, "note").unwrap();
        assert!(notes.contains("in") && !notes.contains("out"), "{notes}");
        let items = file(&local, "item").unwrap();
        assert!(items.contains("w1") && !items.contains("w2"), "{items}");
        // Updates his own notes, and still takes no lines of them out.
        assert_eq!(code(file(&member(top), "item")), "action.forbidden");
    });
}

#[test]
fn a_file_with_many_bad_rows_names_them_all() {
    everywhere(|site| {
        let rows: Vec<String> = (0..30).map(|at| format!("t{at},many")).collect();
        let file = format!("title,amount\n{}\n", rows.join("\n"));
        let answer = imported(site, &writer(), "note", &file);
        assert_eq!(answer["errors"].as_array().unwrap().len(), 30);
    });
}

#[test]
fn yes_and_no_are_read_in_many_words_and_nothing_else_is_a_no() {
    everywhere(|site| {
        let ask = |word: &str| {
            let file = format!("login,active\nli,{word}\n");
            imported(site, &Actor::system(), "user", &file)
        };
        for (word, active) in [
            ("TRUE", 1),
            ("否", 0),
            ("Yes", 1),
            ("FALSE", 0),
            ("真", 1),
            ("0", 0),
        ] {
            assert_eq!(ask(word)["kept"], true, "{word}");
            let rows = site
                .kernel
                .read(&writer(), |cx| cx.query("SELECT active FROM \"user\"", &[]));
            assert_eq!(rows.unwrap()[0].int(0).unwrap(), active, "{word}");
        }
        let errors = ask("maybe")["errors"].clone();
        assert_eq!(
            (&errors[0]["code"], &errors[0]["field"]),
            (&json!("field.type"), &json!("active"))
        );
    });
}

#[test]
fn an_import_finds_what_is_there_and_never_guesses() {
    everywhere(|site| {
        let ask = |object: &str, file: &str| imported(site, &writer(), object, file);
        assert_eq!(ask("box", "code,name\nA,甲\nB,乙\n")["created"], 2);
        let again = ask("box", "code,name\nA,甲乙\nC,丙\n");
        assert_eq!(
            (&again["updated"], &again["created"]),
            (&json!(1), &json!(1))
        );
        // A constraint only the database sees is named with its row.
        let taken = ask("box", "code,name\nD,丁\nE,丙\n");
        let error = &taken["errors"][0];
        assert_eq!(
            (&error["row"], &error["code"]),
            (&json!(3), &json!("box.same_place"))
        );
        assert_eq!(taken["kept"], false);
        assert_eq!(
            ask("box", "code,name,parent_id\nF,同,A\nG,同,B\n")["created"],
            2
        );
        let errors = ask("note", "title,box_id\none,同\ntwo,F\n")["errors"].clone();
        assert_eq!(errors.as_array().unwrap().len(), 1);
        assert_eq!(
            (&errors[0]["code"], &errors[0]["field"]),
            (&json!("import.ambiguous_link"), &json!("box_id"))
        );
    });
}
