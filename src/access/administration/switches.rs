//! Turning sign-on, its requirement and managed access on or off, and the other settings.

use super::super::decision::Warning;
use super::super::settings::Exemption;
use super::{
    Decision, DenyCode, Effect, Fact, Reason, Refusals, RemedyAction, RemedyActor, RuleId,
    Settings, SettingsFacts, SsoState, Switch, UserId, allowed, is_on, store,
};

/// Rules PLAN-04, SSO-01, CLAIM-22 and REMOVE-04.
pub(super) fn turn(facts: &SettingsFacts<'_>, to: Switch, mut refusals: Refusals) -> Decision {
    let settings = facts.settings;
    if to == Switch::Off {
        // What is required stays remembered and is not enforced (rule C-19).
        let effects = if is_on(settings) {
            store(facts, |settings| settings.sso = SsoState::Disabled)
        } else {
            Vec::new()
        };
        return allowed(refusals, vec![Reason::new(RuleId::REMOVE_04, [])], effects);
    }
    check_provider(facts, &mut refusals);
    check_domains(
        facts,
        DenyCode::NoVerifiedDomain,
        RuleId::CLAIM_22,
        &mut refusals,
    );
    let effects = store(facts, |settings| settings.sso = SsoState::Enabled);
    let reasons = vec![
        Reason::new(RuleId::CLAIM_22, []),
        Reason::new(RuleId::LOGIN_19, []),
    ];
    let hint = settings.idp_managed_access == Switch::Off;
    let decision = allowed(refusals, reasons, effects);
    let hint = hint.then_some(Warning::EnableManagedAccess);
    decision.with_warnings_if_allowed(hint.into_iter().collect())
}

fn check_provider(facts: &SettingsFacts<'_>, refusals: &mut Refusals) {
    let complete = |configuration: &super::SsoConfiguration| configuration.missing().is_empty();
    let (code, rule) = if facts.connections.is_empty() {
        (DenyCode::NoIdentityProvider, RuleId::PLAN_04)
    } else if facts.connections.values().any(complete) {
        return;
    } else {
        (DenyCode::IncompleteConfiguration, RuleId::SSO_01)
    };
    let reason = Reason::new(rule, []).with_remedy(
        RemedyAction::CompleteConfiguration,
        RemedyActor::OwnerOrAdmin,
    );
    refusals.push(code, reason);
}

/// There is a verified domain; a pending or lapsed claim is none (rules CLAIM-20 and C-10).
fn check_domains(facts: &SettingsFacts<'_>, code: DenyCode, rule: RuleId, refusals: &mut Refusals) {
    if facts.verified_domains > 0 {
        return;
    }
    if facts.unproved_claims > 0 {
        let read = [Fact::found("claims", "verified", "pending or lapsed")];
        refusals.push(code, Reason::new(RuleId::CLAIM_20, read));
    }
    let read = [Fact::found("verified_domains", "1", "0")];
    let reason =
        Reason::new(rule, read).with_remedy(RemedyAction::VerifyDomain, RemedyActor::OwnerOrAdmin);
    refusals.push(code, reason);
}

/// Rules LOGIN-01, LOGIN-18, C-19 and C-40: nobody is locked out by it.
pub(super) fn require(facts: &SettingsFacts<'_>, to: Switch, mut refusals: Refusals) -> Decision {
    let effects = store(facts, |settings| settings.require_sso = to);
    if to == Switch::Off {
        return allowed(refusals, vec![Reason::new(RuleId::LOGIN_01, [])], effects);
    }
    if !is_on(facts.settings) {
        let reason = Reason::new(
            RuleId::LOGIN_18,
            [Fact::setting("sso", &facts.settings.sso)],
        )
        .with_remedy(RemedyAction::ChangeSetting, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::WouldLockOut, reason);
    }
    check_domains(facts, DenyCode::WouldLockOut, RuleId::C_19, &mut refusals);
    check_standing(facts, facts.settings, &mut refusals);
    let untested = facts
        .connections
        .values()
        .all(|connection| connection.last_success.is_none());
    let reasons = vec![Reason::new(RuleId::C_19, [])];
    let decision = allowed(refusals, reasons, effects);
    let warning = untested.then_some(Warning::NoSuccessfulSsoYet);
    decision.with_warnings_if_allowed(warning.into_iter().collect())
}

