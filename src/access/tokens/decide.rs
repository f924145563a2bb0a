//! Who may issue, replace and revoke a token.

use chrono::{DateTime, Utc};

use super::super::audit::{AuditActor, AuditName};
use super::super::claims::{Actor, is_fresh};
use super::super::decision::{Allowance, Decision, Fact, Outcome, Reason, Refusals, Warning};
use super::super::deny::DenyCode;
use super::super::effect::Effect;
use super::super::membership::Role;
use super::super::remedy::{RemedyAction, RemedyActor};
use super::super::rule::RuleId;
use super::super::settings::{Entitlement, Settings, SsoState, Switch};
use super::record::ConnectionTokens;
use super::secret::TokenSecret;

/// The facts of a change of tokens.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct TokenFacts<'a> {
    /// The organization's settings.
    pub settings: &'a Settings,
    /// The connection's tokens so far.
    pub tokens: &'a ConnectionTokens,
    /// How many domains the organization has verified.
    pub verified_domains: usize,
}

/// Decides whether `actor` may issue a token, in place of the one that is there.
///
/// `secret` is made of fresh entropy; the decision holds only its hash. The host shows the secret
/// when the decision is to allow, and forgets it.
/// [`Organization::decide_token_issue`](super::super::Organization::decide_token_issue) has an example.
pub fn decide_token_issue(
    facts: &TokenFacts<'_>,
    actor: &Actor,
    secret: &TokenSecret,
    now: DateTime<Utc>,
) -> Decision {
    let mut refusals = Refusals::new();
    check_role(actor, &mut refusals);
    check_setup(facts, &mut refusals);
    let decision = refusals.into_decision(None).unwrap_or_else(|| {
        match is_fresh(actor, facts.settings, now) {
            true => issued(facts, actor, secret, now),
            false => Decision::new(Outcome::StepUp, vec![Reason::new(RuleId::C_39, [])]),
        }
    });
    let by = AuditActor::User(actor.user.clone());
    decision.audited(AuditName::TokenIssue, by, None)
}

fn issued(
    facts: &TokenFacts<'_>,
    actor: &Actor,
    secret: &TokenSecret,
    now: DateTime<Utc>,
) -> Decision {
    let overlap = facts.settings.token_overlap_minutes;
    let rule = match (facts.tokens.active(), overlap) {
        (Some(active), _) if active.hash == secret.hash() => {
            return Decision::new(Outcome::NoEffect, vec![Reason::new(RuleId::TOKEN_01, [])]);
        }
        (None, _) => RuleId::TOKEN_01,
        (Some(_), 0) => RuleId::TOKEN_04,
        (Some(_), _) => RuleId::C_22,
    };
    let by = actor.user.clone();
    let tokens = facts.tokens.with_issued(secret.hash(), by, overlap, now);
    let mut decision = changed(rule, tokens);
    if facts.settings.idp_managed_access == Switch::Off {
        decision.warnings.push(Warning::DriftRisk);
    }
    decision
}

fn changed(rule: RuleId, tokens: ConnectionTokens) -> Decision {
    let reasons = vec![Reason::new(rule, [])];
    let mut decision = Decision::new(Outcome::Allow(Allowance::Change), reasons);
    decision.next_wake = tokens.retires_at();
    decision.with_effects(vec![Effect::RecordTokens(Box::new(tokens))])
}

/// Decides whether `actor` may revoke the connection's tokens without a new one (rule C-22). That
/// only takes power away, so that a plan that ended does not matter.
/// [`Organization::decide_token_issue`](super::super::Organization::decide_token_issue) has an example.
pub fn decide_token_revoke(facts: &TokenFacts<'_>, actor: &Actor, now: DateTime<Utc>) -> Decision {
    let mut refusals = Refusals::new();
    check_role(actor, &mut refusals);
    let revoked = facts.tokens.revoked(now);
    let decision = refusals.into_decision(None).unwrap_or_else(|| {
        if facts.tokens.active().is_none() && facts.tokens.retires_at().is_none() {
            Decision::new(Outcome::NoEffect, vec![Reason::new(RuleId::TOKEN_05, [])])
        } else {
            changed(RuleId::TOKEN_05, revoked)
        }
    });
    let by = AuditActor::User(actor.user.clone());
    decision.audited(AuditName::TokenRevoke, by, None)
}

/// Refuses to show a secret again, to whomever (rule TOKEN-02).
///
/// ```
/// use vestibule::access::{Actor, DenyCode, Outcome, Role, decide_token_read};
/// use vestibule::identity::UserId;
/// let owner = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: None };
/// let refused = Outcome::Deny { code: DenyCode::SecretShownOnce, route: None };
/// assert_eq!(decide_token_read(&owner).outcome, refused);
/// ```
pub fn decide_token_read(actor: &Actor) -> Decision {
    let mut refusals = Refusals::new();
    refusals.push(DenyCode::SecretShownOnce, Reason::new(RuleId::TOKEN_02, []));
    check_role(actor, &mut refusals);
    let reasons = vec![Reason::new(RuleId::TOKEN_02, [])];
    let refused = refusals.into_decision(None);
    let refused = refused.unwrap_or_else(|| Decision::new(Outcome::NoEffect, reasons));
    let by = AuditActor::User(actor.user.clone());
    refused.audited(AuditName::TokenRead, by, None)
}

fn check_role(actor: &Actor, refusals: &mut Refusals) {
    if !matches!(actor.role, Role::Owner | Role::Admin) {
        let reason = Reason::new(RuleId::PLAN_06, [Fact::Role(actor.role)]);
        refusals.push(DenyCode::RoleRequired, reason);
    }
}

fn check_setup(facts: &TokenFacts<'_>, refusals: &mut Refusals) {
    let settings = facts.settings;
    let by = RemedyActor::OwnerOrAdmin;
    let entitlement = match settings.entitlement {
        Entitlement::Active => None,
        Entitlement::Lapsed => Some(RuleId::C_01),
        Entitlement::None => Some(RuleId::PLAN_02),
    };
    if let Some(rule) = entitlement {
        let setting = Fact::setting("entitlement", &settings.entitlement);
        let reason = Reason::new(rule, [setting]).with_remedy(RemedyAction::RenewPlan, by);
        refusals.push(DenyCode::PlanNotEntitled, reason);
    }
    if settings.sso != SsoState::Enabled {
        let setting = Fact::setting("sso", &settings.sso);
        let reason = Reason::new(RuleId::C_42, [setting]);
        let reason = reason.with_remedy(RemedyAction::ChangeSetting, by);
        refusals.push(DenyCode::SsoRequiredForDirectory, reason);
    }
    if facts.verified_domains == 0 {
        let reason = Reason::new(RuleId::CLAIM_21, []).with_remedy(RemedyAction::VerifyDomain, by);
        refusals.push(DenyCode::NoVerifiedDomain, reason);
    }
}
