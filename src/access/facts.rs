//! What a host must have loaded before it asks for a decision.
//!
//! Facts are what is true now, read from the host's own storage; a message is never a fact.
//! [`Organization`](super::Organization) supplies all of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::brake::Brake;
use super::membership::{AccountState, Member, OwnPassword, Profile, TeamState};
use super::settings::Settings;
use crate::domain::EmailAddress;
use crate::identity::{ConnectionId, GroupId, OrganizationId, UserId};

/// Whose a domain is, seen from the organization that decides (rule C-16).
#[expect(
    clippy::exhaustive_enums,
    reason = "a host must sort every domain into one"
)]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DomainClass {
    /// Verified by another organization.
    ForeignVerified {
        /// Which.
        holder: OrganizationId,
        /// How that organization lets its people in.
        login: ForeignLogin,
    },
    /// This organization's claim to it lapsed, and nobody else holds it.
    OwnLapsed,
    /// Verified by this organization, the week of grace included.
    OwnVerified,
    /// Verified by nobody; also while a claim is pending.
    Unclaimed,
}

/// How the organization that holds a domain lets its people in.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignLogin {
    /// With a password too.
    PasswordAllowed,
    /// By single sign-on only.
    SsoRequired,
}

/// One connection of the organization.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ConnectionFacts {
    /// Which.
    pub connection: ConnectionId,
    /// When the last of its certificates expires; absent without one: then nobody signs on.
    pub certificate_not_after: Option<DateTime<Utc>>,
    /// Whether its provisioning is trusted.
    pub health: ConnectionHealth,
}

impl ConnectionFacts {
    /// A healthy connection without a certificate: it provisions, and nobody signs on through it.
    ///
    /// ```
    /// use vestibule::access::{ConnectionFacts, ConnectionHealth};
    /// use vestibule::identity::ConnectionId;
    /// let facts = ConnectionFacts::new(ConnectionId::new("okta-1"));
    /// assert_eq!(facts.health, ConnectionHealth::Healthy);
    /// ```
    #[must_use]
    pub const fn new(connection: ConnectionId) -> Self {
        Self {
            connection,
            certificate_not_after: None,
            health: ConnectionHealth::Healthy,
        }
    }
}

/// Whether a connection's provisioning is trusted (rule GUARD-05).
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionHealth {
    /// It is.
    Healthy,
    /// What it takes away is held.
    Quarantined,
}

/// The facts of a sign-in.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct SignInFacts<'a> {
    /// The organization that decides.
    pub organization: &'a OrganizationId,
    /// Its settings.
    pub settings: &'a Settings,
    /// At a sign-on: the asserting connection, if it is one of this organization. Otherwise: the
    /// connection to which people are sent.
    pub connection: Option<ConnectionFacts>,
    /// The class of the request's address.
    pub domain: DomainClass,
    /// Who it is: the account bound to the asserted subject, or else the account with the address.
    pub person: Option<PersonFacts<'a>>,
    /// At a sign-on: what the account is bound to.
    pub binding: SubjectBinding,
    /// How a claim covers the address's domain.
    pub coverage: ClaimCoverage,
    /// The organization whose settings and claims hold for this one, if another one's do.
    pub governed_by: Option<&'a OrganizationId>,
    /// Whether the address was invited.
    pub invitation: Invitation,
    /// Whether an Owner agreed to a recovery by mail (rule C-09).
    pub recovery: RecoveryApproval,
    /// The identifier of the account to make, if one is to be made.
    pub new_user: UserId,
}

impl<'a> SignInFacts<'a> {
    /// The facts when nothing is known of the person and there is no connection.
    ///
    /// What is not filled in afterwards counts against the person: without a connection and a
    /// looked-up binding no sign-on is admitted.
    ///
    /// [`Decision`](super::Decision) has an example.
    #[must_use]
    pub const fn of_a_stranger(
        organization: &'a OrganizationId,
        settings: &'a Settings,
        domain: DomainClass,
        new_user: UserId,
    ) -> Self {
        Self {
            organization,
            settings,
            connection: None,
            domain,
            person: None,
            binding: SubjectBinding::NotLookedUp,
            coverage: ClaimCoverage::Exact,
            governed_by: None,
            invitation: Invitation::None,
            recovery: RecoveryApproval::None,
            new_user,
        }
    }
}

/// An account and its membership.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PersonFacts<'a> {
    /// The account.
    pub user: &'a UserId,
    /// Its address.
    pub address: &'a EmailAddress,
    /// The class of that address's domain: the asserted address may be another one.
    pub domain: DomainClass,
    /// Whether it may be used at all.
    pub account: AccountState,
    /// Whether the person can enter without the identity provider.
    pub password: OwnPassword,
    /// Under which holder of its domain the account was made.
    pub era: AddressEra,
    /// Its membership of this organization, active or not; absent when it is no member.
    pub member: Option<&'a Member>,
}

/// Under which holder of its address's domain an account was made.
///
/// A domain that was sold takes its mailboxes with it, but not the accounts of the people who had
/// them before.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressEra {
    /// No other organization has held the domain since.
    Current,
    /// Another organization held the domain then or since.
    Earlier,
}

/// How a claim covers the domain of an address (rule C-12).
#[expect(clippy::exhaustive_enums, reason = "the three cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimCoverage {
    /// The domain itself is claimed, or none above it is.
    Exact,
    /// A verified claim to a domain above it was made for that domain alone.
    ParentOnly,
    /// A verified claim to a domain above it was made for subdomains too.
    Subdomain,
}

