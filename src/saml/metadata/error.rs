//! Why metadata is not taken.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::dsig::{CertificateError, SignatureError, SigningError, TrustError};
use crate::error::{Blame, Explain, Place, Shown};
use crate::saml::party::PartyError;
use crate::xml::{Element, XmlError};

/// Refused metadata: the first rule that it breaks, and where.
///
/// ```
/// use vestibule::error::Explain;
/// use vestibule::saml::metadata::{IdpMetadata, MetadataEntity, MetadataTrust};
///
/// let page = b"<html><body>Sign in</body></html>";
/// let now = "2026-06-06T07:40:25Z".parse()?;
/// let error = IdpMetadata::read(page, MetadataEntity::Only, now, MetadataTrust::ByTransport)
///     .unwrap_err();
/// assert_eq!(error.code(), "metadata-root-unexpected");
/// assert_eq!(error.kind().to_string(), "the document is `html`, not SAML metadata");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{kind}")]
pub struct MetadataError {
    kind: Box<MetadataErrorKind>,
    at: Option<Place>,
}

/// The rules of reading and writing metadata, each by its own name.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum MetadataErrorKind {
    /// An attribute whose value is not of its type.
    #[error("attribute `{attribute}` is `{found}`, which cannot be read")]
    AttributeMalformed {
        /// Its name.
        attribute: &'static str,
        /// As written.
        found: Shown,
    },
    /// An attribute that the standard requires.
    #[error("attribute `{attribute}` is missing")]
    AttributeMissing {
        /// Its name.
        attribute: &'static str,
    },
    /// A certificate that cannot be used.
    #[error(transparent)]
    Certificate(CertificateError),
    /// A certificate with a comment or an element inside.
    #[error("a certificate with something other than text inside")]
    CertificateNotText,
    /// A value to be written holds a character that XML forbids.
    #[error("`{name}` would hold the character U+{code_point:04X}, which XML forbids")]
    CharacterForbidden {
        /// The element or attribute.
        name: Shown,
        /// The character's code point.
        code_point: u32,
    },
    /// The identity provider has no usable place to send people to.
    #[error("there is no SingleSignOnService by HTTP-Redirect or HTTP-POST")]
    EndpointMissing,
    /// Two entities of an aggregate have the ID that was asked for.
    #[error("two entities are called `{found}`")]
    EntityDuplicate {
        /// The entity ID.
        found: Shown,
    },
    /// No entity has the ID that was asked for.
    #[error("there is no entity `{expected}`")]
    EntityMissing {
        /// The entity ID that was asked for.
        expected: Shown,
    },
    /// An aggregate, and nobody said which entity of it is meant.
    #[error("the metadata is of several entities and none was chosen")]
    EntityNotChosen,
    /// `validUntil` is past.
    #[error("the metadata was valid until {end}, it is {now}")]
    Expired {
        /// The end, exclusive.
        end: DateTime<Utc>,
        /// The time that was given.
        now: DateTime<Utc>,
    },
    /// The entity is no SAML 2.0 identity provider.
    #[error("the entity has no IDPSSODescriptor for SAML 2.0")]
    IdpMissing,
    /// The entity is a SAML 2.0 identity provider twice.
    #[error("the entity has more than one IDPSSODescriptor for SAML 2.0")]
    IdpSeveral,
    /// No key to verify signatures with.
    #[error("the identity provider names no certificate for signing")]
    KeyMissing,
    /// An entity ID or URL that cannot be used.
    #[error(transparent)]
    Party(PartyError),
    /// A document of another kind.
    #[error("the document is `{found}`, not SAML metadata")]
    RootUnexpected {
        /// The local name of its root.
        found: Shown,
    },
    /// The signature does not count.
    #[error(transparent)]
    Signature(SignatureError),
    /// It could not be signed.
    #[error(transparent)]
    Signing(SigningError),
    /// The certificates make no set of keys.
    #[error(transparent)]
    Trust(TrustError),
    /// Not the XML that is read here.
    #[error(transparent)]
    Xml(XmlError),
}

impl MetadataError {
    pub(super) fn new(kind: MetadataErrorKind) -> Self {
        let at = match &kind {
            MetadataErrorKind::Signature(error) => error.at(),
            MetadataErrorKind::Xml(error) => error.at(),
            _ => None,
        };
        let kind = Box::new(kind);
        Self { kind, at }
    }

