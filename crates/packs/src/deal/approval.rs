//! Approval of a registration: protection begins, customer and opportunity come into being; and how protection ends.
//!
//! Keeps true: an approved registration has its end of protection, a customer served by its partner, and a recorded decision; when
//! protection ends without a confirmed order the customer is open to all.
//! Not here: submission (`deal_registration`).

use qudao_base::{Id, Instant, Refusal, Result};
use qudao_kernel::{Cx, Decision, Explanation, Notice, Text};
use serde_json::json;

use super::{
    customer_filing::serve,
    deal_registration::{check_partner, policy},
    protection::{Claim, Finding, Hold, RULE_VERSION, Rival, ahead, day, find, protect, refusal},
    records::{DealLine, DealRegistration},
    rivals::{evidence_json, find_rivals, profile_of_deal},
};
use crate::crm::records::{Customer, Opportunity, OpportunityLine};

/// Before `approve`.
pub(super) fn approve(cx: &mut Cx<'_>, deal: &mut DealRegistration) -> Result<()> {
    check_partner(cx, deal)?;
    let submitted_at = deal.submitted_at.unwrap_or_else(|| cx.now());
    let reviewed = check_rivals(cx, deal, submitted_at)?;
    let rank = deal.rank.unwrap_or(1);
    let (until, explanation) = protect(&policy(cx)?, cx.now(), rank, reviewed);
    deal.approved_at = Some(cx.now());
    deal.protected_until = Some(until);
    decide(
        cx,
        deal,
        ("deal.protection", "protected"),
        until,
        explanation,
    )?;
    let customer = serve(cx, customer_of(deal), deal.contact_name.as_deref())?;
    deal.customer_id = Some(customer.id);
    deal.opportunity_id = Some(begin_opportunity(cx, deal, &customer)?);
    Ok(())
}

/// Compares once more: what is exact now refuses, what is likely needs a reason. True when somebody likely stood in the way.
fn check_rivals(cx: &mut Cx<'_>, deal: &mut DealRegistration, at: Instant) -> Result<bool> {
    let found = find_rivals(cx, Some(deal.id), &profile_of_deal(deal))?;
    let rivals: Vec<Rival> = found.iter().map(|one| one.rival).collect();
    let claim = Claim {
        partner: deal.partner_id,
        at,
    };
    let rivals = ahead(claim, deal.rank.unwrap_or(1), &rivals);
    let finding = find(claim, &rivals);
    if let Some(refusal) = refusal(finding, cx.zone()) {
        return Err(refusal.into());
    }
    let earlier = rivals.iter().any(|rival| {
        rival.partner != Some(deal.partner_id) && matches!(rival.hold, Hold::Waiting(_))
    });
    if earlier {
        return Err(Refusal::conflict("deal.later_rank").into());
    }
    deal.match_evidence = evidence_json(cx, &found)?;
    let reviewed = matches!(finding, Finding::Review(_));
    if reviewed && deal.comment.is_none() {
        return Err(Refusal::invalid("deal.reason_needed").on("comment").into());
    }
    Ok(reviewed)
}

