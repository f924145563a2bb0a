//! Accounts, members and Teams as decisions see them and as effects change them.
//!
//! This module stores nothing and decides nothing.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::brake::{HeldAccess, Hold, HoldResponse};
use crate::domain::EmailAddress;
use crate::identity::{Asserted, ConnectionId, Personal, UserId};

/// A person's account at the host, which may belong to no organization or to several.
///
/// ```
/// use vestibule::access::Account;
/// use vestibule::domain::EmailAddress;
/// use vestibule::identity::UserId;
///
/// let account = Account::new(UserId::new("u1"), EmailAddress::parse("grace@example.com")?);
/// assert!(!format!("{account:?}").contains("grace"));
/// # Ok::<(), vestibule::domain::EmailError>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its identifier.
    pub user: UserId,
    /// The address by which the person is known; `userName` in SCIM.
    pub address: EmailAddress,
    /// Names and the like.
    pub profile: Profile,
    /// Whether the host lets it be used at all.
    pub state: AccountState,
    /// Whether the person can enter without the identity provider.
    pub password: OwnPassword,
    /// How many other organizations had held the address's domain when the account was made.
    #[serde(default)]
    pub earlier_holders: u32,
}

impl Account {
    /// An active account without names and without a password. See the type's example.
    #[must_use]
    pub fn new(user: UserId, address: EmailAddress) -> Self {
        Self {
            user,
            address,
            profile: Profile::default(),
            state: AccountState::Active,
            password: OwnPassword::None,
            earlier_holders: 0,
        }
    }
}

/// Whether the host lets an account be used at all; there is no default.
#[expect(clippy::exhaustive_enums, reason = "a host's code depends on each")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// It may be used.
    Active,
    /// The host switched it off for every organization.
    Deactivated,
}

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($body:tt)* }) => {
        $(#[$doc])*
        #[expect(clippy::exhaustive_enums, reason = "a host's code depends on each")]
        #[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($body)* }
    };
}

states! {
    /// Whether a person set a password of their own (rule C-40).
    OwnPassword {
        /// None, or one that nobody knows.
        #[default]
        None,
        /// The person chose one.
        SetByUser,
    }
}

/// A member's role, from most to least. Roles have no order of their own: what one may do is said
/// by name.
#[expect(clippy::exhaustive_enums, reason = "a host's code depends on each")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Owns the organization.
    Owner,
    /// Administers it.
    Admin,
    /// An ordinary member.
    Member,
    /// Only what is granted to all users.
    #[default]
    Base,
}

impl Role {
    /// The role's name, as it is serialized.
    ///
    /// ```
    /// assert_eq!(vestibule::access::Role::Owner.as_str(), "owner");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Base => "base",
        }
    }
}

states! {
    /// How a membership began.
    MemberSource {
        /// The directory created it.
        Directory,
        /// An invitation, or another act of a person.
        #[default]
        Manual,
        /// The person joined at sign-in.
        SignIn,
    }
}

states! {
    /// Whether a Team exists for people, or only for the directory so far (rule C-31).
    TeamPresence {
        /// The Team appears with its first member.
        Deferred,
        /// The Team is there.
        #[default]
        Present,
    }
}

/// What is known of a person besides the address.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// A mail address for notices, where it is not the account's address.
    pub email: Option<EmailAddress>,
    /// The identifier at the client that provisions.
    pub external_id: Option<Personal>,
    /// The given name.
    pub first_name: Option<Personal>,
    /// The family name.
    pub last_name: Option<Personal>,
    /// The name as it is shown.
    pub display_name: Option<Personal>,
}

/// A change of what is known of a person; what is absent stays.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts store")]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProfileChange {
    /// A new address of the account.
    pub address: Option<EmailAddress>,
    /// See [`Profile::email`].
    pub email: Asserted<EmailAddress>,
    /// See [`Profile::external_id`].
    pub external_id: Asserted<Personal>,
    /// See [`Profile::first_name`].
    pub first_name: Asserted<Personal>,
    /// See [`Profile::last_name`].
    pub last_name: Asserted<Personal>,
    /// See [`Profile::display_name`].
    pub display_name: Asserted<Personal>,
}

impl ProfileChange {
    /// Whether nothing changes.
    ///
    /// ```
    /// use vestibule::access::ProfileChange;
    /// assert!(ProfileChange::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Writes the change, except the address, into `profile`; absent values stay.
    ///
    /// ```
    /// use vestibule::access::{Profile, ProfileChange};
    /// use vestibule::identity::Asserted;
    ///
    /// let mut profile = Profile { first_name: Some("Grace".into()), ..Profile::default() };
    /// let change = ProfileChange {
    ///     last_name: Asserted::Value("Hopper".into()),
    ///     ..ProfileChange::default()
    /// };
    /// change.apply_to(&mut profile);
    /// assert_eq!(profile.first_name, Some("Grace".into()));
    /// assert_eq!(profile.last_name, Some("Hopper".into()));
    /// ```
    pub fn apply_to(&self, profile: &mut Profile) {
        self.email.clone().apply_to(&mut profile.email);
        self.external_id.clone().apply_to(&mut profile.external_id);
        self.first_name.clone().apply_to(&mut profile.first_name);
        self.last_name.clone().apply_to(&mut profile.last_name);
        self.display_name
            .clone()
            .apply_to(&mut profile.display_name);
    }
}

