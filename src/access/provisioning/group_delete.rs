//! Deleting a group, and what becomes of its members.

use std::collections::BTreeMap;

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
    let setting = Fact::setting("group_removal", &case.facts.settings.group_removal);
    if case.facts.settings.group_removal == GroupRemoval::LeaveMembers {
        let mut decision = allow(RuleId::GROUP_14, effects);
        decision.reasons.push(Reason::new(RuleId::C_33, [setting]));
        return decision;
    }
    let fates = Fates::of(case);
    effects.extend(
        fates
            .leavers
            .into_iter()
            .map(|user| Effect::DeactivateMember {
                user,
                deactivation: Deactivation {
                    by: DeactivatedBy::Directory(case.connection.clone()),
                    tombstone_until: None,
                },
            }),
    );
    let mut decision = allow(RuleId::GROUP_14, effects).with_warnings(fates.warnings);
    decision
        .reasons
        .push(Reason::new(RuleId::GROUP_16, [setting]));
    let kept = fates.kept.into_iter();
    decision
        .reasons
        .extend(kept.map(|(rule, users)| Reason::new(rule, users.into_facts())));
    decision
}

/// What becomes of the members, in the order of their identifiers.
#[derive(Default)]
struct Fates {
    leavers: Vec<UserId>,
    /// Who stays, by the rule that keeps them.
    kept: BTreeMap<RuleId, NamedUsers>,
    warnings: Vec<Warning>,
}

impl Fates {
    fn of(case: Case<'_>) -> Self {
        let mut fates = Self::default();
        let mut gone_owners: usize = 0;
        let may_deactivate = case.facts.settings.operations.deactivate == Switch::On;
        for (user, person) in &case.facts.people {
            match fate(case, person) {
                Fate::Untouched => {}
                Fate::Kept(rule) => fates.keep(rule, user),
                Fate::Orphan(_) if !may_deactivate => fates.keep(RuleId::USER_18, user),
                Fate::Orphan(member) if !case.spares(user, member, gone_owners) => {
                    fates.warnings.push(Warning::LastOwnerKept(user.clone()));
                    fates.keep(RuleId::GROUP_21, user);
                }
                Fate::Orphan(_) => {
                    let standing = case.stands(user);
                    gone_owners = gone_owners.saturating_add(usize::from(standing));
                    fates.leavers.push(user.clone());
                }
            }
        }
        if fates.kept.contains_key(&RuleId::USER_18) {
            fates.warnings.push(Warning::OrphansKept);
        }
        fates
    }

    fn keep(&mut self, rule: RuleId, user: &UserId) {
        self.kept.entry(rule).or_default().add(user);
    }
}

/// Users as facts: the first few by name, the others by number.
#[derive(Default)]
struct NamedUsers {
    named: Vec<Fact>,
    others: usize,
}

impl NamedUsers {
    /// A reason is read by people; a list of thousands is not.
    const NAMED: usize = 20;

    fn add(&mut self, user: &UserId) {
        match self.named.len() < Self::NAMED {
            true => self.named.push(Fact::User(user.clone())),
            false => self.others = self.others.saturating_add(1),
        }
    }

    fn into_facts(mut self) -> Vec<Fact> {
        if self.others > 0 {
            self.named.push(Fact::OtherUsers(self.others));
        }
        self.named
    }
}

enum Fate<'a> {
    /// Active, of a verified domain, of no other connection, and in no other managed group.
    Orphan(&'a Member),
    /// Stays, by this rule.
    Kept(RuleId),
    /// Is no active member anyway.
    Untouched,
}

fn fate<'a>(case: Case<'_>, person: &'a TeamPersonFacts) -> Fate<'a> {
    let Some(member) = person.member.as_ref().filter(|member| member.is_active()) else {
        return Fate::Untouched;
    };
    let manager = member.manager.as_ref();
    if person.domain != DomainClass::OwnVerified {
        Fate::Kept(RuleId::GROUP_20)
    } else if manager.is_some_and(|manager| manager != case.connection) {
        Fate::Kept(RuleId::GUARD_09)
    } else if person.other_managed_teams > 0 {
        Fate::Kept(RuleId::GROUP_13)
    } else {
        Fate::Orphan(member)
    }
}
