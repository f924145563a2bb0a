//! What is wrong with a domain name, an address or a challenge. It does not decide anything.

use thiserror::Error;

use crate::error::{Blame, Explain, Shown};

/// Why a text is not a domain name that can be used.
///
/// ```
/// use vestibule::domain::{DomainErrorKind, DomainName};
/// let error = DomainName::parse("https://example.com/").unwrap_err();
/// assert_eq!(*error.kind(), DomainErrorKind::Url);
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{kind}{}", shown(.input.as_ref()))]
pub struct DomainError {
    kind: DomainErrorKind,
    /// Absent where the input may hold personal data or a secret.
    input: Option<Shown>,
}

fn shown(input: Option<&Shown>) -> String {
    input.map_or_else(String::new, |input| format!(": `{input}`"))
}

impl DomainError {
    pub(super) fn new(kind: DomainErrorKind, input: &str) -> Self {
        let input = match kind {
            DomainErrorKind::Address | DomainErrorKind::Token | DomainErrorKind::Url => None,
            _ => Some(Shown::new(input)),
        };
        Self { kind, input }
    }

    /// Which rule broke, for hosts that branch on it; see [`DomainError`] for an example.
    #[must_use]
    pub const fn kind(&self) -> &DomainErrorKind {
        &self.kind
    }
}

/// Which rule a domain name broke.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum DomainErrorKind {
    /// An e-mail address was given.
    #[error("an e-mail address is not a domain name")]
    Address,
    /// Nothing, or nothing between two dots.
    #[error("the domain name has an empty label")]
    EmptyLabel,
    /// A character that a host name cannot have, or an encoded label that does not decode.
    #[error("the domain name has a character that host names cannot have")]
    InvalidCharacter,
    /// A numeric address.
    #[error("an IP address is not a domain name")]
    IpLiteral,
    /// A label is longer than DNS allows.
    #[error("a label of {octets} octets is longer than {limit}")]
    LabelTooLong {
        /// The label's length.
        octets: usize,
        /// [`MAX_LABEL_OCTETS`](crate::limits::MAX_LABEL_OCTETS).
        limit: usize,
    },
    /// The name's normal form differs from what was given by more than the case of A to Z.
    #[error("the domain name is not in its normal form")]
    NotCanonical,
    /// A suffix of the list's private division, such as `github.io`.
    #[error("the name is a suffix under which others register names")]
    PrivateSuffix,
    /// A suffix of the list's ICANN division, such as `co.uk`.
    #[error("the name is a public suffix")]
    PublicSuffix,
    /// The record's owner name would be longer than DNS allows.
    #[error("the record's name of {octets} octets is longer than {limit}")]
    RecordNameTooLong {
        /// The owner name's length.
        octets: usize,
        /// [`MAX_DOMAIN_OCTETS`](crate::limits::MAX_DOMAIN_OCTETS).
        limit: usize,
    },
    /// The label of the challenge record cannot be used.
    #[error(
        "the record label is not an underscore and lower-case letters, digits and inner hyphens"
    )]
    RecordLabel,
    /// The vendor's prefix of the challenge record cannot be used.
    #[error("the record prefix is not a label of lower-case letters, digits and inner hyphens")]
    RecordPrefix,
    /// A name that the host's own list refuses.
    #[error("the domain cannot be claimed here")]
    Refused,
    /// A label of challenge records that belongs to another protocol.
    #[error("the record label is reserved for another protocol")]
    ReservedLabel,
    /// A prefix whose challenge label belongs to another protocol.
    #[error("the record prefix is reserved for another protocol")]
    ReservedPrefix,
    /// A provider of free mail, or a domain that a service shares out among its tenants.
    #[error("the domain is shared by people who do not belong together")]
    SharedDomain,
    /// One label only, such as `localhost`.
    #[error("the domain name has a single label")]
    SingleLabel,
    /// A token that is not 32 base32 characters.
    #[error("the token is not 32 characters of lower-case base32")]
    Token,
    /// Longer than a domain name can be.
    #[error("the domain name has {octets} octets, more than {limit}")]
    TooLong {
        /// The name's length.
        octets: usize,
        /// The bound that it met.
        limit: usize,
    },
    /// A dot at the end.
    #[error("the domain name ends in a dot")]
    TrailingDot,
    /// A web address was given.
    #[error("a web address is not a domain name")]
    Url,
    /// A wildcard.
    #[error("a wildcard is not a domain name")]
    Wildcard,
}

