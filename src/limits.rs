//! Every bound on hostile input, with its origin.
//!
//! A bound that is met is an error with [`Blame::Limit`](crate::error::Blame::Limit) that names
//! the bound and its value. Bounds that a host may want to widen are fields of a struct here and
//! part of a connection's settings; the others are constants.

/// Bounds on one XML message.
///
/// ```
/// use vestibule::limits::XmlLimits;
/// use vestibule::xml::{Dialect, Document};
///
/// let limits = XmlLimits { depth: 2, ..XmlLimits::default() };
/// assert!(Document::parse("<a><b/></a>", Dialect::Saml, &limits).is_ok());
/// let error = Document::parse("<a><b><c/></b></a>", Dialect::Saml, &limits).unwrap_err();
/// assert_eq!(vestibule::error::Explain::code(&error), "xml-too-deep");
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct XmlLimits {
    /// Bytes of the message. A response with 8,000 group names is about 0.7 MB.
    pub bytes: usize,
    /// Elements inside each other. SAML messages need about 12, with room for nested values.
    pub depth: usize,
    /// Elements, text runs, comments and processing instructions together.
    pub nodes: usize,
    /// Attributes and namespace declarations of one element. Metadata aggregates need about 25.
    pub attributes: usize,
    /// Namespace declarations in scope at one element, and distinct namespace names in all.
    pub namespaces: usize,
    /// Bytes of one name.
    pub name_bytes: usize,
}

impl XmlLimits {
    /// Bounds on metadata in which one entity of many is named: an aggregate of a federation.
    ///
    /// The largest in use, eduGAIN's, has about 10,000 entities in 100 MB. Metadata of one entity is
    /// read under the default bounds.
    pub const METADATA_AGGREGATE: Self = Self {
        bytes: 128 * 1024 * 1024,
        depth: 64,
        nodes: 8_000_000,
        attributes: 64,
        namespaces: 256,
        name_bytes: 512,
    };
}

impl Default for XmlLimits {
    fn default() -> Self {
        Self {
            bytes: 2 * 1024 * 1024,
            depth: 64,
            nodes: 100_000,
            attributes: 64,
            namespaces: 64,
            name_bytes: 512,
        }
    }
}

// XML and its signatures (`xml`, `dsig`).

/// How many times longer than its document (or than 1 KiB) a canonical form may be. Attribute
/// values that each declare their schema types again make it about three times longer.
pub const MAX_CANONICAL_GROWTH: usize = 16;

/// Prefixes in the `PrefixList` of an `InclusiveNamespaces` element. Genuine signatures list one
/// to three (`xs`, `xsi`, `#default`).
pub const MAX_CANONICAL_PREFIXES: usize = 64;

/// The largest upload of certificates that is looked at.
///
/// The metadata of one identity provider reaches tens of kilobytes (Microsoft's federation
/// metadata), and must be recognized to be refused with the right words; certificates need far
/// less.
pub const MAX_CERTIFICATE_UPLOAD_BYTES: usize = 256 * 1024;

/// The most certificates in one upload: as many as [`MAX_TRUSTED_KEYS`].
pub const MAX_UPLOADED_CERTIFICATES: usize = MAX_TRUSTED_KEYS;

/// The most keys of one connection, each of which may be tried on a signature.
///
/// A change of keys needs two, and some identity providers publish a handful. The bound keeps the
/// work that one forged message causes at eight verifications.
pub const MAX_TRUSTED_KEYS: usize = 8;

/// Bytes of base64 in the value of a signature or digest: a key of 8192 bits needs 1,368, and line
/// breaks.
pub const MAX_SIGNATURE_VALUE_BYTES: usize = 4096;

// SAML messages (`saml`).

/// Bytes of a base64 form value: the base64 of an [`XmlLimits`] message of the default size, with
/// its line breaks.
pub const MAX_FORM_VALUE_BYTES: usize = 3 * 1024 * 1024;

/// The most failed checks that one refusal lists, the first ones. Messages that are merely
/// misconfigured fail a dozen.
pub const MAX_FAILED_CHECKS: usize = 64;

/// Bytes of a query string by the HTTP-Redirect binding. Web servers take request lines of 8 to
/// 32 KiB; a logout request has about 1 KiB.
pub const MAX_REDIRECT_QUERY_BYTES: usize = 64 * 1024;

