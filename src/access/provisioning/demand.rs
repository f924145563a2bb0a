//! What a change takes away, adds and empties, counted for the brake.
//!
//! It judges nothing: whether that is too much is the brake's answer.

use chrono::{DateTime, Utc};

use super::super::brake::{BrakeFacts, Demand, HeldTarget};
use super::super::membership::{Deactivation, Member};
use super::braking::is_setup;
use super::{Case, Effect, Switch, UserFacts};
use crate::domain::EmailAddress;
use crate::identity::{DirectoryChange, UserId};

/// What the effects ask of the brake, and what else of the change it looks at.
pub(super) fn demand(
    case: Case<'_>,
    brake: &BrakeFacts<'_>,
    change: &DirectoryChange,
    effects: &[Effect],
    now: DateTime<Utc>,
) -> Demand {
    let is_setup = |effect: &&Effect| match effect {
        Effect::DeactivateMember { user, .. } => {
            is_setup(case, brake, &HeldTarget::User(user.clone()), now)
        }
        _ => false,
    };
    let taken = effects.iter().filter(|effect| takes_away(case, effect));
    let taken = taken.filter(|effect| !is_setup(effect));
    let made = effects
        .iter()
        .filter(|effect| effect.name() == "add-member");
    let leaves_unmanaged = |effect: &Effect| match effect {
        Effect::RemoveFromTeam { user, .. } => !is_managed(case, user),
        _ => false,
    };
    Demand {
        taken: count(taken.count()),
        groups: 0,
        adopts: adopts(case, change, effects),
        made: count(made.count()),
        in_grace: in_grace(case, brake, change),
        emptied: emptied(case, change, effects),
        unmanaged_leave: effects.iter().any(leaves_unmanaged),
        quarantined: false,
    }
}

/// Whether a member who is there is taken over, and somebody confirms that first (rule C-24). A
/// deleted member is none who is there.
fn adopts(case: Case<'_>, change: &DirectoryChange, effects: &[Effect]) -> bool {
    let member = target(case, change).and_then(|user| user.member);
    case.facts.settings.confirm_adoption == Switch::On
        && member.is_some_and(|member| !member.is_deleted())
        && effects.iter().any(|effect| effect.name() == "adopt-member")
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The user whom a change of users is about.
pub(super) fn target<'a>(case: Case<'a>, change: &DirectoryChange) -> Option<&'a UserFacts<'a>> {
    match change {
        DirectoryChange::CreateUser(_) => case.facts.user_name.as_ref()?.holder.as_ref(),
        DirectoryChange::UpdateUser { .. } | DirectoryChange::DeleteUser { .. } => {
            case.facts.user.as_ref()
        }
        DirectoryChange::CreateGroup(_)
        | DirectoryChange::UpdateGroup { .. }
        | DirectoryChange::DeleteGroup { .. }
        | DirectoryChange::DisassociateGroup { .. } => None,
    }
}

fn known<'a>(case: Case<'a>, user: &UserId) -> Option<&'a UserFacts<'a>> {
    let holder = case.facts.user_name.as_ref();
    let holder = holder.and_then(|name| name.holder.as_ref());
    let known = case.facts.user.iter().chain(holder);
    known.into_iter().find(|known| known.user == user)
}

pub(super) fn takes_away(case: Case<'_>, effect: &Effect) -> bool {
    match effect {
        Effect::DeactivateMember { user, deactivation } => {
            *user != case.facts.new_user && ends_something(case, user, deactivation)
        }
        Effect::DeleteTeam { .. }
        | Effect::LeaveLinkedOrganization { .. }
        | Effect::RemoveFromTeam { .. } => true,
        Effect::UpdateProfile { user, change } => {
            let old = known(case, user).map(|known| known.address.domain());
            let new = change.address.as_ref().map(EmailAddress::domain);
            new.is_some() && old != new
        }
        _ => false,
    }
}

/// Whether the member may enter so far, or is deleted and was not.
fn ends_something(case: Case<'_>, user: &UserId, deactivation: &Deactivation) -> bool {
    let member = known(case, user).and_then(|known| known.member);
    deactivation.tombstone_until.is_some() || member.is_none_or(Member::is_active)
}

fn is_managed(case: Case<'_>, user: &UserId) -> bool {
    let person = case.facts.people.get(user);
    let member = person.and_then(|person| person.member.as_ref());
    member.is_some_and(|member| case.manager(member) == Some(case.connection))
}

fn in_grace(case: Case<'_>, brake: &BrakeFacts<'_>, change: &DirectoryChange) -> bool {
    match target(case, change) {
        Some(user) => brake
            .domains_in_grace
            .iter()
            .any(|domain| domain.as_mail_domain() == user.address.domain()),
        None => !brake.domains_in_grace.is_empty(),
    }
}

/// How many members a group has that the change leaves without any.
fn emptied(case: Case<'_>, change: &DirectoryChange, effects: &[Effect]) -> u32 {
    let DirectoryChange::UpdateGroup { .. } = change else {
        return 0;
    };
    let members = case.facts.group.as_ref().map_or(0, |group| group.members);
    let is = |name: &'static str| effects.iter().filter(move |effect| effect.name() == name);
    let empties = is("remove-from-team").count() >= members && is("add-to-team").count() == 0;
    if empties { count(members) } else { 0 }
}
