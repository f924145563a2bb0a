//! The SHA-256 fingerprint, by which people tell certificates apart.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::dsig::{Digest, DigestAlgorithm};

/// The SHA-256 digest of a certificate's DER octets.
///
/// Shown as identity providers and `openssl x509 -fingerprint -sha256` show it: upper-case
/// hexadecimal pairs with colons. It names a certificate and proves nothing.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn of(der: &[u8]) -> Self {
        let digest = Digest::of(DigestAlgorithm::Sha256, der);
        let mut octets = [0; 32];
        for (to, from) in octets.iter_mut().zip(digest.as_bytes()) {
            *to = *from;
        }
        Self(octets)
    }

    /// The 32 octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, octet) in self.0.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(formatter, "{colon}{octet:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// As it is shown.
impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
