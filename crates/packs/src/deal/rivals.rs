//! Who else might claim a customer: one indexed query for candidates, then the same-customer decision on each.
//!
//! Keeps true: only live registrations and served customers are rivals; at most [`CANDIDATES_MAX`] candidates are compared, those that
//! share a registered name or a credit code first, so that an exact rival is never cut off.
//! Not here: what follows (`protection`).

use std::collections::BTreeSet;

use qudao_base::{Id, Result, Value};
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

use super::{
    customer_keys::{Key, KeyKind, keys_of},
    protection::{Hold, Rival},
    records::{CustomerKey, DealRegistration},
    same_customer::{Comparison, Facts, Profile, Verdict, compare},
};
use crate::{crm::records::Customer, partner::records::Partner};

const CANDIDATES_MAX: usize = 50;
/// Most rivals whose evidence is kept with a registration.
const EVIDENCE_MAX: usize = 10;

/// A rival with the record behind it, for reviewers only.
#[derive(Clone, Debug)]
pub struct Found {
    /// What the rule looks at.
    pub rival: Rival,
    /// Object of the record.
    pub object: &'static str,
    /// Record.
    pub record: Id,
    /// Name as written there.
    pub name: String,
    /// Score, verdict and evidence.
    pub comparison: Comparison,
}

fn list(one: Option<&String>) -> Vec<String> {
    one.cloned().into_iter().collect()
}

