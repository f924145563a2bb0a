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
use super::facts::{ConnectionFacts, ForeignLogin};
use super::membership::{Account, AccountState, Member, MemberState, OwnPassword, Role, Team};
use super::provisioning::TeamNameKey;
use super::settings::Settings;
use super::tokens::ConnectionTokens;
use crate::domain::{Claim, ClaimScope, DomainName, EmailAddress, MailDomain};
use crate::identity::{ConnectionId, GroupId, OrganizationId, Personal, UserId};

mod apply;
mod ask;
mod brake;
mod family;
mod plan;
mod settle;
mod snapshot;
mod supply;
mod tokens;

use family::{FamilyLink, Governance};
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
    governance: Option<Box<Governance>>,
    configurations: BTreeMap<ConnectionId, SsoConfiguration>,
    issuers_elsewhere: BTreeMap<String, IssuerHolder>,
    proofs: BTreeMap<UserId, DateTime<Utc>>,
    recoveries: BTreeSet<UserId>,
    connections: BTreeMap<ConnectionId, ConnectionFacts>,
    accounts: BTreeMap<UserId, Account>,
    members: BTreeMap<UserId, Member>,
    invitations: BTreeSet<EmailAddress>,
    teams: BTreeMap<GroupId, Team>,
    users_of_subjects: BTreeMap<(ConnectionId, Personal), UserId>,
    subjects_of_users: BTreeMap<(ConnectionId, UserId), Personal>,
    made: u64,
    brakes: BTreeMap<ConnectionId, BrakeState>,
    held: BTreeMap<HeldTarget, HeldChange>,
    tokens: BTreeMap<ConnectionId, ConnectionTokens>,
    // Indexes: each lookup is independent of how many members there are.
    users_by_address: BTreeMap<EmailAddress, UserId>,
    members_by_domain: BTreeMap<MailDomain, BTreeSet<UserId>>,
    teams_by_name: BTreeMap<TeamNameKey, BTreeSet<GroupId>>,
    teams_of_users: BTreeMap<UserId, BTreeSet<GroupId>>,
    /// Active Owners, and those of them who can enter without the identity provider.
    owners: BTreeSet<UserId>,
    standing_owners: BTreeSet<UserId>,
    connection_ids: BTreeSet<ConnectionId>,
    /// How many members each connection manages who may enter.
    managed: BTreeMap<ConnectionId, u32>,
    tombstones: BTreeSet<(DateTime<Utc>, UserId)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ForeignHolder {
    organization: OrganizationId,
    login: ForeignLogin,
    scope: ClaimScope,
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
            governance: None,
            configurations: BTreeMap::new(),
            issuers_elsewhere: BTreeMap::new(),
            proofs: BTreeMap::new(),
            recoveries: BTreeSet::new(),
            connections: BTreeMap::new(),
            accounts: BTreeMap::new(),
            members: BTreeMap::new(),
            invitations: BTreeSet::new(),
            teams: BTreeMap::new(),
            users_of_subjects: BTreeMap::new(),
            subjects_of_users: BTreeMap::new(),
            made: 0,
            brakes: BTreeMap::new(),
            held: BTreeMap::new(),
            tokens: BTreeMap::new(),
            users_by_address: BTreeMap::new(),
            members_by_domain: BTreeMap::new(),
            teams_by_name: BTreeMap::new(),
            teams_of_users: BTreeMap::new(),
            owners: BTreeSet::new(),
            standing_owners: BTreeSet::new(),
            connection_ids: BTreeSet::new(),
            managed: BTreeMap::new(),
            tombstones: BTreeSet::new(),
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
        self.accounts.get(user)
    }

    /// The account, of a member or not, with this address. [`id`](Organization::id) has an example.
    #[must_use]
    pub fn account_of(&self, address: &EmailAddress) -> Option<&Account> {
        self.accounts.get(self.users_by_address.get(address)?)
    }

    /// The membership of this user.
    /// [`decide_provisioning`](Organization::decide_provisioning) has an example of it.
    #[must_use]
    pub fn member(&self, user: &UserId) -> Option<&Member> {
        self.members.get(user)
    }

    /// All members, by user.
    /// [`decide_provisioning`](Organization::decide_provisioning) has an example.
    pub fn members(&self) -> impl Iterator<Item = (&UserId, &Member)> {
        self.members.iter()
    }

    /// The Team with this identifier. [`put_team`](Organization::put_team) has an example.
    #[must_use]
    pub fn team(&self, group: &GroupId) -> Option<&Team> {
        self.teams.get(group)
    }

    /// All Teams, by identifier. [`id`](Organization::id) has an example.
    pub fn teams(&self) -> impl Iterator<Item = (&GroupId, &Team)> {
        self.teams.iter()
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
        self.users_of_subjects.retain(|(of, _), _| of != connection);
        self.subjects_of_users.retain(|(of, _), _| of != connection);
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
        let holder = self.users_by_address.get(&account.address);
        if holder.is_some_and(|holder| *holder != account.user) {
            return Err(DenyCode::AddressInUse);
        }
        let user = account.user.clone();
        self.unindex(&user);
        self.accounts.insert(user.clone(), account);
        self.index(&user);
        Ok(())
    }

    /// Adds or replaces the membership of an account; without the account nothing happens.
    ///
    /// This is an act of the product, not of a directory. See the type's example.
    pub fn put_member(&mut self, user: &UserId, member: Member) {
        if self.accounts.contains_key(user) {
            self.unindex(user);
            self.members.insert(user.clone(), member);
            self.index(user);
        }
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
        team.members.retain(|user| self.members.contains_key(user));
        for user in &team.members {
            self.teams_of_users
                .entry(user.clone())
                .or_default()
                .insert(group.clone());
        }
        self.teams_by_name
            .entry(TeamNameKey::of(&team.name))
            .or_default()
            .insert(group.clone());
        self.teams.insert(group, team);
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

    /// Notes that another organization has verified `domain`.
    ///
    /// ```
    /// use vestibule::access::{DomainClass, ForeignLogin, Organization, Settings};
    /// use vestibule::domain::{DomainName, RecordPrefix};
    /// use vestibule::identity::OrganizationId;
    ///
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// let domain = DomainName::parse("example.org")?;
    /// acme.hold_elsewhere(domain.clone(), OrganizationId::new("other"), ForeignLogin::SsoRequired);
    /// let class = acme.domain_class(domain.as_mail_domain());
    /// assert!(matches!(class, DomainClass::ForeignVerified { .. }));
    /// acme.release_elsewhere(&domain);
    /// assert_eq!(acme.domain_class(domain.as_mail_domain()), DomainClass::Unclaimed);
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    pub fn hold_elsewhere(
        &mut self,
        domain: DomainName,
        organization: OrganizationId,
        login: ForeignLogin,
    ) {
        self.note_holder(domain, organization, login, ClaimScope::ExactDomain);
    }

    /// Notes that another organization has verified `domain` with all names below it. See
    /// [`hold_elsewhere`](Organization::hold_elsewhere) for an example.
    pub fn hold_subdomains_elsewhere(
        &mut self,
        domain: DomainName,
        organization: OrganizationId,
        login: ForeignLogin,
    ) {
        self.note_holder(domain, organization, login, ClaimScope::IncludeSubdomains);
    }

    fn note_holder(
        &mut self,
        domain: DomainName,
        organization: OrganizationId,
        login: ForeignLogin,
        scope: ClaimScope,
    ) {
        let known = self.held_elsewhere.get(&domain);
        if known.is_none_or(|known| known.organization != organization) {
            let count = self.earlier_holders.entry(domain.clone()).or_default();
            *count = count.saturating_add(1);
        }
        let holder = ForeignHolder {
            organization,
            login,
            scope,
        };
        self.passed_on.insert(domain.clone());
        self.held_elsewhere.insert(domain, holder);
    }

    /// Notes that no other organization holds `domain` any more. See
    /// [`hold_elsewhere`](Organization::hold_elsewhere) for an example.
    pub fn release_elsewhere(&mut self, domain: &DomainName) {
        self.held_elsewhere.remove(domain);
    }

    /// Takes a user out of the indexes that depend on account and membership.
    fn unindex(&mut self, user: &UserId) {
        self.owners.remove(user);
        self.standing_owners.remove(user);
        if let Some(member) = self.members.get(user) {
            if let Some(end) = tombstone_end(member) {
                self.tombstones.remove(&(end, user.clone()));
            }
            if let Some(by) = managed_by(member)
                && let Some(count) = self.managed.get_mut(by)
            {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.managed.remove(by);
                }
            }
        }
        let Some(account) = self.accounts.get(user) else {
            return;
        };
        self.users_by_address.remove(&account.address);
        if let Some(users) = self.members_by_domain.get_mut(account.address.domain()) {
            users.remove(user);
            if users.is_empty() {
                self.members_by_domain.remove(account.address.domain());
            }
        }
    }

    /// Puts a user into the indexes that depend on account and membership.
    fn index(&mut self, user: &UserId) {
        let Some(account) = self.accounts.get(user) else {
            return;
        };
        self.users_by_address
            .insert(account.address.clone(), user.clone());
        let Some(member) = self.members.get(user) else {
            return;
        };
        if let Some(end) = tombstone_end(member) {
            self.tombstones.insert((end, user.clone()));
        }
        if let Some(by) = managed_by(member) {
            match self.managed.get_mut(by) {
                Some(count) => *count = count.saturating_add(1),
                None => {
                    self.managed.insert(by.clone(), 1);
                }
            }
        }
        self.members_by_domain
            .entry(account.address.domain().clone())
            .or_default()
            .insert(user.clone());
        let can_enter =
            account.state == AccountState::Active && account.password == OwnPassword::SetByUser;
        if member.role == Role::Owner && member.is_active() {
            self.owners.insert(user.clone());
            if can_enter {
                self.standing_owners.insert(user.clone());
            }
        }
    }

    fn remove_team(&mut self, group: &GroupId) {
        let Some(team) = self.teams.remove(group) else {
            return;
        };
        for user in &team.members {
            self.remove_membership_of_team(user, group);
        }
        self.remove_team_name(&team.name, group);
    }

    fn remove_membership_of_team(&mut self, user: &UserId, group: &GroupId) {
        if let Some(groups) = self.teams_of_users.get_mut(user) {
            groups.remove(group);
            if groups.is_empty() {
                self.teams_of_users.remove(user);
            }
        }
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
