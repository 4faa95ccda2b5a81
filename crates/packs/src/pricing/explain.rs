//! The waterfall in words: as stored steps of a line and as an explanation tree of an order.
//!
//! Keeps true: nothing is computed here, so what is shown is what was charged.

use qudao_base::Id;
use qudao_kernel::Explanation;
use serde_json::{Value as Json, json};

use super::{
    policy::Policy,
    quoting::Quote,
    waterfall::{Priced, Step, StepKind},
};

fn words(kind: StepKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        StepKind::List => ("list", "目录价", "List price"),
        StepKind::Rule => ("rule", "价格政策", "Price rule"),
        StepKind::Discount => ("discount", "手工折扣", "Manual discount"),
        StepKind::Promotion => ("promotion", "促销分摊", "Share of the promotion"),
        StepKind::Tax => ("tax", "其中税额", "Tax contained"),
    }
}

fn rule_name(policy: &Policy, step: &Step) -> Option<(Id, String)> {
    let id = step.rule?;
    let name = match step.kind {
        StepKind::Promotion => policy
            .promotions
            .iter()
            .find(|one| one.id == id)
            .map(|one| one.name.clone()),
        _ => policy
            .offers
            .iter()
            .find(|one| one.id == id)
            .map(|one| one.name.clone()),
    };
    Some((id, name.unwrap_or_default()))
}

/// The steps of one line as stored with it: `[{step, text, change, amount, rule?: {object, id, name}}]`, amounts as decimals.
pub fn line_steps(policy: &Policy, line: &Priced) -> Json {
    let step = |step: &Step| {
        let (name, zh, en) = words(step.kind);
        let object = if step.kind == StepKind::Promotion {
            "promotion"
        } else {
            "price_rule"
        };
        let mut json = json!({
            "step": name,
            "text": { "zh": zh, "en": en },
            "change": step.change.to_string(),
            "amount": step.amount.to_string(),
        });
        if let Some((id, rule)) = rule_name(policy, step) {
            json["rule"] = json!({ "object": object, "id": id.to_string(), "name": rule });
        }
        json
    };
    Json::Array(line.steps.iter().map(step).collect())
}

/// The whole waterfall as a tree: one node per line, one below it per step.
pub fn explanation(quote: &Quote) -> Explanation {
    let prices = &quote.waterfall;
    let mut root = Explanation::info("价格构成", "Price waterfall").value(prices.total_amount);
    for (product, line) in quote.products.iter().zip(&prices.lines) {
        let mut node = Explanation::info(&product.name, &product.name).value(line.total_amount);
        for step in &line.steps {
            let (_, zh, en) = words(step.kind);
            let (zh, en) = match rule_name(&quote.policy, step) {
                Some((_, rule)) => (format!("{zh}：{rule}"), format!("{en}: {rule}")),
                None => (zh.to_owned(), en.to_owned()),
            };
            node = node.child(Explanation::info(zh, en).value(step.change));
        }
        root = root.child(node);
    }
    root
}
