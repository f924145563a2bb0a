//! Creating a user: an account and a membership, a link to the member who is there, or a refusal.

use chrono::{DateTime, Utc};

use super::super::facts::Agreement;
use super::super::membership::{
    DeactivatedBy, Deactivation, MemberSource, MemberState, ProfileChange,
};
use super::super::settings::ExistingAccount;
use super::{
    Case, Decision, DenyCode, DomainClass, Effect, Fact, Member, Reason, Refusals, RemedyAction,
    RemedyActor, Role, RuleId, UserFacts, Verb, allow, ignored_roles, outside, profile,
};
use crate::domain::EmailAddress;
use crate::identity::{Asserted, UserAttributes, UserId};

pub(super) fn decide(case: Case<'_>, attributes: &UserAttributes, now: DateTime<Utc>) -> Decision {
    let mut refusals = case.gate(Verb::Create);
    let create = case.facts.settings.operations.create;
    case.check_operation("operations.create", create, &mut refusals);
    let address = user_name(attributes, &mut refusals);
    let holder = case
        .facts
        .user_name
        .as_ref()
        .and_then(|name| name.holder.as_ref());
    if address.is_some() {
        check_domain(case, holder, &mut refusals);
    }
    let own = holder.map(|holder| holder.user);
    let email = match (&address, own) {
        (Some(address), Some(user)) => {
            let facts = case.facts.email.as_ref();
            profile::email(attributes, facts, Some((user, address)), &mut refusals)
        }
        (Some(address), None) => {
            let facts = case.facts.email.as_ref();
            let new = (&case.facts.new_user, address);
            profile::email(attributes, facts, Some(new), &mut refusals)
        }
        (None, _) => Asserted::Absent,
    };
    if let Some(holder) = holder.filter(|_| address.is_some()) {
        check_holder(case, holder, attributes, now, &mut refusals);
    }
    if let Some(denied) = refusals.into_decision(None) {
        return asking(case, holder, denied);
    }
    let decision = match (holder, address) {
        (Some(holder), _) if holder.member.is_none() => joined(case, holder, &email, attributes),
        (Some(holder), _) if has_ended(holder, now) => again(case, holder, &email, attributes),
        (Some(holder), _) => existing(case, holder, &email, attributes),
        (None, Some(address)) => new(case, address, &email, attributes),
        (None, None) => allow(RuleId::USER_03, Vec::new()),
    };
    decision.with_warnings(ignored_roles(attributes.names_roles))
}

/// The address that names the user.
pub(super) fn user_name(
    attributes: &UserAttributes,
    refusals: &mut Refusals,
) -> Option<EmailAddress> {
    let said = attributes.user_name.value();
    let address = said.and_then(|text| EmailAddress::parse(text.expose()).ok());
    if address.is_none() {
        let by = RemedyActor::DirectoryAdministrator;
        let reason = Reason::new(RuleId::USER_03, []).with_remedy(RemedyAction::CorrectMapping, by);
        refusals.push(DenyCode::UserNameNotEmail, reason);
    }
    address
}

fn check_domain(case: Case<'_>, holder: Option<&UserFacts<'_>>, refusals: &mut Refusals) {
    let domain = domain(case);
    if *domain == DomainClass::OwnVerified {
        return;
    }
    // An account outside the organization must look like none.
    let is_member = holder.is_some_and(|holder| holder.member.is_some());
    let rule = match is_member {
        true => RuleId::USER_01,
        false => RuleId::USER_02,
    };
    refusals.push(DenyCode::EmailOutsideVerifiedDomains, outside(rule, domain));
}

/// The class of the user name's domain.
fn domain<'a>(case: Case<'a>) -> &'a DomainClass {
    let facts = case.facts.user_name.as_ref();
    facts.map_or(&DomainClass::Unclaimed, |facts| &facts.domain)
}

/// Whether the account that has the address may be linked.
fn check_holder(
    case: Case<'_>,
    holder: &UserFacts<'_>,
    attributes: &UserAttributes,
    now: DateTime<Utc>,
    refusals: &mut Refusals,
) {
    let user = || [Fact::User(holder.user.clone())];
    let Some(member) = holder.member else {
        // Of a domain that is refused anyway the directory does not learn who has an account.
        if *domain(case) != DomainClass::OwnVerified {
            return;
        }
        let setting = case.facts.settings.existing_account;
        let (action, by) = match setting {
            ExistingAccount::Fail => (RemedyAction::InviteManually, RemedyActor::OwnerOrAdmin),
            _ if agreement(case) == Agreement::Given => return,
            ExistingAccount::Invite | ExistingAccount::RequestConsent => {
                (RemedyAction::Agree, RemedyActor::Person)
            }
        };
        let read = [Fact::setting("existing_account", &setting)];
        let reason = Reason::new(RuleId::USER_04, read).with_remedy(action, by);
        refusals.push(DenyCode::AccountExistsOutsideOrganization, reason);
        return;
    };
    if !member.has_ended(now) {
        case.check_manager(member.manager.as_ref(), refusals);
    }
    match &member.state {
        MemberState::Active if member.manager.as_ref() == Some(case.connection) => {
            refusals.push(DenyCode::AlreadyManaged, Reason::new(RuleId::C_24, user()));
        }
        MemberState::Active if attributes.active == Asserted::Value(false) => {
            let deactivate = case.facts.settings.operations.deactivate;
            case.check_operation("operations.deactivate", deactivate, refusals);
            case.check_last_owner(holder, member, refusals);
        }
        MemberState::Deactivated(Deactivation {
            by: DeactivatedBy::Administrator,
            ..
        }) => {
            let reason = Reason::new(RuleId::C_21, user())
                .with_remedy(RemedyAction::Reactivate, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::DeactivatedByAdministrator, reason);
        }
        MemberState::Active | MemberState::Deactivated(_) | MemberState::PendingDeprovision(_) => {}
    }
}

