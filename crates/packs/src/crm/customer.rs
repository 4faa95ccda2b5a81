//! Rules of customers and contacts.
//!
//! Keeps true: codes have one spelling; a contact is seen by whoever serves its customer.
//! Not here: whether two customers are one, and what a lead becomes (`deal`).

use qudao_base::Result;
use qudao_kernel::Cx;

use super::records::{Contact, Customer};
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
