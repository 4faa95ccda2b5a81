//! Rules of opportunities: probability by stage, amounts from lines, whose customer it is.
//!
//! Keeps true: a line's amount is price times quantity to the cent; with lines, the opportunity's amount is their sum; an open
//! opportunity stands with whoever serves its customer: when another partner serves it from now on, the former one's ends as lost to
//! it and is not shown to the other, and the vendor's own goes with the customer.
//! Not here: quotes and orders.

use qudao_base::{Id, Money, Percent, Refusal, Result};
use qudao_kernel::{Cx, Decision, Explanation, Notice, Text};
use serde_json::json;

use super::records::{Customer, Opportunity, OpportunityLine};
use crate::{partner::territory::province, product::records::Product};

/// Probability of a stage; the open ones come from settings in the order qualify, propose, negotiate.
pub fn probability(state: &str, open: [Percent; 3]) -> Percent {
    match state {
        "qualify" => open[0],
        "propose" => open[1],
        "negotiate" => open[2],
        "won" => Percent::of(100),
        _ => Percent::ZERO,
    }
}

/// May an opportunity of this partner (`None`: direct sales) stand at a customer served like this?
pub fn may_stand(partner: Option<Id>, sold_by: &str, serving: Option<Id>) -> bool {
    match sold_by {
        "partner" => partner == serving,
        "direct" => partner.is_none(),
        _ => true,
    }
}

/// Before every save of an opportunity.
pub(super) fn prepare(cx: &mut Cx<'_>, opportunity: &mut Opportunity) -> Result<()> {
    check_customer(cx, opportunity)?;
    opportunity.province = province(opportunity.division.as_deref());
    price_lines(cx, opportunity)?;
    let open = [
        cx.setting_percent("crm.probability_qualify")?,
        cx.setting_percent("crm.probability_propose")?,
        cx.setting_percent("crm.probability_negotiate")?,
    ];
    let probability = probability(&opportunity.state, open);
    opportunity.probability = Some(probability);
    opportunity.amount_weighted = Some(opportunity.amount.percent(probability)?.rounded(2));
    let closed = matches!(opportunity.state.as_str(), "won" | "lost");
    opportunity.closed_on = closed.then(|| opportunity.closed_on.unwrap_or_else(|| cx.today()));
    if opportunity.state != "lost" {
        opportunity.lost_reason = None;
    }
    Ok(())
}

/// Asked when the opportunity begins and when customer or partner change; a customer released later keeps its history.
fn check_customer(cx: &mut Cx<'_>, opportunity: &mut Opportunity) -> Result<()> {
    if opportunity.version > 0 {
        let before: Opportunity = cx.get(opportunity.id)?;
        let same = before.customer_id == opportunity.customer_id
            && before.partner_id == opportunity.partner_id;
        if same && before.state != "lost" {
            return Ok(());
        }
    }
    let customer: Customer = cx.get(opportunity.customer_id)?;
    if opportunity.partner_id.is_none() && customer.sold_by == "partner" {
        opportunity.partner_id = customer.partner_id;
    }
    if may_stand(
        opportunity.partner_id,
        &customer.sold_by,
        customer.partner_id,
    ) {
        opportunity.division = opportunity.division.take().or(customer.division);
        opportunity.industry_id = opportunity.industry_id.or(customer.industry_id);
        return Ok(());
    }
    Err(Refusal::conflict("opportunity.partner_mismatch")
        .on("partner_id")
        .into())
}

const OPEN: &str = "state IN ('qualify', 'propose', 'negotiate')";

