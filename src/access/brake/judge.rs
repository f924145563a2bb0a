//! Whether what a change takes away goes through or waits.

use chrono::{DateTime, TimeDelta, Utc};

use super::held::HoldCause;
use super::policy::{BrakePolicy, BudgetWindow};
use super::state::{BrakeFacts, BrakeState, FirstSync};

/// What a change would take away.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::access) struct Demand {
    /// How many people, memberships of Teams and Teams.
    pub(in crate::access) taken: u32,
    /// How many of its groups.
    pub(in crate::access) groups: u32,
    /// Whether a member who is there would be taken over, and somebody confirms that first.
    pub(in crate::access) adopts: bool,
    /// How many members would be made.
    pub(in crate::access) made: u32,
    /// Whether a person of a domain in grace, or a group while any domain is, would lose something.
    pub(in crate::access) in_grace: bool,
    /// The size of a group that the message empties, or zero.
    pub(in crate::access) emptied: u32,
    /// Whether people leave a Team whom the connection does not manage.
    pub(in crate::access) unmanaged_leave: bool,
    /// Whether the host or an administrator quarantined the connection.
    pub(in crate::access) quarantined: bool,
}

/// Why the change waits, if it does; what is odd with the connection before what it asks.
pub(in crate::access) fn cause(
    policy: &BrakePolicy,
    facts: &BrakeFacts<'_>,
    demand: Demand,
    now: DateTime<Utc>,
) -> Option<HoldCause> {
    let unknown = BrakeState::default();
    let state = facts.state.unwrap_or(&unknown);
    if demand.adopts {
        return Some(HoldCause::Adoption);
    }
    if demand.taken == 0 {
        let canary = canary(policy, state, facts.managed);
        return canary.filter(|_| demand.made > 0);
    }
    if demand.quarantined || state.refused.within(1, now) >= policy.failures_to_quarantine {
        return Some(HoldCause::Quarantine);
    }
    if is_first_sync(policy, state, now) {
        return Some(HoldCause::FirstSync);
    }
    let changed = state.token_changed_at;
    if changed.is_some_and(|at| is_within(at, policy.token_change_hours, now)) {
        return Some(HoldCause::TokenChanged);
    }
    if demand.in_grace {
        return Some(HoldCause::DomainInGrace);
    }
    if demand.emptied > 0 && demand.emptied >= policy.empty_list_members {
        let members = demand.emptied;
        return Some(HoldCause::EmptyList { members });
    }
    if demand.unmanaged_leave {
        return Some(HoldCause::FirstReplacement);
    }
    if demand.groups > 0 {
        let lost = state.groups_lost.within(BudgetWindow::Day.hours(), now);
        let limit = policy.groups.of(facts.managed_groups.saturating_add(lost));
        if lost.saturating_add(demand.groups) > limit {
            return Some(HoldCause::GroupLoss { lost, limit });
        }
    }
    let over = |window| over_budget(policy, state, facts.managed, demand.taken, window, now);
    over(BudgetWindow::Day).or_else(|| over(BudgetWindow::Week))
}

fn canary(policy: &BrakePolicy, state: &BrakeState, managed: u32) -> Option<HoldCause> {
    let limit = policy.canary_users?;
    let full = state.first_sync == FirstSync::Unapproved && managed >= limit;
    full.then_some(HoldCause::Canary { limit })
}

/// Whether the connection has only begun, and nobody has approved what it does.
pub(in crate::access) fn is_first_sync(
    policy: &BrakePolicy,
    state: &BrakeState,
    now: DateTime<Utc>,
) -> bool {
    state.first_sync == FirstSync::Unapproved
        && state
            .begun_at
            .is_none_or(|at| is_within(at, policy.first_sync_hours, now))
}

/// Whether `at` lies less than `hours` back; a time ahead of the clock does.
fn is_within(at: DateTime<Utc>, hours: u16, now: DateTime<Utc>) -> bool {
    now.signed_duration_since(at) < TimeDelta::hours(i64::from(hours))
}

/// The share is of the members as they were at the beginning of the window, so that it does not
/// shrink while they go.
fn over_budget(
    policy: &BrakePolicy,
    state: &BrakeState,
    managed: u32,
    asked: u32,
    window: BudgetWindow,
    now: DateTime<Utc>,
) -> Option<HoldCause> {
    let limit = match window {
        BudgetWindow::Day => policy.day,
        BudgetWindow::Week => policy.week,
    };
    let spent = state.taken.within(window.hours(), now);
    let limit = limit.of(managed.saturating_add(spent));
    (spent.saturating_add(asked) > limit).then_some(HoldCause::Budget {
        window,
        spent,
        asked,
        limit,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A plan may have taken more Teams than the budget; that holds Teams, and no person.
    #[test]
    fn a_loss_of_groups_holds_groups() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let mut state = BrakeState {
            first_sync: FirstSync::Approved,
            ..BrakeState::default()
        };
        state.groups_lost.set(now, 50);
        let facts = BrakeFacts {
            state: Some(&state),
            managed: 100,
            managed_groups: 10,
            domains_in_grace: BTreeSet::new(),
            held: None,
        };
        let cause = |groups| {
            let demand = Demand {
                taken: 1,
                groups,
                ..Demand::default()
            };
            cause(&BrakePolicy::default(), &facts, demand, now)
        };
        assert_eq!(cause(0), None);
        assert!(matches!(
            cause(1),
            Some(HoldCause::GroupLoss { lost: 50, .. })
        ));
    }
}
