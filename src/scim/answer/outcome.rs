//! What became of a request.

use std::fmt;

use serde_json::Value;

use crate::scim::error::Error;
use crate::scim::etag::EntityTag;

/// What became of a request. Bodies are what the client may see; `Debug` prints none.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::answer::Outcome;
/// use vestibule::scim::etag::EntityTag;
/// use vestibule::scim::request::MediaType;
///
/// let outcome = Outcome::Created {
///     id: "2819c223".to_owned(),
///     body: json!({"id": "2819c223", "userName": "b"}),
///     location: "https://example.com/scim/v2/Users/2819c223".to_owned(),
///     version: Some(EntityTag::of_version(1)),
/// };
/// let answer = outcome.answer(MediaType::ScimJson);
/// assert_eq!(answer.status(), 201);
/// assert_eq!(answer.header("etag"), Some("W/\"1\""));
/// assert_eq!(answer.header("location"), Some("https://example.com/scim/v2/Users/2819c223"));
/// ```
#[expect(clippy::exhaustive_enums, reason = "the answers that RFC 7644 has")]
#[derive(Clone, PartialEq)]
pub enum Outcome {
    /// 200 with a BulkResponse.
    Bulk(Value),
    /// 200 with the resource as a PATCH or PUT left it; 204 without a body.
    Changed {
        /// The resource. RFC 7644 §3.5.2 leaves a PATCH the choice, but a PUT has a body, and so
        /// has a PATCH with `attributes`.
        body: Option<Value>,
        /// The resource's URI.
        location: String,
        /// The resource's new entity tag.
        version: Option<EntityTag>,
    },
    /// 201 with the new resource.
    Created {
        /// The new identifier.
        id: String,
        /// The resource.
        body: Value,
        /// The resource's URI.
        location: String,
        /// The resource's entity tag.
        version: Option<EntityTag>,
    },
    /// 204.
    Deleted,
    /// 200 with a discovery document.
    Document(Value),
    /// 200 with the resource.
    Found {
        /// The resource.
        body: Value,
        /// The resource's URI.
        location: String,
        /// The resource's entity tag.
        version: Option<EntityTag>,
    },
    /// 200 with a ListResponse.
    Listed(Value),
    /// 304: the client has the version already.
    NotModified {
        /// The resource's entity tag.
        version: Option<EntityTag>,
    },
    /// The error's own status, with an error body.
    Refused(Error),
}

impl Outcome {
    /// The HTTP status.
    ///
    /// ```
    /// use vestibule::scim::{Error, ErrorKind};
    /// use vestibule::scim::answer::Outcome;
    /// assert_eq!(Outcome::Deleted.status(), 204);
    /// assert_eq!(Outcome::Refused(Error::new(ErrorKind::NotFound)).status(), 404);
    /// ```
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Bulk(_)
            | Self::Changed { body: Some(_), .. }
            | Self::Document(_)
            | Self::Found { .. }
            | Self::Listed(_) => 200,
            Self::Created { .. } => 201,
            Self::Changed { body: None, .. } | Self::Deleted => 204,
            Self::NotModified { .. } => 304,
            Self::Refused(error) => error.status(),
        }
    }

    /// Whether the request was refused: a host rolls its transaction back.
    ///
    /// ```
    /// use vestibule::scim::answer::Outcome;
    /// assert!(!Outcome::Deleted.is_refused());
    /// ```
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// The URI of the resource, where there is one.
    pub(crate) fn location(&self) -> Option<&str> {
        match self {
            Self::Changed { location, .. }
            | Self::Created { location, .. }
            | Self::Found { location, .. } => Some(location),
            _ => None,
        }
    }

    /// The entity tag of the resource, where there is one.
    pub(crate) const fn version(&self) -> Option<&EntityTag> {
        match self {
            Self::Changed { version, .. }
            | Self::Created { version, .. }
            | Self::Found { version, .. }
            | Self::NotModified { version } => version.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => write!(formatter, "Outcome({}, {error})", self.status()),
            _ => write!(formatter, "Outcome({})", self.status()),
        }
    }
}
