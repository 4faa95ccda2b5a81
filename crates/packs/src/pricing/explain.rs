//! Prices in words: the stored steps of a line, and a tree of an order that says of every promotion whether and why.
//!
//! Keeps true: nothing is computed here, so what is shown is what was charged. That a promotion is for somebody else only the
//! vendor's own people read.

use qudao_base::Id;
use qudao_kernel::{Explanation, Text};
use serde_json::{Value as Json, json};

use super::{
    policy::{Mismatch, Policy},
    quoting::Quote,
    selection::{Considered, Reason},
    waterfall::{Priced, Step, StepKind},
};
use crate::product::records::Product;

fn words(policy: &Policy, kind: StepKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        StepKind::List => ("list", "目录价", "List price"),
        StepKind::Rule => ("rule", "价格政策", "Price rule"),
        StepKind::Discount => ("discount", "手工折扣", "Manual discount"),
        StepKind::Promotion => ("promotion", "促销分摊", "Share of the promotion"),
        StepKind::Tax if policy.tax.included => ("tax", "其中税额", "Tax contained"),
        StepKind::Tax => ("tax", "另加税额", "Tax added"),
    }
}

/// The words of a step; those of tax with the rate.
fn rated(line: &Priced, kind: StepKind, (zh, en): (&str, &str)) -> (String, String) {
    if kind != StepKind::Tax {
        return (zh.to_owned(), en.to_owned());
    }
    let (rate_zh, rate_en) = line.tax_rate.words();
    (format!("{zh} {rate_zh}"), format!("{en} {rate_en}"))
}

/// The record behind a step: its object, id and name.
fn rule_of(policy: &Policy, step: &Step) -> Option<(&'static str, Id, String)> {
    let id = step.rule?;
    if step.kind == StepKind::Promotion {
        return Some(("promotion", id, promotion_name(policy, id)));
    }
    let offer = policy.offers.iter().find(|one| one.id == id)?;
    Some(match offer.list {
        Some(list) => ("price_list", list, offer.name.clone()),
        None => ("price_rule", id, offer.name.clone()),
    })
}

fn promotion_name(policy: &Policy, id: Id) -> String {
    let found = policy.promotions.iter().find(|one| one.id == id);
    found.map(|one| one.name.clone()).unwrap_or_default()
}

/// The steps of one line as stored with it: `[{step, text, change, amount, rule?: {object, id, name}}]`, amounts as decimals.
pub fn line_steps(policy: &Policy, line: &Priced) -> Json {
    let step = |step: &Step| {
        let (name, zh, en) = words(policy, step.kind);
        let (zh, en) = rated(line, step.kind, (zh, en));
        let mut json = json!({
            "step": name,
            "text": { "zh": zh, "en": en },
            "change": step.change.to_string(),
            "amount": step.amount.to_string(),
        });
        if let Some((object, id, name)) = rule_of(policy, step) {
            json["rule"] = json!({ "object": object, "id": id.to_string(), "name": name });
        }
        json
    };
    Json::Array(line.steps.iter().map(step).collect())
}

/// The whole waterfall as everybody may read it who may read the order: lines with their steps, gifts, promotions.
pub fn explanation(quote: &Quote) -> Explanation {
    tree(quote, false)
}

/// The same for a decision, with internal steps: promotions that are for somebody else, and what is left of budgets.
pub fn decision_explanation(quote: &Quote) -> Explanation {
    tree(quote, true)
}

fn tree(quote: &Quote, for_vendor: bool) -> Explanation {
    let prices = &quote.waterfall;
    let mut root = Explanation::info("价格构成", "Price waterfall").value(prices.total_amount);
    let lines = quote.products.iter().zip(&prices.lines);
    let gifts = prices.gifts.iter().map(|gift| &gift.priced);
    for (product, line) in lines.chain(quote.gift_products.iter().zip(gifts)) {
        root = root.child(line_node(quote, product, line));
    }
    let mut considered = Explanation::info("促销", "Promotions").value(prices.promotion_amount);
    let is_open = |one: &&Considered| !matches!(one.outcome, Err(Reason::Audience(_)));
    for one in prices
        .promotions
        .iter()
        .filter(|one| for_vendor || is_open(one))
    {
        considered = considered.child(promotion_node(quote, one, for_vendor));
    }
    if considered.children.is_empty() {
        root
    } else {
        root.child(considered)
    }
}

