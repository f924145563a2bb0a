//! Which algorithm counts at which level, in one table.
//!
//! The level is a setting of one connection, so that one customer's old identity provider lowers
//! nothing for the others. It is chosen by the host, never by a message.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::algorithm_error::{AlgorithmError, AlgorithmErrorKind};
use super::{DigestAlgorithm, KeyKind, SignatureAlgorithm};

/// How much of the past a connection admits.
///
/// | | [`Modern`](Self::Modern) | [`Compatible`](Self::Compatible) | [`Legacy`](Self::Legacy) |
/// |---|---|---|---|
/// | digest SHA-256, SHA-384, SHA-512 | yes | yes | yes |
/// | digest SHA-1 | no | no | warns |
/// | ECDSA SHA-256, SHA-384 on P-256, P-384 | yes | yes | yes |
/// | Ed25519 | yes | yes | yes |
/// | RSA PKCS#1 SHA-256, SHA-512 | 2048 bits | 1024 bits, below 2048 warns | 1024 bits, below 2048 warns |
/// | RSA PKCS#1 SHA-384, RSA-PSS | 2048 bits | 2048 bits | 2048 bits |
/// | RSA PKCS#1 SHA-1 | no | no | 1024 bits, warns |
///
/// The two relaxations differ in kind. A short key is a weakness of the key alone: to forge, one
/// must factor it, which is dear and works for one identity provider at a time; the remedy is one
/// new certificate. SHA-1 is a weakness of what is signed: two messages with one digest can be
/// made, and the identity provider signs the harmless one. So the short key comes first, and SHA-1
/// only with the last level. No key is longer than 8192 bits, none is below 1024 at any level, and
/// RSA PKCS#1 with SHA-384 stays at 2048 because the primitive offers nothing below.
///
/// Ordered from strict to lax. Exhaustive on purpose: a host offers each as a choice.
#[expect(clippy::exhaustive_enums, reason = "a choice that hosts offer")]
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum AlgorithmLevel {
    /// SHA-2, and RSA from 2048 bits: the default.
    #[default]
    Modern,
    /// Adds RSA keys of 1024 to 2047 bits, with a warning.
    Compatible,
    /// Adds SHA-1, with a warning.
    Legacy,
}

/// What was admitted although it is weak; to be shown to the administrator and written to the log.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlgorithmWarning {
    /// The reference was digested with SHA-1.
    Sha1Digest,
    /// The signature was made with SHA-1.
    Sha1Signature,
    /// The key that verified has fewer than 2048 bits.
    ShortRsaKey {
        /// Its size.
        bits: u32,
    },
}

impl AlgorithmLevel {
    /// Whether a digest counts at this level, and with what warning.
    ///
    /// ```
    /// use vestibule::dsig::{AlgorithmLevel, AlgorithmWarning, DigestAlgorithm};
    ///
    /// assert_eq!(AlgorithmLevel::Modern.judge_digest(DigestAlgorithm::Sha256), Ok(None));
    /// assert!(AlgorithmLevel::Modern.judge_digest(DigestAlgorithm::Sha1).is_err());
    /// assert_eq!(
    ///     AlgorithmLevel::Legacy.judge_digest(DigestAlgorithm::Sha1),
    ///     Ok(Some(AlgorithmWarning::Sha1Digest)),
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// [`AlgorithmErrorKind::WeakDigest`].
    pub fn judge_digest(
        self,
        algorithm: DigestAlgorithm,
    ) -> Result<Option<AlgorithmWarning>, AlgorithmError> {
        match (algorithm, self) {
            (DigestAlgorithm::Sha1, Self::Legacy) => Ok(Some(AlgorithmWarning::Sha1Digest)),
            (DigestAlgorithm::Sha1, level) => {
                Err(AlgorithmErrorKind::WeakDigest { algorithm, level }.into())
            }
            _ => Ok(None),
        }
    }

    /// Whether a signature algorithm counts at this level with some key.
    ///
    /// Lets a reader refuse a message before it canonicalizes and hashes anything. The size of the
    /// key is judged by [`AlgorithmLevel::judge_key`], and both again by
    /// [`TrustedKeys::verify`](super::TrustedKeys::verify), so neither call can be forgotten.
    ///
    /// ```
    /// use vestibule::dsig::{AlgorithmLevel, SignatureAlgorithm};
    ///
    /// let sha1 = SignatureAlgorithm::RsaPkcs1Sha1;
    /// assert!(AlgorithmLevel::Compatible.judge_signature(sha1).is_err());
    /// assert!(AlgorithmLevel::Legacy.judge_signature(sha1)?.is_some());
    /// # Ok::<(), vestibule::dsig::AlgorithmError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AlgorithmErrorKind::WeakSignature`].
    pub fn judge_signature(
        self,
        algorithm: SignatureAlgorithm,
    ) -> Result<Option<AlgorithmWarning>, AlgorithmError> {
        self.minimum_rsa_bits(algorithm)?;
        let sha1 = algorithm == SignatureAlgorithm::RsaPkcs1Sha1;
        Ok(sha1.then_some(AlgorithmWarning::Sha1Signature))
    }

