//! Updating a user: names and addresses, and switching off and on.
//!
//! A refused change of names or addresses does not stop a leaver (rules USER-15 and C-28).

use super::super::membership::{DeactivatedBy, Deactivation, MemberState, ProfileChange};
use super::create::{adoption, update as update_effect, user_name};
use super::leave::{check_domain, not_found, target};
use super::{
    Case, Decision, Effect, Member, ProvisioningFacts, Refusals, RuleId, UserFacts, Verb, Warning,
    allow, ignored_roles, no_effect, profile,
};
use crate::domain::EmailAddress;
use crate::identity::{Asserted, Personal, UserAttributes};

/// A member whom nobody manages, and whom this connection may not take over.
pub(super) fn not_bound(user: &UserFacts<'_>) -> Decision {
    let warning = Warning::ImportedNotBound(user.user.clone());
    no_effect(&[RuleId::IMPORT_06]).with_warnings(vec![warning])
}

/// What the message asks of `active`, seen from how the member stands.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Switching {
    Off,
    On,
    /// An administrator switched the member off: the directory does not undo it.
    RefusedOn,
    Stays,
}

pub(super) fn decide(case: Case<'_>, attributes: &UserAttributes) -> Decision {
    let Some((user, member)) = target(case) else {
        return not_found(case);
    };
    let switching = switching(member, attributes);
    let mut found = Refusals::new();
    let change = change(case, user, attributes, &mut found);
    let leaves = switching == Switching::Off && change.is_empty();
    let mut refusals = case.gate(if leaves { Verb::Leave } else { Verb::Change });
    check_operations(case, switching, &change, &mut refusals);
    check_domain(case, user, member, leaves, &mut refusals);
    refusals.append(found);
    case.check_manager(member.manager.as_ref(), &mut refusals);
    if switching == Switching::Off {
        case.check_last_owner(user, member, &mut refusals);
    }
    let unbound = case.is_unbound(member);
    let leaver = switching == Switching::Off && may_leave(case, user, member);
    let decision = if unbound && (refusals.is_empty() || leaver) {
        not_bound(user)
    } else if refusals.is_empty() {
        carried_out(case, user, switching, change)
    } else if leaver {
        only_leaves(case, user, refusals, dropped(&change, attributes))
    } else {
        return refused(refusals);
    };
    decision.with_warnings(warnings(user, switching, attributes))
}

fn refused(refusals: Refusals) -> Decision {
    let denied = refusals.into_decision(None);
    denied.unwrap_or_else(|| no_effect(&[RuleId::USER_12]))
}

/// Whether the member may be switched off, whatever else the message says.
fn may_leave(case: Case<'_>, user: &UserFacts<'_>, member: &Member) -> bool {
    let mut refusals = case.gate(Verb::Leave);
    check_operations(
        case,
        Switching::Off,
        &ProfileChange::default(),
        &mut refusals,
    );
    check_domain(case, user, member, true, &mut refusals);
    case.check_manager(member.manager.as_ref(), &mut refusals);
    case.check_last_owner(user, member, &mut refusals);
    refusals.is_empty()
}

/// Switches off without the rest of the message, which was refused: a leaver must not stay
/// because a name or an address cannot be changed.
fn only_leaves(
    case: Case<'_>,
    user: &UserFacts<'_>,
    refused: Refusals,
    dropped: Vec<String>,
) -> Decision {
    let mut decision = carried_out(case, user, Switching::Off, ProfileChange::default());
    decision.reasons.extend(refused.into_reasons());
    decision.with_warnings(vec![Warning::ProfileChangeDropped(dropped)])
}

/// The attributes that the message would have changed, by their names in audit events.
fn dropped(change: &ProfileChange, attributes: &UserAttributes) -> Vec<String> {
    let unusable = |text: &Personal| EmailAddress::parse(text.expose()).is_err();
    let user_name = match &attributes.user_name {
        Asserted::Absent => false,
        Asserted::Cleared => true,
        Asserted::Value(text) => change.address.is_some() || unusable(text),
    };
    let email = attributes.email.value().is_some_and(unusable);
    [
        ("user_name", user_name),
        ("email", email || change.email != Asserted::Absent),
        ("external_id", change.external_id != Asserted::Absent),
        ("first_name", change.first_name != Asserted::Absent),
        ("last_name", change.last_name != Asserted::Absent),
        ("display_name", change.display_name != Asserted::Absent),
    ]
    .into_iter()
    .filter(|(_, is_dropped)| *is_dropped)
    .map(|(name, _)| name.to_owned())
    .collect()
}

