//! Rules of a registration from draft to submission, and of its end.
//!
//! Keeps true: what is submitted has been compared with every live claim inside this transaction; the database refuses the second of
//! two that were compared at the same moment. Not here: approval and what follows it (`approval`).

use qudao_base::{Refusal, Result};
use qudao_kernel::{Cx, Decision, Explanation, Notice, Text};
use serde_json::json;

use super::{
    hint,
    protection::{
        Claim, Policy, RULE_VERSION, RegistrationDecision, Rival, Stage, decide_registration,
    },
    records::DealRegistration,
    rivals::{Filed, Found, evidence_json, file, find_rivals, profile_of_deal, take_turn},
    same_customer::Verdict,
};
use crate::partner::{fence::fence, records::Partner, tidy_code};

/// Most characters of a name in the key the unique constraint holds.
const KEY_CHARACTERS_MAX: usize = 180;

/// The site's policy.
pub(super) fn policy(cx: &mut Cx<'_>) -> Result<Policy> {
    Ok(Policy {
        protection_days: cx.setting_integer("deal.protection_days")?.max(0),
        zone: cx.zone().clone(),
    })
}

/// Before every save: one spelling, keys, and for a draft the hint.
pub(super) fn prepare(cx: &mut Cx<'_>, deal: &mut DealRegistration) -> Result<()> {
    (deal.credit_code, deal.credit_code_doubtful) = tidy_code(deal.credit_code.as_deref());
    let profile = profile_of_deal(deal);
    let mut key: String = profile
        .name
        .exact_key()
        .chars()
        .take(KEY_CHARACTERS_MAX)
        .collect();
    if key.is_empty() {
        return Err(Refusal::invalid("deal.name_empty")
            .on("customer_name")
            .into());
    }
    if let Some(code) = profile.sound_code() {
        // One name under two sound codes may be two companies: a person compares them, not the constraint.
        key.push('#');
        key.push_str(code);
    }
    deal.customer_key = Some(key);
    deal.credit_key = Some(profile.credit_code.clone()).filter(|code| !code.is_empty());
    if deal.state != "draft" {
        return Ok(());
    }
    let asked_before = deal.version > 0 && {
        let before: DealRegistration = cx.get(deal.id)?;
        profile_of_deal(&before) == profile
            && before.partner_id == deal.partner_id
            && before.hint.is_some()
    };
    if asked_before {
        return Ok(());
    }
    let found = find_rivals(cx, Some(deal.id), &profile)?;
    let decision = decide(cx, deal, &found)?;
    if !hint::note(cx, &deal.customer_name, decision.finding)? {
        // The draft is kept, the answer is not given; the comparison that counts is that of the submission.
        deal.hint = None;
        return Ok(());
    }
    deal.hint = Some(decision.finding.word().to_owned());
    cx.decide(decision_of(deal, "deal.duplicate_check", &decision, &found))
        .map(drop)
}

fn decide(
    cx: &mut Cx<'_>,
    deal: &DealRegistration,
    found: &[Found],
) -> Result<RegistrationDecision> {
    let rivals: Vec<Rival> = found.iter().map(|one| one.rival).collect();
    let claim = Claim {
        partner: deal.partner_id,
        at: deal.submitted_at.unwrap_or_else(|| cx.now()),
    };
    let fence = match &deal.division {
        Some(division) => Some(fence(cx, deal.partner_id, division, deal.industry_id)?),
        None => None,
    };
    let stage = if deal.state == "draft" {
        Stage::FirstLook
    } else {
        Stage::Submission
    };
    Ok(decide_registration(
        &policy(cx)?,
        claim,
        &rivals,
        fence.as_ref(),
        stage,
    ))
}

/// A decision as it is written. Inputs say how many and how alike, never who.
fn decision_of(
    deal: &DealRegistration,
    kind: &'static str,
    decision: &RegistrationDecision,
    found: &[Found],
) -> Decision {
    let exact = found
        .iter()
        .filter(|one| one.rival.verdict == Verdict::Exact)
        .count();
    let scores: Vec<u32> = found.iter().map(|one| one.rival.score).collect();
    Decision {
        kind,
        object: "deal_registration",
        record: deal.id,
        organisation: Some(deal.partner_id),
        rule: "first_registered",
        rule_version: RULE_VERSION,
        result: decision.result().to_owned(),
        inputs: json!({
            "customer_key": deal.customer_key, "division": deal.division, "exact_rivals": exact,
            "scores": scores, "rank": decision.rank,
        }),
        explanation: decision.explanation.clone(),
    }
}

