//! Distances against known ones, every way a site is chosen or passed over, and every way a rule is.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qudao_base::{Id, Money, Quantity};
use qudao_meta::Text;

use super::*;
use crate::stock::{
    sourcing_rule::{Mismatch, SortKey, SplitTerms},
    sourcing_split::NoSplit,
};

const HANGZHOU: Point = Point {
    latitude: 30_259_463,
    longitude: 120_130_194,
};
const SHANGHAI: Point = Point {
    latitude: 31_221_517,
    longitude: 121_544_379,
};

fn id(number: i64) -> Id {
    Id::from_number(number)
}

/// About so many metres north of Hangzhou: one degree of latitude is 111,195 metres on this sphere.
fn north(metres: i64) -> Point {
    Point {
        latitude: HANGZHOU.latitude + metres * 1_000_000 / 111_195,
        ..HANGZHOU
    }
}

fn site(number: i64, kind: SiteKind, place: Option<Point>, stock: i64) -> Site {
    Site {
        id: id(number),
        name: format!("site {number}"),
        kind,
        place,
        available: BTreeMap::from([(id(77), Quantity::of(stock)), (id(78), Quantity::of(9))]),
        left_out: None,
        priority: 0,
        shipping_cost: Money::ZERO,
        capacity_left: None,
    }
}

fn need(quantity: i64) -> Vec<Need> {
    let worth = Money::of(quantity * 100);
    needs([
        (id(77), Quantity::of(quantity), worth),
        (id(78), Quantity::of(1), Money::of(10)),
    ])
    .unwrap()
}

fn rule(name: &str, kind: Option<SiteKind>) -> Rule {
    Rule {
        name: Text::new(name, name),
        kind,
        ..Rule::pickup()
    }
}

/// The rules every site has from its start.
fn shipped() -> Vec<Rule> {
    let near = Rule {
        distance_metres_max: Some(3_000),
        ..rule("near", Some(SiteKind::Store))
    };
    let central = rule("central", Some(SiteKind::CentralWarehouse));
    vec![near, central, rule("other", Some(SiteKind::Warehouse))]
}

fn order(needs: &[Need]) -> Order<'_> {
    Order {
        ship_to: Some(HANGZHOU),
        channel: id(1),
        division: Some("330106"),
        amount: Money::sum(needs.iter().map(|need| need.amount)).unwrap(),
        needs,
        pickup: None,
        may_split: true,
    }
}

fn by(rules: &[Rule], quantity: i64, sites: &[Site]) -> Sourcing {
    source(&order(&need(quantity)), sites, rules).unwrap()
}

#[test]
fn distances_are_those_of_the_sphere() {
    assert_eq!(HANGZHOU.metres_to(HANGZHOU), 0);
    assert!((HANGZHOU.metres_to(north(3_000)) - 3_000).abs() <= 1);
    assert!((172_000..174_500).contains(&HANGZHOU.metres_to(SHANGHAI)));
    assert_eq!(HANGZHOU.metres_to(SHANGHAI), SHANGHAI.metres_to(HANGZHOU));
    let quarter = Point {
        latitude: 0,
        longitude: 0,
    }
    .metres_to(Point {
        latitude: 0,
        longitude: 90_000_000,
    });
    assert_eq!(quarter, 10_007_557);
}

fn store(number: i64, metres: i64, stock: i64) -> Site {
    site(number, SiteKind::Store, Some(north(metres)), stock)
}

#[test]
fn the_nearest_store_with_every_line_goes_first() {
    let nowhere = site(1, SiteKind::Store, None, 5);
    let other = |stock| site(3, SiteKind::Warehouse, None, stock);
    for (case, others, quantity, chosen) in [
        (
            "nearest",
            vec![store(1, 900, 5), store(2, 400, 5)],
            5,
            Some(2),
        ),
        (
            "the nearest is short",
            vec![store(1, 900, 5), store(2, 400, 4)],
            5,
            Some(1),
        ),
        ("beyond the radius", vec![store(1, 3_010, 5)], 5, Some(9)),
        ("within the radius", vec![store(1, 2_990, 5)], 5, Some(1)),
        ("store without place", vec![nowhere], 5, Some(9)),
        (
            "equal distance",
            vec![store(2, 10, 5), store(1, 10, 5)],
            5,
            Some(1),
        ),
        ("other warehouse", vec![other(500)], 101, Some(3)),
        ("nobody", vec![other(60)], 101, None),
    ] {
        let mut sites = vec![site(9, SiteKind::CentralWarehouse, Some(SHANGHAI), 100)];
        sites.extend(others);
        let decision = by(&shipped(), quantity, &sites);
        assert_eq!(decision.chosen(), chosen.map(id), "{case}");
        assert_eq!(
            decision.weighed.len(),
            sites.len(),
            "{case}: all are weighed"
        );
        let is_chosen = |one: &&Weighed| one.verdict == Verdict::Chosen;
        let count = decision.weighed.iter().filter(is_chosen).count();
        assert_eq!(count, usize::from(chosen.is_some()), "{case}");
    }
}

