//! The TXT record that proves control of a domain: its owner name, its value and its token.
//!
//! This module neither draws the token's entropy nor asks a resolver.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::{DomainError, DomainErrorKind};
use super::label::RecordLabel;
use super::name::DomainName;
use crate::limits::{MAX_DOMAIN_OCTETS, MAX_RECORD_PREFIX_BYTES};

/// What an administrator has to publish to prove control of one domain.
///
/// ```
/// use vestibule::domain::{Challenge, ChallengeToken, DomainName, RecordPlacement, RecordPrefix};
///
/// let domain = DomainName::parse("example.com")?;
/// let token = ChallengeToken::from_entropy([0; 20]); // 20 bytes of the host's random source
/// let prefix = RecordPrefix::parse("product")?;
/// let challenge = Challenge::new(domain, prefix, RecordPlacement::ChallengeLabel, token)?;
/// assert_eq!(challenge.query_name(), "_product-challenge.example.com");
/// assert_eq!(
///     challenge.record_value(),
///     "product-domain-verify=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
/// );
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    domain: DomainName,
    prefix: RecordPrefix,
    placement: RecordPlacement,
    token: ChallengeToken,
    #[serde(default)]
    scope: ClaimScope,
    #[serde(default)]
    label: Option<RecordLabel>,
}

impl Challenge {
    /// The challenge for `domain`.
    ///
    /// # Errors
    ///
    /// [`DomainErrorKind::RecordNameTooLong`] when the label does not fit before the domain.
    pub fn new(
        domain: DomainName,
        prefix: RecordPrefix,
        placement: RecordPlacement,
        token: ChallengeToken,
    ) -> Result<Self, DomainError> {
        let challenge = Self {
            domain,
            prefix,
            placement,
            token,
            scope: ClaimScope::ExactDomain,
            label: None,
        };
        challenge.checked()
    }

    /// The challenge for a claim of this scope: its record says which, by name and by value.
    ///
    /// # Errors
    ///
    /// As [`Challenge::new`].
    ///
    /// ```
    /// # use vestibule::domain::*;
    /// # let domain = DomainName::parse("example.com")?;
    /// # let prefix = RecordPrefix::parse("product")?;
    /// # let token = ChallengeToken::from_entropy([0; 20]);
    /// let challenge = Challenge::new(domain, prefix, RecordPlacement::ChallengeLabel, token)?;
    /// let challenge = challenge.with_scope(ClaimScope::IncludeSubdomains)?;
    /// assert_eq!(challenge.query_name(), "_product-subdomains-challenge.example.com");
    /// assert!(challenge.record_value().starts_with("product-domain-verify-subdomains="));
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn with_scope(mut self, scope: ClaimScope) -> Result<Self, DomainError> {
        self.scope = scope;
        self.checked()
    }

