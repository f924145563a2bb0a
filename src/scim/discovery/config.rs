//! The features that a host serves: RFC 7643 §5, RFC 9865 §4 and RFC 9967 §4.

use serde_json::{Value, json};

use crate::limits::{SCIM_MAX_BODY_BYTES, SCIM_MAX_OPERATIONS};
use crate::scim::query::PageSizes;

/// The URN of the service provider's configuration.
pub const SERVICE_PROVIDER_CONFIG_URN: &str =
    "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

/// What a host serves, for `/ServiceProviderConfig`.
///
/// The default is what this crate does for a host: all but a change of passwords and security
/// events, with a bearer token.
///
/// ```
/// use vestibule::scim::discovery::{ServiceConfig, Support};
///
/// let mut config = ServiceConfig::default();
/// config.sort = Support::No;
/// let document = config.to_json();
/// assert_eq!(document["sort"]["supported"], false);
/// assert_eq!(document["filter"]["maxResults"], 200);
/// assert_eq!(document["bulk"]["maxOperations"], 1000);
/// assert_eq!(document["authenticationSchemes"][0]["type"], "oauthbearertoken");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ServiceConfig {
    /// Where people read about the service.
    pub documentation_uri: Option<String>,
    /// PATCH.
    pub patch: Support,
    /// Bulk requests, and their limits.
    pub bulk: BulkSupport,
    /// Filters.
    pub filter: Support,
    /// Changing one's own password.
    pub change_password: Support,
    /// `sortBy`.
    pub sort: Support,
    /// Entity tags.
    pub etag: Support,
    /// The sizes of pages; `filter.maxResults` is that of the largest.
    pub page_sizes: PageSizes,
    /// Pages by `startIndex`.
    pub index_pagination: Support,
    /// Pages by `cursor`.
    pub cursor_pagination: Support,
    /// Which pages a client gets that asks for none.
    pub default_pagination: PaginationMethod,
    /// How long a cursor counts.
    pub cursor_timeout_secs: u32,
    /// The URIs of the security events that are sent.
    pub security_event_uris: Vec<String>,
    /// How clients authenticate; the first is the preferred one.
    pub authentication_schemes: Vec<AuthenticationScheme>,
}

impl Default for ServiceConfig {
    fn default() -> Self {
        Self {
            documentation_uri: None,
            patch: Support::Yes,
            bulk: BulkSupport::default(),
            filter: Support::Yes,
            change_password: Support::No,
            sort: Support::Yes,
            etag: Support::Yes,
            page_sizes: PageSizes::default(),
            index_pagination: Support::Yes,
            cursor_pagination: Support::Yes,
            default_pagination: PaginationMethod::Index,
            cursor_timeout_secs: 3_600,
            security_event_uris: Vec::new(),
            authentication_schemes: vec![AuthenticationScheme::bearer_token()],
        }
    }
}

impl ServiceConfig {
    /// The document, without `meta`, which says where it is served. See [`ServiceConfig`] for an
    /// example.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let supported = |support: Support| json!({ "supported": support.is_yes() });
        let schemes = self.authentication_schemes.iter().enumerate();
        let mut document = json!({
            "schemas": [SERVICE_PROVIDER_CONFIG_URN],
            "patch": supported(self.patch),
            "bulk": {
                "supported": self.bulk.support.is_yes(),
                "maxOperations": self.bulk.max_operations,
                "maxPayloadSize": self.bulk.max_payload_bytes,
            },
            "filter": {
                "supported": self.filter.is_yes(),
                "maxResults": self.page_sizes.max_size,
            },
            "changePassword": supported(self.change_password),
            "sort": supported(self.sort),
            "etag": supported(self.etag),
            "pagination": {
                "cursor": self.cursor_pagination.is_yes(),
                "index": self.index_pagination.is_yes(),
                "defaultPaginationMethod": self.default_pagination.word(),
                "defaultPageSize": self.page_sizes.default_size,
                "maxPageSize": self.page_sizes.max_size,
                "cursorTimeout": self.cursor_timeout_secs,
            },
            "authenticationSchemes": schemes
                .map(|(at, scheme)| scheme.to_json(at == 0))
                .collect::<Vec<_>>(),
        });
        let Some(members) = document.as_object_mut() else {
            return document;
        };
        if let Some(uri) = &self.documentation_uri {
            members.insert("documentationUri".to_owned(), uri.as_str().into());
        }
        // Clients that know RFC 7643 alone refuse a document with this member.
        if !self.security_event_uris.is_empty() {
            // Requests are answered at once.
            let events = json!({ "asyncRequest": "none", "eventUris": self.security_event_uris });
            members.insert("securityEvents".to_owned(), events);
        }
        document
    }
}

