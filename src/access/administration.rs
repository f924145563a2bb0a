//! What Owners and Admins may change, and what must hold before it changes.
//!
//! One request at a time: [`decide_settings`] takes the facts, the actor and the request. The plan
//! that a removal follows is made by [`plan_sso_removal`]. This module checks no password and reads
//! no certificate: [`Actor::proved_at`](super::Actor) and [`CertificateUpload`] say what others
//! found. Secrets of tokens are no matter of it either.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::audit::{AuditActor, AuditName, ValueChange};
use super::claims::{Actor, is_fresh};
use super::connection::{CertificateUpload, IssuerHolder, SsoConfiguration};
use super::decision::{Allowance, Decision, Fact, Outcome, Reason, Refusals};
use super::deny::DenyCode;
use super::effect::Effect;
use super::facts::{ConnectionHealth, PersonFacts};
use super::family::FamilyPlace;
use super::membership::Role;
use super::plan::PlanHash;
use super::remedy::{RemedyAction, RemedyActor};
use super::rule::RuleId;
use super::settings::{Entitlement, Settings, SsoState, Switch};
use crate::identity::{ConnectionId, OrganizationId, Personal, UserId};

mod claim_reading;
mod configure;
mod integration;
mod people;
mod removal;
mod switches;

pub use removal::{SsoRemovalPlan, plan_sso_removal};

/// What an Owner or Admin asks for.
#[expect(clippy::exhaustive_enums, reason = "a host offers each")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SettingsRequest {
    /// To change settings that have no request of their own; everything else must be as it is.
    Change(Box<Settings>),
    /// To give a member another role.
    ChangeRole {
        /// Whom.
        user: UserId,
        /// The new role.
        role: Role,
    },
    /// To compare the address that the identity provider posts to with ours.
    CheckPostback {
        /// Ours.
        expected: String,
        /// As it stands at the identity provider.
        found: String,
    },
    /// To configure a connection for the first time, or to change it.
    Configure(Box<SsoConfiguration>),
    /// To take a step in the life of the provisioning integration.
    Integration(ConnectionId, IntegrationStep),
    /// To let people join at sign-in, or not.
    ManagedAccess(Switch),
    /// To quarantine a connection's provisioning, or to trust it again (rule GUARD-05).
    Quarantine(ConnectionId, ConnectionHealth),
    /// To read settings.
    Read,
    /// To read a claim and its token.
    ReadClaim(ReadableClaim),
    /// To read the postback address.
    ReadPostback,
    /// To remove members.
    RemoveMembers {
        /// Whom.
        users: BTreeSet<UserId>,
        /// How many, as the actor typed it.
        typed_count: usize,
    },
    /// To remove the sign-on configuration, as the plan with this hash says.
    RemoveSso {
        /// The hash of the plan that was shown; absent when none was.
        confirmed: Option<PlanHash>,
    },
    /// To make people of verified domains sign on, or not.
    RequireSso(Switch),
    /// To turn sign-on on or off.
    TurnSso(Switch),
    /// To add a certificate.
    UploadCertificate {
        /// To which connection.
        connection: ConnectionId,
        /// What the file turned out to be.
        upload: CertificateUpload,
        /// What becomes of those that are there.
        others: OtherCertificates,
    },
}

/// A step in the life of the provisioning integration (rule REMOVE-06).
#[expect(clippy::exhaustive_enums, reason = "a host offers each")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum IntegrationStep {
    /// To turn it on.
    Activate,
    /// To turn it off.
    Deactivate,
    /// To change its credentials.
    Reauthorize,
    /// To change its configuration.
    Update,
}

/// What becomes of a connection's other certificates when one is added.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum OtherCertificates {
    /// The one that expires last stays until it expires: two overlap (rule C-13).
    KeepOne,
    /// They go: the key was compromised.
    Replace,
}

