//! `RelayState`, outwards and back: a handle that says nothing. saml-bindings §3.4.3 and §3.5.3.

use std::fmt;

use thiserror::Error;

use crate::error::{Blame, Explain};

/// A handle of this service that the identity provider gives back unchanged.
///
/// It is the key of an entry that the host keeps, never the place to go to: a `RelayState` is
/// written by anybody, and a service that follows it is an open redirect. Where a place must be
/// taken from a message all the same, [`LocalPath`](super::LocalPath) reads it.
///
/// ```
/// use vestibule::saml::RelayState;
/// let handle = RelayState::parse("kq3ZtXb0uYw")?;
/// assert_eq!(handle.as_str(), "kq3ZtXb0uYw");
/// assert!(RelayState::parse("https://evil.example/").is_err());
/// # Ok::<(), vestibule::saml::RelayStateError>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct RelayState(String);

impl RelayState {
    /// What saml-bindings §3.4.3 allows.
    const MAX_BYTES: usize = 80;

    /// Takes 1 to 80 ASCII letters, digits and `-`, `.`, `_`, `~`, `=`: base64url, UUIDs and
    /// signed tokens. Identity providers re-encode everything else their own way.
    ///
    /// For handles to be sent, and for those that come back. See [`RelayState`] for an example.
    ///
    /// # Errors
    ///
    /// [`RelayStateError`].
    pub fn parse(text: &str) -> Result<Self, RelayStateError> {
        if text.is_empty() || text.len() > Self::MAX_BYTES {
            let (found, limit) = (text.len(), Self::MAX_BYTES);
            return Err(RelayStateError::Length { found, limit });
        }
        match text.bytes().position(|byte| !is_of_handle(byte)) {
            None => Ok(Self(text.to_owned())),
            Some(at) => Err(RelayStateError::Character { at }),
        }
    }

    /// The text. See [`RelayState`] for an example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Its length only: whoever knows a handle may use it.
impl fmt::Debug for RelayState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RelayState({} bytes)", self.0.len())
    }
}

const fn is_of_handle(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'=')
}

/// Why a text is no handle. See [`RelayState`] for an example.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum RelayStateError {
    /// A character that does not survive the way.
    #[error("byte {at} of the relay state is not of a handle")]
    Character {
        /// Its offset.
        at: usize,
    },
    /// Nothing, or more than the standard allows.
    #[error("the relay state has {found} bytes, expected 1 to {limit}")]
    Length {
        /// How many.
        found: usize,
        /// The bound.
        limit: usize,
    },
}

impl Explain for RelayStateError {
    fn code(&self) -> &'static str {
        match self {
            Self::Character { .. } => "saml-relay-state-character",
            Self::Length { .. } => "saml-relay-state-length",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn help(&self) -> &'static str {
        "Keep what belongs to the sign-in at the service, and send a short random handle to it as relay state."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_of_80_bytes_passes_and_one_of_81_does_not() {
        assert!(RelayState::parse(&"x".repeat(80)).is_ok());
        for text in [String::new(), "x".repeat(81)] {
            let error = RelayState::parse(&text).unwrap_err();
            assert_eq!(error.code(), "saml-relay-state-length");
        }
    }

    #[test]
    fn what_is_no_handle_is_refused_where_it_starts() {
        assert!(RelayState::parse("aZ0-._~=").is_ok());
        for (text, at) in [
            ("/", 0),
            ("a b", 1),
            ("ab+", 2),
            ("a\"", 1),
            ("a\n", 1),
            ("é", 0),
        ] {
            assert_eq!(
                RelayState::parse(text),
                Err(RelayStateError::Character { at })
            );
        }
    }

    #[test]
    fn no_debug_output_shows_the_handle() {
        let handle = RelayState::parse("secret").unwrap();
        assert_eq!(format!("{handle:?}"), "RelayState(6 bytes)");
    }
}
