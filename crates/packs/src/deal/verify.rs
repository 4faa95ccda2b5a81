//! Invariants of registrations an administrator can check.

use std::collections::BTreeSet;

use qudao_base::{Id, Result, Value};
use qudao_kernel::Cx;

use super::{
    customer_keys::{Key, keys_of},
    records::DealRegistration,
    rivals::{profile_of_customer, profile_of_deal},
    same_customer::Profile,
};
use crate::crm::records::Customer;

const CHECKS: [(&str, &str); 4] = [
    (
        "is live twice under one customer key",
        "SELECT MIN(id) FROM deal_registration WHERE state IN ('submitted', 'approved') \
         GROUP BY customer_key HAVING COUNT(*) > 1",
    ),
    (
        "is live twice under one credit code",
        "SELECT MIN(id) FROM deal_registration WHERE state IN ('submitted', 'approved') AND credit_key IS NOT NULL \
         GROUP BY credit_key HAVING COUNT(*) > 1",
    ),
    (
        "is approved without an end of protection, a customer or an opportunity",
        "SELECT id FROM deal_registration WHERE state = 'approved' \
         AND (protected_until IS NULL OR approved_at IS NULL OR customer_id IS NULL OR opportunity_id IS NULL)",
    ),
    (
        "is approved without a recorded decision",
        "SELECT d.id FROM deal_registration d WHERE d.state IN ('approved', 'converted', 'expired') AND NOT EXISTS \
         (SELECT 1 FROM decision x WHERE x.object = 'deal_registration' AND x.record_id = d.id AND x.kind = 'deal.protection')",
    ),
];

/// One sentence per broken invariant.
pub(super) fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for (sentence, sql) in CHECKS {
        for row in cx.query(sql, &[])? {
            broken.push(format!("registration {} {sentence}", row.int(0)?));
        }
    }
    check_filed(cx, &mut broken)?;
    Ok(broken)
}

/// Most records whose keys are worked out at once.
const PAGE: usize = 200;

/// Keys are not in the log, because they follow from registrations and customers, which are: each is worked out anew here.
fn check_filed(cx: &mut Cx<'_>, broken: &mut Vec<String>) -> Result<()> {
    let mut last = Id::default();
    loop {
        let condition =
            format!("state IN ('submitted', 'approved') AND t.id > ? ORDER BY t.id LIMIT {PAGE}");
        let deals = cx.find::<DealRegistration>(&condition, &[last.into()])?;
        let Some(end) = deals.last() else { break };
        last = end.id;
        let profiles = deals.iter().map(|deal| (deal.id, profile_of_deal(deal)));
        compare_keys(cx, "deal_registration", profiles, broken)?;
    }
    last = Id::default();
    loop {
        let condition = format!("t.id > ? ORDER BY t.id LIMIT {PAGE}");
        let customers = cx.find::<Customer>(&condition, &[last.into()])?;
        let Some(end) = customers.last() else { break };
        last = end.id;
        let profiles = customers
            .iter()
            .map(|one| (one.id, profile_of_customer(one)));
        compare_keys(cx, "customer", profiles, broken)?;
    }
    Ok(())
}

fn compare_keys(
    cx: &mut Cx<'_>,
    object: &str,
    profiles: impl Iterator<Item = (Id, Profile)>,
    broken: &mut Vec<String>,
) -> Result<()> {
    let profiles: Vec<(Id, Profile)> = profiles.collect();
    let marks = vec!["?"; profiles.len()].join(", ");
    let ids: Vec<Value> = profiles.iter().map(|(id, _)| (*id).into()).collect();
    let sql = format!(
        "SELECT {object}_id, kind, key_text FROM customer_key WHERE {object}_id IN ({marks})"
    );
    let mut filed = BTreeSet::new();
    for row in cx.query(&sql, &ids)? {
        filed.insert((
            row.int(0)?,
            row.text(1)?.to_owned(),
            row.text(2)?.to_owned(),
        ));
    }
    for (id, profile) in profiles {
        let number = id.number();
        let is_filed = |key: Key| filed.contains(&(number, key.kind.code().to_owned(), key.text));
        if !keys_of(&profile).into_iter().all(is_filed) {
            broken.push(format!("{object} {id} is not filed under all its keys"));
        }
    }
    Ok(())
}
