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
    if facts.domain == DomainClass::OwnLapsed {
        return lapsed(facts, refusals);
    }
    password::decide(facts, Insistence::Insists, refusals, now)
}

fn lapsed(facts: &SignInFacts<'_>, mut refusals: Refusals) -> Decision {
    let setting = Fact::setting("on_lapse", &facts.settings.on_lapse);
    let reason = || Reason::new(RuleId::C_09, [domain(facts), setting.clone()]);
    let letter = facts.settings.on_lapse == OnLapse::SeedLetter;
    let approved = letter || facts.recovery == RecoveryApproval::Approved;
    let by = RemedyActor::OwnerOrAdmin;
    if facts.settings.on_lapse == OnLapse::Freeze && !approved {
        let reason = reason().with_remedy(RemedyAction::VerifyDomain, by);
        refusals.push(DenyCode::DomainLapsed, reason);
    }
    if let Some(denied) = refusals.into_decision(None) {
        return denied;
    }
    if approved {
        let outcome = Outcome::Allow(allowance(facts));
        return Decision::new(outcome, vec![reason()]);
    }
    let notice = facts.person.as_ref().map(|person| {
        let user = person.user.clone();
        Effect::Notify(Notice::MailRecoveryRequested { user })
    });
    let reason = reason().with_remedy(RemedyAction::ApproveRecovery, by);
    Decision::new(Outcome::OwnerApproval, vec![reason]).with_effects(notice.into_iter().collect())
}
