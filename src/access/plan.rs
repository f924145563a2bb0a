//! Destructive changes of many: looked at first, then committed as they were looked at.
//!
//! A plan is made by deciding each change with the brake released, one after the other, on facts
//! that nobody else sees change. Its hash covers what it would do and how everybody it touches
//! stands, so that a commit does what was looked at or nothing. This module makes no plan by itself:
//! [`Organization::plan`](super::Organization::plan) does, and a host with a database does the same in
//! a transaction that it rolls back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::audit::{AuditActor, AuditName};
use super::brake::HeldTarget;
use super::claims::{Actor, is_fresh};
use super::decision::{Allowance, Decision, Fact, Outcome, Reason, Refusals};
use super::deny::DenyCode;
use super::digest::Digest;
use super::effect::Effect;
use super::fingerprint::fingerprint;
use super::membership::{Account, Member, Role, Team};
use super::remedy::{RemedyAction, RemedyActor};
use super::rule::RuleId;
use super::settings::Settings;
use crate::identity::{ConnectionId, DirectoryChange, GroupId, Personal};
use crate::limits::PLAN_HOURS;

/// What a list of changes would do, as of one moment.
///
/// [`Organization::plan`](super::Organization::plan) has an example.
#[must_use]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Plan {
    connection: ConnectionId,
    planned_at: DateTime<Utc>,
    changes: Vec<DirectoryChange>,
    effects: Vec<Effect>,
    summary: PlanSummary,
    witnesses: Vec<Witness>,
}

impl Plan {
    /// An empty plan for the directory of `connection`.
    /// [`Organization::plan`](super::Organization::plan) fills it.
    pub fn begin(connection: ConnectionId, planned_at: DateTime<Utc>) -> Self {
        Self {
            connection,
            planned_at,
            changes: Vec::new(),
            effects: Vec::new(),
            summary: PlanSummary::default(),
            witnesses: Vec::new(),
        }
    }

    /// Adds one change with what was decided about it, by facts as the changes before it leave them.
    /// [`Organization::plan`](super::Organization::plan) does this.
    pub fn add(&mut self, change: DirectoryChange, decision: &Decision, witness: Witness) {
        match &decision.outcome {
            Outcome::Allow(_) => {
                self.summary.add(&decision.effects, &witness);
                let effects = decision.effects.iter();
                let carried_out = effects.filter(|effect| !matches!(effect, Effect::Notify(_)));
                self.effects.extend(carried_out.cloned());
            }
            Outcome::Deny { code, .. } => {
                self.summary.refused.push(*code);
            }
            Outcome::Hold(_)
            | Outcome::NoEffect
            | Outcome::OwnerApproval
            | Outcome::Route(_)
            | Outcome::StepUp => {}
        }
        self.witnesses.push(witness);
        self.changes.push(change);
    }

    /// Whose directory asked for the changes.
    #[must_use]
    pub const fn connection(&self) -> &ConnectionId {
        &self.connection
    }

    /// The moment as of which it was made.
    #[must_use]
    pub const fn planned_at(&self) -> DateTime<Utc> {
        self.planned_at
    }

    /// The changes that it carries out, in order.
    #[must_use]
    pub fn changes(&self) -> &[DirectoryChange] {
        &self.changes
    }

    /// What it would do, in order. [`Organization::plan`](super::Organization::plan) has an example.
    #[must_use]
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// What a person looks at. [`Organization::plan`](super::Organization::plan) has an example.
    #[must_use]
    pub const fn summary(&self) -> &PlanSummary {
        &self.summary
    }

    /// The hash of the changes, of their effects and of how everybody they touch stands.
    /// [`Organization::plan`](super::Organization::plan) has an example.
    #[must_use]
    pub fn hash(&self) -> PlanHash {
        PlanHash(fingerprint(&(
            &self.connection,
            self.planned_at.timestamp_micros(),
            &self.changes,
            &self.effects,
            &self.summary,
            &self.witnesses,
        )))
    }
}

/// A plan for people to look at.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct PlanSummary {
    /// How many people, memberships of Teams and Teams it takes away: the number to type.
    pub taken: u32,
    /// How many effects it has, by their names.
    pub effects: BTreeMap<String, u32>,
    /// The people and Teams that it touches, in order, the first [`PlanSummary::NAMED`] of them.
    pub names: Vec<Personal>,
    /// How many more there are.
    pub unnamed: u32,
    /// Why changes of the list would be refused, in order.
    pub refused: Vec<DenyCode>,
}

impl PlanSummary {
    /// How many people and Teams are named; nobody reads more.
    pub const NAMED: usize = 100;

    fn add(&mut self, effects: &[Effect], witness: &Witness) {
        for effect in effects {
            if let Effect::Notify(_) = effect {
                continue;
            }
            let count = self.effects.entry(effect.name().to_owned()).or_default();
            *count = count.saturating_add(1);
            self.taken = self.taken.saturating_add(u32::from(is_destructive(effect)));
        }
        if let Some(name) = witness.name() {
            match self.names.len() < Self::NAMED {
                true => self.names.push(name),
                false => self.unnamed = self.unnamed.saturating_add(1),
            }
        }
    }
}

const fn is_destructive(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::DeactivateMember { .. } | Effect::DeleteTeam { .. } | Effect::RemoveFromTeam { .. }
    )
}

