//! Distances against known ones, and every way a site is chosen or passed over.

use super::*;

const HANGZHOU: Place = Place {
    latitude: 30_259_463,
    longitude: 120_130_194,
};
const SHANGHAI: Place = Place {
    latitude: 31_221_517,
    longitude: 121_544_379,
};

fn id(number: i64) -> Id {
    Id::from_number(number)
}

/// About so many metres north of Hangzhou: one degree of latitude is 111,195 metres on this sphere.
fn north(metres: i64) -> Place {
    Place {
        latitude: HANGZHOU.latitude + metres * 1_000_000 / 111_195,
        ..HANGZHOU
    }
}

fn site(number: i64, kind: SiteKind, place: Option<Place>, stock: i64) -> Site {
    Site {
        id: id(number),
        name: format!("site {number}"),
        kind,
        place,
        available: BTreeMap::from([(id(77), Quantity::of(stock)), (id(78), Quantity::of(9))]),
        left_out: None,
    }
}

fn need(quantity: i64) -> Vec<Need> {
    needs([(id(77), Quantity::of(quantity)), (id(78), Quantity::of(1))])
}

#[test]
fn distances_are_those_of_the_sphere() {
    assert_eq!(HANGZHOU.metres_to(HANGZHOU), 0);
    assert!((HANGZHOU.metres_to(north(3_000)) - 3_000).abs() <= 1);
    assert!((172_000..174_500).contains(&HANGZHOU.metres_to(SHANGHAI)));
    assert_eq!(HANGZHOU.metres_to(SHANGHAI), SHANGHAI.metres_to(HANGZHOU));
    let quarter = Place {
        latitude: 0,
        longitude: 0,
    }
    .metres_to(Place {
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
        let decision = source(Some(HANGZHOU), &need(quantity), &sites, 3_000);
        assert_eq!(decision.chosen, chosen.map(id), "{case}");
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
    let decision = source(None, &need(5), &sites, 3_000);
    assert_eq!(decision.chosen, Some(id(9)));
    assert_eq!(decision.weighed[0].verdict, Verdict::PlaceUnknown);
}

#[test]
fn an_order_is_not_split_and_says_what_is_missing() {
    let mut other = site(3, SiteKind::Warehouse, None, 60);
    other.available.insert(id(78), Quantity::ZERO);
    let sites = [site(9, SiteKind::CentralWarehouse, None, 40), other];
    let decision = source(None, &need(50), &sites, 3_000);
    assert_eq!(decision.chosen, None);
    let missing = Shortage {
        product: id(77),
        needed: Quantity::of(50),
        available: Quantity::of(60),
    };
    assert_eq!(decision.shortages[0], missing);
    assert_eq!(
        needs([(id(1), Quantity::of(2)), (id(1), Quantity::of(3))]).len(),
        1
    );
}
