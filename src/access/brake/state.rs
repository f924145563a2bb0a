//! What is remembered of each connection for the brake.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::held::{HeldChange, HeldTarget};
use super::ledger::HourlyLedger;
use crate::domain::DomainName;
use crate::limits::SETUP_TARGETS;

/// What the brake remembers of one connection: a small plain value that the host stores.
///
/// The default is a connection that nothing is known of: it takes nothing away.
///
/// ```
/// use vestibule::access::{BrakeState, FirstSync};
/// let begun = BrakeState::begun("2026-01-01T00:00:00Z".parse()?);
/// assert_eq!(begun.first_sync, FirstSync::Unapproved);
/// assert_eq!(BrakeState::default().begun_at, None);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts store")]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct BrakeState {
    /// When provisioning by the connection began: when its first token was issued.
    pub begun_at: Option<DateTime<Utc>>,
    /// Whether an Owner or Admin has approved a plan of the connection.
    pub first_sync: FirstSync,
    /// When its token was last replaced or revoked.
    pub token_changed_at: Option<DateTime<Utc>>,
    /// What the connection took away.
    pub taken: HourlyLedger,
    /// How many of its groups it took away.
    #[serde(default)]
    pub groups_lost: HourlyLedger,
    /// How many of its changes were refused.
    pub refused: HourlyLedger,
    /// Whom and what it made when it had only begun, the last [`SETUP_TARGETS`] of them.
    #[serde(default)]
    pub setup: Vec<SetupTarget>,
}

/// Somebody or something that a connection made when it had only begun.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts store")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SetupTarget {
    /// Whom or what.
    pub target: HeldTarget,
    /// When.
    pub made_at: DateTime<Utc>,
}

impl BrakeState {
    /// A connection whose provisioning began at `at`. See the type's example.
    #[must_use]
    pub fn begun(at: DateTime<Utc>) -> Self {
        Self {
            begun_at: Some(at),
            ..Self::default()
        }
    }

    /// Remembers somebody or something that the connection made; the oldest gives way.
    pub(in crate::access) fn note_setup(&mut self, made: SetupTarget) {
        if self.setup.contains(&made) {
            return;
        }
        self.setup.push(made);
        let over = self.setup.len().saturating_sub(SETUP_TARGETS);
        self.setup.drain(..over);
    }

    /// Whether the connection made the target less than `minutes` ago, when it had only begun.
    pub(in crate::access) fn is_setup(
        &self,
        target: &HeldTarget,
        minutes: u16,
        now: DateTime<Utc>,
    ) -> bool {
        let limit = TimeDelta::minutes(i64::from(minutes));
        self.setup.iter().any(|made| {
            let age = now.signed_duration_since(made.made_at);
            made.target == *target && age >= TimeDelta::zero() && age < limit
        })
    }
}

/// Whether an Owner or Admin has approved what a connection does.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirstSync {
    /// They have committed a plan.
    Approved,
    /// They have not yet.
    #[default]
    Unapproved,
}

/// Whether the brake holds what is too much.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Debug)]
pub enum Brake<'a> {
    /// It does.
    Engaged(BrakeFacts<'a>),
    /// It does not, because a plan is made or committed. A host says so nowhere else.
    ReleasedByPlan,
}

/// What the brake looks at.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct BrakeFacts<'a> {
    /// What is remembered of the connection; absent when nothing is.
    pub state: Option<&'a BrakeState>,
    /// How many members the connection manages who may enter.
    pub managed: u32,
    /// How many groups it manages.
    pub managed_groups: u32,
    /// The verified domains whose record is missing: the week of grace runs.
    pub domains_in_grace: BTreeSet<DomainName>,
    /// What is held already about the same user or group.
    pub held: Option<&'a HeldChange>,
}
