//! The life of the provisioning integration: not configured, active, deactivated.

use super::super::decision::Warning;
use super::super::effect::Effect;
use super::super::facts::ConnectionHealth;
use super::super::provider::{DirectorySupport, ProviderProduct};
use super::super::settings::{DirectoryState, SettingValue as _};
use super::{
    ConnectionId, Decision, DenyCode, Fact, IntegrationStep, Reason, Refusals, RemedyAction,
    RemedyActor, RuleId, SettingsFacts, Switch, allowed, is_on, store,
};

/// Rules REMOVE-06, REMOVE-07, SSO-13 to SSO-18, CLAIM-21 and C-27.
pub(super) fn decide(
    facts: &SettingsFacts<'_>,
    connection: &ConnectionId,
    step: IntegrationStep,
    mut refusals: Refusals,
) -> Decision {
    check_state(facts.settings.directory, step, &mut refusals);
    match step {
        IntegrationStep::Activate => activate(facts, connection, refusals),
        IntegrationStep::Deactivate => {
            let effects = store(facts, |settings| {
                settings.directory = DirectoryState::Deactivated;
            });
            allowed(refusals, vec![Reason::new(RuleId::REMOVE_07, [])], effects)
                .with_warnings_if_allowed(vec![Warning::TwoSidedRemoval])
        }
        // The credentials and the mapping are stored elsewhere: the step is an event.
        IntegrationStep::Reauthorize | IntegrationStep::Update => allowed(
            refusals,
            vec![Reason::new(RuleId::REMOVE_06, [])],
            Vec::new(),
        ),
    }
}

/// Rule GUARD-05: what a quarantined connection takes away is held.
pub(super) fn quarantine(
    facts: &SettingsFacts<'_>,
    connection: &ConnectionId,
    health: ConnectionHealth,
    mut refusals: Refusals,
) -> Decision {
    if !facts.connections.contains_key(connection) {
        let reason = Reason::new(RuleId::GUARD_05, []);
        refusals.push(DenyCode::UnknownConnection, reason);
    }
    let effect = Effect::SetConnectionHealth {
        connection: connection.clone(),
        health,
    };
    allowed(
        refusals,
        vec![Reason::new(RuleId::GUARD_05, [])],
        vec![effect],
    )
}

fn check_state(state: DirectoryState, step: IntegrationStep, refusals: &mut Refusals) {
    let active = state == DirectoryState::Active;
    let fits = match step {
        IntegrationStep::Activate => true,
        IntegrationStep::Deactivate | IntegrationStep::Reauthorize | IntegrationStep::Update => {
            active
        }
    };
    if !fits {
        let read = [Fact::found("directory", "active", state.text())];
        let reason = Reason::new(RuleId::REMOVE_06, read);
        refusals.push(DenyCode::WrongIntegrationState, reason);
    }
}

fn activate(
    facts: &SettingsFacts<'_>,
    connection: &ConnectionId,
    mut refusals: Refusals,
) -> Decision {
    if !is_on(facts.settings) {
        let setting = Fact::setting("sso", &facts.settings.sso);
        let reason = Reason::new(RuleId::C_42, [setting])
            .with_remedy(RemedyAction::ChangeSetting, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::SsoRequiredForDirectory, reason);
    }
    if facts.verified_domains == 0 {
        let reason = Reason::new(RuleId::CLAIM_21, [])
            .with_remedy(RemedyAction::VerifyDomain, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::NoVerifiedDomain, reason);
    }
    let configuration = facts.connections.get(connection);
    if configuration.is_none() {
        let reason = Reason::new(RuleId::PLAN_04, []);
        refusals.push(DenyCode::UnknownConnection, reason);
    }
    let provider = configuration.map_or(ProviderProduct::Other, |found| found.provider);
    let (rule, warning) = support(provider, &mut refusals);
    let drifts = facts.settings.idp_managed_access == Switch::Off;
    let mut reasons = vec![Reason::new(rule, [Fact::setting("provider", &provider)])];
    if rule == RuleId::SSO_14 {
        reasons.push(Reason::new(RuleId::C_14, []));
    }
    if drifts {
        let managed = Fact::setting("idp_managed_access", &Switch::Off);
        reasons.push(Reason::new(RuleId::USER_22, []));
        reasons.push(Reason::new(RuleId::C_27, [managed]));
    }
    let effects = store(facts, |settings| {
        settings.directory = DirectoryState::Active;
    });
    let drift = drifts.then_some(Warning::DriftRisk);
    allowed(refusals, reasons, effects)
        .with_warnings_if_allowed(warning.into_iter().chain(drift).collect())
}

/// Which rule speaks of provisioning by this identity provider.
fn support(provider: ProviderProduct, refusals: &mut Refusals) -> (RuleId, Option<Warning>) {
    match provider.behaviour().directory {
        DirectorySupport::AtOwnRisk => (RuleId::SSO_14, Some(Warning::AtOwnRisk)),
        DirectorySupport::NotPromised => (RuleId::SSO_17, Some(Warning::NotPromised)),
        DirectorySupport::Supported => {
            let rule = match provider {
                ProviderProduct::Entra => RuleId::SSO_16,
                ProviderProduct::OneLogin => RuleId::SSO_15,
                _ => RuleId::REMOVE_06,
            };
            (rule, None)
        }
        DirectorySupport::Unsupported => {
            let read = [Fact::setting("provider", &provider)];
            let reason = Reason::new(RuleId::SSO_13, read)
                .with_remedy(RemedyAction::ChangeSetting, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::DirectoryUnsupported, reason);
            (RuleId::SSO_13, None)
        }
    }
}
