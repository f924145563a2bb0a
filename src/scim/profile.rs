//! How tolerantly a connection's PATCH requests are read.
//!
//! Only what is a matter of taste is here. What every profile understands (names in any case,
//! booleans in quotes, one object where a list is expected) has no switch.

use serde::{Deserialize, Serialize};

/// A connection's switches for PATCH, part of its stored settings: a switch that is not stored is
/// tolerant.
///
/// ```
/// use vestibule::scim::{Profile, UnmatchedFilter};
///
/// let mut profile = Profile::tolerant();
/// assert_eq!(profile, Profile::default());
/// profile.unmatched_filter = UnmatchedFilter::Refuse;
/// assert_ne!(profile, Profile::strict());
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// `add` or `replace` with a value path that selects nothing.
    pub unmatched_filter: UnmatchedFilter,
    /// `remove` with a value path that selects nothing.
    pub unmatched_removal: UnmatchedRemoval,
    /// `remove` of a list with elements in `value`.
    pub removal_by_value: RemovalByValue,
    /// A sub-attribute in a value that the schema does not have.
    pub unknown_part: UnknownPart,
    /// A read-only sub-attribute in the value of a complex attribute.
    pub read_only_part: ReadOnlyPart,
    /// A request body without a `Content-Type`.
    pub body_type: BodyType,
    /// Operations of a Bulk request that need each other.
    pub bulk_circles: BulkCircles,
}

impl Profile {
    /// Understands what Entra ID, Okta and the others send. See [`Profile`] for an example.
    #[must_use]
    pub const fn tolerant() -> Self {
        Self {
            unmatched_filter: UnmatchedFilter::Create,
            unmatched_removal: UnmatchedRemoval::Ignore,
            removal_by_value: RemovalByValue::Match,
            unknown_part: UnknownPart::Ignore,
            read_only_part: ReadOnlyPart::Ignore,
            body_type: BodyType::Assumed,
            bulk_circles: BulkCircles::Resolve,
        }
    }

    /// Reads RFC 7644 to the letter. See [`Profile`] for an example.
    #[must_use]
    pub const fn strict() -> Self {
        Self {
            unmatched_filter: UnmatchedFilter::Refuse,
            unmatched_removal: UnmatchedRemoval::Refuse,
            removal_by_value: RemovalByValue::Refuse,
            unknown_part: UnknownPart::Refuse,
            read_only_part: ReadOnlyPart::Refuse,
            body_type: BodyType::Required,
            bulk_circles: BulkCircles::Resolve,
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::tolerant()
    }
}

macro_rules! switch {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[expect(clippy::exhaustive_enums, reason = "a switch")]
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }
    };
}

switch! {
    /// What `add` or `replace` does when its value path selects nothing.
    UnmatchedFilter {
        /// Makes the element from the filter's `eq` terms, as Entra ID means it; `noTarget` when
        /// the filter is not such terms joined by `and`.
        Create,
        /// `noTarget` (RFC 7644 §3.5.2.3).
        Refuse,
    }
}
switch! {
    /// What `remove` does when its value path selects nothing.
    UnmatchedRemoval {
        /// Nothing: what should be gone is gone, and a repeated request succeeds.
        Ignore,
        /// `noTarget`.
        Refuse,
    }
}
switch! {
    /// What `remove` of a list does with elements in `value`.
    RemovalByValue {
        /// Removes those elements, as Entra ID means it.
        Match,
        /// `invalidValue`: RFC 7644 gives `remove` no value, and to ignore it would empty the list.
        Refuse,
    }
}
switch! {
    /// What becomes of a sub-attribute that the schema does not have.
    UnknownPart {
        /// It is dropped.
        Ignore,
        /// `invalidValue`.
        Refuse,
    }
}
switch! {
    /// What becomes of a read-only sub-attribute beside others, such as `manager.displayName`.
    ReadOnlyPart {
        /// It is dropped.
        Ignore,
        /// `mutability`, unless it has the stored value.
        Refuse,
    }
}
switch! {
    /// What becomes of a request body without a `Content-Type`.
    BodyType {
        /// It is read as JSON.
        Assumed,
        /// 415.
        Required,
    }
}
switch! {
    /// What becomes of operations of a Bulk request that need each other (RFC 7644 §3.7.1).
    BulkCircles {
        /// 409 for the one that closes the circle, and for those that need it.
        Refuse,
        /// One is created without the attributes that refer, and gets them when the others are
        /// there.
        Resolve,
    }
}
