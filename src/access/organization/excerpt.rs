//! The part of an organization that some changes can touch: what a plan is made on.
//!
//! A plan decides changes one after the other without changing the organization. It needs a copy of
//! whom and what the changes are about, and no copy of everybody else.

use std::collections::BTreeSet;

use super::super::membership::Team;
use super::{Organization, TeamNameKey};
use crate::domain::EmailAddress;
use crate::identity::{Asserted, DirectoryChange, GroupId, Personal, UserId};

/// Whom and what some changes are about.
#[derive(Default)]
struct Touched {
    users: BTreeSet<UserId>,
    groups: BTreeSet<GroupId>,
}

impl Organization {
    /// A small organization in which `changes` are decided, one after the other, as in this one. Its
    /// Teams have only those members whom the changes touch.
    pub(super) fn excerpt(&self, changes: &[DirectoryChange]) -> Self {
        let mut excerpt = Self {
            claims: self.claims.clone(),
            held_elsewhere: self.held_elsewhere.clone(),
            earlier_holders: self.earlier_holders.clone(),
            governance: self.governance.clone(),
            family: self.family.clone(),
            linked_names: self.linked_names.clone(),
            linked_members: self.linked_members.clone(),
            connections: self.connections.clone(),
            connection_ids: self.connection_ids.clone(),
            made: self.made,
            ..Self::new(self.id.clone(), self.settings.clone())
        };
        let touched = self.touched(changes);
        let mut groups = touched.groups;
        let people = touched.users.iter();
        let people: Vec<_> = people.filter_map(|user| self.people.get(user)).collect();
        for person in &people {
            excerpt.people.insert(person.account.clone());
            if let Some(member) = &person.member {
                excerpt.put_member(person.user(), member.clone());
            }
            if let Some(agreement) = self.consents.get(person.user()) {
                excerpt.consents.insert(person.user().clone(), *agreement);
            }
            if self.direct_assignments.contains(person.user()) {
                excerpt.direct_assignments.insert(person.user().clone());
            }
            if self.invitations.contains(&person.account.address) {
                excerpt.invite(person.account.address.clone());
            }
            groups.extend(person.teams.iter().cloned());
        }
        for group in groups {
            if let Some(team) = self.teams.get(&group) {
                let team = Team {
                    name: team.name.clone(),
                    state: team.state.clone(),
                    members: BTreeSet::new(),
                };
                excerpt.put_team(group, team);
            }
        }
        for person in people {
            for group in &person.teams {
                excerpt.add_to_team(group, person.user());
            }
        }
        // These are of everybody.
        excerpt.census.owners.clone_from(&self.census.owners);
        let standing = &self.census.standing_owners;
        excerpt.census.standing_owners.clone_from(standing);
        excerpt.census.managed.clone_from(&self.census.managed);
        excerpt
    }

    fn touched(&self, changes: &[DirectoryChange]) -> Touched {
        let mut touched = Touched::default();
        for change in changes {
            self.touch(&mut touched, change);
        }
        // Whoever stands in the way of a new identifier stands in its way here too.
        for (user, group) in self.numbered(changes.len()) {
            touched.users.insert(user);
            touched.groups.insert(group);
        }
        touched
    }

    fn touch(&self, touched: &mut Touched, change: &DirectoryChange) {
        match change {
            DirectoryChange::CreateUser(attributes) => {
                touched.users.extend(self.holder_of(&attributes.user_name));
                touched.users.extend(self.holder_of(&attributes.email));
            }
            DirectoryChange::UpdateUser { user, attributes } => {
                touched.users.insert(user.clone());
                touched.users.extend(self.holder_of(&attributes.user_name));
                touched.users.extend(self.holder_of(&attributes.email));
            }
            DirectoryChange::DeleteUser { user } => {
                touched.users.insert(user.clone());
            }
            DirectoryChange::CreateGroup(attributes) => {
                touched.groups.extend(self.named(&attributes.display_name));
                touched.users.extend(attributes.members.iter().cloned());
                // A Team that is taken over is looked at with its name only.
            }
            DirectoryChange::UpdateGroup {
                group,
                display_name,
                add,
                remove,
            } => {
                touched.groups.insert(group.clone());
                if let Asserted::Value(name) = display_name {
                    touched.groups.extend(self.named(name));
                }
                touched.users.extend(add.iter().chain(remove).cloned());
            }
            DirectoryChange::DeleteGroup { group }
            | DirectoryChange::DisassociateGroup { group } => {
                touched.groups.insert(group.clone());
                let team = self.teams.get(group);
                let members = team.into_iter().flat_map(|team| &team.members);
                touched.users.extend(members.cloned());
            }
        }
    }

