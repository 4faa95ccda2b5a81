//! What screens ask of finance: the ageing table and a partner's statement.
//!
//! Not here: the columns of the ageing table (`ageing`).

use std::collections::HashMap;

use qudao_base::{Date, Id, Money, Refusal, Result, Value};
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

use super::{
    ageing::{self, OpenItem},
    credit,
    records::StatementLine,
};
use crate::partner::records::Partner;

const COLUMN_NAMES: [&str; ageing::COLUMNS] = [
    "not_due",
    "days_0_30",
    "days_31_60",
    "days_61_90",
    "days_over_90",
];

/// `{}` -> `{as_of, rows: [{partner: {id, title}, not_due, days_0_30, …, total}], total: {…}}`, amounts as decimals.
pub fn ageing(cx: &mut Cx<'_>, _: Json) -> Result<Json> {
    let sql = "SELECT r.partner_id, r.due_on, r.open_amount, p.name FROM receivable r \
               JOIN partner p ON p.id = r.partner_id WHERE r.open_amount > 0";
    let mut names: HashMap<Id, String> = HashMap::new();
    let mut items = Vec::new();
    for row in cx.query(sql, &[])? {
        let partner = row.id(0)?;
        names.entry(partner).or_insert(row.text(3)?.to_owned());
        items.push(OpenItem {
            partner,
            due_on: Date::from_number(row.int(1)?)?,
            open_amount: Money::from_steps(row.int(2)?),
        });
    }
    let table = ageing::table(&items, cx.today())?;
    let mut rows = Vec::with_capacity(table.len());
    let mut total = [Money::ZERO; ageing::COLUMNS];
    for row in &table {
        for (sum, amount) in total.iter_mut().zip(row.amounts) {
            *sum = sum.plus(amount)?;
        }
        let mut json = amounts(&row.amounts)?;
        let title = names.get(&row.partner).cloned().unwrap_or_default();
        json["partner"] = json!({ "id": row.partner.to_string(), "title": title });
        rows.push(json);
    }
    Ok(json!({ "as_of": cx.today().to_string(), "rows": rows, "total": amounts(&total)? }))
}

fn amounts(columns: &[Money; ageing::COLUMNS]) -> Result<Json> {
    let mut json = json!({ "total": Money::sum(columns.iter().copied())?.to_string() });
    for (name, amount) in COLUMN_NAMES.iter().zip(columns) {
        json[name] = json!(amount.to_string());
    }
    Ok(json)
}

/// `{partner_id?, from?, until?}` -> `{partner, opening, lines: [{posted_on, kind, reference, amount, commission, balance}],
/// closing, commission_open, credit_available}`: the balance is the debt; commission not yet paid out stands beside it. A partner's
/// own people always see their own.
pub fn statement(cx: &mut Cx<'_>, input: Json) -> Result<Json> {
    let partner = partner_of(cx, &input)?;
    let partner = cx.get::<Partner>(partner)?;
    let day = |name: &str| input[name].as_str().map(str::parse::<Date>).transpose();
    let (from, until) = (day("from")?, day("until")?);
    let mut parameters: Vec<Value> = vec![partner.id.into()];
    let mut condition = "partner_id = ?".to_owned();
    if let Some(until) = until {
        condition.push_str(" AND posted_on <= ?");
        parameters.push(until.into());
    }
    condition.push_str(" ORDER BY posted_on, id");
    let mut balance = Money::ZERO;
    let mut opening = Money::ZERO;
    let mut commission = Money::ZERO;
    let mut lines = Vec::new();
    for line in cx.find::<StatementLine>(&condition, &parameters)? {
        balance = balance.plus(line.amount)?;
        commission = commission.plus(line.commission_amount)?;
        if from.is_some_and(|from| line.posted_on < from) {
            opening = balance;
            continue;
        }
        lines.push(json!({
            "posted_on": line.posted_on.to_string(),
            "kind": line.kind,
            "reference": line.reference,
            "amount": line.amount.to_string(),
            "commission": line.commission_amount.to_string(),
            "balance": balance.to_string(),
            "object": line.object_name,
            "record": line.record_id,
        }));
    }
    Ok(json!({
        "partner": { "id": partner.id.to_string(), "title": partner.name },
        "opening": opening.to_string(),
        "lines": lines,
        "closing": balance.to_string(),
        "commission_open": commission.to_string(),
        "credit_limit": partner.credit_limit.to_string(),
        "credit_available": credit::available(cx, partner.id)?.to_string(),
    }))
}

fn partner_of(cx: &Cx<'_>, input: &Json) -> Result<Id> {
    let asked = input["partner_id"]
        .as_str()
        .map(str::parse::<Id>)
        .transpose()?;
    let own = cx.actor().organisation;
    match (own, asked) {
        (Some(own), Some(asked)) if own != asked => {
            Err(Refusal::forbidden("finance.not_your_partner")
                .on("partner_id")
                .into())
        }
        (Some(own), _) => Ok(own),
        (None, Some(asked)) => Ok(asked),
        (None, None) => Err(Refusal::invalid("field.required")
            .on("partner_id")
            .with("field", "partner_id")
            .into()),
    }
}
