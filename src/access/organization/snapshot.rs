//! Storing an organization and reading it back.
//!
//! A snapshot is text from the host's storage: it is checked before an organization comes of it,
//! and the indexes are built anew.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::super::brake::{BrakeState, HeldChange};
use super::super::connection::{IssuerHolder, SsoConfiguration};
use super::super::facts::{Agreement, ConnectionFacts};
use super::super::membership::Team;
use super::super::membership::{Account, Member};
use super::super::settings::Settings;
use super::super::tokens::ConnectionTokens;
use super::{FamilyLink, ForeignHolder, Governance, Organization};
use crate::domain::{Claim, DomainName, EmailAddress};
use crate::error::{Blame, Explain};
use crate::identity::{ConnectionId, GroupId, OrganizationId, Personal, UserId};

/// The only version so far.
const VERSION: u16 = 1;

/// An [`Organization`] as it is stored, with the version of its form.
///
/// It holds personal data. To read one back checks it: every member has an account, every address
/// one account, every subject one account of its connection, and no domain is verified both here and
/// elsewhere.
///
/// ```
/// use vestibule::access::{Organization, OrganizationSnapshot, Settings};
/// use vestibule::domain::RecordPrefix;
/// use vestibule::identity::OrganizationId;
///
/// let settings = Settings::recommended(RecordPrefix::parse("product")?);
/// let acme = Organization::new(OrganizationId::new("acme"), settings);
/// let stored = OrganizationSnapshot::from(acme.clone());
/// assert_eq!(Organization::try_from(stored)?, acme);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganizationSnapshot {
    version: u16,
    id: OrganizationId,
    settings: Settings,
    #[serde(default)]
    claims: Vec<Claim>,
    #[serde(default)]
    held_elsewhere: BTreeMap<DomainName, ForeignHolder>,
    #[serde(default)]
    passed_on: BTreeSet<DomainName>,
    #[serde(default)]
    earlier_holders: BTreeMap<DomainName, u32>,
    #[serde(default)]
    family: FamilyLink,
    #[serde(default)]
    linked_names: BTreeMap<OrganizationId, String>,
    #[serde(default)]
    linked_members: BTreeMap<OrganizationId, BTreeSet<UserId>>,
    #[serde(default)]
    governance: Option<Box<Governance>>,
    #[serde(default)]
    configurations: Vec<SsoConfiguration>,
    #[serde(default)]
    issuers_elsewhere: BTreeMap<String, IssuerHolder>,
    #[serde(default)]
    proofs: BTreeMap<UserId, DateTime<Utc>>,
    #[serde(default)]
    recoveries: BTreeSet<UserId>,
    #[serde(default)]
    consents: BTreeMap<UserId, Agreement>,
    #[serde(default)]
    direct_assignments: BTreeSet<UserId>,
    #[serde(default)]
    brakes: BTreeMap<ConnectionId, BrakeState>,
    #[serde(default)]
    held: Vec<HeldChange>,
    #[serde(default)]
    tokens: Vec<ConnectionTokens>,
    #[serde(default)]
    connections: Vec<ConnectionFacts>,
    #[serde(default)]
    accounts: Vec<Account>,
    #[serde(default)]
    members: BTreeMap<UserId, Member>,
    #[serde(default)]
    invitations: BTreeSet<EmailAddress>,
    #[serde(default)]
    teams: BTreeMap<GroupId, Team>,
    #[serde(default)]
    subjects: Vec<SubjectOfUser>,
    #[serde(default)]
    made: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SubjectOfUser {
    connection: ConnectionId,
    subject: Personal,
    user: UserId,
}

impl From<Organization> for OrganizationSnapshot {
    fn from(organization: Organization) -> Self {
        let people = organization.people.sorted();
        let accounts = people.iter().map(|person| person.account.clone());
        let members = people.iter().filter_map(|person| {
            let member = person.member.clone()?;
            Some((person.user().clone(), member))
        });
        let subjects = people.iter().flat_map(|person| {
            person
                .subjects()
                .map(|(connection, subject)| SubjectOfUser {
                    connection: connection.clone(),
                    subject: subject.clone(),
                    user: person.user().clone(),
                })
        });
        Self {
            accounts: accounts.collect(),
            members: members.collect(),
            subjects: subjects.collect(),
            version: VERSION,
            id: organization.id,
            settings: organization.settings,
            claims: organization.claims.into_values().collect(),
            held_elsewhere: organization.held_elsewhere,
            passed_on: organization.passed_on,
            earlier_holders: organization.earlier_holders,
            family: organization.family,
            linked_names: organization.linked_names,
            linked_members: organization.linked_members,
            governance: organization.governance,
            configurations: organization.configurations.into_values().collect(),
            issuers_elsewhere: organization.issuers_elsewhere,
            proofs: organization.proofs,
            recoveries: organization.recoveries,
            consents: organization.consents,
            direct_assignments: organization.direct_assignments,
            brakes: organization.brakes,
            held: organization.held.into_values().collect(),
            tokens: organization.tokens.into_values().collect(),
            connections: organization.connections.into_values().collect(),
            invitations: organization.invitations,
            teams: organization.teams,
            made: organization.made,
        }
    }
}

impl TryFrom<OrganizationSnapshot> for Organization {
    type Error = SnapshotError;

