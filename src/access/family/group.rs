//! Groups of a family: each stands for a linked organization, none becomes a Team.

use std::collections::BTreeMap;

use super::super::audit::{AuditActor, AuditName};
use super::super::decision::{Allowance, Decision, Outcome, Reason, Warning};
use super::super::effect::Effect;
use super::super::facts::DomainClass;
use super::super::membership::{Member, Role};
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
    /// The people whom the change names, with the class of their address's domain and their
    /// membership of the Admin organization.
    pub people: BTreeMap<UserId, (DomainClass, Option<Member>)>,
}

/// What a directory asks of a group in a family.
#[expect(clippy::exhaustive_enums, reason = "a host must sort each change")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FamilyGroupChange {
    /// To make a group with these members, or to add them.
    Add(Vec<UserId>),
    /// To delete the group.
    Delete,
    /// To take these members out.
    Remove(Vec<UserId>),
}

/// Decides a group's change in an Admin organization (rules X-08 to X-11).
///
/// A member of the group becomes a member of the linked organization that the group stands for. A
/// group that stands for none has no effect, and the deletion of a group deletes no organization
/// and removes nobody: the link between the two names ends, and people stay.
///
/// ```
/// use std::collections::BTreeMap;
/// use vestibule::access::*;
/// use vestibule::identity::{ConnectionId, UserId};
///
/// let facts = FamilyGroupFacts {
///     linked: None,
///     connection: ConnectionId::new("okta-1"),
///     people: BTreeMap::new(),
/// };
/// let decision = decide_family_group(&facts, &FamilyGroupChange::Add(vec![UserId::new("u1")]));
/// assert_eq!(decision.outcome, Outcome::NoEffect);
/// assert_eq!(decision.determining_rule(), Some(RuleId::X_11));
/// ```
pub fn decide_family_group(facts: &FamilyGroupFacts, change: &FamilyGroupChange) -> Decision {
    let name = match change {
        FamilyGroupChange::Add(_) | FamilyGroupChange::Remove(_) => AuditName::GroupUpdate,
        FamilyGroupChange::Delete => AuditName::GroupDelete,
    };
    let decision = match (&facts.linked, change) {
        (Some(linked), FamilyGroupChange::Add(users)) => {
            mapped(facts, users, |user| Effect::JoinLinkedOrganization {
                organization: linked.clone(),
                user,
            })
        }
        (Some(linked), FamilyGroupChange::Remove(users)) => {
            mapped(facts, users, |user| Effect::LeaveLinkedOrganization {
                organization: linked.clone(),
                user,
            })
        }
        (None, _) | (_, FamilyGroupChange::Delete) => {
            Decision::new(Outcome::NoEffect, vec![Reason::new(RuleId::X_11, [])])
        }
    };
    let actor = AuditActor::Connection(facts.connection.clone());
    decision.audited(name, actor, None)
}

fn mapped(
    facts: &FamilyGroupFacts,
    users: &[UserId],
    effect: impl Fn(UserId) -> Effect,
) -> Decision {
    let (known, unknown): (Vec<_>, Vec<_>) =
        users.iter().cloned().partition(|user| may_map(facts, user));
    let warnings = unknown.into_iter().map(Warning::UnknownMember).collect();
    let effects: Vec<_> = known.into_iter().map(effect).collect();
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

/// A member of the Admin organization whom this connection manages, of a verified domain, active,
/// and no Owner: a directory does not move those who administer the family.
fn may_map(facts: &FamilyGroupFacts, user: &UserId) -> bool {
    let Some((DomainClass::OwnVerified, Some(member))) = facts.people.get(user) else {
        return false;
    };
    let ours = member.manager.as_ref() == Some(&facts.connection);
    ours && member.is_active() && member.role != Role::Owner
}