    pub(super) fn at(kind: MetadataErrorKind, element: Element<'_>) -> Self {
        let (kind, at) = (Box::new(kind), Some(element.place()));
        Self { kind, at }
    }

    /// The rule that broke. See [`MetadataError`] for an example.
    #[must_use]
    pub const fn kind(&self) -> &MetadataErrorKind {
        &self.kind
    }
}

impl Explain for MetadataError {
    fn code(&self) -> &'static str {
        use MetadataErrorKind as Kind;
        match self.kind() {
            Kind::AttributeMalformed { .. } => "metadata-attribute-malformed",
            Kind::AttributeMissing { .. } => "metadata-attribute-missing",
            Kind::Certificate(error) => error.code(),
            Kind::CertificateNotText => "metadata-certificate-not-text",
            Kind::CharacterForbidden { .. } => "metadata-character-forbidden",
            Kind::EndpointMissing => "metadata-endpoint-missing",
            Kind::EntityDuplicate { .. } => "metadata-entity-duplicate",
            Kind::EntityMissing { .. } => "metadata-entity-missing",
            Kind::EntityNotChosen => "metadata-entity-not-chosen",
            Kind::Expired { .. } => "metadata-expired",
            Kind::IdpMissing => "metadata-idp-missing",
            Kind::IdpSeveral => "metadata-idp-several",
            Kind::KeyMissing => "metadata-key-missing",
            Kind::Party(error) => error.code(),
            Kind::RootUnexpected { .. } => "metadata-root-unexpected",
            Kind::Signature(error) => error.code(),
            Kind::Signing(error) => error.code(),
            Kind::Trust(error) => error.code(),
            Kind::Xml(error) => error.code(),
        }
    }

    fn blame(&self) -> Blame {
        use MetadataErrorKind as Kind;
        match self.kind() {
            Kind::CharacterForbidden { .. }
            | Kind::EntityMissing { .. }
            | Kind::EntityNotChosen
            | Kind::RootUnexpected { .. } => Blame::Caller,
            // A certificate's own error speaks to whoever uploads one; here the peer wrote it.
            Kind::Certificate(error) if error.blame() == Blame::Limit => Blame::Limit,
            Kind::Signature(error) => error.blame(),
            Kind::Signing(error) => error.blame(),
            Kind::Trust(error) => error.blame(),
            Kind::Xml(error) => error.blame(),
            _ => Blame::Peer,
        }
    }

    fn at(&self) -> Option<Place> {
        self.at.clone()
    }

    fn help(&self) -> &'static str {
        use MetadataErrorKind as Kind;
        match self.kind() {
            Kind::AttributeMalformed { .. }
            | Kind::AttributeMissing { .. }
            | Kind::CertificateNotText
            | Kind::EntityDuplicate { .. }
            | Kind::IdpSeveral => {
                "Report the metadata to whoever publishes it, or enter the entity ID, the sign-in URL and the certificate by hand."
            }
            Kind::Certificate(_) | Kind::KeyMissing => {
                "Give the identity provider an active signing certificate with an RSA key of 2048 to 8192 bits, or an EC key on P-256 or P-384, and download its metadata again."
            }
            Kind::CharacterForbidden { .. } => {
                "Remove control characters and the non-characters U+FFFE and U+FFFF from the value."
            }
            Kind::EndpointMissing => {
                "Turn on single sign-on by HTTP-Redirect or HTTP-POST for this application at the identity provider."
            }
            Kind::EntityMissing { .. } => {
                "Compare the entity ID with the one that the identity provider shows, letter by letter."
            }
            Kind::EntityNotChosen => {
                "Enter the entity ID of the identity provider: the metadata describes many."
            }
            Kind::Expired { .. } => {
                "Download the metadata again; when it is still expired, ask whoever publishes it to renew it."
            }
            Kind::IdpMissing => {
                "Upload the metadata of the identity provider, not that of a service."
            }
            Kind::Party(_) => {
                "Set an https URL and an entity ID without spaces at the identity provider, and download its metadata again."
            }
            Kind::RootUnexpected { .. } => {
                "Enter the URL of the metadata itself or upload its file: an EntityDescriptor, not a page about it."
            }
            Kind::Signature(_) => {
                "Compare the pinned certificate with the one that the publisher of the metadata signs with."
            }
            Kind::Signing(error) => error.help(),
            Kind::Trust(error) => error.help(),
            Kind::Xml(_) => "Download the metadata again and upload the file unchanged.",
        }
    }
}
