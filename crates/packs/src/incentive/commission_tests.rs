//! Commission on worked examples and on random series of payments and refunds.

use proptest::prelude::*;

use super::*;

fn id(number: i64) -> Id {
    Id::from_number(number)
}

fn rate(rule: i64, category: Option<i64>, tier: Option<&str>, percent: i64) -> Rate {
    Rate {
        rule: id(rule),
        category: category.map(id),
        tier: tier.map(str::to_owned),
        percent: Percent::of(percent),
        first_order_bonus: Money::ZERO,
        valid_from: None,
        valid_until: None,
    }
}

fn share(category: i64, amount: i64, percent: i64) -> Share {
    Share {
        category: Some(id(category)),
        amount: Money::of(amount),
        percent: Percent::of(percent),
    }
}

#[test]
fn the_most_specific_rule_wins() {
    let day = Date::of(2026, 5, 1).unwrap();
    let expired = Rate {
        valid_until: Date::of(2026, 4, 30).ok(),
        ..rate(5, Some(1), Some("gold"), 50)
    };
    let rates = [
        rate(1, None, None, 2),
        rate(2, None, Some("gold"), 3),
        rate(3, Some(1), Some("gold"), 1),
        rate(4, None, None, 2),
        expired,
    ];
    for (category, tier, expected) in [
        (Some(1), "gold", 3),
        (Some(2), "gold", 2),
        (Some(2), "bronze", 1),
        (None, "bronze", 1),
    ] {
        let found = best_rate(&rates, category.map(id), tier, day).unwrap();
        assert_eq!(found.rule, id(expected), "{category:?} {tier}");
    }
    assert!(best_rate(&[], None, "gold", day).is_none());
}

#[test]
fn a_half_payment_earns_half() {
    let shares = [share(1, 600, 5), share(2, 400, 10)];
    let earned = change(&[], Money::of(500), &shares).unwrap();
    assert_eq!(
        earned.iter().map(|one| one.base).collect::<Vec<_>>(),
        [Money::of(300), Money::of(200)]
    );
    assert_eq!(
        earned.iter().map(|one| one.amount).collect::<Vec<_>>(),
        [Money::of(15), Money::of(20)]
    );
}

#[test]
fn the_bonus_is_due_once_and_taken_back_once() {
    let bonus = Money::of(200);
    for (is_paid, booked, expected) in [
        (false, 0, 0),
        (true, 0, 200),
        (true, 200, 0),
        (false, 200, -200),
    ] {
        let change = bonus_change(bonus, is_paid, Money::of(booked)).unwrap();
        assert_eq!(change, Money::of(expected), "{is_paid} {booked}");
    }
}

proptest! {
    #[test]
    fn any_series_of_payments_ends_at_the_same_commission(
        cents in prop::collection::vec(1_i64..3_000_000, 1..6),
        percents in prop::collection::vec(0_i64..300_000, 6),
        stops in prop::collection::vec(0_i64..=1_000, 0..10),
    ) {
        let shares: Vec<Share> = (1..)
            .zip(cents.iter().zip(percents))
            .map(|(category, (&cents, percent))| Share {
                category: Some(id(category)),
                amount: Money::from_steps(cents * 100),
                percent: Percent::from_steps(percent),
            })
            .collect();
        let total = Money::sum(shares.iter().map(|share| share.amount)).unwrap();
        let full: Money = Money::sum(shares.iter().map(|share| share.amount.percent(share.percent).unwrap().rounded(2))).unwrap();

        let mut booked: Vec<Earned> = Vec::new();
        let amount_of = |booked: &[Earned]| Money::sum(booked.iter().map(|one| one.amount)).unwrap();
        let reached = |per_mille: &i64| Money::from_steps(total.steps() / 1_000 * per_mille).rounded(2);
        for cash in stops.iter().map(reached).chain([total]) {
            let changes = change(&booked, cash, &shares).unwrap();
            booked.extend(changes);
            prop_assert_eq!(Money::sum(booked.iter().map(|one| one.base)).unwrap(), cash);
        }
        prop_assert_eq!(amount_of(&booked), full);
        booked.extend(change(&booked, Money::ZERO, &shares).unwrap());
        prop_assert_eq!(amount_of(&booked), Money::ZERO);
    }
}
