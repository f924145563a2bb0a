//! What waits, why, and about whom.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::rule::RuleId;
use super::policy::{BudgetWindow, HeldAccess, HoldResponse};
use crate::identity::{ConnectionId, DirectoryChange, GroupId, UserId};

/// Why a change waits, and what happens meanwhile.
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    /// Why.
    pub cause: HoldCause,
    /// How the directory is answered.
    pub response: HoldResponse,
    /// Whether the person may still enter.
    pub access: HeldAccess,
}

/// Why a change waits.
#[expect(
    clippy::exhaustive_enums,
    reason = "a host must be able to word and to end each wait"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldCause {
    /// The directory would take over a member who is there, and somebody confirms that first (rule
    /// C-24).
    Adoption,
    /// The connection would take away more than its budget (rule C-37).
    Budget {
        /// Over which time.
        window: BudgetWindow,
        /// What it took away in that time.
        spent: u32,
        /// What this change would take away.
        asked: u32,
        /// How much it may.
        limit: u32,
    },
    /// The connection has made as many members as it may before its first plan is approved
    /// (rule GUARD-07).
    Canary {
        /// How many.
        limit: u32,
    },
    /// The record of the person's domain is missing; of a group, that of any domain (rule GUARD-06).
    DomainInGrace,
    /// The message empties a whole group at once (rule GUARD-06).
    EmptyList {
        /// How many members it has.
        members: u32,
    },
    /// People whom the connection does not manage would leave a Team that it took over (rule C-30).
    FirstReplacement,
    /// The connection has only begun (rule GUARD-07).
    FirstSync,
    /// The connection would lose more of its groups in a day than it may (rule GUARD-06).
    GroupLoss {
        /// How many it lost in that time.
        lost: u32,
        /// How many it may.
        limit: u32,
    },
    /// The connection is quarantined (rule GUARD-05).
    Quarantine,
    /// The connection's token was replaced a short while ago (rule TOKEN-06).
    TokenChanged,
}

impl HoldCause {
    /// The rule by which it waits.
    ///
    /// ```
    /// use vestibule::access::{HoldCause, RuleId};
    /// assert_eq!(HoldCause::Quarantine.rule(), RuleId::GUARD_05);
    /// ```
    #[must_use]
    pub const fn rule(self) -> RuleId {
        match self {
            Self::Adoption => RuleId::C_24,
            Self::Budget { .. } => RuleId::C_37,
            Self::Canary { .. } | Self::FirstSync => RuleId::GUARD_07,
            Self::DomainInGrace | Self::EmptyList { .. } | Self::GroupLoss { .. } => {
                RuleId::GUARD_06
            }
            Self::FirstReplacement => RuleId::C_30,
            Self::Quarantine => RuleId::GUARD_05,
            Self::TokenChanged => RuleId::TOKEN_06,
        }
    }
}

/// A change that waits until an Owner or Admin commits it or drops it.
///
/// It holds only what takes something away; the rest of the message was carried out.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts store")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct HeldChange {
    /// Whose directory asked.
    pub connection: ConnectionId,
    /// What it asked.
    pub change: DirectoryChange,
    /// Why it waits, and what happens meanwhile.
    pub hold: Hold,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl HeldChange {
    /// Whom or what it is about; at most one change waits about each. Absent for a creation, which
    /// the directory repeats by itself.
    ///
    /// ```
    /// use vestibule::access::{HeldAccess, HeldChange, HeldTarget, Hold, HoldCause, HoldResponse};
    /// use vestibule::identity::{ConnectionId, DirectoryChange, UserId};
    ///
    /// let held = HeldChange {
    ///     connection: ConnectionId::new("okta-1"),
    ///     change: DirectoryChange::DeleteUser { user: UserId::new("u1") },
    ///     hold: Hold {
    ///         cause: HoldCause::FirstSync,
    ///         response: HoldResponse::Accept,
    ///         access: HeldAccess::Kept,
    ///     },
    ///     since: "2026-01-01T00:00:00Z".parse()?,
    /// };
    /// assert_eq!(held.target(), Some(HeldTarget::User(UserId::new("u1"))));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use]
    pub fn target(&self) -> Option<HeldTarget> {
        HeldTarget::of(&self.change)
    }
}

/// Whom or what a held change is about.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeldTarget {
    /// A group.
    Group(GroupId),
    /// A user.
    User(UserId),
}

impl HeldTarget {
    pub(in crate::access) fn of(change: &DirectoryChange) -> Option<Self> {
        match change {
            DirectoryChange::CreateGroup(_) | DirectoryChange::CreateUser(_) => None,
            DirectoryChange::UpdateGroup { group, .. }
            | DirectoryChange::DeleteGroup { group }
            | DirectoryChange::DisassociateGroup { group } => Some(Self::Group(group.clone())),
            DirectoryChange::UpdateUser { user, .. } | DirectoryChange::DeleteUser { user } => {
                Some(Self::User(user.clone()))
            }
        }
    }
}
