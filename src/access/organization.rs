//! An organization in memory: the embedded default.
//!
//! It supplies the facts for each request and carries effects out. Examples, tests, simulations
//! and small hosts use it as it is; a host with a database loads the same facts from there and
//! calls the `decide_…` functions itself. It is not a register of all organizations: who else holds
//! a domain is told to it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::brake::{BrakeState, HeldChange, HeldTarget};
use super::connection::{IssuerHolder, SsoConfiguration};
use super::deny::DenyCode;
use super::facts::{Agreement, ConnectionFacts};
use super::membership::{Account, Member, Team};
use super::provisioning::TeamNameKey;
use super::settings::Settings;
use super::tokens::ConnectionTokens;
use crate::domain::{Claim, DomainName, EmailAddress};
use crate::identity::{ConnectionId, GroupId, OrganizationId, UserId};

mod apply;
mod ask;
mod brake;
mod census;
mod elsewhere;
mod excerpt;
mod family;
mod people;
mod plan;
mod settle;
mod snapshot;
mod supply;
mod teams;
mod text_index;
mod tokens;

use census::Census;
use elsewhere::ForeignHolder;
use family::{FamilyLink, Governance};
use people::{People, Person};
pub use snapshot::{OrganizationSnapshot, SnapshotError, SnapshotErrorKind};

/// One organization with its settings, claims, members, accounts, Teams and connections.
///
/// ```
/// use vestibule::access::{Account, Allowance, Member, Organization, Outcome, OwnPassword, Role};
/// use vestibule::access::{Settings, SignInRequest};
/// use vestibule::domain::{EmailAddress, RecordPrefix};
/// use vestibule::identity::{OrganizationId, UserId};
///
/// let settings = Settings::recommended(RecordPrefix::parse("product")?);
/// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
/// let grace = UserId::new("u1");
/// let account = Account::new(grace.clone(), EmailAddress::parse("grace@example.com")?);
/// acme.put_account(Account { password: OwnPassword::SetByUser, ..account })?;
/// acme.put_member(&grace, Member::manual(Role::Owner));
///
/// let request = SignInRequest::Password { address: "grace@example.com".into() };
/// let decision = acme.decide_sign_in(&request, "2026-01-01T00:00:00Z".parse()?);
/// assert_eq!(decision.outcome, Outcome::Allow(Allowance::Member(Role::Owner)));
/// for effect in &decision.effects {
///     acme.apply(effect);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It is stored by way of an [`OrganizationSnapshot`], which is checked when it is read back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "OrganizationSnapshot", into = "OrganizationSnapshot")]
pub struct Organization {
    id: OrganizationId,
    settings: Settings,
    claims: BTreeMap<DomainName, Claim>,
    held_elsewhere: BTreeMap<DomainName, ForeignHolder>,
    /// Domains that another organization held since our claim lapsed.
    passed_on: BTreeSet<DomainName>,
    /// How many other organizations held a domain so far.
    earlier_holders: BTreeMap<DomainName, u32>,
    family: FamilyLink,
    /// What the linked organizations are called in the directory, and whom it put into each.
    linked_names: BTreeMap<OrganizationId, String>,
    linked_members: BTreeMap<OrganizationId, BTreeSet<UserId>>,
    governance: Option<Box<Governance>>,
    configurations: BTreeMap<ConnectionId, SsoConfiguration>,
    issuers_elsewhere: BTreeMap<String, IssuerHolder>,
    proofs: BTreeMap<UserId, DateTime<Utc>>,
    recoveries: BTreeSet<UserId>,
    /// Who was asked to let the directory manage them, and who agreed.
    consents: BTreeMap<UserId, Agreement>,
    /// Whom the directory assigned by themselves.
    direct_assignments: BTreeSet<UserId>,
    connections: BTreeMap<ConnectionId, ConnectionFacts>,
    people: People,
    invitations: BTreeSet<EmailAddress>,
    teams: BTreeMap<GroupId, Team>,
    made: u64,
    brakes: BTreeMap<ConnectionId, BrakeState>,
    held: BTreeMap<HeldTarget, HeldChange>,
    tokens: BTreeMap<ConnectionId, ConnectionTokens>,
    // What follows from the rest, so that no decision searches or counts.
    census: Census,
    teams_by_name: BTreeMap<TeamNameKey, BTreeSet<GroupId>>,
    connection_ids: BTreeSet<ConnectionId>,
}

