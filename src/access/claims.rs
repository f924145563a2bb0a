//! Claiming a domain, and what an observation of its record changes.
//!
//! The host keeps one register of which organization holds which domain, and asks it in the same
//! transaction in which it carries the effects out.

use chrono::{DateTime, TimeDelta, Utc};

use super::audit::{AuditActor, AuditName};
use super::decision::{
    Allowance, Decision, Fact, Outcome, Reason, Refusals, RemedyAction, RemedyActor, Warning,
};
use super::deny::DenyCode;
use super::effect::{Effect, Notice};
use super::membership::Role;
use super::rule::RuleId;
use super::settings::{Entitlement, Settings};
use crate::domain::{
    Challenge, ChallengeToken, Claim, ClaimChange, ClaimState, DomainError, DomainHolder,
    DomainName, Observation, TokenStanding,
};
use crate::identity::UserId;

/// The person who asks, as the host's own session knows them.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// Their role in the organization.
    pub role: Role,
    /// When they last proved who they are, by a password or a sign-on (rule C-39).
    pub proved_at: Option<DateTime<Utc>>,
}

/// The facts of a new claim.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct ClaimFacts<'a> {
    /// The organization's settings.
    pub settings: &'a Settings,
    /// The organization's own claim to the domain, in whatever state.
    pub own_claim: Option<&'a Claim>,
    /// Who else holds the domain.
    pub holder: DomainHolder,
}

/// The facts of an observation.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct DomainCheckFacts<'a> {
    /// The organization's settings.
    pub settings: &'a Settings,
    /// The claim whose record was looked for.
    pub claim: &'a Claim,
    /// Who else holds the domain.
    pub holder: DomainHolder,
    /// How many members have an address of the domain.
    pub members: usize,
}

/// Decides whether `actor` may claim `domain`, as typed.
///
/// `token` is made of fresh entropy; it is used only if a claim is opened. Claiming again a domain
/// that the organization has claimed has no effect and keeps the token, unless the claim lapsed
/// and another organization held the domain since: then a new claim takes its place.
/// [`Organization::claim_domain`](super::Organization::claim_domain) has an example.
pub fn decide_claim(
    facts: &ClaimFacts<'_>,
    actor: &Actor,
    domain: &str,
    token: ChallengeToken,
    now: DateTime<Utc>,
) -> Decision {
    claim(facts, actor, domain, token, now).audited(
        AuditName::DomainClaim,
        AuditActor::User(actor.user.clone()),
        None,
    )
}

fn claim(
    facts: &ClaimFacts<'_>,
    actor: &Actor,
    domain: &str,
    token: ChallengeToken,
    now: DateTime<Utc>,
) -> Decision {
    let mut refusals = Refusals::new();
    check_actor(facts, actor, &mut refusals);
    let challenge = challenge(facts.settings, domain, token);
    match &challenge {
        Err(error) => {
            let reason = Reason::new(RuleId::CLAIM_24, [Fact::domain_error(error)]);
            refusals.push(DenyCode::InvalidDomain, reason);
        }
        Ok(_) if facts.holder == DomainHolder::Another => {
            let code = DenyCode::DomainHeldByOtherOrganization;
            refusals.push(code, Reason::new(RuleId::CLAIM_05, []));
        }
        Ok(_) => {}
    }
    if let Some(denied) = refusals.into_decision(None) {
        return denied;
    }
    if !is_fresh(actor, facts.settings, now) {
        return Decision::new(Outcome::StepUp, vec![Reason::new(RuleId::PLAN_07, [])]);
    }
    match (facts.own_claim, challenge) {
        (Some(own), _) if !is_dead(own, facts.holder) => {
            let mut decision =
                Decision::new(Outcome::NoEffect, vec![Reason::new(RuleId::CLAIM_23, [])]);
            decision.next_wake = Some(own.next_check_at());
            decision
        }
        (_, Ok(challenge)) => opened(Claim::open(challenge, now)),
        (_, Err(_)) => Decision::new(Outcome::NoEffect, Vec::new()),
    }
}

fn opened(claim: Claim) -> Decision {
    let reasons = vec![Reason::new(RuleId::CLAIM_04, [])];
    let mut decision = Decision::new(Outcome::Allow(Allowance::Change), reasons);
    decision.next_wake = Some(claim.next_check_at());
    decision.with_effects(vec![Effect::RecordClaim(Box::new(claim))])
}

fn challenge(
    settings: &Settings,
    domain: &str,
    token: ChallengeToken,
) -> Result<Challenge, DomainError> {
    let domain = DomainName::parse(domain)?;
    let prefix = settings.record_prefix.clone();
    Challenge::new(domain, prefix, settings.record_placement, token)
}

