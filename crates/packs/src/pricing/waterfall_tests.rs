//! The waterfall on worked examples and on random orders.

use proptest::prelude::*;
use qudao_base::Date;

use super::*;
use crate::pricing::{
    policy::{Audience, Benefit, Offer, Part, Period, Promotion, Threshold, TierStep},
    samples::{buyer, id, item, money, offer, policy, promotion, rate},
    tax::{Half, TaxPolicy, TaxRate},
};

#[test]
fn every_step_of_a_worked_order_is_kept() {
    let mut policy = policy();
    policy.offers.push(Offer {
        audience: Audience {
            tier: Some("gold".to_owned()),
            ..Audience::default()
        },
        percent_off: Some(Percent::of(10)),
        ..offer(1)
    });
    policy.promotions.push(Promotion {
        threshold: Threshold {
            amount: Money::of(1000),
            quantity: Quantity::ZERO,
        },
        ..promotion(
            900,
            Benefit::FullReduction {
                amount: Money::of(50),
                every: true,
            },
        )
    });
    let priced = price(
        &policy,
        &buyer(5),
        &[item(1, "1000", 2), item(2, "99.90", 5)],
    )
    .unwrap();
    // 1800 and 449.55, less 5 %: 1710 and 427.07; twice 50 off: 80.02 and 19.98.
    let totals: Vec<String> = priced
        .lines
        .iter()
        .map(|line| line.total_amount.to_string())
        .collect();
    assert_eq!(totals, ["1629.98", "407.09"]);
    assert_eq!(priced.promotion_amount, Money::of(100));
    assert_eq!(priced.total_amount, money("2037.07"));
    assert_eq!(priced.lines[0].tax_amount, money("187.52"));
    let kinds: Vec<StepKind> = priced.lines[0].steps.iter().map(|step| step.kind).collect();
    let expected = [
        StepKind::List,
        StepKind::Rule,
        StepKind::Discount,
        StepKind::Promotion,
        StepKind::Tax,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(priced.lines[0].steps[1].rule, Some(id(1)));
    assert_eq!(
        priced.applied().collect::<Vec<_>>(),
        [(id(900), Money::of(100))]
    );
}

/// Figures of Tryton 8.2, module `sale_price_list`, test scenario: three rules tried in order.
#[test]
fn tiered_price_list_as_published() {
    let factor = |number, product: Option<i64>, from, off, priority| Offer {
        product: product.map(id),
        quantity_from: Quantity::of(from),
        percent_off: Some(Percent::of(off)),
        priority,
        ..offer(number)
    };
    let policy = Policy {
        offers: vec![
            factor(1, Some(1), 10, 30, 2),
            factor(2, Some(1), 0, 20, 1),
            factor(3, None, 0, 50, 0),
        ],
        ..policy()
    };
    for (item, unit_price) in [
        (item(1, "10", 1), "8.00"),
        (item(1, "10", 12), "7.00"),
        (item(2, "30", 1), "15.00"),
        (item(2, "30", 2), "15.00"),
    ] {
        let priced = price(&policy, &buyer(0), &[item]).unwrap();
        assert_eq!(priced.lines[0].unit_price.to_string(), unit_price);
    }
}

/// Figures of Tryton 8.2, module `sale_promotion`, test scenario: 10 % off when two of the products reach 10 units together.
#[test]
fn quantity_promotion_with_tax_added_as_published() {
    let policy = Policy {
        promotions: vec![Promotion {
            threshold: Threshold {
                amount: Money::ZERO,
                quantity: Quantity::of(10),
            },
            products: vec![id(1), id(2)],
            ..promotion(900, Benefit::PercentOff(Percent::of(10)))
        }],
        tax: TaxPolicy {
            included: false,
            per_document: false,
            half: Half::Up,
            ..TaxPolicy::default()
        },
        ..Policy::default()
    };
    for (quantities, net, tax, total) in [
        (&[5, 10, 5, 5][..], "470.00", "47.00", "517.00"),
        (&[5, 3, 10][..], "360.00", "36.00", "396.00"),
    ] {
        let items: Vec<Item> = quantities
            .iter()
            .enumerate()
            .map(|(at, quantity)| Item {
                tax_rate: rate(10),
                ..item(i64::try_from(at).unwrap() + 1, "20", *quantity)
            })
            .collect();
        let priced = price(&policy, &buyer(0), &items).unwrap();
        let sums = [priced.net_amount, priced.tax_amount, priced.total_amount];
        assert_eq!(sums.map(|sum| sum.to_string()), [net, tax, total]);
    }
}

#[test]
fn ties_end_by_priority_then_price_then_id() {
    let fixed = |number, price: &str, priority| Offer {
        price: Some(money(price)),
        priority,
        ..offer(number)
    };
    for (offers, winner) in [
        (vec![fixed(1, "80", 0), fixed(2, "90", 1)], 2),
        (vec![fixed(1, "90", 0), fixed(2, "80", 0)], 2),
        (vec![fixed(2, "80", 0), fixed(1, "80", 0)], 1),
    ] {
        let policy = Policy { offers, ..policy() };
        let priced = price(&policy, &buyer(0), &[item(1, "100", 1)]).unwrap();
        assert_eq!(priced.lines[0].steps[1].rule, Some(id(winner)));
    }
}

fn half_price(change: impl FnOnce(&mut Offer)) -> Offer {
    let mut half = Offer {
        percent_off: Some(Percent::of(50)),
        ..offer(1)
    };
    change(&mut half);
    half
}

fn price_of_two(offer: Offer) -> Money {
    let policy = Policy {
        offers: vec![offer],
        ..policy()
    };
    let priced = price(&policy, &buyer(0), &[item(1, "100", 2)]).unwrap();
    priced.total_amount
}

#[test]
fn rules_that_do_not_match_leave_the_list_price() {
    let day = |text: &str| Some(text.parse::<Date>().unwrap());
    for unmatched in [
        half_price(|one| one.product = Some(id(2))),
        half_price(|one| one.category = Some(id(2))),
        half_price(|one| one.audience.tier = Some("bronze".to_owned())),
        half_price(|one| one.audience.partner = Some(id(2))),
        half_price(|one| one.audience.channel = Some(id(2))),
        half_price(|one| one.audience.division = Some("330200".to_owned())),
        half_price(|one| one.quantity_from = Quantity::of(3)),
        half_price(|one| one.period.from = day("2026-06-16")),
        half_price(|one| one.period.until = day("2026-06-14")),
        half_price(|one| one.percent_off = None),
    ] {
        assert_eq!(
            price_of_two(unmatched.clone()),
            Money::of(200),
            "{unmatched:?}"
        );
    }
    for matched in [
        half_price(|one| one.audience.channel = Some(id(1))),
        half_price(|one| one.audience.division = Some("330000".to_owned())),
        half_price(|one| one.audience.division = Some("330106".to_owned())),
        half_price(|one| {
            one.period = Period {
                from: day("2026-06-15"),
                until: day("2026-06-15"),
            };
        }),
    ] {
        assert_eq!(price_of_two(matched.clone()), Money::of(100), "{matched:?}");
    }
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    prop::collection::vec((1_i64..6, 1_i64..5_000_000, 1_i64..2_000_000), 1..9).prop_map(|rows| {
        let item = |(product, price, quantity): (i64, i64, i64)| Item {
            product: id(product),
            category: Some(id(product % 3)),
            list_price: Money::from_steps(price),
            tax_rate: rate(product * 3),
            quantity: Quantity::from_steps(quantity),
        };
        rows.into_iter().map(item).collect()
    })
}

fn benefit() -> impl Strategy<Value = Benefit> {
    let amount = || (0_i64..90_000_000).prop_map(Money::from_steps);
    let percent = || (0_i64..110).prop_map(Percent::of);
    let part = (1_i64..6, 1_i64..30_000).prop_map(|(product, quantity)| Part {
        product: id(product),
        quantity: Quantity::from_steps(quantity),
    });
    let gift = (1_i64..6, 0_i64..30_000, amount()).prop_map(|(product, quantity, price)| {
        crate::pricing::policy::Gift {
            product: id(product),
            quantity: Quantity::from_steps(quantity),
            list_price: price,
        }
    });
    let step = (
        amount(),
        prop::option::of(amount()),
        prop::option::of(percent()),
    );
    let step = step.prop_map(|(threshold, amount, percent)| TierStep {
        threshold,
        amount,
        percent,
    });
    prop_oneof![
        percent().prop_map(Benefit::PercentOff),
        amount().prop_map(Benefit::AmountOff),
        (amount(), any::<bool>())
            .prop_map(|(amount, every)| Benefit::FullReduction { amount, every }),
        prop::collection::vec(step, 0..4).prop_map(Benefit::Tiers),
        (prop::collection::vec(gift, 0..3), any::<bool>())
            .prop_map(|(gifts, every)| Benefit::Gift { gifts, every }),
        (prop::collection::vec(part, 0..3), amount())
            .prop_map(|(parts, price)| Benefit::Bundle { parts, price }),
        (0_i64..5, percent()).prop_map(|(nth, percent)| Benefit::NthItem { nth, percent }),
    ]
}

type Row = (
    Benefit,
    (i64, i64, Vec<i64>),
    (Option<i64>, bool, i64, Option<i64>),
);

fn promotions() -> impl Strategy<Value = Vec<Promotion>> {
    let conditions = (
        0_i64..500_000_000,
        0_i64..300_000,
        prop::collection::vec(0_i64..3, 0..3),
    );
    let standing = (
        prop::option::of(0_i64..2),
        any::<bool>(),
        0_i64..3,
        prop::option::of(0_i64..900_000_000),
    );
    let row = (benefit(), conditions, standing);
    prop::collection::vec(row, 0..6).prop_map(|rows| {
        let one = |(at, (benefit, conditions, standing)): (usize, Row)| {
            let (amount, quantity, categories) = conditions;
            let (group, stackable, priority, left) = standing;
            let mut one = promotion(900 + i64::try_from(at).unwrap(), benefit);
            one.threshold.amount = Money::from_steps(amount);
            one.threshold.quantity = Quantity::from_steps(quantity);
            one.categories = categories.into_iter().map(id).collect();
            one.group = group.map(|group| group.to_string());
            one.limit.amount_left = left.map(Money::from_steps);
            (one.stackable, one.priority) = (stackable, priority);
            one
        };
        rows.into_iter().enumerate().map(one).collect()
    })
}

fn offers(percent: i64) -> Vec<Offer> {
    vec![
        Offer {
            quantity_from: Quantity::of(50),
            percent_off: Some(Percent::of(percent)),
            ..offer(1)
        },
        Offer {
            product: Some(id(2)),
            price: Some(money("17.3333")),
            ..offer(2)
        },
    ]
}

/// What a line is and what became of it, to compare orders whose lines stand in another order.
fn content(items: &[Item], priced: &Waterfall) -> Vec<(Id, Quantity, Money, Money, Money)> {
    let mut all: Vec<_> = items
        .iter()
        .zip(&priced.lines)
        .map(|(item, line)| {
            let amounts = (line.list_amount, line.promotion_amount, line.total_amount);
            (item.product, item.quantity, amounts.0, amounts.1, amounts.2)
        })
        .collect();
    all.sort();
    all
}

proptest! {
    #[test]
    fn cents_are_conserved_and_order_does_not_matter(
        items in items(),
        promotions in promotions(),
        percent in 0_i64..60,
        discount in -5_i64..110,
        turn in 0_usize..9,
        per_document: bool,
    ) {
        let mut policy = policy();
        policy.tax.per_document = per_document;
        (policy.offers, policy.promotions) = (offers(percent), promotions);
        let first = price(&policy, &buyer(discount), &items).unwrap();
        prop_assert_eq!(&first, &price(&policy, &buyer(discount), &items).unwrap());
        for line in first.lines.iter().chain(first.gifts.iter().map(|gift| &gift.priced)) {
            prop_assert_eq!(line.net_amount.plus(line.tax_amount).unwrap(), line.total_amount);
            prop_assert!(!line.total_amount.is_negative());
            prop_assert!(!line.promotion_amount.is_negative() && !line.discount_amount.is_negative());
            prop_assert_eq!(line.total_amount, line.total_amount.rounded(2));
            let changes = line.steps.iter().filter(|step| step.kind != StepKind::Tax);
            prop_assert_eq!(Money::sum(changes.map(|step| step.change)).unwrap(), line.total_amount);
        }
        prop_assert_eq!(Money::sum(first.lines.iter().map(|line| line.total_amount)).unwrap(), first.total_amount);
        let worth = Money::sum(first.applied().map(|(_, worth)| worth)).unwrap();
        prop_assert_eq!(worth, first.promotion_amount);
        for (id, worth) in first.applied() {
            let of = policy.promotions.iter().find(|one| one.id == id).unwrap();
            prop_assert!(of.limit.amount_left.is_none_or(|left| worth <= left));
        }
        prop_assert_eq!(first.promotions.len(), policy.promotions.len());

        let mut turned = items.clone();
        turned.rotate_left(turn % items.len());
        turned.reverse();
        policy.offers.reverse();
        policy.promotions.reverse();
        let second = price(&policy, &buyer(discount), &turned).unwrap();
        prop_assert_eq!(content(&items, &first), content(&turned, &second));
        prop_assert_eq!(&first.gifts, &second.gifts);
        prop_assert_eq!(first.tax_amount, second.tax_amount);
    }

    #[test]
    fn no_value_makes_it_panic(
        rows in prop::collection::vec((0_i64..4, any::<i64>(), any::<i64>()), 0..4),
        benefit in benefit(),
        threshold: (i64, i64),
        discount: i64,
        percent: i64,
    ) {
        let mut one = promotion(900, benefit);
        one.threshold.amount = Money::from_steps(threshold.0);
        one.threshold.quantity = Quantity::from_steps(threshold.1);
        let policy = Policy { promotions: vec![one], ..policy() };
        let mut buyer = buyer(0);
        buyer.discount = Percent::from_steps(discount);
        let item = |(product, price, quantity)| Item {
            product: id(product),
            category: None,
            list_price: Money::from_steps(price),
            tax_rate: TaxRate { percent: Percent::from_steps(percent), exempt: false },
            quantity: Quantity::from_steps(quantity),
        };
        let items: Vec<Item> = rows.into_iter().map(item).collect();
        let _ = price(&policy, &buyer, &items);
    }
}
