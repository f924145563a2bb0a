//! Turning group management on and off (rule GROUP-17).

use super::audit::{AuditActor, AuditName};
use super::claims::Actor;
use super::decision::{Allowance, Decision, Fact, Outcome, Reason, Refusals};
use super::deny::DenyCode;
use super::effect::Effect;
use super::membership::Role;
use super::rule::RuleId;
use super::settings::{Settings, Switch};

/// Decides whether `actor` may turn group management on or off.
///
/// Turned off, no Team is managed any more: turned on again, a group takes its Team over anew.
/// Nobody is deactivated and nobody leaves a Team.
///
/// ```
/// use vestibule::access::{Actor, Role, Settings, Switch, decide_group_management};
/// use vestibule::domain::RecordPrefix;
/// use vestibule::identity::UserId;
/// let owner = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: None };
/// let settings = Settings::recommended(RecordPrefix::parse("product")?);
/// let decision = decide_group_management(&settings, &owner, Switch::On);
/// assert_eq!(decision.effects[0].name(), "set-group-management");
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
pub fn decide_group_management(settings: &Settings, actor: &Actor, to: Switch) -> Decision {
    let mut refusals = Refusals::new();
    if !matches!(actor.role, Role::Owner | Role::Admin) {
        let reason = Reason::new(RuleId::PLAN_05, [Fact::Role(actor.role)]);
        refusals.push(DenyCode::RoleRequired, reason);
    }
    let decision = refusals.into_decision(None).unwrap_or_else(|| {
        let rule = match to {
            Switch::Off => RuleId::GROUP_17,
            Switch::On => RuleId::GROUP_02,
        };
        let reasons = vec![Reason::new(rule, [])];
        if settings.group_management == to {
            return Decision::new(Outcome::NoEffect, reasons);
        }
        let effects = vec![Effect::SetGroupManagement(to)];
        Decision::new(Outcome::Allow(Allowance::Change), reasons).with_effects(effects)
    });
    let by = AuditActor::User(actor.user.clone());
    decision.audited(AuditName::GroupManagementChange, by, None)
}