/// Whether a feature is served.
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Support {
    /// It is not.
    No,
    /// It is.
    Yes,
}

impl Support {
    /// Whether it is served.
    ///
    /// ```
    /// use vestibule::scim::discovery::Support;
    /// assert!(Support::Yes.is_yes());
    /// ```
    #[must_use]
    pub const fn is_yes(self) -> bool {
        matches!(self, Self::Yes)
    }
}

/// Bulk requests and their limits. See [`ServiceConfig`] for an example.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BulkSupport {
    /// Whether they are served.
    pub support: Support,
    /// The most operations of one request.
    pub max_operations: usize,
    /// The most bytes of one request.
    pub max_payload_bytes: usize,
}

impl Default for BulkSupport {
    fn default() -> Self {
        Self {
            support: Support::Yes,
            max_operations: SCIM_MAX_OPERATIONS,
            max_payload_bytes: SCIM_MAX_BODY_BYTES,
        }
    }
}

/// One of the two ways to ask for pages.
#[expect(clippy::exhaustive_enums, reason = "the standard's two")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PaginationMethod {
    /// By `cursor`.
    Cursor,
    /// By `startIndex`.
    Index,
}

impl PaginationMethod {
    const fn word(self) -> &'static str {
        match self {
            Self::Cursor => "cursor",
            Self::Index => "index",
        }
    }
}

/// A way to authenticate: RFC 7643 §5.
///
/// ```
/// use vestibule::scim::discovery::{AuthenticationScheme, SchemeType, ServiceConfig};
///
/// let mut config = ServiceConfig::default();
/// config.authentication_schemes.push(AuthenticationScheme {
///     scheme: SchemeType::OAuth2,
///     name: "OAuth 2.0".to_owned(),
///     description: "Client credentials".to_owned(),
///     spec_uri: Some("https://www.rfc-editor.org/info/rfc6749".to_owned()),
///     documentation_uri: None,
/// });
/// let schemes = &config.to_json()["authenticationSchemes"];
/// assert_eq!((&schemes[0]["primary"], &schemes[1]["primary"]), (&true.into(), &false.into()));
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuthenticationScheme {
    /// The kind.
    pub scheme: SchemeType,
    /// Its name for people.
    pub name: String,
    /// What it is, for people.
    pub description: String,
    /// Where it is specified.
    pub spec_uri: Option<String>,
    /// Where the host describes its use.
    pub documentation_uri: Option<String>,
}

impl AuthenticationScheme {
    /// A bearer token, as all identity providers of [`scim`](crate::scim) send it.
    ///
    /// ```
    /// use vestibule::scim::discovery::AuthenticationScheme;
    /// assert!(AuthenticationScheme::bearer_token().spec_uri.unwrap().ends_with("rfc6750"));
    /// ```
    #[must_use]
    pub fn bearer_token() -> Self {
        Self {
            scheme: SchemeType::OAuthBearerToken,
            name: "Bearer token".to_owned(),
            description: "A token of the connection in the Authorization header".to_owned(),
            spec_uri: Some("https://www.rfc-editor.org/info/rfc6750".to_owned()),
            documentation_uri: None,
        }
    }

    fn to_json(&self, is_primary: bool) -> Value {
        let mut document = json!({
            "type": self.scheme.word(),
            "name": self.name,
            "description": self.description,
            "primary": is_primary,
        });
        let uris = [
            ("specUri", &self.spec_uri),
            ("documentationUri", &self.documentation_uri),
        ];
        for (name, uri) in uris {
            if let (Some(members), Some(uri)) = (document.as_object_mut(), uri) {
                members.insert(name.to_owned(), uri.as_str().into());
            }
        }
        document
    }
}

/// The kinds of [`AuthenticationScheme`] that the standard names.
#[expect(clippy::exhaustive_enums, reason = "the standard's five")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SchemeType {
    /// `httpbasic`
    HttpBasic,
    /// `httpdigest`
    HttpDigest,
    /// `oauth`: OAuth 1.0
    OAuth,
    /// `oauth2`
    OAuth2,
    /// `oauthbearertoken`
    OAuthBearerToken,
}

impl SchemeType {
    const fn word(self) -> &'static str {
        match self {
            Self::HttpBasic => "httpbasic",
            Self::HttpDigest => "httpdigest",
            Self::OAuth => "oauth",
            Self::OAuth2 => "oauth2",
            Self::OAuthBearerToken => "oauthbearertoken",
        }
    }
}
