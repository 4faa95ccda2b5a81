//! The waterfall on worked examples and on random orders.

use proptest::prelude::*;
use qudao_base::Quantity;

use super::*;
use crate::pricing::policy::{Offer, Period, Reduction};

fn id(number: i64) -> Id {
    Id::from_number(number)
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn offer(number: i64) -> Offer {
    Offer {
        id: id(number),
        name: String::new(),
        product: None,
        category: None,
        tier: None,
        partner: None,
        quantity_from: Quantity::ZERO,
        price: None,
        percent_off: None,
        period: Period::default(),
        priority: 0,
    }
}

fn promotion(threshold: i64, reduction: Reduction) -> Promotion {
    Promotion {
        id: id(900),
        name: "满减".to_owned(),
        reduction,
        threshold: Money::of(threshold),
        categories: Vec::new(),
        period: Period::default(),
        priority: 0,
    }
}

fn item(product: i64, list_price: &str, quantity: i64) -> Item {
    Item {
        product: id(product),
        category: Some(id(product % 3)),
        list_price: money(list_price),
        quantity: Quantity::of(quantity),
    }
}

fn buyer(discount: i64) -> Buyer {
    Buyer {
        partner: id(1),
        tier: "gold".to_owned(),
        day: Date::of(2026, 6, 15).unwrap(),
        discount: Percent::of(discount),
    }
}

fn policy() -> Policy {
    Policy {
        tax: Percent::of(13),
        ..Policy::default()
    }
}

#[test]
fn every_step_of_a_worked_order_is_kept() {
    let mut policy = policy();
    policy.offers.push(Offer {
        tier: Some("gold".to_owned()),
        percent_off: Some(Percent::of(10)),
        ..offer(1)
    });
    policy.promotions.push(promotion(
        1000,
        Reduction::Full {
            amount: Money::of(50),
            every: true,
        },
    ));
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

#[test]
fn rules_that_do_not_match_leave_the_list_price() {
    let day = |text: &str| Some(text.parse::<Date>().unwrap());
    let off = Some(Percent::of(50));
    for unmatched in [
        Offer {
            product: Some(id(2)),
            percent_off: off,
            ..offer(1)
        },
        Offer {
            category: Some(id(2)),
            percent_off: off,
            ..offer(1)
        },
        Offer {
            tier: Some("bronze".to_owned()),
            percent_off: off,
            ..offer(1)
        },
        Offer {
            partner: Some(id(2)),
            percent_off: off,
            ..offer(1)
        },
        Offer {
            quantity_from: Quantity::of(3),
            percent_off: off,
            ..offer(1)
        },
        Offer {
            period: Period {
                from: day("2026-06-16"),
                until: None,
            },
            percent_off: off,
            ..offer(1)
        },
        Offer {
            period: Period {
                from: None,
                until: day("2026-06-14"),
            },
            percent_off: off,
            ..offer(1)
        },
        offer(1),
    ] {
        let policy = Policy {
            offers: vec![unmatched.clone()],
            ..policy()
        };
        let priced = price(&policy, &buyer(0), &[item(1, "100", 2)]).unwrap();
        assert_eq!(priced.total_amount, Money::of(200), "{unmatched:?}");
    }
}

#[test]
fn full_reduction_counts_thresholds_and_categories() {
    let once = Reduction::Full {
        amount: Money::of(30),
        every: false,
    };
    let each = Reduction::Full {
        amount: Money::of(30),
        every: true,
    };
    for (reduction, threshold, categories, off) in [
        (once, 100, vec![], 30),
        (each, 100, vec![], 90),
        (each, 301, vec![], 0),
        (each, 100, vec![id(1)], 30),
        (Reduction::Percent(Percent::of(20)), 300, vec![], 60),
        (
            Reduction::Full {
                amount: Money::of(999),
                every: false,
            },
            0,
            vec![],
            300,
        ),
    ] {
        let promotion = Promotion {
            categories,
            ..promotion(threshold, reduction)
        };
        let policy = Policy {
            promotions: vec![promotion],
            ..policy()
        };
        let priced = price(&policy, &buyer(0), &[item(1, "100", 1), item(2, "100", 2)]).unwrap();
        assert_eq!(
            priced.promotion_amount,
            Money::of(off),
            "{reduction:?} at {threshold}"
        );
    }
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    prop::collection::vec((1_i64..6, 1_i64..5_000_000, 1_i64..2_000_000), 1..9).prop_map(|rows| {
        let item = |(product, price, quantity): (i64, i64, i64)| Item {
            product: id(product),
            category: Some(id(product % 3)),
            list_price: Money::from_steps(price),
            quantity: Quantity::from_steps(quantity),
        };
        rows.into_iter().map(item).collect()
    })
}

fn busy_policy(threshold: i64, amount: i64, every: bool, percent: i64) -> Policy {
    let reduction = Reduction::Full {
        amount: Money::from_steps(amount),
        every,
    };
    let mut full = promotion(0, reduction);
    full.threshold = Money::from_steps(threshold);
    let some = Promotion {
        id: id(901),
        categories: vec![id(1), id(2)],
        ..promotion(1, Reduction::Percent(Percent::of(percent)))
    };
    let by_quantity = Offer {
        quantity_from: Quantity::of(50),
        percent_off: Some(Percent::of(percent)),
        ..offer(1)
    };
    let fixed = Offer {
        product: Some(id(2)),
        price: Some(money("17.3333")),
        ..offer(2)
    };
    Policy {
        offers: vec![by_quantity, fixed],
        promotions: vec![full, some],
        tax: Percent::of(13),
    }
}

proptest! {
    #[test]
    fn cents_are_conserved_and_order_does_not_matter(
        items in items(),
        threshold in 0_i64..900_000_000,
        amount in 0_i64..90_000_000,
        every: bool,
        percent in 0_i64..60,
        discount in 0_i64..40,
        turn in 0_usize..9,
    ) {
        let policy = busy_policy(threshold, amount, every, percent);
        let first = price(&policy, &buyer(discount), &items).unwrap();
        prop_assert_eq!(&first, &price(&policy, &buyer(discount), &items).unwrap());
        for line in &first.lines {
            prop_assert_eq!(line.net_amount.plus(line.tax_amount).unwrap(), line.total_amount);
            prop_assert!(!line.total_amount.is_negative());
            prop_assert_eq!(line.total_amount, line.total_amount.rounded(2));
            let last = line.steps.last().unwrap();
            prop_assert_eq!(last.amount, line.total_amount);
            let taxless = &line.steps[..line.steps.len() - 1];
            prop_assert_eq!(Money::sum(taxless.iter().map(|step| step.change)).unwrap(), line.total_amount);
        }
        prop_assert_eq!(Money::sum(first.lines.iter().map(|line| line.total_amount)).unwrap(), first.total_amount);

        let mut turned = items.clone();
        turned.rotate_left(turn % items.len());
        turned.reverse();
        let mut policy = policy;
        policy.offers.reverse();
        policy.promotions.reverse();
        let second = price(&policy, &buyer(discount), &turned).unwrap();
        let content = |items: &[Item], priced: &Waterfall| {
            let mut all: Vec<(Id, Quantity, Money, Money)> = items
                .iter()
                .zip(&priced.lines)
                .map(|(item, line)| (item.product, item.quantity, line.list_amount, line.total_amount))
                .collect();
            all.sort();
            all
        };
        prop_assert_eq!(content(&items, &first), content(&turned, &second));
        prop_assert_eq!(first.tax_amount, second.tax_amount);
    }
}
