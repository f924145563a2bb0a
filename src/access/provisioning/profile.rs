//! What a message changes in what is known of a person; absent attributes change nothing.

use super::super::audit::ValueChange;
use super::super::decision::{Reason, Refusals};
use super::super::deny::DenyCode;
use super::super::effect::Effect;
use super::super::facts::{AddressFacts, DomainClass, ProvisioningFacts};
use super::super::membership::{Profile, ProfileChange};
use super::super::rule::RuleId;
use crate::domain::EmailAddress;
use crate::identity::{Asserted, DirectoryChange, Personal, UserAttributes, UserId};

/// The difference between what is known and what `attributes` say.
pub(super) fn difference(
    known: &Profile,
    email: &Asserted<EmailAddress>,
    attributes: &UserAttributes,
) -> ProfileChange {
    ProfileChange {
        address: None,
        email: changed(known.email.as_ref(), email),
        external_id: changed(known.external_id.as_ref(), &attributes.external_id),
        first_name: changed(known.first_name.as_ref(), &attributes.first_name),
        last_name: changed(known.last_name.as_ref(), &attributes.last_name),
        display_name: changed(known.display_name.as_ref(), &attributes.display_name),
    }
}

fn changed<T: Clone + PartialEq>(known: Option<&T>, said: &Asserted<T>) -> Asserted<T> {
    match (known, said) {
        (Some(_), Asserted::Cleared) => Asserted::Cleared,
        (known, Asserted::Value(value)) if known != Some(value) => Asserted::Value(value.clone()),
        (_, Asserted::Absent | Asserted::Cleared | Asserted::Value(_)) => Asserted::Absent,
    }
}

/// What is known of a person whom the directory creates.
pub(super) fn of_new(email: &Asserted<EmailAddress>, attributes: &UserAttributes) -> Profile {
    let mut profile = Profile::default();
    difference(&Profile::default(), email, attributes).apply_to(&mut profile);
    profile
}

/// The primary address: one that can be used, of a verified domain, and nobody else's (C-25).
///
/// An address equal to the user name is not kept a second time.
pub(super) fn email(
    attributes: &UserAttributes,
    facts: Option<&AddressFacts<'_>>,
    own: Option<(&UserId, &EmailAddress)>,
    refusals: &mut Refusals,
) -> Asserted<EmailAddress> {
    let text = match &attributes.email {
        Asserted::Absent => return Asserted::Absent,
        Asserted::Cleared => return Asserted::Cleared,
        Asserted::Value(text) => text,
    };
    let Ok(address) = EmailAddress::parse(text.expose()) else {
        refusals.push(DenyCode::EmailNotAnAddress, Reason::new(RuleId::C_25, []));
        return Asserted::Absent;
    };
    if own.is_some_and(|(_, own)| *own == address) {
        return Asserted::Cleared; // another one that was known before is no longer true
    }
    check_domain(RuleId::C_25, facts, refusals);
    check_holder(facts, own.map(|(user, _)| user), refusals);
    Asserted::Value(address)
}

/// A new address must be of a verified domain.
pub(super) fn check_domain(
    rule: RuleId,
    facts: Option<&AddressFacts<'_>>,
    refusals: &mut Refusals,
) {
    let domain = facts.map_or(&DomainClass::Unclaimed, |facts| &facts.domain);
    if *domain != DomainClass::OwnVerified {
        let code = DenyCode::EmailOutsideVerifiedDomains;
        refusals.push(code, super::outside(rule, domain));
    }
}

/// A new address must not be somebody else's. Outside the verified domains, where it is refused
/// anyway, the directory does not learn who has an account.
pub(super) fn check_holder(
    facts: Option<&AddressFacts<'_>>,
    own: Option<&UserId>,
    refusals: &mut Refusals,
) {
    let ours = facts.filter(|facts| facts.domain == DomainClass::OwnVerified);
    let holder = ours.and_then(|facts| facts.holder.as_ref());
    if holder.is_some_and(|holder| Some(holder.user) != own) {
        refusals.push(DenyCode::AddressInUse, Reason::new(RuleId::USER_14, []));
    }
}

/// Old and new values for the audit event (rule GUARD-03).
pub(super) fn value_changes(
    facts: &ProvisioningFacts<'_>,
    change: &DirectoryChange,
    effects: &[Effect],
) -> Vec<ValueChange> {
    let mut values = profile_changes(facts, effects);
    values.extend(switched(facts, change, effects));
    values.extend(
        effects
            .iter()
            .filter_map(|effect| made_or_moved(facts, effect)),
    );
    values
}