impl DomainErrorKind {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Address => "domain-is-address",
            Self::EmptyLabel => "domain-empty-label",
            Self::InvalidCharacter => "domain-invalid-character",
            Self::IpLiteral => "domain-ip-literal",
            Self::LabelTooLong { .. } => "domain-label-too-long",
            Self::NotCanonical => "domain-not-canonical",
            Self::PrivateSuffix => "domain-private-suffix",
            Self::PublicSuffix => "domain-public-suffix",
            Self::RecordNameTooLong { .. } => "domain-record-name-too-long",
            Self::RecordLabel => "domain-record-label",
            Self::RecordPrefix => "domain-record-prefix",
            Self::Refused => "domain-refused",
            Self::ReservedLabel => "domain-record-label-reserved",
            Self::ReservedPrefix => "domain-record-prefix-reserved",
            Self::SharedDomain => "domain-shared",
            Self::SingleLabel => "domain-single-label",
            Self::Token => "domain-token",
            Self::TooLong { .. } => "domain-too-long",
            Self::TrailingDot => "domain-trailing-dot",
            Self::Url => "domain-is-url",
            Self::Wildcard => "domain-wildcard",
        }
    }

    pub(super) const fn blame(&self) -> Blame {
        match self {
            Self::LabelTooLong { .. } | Self::RecordNameTooLong { .. } | Self::TooLong { .. } => {
                Blame::Limit
            }
            Self::RecordLabel | Self::RecordPrefix | Self::ReservedLabel | Self::ReservedPrefix => {
                Blame::Configuration
            }
            _ => Blame::Caller,
        }
    }

    pub(super) const fn help(&self) -> &'static str {
        match self {
            Self::Address => "Enter only the part of the address after the @ sign.",
            Self::EmptyLabel => "Remove the empty part between two dots or at the beginning.",
            Self::InvalidCharacter => {
                "Use letters, digits and inner hyphens only, or the name's own script."
            }
            Self::IpLiteral => "Enter the domain's name in place of its numeric address.",
            Self::LabelTooLong { .. } | Self::TooLong { .. } => {
                "Enter a name of at most 253 characters with at most 63 between two dots."
            }
            Self::NotCanonical => {
                "Enter the name in its plain lower-case form or in its form that begins with xn--."
            }
            Self::PrivateSuffix => {
                "Claim your own name under this suffix, not the suffix that many share."
            }
            Self::PublicSuffix => {
                "Claim the name that you registered, such as example.co.uk, not the suffix above it."
            }
            Self::RecordNameTooLong { .. } => {
                "Place the record at the domain itself, since a label before it would not fit."
            }
            Self::RecordLabel => {
                "Set the record label to an underscore and at most 51 lower-case letters and digits."
            }
            Self::RecordPrefix => {
                "Set the record prefix to your product's name in lower-case letters and digits."
            }
            Self::Refused => "Claim a domain that belongs to your organization alone.",
            Self::ReservedLabel => {
                "Choose another record label, since this one is used to obtain certificates."
            }
            Self::ReservedPrefix => {
                "Choose another record prefix, since this one's label is used to obtain certificates."
            }
            Self::SharedDomain => {
                "Claim a domain that your organization alone gives addresses from."
            }
            Self::SingleLabel => "Enter the whole name, with the part after the last dot.",
            Self::Token => "Use the token exactly as it was issued with the claim.",
            Self::TrailingDot => "Remove the dot at the end.",
            Self::Url => "Enter only the host's domain, without https:// and without a path.",
            Self::Wildcard => "Claim the domain itself, without the asterisk.",
        }
    }
}

