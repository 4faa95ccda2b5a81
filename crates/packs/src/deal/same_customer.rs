//! Do two descriptions mean one customer? A score from 0 to 100, a verdict, and the evidence for it.
//!
//! Keeps true: an equal credit code is exact, and so is an equal registered name unless two sound codes (their check digits hold)
//! speak against it; codes that differ hide nothing: an equal telephone, an equal domain or a like name still goes to a person; equal
//! inputs give equal answers, and the order of the two does not matter.
//! Not here: finding candidates (`customer_keys`), and what follows from a verdict (`protection`). The promise that one customer is
//! protected once is a database constraint, not this score.

use crate::partner::{
    credit_code,
    regions::{Relation, relation},
};

use super::{
    company_name::CompanyName,
    contact_marks::{domain_of, phone_digits},
    name_likeness::name_points,
};

/// What is known of a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Name as written.
    pub name: String,
    /// Names it had before.
    pub former_names: Vec<String>,
    /// Unified social credit code as written.
    pub credit_code: String,
    /// Telephone numbers as written.
    pub phones: Vec<String>,
    /// E-mail and web addresses as written.
    pub addresses: Vec<String>,
    /// Six-digit division code.
    pub division: String,
}

/// Facts in the one spelling that is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The present name.
    pub name: CompanyName,
    /// Former names.
    pub former: Vec<CompanyName>,
    /// Credit code; empty when none or malformed.
    pub credit_code: String,
    /// Digits of telephone numbers.
    pub phones: Vec<String>,
    /// Domains of its own.
    pub domains: Vec<String>,
    /// Six-digit division code.
    pub division: String,
}

impl Profile {
    /// The credit code if its check digit holds: one somebody made up rarely does.
    pub fn sound_code(&self) -> Option<&str> {
        let is_sound = credit_code::verdict(&self.credit_code) == credit_code::Verdict::Sound;
        is_sound.then_some(self.credit_code.as_str())
    }

    /// Brings facts into one spelling.
    pub fn of(facts: &Facts) -> Self {
        let name = CompanyName::parse(&facts.name);
        let written = facts.former_names.iter().chain(&name.former);
        let former = written
            .map(|former| CompanyName::parse(former))
            .filter(|former| !former.is_empty())
            .collect();
        let code = credit_code::normalise(&facts.credit_code);
        let malformed = credit_code::verdict(&code) == credit_code::Verdict::Malformed;
        let mut domains: Vec<String> = facts
            .addresses
            .iter()
            .filter_map(|address| domain_of(address))
            .collect();
        let mut phones: Vec<String> = facts
            .phones
            .iter()
            .filter_map(|phone| phone_digits(phone))
            .collect();
        domains.sort_unstable();
        domains.dedup();
        phones.sort_unstable();
        phones.dedup();
        Self {
            name,
            former,
            credit_code: if malformed { String::new() } else { code },
            phones,
            domains,
            division: facts.division.clone(),
        }
    }
}

/// What a piece of evidence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceKind {
    /// Equal credit codes.
    CreditCode,
    /// Different credit codes: speaks against.
    OtherCreditCode,
    /// Names.
    Name,
    /// A former name of one side.
    FormerName,
    /// Equal telephone numbers.
    Phone,
    /// Equal own domains.
    Domain,
}

impl EvidenceKind {
    /// Code word as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CreditCode => "credit_code",
            Self::OtherCreditCode => "other_credit_code",
            Self::Name => "name",
            Self::FormerName => "former_name",
            Self::Phone => "phone",
            Self::Domain => "domain",
        }
    }
}

/// One reason for or against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it is about.
    pub kind: EvidenceKind,
    /// The matched text of the first side.
    pub ours: String,
    /// The matched text of the second side.
    pub theirs: String,
    /// 0 to 100, before reasons are combined.
    pub points: u32,
}

/// The answer in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Different customers.
    Different,
    /// A person should look.
    Likely,
    /// The same customer.
    Exact,
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// 0 to 100.
    pub score: u32,
    /// The answer in one word.
    pub verdict: Verdict,
    /// Why, strongest first.
    pub evidence: Vec<Evidence>,
}

