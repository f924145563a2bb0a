//! The brake at the end of a decision: what takes something away is paid for, or waits.
//!
//! The effects are judged, not the message: a create may switch a member off too.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::brake::{
    Brake, BrakeFacts, BrakeState, Demand, HeldAccess, HeldChange, HeldTarget, Hold, HoldCause,
    HoldResponse, HourlyLedger, SetupTarget, cause, is_first_sync,
};
use super::super::facts::ConnectionHealth;
use super::demand::{demand, takes_away, target};
use super::{
    Case, Decision, Effect, Fact, Notice, Outcome, Reason, RemedyAction, RemedyActor, RuleId,
};
use crate::identity::{Asserted, DirectoryChange, GroupId, Personal, UserAttributes, UserId};

pub(super) fn braked(
    case: Case<'_>,
    change: &DirectoryChange,
    decision: Decision,
    now: DateTime<Utc>,
) -> Decision {
    let Brake::Engaged(brake) = &case.facts.brake else {
        return decision;
    };
    let demand = demand(case, brake, change, &decision.effects, now);
    match judge(case, brake, demand, now) {
        Some(hold) => waits(case, brake, change, decision, hold, now),
        None => {
            let mut decision = trimmed(brake, change, decision);
            let made = made(case, brake, &decision.effects, now);
            decision.effects.extend(made);
            let spent = spent(case, brake, demand, now);
            decision.effects.extend(spent);
            decision
        }
    }
}

/// Why and how the change waits, if it does.
pub(super) fn judge(
    case: Case<'_>,
    brake: &BrakeFacts<'_>,
    demand: Demand,
    now: DateTime<Utc>,
) -> Option<Hold> {
    let health = case.facts.connection.as_ref().map(|facts| facts.health);
    let demand = Demand {
        quarantined: health != Some(ConnectionHealth::Healthy),
        ..demand
    };
    let policy = &case.facts.settings.brake;
    let cause = cause(policy, brake, demand, now)?;
    Some(Hold {
        cause,
        response: match cause {
            HoldCause::Canary { .. } => match policy.creation_response {
                HoldResponse::Accept => HoldResponse::RetryLater,
                response => response,
            },
            _ => policy.response,
        },
        access: match cause {
            // Nobody's access is the directory's before the member is.
            HoldCause::Adoption => HeldAccess::Kept,
            _ => policy.access,
        },
    })
}

/// What is noted of a change that goes through.
pub(super) fn spent(
    case: Case<'_>,
    brake: &BrakeFacts<'_>,
    demand: Demand,
    now: DateTime<Utc>,
) -> impl Iterator<Item = Effect> {
    let before = |ledger: fn(&BrakeState) -> &HourlyLedger| {
        let ledger = brake.state.map(ledger);
        ledger.map_or(0, |ledger| ledger.in_hour_of(now))
    };
    let connection = case.connection.clone();
    let hour = HourlyLedger::hour_start(now);
    let taken = (demand.taken > 0).then(|| Effect::SpendBudget {
        connection: connection.clone(),
        hour,
        spent: before(|state| &state.taken).saturating_add(demand.taken),
    });
    let groups = (demand.groups > 0).then(|| Effect::CountGroupLoss {
        connection,
        hour,
        lost: before(|state| &state.groups_lost).saturating_add(demand.groups),
    });
    taken.into_iter().chain(groups)
}

/// Whom and what a connection makes that has only begun: it may take them away again.
fn made(
    case: Case<'_>,
    brake: &BrakeFacts<'_>,
    effects: &[Effect],
    now: DateTime<Utc>,
) -> Vec<Effect> {
    let policy = &case.facts.settings.brake;
    let begun = brake.state.and_then(|state| state.begun_at.map(|_| state));
    if begun.is_none_or(|state| !is_first_sync(policy, state, now)) {
        return Vec::new();
    }
    let made = effects.iter().filter_map(|effect| match effect {
        Effect::CreateAccount { user, .. } => Some(HeldTarget::User(user.clone())),
        Effect::CreateTeam { group, .. } => Some(HeldTarget::Group(group.clone())),
        _ => None,
    });
    made.map(|target| Effect::NoteSetup {
        connection: case.connection.clone(),
        made: SetupTarget {
            target,
            made_at: now,
        },
    })
    .collect()
}

