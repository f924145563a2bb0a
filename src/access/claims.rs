//! Claiming a domain, and what an observation of its record changes.
//!
//! The host keeps one register of which organization holds which domain, and asks it in the same
//! transaction in which it carries the effects out.

use chrono::{DateTime, Utc};

use super::audit::{AuditActor, AuditName, ValueChange};
use super::decision::{Allowance, Decision, Fact, Outcome, Reason, Refusals, Warning};
use super::deny::DenyCode;
use super::effect::{Effect, Notice};
use super::family::FamilyPlace;
use super::membership::Role;
use super::remedy::{RemedyAction, RemedyActor};
use super::rule::RuleId;
use super::settings::{Entitlement, Settings};
use super::step_up::is_recent;
use crate::domain::{
    Challenge, ChallengeToken, Claim, ClaimChange, ClaimScope, ClaimState, ClaimStep, DomainError,
    DomainHolder, DomainName, Observation, SHARED_DOMAINS_VERSION, TokenStanding,
};
use crate::identity::{Personal, UserId};

mod hand_over;

pub use hand_over::{HandOverFacts, decide_release, decide_transfer};

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
    /// How many domains the organization has claimed.
    pub claims: usize,
    /// The organization's place in a family: a linked one claims nothing itself.
    pub place: FamilyPlace,
}

/// What is claimed.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClaimRequest {
    /// The domain as typed.
    pub domain: String,
    /// Which addresses the claim is to cover.
    pub scope: ClaimScope,
    /// Made of fresh entropy; used only if a claim is opened.
    pub token: ChallengeToken,
}

impl ClaimRequest {
    /// A claim to exactly this domain.
    /// [`Organization::decide_claim`](super::Organization::decide_claim) has an example.
    #[must_use]
    pub fn exact(domain: impl Into<String>, token: ChallengeToken) -> Self {
        Self {
            domain: domain.into(),
            scope: ClaimScope::ExactDomain,
            token,
        }
    }
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
    /// For how many seconds resolvers keep the answer that nothing is there, if the host knows it.
    pub negative_ttl_secs: Option<u32>,
}

/// Decides whether `actor` may claim a domain.
///
/// Claiming again a domain that the organization has claimed for the same addresses has no effect
/// and keeps the token, unless the claim lapsed and another organization held the domain since: then
/// a new claim takes its place.
/// [`Organization::decide_claim`](super::Organization::decide_claim) has an example.
pub fn decide_claim(
    facts: &ClaimFacts<'_>,
    actor: &Actor,
    request: &ClaimRequest,
    now: DateTime<Utc>,
) -> Decision {
    let by = AuditActor::User(actor.user.clone());
    let decision = claim(facts, actor, request, now);
    let domain = DomainName::parse_with(&request.domain, &facts.settings.domain_lists).ok();
    recorded(decision, AuditName::DomainClaim, by, facts.own_claim).with_domain(domain)
}

/// The decision with its audit event, which says how the state of the claim changes.
fn recorded(
    decision: Decision,
    name: AuditName,
    actor: AuditActor,
    old: Option<&Claim>,
) -> Decision {
    let state = |claim: &Claim| claim.state().as_str();
    let before = old.map(state);
    let after = decision.effects.iter().find_map(|effect| match effect {
        Effect::RecordClaim(new) => Some(Some(state(new))),
        Effect::DropClaim { .. } => Some(None),
        _ => None,
    });
    let values = after
        .filter(|after| *after != before)
        .map(|after| ValueChange {
            attribute: "claim".to_owned(),
            old: before.map(Personal::new),
            new: after.map(Personal::new),
        });
    let domain = old.map(|claim| claim.domain().clone());
    let decision = decision.audited(name, actor, None);
    decision
        .with_domain(domain)
        .with_values(values.into_iter().collect())
}