/// How many times longer than its compressed form a message may be, besides the bound on
/// [`XmlLimits::bytes`]. XML of SAML messages shrinks to a half or a tenth; DEFLATE can shrink
/// repeated octets to a thousandth.
pub const MAX_INFLATION_RATIO: usize = 100;

/// How long a logout request counts that names no `NotOnOrAfter`, from its `IssueInstant`.
///
/// The standard leaves the end optional. Without one, a request would have to be remembered for
/// ever; identity providers that name one allow 5 to 10 minutes.
pub const MAX_LOGOUT_REQUEST_SECS: u32 = 600;

/// Encrypted keys of one encrypted element, each of which is tried with each of a connection's two
/// decryption keys. A message for several recipients has one for each of them.
pub const MAX_ENCRYPTED_KEYS: usize = 4;

/// Bytes of base64 in an encrypted key or in the label of its encryption: a key of 8192 bits needs
/// 1,368, and line breaks.
pub const MAX_ENCRYPTED_KEY_BYTES: usize = 4096;

/// Encrypted name identifiers and attributes of one assertion, each of which costs a private-key
/// operation. Identity providers that encrypt attributes send a handful.
pub const MAX_ENCRYPTED_PARTS: usize = 32;

/// Elements inside each other in one extension of a request that is sent. Those in use have two.
pub const MAX_EXTENSION_DEPTH: usize = 16;

/// How long an assertion counts that no request asked for, from its `IssueInstant`, whatever end
/// it names: one day.
///
/// Identity providers make it as the person clicks, or as the portal page is loaded on which they
/// will click, and let it expire after minutes or hours. Without this bound, one that names an end
/// years ahead could be used, and would have to be remembered, for years.
pub const MAX_UNSOLICITED_SECS: u32 = 24 * 60 * 60;

// Domain names, addresses and the DNS challenge (`domain`).

/// Bytes of a typed or asserted domain name before it is converted.
///
/// A name of 253 octets in ASCII form is at most about 1000 bytes of UTF-8 in its Unicode form.
pub const MAX_DOMAIN_INPUT_BYTES: usize = 1024;
/// Octets of a domain name in ASCII form, without a trailing dot (RFC 1035, section 2.3.4).
pub const MAX_DOMAIN_OCTETS: usize = 253;
/// Octets of one label (RFC 1035, section 2.3.4).
pub const MAX_LABEL_OCTETS: usize = 63;
/// Bytes of the local part of an address (RFC 5321, section 4.5.3.1.1).
pub const MAX_LOCAL_PART_BYTES: usize = 64;
/// Bytes of a label of challenge records, so that it fits one label with `-subdomains` after it.
pub const MAX_RECORD_LABEL_BYTES: usize = 52;
/// Bytes of the vendor's name in a challenge record, so that `_<name>-challenge` fits one label.
pub const MAX_RECORD_PREFIX_BYTES: usize = 32;
/// Bytes of all TXT strings in one answer: the size of a DNS message over TCP (RFC 1035, 4.2.2).
pub const MAX_TXT_ANSWER_BYTES: usize = 65_535;

// Access policy (`access`).

/// Bytes of a group's or team's name.
pub const MAX_TEAM_NAME_BYTES: usize = 1024;

// --- SCIM -----------------------------------------------------------------------------------

/// Bytes of one SCIM body: 8 MiB, a group of 100 000 members with identifiers of 36 bytes.
#[cfg(feature = "scim")]
pub const SCIM_MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// Levels of objects and arrays in one SCIM body. A Bulk request with a PATCH of an extension's
/// complex attribute needs 9.
#[cfg(feature = "scim")]
pub const SCIM_MAX_JSON_DEPTH: usize = 16;

/// Values (of any kind) in one SCIM body: 100 000 members with `value`, `display` and `$ref`.
#[cfg(feature = "scim")]
pub const SCIM_MAX_JSON_VALUES: usize = 400_100;

/// Bytes of one SCIM filter or path: more than a query string carries through common proxies.
#[cfg(feature = "scim")]
pub const SCIM_MAX_FILTER_BYTES: usize = 16 * 1024;

/// Nested groups in one SCIM filter.
#[cfg(feature = "scim")]
pub const SCIM_MAX_FILTER_DEPTH: usize = 64;