    /// Whether a key is long enough for an algorithm at this level, and with what warning.
    ///
    /// Useful when a certificate is uploaded. Keys on curves have one size and always pass; that
    /// key and algorithm belong together is not judged here.
    ///
    /// ```
    /// use vestibule::dsig::{AlgorithmLevel, KeyKind, SignatureAlgorithm};
    ///
    /// let short = KeyKind::Rsa { bits: 1024 };
    /// let algorithm = SignatureAlgorithm::RsaPkcs1Sha256;
    /// assert!(AlgorithmLevel::Modern.judge_key(short, algorithm).is_err());
    /// assert!(AlgorithmLevel::Compatible.judge_key(short, algorithm)?.is_some());
    /// # Ok::<(), vestibule::dsig::AlgorithmError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AlgorithmErrorKind::ShortKey`], or [`AlgorithmErrorKind::WeakSignature`].
    pub fn judge_key(
        self,
        key: KeyKind,
        algorithm: SignatureAlgorithm,
    ) -> Result<Option<AlgorithmWarning>, AlgorithmError> {
        let minimum_bits = self.minimum_rsa_bits(algorithm)?;
        match key {
            KeyKind::Rsa { bits } if bits < minimum_bits => Err(AlgorithmErrorKind::ShortKey {
                algorithm,
                level: self,
                found_bits: bits,
                minimum_bits,
            }
            .into()),
            KeyKind::Rsa { bits } if bits < MODERN_RSA_BITS => {
                Ok(Some(AlgorithmWarning::ShortRsaKey { bits }))
            }
            _ => Ok(None),
        }
    }

    /// The table of the type's documentation, for RSA; other families have one size and yield 0.
    fn minimum_rsa_bits(self, algorithm: SignatureAlgorithm) -> Result<u32, AlgorithmError> {
        use SignatureAlgorithm as A;
        match (algorithm, self) {
            (A::EcdsaSha256 | A::EcdsaSha384 | A::Ed25519, _) => Ok(0),
            (A::RsaPkcs1Sha256 | A::RsaPkcs1Sha512, Self::Compatible | Self::Legacy)
            | (A::RsaPkcs1Sha1, Self::Legacy) => Ok(OLD_RSA_BITS),
            (A::RsaPkcs1Sha1, Self::Modern | Self::Compatible) => {
                Err(AlgorithmErrorKind::WeakSignature {
                    algorithm,
                    level: self,
                }
                .into())
            }
            (A::RsaPkcs1Sha256 | A::RsaPkcs1Sha512, Self::Modern)
            | (A::RsaPkcs1Sha384 | A::RsaPssSha256 | A::RsaPssSha384 | A::RsaPssSha512, _) => {
                Ok(MODERN_RSA_BITS)
            }
        }
    }
}

impl fmt::Display for AlgorithmLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Modern => "modern",
            Self::Compatible => "compatible",
            Self::Legacy => "legacy",
        })
    }
}

/// NIST SP 800-131A revision 2, table 2: below 2048 bits only for signatures made long ago.
const MODERN_RSA_BITS: u32 = 2048;

/// What the primitive verifies under its legacy names.
const OLD_RSA_BITS: u32 = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS: [AlgorithmLevel; 3] = [
        AlgorithmLevel::Modern,
        AlgorithmLevel::Compatible,
        AlgorithmLevel::Legacy,
    ];

    /// For each algorithm: the smallest RSA key at each level, 0 where it is refused.
    const TABLE: [(SignatureAlgorithm, [u32; 3]); 7] = [
        (SignatureAlgorithm::RsaPkcs1Sha1, [0, 0, 1024]),
        (SignatureAlgorithm::RsaPkcs1Sha256, [2048, 1024, 1024]),
        (SignatureAlgorithm::RsaPkcs1Sha384, [2048, 2048, 2048]),
        (SignatureAlgorithm::RsaPkcs1Sha512, [2048, 1024, 1024]),
        (SignatureAlgorithm::RsaPssSha256, [2048, 2048, 2048]),
        (SignatureAlgorithm::RsaPssSha384, [2048, 2048, 2048]),
        (SignatureAlgorithm::RsaPssSha512, [2048, 2048, 2048]),
    ];

    #[test]
    fn the_table_holds_at_each_border() {
        for (algorithm, minima) in TABLE {
            for (level, minimum) in LEVELS.into_iter().zip(minima) {
                for bits in [1023, 1024, 2047, 2048, 8192] {
                    let judged = level.judge_key(KeyKind::Rsa { bits }, algorithm);
                    let admitted = minimum != 0 && bits >= minimum;
                    assert_eq!(judged.is_ok(), admitted, "{algorithm} {level} {bits}");
                    let short = AlgorithmWarning::ShortRsaKey { bits };
                    assert_eq!(judged == Ok(Some(short)), admitted && bits < 2048);
                }
                assert_eq!(level.judge_signature(algorithm).is_ok(), minimum != 0);
            }
        }
    }

    #[test]
    fn curves_count_at_every_level() {
        for level in LEVELS {
            for key in [KeyKind::EcP256, KeyKind::EcP384] {
                for algorithm in [
                    SignatureAlgorithm::EcdsaSha256,
                    SignatureAlgorithm::EcdsaSha384,
                ] {
                    assert_eq!(level.judge_key(key, algorithm), Ok(None));
                }
            }
            let edwards = SignatureAlgorithm::Ed25519;
            assert_eq!(level.judge_key(KeyKind::Ed25519, edwards), Ok(None));
        }
    }

    #[test]
    fn a_laxer_level_admits_all_that_a_stricter_one_does() {
        for (strict, lax) in [(LEVELS[0], LEVELS[1]), (LEVELS[1], LEVELS[2])] {
            for algorithm in SignatureAlgorithm::ALL {
                for bits in [512, 1024, 2048, 4096] {
                    let key = KeyKind::Rsa { bits };
                    if strict.judge_key(key, algorithm).is_ok() {
                        assert!(lax.judge_key(key, algorithm).is_ok());
                    }
                }
            }
        }
    }

    #[test]
    fn the_default_is_the_strictest() {
        assert_eq!(AlgorithmLevel::default(), AlgorithmLevel::Modern);
        assert!(AlgorithmLevel::Modern < AlgorithmLevel::Legacy);
    }
}