fn agreement(case: Case<'_>) -> Agreement {
    let facts = case.facts.user_name.as_ref();
    facts.map_or(Agreement::None, |facts| facts.agreement)
}

/// Somebody outside the organization who alone stands in the way is asked, once (rule C-20).
fn asking(case: Case<'_>, holder: Option<&UserFacts<'_>>, mut denied: Decision) -> Decision {
    let outside = holder.filter(|holder| holder.member.is_none());
    let alone = matches!(denied.reasons.as_slice(), [reason] if reason.rule == RuleId::USER_04);
    let Some(holder) = outside.filter(|_| alone && agreement(case) == Agreement::None) else {
        return denied;
    };
    denied
        .effects
        .extend(match case.facts.settings.existing_account {
            ExistingAccount::Fail => None,
            ExistingAccount::Invite => Some(Effect::Invite {
                address: holder.address.clone(),
            }),
            ExistingAccount::RequestConsent => Some(Effect::RequestConsent {
                user: holder.user.clone(),
                connection: case.connection.clone(),
            }),
        });
    denied
}

/// An account outside the organization whose person agreed.
fn joined(
    case: Case<'_>,
    holder: &UserFacts<'_>,
    email: &Asserted<EmailAddress>,
    attributes: &UserAttributes,
) -> Decision {
    let mut decision = again(case, holder, email, attributes);
    decision.reasons.insert(0, Reason::new(RuleId::C_20, []));
    decision
}

fn new(
    case: Case<'_>,
    address: EmailAddress,
    email: &Asserted<EmailAddress>,
    attributes: &UserAttributes,
) -> Decision {
    let user = case.facts.new_user.clone();
    let mut effects = vec![
        Effect::CreateAccount {
            user: user.clone(),
            address,
            profile: Box::new(profile::of_new(email, attributes)),
        },
        added(case, &user),
    ];
    if attributes.active == Asserted::Value(false) {
        effects.push(deactivate(case, user));
    }
    as_new_member(effects)
}

fn has_ended(holder: &UserFacts<'_>, now: DateTime<Utc>) -> bool {
    let member = holder.member;
    member.is_some_and(|member| member.has_ended(now))
}

/// The tombstone's time is over: a new membership, without the old role and Teams (rule C-26).
fn again(
    case: Case<'_>,
    holder: &UserFacts<'_>,
    email: &Asserted<EmailAddress>,
    attributes: &UserAttributes,
) -> Decision {
    let user = holder.user;
    let mut effects = vec![added(case, user)];
    let change = profile::difference(holder.profile, email, attributes);
    effects.extend(update(holder, change));
    if attributes.active == Asserted::Value(false) {
        effects.push(deactivate(case, user.clone()));
    }
    as_new_member(effects)
}

fn added(case: Case<'_>, user: &UserId) -> Effect {
    Effect::AddMember {
        user: user.clone(),
        role: Role::Member,
        source: MemberSource::Directory,
        manager: Some(case.connection.clone()),
    }
}

fn as_new_member(effects: Vec<Effect>) -> Decision {
    let mut decision = allow(RuleId::USER_07, effects);
    let role = [Fact::Role(Role::Member)];
    decision.reasons.push(Reason::new(RuleId::USER_08, role));
    decision
}

/// The member who is there comes back, or gets a manager.
fn existing(
    case: Case<'_>,
    holder: &UserFacts<'_>,
    email: &Asserted<EmailAddress>,
    attributes: &UserAttributes,
) -> Decision {
    let is_active = holder.member.map(|member| &member.state) == Some(&MemberState::Active);
    let is_deleted = holder.member.is_some_and(Member::is_deleted);
    let stays_off = attributes.active == Asserted::Value(false);
    let mut effects = adoption(case, holder);
    let change = profile::difference(holder.profile, email, attributes);
    effects.extend(update(holder, change));
    let rule = match (is_active, stays_off) {
        (false, false) => {
            let user = holder.user.clone();
            effects.push(Effect::ReactivateMember { user });
            RuleId::USER_17
        }
        // Created again and off: deleted no longer, but still deactivated.
        (_, true) => {
            let switch = (is_active || is_deleted).then(|| deactivate(case, holder.user.clone()));
            effects.extend(switch);
            RuleId::USER_15
        }
        (true, false) => RuleId::USER_06,
    };
    allow(rule, effects)
}

pub(super) fn adoption(case: Case<'_>, user: &UserFacts<'_>) -> Vec<Effect> {
    let member = user.member;
    let unmanaged = member.filter(|member| case.manager(member).is_none());
    let adopt = unmanaged.map(|member| Effect::AdoptMember {
        user: user.user.clone(),
        connection: case.connection.clone(),
        from: member.manager.clone(),
    });
    adopt.into_iter().collect()
}

pub(super) fn update(user: &UserFacts<'_>, change: ProfileChange) -> Option<Effect> {
    (!change.is_empty()).then(|| Effect::UpdateProfile {
        user: user.user.clone(),
        change: Box::new(change),
    })
}

fn deactivate(case: Case<'_>, user: UserId) -> Effect {
    Effect::DeactivateMember {
        user,
        deactivation: Deactivation {
            by: DeactivatedBy::Directory(case.connection.clone()),
            tombstone_until: None,
        },
    }
}
