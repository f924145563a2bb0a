//! Steps 7 to 10 and 12 of the order: the password.

use super::super::membership::OwnPassword;
use super::super::settings::OnLapse;
use super::{
    Allowance, DateTime, Decision, DenyCode, DomainClass, Fact, Insistence, MembershipFact,
    Outcome, Reason, Refusals, RemedyAction, RemedyActor, RuleId, SignInFacts, Switch, Utc,
    Warning, admits_external, allowance, domain, is_exempt, is_sso_on, own_route,
    required_elsewhere, role,
};

pub(super) fn decide(
    facts: &SignInFacts<'_>,
    insistence: Insistence,
    mut refusals: Refusals,
    now: DateTime<Utc>,
) -> Decision {
    let ruling = rule(facts, insistence);
    if refusals.is_empty() {
        return exempted(facts, ruling, now);
    }
    // What failed later is listed too, unless an exemption covers it.
    if let Outcome::Deny { code, .. } = ruling.outcome
        && !is_exempt(facts, now)
    {
        for reason in ruling.reasons {
            refusals.push(code, reason);
        }
    }
    refusals.denied(None)
}

/// 7. An exempt role may do what the policy would not allow, and it is reported.
fn exempted(facts: &SignInFacts<'_>, ruling: Decision, now: DateTime<Utc>) -> Decision {
    let (Some(role), true) = (role(facts), is_exempt(facts, now)) else {
        return ruling;
    };
    if matches!(ruling.outcome, Outcome::Allow(_)) {
        return ruling;
    }
    let exemption = Fact::setting("exemption", &facts.settings.exemption);
    let mut reasons = vec![
        Reason::new(RuleId::LOGIN_03, [Fact::Role(role)]),
        Reason::new(RuleId::C_15, [exemption]),
    ];
    reasons.extend(ruling.reasons);
    Decision::new(Outcome::Allow(Allowance::Member(role)), reasons)
        .with_warnings(vec![Warning::ExemptPasswordLogin])
}

/// The policy without the exemption.
fn rule(facts: &SignInFacts<'_>, insistence: Insistence) -> Decision {
    match &facts.domain {
        DomainClass::OwnVerified => own(facts, insistence),
        // A member of a domain that lapsed stays a member (rule C-09).
        DomainClass::OwnLapsed if role(facts).is_some() => lapsed_member(facts),
        DomainClass::OwnLapsed | DomainClass::Unclaimed => external(facts),
        // A guest whose domain another organization verified follows its policy.
        DomainClass::ForeignVerified { .. } => {
            required_elsewhere(facts).unwrap_or_else(|| admitted(facts, RuleId::C_16))
        }
    }
}

/// Step 8, members of a domain whose claim lapsed: that the organization refuses external users does
/// not keep its own members out.
fn lapsed_member(facts: &SignInFacts<'_>) -> Decision {
    let on_lapse = facts.settings.on_lapse;
    let setting = Fact::setting("on_lapse", &on_lapse);
    let refused = |code, action, by| {
        let read = [domain(facts), setting.clone()];
        denied(
            code,
            Reason::new(RuleId::C_09, read).with_remedy(action, by),
        )
    };
    let password = facts.person.as_ref().map(|person| person.password);
    match on_lapse {
        OnLapse::Freeze if is_required(facts) => {
            let by = RemedyActor::OwnerOrAdmin;
            return refused(DenyCode::DomainLapsed, RemedyAction::VerifyDomain, by);
        }
        OnLapse::SeedLetter => return admitted(facts, RuleId::LOGIN_17),
        OnLapse::Freeze | OnLapse::PasswordNoMailRecovery => {}
    }
    if password != Some(OwnPassword::SetByUser) {
        let by = RemedyActor::OwnerOrAdmin;
        return refused(DenyCode::NoOwnPassword, RemedyAction::VerifyDomain, by);
    }
    let mut decision = admitted(facts, RuleId::LOGIN_17);
    decision.reasons.push(Reason::new(RuleId::C_09, [setting]));
    decision.with_warnings(vec![Warning::MailRecoveryNeedsOwner])
}

/// 8. People of domains that nobody has verified.
fn external(facts: &SignInFacts<'_>) -> Decision {
    if !admits_external(facts) {
        let setting = Fact::setting("external_users", &facts.settings.external_users);
        let read = [domain(facts), setting];
        let mut reasons = vec![
            Reason::new(RuleId::C_03, read)
                .with_remedy(RemedyAction::VerifyDomain, RemedyActor::OwnerOrAdmin),
        ];
        if role(facts).is_some() {
            reasons.insert(0, Reason::new(RuleId::CLAIM_02, [domain(facts)]));
        }
        let code = DenyCode::ExternalUsersRefused;
        return Decision::new(Outcome::Deny { code, route: None }, reasons);
    }
    let stranger = allowance(facts) == Allowance::NoMembership;
    if stranger || is_required(facts) {
        return admitted(facts, RuleId::LOGIN_04);
    }
    admitted(facts, RuleId::LOGIN_05)
}

fn is_required(facts: &SignInFacts<'_>) -> bool {
    is_sso_on(facts) && facts.settings.require_sso == Switch::On
}

/// 9, 10 and 12. People of our own domains.
fn own(facts: &SignInFacts<'_>, insistence: Insistence) -> Decision {
    if !is_sso_on(facts) {
        return admitted(facts, RuleId::LOGIN_07);
    }
    if is_required(facts) {
        let setting = Fact::setting("require_sso", &Switch::On);
        let reason = Reason::new(RuleId::LOGIN_02, [domain(facts), setting])
            .with_remedy(RemedyAction::UseSso, RemedyActor::Person);
        let code = DenyCode::SsoRequired;
        let route = Some(own_route(facts));
        return Decision::new(Outcome::Deny { code, route }, vec![reason]);
    }
    if facts.settings.idp_managed_access == Switch::On && insistence == Insistence::Insists {
        // The password never makes anybody a member.
        let mut decision = admitted(facts, RuleId::LOGIN_09);
        decision.reasons.push(Reason::new(RuleId::C_17, []));
        return decision;
    }
    if facts.settings.idp_managed_access == Switch::On {
        let setting = Fact::setting("idp_managed_access", &Switch::On);
        let reasons = vec![
            Reason::new(RuleId::LOGIN_08, [domain(facts), setting]),
            Reason::new(RuleId::C_17, [Fact::setting("require_sso", &Switch::Off)]),
        ];
        return Decision::new(Outcome::Route(own_route(facts)), reasons);
    }
    admitted(facts, RuleId::LOGIN_06)
}

/// The password is allowed by `rule`; it opens nothing to somebody who is neither member nor
/// invited.
fn admitted(facts: &SignInFacts<'_>, rule: RuleId) -> Decision {
    let allowance = allowance(facts);
    if allowance == Allowance::NoMembership {
        let membership = Fact::Membership(MembershipFact::None);
        let reason = Reason::new(rule, [domain(facts), membership])
            .with_remedy(RemedyAction::InviteManually, RemedyActor::OwnerOrAdmin);
        return denied(DenyCode::NotAMember, reason);
    }
    let reasons = vec![Reason::new(rule, [domain(facts)])];
    Decision::new(Outcome::Allow(allowance), reasons)
}

fn denied(code: DenyCode, reason: Reason) -> Decision {
    Decision::new(Outcome::Deny { code, route: None }, vec![reason])
}