/// Which claim is read, as far as the decision needs to know.
#[expect(clippy::exhaustive_enums, reason = "a host must sort each claim")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ReadableClaim {
    /// One that is not proved so far.
    Pending,
    /// One that is or was.
    Proved,
}

/// What a host must have loaded before it asks.
///
/// [`Organization::settings_facts`](super::Organization::settings_facts) supplies them.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct SettingsFacts<'a> {
    /// The organization that decides.
    pub organization: &'a OrganizationId,
    /// Its settings.
    pub settings: &'a Settings,
    /// Its place in a family that shares its sign-on.
    pub place: FamilyPlace,
    /// Its configured connections.
    pub connections: &'a BTreeMap<ConnectionId, SsoConfiguration>,
    /// How many domains it has verified.
    pub verified_domains: usize,
    /// How many other claims it has, pending or lapsed.
    pub unproved_claims: usize,
    /// Active Owners with an active account and a password of their own (rules C-34 and C-40).
    pub standing_owners: &'a BTreeSet<UserId>,
    /// All active Owners.
    pub owners: usize,
    /// Whose the issuer in the request is.
    pub issuer_holder: IssuerHolder,
    /// The identifier of the connection to make, if one is to be made.
    pub new_connection: ConnectionId,
    /// The people whom the request names, as far as they are there.
    pub people: Vec<PersonFacts<'a>>,
}

/// Decides what an Owner or Admin asks for.
///
/// The order of evaluation: the role; the family; the plan; what the request needs; a fresh proof of
/// identity; effects. A refusal lists every condition that failed.
/// [`Organization::decide_settings`](super::Organization::decide_settings) has an example.
pub fn decide_settings(
    facts: &SettingsFacts<'_>,
    actor: &Actor,
    request: &SettingsRequest,
    now: DateTime<Utc>,
) -> Decision {
    let mut refusals = Refusals::new();
    check_role(actor, &mut refusals);
    check_family(facts, request, &mut refusals);
    check_plan(facts.settings, request, &mut refusals);
    let decision = match request {
        SettingsRequest::Change(new) => switches::change(facts, new, refusals),
        SettingsRequest::ChangeRole { user, role } => {
            people::change_role(facts, actor, user, *role, refusals)
        }
        SettingsRequest::CheckPostback { expected, found } => {
            claim_reading::check_postback(expected, found, refusals)
        }
        SettingsRequest::Configure(new) => configure::configure(facts, new, refusals),
        SettingsRequest::Integration(connection, step) => {
            integration::decide(facts, connection, *step, refusals)
        }
        SettingsRequest::ManagedAccess(switch) => switches::managed(facts, *switch, refusals),
        SettingsRequest::Quarantine(connection, health) => {
            integration::quarantine(facts, connection, *health, refusals)
        }
        SettingsRequest::Read => read(RuleId::PLAN_05, refusals),
        SettingsRequest::ReadClaim(claim) => claim_reading::read_claim(facts, *claim, refusals),
        SettingsRequest::ReadPostback => claim_reading::read_postback(facts.settings, refusals),
        SettingsRequest::RemoveMembers { users, typed_count } => {
            people::remove(facts, users, *typed_count, refusals)
        }
        SettingsRequest::RemoveSso { confirmed } => removal::remove(facts, *confirmed, refusals),
        SettingsRequest::RequireSso(switch) => switches::require(facts, *switch, refusals),
        SettingsRequest::TurnSso(switch) => switches::turn(facts, *switch, refusals),
        SettingsRequest::UploadCertificate {
            connection,
            upload,
            others,
        } => configure::upload(facts, connection, upload, *others, refusals, now),
    };
    let decision = stepped_up(facts.settings, actor, request, decision, now);
    audited(facts, actor, request, decision)
}

/// Rule PLAN-05.
fn check_role(actor: &Actor, refusals: &mut Refusals) {
    if !matches!(actor.role, Role::Owner | Role::Admin) {
        let reason = Reason::new(RuleId::PLAN_05, [Fact::Role(actor.role)]);
        refusals.push(DenyCode::RoleRequired, reason);
    }
}

