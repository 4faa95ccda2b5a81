//! From draft to confirmed: complete, priced, inside the territory, approved, covered by credit, promised from stock.
//!
//! Keeps true: nobody pays more than was shown when submitting; a confirmed order holds its credit and its goods. Short credit
//! never loses an order: it waits on hold with the reason. Short stock refuses the step and leaves the order as it was.
//! Not here: who approves discounts (`approval`), from where goods are promised (`promise`).

use qudao_base::{Id, Money, Refusal, Result};
use qudao_kernel::{Cx, Decision, Explanation, Notice, Task, Text};
use serde_json::json;

use super::{
    OBJECT, approval, collected,
    fence::{self, ShipTo},
    move_to, price, promise, promotions, quoted,
    records::{Quotation, SalesOrder, SalesOrderLine, SalesOrderPromotion},
    sale,
};
use crate::{deal, finance::credit, partner::records::Partner, stock::records::Site};

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
    order.submitted_by_id = cx.actor().user;
    let shown = cx.lines::<SalesOrderPromotion>(order.id)?;
    // The draft may have been priced anew by the very write before: what counts is what the person saw, if the page says so.
    let shown_total = order.shown_amount.take().unwrap_or(order.total_amount);
    if let Some(quotation) = order.quotation_id {
        let quotation = cx.get::<Quotation>(quotation)?;
        quoted::check_valid(cx, &quotation)?;
    }
    let prices = price::price(cx, order)?;
    promotions::check_kept(&shown, order, prices.quote.as_ref())?;
    check_not_dearer(order, shown_total)?;
    if let Some(product) = prices.products.iter().find(|product| !product.active) {
        let refusal = Refusal::invalid("order.product_inactive").on("lines");
        return Err(refusal.with("product", &product.name).into());
    }
    check_fence(cx, order, &partner)?;
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
        return approval::ask(cx, order, &partner);
    }
    confirm(cx, order)
}

/// Refuses a price above the one the submitter saw; a lower one is welcome.
fn check_not_dearer(order: &SalesOrder, shown: Money) -> Result<()> {
    if order.total_amount <= shown {
        return Ok(());
    }
    let refusal = Refusal::conflict("order.price_changed").on("lines");
    let refusal = refusal.with("shown", shown);
    Err(refusal.with("now", order.total_amount).into())
}

/// Refuses what a partner orders that may not.
///
/// # Errors
/// Conflict `order.partner_inactive`.
pub fn check_active(partner: &Partner) -> Result<()> {
    if partner.state == "active" {
        return Ok(());
    }
    let refusal = Refusal::conflict("order.partner_inactive").on("partner_id");
    Err(refusal.with("partner", &partner.name).into())
}

fn check_complete(cx: &mut Cx<'_>, order: &SalesOrder, partner: &Partner) -> Result<()> {
    check_active(partner)?;
    if cx.lines::<SalesOrderLine>(order.id)?.is_empty() {
        return Err(Refusal::invalid("order.lines_missing").on("lines").into());
    }
    check_pickup_site(cx, order.pickup_site_id)?;
    let is_missing = [&order.ship_to_name, &order.division, &order.address]
        .iter()
        .any(|part| part.is_none());
    // Who picks the goods up needs no address.
    if is_missing && order.pickup_site_id.is_none() {
        return Err(Refusal::invalid("order.ship_to_missing")
            .on("address")
            .into());
    }
    Ok(())
}

/// Refuses to let goods be picked up anywhere but at a store that is in use.
pub(super) fn check_pickup_site(cx: &mut Cx<'_>, site: Option<Id>) -> Result<()> {
    let Some(site) = site else {
        return Ok(());
    };
    let site = cx.get::<Site>(site)?;
    if site.kind == "store" && site.active {
        return Ok(());
    }
    Err(Refusal::invalid("order.pickup_site")
        .on("pickup_site_id")
        .into())
}

/// The division goods go to: that of the store they are picked up at, else of the ship-to; the partner's where there is none.
pub(super) fn destination(
    cx: &mut Cx<'_>,
    pickup: Option<Id>,
    ship_to: Option<&str>,
    partner: &Partner,
) -> Result<Option<String>> {
    let division = match pickup {
        Some(store) => cx.get::<Site>(store)?.division,
        None => ship_to.map(str::to_owned),
    };
    Ok(division.or_else(|| partner.division.clone()))
}

fn check_fence(cx: &mut Cx<'_>, order: &SalesOrder, partner: &Partner) -> Result<()> {
    let ship_to = order.division.as_deref();
    let division = destination(cx, order.pickup_site_id, ship_to, partner)?;
    let division = &division.unwrap_or_default();
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

/// Asks people of a role to look at the order.
pub fn ask(cx: &mut Cx<'_>, order: &SalesOrder, role: &str, title: Text) -> Result<()> {
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

/// Holds credit, unless the channel collected the money, then chooses the site and holds the goods. The
/// partner may have been suspended while the order waited.
pub fn confirm(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    check_active(&cx.get::<Partner>(order.partner_id)?)?;
    deal::check_sale(cx, &sale(order))?;
    if order.channel_paid {
        collected::hold(cx, order)?;
    } else if let Some(available) = hold_credit(cx, order)? {
        return wait_for_credit(cx, order, available);
    }
    (order.hold_reason_zh, order.hold_reason_en) = (None, None);
    promise::promise(cx, order)?;
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

/// Holds the partner's credit. Returns what there is when it does not suffice.
fn hold_credit(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<Option<Money>> {
    let (partner, amount) = (order.partner_id, order.total_amount);
    match credit::hold(cx, partner, amount, OBJECT, order.id)? {
        credit::Request::Short { available } => Ok(Some(available)),
        credit::Request::Held => {
            let enough = Explanation::pass("信用额度充足，已占用", "Credit suffices and is held");
            decide_credit(cx, order, "held", enough)?;
            Ok(None)
        }
    }
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

/// Keeps how the credit of an order was judged.
pub(super) fn decide_credit(
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