fn claim(
    facts: &ClaimFacts<'_>,
    actor: &Actor,
    request: &ClaimRequest,
    now: DateTime<Utc>,
) -> Decision {
    let mut refusals = Refusals::new();
    check_actor(facts, actor, &mut refusals);
    if let FamilyPlace::Linked { admin, .. } = &facts.place {
        let read = [Fact::Organization(admin.clone())];
        let by = RemedyActor::OwnerOrAdminOfAdminOrganization;
        let reason =
            Reason::new(RuleId::SHARED_02, read).with_remedy(RemedyAction::VerifyDomain, by);
        refusals.push(DenyCode::SettledByAdminOrganization, reason);
    }
    let challenge = challenge(facts.settings, request);
    match &challenge {
        Err(error) => {
            let lists = Fact::found("shared_domains", "absent", SHARED_DOMAINS_VERSION);
            let reason = Reason::new(RuleId::CLAIM_24, [Fact::domain_error(error), lists]);
            refusals.push(DenyCode::InvalidDomain, reason);
            refusals.push(DenyCode::InvalidDomain, Reason::new(RuleId::C_11, []));
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
        (Some(own), _)
            if !is_dead(own, facts.holder) && own.challenge().scope() == request.scope =>
        {
            let mut decision =
                Decision::new(Outcome::NoEffect, vec![Reason::new(RuleId::CLAIM_23, [])]);
            decision.next_wake = Some(own.next_check_at());
            decision
        }
        (_, Ok(challenge)) => opened(facts, Claim::open(challenge, now)),
        (_, Err(_)) => Refusals::new().denied(None),
    }
}

fn opened(facts: &ClaimFacts<'_>, claim: Claim) -> Decision {
    let mut rules = vec![RuleId::CLAIM_04, RuleId::CLAIM_10, RuleId::C_06];
    if claim.challenge().scope() == ClaimScope::IncludeSubdomains {
        rules.insert(0, RuleId::C_12);
    } else if facts.claims > 0 {
        rules.insert(0, RuleId::CLAIM_18);
    }
    let reasons = rules
        .into_iter()
        .map(|rule| Reason::new(rule, []))
        .collect();
    let mut decision = Decision::new(Outcome::Allow(Allowance::Change), reasons);
    decision.next_wake = Some(claim.next_check_at());
    decision.with_effects(vec![Effect::RecordClaim(Box::new(claim))])
}

fn challenge(settings: &Settings, request: &ClaimRequest) -> Result<Challenge, DomainError> {
    let domain = DomainName::parse_with(&request.domain, &settings.domain_lists)?;
    let prefix = settings.record_prefix.clone();
    let token = request.token.clone();
    let challenge = Challenge::new(domain, prefix, settings.record_placement, token)?;
    let challenge = match settings.record_label.clone() {
        Some(label) => challenge.with_label(label)?,
        None => challenge,
    };
    challenge.with_scope(request.scope)
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

/// Whether the actor proved who they are a short while ago (rules PLAN-07, PLAN-08 and C-39).
pub(super) fn is_fresh(actor: &Actor, settings: &Settings, now: DateTime<Utc>) -> bool {
    actor
        .proved_at
        .is_some_and(|at| is_recent(settings, at, now))
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
/// [`Organization::decide_domain_check`](super::Organization::decide_domain_check) has an example.
pub fn decide_domain_check(
    facts: &DomainCheckFacts<'_>,
    observation: Observation,
    now: DateTime<Utc>,
) -> Decision {
    let mut step = facts
        .claim
        .observe(observation, facts.holder, &facts.settings.claims, now);
    if let (Observation::Absent { .. }, Some(secs)) = (observation, facts.negative_ttl_secs) {
        step.claim = step.claim.with_negative_ttl(secs, now);
    }
    let mut decision = changed(facts, &step, observation, now);
    if step.change == ClaimChange::Expired {
        let effect = Effect::DropClaim {
            domain: step.claim.domain().clone(),
        };
        decision.effects.insert(0, effect);
        return by_timer(facts, decision);
    }
    decision.next_wake = Some(step.claim.next_check_at());
    if step.claim != *facts.claim {
        let record = Effect::RecordClaim(Box::new(step.claim));
        decision.effects.insert(0, record);
    }
    by_timer(facts, decision.with_warnings(record_warnings(observation)))
}

fn by_timer(facts: &DomainCheckFacts<'_>, decision: Decision) -> Decision {
    let (name, claim) = (AuditName::DomainCheck, Some(facts.claim));
    recorded(decision, name, AuditActor::Timer, claim)
}

fn changed(
    facts: &DomainCheckFacts<'_>,
    step: &ClaimStep,
    observation: Observation,
    now: DateTime<Utc>,
) -> Decision {
    let domain = || facts.claim.domain().clone();
    let (rule, notices) = match step.change {
        ClaimChange::HeldByAnother => {
            let mut refusals = Refusals::new();
            let code = DenyCode::DomainHeldByOtherOrganization;
            refusals.push(code, Reason::new(RuleId::CLAIM_05, []));
            refusals.push(code, Reason::new(RuleId::C_04, []));
            return refusals.denied(None);
        }
        ClaimChange::TokenSpent => {
            return Decision::new(Outcome::NoEffect, vec![Reason::new(RuleId::C_08, [])]);
        }
        ClaimChange::Unchanged => return unchanged(facts, step, observation, now),
        ClaimChange::Expired => (
            RuleId::C_05,
            vec![Notice::ClaimExpired { domain: domain() }],
        ),
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

/// Which rule keeps the claim as it is; and a reminder while its record is missing.
fn unchanged(
    facts: &DomainCheckFacts<'_>,
    step: &ClaimStep,
    observation: Observation,
    now: DateTime<Utc>,
) -> Decision {
    let wrong = matches!(observation, Observation::WrongValue { .. });
    let rules: &[RuleId] = match step.claim.state() {
        ClaimState::Pending if wrong => &[RuleId::CLAIM_09, RuleId::CLAIM_07, RuleId::C_05],
        ClaimState::Pending => &[RuleId::CLAIM_07, RuleId::C_05],
        ClaimState::Verified { .. } => &[RuleId::CLAIM_12],
        ClaimState::Missing { .. } => &[RuleId::C_07, RuleId::CLAIM_14],
        ClaimState::Lapsed { .. } => &[RuleId::CLAIM_17],
    };
    let reasons = rules.iter().map(|rule| Reason::new(*rule, [])).collect();
    let notice = reminder(facts, step.claim.state(), now).map(Effect::Notify);
    Decision::new(Outcome::NoEffect, reasons).with_effects(notice.into_iter().collect())
}

/// Days of absence on which the Owners and Admins are reminded.
const REMINDED_DAYS: [i64; 4] = [1, 3, 5, 6];

fn reminder(
    facts: &DomainCheckFacts<'_>,
    state: &ClaimState,
    now: DateTime<Utc>,
) -> Option<Notice> {
    let ClaimState::Missing { missing_since, .. } = state else {
        return None;
    };
    let days = |at: DateTime<Utc>| at.signed_duration_since(*missing_since).num_days();
    let (last, today) = (days(facts.claim.observed_at()?), days(now));
    let due = REMINDED_DAYS.iter().any(|day| last < *day && *day <= today);
    let grace = i64::from(facts.settings.claims.grace_days);
    due.then(|| Notice::DomainStillMissing {
        domain: facts.claim.domain().clone(),
        days_left: grace.saturating_sub(today).max(0),
    })
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
