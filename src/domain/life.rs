//! The life of a claim: a total function of its state, an observation and the time.
//!
//! The rule for a lapse (C-07) was found by model checking; simpler ones let a claim lapse after a
//! single day of real absence, or never. This module never reads a clock and never decides what
//! people of a lapsed domain may still do.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::claim::{
    Claim, ClaimPolicy, ClaimState, DomainHolder, PresenceAssurance, TokenStanding,
};
use super::observation::Observation;

/// A claim after one observation, and what the observation changed.
#[must_use]
#[expect(clippy::exhaustive_structs, reason = "a plain pair of results")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ClaimStep {
    /// The claim as it is to be stored.
    pub claim: Claim,
    /// What happened to it.
    pub change: ClaimChange,
}

/// What one observation did to a claim.
#[expect(clippy::exhaustive_enums, reason = "a host must act on each")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimChange {
    /// The claim was never proved in the time that the policy gives (rule C-05).
    Expired,
    /// The record is there, but another organization holds the domain (rule CLAIM-05).
    HeldByAnother,
    /// The record stayed away: the claim no longer counts as verified (rule CLAIM-13).
    Lapsed,
    /// The record came back within the week of grace (rule CLAIM-15).
    Recovered,
    /// The record came back after a lapse, with a usable token (rules CLAIM-16 and C-08).
    Reverified,
    /// The record is there, but its token was spent when another organization took over (C-08).
    TokenSpent,
    /// Nothing changed but the time of the last look.
    Unchanged,
    /// The record was seen for the first time (rule CLAIM-08).
    Verified,
    /// The record of a verified claim is gone; the week of grace begins (rule CLAIM-14).
    WentMissing,
}

/// What an observation is worth to the life of a claim.
#[derive(Clone, Copy)]
enum Evidence {
    Absence,
    Nothing,
    Presence,
}

impl Claim {
    /// The claim after `observation` at `now`.
    ///
    /// A wrong value counts as absence. An absence that is not authoritative and a presence that
    /// `policy` finds too weak count as no observation. `holder` matters only to a claim that is
    /// not verified: a verified one is the holder. An observation older than the last one changes
    /// nothing. [`Claim`] has an example.
    pub fn observe(
        &self,
        observation: Observation,
        holder: DomainHolder,
        policy: &ClaimPolicy,
        now: DateTime<Utc>,
    ) -> ClaimStep {
        if self.observed_at.is_some_and(|last| now < last) {
            let claim = self.clone();
            let change = ClaimChange::Unchanged;
            return ClaimStep { claim, change };
        }
        let (state, mut change) = next_state(
            self.state,
            evidence(observation, policy),
            holder,
            policy,
            now,
        );
        if state == ClaimState::Pending && self.is_overdue(policy, now) {
            change = ClaimChange::Expired;
        }
        let claim = Self {
            state,
            observed_at: Some(now),
            checks: self.checks.saturating_add(1),
            stale_until: None,
            ..self.clone()
        };
        ClaimStep { claim, change }
    }
}

impl Claim {
    fn is_overdue(&self, policy: &ClaimPolicy, now: DateTime<Utc>) -> bool {
        policy
            .pending_expiry_days
            .is_some_and(|days| elapsed(self.claimed_at, now) >= TimeDelta::days(i64::from(days)))
    }
}

fn evidence(observation: Observation, policy: &ClaimPolicy) -> Evidence {
    match observation {
        Observation::Present { assurance, .. } => match policy.presence {
            PresenceAssurance::Authoritative if !assurance.is_authoritative() => Evidence::Nothing,
            PresenceAssurance::AnyLookup | PresenceAssurance::Authoritative => Evidence::Presence,
        },
        Observation::Absent { assurance } | Observation::WrongValue { assurance, .. }
            if assurance.is_authoritative() =>
        {
            Evidence::Absence
        }
        Observation::Absent { .. }
        | Observation::WrongValue { .. }
        | Observation::Indeterminate { .. } => Evidence::Nothing,
    }
}

