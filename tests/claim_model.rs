//! The life of a claim, explored state by state: two organizations, one domain, and a DNS zone that
//! publishes and forgets their records from day to day while lookups succeed or fail.
//!
//! The claims are real ones. What is asked is what the rules promise; a model that was changed for
//! the worse must break a promise, so that the promises are known to be able to fail.

mod explorer;

use chrono::{DateTime, TimeDelta, Utc};
use explorer::{Explored, Model, explore};
use vestibule::domain::{
    Assurance, Challenge, ChallengeToken, Claim, ClaimChange, ClaimPolicy, ClaimState,
    DomainHolder, DomainName, IncompleteLookup, Observation, RecordPlacement, RecordPrefix,
    TokenStanding,
};

/// What is wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mutation {
    /// A failed lookup counts as absence.
    ErrorsAreAbsence,
    /// A failed lookup is as if nobody had looked: the count of absences goes on after it.
    ErrorsPause,
    /// The register of holders is not asked.
    NobodyElse,
    /// Nothing.
    None,
    /// One absence at the end of the week is enough.
    OneAbsence,
}

struct Life(Mutation);

#[derive(Clone)]
struct World {
    now: DateTime<Utc>,
    sides: [Side; 2],
}

#[derive(Clone)]
struct Side {
    claim: Claim,
    published: bool,
    /// For how many days, up to today, the record was truly absent.
    absent_days: u32,
    /// Since when it was truly absent each day, or seen; up to the week.
    days_since_seen: u32,
    /// Whether the other side was verified since this one lapsed.
    passed_on: bool,
    last: ClaimChange,
}

impl Model for Life {
    type State = World;

    fn start(&self) -> World {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let side = |entropy| Side {
            claim: Claim::open(challenge(entropy), now),
            published: false,
            absent_days: 0,
            days_since_seen: 0,
            passed_on: false,
            last: ClaimChange::Unchanged,
        };
        World {
            now,
            sides: [side(1), side(2)],
        }
    }

    /// A day: each record is published or not, each lookup succeeds or fails, one after the other.
    fn next(&self, world: &World) -> Vec<(String, World)> {
        let mut worlds = Vec::new();
        for choice in 0..16_u8 {
            let bit = |index: u8| choice & (1 << index) != 0;
            let mut next = world.clone();
            next.now += TimeDelta::days(1);
            next.sides[0].published = bit(0);
            next.sides[1].published = bit(1);
            self.look(&mut next, 0, bit(2));
            self.look(&mut next, 1, bit(3));
            let side = |side: &Side, failed| {
                let record = if side.published { "there" } else { "gone" };
                if failed {
                    format!("{record} unseen")
                } else {
                    record.to_owned()
                }
            };
            let step = format!(
                "[{} | {}]",
                side(&next.sides[0], bit(2)),
                side(&next.sides[1], bit(3))
            );
            worlds.push((step, next));
        }
        worlds
    }

    fn key(&self, world: &World) -> String {
        let side = |side: &Side| {
            let state = match side.claim.state() {
                ClaimState::Pending => "p".to_owned(),
                ClaimState::Verified { .. } => "v".to_owned(),
                ClaimState::Missing {
                    missing_since,
                    absences,
                    counted_at,
                    ..
                } => format!(
                    "m{},{},{}",
                    (world.now - *missing_since).num_days().min(8),
                    (*absences).min(4),
                    counted_at.is_some()
                ),
                ClaimState::Lapsed { token, .. } => format!("l{token:?}"),
            };
            format!(
                "{state} {} {} {} {:?}",
                side.absent_days.min(4),
                side.days_since_seen.min(8),
                side.passed_on,
                side.last
            )
        };
        format!("{} / {}", side(&world.sides[0]), side(&world.sides[1]))
    }

    fn fault(&self, world: &World) -> Option<String> {
        if world.sides.iter().all(|side| side.claim.is_verified()) {
            return Some("two organizations hold one domain".to_owned());
        }
        world.sides.iter().find_map(|side| {
            let fault = match side.last {
                ClaimChange::Lapsed if side.absent_days < 3 => {
                    "a claim lapsed after fewer than three days of real absence"
                }
                ClaimChange::Lapsed if side.days_since_seen < 7 => "a claim lapsed within the week",
                ClaimChange::Verified | ClaimChange::Reverified | ClaimChange::Recovered
                    if !side.published =>
                {
                    "a claim was verified without its record"
                }
                ClaimChange::Reverified if side.passed_on => "a spent token proved a claim",
                _ => return None,
            };
            Some(fault.to_owned())
        })
    }

