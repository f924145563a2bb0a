//! Renaming a group, and adding and removing members.

use std::collections::BTreeSet;

use super::super::facts::{GroupFacts, TeamPersonFacts, TeamPlace};
use super::super::membership::{TeamPresence, TeamState};
use super::team_name::usable;
use super::{
    Case, Decision, DenyCode, DomainClass, Effect, Fact, Reason, Refusals, RemedyAction,
    RemedyActor, RuleId, Verb, Warning, allow,
};
use crate::identity::{Asserted, GroupId, UserId};

/// Somebody who is both to be added and to be removed stays, so that repeating changes nothing.
pub(super) fn decide(
    case: Case<'_>,
    display_name: &Asserted<String>,
    add: &[UserId],
    remove: &[UserId],
) -> Decision {
    let mut refusals = case.gate(Verb::Change);
    case.check_group_management(&mut refusals);
    let Some(team) = managed_team(case, &mut refusals) else {
        return refused(refusals);
    };
    let name = new_name(case, team, display_name, &mut refusals);
    if let Some(denied) = refusals.into_decision(None) {
        return denied;
    }
    let mut effects = Vec::new();
    if let Some(name) = name {
        let group = team.group.clone();
        effects.push(Effect::RenameTeam { group, name });
    }
    let is_renamed = !effects.is_empty();
    let (added, mut warnings) = additions(case, &team.group, add);
    if !added.is_empty() && is_deferred(team) {
        effects.push(Effect::MaterializeTeam {
            group: team.group.clone(),
        });
    }
    let kept: BTreeSet<_> = add.iter().collect();
    let remove = remove.iter().filter(|user| !kept.contains(user));
    let (removed, skipped) = removals(case, &team.group, remove);
    effects.extend(removed);
    effects.extend(added);
    warnings.extend(skipped);
    let rule = if is_renamed {
        RuleId::GROUP_10
    } else {
        RuleId::GROUP_09
    };
    allow(rule, effects).with_warnings(warnings)
}

/// The group that the message names, if this connection manages it.
pub(super) fn managed_team<'a>(case: Case<'a>, refusals: &mut Refusals) -> Option<&'a GroupFacts> {
    let Some(team) = &case.facts.group else {
        refusals.push(DenyCode::GroupNotFound, Reason::new(RuleId::GROUP_09, []));
        return None;
    };
    match case.team_manager(team) {
        Some(connection) => {
            case.check_manager(Some(connection), refusals);
            Some(team)
        }
        None => {
            let reason = Reason::new(RuleId::GROUP_15, [Fact::Group(team.group.clone())]);
            refusals.push(DenyCode::GroupNotManaged, reason);
            None
        }
    }
}

pub(super) fn refused(refusals: Refusals) -> Decision {
    refusals
        .into_decision(None)
        .unwrap_or_else(|| allow(RuleId::GROUP_09, Vec::new()))
}

fn new_name(
    case: Case<'_>,
    team: &GroupFacts,
    said: &Asserted<String>,
    refusals: &mut Refusals,
) -> Option<String> {
    let name = match said {
        Asserted::Absent => return None,
        Asserted::Cleared => None,
        Asserted::Value(name) => usable(name),
    };
    let Some(name) = name else {
        refusals.push(
            DenyCode::GroupNameUnusable,
            Reason::new(RuleId::GROUP_22, []),
        );
        return None;
    };
    let other = case
        .facts
        .named_teams
        .iter()
        .find(|named| named.group != team.group);
    if let Some(other) = other {
        let read = [Fact::Group(other.group.clone())];
        let reason = Reason::new(RuleId::GROUP_11, read)
            .with_remedy(RemedyAction::Rename, RemedyActor::DirectoryAdministrator);
        refusals.push(DenyCode::NameTaken, reason);
    }
    (name != team.name).then(|| name.to_owned())
}

/// Those who can be added: managed members of verified domains. The others are skipped.
pub(super) fn additions(
    case: Case<'_>,
    group: &GroupId,
    add: &[UserId],
) -> (Vec<Effect>, Vec<Warning>) {
    let mut effects = Vec::new();
    let mut warnings = Vec::new();
    for user in add {
        match case
            .facts
            .people
            .get(user)
            .filter(|person| is_managed(case, person))
        {
            None => warnings.push(Warning::UnknownMember(user.clone())),
            Some(person) if person.place == TeamPlace::Outside => effects.push(Effect::AddToTeam {
                group: group.clone(),
                user: user.clone(),
            }),
            Some(_) => {}
        }
    }
    (effects, warnings)
}

fn is_managed(case: Case<'_>, person: &TeamPersonFacts) -> bool {
    let by_us = |manager: Option<&crate::identity::ConnectionId>| manager == Some(case.connection);
    person.domain == DomainClass::OwnVerified
        && person
            .member
            .as_ref()
            .is_some_and(|member| by_us(member.manager.as_ref()) && !member.is_deleted())
}

/// Those who can be removed: anybody of a verified domain, for the group says who is in it.
fn removals<'a>(
    case: Case<'_>,
    group: &GroupId,
    remove: impl Iterator<Item = &'a UserId>,
) -> (Vec<Effect>, Vec<Warning>) {
    let mut effects = Vec::new();
    let mut warnings = Vec::new();
    for user in remove {
        let person = case.facts.people.get(user);
        match person.filter(|person| person.domain == DomainClass::OwnVerified) {
            None => warnings.push(Warning::UnknownMember(user.clone())),
            Some(person) if person.place == TeamPlace::Inside => {
                effects.push(Effect::RemoveFromTeam {
                    group: group.clone(),
                    user: user.clone(),
                });
            }
            Some(_) => {}
        }
    }
    (effects, warnings)
}

const fn is_deferred(team: &GroupFacts) -> bool {
    matches!(
        team.state,
        TeamState::Managed {
            presence: TeamPresence::Deferred,
            ..
        }
    )
}
