//! Times that come whether or not anybody asks: certificates that expire, and the plan's end.
//!
//! This module keeps no timer: [`Decision::next_wake`] says when the host should ask again.

use chrono::{DateTime, TimeDelta, Utc};

use super::administration::setting_changes;
use super::audit::{AuditActor, AuditName};
use super::connection::SsoConfiguration;
use super::decision::{Allowance, Decision, Fact, Outcome, Reason};
use super::effect::{Effect, Notice};
use super::rule::RuleId;
use super::settings::{Entitlement, Settings};

/// Days before a certificate's end on which it is announced (rule C-13).
const ANNOUNCED_DAYS: [i64; 5] = [90, 30, 14, 7, 1];

/// Decides what the passing of time since `last` means for a connection's certificates.
///
/// One notice for the last threshold that was passed between `last` and `now`, and one when the last
/// certificate has expired. While a newer certificate waits beside an old one, the newer one counts.
///
/// ```
/// use vestibule::access::*;
/// use vestibule::identity::ConnectionId;
///
/// let day = |text: &str| -> chrono::DateTime<chrono::Utc> { text.parse().unwrap() };
/// let mut okta = SsoConfiguration::new(ConnectionId::new("okta-1"), ProviderProduct::Okta);
/// okta.certificates.push(CertificateFacts {
///     not_after: day("2026-04-01T00:00:00Z"),
///     fingerprint: "ab:cd".to_owned(),
/// });
/// let decision = decide_certificate_check(&okta, day("2026-03-01T00:00:00Z"), day("2026-03-03T00:00:00Z"));
/// assert_eq!(decision.determining_rule(), Some(RuleId::C_13));
/// assert_eq!(decision.effects[0].name(), "notify");
/// assert_eq!(decision.next_wake, Some(day("2026-03-18T00:00:00Z")));
/// ```
pub fn decide_certificate_check(
    configuration: &SsoConfiguration,
    last: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Decision {
    let end = configuration.certificate_not_after();
    let notice = end.and_then(|end| notice(configuration, end, last, now));
    let expired = end.is_none_or(|end| end <= now);
    let rule = if expired {
        RuleId::SSO_04
    } else {
        RuleId::C_13
    };
    let reasons = vec![Reason::new(rule, [])];
    let outcome = match notice {
        Some(_) => Outcome::Allow(Allowance::Change),
        None => Outcome::NoEffect,
    };
    let mut decision = Decision::new(outcome, reasons)
        .with_effects(notice.map(Effect::Notify).into_iter().collect());
    decision.next_wake = end.and_then(|end| next_threshold(end, now));
    decision.audited(AuditName::CertificateCheck, AuditActor::Timer, None)
}

fn notice(
    configuration: &SsoConfiguration,
    end: DateTime<Utc>,
    last: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<Notice> {
    let connection = configuration.connection.clone();
    if end <= now {
        return (last < end).then_some(Notice::CertificateExpired { connection });
    }
    let passed = |days: &i64| threshold(end, *days).is_some_and(|at| last < at && at <= now);
    ANNOUNCED_DAYS.iter().any(passed).then(|| {
        let days_left = end.signed_duration_since(now).num_days();
        Notice::CertificateExpiring {
            connection,
            days_left,
        }
    })
}

fn next_threshold(end: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let thresholds = ANNOUNCED_DAYS
        .iter()
        .filter_map(|days| threshold(end, *days));
    thresholds.chain([end]).find(|at| *at > now)
}

fn threshold(end: DateTime<Utc>, days: i64) -> Option<DateTime<Utc>> {
    end.checked_sub_signed(TimeDelta::days(days))
}

/// Decides what the plan's change means: nobody is deactivated for it (rules PLAN-03 and C-01).
///
/// ```
/// use vestibule::access::*;
/// use vestibule::domain::RecordPrefix;
///
/// let mut settings = Settings::recommended(RecordPrefix::parse("product")?);
/// settings.entitlement = Entitlement::Active;
/// let decision = decide_plan_change(&settings, Entitlement::Lapsed);
/// assert_eq!(decision.determining_rule(), Some(RuleId::PLAN_03));
/// let names: Vec<_> = decision.effects.iter().map(Effect::name).collect();
/// assert_eq!(names, ["change-settings", "notify"]);
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
pub fn decide_plan_change(settings: &Settings, new: Entitlement) -> Decision {
    // A plan that was there has lapsed, even where the host says that there is none now.
    let had = settings.entitlement != Entitlement::None;
    let new = match new {
        Entitlement::None if had => Entitlement::Lapsed,
        other => other,
    };
    let mut stored = settings.clone();
    stored.entitlement = new;
    let values = setting_changes(settings, &stored);
    let setting = Fact::setting("entitlement", &new);
    let reasons = [RuleId::PLAN_03, RuleId::C_01].map(|rule| Reason::new(rule, [setting.clone()]));
    let decision = if stored == *settings {
        Decision::new(Outcome::NoEffect, reasons.to_vec())
    } else {
        let lapsed = new == Entitlement::Lapsed;
        let notice = lapsed.then_some(Effect::Notify(Notice::PlanLapsed));
        let effects = [Effect::ChangeSettings(Box::new(stored))];
        Decision::new(Outcome::Allow(Allowance::Change), reasons.to_vec())
            .with_effects(effects.into_iter().chain(notice).collect())
    };
    decision
        .audited(AuditName::PlanChange, AuditActor::Timer, None)
        .with_values(values)
}
