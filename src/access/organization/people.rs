//! The people of an organization, found by identifier, by address or by subject.
//!
//! The records lie in one list, and each index leads from a text to a place in it. This module
//! counts nothing: see [`Census`](super::census::Census).

use std::collections::{BTreeMap, BTreeSet};

use super::super::membership::{Account, Member};
use super::text_index::TextIndex;
use crate::domain::EmailAddress;
use crate::identity::{ConnectionId, GroupId, Personal, UserId};

/// An account, of a member or not, and what this organization knows of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Person {
    pub(super) account: Account,
    pub(super) member: Option<Member>,
    /// The Teams that the member is in.
    pub(super) teams: BTreeSet<GroupId>,
    /// As whom the person signs on, by connection.
    subjects: BTreeMap<ConnectionId, Personal>,
}

impl Person {
    pub(super) const fn user(&self) -> &UserId {
        &self.account.user
    }

    pub(super) fn is_bound_at(&self, connection: &ConnectionId) -> bool {
        self.subjects.contains_key(connection)
    }

    /// The subjects, by connection.
    pub(super) fn subjects(&self) -> impl Iterator<Item = (&ConnectionId, &Personal)> {
        self.subjects.iter()
    }
}

/// All accounts that the organization knows. An account is replaced, never removed.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    records: Vec<Person>,
    by_id: TextIndex,
    by_address: TextIndex,
    by_subject: BTreeMap<ConnectionId, TextIndex>,
}

impl People {
    pub(super) fn get(&self, user: &UserId) -> Option<&Person> {
        self.records.get(self.place(user)?)
    }

    pub(super) fn at_address(&self, address: &EmailAddress) -> Option<&Person> {
        let found = |place| address_at(&self.records, place);
        self.records
            .get(self.by_address.place(address.key(), found)?)
    }

    pub(super) fn of_subject(
        &self,
        connection: &ConnectionId,
        subject: &Personal,
    ) -> Option<&Person> {
        let subjects = self.by_subject.get(connection)?;
        let found = |place| subject_at(&self.records, connection, place);
        self.records.get(subjects.place(subject.expose(), found)?)
    }

    fn place(&self, user: &UserId) -> Option<usize> {
        let found = |place| user_at(&self.records, place);
        self.by_id.place(user.as_str(), found)
    }

    /// Everybody, by identifier.
    pub(super) fn sorted(&self) -> Vec<&Person> {
        let mut people: Vec<_> = self.records.iter().collect();
        people.sort_unstable_by_key(|person| person.user());
        people
    }

    /// Adds an account; nothing happens when its identifier or its address is in use.
    pub(super) fn insert(&mut self, account: Account) {
        let in_use =
            self.get(&account.user).is_some() || self.at_address(&account.address).is_some();
        if in_use {
            return;
        }
        let place = self.records.len();
        self.records.push(Person {
            account,
            member: None,
            teams: BTreeSet::new(),
            subjects: BTreeMap::new(),
        });
        self.by_id
            .insert(place, |place| user_at(&self.records, place));
        self.by_address
            .insert(place, |place| address_at(&self.records, place));
    }

    /// Changes a record. The identifier stays; a new address is nobody else's.
    pub(super) fn edit(&mut self, user: &UserId, change: impl FnOnce(&mut Person)) {
        let Some(place) = self.place(user) else {
            return;
        };
        let Some(person) = self.records.get_mut(place) else {
            return;
        };
        let before = person.account.address.clone();
        change(person);
        if before != person.account.address {
            self.by_address.remove(before.key(), place);
            self.by_address
                .insert(place, |place| address_at(&self.records, place));
        }
    }

    /// Binds an account to a subject, unless one of them is bound at this connection; whether it is
    /// bound so now.
    pub(super) fn bind(
        &mut self,
        connection: &ConnectionId,
        subject: &Personal,
        user: &UserId,
    ) -> bool {
        if self.of_subject(connection, subject).is_some() {
            return false;
        }
        let Some(place) = self.place(user) else {
            return false;
        };
        let Some(person) = self.records.get_mut(place) else {
            return false;
        };
        if person.is_bound_at(connection) {
            return false;
        }
        person.subjects.insert(connection.clone(), subject.clone());
        let subjects = self.by_subject.entry(connection.clone()).or_default();
        subjects.insert(place, |place| subject_at(&self.records, connection, place));
        true
    }

