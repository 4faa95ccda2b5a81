//! Price policy as data: what can set a price, what a promotion gives and to whom, and what an order brings along.
//!
//! Keeps true: everything a price depends on is in these values; nothing here reads a database or a clock.
//! Not here: which price applies (`offers`), what a promotion is worth (`benefit`), which promotions apply (`selection`).

use qudao_base::{Date, Id, Money, Percent, Quantity};

use super::tax::{TaxPolicy, TaxRate};
use crate::partner::territory::contains;

/// First and last day, both included; open where absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

impl Period {
    /// True on the day.
    pub fn covers(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// Whom a price or promotion is for. Empty parts mean everybody.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    /// Only partners of this tier.
    pub tier: Option<String>,
    /// Only orders of this channel.
    pub channel: Option<Id>,
    /// Only this partner.
    pub partner: Option<Id>,
    /// Only goods shipped into this division: a province covers its cities, a city its districts.
    pub division: Option<String>,
}

/// Which part of an audience an order does not belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Another tier.
    Tier,
    /// Another channel.
    Channel,
    /// Another partner.
    Partner,
    /// Another division.
    Division,
}

impl Audience {
    /// The first part the buyer does not meet.
    pub fn mismatch(&self, buyer: &Buyer) -> Option<Mismatch> {
        let differs = |wanted: &Option<String>, has: &str| {
            wanted.as_deref().is_some_and(|wanted| wanted != has)
        };
        if differs(&self.tier, &buyer.tier) {
            return Some(Mismatch::Tier);
        }
        if self.channel.is_some_and(|channel| channel != buyer.channel) {
            return Some(Mismatch::Channel);
        }
        if self.partner.is_some_and(|partner| partner != buyer.partner) {
            return Some(Mismatch::Partner);
        }
        let place = buyer.division.as_deref().unwrap_or_default();
        let outside = |area: &str| !contains(area, place);
        if self.division.as_deref().is_some_and(outside) {
            return Some(Mismatch::Division);
        }
        None
    }
}

/// A price from a rule or a price list. Empty conditions match everything.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Which rule, or which line of a list.
    pub id: Id,
    /// The price list it stands in; absent for a rule of its own.
    pub list: Option<Id>,
    /// Name of the rule or list.
    pub name: String,
    /// Only this product.
    pub product: Option<Id>,
    /// Only products of this category.
    pub category: Option<Id>,
    /// Whom it is for.
    pub audience: Audience,
    /// From this quantity of the line on.
    pub quantity_from: Quantity,
    /// Fixed unit price.
    pub price: Option<Money>,
    /// Or so much off the list price.
    pub percent_off: Option<Percent>,
    /// When it holds.
    pub period: Period,
    /// Higher wins.
    pub priority: i64,
}

/// One step of a staggered full reduction: what is taken off from this amount on.
#[derive(Clone, Copy, Debug)]
pub struct TierStep {
    /// From this eligible amount on.
    pub threshold: Money,
    /// Amount taken off.
    pub amount: Option<Money>,
    /// Or per cent of the eligible amount.
    pub percent: Option<Percent>,
}

/// Goods given away.
#[derive(Clone, Copy, Debug)]
pub struct Gift {
    /// What is given.
    pub product: Id,
    /// How many each time.
    pub quantity: Quantity,
    /// What one would cost by the list: the value given away.
    pub list_price: Money,
}

/// One part of a bundle.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Which product.
    pub product: Id,
    /// How many of it make one bundle, positive.
    pub quantity: Quantity,
}

/// What a promotion gives.
#[derive(Clone, Debug)]
pub enum Benefit {
    /// So much per cent of the eligible lines.
    PercentOff(Percent),
    /// An amount off each unit of the eligible lines.
    AmountOff(Money),
    /// An amount off once, or for each full threshold.
    FullReduction {
        /// The amount taken off.
        amount: Money,
        /// For each full threshold rather than once.
        every: bool,
    },
    /// What the highest step reached takes off.
    Tiers(Vec<TierStep>),
    /// Goods without charge.
    Gift {
        /// What is given each time.
        gifts: Vec<Gift>,
        /// For each full threshold rather than once.
        every: bool,
    },
    /// A fixed price for a set of goods, as many times as the set is complete.
    Bundle {
        /// What makes one bundle.
        parts: Vec<Part>,
        /// What one bundle costs.
        price: Money,
    },
    /// So much per cent off every n-th unit of one product, the cheapest units first.
    NthItem {
        /// Which one: 2 is every second. At least 1.
        nth: i64,
        /// Per cent off that unit.
        percent: Percent,
    },
}

/// What eligible lines must reach together; zero asks nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Threshold {
    /// Amount after price rules and manual discount.
    pub amount: Money,
    /// Quantity.
    pub quantity: Quantity,
}

/// What is left of a promotion's limits; absent where there is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limit {
    /// Money it may still give.
    pub amount_left: Option<Money>,
    /// Orders it may still go on.
    pub uses_left: Option<i64>,
    /// Orders of this partner it may still go on.
    pub partner_uses_left: Option<i64>,
}

/// A promotion as data.
#[derive(Clone, Debug)]
pub struct Promotion {
    /// Which promotion.
    pub id: Id,
    /// Name shown on the waterfall.
    pub name: String,
    /// What it gives.
    pub benefit: Benefit,
    /// What it asks of the eligible lines.
    pub threshold: Threshold,
    /// Eligible categories; with no products either: everything.
    pub categories: Vec<Id>,
    /// Eligible products besides.
    pub products: Vec<Id>,
    /// Whom it is for.
    pub audience: Audience,
    /// When it holds.
    pub period: Period,
    /// Only on a partner's first order.
    pub first_order: bool,
    /// Only with a coupon for it.
    pub coupon: bool,
    /// Of a group at most one applies.
    pub group: Option<String>,
    /// Goes together with others that do so too.
    pub stackable: bool,
    /// Higher is tried first.
    pub priority: i64,
    /// What is left of its limits.
    pub limit: Limit,
}

impl Promotion {
    /// True when an order must hold something before it may have the promotion.
    pub fn is_limited(&self) -> bool {
        let limit = self.limit;
        let has_limit = limit.amount_left.is_some()
            || limit.uses_left.is_some()
            || limit.partner_uses_left.is_some();
        has_limit || self.first_order || self.coupon
    }
}

/// Everything prices depend on besides the order.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Price rules and lines of price lists, any order.
    pub offers: Vec<Offer>,
    /// Promotions, any order.
    pub promotions: Vec<Promotion>,
    /// How tax is worked out.
    pub tax: TaxPolicy,
}

/// One line to be priced.
#[derive(Clone, Debug)]
pub struct Item {
    /// Product.
    pub product: Id,
    /// Its category.
    pub category: Option<Id>,
    /// List price per unit.
    pub list_price: Money,
    /// What it is taxed at.
    pub tax_rate: TaxRate,
    /// Quantity, positive.
    pub quantity: Quantity,
}

/// Who buys, when and how.
#[derive(Clone, Debug)]
pub struct Buyer {
    /// The partner.
    pub partner: Id,
    /// Its tier.
    pub tier: String,
    /// Channel of the order.
    pub channel: Id,
    /// Division shipped to.
    pub division: Option<String>,
    /// The day of the price.
    pub day: Date,
    /// Manual discount on all lines; what is outside 0 to 100 counts as the nearer end.
    pub discount: Percent,
    /// True while the partner has no other order.
    pub first_order: bool,
    /// The promotion a coupon opens.
    pub coupon_promotion: Option<Id>,
}
