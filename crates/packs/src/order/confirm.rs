//! From draft to confirmed: complete, priced, inside the territory, approved, covered by credit, promised from stock.
//!
//! Keeps true: a confirmed order holds its credit and its goods. Short credit never loses an order: it waits on hold with the
//! reason. Short stock refuses the step and leaves the order as it was.

use qudao_base::{Id, Money, Refusal, Result};
use qudao_kernel::{Cx, Decision, Explanation, Notice, Task, Text};
use serde_json::json;

use super::{
    OBJECT, backorder,
    fence::{self, ShipTo},
    move_to, price, promotions, quoted,
    records::{Quotation, SalesOrder, SalesOrderLine, SalesOrderPromotion},
    sale,
};
use crate::{
    deal,
    finance::credit,
    partner::records::Partner,
    stock::{
        backorder as waiting, choice, delivery,
        records::DeliveryNote,
        reservation,
        sourcing::{self, Place},
    },
};

/// Refuses changes once an order was submitted.
pub fn only_drafts(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    if order.state == "draft" {
        promotions::check_coupon(cx, order)
    } else {
        Err(Refusal::conflict("order.not_open").into())
    }
}

/// Submits a draft: confirmed, waiting for approval, or on credit hold.
pub fn submit(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let partner = cx.get::<Partner>(order.partner_id)?;
    check_complete(cx, order, &partner)?;
    order.submitted_on = Some(cx.today());
    let shown = cx.lines::<SalesOrderPromotion>(order.id)?;
    if let Some(quotation) = order.quotation_id {
        let quotation = cx.get::<Quotation>(quotation)?;
        quoted::check_valid(cx, &quotation)?;
    }
    let prices = price::price(cx, order)?;
    promotions::check_kept(&shown, order, prices.quote.as_ref())?;
    if let Some(product) = prices.products.iter().find(|product| !product.active) {
        let refusal = Refusal::invalid("order.product_inactive").on("lines");
        return Err(refusal.with("product", &product.name).into());
    }
    check_fence(cx, order)?;
    cx.decide(Decision {
        kind: "order.price",
        object: OBJECT,
        record: order.id,
        organisation: Some(order.partner_id),
        rule: "price_waterfall",
        rule_version: 1,
        result: "priced".to_owned(),
        inputs: json!({
            "tier": partner.tier,
            "discount_percent": order.discount_percent.to_string(),
            "total_amount": order.total_amount.to_string(),
        }),
        explanation: prices.explanation,
    })?;
    promotions::hold(cx, order)?;
    if order.discount_percent > partner.discount_limit {
        deal::check_sale(cx, &sale(order))?;
        return ask_approval(cx, order, &partner);
    }
    confirm(cx, order)
}

fn check_complete(cx: &mut Cx<'_>, order: &SalesOrder, partner: &Partner) -> Result<()> {
    if partner.state != "active" {
        let refusal = Refusal::conflict("order.partner_inactive").on("partner_id");
        return Err(refusal.with("partner", &partner.name).into());
    }
    if cx.lines::<SalesOrderLine>(order.id)?.is_empty() {
        return Err(Refusal::invalid("order.lines_missing").on("lines").into());
    }
    let is_missing = [&order.ship_to_name, &order.division, &order.address]
        .iter()
        .any(|part| part.is_none());
    if is_missing {
        return Err(Refusal::invalid("order.ship_to_missing")
            .on("address")
            .into());
    }
    Ok(())
}

fn check_fence(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    let division = order.division.as_deref().unwrap_or_default();
    let ship_to = ShipTo {
        partner: order.partner_id,
        division,
        customer: order.customer_id,
    };
    let fence = fence::judge(cx, ship_to)?;
    let refusal = fence.refusal();
    let result = if refusal.is_some() {
        "outside"
    } else {
        "inside"
    };
    let decision = Decision {
        kind: "order.territory",
        object: OBJECT,
        record: order.id,
        organisation: Some(order.partner_id),
        rule: "ship_to_in_territory",
        rule_version: 1,
        result: result.to_owned(),
        inputs: json!({ "division": division }),
        explanation: fence.explanation(),
    };
    match refusal {
        Some(refusal) => Err(cx.refuse(decision, refusal)),
        None => cx.decide(decision).map(drop),
    }
}

fn ask_approval(cx: &mut Cx<'_>, order: &mut SalesOrder, partner: &Partner) -> Result<()> {
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
    ask(cx, order, "channel_manager", title)?;
    move_to(order, "pending_approval")
}

fn ask(cx: &mut Cx<'_>, order: &SalesOrder, role: &str, title: Text) -> Result<()> {
    let task = Task {
        role: Some(role),
        user: None,
        organisation: None,
        title,
        object: OBJECT,
        record: order.id,
    };
    cx.task(task).map(drop)
}

/// Tells the partner's people about their order.
pub fn tell_partner(cx: &mut Cx<'_>, order: &SalesOrder, zh: &str, en: &str) -> Result<()> {
    cx.notify(Notice {
        role: None,
        user: None,
        organisation: Some(order.partner_id),
        title: Text::new(
            format!("订单 {} {zh}", order.number),
            format!("Order {} {en}", order.number),
        ),
        object: OBJECT,
        record: order.id,
    })
}

/// Approves the discount and goes on.
pub fn approve(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    cx.close_tasks(OBJECT, order.id)?;
    let person = cx.actor().user.map(|user| user.to_string());
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
    confirm(cx, order)
}

/// Tells the partner why the order came back.
pub fn tell_rejected(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    cx.close_tasks(OBJECT, order.id)?;
    let why = order.decision_comment.clone().unwrap_or_default();
    tell_partner(
        cx,
        order,
        &format!("被驳回：{why}"),
        &format!("was rejected: {why}"),
    )
}