impl Organization {
    /// An organization with nothing but settings. See the type's example.
    #[must_use]
    pub fn new(id: OrganizationId, settings: Settings) -> Self {
        Self {
            id,
            settings,
            claims: BTreeMap::new(),
            held_elsewhere: BTreeMap::new(),
            passed_on: BTreeSet::new(),
            earlier_holders: BTreeMap::new(),
            family: FamilyLink::Standalone,
            linked_names: BTreeMap::new(),
            linked_members: BTreeMap::new(),
            governance: None,
            configurations: BTreeMap::new(),
            issuers_elsewhere: BTreeMap::new(),
            proofs: BTreeMap::new(),
            recoveries: BTreeSet::new(),
            consents: BTreeMap::new(),
            direct_assignments: BTreeSet::new(),
            connections: BTreeMap::new(),
            people: People::default(),
            invitations: BTreeSet::new(),
            teams: BTreeMap::new(),
            made: 0,
            brakes: BTreeMap::new(),
            held: BTreeMap::new(),
            tokens: BTreeMap::new(),
            census: Census::default(),
            teams_by_name: BTreeMap::new(),
            connection_ids: BTreeSet::new(),
        }
    }

    /// Its identifier.
    ///
    /// ```
    /// use vestibule::access::{Entitlement, Organization, Settings};
    /// use vestibule::domain::{EmailAddress, RecordPrefix};
    /// use vestibule::identity::{GroupId, OrganizationId, UserId};
    ///
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// acme.settings_mut().entitlement = Entitlement::Active;
    /// acme.invite(EmailAddress::parse("grace@example.com")?);
    ///
    /// assert_eq!(acme.id().as_str(), "acme");
    /// assert_eq!(acme.settings().entitlement, Entitlement::Active);
    /// assert!(acme.account(&UserId::new("u1")).is_none());
    /// assert!(acme.account_of(&EmailAddress::parse("grace@example.com")?).is_none());
    /// assert!(acme.team(&GroupId::new("g1")).is_none());
    /// assert_eq!(acme.members().count() + acme.teams().count() + acme.claims().count(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn id(&self) -> &OrganizationId {
        &self.id
    }

    /// The settings that hold for it: its own, or those of the organization that governs it.
    /// [`id`](Organization::id) has an example.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        match &self.governance {
            Some(governance) => &governance.settings,
            None => &self.settings,
        }
    }

    /// Its own settings, to be changed by the host. What an Owner or Admin may change is decided by
    /// [`decide_settings`](Organization::decide_settings). [`id`](Organization::id) has an example.
    #[must_use]
    pub const fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Its claim to `domain`.
    /// [`decide_claim`](Organization::decide_claim) has an example of it.
    #[must_use]
    pub fn claim(&self, domain: &DomainName) -> Option<&Claim> {
        self.claims.get(domain)
    }

    /// Its claims, by domain. [`id`](Organization::id) has an example.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.claims.values()
    }

    /// The account, of a member or not, with this identifier. [`id`](Organization::id) has an
    /// example.
    #[must_use]
    pub fn account(&self, user: &UserId) -> Option<&Account> {
        self.people.get(user).map(|person| &person.account)
    }

    /// The account, of a member or not, with this address. [`id`](Organization::id) has an example.
    #[must_use]
    pub fn account_of(&self, address: &EmailAddress) -> Option<&Account> {
        let person = self.people.at_address(address)?;
        Some(&person.account)
    }

    /// The membership of this user.
    /// [`decide_provisioning`](Organization::decide_provisioning) has an example of it.
    #[must_use]
    pub fn member(&self, user: &UserId) -> Option<&Member> {
        self.people.get(user)?.member.as_ref()
    }

    /// All members, by user.
    /// [`decide_provisioning`](Organization::decide_provisioning) has an example.
    pub fn members(&self) -> impl Iterator<Item = (&UserId, &Member)> {
        let people = self.people.sorted().into_iter();
        people.filter_map(|person| Some((person.user(), person.member.as_ref()?)))
    }

    /// Adds or replaces a connection.
    /// [`decide_provisioning`](Organization::decide_provisioning) has an example.
    pub fn put_connection(&mut self, connection: ConnectionFacts) {
        self.connection_ids.insert(connection.connection.clone());
        self.connections
            .insert(connection.connection.clone(), connection);
    }

    /// Removes a connection. Whom and what it managed is managed by nobody from then on, and can be
    /// taken over by another connection.
    ///
    /// ```
    /// # use vestibule::access::{ConnectionFacts, Organization, Settings};
    /// # use vestibule::domain::RecordPrefix;
    /// # use vestibule::identity::{ConnectionId, OrganizationId};
    /// # let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// # let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// acme.put_connection(ConnectionFacts::new(ConnectionId::new("okta-1")));
    /// acme.remove_connection(&ConnectionId::new("okta-1"));
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    pub fn remove_connection(&mut self, connection: &ConnectionId) {
        self.connection_ids.remove(connection);
        self.connections.remove(connection);
        self.configurations.remove(connection);
        self.brakes.remove(connection);
        self.tokens.remove(connection);
        self.people.unbind_connection(connection);
    }

    /// Stores what the brake remembers of a connection, as read from the host's storage; without
    /// it a connection takes nothing away. [`decide_provisioning`](Organization::decide_provisioning) has an
    /// example.
    pub fn put_brake(&mut self, connection: ConnectionId, state: BrakeState) {
        self.brakes.insert(connection, state);
    }

    /// What the brake remembers of a connection.
    /// [`decide_provisioning`](Organization::decide_provisioning) has an example.
    #[must_use]
    pub fn brake(&self, connection: &ConnectionId) -> Option<&BrakeState> {
        self.brakes.get(connection)
    }

    /// The changes that wait, by whom or what they are about.
    /// [`plan_held`](Organization::plan_held) has an example.
    pub fn held(&self) -> impl Iterator<Item = &HeldChange> {
        self.held.values()
    }

    /// The tokens of a connection. [`decide_token_issue`](Organization::decide_token_issue) has an example.
    #[must_use]
    pub fn tokens(&self, connection: &ConnectionId) -> Option<&ConnectionTokens> {
        self.tokens.get(connection)
    }

    /// Adds or replaces an account, of a member or not. See the type's example.
    ///
    /// # Errors
    ///
    /// [`DenyCode::AddressInUse`] when another account has the address.
    pub fn put_account(&mut self, account: Account) -> Result<(), DenyCode> {
        let holder = self.people.at_address(&account.address);
        if holder.is_some_and(|holder| *holder.user() != account.user) {
            return Err(DenyCode::AddressInUse);
        }
        let user = account.user.clone();
        match self.people.get(&user) {
            Some(_) => self.change(&user, |person| person.account = account),
            None => self.people.insert(account),
        }
        Ok(())
    }

    /// Adds or replaces the membership of an account; without the account nothing happens.
    ///
    /// This is an act of the product, not of a directory. See the type's example.
    pub fn put_member(&mut self, user: &UserId, member: Member) {
        self.change(user, |person| person.member = Some(member));
    }

    /// Stores a claim, as read from the host's storage.
    ///
    /// [`decide_domain_check`](Organization::decide_domain_check) has an example.
    pub fn put_claim(&mut self, claim: Claim) {
        if claim.is_verified() {
            self.passed_on.remove(claim.domain());
        }
        self.claims.insert(claim.domain().clone(), claim);
    }

    /// Notes an invitation to the organization or to one of its projects.
    /// [`id`](Organization::id) has an example.
    pub fn invite(&mut self, address: EmailAddress) {
        self.invitations.insert(address);
    }

    /// Changes a record, and what is counted of it.
    fn change(&mut self, user: &UserId, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.people.get(user) {
            self.census.forget(person);
        }
        self.people.edit(user, change);
        if let Some(person) = self.people.get(user) {
            self.census.note(person);
        }
    }
}
