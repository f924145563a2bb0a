//! The reference that a browser brings in place of a response: saml-bindings §3.6.4.

use std::fmt;

use thiserror::Error;

use crate::dsig::{Base64Error, Digest, DigestAlgorithm, base64};
use crate::error::{Blame, Explain, Place};

use super::party::EntityId;

/// An artifact of type 4, which stands for a response that the identity provider keeps.
///
/// Anybody can write one: it says which identity provider to ask, and only the answer of that
/// one counts. It is used once.
///
/// ```
/// use vestibule::saml::{Artifact, EntityId};
/// let artifact = Artifact::parse("AAQAARDEz+UkQ6hFRGs6HrTM0dlZgwanAQIDBAUGBwgJCgsMDQ4PEBESExQ=")?;
/// assert_eq!(artifact.endpoint_index(), 1);
/// assert!(artifact.is_from(&EntityId::parse("https://idp.example.org/saml/metadata")?));
/// assert!(!artifact.is_from(&EntityId::parse("https://idp.example.org/saml/metadata/")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Artifact {
    text: String,
    endpoint_index: u16,
    source_id: [u8; SOURCE_ID_OCTETS],
}

impl Artifact {
    /// Reads the parameter `SAMLart`, its percent escapes decoded.
    ///
    /// # Errors
    ///
    /// [`ArtifactError`]. See [`Artifact`] for an example.
    pub fn parse(text: &str) -> Result<Self, ArtifactError> {
        let octets = base64::decode(text.as_bytes(), MAX_BYTES).map_err(ArtifactError::Encoding)?;
        let found = octets.len();
        let Ok::<[u8; OCTETS], _>([t1, t2, i1, i2, rest @ ..]) = octets.try_into() else {
            return Err(ArtifactError::Length { found });
        };
        let found = u16::from_be_bytes([t1, t2]);
        if found != TYPE {
            return Err(ArtifactError::Type { found });
        }
        let source_id = rest.first_chunk().copied();
        Ok(Self {
            text: base64_alone(text),
            endpoint_index: u16::from_be_bytes([i1, i2]),
            source_id: source_id.ok_or(ArtifactError::Length { found: 0 })?,
        })
    }

    /// Which of the identity provider's artifact resolution services to ask.
    /// See [`Artifact`] for an example.
    #[must_use]
    pub const fn endpoint_index(&self) -> u16 {
        self.endpoint_index
    }

    /// Whether it names this identity provider, by the SHA-1 of its entity ID. The hash is a name
    /// here and proves nothing. See [`Artifact`] for an example.
    #[must_use]
    pub fn is_from(&self, idp: &EntityId) -> bool {
        Digest::of(DigestAlgorithm::Sha1, idp.as_str().as_bytes()).equals(&self.source_id)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whom it names only: whoever has an artifact may redeem it.
impl fmt::Debug for Artifact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Artifact(endpoint {})", self.endpoint_index)
    }
}

/// Base64 with the white space left out that the decoder ignores.
fn base64_alone(text: &str) -> String {
    text.split_ascii_whitespace().collect()
}

/// Why a text is no artifact. See [`Artifact`] for an example.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ArtifactError {
    /// Text that is not base64.
    #[error(transparent)]
    Encoding(Base64Error),
    /// More or fewer octets than the type has.
    #[error("the artifact has {found} octets, expected 44")]
    Length {
        /// How many.
        found: usize,
    },
    /// An artifact of another identity provider than the one that would be asked.
    #[error("the artifact is from another identity provider")]
    SourceMismatch,
    /// A type other than 4, the only one of SAML 2.0.
    #[error("the artifact is of type {found}, expected 4")]
    Type {
        /// As written.
        found: u16,
    },
}

impl Explain for ArtifactError {
    fn code(&self) -> &'static str {
        match self {
            Self::Encoding(_) => "saml-artifact-encoding",
            Self::Length { .. } => "saml-artifact-length",
            Self::SourceMismatch => "saml-artifact-source-mismatch",
            Self::Type { .. } => "saml-artifact-type",
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Encoding(Base64Error::TooLong { .. }) => Blame::Limit,
            Self::Encoding(_) | Self::Length { .. } | Self::Type { .. } => Blame::Peer,
            Self::SourceMismatch => Blame::Configuration,
        }
    }

    fn at(&self) -> Option<Place> {
        Some(Place::Parameter("SAMLart"))
    }

    fn help(&self) -> &'static str {
        match self {
            Self::SourceMismatch => {
                "Set the issuer of this connection to the entity ID of the identity provider, and give each connection an assertion consumer service URL of its own."
            }
            _ => {
                "Start again; when it happens again, report it to the vendor of the identity provider."
            }
        }
    }
}

/// Type, index, source and handle: 2, 2, 20 and 20 octets.
const OCTETS: usize = 44;
const SOURCE_ID_OCTETS: usize = 20;
const TYPE: u16 = 4;

/// The base64 of 44 octets has 60 characters; the rest is for white space.
const MAX_BYTES: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(kind: u8, octets: usize) -> String {
        let mut artifact = vec![0, kind, 1, 2];
        artifact.extend(Digest::of(DigestAlgorithm::Sha1, b"https://a").as_bytes());
        artifact.resize(octets, 7);
        base64::encode(&artifact)
    }

    #[test]
    fn type_length_and_source_are_judged() {
        let sound = Artifact::parse(&artifact(4, 44)).unwrap();
        assert_eq!(sound.endpoint_index(), 0x0102);
        assert!(sound.is_from(&EntityId::parse("https://a").unwrap()));
        assert!(!sound.is_from(&EntityId::parse("https://b").unwrap()));
        for (text, code) in [
            (artifact(1, 44), "saml-artifact-type"),
            (artifact(4, 43), "saml-artifact-length"),
            (artifact(4, 45), "saml-artifact-length"),
            (String::new(), "saml-artifact-length"),
            ("AAQ".to_owned(), "saml-artifact-encoding"),
            ("A".repeat(132), "saml-artifact-encoding"),
        ] {
            assert_eq!(Artifact::parse(&text).unwrap_err().code(), code, "{text}");
        }
    }

    #[test]
    fn no_debug_output_shows_the_handle() {
        let shown = format!("{:?}", Artifact::parse(&artifact(4, 44)).unwrap());
        assert_eq!(shown, "Artifact(endpoint 258)");
    }
}