/// After a customer changed hands. While nobody serves it, everybody who worked on it may go on.
pub(super) fn follow(cx: &mut Cx<'_>, customer: &Customer) -> Result<()> {
    let condition = format!("customer_id = ? AND {OPEN} ORDER BY t.id");
    for opportunity in cx.find::<Opportunity>(&condition, &[customer.id.into()])? {
        if may_stand(
            opportunity.partner_id,
            &customer.sold_by,
            customer.partner_id,
        ) {
            continue;
        }
        if opportunity.partner_id.is_none() {
            cx.act::<Opportunity>(opportunity.id, "update", |opportunity| {
                opportunity.partner_id = customer.partner_id;
            })?;
        } else {
            end(
                cx,
                &opportunity,
                Text::new(
                    "客户改由他人服务",
                    "The customer is served by somebody else now",
                ),
            )?;
        }
    }
    Ok(())
}

/// Ends what a partner that is no longer one still worked on.
pub fn end_all_of(cx: &mut Cx<'_>, partner: Id) -> Result<()> {
    let condition = format!("partner_id = ? AND {OPEN} ORDER BY t.id");
    for opportunity in cx.find::<Opportunity>(&condition, &[partner.into()])? {
        let why = Text::new("伙伴合作已终止", "The partnership has ended");
        end(cx, &opportunity, why)?;
    }
    Ok(())
}

/// Lost for a reason the partner is told, on the record, without saying to whom.
fn end(cx: &mut Cx<'_>, opportunity: &Opportunity, why: Text) -> Result<()> {
    cx.act::<Opportunity>(opportunity.id, "lose", |opportunity| {
        opportunity.lost_reason = Some("reassigned".to_owned());
    })?;
    let rule = Explanation::info(
        "商机随客户归属：客户改由他人服务时，原伙伴未结束的商机即告结束，不转给他人",
        "An opportunity stands with whoever serves its customer: when that is somebody else it ends and is handed to nobody",
    );
    cx.decide(Decision {
        kind: "opportunity.ending",
        object: "opportunity",
        record: opportunity.id,
        organisation: opportunity.partner_id,
        rule: "stands_with_server",
        rule_version: 1,
        result: "lost".to_owned(),
        inputs: json!({ "customer": opportunity.customer_id.to_string() }),
        explanation: Explanation::info(&why.zh, &why.en).child(rule),
    })?;
    let title = Text::new(
        format!("商机 {} 已结束：{}", opportunity.name, why.zh),
        format!("Opportunity {} has ended: {}", opportunity.name, why.en),
    );
    cx.notify(Notice {
        organisation: opportunity.partner_id,
        title,
        object: "opportunity",
        record: opportunity.id,
        ..Notice::default()
    })
}

fn price_lines(cx: &mut Cx<'_>, opportunity: &mut Opportunity) -> Result<()> {
    let mut lines: Vec<OpportunityLine> = cx.lines(opportunity.id)?;
    if lines.is_empty() {
        return Ok(());
    }
    for line in &mut lines {
        let price = match line.price {
            Some(price) => price,
            None => cx.get::<Product>(line.product_id)?.list_price,
        };
        line.price = Some(price);
        line.amount = Some(price.times(line.quantity)?.rounded(2));
    }
    opportunity.amount = Money::sum(lines.iter().filter_map(|line| line.amount))?;
    cx.set_lines(opportunity.id, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_have_their_probability() {
        let open = [Percent::of(20), Percent::of(50), Percent::of(80)];
        for (state, expected) in [
            ("qualify", 20),
            ("propose", 50),
            ("negotiate", 80),
            ("won", 100),
            ("lost", 0),
        ] {
            assert_eq!(probability(state, open), Percent::of(expected), "{state}");
        }
    }

    #[test]
    fn an_opportunity_stands_with_whoever_serves() {
        let (ours, theirs) = (Some(Id::from_number(1)), Some(Id::from_number(2)));
        for (partner, sold_by, serving, allowed) in [
            (ours, "partner", ours, true),
            (ours, "partner", theirs, false),
            (None, "partner", theirs, false),
            (None, "direct", None, true),
            (ours, "direct", None, false),
            (ours, "open", None, true),
            (None, "open", None, true),
        ] {
            assert_eq!(
                may_stand(partner, sold_by, serving),
                allowed,
                "{partner:?} {sold_by} {serving:?}"
            );
        }
    }
}
