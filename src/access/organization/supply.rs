//! Supplying the facts for each request.

use std::collections::BTreeMap;

use super::super::brake::{Brake, BrakeFacts, HeldTarget};
use super::super::facts::{
    AddressEra, AddressFacts, Agreement, Assignment, ClaimCoverage, ConnectionFacts, DomainClass,
    GroupFacts, GroupImage, Invitation, PersonFacts, ProvisioningFacts, RecoveryApproval,
    SignInFacts, SubjectBinding, TeamPersonFacts, TeamPlace, UserFacts,
};
use super::super::sign_in::SignInRequest;
use super::{ForeignHolder, Organization, Person, TeamNameKey};
use crate::domain::{Claim, ClaimScope, ClaimState, EmailAddress, MailDomain};
use crate::identity::{
    Asserted, ConnectionId, DirectoryChange, GroupId, OrganizationId, Personal, UserAttributes,
    UserId,
};

impl Organization {
    /// Whose `domain` is, seen from here.
    /// [`hold_elsewhere`](Organization::hold_elsewhere) has an example.
    #[must_use]
    pub fn domain_class(&self, domain: &MailDomain) -> DomainClass {
        let claims = self.effective_claims();
        // The most specific claim wins (rule C-12).
        for name in domain.with_parents() {
            let own = claims.get(name).filter(|claim| claim.covers(domain));
            if own.is_some_and(Claim::is_verified) {
                return DomainClass::OwnVerified;
            }
            let exact = name == domain.as_str();
            let covers =
                |holder: &&ForeignHolder| exact || holder.scope == ClaimScope::IncludeSubdomains;
            if let Some(holder) = self.held_elsewhere.get(name).filter(covers) {
                return DomainClass::ForeignVerified {
                    holder: holder.organization.clone(),
                    login: holder.login,
                };
            }
        }
        let lapsed = |name: &str| {
            let claim = claims.get(name).filter(|claim| claim.covers(domain));
            matches!(claim.map(Claim::state), Some(ClaimState::Lapsed { .. }))
        };
        if domain.with_parents().any(lapsed) {
            DomainClass::OwnLapsed
        } else {
            DomainClass::Unclaimed
        }
    }

    /// How a claim covers `domain`.
    fn coverage(&self, domain: &MailDomain) -> ClaimCoverage {
        let claims = self.effective_claims();
        let verified = |name: &str| claims.get(name).filter(|claim| claim.is_verified());
        if verified(domain.as_str()).is_some() {
            return ClaimCoverage::Exact;
        }
        let above = domain.with_parents().skip(1).find_map(verified);
        match above.map(|claim| claim.covers(domain)) {
            Some(true) => ClaimCoverage::Subdomain,
            Some(false) => ClaimCoverage::ParentOnly,
            None => ClaimCoverage::Exact,
        }
    }

    pub(super) fn verified_domains(&self) -> usize {
        let claims = self.effective_claims().values();
        claims.filter(|claim| claim.is_verified()).count()
    }

