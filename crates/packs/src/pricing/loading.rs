//! Loads the prices and promotions that can matter for an order, in a number of statements that does not grow with rules or lines.
//!
//! Keeps true: what is for another partner, another tier or not in force is not read, except promotions of another tier or channel:
//! the explanation says why those do not apply.
//! Not here: judging them.

use std::collections::{BTreeSet, HashMap};

use qudao_base::{Id, Money, Result, Value};
use qudao_kernel::{Cx, Typed};

use super::{
    limits::Left,
    policy::{Audience, Benefit, Gift, Offer, Part, Period, Promotion, Threshold, TierStep},
    quoting::Ask,
    records::{
        self, PriceList, PriceListLine, PriceRule, PromotionCategory, PromotionGift, PromotionPart,
        PromotionProduct, PromotionTier,
    },
};
use crate::product::records::Product;

/// `?, ?, ?`
pub fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

fn values(ids: impl IntoIterator<Item = Id>) -> Vec<Value> {
    ids.into_iter().map(Value::from).collect()
}

const IN_FORCE: &str = "(valid_from IS NULL OR valid_from <= ?) AND (valid_until IS NULL OR valid_until >= ?) \
    AND (partner_id IS NULL OR partner_id = ?)";

fn in_force(ask: &Ask<'_>) -> Vec<Value> {
    vec![ask.day.into(), ask.day.into(), ask.partner.id.into()]
}

/// Price rules, then lines of published price lists.
pub fn offers(cx: &mut Cx<'_>, ask: &Ask<'_>) -> Result<Vec<Offer>> {
    if ask.lines.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<Id> = ask.lines.iter().map(|(product, _)| *product).collect();
    let tier = Value::from(ask.partner.tier.as_str());
    let condition = format!("active = 1 AND {IN_FORCE} AND (tier IS NULL OR tier = ?)");
    let mut parameters = in_force(ask);
    parameters.push(tier.clone());
    let rules = of_products::<PriceRule>(cx, &wanted, (&condition, &parameters))?;
    let mut offers: Vec<Offer> = rules.into_iter().map(of_rule).collect();

    let condition = format!(
        "state = 'published' AND {IN_FORCE} AND (tier IS NULL OR tier = ?) \
         AND (currency IS NULL OR currency = ?)"
    );
    let mut parameters = in_force(ask);
    parameters.extend([tier, cx.kernel().site.currency.as_str().into()]);
    let lists: HashMap<Id, PriceList> = cx
        .find::<PriceList>(&condition, &parameters)?
        .into_iter()
        .map(|list| (list.id, list))
        .collect();
    if lists.is_empty() {
        return Ok(offers);
    }
    let condition = format!("price_list_id IN ({})", marks(lists.len()));
    let mut ids: Vec<Id> = lists.keys().copied().collect();
    ids.sort();
    for line in of_products::<PriceListLine>(cx, &wanted, (&condition, &values(ids)))? {
        if let Some(list) = lists.get(&line.price_list_id) {
            offers.push(of_list(list, line));
        }
    }
    Ok(offers)
}

/// What meets the condition and is for one of the products, or for all.
fn of_products<T: Typed>(
    cx: &mut Cx<'_>,
    products: &[Id],
    (condition, parameters): (&str, &[Value]),
) -> Result<Vec<T>> {
    let products: BTreeSet<Id> = products.iter().copied().collect();
    let products: Vec<Id> = products.into_iter().collect();
    let found = cx.find_by::<T>("product_id", &products, (condition, parameters))?;
    let for_all = cx.find::<T>(&format!("product_id IS NULL AND {condition}"), parameters)?;
    Ok(found.into_iter().flatten().chain(for_all).collect())
}

fn of_rule(rule: PriceRule) -> Offer {
    Offer {
        id: rule.id,
        list: None,
        name: rule.name,
        product: rule.product_id,
        category: rule.category_id,
        audience: Audience {
            tier: rule.tier,
            channel: rule.channel_id,
            partner: rule.partner_id,
            division: rule.division,
        },
        quantity_from: rule.quantity_from,
        price: rule.price,
        percent_off: rule.percent_off,
        period: Period {
            from: rule.valid_from,
            until: rule.valid_until,
        },
        priority: rule.priority,
    }
}

fn of_list(list: &PriceList, line: PriceListLine) -> Offer {
    Offer {
        id: line.id,
        list: Some(list.id),
        name: list.name.clone(),
        product: line.product_id,
        category: line.category_id,
        audience: Audience {
            tier: list.tier.clone(),
            channel: list.channel_id,
            partner: list.partner_id,
            division: list.division.clone(),
        },
        quantity_from: line.quantity_from,
        price: line.price,
        percent_off: line.percent_off,
        period: Period {
            from: list.valid_from,
            until: list.valid_until,
        },
        priority: list.priority,
    }
}

/// Child rows of promotions by promotion.
#[derive(Default)]
struct Children {
    categories: HashMap<Id, Vec<PromotionCategory>>,
    products: HashMap<Id, Vec<PromotionProduct>>,
    tiers: HashMap<Id, Vec<PromotionTier>>,
    gifts: HashMap<Id, Vec<PromotionGift>>,
    parts: HashMap<Id, Vec<PromotionPart>>,
    gift_prices: HashMap<Id, Money>,
}

