//! The Teams of an organization, and who is in them.

use std::collections::BTreeSet;

use super::super::membership::{Team, TeamPresence, TeamState};
use super::super::settings::Switch;
use super::{Organization, TeamNameKey};
use crate::identity::{ConnectionId, GroupId, UserId};

impl Organization {
    /// The Team with this identifier. [`put_team`](Organization::put_team) has an example.
    #[must_use]
    pub fn team(&self, group: &GroupId) -> Option<&Team> {
        self.teams.get(group)
    }

    /// All Teams, by identifier. [`id`](Organization::id) has an example.
    pub fn teams(&self) -> impl Iterator<Item = (&GroupId, &Team)> {
        self.teams.iter()
    }

    /// Adds or replaces a Team; people who are no members are left out.
    ///
    /// ```
    /// use vestibule::access::{Organization, Settings, Team, TeamState};
    /// use vestibule::domain::RecordPrefix;
    /// use vestibule::identity::{GroupId, OrganizationId};
    ///
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// let team = Team {
    ///     name: "Design".to_owned(),
    ///     state: TeamState::Unmanaged,
    ///     members: Default::default(),
    /// };
    /// acme.put_team(GroupId::new("g1"), team);
    /// assert_eq!(acme.team(&GroupId::new("g1")).unwrap().name, "Design");
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    pub fn put_team(&mut self, group: GroupId, mut team: Team) {
        self.remove_team(&group);
        team.members.retain(|user| self.member(user).is_some());
        for user in &team.members {
            self.people.edit(user, |person| {
                person.teams.insert(group.clone());
            });
        }
        self.teams_by_name
            .entry(TeamNameKey::of(&team.name))
            .or_default()
            .insert(group.clone());
        self.census.note_team(&team.state);
        self.teams.insert(group, team);
    }

    pub(super) fn set_team_state(&mut self, group: &GroupId, state: TeamState) {
        if let Some(team) = self.teams.get_mut(group) {
            self.census.forget_team(&team.state);
            self.census.note_team(&state);
            team.state = state;
        }
    }

    /// Rule GROUP-19: managed, there, and under group management.
    pub(super) fn is_managed(&self, group: &GroupId) -> bool {
        let state = self.teams.get(group).map(|team| &team.state);
        self.settings().group_management == Switch::On
            && matches!(state, Some(TeamState::Managed { connection, .. })
                if self.connection_ids.contains(connection))
    }

    pub(super) fn create_team(&mut self, group: &GroupId, name: &str, state: TeamState) {
        if !self.teams.contains_key(group) {
            let team = Team {
                name: name.to_owned(),
                state,
                members: BTreeSet::new(),
            };
            self.put_team(group.clone(), team);
            self.made = self.made.saturating_add(1);
        }
    }

    pub(super) fn remove_team(&mut self, group: &GroupId) {
        let Some(team) = self.teams.remove(group) else {
            return;
        };
        self.census.forget_team(&team.state);
        for user in &team.members {
            self.people.edit(user, |person| {
                person.teams.remove(group);
            });
        }
        self.remove_team_name(&team.name, group);
    }

    pub(super) fn take_over(
        &mut self,
        group: &GroupId,
        connection: &ConnectionId,
        external_id: Option<&str>,
        from: Option<&ConnectionId>,
    ) {
        let Some(team) = self.teams.get(group) else {
            return;
        };
        let manager = match &team.state {
            TeamState::Managed { connection, .. } => Some(connection),
            TeamState::Unmanaged => None,
        };
        if manager == from {
            let state = TeamState::Managed {
                connection: connection.clone(),
                external_id: external_id.map(str::to_owned),
                presence: TeamPresence::Present,
            };
            self.set_team_state(group, state);
        }
    }

    pub(super) fn materialize(&mut self, group: &GroupId) {
        let state = self.teams.get_mut(group).map(|team| &mut team.state);
        if let Some(TeamState::Managed { presence, .. }) = state {
            *presence = TeamPresence::Present;
        }
    }

    pub(super) fn rename_team(&mut self, group: &GroupId, name: &str) {
        let Some(team) = self.teams.get_mut(group) else {
            return;
        };
        let old = std::mem::replace(&mut team.name, name.to_owned());
        self.remove_team_name(&old, group);
        let key = TeamNameKey::of(name);
        self.teams_by_name
            .entry(key)
            .or_default()
            .insert(group.clone());
    }

    pub(super) fn add_to_team(&mut self, group: &GroupId, user: &UserId) {
        if self.member(user).is_none() {
            return;
        }
        if let Some(team) = self.teams.get_mut(group) {
            team.members.insert(user.clone());
            self.people.edit(user, |person| {
                person.teams.insert(group.clone());
            });
        }
    }

    pub(super) fn remove_from_team(&mut self, group: &GroupId, user: &UserId) {
        if let Some(team) = self.teams.get_mut(group) {
            team.members.remove(user);
            self.people.edit(user, |person| {
                person.teams.remove(group);
            });
        }
    }

    pub(super) fn leave_teams(&mut self, user: &UserId) {
        for group in self.teams_of(user) {
            self.remove_from_team(&group, user);
        }
    }

    pub(super) fn teams_of(&self, user: &UserId) -> BTreeSet<GroupId> {
        let person = self.people.get(user);
        person.map_or_else(BTreeSet::new, |person| person.teams.clone())
    }

    fn remove_team_name(&mut self, name: &str, group: &GroupId) {
        let key = TeamNameKey::of(name);
        if let Some(groups) = self.teams_by_name.get_mut(&key) {
            groups.remove(group);
            if groups.is_empty() {
                self.teams_by_name.remove(&key);
            }
        }
    }
}