/// Only an active partner registers, and only an active one is given a customer.
pub(super) fn check_partner(cx: &mut Cx<'_>, deal: &DealRegistration) -> Result<()> {
    let partner: Partner = cx.get(deal.partner_id)?;
    if partner.state == "active" {
        return Ok(());
    }
    Err(Refusal::conflict("deal.partner_inactive")
        .on("partner_id")
        .into())
}

/// Before `submit`: the comparison that counts.
pub(super) fn submit(cx: &mut Cx<'_>, deal: &mut DealRegistration) -> Result<()> {
    check_partner(cx, deal)?;
    deal.submitted_at = Some(cx.now());
    let profile = profile_of_deal(deal);
    take_turn(cx, &profile)?;
    let found = find_rivals(cx, Some(deal.id), &profile)?;
    let decision = decide(cx, deal, &found)?;
    if let Some(refusal) = decision.refusal.clone() {
        let refusal = name_own(cx, refusal, deal, &found)?;
        let decision = decision_of(deal, "deal.registration", &decision, &found);
        return Err(cx.refuse(decision, refusal));
    }
    deal.rank = Some(decision.rank);
    deal.hint = Some(decision.finding.word().to_owned());
    deal.match_score = found.first().map(|one| i64::from(one.comparison.score));
    deal.match_evidence = evidence_json(cx, &found)?;
    cx.decide(decision_of(deal, "deal.registration", &decision, &found))
        .map(drop)
}

/// Only about the partner's own registration may a refusal name the number.
fn name_own(
    cx: &mut Cx<'_>,
    refusal: Refusal,
    deal: &DealRegistration,
    found: &[Found],
) -> Result<Refusal> {
    if refusal.code != "deal.ours" {
        return Ok(refusal);
    }
    let own = found.iter().find(|one| {
        one.object == "deal_registration"
            && one.rival.partner == Some(deal.partner_id)
            && one.rival.verdict == Verdict::Exact
    });
    let number = match own {
        Some(own) => cx.get::<DealRegistration>(own.record)?.number,
        None => String::new(),
    };
    Ok(refusal.with("number", number))
}

/// After `submit`: filed for others to be compared with; somebody is asked to decide.
pub(super) fn submitted(cx: &mut Cx<'_>, deal: &DealRegistration) -> Result<()> {
    file(cx, Filed::Deal(deal.id), &profile_of_deal(deal))?;
    let partner: Partner = cx.get(deal.partner_id)?;
    let title = Text::new(
        format!("请审核商机报备 {}：{}", deal.number, deal.customer_name),
        format!(
            "Decide on deal registration {}: {}",
            deal.number, deal.customer_name
        ),
    );
    let to_do = Notice {
        title,
        object: "deal_registration",
        record: deal.id,
        ..Notice::default()
    };
    cx.task(match partner.channel_manager_id {
        Some(manager) => Notice {
            user: Some(manager),
            ..to_do.clone()
        },
        None => Notice {
            role: Some("channel_manager"),
            ..to_do.clone()
        },
    })?;
    let title = Text::new(
        format!("{} 报备了商机 {}", partner.name, deal.customer_name),
        format!(
            "{} registered a deal with {}",
            partner.name, deal.customer_name
        ),
    );
    cx.notify(Notice {
        role: Some("sales_director"),
        title,
        ..to_do
    })
}

/// After `reject`, `return_for_information` and `withdraw`: the to-do is gone and the partner told; the decision is kept.
pub(super) fn closed(cx: &mut Cx<'_>, deal: &DealRegistration) -> Result<()> {
    cx.close_tasks("deal_registration", deal.id)?;
    let (result, zh, en) = match deal.state.as_str() {
        "rejected" => ("rejected", "报备被驳回", "The registration was rejected"),
        "draft" => (
            "returned",
            "报备被退回补充",
            "The registration was returned for information",
        ),
        _ => ("withdrawn", "报备已撤回", "The registration was withdrawn"),
    };
    let reason = Explanation::info("理由", "Reason").value(deal.comment.as_deref().unwrap_or("-"));
    cx.decide(Decision {
        kind: "deal.closing",
        object: "deal_registration",
        record: deal.id,
        organisation: Some(deal.partner_id),
        rule: "person",
        rule_version: RULE_VERSION,
        result: result.into(),
        inputs: json!({ "comment": deal.comment }),
        explanation: Explanation::info(zh, en).child(reason),
    })?;
    cx.notify(Notice {
        organisation: Some(deal.partner_id),
        title: Text::new(
            format!("{zh}：{}", deal.customer_name),
            format!("{en}: {}", deal.customer_name),
        ),
        object: "deal_registration",
        record: deal.id,
        ..Notice::default()
    })
}
