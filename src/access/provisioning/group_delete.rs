//! Deleting a group, and what becomes of its members.

use super::super::facts::TeamPersonFacts;
use super::super::membership::{DeactivatedBy, Deactivation};
use super::super::settings::GroupRemoval;
use super::group_change::{managed_team, refused};
use super::{
    Case, Decision, DomainClass, Effect, Fact, Member, Reason, RuleId, Switch, UserId, Verb,
    Warning, allow,
};

pub(super) fn decide(case: Case<'_>) -> Decision {
    let mut refusals = case.gate(Verb::Leave);
    case.check_group_management(&mut refusals);
    let team = managed_team(case, &mut refusals);
    let Some(team) = team.filter(|_| refusals.is_empty()) else {
        return refused(refusals);
    };
    let mut effects = vec![Effect::DeleteTeam {
        group: team.group.clone(),
    }];
    let (leavers, warnings) = leavers(case);
    let rule = match case.facts.settings.group_removal {
        GroupRemoval::DeactivateOrphans => RuleId::GROUP_16,
        GroupRemoval::LeaveMembers => RuleId::C_33,
    };
    effects.extend(leavers.into_iter().map(|user| Effect::DeactivateMember {
        user,
        deactivation: Deactivation {
            by: DeactivatedBy::Directory(case.connection.clone()),
            tombstone_until: None,
        },
    }));
    let mut decision = allow(RuleId::GROUP_14, effects).with_warnings(warnings);
    let setting = Fact::setting("group_removal", &case.facts.settings.group_removal);
    decision.reasons.push(Reason::new(rule, [setting]));
    decision
}

/// The members who are in no other active managed group, in the order of their identifiers.
fn leavers(case: Case<'_>) -> (Vec<UserId>, Vec<Warning>) {
    let settings = case.facts.settings;
    if settings.group_removal == GroupRemoval::LeaveMembers {
        return (Vec::new(), Vec::new());
    }
    let orphans = case
        .facts
        .people
        .iter()
        .filter_map(|(user, person)| orphan(case, person).map(|member| (user, member)));
    if settings.operations.deactivate == Switch::Off {
        let kept = orphans.count() > 0;
        return (
            Vec::new(),
            kept.then_some(Warning::OrphansKept).into_iter().collect(),
        );
    }
    let mut gone = Vec::new();
    let mut gone_owners: usize = 0;
    let mut warnings = Vec::new();
    for (user, member) in orphans {
        if !case.spares(user, member, gone_owners) {
            warnings.push(Warning::LastOwnerKept(user.clone()));
            continue;
        }
        let standing = case.facts.standing_owners.contains(user);
        gone_owners = gone_owners.saturating_add(usize::from(standing));
        gone.push(user.clone());
    }
    (gone, warnings)
}

/// An active member of a verified domain, of no other connection, whom no other group keeps.
fn orphan<'a>(case: Case<'_>, person: &'a TeamPersonFacts) -> Option<&'a Member> {
    let member = person.member.as_ref()?;
    let of_other = member
        .manager
        .as_ref()
        .is_some_and(|manager| manager != case.connection);
    let touches = person.domain == DomainClass::OwnVerified && !of_other;
    (touches && member.is_active() && person.other_managed_teams == 0).then_some(member)
}
