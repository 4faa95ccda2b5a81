//! Does a partner's territory cover a place and an industry, and if not, how close does it come?
//!
//! Keeps true: a partner without any territory row covers nothing; an empty division means the whole country and an empty
//! industry every industry; a province covers its cities and a city its districts, by the six digits of the code alone.
//! Not here: where the rows come from and what a refusal says.

use qudao_base::Id;

/// One row of a partner's territory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Territory {
    /// Six-digit division code; `None` for the whole country.
    pub division: Option<String>,
    /// Industry; `None` for every industry.
    pub industry: Option<Id>,
}

/// Where a customer is and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Six-digit division code.
    pub division: &'a str,
    /// Industry, when known.
    pub industry: Option<Id>,
}

/// What the rows say about a place. `Covered` and the misses carry the position of the row that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Row at this position covers it.
    Covered(usize),
    /// The division fits this row, the industry does not.
    WrongIndustry(usize),
    /// The industry fits this row, the division does not; this row's division shares the most leading levels.
    WrongDivision(usize),
    /// Neither fits anywhere; this row's division shares the most leading levels.
    Outside(usize),
    /// There is no row at all.
    NoTerritory,
}

impl Coverage {
    /// True when the place may be sold to.
    pub const fn is_covered(self) -> bool {
        matches!(self, Self::Covered(_))
    }

    /// The row that decided.
    pub const fn row(self) -> Option<usize> {
        match self {
            Self::Covered(at)
            | Self::WrongIndustry(at)
            | Self::WrongDivision(at)
            | Self::Outside(at) => Some(at),
            Self::NoTerritory => None,
        }
    }
}

/// True for six digits that are not all in the "whole country" range `00xxxx`.
pub fn is_division_code(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) && !code.starts_with("00")
}

/// The digits that say where a code points: 2 for a province, 4 for a city, 6 for a district.
fn significant(code: &str) -> &str {
    let code = code.strip_suffix("00").unwrap_or(code);
    if code.len() == 4 {
        code.strip_suffix("00").unwrap_or(code)
    } else {
        code
    }
}

/// True when the division `wide` is `narrow` itself or contains it.
pub fn contains(wide: &str, narrow: &str) -> bool {
    is_division_code(wide) && is_division_code(narrow) && narrow.starts_with(significant(wide))
}

/// The province of a division code.
pub fn province(division: Option<&str>) -> Option<String> {
    division
        .and_then(|code| code.get(..2))
        .map(|province| format!("{province}0000"))
}

/// How many administrative levels two codes share from the top: 0 to 3.
fn levels_shared(one: &str, other: &str) -> usize {
    [2, 4, 6]
        .into_iter()
        .take_while(|&digits| match (one.get(..digits), other.get(..digits)) {
            (Some(left), Some(right)) => left == right,
            _ => false,
        })
        .count()
}

/// Judges a place against a partner's rows. The first row that covers wins; otherwise the nearest miss is told: a row whose
/// division fits, else the one that shares most levels, among equals one whose industry fits, then the earlier.
pub fn coverage(territories: &[Territory], place: &Place<'_>) -> Coverage {
    let mut nearest: Option<((bool, usize, bool), Coverage)> = None;
    for (at, row) in territories.iter().enumerate() {
        let division_fits = row
            .division
            .as_deref()
            .is_none_or(|wide| contains(wide, place.division));
        let industry_fits = row.industry.is_none() || row.industry == place.industry;
        let shared = row
            .division
            .as_deref()
            .map_or(0, |wide| levels_shared(wide, place.division));
        let verdict = match (division_fits, industry_fits) {
            (true, true) => return Coverage::Covered(at),
            (true, false) => Coverage::WrongIndustry(at),
            (false, true) => Coverage::WrongDivision(at),
            (false, false) => Coverage::Outside(at),
        };
        let nearness = (division_fits, shared, industry_fits);
        if nearest.is_none_or(|(best, _)| nearness > best) {
            nearest = Some((nearness, verdict));
        }
    }
    nearest.map_or(Coverage::NoTerritory, |(_, verdict)| verdict)
}
