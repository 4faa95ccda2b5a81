//! What stands on a printed quotation, read from the laid-out page.

use serde_json::{Value, json};
use typst::layout::{Frame, FrameItem};

use super::*;

fn collect(frame: &Frame, text: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => collect(&group.frame, text),
            FrameItem::Text(run) => text.push_str(&run.text),
            _ => {}
        }
    }
}

/// All text of the page in reading order, without white space: how it breaks into runs depends on the fonts.
fn page(data: &Value) -> String {
    let template = shipped("quotation").unwrap();
    let fonts = Fonts::embedded().unwrap();
    let world = DocumentWorld::new(template, data.to_string(), &fonts).unwrap();
    let mut text = String::new();
    for page in lay_out(&world).unwrap().pages() {
        collect(&page.frame, &mut text);
    }
    text.split_whitespace().collect()
}

/// Two pumps at 1,000 less 200, tax of 13 per cent within or on top.
fn sample(locale: &str, tax_included: bool) -> Value {
    let (tax, total) = if tax_included {
        ("207.08", "1800.00")
    } else {
        ("234.00", "2034.00")
    };
    json!({
        "locale": locale, "number": "QT1", "date": "2026-03-01", "currency": "CNY",
        "customer": { "name": "宁波海纳机械有限公司" },
        "lines": [
            {
                "code": "P1", "name": "离心泵", "name_en": "Centrifugal pump", "unit": "台", "quantity": "2",
                "list_price": "1200.00", "price": "1000.00", "discount": "200.00", "amount": "1800.00",
            },
            {
                "name": "垫片", "name_en": "Gasket", "unit": "件", "gift": true, "quantity": "4", "list_price": "5.00",
                "price": "0.00", "discount": null, "amount": "0.00",
            },
        ],
        "subtotal": "2000.00", "discount": "200.00", "tax_included": tax_included,
        "taxes": [{ "rate": "13.0000", "exempt": false, "net": "1592.92", "tax": tax }], "total": total,
    })
}

fn assert_stands(page: &str, parts: &[&str], others: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    for part in others {
        assert!(!page.contains(part), "{part} stands in {page}");
    }
}

#[test]
fn a_chinese_page_names_goods_discount_and_tax_within() {
    let page = page(&sample("zh-CN", true));
    assert_stands(
        &page,
        &[
            "报价单",
            "离心泵",
            "2台",
            "¥1,000.00-¥200.00¥1,800.00",
            "垫片（赠品）",
            "小计¥2,000.00",
            "优惠-¥200.00",
            "其中税额13%¥207.08",
            "总计¥1,800.00",
            "壹仟捌佰元整",
        ],
        &["Centrifugal", "另加税额"],
    );
}

#[test]
fn an_english_page_has_english_goods_and_units() {
    let page = page(&sample("en", true));
    assert_stands(
        &page,
        &[
            "Quotation",
            "Centrifugalpump",
            "2unit",
            "Gasket(gift)",
            "Subtotal¥2,000.00",
            "Discount-¥200.00",
            "Taxincluded13%¥207.08",
            "Total¥1,800.00",
        ],
        &["离心泵", "台", "小计"],
    );
}

#[test]
fn tax_on_top_is_added_and_never_a_discount() {
    let chinese = page(&sample("zh-CN", false));
    let total = ["另加税额13%¥234.00", "总计¥2,034.00"];
    assert_stands(&chinese, &total, &["其中税额", "-¥234.00"]);
    let english = page(&sample("en", false));
    let total = ["Plustax13%¥234.00", "Total¥2,034.00"];
    assert_stands(&english, &total, &["Taxincluded"]);
}

#[test]
fn each_rate_has_its_row_and_what_is_exempt_says_so() {
    let mut sample = sample("zh-CN", true);
    sample["taxes"] = json!([
        { "rate": "13.0000", "exempt": false, "net": "796.46", "tax": "103.54" },
        { "rate": "9.0000", "exempt": false, "net": "743.12", "tax": "66.88" },
        { "rate": "0.0000", "exempt": true, "net": "90.00", "tax": "0.00" },
    ]);
    let rows = [
        "其中税额13%（不含税¥796.46）¥103.54",
        "其中税额9%（不含税¥743.12）¥66.88",
        "免税¥90.00",
    ];
    assert_stands(&page(&sample), &rows, &["0%¥0.00"]);
    sample["locale"] = json!("en");
    let rows = ["Taxincluded9%on¥743.12¥66.88", "Taxexempt¥90.00"];
    assert_stands(&page(&sample), &rows, &["免税"]);
}
