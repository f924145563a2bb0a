//! The keys of this service, wherever they are kept.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use super::content::EncryptedContent;

/// A private key of this service, which identity providers encrypt to.
///
/// With the feature `encryption`, `RsaDecryptionKey` is one. A host
/// whose key stays in a KMS or an HSM implements the trait itself: it sends
/// [`EncryptedContent::wrapped_key`] there, and decrypts the content with what comes back, by
/// `EncryptedContent::open` (with the feature) or by its own means.
///
/// A key that does I/O blocks [`ParsedResponse::verify`](crate::saml::ParsedResponse::verify), which
/// calls it at most [`MAX_ENCRYPTED_KEYS`](crate::limits::MAX_ENCRYPTED_KEYS) times for each
/// encrypted element.
///
/// ```
/// use vestibule::saml::encryption::{DecryptionFailed, DecryptionKey, DecryptionKeys, EncryptedContent};
///
/// struct KeyInHardware;
///
/// impl DecryptionKey for KeyInHardware {
///     fn decrypt(&self, content: &EncryptedContent<'_>) -> Result<Vec<u8>, DecryptionFailed> {
///         let _ = (content.key_transport(), content.wrapped_key());
///         Err(DecryptionFailed) // where the hardware would be asked
///     }
/// }
///
/// let keys = DecryptionKeys::new(KeyInHardware).with_previous(KeyInHardware);
/// assert_eq!(format!("{keys:?}"), "DecryptionKeys(2)");
/// ```
pub trait DecryptionKey: Send + Sync {
    /// The octets that were encrypted, without padding.
    ///
    /// # Errors
    ///
    /// [`DecryptionFailed`], whatever the reason: tell none apart, in the value or in the time.
    fn decrypt(&self, content: &EncryptedContent<'_>) -> Result<Vec<u8>, DecryptionFailed>;
}

/// The content cannot be decrypted with this key. There is nothing more to say.
/// See [`DecryptionKey`] for an example.
#[expect(
    clippy::exhaustive_structs,
    reason = "hosts make it, and it must hold nothing"
)]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the content cannot be decrypted with this key")]
pub struct DecryptionFailed;

/// The keys that a connection tries: the current one, and the one before it while identity
/// providers change over. See [`DecryptionKey`] for an example.
#[derive(Clone)]
pub struct DecryptionKeys {
    current: Arc<dyn DecryptionKey>,
    previous: Option<Arc<dyn DecryptionKey>>,
}

impl DecryptionKeys {
    /// One key. See [`DecryptionKey`] for an example.
    #[must_use]
    pub fn new(current: impl DecryptionKey + 'static) -> Self {
        Self {
            current: Arc::new(current),
            previous: None,
        }
    }

    /// The same with the key before it, which is tried when the current one fails.
    /// See [`DecryptionKey`] for an example.
    #[must_use]
    pub fn with_previous(mut self, previous: impl DecryptionKey + 'static) -> Self {
        self.previous = Some(Arc::new(previous));
        self
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &dyn DecryptionKey> {
        std::iter::once(&self.current)
            .chain(&self.previous)
            .map(AsRef::as_ref)
    }
}

/// How many there are.
impl fmt::Debug for DecryptionKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DecryptionKeys({})", self.iter().count())
    }
}
