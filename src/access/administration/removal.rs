//! Removing the sign-on configuration: planned first, carried out by the plan's hash.

use serde::{Deserialize, Serialize};

use super::super::decision::Warning;
use super::super::effect::Notice;
use super::super::plan::PlanHash;
use super::super::settings::DirectoryState;
use super::{
    ConnectionId, Decision, DenyCode, Effect, Fact, Reason, Refusals, RemedyAction, RemedyActor,
    RuleId, SettingsFacts, SsoState, Switch, allowed, is_on, store,
};

/// What the removal of the sign-on configuration would do (rules REMOVE-02, REMOVE-03 and C-36).
///
/// Claims, members and Teams stay. The removal cannot be undone.
///
/// ```
/// use vestibule::access::*;
/// use vestibule::domain::RecordPrefix;
/// use vestibule::identity::{ConnectionId, OrganizationId, UserId};
///
/// let settings = Settings::recommended(RecordPrefix::parse("product")?);
/// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
/// acme.settings_mut().sso = SsoState::Disabled;
/// let okta = SsoConfiguration::new(ConnectionId::new("okta-1"), ProviderProduct::Okta);
/// acme.put_configuration(okta);
///
/// let now = "2026-01-01T00:00:00Z".parse().unwrap();
/// let owner = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: Some(now) };
/// let plan = acme.plan_sso_removal();
/// assert_eq!(plan.connections, [ConnectionId::new("okta-1")]);
/// let request = SettingsRequest::RemoveSso { confirmed: Some(plan.hash) };
/// let decision = acme.decide_settings(&owner, &request, now);
/// assert_eq!(decision.effects, plan.effects);
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
#[must_use]
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SsoRemovalPlan {
    /// The connections that go, with their certificates, routing and bindings of subjects.
    pub connections: Vec<ConnectionId>,
    /// How many certificates go.
    pub certificates: usize,
    /// What would happen, in this order.
    pub effects: Vec<Effect>,
    /// What the confirmation must name.
    pub hash: PlanHash,
}

/// Plans the removal, whether or not it is allowed now. [`SsoRemovalPlan`] has an example.
pub fn plan_sso_removal(facts: &SettingsFacts<'_>) -> SsoRemovalPlan {
    let connections: Vec<_> = facts.connections.keys().cloned().collect();
    let mut effects = store(facts, |settings| {
        settings.sso = SsoState::NotConfigured;
        settings.require_sso = Switch::Off;
        settings.idp_managed_access = Switch::Off;
        settings.directory = DirectoryState::NotConfigured;
    });
    for connection in &connections {
        let connection = connection.clone();
        effects.push(Effect::RemoveConnection {
            connection: connection.clone(),
        });
        effects.push(Effect::Notify(Notice::RemoveAtIdentityProvider {
            connection,
        }));
    }
    let configured = facts.connections.values();
    let certificates = configured.map(|found| found.certificates.len()).sum();
    let hash = PlanHash::of(&(
        facts.organization,
        facts.settings,
        facts.connections,
        &effects,
    ));
    SsoRemovalPlan {
        certificates,
        connections,
        effects,
        hash,
    }
}

/// Rules REMOVE-01 to REMOVE-05.
pub(super) fn remove(
    facts: &SettingsFacts<'_>,
    confirmed: Option<PlanHash>,
    mut refusals: Refusals,
) -> Decision {
    let plan = plan_sso_removal(facts);
    let there_is_none =
        facts.settings.sso == SsoState::NotConfigured && facts.connections.is_empty();
    if there_is_none {
        let reason = Reason::new(RuleId::REMOVE_01, []);
        refusals.push(DenyCode::NothingToRemove, reason);
    }
    if is_on(facts.settings) {
        let reason = Reason::new(
            RuleId::REMOVE_01,
            [Fact::setting("sso", &facts.settings.sso)],
        )
        .with_remedy(RemedyAction::ChangeSetting, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::SsoStillEnabled, reason);
    }
    if confirmed != Some(plan.hash) {
        let reason = Reason::new(RuleId::REMOVE_03, [])
            .with_remedy(RemedyAction::ConfirmPlan, RemedyActor::OwnerOrAdmin);
        refusals.push(DenyCode::ConfirmationMismatch, reason);
    }
    let reasons = [RuleId::REMOVE_02, RuleId::C_36, RuleId::REMOVE_05]
        .map(|rule| Reason::new(rule, []))
        .to_vec();
    allowed(refusals, reasons, plan.effects)
        .with_warnings_if_allowed(vec![Warning::TwoSidedRemoval])
}