impl Explain for DomainError {
    fn code(&self) -> &'static str {
        self.kind.code()
    }

    fn blame(&self) -> Blame {
        self.kind.blame()
    }

    fn help(&self) -> &'static str {
        self.kind.help()
    }
}

/// Why a text is not an e-mail address that can be used; never shows the text.
///
/// ```
/// use vestibule::domain::{EmailAddress, EmailErrorKind};
/// let error = EmailAddress::parse("grace@victim.com@evil.com").unwrap_err();
/// assert_eq!(*error.kind(), EmailErrorKind::AtSigns { found: 2 });
/// assert!(!error.to_string().contains("victim"));
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{kind}")]
pub struct EmailError {
    kind: EmailErrorKind,
}

impl EmailError {
    pub(super) const fn new(kind: EmailErrorKind) -> Self {
        Self { kind }
    }

    /// Which rule broke, for hosts that branch on it; see [`EmailError`] for an example.
    #[must_use]
    pub const fn kind(&self) -> &EmailErrorKind {
        &self.kind
    }
}

/// Which rule an address broke.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum EmailErrorKind {
    /// Not exactly one `@`.
    #[error("the address has {found} @ signs where 1 is expected")]
    AtSigns {
        /// How many there are.
        found: usize,
    },
    /// The part after the `@` is not a domain name.
    #[error("the address's domain cannot be used: {0}")]
    Domain(DomainErrorKind),
    /// `=?` in the local part: the beginning of an encoded word.
    #[error("the local part has an encoded word")]
    EncodedWord,
    /// An empty local part, or a dot at its edge or beside another.
    #[error("the local part has a misplaced dot or is empty")]
    LocalDots,
    /// A character outside the unquoted ASCII set, a quote or a comment.
    #[error("the local part has a character that is not accepted")]
    LocalCharacter,
    /// The local part is longer than mail allows.
    #[error("the local part has {bytes} bytes, more than {limit}")]
    LocalTooLong {
        /// The length.
        bytes: usize,
        /// [`MAX_LOCAL_PART_BYTES`](crate::limits::MAX_LOCAL_PART_BYTES).
        limit: usize,
    },
    /// `%` or `!` in the local part, which old mailers read as a route.
    #[error("the local part has a routing character")]
    Routing,
}

impl Explain for EmailError {
    fn code(&self) -> &'static str {
        match &self.kind {
            EmailErrorKind::AtSigns { .. } => "email-at-signs",
            EmailErrorKind::Domain(kind) => kind.code(),
            EmailErrorKind::EncodedWord => "email-encoded-word",
            EmailErrorKind::LocalDots => "email-local-dots",
            EmailErrorKind::LocalCharacter => "email-local-character",
            EmailErrorKind::LocalTooLong { .. } => "email-local-too-long",
            EmailErrorKind::Routing => "email-routing",
        }
    }

    fn blame(&self) -> Blame {
        match &self.kind {
            EmailErrorKind::Domain(kind) => kind.blame(),
            EmailErrorKind::LocalTooLong { .. } => Blame::Limit,
            _ => Blame::Caller,
        }
    }

    fn help(&self) -> &'static str {
        match &self.kind {
            EmailErrorKind::Domain(kind) => kind.help(),
            EmailErrorKind::AtSigns { .. } => {
                "Send one plain address with exactly one @ sign, without a display name."
            }
            EmailErrorKind::LocalTooLong { .. } => {
                "Send an address with at most 64 characters before the @ sign."
            }
            EmailErrorKind::EncodedWord
            | EmailErrorKind::LocalCharacter
            | EmailErrorKind::LocalDots
            | EmailErrorKind::Routing => {
                "Map the attribute to the user's plain mailbox, without quotes, comments or routes."
            }
        }
    }
}
