//! The end of a deleted member's tombstone (rule C-26).

use chrono::{DateTime, Utc};

use super::audit::{AuditActor, AuditName};
use super::decision::{Allowance, Decision, Fact, Outcome, Reason, Subject};
use super::effect::Effect;
use super::membership::{Member, MemberState};
use super::rule::RuleId;
use super::settings::DeletePolicy;
use crate::identity::UserId;

/// Decides what becomes of a deleted member at `now`: nothing before the tombstone's time is over;
/// then the membership ends, and where an Owner's policy says so, what was stored is erased.
///
/// ```
/// use vestibule::access::{DeletePolicy, Member, Outcome, Role, decide_tombstone_end};
/// use vestibule::identity::UserId;
/// let member = Member::manual(Role::Member);
/// let now = "2026-01-01T00:00:00Z".parse()?;
/// let decision = decide_tombstone_end(DeletePolicy::default(), &UserId::new("u1"), &member, now);
/// assert_eq!(decision.outcome, Outcome::NoEffect); // nobody deleted this member
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn decide_tombstone_end(
    policy: DeletePolicy,
    user: &UserId,
    member: &Member,
    now: DateTime<Utc>,
) -> Decision {
    let reasons = vec![Reason::new(RuleId::C_26, [Fact::User(user.clone())])];
    let mut decision = if member.has_ended(now) {
        Decision::new(Outcome::Allow(Allowance::Change), reasons)
            .with_effects(effects(policy, user))
    } else {
        Decision::new(Outcome::NoEffect, reasons)
    };
    if let (MemberState::Deactivated(deactivation), Outcome::NoEffect) =
        (&member.state, &decision.outcome)
    {
        decision.next_wake = deactivation.tombstone_until;
    }
    decision.about(Some(Subject::User(user.clone()))).audited(
        AuditName::TombstoneEnd,
        AuditActor::Timer,
        None,
    )
}

fn effects(policy: DeletePolicy, user: &UserId) -> Vec<Effect> {
    let mut effects = vec![Effect::EndMembership { user: user.clone() }];
    match policy {
        DeletePolicy::HardAfter { .. } => {
            effects.push(Effect::EraseMemberData { user: user.clone() });
        }
        DeletePolicy::Soft { .. } => {}
    }
    effects
}
