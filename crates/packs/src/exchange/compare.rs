//! What a channel took in for an order, beside what we would have asked.
//!
//! Keeps true: an order far below our price is taken by a person only; both totals are in the decision.
//! Not here: what a line costs that came without a price (`order`).

use qudao_base::{Money, Percent, Refusal, Result};
use qudao_kernel::{Cx, Decision, Explanation};
use serde_json::json;

use super::{OBJECT, records::IncomingOrder};
use crate::order::{
    paid_and_own,
    records::{SalesOrder, SalesOrderLine},
};

/// Sets the channel's total beside ours. What is far below waits for a person, whose taking it is the answer.
///
/// # Errors
/// Conflict `exchange.price_far`.
pub fn compare_prices(
    cx: &mut Cx<'_>,
    incoming: &mut IncomingOrder,
    order: &SalesOrder,
    lines: &[SalesOrderLine],
) -> Result<()> {
    let (paid, own) = paid_and_own(cx, order, lines)?;
    (incoming.channel_amount, incoming.own_amount) = (Some(paid), Some(own));
    let below = below_percent(paid, own);
    let tolerance = cx.setting_percent("exchange.price_tolerance_percent")?;
    let is_far = below > tolerance;
    let explanation = Explanation::info("渠道成交额", "Total in the channel")
        .value(paid)
        .child(Explanation::info("本站价合计", "Total at our prices").value(own))
        .child(Explanation::info("低于本站价（%）", "Below our price (%)").value(below))
        .child(Explanation::info("容许（%）", "Tolerated (%)").value(tolerance));
    let decision = Decision {
        kind: "exchange.price",
        object: OBJECT,
        record: incoming.id,
        organisation: None,
        rule: "channel_price",
        rule_version: 1,
        result: if is_far { "far" } else { "near" }.to_owned(),
        inputs: json!({ "paid": paid.to_string(), "own": own.to_string() }),
        explanation,
    };
    if is_far && cx.actor().user.is_none() {
        let refusal = Refusal::conflict("exchange.price_far").on("channel_amount");
        let refusal = refusal.with("paid", paid).with("own", own);
        return Err(cx.refuse(decision, refusal.with("percent", below)));
    }
    cx.decide(decision).map(drop)
}

/// How many per cent less than ours was paid; zero when it was not less.
fn below_percent(paid: Money, own: Money) -> Percent {
    let (paid, own) = (i128::from(paid.steps()), i128::from(own.steps()));
    if own <= 0 || paid >= own {
        return Percent::ZERO;
    }
    let steps = (own - paid) * i128::from(Percent::of(100).steps()) / own;
    Percent::from_steps(i64::try_from(steps).unwrap_or(i64::MAX)).rounded(2)
}
