//! Giving a claim up, and moving it inside a family.

use chrono::{DateTime, Utc};

use super::super::administration::check_entitlement;
use super::super::decision::{Allowance, Decision, Fact, Outcome, Reason, Refusals, Warning};
use super::super::settings::{SsoState, Switch};
use super::{
    Actor, AuditActor, AuditName, Claim, DenyCode, Effect, Notice, Role, RuleId, Settings,
    is_fresh, recorded,
};
use crate::identity::OrganizationId;

/// The facts of a claim that is given up or moved.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct HandOverFacts<'a> {
    /// The settings of the organization that has the claim.
    pub settings: &'a Settings,
    /// The claim.
    pub claim: &'a Claim,
    /// How many members have an address of the domain.
    pub members: usize,
    /// The other organizations of the family: a claim moves to one of them only.
    pub family: &'a [OrganizationId],
}

/// Decides whether a claim is given up (rules CLAIM-17 and X-14).
///
/// Its token is forgotten with it: to claim the domain again needs a new one (rule C-08). Where
/// people sign on by it now, a warning says that this stops.
/// [`Organization::decide_release`](super::super::Organization::decide_release) has an example.
pub fn decide_release(facts: &HandOverFacts<'_>, actor: &Actor, now: DateTime<Utc>) -> Decision {
    let domain = facts.claim.domain().clone();
    let in_use = facts.claim.is_verified() && facts.settings.sso == SsoState::Enabled;
    let mut effects = vec![Effect::DropClaim {
        domain: domain.clone(),
    }];
    let mut rules = vec![RuleId::CLAIM_17];
    let mut warnings = Vec::new();
    if in_use {
        rules.push(RuleId::X_14);
        warnings.push(Warning::SsoOutage(domain.clone()));
    }
    if in_use && facts.settings.require_sso == Switch::On {
        let members = facts.members;
        effects.push(Effect::Notify(Notice::SsoEnforcementLost {
            domain,
            members,
        }));
    }
    let refusals = check_role(actor);
    let decision = settled(facts, actor, refusals, &rules, effects, now);
    let by = AuditActor::User(actor.user.clone());
    let decision = decision.with_warnings_if_allowed(warnings);
    recorded(decision, AuditName::DomainRelease, by, Some(facts.claim))
}

/// Decides whether a claim moves to another organization of the family, verified as it is.
///
/// [`Organization::decide_transfer`](super::super::Organization::decide_transfer) has an example.
pub fn decide_transfer(
    facts: &HandOverFacts<'_>,
    actor: &Actor,
    to: &OrganizationId,
    now: DateTime<Utc>,
) -> Decision {
    let mut refusals = check_role(actor);
    check_entitlement(facts.settings, &mut refusals);
    if !facts.family.contains(to) {
        let reason = Reason::new(RuleId::X_13, [Fact::Organization(to.clone())]);
        refusals.push(DenyCode::NotInFamily, reason);
    }
    let effects = vec![Effect::TransferClaim {
        domain: facts.claim.domain().clone(),
        to: to.clone(),
    }];
    let decision = settled(facts, actor, refusals, &[RuleId::X_13], effects, now);
    let by = AuditActor::User(actor.user.clone());
    recorded(decision, AuditName::DomainTransfer, by, Some(facts.claim))
}

fn check_role(actor: &Actor) -> Refusals {
    let mut refusals = Refusals::new();
    if !matches!(actor.role, Role::Owner | Role::Admin) {
        let reason = Reason::new(RuleId::PLAN_05, [Fact::Role(actor.role)]);
        refusals.push(DenyCode::RoleRequired, reason);
    }
    refusals
}

fn settled(
    facts: &HandOverFacts<'_>,
    actor: &Actor,
    refusals: Refusals,
    rules: &[RuleId],
    effects: Vec<Effect>,
    now: DateTime<Utc>,
) -> Decision {
    if let Some(denied) = refusals.into_decision(None) {
        return denied;
    }
    if !is_fresh(actor, facts.settings, now) {
        return Decision::new(Outcome::StepUp, vec![Reason::new(RuleId::C_39, [])]);
    }
    let reasons = rules.iter().map(|rule| Reason::new(*rule, [])).collect();
    Decision::new(Outcome::Allow(Allowance::Change), reasons).with_effects(effects)
}
