//! Why an XML signature does not count.

use thiserror::Error;

use crate::error::{Blame, Explain, Place, Shown};
use crate::xml::{CanonicalError, Element, XmlError};

use super::base64::Base64Error;
use super::{AlgorithmError, VerificationError};

/// A refused signature, with the element or parameter where the rule broke.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{kind}")]
pub struct SignatureError {
    kind: Box<SignatureErrorKind>,
    at: Place,
}

/// The rules of the signature profile, each by its own name.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum SignatureErrorKind {
    /// An algorithm that is unknown, or below the connection's level.
    #[error(transparent)]
    Algorithm(AlgorithmError),
    /// An attribute that the profile needs.
    #[error("attribute `{attribute}` is missing")]
    AttributeMissing {
        /// Its name.
        attribute: &'static str,
    },
    /// An attribute that the profile does not allow.
    #[error("attribute `{attribute}` is not allowed")]
    AttributeUnexpected {
        /// Its name.
        attribute: &'static str,
    },
    /// A value that is not base64.
    #[error(transparent)]
    Base64(Base64Error),
    /// What was signed has no canonical form.
    #[error(transparent)]
    Canonical(CanonicalError),
    /// A canonicalization or transform that the profile does not allow.
    #[error("transform or canonicalization `{found}` is not allowed")]
    Canonicalization {
        /// Its identifier.
        found: Shown,
    },
    /// The `DigestValue` of no octets: the mark of a canonicalization that failed silently.
    #[error("the digest is that of nothing")]
    DigestOfNothing,
    /// The element differs from what was signed.
    #[error("the signed element was changed after it was signed")]
    DigestMismatch,
    /// An element that the profile needs.
    #[error("element `{name}` is missing")]
    ElementMissing {
        /// Its local name.
        name: &'static str,
    },
    /// An element that the profile does not allow at its place.
    #[error("element `{found}` is not allowed here")]
    ElementUnexpected {
        /// Its local name.
        found: Shown,
    },
    /// Two elements with one ID, by any spelling of the attribute.
    #[error("two elements have the same ID")]
    IdDuplicate,
    /// The element that would be signed has no ID.
    #[error("the element around the signature has no ID")]
    IdMissing,
    /// A `Signature` at a place where none belongs.
    #[error("a signature that is not a child of what it could sign")]
    Misplaced,
    /// No signature where one is needed.
    #[error("there is no signature on the message or its assertion")]
    Missing,
    /// The verified octets cannot be read.
    #[error(transparent)]
    Octets(XmlError),
    /// A `Reference` to something other than the element around the signature.
    #[error("the reference `{found}` is not to the element around the signature")]
    ReferenceMismatch {
        /// `Reference/@URI`.
        found: Shown,
    },
    /// A second `Signature` on one element.
    #[error("an element with more than one signature")]
    Several,
    /// Text among elements.
    #[error("text among the elements of a signature")]
    TextUnexpected,
    /// The first transform is not the enveloped-signature transform.
    #[error("the first transform is not enveloped-signature")]
    TransformNotEnveloped,
    /// A digest, signature or certificate with a comment or an element inside.
    #[error("a value with something other than text inside")]
    ValueNotText,
    /// No uploaded key verifies the signature.
    #[error(transparent)]
    Verification(VerificationError),
}

impl SignatureError {
    pub(crate) fn at(kind: SignatureErrorKind, element: Element<'_>) -> Self {
        let (kind, at) = (Box::new(kind), element.place());
        Self { kind, at }
    }

    pub(crate) fn in_parameter(kind: SignatureErrorKind, parameter: &'static str) -> Self {
        let kind = Box::new(kind);
        let at = Place::Parameter(parameter);
        Self { kind, at }
    }

    pub(super) fn unexpected(element: Element<'_>) -> Self {
        let found = Shown::new(element.local_name());
        Self::at(SignatureErrorKind::ElementUnexpected { found }, element)
    }

    pub(super) fn canonicalization(uri: &str, element: Element<'_>) -> Self {
        let found = Shown::new(uri);
        Self::at(SignatureErrorKind::Canonicalization { found }, element)
    }

    /// The rule that broke. See [`verify_enveloped`](super::verify_enveloped) for an example.
    #[must_use]
    pub fn kind(&self) -> &SignatureErrorKind {
        &self.kind
    }
}

impl Explain for SignatureError {
    fn code(&self) -> &'static str {
        use SignatureErrorKind as Kind;
        match self.kind() {
            Kind::Algorithm(error) => error.code(),
            Kind::Canonical(error) => error.code(),
            Kind::Octets(error) => error.code(),
            Kind::Verification(error) => error.code(),
            Kind::AttributeMissing { .. } => "signature-attribute-missing",
            Kind::AttributeUnexpected { .. } => "signature-attribute-unexpected",
            Kind::Base64(_) => "signature-value-malformed",
            Kind::Canonicalization { .. } => "signature-transform-not-allowed",
            Kind::DigestOfNothing => "signature-digest-of-nothing",
            Kind::DigestMismatch => "signature-digest-mismatch",
            Kind::ElementMissing { .. } => "signature-element-missing",
            Kind::ElementUnexpected { .. } => "signature-element-unexpected",
            Kind::IdDuplicate => "signature-id-duplicate",
            Kind::IdMissing => "signature-id-missing",
            Kind::Misplaced => "signature-misplaced",
            Kind::Missing => "signature-missing",
            Kind::ReferenceMismatch { .. } => "signature-reference-mismatch",
            Kind::Several => "signature-several",
            Kind::TextUnexpected => "signature-text-unexpected",
            Kind::TransformNotEnveloped => "signature-transform-not-enveloped",
            Kind::ValueNotText => "signature-value-not-text",
        }
    }

    fn blame(&self) -> Blame {
        use SignatureErrorKind as Kind;
        match self.kind() {
            Kind::Algorithm(error) => error.blame(),
            Kind::Canonical(error) => error.blame(),
            Kind::Octets(error) => error.blame(),
            Kind::Verification(error) => error.blame(),
            Kind::Missing => Blame::Configuration,
            _ => Blame::Peer,
        }
    }

    fn at(&self) -> Option<Place> {
        Some(self.at.clone())
    }

    fn help(&self) -> &'static str {
        use SignatureErrorKind as Kind;
        match self.kind() {
            Kind::Algorithm(error) => error.help(),
            Kind::Canonical(error) => error.help(),
            Kind::Octets(error) => error.help(),
            Kind::Verification(error) => error.help(),
            Kind::Missing => {
                "Turn on signing at the identity provider: of responses or assertions, and of logout messages."
            }
            Kind::DigestMismatch => {
                "Something between the identity provider and this service changes messages, or somebody tampered with this one: compare it with what the identity provider sent."
            }
            Kind::Canonicalization { .. } | Kind::TransformNotEnveloped => {
                "Set the identity provider to the transforms enveloped-signature and exclusive canonicalization."
            }
            _ => {
                "No identity provider signs like this: treat the message as an attack and find out who sent it."
            }
        }
    }
}