/// Scores at or above this are likely. What it achieves on recorded names: `bench/same_customer.md`.
pub const LIKELY_SCORE: u32 = 50;
const PHONE_POINTS: u32 = 60;
const DOMAIN_POINTS: u32 = 60;

/// Compares two customers. `likely_score` is the lowest score that is likely.
pub fn compare(ours: &Profile, theirs: &Profile, likely_score: u32) -> Comparison {
    let mut evidence = Vec::new();
    let codes_known = !ours.credit_code.is_empty() && !theirs.credit_code.is_empty();
    if codes_known {
        let equal = ours.credit_code == theirs.credit_code;
        evidence.push(Evidence {
            kind: if equal {
                EvidenceKind::CreditCode
            } else {
                EvidenceKind::OtherCreditCode
            },
            ours: ours.credit_code.clone(),
            theirs: theirs.credit_code.clone(),
            points: if equal { 100 } else { 0 },
        });
    }
    evidence.extend(name_evidence(ours, theirs));
    evidence.extend(shared(
        EvidenceKind::Phone,
        &ours.phones,
        &theirs.phones,
        PHONE_POINTS,
    ));
    evidence.extend(shared(
        EvidenceKind::Domain,
        &ours.domains,
        &theirs.domains,
        DOMAIN_POINTS,
    ));
    evidence.sort_by_key(|one| std::cmp::Reverse(one.points));
    let sound = ours.sound_code().zip(theirs.sound_code());
    let codes_differ = sound.is_some_and(|(ours, theirs)| ours != theirs);
    judge(evidence, codes_differ, likely_score)
}

fn judge(evidence: Vec<Evidence>, codes_differ: bool, likely_score: u32) -> Comparison {
    let same_code = evidence
        .iter()
        .any(|one| one.kind == EvidenceKind::CreditCode);
    let same_name = evidence
        .iter()
        .any(|one| one.kind == EvidenceKind::Name && one.points == 100);
    let doubts = evidence
        .iter()
        .fold(10_000, |left, one| left * (100 - one.points) / 100);
    let combined = (100 - doubts / 100).min(99);
    let (score, verdict) = if same_code || (same_name && !codes_differ) {
        (100, Verdict::Exact)
    } else if same_name {
        // One name, two codes: a typing mistake or two companies. A person looks.
        (combined.max(likely_score), Verdict::Likely)
    } else if combined >= likely_score {
        (combined, Verdict::Likely)
    } else {
        (combined, Verdict::Different)
    };
    Comparison {
        score,
        verdict,
        evidence,
    }
}

fn shared(kind: EvidenceKind, ours: &[String], theirs: &[String], points: u32) -> Option<Evidence> {
    let both = ours.iter().find(|one| theirs.contains(one))?;
    Some(Evidence {
        kind,
        ours: both.clone(),
        theirs: both.clone(),
        points,
    })
}

/// The best resemblance between any name of one side and any name of the other. A former name can be likely, never exact.
fn name_evidence(ours: &Profile, theirs: &Profile) -> Option<Evidence> {
    let present = name_points(&ours.name, &theirs.name, place_relation(ours, theirs));
    let of = |kind, left: &CompanyName, right: &CompanyName, points| Evidence {
        kind,
        ours: left.core.clone(),
        theirs: right.core.clone(),
        points,
    };
    let mut best = of(EvidenceKind::Name, &ours.name, &theirs.name, present);
    let pairs = std::iter::once(&ours.name)
        .chain(&ours.former)
        .flat_map(|left| {
            std::iter::once(&theirs.name)
                .chain(&theirs.former)
                .map(move |right| (left, right))
        });
    for (left, right) in pairs.skip(1) {
        let points = name_points(left, right, relation(&left.region, &right.region)).min(95);
        if points > best.points {
            best = of(EvidenceKind::FormerName, left, right, points);
        }
    }
    (best.points > 0).then_some(best)
}

/// Places by name; where a name has none, by the customer's division.
fn place_relation(ours: &Profile, theirs: &Profile) -> Relation {
    let place = |profile: &Profile| -> String {
        if profile.name.region.is_empty() {
            profile.division.get(..4).unwrap_or_default().to_owned()
        } else {
            profile.name.region.clone()
        }
    };
    relation(&place(ours), &place(theirs))
}
