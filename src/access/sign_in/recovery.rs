//! Recovery by mail: whoever reads the mailbox enters.

use super::super::effect::{Effect, Notice};
use super::super::facts::RecoveryApproval;
use super::super::settings::OnLapse;
use super::{
    DateTime, Decision, DenyCode, DomainClass, Fact, Insistence, MembershipFact, Outcome, Reason,
    Refusals, RemedyAction, RemedyActor, RuleId, SignInFacts, Utc, allowance, domain, password,
};
use crate::domain::EmailAddress;

/// What a password would open, mail may open too, but for a domain that lapsed (rule C-09).
pub(super) fn decide(
    facts: &SignInFacts<'_>,
    address: &EmailAddress,
    mut refusals: Refusals,
    now: DateTime<Utc>,
) -> Decision {
    match &facts.person {
        None => {
            let reason = Reason::new(RuleId::C_09, [Fact::Membership(MembershipFact::None)]);
            refusals.push(DenyCode::NotAMember, reason);
        }
        // An address for notices was never proved, and may outlive the mailbox behind it.
        Some(person) if person.address != address => {
            let reason = Reason::new(RuleId::C_09, [domain(facts)]);
            refusals.push(DenyCode::RecoveryAddressNotProved, reason);
        }
        Some(_) => {}
    }
    if !refusals.is_empty() {
        return refusals.denied(None);
    }
    if facts.domain == DomainClass::OwnLapsed {
        return lapsed(facts);
    }
    password::decide(facts, Insistence::Insists, refusals, now)
}

fn lapsed(facts: &SignInFacts<'_>) -> Decision {
    let setting = Fact::setting("on_lapse", &facts.settings.on_lapse);
    let reason = || Reason::new(RuleId::C_09, [domain(facts), setting.clone()]);
    let letter = facts.settings.on_lapse == OnLapse::SeedLetter;
    if letter || facts.recovery == RecoveryApproval::Approved {
        let outcome = Outcome::Allow(allowance(facts));
        return Decision::new(outcome, vec![reason()]);
    }
    if facts.settings.on_lapse == OnLapse::Freeze {
        let mut refusals = Refusals::new();
        let by = RemedyActor::OwnerOrAdmin;
        let reason = reason().with_remedy(RemedyAction::VerifyDomain, by);
        refusals.push(DenyCode::DomainLapsed, reason);
        return refusals.denied(None);
    }
    let notice = facts.person.as_ref().map(|person| {
        let user = person.user.clone();
        Effect::Notify(Notice::MailRecoveryRequested { user })
    });
    Decision::new(Outcome::OwnerApproval, vec![reason()]).with_effects(notice.into_iter().collect())
}
