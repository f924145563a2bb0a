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
    /// Bytes of one name, or of one namespace name: canonical forms repeat the latter.
    pub name_bytes: usize,
}

impl Default for XmlLimits {
    fn default() -> Self {
        Self {
            bytes: 2 * 1024 * 1024,
            depth: 64,
            nodes: 100_000,
            attributes: 64,
            namespaces: 128,
            name_bytes: 512,
        }
    }
}

impl XmlLimits {
    /// Bounds for reading canonical octets of a document that met the default bounds.
    ///
    /// A canonical form is longer than its source and declares namespaces again and again; it
    /// has no more nodes and no more depth.
    pub(crate) const fn of_canonical_octets() -> Self {
        Self {
            bytes: usize::MAX,
            depth: usize::MAX,
            nodes: usize::MAX,
            attributes: 256,
            namespaces: 256,
            name_bytes: usize::MAX,
        }
    }
}

/// Prefixes in the `PrefixList` of an `InclusiveNamespaces` element. Genuine signatures list one
/// to three (`xs`, `xsi`, `#default`).
pub const CANONICAL_PREFIXES: usize = 64;

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

/// Bytes of a base64 form value: the base64 of an [`XmlLimits`] message of the default size, with
/// its line breaks.
pub const FORM_VALUE_BYTES: usize = 3 * 1024 * 1024;

/// Bytes of the canonical form of what is signed: four times an [`XmlLimits`] message of the
/// default size.
///
/// A canonical form writes a namespace name at every use of its prefix; genuine messages grow by
/// some hundredths.
pub const CANONICAL_BYTES: usize = 8 * 1024 * 1024;

/// The most failed checks that one refusal lists, the first ones. Messages that are merely
/// misconfigured fail a dozen.
pub const FAILED_CHECKS: usize = 64;
