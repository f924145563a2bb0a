//! What becomes of a group that goes away, and of its members.
//!
//! The members are walked through twice, once to count and once to act, and their effects are
//! streamed: a group of a million members needs no more memory than one of ten.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::super::brake::{Brake, Demand, HeldTarget};
use super::super::facts::{Assignment, ProvisioningFacts, TeamPersonFacts};
use super::super::membership::{DeactivatedBy, Deactivation};
use super::super::settings::GroupRemoval;
use super::braking;
use super::group_change::{managed_team, refused};
use super::{
    AuditName, Case, Decision, DomainClass, Effect, Fact, Outcome, Reason, RuleId, Subject, Switch,
    UserId, Verb, Warning, actor, allow, failed, unknown_connection,
};
use crate::identity::{DirectoryChange, GroupId};

/// How a group goes away.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum GroupExit {
    /// It is deleted: its Team is deleted too (rule GROUP-14).
    Deleted,
    /// It is taken off the connection: its Team stays, managed by nobody (rule GROUP-12).
    Disassociated,
}

/// Decides what becomes of a group that goes away, whatever its size.
///
/// `members` are all members of the Team with what is known of each, in any order that is the same
/// when it is walked through again; `facts.people` is not looked at. Time is linear in them, and
/// memory does not depend on them.
///
/// One that is over the budget is recorded as a change that waits.
///
/// ```
/// use vestibule::access::*;
/// use vestibule::domain::RecordPrefix;
/// use vestibule::identity::{ConnectionId, DirectoryChange, GroupId, OrganizationId};
///
/// # let settings = Settings::recommended(RecordPrefix::parse("product")?);
/// # let acme = Organization::new(OrganizationId::new("acme"), settings);
/// let change = DirectoryChange::DeleteGroup { group: GroupId::new("g1") };
/// let facts = acme.provisioning_facts(&ConnectionId::new("okta-1"), &change);
/// let now = "2026-01-01T00:00:00Z".parse()?;
/// let departure = decide_group_departure(&facts, GroupExit::Deleted, facts.people.iter(), now);
/// for effect in departure.effects() {
///     // one transaction, effect by effect
/// #   let _ = effect;
/// }
/// assert_eq!(departure.leavers(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide_group_departure<'f, I, U, P>(
    facts: &'f ProvisioningFacts<'f>,
    exit: GroupExit,
    members: I,
    now: DateTime<Utc>,
) -> GroupDeparture<'f, I>
where
    I: Iterator<Item = (U, P)> + Clone,
    U: Borrow<UserId>,
    P: Borrow<TeamPersonFacts>,
{
    let Some(case) = Case::of(facts) else {
        let decision = finished(facts, exit, unknown_connection(), now);
        return GroupDeparture::without_leavers(facts, members, decision);
    };
    let mut refusals = case.gate(Verb::Leave);
    case.check_group_management(&mut refusals);
    let team = managed_team(case, &mut refusals);
    let Some(team) = team.filter(|_| refusals.is_empty()) else {
        let decision = finished(facts, exit, refused(refusals), now);
        return GroupDeparture::without_leavers(facts, members, decision);
    };
    let census = match facts.settings.group_removal {
        GroupRemoval::LeaveMembers => Census::default(),
        GroupRemoval::DeactivateOrphans => Census::of(case, members.clone()),
    };
    let leavers = census.leavers;
    let decision = braked(case, exit, &team.group, census, now);
    let acts = matches!(decision.outcome, Outcome::Allow(_));
    GroupDeparture {
        decision: finished(facts, exit, decision, now),
        facts,
        members,
        leavers: if acts { leavers } else { 0 },
    }
}

/// What was decided about a group that goes away, and the effects on its members as a stream.
#[must_use = "a decision that is not carried out is a hole"]
#[derive(Debug)]
pub struct GroupDeparture<'f, I> {
    decision: Decision,
    facts: &'f ProvisioningFacts<'f>,
    members: I,
    leavers: u32,
}

