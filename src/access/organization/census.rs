//! What is counted of an organization's people, so that no decision counts them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::super::membership::{AccountState, Member, MemberState, OwnPassword, Role, TeamState};
use super::people::Person;
use crate::domain::MailDomain;
use crate::identity::{ConnectionId, UserId};

/// Counts and short lists; kept by noting each person after a change and forgetting them before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Census {
    /// How many members have an address of each domain.
    pub(super) members_by_domain: BTreeMap<MailDomain, u32>,
    /// Active Owners, and those of them who can enter without the identity provider.
    pub(super) owners: BTreeSet<UserId>,
    pub(super) standing_owners: BTreeSet<UserId>,
    /// How many members each connection manages who may enter.
    pub(super) managed: BTreeMap<ConnectionId, u32>,
    /// How many Teams each connection manages.
    pub(super) managed_groups: BTreeMap<ConnectionId, u32>,
    /// Deleted members, by the end of their time.
    pub(super) tombstones: BTreeSet<(DateTime<Utc>, UserId)>,
}

impl Census {
    pub(super) fn forget(&mut self, person: &Person) {
        let Some(member) = &person.member else {
            return;
        };
        let user = person.user();
        self.owners.remove(user);
        self.standing_owners.remove(user);
        if let Some(end) = tombstone_end(member) {
            self.tombstones.remove(&(end, user.clone()));
        }
        if let Some(by) = managed_by(member) {
            one_less(&mut self.managed, by);
        }
        one_less(&mut self.members_by_domain, person.account.address.domain());
    }

    pub(super) fn note(&mut self, person: &Person) {
        let Some(member) = &person.member else {
            return;
        };
        let user = person.user();
        if let Some(end) = tombstone_end(member) {
            self.tombstones.insert((end, user.clone()));
        }
        if let Some(by) = managed_by(member) {
            one_more(&mut self.managed, by);
        }
        one_more(&mut self.members_by_domain, person.account.address.domain());
        if member.role == Role::Owner && member.is_active() {
            self.owners.insert(user.clone());
            if stands(person) {
                self.standing_owners.insert(user.clone());
            }
        }
    }
}

impl Census {
    pub(super) fn forget_team(&mut self, state: &TeamState) {
        if let TeamState::Managed { connection, .. } = state {
            one_less(&mut self.managed_groups, connection);
        }
    }

    pub(super) fn note_team(&mut self, state: &TeamState) {
        if let TeamState::Managed { connection, .. } = state {
            one_more(&mut self.managed_groups, connection);
        }
    }
}

fn one_more<K: Clone + Ord>(counts: &mut BTreeMap<K, u32>, of: &K) {
    match counts.get_mut(of) {
        Some(count) => *count = count.saturating_add(1),
        None => {
            counts.insert(of.clone(), 1);
        }
    }
}

/// What is counted no more leaves no trace.
fn one_less<K: Ord>(counts: &mut BTreeMap<K, u32>, of: &K) {
    if let Some(count) = counts.get_mut(of) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(of);
        }
    }
}

/// Whether the person can enter without the identity provider.
fn stands(person: &Person) -> bool {
    let account = &person.account;
    account.state == AccountState::Active && account.password == OwnPassword::SetByUser
}

/// The connection that the member counts for.
fn managed_by(member: &Member) -> Option<&ConnectionId> {
    member.manager.as_ref().filter(|_| member.is_active())
}

fn tombstone_end(member: &Member) -> Option<DateTime<Utc>> {
    match &member.state {
        MemberState::Deactivated(deactivation) => deactivation.tombstone_until,
        MemberState::Active | MemberState::PendingDeprovision(_) => None,
    }
}
