//! The electronic fence: one partner's territory judged against a place, as a refusal and as an explanation.
//!
//! Keeps true: deal registrations and orders ask the same question and get the same answer in the same words.
//! Not here: the rule itself (`territory`).

use qudao_base::{Id, Refusal, Result, division_name};
use qudao_kernel::{Cx, Explanation};

use super::{
    records::PartnerTerritory,
    territory::{Coverage, Place, Territory, coverage},
};

/// The answer for one partner and one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// Whether the place is covered, or the nearest miss.
    pub coverage: Coverage,
    /// Name of the place asked for.
    pub place: String,
    /// Name of the row that decided; empty without one.
    pub row: String,
}

/// Judges a place by rows at hand.
pub fn judge(territories: &[Territory], place: &Place<'_>) -> Fence {
    let coverage = coverage(territories, place);
    let row = coverage.row().and_then(|at| territories.get(at));
    let name = |row: &Territory| {
        row.division
            .as_deref()
            .map_or_else(|| "全国".to_owned(), division_name)
    };
    Fence {
        coverage,
        place: division_name(place.division),
        row: row.map_or_else(String::new, name),
    }
}

/// Judges a place by the partner's stored territory.
pub fn fence(cx: &mut Cx<'_>, partner: Id, division: &str, industry: Option<Id>) -> Result<Fence> {
    let rows: Vec<PartnerTerritory> = cx.lines(partner)?;
    let territories: Vec<Territory> = rows
        .into_iter()
        .map(|row| Territory {
            division: row.division,
            industry: row.industry_id,
        })
        .collect();
    Ok(judge(&territories, &Place { division, industry }))
}

impl Fence {
    /// Why the place may not be sold to; `None` when it may.
    pub fn refusal(&self) -> Option<Refusal> {
        let outside = |code: &str, field: &str| {
            Refusal::invalid(code)
                .on(field)
                .with("place", &self.place)
                .with("nearest", &self.row)
        };
        match self.coverage {
            Coverage::Covered(_) => None,
            Coverage::NoTerritory => Some(Refusal::invalid("partner.no_territory")),
            Coverage::WrongIndustry(_) => Some(outside("partner.outside_industry", "industry_id")),
            Coverage::WrongDivision(_) | Coverage::Outside(_) => {
                Some(outside("partner.outside_division", "division"))
            }
        }
    }

    /// The same as a step of an explanation.
    pub fn explanation(&self) -> Explanation {
        let step = match self.coverage {
            Coverage::Covered(_) => Explanation::pass(
                format!("在授权区域内：{}", self.row),
                format!("Inside the territory {}", self.row),
            ),
            Coverage::NoTerritory => {
                Explanation::fail("伙伴没有授权区域", "The partner has no territory")
            }
            Coverage::WrongIndustry(_) => Explanation::fail(
                format!("客户行业不在授权范围内：{}", self.row),
                format!("The customer's industry is not granted in {}", self.row),
            ),
            Coverage::WrongDivision(_) | Coverage::Outside(_) => Explanation::fail(
                format!("不在授权区域内，最接近的是 {}", self.row),
                format!("Outside the territory; the nearest is {}", self.row),
            ),
        };
        step.value(&self.place)
    }
}