/// Whether an Owner agreed to a recovery by mail.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecoveryApproval {
    /// One did, for this person and this time.
    Approved,
    /// None did.
    None,
}

/// What an account is bound to at the asserting connection.
#[expect(clippy::exhaustive_enums, reason = "the four cases are the point")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectBinding {
    /// The account with the asserted address is bound to a subject of this connection that is not
    /// the asserted one; also when no lasting subject is asserted.
    AnotherSubject,
    /// Nobody looked: no sign-on is admitted.
    #[default]
    NotLookedUp,
    /// The account is bound to the asserted subject.
    ThisSubject,
    /// Nothing is bound yet.
    Unbound,
}

/// Whether an address was invited.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invitation {
    /// It was not.
    #[default]
    None,
    /// It was, to the organization or to one of its projects.
    Pending,
}

/// The facts of a change by the directory.
///
/// | change | must be filled |
/// |---|---|
/// | create user | `user_name`, `email` (each when the message carries an address), `new_user` |
/// | update user | `user`, and `user_name`, `email` when the message carries one |
/// | delete user | `user` |
/// | create group | `named_teams`, `people` (the members named), `new_group` |
/// | update group | `group`, `people` (those named), `named_teams` when it renames |
/// | delete or disassociate group | `group`, `people` (all members of the Team) |
///
/// What is not filled counts as not existing, and leads to a refusal.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct ProvisioningFacts<'a> {
    /// The organization that decides.
    pub organization: &'a OrganizationId,
    /// Its settings.
    pub settings: &'a Settings,
    /// The connection that asks, authenticated; absent when it is none of this organization.
    pub connection: Option<ConnectionFacts>,
    /// The connections of the organization. What one manages that is not among them is managed by
    /// none (rule GUARD-09).
    pub connections: &'a BTreeSet<ConnectionId>,
    /// What the brake looks at.
    pub brake: Brake<'a>,
    /// How many domains the organization has verified.
    pub verified_domains: usize,
    /// Active Owners with an active account and a password of their own (rules C-34 and C-40).
    /// Whom required sign-on keeps from using it is left to the decision.
    pub standing_owners: &'a BTreeSet<UserId>,
    /// The user of the identifier in the message.
    pub user: Option<UserFacts<'a>>,
    /// What is known of the address in `userName`.
    pub user_name: Option<AddressFacts<'a>>,
    /// What is known of the primary address in `emails`.
    pub email: Option<AddressFacts<'a>>,
    /// The group of the identifier in the message.
    pub group: Option<GroupFacts>,
    /// What the group in the message stands for.
    pub image: GroupImage,
    /// The Teams whose name matches the name in the message ([`same_name`](super::same_name)).
    pub named_teams: Vec<GroupFacts>,
    /// The people whom the message names as members, or all members of a group that goes away.
    pub people: BTreeMap<UserId, TeamPersonFacts>,
    /// The identifier of the account to make, if one is to be made.
    pub new_user: UserId,
    /// The identifier of the group to make, if one is to be made.
    pub new_group: GroupId,
}

/// What is known of an address in a message.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AddressFacts<'a> {
    /// The class of its domain.
    pub domain: DomainClass,
    /// The account that has it.
    pub holder: Option<UserFacts<'a>>,
    /// Whether that person, being no member, agreed to become one (rule C-20).
    pub agreement: Agreement,
}

/// Whether somebody agreed that the directory makes them a member.
#[expect(clippy::exhaustive_enums, reason = "the three cases are the point")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// They were invited or asked, and did not answer so far.
    Asked,
    /// They agreed.
    Given,
    /// They were not asked.
    #[default]
    None,
}

/// What a directory's group stands for.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum GroupImage {
    /// In an Admin organization: the linked organization whose provisioning name is the group's, if
    /// exactly one has it (rules X-09 to X-11). The group's identifier is that organization's.
    LinkedOrganization(Option<OrganizationId>),
    /// Anywhere else: a Team.
    #[default]
    Team,
}

/// A user as the directory's changes see them.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserFacts<'a> {
    /// The account.
    pub user: &'a UserId,
    /// Its address.
    pub address: &'a EmailAddress,
    /// The class of that address's domain.
    pub domain: DomainClass,
    /// What is known of the person.
    pub profile: &'a Profile,
    /// The membership of this organization, active or not.
    pub member: Option<&'a Member>,
}

/// A Team.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GroupFacts {
    /// Which.
    pub group: GroupId,
    /// Its name.
    pub name: String,
    /// Whether a connection manages it.
    pub state: TeamState,
    /// How many members it has.
    pub members: usize,
}

/// A person whom a group change concerns.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TeamPersonFacts {
    /// The class of their address's domain.
    pub domain: DomainClass,
    /// Their membership of the organization, active or not.
    pub member: Option<Member>,
    /// Whether they are in the Team in question, or in the linked organization.
    pub place: TeamPlace,
    /// How the directory assigned them.
    pub assignment: Assignment,
    /// How many other managed Teams they are in (rule GROUP-19).
    pub other_managed_teams: usize,
}

/// How a directory assigned somebody to the product (rule C-33). Messages do not say it: a host
/// knows it from an import or from the identity provider's own interface.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assignment {
    /// By themselves, whatever groups they are in.
    Direct,
    /// Through groups, as far as is known.
    #[default]
    ThroughGroups,
}

/// Whether a person is in the Team in question.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeamPlace {
    /// They are.
    Inside,
    /// They are not.
    #[default]
    Outside,
}
