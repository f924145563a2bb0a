//! Why an algorithm does not count: unknown, too weak for the level, or a key too short.

use thiserror::Error;

use super::{AlgorithmLevel, DigestAlgorithm, SignatureAlgorithm};
use crate::error::{Blame, Explain, Shown};

/// An algorithm, or a key with it, that does not count under a connection's level.
///
/// It is found before any signature is looked at, so it tells an attacker nothing: everything in it
/// stands in the message or in the public certificate.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{kind}")]
pub struct AlgorithmError {
    kind: AlgorithmErrorKind,
}

/// What an [`AlgorithmError`] refuses.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum AlgorithmErrorKind {
    /// An RSA key below the table's minimum.
    #[error(
        "RSA key of {found_bits} bits, where {algorithm} at level {level} needs {minimum_bits}"
    )]
    ShortKey {
        /// What the message names.
        algorithm: SignatureAlgorithm,
        /// The connection's level.
        level: AlgorithmLevel,
        /// The size of the uploaded key; of several that are too short, the first.
        found_bits: u32,
        /// The size that the level asks for.
        minimum_bits: u32,
    },
    /// A digest that is not in the list at any level.
    #[error("digest algorithm `{found}` is not supported")]
    UnsupportedDigest {
        /// What the message names.
        found: Shown,
    },
    /// A signature algorithm that is not in the list at any level.
    #[error("signature algorithm `{found}` is not supported")]
    UnsupportedSignature {
        /// What the message names.
        found: Shown,
    },
    /// A digest that a lower level would admit.
    #[error("digest algorithm {algorithm} is too weak for level {level}")]
    WeakDigest {
        /// What the message names.
        algorithm: DigestAlgorithm,
        /// The connection's level.
        level: AlgorithmLevel,
    },
    /// A signature algorithm that a lower level would admit.
    #[error("signature algorithm {algorithm} is too weak for level {level}")]
    WeakSignature {
        /// What the message names.
        algorithm: SignatureAlgorithm,
        /// The connection's level.
        level: AlgorithmLevel,
    },
}

impl AlgorithmError {
    /// What is refused, with both sides of the comparison.
    ///
    /// ```
    /// use vestibule::dsig::{AlgorithmErrorKind, AlgorithmLevel, DigestAlgorithm};
    ///
    /// let error = AlgorithmLevel::Modern.judge_digest(DigestAlgorithm::Sha1).unwrap_err();
    /// assert!(matches!(error.kind(), AlgorithmErrorKind::WeakDigest { .. }));
    /// ```
    #[must_use]
    pub const fn kind(&self) -> &AlgorithmErrorKind {
        &self.kind
    }
}

impl From<AlgorithmErrorKind> for AlgorithmError {
    fn from(kind: AlgorithmErrorKind) -> Self {
        Self { kind }
    }
}

impl Explain for AlgorithmError {
    fn code(&self) -> &'static str {
        match self.kind {
            AlgorithmErrorKind::ShortKey { .. } => "signature-key-short",
            AlgorithmErrorKind::UnsupportedDigest { .. } => "signature-digest-unsupported",
            AlgorithmErrorKind::UnsupportedSignature { .. } => "signature-algorithm-unsupported",
            AlgorithmErrorKind::WeakDigest { .. } => "signature-digest-weak",
            AlgorithmErrorKind::WeakSignature { .. } => "signature-algorithm-weak",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Configuration
    }

    fn help(&self) -> &'static str {
        match self.kind {
            AlgorithmErrorKind::ShortKey { .. } => {
                "Create a signing certificate with an RSA key of 2048 bits or more at the identity \
                 provider, and upload it here."
            }
            AlgorithmErrorKind::UnsupportedDigest { .. }
            | AlgorithmErrorKind::UnsupportedSignature { .. }
            | AlgorithmErrorKind::WeakDigest { .. }
            | AlgorithmErrorKind::WeakSignature { .. } => {
                "Set the signature algorithm of this application to RSA with SHA-256 at the \
                 identity provider."
            }
        }
    }
}
