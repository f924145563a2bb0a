//! Groups in an Admin organization: each stands for a linked organization (rules ).

use super::super::family::{FamilyGroupChange, FamilyGroupFacts, decide_family_group};
use super::{Case, Decision, Verb};
use crate::identity::{DirectoryChange, OrganizationId};

/// The change as one of a group that stands for an organization; `None` for a change of a user.
pub(super) fn change_of(change: &DirectoryChange) -> Option<FamilyGroupChange> {
    match change {
        DirectoryChange::CreateGroup(attributes) => Some(FamilyGroupChange::Members {
            add: attributes.members.clone(),
            remove: Vec::new(),
        }),
        DirectoryChange::UpdateGroup { add, remove, .. } => Some(FamilyGroupChange::Members {
            add: add.clone(),
            remove: remove.clone(),
        }),
        DirectoryChange::DeleteGroup { .. } | DirectoryChange::DisassociateGroup { .. } => {
            Some(FamilyGroupChange::Delete)
        }
        DirectoryChange::CreateUser(_)
        | DirectoryChange::UpdateUser { .. }
        | DirectoryChange::DeleteUser { .. } => None,
    }
}

pub(super) fn decide(
    case: Case<'_>,
    linked: Option<&OrganizationId>,
    change: &FamilyGroupChange,
) -> Decision {
    let mut refusals = case.gate(Verb::Change);
    case.check_group_management(&mut refusals);
    if let Some(denied) = refusals.into_decision(None) {
        return denied;
    }
    let facts = FamilyGroupFacts {
        linked: linked.cloned(),
        connection: case.connection.clone(),
        people: case.facts.people.clone(),
    };
    decide_family_group(&facts, change)
}
