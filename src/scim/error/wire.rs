//! What breaks between the client and a resource: URLs, headers, parameters, Bulk, the store.

use super::answer::{Row, row};
use super::scim_type::ScimType;
use crate::error::{Blame, Shown};

/// What broke outside the resource itself.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WireFault {
    /// The path below the base is no endpoint.
    #[error("there is no such endpoint")]
    NoEndpoint,
    /// The endpoint does not take the method.
    #[error("the endpoint takes {allowed} only")]
    MethodNotAllowed {
        /// The methods, as the `Allow` header lists them.
        allowed: &'static str,
    },
    /// The service provider does not do this.
    #[error("{feature} is not supported")]
    NotImplemented {
        /// What was asked for.
        feature: &'static str,
    },
    /// The body is of a type that is not JSON, or not in UTF-8.
    #[error("the body's media type is neither `application/scim+json` nor `application/json`")]
    MediaType,
    /// The client accepts no type that an answer can have.
    #[error("the client accepts neither `application/scim+json` nor `application/json`")]
    NotAcceptable,
    /// The path or the query does not decode to UTF-8.
    #[error("the percent-encoding of the URL is malformed")]
    Encoding,
    /// The path or the query is too long.
    #[error("a part of the URL has {found} bytes, more than {limit}")]
    UrlTooLong {
        /// The bytes of the path, or of the query.
        found: usize,
        /// [`crate::limits::SCIM_MAX_PATH_BYTES`] or [`crate::limits::SCIM_MAX_QUERY_BYTES`].
        limit: usize,
    },
    /// A header that SCIM reads is too long.
    #[error("the `{name}` header has more than {limit} bytes")]
    HeaderTooLong {
        /// The header's name.
        name: &'static str,
        /// [`crate::limits::SCIM_MAX_HEADER_BYTES`].
        limit: usize,
    },
    /// A header that may stand once stands twice.
    #[error("the `{name}` header stands more than once")]
    HeaderRepeated {
        /// The header's name.
        name: &'static str,
    },
    /// The query has too many parameters.
    #[error("the query has more than {limit} parameters")]
    TooManyParameters {
        /// [`crate::limits::SCIM_MAX_PARAMETERS`].
        limit: usize,
    },
    /// A parameter that SCIM knows stands twice.
    #[error("the parameter `{name}` stands more than once")]
    ParameterRepeated {
        /// The parameter's name.
        name: &'static str,
    },
    /// A parameter has a value of the wrong kind.
    #[error("the parameter `{name}` takes {expected}")]
    ParameterValue {
        /// The parameter's name.
        name: &'static str,
        /// What it takes.
        expected: &'static str,
    },

    /// The request carries no bearer token.
    #[error("the request carries no bearer token")]
    TokenMissing,
    /// The `Authorization` header holds something else, or stands twice.
    #[error("the `Authorization` header holds no well-formed bearer token")]
    TokenMalformed,
    /// The host does not know the token, or no longer.
    #[error("the bearer token is not valid")]
    TokenUnknown,

    /// A Bulk request has more operations than allowed.
    #[error("the request holds {found} operations, more than {limit}")]
    BulkTooManyOperations {
        /// How many.
        found: usize,
        /// What the service provider announces.
        limit: usize,
    },
    /// A Bulk request has more bytes than allowed.
    #[error("the request has {found} bytes, more than {limit}")]
    BulkTooLarge {
        /// The bytes of the body.
        found: usize,
        /// What the service provider announces.
        limit: usize,
    },
    /// A member of a Bulk request, or of one of its operations, cannot be used.
    #[error("`{name}` must be {expected}")]
    BulkMember {
        /// The member's name.
        name: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// Two operations have one `bulkId`.
    #[error("the bulkId `{bulk_id}` stands twice")]
    BulkIdRepeated {
        /// The identifier that the client made.
        bulk_id: Shown,
    },
    /// A reference names no operation of the request that creates something.
    #[error("no operation creates `bulkId:{bulk_id}`")]
    BulkReferenceUnknown {
        /// The identifier that the client made.
        bulk_id: Shown,
    },
    /// Operations need each other, and cannot be taken apart.
    #[error("the operation and `bulkId:{bulk_id}` need each other")]
    BulkCircular {
        /// The identifier that the client made.
        bulk_id: Shown,
    },
    /// An operation needs one that failed.
    #[error("the operation needs `bulkId:{bulk_id}`, which was not created")]
    BulkDependencyFailed {
        /// The identifier that the client made.
        bulk_id: Shown,
    },

    /// The host's store failed.
    #[error("the store did not answer")]
    StoreFailed,
    /// Another request changed the resource at the same time.
    #[error("another request changed the resource at the same time")]
    WriteConflict,
}

