//! What time and people do besides the directory: tombstones end, group management is switched.

use chrono::{DateTime, Utc};

use super::super::claims::Actor;
use super::super::decision::Decision;
use super::super::group_management::decide_group_management;
use super::super::settings::Switch;
use super::super::tombstone::decide_tombstone_end;
use super::Organization;
use crate::identity::{ConnectionId, DirectoryChange, GroupId};

impl Organization {
    /// When the next tombstone ends: the host wakes then.
    ///
    /// ```
    /// use vestibule::access::{Organization, Settings};
    /// use vestibule::domain::RecordPrefix;
    /// use vestibule::identity::OrganizationId;
    ///
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// assert_eq!(acme.next_tombstone_end(), None);
    /// let now = "2026-01-01T00:00:00Z".parse()?;
    /// for decision in acme.decide_tombstone_ends(now) {
    ///     for effect in &decision.effects {
    ///         acme.apply(effect);
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn next_tombstone_end(&self) -> Option<DateTime<Utc>> {
        self.census.tombstones.first().map(|(end, _)| *end)
    }

    /// Decides what becomes of each deleted member whose time is over, the earliest first.
    /// [`next_tombstone_end`](Organization::next_tombstone_end) has an example.
    pub fn decide_tombstone_ends(&self, now: DateTime<Utc>) -> Vec<Decision> {
        let due = self
            .census
            .tombstones
            .iter()
            .take_while(|(end, _)| *end <= now);
        let members = due.filter_map(|(_, user)| Some((user, self.member(user)?)));
        let policy = self.settings.deletion;
        members
            .map(|(user, member)| decide_tombstone_end(policy, user, member, now))
            .collect()
    }

    /// Decides whether `actor` may turn group management on or off.
    ///
    /// ```
    /// use vestibule::access::{Actor, Organization, Role, Settings, Switch};
    /// use vestibule::domain::RecordPrefix;
    /// use vestibule::identity::{OrganizationId, UserId};
    ///
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// let owner = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: None };
    /// for effect in &acme.decide_group_management(&owner, Switch::On).effects {
    ///     acme.apply(effect);
    /// }
    /// assert_eq!(acme.settings().group_management, Switch::On);
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    pub fn decide_group_management(&self, actor: &Actor, to: Switch) -> Decision {
        decide_group_management(&self.settings, actor, to)
    }

    /// Decides what becomes of a group that is taken off its connection, and of its members (rules
    /// GROUP-12 and GROUP-13).
    ///
    /// ```
    /// use vestibule::access::{DenyCode, Organization, Outcome, Settings, Switch};
    /// use vestibule::domain::RecordPrefix;
    /// use vestibule::identity::{ConnectionId, GroupId, OrganizationId};
    ///
    /// let mut settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// settings.group_management = Switch::On;
    /// let acme = Organization::new(OrganizationId::new("acme"), settings);
    /// let now = "2026-01-01T00:00:00Z".parse()?;
    /// let (okta, group) = (ConnectionId::new("okta-1"), GroupId::new("g1"));
    /// let decision = acme.decide_group_departure(&okta, group, now);
    /// let refused = Outcome::Deny { code: DenyCode::UnknownConnection, route: None };
    /// assert_eq!(decision.outcome, refused);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_group_departure(
        &self,
        connection: &ConnectionId,
        group: GroupId,
        now: DateTime<Utc>,
    ) -> Decision {
        self.decide_provisioning(
            connection,
            &DirectoryChange::DisassociateGroup { group },
            now,
        )
    }
}
