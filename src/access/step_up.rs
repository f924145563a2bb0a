//! A fresh proof of identity, before what only a fresh proof allows (rule C-39).
//!
//! The password or the assertion was checked before this.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::audit::{AuditActor, AuditName};
use super::decision::{Allowance, Decision, Fact, Outcome, Reason};
use super::deny::DenyCode;
use super::effect::Effect;
use super::membership::OwnPassword;
use super::remedy::{RemedyAction, RemedyActor};
use super::rule::RuleId;
use super::settings::Settings;
use crate::identity::UserId;

/// How a person proved who they are.
#[expect(clippy::exhaustive_enums, reason = "a host must sort each proof")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// By their own password, just now.
    Password(OwnPassword),
    /// By a sign-on, at the time at which the identity provider says that they proved it.
    SignOn {
        /// `AuthnInstant`; absent when the assertion does not say.
        authenticated_at: Option<DateTime<Utc>>,
    },
}

/// Decides whether `proof` is a fresh proof of who `user` is.
///
/// A sign-on counts from the time at which the identity provider saw the person, not from the time
/// of the assertion: a session there may be days old. Send the person with `ForceAuthn` when this
/// asks for a step-up.
///
/// ```
/// use vestibule::access::{Outcome, Proof, Settings, decide_step_up};
/// use vestibule::domain::RecordPrefix;
/// use vestibule::identity::UserId;
///
/// let settings = Settings::recommended(RecordPrefix::parse("product")?);
/// let now = "2026-01-01T00:16:00Z".parse().unwrap();
/// let stale = Proof::SignOn { authenticated_at: Some("2026-01-01T00:00:00Z".parse().unwrap()) };
/// let decision = decide_step_up(&settings, &UserId::new("u1"), stale, now);
/// assert_eq!(decision.outcome, Outcome::StepUp);
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
pub fn decide_step_up(
    settings: &Settings,
    user: &UserId,
    proof: Proof,
    now: DateTime<Utc>,
) -> Decision {
    let setting = Fact::setting("step_up_minutes", &settings.step_up_minutes);
    let reasons = vec![Reason::new(RuleId::C_39, [setting])];
    let decision = match proof {
        Proof::Password(OwnPassword::SetByUser) => proved(user, now, reasons),
        Proof::Password(OwnPassword::None) => no_password(),
        Proof::SignOn { authenticated_at } => {
            match authenticated_at.filter(|at| is_recent(settings, *at, now)) {
                Some(at) => proved(user, at, reasons),
                None => Decision::new(Outcome::StepUp, reasons),
            }
        }
    };
    let actor = AuditActor::User(user.clone());
    decision.audited(AuditName::StepUp, actor, Some(user.clone()))
}

/// A proof from the future is no proof.
pub(super) fn is_recent(settings: &Settings, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let age = now.signed_duration_since(at);
    age >= TimeDelta::zero() && age <= TimeDelta::minutes(i64::from(settings.step_up_minutes))
}

fn proved(user: &UserId, at: DateTime<Utc>, reasons: Vec<Reason>) -> Decision {
    let user = user.clone();
    Decision::new(Outcome::Allow(Allowance::Change), reasons)
        .with_effects(vec![Effect::RecordProof { user, at }])
}

/// A password that nobody chose proves nobody (rule C-40).
fn no_password() -> Decision {
    let code = DenyCode::NoOwnPassword;
    let reason =
        Reason::new(RuleId::C_40, []).with_remedy(RemedyAction::UseSso, RemedyActor::Person);
    Decision::new(Outcome::Deny { code, route: None }, vec![reason])
}