    fn milestones(&self, world: &World) -> Vec<&'static str> {
        let name = |side: &Side| match (side.last, side.claim.state()) {
            (ClaimChange::Lapsed, _) => "lapse",
            (ClaimChange::Recovered, _) => "recovery",
            (ClaimChange::Reverified, _) => "return",
            (ClaimChange::TokenSpent, _) => "spent token",
            (ClaimChange::HeldByAnother, ClaimState::Pending) => "too late",
            (
                _,
                ClaimState::Lapsed {
                    token: TokenStanding::Spent,
                    ..
                },
            ) => "take-over",
            _ => "nothing",
        };
        world.sides.iter().map(name).collect()
    }
}

impl Life {
    fn look(&self, world: &mut World, at: usize, failed: bool) {
        let other_holds = world.sides[1 - at].claim.is_verified();
        let side = &mut world.sides[at];
        side.absent_days = if side.published {
            0
        } else {
            side.absent_days + 1
        };
        let seen = side.published && !failed;
        side.days_since_seen = if seen { 0 } else { side.days_since_seen + 1 };
        let assurance = Assurance::Authenticated;
        let observation = match (failed, side.published) {
            (true, _) if self.0 == Mutation::ErrorsAreAbsence => Observation::Absent { assurance },
            (true, _) if self.0 == Mutation::ErrorsPause => {
                side.last = ClaimChange::Unchanged;
                return;
            }
            (true, _) => Observation::Indeterminate {
                cause: IncompleteLookup::Timeout,
            },
            (false, true) => Observation::Present {
                assurance,
                other_tokens: 0,
            },
            (false, false) => Observation::Absent { assurance },
        };
        let lapsed = matches!(side.claim.state(), ClaimState::Lapsed { .. });
        side.passed_on = lapsed && (side.passed_on || other_holds);
        let holder = match (other_holds, side.passed_on) {
            _ if self.0 == Mutation::NobodyElse => DomainHolder::Nobody,
            (true, _) => DomainHolder::Another,
            (false, true) => DomainHolder::NobodyAfterAnother,
            (false, false) => DomainHolder::Nobody,
        };
        let policy = ClaimPolicy {
            absences_to_lapse: if self.0 == Mutation::OneAbsence { 1 } else { 3 },
            ..ClaimPolicy::default()
        };
        let step = side.claim.observe(observation, holder, &policy, world.now);
        let side = &mut world.sides[at];
        side.claim = step.claim;
        side.last = step.change;
        if world.sides[at].claim.is_verified() {
            let other = &mut world.sides[1 - at];
            other.passed_on |= matches!(other.claim.state(), ClaimState::Lapsed { .. });
        }
    }
}

fn challenge(entropy: u8) -> Challenge {
    Challenge::new(
        DomainName::parse("example.com").unwrap(),
        RecordPrefix::parse("product").unwrap(),
        RecordPlacement::AtDomain,
        ChallengeToken::from_entropy([entropy; 20]),
    )
    .unwrap()
}

#[test]
fn every_reachable_state_keeps_the_promises() {
    let Explored {
        states,
        fault,
        milestones,
    } = explore(&Life(Mutation::None));
    assert_eq!(fault, None);
    assert!(states > 1_000, "{states}");
    for milestone in [
        "lapse",
        "recovery",
        "return",
        "take-over",
        "too late",
        "spent token",
    ] {
        assert!(
            milestones.contains(milestone),
            "{milestone} is not reachable"
        );
    }
}

#[test]
fn each_mutated_model_breaks_a_promise() {
    for (mutation, fault) in [
        (Mutation::ErrorsAreAbsence, "fewer than three days"),
        (Mutation::ErrorsPause, "fewer than three days"),
        (Mutation::NobodyElse, "two organizations"),
        (Mutation::OneAbsence, "fewer than three days"),
    ] {
        let found = explore(&Life(mutation)).fault;
        let found = found.unwrap_or_default();
        assert!(found.contains(fault), "{mutation:?}: {found}");
    }
}
