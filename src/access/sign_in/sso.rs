//! Steps 4 to 6 of the order: the sign-on, and the way to it.

use chrono::{DateTime, Utc};

use super::super::effect::{Effect, Notice};
use super::super::facts::{AddressEra, ClaimCoverage, ConnectionFacts, SubjectBinding};
use super::super::settings::IdpInitiated;
use super::{
    Allowance, AssertedIdentity, Decision, DenyCode, DomainClass, Fact, MembershipFact, Outcome,
    Reason, Refusals, RemedyAction, RemedyActor, RuleId, SignInFacts, SsoStarted, SsoState, Switch,
    Warning, domain, foreign_route, is_sso_on, join, named, names_warning, own_route, role,
};
use crate::domain::EmailAddress;

/// An accepted assertion.
pub(super) fn decide(
    facts: &SignInFacts<'_>,
    identity: &AssertedIdentity,
    started: SsoStarted,
    mut refusals: Refusals,
    now: DateTime<Utc>,
) -> Decision {
    check_return(facts, &mut refusals);
    check_start(facts, started, &mut refusals);
    // 4. The connection, its certificate, the domain; then what the account is bound to.
    check_connection(facts, identity, &mut refusals, now);
    check_domain(facts, identity, &mut refusals);
    check_binding(facts, &mut refusals);
    // 6. Without managed access nobody joins.
    let managed = facts.settings.idp_managed_access;
    let is_member = facts
        .person
        .as_ref()
        .is_some_and(|person| person.member.is_some());
    let is_known = facts.person.is_some() || has_address(identity);
    if !is_member && is_known && managed == Switch::Off {
        let read = [
            Fact::Membership(MembershipFact::None),
            Fact::setting("idp_managed_access", &managed),
        ];
        let reason = Reason::new(RuleId::LOGIN_13, read)
            .with_remedy(RemedyAction::InviteManually, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::NotAMember, reason);
        refusals.push(DenyCode::NotAMember, Reason::new(RuleId::JIT_01, []));
    }
    match refusals.into_decision(None) {
        Some(denied) => denied.with_effects(security_notice(facts, identity)),
        None => entered(facts, identity, started),
    }
}

/// Rules JIT-09 and C-21: what is refused for deactivation is refused under managed access too.
fn check_return(facts: &SignInFacts<'_>, refusals: &mut Refusals) {
    if !refusals.is_empty()
        && super::deactivated(facts.person.as_ref()).is_some()
        && facts.settings.idp_managed_access == Switch::On
    {
        refusals.push(DenyCode::UserDeactivated, Reason::new(RuleId::JIT_09, []));
    }
}

/// Rule SSO-20.
fn check_start(facts: &SignInFacts<'_>, started: SsoStarted, refusals: &mut Refusals) {
    let setting = facts.settings.idp_initiated;
    if started == SsoStarted::AtIdentityProvider && setting == IdpInitiated::Refuse {
        let read = [Fact::setting("idp_initiated", &setting)];
        let reason = Reason::new(RuleId::SSO_20, read)
            .with_remedy(RemedyAction::UseSso, RemedyActor::Person);
        refusals.push(DenyCode::IdpInitiatedRefused, reason);
    }
}

/// Whether a sign-on through the connection could succeed now, as far as can be seen from here.
pub(super) fn may_succeed(facts: &SignInFacts<'_>, now: DateTime<Utc>) -> bool {
    let end = facts
        .connection
        .as_ref()
        .and_then(|connection| connection.certificate_not_after);
    is_sso_on(facts) && end.is_some_and(|end| end > now)
}

/// A person who typed an address and wants to sign on.
pub(super) fn start(facts: &SignInFacts<'_>, mut refusals: Refusals) -> Decision {
    let route = match (&facts.domain, foreign_route(facts)) {
        (_, Some(route)) => route,
        (DomainClass::OwnVerified, None) => {
            if !is_sso_on(facts) {
                refusals.push(DenyCode::SsoDisabled, sso_off(facts.settings.sso));
            }
            own_route(facts)
        }
        (lapsed_or_unclaimed, None) => {
            let rule = match (lapsed_or_unclaimed, facts.coverage) {
                (DomainClass::OwnLapsed, _) => RuleId::CLAIM_19,
                (_, ClaimCoverage::ParentOnly) => RuleId::CLAIM_25,
                _ => RuleId::CLAIM_01,
            };
            let reason = Reason::new(rule, [domain(facts)])
                .with_remedy(RemedyAction::VerifyDomain, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::DomainNotClaimed, reason);
            own_route(facts)
        }
    };
    refusals.into_decision(None).unwrap_or_else(|| {
        let mut reasons = vec![Reason::new(RuleId::SSO_21, [domain(facts)])];
        let covered = facts.coverage == ClaimCoverage::Subdomain;
        reasons.extend(covered.then(|| Reason::new(RuleId::C_12, [])));
        Decision::new(Outcome::Route(route), reasons)
    })
}

/// 5 and 6. Everything holds: a member enters, somebody else joins.
fn entered(facts: &SignInFacts<'_>, identity: &AssertedIdentity, started: SsoStarted) -> Decision {
    let mut decision = match role(facts) {
        Some(role) => {
            let rule = match facts.settings.idp_managed_access {
                Switch::Off => RuleId::LOGIN_12,
                Switch::On => RuleId::JIT_08,
            };
            let reasons = vec![Reason::new(rule, [Fact::Role(role)])];
            let effects = link(facts, identity).into_iter().collect();
            Decision::new(Outcome::Allow(Allowance::Member(role)), reasons).with_effects(effects)
        }
        None => join::decide(facts, identity),
    };
    let differs = identity.email.as_ref().is_some_and(|asserted| {
        facts.person.as_ref().is_some_and(|person| {
            !person
                .address
                .expose()
                .eq_ignore_ascii_case(asserted.expose())
        })
    });
    let mut warnings = names_warning(identity);
    let unnamed = !warnings.is_empty();
    let started = started == SsoStarted::AtIdentityProvider;
    let covered = facts.coverage == ClaimCoverage::Subdomain;
    for (rule, fires) in [
        (RuleId::SSO_12, unnamed),
        (RuleId::SSO_20, started),
        (RuleId::C_12, covered),
    ] {
        decision
            .reasons
            .extend(fires.then(|| Reason::new(rule, [])));
    }
    warnings.extend(differs.then_some(Warning::AddressDiffers));
    decision.with_warnings(warnings)
}