/// How whom or what a change is about stood before it.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Witness {
    /// The account of the user that the change names.
    pub account: Option<Account>,
    /// Their membership.
    pub member: Option<Member>,
    /// Their Teams.
    pub teams: BTreeSet<GroupId>,
    /// The Team that the change names: with all its members where it is deleted, and with those of
    /// them whom the change names where it is changed.
    pub team: Option<Team>,
}

impl Witness {
    fn name(&self) -> Option<Personal> {
        let account = self.account.as_ref();
        let address = account.map(|account| Personal::new(account.address.expose()));
        address.or_else(|| {
            self.team
                .as_ref()
                .map(|team| Personal::new(team.name.as_str()))
        })
    }
}

/// The hash of a plan, in text 64 hexadecimal digits.
///
/// ```
/// use vestibule::access::PlanHash;
/// let text = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
/// assert_eq!(PlanHash::parse(text).unwrap().to_string(), text);
/// assert!(PlanHash::parse("ca97").is_none());
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanHash(Digest);

impl PlanHash {
    /// The hash of what a plan looked at and of what it would do.
    pub(super) fn of(value: &impl Serialize) -> Self {
        Self(fingerprint(value))
    }

    /// Reads a hash as it was shown; `None` for any other text. See the type's example.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Digest::parse(text).map(Self)
    }
}

impl fmt::Display for PlanHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What a person says who commits a plan.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Confirmation {
    /// The hash of the plan that they looked at.
    pub hash: PlanHash,
    /// How many things it takes away, as they typed it (rule REMOVE-08).
    pub taken: u32,
}

/// Decides whether `actor` may commit what they looked at; `current` is the same plan, made again
/// on the facts as they are now and as of the same moment.
///
/// The effects are the plan's, then the end of every hold about the same targets, then the approval
/// of the connection's first synchronization. A plan can be committed for [`PLAN_HOURS`] hours.
/// [`Organization::decide_commit`](super::Organization::decide_commit) has an example.
pub fn decide_commit(
    settings: &Settings,
    current: &Plan,
    confirmation: Confirmation,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Decision {
    let mut refusals = Refusals::new();
    check_role(actor, &mut refusals);
    check_age(current, now, &mut refusals);
    let look_again =
        |reason: Reason| reason.with_remedy(RemedyAction::CommitPlan, RemedyActor::OwnerOrAdmin);
    if confirmation.hash != current.hash() {
        let reason = look_again(Reason::new(RuleId::C_37, []));
        refusals.push(DenyCode::PlanChanged, reason);
    }
    if confirmation.taken != current.summary.taken {
        let reason = look_again(Reason::new(RuleId::REMOVE_08, []));
        refusals.push(DenyCode::ConfirmationMismatch, reason);
    }
    let by = AuditActor::User(actor.user.clone());
    let decision =
        refusals
            .into_decision(None)
            .unwrap_or_else(|| match is_fresh(actor, settings, now) {
                true => committed(current),
                false => Decision::new(Outcome::StepUp, vec![Reason::new(RuleId::C_39, [])]),
            });
    decision.audited(AuditName::BatchCommit, by, None)
}

fn check_role(actor: &Actor, refusals: &mut Refusals) {
    if !matches!(actor.role, Role::Owner | Role::Admin) {
        let reason = Reason::new(RuleId::PLAN_05, [Fact::Role(actor.role)]);
        refusals.push(DenyCode::RoleRequired, reason);
    }
}

/// A plan from the future is no plan.
fn check_age(plan: &Plan, now: DateTime<Utc>, refusals: &mut Refusals) {
    let age = now.signed_duration_since(plan.planned_at);
    if age < TimeDelta::zero() || age >= TimeDelta::hours(i64::from(PLAN_HOURS)) {
        refusals.push(DenyCode::PlanExpired, Reason::new(RuleId::C_37, []));
    }
}

fn committed(plan: &Plan) -> Decision {
    let mut effects = plan.effects.clone();
    let targets: BTreeSet<_> = plan.changes.iter().filter_map(HeldTarget::of).collect();
    let releases = targets.into_iter();
    effects.extend(releases.map(|target| Effect::ReleaseHold { target }));
    effects.push(Effect::ApproveFirstSync {
        connection: plan.connection.clone(),
    });
    let reasons = vec![Reason::new(RuleId::C_37, [])];
    Decision::new(Outcome::Allow(Allowance::Change), reasons).with_effects(effects)
}

/// Decides whether `actor` may drop changes that wait, about these targets: whoever was to go stays.
///
/// ```
/// use vestibule::access::{Actor, HeldTarget, Role, decide_drop};
/// use vestibule::identity::UserId;
/// let owner = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: None };
/// let decision = decide_drop([HeldTarget::User(UserId::new("u2"))], &owner);
/// assert_eq!(decision.effects[0].name(), "release-hold");
/// ```
pub fn decide_drop(targets: impl IntoIterator<Item = HeldTarget>, actor: &Actor) -> Decision {
    let mut refusals = Refusals::new();
    check_role(actor, &mut refusals);
    let decision = refusals.into_decision(None).unwrap_or_else(|| {
        let targets = targets.into_iter();
        let effects: Vec<_> = targets
            .map(|target| Effect::ReleaseHold { target })
            .collect();
        let reasons = vec![Reason::new(RuleId::C_37, [])];
        let outcome = match effects.is_empty() {
            true => Outcome::NoEffect,
            false => Outcome::Allow(Allowance::Change),
        };
        Decision::new(outcome, reasons).with_effects(effects)
    });
    let by = AuditActor::User(actor.user.clone());
    decision.audited(AuditName::BatchDrop, by, None)
}