    /// The challenge whose record stands at a label of the host's choice, where one is placed at a
    /// label at all.
    ///
    /// # Errors
    ///
    /// As [`Challenge::new`].
    ///
    /// ```
    /// # use vestibule::domain::*;
    /// # let domain = DomainName::parse("example.com")?;
    /// # let prefix = RecordPrefix::parse("product")?;
    /// # let token = ChallengeToken::from_entropy([0; 20]);
    /// let challenge = Challenge::new(domain, prefix, RecordPlacement::ChallengeLabel, token)?;
    /// let challenge = challenge.with_label(RecordLabel::parse("_product-verify")?)?;
    /// assert_eq!(challenge.query_name(), "_product-verify.example.com");
    /// let challenge = challenge.with_scope(ClaimScope::IncludeSubdomains)?;
    /// assert_eq!(challenge.query_name(), "_product-verify-subdomains.example.com");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn with_label(mut self, label: RecordLabel) -> Result<Self, DomainError> {
        self.label = Some(label);
        self.checked()
    }

    fn checked(self) -> Result<Self, DomainError> {
        let octets = self.query_name().len();
        if octets > MAX_DOMAIN_OCTETS {
            let limit = MAX_DOMAIN_OCTETS;
            let kind = DomainErrorKind::RecordNameTooLong { octets, limit };
            return Err(DomainError::new(kind, self.domain.as_str()));
        }
        Ok(self)
    }

    /// The domain whose control is to be proved. [`Challenge`] has an example of all the parts.
    #[must_use]
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// Which addresses the claim covers. [`with_scope`](Challenge::with_scope) has an example.
    #[must_use]
    pub const fn scope(&self) -> ClaimScope {
        self.scope
    }

    /// The token, which anybody may read: it is published in DNS (rule CLAIM-11).
    #[must_use]
    pub const fn token(&self) -> &ChallengeToken {
        &self.token
    }

    /// The owner name at which the record must stand and the host must ask for TXT (rule C-06).
    #[must_use]
    pub fn query_name(&self) -> String {
        self.name_at(self.placement)
    }

    /// The owner name at which the record would stand by the other placement.
    ///
    /// Asking for it as well is optional; it only improves the hint on a failure.
    ///
    /// ```
    /// # use vestibule::domain::*;
    /// # let domain = DomainName::parse("example.com")?;
    /// # let prefix = RecordPrefix::parse("product")?;
    /// # let token = ChallengeToken::from_entropy([0; 20]);
    /// let challenge = Challenge::new(domain, prefix, RecordPlacement::ChallengeLabel, token)?;
    /// assert_eq!(challenge.other_query_name(), "example.com");
    /// # Ok::<(), DomainError>(())
    /// ```
    #[must_use]
    pub fn other_query_name(&self) -> String {
        self.name_at(match self.placement {
            RecordPlacement::AtDomain => RecordPlacement::ChallengeLabel,
            RecordPlacement::ChallengeLabel => RecordPlacement::AtDomain,
        })
    }

    fn name_at(&self, placement: RecordPlacement) -> String {
        let (prefix, domain) = (&self.prefix.0, &self.domain);
        match (placement, &self.label, self.scope) {
            (RecordPlacement::AtDomain, _, _) => domain.as_str().to_owned(),
            (RecordPlacement::ChallengeLabel, Some(label), ClaimScope::ExactDomain) => {
                format!("{}.{domain}", label.as_str())
            }
            (RecordPlacement::ChallengeLabel, Some(label), ClaimScope::IncludeSubdomains) => {
                format!("{}-subdomains.{domain}", label.as_str())
            }
            (RecordPlacement::ChallengeLabel, None, ClaimScope::ExactDomain) => {
                format!("_{prefix}-challenge.{domain}")
            }
            (RecordPlacement::ChallengeLabel, None, ClaimScope::IncludeSubdomains) => {
                format!("_{prefix}-subdomains-challenge.{domain}")
            }
        }
    }

    /// The owner name that results when a DNS console appends the domain once more.
    ///
    /// Asking for it as well is optional; it only improves the hint on a failure.
    ///
    /// ```
    /// # use vestibule::domain::*;
    /// let domain = DomainName::parse("example.com")?;
    /// let prefix = RecordPrefix::parse("product")?;
    /// let token = ChallengeToken::from_entropy([0; 20]);
    /// let challenge = Challenge::new(domain, prefix, RecordPlacement::AtDomain, token)?;
    /// assert_eq!(challenge.doubled_query_name(), "example.com.example.com");
    /// # Ok::<(), DomainError>(())
    /// ```
    #[must_use]
    pub fn doubled_query_name(&self) -> String {
        format!("{}.{}", self.query_name(), self.domain)
    }

    /// The exact value of the record, without quotes (rule CLAIM-09).
    #[must_use]
    pub fn record_value(&self) -> String {
        format!("{}{}", self.value_prefix(), self.token)
    }

    /// What the values of all this vendor's records begin with.
    pub(super) fn value_prefix(&self) -> String {
        match self.scope {
            ClaimScope::ExactDomain => format!("{}-domain-verify=", self.prefix.0),
            ClaimScope::IncludeSubdomains => {
                format!("{}-domain-verify-subdomains=", self.prefix.0)
            }
        }
    }
}

