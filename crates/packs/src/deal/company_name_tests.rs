//! Tables for taking names apart.

use proptest::prelude::*;

use crate::partner::regions::{Relation, place_at_head, relation};

use super::{
    company_name::CompanyName,
    contact_marks::{domain_of, phone_digits},
};

#[test]
fn spellings_of_one_registered_name_have_one_key() {
    for spellings in [
        &[
            "杭州云帆科技有限公司",
            "杭州市云帆科技有限责任公司",
            "云帆科技（杭州）有限公司",
            "浙江省杭州市云帆科技股份有限公司",
            "杭 州 雲 帆 科 技 有 限 公 司",
            "杭州云帆科技有限公司（原杭州远帆软件有限公司）",
        ][..],
        &[
            "ＡＢＣ科技（上海）有限公司",
            "上海abc科技有限公司",
            "上海市Abc科技股份公司",
        ],
        &["云帆（集团）有限公司", "云帆集团股份有限公司", "云帆集团"],
        &[
            "Yunfan Trading Co., Ltd.",
            "YUNFAN TRADING CO LTD",
            "Yunfan Trading Limited",
        ],
    ] {
        for spelling in spellings {
            let key = CompanyName::parse(spelling).exact_key();
            assert_eq!(
                key,
                CompanyName::parse(spellings[0]).exact_key(),
                "{spelling}"
            );
        }
    }
}

#[test]
fn different_registered_names_have_different_keys() {
    for (one, other) in [
        ("杭州云帆科技有限公司", "成都云帆科技有限公司"),
        ("杭州云帆科技有限公司", "云帆科技有限公司"),
        ("杭州云帆科技有限公司", "杭州云帆软件有限公司"),
        (
            "杭州市余杭区云帆科技有限公司",
            "杭州市西湖区云帆科技有限公司",
        ),
        ("云帆科技有限公司", "云帆科技有限公司上海分公司"),
        ("云帆科技有限公司上海分公司", "云帆科技有限公司成都分公司"),
        ("云帆集团有限公司", "云帆有限公司"),
    ] {
        let keys = (
            CompanyName::parse(one).exact_key(),
            CompanyName::parse(other).exact_key(),
        );
        assert_ne!(keys.0, keys.1, "{one} / {other}");
    }
}

#[test]
fn parts_are_found() {
    for (name, core, distinctive, region, branch) in [
        (
            "杭州云帆网络科技有限公司",
            "云帆网络科技",
            "云帆",
            "3301",
            "",
        ),
        ("内蒙古自治区云帆牧业有限公司", "云帆牧业", "云帆", "15", ""),
        ("昆山市云帆电子有限公司", "云帆电子", "云帆", "320583", ""),
        (
            "云帆科技股份有限公司浙江省分公司",
            "云帆科技",
            "云帆",
            "",
            "33分公司",
        ),
        ("云帆银行杭州分行", "云帆银行", "云帆", "", "3301分行"),
        ("永辉超市股份有限公司", "永辉超市", "永辉", "", ""),
        // Nothing but a place and a line of business: the whole name sets it apart.
        (
            "上海医药集团股份有限公司",
            "医药集团",
            "上海医药集团",
            "31",
            "",
        ),
        ("鑫科技有限公司", "鑫科技", "鑫科技", "", ""),
        ("中国云帆进出口总公司", "云帆进出口", "云帆", "", ""),
        ("重慶雲帆機械製造廠", "云帆机械制造厂", "云帆", "50", ""),
        ("", "", "", "", ""),
    ] {
        let parts = CompanyName::parse(name);
        let found = (
            parts.core.as_str(),
            parts.distinctive.as_str(),
            parts.region.as_str(),
            parts.branch.as_str(),
        );
        assert_eq!(found, (core, distinctive, region, branch), "{name}");
    }
    assert_eq!(
        CompanyName::parse("云帆科技（曾用名：远帆软件）").former,
        ["远帆软件"]
    );
    assert_eq!(
        CompanyName::parse("重庆云帆科技有限公司").pinyin(),
        "yunfan"
    );
}

#[test]
fn places_by_full_and_short_form() {
    for (text, code, length) in [
        ("浙江省云帆", "33", 9),
        ("浙江云帆", "33", 6),
        ("广西壮族自治区云帆", "45", 21),
        ("吉林云帆", "22", 6),
        ("义乌市云帆小商品", "330782", 9),
    ] {
        let place = place_at_head(text).unwrap();
        assert_eq!((place.code, place.length), (code, length), "{text}");
    }
    for text in ["云帆科技", "超市云帆", "沃尔玛超市管理", ""] {
        assert_eq!(place_at_head(text), None, "{text}");
    }
    assert_eq!(relation("33", "3301"), Relation::Within);
    assert_eq!(relation("3302", "3301"), Relation::SameProvince);
    assert_eq!(relation("", "3301"), Relation::Unknown);
}

#[test]
fn telephones_and_addresses_in_one_spelling() {
    for (written, expected) in [
        ("138 0013 8000", Some("13800138000")),
        ("+86 138-0013-8000", Some("13800138000")),
        ("008613800138000", Some("13800138000")),
        ("0086-0571-88886666", Some("57188886666")),
        ("0571-88886666 转 802", Some("57188886666")),
        ("021 6888 8888 ext 12", Some("2168888888")),
        ("１３８００１３８０００", Some("13800138000")),
        ("400-810-8888", Some("4008108888")),
        ("无", None),
        ("95588", None),
    ] {
        assert_eq!(phone_digits(written).as_deref(), expected, "{written}");
    }
    for (written, expected) in [
        ("li@mail.yunfan.com.cn", Some("yunfan.com.cn")),
        ("https://www.Yunfan.cn/about?x=1", Some("yunfan.cn")),
        ("yunfan.com", Some("yunfan.com")),
        ("li@qq.com", None),
        ("li@vip.163.com", None),
        ("mailbox", None),
        ("a..b", None),
    ] {
        assert_eq!(domain_of(written).as_deref(), expected, "{written}");
    }
}

proptest! {
    #[test]
    fn anything_parses_and_parsing_is_stable(name in ".{0,40}") {
        let once = CompanyName::parse(&name);
        prop_assert_eq!(&once, &CompanyName::parse(&name));
    }

    #[test]
    fn spaces_width_and_legal_form_do_not_matter(name in "[云帆星河远山海川]{2,4}(科技|贸易|机械)", gap in 0_usize..6) {
        let mut spaced: Vec<char> = name.chars().collect();
        spaced.insert(gap.min(spaced.len()), '\u{3000}');
        let spaced: String = spaced.into_iter().collect();
        let key = CompanyName::parse(&format!("杭州{name}有限公司")).exact_key();
        prop_assert_eq!(&key, &CompanyName::parse(&format!("{spaced}（杭州市）股份有限公司")).exact_key());
    }
}
