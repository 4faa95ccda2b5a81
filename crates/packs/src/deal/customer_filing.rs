//! Customers are filed like registrations, so that a registration meets them; and whoever takes a customer over respects the claims of
//! others.
//!
//! Keeps true: a customer somebody has claimed - by a live registration, or by serving it - goes to nobody else, however the record
//! comes about: by hand, from a file, from a lead, by reassignment. Not here: the fields of a customer (`crm`).

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::Cx;

use super::{
    records::DealRegistration,
    rivals::{Filed, customer_to_use, file, find_rivals, profile_of_customer, take_turn},
    same_customer::Verdict,
};
use crate::crm::records::{Contact, Customer, Lead, Opportunity};

/// Before a customer is created or changed: whoever serves it from now on must not take it from somebody else.
pub(super) fn respect_protection(cx: &mut Cx<'_>, customer: &mut Customer) -> Result<()> {
    if customer.sold_by == "open" || !is_claimed_anew(cx, customer)? {
        return Ok(());
    }
    let profile = profile_of_customer(customer);
    take_turn(cx, &profile)?;
    let (own, holder) = (customer.id, customer.partner_id);
    let linked = cx.find::<DealRegistration>(
        "customer_id = ? AND state = 'approved' ORDER BY t.id",
        &[own.into()],
    )?;
    if let Some(deal) = linked.iter().find(|deal| Some(deal.partner_id) != holder) {
        return Err(taken("deal.customer_protected", &deal.number));
    }
    let found = find_rivals(cx, None, &profile)?;
    let other = found.iter().find(|one| {
        one.rival.verdict == Verdict::Exact && one.rival.partner != holder && one.record != own
    });
    match other {
        None => Ok(()),
        Some(one) if one.object == "customer" => {
            let number = cx.get::<Customer>(one.record)?.number;
            Err(taken("deal.customer_served", &number))
        }
        Some(one) => {
            let number = cx.get::<DealRegistration>(one.record)?.number;
            Err(taken("deal.customer_protected", &number))
        }
    }
}

fn taken(code: &str, number: &str) -> qudao_base::Stop {
    let refusal = Refusal::conflict(code).on("sold_by");
    refusal.with("number", number).into()
}

/// True when the customer is new, gets another server, or becomes another company by name or code.
fn is_claimed_anew(cx: &mut Cx<'_>, customer: &Customer) -> Result<bool> {
    if customer.version == 0 {
        return Ok(true);
    }
    let before: Customer = cx.get(customer.id)?;
    let (was, is) = (profile_of_customer(&before), profile_of_customer(customer));
    let same_server =
        before.sold_by == customer.sold_by && before.partner_id == customer.partner_id;
    Ok(!same_server || was.name != is.name || was.credit_code != is.credit_code)
}

/// After a customer is created or changed.
pub(super) fn file_customer(cx: &mut Cx<'_>, customer: &Customer) -> Result<()> {
    file(
        cx,
        Filed::Customer(customer.id),
        &profile_of_customer(customer),
    )
}

/// The customer somebody serves from now on: its own record or an open one of the very customer, else a new one as wanted; the
/// contact is noted there.
pub(super) fn serve(cx: &mut Cx<'_>, wanted: Customer, contact: Option<&str>) -> Result<Customer> {
    let present = customer_to_use(cx, &profile_of_customer(&wanted), wanted.partner_id)?;
    let customer = match present {
        None => cx.create(&wanted)?,
        Some(open) if open.sold_by == "open" => {
            cx.act::<Customer>(open.id, "update", |customer| {
                customer.sold_by.clone_from(&wanted.sold_by);
                (customer.partner_id, customer.owner_id) = (wanted.partner_id, wanted.owner_id);
            })?
        }
        Some(own) => own,
    };
    if let Some(name) = contact {
        note_contact(cx, customer.id, name, &wanted)?;
    }
    Ok(customer)
}

fn note_contact(cx: &mut Cx<'_>, customer: Id, name: &str, wanted: &Customer) -> Result<()> {
    let known = cx.find::<Contact>(
        "customer_id = ? AND name = ? LIMIT 1",
        &[customer.into(), name.into()],
    )?;
    if known.is_empty() {
        cx.create(&Contact {
            customer_id: customer,
            name: name.to_owned(),
            phone: wanted.phone.clone(),
            email: wanted.email.clone(),
            owner_id: wanted.owner_id,
            ..Contact::default()
        })?;
    }
    Ok(())
}

/// Before a lead is converted: its customer is served from now on and its opportunity begins.
pub(super) fn convert_lead(cx: &mut Cx<'_>, lead: &mut Lead) -> Result<()> {
    let sold_by = if lead.partner_id.is_some() {
        "partner"
    } else {
        "direct"
    };
    let wanted = Customer {
        name: lead.company.clone(),
        phone: lead.phone.clone(),
        email: lead.email.clone(),
        industry_id: lead.industry_id,
        division: lead.division.clone(),
        sold_by: sold_by.to_owned(),
        partner_id: lead.partner_id,
        owner_id: lead.owner_id,
        ..Customer::default()
    };
    let customer = serve(cx, wanted, lead.contact_name.as_deref())?;
    let opportunity = cx.create(&Opportunity {
        name: lead.company.clone(),
        customer_id: customer.id,
        partner_id: lead.partner_id,
        owner_id: lead.owner_id,
        source: "lead".to_owned(),
        amount: lead.amount.unwrap_or_default(),
        ..Opportunity::default()
    })?;
    (lead.customer_id, lead.opportunity_id) = (Some(customer.id), Some(opportunity.id));
    Ok(())
}
