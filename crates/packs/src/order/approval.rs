//! Discounts beyond a partner's limit: asked for when the order is submitted, approved or rejected by a second person.
//!
//! Keeps true: whoever created or submitted an order, or gave its discount, does not approve it, administrators included.

use qudao_base::{Refusal, Result};
use qudao_kernel::{Cx, Decision, Explanation, Text};
use serde_json::json;

use super::{OBJECT, confirm, move_to, records::SalesOrder};
use crate::partner::records::Partner;

/// Waits for somebody who may give such a discount.
pub fn ask(cx: &mut Cx<'_>, order: &mut SalesOrder, partner: &Partner) -> Result<()> {
    let (asked, limit) = (order.discount_percent, partner.discount_limit);
    cx.decide(Decision {
        kind: "order.discount",
        object: OBJECT,
        record: order.id,
        organisation: None,
        rule: "discount_limit",
        rule_version: 1,
        result: "approval".to_owned(),
        inputs: json!({ "discount_percent": asked.to_string(), "limit": limit.to_string() }),
        explanation: Explanation::fail(
            "折扣超过权限，需要审批",
            "The discount exceeds the limit and needs approval",
        )
        .child(Explanation::info("申请折扣（%）", "Discount asked (%)").value(asked))
        .child(Explanation::info("折扣上限（%）", "Limit (%)").value(limit)),
    })?;
    let title = Text::new(
        format!("订单 {} 申请折扣 {asked}%，待审批", order.number),
        format!("Order {} asks for {asked} % off", order.number),
    );
    confirm::ask(cx, order, "channel_manager", title)?;
    move_to(order, "pending_approval")
}

/// Before an order is created: who gives its discount, unless a quotation brought it along.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a rule")]
pub fn note_giver(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    if order.discount_by_id.is_none() && !order.discount_percent.is_zero() {
        order.discount_by_id = cx.actor().user;
    }
    Ok(())
}

/// Before an order is changed: whoever changes the discount gives it from now on.
pub fn note_new_giver(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    if cx.get::<SalesOrder>(order.id)?.discount_percent != order.discount_percent {
        order.discount_by_id = cx.actor().user;
    }
    Ok(())
}

/// Approves the discount and goes on.
///
/// # Errors
/// Forbidden `order.own_approval` for whoever created or submitted the order or gave the discount.
pub fn approve(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let person = cx.actor().user;
    let concerned = [
        order.created_by,
        order.submitted_by_id,
        order.discount_by_id,
    ];
    if person.is_some() && concerned.contains(&person) {
        return Err(Refusal::forbidden("order.own_approval").into());
    }
    cx.close_tasks(OBJECT, order.id)?;
    let person = person.map(|user| user.to_string());
    cx.decide(Decision {
        kind: "order.approval",
        object: OBJECT,
        record: order.id,
        organisation: Some(order.partner_id),
        rule: "approval",
        rule_version: 1,
        result: "approved".to_owned(),
        inputs: json!({ "by": person, "comment": order.decision_comment }),
        explanation: Explanation::pass("折扣已批准", "The discount was approved")
            .value(order.discount_percent),
    })?;
    confirm::confirm(cx, order)
}

/// Tells the partner why the order came back.
pub fn tell_rejected(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    cx.close_tasks(OBJECT, order.id)?;
    let why = order.decision_comment.clone().unwrap_or_default();
    confirm::tell_partner(
        cx,
        order,
        &format!("被驳回：{why}"),
        &format!("was rejected: {why}"),
    )
}
