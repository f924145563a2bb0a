//! What a host's store must do.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::listing::{Listing, Page};
use crate::error::Shown;
use crate::scim::error::{Error, ErrorKind, WireFault};
use crate::scim::etag::EntityTag;
use crate::scim::patch::Changes;
use crate::scim::resource::Resource;
use crate::scim::schema::ResourceType;
use crate::scim::unique::UniqueKey;

/// The store of one tenant.
///
/// No method names a tenant: a value that implements this sees one tenant's resources and no
/// others. [`InMemory`](super::InMemory) is an example, and [`conformance`](super::conformance)
/// a test of all that is said here.
///
/// Every resource has `id` and `meta` with `created`, `lastModified` and `version`; the store
/// keeps them as they are given. Users come back with `groups`: the groups of this store that
/// have the user's `id` among the `value`s of their `members`, with `value`, `display` and
/// `"type": "direct"`. Filters see that attribute, too. What is given to write never has it.
pub trait Store {
    /// The resource of that type and identifier, byte for byte.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    fn find(
        &self,
        resource_type: &Arc<ResourceType>,
        id: &str,
        members: Members,
    ) -> Result<Option<Resource>, StoreError>;

    /// The identifier of the resource of that type that has the value: one of its
    /// [`Resource::unique_keys`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    fn holder(
        &self,
        resource_type: &Arc<ResourceType>,
        key: &UniqueKey,
    ) -> Result<Option<String>, StoreError>;

    /// One page of the resources of a type that match.
    ///
    /// [`Listing::page_of`] does this in memory, for stores that cannot do better.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; [`StoreError::Refused`], for example with `tooMany`.
    fn list(&self, listing: &Listing<'_>) -> Result<Page, StoreError>;

    /// An identifier that no resource of the store has or had.
    fn new_id(&mut self) -> String;

    /// Adds a resource.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when another one has a value that must be unique;
    /// [`StoreError::Refused`]; [`StoreError::Unavailable`].
    fn insert(&mut self, resource: &Resource) -> Result<(), StoreError>;

    /// Puts a new state in the place of a resource, if it still is the version that was read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] when it is another version or gone; those of [`Store::insert`].
    fn replace(&mut self, replacement: &Replacement<'_>) -> Result<(), StoreError>;

    /// Deletes a resource, if it still is the version that was read, and takes its identifier out
    /// of the members of every group, each of which becomes a new version: see
    /// [`touched`](super::touched).
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`], [`StoreError::Refused`], [`StoreError::Unavailable`].
    fn delete(&mut self, deletion: &Deletion<'_>) -> Result<(), StoreError>;
}

/// Whether the members of a group are wanted. A store may load them anyway.
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Members {
    /// They are.
    Load,
    /// The answer does not have them, as in a GET with `excludedAttributes=members`.
    Omit,
}

/// A new state of a resource.
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// The whole new state, with the `meta.version` to keep.
    pub after: &'a Resource,
    /// What differs. A store that keeps members in a table of their own needs no more of them than
    /// [`Changes::members_added`] and [`Changes::members_removed`].
    pub changes: &'a Changes,
    /// The version that was read.
    pub expected: Option<&'a EntityTag>,
}

/// A resource to delete.
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
#[derive(Clone, Copy, Debug)]
pub struct Deletion<'a> {
    /// Its type.
    pub resource_type: &'a Arc<ResourceType>,
    /// Its identifier.
    pub id: &'a str,
    /// The version that was read.
    pub expected: Option<&'a EntityTag>,
    /// When: groups that lose a member change then.
    pub now: DateTime<Utc>,
}

/// Why a store did not do what it was asked.
///
/// What went wrong inside a store is for the host's own log.
#[expect(clippy::exhaustive_enums, reason = "each has its own answer")]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StoreError {
    /// Another resource has that value.
    #[error("another resource has that `{attribute}`")]
    Conflict {
        /// The attribute's name.
        attribute: Shown,
    },
    /// The host's policy refuses the change, which [`directory`](crate::scim::directory) puts in
    /// the policy's words: a store's `insert`, `replace` and `delete` are the place to ask it.
    #[error("{0}")]
    Refused(Error),
    /// The resource is another version, or gone.
    #[error("the resource has changed")]
    Stale,
    /// The store did not answer.
    #[error("the store did not answer")]
    Unavailable,
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { attribute } => Self::new(ErrorKind::Uniqueness { attribute }),
            StoreError::Refused(error) => error,
            StoreError::Stale => Self::wire(WireFault::WriteConflict),
            StoreError::Unavailable => Self::wire(WireFault::StoreFailed),
        }
    }
}
