//! The bearer token of a request: RFC 6750 §2.1.

use std::fmt;

use crate::scim::error::{Error, WireFault};

/// A bearer token as sent: readable on purpose, never by accident.
///
/// `Debug` redacts, and there is no `Display`, no `Clone` and no comparison: a host hashes the
/// text and looks the hash up. Nothing has checked the token.
///
/// ```
/// use vestibule::scim::request::Headers;
///
/// let headers = Headers::read([("authorization", "Bearer s3cr3t")])?;
/// let token = headers.bearer()?;
/// assert_eq!(token.expose(), "s3cr3t");
/// assert_eq!(format!("{token:?}"), "BearerToken(6 bytes)");
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
pub struct BearerToken(String);

impl BearerToken {
    /// Reads the value of an `Authorization` header.
    pub(super) fn parse(value: &str) -> Result<Self, Error> {
        let malformed = || Error::wire(WireFault::TokenMalformed);
        let (scheme, token) = value.split_once(' ').ok_or_else(malformed)?;
        let token = token.trim_matches(' ');
        let symbols = token.trim_end_matches('=');
        let is_symbol = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
        let is_token = !symbols.is_empty() && symbols.bytes().all(is_symbol);
        match scheme.eq_ignore_ascii_case("bearer") && is_token {
            true => Ok(Self(token.to_owned())),
            false => Err(malformed()),
        }
    }

    /// The text, to hash. See [`BearerToken`] for an example.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BearerToken({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Explain;

    #[test]
    fn only_the_bearer_scheme_and_its_alphabet_are_read() {
        for good in ["Bearer a", "bearer  a.b-c_d~e+f/g==", "BEARER x "] {
            assert!(BearerToken::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            "Bearer a b",
            "Bearer a=b",
            "Bearer =",
            "Bearer é",
            "a",
        ] {
            let error = BearerToken::parse(bad).unwrap_err();
            assert_eq!(error.code(), "scim-token-malformed", "{bad}");
        }
    }
}
