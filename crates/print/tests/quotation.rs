//! The quotation as it leaves the program, and what the printer refuses.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use qudao_base::{Locale, Stop};
use qudao_print::{Fonts, Limits, render, shipped};
use serde_json::{Value, json};

fn sample(locale: &str, lines: usize) -> Value {
    let line = |at: usize| {
        json!({
            "code": format!("YF-{at:04}"), "name": "云帆智能网关 Pro 工业级（含三年质保）", "unit": "台",
            "quantity": "12", "list_price": "1280.0000", "price": "1152.5000", "amount": "13830.00",
        })
    };
    json!({
        "locale": locale,
        "company": {
            "name": "海纳智能科技（杭州）有限公司", "address": "杭州市滨江区江南大道 100 号",
            "phone": "0571-88880000", "email": "sales@example.com", "tax_number": "91330100MA2XXXXX0X",
        },
        "number": "QT202603-0007", "date": "2026-03-01", "valid_until": "2026-03-31", "currency": "CNY",
        "customer": { "name": "宁波远航机械有限公司", "contact": "龘先生", "phone": "13800000000", "address": "宁波市鄞州区" },
        "partner": { "name": "杭州云帆科技有限公司" },
        "lines": (1..=lines).map(line).collect::<Vec<_>>(),
        "subtotal": "1041490.00", "discount": "1000.00",
        "taxes": [{ "rate": "13", "exempt": false, "net": "920787.66", "tax": "119702.39" }],
        "total": "1040490.05", "comment": "含运费，€ 与 ¥ 均可结算。",
        "terms": ["签约后 7 天内发货", "付款：货到 30 天"],
    })
}

fn print(data: &Value) -> Vec<u8> {
    let template = shipped("quotation").unwrap();
    render(
        template,
        data,
        &Fonts::embedded().unwrap(),
        &Limits::default(),
    )
    .unwrap()
}

fn refusal(template: &str, data: &Value, limits: &Limits) -> qudao_base::Refusal {
    match render(template, data, &Fonts::embedded().unwrap(), limits) {
        Err(Stop::Refusal(refusal)) => *refusal,
        other => panic!("not refused: {:?}", other.map(|bytes| bytes.len())),
    }
}

fn plain(text: &str) -> String {
    format!("#set text(font: \"Qudao Sans SC\")\n{text}")
}

#[test]
fn a_quotation_prints_in_both_languages() {
    for locale in ["zh-CN", "en"] {
        let first = print(&sample(locale, 40));
        assert!(first.starts_with(b"%PDF-"));
        assert_eq!(
            first,
            print(&sample(locale, 40)),
            "the same data gives the same bytes"
        );
        if let Some(folder) = std::env::var_os("QUDAO_PRINT_SAMPLES") {
            let file = std::path::Path::new(&folder).join(format!("quotation-{locale}.pdf"));
            std::fs::write(file, first).unwrap();
        }
    }
}

#[test]
fn what_may_be_absent_may_be_absent() {
    let data = json!({
        "locale": "zh", "number": "1", "date": "2026-03-01", "currency": "EUR",
        "customer": { "name": "B" }, "lines": [{ "name": "C", "quantity": "1", "price": "1", "amount": "1" }],
        "total": "1", "comment": null, "terms": [],
    });
    assert!(print(&data).starts_with(b"%PDF-"));
}

#[test]
fn a_character_no_font_has_is_named() {
    let data = json!({ "name": "张\u{20000}三\u{1F600}" });
    let template = plain("#let data = json(\"data.json\")\n#data.name");
    let refusal = refusal(&template, &data, &Limits::default());
    assert_eq!(refusal.code, "print.characters_missing");
    assert_eq!(
        refusal.arguments["characters"].of(Locale::English),
        "\u{1F600}\u{20000}"
    );
}

#[test]
fn limits_hold() {
    let pages = Limits {
        pages: 2,
        ..Limits::default()
    };
    let bytes = Limits {
        data_bytes: 10,
        ..Limits::default()
    };
    for (template, data, limits) in [
        ("a#pagebreak()b#pagebreak()c", json!({}), pages),
        ("a", json!({ "long": "text" }), bytes),
    ] {
        assert_eq!(
            refusal(&plain(template), &data, &limits).code,
            "print.too_large"
        );
    }
}

#[test]
fn a_template_reaches_nothing_outside() {
    for template in [
        "#read(\"/etc/hostname\")",
        "#read(\"Cargo.toml\")",
        "#import \"@preview/tablex:0.0.8\": tablex",
        "#include \"other.typ\"",
        "#datetime.today()",
    ] {
        let fonts = Fonts::embedded().unwrap();
        let result = render(template, &json!({}), &fonts, &Limits::default());
        let Err(Stop::Fault(fault)) = result else {
            panic!("{template} was let through");
        };
        assert!(fault.to_string().contains("line 1"), "{template}: {fault}");
    }
}