/// Whether the connection made the target itself a short while ago, to try out a new connection.
pub(super) fn is_setup(
    case: Case<'_>,
    brake: &BrakeFacts<'_>,
    target: &HeldTarget,
    now: DateTime<Utc>,
) -> bool {
    let minutes = case.facts.settings.brake.setup_minutes;
    let state = brake.state;
    state.is_some_and(|state| state.is_setup(target, minutes, now))
}

/// The reason for a hold, with the numbers, and the way out.
pub(super) fn reason(hold: Hold) -> Reason {
    Reason::new(hold.cause.rule(), [Fact::Hold(hold.cause)])
        .with_remedy(RemedyAction::CommitPlan, RemedyActor::OwnerOrAdmin)
}

/// The record of what waits, and the notice; nothing when the same waits already.
pub(super) fn recorded(
    case: Case<'_>,
    brake: &BrakeFacts<'_>,
    waiting: DirectoryChange,
    hold: Hold,
    now: DateTime<Utc>,
) -> Vec<Effect> {
    let since = brake.held.map_or(now, |held| held.since);
    let held = HeldChange {
        connection: case.connection.clone(),
        change: waiting,
        hold,
        since,
    };
    let same = |old: &HeldChange| old.connection == held.connection && old.change == held.change;
    if brake.held.is_some_and(same) {
        return Vec::new();
    }
    let notice = Notice::DeprovisioningHeld {
        connection: case.connection.clone(),
        cause: hold.cause,
    };
    vec![Effect::RecordHold(Box::new(held)), Effect::Notify(notice)]
}

/// When a hold that time ends is over.
pub(super) fn end(
    case: Case<'_>,
    brake: &BrakeFacts<'_>,
    cause: HoldCause,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let policy = &case.facts.settings.brake;
    let state = brake.state?;
    let (from, hours) = match cause {
        HoldCause::FirstSync => (state.begun_at?, policy.first_sync_hours),
        HoldCause::TokenChanged => (state.token_changed_at?, policy.token_change_hours),
        // Refusals count for the hour in which they came and for the next.
        HoldCause::Quarantine if is_refused_too_often(case, brake, now) => {
            (HourlyLedger::hour_start(now), 2)
        }
        HoldCause::Adoption
        | HoldCause::Budget { .. }
        | HoldCause::Canary { .. }
        | HoldCause::DomainInGrace
        | HoldCause::EmptyList { .. }
        | HoldCause::FirstReplacement
        | HoldCause::GroupLoss { .. }
        | HoldCause::Quarantine => return None,
    };
    from.checked_add_signed(TimeDelta::hours(i64::from(hours)))
}

fn is_refused_too_often(case: Case<'_>, brake: &BrakeFacts<'_>, now: DateTime<Utc>) -> bool {
    let limit = case.facts.settings.brake.failures_to_quarantine;
    brake
        .state
        .is_some_and(|state| state.refused.within(1, now) >= limit)
}

fn waits(
    case: Case<'_>,
    brake: &BrakeFacts<'_>,
    change: &DirectoryChange,
    mut decision: Decision,
    hold: Hold,
    now: DateTime<Utc>,
) -> Decision {
    let effects = std::mem::take(&mut decision.effects);
    let (waiting, mut goes_on) = match hold.cause {
        HoldCause::Canary { .. } => (None, Vec::new()),
        HoldCause::Adoption => (of_member(case, change), Vec::new()),
        _ => {
            let effects = effects.into_iter();
            let (held, goes_on) = effects.partition(|effect| takes_away(case, effect));
            (waiting(brake, change, held), goes_on)
        }
    };
    if let Some(waiting) = waiting {
        goes_on.extend(recorded(case, brake, waiting, hold, now));
    }
    decision.effects = goes_on;
    decision.outcome = Outcome::Hold(hold);
    decision.reasons.insert(0, reason(hold));
    decision.next_wake = end(case, brake, hold.cause, now);
    decision
}