fn names(lines: Option<&String>) -> Vec<String> {
    let lines = lines.map(String::as_str).unwrap_or_default().lines();
    lines
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// What a registration says of its customer.
pub fn profile_of_deal(deal: &DealRegistration) -> Profile {
    Profile::of(&Facts {
        name: deal.customer_name.clone(),
        former_names: names(deal.former_names.as_ref()),
        credit_code: deal.credit_code.clone().unwrap_or_default(),
        phones: list(deal.contact_phone.as_ref()),
        addresses: deal
            .contact_email
            .iter()
            .chain(&deal.domain)
            .cloned()
            .collect(),
        division: deal.division.clone().unwrap_or_default(),
    })
}

/// What is known of a customer.
pub fn profile_of_customer(customer: &Customer) -> Profile {
    Profile::of(&Facts {
        name: customer.name.clone(),
        former_names: names(customer.former_names.as_ref()),
        credit_code: customer.credit_code.clone().unwrap_or_default(),
        phones: list(customer.phone.as_ref()),
        addresses: customer
            .email
            .iter()
            .chain(&customer.domain)
            .cloned()
            .collect(),
        division: customer.division.clone().unwrap_or_default(),
    })
}

/// Everybody whose claim is the same customer, or likely is, best match first. `own`: the registration that asks.
pub fn find_rivals(cx: &mut Cx<'_>, own: Option<Id>, profile: &Profile) -> Result<Vec<Found>> {
    let likely_score = cx.setting_integer("deal.likely_score")?.clamp(1, 100) as u32;
    let (deals, customers) = candidates(cx, &keys_of(profile))?;
    let mut found = Vec::new();
    for deal in load::<DealRegistration>(cx, &deals)? {
        let comparison = compare(profile, &profile_of_deal(&deal), likely_score);
        let hold = match deal.protected_until {
            Some(until) if deal.state == "approved" => Hold::Protected(until),
            _ => Hold::Waiting(deal.submitted_at.unwrap_or(deal.created_at)),
        };
        if Some(deal.id) != own {
            let rival = rival(Some(deal.partner_id), hold, &comparison);
            let (record, name) = (deal.id, deal.customer_name);
            found.push(Found {
                rival,
                object: "deal_registration",
                record,
                name,
                comparison,
            });
        }
    }
    for customer in load::<Customer>(cx, &customers)? {
        let comparison = compare(profile, &profile_of_customer(&customer), likely_score);
        let hold = if customer.sold_by == "direct" {
            Hold::Direct
        } else {
            Hold::Served
        };
        let rival = rival(customer.partner_id, hold, &comparison);
        let (record, name) = (customer.id, customer.name);
        found.push(Found {
            rival,
            object: "customer",
            record,
            name,
            comparison,
        });
    }
    found.retain(|one| one.comparison.verdict != Verdict::Different);
    found.sort_by_key(|one| std::cmp::Reverse((one.comparison.verdict, one.comparison.score)));
    Ok(found)
}

fn rival(partner: Option<Id>, hold: Hold, comparison: &Comparison) -> Rival {
    Rival {
        partner,
        hold,
        verdict: comparison.verdict,
        score: comparison.score,
    }
}

fn load<T: qudao_kernel::Typed>(cx: &mut Cx<'_>, ids: &BTreeSet<Id>) -> Result<Vec<T>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let marks = vec!["?"; ids.len()].join(", ");
    let parameters: Vec<Value> = ids.iter().map(|&id| id.into()).collect();
    cx.find(&format!("id IN ({marks})"), &parameters)
}

/// Live registrations and served customers that share a key.
fn candidates(cx: &mut Cx<'_>, keys: &[Key]) -> Result<(BTreeSet<Id>, BTreeSet<Id>)> {
    let (mut deals, mut customers) = (BTreeSet::new(), BTreeSet::new());
    if keys.is_empty() {
        return Ok((deals, customers));
    }
    let marks = vec!["?"; keys.len()].join(", ");
    let sql = format!(
        "SELECT k.deal_registration_id, k.customer_id, \
         MAX(CASE WHEN k.kind IN ('name', 'credit_code') THEN 1 ELSE 0 END) AS exactness, COUNT(*) AS shared \
         FROM customer_key k LEFT JOIN deal_registration d ON d.id = k.deal_registration_id \
         LEFT JOIN customer c ON c.id = k.customer_id \
         WHERE k.key_text IN ({marks}) AND (d.state IN ('submitted', 'approved') OR c.sold_by IN ('direct', 'partner')) \
         GROUP BY k.deal_registration_id, k.customer_id ORDER BY exactness DESC, shared DESC LIMIT {CANDIDATES_MAX}"
    );
    let parameters: Vec<Value> = keys.iter().map(|key| key.text.as_str().into()).collect();
    for row in cx.query(&sql, &parameters)? {
        deals.extend(row.value(0).int().map(Id::from_number));
        customers.extend(row.value(1).int().map(Id::from_number));
    }
    Ok((deals, customers))
}

/// Keys that only the very customer shares: its present name and its credit code.
fn exact_keys(profile: &Profile) -> Vec<Key> {
    let present = Profile {
        former: Vec::new(),
        ..profile.clone()
    };
    keys_of(&present)
        .into_iter()
        .filter(|key| matches!(key.kind, KeyKind::Name | KeyKind::CreditCode))
        .collect()
}

/// One claimant of a customer after the other, registrations and customers alike, so that each sees those before it.
pub fn take_turn(cx: &mut Cx<'_>, profile: &Profile) -> Result<()> {
    let keys = exact_keys(profile);
    cx.take_turn("deal.customer", keys.iter().map(|key| key.text.as_str()))
}

/// The customer record that is this very customer and nobody else's than the holder's (`None`: direct sales), if there is one.
pub fn customer_to_use(
    cx: &mut Cx<'_>,
    profile: &Profile,
    holder: Option<Id>,
) -> Result<Option<Customer>> {
    let keys = exact_keys(profile);
    if keys.is_empty() {
        return Ok(None);
    }
    let marks = vec!["?"; keys.len()].join(", ");
    let mut parameters: Vec<Value> = keys.iter().map(|key| key.text.as_str().into()).collect();
    let held = match holder {
        Some(partner) => {
            parameters.push(partner.into());
            "t.partner_id = ?"
        }
        None => "t.sold_by = 'direct'",
    };
    let condition = format!(
        "t.id IN (SELECT k.customer_id FROM customer_key k WHERE k.key_text IN ({marks}) AND k.customer_id IS NOT NULL) \
         AND (t.sold_by = 'open' OR {held}) ORDER BY t.id"
    );
    let found = cx.find::<Customer>(&condition, &parameters)?;
    Ok(found
        .into_iter()
        .find(|one| compare(profile, &profile_of_customer(one), 100).verdict == Verdict::Exact))
}

/// What a key belongs to.
#[derive(Clone, Copy, Debug)]
pub enum Filed {
    /// A registration.
    Deal(Id),
    /// A customer.
    Customer(Id),
}

/// Files a profile. Keys once filed stay: under its former name a customer is still found.
pub fn file(cx: &mut Cx<'_>, filed: Filed, profile: &Profile) -> Result<()> {
    let (column, id) = match filed {
        Filed::Deal(id) => ("deal_registration_id", id),
        Filed::Customer(id) => ("customer_id", id),
    };
    let present = cx.find::<CustomerKey>(&format!("{column} = ?"), &[id.into()])?;
    let present: BTreeSet<String> = present.into_iter().map(|key| key.key_text).collect();
    let missing = keys_of(profile)
        .into_iter()
        .filter(|key| !present.contains(&key.text));
    let rows: Vec<CustomerKey> = missing
        .map(|key| CustomerKey {
            key_text: key.text,
            kind: key.kind.code().to_owned(),
            deal_registration_id: matches!(filed, Filed::Deal(_)).then_some(id),
            customer_id: matches!(filed, Filed::Customer(_)).then_some(id),
            ..CustomerKey::default()
        })
        .collect();
    cx.repeat(&rows)
}

/// The evidence as reviewers see it, with the rival partner's name; nothing when there is none.
pub fn evidence_json(cx: &mut Cx<'_>, found: &[Found]) -> Result<Option<Json>> {
    let mut rows = Vec::new();
    for one in found.iter().take(EVIDENCE_MAX) {
        let evidence = one.comparison.evidence.iter().map(|reason| {
            json!({
                "kind": reason.kind.code(), "ours": reason.ours, "theirs": reason.theirs, "points": reason.points,
            })
        });
        let partner = match one.rival.partner {
            Some(id) => Some(cx.get::<Partner>(id)?.name),
            None => None,
        };
        let exact = one.comparison.verdict == Verdict::Exact;
        rows.push(json!({
            "object": one.object, "record": one.record.to_string(), "name": one.name, "partner": partner,
            "verdict": if exact { "exact" } else { "likely" }, "score": one.comparison.score,
            "evidence": evidence.collect::<Vec<Json>>(),
        }));
    }
    Ok((!rows.is_empty()).then_some(Json::Array(rows)))
}
