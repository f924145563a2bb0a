//! The ready decryption key: RSA, in the memory of the host.

use std::fmt;

use thiserror::Error;

use crate::dsig::base64;
use crate::error::{Blame, Explain};

use super::content::{ContentKey, EncryptedContent};
use super::key::{DecryptionFailed, DecryptionKey};
use super::primitive::RsaKey;

/// An RSA private key of 2048 to 8192 bits, which unwraps keys and decrypts contents.
///
/// Key transport: RSA-OAEP with SHA-1, SHA-256, SHA-384 or SHA-512, the same for the label and for
/// the mask, and RSA PKCS #1 v1.5 for connections at
/// [`AlgorithmLevel::Legacy`](crate::dsig::AlgorithmLevel::Legacy). Content: AES-128, AES-192 and
/// AES-256, in GCM and CBC mode, and Triple DES at the legacy level.
///
/// # Two digests
///
/// By the standard, `rsa-oaep-mgf1p` with a `DigestMethod` of SHA-256 has SHA-256 for the label and
/// SHA-1 in the mask. Keycloak and Shibboleth send that when they are set so. The library under this
/// key has one digest for both, and no raw RSA operation to build the other on, so that such a
/// message is refused. Three ways lead out:
///
/// - At the identity provider, choose `rsa-oaep-mgf1p` with SHA-1 (nothing in OAEP rests on its
///   collisions), or `http://www.w3.org/2009/xmlenc11#rsa-oaep` with SHA-256 and MGF1 with SHA-256.
/// - Give the identity provider the metadata of this service
///   ([`SpMetadata`](crate::saml::metadata::SpMetadata)), which names these two and no others.
/// - Put a [`DecryptionKey`] over a library or a module that has both digests, as OpenSSL and
///   PKCS #11 do. It is told both by [`KeyTransport`](super::KeyTransport).
///
/// Programs over libraries with the same limit send one digest under that name; that is what is
/// tried here.
///
/// ```
/// # let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/encryption/sp-key.test-only.pem"));
/// use vestibule::error::Explain;
/// use vestibule::saml::encryption::{DecryptionKeys, RsaDecryptionKey};
///
/// let key = RsaDecryptionKey::from_pkcs8_pem(pem)?;
/// assert_eq!(format!("{key:?}"), "RsaDecryptionKey");
/// let keys = DecryptionKeys::new(key);
/// # let _ = keys;
///
/// let error = RsaDecryptionKey::from_pkcs8_pem("-----BEGIN RSA PRIVATE KEY-----").unwrap_err();
/// assert_eq!(error.code(), "saml-decryption-key-not-pem");
/// # Ok::<(), vestibule::saml::encryption::DecryptionKeyError>(())
/// ```
pub struct RsaDecryptionKey(RsaKey);

impl RsaDecryptionKey {
    /// Reads PEM with the label `PRIVATE KEY`, not encrypted. See [`RsaDecryptionKey`].
    ///
    /// # Errors
    ///
    /// [`DecryptionKeyError`], which holds nothing of the key.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, DecryptionKeyError> {
        let body = pem
            .trim()
            .strip_prefix("-----BEGIN PRIVATE KEY-----")
            .and_then(|rest| rest.strip_suffix("-----END PRIVATE KEY-----"))
            .ok_or(DecryptionKeyError::NotPem)?;
        let der = base64::decode(body.as_bytes(), MAX_PEM_BYTES)
            .map_err(|_| DecryptionKeyError::NotPem)?;
        Self::from_pkcs8_der(&der)
    }

    /// Reads a DER `PrivateKeyInfo` (RFC 5208).
    ///
    /// # Errors
    ///
    /// [`DecryptionKeyError::NotRsa`].
    ///
    /// ```
    /// use vestibule::saml::encryption::{DecryptionKeyError, RsaDecryptionKey};
    /// let error = RsaDecryptionKey::from_pkcs8_der(b"0").unwrap_err();
    /// assert_eq!(error, DecryptionKeyError::NotRsa);
    /// ```
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, DecryptionKeyError> {
        RsaKey::from_pkcs8(der)
            .map(Self)
            .ok_or(DecryptionKeyError::NotRsa)
    }
}

impl DecryptionKey for RsaDecryptionKey {
    fn decrypt(&self, content: &EncryptedContent<'_>) -> Result<Vec<u8>, DecryptionFailed> {
        let length = content.algorithm().key_octets();
        let key = self.0.unwrap(
            content.key_transport(),
            content.label(),
            content.wrapped_key(),
            length,
        );
        content.open(&ContentKey::new(key))
    }
}

/// Nothing of the key.
impl fmt::Debug for RsaDecryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RsaDecryptionKey")
    }
}

/// Why a private key cannot be used. See [`RsaDecryptionKey`] for an example.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum DecryptionKeyError {
    /// No PEM with the label `PRIVATE KEY`.
    #[error("the private key is not PEM with the label PRIVATE KEY")]
    NotPem,
    /// No PKCS #8 structure of an RSA key of a size in use.
    #[error("the private key is not an RSA key of 2048 to 8192 bits in PKCS #8")]
    NotRsa,
}

impl Explain for DecryptionKeyError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotPem => "saml-decryption-key-not-pem",
            Self::NotRsa => "saml-decryption-key-not-rsa",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Configuration
    }

    fn help(&self) -> &'static str {
        match self {
            Self::NotPem => {
                "Give the key as PKCS #8 without a password, for example by `openssl pkcs8 -topk8 -nocrypt`."
            }
            Self::NotRsa => {
                "Give an RSA key of at least 2048 bits as PKCS #8; its certificate goes to the identity provider."
            }
        }
    }
}

/// The PEM text of an RSA key of 8192 bits has about 6.4 KB.
const MAX_PEM_BYTES: usize = 16 * 1024;
