//! Which price rule or line of a price list sets the price of an item.
//!
//! Keeps true: equal rules never fail. Higher priority wins, then the lower price, then the older id; the order rules come in
//! does not matter.
//! Not here: promotions, loading rules.

use std::cmp::Reverse;

use qudao_base::{Money, Result};

use super::policy::{Buyer, Item, Offer};

/// The offer that sets the price of an item, with that price.
///
/// # Errors
/// `amount.range` when a price does not fit.
pub fn best_offer<'a>(
    offers: &'a [Offer],
    buyer: &Buyer,
    item: &Item,
) -> Result<Option<(&'a Offer, Money)>> {
    let mut best: Option<(&Offer, Money)> = None;
    for offer in offers.iter().filter(|offer| applies(offer, buyer, item)) {
        let Some(price) = offered_price(offer, item.list_price)? else {
            continue;
        };
        let rank = |(offer, price): &(&Offer, Money)| (Reverse(offer.priority), *price, offer.id);
        let candidate = (offer, price);
        if best
            .as_ref()
            .is_none_or(|held| rank(&candidate) < rank(held))
        {
            best = Some(candidate);
        }
    }
    Ok(best)
}

fn applies(offer: &Offer, buyer: &Buyer, item: &Item) -> bool {
    offer.product.is_none_or(|product| product == item.product)
        && offer
            .category
            .is_none_or(|category| Some(category) == item.category)
        && offer.quantity_from <= item.quantity
        && offer.period.covers(buyer.day)
        && offer.audience.mismatch(buyer).is_none()
}

fn offered_price(offer: &Offer, list_price: Money) -> Result<Option<Money>> {
    match (offer.price, offer.percent_off) {
        (Some(price), _) => Ok(Some(price)),
        (None, Some(percent)) => Ok(Some(list_price.minus(list_price.percent(percent)?)?)),
        (None, None) => Ok(None),
    }
}