/// Which addresses a claim covers (rule C-12).
///
/// A claim never reaches over a public suffix, and a verified claim to a name below is stronger.
#[expect(clippy::exhaustive_enums, reason = "a host offers both")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimScope {
    /// Those of exactly this domain.
    #[default]
    ExactDomain,
    /// Those of this domain and of every domain below it.
    IncludeSubdomains,
}

/// Where the record stands (rule C-06).
#[expect(
    clippy::exhaustive_enums,
    reason = "a host shows instructions for each"
)]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordPlacement {
    /// At the domain itself, among its other TXT records.
    AtDomain,
    /// At the label `_<prefix>-challenge`, or the [`RecordLabel`] that was chosen, before the domain,
    /// where it collides with nothing.
    #[default]
    ChallengeLabel,
}

/// The vendor's name as challenge records carry it, such as `product`.
///
/// One to 32 lower-case letters, digits and inner hyphens; not `acme`, whose challenge label is the
/// one of ACME (RFC 8555, section 8.4), which owners of domains delegate to others.
///
/// ```
/// use vestibule::domain::RecordPrefix;
/// assert!(RecordPrefix::parse("acme-cloud").is_ok());
/// assert!(RecordPrefix::parse("Acme Cloud").is_err());
/// assert!(RecordPrefix::parse("acme").is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordPrefix(String);

/// Whoever was delegated `_acme-challenge` to obtain certificates could prove the domain's control.
const RESERVED_PREFIX: &str = "acme";

impl RecordPrefix {
    /// Checks `input`; the type's own example shows it.
    ///
    /// # Errors
    ///
    /// [`DomainErrorKind::RecordPrefix`] and [`DomainErrorKind::ReservedPrefix`].
    pub fn parse(input: &str) -> Result<Self, DomainError> {
        let fits = (1..=MAX_RECORD_PREFIX_BYTES).contains(&input.len());
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let edges = input.starts_with('-') || input.ends_with('-');
        let kind = if input == RESERVED_PREFIX {
            DomainErrorKind::ReservedPrefix
        } else if fits && !edges && input.bytes().all(plain) {
            return Ok(Self(input.to_owned()));
        } else {
            DomainErrorKind::RecordPrefix
        };
        Err(DomainError::new(kind, input))
    }
}

impl TryFrom<String> for RecordPrefix {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Self, DomainError> {
        Self::parse(&text)
    }
}

impl From<RecordPrefix> for String {
    fn from(prefix: RecordPrefix) -> Self {
        prefix.0
    }
}

/// 160 random bits as 32 characters of lower-case base32, without padding.
///
/// Base32 because DNS consoles change the case of what they are given less often than they break
/// mixed case. The token becomes public with the record; what it must be is unguessable before.
///
/// ```
/// use vestibule::domain::ChallengeToken;
/// let token = ChallengeToken::from_entropy(*b"foobarfoobarfoobarfo");
/// assert_eq!(token.as_str(), "mzxw6ytbojtg633cmfzgm33pmjqxeztp");
/// assert_eq!(ChallengeToken::parse(token.as_str())?, token);
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChallengeToken(String);

impl ChallengeToken {
    /// Encodes 20 bytes that the host drew from a cryptographic random source.
    #[must_use]
    pub fn from_entropy(entropy: [u8; 20]) -> Self {
        let (groups, _) = entropy.as_chunks::<5>();
        Self(
            groups
                .iter()
                .flat_map(|group| base32_group(*group))
                .collect(),
        )
    }

    /// Reads a stored token; the type's own example shows it.
    ///
    /// # Errors
    ///
    /// [`DomainErrorKind::Token`].
    pub fn parse(input: &str) -> Result<Self, DomainError> {
        if input.len() == 32 && input.bytes().all(|byte| ALPHABET.contains(&byte)) {
            Ok(Self(input.to_owned()))
        } else {
            Err(DomainError::new(DomainErrorKind::Token, input))
        }
    }

