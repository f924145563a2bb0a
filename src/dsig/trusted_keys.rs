//! The keys of one connection, and the only way to verify a signature in this crate.
//!
//! The set cannot be empty and holds nothing that did not come out of an uploaded certificate.
//! Nothing here reads a message: `KeyInfo` has no way in.

use std::fmt;

use thiserror::Error;

use super::key::VerifyingKey;
use super::{
    AlgorithmError, AlgorithmLevel, AlgorithmWarning, Certificate, Fingerprint, KeyKind,
    SignatureAlgorithm,
};
use crate::error::{Blame, Explain};
use crate::limits::MAX_TRUSTED_KEYS;

/// The keys that a connection trusts: at least one, at most
/// [`MAX_TRUSTED_KEYS`], each once.
///
/// Two certificates may overlap while an identity provider changes keys; both verify.
///
/// ```
/// use vestibule::dsig::{KeyKind, TrustedKeys, parse_certificates};
///
/// let pem = include_bytes!(concat!(
///     env!("CARGO_MANIFEST_DIR"),
///     "/tests/data/certificates/rsa-2048.pem"
/// ));
/// let keys = TrustedKeys::from_certificates(&parse_certificates(pem)?)?;
/// assert_eq!(keys.kinds().collect::<Vec<_>>(), [KeyKind::Rsa { bits: 2048 }]);
/// assert_eq!(keys.fingerprints().count(), 1);
/// assert!(TrustedKeys::from_certificates(&[]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct TrustedKeys {
    /// Never empty.
    keys: Vec<TrustedKey>,
}

#[derive(Clone, Eq, PartialEq)]
struct TrustedKey {
    fingerprint: Fingerprint,
    key: VerifyingKey,
}

/// A signature verified: with which certificate, and at what price.
#[must_use = "the warnings belong in the log and before the administrator"]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifiedBy {
    fingerprint: Fingerprint,
    warnings: Vec<AlgorithmWarning>,
}

impl TrustedKeys {
    /// The keys of `certificates`, in their order; a key that comes twice is kept once.
    ///
    /// Certificates past their `notAfter` are taken: whether such a connection may sign anybody in
    /// is the host's to say, see [`Certificate::is_expired_at`].
    ///
    /// # Errors
    ///
    /// [`TrustError`] when there is no certificate, or more keys than the limit.
    pub fn from_certificates(certificates: &[Certificate]) -> Result<Self, TrustError> {
        let mut keys: Vec<TrustedKey> = Vec::new();
        for certificate in certificates {
            let key = certificate.verifying_key();
            if keys.iter().any(|known| known.key == *key) {
                continue;
            }
            if keys.len() == MAX_TRUSTED_KEYS {
                return Err(TrustError::TooMany {
                    limit: MAX_TRUSTED_KEYS,
                });
            }
            keys.push(TrustedKey {
                fingerprint: certificate.fingerprint(),
                key: key.clone(),
            });
        }
        if keys.is_empty() {
            return Err(TrustError::None);
        }
        Ok(Self { keys })
    }

    /// Verifies `signature` over `message` with each key that can have made it, until one did.
    ///
    /// `signature` is the decoded `SignatureValue`, in the form of its algorithm and no other: for
    /// ECDSA r‖s at full length ([RFC 6931, section 2.3.6]), for RSA as long as the modulus. The
    /// level is judged first, so an algorithm below it is refused whatever the octets are.
    ///
    /// ```
    /// use vestibule::dsig::{
    ///     AlgorithmLevel, SignatureAlgorithm, TrustedKeys, VerificationFault, parse_certificates,
    /// };
    /// use vestibule::error::Explain;
    ///
    /// macro_rules! data {
    ///     ($name:literal) => {
    ///         include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/certificates/", $name))
    ///     };
    /// }
    /// let keys = TrustedKeys::from_certificates(&parse_certificates(data!("rsa-2048.pem"))?)?;
    /// let algorithm = SignatureAlgorithm::RsaPkcs1Sha256;
    /// let level = AlgorithmLevel::Modern;
    /// let message = data!("message.txt");
    /// let signature = data!("rsa-2048.rsa-pkcs1-sha256.sig");
    ///
    /// let verified = keys.verify(algorithm, level, message, signature)?;
    /// assert!(verified.warnings().is_empty());
    /// assert_eq!(Some(verified.fingerprint()), keys.fingerprints().next());
    ///
    /// let error = keys.verify(algorithm, level, b"another", signature).unwrap_err();
    /// assert_eq!(error.code(), "signature-invalid");
    /// assert_eq!(error.for_log(), Some(VerificationFault::Mismatch));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`VerificationError`]: coarse when the signature is the cause, precise when the algorithm is.
    ///
    /// [RFC 6931, section 2.3.6]: https://www.rfc-editor.org/rfc/rfc6931#section-2.3.6
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        level: AlgorithmLevel,
        message: &[u8],
        signature: &[u8],
    ) -> Result<VerifiedBy, VerificationError> {
        let sha1 = level.judge_signature(algorithm)?;
        let mut refusal = VerificationFault::NoKeyOfFamily { algorithm }.into();
        for trusted in &self.keys {
            match trusted.verify(algorithm, level, message, signature) {
                Ok(short) => {
                    return Ok(VerifiedBy {
                        fingerprint: trusted.fingerprint,
                        warnings: sha1.into_iter().chain(short).collect(),
                    });
                }
                Err(error) => refusal = VerificationError::further(refusal, error),
            }
        }
        Err(refusal)
    }

    /// The kind of each key, in order.
    pub fn kinds(&self) -> impl Iterator<Item = KeyKind> {
        self.keys.iter().map(|trusted| trusted.key.kind())
    }

    /// The fingerprint of the certificate that each key came with, in order.
    pub fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.keys.iter().map(|trusted| trusted.fingerprint)
    }
}

