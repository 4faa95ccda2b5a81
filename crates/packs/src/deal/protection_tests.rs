//! Tables and properties of "first registered, first protected".

use jiff::tz::TimeZone;
use proptest::prelude::*;
use qudao_base::{Id, Instant, Locale};

use super::{
    protection::{
        Claim, Finding, Hold, Policy, Rival, Stage, ahead, decide_registration, find, protect, rank,
    },
    same_customer::Verdict,
};
use crate::partner::{
    fence::judge,
    territory::{Place, Territory},
};

const US: Id = Id::from_number(1);
const THEM: Id = Id::from_number(2);

fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * 1_000_000)
}

fn claim() -> Claim {
    Claim {
        partner: US,
        at: at(1_000),
    }
}

fn rival(partner: Option<Id>, hold: Hold, verdict: Verdict) -> Rival {
    Rival {
        partner,
        hold,
        verdict,
        score: if verdict == Verdict::Exact { 100 } else { 70 },
    }
}

fn policy() -> Policy {
    Policy {
        protection_days: 90,
        zone: TimeZone::UTC,
    }
}

#[test]
fn findings() {
    let them = Some(THEM);
    let until = at(90 * 86_400);
    for (rivals, expected) in [
        (vec![], Finding::Free),
        (
            vec![rival(them, Hold::Protected(until), Verdict::Different)],
            Finding::Free,
        ),
        (
            vec![rival(them, Hold::Protected(until), Verdict::Exact)],
            Finding::Protected(until),
        ),
        (
            vec![rival(them, Hold::Waiting(at(5)), Verdict::Exact)],
            Finding::Waiting,
        ),
        (
            vec![rival(None, Hold::Direct, Verdict::Exact)],
            Finding::Direct,
        ),
        (
            vec![rival(them, Hold::Served, Verdict::Exact)],
            Finding::Served,
        ),
        (
            vec![rival(Some(US), Hold::Waiting(at(5)), Verdict::Exact)],
            Finding::Ours,
        ),
        // Our own customer may be registered again; our own look-alikes do not count.
        (
            vec![rival(Some(US), Hold::Served, Verdict::Exact)],
            Finding::Free,
        ),
        (
            vec![rival(Some(US), Hold::Waiting(at(5)), Verdict::Likely)],
            Finding::Free,
        ),
        (
            vec![rival(them, Hold::Waiting(at(5)), Verdict::Likely)],
            Finding::Review(70),
        ),
        (
            vec![
                rival(None, Hold::Direct, Verdict::Exact),
                rival(them, Hold::Protected(until), Verdict::Exact),
                rival(them, Hold::Waiting(at(5)), Verdict::Exact),
            ],
            Finding::Protected(until),
        ),
    ] {
        assert_eq!(find(claim(), &rivals), expected, "{rivals:?}");
    }
}

#[test]
fn refusals_tell_the_day_and_never_the_name() {
    let until = "2026-03-01T08:00:00Z".parse().unwrap();
    let decision = decide_registration(
        &policy(),
        claim(),
        &[rival(Some(THEM), Hold::Protected(until), Verdict::Exact)],
        None,
        Stage::Submission,
    );
    let refusal = decision.refusal.unwrap();
    assert_eq!(refusal.code, "deal.protected_until");
    assert_eq!(
        refusal
            .arguments
            .get("until")
            .map(|until| until.of(Locale::Chinese)),
        Some("2026-03-01")
    );
    assert_eq!(refusal.arguments.len(), 1);
}

#[test]
fn the_fence_speaks_first() {
    let territory = [Territory {
        division: Some("310000".to_owned()),
        industry: None,
    }];
    let outside = judge(
        &territory,
        &Place {
            division: "330106",
            industry: None,
        },
    );
    let rivals = [rival(Some(THEM), Hold::Waiting(at(5)), Verdict::Exact)];
    let decision = decide_registration(
        &policy(),
        claim(),
        &rivals,
        Some(&outside),
        Stage::Submission,
    );
    assert_eq!(
        decision.refusal.map(|refusal| refusal.code).as_deref(),
        Some("partner.outside_division")
    );
    let inside = judge(
        &territory,
        &Place {
            division: "310115",
            industry: None,
        },
    );
    let decision = decide_registration(&policy(), claim(), &[], Some(&inside), Stage::Submission);
    assert_eq!((decision.result(), decision.rank), ("accepted", 1));
}

#[test]
fn later_look_alikes_wait_behind() {
    let waiting = |seconds, verdict| rival(Some(THEM), Hold::Waiting(at(seconds)), verdict);
    for (rank, rival, stands_ahead) in [
        (1, waiting(2_000, Verdict::Likely), false),
        (1, waiting(1_000, Verdict::Likely), false),
        (2, waiting(1_000, Verdict::Likely), true),
        (2, waiting(2_000, Verdict::Likely), false),
        (1, waiting(2_000, Verdict::Exact), true),
        (1, rival(None, Hold::Direct, Verdict::Likely), true),
    ] {
        assert_eq!(
            !ahead(claim(), rank, &[rival]).is_empty(),
            stands_ahead,
            "{rank} {rival:?}"
        );
    }
}

#[test]
fn protection_counts_from_approval() {
    let approved = at(86_400);
    let (until, _) = protect(&policy(), approved, 1, false);
    assert_eq!(until, approved.plus_days(90));
}

fn any_rival() -> impl Strategy<Value = Rival> {
    let hold = prop_oneof![
        (0_i64..2_000).prop_map(|seconds| Hold::Waiting(at(seconds))),
        (0_i64..9_000).prop_map(|seconds| Hold::Protected(at(seconds))),
        Just(Hold::Direct),
        Just(Hold::Served),
    ];
    let verdict = prop_oneof![
        Just(Verdict::Different),
        Just(Verdict::Likely),
        Just(Verdict::Exact)
    ];
    (1_i64..4, hold, verdict).prop_map(|(partner, hold, verdict)| {
        let partner = (hold != Hold::Direct).then(|| Id::from_number(partner));
        rival(partner, hold, verdict)
    })
}

proptest! {
    #[test]
    fn an_exact_claim_of_another_always_refuses(mut rivals in prop::collection::vec(any_rival(), 0..6), hold in 0_i64..9_000) {
        rivals.push(rival(Some(THEM), Hold::Protected(at(hold)), Verdict::Exact));
        prop_assert!(decide_registration(&policy(), claim(), &rivals, None, Stage::Submission).refusal.is_some());
    }

    #[test]
    fn order_of_rivals_does_not_matter(rivals in prop::collection::vec(any_rival(), 0..6)) {
        let mut turned = rivals.clone();
        turned.reverse();
        prop_assert_eq!(find(claim(), &rivals).word(), find(claim(), &turned).word());
        prop_assert_eq!(rank(claim(), &rivals), rank(claim(), &turned));
    }

    #[test]
    fn rank_counts_only_earlier_claims_of_others(rivals in prop::collection::vec(any_rival(), 0..6)) {
        let rank = rank(claim(), &rivals);
        prop_assert!(rank >= 1 && rank <= 1 + rivals.len() as i64);
        let own: Vec<Rival> = rivals.into_iter().map(|rival| Rival { partner: Some(US), ..rival }).collect();
        prop_assert_eq!(super::protection::rank(claim(), &own), 1);
    }
}
