//! Why something was not signed.

use thiserror::Error;

use crate::error::{Blame, Explain};
use crate::xml::{CanonicalError, UnwritableError, XmlError};

use super::{SignatureAlgorithm, SignerFailed};

/// Why something was not signed.
///
/// ```
/// use vestibule::dsig::{Signer, SignerFailed, SigningErrorKind, SigningKey, SigningRequest};
/// # use vestibule::{dsig::SignatureAlgorithm, saml::*};
/// # let service = ServiceProvider::new(
/// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
/// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// # );
/// # let idp = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// # let sso_url = EndpointUrl::parse("https://idp.example.org/sso")?;
/// # let id = MessageId::from_random([7; 20]);
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// # let request = AuthnRequest::new(&service, idp, sso_url, id, now);
/// struct Unreachable;
///
/// impl Signer for Unreachable {
///     fn sign(&self, _: &SigningRequest<'_>) -> Result<Vec<u8>, SignerFailed> {
///         Err(SignerFailed)
///     }
/// }
///
/// let key = SigningKey::new(SignatureAlgorithm::Ed25519, &Unreachable)?;
/// let Err(SendError::Signing(error)) = request.to_post(Signing::With(&key), None) else {
///     panic!("it was signed");
/// };
/// assert_eq!(*error.kind(), SigningErrorKind::Signer(SignerFailed));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{kind}")]
pub struct SigningError {
    kind: Box<SigningErrorKind>,
}

/// What went wrong while something was signed.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum SigningErrorKind {
    /// What was written has no canonical form.
    #[error(transparent)]
    Canonical(CanonicalError),
    /// The host's signer gave octets that cannot be a signature by its algorithm.
    #[error("the signer gave {found_octets} octets, which is no {algorithm} signature")]
    Length {
        /// What was asked for.
        algorithm: SignatureAlgorithm,
        /// How many octets came.
        found_octets: usize,
    },
    /// The host's signer made none.
    #[error(transparent)]
    Signer(SignerFailed),
    /// A value that XML cannot hold.
    #[error(transparent)]
    Unwritable(UnwritableError),
    /// What was written cannot be read.
    #[error(transparent)]
    Xml(XmlError),
}

impl SigningError {
    /// What went wrong. See [`SigningError`] for an example.
    #[must_use]
    pub const fn kind(&self) -> &SigningErrorKind {
        &self.kind
    }
}

impl Explain for SigningError {
    fn code(&self) -> &'static str {
        match self.kind() {
            SigningErrorKind::Canonical(error) => error.code(),
            SigningErrorKind::Length { .. } => "signing-length",
            SigningErrorKind::Signer(_) => "signing-failed",
            SigningErrorKind::Unwritable(error) => error.code(),
            SigningErrorKind::Xml(error) => error.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self.kind() {
            // Both are about text that this crate wrote.
            SigningErrorKind::Canonical(_) | SigningErrorKind::Xml(_) => Blame::Internal,
            SigningErrorKind::Length { .. } => Blame::Caller,
            SigningErrorKind::Signer(_) => Blame::Configuration,
            SigningErrorKind::Unwritable(error) => error.blame(),
        }
    }

    fn help(&self) -> &'static str {
        match self.kind() {
            SigningErrorKind::Canonical(error) => error.help(),
            SigningErrorKind::Length { .. } => {
                "Check that the key fits the algorithm, that an RSA key has 2048 to 8192 bits, and that an ECDSA signature is given as r and s side by side and not as ASN.1."
            }
            SigningErrorKind::Signer(_) => {
                "Look at the log of the key store that holds this service's signing key."
            }
            SigningErrorKind::Unwritable(error) => error.help(),
            SigningErrorKind::Xml(error) => error.help(),
        }
    }
}

impl From<SigningErrorKind> for SigningError {
    fn from(kind: SigningErrorKind) -> Self {
        let kind = Box::new(kind);
        Self { kind }
    }
}

impl From<CanonicalError> for SigningError {
    fn from(error: CanonicalError) -> Self {
        SigningErrorKind::Canonical(error).into()
    }
}

impl From<SignerFailed> for SigningError {
    fn from(error: SignerFailed) -> Self {
        SigningErrorKind::Signer(error).into()
    }
}

impl From<UnwritableError> for SigningError {
    fn from(error: UnwritableError) -> Self {
        SigningErrorKind::Unwritable(error).into()
    }
}

impl From<XmlError> for SigningError {
    fn from(error: XmlError) -> Self {
        SigningErrorKind::Xml(error).into()
    }
}
