//! Each kind of promotion on small orders, and what excludes what.

use std::slice::from_ref;

use qudao_base::Percent;

use super::*;
use crate::pricing::{
    policy::{Benefit, Gift, Part, TierStep},
    samples::{buyer, id, item, money, promotion},
};

/// What the promotions take off lines that cost what they list, and how each came out.
fn run(promotions: &[Promotion], items: &[Item]) -> (Vec<String>, Vec<Considered>) {
    run_for(promotions, items, &buyer(0))
}

fn run_for(
    promotions: &[Promotion],
    items: &[Item],
    buyer: &Buyer,
) -> (Vec<String>, Vec<Considered>) {
    let before: Vec<Money> = items
        .iter()
        .map(|item| item.list_price.times(item.quantity).unwrap())
        .collect();
    let mut left = before.clone();
    let considered = select(promotions, buyer, items, &mut left).unwrap();
    let off = before.iter().zip(&left);
    let off = off.map(|(before, left)| before.minus(*left).unwrap().to_string());
    (off.collect(), considered)
}

fn reason(considered: &[Considered], promotion: i64) -> Reason {
    let of = |one: &&Considered| one.promotion == id(promotion);
    let one = considered.iter().find(of).unwrap();
    one.outcome.clone().unwrap_err()
}

fn full(amount: i64, every: bool) -> Benefit {
    Benefit::FullReduction {
        amount: Money::of(amount),
        every,
    }
}

fn from_amount(threshold: i64, benefit: Benefit) -> Promotion {
    let mut one = promotion(1, benefit);
    one.threshold.amount = Money::of(threshold);
    one
}

#[test]
fn percent_amount_and_full_reductions() {
    let items = [item(1, "100", 1), item(2, "100", 2)];
    for (promotion, off) in [
        (from_amount(100, full(30, false)), ["10.00", "20.00"]),
        (from_amount(100, full(30, true)), ["30.00", "60.00"]),
        (from_amount(301, full(30, true)), ["0.00", "0.00"]),
        (from_amount(0, full(999, false)), ["100.00", "200.00"]),
        (
            from_amount(300, Benefit::PercentOff(Percent::of(20))),
            ["20.00", "40.00"],
        ),
        (
            from_amount(0, Benefit::AmountOff(Money::of(7))),
            ["7.00", "14.00"],
        ),
    ] {
        assert_eq!(run(from_ref(&promotion), &items).0, off, "{promotion:?}");
    }
}

#[test]
fn only_eligible_lines_count_and_give() {
    let items = [item(1, "100", 1), item(2, "100", 2)];
    let mut one = from_amount(100, full(30, true));
    one.categories = vec![id(1)];
    assert_eq!(run(from_ref(&one), &items).0, ["30.00", "0.00"]);
    one.categories.clear();
    one.products = vec![id(2)];
    assert_eq!(run(&[one], &items).0, ["0.00", "60.00"]);
}

#[test]
fn the_highest_step_reached_counts() {
    let step = |threshold, amount: Option<i64>, percent: Option<i64>| TierStep {
        threshold: Money::of(threshold),
        amount: amount.map(Money::of),
        percent: percent.map(Percent::of),
    };
    let steps = vec![
        step(500, Some(80), None),
        step(200, Some(20), None),
        step(1000, None, Some(20)),
    ];
    let one = promotion(1, Benefit::Tiers(steps));
    for (quantity, off) in [(2, "20.00"), (4, "20.00"), (5, "80.00"), (10, "200.00")] {
        assert_eq!(run(from_ref(&one), &[item(1, "100", quantity)]).0, [off]);
    }
    let (_, considered) = run(&[one], &[item(1, "150", 1)]);
    assert_eq!(reason(&considered, 1), Reason::AmountShort(Money::of(50)));
}

/// Buy ten, get one: the figures of the promotion in Kingdee's public manual.
#[test]
fn gifts_come_for_each_full_ten() {
    let mut one = promotion(
        1,
        Benefit::Gift {
            gifts: vec![Gift {
                product: id(9),
                quantity: Quantity::of(1),
                list_price: money("12.50"),
            }],
            every: true,
        },
    );
    one.threshold.quantity = Quantity::of(10);
    let gifts = |quantity| {
        let (off, considered) = run(from_ref(&one), &[item(1, "100", quantity)]);
        assert_eq!(off, ["0.00"]);
        considered[0].outcome.clone().map(|gain| gain.gifts)
    };
    assert_eq!(gifts(9), Err(Reason::QuantityShort(Quantity::of(1))));
    let ten = vec![(id(9), Quantity::of(1), money("12.50"))];
    assert_eq!(gifts(10), Ok(ten));
    let thirty = vec![(id(9), Quantity::of(3), money("37.50"))];
    assert_eq!(gifts(35), Ok(thirty));
}

