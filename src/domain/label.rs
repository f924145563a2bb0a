//! The label before a domain at which challenge records stand, where the host chooses it.

use serde::{Deserialize, Serialize};

use super::error::{DomainError, DomainErrorKind};
use crate::limits::MAX_RECORD_LABEL_BYTES;

/// A label such as `_product-verify`.
///
/// An underscore, which no host name has, and then lower-case letters, digits and inner hyphens; not
/// the label of ACME (RFC 8555, section 8.4), which owners of domains delegate to others.
///
/// ```
/// use vestibule::domain::RecordLabel;
/// assert_eq!(RecordLabel::parse("_product-verify")?.as_str(), "_product-verify");
/// assert!(RecordLabel::parse("product-verify").is_err());
/// assert!(RecordLabel::parse("_acme-challenge").is_err());
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordLabel(String);

/// Whoever was delegated it to obtain certificates could prove the domain's control.
const RESERVED_LABEL: &str = "_acme-challenge";

impl RecordLabel {
    /// Checks `input`; the type's own example shows it.
    ///
    /// # Errors
    ///
    /// [`DomainErrorKind::RecordLabel`] and [`DomainErrorKind::ReservedLabel`].
    pub fn parse(input: &str) -> Result<Self, DomainError> {
        let rest = input.strip_prefix('_').unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let edges = rest.starts_with('-') || rest.ends_with('-');
        let fits = !rest.is_empty() && input.len() <= MAX_RECORD_LABEL_BYTES;
        let kind = if input == RESERVED_LABEL {
            DomainErrorKind::ReservedLabel
        } else if fits && !edges && rest.bytes().all(plain) {
            return Ok(Self(input.to_owned()));
        } else {
            DomainErrorKind::RecordLabel
        };
        Err(DomainError::new(kind, input))
    }

    /// The label, without the dot after it. See the type's example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RecordLabel {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Self, DomainError> {
        Self::parse(&text)
    }
}

impl From<RecordLabel> for String {
    fn from(label: RecordLabel) -> Self {
        label.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_read_and_stored_as_it_was_given() {
        let label = RecordLabel::parse("_product-verify").unwrap();
        assert_eq!(label.as_str(), "_product-verify");
        assert_eq!(String::from(label), "_product-verify");
    }

    #[test]
    fn each_refused_label_has_an_accepted_twin() {
        let longest = format!("_{}", "a".repeat(MAX_RECORD_LABEL_BYTES - 1));
        let longer = format!("{longest}a");
        for (accepted, refused) in [
            ("_product", "product"),
            ("_product", "_"),
            ("_product", "_Product"),
            ("_my-product", "_my_product"),
            ("_product1", "_product-"),
            ("_1product", "_-product"),
            ("_acme-challenges", "_acme-challenge"),
            (&longest, &longer),
        ] {
            assert!(RecordLabel::parse(accepted).is_ok(), "{accepted}");
            assert!(RecordLabel::parse(refused).is_err(), "{refused}");
        }
        let reserved = RecordLabel::parse("_acme-challenge").unwrap_err();
        assert_eq!(*reserved.kind(), DomainErrorKind::ReservedLabel);
    }
}