/// Whether the message switches an active member off.
pub(super) fn deactivates(facts: &ProvisioningFacts<'_>, attributes: &UserAttributes) -> bool {
    let member = facts.user.as_ref().and_then(|user| user.member);
    member.is_some_and(|member| switching(member, attributes) == Switching::Off)
}

fn switching(member: &Member, attributes: &UserAttributes) -> Switching {
    match (&member.state, &attributes.active) {
        (MemberState::Active | MemberState::PendingDeprovision(_), Asserted::Value(false)) => {
            Switching::Off
        }
        (MemberState::PendingDeprovision(_), Asserted::Value(true)) => Switching::On,
        (MemberState::Deactivated(deactivation), Asserted::Value(true)) => match deactivation.by {
            DeactivatedBy::Administrator => Switching::RefusedOn,
            DeactivatedBy::Directory(_) => Switching::On,
        },
        (
            MemberState::Active | MemberState::Deactivated(_) | MemberState::PendingDeprovision(_),
            _,
        ) => Switching::Stays,
    }
}

fn change(
    case: Case<'_>,
    user: &UserFacts<'_>,
    attributes: &UserAttributes,
    refusals: &mut Refusals,
) -> ProfileChange {
    let address = match attributes.user_name {
        Asserted::Absent => None,
        Asserted::Cleared | Asserted::Value(_) => user_name(attributes, refusals),
    };
    let moved = address.filter(|address| address.expose() != user.address.expose());
    if moved
        .as_ref()
        .is_some_and(|address| address != user.address)
    {
        let facts = case.facts.user_name.as_ref();
        profile::check_domain(RuleId::USER_13, facts, refusals);
        profile::check_holder(facts, Some(user.user), refusals);
    }
    let own = (user.user, moved.as_ref().unwrap_or(user.address));
    let mut email = profile::email(attributes, case.facts.email.as_ref(), Some(own), refusals);
    // The address that was the alternate one is the account's from now on.
    if email == Asserted::Absent && user.profile.email.as_ref() == Some(own.1) {
        email = Asserted::Cleared;
    }
    ProfileChange {
        address: moved,
        ..profile::difference(user.profile, &email, attributes)
    }
}

fn check_operations(
    case: Case<'_>,
    switching: Switching,
    change: &ProfileChange,
    refusals: &mut Refusals,
) {
    let operations = case.facts.settings.operations;
    match switching {
        Switching::Off => {
            case.check_operation("operations.deactivate", operations.deactivate, refusals);
        }
        Switching::On => case.check_operation("operations.create", operations.create, refusals),
        Switching::RefusedOn | Switching::Stays => {}
    }
    if !change.is_empty() {
        case.check_operation("operations.update", operations.update, refusals);
    }
}

fn carried_out(
    case: Case<'_>,
    user: &UserFacts<'_>,
    switching: Switching,
    change: ProfileChange,
) -> Decision {
    let mut effects = adoption(case, user);
    effects.extend(update_effect(user, change));
    let rule = match switching {
        Switching::Off => {
            effects.push(Effect::DeactivateMember {
                user: user.user.clone(),
                deactivation: Deactivation {
                    by: DeactivatedBy::Directory(case.connection.clone()),
                    tombstone_until: None,
                },
            });
            RuleId::USER_15
        }
        Switching::On => {
            let user = user.user.clone();
            effects.push(Effect::ReactivateMember { user });
            RuleId::USER_17
        }
        Switching::RefusedOn if effects.is_empty() => return no_effect(&[RuleId::C_21]),
        Switching::RefusedOn | Switching::Stays => RuleId::USER_12,
    };
    allow(rule, effects)
}

fn warnings(
    user: &UserFacts<'_>,
    switching: Switching,
    attributes: &UserAttributes,
) -> Vec<Warning> {
    let mut warnings = ignored_roles(attributes.names_roles);
    if switching == Switching::RefusedOn {
        warnings.push(Warning::DeactivatedByAdministrator(user.user.clone()));
    }
    if attributes.active == Asserted::Cleared {
        warnings.push(Warning::ActiveCleared);
    }
    warnings
}
