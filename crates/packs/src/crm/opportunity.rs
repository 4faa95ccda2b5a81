//! Rules of opportunities: probability by stage, amounts from lines, whose customer it is.
//!
//! Keeps true: a line's amount is price times quantity to the cent; with lines, the opportunity's amount is their sum; an open
//! opportunity stands with whoever serves its customer.
//! Not here: quotes and orders.

use qudao_base::{Id, Money, Percent, Refusal, Result};
use qudao_kernel::Cx;

use super::records::{Customer, Opportunity, OpportunityLine};
use crate::product::records::Product;

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
