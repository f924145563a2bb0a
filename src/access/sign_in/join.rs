//! Joining at sign-in, under managed access.
//!
//! The caller has checked everything: the asserted address and the account's own are of verified
//! domains, and the person is no member and was not deactivated.

use super::super::effect::Effect;
use super::super::membership::{MemberSource, Profile};
use super::{
    Allowance, AssertedIdentity, Decision, Fact, Invitation, MembershipFact, Outcome, Reason, Role,
    RuleId, SignInFacts, domain, sso,
};
use crate::domain::EmailAddress;

/// Adds the person as a member with the base role.
pub(super) fn decide(facts: &SignInFacts<'_>, identity: &AssertedIdentity) -> Decision {
    let mut effects = Vec::new();
    let membership = Fact::Membership(MembershipFact::None);
    let mut reasons = vec![
        Reason::new(RuleId::JIT_02, [domain(facts), membership]),
        Reason::new(RuleId::JIT_03, [Fact::Role(Role::Base)]),
        Reason::new(RuleId::JIT_05, []),
    ];
    let asserted = identity.email.as_ref();
    let address = asserted.and_then(|text| EmailAddress::parse(text.expose()).ok());
    let user = match (&facts.person, &address) {
        (Some(person), _) => {
            reasons.push(Reason::new(
                RuleId::JIT_07,
                [Fact::User(person.user.clone())],
            ));
            reasons.push(Reason::new(RuleId::C_20, []));
            person.user.clone()
        }
        (None, address) => {
            reasons.push(Reason::new(RuleId::JIT_04, []));
            effects.extend(address.clone().map(|address| Effect::CreateAccount {
                user: facts.new_user.clone(),
                address,
                profile: Box::new(names(identity)),
            }));
            facts.new_user.clone()
        }
    };
    effects.push(Effect::AddMember {
        user,
        role: Role::Base,
        source: MemberSource::SignIn,
        manager: None,
    });
    if let (Invitation::Pending, Some(address)) = (facts.invitation, address) {
        reasons.push(Reason::new(RuleId::JIT_06, []));
        effects.push(Effect::ConsumeInvitation { address });
    }
    effects.extend(sso::link(facts, identity));
    Decision::new(Outcome::Allow(Allowance::Member(Role::Base)), reasons).with_effects(effects)
}

fn names(identity: &AssertedIdentity) -> Profile {
    Profile {
        first_name: identity.first_name.clone(),
        last_name: identity.last_name.clone(),
        ..Profile::default()
    }
}