/// Binds the account to the subject at the first sign-on, where the subject is a lasting one.
pub(super) fn link(facts: &SignInFacts<'_>, identity: &AssertedIdentity) -> Option<Effect> {
    let user = match &facts.person {
        Some(person) => person.user.clone(),
        None => facts.new_user.clone(),
    };
    let subject = identity.subject.clone()?;
    (facts.binding == SubjectBinding::Unbound).then(|| Effect::LinkSubject {
        connection: identity.connection.clone(),
        subject,
        user,
    })
}

fn check_connection(
    facts: &SignInFacts<'_>,
    identity: &AssertedIdentity,
    refusals: &mut Refusals,
    now: DateTime<Utc>,
) {
    let connection = facts
        .connection
        .as_ref()
        .filter(|connection| connection.connection == identity.connection);
    let state = facts.settings.sso;
    if connection.is_none() || state != SsoState::Enabled {
        refusals.push(DenyCode::SsoDisabled, sso_off(state));
    }
    let configured = connection.filter(|_| state != SsoState::NotConfigured);
    let expired = |connection: &ConnectionFacts| {
        let end = connection.certificate_not_after;
        end.is_none_or(|end| end <= now)
    };
    if configured.is_some_and(expired) {
        let reason = Reason::new(RuleId::SSO_04, [])
            .with_remedy(RemedyAction::ReplaceCertificate, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::CertificateExpired, reason);
    }
}

fn sso_off(state: SsoState) -> Reason {
    let rule = match state {
        SsoState::Disabled => RuleId::SSO_19,
        SsoState::Enabled | SsoState::NotConfigured => RuleId::LOGIN_07,
    };
    Reason::new(rule, [Fact::setting("sso", &state)])
        .with_remedy(RemedyAction::ChangeSetting, RemedyActor::OwnerOrAdmin)
}

/// The asserted address is judged, and the account's own where somebody would join by it: a subject
/// that is bound to an account elsewhere does not bring that account in.
fn check_domain(facts: &SignInFacts<'_>, identity: &AssertedIdentity, refusals: &mut Refusals) {
    if has_address(identity) {
        check_class(&facts.domain, facts.coverage, refusals);
    }
    let joining = facts
        .person
        .as_ref()
        .filter(|person| person.member.is_none());
    if let Some(person) = joining.filter(|person| person.domain != facts.domain) {
        check_class(&person.domain, ClaimCoverage::Exact, refusals);
    }
}

fn check_class(class: &DomainClass, coverage: ClaimCoverage, refusals: &mut Refusals) {
    let (code, rule) = match class {
        DomainClass::OwnVerified => return,
        DomainClass::ForeignVerified { .. } => {
            (DenyCode::DomainHeldByOtherOrganization, RuleId::LOGIN_15)
        }
        DomainClass::OwnLapsed => (DenyCode::EmailOutsideVerifiedDomains, RuleId::CLAIM_19),
        DomainClass::Unclaimed if coverage == ClaimCoverage::ParentOnly => {
            (DenyCode::EmailOutsideVerifiedDomains, RuleId::C_12)
        }
        DomainClass::Unclaimed => (DenyCode::EmailOutsideVerifiedDomains, RuleId::LOGIN_14),
    };
    let reason = Reason::new(rule, [Fact::Domain(class.clone())])
        .with_remedy(RemedyAction::VerifyDomain, RemedyActor::OwnerOrAdmin);
    refusals.push(code, reason);
}

/// Without an address there is neither a domain nor a person to judge.
fn has_address(identity: &AssertedIdentity) -> bool {
    let email = identity.email.as_ref();
    email.is_some_and(|email| EmailAddress::parse(email.expose()).is_ok())
}

fn check_binding(facts: &SignInFacts<'_>, refusals: &mut Refusals) {
    let earlier = facts
        .person
        .as_ref()
        .is_some_and(|person| person.era == AddressEra::Earlier);
    let ours = facts.domain == DomainClass::OwnVerified;
    if facts.binding == SubjectBinding::Unbound && earlier && ours {
        let read = Vec::from_iter(facts.person.as_ref().and_then(named));
        let reason = Reason::new(RuleId::BIND_02, read)
            .with_remedy(RemedyAction::InviteManually, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::AccountOfEarlierHolder, reason);
    }
    if matches!(
        facts.binding,
        SubjectBinding::AnotherSubject | SubjectBinding::NotLookedUp
    ) {
        let read = Vec::from_iter(facts.person.as_ref().and_then(named));
        let reason = Reason::new(RuleId::BIND_01, read)
            .with_remedy(RemedyAction::CorrectMapping, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::SubjectMismatch, reason);
    }
}

fn security_notice(facts: &SignInFacts<'_>, identity: &AssertedIdentity) -> Vec<Effect> {
    match &facts.domain {
        DomainClass::ForeignVerified { .. } if has_address(identity) => {
            let connection = identity.connection.clone();
            vec![Effect::Notify(Notice::ForeignDomainAsserted { connection })]
        }
        _ => Vec::new(),
    }
}
