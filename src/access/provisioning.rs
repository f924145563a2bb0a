//! What a directory's changes may do to members and Teams.
//!
//! The token is checked, and the message read, before this. The order of evaluation: the plan,
//! sign-on and verified domains; the kind of change; addresses and their domains; the target;
//! protections; effects; quarantine, which holds effects that take something away. Between
//! protections and effects stands the place of the deprovisioning budget (rule C-37), which does
//! not exist yet.

use chrono::{DateTime, Utc};

use super::audit::{AuditActor, AuditName};
use super::decision::{
    Allowance, Decision, Fact, HoldCause, Outcome, Reason, Refusals, RemedyAction, RemedyActor,
    Warning,
};
use super::deny::DenyCode;
use super::effect::{Effect, Notice};
use super::facts::{ConnectionHealth, DomainClass, ProvisioningFacts, UserFacts};
use super::membership::{Member, Role};
use super::rule::RuleId;
use super::settings::{Entitlement, Exemption, LapsedDomainLeavers, SsoState, Switch};
use crate::identity::{ConnectionId, DirectoryChange, UserId};

mod create;
mod group_change;
mod group_create;
mod group_delete;
mod leave;
mod profile;
mod team_name;
mod update;

pub(super) use team_name::TeamNameKey;
pub use team_name::same_name;

/// Decides one change by a directory.
///
/// A refusal lists every condition that failed, the first one determining, and notifies the
/// contact. A change that is carried out already has no effect, or conflicts with what is there.
/// [`Organization::provision`](super::Organization::provision) has an example.
pub fn decide_provisioning(
    facts: &ProvisioningFacts<'_>,
    change: &DirectoryChange,
    now: DateTime<Utc>,
) -> Decision {
    let Some(connection) = &facts.connection else {
        let mut refusals = Refusals::new();
        refusals.push(
            DenyCode::UnknownConnection,
            Reason::new(RuleId::TOKEN_03, []),
        );
        return finished(facts, change, refusals.into_decision(None));
    };
    let case = Case {
        facts,
        connection: &connection.connection,
    };
    let decision = match change {
        DirectoryChange::CreateUser(attributes) => create::decide(case, attributes, now),
        DirectoryChange::UpdateUser { attributes, .. } => update::decide(case, attributes),
        DirectoryChange::DeleteUser { .. } => leave::delete(case, now),
        DirectoryChange::CreateGroup(attributes) => group_create::decide(case, attributes),
        DirectoryChange::UpdateGroup {
            display_name,
            add,
            remove,
            ..
        } => group_change::decide(case, display_name, add, remove),
        DirectoryChange::DeleteGroup { .. } => group_delete::decide(case),
    };
    finished(facts, change, Some(held(case, connection.health, decision)))
}

/// The facts with the connection that they are known to have.
#[derive(Clone, Copy)]
struct Case<'a> {
    facts: &'a ProvisioningFacts<'a>,
    connection: &'a ConnectionId,
}

/// What a change does, as far as the gate needs to know.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Verb {
    Change,
    Create,
    /// Only takes access away.
    Leave,
}

impl Case<'_> {
    /// 2. The plan, sign-on and verified domains.
    fn gate(self, verb: Verb) -> Refusals {
        let settings = self.facts.settings;
        let mut refusals = Refusals::new();
        let entitlement = match (settings.entitlement, verb) {
            (Entitlement::None, _) => Some(RuleId::PLAN_02),
            (Entitlement::Lapsed, Verb::Create) => Some(RuleId::C_01),
            (Entitlement::Lapsed, Verb::Change | Verb::Leave) | (Entitlement::Active, _) => None,
        };
        if let Some(rule) = entitlement {
            let setting = Fact::setting("entitlement", &settings.entitlement);
            let reason = Reason::new(rule, [setting])
                .with_remedy(RemedyAction::RenewPlan, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::PlanNotEntitled, reason);
        }
        if settings.sso != SsoState::Enabled {
            let setting = Fact::setting("sso", &settings.sso);
            let reason = Reason::new(RuleId::SSO_18, [setting])
                .with_remedy(RemedyAction::ChangeSetting, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::SsoRequiredForDirectory, reason);
        }
        let leaver = verb == Verb::Leave
            && settings.lapsed_domain_leavers == LapsedDomainLeavers::Deactivate;
        if self.facts.verified_domains == 0 && !leaver {
            let reason = Reason::new(RuleId::CLAIM_21, [])
                .with_remedy(RemedyAction::VerifyDomain, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::NoVerifiedDomain, reason);
        }
        refusals
    }

    /// 4. The kind of change.
    fn check_operation(self, name: &str, switch: Switch, refusals: &mut Refusals) {
        if switch == Switch::Off {
            let reason = Reason::new(RuleId::USER_18, [Fact::setting(name, &switch)])
                .with_remedy(RemedyAction::ChangeSetting, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::OperationDisabled, reason);
        }
    }

    fn check_group_management(self, refusals: &mut Refusals) {
        let switch = self.facts.settings.group_management;
        if switch == Switch::Off {
            let reason = Reason::new(
                RuleId::GROUP_01,
                [Fact::setting("group_management", &switch)],
            )
            .with_remedy(RemedyAction::ChangeSetting, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::GroupManagementDisabled, reason);
        }
    }

    /// 6. One connection does not touch what another manages.
    fn check_manager(self, manager: Option<&ConnectionId>, refusals: &mut Refusals) {
        if manager.is_some_and(|manager| manager != self.connection) {
            let reason = Reason::new(RuleId::GUARD_09, []);
            refusals.push(DenyCode::ManagedByOtherConnection, reason);
        }
    }

    /// Step 7: whether an Owner who can enter without the identity provider is left without `user`,
    /// after `gone` of them left already.
    fn spares(self, user: &UserId, member: &Member, gone: usize) -> bool {
        let standing = self.facts.standing_owners.iter();
        let standing = standing.filter(|owner| self.may_use_password(owner));
        let leaving = gone.saturating_add(usize::from(self.stands(user)));
        member.role != Role::Owner || standing.count() > leaving
    }

    /// Whether `user` is an Owner who can enter without the identity provider.
    fn stands(self, user: &UserId) -> bool {
        self.facts.standing_owners.contains(user) && self.may_use_password(user)
    }

    /// Whether required sign-on leaves this Owner their password. An Owner outside the verified
    /// domains is not required to sign on, but is not relied on either.
    fn may_use_password(self, owner: &UserId) -> bool {
        let settings = self.facts.settings;
        let required = settings.sso == SsoState::Enabled && settings.require_sso == Switch::On;
        match &settings.exemption {
            Exemption::Named(users) => !required || users.contains(owner),
            Exemption::OnlyWhenSsoUnhealthy
            | Exemption::OwnersAndAdmins
            | Exemption::OwnersOnly => true,
        }
    }

    fn check_last_owner(self, user: &UserFacts, member: &Member, refusals: &mut Refusals) {
        if !self.spares(&user.user, member, 0) {
            let read = [Fact::User(user.user.clone()), Fact::Role(member.role)];
            refusals.push(DenyCode::LastOwner, Reason::new(RuleId::C_34, read));
        }
    }
}