fn children<T: Typed>(
    cx: &mut Cx<'_>,
    of: &[Id],
    parent: fn(&T) -> Id,
) -> Result<HashMap<Id, Vec<T>>> {
    let mut rows: HashMap<Id, Vec<T>> = HashMap::new();
    if of.is_empty() {
        return Ok(rows);
    }
    let condition = format!("promotion_id IN ({}) ORDER BY id", marks(of.len()));
    for row in cx.find::<T>(&condition, &values(of.iter().copied()))? {
        rows.entry(parent(&row)).or_default().push(row);
    }
    Ok(rows)
}

impl Children {
    /// Reads only the tables some kind among the promotions has.
    fn of(cx: &mut Cx<'_>, promotions: &[records::Promotion]) -> Result<Self> {
        let all: Vec<Id> = promotions.iter().map(|one| one.id).collect();
        let of_kind = |kind: &str| -> Vec<Id> {
            let of = promotions.iter().filter(|one| one.kind == kind);
            of.map(|one| one.id).collect()
        };
        let gifts = children::<PromotionGift>(cx, &of_kind("gift"), |row| row.promotion_id)?;
        let given = values(gifts.values().flatten().map(|gift| gift.product_id));
        let products = if given.is_empty() {
            Vec::new()
        } else {
            cx.find::<Product>(&format!("id IN ({})", marks(given.len())), &given)?
        };
        Ok(Self {
            categories: children(cx, &all, |row: &PromotionCategory| row.promotion_id)?,
            products: children(cx, &all, |row: &PromotionProduct| row.promotion_id)?,
            tiers: children(cx, &of_kind("full_reduction"), |row: &PromotionTier| {
                row.promotion_id
            })?,
            gifts,
            parts: children(cx, &of_kind("bundle"), |row: &PromotionPart| {
                row.promotion_id
            })?,
            gift_prices: products
                .into_iter()
                .map(|one| (one.id, one.list_price))
                .collect(),
        })
    }
}

/// Promotions in force for the partner, with what is left of their limits.
pub fn promotions(cx: &mut Cx<'_>, ask: &Ask<'_>) -> Result<Vec<Promotion>> {
    let condition = format!("active = 1 AND {IN_FORCE}");
    let found = cx.find::<records::Promotion>(&condition, &in_force(ask))?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut children = Children::of(cx, &found)?;
    let ids: Vec<Id> = found.iter().map(|one| one.id).collect();
    let left = Left::of(cx, &ids)?;
    let currency = &cx.kernel().site.currency;
    let promotion = |record: records::Promotion| {
        let limit = left.of_promotion(&record, ask.partner.id, currency);
        Promotion {
            limit,
            ..of_record(record, &mut children)
        }
    };
    Ok(found.into_iter().map(promotion).collect())
}

fn of_record(record: records::Promotion, children: &mut Children) -> Promotion {
    let id = record.id;
    let categories = children.categories.remove(&id).unwrap_or_default();
    let products = children.products.remove(&id).unwrap_or_default();
    Promotion {
        id,
        benefit: benefit(&record, children),
        name: record.name,
        threshold: Threshold {
            amount: record.threshold_amount,
            quantity: record.threshold_quantity,
        },
        categories: categories.into_iter().map(|one| one.category_id).collect(),
        products: products.into_iter().map(|one| one.product_id).collect(),
        audience: Audience {
            tier: record.tier,
            channel: record.channel_id,
            partner: record.partner_id,
            division: record.division,
        },
        period: Period {
            from: record.valid_from,
            until: record.valid_until,
        },
        first_order: record.first_order,
        coupon: record.coupon_required,
        group: record.exclusive_group,
        stackable: record.stackable,
        priority: record.priority,
        limit: super::policy::Limit::default(),
    }
}

fn benefit(record: &records::Promotion, children: &mut Children) -> Benefit {
    let percent = record.percent_off.unwrap_or_default();
    let amount = record.reduction_amount.unwrap_or_default();
    match record.kind.as_str() {
        "percent_off" => Benefit::PercentOff(percent),
        "amount_off" => Benefit::AmountOff(amount),
        "nth_item" => Benefit::NthItem {
            nth: record.nth.unwrap_or(1),
            percent,
        },
        "gift" => Benefit::Gift {
            gifts: gifts(record.id, children),
            every: record.every,
        },
        "bundle" => {
            let part = |one: PromotionPart| Part {
                product: one.product_id,
                quantity: one.quantity,
            };
            let parts = children.parts.remove(&record.id).unwrap_or_default();
            Benefit::Bundle {
                parts: parts.into_iter().map(part).collect(),
                price: record.bundle_price.unwrap_or_default(),
            }
        }
        _ => match children.tiers.remove(&record.id) {
            Some(tiers) => Benefit::Tiers(tiers.iter().map(step).collect()),
            None => Benefit::FullReduction {
                amount,
                every: record.every,
            },
        },
    }
}

fn step(tier: &PromotionTier) -> TierStep {
    TierStep {
        threshold: tier.threshold_amount,
        amount: tier.reduction_amount,
        percent: tier.percent_off,
    }
}

fn gifts(promotion: Id, children: &mut Children) -> Vec<Gift> {
    let rows = children.gifts.remove(&promotion).unwrap_or_default();
    let gift = |row: PromotionGift| Gift {
        product: row.product_id,
        quantity: row.quantity,
        list_price: children
            .gift_prices
            .get(&row.product_id)
            .copied()
            .unwrap_or_default(),
    };
    rows.into_iter().map(gift).collect()
}