    fn holder_of(&self, said: &Asserted<Personal>) -> Option<UserId> {
        let address = EmailAddress::parse(said.value()?.expose()).ok()?;
        let holder = self.people.at_address(&address)?;
        Some(holder.user().clone())
    }

    fn named(&self, name: &str) -> impl Iterator<Item = GroupId> {
        let groups = self.teams_by_name.get(&TeamNameKey::of(name));
        groups.into_iter().flatten().cloned()
    }

    /// The identifiers among which `count` new users and as many new groups get theirs.
    fn numbered(&self, count: usize) -> impl Iterator<Item = (UserId, GroupId)> {
        let mut free = (0_usize, 0_usize);
        (self.made..=u64::MAX).map_while(move |number| {
            if free.0 >= count && free.1 >= count {
                return None;
            }
            let (user, group) = (self.numbered_user(number), self.numbered_group(number));
            let is_free = |found: bool| usize::from(!found);
            free.0 = free
                .0
                .saturating_add(is_free(self.people.get(&user).is_some()));
            free.1 = free
                .1
                .saturating_add(is_free(self.teams.contains_key(&group)));
            Some((user, group))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{DateTime, Utc};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::access::{
        Account, ConnectionFacts, Effect, ForeignLogin, Member, MemberSource, MemberState,
        OwnPassword,
    };
    use crate::access::{Entitlement, GroupRemoval, Role, Settings, SsoState, Switch, TeamState};
    use crate::domain::{
        Assurance, Challenge, ChallengeToken, Claim, DomainHolder, DomainName, Observation,
        RecordPlacement, RecordPrefix,
    };
    use crate::identity::{ConnectionId, GroupAttributes, OrganizationId, UserAttributes};

    fn now() -> DateTime<Utc> {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn user(number: u8) -> UserId {
        // Two of them are in the way of the identifiers that are made.
        match number {
            0 => UserId::new("acme-user-1"),
            1 => UserId::new("acme-user-2"),
            // Who is made first.
            6 => UserId::new("acme-user-3"),
            _ => UserId::new(format!("u{number}")),
        }
    }

    fn group(number: u8) -> GroupId {
        GroupId::new(format!("acme-group-{}", u16::from(number) + 1))
    }

    fn okta() -> ConnectionId {
        ConnectionId::new("okta")
    }

    #[derive(Clone, Copy, Debug)]
    enum Place {
        Admin,
        Linked,
        Standalone,
    }

    /// Whoever is linked has only its people of its own, and other settings than the family.
    fn organization(teams: &BTreeMap<u8, BTreeSet<u8>>, place: Place) -> Organization {
        let prefix = RecordPrefix::parse("product").unwrap();
        let mut settings = Settings::recommended(prefix.clone());
        settings.entitlement = Entitlement::Active;
        settings.sso = SsoState::Enabled;
        settings.group_management = Switch::On;
        settings.group_removal = GroupRemoval::DeactivateOrphans;
        let policy = settings.claims;
        let mut acme = Organization::new(OrganizationId::new("acme"), settings);
        let domain = DomainName::parse("example.com").unwrap();
        let token = ChallengeToken::from_entropy([0; 20]);
        let challenge = Challenge::new(domain, prefix, RecordPlacement::AtDomain, token).unwrap();
        let seen = Observation::Present {
            assurance: Assurance::Authenticated,
            other_tokens: 0,
        };
        let claim = Claim::open(challenge, now());
        acme.put_claim(
            claim
                .observe(seen, DomainHolder::Nobody, &policy, now())
                .claim,
        );
        acme.put_connection(ConnectionFacts::new(okta()));
        let other = OrganizationId::new("other");
        for domain in ["example.com", "example.org"] {
            let domain = DomainName::parse(domain).unwrap();
            acme.hold_elsewhere(domain, other.clone(), ForeignLogin::SsoRequired);
        }
        acme.release_elsewhere(&DomainName::parse("example.com").unwrap());
        acme.apply(&Effect::CreateAccount {
            user: UserId::new("made"),
            address: EmailAddress::parse("made@example.com").unwrap(),
            profile: Box::default(),
        });
        if let Place::Linked = place {
            let mut admin = Organization::new(OrganizationId::new("admin"), acme.settings.clone());
            admin.settings.group_removal = GroupRemoval::LeaveMembers;
            for claim in acme.claims() {
                admin.put_claim(claim.clone());
            }
            acme.link_organizations(admin.id(), &OrganizationId::new("acme"));
            acme.follow(&admin);
            acme.settings.entitlement = Entitlement::None;
        }
        if let Place::Admin = place {
            let labs = OrganizationId::new(group(1).as_str());
            acme.link_organizations(&OrganizationId::new("acme"), &labs);
            acme.name_linked(labs.clone(), "Team 3");
            acme.join_linked(&labs, &user(2));
        }
        for number in 0..6 {
            let address = EmailAddress::parse(&format!("p{number}@example.com")).unwrap();
            let mut account = Account::new(user(number), address);
            if number == 5 {
                account.password = OwnPassword::SetByUser;
            }
            acme.put_account(account).unwrap();
            let member = Member {
                role: if number > 3 {
                    Role::Owner
                } else {
                    Role::Member
                },
                source: MemberSource::Directory,
                manager: (number > 0).then(okta),
                state: MemberState::Active,
            };
            acme.put_member(&user(number), member);
        }
        for (number, members) in teams {
            let state = TeamState::Managed {
                connection: okta(),
                external_id: None,
                presence: crate::access::TeamPresence::Present,
            };
            let team = Team {
                name: format!("Team {number}"),
                state: if *number == 2 {
                    TeamState::Unmanaged
                } else {
                    state
                },
                members: members.iter().map(|number| user(*number)).collect(),
            };
            acme.put_team(group(*number), team);
        }
        acme
    }

    fn attributes() -> impl Strategy<Value = UserAttributes> {
        let address = prop_oneof![
            3 => Just(Asserted::Absent),
            4 => (0..9_u8).prop_map(|number| Asserted::Value(
                Personal::new(format!("p{number}@example.com"))
            )),
            1 => Just(Asserted::Value(Personal::new("p1@example.org"))),
        ];
        let active = prop_oneof![
            Just(Asserted::Absent),
            any::<bool>().prop_map(Asserted::Value)
        ];
        (address.clone(), address, active).prop_map(|(user_name, email, active)| UserAttributes {
            user_name,
            email,
            active,
            ..UserAttributes::default()
        })
    }

    fn change() -> impl Strategy<Value = DirectoryChange> {
        let users = || prop::collection::vec((0..8_u8).prop_map(user), 0..4);
        prop_oneof![
            attributes().prop_map(DirectoryChange::CreateUser),
            (0..8_u8, attributes()).prop_map(|(number, attributes)| DirectoryChange::UpdateUser {
                user: user(number),
                attributes,
            }),
            (0..8_u8).prop_map(|number| DirectoryChange::DeleteUser { user: user(number) }),
            (0..5_u8, users()).prop_map(|(number, members)| DirectoryChange::CreateGroup(
                GroupAttributes {
                    display_name: format!("Team {number}"),
                    external_id: None,
                    members,
                }
            )),
            (0..5_u8, prop::option::of(0..5_u8), users(), users()).prop_map(
                |(number, name, add, remove)| DirectoryChange::UpdateGroup {
                    group: group(number),
                    display_name: name.map_or(Asserted::Absent, |number| {
                        Asserted::Value(format!("Team {number}"))
                    }),
                    add,
                    remove,
                }
            ),
            (0..5_u8).prop_map(|number| DirectoryChange::DeleteGroup {
                group: group(number)
            }),
            (0..5_u8).prop_map(|number| DirectoryChange::DisassociateGroup {
                group: group(number)
            }),
        ]
    }

    fn shown(plan: &crate::access::Plan) -> Value {
        json!([plan.effects(), plan.summary(), plan.hash()])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn a_plan_on_the_excerpt_is_the_plan_on_everybody(
            teams in prop::collection::btree_map(
                0..4_u8, prop::collection::btree_set(0..6_u8, 0..5), 0..=4),
            changes in prop::collection::vec(change(), 0..6),
            place in prop_oneof![Just(Place::Admin), Just(Place::Linked), Just(Place::Standalone)],
        ) {
            let acme = organization(&teams, place);
            let small = acme.excerpt(&changes).carried_through(&okta(), changes.clone(), now());
            let whole = acme.clone().carried_through(&okta(), changes, now());
            prop_assert_eq!(shown(&small), shown(&whole));
        }
    }
}
