//! Groups of a family: each stands for a linked organization, none becomes a Team.

use std::collections::{BTreeMap, BTreeSet};

use super::super::audit::{AuditActor, AuditName};
use super::super::decision::{Allowance, Decision, Outcome, Reason, Warning};
use super::super::effect::Effect;
use super::super::facts::{DomainClass, TeamPersonFacts, TeamPlace};
use super::super::membership::Role;
use super::super::rule::RuleId;
use crate::identity::{ConnectionId, OrganizationId, UserId};

/// The facts of a group's change in an Admin organization.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct FamilyGroupFacts {
    /// The linked organization whose provisioning name is the group's, if exactly one has it
    /// ([`same_name`](super::super::same_name)).
    pub linked: Option<OrganizationId>,
    /// The connection that asks.
    pub connection: ConnectionId,
    /// The people whom the change names: their membership is the one of the Admin organization, their
    /// place the one in the linked organization.
    pub people: BTreeMap<UserId, TeamPersonFacts>,
}

/// What a directory asks of a group in a family.
#[expect(clippy::exhaustive_enums, reason = "a host must sort each change")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FamilyGroupChange {
    /// To delete the group, or to take it off the connection.
    Delete,
    /// To make a group with these members, or to add some and take others out.
    Members {
        /// Whom to add.
        add: Vec<UserId>,
        /// Whom to take out, unless they are to be added too.
        remove: Vec<UserId>,
    },
}

/// Decides a group's change in an Admin organization (rules X-08 to X-11).
///
/// [`decide_provisioning`](super::super::decide_provisioning) does this, under the brake, when the
/// facts say that groups stand for linked organizations ([`GroupImage`](super::super::GroupImage)). A
/// member of the group becomes a member of the linked organization that the group stands for. A
/// group that stands for none has no effect, and the deletion of a group deletes no organization
/// and removes nobody: the link between the two names ends, and people stay.
///
/// ```
/// use std::collections::{BTreeMap, BTreeSet};
/// use vestibule::access::*;
/// use vestibule::identity::{ConnectionId, UserId};
///
/// let facts = FamilyGroupFacts {
///     linked: None,
///     connection: ConnectionId::new("okta-1"),
///     people: BTreeMap::new(),
/// };
/// let change = FamilyGroupChange::Members { add: vec![UserId::new("u1")], remove: vec![] };
/// let decision = decide_family_group(&facts, &change);
/// assert_eq!(decision.outcome, Outcome::NoEffect);
/// assert_eq!(decision.determining_rule(), Some(RuleId::X_11));
/// ```
pub fn decide_family_group(facts: &FamilyGroupFacts, change: &FamilyGroupChange) -> Decision {
    let name = match change {
        FamilyGroupChange::Members { .. } => AuditName::GroupUpdate,
        FamilyGroupChange::Delete => AuditName::GroupDelete,
    };
    let decision = match (&facts.linked, change) {
        (Some(linked), FamilyGroupChange::Members { add, remove }) => {
            members(facts, linked, add, remove)
        }
        (None, _) | (_, FamilyGroupChange::Delete) => {
            Decision::new(Outcome::NoEffect, vec![Reason::new(RuleId::X_11, [])])
        }
    };
    let actor = AuditActor::Connection(facts.connection.clone());
    decision.audited(name, actor, None)
}

fn members(
    facts: &FamilyGroupFacts,
    linked: &OrganizationId,
    add: &[UserId],
    remove: &[UserId],
) -> Decision {
    let mut effects = Vec::new();
    let mut warnings = Vec::new();
    let stays: BTreeSet<_> = add.iter().collect();
    let leaves = remove.iter().filter(|user| !stays.contains(user));
    for user in leaves {
        match place(facts, user) {
            None => warnings.push(Warning::UnknownMember(user.clone())),
            Some(TeamPlace::Inside) => effects.push(Effect::LeaveLinkedOrganization {
                organization: linked.clone(),
                user: user.clone(),
            }),
            Some(TeamPlace::Outside) => {}
        }
    }
    for user in add {
        match place(facts, user) {
            None => warnings.push(Warning::UnknownMember(user.clone())),
            Some(TeamPlace::Outside) => effects.push(Effect::JoinLinkedOrganization {
                organization: linked.clone(),
                user: user.clone(),
            }),
            Some(TeamPlace::Inside) => {}
        }
    }
    // X-10: no Team comes of it.
    let reasons = vec![Reason::new(RuleId::X_09, []), Reason::new(RuleId::X_10, [])];
    let outcome = if effects.is_empty() {
        Outcome::NoEffect
    } else {
        Outcome::Allow(Allowance::Change)
    };
    Decision::new(outcome, reasons)
        .with_effects(effects)
        .with_warnings(warnings)
}

/// Where somebody is whom the directory may move: a member of the Admin organization whom this
/// connection manages, of a verified domain, active, and no Owner. A directory does not move those
/// who administer the family.
fn place(facts: &FamilyGroupFacts, user: &UserId) -> Option<TeamPlace> {
    let person = facts.people.get(user)?;
    let member = person.member.as_ref()?;
    let ours = member.manager.as_ref() == Some(&facts.connection);
    let may_move = person.domain == DomainClass::OwnVerified
        && ours
        && member.is_active()
        && member.role != Role::Owner;
    may_move.then_some(person.place)
}