#[test]
fn bundles_cost_their_price_as_often_as_they_are_complete() {
    let part = |product, quantity| Part {
        product: id(product),
        quantity: Quantity::of(quantity),
    };
    let one = promotion(
        1,
        Benefit::Bundle {
            parts: vec![part(1, 1), part(2, 2)],
            price: Money::of(250),
        },
    );
    // One bundle is 100 + 2 x 100 = 300: 50 off. Two of the first and five of the second make two.
    let (off, _) = run(from_ref(&one), &[item(1, "100", 2), item(2, "100", 5)]);
    assert_eq!(off, ["33.33", "66.67"]);
    let (off, considered) = run(&[one], &[item(1, "100", 2), item(2, "100", 1)]);
    assert_eq!(off, ["0.00", "0.00"]);
    let missing = Reason::BundleIncomplete {
        product: id(2),
        missing: Quantity::of(1),
    };
    assert_eq!(reason(&considered, 1), missing);
}

#[test]
fn every_second_item_is_the_cheaper_one() {
    let half = Benefit::NthItem {
        nth: 2,
        percent: Percent::of(50),
    };
    let one = promotion(1, half);
    assert_eq!(run(from_ref(&one), &[item(1, "100", 3)]).0, ["50.00"]);
    assert_eq!(run(from_ref(&one), &[item(1, "100", 4)]).0, ["100.00"]);
    // Two lines of one product, the second cheaper: one of two units is half price, the cheaper one.
    let (off, _) = run(from_ref(&one), &[item(1, "100", 1), item(1, "80", 1)]);
    assert_eq!(off, ["0.00", "40.00"]);
    let (_, considered) = run(&[one], &[item(1, "100", 1), item(2, "80", 1)]);
    assert_eq!(
        reason(&considered, 1),
        Reason::QuantityShort(Quantity::of(1))
    );
}

#[test]
fn one_of_a_group_and_those_that_stack() {
    let named = |number, percent, group: Option<&str>, stackable| {
        let mut one = promotion(number, Benefit::PercentOff(Percent::of(percent)));
        (one.group, one.stackable) = (group.map(str::to_owned), stackable);
        one
    };
    let items = [item(1, "100", 1)];
    let promotions = [
        named(1, 10, Some("summer"), true),
        named(2, 20, Some("summer"), true),
        named(3, 5, None, true),
        named(4, 15, None, false),
    ];
    let (off, considered) = run(&promotions, &items);
    // 20 % of 100, then 5 % of 80.
    assert_eq!(off, ["24.00"]);
    let by_group = Reason::ExcludedByGroup {
        group: "summer".to_owned(),
        by: id(2),
    };
    assert_eq!(reason(&considered, 1), by_group);
    assert_eq!(reason(&considered, 4), Reason::ExcludedAlone { by: id(2) });
    let mut first = promotions.clone();
    first[3].priority = 1;
    assert_eq!(run(&first, &items).0, ["15.00"]);
}

#[test]
fn limits_and_conditions_say_why_not() {
    let items = [item(1, "100", 1)];
    let changed = |change: fn(&mut Promotion)| {
        let mut one = promotion(1, Benefit::PercentOff(Percent::of(10)));
        change(&mut one);
        reason(&run(&[one], &items).1, 1)
    };
    let budget = Reason::BudgetUsedUp {
        left: money("9.99"),
        needed: Money::of(10),
    };
    assert_eq!(
        changed(|one| one.limit.amount_left = Some(Money::from_steps(99_900))),
        budget
    );
    assert_eq!(
        changed(|one| one.limit.uses_left = Some(0)),
        Reason::UsesUsedUp
    );
    assert_eq!(
        changed(|one| one.limit.partner_uses_left = Some(0)),
        Reason::PartnerUsesUsedUp
    );
    assert_eq!(changed(|one| one.first_order = true), Reason::NotFirstOrder);
    assert_eq!(changed(|one| one.coupon = true), Reason::NeedsCoupon);
    assert_eq!(
        changed(|one| one.products = vec![id(7)]),
        Reason::NothingEligible
    );
    assert_eq!(
        changed(|one| one.audience.channel = Some(id(2))),
        Reason::Audience(Mismatch::Channel)
    );
    let mut one = promotion(1, Benefit::PercentOff(Percent::of(10)));
    (one.first_order, one.coupon) = (true, true);
    let mut newcomer = buyer(0);
    (newcomer.first_order, newcomer.coupon_promotion) = (true, Some(id(1)));
    assert_eq!(run_for(&[one], &items, &newcomer).0, ["10.00"]);
}