fn line_node(quote: &Quote, product: &Product, line: &Priced) -> Explanation {
    let name_en = product.name_en.as_ref().unwrap_or(&product.name);
    let mut node = Explanation::info(&product.name, name_en).value(line.total_amount);
    for step in &line.steps {
        let (_, zh, en) = words(&quote.policy, step.kind);
        let (zh, en) = match rule_of(&quote.policy, step) {
            Some((_, _, rule)) => (format!("{zh}：{rule}"), format!("{en}: {rule}")),
            None => rated(line, step.kind, (zh, en)),
        };
        node = node.child(Explanation::info(zh, en).value(step.change));
    }
    node
}

fn promotion_node(quote: &Quote, one: &Considered, for_vendor: bool) -> Explanation {
    let name = promotion_name(&quote.policy, one.promotion);
    match &one.outcome {
        Ok(gain) => Explanation::pass(format!("{name}：已享受"), format!("{name}: applies"))
            .value(gain.value),
        Err(reason) => {
            let Text { zh, en } = reason_text(quote, reason);
            let node = Explanation::fail(format!("{name}：{zh}"), format!("{name}: {en}"));
            match reason {
                Reason::Audience(_) => node.internal(),
                Reason::BudgetUsedUp { left, needed } if for_vendor => node
                    .child(
                        Explanation::info("预算剩余", "Budget left")
                            .value(left)
                            .internal(),
                    )
                    .child(Explanation::info("需要", "Needed").value(needed).internal()),
                _ => node,
            }
        }
    }
}

/// Why a promotion does not apply, as a sentence.
pub fn reason_text(quote: &Quote, reason: &Reason) -> Text {
    let name = |id: &Id| promotion_name(&quote.policy, *id);
    match reason {
        Reason::OutsidePeriod => Text::new("不在活动期间", "it does not run on this day"),
        Reason::Audience(mismatch) => audience_text(*mismatch),
        Reason::NotFirstOrder => Text::new("仅限首单", "for a first order only"),
        Reason::NeedsCoupon => Text::new("需要优惠券", "needs a coupon"),
        Reason::NothingEligible => Text::new("没有适用的商品", "no line it is for"),
        Reason::AmountShort(short) => Text::new(
            format!("金额还差 {short}"),
            format!("{short} short of the amount"),
        ),
        Reason::QuantityShort(short) => Text::new(
            format!("数量还差 {short}"),
            format!("{short} short of the quantity"),
        ),
        Reason::BundleIncomplete { product, missing } => {
            let found = quote.products.iter().find(|one| one.id == *product);
            let (zh, en) = match found {
                Some(one) => (one.name.as_str(), one.name.as_str()),
                None => ("其他产品", "another product"),
            };
            Text::new(
                format!("组合未齐：{zh} 还差 {missing}"),
                format!("the bundle lacks {missing} of {en}"),
            )
        }
        Reason::NoGain => Text::new("没有可减免的金额", "there is nothing it could take off"),
        Reason::ExcludedByGroup { group, by } => Text::new(
            format!("与“{}”同属互斥组 {group}", name(by)),
            format!("{} of its group {group} applies", name(by)),
        ),
        Reason::ExcludedAlone { by } => Text::new(
            format!("不能与“{}”叠加", name(by)),
            format!("does not stack with {}", name(by)),
        ),
        Reason::BudgetUsedUp { .. } => Text::new("预算已不足", "its budget does not cover it"),
        Reason::UsesUsedUp => Text::new("活动次数已用完", "it was used as often as it may be"),
        Reason::PartnerUsesUsedUp => Text::new(
            "该伙伴的次数已用完",
            "this partner used it as often as it may",
        ),
    }
}

fn audience_text(mismatch: Mismatch) -> Text {
    match mismatch {
        Mismatch::Tier => Text::new("不适用于该等级", "not for this tier"),
        Mismatch::Channel => Text::new("不适用于该渠道", "not for this channel"),
        Mismatch::Partner => Text::new("不适用于该伙伴", "not for this partner"),
        Mismatch::Division => Text::new("不适用于该收货地区", "not for this division"),
    }
}