    /// Forgets which subjects the person signed on as.
    pub(super) fn unbind(&mut self, user: &UserId) {
        let Some(place) = self.place(user) else {
            return;
        };
        let Some(person) = self.records.get_mut(place) else {
            return;
        };
        for (connection, subject) in std::mem::take(&mut person.subjects) {
            if let Some(subjects) = self.by_subject.get_mut(&connection) {
                subjects.remove(subject.expose(), place);
            }
        }
    }

    /// Forgets all subjects of a connection.
    pub(super) fn unbind_connection(&mut self, connection: &ConnectionId) {
        if self.by_subject.remove(connection).is_some() {
            for person in &mut self.records {
                person.subjects.remove(connection);
            }
        }
    }
}

fn user_at(records: &[Person], place: usize) -> Option<&str> {
    records.get(place).map(|person| person.user().as_str())
}

fn address_at(records: &[Person], place: usize) -> Option<&str> {
    let person = records.get(place);
    person.map(|person| person.account.address.key())
}

fn subject_at<'a>(
    records: &'a [Person],
    connection: &ConnectionId,
    place: usize,
) -> Option<&'a str> {
    let subject = records.get(place)?.subjects.get(connection)?;
    Some(subject.expose())
}

/// The same people, whatever the order in which they came.
impl PartialEq for People {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(user: &str, address: &str) -> Account {
        Account::new(UserId::new(user), EmailAddress::parse(address).unwrap())
    }

    fn people() -> People {
        let mut people = People::default();
        people.insert(account("u1", "Grace@example.com"));
        people.insert(account("u2", "ada@example.com"));
        people
    }

    fn at<'a>(people: &'a People, address: &str) -> Option<&'a str> {
        let address = EmailAddress::parse(address).unwrap();
        people
            .at_address(&address)
            .map(|person| person.user().as_str())
    }

    #[test]
    fn a_person_is_found_by_the_address_that_they_have_now() {
        let mut people = people();
        assert_eq!(at(&people, "grace@EXAMPLE.com"), Some("u1"));
        people.edit(&UserId::new("u1"), |person| {
            person.account.address = EmailAddress::parse("hopper@example.com").unwrap();
        });
        assert_eq!(at(&people, "grace@example.com"), None);
        assert_eq!(at(&people, "hopper@example.com"), Some("u1"));
        assert_eq!(at(&people, "ada@example.com"), Some("u2"));
    }

    #[test]
    fn an_identifier_and_an_address_are_used_once() {
        let mut people = people();
        people.insert(account("u1", "third@example.com"));
        people.insert(account("u3", "GRACE@example.com"));
        assert_eq!(people.sorted().len(), 2);
        assert_eq!(at(&people, "third@example.com"), None);
    }

    #[test]
    fn a_subject_is_bound_once_and_forgotten_with_its_connection() {
        let (okta, entra) = (ConnectionId::new("okta"), ConnectionId::new("entra"));
        let (one, two) = (UserId::new("u1"), UserId::new("u2"));
        let (s1, s2) = (Personal::new("s1"), Personal::new("s2"));
        let mut people = people();
        assert!(people.bind(&okta, &s1, &one));
        assert!(!people.bind(&okta, &s1, &two), "the subject is taken");
        assert!(!people.bind(&okta, &s2, &one), "the account is bound");
        assert!(people.bind(&entra, &s1, &two), "another connection");
        assert!(!people.bind(&okta, &s2, &UserId::new("nobody")));
        assert_eq!(people.of_subject(&okta, &s1).unwrap().user(), &one);
        people.unbind_connection(&okta);
        assert!(people.of_subject(&okta, &s1).is_none());
        assert!(!people.get(&one).unwrap().is_bound_at(&okta));
        people.unbind(&two);
        assert!(people.of_subject(&entra, &s1).is_none());
        assert!(people.bind(&entra, &s1, &one));
    }

    #[test]
    fn the_order_in_which_people_came_makes_no_difference() {
        let mut turned = People::default();
        turned.insert(account("u2", "ada@example.com"));
        turned.insert(account("u1", "Grace@example.com"));
        assert_eq!(people(), turned);
        turned.insert(account("u3", "third@example.com"));
        assert_ne!(people(), turned);
        assert!(!format!("{turned:?}").contains("ada"));
    }
}
