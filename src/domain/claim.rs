//! An organization's claim to a domain, as it is stored.
//!
//! How a claim moves from state to state is in [`Claim::observe`]. This module does not say what a
//! claim grants, beyond whether it counts as verified.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::challenge::{Challenge, ClaimScope};
use super::name::{DomainName, MailDomain};

/// One claim of one organization to one domain.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use vestibule::domain::*;
///
/// let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
/// let challenge = Challenge::new(
///     DomainName::parse("example.com")?,
///     RecordPrefix::parse("product")?,
///     RecordPlacement::AtDomain,
///     ChallengeToken::from_entropy([0; 20]),
/// )?;
/// let claim = Claim::open(challenge, now);
/// assert_eq!(*claim.state(), ClaimState::Pending);
/// assert_eq!(claim.state().as_str(), "pending");
/// assert!(!claim.is_verified());
/// assert_eq!(claim.next_check_at().to_rfc3339(), "2026-01-01T00:01:00+00:00");
///
/// let seen = Observation::Present { assurance: Assurance::Authenticated, other_tokens: 0 };
/// let step = claim.observe(seen, DomainHolder::Nobody, &ClaimPolicy::default(), now);
/// assert!(step.claim.is_verified());
/// assert_eq!(step.change, ClaimChange::Verified);
/// # Ok::<(), DomainError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    pub(super) challenge: Challenge,
    pub(super) state: ClaimState,
    pub(super) claimed_at: DateTime<Utc>,
    pub(super) observed_at: Option<DateTime<Utc>>,
    /// How often a pending claim was looked at.
    pub(super) checks: u32,
    /// Until when resolvers would repeat that nothing is there.
    #[serde(default)]
    pub(super) stale_until: Option<DateTime<Utc>>,
}

impl Claim {
    /// A new claim, pending until the record is seen (rule CLAIM-04).
    #[must_use]
    pub const fn open(challenge: Challenge, now: DateTime<Utc>) -> Self {
        Self {
            challenge,
            state: ClaimState::Pending,
            claimed_at: now,
            observed_at: None,
            checks: 0,
            stale_until: None,
        }
    }

    /// The claim after an answer that nothing is there and that resolvers keep for so many seconds
    /// from `now` on: to look again before would find the same answer. Fifteen minutes of it count,
    /// so that a zone with a long time to live does not delay everything.
    ///
    /// ```
    /// # use vestibule::domain::*;
    /// # let now = "2026-01-01T00:00:00Z".parse().unwrap();
    /// # let prefix = RecordPrefix::parse("product")?;
    /// # let token = ChallengeToken::from_entropy([0; 20]);
    /// # let domain = DomainName::parse("example.com")?;
    /// # let challenge = Challenge::new(domain, prefix, RecordPlacement::AtDomain, token)?;
    /// let claim = Claim::open(challenge, now).with_negative_ttl(600, now);
    /// assert_eq!(claim.next_check_at().to_rfc3339(), "2026-01-01T00:10:00+00:00");
    /// # Ok::<(), DomainError>(())
    /// ```
    #[must_use]
    pub fn with_negative_ttl(mut self, secs: u32, now: DateTime<Utc>) -> Self {
        let counts = TimeDelta::seconds(i64::from(secs.min(MAX_NEGATIVE_TTL_SECS)));
        self.stale_until = now.checked_add_signed(counts);
        self
    }

    /// The record that proves the claim; readable in every state (rule CLAIM-11).
    #[must_use]
    pub const fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// The claimed domain.
    #[must_use]
    pub const fn domain(&self) -> &DomainName {
        self.challenge.domain()
    }

    /// Where the claim stands. [`Claim`] has an example of the accessors.
    #[must_use]
    pub const fn state(&self) -> &ClaimState {
        &self.state
    }

    /// Whether the claim covers addresses of `domain`: its own, or one below it where the claim was
    /// made for subdomains (rule C-12).
    ///
    /// ```
    /// # use vestibule::domain::*;
    /// # let now = "2026-01-01T00:00:00Z".parse().unwrap();
    /// # let prefix = RecordPrefix::parse("product")?;
    /// # let token = ChallengeToken::from_entropy([0; 20]);
    /// # let domain = DomainName::parse("example.com")?;
    /// # let challenge = Challenge::new(domain, prefix, RecordPlacement::AtDomain, token)?;
    /// let below = MailDomain::parse("eng.example.com")?;
    /// assert!(!Claim::open(challenge.clone(), now).covers(&below));
    /// let wide = challenge.with_scope(ClaimScope::IncludeSubdomains)?;
    /// assert!(Claim::open(wide, now).covers(&below));
    /// # Ok::<(), DomainError>(())
    /// ```
    #[must_use]
    pub fn covers(&self, domain: &MailDomain) -> bool {
        let own = self.domain().as_mail_domain();
        match self.challenge.scope() {
            ClaimScope::ExactDomain => own == domain,
            ClaimScope::IncludeSubdomains => domain.with_parents().any(|name| name == own.as_str()),
        }
    }

    /// When the claim was opened. [`Claim`] has an example of the accessors.
    #[must_use]
    pub const fn claimed_at(&self) -> DateTime<Utc> {
        self.claimed_at
    }

    /// When its record was last looked for. [`Claim`] has an example of the accessors.
    #[must_use]
    pub const fn observed_at(&self) -> Option<DateTime<Utc>> {
        self.observed_at
    }

