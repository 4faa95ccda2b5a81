//! Selling respects protection: who may sell to a customer, and what the first sale does to a registration.
//!
//! Keeps true: nobody sells to a customer who is protected for another partner or served by one, whichever record names that
//! customer; opportunity, customer and partner of a sale belong together; a registration is converted by the first confirmed order
//! and by nothing else. No refusal says whose the customer is. Not here: orders and quotations themselves.

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

/// Refuses a sale to another partner's customer, and one whose papers do not belong together. Customers of direct sales only the
/// vendor's own people can name, so the vendor decides on them.
///
/// # Errors
/// `deal.sale_opportunity`, `deal.sale_customer`, `deal.sale_protected`, `deal.sale_served`.
pub fn check_sale(cx: &mut Cx<'_>, sale: &Sale) -> Result<()> {
    let Some(customer) = customer_of(cx, sale)? else {
        return Ok(());
    };
    let customer: Customer = cx.get(customer)?;
    let found = find_rivals(cx, None, &profile_of_customer(&customer))?;
    let rivals: Vec<Rival> = found.iter().map(|one| one.rival).collect();
    let now = cx.now();
    let holds = |rival: &&Rival| {
        let is_theirs = rival.verdict == Verdict::Exact && rival.partner != Some(sale.partner);
        is_theirs
            && match rival.hold {
                Hold::Protected(until) => until > now,
                Hold::Served => true,
                Hold::Waiting(_) | Hold::Direct => false,
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
