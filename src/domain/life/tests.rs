use proptest::prelude::*;

use super::super::challenge::{Challenge, ChallengeToken, RecordPlacement, RecordPrefix};
use super::super::name::DomainName;
use super::super::observation::{Assurance, IncompleteLookup, WrongValueHint};
use super::*;

const SURE: Assurance = Assurance::Authenticated;
const WEAK: Assurance = Assurance::Unauthenticated { vantage_points: 1 };
const PRESENT: Observation = Observation::Present {
    assurance: SURE,
    other_tokens: 0,
};
const ABSENT: Observation = Observation::Absent { assurance: SURE };
const WRONG: Observation = Observation::WrongValue {
    assurance: SURE,
    hint: WrongValueHint::Quoted,
};
const ERROR: Observation = Observation::Indeterminate {
    cause: IncompleteLookup::Timeout,
};

fn start() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn hour(hours: i64) -> DateTime<Utc> {
    start() + TimeDelta::hours(hours)
}

fn day(days: i64) -> DateTime<Utc> {
    hour(24 * days)
}

fn claim_in(state: ClaimState) -> Claim {
    let challenge = Challenge::new(
        DomainName::parse("example.com").unwrap(),
        RecordPrefix::parse("product").unwrap(),
        RecordPlacement::AtDomain,
        ChallengeToken::from_entropy([0; 20]),
    );
    Claim {
        state,
        ..Claim::open(challenge.unwrap(), start())
    }
}

fn verified() -> Claim {
    claim_in(ClaimState::Verified { since: start() })
}

fn observe(claim: &Claim, observation: Observation, now: DateTime<Utc>) -> ClaimStep {
    claim.observe(
        observation,
        DomainHolder::Nobody,
        &ClaimPolicy::default(),
        now,
    )
}

/// Observes in turn and returns the last change.
fn run(claim: &mut Claim, observations: &[(i64, Observation)]) -> ClaimChange {
    let mut change = ClaimChange::Unchanged;
    for (at_day, observation) in observations {
        let step = observe(claim, *observation, day(*at_day));
        *claim = step.claim;
        change = step.change;
    }
    change
}

#[test]
fn every_cell_of_state_and_observation() {
    let missing = |absences, counted: Option<DateTime<Utc>>| ClaimState::Missing {
        verified_since: start(),
        missing_since: day(1),
        absences,
        counted_at: counted,
    };
    let before = missing(2, Some(day(2)));
    let verified = ClaimState::Verified { since: start() };
    let again = ClaimState::Verified { since: day(3) };
    let usable = ClaimState::Lapsed {
        since: day(2),
        token: TokenStanding::Usable,
    };
    let fresh = ClaimState::Missing {
        verified_since: start(),
        missing_since: day(3),
        absences: 1,
        counted_at: Some(day(3)),
    };
    use ClaimChange as Change;
    use ClaimState::Pending;
    for (state, observation, expected, change) in [
        (Pending, PRESENT, again, Change::Verified),
        (Pending, ABSENT, Pending, Change::Unchanged),
        (Pending, WRONG, Pending, Change::Unchanged),
        (Pending, ERROR, Pending, Change::Unchanged),
        (verified, PRESENT, verified, Change::Unchanged),
        (verified, ABSENT, fresh, Change::WentMissing),
        (verified, WRONG, fresh, Change::WentMissing),
        (verified, ERROR, verified, Change::Unchanged),
        (before, PRESENT, verified, Change::Recovered),
        (before, ABSENT, missing(3, Some(day(3))), Change::Unchanged),
        (before, WRONG, missing(3, Some(day(3))), Change::Unchanged),
        (before, ERROR, missing(0, None), Change::Unchanged),
        (usable, PRESENT, again, Change::Reverified),
        (usable, ABSENT, usable, Change::Unchanged),
        (usable, WRONG, usable, Change::Unchanged),
        (usable, ERROR, usable, Change::Unchanged),
    ] {
        let step = observe(&claim_in(state), observation, day(3));
        assert_eq!(
            (*step.claim.state(), step.change),
            (expected, change),
            "{state:?} {observation:?}"
        );
    }
}