/// Comparisons in one SCIM filter: a page of 200 identifiers joined by `or`, and some.
#[cfg(feature = "scim")]
pub const SCIM_MAX_FILTER_TERMS: usize = 256;

/// Operations in one SCIM PATCH request.
#[cfg(feature = "scim")]
pub const SCIM_MAX_OPERATIONS: usize = 1_000;

/// Elements that the operations of one SCIM PATCH request look at one by one: 20 operations with a
/// filter on a group of 100 000 members. Adding and removing members by `value` costs none.
#[cfg(feature = "scim")]
pub const SCIM_MAX_PATCH_VISITS: usize = 2_000_000;

/// Bytes of stored values that the operations of one SCIM PATCH request read, once for each
/// node of a filter's tree: 20 operations on a group of 100 000 members with identifiers of 36 bytes.
#[cfg(feature = "scim")]
pub const SCIM_MAX_PATCH_BYTES: usize = 256 * 1024 * 1024;

/// Bytes of one string in a SCIM body: a certificate in base64 with a wide margin.
#[cfg(feature = "scim")]
pub const SCIM_MAX_STRING_BYTES: usize = 64 * 1024;

/// Names in `attributes` or `excludedAttributes`: every attribute of a large schema, once.
#[cfg(feature = "scim")]
pub const SCIM_MAX_PROJECTED_NAMES: usize = 512;

/// Bytes of an `If-Match` or `If-None-Match` header: as much as common servers read in a line.
#[cfg(feature = "scim")]
pub const SCIM_MAX_TAG_LIST_BYTES: usize = 8 * 1024;

/// Bytes of a page cursor: its position, in hexadecimal, is an identifier or a number.
#[cfg(feature = "scim")]
pub const SCIM_MAX_CURSOR_BYTES: usize = 1024;

/// Resources of each type that one sorted list of all types reads: a hundred pages of the size for
/// which Okta and Entra ID ask.
#[cfg(feature = "scim")]
pub const SCIM_MAX_MERGED_RESULTS: usize = 10_000;

/// Attributes in one Schema document, sub-attributes counted.
#[cfg(feature = "scim")]
pub const SCIM_MAX_SCHEMA_ATTRIBUTES: usize = 1_000;

// SCIM requests: the URL, the headers and Bulk.

/// Bytes of the path of one SCIM request below the base URL: an endpoint and an identifier.
#[cfg(feature = "scim")]
pub const SCIM_MAX_PATH_BYTES: usize = 4 * 1024;

/// Bytes of the query of one SCIM request: a filter of [`SCIM_MAX_FILTER_BYTES`] in which every
/// byte is percent-encoded, and some parameters.
#[cfg(feature = "scim")]
pub const SCIM_MAX_QUERY_BYTES: usize = 64 * 1024;

/// Parameters in one SCIM query. The standards know eight.
#[cfg(feature = "scim")]
pub const SCIM_MAX_PARAMETERS: usize = 64;

/// Bytes of one header that SCIM reads. A JSON Web Token with many claims has about 4 KiB.
#[cfg(feature = "scim")]
pub const SCIM_MAX_HEADER_BYTES: usize = 16 * 1024;

/// Operations in one SCIM Bulk request; a service provider may announce fewer.
#[cfg(feature = "scim")]
pub const SCIM_MAX_BULK_OPERATIONS: usize = 10_000;

// Settings of the access policy.

/// Bytes of an issuer: SAML core, section 8.3.6, bounds an entity identifier to 1024 characters.
pub const MAX_ISSUER_BYTES: usize = 1024;

/// From this many users on an import runs in the background (rules IMPORT-05 and C-35).
pub const BACKGROUND_IMPORT_USERS: usize = 100;
// The deprovisioning budget, and plans.

/// Hours of which a deprovisioning ledger keeps a count: the 169 that a week touches, and as many
/// again for a clock that was set back.
pub const MAX_LEDGER_HOURS: usize = 338;

/// How many of the users and groups that a connection made at its beginning are remembered: an
/// identity provider tries out a new connection with one or two of them.
pub const SETUP_TARGETS: usize = 8;

/// Hours for which a plan can be committed. What it would do was looked at by a person; a day later
/// they should look again.
pub const PLAN_HOURS: u16 = 24;

/// Bytes of a provisioning token as it is presented. A token of this library has at most 94.
pub const MAX_TOKEN_BYTES: usize = 256;