impl<'f, I, U, P> GroupDeparture<'f, I>
where
    I: Iterator<Item = (U, P)> + Clone,
    U: Borrow<UserId>,
    P: Borrow<TeamPersonFacts>,
{
    const fn without_leavers(
        facts: &'f ProvisioningFacts<'f>,
        members: I,
        decision: Decision,
    ) -> Self {
        Self {
            decision,
            facts,
            members,
            leavers: 0,
        }
    }

    /// The decision without the effects on the members.
    /// [`decide_group_departure`] has an example of the rest.
    pub const fn decision(&self) -> &Decision {
        &self.decision
    }

    /// How many members are deactivated. [`decide_group_departure`] has an example.
    #[must_use]
    pub const fn leavers(&self) -> u32 {
        self.leavers
    }

    /// What must happen, in this order, in one transaction: the decision's effects, and then the
    /// deactivations. [`decide_group_departure`] has an example.
    pub fn effects(&self) -> impl Iterator<Item = Effect> + use<'_, 'f, I, U, P> {
        let head = self.decision.effects.iter().cloned();
        let case = Case::of(self.facts).filter(|_| self.leavers > 0);
        let leavers = case.map(|case| leavers(case, self.members.clone()));
        head.chain(leavers.into_iter().flatten())
    }

    /// The decision with all effects in it, for a group that fits into memory.
    pub(in crate::access) fn into_decision(self) -> Decision {
        let effects = self.effects().collect();
        self.decision.with_effects(effects)
    }
}

fn leavers<'f, I, U, P>(
    case: Case<'f>,
    members: I,
) -> impl Iterator<Item = Effect> + use<'f, I, U, P>
where
    I: Iterator<Item = (U, P)>,
    U: Borrow<UserId>,
    P: Borrow<TeamPersonFacts>,
{
    let mut judge = Judge::new(case);
    members.filter_map(move |(user, person)| {
        let leaves = judge.fate(user.borrow(), person.borrow()) == Fate::Leaves;
        leaves.then(|| Effect::DeactivateMember {
            user: user.borrow().clone(),
            deactivation: Deactivation {
                by: DeactivatedBy::Directory(case.connection.clone()),
                tombstone_until: None,
            },
        })
    })
}

fn braked(
    case: Case<'_>,
    exit: GroupExit,
    group: &GroupId,
    census: Census,
    now: DateTime<Utc>,
) -> Decision {
    let leavers = census.leavers;
    let mut decision = decided(case, exit, group, census);
    let Brake::Engaged(brake) = &case.facts.brake else {
        return decision;
    };
    let target = HeldTarget::Group(group.clone());
    let is_setup = braking::is_setup(case, brake, &target, now);
    let team = u32::from(exit == GroupExit::Deleted && !is_setup);
    let taken = leavers.saturating_add(team);
    let demand = Demand {
        taken,
        groups: u32::from(taken > 0),
        in_grace: !brake.domains_in_grace.is_empty(),
        ..Demand::default()
    };
    let Some(hold) = braking::judge(case, brake, demand, now) else {
        let spent = braking::spent(case, brake, demand, now);
        decision.effects.extend(spent);
        return decision;
    };
    let group = group.clone();
    let waiting = match exit {
        GroupExit::Deleted => DirectoryChange::DeleteGroup { group },
        GroupExit::Disassociated => DirectoryChange::DisassociateGroup { group },
    };
    decision.effects = braking::recorded(case, brake, waiting, hold, now);
    decision.outcome = Outcome::Hold(hold);
    decision.reasons.insert(0, braking::reason(hold));
    decision.next_wake = braking::end(case, brake, hold.cause, now);
    decision
}

fn decided(case: Case<'_>, exit: GroupExit, group: &GroupId, census: Census) -> Decision {
    let group = group.clone();
    let (rule, orphans, effect) = match exit {
        GroupExit::Deleted => (
            RuleId::GROUP_14,
            RuleId::GROUP_16,
            Effect::DeleteTeam { group },
        ),
        GroupExit::Disassociated => (
            RuleId::GROUP_12,
            RuleId::GROUP_13,
            Effect::ReleaseTeam { group },
        ),
    };
    let removal = case.facts.settings.group_removal;
    let setting = Fact::setting("group_removal", &removal);
    let mut decision = allow(rule, vec![effect]).with_warnings(census.warnings);
    decision.reasons.push(match removal {
        GroupRemoval::LeaveMembers => Reason::new(RuleId::C_33, [setting]),
        GroupRemoval::DeactivateOrphans => Reason::new(orphans, [setting]),
    });
    let kept = census.kept.into_iter();
    let kept = kept.map(|(rule, users)| Reason::new(rule, users.into_facts()));
    decision.reasons.extend(kept);
    decision
}