    /// The 32 characters; the type's own example shows them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Five bytes are eight characters of five bits (RFC 4648, section 6).
fn base32_group(group: [u8; 5]) -> impl Iterator<Item = char> {
    let [a, b, c, d, e] = group;
    let bits = u64::from_be_bytes([0, 0, 0, a, b, c, d, e]);
    [35, 30, 25, 20, 15, 10, 5, 0]
        .into_iter()
        .filter_map(move |shift: u32| {
            let index = usize::try_from((bits >> shift) & 0x1f).ok()?;
            ALPHABET.get(index).copied().map(char::from)
        })
}

impl fmt::Display for ChallengeToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for ChallengeToken {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Self, DomainError> {
        Self::parse(&text)
    }
}

impl From<ChallengeToken> for String {
    fn from(token: ChallengeToken) -> Self {
        token.0
    }
}

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(domain: &str, placement: RecordPlacement) -> Result<Challenge, DomainError> {
        Challenge::new(
            DomainName::parse(domain)?,
            RecordPrefix::parse("product")?,
            placement,
            ChallengeToken::from_entropy([7; 20]),
        )
    }

    #[test]
    fn the_record_stands_where_the_placement_says() {
        let at_domain = challenge("example.com", RecordPlacement::AtDomain).unwrap();
        assert_eq!(at_domain.query_name(), "example.com");
        let label = challenge("example.com", RecordPlacement::ChallengeLabel).unwrap();
        assert_eq!(label.query_name(), "_product-challenge.example.com");
        assert_eq!(at_domain.other_query_name(), label.query_name());
        assert_eq!(label.other_query_name(), "example.com");
        assert_eq!(at_domain.doubled_query_name(), "example.com.example.com");
        assert_eq!(at_domain.record_value(), label.record_value());
    }

    #[test]
    fn a_label_that_does_not_fit_is_refused_and_the_domain_itself_is_not() {
        let label = "a".repeat(63);
        let domain = [
            &label,
            &label,
            &label,
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com",
        ]
        .map(str::to_owned)
        .join(".");
        assert!(challenge(&domain, RecordPlacement::AtDomain).is_ok());
        let error = challenge(&domain, RecordPlacement::ChallengeLabel).unwrap_err();
        assert!(matches!(
            error.kind(),
            DomainErrorKind::RecordNameTooLong { .. }
        ));
    }

    #[test]
    fn different_entropy_gives_different_tokens() {
        let mut entropy = [0; 20];
        entropy[19] = 1;
        let token = ChallengeToken::from_entropy(entropy);
        assert_eq!(token.as_str(), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
        let counted = ChallengeToken::from_entropy(std::array::from_fn(|at| at as u8));
        assert_eq!(counted.as_str(), "aaaqeayeaudaocajbifqydiob4ibceqt");
        assert!(ChallengeToken::parse("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1").is_err());
        assert!(ChallengeToken::parse("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").is_err());
    }

    #[test]
    fn a_prefix_is_one_plain_label() {
        for (accepted, refused) in [
            ("a", ""),
            ("acme-cloud", "acme"),
            ("a-b", "-ab"),
            ("a-b", "ab-"),
            ("ab", "aB"),
            ("ab", "a.b"),
        ] {
            assert!(RecordPrefix::parse(accepted).is_ok());
            assert!(RecordPrefix::parse(refused).is_err(), "{refused}");
        }
        let reserved = RecordPrefix::parse("acme").unwrap_err();
        assert_eq!(*reserved.kind(), DomainErrorKind::ReservedPrefix);
        assert!(RecordPrefix::parse(&"a".repeat(32)).is_ok());
        assert!(RecordPrefix::parse(&"a".repeat(33)).is_err());
    }
}
