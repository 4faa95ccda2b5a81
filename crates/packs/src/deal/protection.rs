//! First registered, first protected: what becomes of a registration, given everybody else's.
//!
//! Keeps true: the answer depends on the values given alone; an exact match with another's live claim is always refused; nothing
//! here names a rival. Rank is decided by the moment of submission, the clock of protection starts with approval.
//! Not here: finding rivals (`rivals`), and the promise that one customer is protected once (a database constraint).

use jiff::tz::TimeZone;
use qudao_base::{Id, Instant, Refusal};
use qudao_kernel::Explanation;

use super::same_customer::Verdict;
use crate::partner::fence::Fence;

/// Version of the rule, recorded with every decision.
pub const RULE_VERSION: i64 = 1;

/// What the site has set.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Days a customer is protected from approval on.
    pub protection_days: i64,
    /// Zone in which a date is told.
    pub zone: TimeZone,
}

/// Why somebody stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// A registration that waits for approval since this moment.
    Waiting(Instant),
    /// An approved registration, protected until this moment.
    Protected(Instant),
    /// Direct sales serve the customer.
    Direct,
    /// A partner serves the customer.
    Served,
}

/// Somebody who may stand in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rival {
    /// Partner; `None` for direct sales.
    pub partner: Option<Id>,
    /// Why.
    pub hold: Hold,
    /// Is it the same customer?
    pub verdict: Verdict,
    /// How surely, 0 to 100.
    pub score: u32,
}

/// Who asks, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The partner that registers.
    pub partner: Id,
    /// The moment of submission.
    pub at: Instant,
}

/// The answer to a claim. All but the first two refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nobody stands in the way.
    Free,
    /// Somebody likely does: a person decides. Holds the highest score.
    Review(u32),
    /// The partner itself has registered the customer.
    Ours,
    /// Another registration waits.
    Waiting,
    /// Protected for another until this moment.
    Protected(Instant),
    /// Direct sales serve the customer.
    Direct,
    /// Another partner serves the customer.
    Served,
}

impl Finding {
    /// The word told to whoever asks: it never says whose.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Review(_) => "review",
            Self::Ours => "ours",
            Self::Waiting | Self::Protected(_) | Self::Served => "protected",
            Self::Direct => "direct",
        }
    }

    /// The moment protection ends, where there is one.
    pub const fn until(self) -> Option<Instant> {
        match self {
            Self::Protected(until) => Some(until),
            _ => None,
        }
    }
}

/// Judges a claim. A live registration speaks before a served customer, an approved one before a waiting one.
pub fn find(claim: Claim, rivals: &[Rival]) -> Finding {
    let of = |verdict: Verdict| rivals.iter().filter(move |rival| rival.verdict == verdict);
    let ours = |rival: &&Rival| rival.partner == Some(claim.partner);
    let is_registration =
        |rival: &&Rival| matches!(rival.hold, Hold::Waiting(_) | Hold::Protected(_));
    if of(Verdict::Exact)
        .filter(ours)
        .any(|rival| is_registration(&rival))
    {
        return Finding::Ours;
    }
    let strongest = of(Verdict::Exact)
        .filter(|rival| !ours(rival))
        .map(|rival| match rival.hold {
            Hold::Protected(until) => (3, Finding::Protected(until)),
            Hold::Waiting(_) => (2, Finding::Waiting),
            Hold::Direct => (1, Finding::Direct),
            Hold::Served => (0, Finding::Served),
        });
    if let Some((_, finding)) = strongest.max_by_key(|(strength, _)| *strength) {
        return finding;
    }
    let likely = of(Verdict::Likely)
        .filter(|rival| !ours(rival))
        .map(|rival| rival.score)
        .max();
    likely.map_or(Finding::Free, Finding::Review)
}

/// Place in the line of registrations of (likely) one customer: one more than those submitted before.
pub fn rank(claim: Claim, rivals: &[Rival]) -> i64 {
    let earlier = rivals.iter().filter(|rival| {
        rival.partner != Some(claim.partner)
            && rival.verdict != Verdict::Different
            && match rival.hold {
                Hold::Waiting(since) => since <= claim.at,
                Hold::Protected(_) => true,
                Hold::Direct | Hold::Served => false,
            }
    });
    1 + earlier.count() as i64
}

/// The rivals a registration of this rank must give way to: look-alikes that were submitted later wait behind it, and the first in
/// line has only such beside it, whatever the clock's resolution.
pub fn ahead(claim: Claim, rank: i64, rivals: &[Rival]) -> Vec<Rival> {
    let waits_behind = |rival: &Rival| match rival.hold {
        Hold::Waiting(since) => rival.verdict == Verdict::Likely && (rank <= 1 || since > claim.at),
        _ => false,
    };
    rivals
        .iter()
        .filter(|rival| !waits_behind(rival))
        .copied()
        .collect()
}

/// When a registration is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A draft: nothing is claimed yet.
    FirstLook,
    /// The submission, which counts.
    Submission,
}

/// What becomes of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationDecision {
    /// The answer.
    pub finding: Finding,
    /// Place in the line.
    pub rank: i64,
    /// When it was judged.
    pub stage: Stage,
    /// Why it is refused, if it is.
    pub refusal: Option<Refusal>,
    /// Why, without naming anybody.
    pub explanation: Explanation,
}

