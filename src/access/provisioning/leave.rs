//! Deleting a user, and what deleting and switching off have in common.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::membership::{DeactivatedBy, Deactivation, MemberState};
use super::{
    Case, Decision, DenyCode, DomainClass, Effect, LapsedDomainLeavers, Member, Reason, Refusals,
    RuleId, UserFacts, Verb, allow, outside,
};

/// A delete deactivates and leaves a tombstone (rule C-26).
pub(super) fn delete(case: Case<'_>, now: DateTime<Utc>) -> Decision {
    let Some((user, member)) = target(case) else {
        return not_found(case);
    };
    let mut refusals = case.gate(Verb::Leave);
    let deactivate = case.facts.settings.operations.deactivate;
    case.check_operation("operations.deactivate", deactivate, &mut refusals);
    check_domain(case, user, member, true, &mut refusals);
    case.check_manager(member.manager.as_ref(), &mut refusals);
    if member.is_active() {
        case.check_last_owner(user, member, &mut refusals);
    }
    if let Some(denied) = refusals.into_decision(None) {
        return denied;
    }
    if case.is_unbound(member) {
        return super::update::not_bound(user);
    }
    let days = case.facts.settings.deletion.days();
    let until = now
        .checked_add_signed(TimeDelta::days(i64::from(days)))
        .unwrap_or(now);
    let mut effects = super::create::adoption(case, user);
    effects.push(Effect::DeactivateMember {
        user: user.user.clone(),
        deactivation: Deactivation {
            by: deactivated_by(case, member),
            tombstone_until: Some(until),
        },
    });
    let mut decision = allow(RuleId::C_26, effects);
    decision.next_wake = Some(until);
    decision
}

/// What an administrator switched off stays switched off by the administrator.
fn deactivated_by(case: Case<'_>, member: &Member) -> DeactivatedBy {
    match &member.state {
        MemberState::Deactivated(deactivation) => deactivation.by.clone(),
        MemberState::Active | MemberState::PendingDeprovision(_) => {
            DeactivatedBy::Directory(case.connection.clone())
        }
    }
}

/// The member whom the message names; a deleted one and an account outside are not there.
pub(super) fn target<'a>(case: Case<'a>) -> Option<(&'a UserFacts<'a>, &'a Member)> {
    let user = case.facts.user.as_ref()?;
    let member = user.member?;
    (!member.is_deleted()).then_some((user, member))
}

pub(super) fn not_found(case: Case<'_>) -> Decision {
    let mut refusals = case.gate(Verb::Leave);
    refusals.push(DenyCode::UserNotFound, Reason::new(RuleId::C_26, []));
    let refused = refusals.into_decision(None);
    refused.unwrap_or_else(|| allow(RuleId::C_26, Vec::new()))
}

/// Step 5: the directory touches people of verified domains only; of a lapsed one it may switch
/// off those whom it manages (rule C-28).
pub(super) fn check_domain(
    case: Case<'_>,
    user: &UserFacts<'_>,
    member: &Member,
    leaves: bool,
    refusals: &mut Refusals,
) {
    let may_leave = case.facts.settings.lapsed_domain_leavers == LapsedDomainLeavers::Deactivate;
    let managed = member.manager.as_ref() == Some(case.connection);
    let rule = match &user.domain {
        DomainClass::OwnVerified => return,
        DomainClass::OwnLapsed if leaves && may_leave && managed => return,
        DomainClass::OwnLapsed => RuleId::USER_26,
        DomainClass::ForeignVerified { .. } => RuleId::USER_01,
        DomainClass::Unclaimed => RuleId::USER_23,
    };
    refusals.push(
        DenyCode::EmailOutsideVerifiedDomains,
        outside(rule, &user.domain),
    );
}