#[test]
fn a_week_of_daily_absences_lapses_on_the_seventh_day_and_not_before() {
    let mut claim = verified();
    let week: Vec<_> = (1..8).map(|at| (at, ABSENT)).collect();
    assert_eq!(run(&mut claim, &week), ClaimChange::Unchanged);
    assert!(claim.is_verified());
    assert_eq!(
        observe(&claim, ABSENT, day(8) - TimeDelta::seconds(1)).change,
        ClaimChange::Unchanged
    );
    assert_eq!(observe(&claim, ABSENT, day(8)).change, ClaimChange::Lapsed);
    assert_eq!(observe(&claim, WRONG, day(8)).change, ClaimChange::Lapsed);
    assert_eq!(
        observe(&claim, ERROR, day(8)).change,
        ClaimChange::Unchanged
    );
    let weak = Observation::Absent { assurance: WEAK };
    assert_eq!(observe(&claim, weak, day(8)).change, ClaimChange::Unchanged);
}

#[test]
fn a_record_that_returns_starts_the_week_anew() {
    let mut claim = verified();
    let mut days: Vec<_> = (1..7).map(|at| (at, ABSENT)).collect();
    days.extend([(7, PRESENT), (8, ABSENT)]);
    assert_eq!(run(&mut claim, &days), ClaimChange::WentMissing);
}

#[test]
fn six_absences_an_error_on_the_day_of_return_and_one_absence_do_not_lapse() {
    // The counterexample of the model checker to "errors pause the count".
    let mut claim = verified();
    let mut days: Vec<_> = (1..7).map(|at| (at, ABSENT)).collect();
    days.extend([(7, ERROR), (8, ABSENT)]);
    assert_eq!(run(&mut claim, &days), ClaimChange::Unchanged);
    assert!(claim.is_verified());
    assert_eq!(run(&mut claim, &[(9, ABSENT)]), ClaimChange::Unchanged);
    assert_eq!(run(&mut claim, &[(10, ABSENT)]), ClaimChange::Lapsed);
}

#[test]
fn errors_do_not_restart_the_week() {
    let mut claim = verified();
    let days = [
        (1, ABSENT),
        (5, ERROR),
        (6, ABSENT),
        (7, ABSENT),
        (8, ABSENT),
    ];
    assert_eq!(run(&mut claim, &days), ClaimChange::Lapsed);
}

#[test]
fn three_lookups_within_a_day_are_one_absence() {
    let mut claim = verified();
    run(&mut claim, &[(1, ABSENT), (8, ERROR)]);
    for minute in 1..10 {
        let step = observe(&claim, ABSENT, day(9) + TimeDelta::minutes(minute));
        assert_eq!(step.change, ClaimChange::Unchanged);
        claim = step.claim;
    }
}

#[test]
fn a_weak_absence_never_starts_the_week() {
    let weak = Observation::Absent { assurance: WEAK };
    let mut claim = verified();
    let days: Vec<_> = (1..30).map(|at| (at, weak)).collect();
    assert_eq!(run(&mut claim, &days), ClaimChange::Unchanged);
    assert_eq!(*claim.state(), *verified().state());
}

#[test]
fn two_networks_are_as_good_as_an_authenticated_answer() {
    let two = Assurance::Unauthenticated { vantage_points: 2 };
    let step = observe(&verified(), Observation::Absent { assurance: two }, day(1));
    assert_eq!(step.change, ClaimChange::WentMissing);
}

#[test]
fn a_policy_may_ask_for_more_than_one_lookup_of_presence() {
    let strict = ClaimPolicy {
        presence: PresenceAssurance::Authoritative,
        ..ClaimPolicy::default()
    };
    let weak = Observation::Present {
        assurance: WEAK,
        other_tokens: 0,
    };
    let pending = claim_in(ClaimState::Pending);
    let with = |policy: &ClaimPolicy| {
        pending
            .observe(weak, DomainHolder::Nobody, policy, day(1))
            .change
    };
    assert_eq!(with(&ClaimPolicy::default()), ClaimChange::Verified);
    assert_eq!(with(&strict), ClaimChange::Unchanged);
    let sure = pending.observe(PRESENT, DomainHolder::Nobody, &strict, day(1));
    assert_eq!(sure.change, ClaimChange::Verified);
}

#[test]
fn an_observation_of_the_same_moment_counts_and_an_older_one_does_not() {
    let looked = observe(&claim_in(ClaimState::Pending), ERROR, day(1)).claim;
    let just_before = day(1) - TimeDelta::seconds(1);
    assert_eq!(
        observe(&looked, PRESENT, day(1)).change,
        ClaimChange::Verified
    );
    assert_eq!(
        observe(&looked, PRESENT, just_before).change,
        ClaimChange::Unchanged
    );
}

