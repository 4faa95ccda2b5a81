//! Selling respects protection: who may sell to a customer, and what the first sale does to a registration.
//!
//! Keeps true: nobody sells to a customer who is protected for another partner or served by one, whichever record names that
//! customer; opportunity, customer and partner of a sale belong together; a registration is converted by the first confirmed order
//! and by nothing else, and is what it was once no confirmed order is left. No refusal says whose the customer is.
//! Not here: orders and quotations themselves.

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::{Cx, Decision, Explanation};
use serde_json::json;

use super::{
    approval::decide,
    protection::{Hold, RULE_VERSION, Rival},
    records::DealRegistration,
    rivals::{find_rivals, profile_of_customer},
    same_customer::Verdict,
};
use crate::crm::records::{Customer, Opportunity};

/// A sale about to be made.
#[derive(Clone, Copy, Debug)]
pub struct Sale {
    /// Object of the paper: an order or a quotation.
    pub object: &'static str,
    /// The paper.
    pub record: Id,
    /// Who sells.
    pub partner: Id,
    /// To whom, when named.
    pub customer: Option<Id>,
    /// Out of which opportunity, when named.
    pub opportunity: Option<Id>,
}

/// Refuses a sale to another partner's customer, and one whose papers do not belong together. On customers of direct sales the
/// vendor's own people decide; partners do not sell to them, whatever older papers name them.
///
/// # Errors
/// `deal.sale_opportunity`, `deal.sale_customer`, `deal.sale_protected`, `deal.sale_served`, `deal.sale_direct`.
pub fn check_sale(cx: &mut Cx<'_>, sale: &Sale) -> Result<()> {
    let Some(customer) = customer_of(cx, sale)? else {
        return Ok(());
    };
    let customer: Customer = cx.get(customer)?;
    let found = find_rivals(cx, None, &profile_of_customer(&customer))?;
    let rivals: Vec<Rival> = found.iter().map(|one| one.rival).collect();
    let now = cx.now();
    let by_partner = cx.actor().organisation.is_some();
    let holds = |rival: &&Rival| {
        let is_theirs = rival.verdict == Verdict::Exact && rival.partner != Some(sale.partner);
        is_theirs
            && match rival.hold {
                Hold::Protected(until) => until > now,
                Hold::Served => true,
                Hold::Direct => by_partner,
                Hold::Waiting(_) => false,
            }
    };
    let strongest = rivals
        .iter()
        .filter(holds)
        .max_by_key(|rival| matches!(rival.hold, Hold::Protected(_)));
    let (code, zh, en) = match strongest.map(|rival| rival.hold) {
        None => return Ok(()),
        Some(Hold::Protected(_)) => (
            "deal.sale_protected",
            "客户受报备保护，其他伙伴不能销售",
            "A registration protects the customer; no other partner may sell to it",
        ),
        Some(Hold::Direct) => (
            "deal.sale_direct",
            "客户由厂商直接销售",
            "The vendor itself sells to the customer",
        ),
        Some(_) => (
            "deal.sale_served",
            "客户已由其他伙伴服务",
            "Another partner serves the customer",
        ),
    };
    let decision = Decision {
        kind: "deal.sale",
        object: sale.object,
        record: sale.record,
        organisation: Some(sale.partner),
        rule: "first_registered",
        rule_version: RULE_VERSION,
        result: "refused".to_owned(),
        inputs: json!({ "customer": customer.id.to_string() }),
        explanation: Explanation::fail(zh, en),
    };
    Err(cx.refuse(decision, Refusal::conflict(code).on("customer_id")))
}

/// The customer sold to: the one named, which must be the opportunity's.
fn customer_of(cx: &mut Cx<'_>, sale: &Sale) -> Result<Option<Id>> {
    let Some(opportunity) = sale.opportunity else {
        return Ok(sale.customer);
    };
    let opportunity: Opportunity = cx.get(opportunity)?;
    let refusal = |code: &str, field: &str| Err(Refusal::conflict(code).on(field).into());
    if opportunity.partner_id.is_some_and(|id| id != sale.partner) {
        return refusal("deal.sale_opportunity", "opportunity_id");
    }
    if sale
        .customer
        .is_some_and(|id| id != opportunity.customer_id)
    {
        return refusal("deal.sale_customer", "customer_id");
    }
    Ok(Some(opportunity.customer_id))
}

/// An order is confirmed: the registration it came from has done its work.
pub fn sold(cx: &mut Cx<'_>, sale: &Sale) -> Result<()> {
    let Some(customer) = customer_of(cx, sale)? else {
        return Ok(());
    };
    take_turn_of(cx, customer)?;
    let deals = cx.find::<DealRegistration>(
        "customer_id = ? AND partner_id = ? AND state = 'approved'",
        &[customer.into(), sale.partner.into()],
    )?;
    for deal in deals {
        let deal = cx.act::<DealRegistration>(deal.id, "convert", |_| {})?;
        let until = deal.protected_until.unwrap_or_else(|| cx.now());
        let explanation = Explanation::pass(
            "首张订单已确认，报备成交，客户归属该伙伴",
            "The first order is confirmed: the registration is converted and the customer stays with this partner",
        );
        decide(
            cx,
            &deal,
            ("deal.protection", "converted"),
            until,
            explanation,
        )?;
    }
    Ok(())
}

/// One confirmation or cancellation of a sale to the customer after the other, so that each sees the orders of those before it.
pub fn take_turn_of(cx: &mut Cx<'_>, customer: Id) -> Result<()> {
    let key = customer.to_string();
    cx.take_turn("deal.sale", std::iter::once(key.as_str()))
}

/// The last confirmed order of the partner for the customer is cancelled: protection goes on as if nothing had been sold, and ends
/// when it would have ended. A newer registration of the partner speaks for itself.
pub fn unsold(cx: &mut Cx<'_>, customer: Id, partner: Id) -> Result<()> {
    let deals = cx.find::<DealRegistration>(
        "customer_id = ? AND partner_id = ? AND state = 'converted' AND NOT EXISTS (SELECT 1 FROM deal_registration n \
         WHERE n.state IN ('submitted', 'approved') AND (n.customer_key = t.customer_key OR n.credit_key = t.credit_key)) \
         ORDER BY t.id DESC LIMIT 1",
        &[customer.into(), partner.into()],
    )?;
    for deal in deals {
        let deal = cx.act::<DealRegistration>(deal.id, "reopen", |_| {})?;
        let until = deal.protected_until.unwrap_or_else(|| cx.now());
        let explanation = Explanation::info(
            "已确认的订单全部取消，报备恢复为受保护，到期日不变",
            "All confirmed orders are cancelled: the registration protects again, until the day it did before",
        );
        decide(
            cx,
            &deal,
            ("deal.protection", "reopened"),
            until,
            explanation,
        )?;
    }
    Ok(())
}