fn next_state(
    state: ClaimState,
    evidence: Evidence,
    holder: DomainHolder,
    policy: &ClaimPolicy,
    now: DateTime<Utc>,
) -> (ClaimState, ClaimChange) {
    match (state, evidence) {
        (ClaimState::Pending, Evidence::Presence) => match holder {
            DomainHolder::Another => (state, ClaimChange::HeldByAnother),
            DomainHolder::Nobody | DomainHolder::NobodyAfterAnother => {
                (ClaimState::Verified { since: now }, ClaimChange::Verified)
            }
        },
        (ClaimState::Verified { since }, Evidence::Absence) => {
            let missing = ClaimState::Missing {
                verified_since: since,
                missing_since: now,
                absences: 1,
                counted_at: Some(now),
            };
            (missing, ClaimChange::WentMissing)
        }
        (ClaimState::Missing { verified_since, .. }, Evidence::Presence) => {
            let since = verified_since;
            (ClaimState::Verified { since }, ClaimChange::Recovered)
        }
        (ClaimState::Missing { .. }, Evidence::Absence) => still_missing(state, policy, now),
        (ClaimState::Missing { .. }, Evidence::Nothing) => {
            (uncounted(state), ClaimChange::Unchanged)
        }
        (ClaimState::Lapsed { since, token }, _) => {
            lapsed(since, after(token, holder), holder, evidence, now)
        }
        (ClaimState::Pending | ClaimState::Verified { .. }, _) => (state, ClaimChange::Unchanged),
    }
}

fn still_missing(
    state: ClaimState,
    policy: &ClaimPolicy,
    now: DateTime<Utc>,
) -> (ClaimState, ClaimChange) {
    let ClaimState::Missing {
        verified_since,
        missing_since,
        absences,
        counted_at,
    } = state
    else {
        return (state, ClaimChange::Unchanged);
    };
    let is_next_day = counted_at.is_none_or(|last| elapsed(last, now) >= COUNTED_EVERY);
    let absences = absences.saturating_add(u32::from(is_next_day));
    let week_is_over = elapsed(missing_since, now) >= TimeDelta::days(i64::from(policy.grace_days));
    if week_is_over && absences >= u32::from(policy.absences_to_lapse) {
        let token = TokenStanding::Usable;
        return (
            ClaimState::Lapsed { since: now, token },
            ClaimChange::Lapsed,
        );
    }
    let state = ClaimState::Missing {
        verified_since,
        missing_since,
        absences,
        counted_at: if is_next_day { Some(now) } else { counted_at },
    };
    (state, ClaimChange::Unchanged)
}

/// A lookup that proved nothing restarts the count of consecutive absences, not the week.
fn uncounted(state: ClaimState) -> ClaimState {
    match state {
        ClaimState::Missing {
            verified_since,
            missing_since,
            ..
        } => ClaimState::Missing {
            verified_since,
            missing_since,
            absences: 0,
            counted_at: None,
        },
        other => other,
    }
}

fn lapsed(
    since: DateTime<Utc>,
    token: TokenStanding,
    holder: DomainHolder,
    evidence: Evidence,
    now: DateTime<Utc>,
) -> (ClaimState, ClaimChange) {
    let state = ClaimState::Lapsed { since, token };
    match (evidence, holder, token) {
        (Evidence::Absence | Evidence::Nothing, _, _) => (state, ClaimChange::Unchanged),
        (Evidence::Presence, DomainHolder::Another, _) => (state, ClaimChange::HeldByAnother),
        (Evidence::Presence, _, TokenStanding::Spent) => (state, ClaimChange::TokenSpent),
        (Evidence::Presence, _, TokenStanding::Usable) => {
            (ClaimState::Verified { since: now }, ClaimChange::Reverified)
        }
    }
}

const fn after(token: TokenStanding, holder: DomainHolder) -> TokenStanding {
    match holder {
        DomainHolder::Another | DomainHolder::NobodyAfterAnother => TokenStanding::Spent,
        DomainHolder::Nobody => token,
    }
}

fn elapsed(from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
    to.signed_duration_since(from)
}

/// Daily absences, with four hours of tolerance for the jitter of a daily timer. Without it,
/// three lookups within a minute would pass for three days.
const COUNTED_EVERY: TimeDelta = TimeDelta::hours(20);

#[cfg(test)]
mod tests;
