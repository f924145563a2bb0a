//! How hosts store a certificate: as its PEM text, read back by the same reader as an upload.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Certificate, parse_certificates};

/// As one PEM text.
impl Serialize for Certificate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_pem())
    }
}

/// From a text that [`parse_certificates`] reads as exactly one certificate.
impl<'de> Deserialize<'de> for Certificate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let certificates = parse_certificates(text.as_bytes()).map_err(D::Error::custom)?;
        let [certificate] = <[Self; 1]>::try_from(certificates)
            .map_err(|several| D::Error::invalid_length(several.len(), &"one certificate"))?;
        Ok(certificate)
    }
}
