//! Roles and removals of members by an Owner or Admin, in the product.

use std::collections::BTreeSet;

use super::super::audit::ValueChange;
use super::super::decision::MembershipFact;
use super::super::membership::Member;
use super::{
    Actor, Decision, DenyCode, Effect, Fact, PersonFacts, Personal, Reason, Refusals, RemedyAction,
    RemedyActor, Role, RuleId, SettingsFacts, Switch, UserId, allowed, is_on, switches,
};

/// Rule PLAN-09: a role is set in the product, and only an Owner makes or unmakes an Owner.
pub(super) fn change_role(
    facts: &SettingsFacts<'_>,
    actor: &Actor,
    user: &UserId,
    role: Role,
    mut refusals: Refusals,
) -> Decision {
    let old = member(facts, user).map(|member| member.role);
    if old.is_none() {
        refusals.push(DenyCode::NotAMember, no_member(RuleId::PLAN_09));
    }
    let owners = old == Some(Role::Owner) || role == Role::Owner;
    if owners && old != Some(role) && actor.role == Role::Admin {
        let reason = Reason::new(RuleId::PLAN_05, [Fact::Role(actor.role)]);
        refusals.push(DenyCode::RoleRequired, reason);
    }
    if role != Role::Owner {
        check_last_owner(facts, &BTreeSet::from([user.clone()]), &mut refusals);
    }
    let effects = (old != Some(role)).then(|| Effect::ChangeRole {
        user: user.clone(),
        role,
    });
    let reasons = vec![Reason::new(RuleId::PLAN_09, [Fact::Role(role)])];
    allowed(refusals, reasons, effects.into_iter().collect())
}

/// Rule REMOVE-08: the typed count must be the count.
pub(super) fn remove(
    facts: &SettingsFacts<'_>,
    users: &BTreeSet<UserId>,
    typed_count: usize,
    mut refusals: Refusals,
) -> Decision {
    if users.iter().any(|user| member(facts, user).is_none()) {
        refusals.push(DenyCode::NotAMember, no_member(RuleId::REMOVE_08));
    }
    if typed_count != users.len() {
        let count = |number: usize| number.to_string();
        let read = [Fact::found(
            "members",
            count(users.len()),
            count(typed_count),
        )];
        let reason = Reason::new(RuleId::REMOVE_08, read)
            .with_remedy(RemedyAction::ConfirmPlan, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::ConfirmationMismatch, reason);
    }
    check_last_owner(facts, users, &mut refusals);
    let effects = users
        .iter()
        .map(|user| Effect::EndMembership { user: user.clone() })
        .collect();
    allowed(refusals, vec![Reason::new(RuleId::REMOVE_08, [])], effects)
}

/// Rule C-34: an Owner who can enter without the identity provider is left.
fn check_last_owner(
    facts: &SettingsFacts<'_>,
    leaving: &BTreeSet<UserId>,
    refusals: &mut Refusals,
) {
    let required = is_on(facts.settings) && facts.settings.require_sso == Switch::On;
    let mut standing = facts
        .standing_owners
        .iter()
        .filter(|owner| !required || switches::is_exempt_owner(facts.settings, owner))
        .peekable();
    let any = standing.peek().is_some();
    if any && standing.all(|owner| leaving.contains(owner)) {
        let reason = Reason::new(RuleId::C_34, [])
            .with_remedy(RemedyAction::SetOwnPassword, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::LastOwner, reason);
    }
}

fn no_member(rule: RuleId) -> Reason {
    Reason::new(rule, [Fact::Membership(MembershipFact::None)])
}

fn member<'a>(facts: &'a SettingsFacts<'_>, user: &UserId) -> Option<&'a Member> {
    person(facts, user)?.member
}

fn person<'a>(facts: &'a SettingsFacts<'_>, user: &UserId) -> Option<&'a PersonFacts<'a>> {
    facts.people.iter().find(|person| person.user == user)
}

/// The role before and after.
pub(super) fn role_change(facts: &SettingsFacts<'_>, user: &UserId, new: Role) -> Vec<ValueChange> {
    let text = |role: Role| Personal::new(role.as_str());
    vec![ValueChange {
        attribute: "role".to_owned(),
        old: member(facts, user).map(|member| text(member.role)),
        new: Some(text(new)),
    }]
}
