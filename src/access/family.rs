//! Organizations that share one sign-on: an Admin organization and those that are linked to it.
//!
//! A linked organization is governed by the settings and claims of its Admin organization; its own
//! are kept and count for nothing meanwhile. This module keeps no register of families: the facts
//! say who belongs to whom.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::administration::check_entitlement;
use super::audit::{AuditActor, AuditName};
use super::claims::{Actor, is_fresh};
use super::decision::{
    Allowance, Decision, Fact, MembershipFact, Outcome, Reason, Refusals, Warning,
};
use super::deny::DenyCode;
use super::effect::Effect;
use super::membership::Role;
use super::remedy::{RemedyAction, RemedyActor};
use super::rule::RuleId;
use super::settings::{Settings, Switch};
use crate::domain::DomainName;
use crate::identity::OrganizationId;

mod group;

pub use group::{FamilyGroupChange, FamilyGroupFacts, decide_family_group};

/// An organization's place in a family.
#[expect(clippy::exhaustive_enums, reason = "the three cases are the point")]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FamilyPlace {
    /// Its settings and claims hold for those that are linked to it.
    Admin,
    /// It is governed by another organization.
    Linked {
        /// By which.
        admin: OrganizationId,
        /// The actor's role there, if any.
        role_in_admin: Option<Role>,
    },
    /// It is alone.
    #[default]
    Standalone,
}

/// What somebody asks of a family.
#[expect(clippy::exhaustive_enums, reason = "a host offers each")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FamilyRequest {
    /// To make something in the organization that decides.
    Create(Owned),
    /// To link the organization that decides to another one, by a code that was made there.
    EnterCode {
        /// What the host's register says of the code.
        code: LinkCode,
    },
    /// To make a code that links another organization to the one that decides.
    MakeCode,
    /// To see or enter the organization that decides.
    Visit,
}

/// What an organization may have, and an Admin organization may not (rule X-04).
#[expect(clippy::exhaustive_enums, reason = "a host must sort each")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Owned {
    /// A plan.
    Plan,
    /// A project.
    Project,
    /// A service account.
    ServiceAccount,
    /// A Team.
    Team,
}

/// What the host's register says of a link code.
#[expect(clippy::exhaustive_enums, reason = "a host must sort each code")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LinkCode {
    /// It was made in this organization and not used so far.
    Fresh {
        /// In which.
        admin: OrganizationId,
    },
    /// It was used.
    Spent,
    /// No such code was made.
    Unknown,
}

/// The facts of a family.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct FamilyFacts<'a> {
    /// The organization that decides.
    pub organization: &'a OrganizationId,
    /// Its own settings.
    pub settings: &'a Settings,
    /// Its place.
    pub place: FamilyPlace,
    /// Domains that it has verified itself: linking shadows them.
    pub verified: Vec<DomainName>,
    /// The actor's active membership of it, if any.
    pub role: Option<Role>,
    /// Whether the actor is a member of another organization of the family.
    pub elsewhere: ElsewhereInFamily,
}

/// Whether somebody is a member of another organization of the family.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ElsewhereInFamily {
    /// They are.
    Member,
    /// They are not.
    None,
}

/// Decides what somebody asks of a family.
///
/// ```
/// use vestibule::access::*;
/// use vestibule::domain::RecordPrefix;
/// use vestibule::identity::{OrganizationId, UserId};
///
/// let now = "2026-01-01T00:00:00Z".parse().unwrap();
/// let settings = Settings {
///     entitlement: Entitlement::Active,
///     shared_sso: Switch::On,
///     ..Settings::recommended(RecordPrefix::parse("product")?)
/// };
/// let linked = OrganizationId::new("acme-labs");
/// let facts = FamilyFacts {
///     organization: &linked,
///     settings: &settings,
///     place: FamilyPlace::Standalone,
///     verified: Vec::new(),
///     role: Some(Role::Owner),
///     elsewhere: ElsewhereInFamily::None,
/// };
/// let actor = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: Some(now) };
/// let code = LinkCode::Fresh { admin: OrganizationId::new("acme") };
/// let decision = decide_family(&facts, &actor, &FamilyRequest::EnterCode { code }, now);
/// assert_eq!(decision.determining_rule(), Some(RuleId::X_12));
/// assert_eq!(decision.effects[0].name(), "link-organization");
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
pub fn decide_family(
    facts: &FamilyFacts<'_>,
    actor: &Actor,
    request: &FamilyRequest,
    now: DateTime<Utc>,
) -> Decision {
    let decision = match request {
        FamilyRequest::Create(_) => create(facts),
        FamilyRequest::EnterCode { code } => enter_code(facts, actor, code, now),
        FamilyRequest::MakeCode => make_code(facts, actor, now),
        FamilyRequest::Visit => visit(facts),
    };
    decision.audited(
        AuditName::FamilyChange,
        AuditActor::User(actor.user.clone()),
        None,
    )
}

/// Rule X-04.
fn create(facts: &FamilyFacts<'_>) -> Decision {
    let mut refusals = Refusals::new();
    if facts.place == FamilyPlace::Admin {
        let reason = Reason::new(RuleId::X_04, []);
        refusals.push(DenyCode::NotForAdminOrganization, reason);
    }
    let reasons = vec![Reason::new(RuleId::X_04, [])];
    refusals
        .into_decision(None)
        .unwrap_or_else(|| Decision::new(Outcome::Allow(Allowance::Change), reasons))
}