/// Rules C-34 and C-40: one Owner can enter without the identity provider, under `settings`.
fn check_standing(facts: &SettingsFacts<'_>, settings: &Settings, refusals: &mut Refusals) {
    if facts
        .standing_owners
        .iter()
        .any(|owner| is_exempt_owner(settings, owner))
    {
        return;
    }
    let rule = match (facts.owners, facts.standing_owners.len()) {
        (1.., 0) => RuleId::C_40,
        _ => RuleId::C_34,
    };
    let read = [Fact::setting("exemption", &settings.exemption)];
    let reason = Reason::new(rule, read)
        .with_remedy(RemedyAction::SetOwnPassword, RemedyActor::OwnerOrAdmin);
    refusals.push(DenyCode::WouldLockOut, reason);
}

/// Whether required sign-on leaves this Owner their password.
pub(super) fn is_exempt_owner(settings: &Settings, owner: &UserId) -> bool {
    match &settings.exemption {
        Exemption::Named(users) => users.contains(owner),
        Exemption::OnlyWhenSsoUnhealthy | Exemption::OwnersAndAdmins | Exemption::OwnersOnly => {
            true
        }
    }
}

/// Rule LOGIN-19; without a verified domain nobody could join, so that it would only seem to be on.
pub(super) fn managed(facts: &SettingsFacts<'_>, to: Switch, mut refusals: Refusals) -> Decision {
    let effects = store(facts, |settings| settings.idp_managed_access = to);
    if to == Switch::Off {
        return allowed(refusals, vec![Reason::new(RuleId::JIT_01, [])], effects);
    }
    check_domains(
        facts,
        DenyCode::NoVerifiedDomain,
        RuleId::C_10,
        &mut refusals,
    );
    allowed(refusals, vec![Reason::new(RuleId::LOGIN_19, [])], effects)
}

/// All other settings. What has a request of its own, and the plan, cannot be changed by this one.
pub(super) fn change(
    facts: &SettingsFacts<'_>,
    new: &Settings,
    mut refusals: Refusals,
) -> Decision {
    let old = facts.settings;
    let differences = old.diff(new);
    let guarded: Vec<_> = differences
        .iter()
        .filter(|difference| GUARDED.contains(&difference.name.as_str()))
        .map(|difference| difference.name.clone())
        .collect();
    if !guarded.is_empty() {
        let read = [Fact::found("settings", "unchanged", guarded.join(", "))];
        refusals.push(
            DenyCode::SettingHasItsRequest,
            Reason::new(RuleId::PLAN_05, read),
        );
    }
    if is_on(old) && new.require_sso == Switch::On && new.exemption != old.exemption {
        check_standing(facts, new, &mut refusals);
    }
    let rule = match differences
        .first()
        .map(|difference| difference.name.as_str())
    {
        Some("external_users") => RuleId::C_03,
        Some("exemption") => RuleId::C_15,
        Some("operations") => RuleId::USER_18,
        Some("record_placement") => RuleId::C_06,
        Some("on_lapse") => RuleId::C_09,
        Some("deletion") => RuleId::C_26,
        Some("step_up_minutes") => RuleId::C_39,
        _ => RuleId::PLAN_05,
    };
    let effects = differences
        .first()
        .map(|_| Effect::ChangeSettings(Box::new(new.clone())));
    allowed(
        refusals,
        vec![Reason::new(rule, [])],
        effects.into_iter().collect(),
    )
}

/// What a request of its own decides, and what only the host may say.
const GUARDED: [&str; 8] = [
    "directory",
    "domain_lists",
    "entitlement",
    "group_management",
    "idp_managed_access",
    "require_sso",
    "shared_sso",
    "sso",
];
