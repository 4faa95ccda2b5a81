//! Tables for the territory rule.

use proptest::prelude::*;
use qudao_base::Id;

use super::territory::{Coverage, Place, Territory, contains, coverage, is_division_code};

fn row(division: &str, industry: i64) -> Territory {
    Territory {
        division: (!division.is_empty()).then(|| division.to_owned()),
        industry: (industry != 0).then(|| Id::from_number(industry)),
    }
}

#[test]
fn codes_contain_by_level() {
    for (wide, narrow, expected) in [
        ("330000", "330106", true),
        ("330100", "330106", true),
        ("330106", "330106", true),
        ("330100", "330200", false),
        ("330106", "330100", false),
        ("330100", "330000", false),
        ("310000", "330106", false),
        ("33", "330106", false),
        ("000000", "330106", false),
        ("330000", "3301", false),
    ] {
        assert_eq!(contains(wide, narrow), expected, "{wide} over {narrow}");
    }
    assert!(!is_division_code("33010a") && !is_division_code("３３０１０６"));
}

#[test]
fn nearest_miss_is_told() {
    let zhejiang = [row("330000", 0)];
    let hangzhou_health = [row("310000", 0), row("330100", 7)];
    for (rows, division, industry, expected) in [
        (&[][..], "330106", 7, Coverage::NoTerritory),
        (&zhejiang[..], "330106", 7, Coverage::Covered(0)),
        (&zhejiang[..], "330106", 0, Coverage::Covered(0)),
        (&zhejiang[..], "320100", 7, Coverage::WrongDivision(0)),
        (&hangzhou_health[..], "330106", 7, Coverage::Covered(1)),
        (
            &hangzhou_health[..],
            "330106",
            8,
            Coverage::WrongIndustry(1),
        ),
        (
            &hangzhou_health[..],
            "330200",
            7,
            Coverage::WrongDivision(1),
        ),
        (&hangzhou_health[..], "330200", 8, Coverage::Outside(1)),
        (&[row("", 7)][..], "650000", 7, Coverage::Covered(0)),
        (&[row("", 7)][..], "650000", 0, Coverage::WrongIndustry(0)),
        (&[row("330100", 7)][..], "330200", 8, Coverage::Outside(0)),
    ] {
        let industry = (industry != 0).then(|| Id::from_number(industry));
        assert_eq!(
            coverage(rows, &Place { division, industry }),
            expected,
            "{rows:?} {division}"
        );
    }
}

proptest! {
    #[test]
    fn more_rows_never_lose_cover(code in 110_000_u32..660_000, extra in 110_000_u32..660_000, industry in 0_i64..3) {
        let place = code.to_string();
        let place = Place { division: &place, industry: Some(Id::from_number(1)) };
        let base = vec![row(&format!("{}0000", code / 10_000), 0)];
        prop_assert!(coverage(&base, &place).is_covered());
        let mut more = base;
        more.insert(0, row(&extra.to_string(), industry));
        prop_assert!(coverage(&more, &place).is_covered());
    }

    #[test]
    fn containment_is_transitive(code in 110_000_u32..660_000) {
        let district = code.to_string();
        let city = format!("{}00", code / 100);
        let province = format!("{}0000", code / 10_000);
        prop_assert!(contains(&province, &city) && contains(&city, &district) && contains(&province, &district));
    }
}
