//! What sourcing is about: sites, needs, the order that has them, and everything that can be said of a site or a rule.
//!
//! Keeps true: nobody promises less than nothing; amounts and quantities of a product are added up before they are compared.
//! Not here: the choice itself (`sourcing`).

use std::collections::BTreeMap;

use qudao_base::{Id, Money, Quantity, Result};
use qudao_meta::Text;

use super::{point::Point, sourcing_rule::Mismatch, sourcing_split::NoSplit};

/// What a site is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteKind {
    /// A store.
    Store,
    /// The central warehouse.
    CentralWarehouse,
    /// Another warehouse.
    Warehouse,
}

/// A site that may ship.
#[derive(Clone, Debug)]
pub struct Site {
    /// Which.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SiteKind,
    /// Where it is.
    pub place: Option<Point>,
    /// What it can promise, by product.
    pub available: BTreeMap<Id, Quantity>,
    /// Why it is not asked again, when it gave the goods back.
    pub left_out: Option<LeftOut>,
    /// High ones first, where a rule sorts so.
    pub priority: i64,
    /// What shipping from it costs, where a rule sorts so.
    pub shipping_cost: Money,
    /// How many more deliveries it does today; none without a limit.
    pub capacity_left: Option<i64>,
}

impl Site {
    /// What it can promise of a product, never below zero.
    pub fn promised(&self, product: Id) -> Quantity {
        self.available
            .get(&product)
            .copied()
            .unwrap_or_default()
            .max(Quantity::ZERO)
    }

    /// What it can promise of all needed products, in steps.
    pub fn available_of(&self, needs: &[Need]) -> i64 {
        let steps = needs.iter().map(|need| self.promised(need.product).steps());
        steps.fold(0, i64::saturating_add)
    }
}

/// How a site gave the goods of the order back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It refused, for this reason.
    Refused(String),
    /// It did not accept in time.
    NotAccepted,
}

/// A product the order needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Product.
    pub product: Id,
    /// How much.
    pub quantity: Quantity,
    /// What that is worth to the order.
    pub amount: Money,
}

/// What rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Where the goods go, when that is known.
    pub ship_to: Option<Point>,
    /// Channel of the order.
    pub channel: Id,
    /// Division of the ship-to.
    pub division: Option<&'a str>,
    /// Total of the order, tax included.
    pub amount: Money,
    /// What has to find a site.
    pub needs: &'a [Need],
    /// The only site that counts, where the goods are picked up.
    pub pickup: Option<Id>,
    /// Whether rules may split it.
    pub may_split: bool,
}

/// A product a site lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// Product.
    pub product: Id,
    /// How much is needed.
    pub needed: Quantity,
    /// How much can be promised.
    pub available: Quantity,
}

/// Why a site ships or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It ships.
    Chosen,
    /// It could, but another goes first.
    Behind,
    /// It gave the goods back before.
    LeftOut(LeftOut),
    /// No rule that counts for the order is about it.
    NoRule,
    /// Beyond the farthest distance of the rule, in metres.
    TooFar(i64),
    /// The rule has a farthest distance, and how far it is is not known.
    PlaceUnknown,
    /// It does no more deliveries today.
    Full,
    /// It lacks these.
    Short(Vec<Shortage>),
}

/// A site with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// Which.
    pub site: Id,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SiteKind,
    /// How far it is from the ship-to, when both places are known.
    pub distance_metres: Option<i64>,
    /// The rule that weighed it.
    pub rule: Option<Text>,
    /// Why, or why not.
    pub verdict: Verdict,
}

/// What one site ships: products and quantities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which site.
    pub site: Id,
    /// What of which product.
    pub goods: Vec<(Id, Quantity)>,
}

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It does not count for this order.
    Mismatch(Mismatch),
    /// An earlier rule has found the site.
    Behind,
    /// One of its sites ships everything.
    Ships,
    /// So many of its sites ship a part each.
    Splits(usize),
    /// None of its sites has everything, and it does not split the order.
    NoSite,
    /// The order is worth too little to be split.
    TooSmall,
    /// Its sites cannot share the order.
    NoSplit(NoSplit),
}

/// A rule with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its name.
    pub rule: Text,
    /// What became of it.
    pub outcome: Outcome,
}

/// The decision with everything that was weighed, in the order of rules and within them of their sites.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sourcing {
    /// Who ships what; nobody when no rule finds the goods.
    pub parts: Vec<Part>,
    /// All sites.
    pub weighed: Vec<Weighed>,
    /// All rules.
    pub rules: Vec<Tried>,
    /// When nobody ships: what the best placed site for each product can promise.
    pub shortages: Vec<Shortage>,
    /// Farthest distance of stores by the first rule that counts and has one.
    pub store_metres_max: Option<i64>,
}

impl Sourcing {
    /// The site that ships, the first of several.
    pub fn chosen(&self) -> Option<Id> {
        self.parts.first().map(|part| part.site)
    }

    /// What is lacking where nobody ships. Goods are, as soon as a site in reach was asked for them in vain.
    pub fn lack(&self) -> Option<Lack> {
        let is_said = |wanted: fn(&Verdict) -> bool| {
            let mut said = self.weighed.iter();
            said.any(|one| wanted(&one.verdict))
        };
        if !self.parts.is_empty() {
            None
        } else if is_said(|verdict| matches!(verdict, Verdict::Short(_))) {
            Some(Lack::Goods)
        } else if is_said(|verdict| *verdict == Verdict::Full) {
            Some(Lack::Full)
        } else {
            Some(Lack::Rule)
        }
    }
}

/// Why nobody ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Not enough goods.
    Goods,
    /// Who has them does no more deliveries today.
    Full,
    /// No rule leads to a site.
    Rule,
}

impl Lack {
    /// The word for it in answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Goods => "short",
            Self::Full => "full",
            Self::Rule => "no_rule",
        }
    }
}

/// Adds up lines of the same product: product, quantity, amount.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn needs(lines: impl IntoIterator<Item = (Id, Quantity, Money)>) -> Result<Vec<Need>> {
    let mut total: BTreeMap<Id, (Quantity, Money)> = BTreeMap::new();
    for (product, quantity, amount) in lines {
        let sum = total.entry(product).or_default();
        *sum = (sum.0.plus(quantity)?, sum.1.plus(amount)?);
    }
    let need = |(product, (quantity, amount))| Need {
        product,
        quantity,
        amount,
    };
    Ok(total.into_iter().map(need).collect())
}
