//! The names of signature and digest algorithms in messages, and nothing of their strength.
//!
//! A name is compared byte for byte with the identifiers of [XML Signature 1.1, section 6],
//! [RFC 6931] and [RFC 9231]. Every other name is refused: there is no variant for HMAC, DSA, MD5
//! or an unknown algorithm, so no later code can meet one.
//!
//! [XML Signature 1.1, section 6]: https://www.w3.org/TR/xmldsig-core1/#sec-Algorithms
//! [RFC 6931]: https://www.rfc-editor.org/rfc/rfc6931
//! [RFC 9231]: https://www.rfc-editor.org/rfc/rfc9231

use std::fmt;

use serde::{Deserialize, Serialize};

use super::KeyFamily;
use super::algorithm_error::{AlgorithmError, AlgorithmErrorKind};
use crate::error::Shown;

/// How a signature was made: the family of the key, the padding and the hash.
///
/// A value says what a message names. Whether that counts is
/// [`AlgorithmLevel`](super::AlgorithmLevel)'s to say.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureAlgorithm {
    /// ECDSA with SHA-256, on P-256 or P-384.
    EcdsaSha256,
    /// ECDSA with SHA-384, on P-256 or P-384.
    EcdsaSha384,
    /// Ed25519.
    Ed25519,
    /// RSA PKCS#1 v1.5 with SHA-1: legacy only.
    RsaPkcs1Sha1,
    /// RSA PKCS#1 v1.5 with SHA-256, the common one.
    RsaPkcs1Sha256,
    /// RSA PKCS#1 v1.5 with SHA-384.
    RsaPkcs1Sha384,
    /// RSA PKCS#1 v1.5 with SHA-512.
    RsaPkcs1Sha512,
    /// RSA-PSS with SHA-256, MGF1 with the same hash and a salt of its length.
    RsaPssSha256,
    /// RSA-PSS with SHA-384, MGF1 with the same hash and a salt of its length.
    RsaPssSha384,
    /// RSA-PSS with SHA-512, MGF1 with the same hash and a salt of its length.
    RsaPssSha512,
}

impl SignatureAlgorithm {
    /// Every signature algorithm that this crate knows, in the order of their names.
    pub const ALL: [Self; 10] = [
        Self::EcdsaSha256,
        Self::EcdsaSha384,
        Self::Ed25519,
        Self::RsaPkcs1Sha1,
        Self::RsaPkcs1Sha256,
        Self::RsaPkcs1Sha384,
        Self::RsaPkcs1Sha512,
        Self::RsaPssSha256,
        Self::RsaPssSha384,
        Self::RsaPssSha512,
    ];

    /// The algorithm that `uri` names: `SignatureMethod/@Algorithm` in XML, `SigAlg` in a query.
    ///
    /// ```
    /// use vestibule::dsig::SignatureAlgorithm;
    /// use vestibule::error::Explain;
    ///
    /// let uri = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    /// assert_eq!(SignatureAlgorithm::from_uri(uri)?, SignatureAlgorithm::RsaPkcs1Sha256);
    ///
    /// let hmac = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
    /// let error = SignatureAlgorithm::from_uri(hmac).unwrap_err();
    /// assert_eq!(error.code(), "signature-algorithm-unsupported");
    /// # Ok::<(), vestibule::dsig::AlgorithmError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AlgorithmErrorKind::UnsupportedSignature`] for every other text, one that differs in case
    /// or by a space included.
    pub fn from_uri(uri: &str) -> Result<Self, AlgorithmError> {
        let known = Self::ALL.into_iter().find(|known| known.uri() == uri);
        known.ok_or_else(|| {
            AlgorithmErrorKind::UnsupportedSignature {
                found: Shown::new(uri),
            }
            .into()
        })
    }

