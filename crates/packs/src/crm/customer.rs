//! Rules of customers, contacts and leads.
//!
//! Keeps true: codes have one spelling; a contact is seen by whoever serves its customer; a converted lead names what it became.
//! Not here: whether two customers are one (`deal`).

use qudao_base::Result;
use qudao_kernel::Cx;

use super::records::{Contact, Customer, Lead, Opportunity};
use crate::partner::tidy_code;

/// Before every save of a customer.
pub(super) fn prepare(_cx: &mut Cx<'_>, customer: &mut Customer) -> Result<()> {
    (customer.credit_code, customer.credit_code_doubtful) =
        tidy_code(customer.credit_code.as_deref());
    Ok(())
}

/// Before every save of a contact.
pub(super) fn prepare_contact(cx: &mut Cx<'_>, contact: &mut Contact) -> Result<()> {
    contact.partner_id = cx.get::<Customer>(contact.customer_id)?.partner_id;
    Ok(())
}

/// After a customer changed hands its contacts follow.
pub(super) fn contacts_follow(cx: &mut Cx<'_>, customer: &Customer) -> Result<()> {
    for contact in cx.find::<Contact>("customer_id = ?", &[customer.id.into()])? {
        if contact.partner_id != customer.partner_id {
            cx.act::<Contact>(contact.id, "update", |contact| {
                contact.partner_id = customer.partner_id;
            })?;
        }
    }
    Ok(())
}

/// Before a lead is converted: its customer and its opportunity begin.
pub(super) fn convert(cx: &mut Cx<'_>, lead: &mut Lead) -> Result<()> {
    let sold_by = if lead.partner_id.is_some() {
        "partner"
    } else {
        "direct"
    };
    let customer = cx.create(&Customer {
        name: lead.company.clone(),
        phone: lead.phone.clone(),
        email: lead.email.clone(),
        industry_id: lead.industry_id,
        division: lead.division.clone(),
        sold_by: sold_by.to_owned(),
        partner_id: lead.partner_id,
        owner_id: lead.owner_id,
        ..Customer::default()
    })?;
    if let Some(name) = &lead.contact_name {
        cx.create(&Contact {
            customer_id: customer.id,
            name: name.clone(),
            phone: lead.phone.clone(),
            email: lead.email.clone(),
            owner_id: lead.owner_id,
            ..Contact::default()
        })?;
    }
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

/// One sentence per customer whose partner and kind of service disagree.
pub(super) fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let rows = cx.query(
        "SELECT c.id FROM customer c WHERE (c.sold_by = 'partner' AND c.partner_id IS NULL) \
         OR (c.sold_by <> 'partner' AND c.partner_id IS NOT NULL)",
        &[],
    )?;
    rows.iter()
        .map(|row| {
            Ok(format!(
                "customer {} names a partner and a way of service that disagree",
                row.int(0)?
            ))
        })
        .collect()
}
