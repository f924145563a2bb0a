//! One encrypted content with one encrypted key, as a private key gets it.

use std::fmt;

#[cfg(feature = "encryption")]
use super::key::DecryptionFailed;
#[cfg(feature = "encryption")]
use super::primitive;

use super::algorithm::{ContentAlgorithm, KeyTransport};
use super::read::WrappedKey;

/// An encrypted content and the key that it was encrypted with, itself encrypted to this service.
///
/// Nothing in it is trusted: anybody can make one.
///
/// ```
/// use vestibule::saml::encryption::{
///     ContentAlgorithm, DecryptionFailed, DecryptionKey, EncryptedContent, KeyTransport,
/// };
///
/// /// A key in a service far away, which unwraps RSA-OAEP and nothing else.
/// struct Kms;
///
/// impl DecryptionKey for Kms {
///     fn decrypt(&self, content: &EncryptedContent<'_>) -> Result<Vec<u8>, DecryptionFailed> {
///         let KeyTransport::RsaOaep { digest, mask_digest } = content.key_transport() else {
///             return Err(DecryptionFailed);
///         };
///         let label = content.label();
///         let key: Vec<u8> = ask(digest, mask_digest, label, content.wrapped_key())?;
///         if key.len() != content.algorithm().key_octets() {
///             return Err(DecryptionFailed);
///         }
///         # #[cfg(feature = "encryption")]
///         # fn with_feature(content: &EncryptedContent<'_>, key: Vec<u8>) -> Result<Vec<u8>, DecryptionFailed> {
///         // With the feature `encryption`:
///         content.open(&vestibule::saml::encryption::ContentKey::new(key))
///         # }
///         # #[cfg(feature = "encryption")]
///         # return with_feature(content, key);
///         # #[cfg(not(feature = "encryption"))]
///         # { let _ = content.ciphertext(); Err(DecryptionFailed) }
///     }
/// }
/// # use vestibule::dsig::DigestAlgorithm;
/// # fn ask(_: DigestAlgorithm, _: DigestAlgorithm, _: &[u8], _: &[u8]) -> Result<Vec<u8>, DecryptionFailed> {
/// #     Err(DecryptionFailed)
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct EncryptedContent<'c> {
    pub(super) algorithm: ContentAlgorithm,
    pub(super) ciphertext: &'c [u8],
    pub(super) key: &'c WrappedKey,
}

impl<'c> EncryptedContent<'c> {
    /// How the content is encrypted. See [`EncryptedContent`] for an example.
    #[must_use]
    pub const fn algorithm(&self) -> ContentAlgorithm {
        self.algorithm
    }

    /// The initialization vector, the encrypted octets and, with GCM, the tag: XML Encryption 1.1,
    /// section 5.2. See [`EncryptedContent`] for an example.
    #[must_use]
    pub const fn ciphertext(&self) -> &'c [u8] {
        self.ciphertext
    }

    /// How the content's key is encrypted. See [`EncryptedContent`] for an example.
    #[must_use]
    pub const fn key_transport(&self) -> KeyTransport {
        self.key.transport
    }

    /// The label of RSA-OAEP (`OAEPparams`), almost always empty. See [`EncryptedContent`].
    #[must_use]
    pub fn label(&self) -> &'c [u8] {
        &self.key.label
    }

    /// The encrypted key. See [`EncryptedContent`] for an example.
    #[must_use]
    pub fn wrapped_key(&self) -> &'c [u8] {
        &self.key.octets
    }

    /// The octets that were encrypted, without padding; for keys that unwrap elsewhere.
    /// See [`EncryptedContent`] for an example.
    ///
    /// # Errors
    ///
    /// A key of another length, and a tag or padding that is wrong. With CBC, octets that come out
    /// are not proved to be those that went in.
    #[cfg(feature = "encryption")]
    pub fn open(&self, key: &ContentKey) -> Result<Vec<u8>, DecryptionFailed> {
        primitive::decrypt_content(self.algorithm, &key.0, self.ciphertext)
    }
}

/// The algorithms and sizes.
impl fmt::Debug for EncryptedContent<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EncryptedContent")
            .field("algorithm", &self.algorithm)
            .field("key_transport", &self.key.transport)
            .field("octets", &self.ciphertext.len())
            .finish_non_exhaustive()
    }
}

/// The key of one content, unwrapped. See [`EncryptedContent`] for an example.
#[cfg(feature = "encryption")]
pub struct ContentKey(Vec<u8>);

#[cfg(feature = "encryption")]
impl ContentKey {
    /// A key by its octets. See [`EncryptedContent`] for an example.
    #[must_use]
    pub const fn new(octets: Vec<u8>) -> Self {
        Self(octets)
    }
}

/// The length only.
#[cfg(feature = "encryption")]
impl fmt::Debug for ContentKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ContentKey({} octets)", self.0.len())
    }
}