    /// The identifier in messages.
    ///
    /// ```
    /// use vestibule::dsig::SignatureAlgorithm;
    /// for algorithm in SignatureAlgorithm::ALL {
    ///     assert_eq!(SignatureAlgorithm::from_uri(algorithm.uri())?, algorithm);
    /// }
    /// # Ok::<(), vestibule::dsig::AlgorithmError>(())
    /// ```
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::EcdsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            Self::EcdsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
            Self::Ed25519 => "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
            Self::RsaPkcs1Sha1 => "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            Self::RsaPkcs1Sha256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            Self::RsaPkcs1Sha384 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            Self::RsaPkcs1Sha512 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            Self::RsaPssSha256 => "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
            Self::RsaPssSha384 => "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
            Self::RsaPssSha512 => "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
        }
    }

    /// The family of keys that can make such a signature.
    ///
    /// ```
    /// use vestibule::dsig::{KeyFamily, SignatureAlgorithm};
    /// assert_eq!(SignatureAlgorithm::RsaPssSha256.key_family(), KeyFamily::Rsa);
    /// assert_eq!(SignatureAlgorithm::EcdsaSha384.key_family(), KeyFamily::Ec);
    /// ```
    #[must_use]
    pub const fn key_family(self) -> KeyFamily {
        match self {
            Self::EcdsaSha256 | Self::EcdsaSha384 => KeyFamily::Ec,
            Self::Ed25519 => KeyFamily::Ed25519,
            Self::RsaPkcs1Sha1
            | Self::RsaPkcs1Sha256
            | Self::RsaPkcs1Sha384
            | Self::RsaPkcs1Sha512
            | Self::RsaPssSha256
            | Self::RsaPssSha384
            | Self::RsaPssSha512 => KeyFamily::Rsa,
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::EcdsaSha256 => "ECDSA with SHA-256",
            Self::EcdsaSha384 => "ECDSA with SHA-384",
            Self::Ed25519 => "Ed25519",
            Self::RsaPkcs1Sha1 => "RSA with SHA-1",
            Self::RsaPkcs1Sha256 => "RSA with SHA-256",
            Self::RsaPkcs1Sha384 => "RSA with SHA-384",
            Self::RsaPkcs1Sha512 => "RSA with SHA-512",
            Self::RsaPssSha256 => "RSA-PSS with SHA-256",
            Self::RsaPssSha384 => "RSA-PSS with SHA-384",
            Self::RsaPssSha512 => "RSA-PSS with SHA-512",
        })
    }
}

/// The hash that a reference names.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestAlgorithm {
    /// SHA-1: legacy only.
    Sha1,
    /// SHA-256, the common one.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// Every digest algorithm that this crate knows, weakest first.
    pub const ALL: [Self; 4] = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The algorithm that `uri` names in `DigestMethod/@Algorithm`.
    ///
    /// ```
    /// use vestibule::dsig::DigestAlgorithm;
    ///
    /// let digest = DigestAlgorithm::from_uri("http://www.w3.org/2001/04/xmlenc#sha256")?;
    /// assert_eq!(digest, DigestAlgorithm::Sha256);
    /// assert!(DigestAlgorithm::from_uri("http://www.w3.org/2001/04/xmlenc#SHA256").is_err());
    /// # Ok::<(), vestibule::dsig::AlgorithmError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AlgorithmErrorKind::UnsupportedDigest`] for every other text.
    pub fn from_uri(uri: &str) -> Result<Self, AlgorithmError> {
        let known = Self::ALL.into_iter().find(|known| known.uri() == uri);
        known.ok_or_else(|| {
            AlgorithmErrorKind::UnsupportedDigest {
                found: Shown::new(uri),
            }
            .into()
        })
    }

    /// The identifier in messages.
    ///
    /// ```
    /// use vestibule::dsig::DigestAlgorithm;
    /// assert_eq!(DigestAlgorithm::Sha512.uri(), "http://www.w3.org/2001/04/xmlenc#sha512");
    /// ```
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
            Self::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Self::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Self::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        }
    }
}

impl fmt::Display for DigestAlgorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_has_its_own_name() {
        let mut uris: Vec<_> = SignatureAlgorithm::ALL.map(SignatureAlgorithm::uri).into();
        uris.sort_unstable();
        uris.dedup();
        assert_eq!(uris.len(), SignatureAlgorithm::ALL.len());
    }

    #[test]
    fn a_name_is_exact_to_the_byte() {
        for algorithm in SignatureAlgorithm::ALL {
            let uri = algorithm.uri();
            assert_eq!(SignatureAlgorithm::from_uri(uri), Ok(algorithm));
            for broken in [
                uri.to_uppercase(),
                format!(" {uri}"),
                format!("{uri} "),
                format!("{uri}\0"),
                uri.replace("http:", "https:"),
                uri.replace('#', "%23"),
            ] {
                assert!(SignatureAlgorithm::from_uri(&broken).is_err(), "{broken}");
            }
        }
    }

    #[test]
    fn algorithms_that_do_not_exist_here_are_refused() {
        for uri in [
            "",
            "rsa-sha256",
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
            "http://www.w3.org/2009/xmldsig11#dsa-sha256",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160",
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
            "http://www.w3.org/2007/05/xmldsig-more#rsa-pss",
            "http://www.w3.org/2001/04/xmlenc#sha256",
        ] {
            assert!(SignatureAlgorithm::from_uri(uri).is_err(), "{uri}");
        }
    }

    #[test]
    fn a_signature_algorithm_is_no_digest() {
        for algorithm in SignatureAlgorithm::ALL {
            assert!(DigestAlgorithm::from_uri(algorithm.uri()).is_err());
        }
        assert!(DigestAlgorithm::from_uri("http://www.w3.org/2001/04/xmldsig-more#md5").is_err());
    }
}
