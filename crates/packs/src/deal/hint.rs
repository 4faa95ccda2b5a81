//! The private hint: is this customer free? Never whose it is.
//!
//! Keeps true: every question of a partner is kept with who, when and what; more than the site allows a partner per hour get no
//! answer, however many of its people ask at once, and the last one allowed alerts the channel managers. A draft is a question too,
//! and is saved without an answer. Not here: registrations.

use qudao_base::{Id, Refusal, RefusalClass, Result};
use qudao_kernel::{Cx, Notice, Text};
use serde_json::{Value as Json, json};

use super::{
    protection::{Claim, Finding, Rival, day, find},
    records::DealHint,
    rivals::find_rivals,
    same_customer::{Facts, Profile},
};
use crate::partner::{fence::fence, records::Partner};

/// Keeps a question and its answer; false when the partner has had its answers for this hour. Staff are not counted.
pub(super) fn note(cx: &mut Cx<'_>, customer_name: &str, finding: Finding) -> Result<bool> {
    let actor = cx.actor();
    let (Some(user), Some(partner)) = (actor.user, actor.organisation) else {
        return Ok(true);
    };
    let allowed = cx.setting_integer("deal.hints_per_hour")?;
    let hour_ago = cx.now().plus_seconds(-3_600);
    // One question of a partner after the other, so that each sees those before it.
    cx.lock::<Partner>("t.id = ?", &[partner.into()])?;
    let rows = cx.query(
        "SELECT COUNT(*) FROM deal_hint WHERE partner_id = ? AND created_at > ?",
        &[partner.into(), hour_ago.into()],
    )?;
    let asked = rows.first().map_or(Ok(0), |row| row.int(0))?;
    if asked >= allowed {
        return Ok(false);
    }
    let hint = cx.create(&DealHint {
        customer_name: customer_name.chars().take(200).collect(),
        answer: finding.word().to_owned(),
        user_id: Some(user),
        partner_id: Some(partner),
        ..DealHint::default()
    })?;
    if asked + 1 == allowed {
        cx.notify(Notice {
            role: Some("channel_manager"),
            title: Text::new(
                format!("有伙伴一小时内查询客户保护 {allowed} 次，请留意是否在探查客户"),
                format!("A partner asked {allowed} times within an hour whether customers are protected; it may be probing"),
            ),
            object: "deal_hint",
            record: hint.id,
            ..Notice::default()
        })?;
    }
    Ok(true)
}

fn text(input: &Json, name: &str) -> Result<String> {
    match input.get(name) {
        None | Some(Json::Null) => Ok(String::new()),
        Some(Json::String(text)) if text.chars().count() <= 200 => Ok(text.trim().to_owned()),
        Some(other) => {
            let shown: String = other.to_string().chars().take(60).collect();
            Err(Refusal::malformed("field.type")
                .on(name)
                .with("value", shown)
                .into())
        }
    }
}

/// `deal.hint {customer_name, credit_code?, contact_phone?, contact_email?, domain?, division?, industry_id?, partner_id?}`.
/// Answers `{answer: free|protected|ours|direct|review, until?, territory?: {covered, nearest}}`. Staff name the partner they ask for.
pub(super) fn hint(cx: &mut Cx<'_>, input: Json) -> Result<Json> {
    let name = text(&input, "customer_name")?;
    if name.is_empty() {
        return Err(Refusal::invalid("field.required")
            .on("customer_name")
            .into());
    }
    let partner: Id = match cx.actor().organisation {
        Some(own) => own,
        None => text(&input, "partner_id")?.parse().unwrap_or_default(),
    };
    let division = text(&input, "division")?;
    let industry: Option<Id> = text(&input, "industry_id")?.parse().ok();
    let filled = |text: String| Some(text).filter(|text| !text.is_empty()).into_iter();
    let profile = Profile::of(&Facts {
        name: name.clone(),
        credit_code: text(&input, "credit_code")?,
        phones: filled(text(&input, "contact_phone")?).collect(),
        addresses: filled(text(&input, "contact_email")?)
            .chain(filled(text(&input, "domain")?))
            .collect(),
        division: division.clone(),
        ..Facts::default()
    });
    let found = find_rivals(cx, None, &profile)?;
    let rivals: Vec<Rival> = found.iter().map(|one| one.rival).collect();
    let finding = find(
        Claim {
            partner,
            at: cx.now(),
        },
        &rivals,
    );
    if !note(cx, &name, finding)? {
        return Err(Refusal::new(RefusalClass::TooMany, "deal.hint_too_often")
            .with("max", cx.setting_integer("deal.hints_per_hour")?)
            .into());
    }
    let mut answer = json!({ "answer": finding.word() });
    if let Some(until) = finding.until() {
        answer["until"] = json!(day(until, cx.zone()));
    }
    if !division.is_empty() && partner != Id::default() {
        let fence = fence(cx, partner, &division, industry)?;
        answer["territory"] =
            json!({ "covered": fence.coverage.is_covered(), "nearest": fence.row });
    }
    Ok(answer)
}
