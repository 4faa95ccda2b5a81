//! Tables and properties of the same-customer decision.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    customer_keys::{KEYS_MAX, keys_of},
    same_customer::{EvidenceKind, Facts, LIKELY_SCORE, Profile, Verdict, compare},
};

fn named(name: &str) -> Facts {
    Facts {
        name: name.to_owned(),
        ..Facts::default()
    }
}

fn verdict(one: &Facts, other: &Facts) -> Verdict {
    compare(&Profile::of(one), &Profile::of(other), LIKELY_SCORE).verdict
}

#[test]
fn names_alone() {
    for (one, other, expected) in [
        (
            "杭州云帆科技有限公司",
            "云帆科技（杭州）有限公司",
            Verdict::Exact,
        ),
        (
            "杭州云帆科技有限公司",
            "杭州雲帆科技股份有限公司",
            Verdict::Exact,
        ),
        ("杭州云帆科技有限公司", "云帆科技有限公司", Verdict::Likely),
        (
            "杭州云帆科技有限公司",
            "浙江云帆软件有限公司",
            Verdict::Likely,
        ),
        ("杭州云帆科技有限公司", "云帆科技", Verdict::Likely),
        (
            "杭州云帆科技有限公司",
            "杭州芸帆科技有限公司",
            Verdict::Likely,
        ),
        (
            "杭州云帆科技有限公司",
            "杭州云帆科技有限公司成都分公司",
            Verdict::Likely,
        ),
        (
            "杭州云帆科技有限公司",
            "Hangzhou Yunfan Technology Co., Ltd.",
            Verdict::Likely,
        ),
        (
            "杭州云帆科技有限公司",
            "杭州星河科技有限公司",
            Verdict::Different,
        ),
        (
            "上海医药集团股份有限公司",
            "北京医药集团有限公司",
            Verdict::Different,
        ),
        ("张家港农村商业银行", "常熟农村商业银行", Verdict::Different),
        (
            "International Business Machines Corp.",
            "IBM Corporation",
            Verdict::Likely,
        ),
        ("", "", Verdict::Different),
    ] {
        assert_eq!(
            verdict(&named(one), &named(other)),
            expected,
            "{one} / {other}"
        );
    }
}

fn base() -> Facts {
    Facts {
        credit_code: "91310110666007217T".to_owned(),
        phones: vec!["13800138000".to_owned()],
        addresses: vec!["li@yunfan.cn".to_owned()],
        ..named("杭州云帆科技有限公司")
    }
}

#[test]
fn credit_codes() {
    let other_code = "91110000600037341L";
    for (name, code, expected) in [
        ("完全不同贸易行", "9131 0110-666007217t", Verdict::Exact),
        // One name, two codes: a mistake or two companies, so a person looks.
        ("杭州云帆科技有限公司", other_code, Verdict::Likely),
        // Its check digit is wrong: made up or mistyped, it speaks for nobody.
        ("杭州云帆科技有限公司", "91110000600037341M", Verdict::Exact),
        ("云帆科技", other_code, Verdict::Likely),
        ("星河贸易", other_code, Verdict::Different),
        ("星河贸易", "12345", Verdict::Different),
    ] {
        let other = Facts {
            credit_code: code.to_owned(),
            ..named(name)
        };
        assert_eq!(verdict(&base(), &other), expected, "{name} {code}");
    }
}

#[test]
fn another_sound_code_hides_neither_telephone_nor_domain() {
    let stranger = || Facts {
        credit_code: "91110000600037341L".to_owned(),
        ..named("星河贸易")
    };
    let phone = Facts {
        phones: vec!["13800138000".to_owned()],
        ..stranger()
    };
    let domain = Facts {
        addresses: vec!["sales@yunfan.cn".to_owned()],
        ..stranger()
    };
    for other in [phone, domain] {
        let comparison = compare(&Profile::of(&base()), &Profile::of(&other), LIKELY_SCORE);
        assert_eq!(comparison.verdict, Verdict::Likely, "{other:?}");
        let speaks = comparison.evidence.iter().map(|one| one.kind);
        assert!(
            speaks
                .clone()
                .any(|kind| kind == EvidenceKind::OtherCreditCode)
        );
        assert!(speaks.count() > 1, "{comparison:?}");
    }
}