    /// Whether the claim grants anything: verified, or missing within the week of grace.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        self.state.is_verified()
    }

    /// When the host should look next. The host adds its own jitter.
    ///
    /// Pending: after 1, 5 and 15 minutes, 1 and 4 hours, then every 12 hours, for ever (rule
    /// C-05). Verified and lapsed: every day (CLAIM-12, CLAIM-16). Missing: every 6 hours. Never
    /// before resolvers would ask again ([`with_negative_ttl`](Claim::with_negative_ttl)).
    #[must_use]
    pub fn next_check_at(&self) -> DateTime<Utc> {
        let last = self.observed_at.unwrap_or(self.claimed_at);
        let minutes = match self.state {
            ClaimState::Pending => match self.checks {
                0 => 1,
                1 => 5,
                2 => 15,
                3 => 60,
                4 => 240,
                _ => 720,
            },
            ClaimState::Missing { .. } => 360,
            ClaimState::Verified { .. } | ClaimState::Lapsed { .. } => 1440,
        };
        let due = last
            .checked_add_signed(TimeDelta::minutes(minutes))
            .unwrap_or(last);
        self.stale_until.map_or(due, |stale| stale.max(due))
    }
}

/// See [`Claim::with_negative_ttl`].
const MAX_NEGATIVE_TTL_SECS: u32 = 900;

/// Where a claim stands.
#[expect(
    clippy::exhaustive_enums,
    reason = "what a claim grants depends on the state"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimState {
    /// Not yet proved; grants nothing and blocks nobody (rules CLAIM-06 and C-04).
    Pending,
    /// The record was seen.
    Verified {
        /// When it was first seen.
        since: DateTime<Utc>,
    },
    /// Verified, but the record is missing; counts as verified (rule CLAIM-14).
    Missing {
        /// When it was first seen.
        verified_since: DateTime<Utc>,
        /// The first authoritative absence after the last presence.
        missing_since: DateTime<Utc>,
        /// Consecutive authoritative daily absences up to now.
        absences: u32,
        /// When the last of them was counted; absent when the count starts anew.
        counted_at: Option<DateTime<Utc>>,
    },
    /// The record stayed away; grants nothing and blocks nobody (rule CLAIM-19).
    Lapsed {
        /// When it lapsed.
        since: DateTime<Utc>,
        /// Whether the returning record would prove the claim again.
        token: TokenStanding,
    },
}

impl ClaimState {
    /// The name of the state, as it is stored. [`Claim`] has an example.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Verified { .. } => "verified",
            Self::Missing { .. } => "missing",
            Self::Lapsed { .. } => "lapsed",
        }
    }

    /// Whether the state counts as verified. [`Claim`] has an example.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        match self {
            Self::Verified { .. } | Self::Missing { .. } => true,
            Self::Pending | Self::Lapsed { .. } => false,
        }
    }
}

/// Whether a lapsed claim's token still proves anything (rule C-08).
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenStanding {
    /// Another organization held the domain since: a new claim with a new token is needed.
    Spent,
    /// Nobody else held the domain since: the record may return.
    Usable,
}

/// Who else holds the domain, as the host's register of all organizations knows it.
#[expect(
    clippy::exhaustive_enums,
    reason = "a host must sort the register's answer into one of these"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DomainHolder {
    /// Another organization's claim to it is verified now.
    Another,
    /// No other organization's is, and none was since this claim lapsed.
    Nobody,
    /// No other organization's is, but one was since this claim lapsed.
    NobodyAfterAnother,
}

/// The numbers that decide when a claim is proved and when it lapses.
///
/// ```
/// use vestibule::domain::ClaimPolicy;
/// assert_eq!(ClaimPolicy::default().grace_days, 7);
/// assert_eq!(ClaimPolicy::default().absences_to_lapse, 3);
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ClaimPolicy {
    /// Days from the first authoritative absence before a claim can lapse (rule CLAIM-13).
    pub grace_days: u16,
    /// Consecutive authoritative daily absences that a lapse needs at its end (rule C-07).
    pub absences_to_lapse: u16,
    /// What evidence of presence is enough.
    pub presence: PresenceAssurance,
    /// Days after which a claim that was never proved is given up; absent for never (rule C-05).
    #[serde(default)]
    pub pending_expiry_days: Option<u16>,
}

impl Default for ClaimPolicy {
    fn default() -> Self {
        Self {
            grace_days: 7,
            absences_to_lapse: 3,
            presence: PresenceAssurance::AnyLookup,
            pending_expiry_days: None,
        }
    }
}

/// What evidence is enough to believe that the record is there.
#[expect(clippy::exhaustive_enums, reason = "a policy switch of two positions")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PresenceAssurance {
    /// One completed lookup.
    #[default]
    AnyLookup,
    /// An authenticated answer, or the same answer from at least two networks.
    Authoritative,
}

#[cfg(test)]
mod tests {
    use super::super::{ChallengeToken, RecordPlacement, RecordPrefix};
    use super::*;

    /// Rule C-12.
    #[test]
    fn a_claim_covers_its_own_name_and_with_its_subdomains_what_is_below_it() {
        let claim = |scope| {
            let challenge = Challenge::new(
                DomainName::parse("example.com").unwrap(),
                RecordPrefix::parse("product").unwrap(),
                RecordPlacement::AtDomain,
                ChallengeToken::from_entropy([0; 20]),
            );
            let challenge = challenge.unwrap().with_scope(scope).unwrap();
            Claim::open(challenge, DateTime::UNIX_EPOCH)
        };
        let exact = claim(ClaimScope::ExactDomain);
        let wide = claim(ClaimScope::IncludeSubdomains);
        for (domain, covered, covered_by_wide) in [
            ("example.com", true, true),
            ("eng.example.com", false, true),
            ("example.org", false, false),
            ("eng.example.org", false, false),
            ("notexample.com", false, false),
        ] {
            let domain = MailDomain::parse(domain).unwrap();
            assert_eq!(exact.covers(&domain), covered, "{domain:?}");
            assert_eq!(wide.covers(&domain), covered_by_wide, "{domain:?}");
        }
    }
}
