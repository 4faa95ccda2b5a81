//! Workbooks in: what a spreadsheet program saves is read exactly, and what is made to harm is refused.

use std::io::{Cursor, Write};

use qudao_kernel::{
    export::{self, Format},
    import::{self, Upload},
    read::ListRequest,
};
use serde_json::{Value as Json, json};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::site::{Site, code, everywhere, writer};

const BOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="hidden" sheetId="1" state="hidden" r:id="r9"/>
    <sheet name="notes" sheetId="2" r:id="r1"/></sheets></workbook>"#;
const ROOT: &str = r#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const PARTS: &str = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="/xl/worksheets/sheet1.xml"/>
    <Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/>
    <Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>"#;
const STRINGS: &str = r#"<sst uniqueCount="99999999999"><si><t>title</t></si><si><t>amount</t></si><si><t>written_on</t></si>
    <si><r><t>富</t></r><r><t xml:space="preserve"> 文本 &amp; </t></r><rPh><t>fu</t></rPh></si></sst>"#;
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>
    <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/></cellXfs></styleSheet>"#;
const HEAD: &str = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>"#;

/// A workbook of these parts.
fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        file.start_file(*name, options).unwrap();
        file.write_all(content).unwrap();
    }
    file.finish().unwrap().into_inner()
}

/// A workbook whose visible sheet has these rows.
fn workbook(rows: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#
    );
    whole(STRINGS, &sheet)
}

fn whole(strings: &str, sheet: &str) -> Vec<u8> {
    packed(&[
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", PARTS.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn upload(site: &Site, bytes: &[u8]) -> qudao_base::Result<Json> {
    let upload = Upload {
        object: "note",
        bytes,
        dry_run: false,
        key: None,
    };
    import::import(&site.kernel, &writer(), upload)
}

#[test]
fn a_workbook_is_read_as_a_person_sees_it() {
    everywhere(|site| {
        let rows = format!(
            r#"{HEAD}<row r="2"/>
            <row r="4"><c r="A4" t="s"><v>3</v></c><c r="B4"><v>19.989999999999998</v></c>
            <c r="C4" s="1"><v>46053</v></c><c r="XFD4" s="1"/></row>
            <row r="5"><c r="A5" t="inlineStr"><is><t>a_x000A_b</t></is></c><c r="B5"><f>1+1</f><v>2</v></c></row>
            <row r="6"><c r="A6"><v>13800000001</v></c></row>"#
        );
        let answer = upload(site, &workbook(&rows)).unwrap();
        assert_eq!(
            (&answer["created"], &answer["kept"]),
            (&json!(3), &json!(true)),
            "{answer}"
        );
        let kept = site.kernel.read(&writer(), |cx| {
            cx.query(
                "SELECT title, amount, written_on FROM note ORDER BY id",
                &[],
            )
        });
        let kept = kept.unwrap();
        assert_eq!(kept[0].text(0).unwrap(), "富 文本 &");
        assert_eq!(
            (kept[0].int(1).unwrap(), kept[0].int(2).unwrap()),
            (199_900, 20_260_131)
        );
        assert_eq!(
            (kept[1].text(0).unwrap(), kept[1].int(1).unwrap()),
            ("a\nb", 20_000)
        );
        assert_eq!(kept[2].text(0).unwrap(), "13800000001");
    });
}

#[test]
fn what_has_no_exact_text_is_refused_with_its_cell() {
    everywhere(|site| {
        for (cell, refused) in [
            ("<v>0.30000000000000004</v>", "import.number_inexact"),
            ("<v>6.2345678901234501E+18</v>", "import.number_inexact"),
            ("<f>A1*2</f>", "import.formula_unsaved"),
        ] {
            let row = format!(r#"{HEAD}<row r="2"><c r="B2">{cell}</c></row>"#);
            let answer = upload(site, &workbook(&row)).unwrap_err();
            let qudao_base::Stop::Refusal(refusal) = answer else {
                panic!("{cell}");
            };
            assert_eq!(
                (
                    refusal.code.as_str(),
                    refusal.arguments["cell"].of(writer().locale)
                ),
                (refused, "B2")
            );
        }
        let cases = [
            (
                r#"<row r="2"><c r="B2" t="e"><v>#N/A</v></c></row>"#,
                "import.error_value",
            ),
            (r#"<row r="2"><c r="D2"><v>1</v></c></row>"#, "import.cells"),
            (
                r#"<row r="2"><c r="XFD2"><v>1</v></c></row>"#,
                "import.columns",
            ),
            (
                r#"<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>2</v></c></row>"#,
                "import.unreadable",
            ),
            (r#"<row r="2"/><row r="2"/>"#, "import.unreadable"),
            (
                r#"<row r="2"><c r="A2" t="s"><v>77</v></c></row>"#,
                "import.unreadable",
            ),
            (
                r#"<row r="2"><c r="A3"><v>1</v></c></row>"#,
                "import.unreadable",
            ),
        ];
        for (rows, refused) in cases {
            assert_eq!(
                code(upload(site, &workbook(&format!("{HEAD}{rows}")))),
                refused,
                "{rows}"
            );
        }
    });
}

#[test]
fn what_is_made_to_harm_is_refused() {
    everywhere(|site| {
        let spaces = " ".repeat(130 * 1024 * 1024);
        let bomb = format!("<worksheet><sheetData>{HEAD}<!--{spaces}--></sheetData></worksheet>");
        assert_eq!(
            code(upload(site, &whole(STRINGS, &bomb))),
            "import.workbook_too_large"
        );
        let long = format!("<sst><si><t>{}</t></si></sst>", "长".repeat(50_000));
        assert_eq!(
            code(upload(site, &whole(&long, "<worksheet/>"))),
            "import.unreadable"
        );
        let entity = r#"<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>"#;
        assert_eq!(
            code(upload(site, &whole(STRINGS, entity))),
            "import.unreadable"
        );
        let row = |number: i32| format!(r#"<row r="{number}"><c r="A{number}"><v>1</v></c></row>"#);
        let many = (2..100_010).map(row).collect::<Vec<_>>().concat();
        assert_eq!(
            code(upload(site, &workbook(&format!("{HEAD}{many}")))),
            "lines.too_many"
        );
        for (file, refused) in [
            (b"PK\x03\x04 and nothing else".to_vec(), "import.unreadable"),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
                "import.old_workbook",
            ),
            (packed(&[("a", b"b")]), "import.unreadable"),
            (workbook(HEAD)[..900].to_vec(), "import.unreadable"),
        ] {
            assert_eq!(code(upload(site, &file)), refused);
        }
    });
}

#[test]
fn an_exported_workbook_comes_back_as_it_was() {
    everywhere(|site| {
        for title in ["=1+1", "plain", "007", "逗号,和\"引号\""] {
            let note = json!({ "title": title, "amount": "1234.56", "written_on": "2026-01-31" });
            site.create(&writer(), "note", note).unwrap();
        }
        let request = export::Request {
            list: ListRequest {
                object: "note".to_owned(),
                ..ListRequest::default()
            },
            columns: Vec::new(),
            locale: None,
            format: Format::Xlsx,
        };
        let file = site
            .kernel
            .read(&writer(), |cx| export::export(cx, &request));
        let answer = upload(site, &file.unwrap()).unwrap();
        assert_eq!(
            (&answer["unchanged"], &answer["updated"]),
            (&json!(4), &json!(0)),
            "{answer}"
        );
    });
}