    /// The facts of a sign-in, as [`decide_sign_in`](Organization::decide_sign_in) uses them.
    ///
    /// ```
    /// use vestibule::access::{DomainClass, Organization, Settings, SignInRequest};
    /// use vestibule::domain::RecordPrefix;
    /// use vestibule::identity::{ConnectionId, DirectoryChange, OrganizationId, UserId};
    ///
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let acme = Organization::new(OrganizationId::new("acme"), settings);
    /// let request = SignInRequest::Password { address: "grace@example.com".into() };
    /// assert_eq!(acme.sign_in_facts(&request).domain, DomainClass::Unclaimed);
    ///
    /// let change = DirectoryChange::DeleteUser { user: UserId::new("u1") };
    /// assert!(acme.provisioning_facts(&ConnectionId::new("okta-1"), &change).user.is_none());
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn sign_in_facts(&self, request: &SignInRequest) -> SignInFacts<'_> {
        let address = request.address().ok();
        let domain = address.as_ref().map_or(DomainClass::Unclaimed, |address| {
            self.domain_class(address.domain())
        });
        let by_address = address
            .as_ref()
            .and_then(|address| self.people.at_address(address));
        let (connection, person, binding) = match request {
            SignInRequest::IdpInitiatedSso(identity) | SignInRequest::Sso(identity) => {
                let (person, binding) =
                    self.bound(&identity.connection, identity.subject.as_ref(), by_address);
                (self.connections.get(&identity.connection), person, binding)
            }
            SignInRequest::InsistedPassword { .. }
            | SignInRequest::MailRecovery { .. }
            | SignInRequest::Password { .. }
            | SignInRequest::ProjectAccess { .. }
            | SignInRequest::SignUp { .. }
            | SignInRequest::SsoStart { .. } => (
                self.preferred_connection(),
                by_address,
                SubjectBinding::Unbound,
            ),
        };
        let coverage = address.as_ref().map_or(ClaimCoverage::Exact, |address| {
            self.coverage(address.domain())
        });
        let approved = person.is_some_and(|person| self.recoveries.contains(person.user()));
        let invited = address.is_some_and(|address| self.invitations.contains(&address));
        SignInFacts {
            coverage,
            governed_by: self.governor(),
            recovery: if approved {
                RecoveryApproval::Approved
            } else {
                RecoveryApproval::None
            },
            connection: connection.cloned(),
            person: person.map(|person| self.person(person)),
            binding,
            invitation: if invited {
                Invitation::Pending
            } else {
                Invitation::None
            },
            ..SignInFacts::of_a_stranger(&self.id, self.settings(), domain, self.new_user())
        }
    }

    /// The connection to which people are sent: the one that can be used longest, the first of equals.
    fn preferred_connection(&self) -> Option<&ConnectionFacts> {
        let connections = self.connections.values().rev();
        connections.max_by_key(|connection| connection.certificate_not_after)
    }

    /// The facts of a change, as [`decide_provisioning`](Organization::decide_provisioning) uses
    /// them.
    /// [`sign_in_facts`](Organization::sign_in_facts) has an example.
    #[must_use]
    pub fn provisioning_facts(
        &self,
        connection: &ConnectionId,
        change: &DirectoryChange,
    ) -> ProvisioningFacts<'_> {
        let mut facts = ProvisioningFacts {
            organization: &self.id,
            settings: self.settings(),
            connection: self.connections.get(connection).cloned(),
            connections: &self.connection_ids,
            brake: Brake::Engaged(self.brake_facts(connection, change)),
            verified_domains: self.verified_domains(),
            standing_owners: &self.census.standing_owners,
            user: None,
            user_name: None,
            email: None,
            group: None,
            image: self.image(change),
            named_teams: Vec::new(),
            people: BTreeMap::new(),
            new_user: self.new_user(),
            new_group: self.new_group(),
        };
        self.fill(&mut facts, change);
        facts
    }

    fn brake_facts(&self, connection: &ConnectionId, change: &DirectoryChange) -> BrakeFacts<'_> {
        let in_grace = |claim: &&Claim| matches!(claim.state(), ClaimState::Missing { .. });
        let in_grace = self.claims.values().filter(in_grace);
        let target = match self.held.is_empty() {
            true => None,
            false => self.held_target(change),
        };
        BrakeFacts {
            state: self.brakes.get(connection),
            managed: self
                .census
                .managed
                .get(connection)
                .copied()
                .unwrap_or_default(),
            managed_groups: self
                .census
                .managed_groups
                .get(connection)
                .copied()
                .unwrap_or_default(),
            domains_in_grace: in_grace.map(|claim| claim.domain().clone()).collect(),
            held: target.and_then(|target| self.held.get(&target)),
        }
    }

    /// Whom or what the change is about; a creation can find a member who is there.
    fn held_target(&self, change: &DirectoryChange) -> Option<HeldTarget> {
        let DirectoryChange::CreateUser(attributes) = change else {
            return HeldTarget::of(change);
        };
        let address = EmailAddress::parse(attributes.user_name.value()?.expose()).ok()?;
        let person = self.people.at_address(&address)?;
        Some(HeldTarget::User(person.user().clone()))
    }

    /// The person whom the subject is bound to, or else the one with the address.
    fn bound<'a>(
        &'a self,
        connection: &ConnectionId,
        subject: Option<&Personal>,
        by_address: Option<&'a Person>,
    ) -> (Option<&'a Person>, SubjectBinding) {
        let bound = subject.and_then(|subject| self.people.of_subject(connection, subject));
        if bound.is_some() {
            return (bound, SubjectBinding::ThisSubject);
        }
        let other = by_address.is_some_and(|person| person.is_bound_at(connection));
        let binding = if other {
            SubjectBinding::AnotherSubject
        } else {
            SubjectBinding::Unbound
        };
        (by_address, binding)
    }

    pub(super) fn person<'a>(&self, person: &'a Person) -> PersonFacts<'a> {
        let account = &person.account;
        let holders = self.earlier_holders(account.address.domain());
        PersonFacts {
            password: account.password,
            era: if account.earlier_holders < holders {
                AddressEra::Earlier
            } else {
                AddressEra::Current
            },
            user: &account.user,
            address: &account.address,
            domain: self.domain_class(account.address.domain()),
            account: account.state,
            member: person.member.as_ref(),
        }
    }

    fn user<'a>(&self, person: &'a Person) -> UserFacts<'a> {
        let account = &person.account;
        UserFacts {
            user: &account.user,
            address: &account.address,
            domain: self.domain_class(account.address.domain()),
            profile: &account.profile,
            member: person.member.as_ref(),
        }
    }

    fn user_of(&self, user: &UserId) -> Option<UserFacts<'_>> {
        self.people.get(user).map(|person| self.user(person))
    }

    fn fill<'a>(&'a self, facts: &mut ProvisioningFacts<'a>, change: &DirectoryChange) {
        match change {
            DirectoryChange::CreateUser(attributes) => self.fill_addresses(facts, attributes),
            DirectoryChange::UpdateUser { user, attributes } => {
                facts.user = self.user_of(user);
                self.fill_addresses(facts, attributes);
            }
            DirectoryChange::DeleteUser { user } => facts.user = self.user_of(user),
            DirectoryChange::CreateGroup(attributes) => {
                facts.named_teams = self.teams_named(&attributes.display_name);
                let group = match &facts.image {
                    GroupImage::LinkedOrganization(linked) => {
                        linked.as_ref().map(|linked| GroupId::new(linked.as_str()))
                    }
                    GroupImage::Team => facts.named_teams.first().map(|team| team.group.clone()),
                };
                let group = group.unwrap_or_else(|| facts.new_group.clone());
                facts.people = self.people(&group, &attributes.members);
            }
            DirectoryChange::UpdateGroup {
                group,
                display_name,
                add,
                remove,
            } => {
                facts.group = self.group(group);
                facts.named_teams = display_name
                    .value()
                    .map_or(Vec::new(), |name| self.teams_named(name));
                facts.people = self.people(group, add.iter().chain(remove));
            }
            DirectoryChange::DeleteGroup { group }
            | DirectoryChange::DisassociateGroup { group } => {
                facts.group = self.group(group);
                let members = self.teams.get(group).map(|team| &team.members);
                facts.people = self.people(group, members.into_iter().flatten());
            }
        }
    }

    fn fill_addresses<'a>(
        &'a self,
        facts: &mut ProvisioningFacts<'a>,
        attributes: &UserAttributes,
    ) {
        facts.user_name = self.address_facts(&attributes.user_name);
        facts.email = self.address_facts(&attributes.email);
    }

    fn address_facts(&self, said: &Asserted<Personal>) -> Option<AddressFacts<'_>> {
        let address = EmailAddress::parse(said.value()?.expose()).ok()?;
        let holder = self.people.at_address(&address);
        Some(AddressFacts {
            domain: self.domain_class(address.domain()),
            agreement: holder.map_or(Agreement::None, |person| self.agreement(person)),
            holder: holder.map(|person| self.user(person)),
        })
    }

    fn agreement(&self, person: &Person) -> Agreement {
        let asked = self.consents.get(person.user()).copied();
        let invited = || self.invitations.contains(&person.account.address);
        asked.unwrap_or_else(|| match invited() {
            true => Agreement::Asked,
            false => Agreement::None,
        })
    }

    fn group(&self, group: &GroupId) -> Option<GroupFacts> {
        let team = self.teams.get(group)?;
        Some(GroupFacts {
            group: group.clone(),
            name: team.name.clone(),
            state: team.state.clone(),
            members: team.members.len(),
        })
    }

    fn teams_named(&self, name: &str) -> Vec<GroupFacts> {
        let groups = self.teams_by_name.get(&TeamNameKey::of(name));
        groups
            .into_iter()
            .flatten()
            .filter_map(|group| self.group(group))
            .collect()
    }

    fn people<'a>(
        &self,
        group: &GroupId,
        users: impl IntoIterator<Item = &'a UserId>,
    ) -> BTreeMap<UserId, TeamPersonFacts> {
        let facts = |user: &UserId| Some((user.clone(), self.team_person(group, user)?));
        users.into_iter().filter_map(facts).collect()
    }

    fn team_person(&self, group: &GroupId, user: &UserId) -> Option<TeamPersonFacts> {
        let person = self.people.get(user)?;
        Some(TeamPersonFacts {
            domain: self.domain_class(person.account.address.domain()),
            member: person.member.clone(),
            assignment: match self.direct_assignments.contains(user) {
                true => Assignment::Direct,
                false => Assignment::ThroughGroups,
            },
            place: if person.teams.contains(group)
                || self.is_in_linked(&OrganizationId::new(group.as_str()), user)
            {
                TeamPlace::Inside
            } else {
                TeamPlace::Outside
            },
            other_managed_teams: person
                .teams
                .iter()
                .filter(|other| *other != group && self.is_managed(other))
                .count(),
        })
    }

    fn new_user(&self) -> UserId {
        let id = |number| self.numbered_user(number);
        self.unused(id, |user| self.people.get(user).is_some())
    }

    fn new_group(&self) -> GroupId {
        let id = |number| self.numbered_group(number);
        self.unused(id, |group| self.teams.contains_key(group))
    }

    pub(super) fn numbered_user(&self, number: u64) -> UserId {
        UserId::new(format!("{}-user-{number}", self.id))
    }

    pub(super) fn numbered_group(&self, number: u64) -> GroupId {
        GroupId::new(format!("{}-group-{number}", self.id))
    }

    /// The first unused identifier from the number of those that were made.
    pub(super) fn unused<I>(&self, id: impl Fn(u64) -> I, is_used: impl Fn(&I) -> bool) -> I {
        let mut unused = (self.made..u64::MAX).map(&id).filter(|id| !is_used(id));
        unused.next().unwrap_or_else(|| id(u64::MAX))
    }
}
