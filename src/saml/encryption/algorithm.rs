//! The algorithms of XML Encryption that exist here: [XML Encryption 1.1, section 5].
//!
//! There is no key wrap by a shared secret and no key agreement.
//!
//! [XML Encryption 1.1, section 5]: https://www.w3.org/TR/xmlenc-core1/#sec-Algorithms

use crate::dsig::{AlgorithmLevel, DigestAlgorithm};

/// How the content is encrypted, with which size of key.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ContentAlgorithm {
    /// AES-128 in CBC mode: a change of the octets goes unnoticed.
    Aes128Cbc,
    /// AES-128 in GCM mode.
    Aes128Gcm,
    /// AES-192 in CBC mode: a change of the octets goes unnoticed.
    Aes192Cbc,
    /// AES-192 in GCM mode.
    Aes192Gcm,
    /// AES-256 in CBC mode: a change of the octets goes unnoticed.
    Aes256Cbc,
    /// AES-256 in GCM mode.
    Aes256Gcm,
    /// Triple DES in CBC mode, at [`AlgorithmLevel::Legacy`] only: blocks of 64 bits, withdrawn by
    /// NIST SP 800-131A. A change of the octets goes unnoticed.
    TripleDesCbc,
}

impl ContentAlgorithm {
    /// Every one that exists here, the best first.
    pub const ALL: [Self; 7] = [
        Self::Aes256Gcm,
        Self::Aes192Gcm,
        Self::Aes128Gcm,
        Self::Aes256Cbc,
        Self::Aes192Cbc,
        Self::Aes128Cbc,
        Self::TripleDesCbc,
    ];

    pub(super) fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.uri() == uri)
    }

    /// The identifier in messages and metadata.
    ///
    /// ```
    /// use vestibule::saml::encryption::ContentAlgorithm;
    /// let uri = ContentAlgorithm::Aes256Gcm.uri();
    /// assert_eq!(uri, "http://www.w3.org/2009/xmlenc11#aes256-gcm");
    /// ```
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Aes128Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
            Self::Aes128Gcm => "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            Self::Aes192Cbc => "http://www.w3.org/2001/04/xmlenc#aes192-cbc",
            Self::Aes192Gcm => "http://www.w3.org/2009/xmlenc11#aes192-gcm",
            Self::Aes256Cbc => "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
            Self::Aes256Gcm => "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            Self::TripleDesCbc => "http://www.w3.org/2001/04/xmlenc#tripledes-cbc",
        }
    }

    /// Octets of the key. See [`EncryptedContent`](super::EncryptedContent) for an example.
    #[must_use]
    pub const fn key_octets(self) -> usize {
        match self {
            Self::Aes128Cbc | Self::Aes128Gcm => 16,
            Self::Aes192Cbc | Self::Aes192Gcm | Self::TripleDesCbc => 24,
            Self::Aes256Cbc | Self::Aes256Gcm => 32,
        }
    }

    /// Whether a change of the encrypted octets is noticed: GCM.
    pub(super) const fn is_authenticated(self) -> bool {
        matches!(self, Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm)
    }

    /// Whether it counts at this level.
    pub(in crate::saml) fn is_admitted_at(self, level: AlgorithmLevel) -> bool {
        match self {
            Self::TripleDesCbc => level >= AlgorithmLevel::Legacy,
            _ => true,
        }
    }
}

/// How the content's key is encrypted to this service's public key.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyTransport {
    /// RSA-OAEP: RFC 8017, section 7.1.
    RsaOaep {
        /// The digest of the label.
        digest: DigestAlgorithm,
        /// The digest in the mask generation function MGF1.
        mask_digest: DigestAlgorithm,
    },
    /// RSA with the padding of PKCS #1 version 1.5, at [`AlgorithmLevel::Legacy`] only: whoever
    /// learns which messages are padded well can decrypt (Bleichenbacher 1998).
    RsaPkcs1,
}

impl KeyTransport {
    /// Whether it counts at this level. SHA-1 inside OAEP does at every one: nothing there rests
    /// on collisions.
    pub(super) fn is_admitted_at(self, level: AlgorithmLevel) -> bool {
        match self {
            Self::RsaOaep { .. } => true,
            Self::RsaPkcs1 => level >= AlgorithmLevel::Legacy,
        }
    }
}

/// XML Encryption 1.1, beside the older namespace of most of it.
pub(in crate::saml) const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";

/// RSA-OAEP whose mask generation function is fixed to MGF1 with SHA-1.
pub(in crate::saml) const RSA_OAEP_MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
/// RSA-OAEP that may name its mask generation function.
pub(in crate::saml) const RSA_OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
pub(super) const RSA_PKCS1: &str = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";

/// The digest of an OAEP label; XML Encryption 1.1 has a name of its own for SHA-384.
pub(super) fn label_digest(uri: &str) -> Option<DigestAlgorithm> {
    match uri {
        "http://www.w3.org/2001/04/xmlenc#sha384" => Some(DigestAlgorithm::Sha384),
        _ => DigestAlgorithm::from_uri(uri).ok(),
    }
}

/// The digest in a mask generation function.
pub(super) fn mask_digest(uri: &str) -> Option<DigestAlgorithm> {
    match uri {
        "http://www.w3.org/2009/xmlenc11#mgf1sha1" => Some(DigestAlgorithm::Sha1),
        "http://www.w3.org/2009/xmlenc11#mgf1sha256" => Some(DigestAlgorithm::Sha256),
        "http://www.w3.org/2009/xmlenc11#mgf1sha384" => Some(DigestAlgorithm::Sha384),
        "http://www.w3.org/2009/xmlenc11#mgf1sha512" => Some(DigestAlgorithm::Sha512),
        _ => None,
    }
}