pub(super) fn decide(
    cx: &mut Cx<'_>,
    deal: &DealRegistration,
    (kind, result): (&'static str, &str),
    until: Instant,
    explanation: Explanation,
) -> Result<()> {
    cx.decide(Decision {
        kind,
        object: "deal_registration",
        record: deal.id,
        organisation: Some(deal.partner_id),
        rule: "first_registered",
        rule_version: RULE_VERSION,
        result: result.to_owned(),
        inputs: json!({
            "submitted_at": deal.submitted_at.map(|at| at.to_string()), "rank": deal.rank,
            "protected_until": until.to_string(), "customer_key": deal.customer_key, "comment": deal.comment,
        }),
        explanation,
    })?;
    Ok(())
}

/// The customer as the registration describes it.
fn customer_of(deal: &DealRegistration) -> Customer {
    Customer {
        name: deal.customer_name.clone(),
        former_names: deal.former_names.clone(),
        credit_code: deal.credit_code.clone(),
        industry_id: deal.industry_id,
        phone: deal.contact_phone.clone(),
        email: deal.contact_email.clone(),
        domain: deal.domain.clone(),
        division: deal.division.clone(),
        address: deal.address.clone(),
        sold_by: "partner".to_owned(),
        partner_id: Some(deal.partner_id),
        owner_id: deal.owner_id,
        ..Customer::default()
    }
}

fn begin_opportunity(cx: &mut Cx<'_>, deal: &DealRegistration, customer: &Customer) -> Result<Id> {
    let wanted: Vec<DealLine> = cx.lines(deal.id)?;
    let lines: Vec<OpportunityLine> = wanted
        .into_iter()
        .map(|line| OpportunityLine {
            product_id: line.product_id,
            quantity: line.quantity,
            ..OpportunityLine::default()
        })
        .collect();
    let opportunity = Opportunity {
        name: deal.customer_name.clone(),
        customer_id: customer.id,
        partner_id: Some(deal.partner_id),
        owner_id: deal.owner_id,
        division: deal.division.clone(),
        industry_id: deal.industry_id,
        source: "registration".to_owned(),
        amount: deal.amount.unwrap_or_default(),
        expected_on: deal.expected_on,
        comment: deal.need.clone(),
        ..Opportunity::default()
    };
    Ok(cx.create_with_lines(&opportunity, lines)?.id)
}

/// After `approve`: the to-do is done, the partner is told.
pub(super) fn approved(cx: &mut Cx<'_>, deal: &DealRegistration) -> Result<()> {
    cx.close_tasks("deal_registration", deal.id)?;
    let until = deal
        .protected_until
        .map_or_else(String::new, |until| day(until, cx.zone()));
    tell(
        cx,
        deal,
        Text::new(
            format!("报备已批准：{} 受保护至 {until}", deal.customer_name),
            format!(
                "Registration approved: {} is protected until {until}",
                deal.customer_name
            ),
        ),
    )
}

fn tell(cx: &mut Cx<'_>, deal: &DealRegistration, title: Text) -> Result<()> {
    let organisation = Some(deal.partner_id);
    cx.notify(Notice {
        organisation,
        title,
        object: "deal_registration",
        record: deal.id,
        ..Notice::default()
    })
}

/// Before `extend`: later by the days asked for, within what the site allows.
pub(super) fn extend(cx: &mut Cx<'_>, deal: &mut DealRegistration) -> Result<()> {
    let days_max = cx.setting_integer("deal.extension_days_max")?;
    let times_max = cx.setting_integer("deal.extensions_max")?;
    let days = deal.extension_days.unwrap_or_default();
    if !(1..=days_max).contains(&days) {
        return Err(Refusal::invalid("deal.extension_range")
            .on("extension_days")
            .with("max", days_max)
            .into());
    }
    let times = deal.extension_count.unwrap_or_default();
    if times >= times_max {
        return Err(Refusal::conflict("deal.extensions_used")
            .with("max", times_max)
            .into());
    }
    let until = deal
        .protected_until
        .unwrap_or_else(|| cx.now())
        .plus_days(days);
    (deal.protected_until, deal.extension_count, deal.reminded_at) =
        (Some(until), Some(times + 1), None);
    let explanation = Explanation::pass("保护期延长至", "Protection is extended until")
        .value(day(until, cx.zone()))
        .child(Explanation::info("延长天数", "Days of extension").value(days))
        .child(Explanation::info("理由", "Reason").value(deal.comment.as_deref().unwrap_or("-")));
    decide(cx, deal, ("deal.extension", "extended"), until, explanation)
}

/// After `expire` and `revoke`: the customer is open to all unless something was sold.
pub(super) fn ended(cx: &mut Cx<'_>, deal: &DealRegistration) -> Result<()> {
    let expired = deal.state == "expired";
    let (zh, en) = if expired {
        (
            "保护期已满，客户释放",
            "Protection has run out; the customer is open",
        )
    } else {
        (
            "保护被撤销，客户释放",
            "Protection was revoked; the customer is open",
        )
    };
    let result = if expired { "expired" } else { "revoked" };
    let until = if expired {
        deal.protected_until.unwrap_or_else(|| cx.now())
    } else {
        cx.now()
    };
    let reason = Explanation::info("理由", "Reason").value(deal.comment.as_deref().unwrap_or("-"));
    let mut explanation = Explanation::info(zh, en).value(day(until, cx.zone()));
    if !expired {
        explanation = explanation.child(reason);
    }
    decide(cx, deal, ("deal.protection", result), until, explanation)?;
    release(cx, deal)?;
    tell(
        cx,
        deal,
        Text::new(
            format!("{zh}：{}", deal.customer_name),
            format!("{en}: {}", deal.customer_name),
        ),
    )
}

/// Only an earlier registration that became an order lets the partner keep the customer.
fn release(cx: &mut Cx<'_>, deal: &DealRegistration) -> Result<()> {
    let Some(customer) = deal.customer_id else {
        return Ok(());
    };
    let sold = cx.query(
        "SELECT 1 FROM deal_registration WHERE customer_id = ? AND partner_id = ? AND state = 'converted' LIMIT 1",
        &[customer.into(), deal.partner_id.into()],
    )?;
    let serving = cx.get::<Customer>(customer)?.partner_id;
    if sold.is_empty() && serving == Some(deal.partner_id) {
        open(cx, customer)?;
    }
    Ok(())
}

/// Nobody serves the customer from now on. Open opportunities stay: whoever worked on one may go on until another serves.
pub(super) fn open(cx: &mut Cx<'_>, customer: Id) -> Result<()> {
    cx.act::<Customer>(customer, "update", |customer| {
        "open".clone_into(&mut customer.sold_by);
        customer.partner_id = None;
    })
    .map(drop)
}

/// Recurring: protections that ran out end, those about to end are announced once.
pub(super) fn run_clock(cx: &mut Cx<'_>) -> Result<()> {
    let now = cx.now();
    let over = cx.find::<DealRegistration>(
        "state = 'approved' AND protected_until <= ? ORDER BY protected_until LIMIT 200",
        &[now.into()],
    )?;
    for deal in over {
        cx.act::<DealRegistration>(deal.id, "expire", |_| {})?;
    }
    let soon = now.plus_days(cx.setting_integer("deal.reminder_days")?);
    let ending = cx.find::<DealRegistration>(
        "state = 'approved' AND protected_until <= ? AND reminded_at IS NULL ORDER BY protected_until LIMIT 200",
        &[soon.into()],
    )?;
    for deal in ending {
        let deal =
            cx.act::<DealRegistration>(deal.id, "remind", |deal| deal.reminded_at = Some(now))?;
        let until = deal
            .protected_until
            .map_or_else(String::new, |until| day(until, cx.zone()));
        tell(
            cx,
            &deal,
            Text::new(
                format!("{} 的保护将于 {until} 到期", deal.customer_name),
                format!("Protection of {} ends on {until}", deal.customer_name),
            ),
        )?;
    }
    Ok(())
}
