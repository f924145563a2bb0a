//! Steps 7 to 10 and 12 of the order: the password.

use super::{
    Allowance, Decision, DenyCode, DomainClass, Fact, MembershipFact, Outcome, Reason, Refusals,
    RemedyAction, RemedyActor, RuleId, SignInFacts, Switch, Warning, admits_external, allowance,
    domain, is_exempt, is_sso_on, own_route, required_elsewhere, role,
};

pub(super) fn decide(facts: &SignInFacts<'_>, mut refusals: Refusals) -> Decision {
    let ruling = rule(facts);
    if refusals.is_empty() {
        return exempted(facts, ruling);
    }
    // What failed later is listed too, unless an exemption covers it.
    if let Outcome::Deny { code, .. } = ruling.outcome
        && !is_exempt(facts)
    {
        for reason in ruling.reasons {
            refusals.push(code, reason);
        }
    }
    super::denied(refusals)
}

/// 7. An exempt role may do what the policy would not allow, and it is reported.
fn exempted(facts: &SignInFacts<'_>, ruling: Decision) -> Decision {
    let (Some(role), true) = (role(facts), is_exempt(facts)) else {
        return ruling;
    };
    if matches!(ruling.outcome, Outcome::Allow(_)) {
        return ruling;
    }
    let mut reasons = vec![Reason::new(RuleId::LOGIN_03, [Fact::Role(role)])];
    reasons.extend(ruling.reasons);
    Decision::new(Outcome::Allow(Allowance::Member(role)), reasons)
        .with_warnings(vec![Warning::ExemptPasswordLogin])
}

/// The policy without the exemption.
fn rule(facts: &SignInFacts<'_>) -> Decision {
    match &facts.domain {
        DomainClass::OwnVerified => own(facts),
        DomainClass::OwnLapsed | DomainClass::Unclaimed => external(facts),
        // A guest whose domain another organization verified follows its policy.
        DomainClass::ForeignVerified { .. } => {
            required_elsewhere(facts).unwrap_or_else(|| admitted(facts, RuleId::C_16))
        }
    }
}

/// 8. People of domains that nobody has verified.
fn external(facts: &SignInFacts<'_>) -> Decision {
    let lapsed = facts.domain == DomainClass::OwnLapsed;
    if !admits_external(facts) {
        let setting = Fact::setting("external_users", &facts.settings.external_users);
        let reason = Reason::new(RuleId::C_03, [domain(facts), setting])
            .with_remedy(RemedyAction::VerifyDomain, RemedyActor::OwnerOrAdmin);
        return denied(DenyCode::ExternalUsersRefused, reason);
    }
    if allowance(facts) == Allowance::NoMembership {
        return admitted(facts, RuleId::LOGIN_04);
    }
    let required = is_sso_on(facts) && facts.settings.require_sso == Switch::On;
    let rule = match (lapsed, required) {
        (true, _) => RuleId::LOGIN_17,
        (false, true) => RuleId::LOGIN_04,
        (false, false) => RuleId::LOGIN_05,
    };
    let warnings = if lapsed {
        vec![Warning::MailRecoveryNeedsOwner]
    } else {
        Vec::new()
    };
    admitted(facts, rule).with_warnings(warnings)
}

/// 9, 10 and 12. People of our own domains.
fn own(facts: &SignInFacts<'_>) -> Decision {
    if !is_sso_on(facts) {
        return admitted(facts, RuleId::LOGIN_07);
    }
    if facts.settings.require_sso == Switch::On {
        let setting = Fact::setting("require_sso", &Switch::On);
        let reason = Reason::new(RuleId::LOGIN_02, [domain(facts), setting])
            .with_remedy(RemedyAction::UseSso, RemedyActor::Person);
        let code = DenyCode::SsoRequired;
        let route = Some(own_route(facts));
        return Decision::new(Outcome::Deny { code, route }, vec![reason]);
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
