//! What a directory's changes may do to members and Teams.
//!
//! The token is checked, and the message read, before this. The order of evaluation: the plan,
//! sign-on and verified domains; the kind of change; addresses and their domains; the target;
//! protections; effects; the brake, which holds effects that take something away.

use chrono::{DateTime, Utc};

use super::audit::{AuditActor, AuditName};
use super::brake::{Brake, HourlyLedger};
use super::decision::{Allowance, Decision, Fact, Outcome, Reason, Refusals, Subject, Warning};
use super::deny::DenyCode;
use super::effect::{Effect, Notice};
use super::facts::{DomainClass, GroupFacts, GroupImage, ProvisioningFacts, UserFacts};
use super::membership::{Member, Role, TeamState};
use super::remedy::{RemedyAction, RemedyActor};
use super::rule::RuleId;
use super::settings::{
    DirectoryState, Entitlement, Exemption, LapsedDomainLeavers, SsoState, Switch,
};
use crate::identity::{ConnectionId, DirectoryChange, GroupId, UserId};

mod braking;
mod create;
mod demand;
mod family;
mod group_change;
mod group_create;
mod group_departure;
mod leave;
mod profile;
mod team_name;
mod update;

pub use group_departure::{GroupDeparture, GroupExit, decide_group_departure};
pub(super) use team_name::TeamNameKey;
pub use team_name::same_name;

/// Decides one change by a directory.
///
/// A refusal lists every condition that failed, the first one determining, and notifies the
/// contact. A change that is carried out already has no effect, or conflicts with what is there.
/// [`Organization::decide_provisioning`](super::Organization::decide_provisioning) has an example.
pub fn decide_provisioning(
    facts: &ProvisioningFacts<'_>,
    change: &DirectoryChange,
    now: DateTime<Utc>,
) -> Decision {
    let Some(case) = Case::of(facts) else {
        return finished(facts, change, unknown_connection(), now);
    };
    if let (GroupImage::LinkedOrganization(linked), Some(group)) =
        (&facts.image, family::change_of(change))
    {
        let decision = family::decide(case, linked.as_ref(), &group);
        let decision = braking::braked(case, change, decision, now);
        return finished(facts, change, decision, now);
    }
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
        DirectoryChange::DeleteGroup { .. } => return departure(facts, GroupExit::Deleted, now),
        DirectoryChange::DisassociateGroup { .. } => {
            return departure(facts, GroupExit::Disassociated, now);
        }
    };
    let decision = braking::braked(case, change, decision, now);
    finished(facts, change, decision, now)
}

fn departure(facts: &ProvisioningFacts<'_>, exit: GroupExit, now: DateTime<Utc>) -> Decision {
    decide_group_departure(facts, exit, facts.people.iter(), now).into_decision()
}