/// A membership of the organization.
///
/// ```
/// use vestibule::access::{Member, Role};
/// assert!(Member::manual(Role::Owner).is_active());
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// What the member may do.
    pub role: Role,
    /// How the membership began.
    pub source: MemberSource,
    /// The connection whose directory manages the member; absent when none does.
    pub manager: Option<ConnectionId>,
    /// Whether the member may enter.
    pub state: MemberState,
}

impl Member {
    /// An active member whom no directory manages. See the type's example.
    #[must_use]
    pub const fn manual(role: Role) -> Self {
        Self {
            role,
            source: MemberSource::Manual,
            manager: None,
            state: MemberState::Active,
        }
    }

    /// Whether the member may enter. See the type's example.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        match &self.state {
            MemberState::Active => true,
            MemberState::Deactivated(_) => false,
            MemberState::PendingDeprovision(pending) => {
                matches!(pending.hold.access, HeldAccess::Kept)
            }
        }
    }

    /// Whether a delete hides the member from the directory (rule C-26).
    ///
    /// ```
    /// use vestibule::access::{Member, Role};
    /// assert!(!Member::manual(Role::Member).is_deleted());
    /// ```
    #[must_use]
    pub const fn is_deleted(&self) -> bool {
        match &self.state {
            MemberState::Active => false,
            MemberState::Deactivated(deactivation) => deactivation.tombstone_until.is_some(),
            MemberState::PendingDeprovision(pending) => {
                // Told to try again later, the directory must find the user.
                matches!(pending.asked, Asked::Delete)
                    && matches!(pending.hold.response, HoldResponse::Accept)
            }
        }
    }

    /// What a directory is told of `active`: a member whose end is held is no longer active for it,
    /// as it was answered (rule C-37).
    ///
    /// ```
    /// use vestibule::access::{Member, Role};
    /// assert!(Member::manual(Role::Member).is_active_for_directory());
    /// ```
    #[must_use]
    pub const fn is_active_for_directory(&self) -> bool {
        match &self.state {
            MemberState::Active => true,
            MemberState::Deactivated(_) => false,
            MemberState::PendingDeprovision(pending) => {
                !matches!(pending.hold.response, HoldResponse::Accept)
            }
        }
    }

    /// Whether a delete asked for the end of the membership and its tombstone's time is over.
    pub(super) fn has_ended(&self, now: DateTime<Utc>) -> bool {
        match &self.state {
            MemberState::Active | MemberState::PendingDeprovision(_) => false,
            MemberState::Deactivated(deactivation) => {
                deactivation.tombstone_until.is_some_and(|end| end <= now)
            }
        }
    }
}

/// Whether a member may enter.
#[expect(clippy::exhaustive_enums, reason = "a host's code depends on each")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemberState {
    /// The member may.
    Active,
    /// The member may not; role and Teams are kept for a return.
    Deactivated(Deactivation),
    /// The directory asked for the member's end, and that waits; role and Teams are kept.
    PendingDeprovision(PendingDeprovision),
}

/// A member's end that waits.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts store")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PendingDeprovision {
    /// Whose directory asked.
    pub connection: ConnectionId,
    /// What it asked.
    pub asked: Asked,
    /// Why it waits, and what happens meanwhile.
    pub hold: Hold,
}

/// What a directory asked of a member.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// To switch the member off.
    Deactivate,
    /// To delete the member.
    Delete,
}

/// Who switched a member off, and whether a delete asked for it.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts store")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Deactivation {
    /// Who did it.
    pub by: DeactivatedBy,
    /// After a delete: until when a create brings the member back.
    pub tombstone_until: Option<DateTime<Utc>>,
}

/// Who switched a member off.
#[expect(clippy::exhaustive_enums, reason = "a host's code depends on each")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeactivatedBy {
    /// A person in the product. The directory does not undo it.
    Administrator,
    /// The directory of this connection.
    Directory(ConnectionId),
}

/// Whether a Team is the image of a directory's group.
#[expect(clippy::exhaustive_enums, reason = "a host's code depends on each")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeamState {
    /// The directory of this connection says its name and members.
    Managed {
        /// Which connection.
        connection: ConnectionId,
        /// The group's identifier at the client that provisions.
        external_id: Option<String>,
        /// Whether people see it.
        presence: TeamPresence,
    },
    /// People in the product do.
    Unmanaged,
}

/// A Team of the organization and who is in it.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Whether a connection manages it.
    pub state: TeamState,
    /// Its members.
    pub members: BTreeSet<UserId>,
}
