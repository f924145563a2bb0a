//! What an organization has chosen about the brake.

use serde::{Deserialize, Serialize};

/// How much each connection may take away, and what happens to the rest.
///
/// The defaults: 5 or 10 % of the members that the connection manages in 24 hours, 5 or 20 % in 7
/// days, whichever is larger, and never more than half of them; half of its groups in 24 hours; the
/// rest is held with access kept and the directory is answered as for a success.
///
/// ```
/// use vestibule::access::{BrakePolicy, HeldAccess, HoldResponse};
/// let policy = BrakePolicy::default();
/// assert_eq!(policy.day.of(1_000), 100);
/// assert_eq!(policy.week.of(1_000), 200);
/// assert_eq!(policy.access, HeldAccess::Kept);
/// assert_eq!(policy.response, HoldResponse::Accept);
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct BrakePolicy {
    /// What may be taken away within 24 hours.
    pub day: BudgetLimit,
    /// What may be taken away within 7 days.
    pub week: BudgetLimit,
    /// How many of its groups may go within 24 hours: of those that the connection manages.
    pub groups: BudgetLimit,
    /// How a held change is answered to the directory.
    pub response: HoldResponse,
    /// How a held creation is answered: what was not made cannot be answered as made, so that
    /// [`HoldResponse::Accept`] counts as [`HoldResponse::RetryLater`] here.
    pub creation_response: HoldResponse,
    /// Whether a person whose end is held may still enter.
    pub access: HeldAccess,
    /// Hours after the first contact for which a connection takes nothing away, unless an Owner or
    /// Admin has committed a plan for it before.
    pub first_sync_hours: u16,
    /// Hours after a token was replaced for which the connection takes nothing away (rule TOKEN-06).
    pub token_change_hours: u16,
    /// How many members a connection may make before an Owner or Admin approves its first plan;
    /// absent when it may make any number (rule GUARD-07).
    pub canary_users: Option<u32>,
    /// Minutes for which a connection that has only begun may take away again whom and what it made
    /// itself: identity providers try out a new connection with a user or a group of their own.
    pub setup_minutes: u16,
    /// From how many members on a message that empties a whole group is held.
    pub empty_list_members: u32,
    /// Refused changes within an hour that quarantine a connection until they are an hour old
    /// (rule GUARD-05).
    pub failures_to_quarantine: u32,
}

impl Default for BrakePolicy {
    fn default() -> Self {
        Self {
            day: BudgetLimit {
                at_least: 5,
                percent: 10,
            },
            week: BudgetLimit {
                at_least: 5,
                percent: 20,
            },
            groups: BudgetLimit {
                at_least: 1,
                percent: 50,
            },
            response: HoldResponse::default(),
            creation_response: HoldResponse::RetryLater,
            access: HeldAccess::default(),
            first_sync_hours: 24,
            token_change_hours: 1,
            canary_users: None,
            setup_minutes: 60,
            empty_list_members: 5,
            failures_to_quarantine: 200,
        }
    }
}

/// A share of the members that a connection manages.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct BudgetLimit {
    /// So many may always go, up to half of the members.
    pub at_least: u32,
    /// Percent of the members that the connection manages.
    pub percent: u8,
}

impl BudgetLimit {
    /// How many of `managed` members may go: the larger of the two, but never more than half; of a
    /// single member, one.
    ///
    /// ```
    /// use vestibule::access::BudgetLimit;
    /// let limit = BudgetLimit { at_least: 5, percent: 10 };
    /// assert_eq!(limit.of(50_000), 5_000);
    /// assert_eq!(limit.of(20), 5);
    /// assert_eq!(limit.of(6), 3);
    /// assert_eq!(limit.of(1), 1);
    /// ```
    #[must_use]
    pub fn of(self, managed: u32) -> u32 {
        let share = u64::from(managed).saturating_mul(u64::from(self.percent)) / 100;
        let share = u32::try_from(share).unwrap_or(u32::MAX);
        let half = managed.div_euclid(2).max(1);
        share.max(self.at_least).min(half)
    }
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($body:tt)* }) => {
        $(#[$doc])*
        #[expect(clippy::exhaustive_enums, reason = "a host must know each position")]
        #[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($body)* }
    };
}

choice! {
    /// How a held change is answered to the directory.
    HoldResponse {
        /// As for a success: the directory neither repeats nor reports it.
        #[default]
        Accept,
        /// 403, so that the directory reports the failure and goes on.
        Refuse,
        /// 429, so that the directory tries again later.
        RetryLater,
    }
}

choice! {
    /// Whether a person whose end is held may still enter.
    HeldAccess {
        /// They may: many at once are probably a mistake.
        #[default]
        Kept,
        /// They may not: access ends at once, and only the destruction waits.
        Suspended,
    }
}

choice! {
    /// Over which time a budget counts.
    BudgetWindow {
        /// The last 24 hours.
        #[default]
        Day,
        /// The last 7 days.
        Week,
    }
}

impl BudgetWindow {
    /// Its length in hours.
    ///
    /// ```
    /// assert_eq!(vestibule::access::BudgetWindow::Week.hours(), 168);
    /// ```
    #[must_use]
    pub const fn hours(self) -> u16 {
        match self {
            Self::Day => 24,
            Self::Week => 168,
        }
    }
}