fn unknown_connection() -> Decision {
    let mut refusals = Refusals::new();
    let reason = Reason::new(RuleId::TOKEN_03, []);
    refusals.push(DenyCode::UnknownConnection, reason);
    let refused = refusals.into_decision(None);
    refused.unwrap_or_else(|| no_effect(&[RuleId::TOKEN_03]))
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

impl<'a> Case<'a> {
    fn of(facts: &'a ProvisioningFacts<'a>) -> Option<Self> {
        let connection = &facts.connection.as_ref()?.connection;
        Some(Self { facts, connection })
    }

    /// The connection that manages the member: one that is no more manages nobody.
    fn manager(self, member: &'a Member) -> Option<&'a ConnectionId> {
        let manager = member.manager.as_ref();
        manager.filter(|manager| self.exists(manager))
    }

    /// The connection that manages the Team: one that is no more manages none.
    fn team_manager(self, team: &'a GroupFacts) -> Option<&'a ConnectionId> {
        match &team.state {
            TeamState::Managed { connection, .. } => Some(connection),
            TeamState::Unmanaged => None,
        }
        .filter(|connection| self.exists(connection))
    }

    fn exists(self, connection: &ConnectionId) -> bool {
        connection == self.connection || self.facts.connections.contains(connection)
    }

    /// Whether nobody manages the member and this connection may not begin to (rule IMPORT-06).
    fn is_unbound(self, member: &Member) -> bool {
        self.manager(member).is_none() && self.facts.settings.operations.create == Switch::Off
    }

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
        if settings.directory == DirectoryState::Deactivated {
            let setting = Fact::setting("directory", &settings.directory);
            let reason = Reason::new(RuleId::REMOVE_07, [setting])
                .with_remedy(RemedyAction::ChangeSetting, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::DirectoryDeactivated, reason);
        }
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
        if manager.is_some_and(|manager| manager != self.connection && self.exists(manager)) {
            let reason = Reason::new(RuleId::GUARD_09, []);
            refusals.push(DenyCode::ManagedByOtherConnection, reason);
        }
    }

    /// Step 7: whether of `standing` Owners who can enter without the identity provider one is left
    /// without `user`, after `gone` of them left already.
    fn spares(self, user: &UserId, member: &Member, standing: usize, gone: usize) -> bool {
        let leaving = gone.saturating_add(usize::from(self.stands(user)));
        member.role != Role::Owner || standing > leaving
    }

    /// How many Owners can enter without the identity provider.
    fn standing_owners(self) -> usize {
        let standing = self.facts.standing_owners.iter();
        standing
            .filter(|owner| self.may_use_password(owner))
            .count()
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

    fn check_last_owner(self, user: &UserFacts<'_>, member: &Member, refusals: &mut Refusals) {
        if !self.spares(user.user, member, self.standing_owners(), 0) {
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

/// The subject, the notice and count of a failure, and the audit event.
fn finished(
    facts: &ProvisioningFacts<'_>,
    change: &DirectoryChange,
    decision: Decision,
    now: DateTime<Utc>,
) -> Decision {
    let subject = subject(facts, change, &decision.effects);
    let decision = failed(facts, decision, now).about(subject);
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
        DirectoryChange::DisassociateGroup { .. } => (AuditName::GroupDisassociate, true),
    };
    if about_group && facts.settings.group_management == Switch::Off {
        return decision; // GROUP-24
    }
    let values = profile::value_changes(facts, change, &decision.effects);
    let mut decision = decision.audited(name, actor(facts), None);
    if let Some(audit) = &mut decision.audit {
        audit.values = values;
    }
    decision
}

fn actor(facts: &ProvisioningFacts<'_>) -> AuditActor {
    match &facts.connection {
        Some(connection) => AuditActor::Connection(connection.connection.clone()),
        None => AuditActor::Stranger,
    }
}

/// A refusal is told to somebody, and counts towards quarantine (rules GUARD-04 and GUARD-05).
fn failed(facts: &ProvisioningFacts<'_>, mut decision: Decision, now: DateTime<Utc>) -> Decision {
    let Outcome::Deny { code, .. } = decision.outcome else {
        return decision;
    };
    if let (Some(connection), Brake::Engaged(brake)) = (&facts.connection, &facts.brake) {
        let before = brake.state.map_or(0, |state| state.refused.in_hour_of(now));
        decision.effects.push(Effect::CountRefusal {
            connection: connection.connection.clone(),
            hour: HourlyLedger::hour_start(now),
            refused: before.saturating_add(1),
        });
    }
    let notice = Notice::ProvisioningFailed { code };
    decision.effects.push(Effect::Notify(notice));
    decision
}

/// Whom or what the change is about. An account that is no member is not named.
fn subject(
    facts: &ProvisioningFacts<'_>,
    change: &DirectoryChange,
    effects: &[Effect],
) -> Option<Subject> {
    let member = |user: &UserFacts| {
        let subject = || Subject::User(user.user.clone());
        user.member.map(|_| subject())
    };
    let group = || {
        facts
            .group
            .as_ref()
            .map(|team| Subject::Group(team.group.clone()))
    };
    let joins = |user: &UserId| {
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::AddMember { user: added, .. } if added == user))
    };
    match change {
        DirectoryChange::CreateUser(_) => {
            let holder = facts.user_name.as_ref()?.holder.as_ref();
            match holder {
                Some(holder) if joins(holder.user) => Some(Subject::User(holder.user.clone())),
                Some(holder) => member(holder),
                None => joins(&facts.new_user).then(|| Subject::User(facts.new_user.clone())),
            }
        }
        DirectoryChange::UpdateUser { .. } | DirectoryChange::DeleteUser { .. } => {
            member(facts.user.as_ref()?)
        }
        DirectoryChange::CreateGroup(_)
        | DirectoryChange::UpdateGroup { .. }
        | DirectoryChange::DeleteGroup { .. }
        | DirectoryChange::DisassociateGroup { .. }
            if facts.image != GroupImage::Team =>
        {
            match &facts.image {
                GroupImage::LinkedOrganization(Some(linked)) => {
                    Some(Subject::Group(GroupId::new(linked.as_str())))
                }
                GroupImage::LinkedOrganization(None) | GroupImage::Team => None,
            }
        }
        DirectoryChange::CreateGroup(_) => effects.iter().find_map(|effect| match effect {
            Effect::CreateTeam { group, .. } | Effect::TakeOverTeam { group, .. } => {
                Some(Subject::Group(group.clone()))
            }
            _ => None,
        }),
        DirectoryChange::UpdateGroup { .. }
        | DirectoryChange::DeleteGroup { .. }
        | DirectoryChange::DisassociateGroup { .. } => group(),
    }
}

/// What the message says that provisioning does not manage.
fn ignored_roles(names_roles: bool) -> Vec<Warning> {
    names_roles
        .then_some(Warning::RolesIgnored)
        .into_iter()
        .collect()
}