impl RegistrationDecision {
    /// `first_look` for a draft, else `accepted`, `review` or `refused`.
    pub const fn result(&self) -> &'static str {
        match (self.stage, &self.refusal, self.finding) {
            (Stage::FirstLook, ..) => "first_look",
            (Stage::Submission, Some(_), _) => "refused",
            (Stage::Submission, None, Finding::Review(_)) => "review",
            (Stage::Submission, None, _) => "accepted",
        }
    }
}

/// Decides on a registration about to be submitted.
pub fn decide_registration(
    policy: &Policy,
    claim: Claim,
    rivals: &[Rival],
    fence: Option<&Fence>,
    stage: Stage,
) -> RegistrationDecision {
    let finding = find(claim, rivals);
    let rank = rank(claim, rivals);
    let fenced_out = fence.and_then(Fence::refusal);
    let refusal = fenced_out.or_else(|| refusal(finding, &policy.zone));
    let root = verdict(stage, refusal.is_some(), finding);
    let mut explanation = root.child(duplicates(finding, rivals, &policy.zone));
    if let Some(fence) = fence {
        explanation = explanation.child(fence.explanation());
    }
    explanation = explanation
        .child(Explanation::info("按提交时间排名", "Rank by time of submission").value(rank))
        .child(Explanation::info("提交时间", "Submitted at").value(claim.at))
        .child(
            Explanation::info(
                "保护期自批准时起（天）",
                "Days of protection, counted from approval",
            )
            .value(policy.protection_days),
        );
    RegistrationDecision {
        finding,
        rank,
        stage,
        refusal,
        explanation,
    }
}

/// A first look claims nothing and refuses nothing, and says so.
fn verdict(stage: Stage, is_refused: bool, finding: Finding) -> Explanation {
    let is_first = stage == Stage::FirstLook;
    match finding {
        _ if is_refused && is_first => Explanation::fail(
            "初步查重：目前提交会被拒绝",
            "First look: a submission would be refused now",
        ),
        _ if is_refused => Explanation::fail("报备不予受理", "The registration is refused"),
        Finding::Review(_) if is_first => Explanation::info(
            "初步查重：有疑似记录，提交后由人工核对",
            "First look: earlier records are alike; after the submission a person compares",
        ),
        Finding::Review(_) => Explanation::info(
            "报备已受理，需人工核对",
            "Accepted; a person compares it with earlier records",
        ),
        _ if is_first => Explanation::info(
            "初步查重：目前没有阻碍，以提交时为准",
            "First look: nothing stands in the way now; the submission counts",
        ),
        _ => Explanation::pass(
            "先报备、先保护：报备已受理",
            "First registered, first protected: accepted",
        ),
    }
}

/// The refusal a finding leads to; `None` when it leads to none.
pub fn refusal(finding: Finding, zone: &TimeZone) -> Option<Refusal> {
    let on_name = |code: &str| Some(Refusal::conflict(code).on("customer_name"));
    match finding {
        Finding::Free | Finding::Review(_) => None,
        Finding::Ours => on_name("deal.ours"),
        Finding::Waiting => on_name("deal.waiting"),
        Finding::Direct => on_name("deal.direct"),
        Finding::Served => on_name("deal.held"),
        Finding::Protected(until) => {
            on_name("deal.protected_until").map(|refusal| refusal.with("until", day(until, zone)))
        }
    }
}

/// The day of a moment, as people are told it.
pub fn day(moment: Instant, zone: &TimeZone) -> String {
    moment
        .date(zone)
        .map_or_else(|_| moment.to_string(), |date| date.to_string())
}

fn duplicates(finding: Finding, rivals: &[Rival], zone: &TimeZone) -> Explanation {
    let likely = rivals
        .iter()
        .filter(|rival| rival.verdict == Verdict::Likely)
        .count();
    match finding {
        Finding::Free => Explanation::pass(
            "没有在先的相同客户",
            "Nobody has claimed this customer before",
        ),
        Finding::Review(score) => Explanation::info(
            format!("有 {likely} 条疑似同一客户的在先记录"),
            format!("{likely} earlier records are likely the same customer"),
        )
        .value(score),
        Finding::Ours => Explanation::fail(
            "贵司已报备该客户",
            "Your company has registered this customer",
        ),
        Finding::Waiting => Explanation::fail(
            "该客户已有在先报备，正在审核",
            "An earlier registration of this customer is under review",
        ),
        Finding::Protected(until) => {
            Explanation::fail("该客户受保护，到期日", "The customer is protected until")
                .value(day(until, zone))
        }
        Finding::Direct => Explanation::fail("该客户由厂商直销", "The customer is served directly"),
        Finding::Served => Explanation::fail(
            "该客户已由其他伙伴服务",
            "The customer is served by another partner",
        ),
    }
}

/// Protection as approved: until when, and why.
pub fn protect(
    policy: &Policy,
    approved_at: Instant,
    rank: i64,
    reviewed: bool,
) -> (Instant, Explanation) {
    let until = approved_at.plus_days(policy.protection_days);
    let mut explanation = Explanation::pass(
        "先报备、先保护：客户归属该伙伴",
        "First registered, first protected: the customer belongs to this partner",
    )
    .value(day(until, &policy.zone))
    .child(Explanation::info("按提交时间排名", "Rank by time of submission").value(rank))
    .child(
        Explanation::info(
            "批准时间，保护期由此起算",
            "Approved at; protection counts from here",
        )
        .value(approved_at),
    )
    .child(Explanation::info("保护期（天）", "Days of protection").value(policy.protection_days));
    if reviewed {
        explanation = explanation.child(Explanation::info(
            "疑似记录已由人工核对为不同客户",
            "A person found the likely records to be other customers",
        ));
    }
    (until, explanation)
}
