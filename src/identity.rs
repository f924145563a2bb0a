//! What the protocols assert and what the policy consumes.
//!
//! `saml` and `scim` never see `access`, and `access` sees neither of them: they meet in the plain
//! values of this module. Nothing here decides anything, and everything here is a *claim* of an
//! identity provider: authentic (its signature or its token was checked), but not yet accepted by
//! a policy. In particular an address in a claim is text, not yet an
//! [`EmailAddress`](crate::domain::EmailAddress).

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Opaque and compared byte for byte. Ordered, so that results have one order.
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the host's own identifier.
            #[must_use]
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The identifier as the host gave it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

opaque_id! {
    /// One connection between an organization and an identity provider.
    ///
    /// ```
    /// use vestibule::identity::ConnectionId;
    /// assert_eq!(ConnectionId::new("okta-1").as_str(), "okta-1");
    /// ```
    ConnectionId
}
opaque_id! {
    /// An organization (a tenant) of the host.
    ///
    /// ```
    /// use vestibule::identity::OrganizationId;
    /// assert_eq!(OrganizationId::new("acme").to_string(), "acme");
    /// ```
    OrganizationId
}
opaque_id! {
    /// A user account of the host; the `id` of a SCIM User.
    ///
    /// ```
    /// use vestibule::identity::UserId;
    /// assert!(UserId::new("u1") < UserId::new("u2"));
    /// ```
    UserId
}
opaque_id! {
    /// A provisioned group; the `id` of a SCIM Group.
    ///
    /// ```
    /// use vestibule::identity::GroupId;
    /// assert_eq!(GroupId::new("g1"), GroupId::new("g1"));
    /// ```
    GroupId
}

/// Personal data: readable on purpose, never by accident.
///
/// `Debug` redacts and there is no `Display`. Serialization writes the text, because hosts store
/// these values.
///
/// ```
/// use vestibule::identity::Personal;
/// let name = Personal::new("Grace");
/// assert_eq!(name.expose(), "Grace");
/// assert_eq!(format!("{name:?}"), "Personal(5 bytes)");
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Personal(Arc<str>);

impl Personal {
    /// Wraps `text`. Clones share it.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Personal({} bytes)", self.0.len())
    }
}

impl From<&str> for Personal {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// A person as an identity provider asserts them at a sign-in.
///
/// Made by an accepted SAML login (or by a host's own OpenID Connect code); consumed by
/// [`access`](crate::access). The pair of connection and subject is what an account is bound to;
/// the address serves the first link only.
#[expect(
    clippy::exhaustive_structs,
    reason = "a plain record that hosts with another protocol fill themselves"
)]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct AssertedIdentity {
    /// The connection whose key signed the assertion.
    pub connection: ConnectionId,
    /// The subject's lasting identifier at that identity provider, unique within the connection;
    /// absent when the identity provider gives one that changes with each session.
    ///
    /// Of a SAML sign-in it is the value of the name identifier, byte for byte and whatever its
    /// format, so that an account stays bound when an administrator changes the format. Where the
    /// identifier is qualified by others than the two parties of the message, as behind an identity
    /// provider that passes on what others say, `NameQualifier` and `SPNameQualifier` follow the
    /// value, each after a U+001F: the same value by two of them is two people. How it is derived
    /// does not change between versions, because accounts are bound to it.
    pub subject: Option<Personal>,
    /// The address that the identity provider asserts; absent when it asserts none.
    pub email: Option<Personal>,
    /// The given name; absent when none was asserted.
    pub first_name: Option<Personal>,
    /// The family name; absent when none was asserted.
    pub last_name: Option<Personal>,
    /// Names of the groups that were asserted, in the order of the message.
    pub groups: Vec<Personal>,
    /// When the person proved who they are to the identity provider, where it says so.
    pub authenticated_at: Option<DateTime<Utc>>,
    /// When a session made from this sign-in must end, where the identity provider says so.
    pub session_not_on_or_after: Option<DateTime<Utc>>,
}

/// Three states of a value in a message: what was not said is not cleared.
///
/// ```
/// use vestibule::identity::Asserted;
/// let mut title = Some("Engineer".to_owned());
/// Asserted::Absent.apply_to(&mut title);
/// assert_eq!(title.as_deref(), Some("Engineer"));
/// Asserted::<String>::Cleared.apply_to(&mut title);
/// assert_eq!(title, None);
/// ```
#[expect(
    clippy::exhaustive_enums,
    reason = "the three states are the point of the type"
)]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asserted<T> {
    /// The message does not speak of it: the stored value stays.
    #[default]
    Absent,
    /// The message empties it.
    Cleared,
    /// The message sets it.
    Value(T),
}

impl<T> Asserted<T> {
    /// The value that was said, if one was.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Cleared => None,
        }
    }

    /// Writes what was said into what is stored; [`Asserted::Absent`] changes nothing.
    pub fn apply_to(self, stored: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Cleared => *stored = None,
            Self::Value(value) => *stored = Some(value),
        }
    }
}

/// What an identity provider asks of the directory, by SCIM or by another protocol.
///
/// Exhaustive on purpose: a policy that does not know a kind of change must not compile.
#[expect(clippy::exhaustive_enums, reason = "see above")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirectoryChange {
    /// Make an account, or link the one that is there.
    CreateUser(UserAttributes),
    /// Change attributes, or switch the account off or on, of one user.
    UpdateUser {
        /// Whom.
        user: UserId,
        /// What was said; `active` may be among it.
        attributes: UserAttributes,
    },
    /// Delete one user (SCIM DELETE; what it means is policy).
    DeleteUser {
        /// Whom.
        user: UserId,
    },
    /// Make a group, or take over the team of that name.
    CreateGroup(GroupAttributes),
    /// Change a group's name or members.
    UpdateGroup {
        /// Which.
        group: GroupId,
        /// A new name, when the message gives one.
        display_name: Asserted<String>,
        /// Members to add, without repetition, in the order of the message.
        add: Vec<UserId>,
        /// Members to remove, without repetition, in the order of the message.
        remove: Vec<UserId>,
    },
    /// Delete one group.
    DeleteGroup {
        /// Which.
        group: GroupId,
    },
    /// Take one group off the connection: its team stays, and nobody manages it any more.
    DisassociateGroup {
        /// Which.
        group: GroupId,
    },
}

/// What a message says of a user; everything else about the user stays as it is.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct UserAttributes {
    /// `userName`.
    pub user_name: Asserted<Personal>,
    /// The primary (or only) of `emails`.
    pub email: Asserted<Personal>,
    /// `externalId`: the identifier at the client that provisions.
    pub external_id: Asserted<Personal>,
    /// `name.givenName`.
    pub first_name: Asserted<Personal>,
    /// `name.familyName`.
    pub last_name: Asserted<Personal>,
    /// `displayName`.
    pub display_name: Asserted<Personal>,
    /// `active`.
    pub active: Asserted<bool>,
    /// Whether the message carries `roles` or `entitlements`, which provisioning does not manage.
    pub names_roles: bool,
}

/// What a message says of a new group.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct GroupAttributes {
    /// `displayName`.
    pub display_name: String,
    /// `externalId`.
    pub external_id: Option<String>,
    /// `members`, without repetition, in the order of the message.
    pub members: Vec<UserId>,
}