impl WireFault {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::NoEndpoint => "scim-no-endpoint",
            Self::MethodNotAllowed { .. } => "scim-method-not-allowed",
            Self::NotImplemented { .. } => "scim-not-implemented",
            Self::MediaType => "scim-media-type",
            Self::NotAcceptable => "scim-not-acceptable",
            Self::Encoding => "scim-url-encoding",
            Self::UrlTooLong { .. } => "scim-url-too-long",
            Self::HeaderTooLong { .. } => "scim-header-too-long",
            Self::HeaderRepeated { .. } => "scim-header-repeated",
            Self::TooManyParameters { .. } => "scim-too-many-parameters",
            Self::ParameterRepeated { .. } => "scim-parameter-repeated",
            Self::ParameterValue { .. } => "scim-parameter-value",
            Self::TokenMissing => "scim-token-missing",
            Self::TokenMalformed => "scim-token-malformed",
            Self::TokenUnknown => "scim-token-unknown",
            Self::BulkTooManyOperations { .. } => "scim-bulk-too-many-operations",
            Self::BulkTooLarge { .. } => "scim-bulk-too-large",
            Self::BulkMember { .. } => "scim-bulk-member",
            Self::BulkIdRepeated { .. } => "scim-bulk-id-repeated",
            Self::BulkReferenceUnknown { .. } => "scim-bulk-reference-unknown",
            Self::BulkCircular { .. } => "scim-bulk-circular",
            Self::BulkDependencyFailed { .. } => "scim-bulk-dependency-failed",
            Self::StoreFailed => "scim-store-failed",
            Self::WriteConflict => "scim-write-conflict",
        }
    }

    pub(super) const fn row(&self) -> Row {
        use Blame::{Caller, Configuration, Limit, Peer};
        use ScimType as T;
        match self {
            Self::NoEndpoint => row(
                404,
                None,
                Configuration,
                "Set the SCIM base URL in the identity provider to the one that the service shows.",
            ),
            Self::MethodNotAllowed { .. } => row(
                405,
                None,
                Peer,
                "Use a method that the endpoint takes (RFC 7644 §3.2 lists them).",
            ),
            Self::NotImplemented { .. } => row(
                501,
                None,
                Peer,
                "Read `/ServiceProviderConfig` for what the service provider supports.",
            ),
            Self::MediaType => row(
                415,
                None,
                Peer,
                "Send the body as `application/scim+json` in UTF-8.",
            ),
            Self::NotAcceptable => row(
                406,
                None,
                Peer,
                "Accept `application/scim+json` or `application/json`.",
            ),
            Self::Encoding => row(
                400,
                Some(T::InvalidSyntax),
                Peer,
                "Encode the URL as UTF-8, each `%` followed by two hexadecimal digits.",
            ),
            Self::UrlTooLong { .. } => row(
                414,
                None,
                Limit,
                "Send the query as POST to `/.search`, or ask for less at a time.",
            ),
            Self::HeaderTooLong { .. } => row(
                431,
                None,
                Limit,
                "Send fewer or shorter values in the header.",
            ),
            Self::HeaderRepeated { .. } => {
                row(400, Some(T::InvalidSyntax), Peer, "Send the header once.")
            }
            Self::TooManyParameters { .. } => row(
                400,
                Some(T::InvalidValue),
                Limit,
                "Ask with fewer parameters.",
            ),
            Self::ParameterRepeated { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Say each parameter once; names that differ only in case are one name.",
            ),
            Self::ParameterValue { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Give the parameter a value by RFC 7644 §3.4.2, or leave it out.",
            ),
            Self::TokenMissing | Self::TokenMalformed | Self::TokenUnknown => row(
                401,
                None,
                Configuration,
                "Enter the connection's bearer token in the identity provider's settings, without spaces around it.",
            ),
            Self::BulkTooManyOperations { .. } | Self::BulkTooLarge { .. } => row(
                413,
                None,
                Limit,
                "Send smaller Bulk requests; `/ServiceProviderConfig` names the limits.",
            ),
            Self::BulkMember { .. } | Self::BulkIdRepeated { .. } => row(
                400,
                Some(T::InvalidSyntax),
                Peer,
                "Write the Bulk request by RFC 7644 §3.7.",
            ),
            Self::BulkReferenceUnknown { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Refer to the `bulkId` of a POST in the same request.",
            ),
            Self::BulkCircular { .. } => row(
                409,
                None,
                Peer,
                "Create the resources first and send the references in a second request.",
            ),
            Self::BulkDependencyFailed { .. } => row(
                409,
                None,
                Peer,
                "Correct the operation that failed and send both again.",
            ),
            Self::StoreFailed => row(
                500,
                None,
                Caller,
                "Look in the service's own log for what its store said.",
            ),
            Self::WriteConflict => row(
                409,
                None,
                Peer,
                "Repeat the request; it met another change of the same resource.",
            ),
        }
    }
}
