//! The secret of a token, and its hash.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::deny::DenyCode;
use super::super::digest::{Digest, hexadecimal};
use crate::domain::RecordPrefix;
use crate::limits::MAX_TOKEN_BYTES;

const MARK: &str = "_scim_";
const SECRET_DIGITS: usize = 64;
const CHECK_DIGITS: usize = 8;

/// The secret of a provisioning token, in its text form.
///
/// The form is the vendor's prefix, `_scim_`, 64 hexadecimal digits of entropy and 8 of a checksum,
/// so that scanners of source code find a leaked token by its form and tell it from other text by
/// its checksum. It is shown once, when it is made; what is stored is its [`TokenHash`]. `Debug`
/// shows nothing of it, and it does not serialize.
///
/// ```
/// use vestibule::access::TokenSecret;
/// use vestibule::domain::RecordPrefix;
///
/// let entropy = [7; 32]; // 32 bytes of the host's random source
/// let secret = TokenSecret::from_entropy(&RecordPrefix::parse("product")?, entropy);
/// assert!(secret.expose().starts_with("product_scim_0707"));
/// assert_eq!(format!("{secret:?}"), "TokenSecret(redacted)");
///
/// let copied = secret.expose().to_owned();
/// assert!(TokenSecret::parse(&copied).is_ok());
/// assert!(TokenSecret::parse(&copied.replace("0707", "0708")).is_err());
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct TokenSecret(String);

impl TokenSecret {
    /// Makes a secret of 32 bytes from the host's random source. See the type's example.
    #[must_use]
    pub fn from_entropy(prefix: &RecordPrefix, entropy: [u8; 32]) -> Self {
        let vendor = String::from(prefix.clone());
        let body = format!("{vendor}{MARK}{}", hexadecimal(&entropy));
        let check = check(&body);
        Self(body + &check)
    }

    /// Reads a secret and checks its checksum, which catches slips of copying. That a secret is well
    /// formed does not say that it is valid. See the type's example.
    ///
    /// # Errors
    ///
    /// [`DenyCode::TokenInvalid`] for any other text.
    pub fn parse(text: &str) -> Result<Self, DenyCode> {
        let well_formed = |text: &str| {
            let (_, digits) = text.rsplit_once(MARK)?;
            let body = text.len().checked_sub(CHECK_DIGITS)?;
            let (body, checksum) = text.split_at_checked(body)?;
            let length = SECRET_DIGITS.checked_add(CHECK_DIGITS)?;
            (digits.len() == length && check(body) == checksum).then(|| Self(text.to_owned()))
        };
        let short = Some(text).filter(|text| text.len() <= MAX_TOKEN_BYTES);
        short.and_then(well_formed).ok_or(DenyCode::TokenInvalid)
    }

    /// The text itself, to be shown once. See the type's example.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    ///
    /// ```
    /// use vestibule::access::{TokenHash, TokenSecret};
    /// use vestibule::domain::RecordPrefix;
    /// let secret = TokenSecret::from_entropy(&RecordPrefix::parse("product")?, [7; 32]);
    /// assert_eq!(secret.hash(), TokenHash::of(secret.expose()));
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

/// The first digits of the hash of what stands before them.
fn check(body: &str) -> String {
    let mut digits = Digest::of(body.as_bytes()).to_string();
    digits.truncate(CHECK_DIGITS);
    digits
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenSecret(redacted)")
    }
}

/// SHA-256 of a token's text: what is stored, and what a host may index its tokens by.
///
/// ```
/// use vestibule::access::TokenHash;
/// assert_eq!(TokenHash::of("a"), TokenHash::of("a"));
/// assert_ne!(TokenHash::of("a"), TokenHash::of("b"));
/// assert_eq!(format!("{:?}", TokenHash::of("a")), "TokenHash(ca978112)");
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(Digest);

impl TokenHash {
    /// The hash of a presented text, whether it is a token or not. See the type's example.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Digest::of(text.as_bytes()))
    }

    /// A short name of the token, for people and logs.
    ///
    /// ```
    /// assert_eq!(vestibule::access::TokenHash::of("a").name(), "ca978112");
    /// ```
    #[must_use]
    pub fn name(&self) -> String {
        let mut digits = self.0.to_string();
        digits.truncate(CHECK_DIGITS);
        digits
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.0.is_same(&other.0)
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TokenHash({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown_and_a_hash_by_its_first_digits() {
        let prefix = RecordPrefix::parse("product").unwrap();
        let secret = TokenSecret::from_entropy(&prefix, [9; 32]);
        assert_eq!(format!("{secret:?}"), "TokenSecret(redacted)");
        assert_eq!(TokenHash::of("a").name(), "ca978112");
        assert_eq!(format!("{:?}", TokenHash::of("a")), "TokenHash(ca978112)");
    }

    #[test]
    fn a_changed_cut_or_foreign_text_is_no_secret() {
        let prefix = RecordPrefix::parse("product").unwrap();
        let text = TokenSecret::from_entropy(&prefix, [9; 32]).0;
        assert_eq!(text.len(), "product".len() + MARK.len() + 72);
        assert!(TokenSecret::parse(&text).is_ok());
        let last = text.get(..text.len() - 1).unwrap();
        for wrong in [last, &text.replace("09", "0a"), &text.to_uppercase(), ""] {
            assert_eq!(TokenSecret::parse(wrong), Err(DenyCode::TokenInvalid));
        }
        assert!(TokenSecret::parse(&"a".repeat(MAX_TOKEN_BYTES + 1)).is_err());
    }
}