/// What is made, a group's new name, and each member who comes or goes.
fn made_or_moved(facts: &ProvisioningFacts<'_>, effect: &Effect) -> Option<ValueChange> {
    let member = |user: &UserId| Some(Personal::new(user.as_str()));
    let (attribute, old, new) = match effect {
        Effect::RenameTeam { name, .. } => {
            let old = facts.group.as_ref().map(|team| team.name.as_str());
            (
                "display_name",
                old.map(Personal::new),
                Some(Personal::new(name.as_str())),
            )
        }
        Effect::AddToTeam { user, .. } | Effect::JoinLinkedOrganization { user, .. } => {
            ("members", None, member(user))
        }
        Effect::RemoveFromTeam { user, .. } | Effect::LeaveLinkedOrganization { user, .. } => {
            ("members", member(user), None)
        }
        Effect::CreateAccount { address, .. } => {
            ("user_name", None, Some(Personal::new(address.expose())))
        }
        Effect::CreateTeam { name, .. } => {
            ("display_name", None, Some(Personal::new(name.as_str())))
        }
        _ => return None,
    };
    Some(ValueChange {
        attribute: attribute.to_owned(),
        old,
        new,
    })
}

/// The old and the new value of `active`, when the effects switch a member.
fn switched(
    facts: &ProvisioningFacts<'_>,
    change: &DirectoryChange,
    effects: &[Effect],
) -> Option<ValueChange> {
    let known = match change {
        DirectoryChange::CreateUser(_) => facts.user_name.as_ref()?.holder.as_ref()?,
        DirectoryChange::UpdateUser { .. } | DirectoryChange::DeleteUser { .. } => {
            facts.user.as_ref()?
        }
        DirectoryChange::CreateGroup(_)
        | DirectoryChange::UpdateGroup { .. }
        | DirectoryChange::DeleteGroup { .. }
        | DirectoryChange::DisassociateGroup { .. } => return None,
    };
    let old = known.member?.is_active();
    let new = effects.iter().find_map(|effect| match effect {
        Effect::DeactivateMember { .. } => Some(false),
        Effect::ReactivateMember { .. } => Some(true),
        _ => None,
    })?;
    let text = |active: bool| Some(Personal::new(active.to_string()));
    Some(ValueChange {
        attribute: "active".to_owned(),
        old: text(old),
        new: text(new),
    })
}

fn profile_changes(facts: &ProvisioningFacts<'_>, effects: &[Effect]) -> Vec<ValueChange> {
    let holder = facts
        .user_name
        .as_ref()
        .and_then(|name| name.holder.as_ref());
    let Some(user) = facts.user.as_ref().or(holder) else {
        return Vec::new();
    };
    let change = effects.iter().find_map(|effect| match effect {
        Effect::UpdateProfile { change, .. } => Some(change),
        _ => None,
    });
    let Some(change) = change else {
        return Vec::new();
    };
    let address = |address: &EmailAddress| Personal::new(address.expose());
    let mut values = Vec::new();
    if let Some(new) = &change.address {
        values.push(ValueChange {
            attribute: "user_name".to_owned(),
            old: Some(address(user.address)),
            new: Some(address(new)),
        });
    }
    let profile = user.profile;
    push(
        &mut values,
        "email",
        profile.email.as_ref(),
        &change.email,
        address,
    );
    let name = Personal::clone;
    push(
        &mut values,
        "external_id",
        profile.external_id.as_ref(),
        &change.external_id,
        name,
    );
    push(
        &mut values,
        "first_name",
        profile.first_name.as_ref(),
        &change.first_name,
        name,
    );
    push(
        &mut values,
        "last_name",
        profile.last_name.as_ref(),
        &change.last_name,
        name,
    );
    push(
        &mut values,
        "display_name",
        profile.display_name.as_ref(),
        &change.display_name,
        name,
    );
    values
}

fn push<T>(
    values: &mut Vec<ValueChange>,
    attribute: &str,
    old: Option<&T>,
    new: &Asserted<T>,
    show: impl Fn(&T) -> Personal,
) {
    if matches!(new, Asserted::Absent) {
        return;
    }
    values.push(ValueChange {
        attribute: attribute.to_owned(),
        old: old.map(&show),
        new: new.value().map(&show),
    });
}