/// A whole change of a member who is there, as a change that can wait: a creation finds them.
fn of_member(case: Case<'_>, change: &DirectoryChange) -> Option<DirectoryChange> {
    let DirectoryChange::CreateUser(said) = change else {
        return Some(change.clone());
    };
    let user = target(case, change)?.user.clone();
    let active = match said.active {
        Asserted::Absent => Asserted::Value(true),
        active => active,
    };
    let attributes = UserAttributes {
        user_name: Asserted::Absent,
        active,
        ..said.clone()
    };
    Some(DirectoryChange::UpdateUser { user, attributes })
}

/// What waits, as a change of its own: only what takes something away.
fn waiting(
    brake: &BrakeFacts<'_>,
    change: &DirectoryChange,
    held: Vec<Effect>,
) -> Option<DirectoryChange> {
    let mut attributes = UserAttributes::default();
    let mut of_user = None;
    let mut removed = BTreeSet::new();
    let mut of_group: Option<GroupId> = None;
    for effect in held {
        match effect {
            Effect::DeactivateMember { user, deactivation } => {
                if deactivation.tombstone_until.is_some() {
                    return Some(DirectoryChange::DeleteUser { user });
                }
                attributes.active = Asserted::Value(false);
                of_user = Some(user);
            }
            Effect::UpdateProfile { user, change } => {
                let address = change
                    .address
                    .map(|address| Personal::new(address.expose()));
                attributes.user_name = address.map_or(Asserted::Absent, Asserted::Value);
                of_user = Some(user);
            }
            Effect::RemoveFromTeam { group, user } => {
                removed.insert(user);
                of_group = Some(group);
            }
            Effect::LeaveLinkedOrganization { organization, user } => {
                removed.insert(user);
                of_group = Some(GroupId::new(organization.as_str()));
            }
            _ => {}
        }
    }
    match (of_user, of_group) {
        (Some(user), _) => Some(DirectoryChange::UpdateUser { user, attributes }),
        (None, Some(group)) => Some(removals(group, with_held(brake, change, removed))),
        (None, None) => None,
    }
}

fn removals(group: GroupId, removed: BTreeSet<UserId>) -> DirectoryChange {
    DirectoryChange::UpdateGroup {
        group,
        display_name: Asserted::Absent,
        add: Vec::new(),
        remove: removed.into_iter().collect(),
    }
}

/// The removals that wait already, but for those who are added again.
fn with_held(
    brake: &BrakeFacts<'_>,
    change: &DirectoryChange,
    mut removed: BTreeSet<UserId>,
) -> BTreeSet<UserId> {
    if let Some(DirectoryChange::UpdateGroup { remove, .. }) = brake.held.map(|held| &held.change) {
        removed.extend(remove.iter().cloned());
    }
    if let DirectoryChange::UpdateGroup { add, .. } = change {
        for user in add {
            removed.remove(user);
        }
    }
    removed
}

/// Who is added to a group leaves the removals that wait.
fn trimmed(brake: &BrakeFacts<'_>, change: &DirectoryChange, mut decision: Decision) -> Decision {
    let Some(held) = brake
        .held
        .filter(|_| matches!(decision.outcome, Outcome::Allow(_) | Outcome::NoEffect))
    else {
        return decision;
    };
    let (DirectoryChange::UpdateGroup { group, remove, .. }, DirectoryChange::UpdateGroup { .. }) =
        (&held.change, change)
    else {
        return decision;
    };
    let left = with_held(brake, change, BTreeSet::new());
    if left.len() == remove.len() {
        return decision;
    }
    decision.effects.push(if left.is_empty() {
        let target = HeldTarget::Group(group.clone());
        Effect::ReleaseHold { target }
    } else {
        Effect::RecordHold(Box::new(HeldChange {
            change: removals(group.clone(), left),
            ..held.clone()
        }))
    });
    if decision.outcome == Outcome::NoEffect {
        decision.outcome = Outcome::Allow(super::Allowance::Change);
        decision.reasons = vec![Reason::new(RuleId::GROUP_09, [])];
    }
    decision
}
