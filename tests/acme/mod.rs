//! An organization with single sign-on, a verified domain and one directory, and nobody in it.

use chrono::{DateTime, Utc};
use vestibule::access::{
    BrakeState, ConnectionFacts, Entitlement, GroupRemoval, Organization, Settings, SsoState,
    Switch,
};
use vestibule::domain::{
    Assurance, Challenge, ChallengeToken, Claim, ClaimPolicy, DomainHolder, DomainName,
    Observation, RecordPlacement, RecordPrefix,
};
use vestibule::identity::{ConnectionId, OrganizationId};

pub(crate) fn start() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

pub(crate) fn okta() -> ConnectionId {
    ConnectionId::new("okta")
}

pub(crate) fn prefix() -> RecordPrefix {
    RecordPrefix::parse("product").unwrap()
}

/// Members whom a group leaves behind are deactivated; the brake knows the directory since `begun`.
pub(crate) fn empty_organization(begun: DateTime<Utc>) -> Organization {
    let mut settings = Settings::recommended(prefix());
    settings.entitlement = Entitlement::Active;
    settings.sso = SsoState::Enabled;
    settings.group_management = Switch::On;
    settings.group_removal = GroupRemoval::DeactivateOrphans;
    let mut organization = Organization::new(OrganizationId::new("acme"), settings);
    let domain = DomainName::parse("one.example").unwrap();
    let token = ChallengeToken::from_entropy([1; 20]);
    let challenge = Challenge::new(domain, prefix(), RecordPlacement::AtDomain, token).unwrap();
    let seen = Observation::Present {
        assurance: Assurance::Authenticated,
        other_tokens: 0,
    };
    let claim = Claim::open(challenge, start());
    let policy = ClaimPolicy::default();
    let verified = claim.observe(seen, DomainHolder::Nobody, &policy, start());
    organization.put_claim(verified.claim);
    organization.put_connection(ConnectionFacts::new(okta()));
    organization.put_brake(okta(), BrakeState::begun(begun));
    organization
}