#[test]
fn another_holder_blocks_a_proof_and_spends_a_lapsed_token() {
    let policy = ClaimPolicy::default();
    let pending = claim_in(ClaimState::Pending);
    let step = pending.observe(PRESENT, DomainHolder::Another, &policy, day(1));
    assert_eq!(
        (*step.claim.state(), step.change),
        (ClaimState::Pending, ClaimChange::HeldByAnother)
    );

    let lapsed = claim_in(ClaimState::Lapsed {
        since: start(),
        token: TokenStanding::Usable,
    });
    let during = lapsed
        .observe(ERROR, DomainHolder::Another, &policy, day(1))
        .claim;
    let later = during.observe(PRESENT, DomainHolder::Nobody, &policy, day(2));
    assert_eq!(later.change, ClaimChange::TokenSpent);
    let unseen = lapsed.observe(PRESENT, DomainHolder::NobodyAfterAnother, &policy, day(2));
    assert_eq!(unseen.change, ClaimChange::TokenSpent);
    assert_eq!(
        observe(&lapsed, PRESENT, day(2)).change,
        ClaimChange::Reverified
    );
}

#[test]
fn an_old_observation_changes_nothing() {
    let claim = observe(&verified(), PRESENT, day(5)).claim;
    let step = observe(&claim, ABSENT, day(4));
    assert_eq!((step.claim, step.change), (claim, ClaimChange::Unchanged));
}

#[test]
fn a_pending_claim_is_looked_at_less_and_less_often() {
    let mut claim = claim_in(ClaimState::Pending);
    let mut minutes = Vec::new();
    let mut last = start();
    for _ in 0..7 {
        let next = claim.next_check_at();
        minutes.push((next - last).num_minutes());
        claim = observe(&claim, ABSENT, next).claim;
        last = next;
    }
    assert_eq!(minutes, [1, 5, 15, 60, 240, 720, 720]);
}

fn any_observation() -> impl Strategy<Value = Observation> {
    prop_oneof![
        4 => Just(ABSENT),
        1 => Just(WRONG),
        1 => Just(Observation::Absent { assurance: WEAK }),
        1 => Just(PRESENT),
        1 => Just(ERROR),
    ]
}

fn is_true_absence(observation: Observation) -> bool {
    matches!(
        observation,
        Observation::Absent { assurance: SURE } | Observation::WrongValue { .. }
    )
}

proptest! {
    /// A lapse has three consecutive authoritative absences at its end, on three days, and a week
    /// since the first authoritative absence after the last presence.
    #[test]
    fn a_lapse_is_earned(steps in prop::collection::vec((1_i64..30, any_observation()), 1..80)) {
        let mut claim = verified();
        let mut history: Vec<(DateTime<Utc>, Observation)> = Vec::new();
        let mut now = start();
        for (hours, observation) in steps {
            now += TimeDelta::hours(hours);
            history.push((now, observation));
            let step = observe(&claim, observation, now);
            claim = step.claim;
            if step.change != ClaimChange::Lapsed {
                continue;
            }
            let run: Vec<_> = history
                .iter()
                .rev()
                .take_while(|(_, seen)| is_true_absence(*seen))
                .collect();
            prop_assert!(run.len() >= 3);
            prop_assert!(now - run[run.len() - 1].0 >= TimeDelta::hours(40));
            let since_presence: Vec<_> = history
                .iter()
                .rev()
                .take_while(|(_, seen)| *seen != PRESENT)
                .filter(|(_, seen)| is_true_absence(*seen))
                .collect();
            prop_assert!(now - since_presence[since_presence.len() - 1].0 >= TimeDelta::days(7));
        }
    }

    /// A domain whose record is gone for good does lapse, whatever the errors before.
    #[test]
    fn a_lapse_is_reachable(steps in prop::collection::vec(any_observation(), 0..20)) {
        let mut claim = verified();
        let mut at = 0;
        for observation in steps {
            at += 1;
            claim = observe(&claim, observation, day(at)).claim;
        }
        for _ in 0..8 {
            at += 1;
            claim = observe(&claim, ABSENT, day(at)).claim;
        }
        prop_assert!(!claim.is_verified());
    }
}

/// What resolvers kept of the last answer says nothing about the next one.
#[test]
fn a_new_observation_forgets_how_long_the_last_answer_is_kept() {
    let minute = |minutes| start() + TimeDelta::minutes(minutes);
    let kept = claim_in(ClaimState::Pending).with_negative_ttl(900, start());
    assert_eq!(kept.next_check_at(), minute(15));
    let looked = observe(&kept, ERROR, minute(1)).claim;
    assert_eq!(looked.next_check_at(), minute(6));
}
