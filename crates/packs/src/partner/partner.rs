//! Rules of partners: one spelling of codes, no loops above, no territory twice, admission as a recorded decision.
//!
//! Not here: what a territory covers (`territory`).

use std::collections::BTreeSet;

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::{Cx, Decision, Explanation, Notice, Text};
use serde_json::json;

use super::{
    credit_code::{self, Verdict},
    records::{Partner, PartnerTerritory},
};

/// Most levels of partners, the top one included.
const LEVELS_MAX: usize = 6;

/// A code in its one spelling with a doubt flag; nothing for an empty one.
pub fn tidy_code(written: Option<&str>) -> (Option<String>, Option<bool>) {
    let code = written
        .map(credit_code::normalise)
        .filter(|code| !code.is_empty());
    let doubtful = code
        .as_deref()
        .map(|code| credit_code::verdict(code) != Verdict::Sound);
    (code, doubtful)
}

/// Before every save of a partner.
pub(super) fn prepare(cx: &mut Cx<'_>, partner: &mut Partner) -> Result<()> {
    (partner.credit_code, partner.credit_code_doubtful) = tidy_code(partner.credit_code.as_deref());
    check_parents(cx, partner)?;
    let rows: Vec<PartnerTerritory> = cx.lines(partner.id)?;
    let mut seen = BTreeSet::new();
    for (at, row) in rows.iter().enumerate() {
        if !seen.insert((&row.division, row.industry_id)) {
            let place = format!("territories[{at}].division");
            return Err(Refusal::invalid("partner.territory_twice").on(place).into());
        }
        if row.division.is_none() && row.industry_id.is_none() {
            let place = format!("territories[{at}].division");
            return Err(Refusal::invalid("partner.territory_empty").on(place).into());
        }
    }
    Ok(())
}

fn check_parents(cx: &mut Cx<'_>, partner: &Partner) -> Result<()> {
    let mut above: Option<Id> = partner.parent_id;
    for _ in 1..LEVELS_MAX {
        let Some(id) = above else { return Ok(()) };
        if id == partner.id {
            return Err(Refusal::invalid("partner.parent_loop")
                .on("parent_id")
                .into());
        }
        above = cx.get::<Partner>(id)?.parent_id;
    }
    if above.is_none() {
        return Ok(());
    }
    Err(Refusal::invalid("partner.parent_too_deep")
        .on("parent_id")
        .with("levels", LEVELS_MAX)
        .into())
}

/// Before a partner is admitted: the decision and what it looked at.
pub(super) fn admit(cx: &mut Cx<'_>, partner: &mut Partner) -> Result<()> {
    let rows: Vec<PartnerTerritory> = cx.lines(partner.id)?;
    let code = match (&partner.credit_code, partner.credit_code_doubtful) {
        (None, _) => Explanation::info(
            "未填写统一社会信用代码",
            "No unified social credit code is given",
        ),
        (Some(code), Some(true)) => Explanation::fail(
            "信用代码校验不符，已人工核实",
            "The credit code fails its check; a person looked at it",
        )
        .value(code),
        (Some(code), _) => {
            Explanation::pass("信用代码校验通过", "The credit code passes its check").value(code)
        }
    };
    let territory = Explanation::info("授权区域条数", "Rows of territory").value(rows.len());
    let by = Explanation::info(
        "由有准入权限的人批准",
        "Approved by a person with the right to admit",
    );
    cx.decide(Decision {
        kind: "partner.admission",
        object: "partner",
        record: partner.id,
        organisation: Some(partner.id),
        rule: "partner_admission",
        rule_version: 1,
        result: "admitted".into(),
        inputs: json!({ "kind": partner.kind, "tier": partner.tier, "territory_rows": rows.len() }),
        explanation: Explanation::pass("准予合作", "Admitted as a partner")
            .child(code)
            .child(territory)
            .child(by),
    })?;
    Ok(())
}

/// After admission the partner's users are told.
pub(super) fn tell_admitted(cx: &mut Cx<'_>, partner: &Partner) -> Result<()> {
    cx.notify(Notice {
        organisation: Some(partner.id),
        title: Text::new(
            "伙伴资格已获批准，欢迎合作",
            "Your company is admitted as a partner. Welcome",
        ),
        object: "partner",
        record: partner.id,
        ..Notice::default()
    })
}

/// One sentence per partner that stands above itself.
pub(super) fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let rows = cx.query(
        "SELECT p.id FROM partner p LEFT JOIN partner q ON q.id = p.parent_id \
         WHERE p.parent_id = p.id OR q.parent_id = p.id",
        &[],
    )?;
    rows.iter()
        .map(|row| Ok(format!("partner {} stands above itself", row.int(0)?)))
        .collect()
}