#[test]
fn telephones_domains_and_former_names() {
    let list = |text: &str| vec![text.to_owned()];
    let stranger = || named("星河贸易");
    for (other, expected) in [
        (
            Facts {
                phones: list("+86 138 0013 8000"),
                ..stranger()
            },
            Verdict::Likely,
        ),
        (
            Facts {
                addresses: list("http://www.yunfan.cn"),
                ..stranger()
            },
            Verdict::Likely,
        ),
        (
            Facts {
                addresses: list("yunfan@qq.com"),
                ..stranger()
            },
            Verdict::Different,
        ),
        (
            Facts {
                former_names: list("杭州云帆科技有限公司"),
                ..stranger()
            },
            Verdict::Likely,
        ),
        (stranger(), Verdict::Different),
    ] {
        assert_eq!(verdict(&base(), &other), expected, "{other:?}");
    }
}

#[test]
fn evidence_names_both_sides_strongest_first() {
    let one = Facts {
        phones: vec!["0571-88886666".to_owned()],
        ..named("杭州云帆科技有限公司")
    };
    let other = Facts {
        phones: vec!["057188886666".to_owned()],
        ..named("浙江云帆软件有限公司")
    };
    let comparison = compare(&Profile::of(&one), &Profile::of(&other), LIKELY_SCORE);
    let kinds: Vec<EvidenceKind> = comparison.evidence.iter().map(|one| one.kind).collect();
    assert!(kinds.contains(&EvidenceKind::Phone) && kinds.contains(&EvidenceKind::Name));
    assert!(
        comparison
            .evidence
            .is_sorted_by_key(|one| std::cmp::Reverse(one.points))
    );
    let strongest = comparison
        .evidence
        .iter()
        .map(|one| one.points)
        .max()
        .unwrap();
    assert!(
        comparison.score >= strongest && comparison.score < 100,
        "{comparison:?}"
    );
}

fn keys(facts: &Facts) -> BTreeSet<String> {
    keys_of(&Profile::of(facts))
        .into_iter()
        .map(|key| key.text)
        .collect()
}

#[test]
fn candidates_share_a_key() {
    for (one, other) in [
        ("杭州云帆科技有限公司", "云帆科技"),
        ("杭州云帆科技有限公司", "杭州芸帆科技有限公司"),
        (
            "杭州云帆科技有限公司",
            "Hangzhou Yunfan Technology Co., Ltd.",
        ),
        ("山东鲁丰铝箔股份有限公司", "鲁丰环保科技股份有限公司"),
        ("International Business Machines", "IBM"),
    ] {
        assert!(
            !keys(&named(one)).is_disjoint(&keys(&named(other))),
            "{one} / {other}"
        );
    }
    assert!(
        keys(&named("杭州云帆科技有限公司")).is_disjoint(&keys(&named("杭州星河科技有限公司")))
    );
    let former = Facts {
        former_names: vec!["远山软件有限公司".to_owned()],
        ..named("云帆科技")
    };
    assert!(!keys(&former).is_disjoint(&keys(&named("远山软件"))));
}

#[test]
fn of_two_names_as_long_either_may_be_the_short_one() {
    let (one, other) = ("川星远科技有限公司", "杭州川科技有限公司");
    let (one, other) = (Profile::of(&named(one)), Profile::of(&named(other)));
    let (there, back) = (
        compare(&one, &other, LIKELY_SCORE),
        compare(&other, &one, LIKELY_SCORE),
    );
    assert_eq!(there.score, back.score);
}

proptest! {
    #[test]
    fn order_does_not_matter(one in "[云帆星河远山海川]{1,5}(科技|贸易|)(有限公司|)", other in "(杭州|上海|)[云帆星河远山海川]{1,5}(科技|软件|)(有限公司|)") {
        let (one, other) = (Profile::of(&named(&one)), Profile::of(&named(&other)));
        let (there, back) = (compare(&one, &other, LIKELY_SCORE), compare(&other, &one, LIKELY_SCORE));
        prop_assert_eq!((there.score, there.verdict), (back.score, back.verdict));
    }

    #[test]
    fn a_customer_is_itself(name in "\\PC{1,30}") {
        let profile = Profile::of(&named(&name));
        if !profile.name.is_empty() {
            prop_assert_eq!(compare(&profile, &profile, LIKELY_SCORE).verdict, Verdict::Exact);
        }
        prop_assert!(keys_of(&profile).len() <= KEYS_MAX);
    }
}