impl fmt::Debug for TrustedKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.fingerprints()).finish()
    }
}

impl TrustedKey {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        level: AlgorithmLevel,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Option<AlgorithmWarning>, VerificationError> {
        let kind = self.key.kind();
        if kind.family() != algorithm.key_family() {
            return Err(VerificationFault::NoKeyOfFamily { algorithm }.into());
        }
        let warning = level.judge_key(kind, algorithm)?;
        let expected_octets = self.key.signature_octets();
        if signature.len() != expected_octets {
            return Err(VerificationFault::Length {
                expected_octets,
                found_octets: signature.len(),
            }
            .into());
        }
        match self.key.verify(algorithm, message, signature) {
            Ok(()) => Ok(warning),
            Err(_) => Err(VerificationFault::Mismatch.into()),
        }
    }
}

impl VerifiedBy {
    /// The fingerprint of the uploaded certificate whose key verified.
    #[must_use]
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// What was admitted although it is weak; empty at [`AlgorithmLevel::Modern`].
    #[must_use]
    pub fn warnings(&self) -> &[AlgorithmWarning] {
        &self.warnings
    }
}

/// Why certificates do not make a [`TrustedKeys`].
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum TrustError {
    /// There is no certificate, so nothing could ever verify.
    #[error("no certificate to trust")]
    None,
    /// More different keys than one message may be tried with.
    #[error("more than {limit} keys to trust")]
    TooMany {
        /// The bound, [`MAX_TRUSTED_KEYS`].
        limit: usize,
    },
}

impl Explain for TrustError {
    fn code(&self) -> &'static str {
        match self {
            Self::None => "certificate-none-trusted",
            Self::TooMany { .. } => "certificate-too-many-trusted",
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::None => Blame::Configuration,
            Self::TooMany { .. } => Blame::Limit,
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::None => "Upload the signing certificate of the identity provider.",
            Self::TooMany { .. } => {
                "Remove the certificates that the identity provider no longer signs with."
            }
        }
    }
}

/// Why a signature does not count.
///
/// What a sender may learn is [`Explain::code`] and `Display`: that it does not verify, or that the
/// algorithm is refused. Which check failed is in [`VerificationError::for_log`].
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error(transparent)]
pub struct VerificationError(Refusal);

#[derive(Clone, Debug, Eq, Error, PartialEq)]
enum Refusal {
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    #[error("the signature does not verify with any uploaded certificate")]
    Signature(VerificationFault),
}

/// Which check of a signature failed; for logs, not for the sender.
///
/// When several keys were tried it is the check that came furthest.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum VerificationFault {
    /// No uploaded key is of the family that the algorithm needs.
    #[error("no uploaded key can make signatures of {algorithm}")]
    NoKeyOfFamily {
        /// What the message names.
        algorithm: SignatureAlgorithm,
    },
    /// The signature has a length that no signature of the key has.
    #[error("signature of {found_octets} octets where the key makes {expected_octets}")]
    Length {
        /// What the key makes.
        expected_octets: usize,
        /// What the message holds.
        found_octets: usize,
    },
    /// Key, algorithm and length fit; the signature is of another message or another key.
    #[error("signature of another message or by another key")]
    Mismatch,
}

impl VerificationError {
    /// Which check failed; `None` when it was the algorithm, of which `Display` says everything.
    #[must_use]
    pub const fn for_log(&self) -> Option<VerificationFault> {
        match &self.0 {
            Refusal::Algorithm(_) => None,
            Refusal::Signature(fault) => Some(*fault),
        }
    }

    /// The refusal of the algorithm, where that is the cause.
    #[must_use]
    pub const fn algorithm(&self) -> Option<&AlgorithmError> {
        match &self.0 {
            Refusal::Algorithm(error) => Some(error),
            Refusal::Signature(_) => None,
        }
    }

    /// The one that came further; the first of two that came equally far.
    fn further(first: Self, second: Self) -> Self {
        if second.progress() > first.progress() {
            second
        } else {
            first
        }
    }

    const fn progress(&self) -> u8 {
        match &self.0 {
            Refusal::Signature(VerificationFault::NoKeyOfFamily { .. }) => 0,
            Refusal::Algorithm(_) => 1,
            Refusal::Signature(VerificationFault::Length { .. }) => 2,
            Refusal::Signature(VerificationFault::Mismatch) => 3,
        }
    }
}

impl From<AlgorithmError> for VerificationError {
    fn from(error: AlgorithmError) -> Self {
        Self(Refusal::Algorithm(error))
    }
}

impl From<VerificationFault> for VerificationError {
    fn from(fault: VerificationFault) -> Self {
        Self(Refusal::Signature(fault))
    }
}

impl Explain for VerificationError {
    fn code(&self) -> &'static str {
        match &self.0 {
            Refusal::Algorithm(error) => error.code(),
            Refusal::Signature(_) => "signature-invalid",
        }
    }

    fn blame(&self) -> Blame {
        match &self.0 {
            Refusal::Algorithm(error) => error.blame(),
            Refusal::Signature(_) => Blame::Peer,
        }
    }

    fn help(&self) -> &'static str {
        match &self.0 {
            Refusal::Algorithm(error) => error.help(),
            Refusal::Signature(_) => {
                "Compare the fingerprint of the uploaded certificate with the one that the identity \
                 provider signs with, and upload its current signing certificate if they differ."
            }
        }
    }
}