/// Rules SHARED-01, X-01 and X-05: a linked organization settles only its own people.
fn check_family(facts: &SettingsFacts<'_>, request: &SettingsRequest, refusals: &mut Refusals) {
    let FamilyPlace::Linked {
        admin,
        role_in_admin,
    } = &facts.place
    else {
        return;
    };
    let own = matches!(
        request,
        SettingsRequest::ChangeRole { .. }
            | SettingsRequest::Read
            | SettingsRequest::ReadClaim(_)
            | SettingsRequest::RemoveMembers { .. }
    );
    if own {
        return;
    }
    let read = [Fact::Organization(admin.clone())];
    let by = RemedyActor::OwnerOrAdminOfAdminOrganization;
    let action = RemedyAction::ChangeSetting;
    if matches!(role_in_admin, Some(Role::Owner | Role::Admin)) {
        let reason = Reason::new(RuleId::SHARED_01, read).with_remedy(action, by);
        refusals.push(DenyCode::SettledByAdminOrganization, reason);
    } else {
        let reason = Reason::new(RuleId::X_05, read).with_remedy(action, by);
        refusals.push(DenyCode::RoleRequired, reason);
    }
}

/// Rules PLAN-01 and C-01: without the plan nothing is configured or turned on. What turns
/// something off, and what is read, needs no plan.
fn check_plan(settings: &Settings, request: &SettingsRequest, refusals: &mut Refusals) {
    let needs_plan = match request {
        SettingsRequest::Configure(_) | SettingsRequest::UploadCertificate { .. } => true,
        SettingsRequest::TurnSso(switch)
        | SettingsRequest::RequireSso(switch)
        | SettingsRequest::ManagedAccess(switch) => *switch == Switch::On,
        SettingsRequest::Integration(_, step) => *step != IntegrationStep::Deactivate,
        SettingsRequest::Change(_) => settings.entitlement == Entitlement::Lapsed,
        SettingsRequest::ChangeRole { .. }
        | SettingsRequest::CheckPostback { .. }
        | SettingsRequest::Quarantine(..)
        | SettingsRequest::Read
        | SettingsRequest::ReadClaim(_)
        | SettingsRequest::ReadPostback
        | SettingsRequest::RemoveMembers { .. }
        | SettingsRequest::RemoveSso { .. } => false,
    };
    if needs_plan {
        check_entitlement(settings, refusals);
    }
}

/// Rules PLAN-01 and C-01.
pub(super) fn check_entitlement(settings: &Settings, refusals: &mut Refusals) {
    let rule = match settings.entitlement {
        Entitlement::Active => return,
        Entitlement::Lapsed => RuleId::C_01,
        Entitlement::None => RuleId::PLAN_01,
    };
    let setting = Fact::setting("entitlement", &settings.entitlement);
    let reason = Reason::new(rule, [setting])
        .with_remedy(RemedyAction::RenewPlan, RemedyActor::OwnerOrAdmin);
    refusals.push(DenyCode::PlanNotEntitled, reason);
}

fn read(rule: RuleId, refusals: Refusals) -> Decision {
    let reasons = vec![Reason::new(rule, [])];
    refusals
        .into_decision(None)
        .unwrap_or_else(|| Decision::new(Outcome::Allow(Allowance::Read), reasons))
}

/// Goes ahead with `effects` for `reasons`, unless something was refused.
fn allowed(refusals: Refusals, reasons: Vec<Reason>, effects: Vec<Effect>) -> Decision {
    refusals.into_decision(None).unwrap_or_else(|| {
        if effects.is_empty() {
            return Decision::new(Outcome::NoEffect, reasons);
        }
        Decision::new(Outcome::Allow(Allowance::Change), reasons).with_effects(effects)
    })
}