fn check_actor(facts: &ClaimFacts<'_>, actor: &Actor, refusals: &mut Refusals) {
    if !matches!(actor.role, Role::Owner | Role::Admin) {
        let reason = Reason::new(RuleId::PLAN_05, [Fact::Role(actor.role)]);
        refusals.push(DenyCode::RoleRequired, reason);
    }
    let rule = match facts.settings.entitlement {
        Entitlement::Active => return,
        Entitlement::Lapsed => RuleId::C_01,
        Entitlement::None => RuleId::PLAN_01,
    };
    let setting = Fact::setting("entitlement", &facts.settings.entitlement);
    let reason = Reason::new(rule, [setting])
        .with_remedy(RemedyAction::RenewPlan, RemedyActor::OwnerOrAdmin);
    refusals.push(DenyCode::PlanNotEntitled, reason);
}

/// A proof from the future is no proof.
pub(super) fn is_fresh(actor: &Actor, settings: &Settings, now: DateTime<Utc>) -> bool {
    actor.proved_at.is_some_and(|at| {
        let age = now.signed_duration_since(at);
        age >= TimeDelta::zero() && age <= TimeDelta::minutes(i64::from(settings.step_up_minutes))
    })
}

/// Whether the claim lapsed and its token proves nothing any more, since another organization held
/// the domain: as the claim remembers, or as the register says before the next look (rule C-08).
fn is_dead(claim: &Claim, holder: DomainHolder) -> bool {
    let ClaimState::Lapsed { token, .. } = claim.state() else {
        return false;
    };
    *token == TokenStanding::Spent || holder == DomainHolder::NobodyAfterAnother
}

/// Decides what an observation of a claim's record changes.
///
/// [`Organization::observe_domain`](super::Organization::observe_domain) has an example.
pub fn decide_domain_check(
    facts: &DomainCheckFacts<'_>,
    observation: Observation,
    now: DateTime<Utc>,
) -> Decision {
    let step = facts
        .claim
        .observe(observation, facts.holder, &facts.settings.claims, now);
    let mut decision = changed(facts, step.change);
    decision.next_wake = Some(step.claim.next_check_at());
    if step.claim != *facts.claim {
        let record = Effect::RecordClaim(Box::new(step.claim));
        decision.effects.insert(0, record);
    }
    decision
        .with_warnings(record_warnings(observation))
        .audited(AuditName::DomainCheck, AuditActor::Timer, None)
}

fn changed(facts: &DomainCheckFacts<'_>, change: ClaimChange) -> Decision {
    let domain = || facts.claim.domain().clone();
    let (rule, notices) = match change {
        ClaimChange::HeldByAnother => {
            let mut refusals = Refusals::new();
            let code = DenyCode::DomainHeldByOtherOrganization;
            refusals.push(code, Reason::new(RuleId::CLAIM_05, []));
            return refusals
                .into_decision(None)
                .unwrap_or_else(|| Decision::new(Outcome::NoEffect, Vec::new()));
        }
        ClaimChange::TokenSpent | ClaimChange::Unchanged => {
            let rule = match change {
                ClaimChange::TokenSpent => RuleId::C_08,
                _ => RuleId::CLAIM_12,
            };
            return Decision::new(Outcome::NoEffect, vec![Reason::new(rule, [])]);
        }
        ClaimChange::Lapsed => (RuleId::CLAIM_13, lapse_notices(facts)),
        ClaimChange::Recovered => (RuleId::CLAIM_15, Vec::new()),
        ClaimChange::Reverified => (
            RuleId::CLAIM_16,
            vec![Notice::DomainVerified { domain: domain() }],
        ),
        ClaimChange::Verified => (
            RuleId::CLAIM_08,
            vec![Notice::DomainVerified { domain: domain() }],
        ),
        ClaimChange::WentMissing => (
            RuleId::CLAIM_14,
            vec![Notice::DomainMissing { domain: domain() }],
        ),
    };
    let reasons = vec![Reason::new(rule, [])];
    let effects = notices.into_iter().map(Effect::Notify).collect();
    Decision::new(Outcome::Allow(Allowance::Change), reasons).with_effects(effects)
}

fn lapse_notices(facts: &DomainCheckFacts<'_>) -> Vec<Notice> {
    let domain = facts.claim.domain().clone();
    vec![
        Notice::DomainLapsed {
            domain: domain.clone(),
        },
        Notice::SsoEnforcementLost {
            domain,
            members: facts.members,
        },
    ]
}

fn record_warnings(observation: Observation) -> Vec<Warning> {
    match observation {
        Observation::WrongValue { hint, .. } => vec![Warning::ChallengeRecord(hint)],
        Observation::Present { other_tokens, .. } if other_tokens > 0 => {
            vec![Warning::OtherTokens(other_tokens)]
        }
        Observation::Absent { assurance } if !assurance.is_authoritative() => {
            vec![Warning::AbsenceNotAuthoritative]
        }
        Observation::Absent { .. }
        | Observation::Indeterminate { .. }
        | Observation::Present { .. } => Vec::new(),
    }
}