/// 5. A domain that is not ours: the directory does not touch its people.
fn outside(rule: RuleId, domain: &DomainClass) -> Reason {
    Reason::new(rule, [Fact::Domain(domain.clone())])
        .with_remedy(RemedyAction::InviteManually, RemedyActor::OwnerOrAdmin)
}

/// Goes ahead by `rule`, or has no effect because everything is as the message wants it.
fn allow(rule: RuleId, effects: Vec<Effect>) -> Decision {
    if effects.is_empty() {
        return no_effect(&[RuleId::USER_25, rule]);
    }
    let reasons = vec![Reason::new(rule, [])];
    Decision::new(Outcome::Allow(Allowance::Change), reasons).with_effects(effects)
}

fn no_effect(rules: &[RuleId]) -> Decision {
    let reasons = rules.iter().map(|rule| Reason::new(*rule, [])).collect();
    Decision::new(Outcome::NoEffect, reasons)
}

/// What takes something away waits while the connection is quarantined.
///
/// The effects are judged, not the message: a create may switch a member off too.
fn held(case: Case<'_>, health: ConnectionHealth, decision: Decision) -> Decision {
    let takes_away = |effect: &Effect| match effect {
        Effect::DeactivateMember { user, .. } => *user != case.facts.new_user,
        Effect::RemoveFromTeam { .. } | Effect::DeleteTeam { .. } => true,
        _ => false,
    };
    if health == ConnectionHealth::Healthy || !decision.effects.iter().any(takes_away) {
        return decision;
    }
    let reasons = vec![Reason::new(RuleId::GUARD_05, [])];
    Decision::new(Outcome::Hold(HoldCause::Quarantine), reasons)
}

/// The notice of a failure and the audit event.
fn finished(
    facts: &ProvisioningFacts<'_>,
    change: &DirectoryChange,
    decision: Option<Decision>,
) -> Decision {
    let mut decision = decision.unwrap_or_else(|| Decision::new(Outcome::NoEffect, Vec::new()));
    if let Outcome::Deny { code, .. } = decision.outcome {
        decision
            .effects
            .push(Effect::Notify(Notice::ProvisioningFailed { code }));
    }
    let (name, about_group) = match change {
        DirectoryChange::CreateUser(_) => (AuditName::UserCreate, false),
        DirectoryChange::UpdateUser { attributes, .. } => {
            match update::deactivates(facts, attributes) {
                true => (AuditName::UserDeprovision, false),
                false => (AuditName::UserUpdate, false),
            }
        }
        DirectoryChange::DeleteUser { .. } => (AuditName::UserDelete, false),
        DirectoryChange::CreateGroup(_) => (AuditName::GroupCreate, true),
        DirectoryChange::UpdateGroup { .. } => (AuditName::GroupUpdate, true),
        DirectoryChange::DeleteGroup { .. } => (AuditName::GroupDelete, true),
    };
    if about_group && facts.settings.group_management == Switch::Off {
        return decision; // GROUP-24
    }
    let actor = match &facts.connection {
        Some(connection) => AuditActor::Connection(connection.connection.clone()),
        None => AuditActor::Stranger,
    };
    let user = facts.user.as_ref().map(|user| user.user.clone());
    let values = profile::value_changes(facts, &decision.effects);
    let mut decision = decision.audited(name, actor, user);
    if let Some(audit) = &mut decision.audit {
        audit.values = values;
    }
    decision
}

/// What the message says that provisioning does not manage.
fn ignored_roles(names_roles: bool) -> Vec<Warning> {
    names_roles
        .then_some(Warning::RolesIgnored)
        .into_iter()
        .collect()
}