#[test]
fn a_ship_to_without_place_goes_to_the_central_warehouse() {
    let sites = [
        site(1, SiteKind::Store, Some(HANGZHOU), 5),
        site(9, SiteKind::CentralWarehouse, Some(SHANGHAI), 100),
    ];
    let needs = need(5);
    let nowhere = Order {
        ship_to: None,
        ..order(&needs)
    };
    let decision = source(&nowhere, &sites, &shipped()).unwrap();
    assert_eq!(decision.chosen(), Some(id(9)));
    assert_eq!(decision.weighed[0].verdict, Verdict::PlaceUnknown);
}

#[test]
fn an_order_is_not_split_and_says_what_is_missing() {
    let mut other = site(3, SiteKind::Warehouse, None, 60);
    other.available.insert(id(78), Quantity::ZERO);
    let sites = [site(9, SiteKind::CentralWarehouse, None, 40), other];
    let decision = by(&shipped(), 50, &sites);
    assert_eq!(decision.chosen(), None);
    let missing = Shortage {
        product: id(77),
        needed: Quantity::of(50),
        available: Quantity::of(60),
    };
    assert_eq!(decision.shortages[0], missing);
    let twice = [1, 2].map(|one| (id(1), Quantity::of(one), Money::of(one)));
    let added = needs(twice).unwrap();
    assert_eq!((added.len(), added[0].quantity), (1, Quantity::of(3)));
}

#[test]
fn a_site_that_gave_goods_back_is_not_asked_again() {
    let refused = Site {
        left_out: Some(LeftOut::NotAccepted),
        ..store(1, 100, 5)
    };
    let sites = [refused, store(2, 200, 5)];
    let decision = by(&shipped(), 5, &sites);
    assert_eq!(decision.chosen(), Some(id(2)));
    assert_eq!(
        decision.weighed[0].verdict,
        Verdict::LeftOut(LeftOut::NotAccepted)
    );
}

#[test]
fn a_rule_counts_only_for_its_orders() {
    type Change = fn(&mut Rule);
    let cases: [(&str, Change, Option<Mismatch>); 8] = [
        ("all", |_| (), None),
        ("its channel", |rule| rule.channel = Some(id(1)), None),
        (
            "other channel",
            |rule| rule.channel = Some(id(2)),
            Some(Mismatch::Channel),
        ),
        (
            "its province",
            |rule| rule.division = Some("330000".to_owned()),
            None,
        ),
        (
            "other province",
            |rule| rule.division = Some("310000".to_owned()),
            Some(Mismatch::Division),
        ),
        (
            "at the limits",
            |rule| {
                rule.amount_from = Some(Money::of(510));
                rule.amount_until = Some(Money::of(510));
            },
            None,
        ),
        (
            "too small",
            |rule| rule.amount_from = Some(Money::of(511)),
            Some(Mismatch::Amount),
        ),
        (
            "too large",
            |rule| rule.amount_until = Some(Money::of(509)),
            Some(Mismatch::Amount),
        ),
    ];
    for (case, change, mismatch) in cases {
        let mut own = rule("own", None);
        change(&mut own);
        let decision = by(&[own], 5, &[store(1, 100, 5)]);
        let expected = mismatch.map_or(Outcome::Ships, Outcome::Mismatch);
        assert_eq!(decision.rules[0].outcome, expected, "{case}");
        let is_known = decision.weighed[0].verdict != Verdict::NoRule;
        assert_eq!(is_known, mismatch.is_none(), "{case}");
    }
}

