//! Reading a claim, reading the postback address, and comparing it with the identity provider's.

use super::{
    Allowance, Decision, DenyCode, Fact, FamilyPlace, Outcome, ReadableClaim, Reason, Refusals,
    RemedyAction, RemedyActor, RuleId, Settings, SettingsFacts, is_on, read,
};

/// Rules CLAIM-06 and CLAIM-11; in a linked organization a claim of its own is shadowed.
pub(super) fn read_claim(
    facts: &SettingsFacts<'_>,
    claim: ReadableClaim,
    refusals: Refusals,
) -> Decision {
    let rule = match (&facts.place, claim) {
        (FamilyPlace::Linked { .. }, _) => RuleId::X_01,
        (_, ReadableClaim::Pending) => RuleId::CLAIM_06,
        (_, ReadableClaim::Proved) => RuleId::CLAIM_11,
    };
    read(rule, refusals)
}

/// Rule SSO-07.
pub(super) fn read_postback(settings: &Settings, mut refusals: Refusals) -> Decision {
    if !is_on(settings) {
        let reason = Reason::new(RuleId::SSO_07, [Fact::setting("sso", &settings.sso)])
            .with_remedy(RemedyAction::ChangeSetting, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::SsoDisabled, reason);
    }
    read(RuleId::SSO_07, refusals)
}

/// Rule SSO-08.
pub(super) fn check_postback(expected: &str, found: &str, mut refusals: Refusals) -> Decision {
    if expected != found {
        let shown = |url| crate::error::Shown::identifier(url).to_string();
        let read = [Fact::found("postback", shown(expected), shown(found))];
        let reason = Reason::new(RuleId::SSO_08, read).with_remedy(
            RemedyAction::CorrectMapping,
            RemedyActor::DirectoryAdministrator,
        );
        refusals.push(DenyCode::PostbackMismatch, reason);
    }
    let reasons = vec![Reason::new(RuleId::SSO_08, [])];
    refusals
        .into_decision(None)
        .unwrap_or_else(|| Decision::new(Outcome::Allow(Allowance::Read), reasons))
}