/// The effect of new settings, if they are new.
fn store(facts: &SettingsFacts<'_>, change: impl FnOnce(&mut Settings)) -> Vec<Effect> {
    let mut settings = facts.settings.clone();
    change(&mut settings);
    (settings != *facts.settings)
        .then(|| Effect::ChangeSettings(Box::new(settings)))
        .into_iter()
        .collect()
}

/// Rules PLAN-08 and C-39: whatever changes how people enter asks for a fresh proof first.
fn stepped_up(
    settings: &Settings,
    actor: &Actor,
    request: &SettingsRequest,
    decision: Decision,
    now: DateTime<Utc>,
) -> Decision {
    let changes = matches!(decision.outcome, Outcome::Allow(Allowance::Change));
    if !changes || is_fresh(actor, settings, now) {
        return decision;
    }
    let rule = match request {
        SettingsRequest::Configure(_) | SettingsRequest::UploadCertificate { .. } => {
            RuleId::PLAN_08
        }
        _ => RuleId::C_39,
    };
    let setting = Fact::setting("step_up_minutes", &settings.step_up_minutes);
    Decision::new(Outcome::StepUp, vec![Reason::new(rule, [setting])])
}

fn audited(
    facts: &SettingsFacts<'_>,
    actor: &Actor,
    request: &SettingsRequest,
    decision: Decision,
) -> Decision {
    let name = match request {
        SettingsRequest::Change(_)
        | SettingsRequest::ManagedAccess(_)
        | SettingsRequest::RequireSso(_)
        | SettingsRequest::TurnSso(_) => AuditName::SettingsChange,
        SettingsRequest::ChangeRole { .. } => AuditName::RoleChange,
        SettingsRequest::CheckPostback { .. }
        | SettingsRequest::Read
        | SettingsRequest::ReadClaim(_)
        | SettingsRequest::ReadPostback => AuditName::SettingsRead,
        SettingsRequest::Configure(_) | SettingsRequest::UploadCertificate { .. } => {
            AuditName::SsoConfigure
        }
        SettingsRequest::Integration(_, step) => match step {
            IntegrationStep::Activate => AuditName::IntegrationActivate,
            IntegrationStep::Deactivate => AuditName::IntegrationDelete,
            IntegrationStep::Reauthorize => AuditName::IntegrationReauth,
            IntegrationStep::Update => AuditName::IntegrationUpdate,
        },
        SettingsRequest::Quarantine(..) => AuditName::IntegrationUpdate,
        SettingsRequest::RemoveMembers { .. } => AuditName::MembersRemove,
        SettingsRequest::RemoveSso { .. } => AuditName::SsoRemove,
    };
    let subject = match request {
        SettingsRequest::ChangeRole { user, .. } => Some(user.clone()),
        _ => None,
    };
    let values = value_changes(facts, &decision.effects);
    let actor = AuditActor::User(actor.user.clone());
    decision.audited(name, actor, subject).with_values(values)
}

/// Old and new values of what is stored.
fn value_changes(facts: &SettingsFacts<'_>, effects: &[Effect]) -> Vec<ValueChange> {
    effects
        .iter()
        .flat_map(|effect| match effect {
            Effect::ChangeSettings(new) => setting_changes(facts.settings, new),
            Effect::ChangeRole { user, role } => people::role_change(facts, user, *role),
            Effect::StoreConnection(new) => configure::value_changes(facts, new),
            _ => Vec::new(),
        })
        .collect()
}

/// The settings that differ, as old and new values.
pub(super) fn setting_changes(old: &Settings, new: &Settings) -> Vec<ValueChange> {
    old.diff(new)
        .into_iter()
        .map(|difference| ValueChange {
            attribute: difference.name,
            old: Some(Personal::new(difference.old)),
            new: Some(Personal::new(difference.new)),
        })
        .collect()
}

fn is_on(settings: &Settings) -> bool {
    settings.sso == SsoState::Enabled
}