#[test]
fn sites_go_in_the_order_of_the_rule() {
    let sites = [
        Site {
            priority: 1,
            shipping_cost: Money::of(9),
            capacity_left: Some(5),
            ..store(1, 100, 20)
        },
        Site {
            priority: 2,
            shipping_cost: Money::of(8),
            capacity_left: Some(4),
            ..store(2, 200, 10)
        },
        Site {
            priority: 2,
            shipping_cost: Money::of(7),
            capacity_left: None,
            ..store(3, 300, 10)
        },
        Site {
            priority: 9,
            capacity_left: Some(0),
            ..store(4, 10, 99)
        },
    ];
    for (sort, first) in [
        (vec![SortKey::Distance], 1),
        (vec![SortKey::Available], 1),
        (vec![SortKey::Priority], 2),
        (vec![SortKey::Priority, SortKey::Cost], 3),
        (vec![SortKey::Cost], 3),
        (vec![SortKey::Capacity], 3),
    ] {
        let rule = Rule {
            sort: sort.clone(),
            ..rule("sorted", None)
        };
        let decision = by(&[rule], 5, &sites);
        assert_eq!(decision.chosen(), Some(id(first)), "{sort:?}");
        let full = decision.weighed.iter().find(|one| one.site == id(4));
        assert_eq!(full.unwrap().verdict, Verdict::Full);
    }
}

fn splitting(from: i64, part: i64, sites_max: usize) -> Rule {
    let terms = SplitTerms {
        amount_from: Money::of(from),
        part_amount_min: Money::of(part),
        sites_max,
    };
    Rule {
        split: Some(terms),
        ..rule("split", None)
    }
}

#[test]
fn several_sites_share_what_none_has() {
    // Six of them worth 100 each and one worth 10: 610 in all.
    let sites = [store(1, 100, 2), store(2, 200, 4), store(3, 300, 1)];
    for (case, rule, outcome) in [
        ("shared", splitting(610, 200, 2), Outcome::Splits(2)),
        ("too small", splitting(611, 0, 2), Outcome::TooSmall),
        (
            "small part",
            splitting(0, 201, 2),
            Outcome::NoSplit(NoSplit::PartTooSmall),
        ),
        ("not split", rule("one", None), Outcome::NoSite),
    ] {
        let decision = by(&[rule], 6, &sites);
        assert_eq!(decision.rules[0].outcome, outcome, "{case}");
    }
    let decision = by(&[splitting(0, 0, 2)], 6, &sites);
    let shares: Vec<_> = decision
        .parts
        .iter()
        .map(|part| (part.site, part.goods.clone()))
        .collect();
    let one = |product, quantity| (id(product), Quantity::of(quantity));
    assert_eq!(
        shares,
        [
            (id(2), vec![one(77, 4), one(78, 1)]),
            (id(1), vec![one(77, 2)])
        ]
    );
    let more = by(&[splitting(0, 0, 2)], 7, &sites);
    assert_eq!(
        more.rules[0].outcome,
        Outcome::NoSplit(NoSplit::Short),
        "three sites needed"
    );
    assert_eq!(by(&[splitting(0, 0, 3)], 7, &sites).parts.len(), 3);
}

proptest! {
    #[test]
    fn parts_are_what_is_needed_and_nobody_gives_what_it_has_not(
        stocks in prop::collection::vec(0_i64..9, 1..6), wanted in 1_i64..30
    ) {
        let sites: Vec<Site> = stocks
            .iter()
            .zip(1..)
            .map(|(&stock, number)| store(number, number * 10, stock))
            .collect();
        let decision = by(&[splitting(0, 0, 5)], wanted, &sites);
        let total: i64 = stocks.iter().sum();
        prop_assert_eq!(decision.parts.is_empty(), total < wanted);
        let mut given = 0;
        for part in &decision.parts {
            let site = sites.iter().find(|site| site.id == part.site).unwrap();
            for (product, quantity) in &part.goods {
                prop_assert!(*quantity <= site.promised(*product));
                given += if *product == id(77) { quantity.steps() } else { 0 };
            }
        }
        let expected = if total < wanted { 0 } else { Quantity::of(wanted).steps() };
        prop_assert_eq!(given, expected);
    }
}
