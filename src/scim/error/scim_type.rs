//! The words of an error body that clients branch on.

/// The `scimType` of an error body: RFC 7644 §3.12 Table 9 and RFC 9865 §2.2.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ScimType {
    /// `expiredCursor`
    ExpiredCursor,
    /// `invalidCount`
    InvalidCount,
    /// `invalidCursor`
    InvalidCursor,
    /// `invalidFilter`
    InvalidFilter,
    /// `invalidPath`
    InvalidPath,
    /// `invalidSyntax`
    InvalidSyntax,
    /// `invalidValue`
    InvalidValue,
    /// `invalidVers`
    InvalidVers,
    /// `mutability`
    Mutability,
    /// `noTarget`
    NoTarget,
    /// `sensitive`
    Sensitive,
    /// `tooMany`
    TooMany,
    /// `uniqueness`
    Uniqueness,
}

impl ScimType {
    /// The word on the wire.
    ///
    /// ```
    /// use vestibule::scim::ScimType;
    /// assert_eq!(ScimType::InvalidVers.as_str(), "invalidVers");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
            Self::InvalidCursor => "invalidCursor",
            Self::InvalidFilter => "invalidFilter",
            Self::InvalidPath => "invalidPath",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Mutability => "mutability",
            Self::NoTarget => "noTarget",
            Self::Sensitive => "sensitive",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
        }
    }
}
