//! Small values for the tests of this pack.

use qudao_base::{Date, Id, Money, Percent, Quantity};

use super::policy::{
    Audience, Benefit, Buyer, Item, Limit, Offer, Period, Policy, Promotion, Threshold,
};
use super::tax::{TaxPolicy, TaxRate};

pub fn id(number: i64) -> Id {
    Id::from_number(number)
}

pub fn money(text: &str) -> Money {
    text.parse().unwrap()
}

pub fn offer(number: i64) -> Offer {
    Offer {
        id: id(number),
        list: None,
        name: String::new(),
        product: None,
        category: None,
        audience: Audience::default(),
        quantity_from: Quantity::ZERO,
        price: None,
        percent_off: None,
        period: Period::default(),
        priority: 0,
    }
}

pub fn promotion(number: i64, benefit: Benefit) -> Promotion {
    Promotion {
        id: id(number),
        name: format!("promotion {number}"),
        benefit,
        threshold: Threshold::default(),
        categories: Vec::new(),
        products: Vec::new(),
        audience: Audience::default(),
        period: Period::default(),
        first_order: false,
        coupon: false,
        group: None,
        stackable: false,
        priority: 0,
        limit: Limit::default(),
    }
}

pub fn rate(percent: i64) -> TaxRate {
    TaxRate {
        percent: Percent::of(percent),
        exempt: false,
    }
}

/// A product of the category `product % 3`.
pub fn item(product: i64, list_price: &str, quantity: i64) -> Item {
    Item {
        product: id(product),
        category: Some(id(product % 3)),
        list_price: money(list_price),
        tax_rate: rate(13),
        quantity: Quantity::of(quantity),
    }
}

pub fn buyer(discount: i64) -> Buyer {
    Buyer {
        partner: id(1),
        tier: "gold".to_owned(),
        channel: id(1),
        division: Some("330106".to_owned()),
        day: Date::of(2026, 6, 15).unwrap(),
        discount: Percent::of(discount),
        first_order: false,
        coupon_promotion: None,
    }
}

pub fn policy() -> Policy {
    Policy {
        tax: TaxPolicy {
            rate: Percent::of(13),
            ..TaxPolicy::default()
        },
        ..Policy::default()
    }
}