/// Rules X-02, X-03 and X-12: one half of the consent is given in the Admin organization.
fn make_code(facts: &FamilyFacts<'_>, actor: &Actor, now: DateTime<Utc>) -> Decision {
    let refusals = preconditions(facts, actor);
    let rules = [RuleId::X_03, RuleId::X_12];
    agreed(facts, actor, refusals, &rules, Effect::IssueLinkCode, now)
}

/// The other half is given in the organization to be linked.
fn enter_code(
    facts: &FamilyFacts<'_>,
    actor: &Actor,
    code: &LinkCode,
    now: DateTime<Utc>,
) -> Decision {
    let mut refusals = preconditions(facts, actor);
    if facts.place == FamilyPlace::Admin {
        refusals.push(DenyCode::AlreadyLinked, Reason::new(RuleId::X_02, []));
    }
    let LinkCode::Fresh { admin } = code else {
        refusals.push(DenyCode::LinkCodeUnusable, Reason::new(RuleId::X_12, []));
        return refusals.denied(None);
    };
    if admin == facts.organization {
        refusals.push(DenyCode::LinkCodeUnusable, Reason::new(RuleId::X_12, []));
    }
    let effect = Effect::LinkOrganization {
        admin: admin.clone(),
        linked: facts.organization.clone(),
    };
    let rules = [RuleId::X_12, RuleId::SHARED_01, RuleId::X_01];
    let decision = agreed(facts, actor, refusals, &rules, effect, now);
    if !matches!(decision.outcome, Outcome::Allow(_)) {
        return decision;
    }
    // Its own claims count for nothing from now on, unless they are moved to the Admin organization.
    decision.with_warnings(
        facts
            .verified
            .iter()
            .cloned()
            .map(Warning::SsoOutage)
            .collect(),
    )
}

/// Rules PLAN-05, SHARED-03, X-02 and X-15.
fn preconditions(facts: &FamilyFacts<'_>, actor: &Actor) -> Refusals {
    let mut refusals = Refusals::new();
    if !matches!(actor.role, Role::Owner | Role::Admin) {
        let reason = Reason::new(RuleId::PLAN_05, [Fact::Role(actor.role)]);
        refusals.push(DenyCode::RoleRequired, reason);
    }
    if facts.settings.shared_sso == Switch::Off {
        let reason = Reason::new(
            RuleId::SHARED_03,
            [Fact::setting("shared_sso", &Switch::Off)],
        );
        refusals.push(DenyCode::SharedSsoUnavailable, reason);
    }
    let mut plan = Refusals::new();
    check_entitlement(facts.settings, &mut plan);
    if !plan.is_empty() {
        let setting = Fact::setting("entitlement", &facts.settings.entitlement);
        let reason = Reason::new(RuleId::X_15, [setting])
            .with_remedy(RemedyAction::RenewPlan, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::PlanNotEntitled, reason);
        refusals.append(plan);
    }
    if let FamilyPlace::Linked { admin, .. } = &facts.place {
        let reason = Reason::new(RuleId::X_02, [Fact::Organization(admin.clone())]);
        refusals.push(DenyCode::AlreadyLinked, reason);
    }
    refusals
}

fn agreed(
    facts: &FamilyFacts<'_>,
    actor: &Actor,
    refusals: Refusals,
    rules: &[RuleId],
    effect: Effect,
    now: DateTime<Utc>,
) -> Decision {
    if let Some(denied) = refusals.into_decision(None) {
        return denied;
    }
    if !is_fresh(actor, facts.settings, now) {
        return Decision::new(Outcome::StepUp, vec![Reason::new(RuleId::C_39, [])]);
    }
    let reasons = rules.iter().map(|rule| Reason::new(*rule, [])).collect();
    Decision::new(Outcome::Allow(Allowance::Change), reasons).with_effects(vec![effect])
}

/// Rules X-06 and X-07: one membership says nothing of the other, and the Admin organization is
/// there for those alone who administer it.
fn visit(facts: &FamilyFacts<'_>) -> Decision {
    let mut refusals = Refusals::new();
    let administers = matches!(facts.role, Some(Role::Owner | Role::Admin));
    let rule = match &facts.place {
        FamilyPlace::Admin => RuleId::X_07,
        FamilyPlace::Linked { .. } | FamilyPlace::Standalone => RuleId::X_06,
    };
    match (&facts.place, facts.role) {
        (FamilyPlace::Admin, _) if !administers => {
            refusals.push(DenyCode::OrganizationHidden, Reason::new(rule, []));
        }
        (_, None) => {
            let mut read = vec![Fact::Membership(MembershipFact::None)];
            if let (FamilyPlace::Linked { admin, .. }, ElsewhereInFamily::Member) =
                (&facts.place, facts.elsewhere)
            {
                read.push(Fact::Organization(admin.clone()));
            }
            let reason = Reason::new(rule, read)
                .with_remedy(RemedyAction::InviteManually, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::NotAMember, reason);
        }
        _ => {}
    }
    let allowance = facts
        .role
        .map_or(Allowance::NoMembership, Allowance::Member);
    let reasons = vec![Reason::new(rule, [])];
    refusals
        .into_decision(None)
        .unwrap_or_else(|| Decision::new(Outcome::Allow(allowance), reasons))
}