    fn try_from(snapshot: OrganizationSnapshot) -> Result<Self, SnapshotError> {
        if snapshot.version != VERSION {
            return Err(SnapshotError::of(SnapshotErrorKind::Version {
                found: snapshot.version,
                supported: VERSION,
            }));
        }
        let mut organization = Self::new(snapshot.id, snapshot.settings);
        for connection in snapshot.connections {
            organization.put_connection(connection);
        }
        for account in snapshot.accounts {
            let user = account.user.clone();
            let twice = organization.account(&user).is_some();
            if twice || organization.put_account(account).is_err() {
                return Err(SnapshotError::of(SnapshotErrorKind::AccountTwice { user }));
            }
        }
        for (user, member) in snapshot.members {
            if organization.account(&user).is_none() {
                return Err(SnapshotError::of(SnapshotErrorKind::NoAccount { user }));
            }
            organization.put_member(&user, member);
        }
        for (group, team) in snapshot.teams {
            let mut members = team.members.iter();
            let stranger = members.find(|user| organization.member(user).is_none());
            if let Some(user) = stranger.cloned() {
                return Err(SnapshotError::of(SnapshotErrorKind::NoMember {
                    group,
                    user,
                }));
            }
            organization.put_team(group, team);
        }
        for SubjectOfUser {
            connection,
            subject,
            user,
        } in snapshot.subjects
        {
            organization.bind(&connection, &subject, user)?;
        }
        for claim in snapshot.claims {
            let domain = claim.domain().clone();
            if claim.is_verified() && snapshot.held_elsewhere.contains_key(&domain) {
                return Err(SnapshotError::of(SnapshotErrorKind::HeldTwice { domain }));
            }
            organization.claims.insert(domain, claim);
        }
        let by_connection = |found: SsoConfiguration| (found.connection.clone(), found);
        Ok(Self {
            held_elsewhere: snapshot.held_elsewhere,
            passed_on: snapshot.passed_on,
            earlier_holders: snapshot.earlier_holders,
            family: snapshot.family,
            linked_names: snapshot.linked_names,
            linked_members: snapshot.linked_members,
            governance: snapshot.governance,
            configurations: snapshot
                .configurations
                .into_iter()
                .map(by_connection)
                .collect(),
            issuers_elsewhere: snapshot.issuers_elsewhere,
            proofs: snapshot.proofs,
            recoveries: snapshot.recoveries,
            consents: snapshot.consents,
            direct_assignments: snapshot.direct_assignments,
            brakes: snapshot.brakes,
            held: snapshot
                .held
                .into_iter()
                .filter_map(|change| Some((change.target()?, change)))
                .collect(),
            tokens: snapshot
                .tokens
                .into_iter()
                .map(|found| (found.connection().clone(), found))
                .collect(),
            invitations: snapshot.invitations,
            made: snapshot.made,
            ..organization
        })
    }
}

impl Organization {
    fn bind(
        &mut self,
        connection: &ConnectionId,
        subject: &Personal,
        user: UserId,
    ) -> Result<(), SnapshotError> {
        if self.account(&user).is_none() {
            return Err(SnapshotError::of(SnapshotErrorKind::NoAccount { user }));
        }
        match self.people.bind(connection, subject, &user) {
            true => Ok(()),
            false => Err(SnapshotError::of(SnapshotErrorKind::SubjectTwice { user })),
        }
    }
}

/// Why a stored organization cannot be read back.
///
/// ```
/// use vestibule::access::{Organization, SnapshotError, SnapshotErrorKind};
/// use vestibule::error::Explain;
///
/// fn is_from_the_future(error: &SnapshotError) -> bool {
///     matches!(error.kind(), SnapshotErrorKind::Version { .. })
/// }
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{kind}")]
pub struct SnapshotError {
    kind: SnapshotErrorKind,
}

impl SnapshotError {
    const fn of(kind: SnapshotErrorKind) -> Self {
        Self { kind }
    }

    /// What is wrong. See the type's example.
    #[must_use]
    pub const fn kind(&self) -> &SnapshotErrorKind {
        &self.kind
    }
}

/// What is wrong with a stored organization.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum SnapshotErrorKind {
    /// Two accounts have one identifier or one address.
    #[error("the account `{user}` stands twice, or shares its address with another one")]
    AccountTwice {
        /// The second.
        user: UserId,
    },
    /// A domain is verified here and elsewhere.
    #[error("the domain `{domain}` is verified here and elsewhere")]
    HeldTwice {
        /// Which.
        domain: DomainName,
    },
    /// A member or a subject has no account.
    #[error("there is no account `{user}`")]
    NoAccount {
        /// Which.
        user: UserId,
    },
    /// Somebody in a Team is no member.
    #[error("`{user}` is in the team `{group}` and is no member")]
    NoMember {
        /// Which Team.
        group: GroupId,
        /// Who.
        user: UserId,
    },
    /// A subject, or an account at one connection, is bound twice.
    #[error("the account `{user}` or its subject is bound twice")]
    SubjectTwice {
        /// The second.
        user: UserId,
    },
    /// Another version of the form.
    #[error("the stored form has version {found} where {supported} is expected")]
    Version {
        /// What is stored.
        found: u16,
        /// What this library reads.
        supported: u16,
    },
}

impl Explain for SnapshotError {
    fn code(&self) -> &'static str {
        match &self.kind {
            SnapshotErrorKind::AccountTwice { .. } => "access-snapshot-account-twice",
            SnapshotErrorKind::HeldTwice { .. } => "access-snapshot-held-twice",
            SnapshotErrorKind::NoAccount { .. } => "access-snapshot-no-account",
            SnapshotErrorKind::NoMember { .. } => "access-snapshot-no-member",
            SnapshotErrorKind::SubjectTwice { .. } => "access-snapshot-subject-twice",
            SnapshotErrorKind::Version { .. } => "access-snapshot-version",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn help(&self) -> &'static str {
        match &self.kind {
            SnapshotErrorKind::Version { .. } => {
                "Read the snapshot with the version of this library that wrote it, or a later one."
            }
            _ => "Restore a snapshot that this library wrote, and change it through effects only.",
        }
    }
}