/// Checks the credit of an order on hold once more.
///
/// # Errors
/// Conflict `credit.short` when it still does not suffice.
pub fn try_again(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    confirm(cx, order)?;
    if order.state == "credit_hold" {
        let available = credit::available(cx, order.partner_id)?;
        let refusal = Refusal::conflict("credit.short").with("available", available);
        return Err(refusal.with("needed", order.total_amount).into());
    }
    Ok(())
}

/// Holds credit, then chooses the site and holds the goods.
fn confirm(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    deal::check_sale(cx, &sale(order))?;
    let (partner, amount) = (order.partner_id, order.total_amount);
    if let credit::Request::Short { available } =
        credit::hold(cx, partner, amount, OBJECT, order.id)?
    {
        return wait_for_credit(cx, order, available);
    }
    decide_credit(
        cx,
        order,
        "held",
        Explanation::pass("信用额度充足，已占用", "Credit suffices and is held"),
    )?;
    (order.hold_reason_zh, order.hold_reason_en) = (None, None);
    promise_goods(cx, order)?;
    cx.close_tasks(OBJECT, order.id)?;
    deal::sold(cx, &sale(order))?;
    move_to(order, "confirmed")?;
    tell_partner(
        cx,
        order,
        "已确认，等待发货",
        "is confirmed and waits to be shipped",
    )
}

fn wait_for_credit(cx: &mut Cx<'_>, order: &mut SalesOrder, available: Money) -> Result<()> {
    let needed = order.total_amount;
    let was_waiting = order.state == "credit_hold";
    order.hold_reason_zh = Some(format!("信用额度不足：可用 {available}，需要 {needed}"));
    order.hold_reason_en = Some(format!(
        "Not enough credit: {available} available, {needed} needed"
    ));
    let explanation = Explanation::fail(
        "信用额度不足，订单暂停",
        "Not enough credit, the order is on hold",
    )
    .child(Explanation::info("可用额度", "Available").value(available))
    .child(Explanation::info("订单金额", "Needed").value(needed));
    decide_credit(cx, order, "on_hold", explanation)?;
    move_to(order, "credit_hold")?;
    if was_waiting {
        return Ok(());
    }
    let title = Text::new(
        format!(
            "订单 {} 信用不足：可用 {available}，需要 {needed}",
            order.number
        ),
        format!(
            "Order {} is short of credit: {available} available, {needed} needed",
            order.number
        ),
    );
    cx.close_tasks(OBJECT, order.id)?;
    ask(cx, order, "finance_clerk", title)?;
    tell_partner(
        cx,
        order,
        "因信用额度不足暂停",
        "is on hold for lack of credit",
    )
}

fn decide_credit(
    cx: &mut Cx<'_>,
    order: &SalesOrder,
    result: &str,
    explanation: Explanation,
) -> Result<()> {
    cx.decide(Decision {
        kind: "order.credit",
        object: OBJECT,
        record: order.id,
        organisation: Some(order.partner_id),
        rule: "credit_limit",
        rule_version: 1,
        result: result.to_owned(),
        inputs: json!({ "total_amount": order.total_amount.to_string() }),
        explanation,
    })?;
    Ok(())
}

fn promise_goods(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    let needs = sourcing::needs(lines.iter().map(|line| (line.product_id, line.quantity)));
    if let Some(cart) = order.saved_cart_id {
        reservation::take_over(cx, cart)?;
    }
    let place = Place::of(order.latitude, order.longitude);
    let decision = choice::choose(cx, place, &needs, order.channel_id.unwrap_or_default())?;
    let split = match decision.chosen {
        Some(site) => Some(backorder::whole(site, &lines)),
        None => backorder::split(cx, order, &decision, &lines)?,
    };
    let store_radius_metres = cx.setting_integer("stock.store_radius_metres")?;
    let result = split.as_ref().map(|split| split.site.to_string());
    let kept = Decision {
        kind: "order.sourcing",
        object: OBJECT,
        record: order.id,
        organisation: Some(order.partner_id),
        rule: "nearest_store_then_central",
        rule_version: 1,
        result: result.unwrap_or_else(|| "short".to_owned()),
        inputs: json!({
            "division": order.division,
            "latitude": order.latitude,
            "longitude": order.longitude,
            "products": needs.len(),
            "store_radius_metres": store_radius_metres,
        }),
        explanation: choice::explanation(&decision),
    };
    let Some(split) = split else {
        let refusal = choice::refusal(cx, &decision)?;
        return Err(cx.refuse(kept, refusal));
    };
    let site = split.site;
    cx.decide(kept)?;
    let today = cx.today();
    order.site_id = Some(site);
    order.confirmed_on = Some(today);
    for line in &mut lines {
        (line.confirmed_on, line.promised_on) = (Some(today), Some(today));
    }
    let note = note_of(order, site);
    // Held first: what goes now is not there for what waits.
    if !split.ready.is_empty() {
        delivery::create(cx, &note, split.ready, order.channel_id)?;
    }
    if !split.waiting.is_empty() {
        let waiting = waiting::create(cx, &note, split.waiting)?;
        backorder::date(&mut lines, &waiting);
    }
    cx.set_lines(order.id, lines)?;
    Ok(())
}

fn note_of(order: &SalesOrder, site: Id) -> DeliveryNote {
    DeliveryNote {
        site_id: site,
        partner_id: order.partner_id,
        sales_order_id: order.id,
        channel_id: order.channel_id,
        ship_to_name: order.ship_to_name.clone(),
        ship_to_phone: order.ship_to_phone.clone(),
        division: order.division.clone(),
        address: order.address.clone(),
        ..DeliveryNote::default()
    }
}