fn finished(
    facts: &ProvisioningFacts<'_>,
    exit: GroupExit,
    decision: Decision,
    now: DateTime<Utc>,
) -> Decision {
    let group = facts.group.as_ref().map(|team| team.group.clone());
    let decision = failed(facts, decision, now).about(group.map(Subject::Group));
    if facts.settings.group_management == Switch::Off {
        return decision; // GROUP-24
    }
    let name = match exit {
        GroupExit::Deleted => AuditName::GroupDelete,
        GroupExit::Disassociated => AuditName::GroupDisassociate,
    };
    decision.audited(name, actor(facts), None)
}

/// How many members leave, and who stays by which rule; of bounded size.
#[derive(Default)]
struct Census {
    leavers: u32,
    kept: BTreeMap<RuleId, NamedUsers>,
    warnings: Vec<Warning>,
}

impl Census {
    fn of<U: Borrow<UserId>, P: Borrow<TeamPersonFacts>>(
        case: Case<'_>,
        members: impl Iterator<Item = (U, P)>,
    ) -> Self {
        let mut census = Self::default();
        let mut judge = Judge::new(case);
        for (user, person) in members {
            match judge.fate(user.borrow(), person.borrow()) {
                Fate::Untouched => {}
                Fate::Leaves => census.leavers = census.leavers.saturating_add(1),
                Fate::Kept(rule) => census.keep(rule, user.borrow()),
            }
        }
        if census.kept.contains_key(&RuleId::USER_18) {
            census.warnings.push(Warning::OrphansKept);
        }
        census
    }

    fn keep(&mut self, rule: RuleId, user: &UserId) {
        let named = self.kept.entry(rule).or_default().add(user);
        if rule == RuleId::GROUP_21 && named {
            self.warnings.push(Warning::LastOwnerKept(user.clone()));
        }
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

    /// Whether the user is one of those who are named.
    fn add(&mut self, user: &UserId) -> bool {
        let is_named = self.named.len() < Self::NAMED;
        match is_named {
            true => self.named.push(Fact::User(user.clone())),
            false => self.others = self.others.saturating_add(1),
        }
        is_named
    }

    fn into_facts(mut self) -> Vec<Fact> {
        if self.others > 0 {
            self.named.push(Fact::OtherUsers(self.others));
        }
        self.named
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Fate {
    /// Stays, by this rule.
    Kept(RuleId),
    /// Active, of a verified domain, of no other connection, and in no other managed group.
    Leaves,
    /// Is no active member anyway.
    Untouched,
}

/// Judges the members one after the other: whether an Owner may go depends on who went before.
struct Judge<'f> {
    case: Case<'f>,
    may_deactivate: bool,
    direct_counts: bool,
    standing: usize,
    gone: usize,
}

impl<'f> Judge<'f> {
    fn new(case: Case<'f>) -> Self {
        Self {
            case,
            may_deactivate: case.facts.settings.operations.deactivate == Switch::On,
            direct_counts: case.facts.settings.direct_assignment_counts == Switch::On,
            standing: case.standing_owners(),
            gone: 0,
        }
    }

    fn fate(&mut self, user: &UserId, person: &TeamPersonFacts) -> Fate {
        let Some(member) = person.member.as_ref().filter(|member| member.is_active()) else {
            return Fate::Untouched;
        };
        let ours = |manager| manager == self.case.connection;
        if person.domain != DomainClass::OwnVerified {
            Fate::Kept(RuleId::GROUP_20)
        } else if !self.case.manager(member).is_none_or(ours) {
            Fate::Kept(RuleId::GUARD_09)
        } else if person.other_managed_teams > 0 {
            Fate::Kept(RuleId::GROUP_13)
        } else if self.direct_counts && person.assignment == Assignment::Direct {
            Fate::Kept(RuleId::C_33)
        } else if !self.may_deactivate {
            Fate::Kept(RuleId::USER_18)
        } else if !self.case.spares(user, member, self.standing, self.gone) {
            Fate::Kept(RuleId::GROUP_21)
        } else {
            let standing = self.case.stands(user);
            self.gone = self.gone.saturating_add(usize::from(standing));
            Fate::Leaves
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_are_named_and_the_others_counted() {
        let facts = |count: usize| {
            let mut users = NamedUsers::default();
            for number in 0..count {
                let is_named = users.add(&UserId::new(format!("u{number}")));
                assert_eq!(is_named, number < 20);
            }
            users.into_facts()
        };
        assert_eq!(facts(1), [Fact::User(UserId::new("u0"))]);
        assert_eq!(facts(20).len(), 20);
        assert_eq!(facts(22).len(), 21);
        assert_eq!(facts(22).last(), Some(&Fact::OtherUsers(2)));
    }
}
