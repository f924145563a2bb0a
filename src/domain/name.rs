//! Domain names in one normal form.
//!
//! Two types: a [`MailDomain`] is the domain of an address, a [`DomainName`] a domain that an
//! organization may claim. Neither is resolved here, and neither says who controls the domain.

use std::borrow::Borrow;
use std::fmt;
use std::net::Ipv6Addr;

use idna::AsciiDenyList;
use psl::{Psl, Type};
use serde::{Deserialize, Serialize};

use super::error::{DomainError, DomainErrorKind};
use super::lists::DomainLists;
use super::shared::is_shared;
use crate::limits::{MAX_DOMAIN_INPUT_BYTES, MAX_DOMAIN_OCTETS, MAX_LABEL_OCTETS};

/// A domain that an organization may claim.
///
/// A [`MailDomain`] that is also neither a public suffix (`co.uk`), nor a suffix of the list's
/// private division (`github.io`), nor a provider of free mail or a name shared out among the
/// tenants of a service (`gmail.com`, `acme.onmicrosoft.com`). Rules CLAIM-24 and C-11.
///
/// These lists change with the versions of this library. They are asked when a name is read with
/// [`parse`](DomainName::parse), at the moment of claiming; a stored name is read back by its normal
/// form alone, so that a longer list does not make stored claims unreadable. Input from outside is
/// therefore to be parsed, never deserialized.
///
/// ```
/// use vestibule::domain::DomainName;
/// use vestibule::error::Explain;
///
/// assert_eq!(DomainName::parse("Example.COM")?.as_str(), "example.com");
/// assert_eq!(DomainName::parse("bücher.example")?.as_str(), "xn--bcher-kva.example");
/// assert_eq!(DomainName::parse("gmail.com").unwrap_err().code(), "domain-shared");
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DomainName(MailDomain);

impl DomainName {
    /// Reads `input` as an administrator typed it; nothing is trimmed.
    ///
    /// # Errors
    ///
    /// See [`DomainErrorKind`]; the type's own example shows one.
    pub fn parse(input: &str) -> Result<Self, DomainError> {
        let name = MailDomain::parse(input)?;
        match refusal_to_claim(name.as_str()) {
            Some(kind) => Err(DomainError::new(kind, input)),
            None => Ok(Self(name)),
        }
    }

    /// Reads `input` as [`parse`](DomainName::parse) does, with the host's own lists.
    ///
    /// # Errors
    ///
    /// See [`DomainErrorKind`]; [`DomainLists`] has an example.
    pub fn parse_with(input: &str, lists: &DomainLists) -> Result<Self, DomainError> {
        let name = MailDomain::parse(input)?;
        let refusal = if lists.refuses(&name) {
            Some(DomainErrorKind::Refused)
        } else {
            refusal_to_claim(name.as_str())
        };
        match refusal {
            Some(kind) if !lists.lifts(&name, &kind) => Err(DomainError::new(kind, input)),
            Some(_) | None => Ok(Self(name)),
        }
    }

    /// The normal form: lower case, ASCII, no dot at the end. [`DomainName`] has an example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The same name as the domain of addresses.
    ///
    /// ```
    /// use vestibule::domain::{DomainName, EmailAddress};
    /// let claimed = DomainName::parse("example.com")?;
    /// let address = EmailAddress::parse("grace@example.com")?;
    /// assert_eq!(claimed.as_mail_domain(), address.domain());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn as_mail_domain(&self) -> &MailDomain {
        &self.0
    }
}

/// Lets a map with claimed domains as keys be searched by a name in normal form.
impl Borrow<str> for DomainName {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

/// Lets a map with claimed domains as keys be searched by the domain of an address.
impl Borrow<MailDomain> for DomainName {
    fn borrow(&self) -> &MailDomain {
        &self.0
    }
}

/// The domain of an address: a host name of at least two labels, in normal form.
///
/// The normal form is lower-case ASCII. A name in another script is accepted when it is already
/// in the form that [UTS 46](https://www.unicode.org/reports/tr46/) gives it, and is stored as its
/// `xn--` form. Input that the conversion would change by more than the case of A to Z is refused,
/// never silently mapped: two texts that look different must not become one claim.
///
/// ```
/// use vestibule::domain::MailDomain;
/// use vestibule::error::Explain;
///
/// assert_eq!(MailDomain::parse("GMail.com")?.as_str(), "gmail.com");
/// let full_width = MailDomain::parse("ｇmail.com").unwrap_err();
/// assert_eq!(full_width.code(), "domain-not-canonical");
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailDomain(String);

impl MailDomain {
    /// Reads a domain; nothing is trimmed.
    ///
    /// # Errors
    ///
    /// See [`DomainErrorKind`]; the type's own example shows one.
    pub fn parse(input: &str) -> Result<Self, DomainError> {
        normalize(input)
            .map(Self)
            .map_err(|kind| DomainError::new(kind, input))
    }

    /// The name and the names above it, the longest first.
    ///
    /// ```
    /// use vestibule::domain::MailDomain;
    /// let domain = MailDomain::parse("eng.example.com")?;
    /// let names: Vec<_> = domain.with_parents().collect();
    /// assert_eq!(names, ["eng.example.com", "example.com", "com"]);
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    pub fn with_parents(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.0.as_str()), |name| {
            name.split_once('.').map(|(_, parent)| parent)
        })
    }

    /// The normal form: lower case, ASCII, no dot at the end. [`MailDomain`] has an example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text_form {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = DomainError;

            fn try_from(text: String) -> Result<Self, DomainError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.as_str().to_owned()
            }
        }
    };
}

/// Lets a set of domains be searched by a name in normal form.
impl Borrow<str> for MailDomain {
    fn borrow(&self) -> &str {
        &self.0
    }
}

text_form!(DomainName);
text_form!(MailDomain);

fn normalize(input: &str) -> Result<String, DomainErrorKind> {
    if input.len() > MAX_DOMAIN_INPUT_BYTES {
        return Err(DomainErrorKind::TooLong {
            octets: input.len(),
            limit: MAX_DOMAIN_INPUT_BYTES,
        });
    }
    if let Some(kind) = something_else(input) {
        return Err(kind);
    }
    let lower = input.to_ascii_lowercase();
    let ascii = match is_plain(&lower) {
        true => lower,
        false => to_ascii(&lower)?,
    };
    check_labels(&ascii)?;
    Ok(ascii)
}

/// Whether the conversion would leave the text as it is: letters, digits, hyphens and dots, and no
/// label in the form that stands for another script.
fn is_plain(lower: &str) -> bool {
    let is_plain_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    lower.bytes().all(is_plain_byte) && !lower.split('.').any(|label| label.starts_with("xn--"))
}

/// Input that is recognizably not a domain name gets its own hint.
fn something_else(input: &str) -> Option<DomainErrorKind> {
    let unbracketed = input.trim_start_matches('[').trim_end_matches(']');
    let address = unbracketed.strip_prefix("IPv6:").unwrap_or(unbracketed);
    let is_ipv6 = || address.contains(':') && address.parse::<Ipv6Addr>().is_ok();
    if input.starts_with('[') || is_ipv6() {
        Some(DomainErrorKind::IpLiteral)
    } else if input.contains("://") || input.contains(['/', '?', '#', ':', '\\']) {
        Some(DomainErrorKind::Url)
    } else if input.contains('@') {
        Some(DomainErrorKind::Address)
    } else if input.contains('*') {
        Some(DomainErrorKind::Wildcard)
    } else if input.len() > 1 && input.ends_with('.') {
        Some(DomainErrorKind::TrailingDot)
    } else {
        None
    }
}

/// `lower` is in lower case as far as ASCII goes; the result differs from it only by encoding.
fn to_ascii(lower: &str) -> Result<String, DomainErrorKind> {
    let ascii = idna::domain_to_ascii_cow(lower.as_bytes(), AsciiDenyList::STD3)
        .map_err(|_| DomainErrorKind::InvalidCharacter)?;
    let (unicode, decoded) = idna::domain_to_unicode(&ascii);
    decoded.map_err(|_| DomainErrorKind::InvalidCharacter)?;
    if same_labels(lower, &ascii, &unicode) {
        Ok(ascii.into_owned())
    } else {
        Err(DomainErrorKind::NotCanonical)
    }
}

/// Whether each label was given either in its ASCII form or in its Unicode form.
fn same_labels(given: &str, ascii: &str, unicode: &str) -> bool {
    let forms = ascii.split('.').zip(unicode.split('.'));
    given.split('.').count() == ascii.split('.').count()
        && given
            .split('.')
            .zip(forms)
            .all(|(label, (ascii, unicode))| label == ascii || label == unicode)
}

fn check_labels(ascii: &str) -> Result<(), DomainErrorKind> {
    for label in ascii.split('.') {
        check_label(label)?;
    }
    if ascii.len() > MAX_DOMAIN_OCTETS {
        return Err(DomainErrorKind::TooLong {
            octets: ascii.len(),
            limit: MAX_DOMAIN_OCTETS,
        });
    }
    if !ascii.contains('.') {
        return Err(DomainErrorKind::SingleLabel);
    }
    if ascii.rsplit('.').next().is_some_and(is_number) {
        return Err(DomainErrorKind::IpLiteral);
    }
    Ok(())
}

fn check_label(label: &str) -> Result<(), DomainErrorKind> {
    if label.is_empty() {
        Err(DomainErrorKind::EmptyLabel)
    } else if label.len() > MAX_LABEL_OCTETS {
        Err(DomainErrorKind::LabelTooLong {
            octets: label.len(),
            limit: MAX_LABEL_OCTETS,
        })
    } else if label.starts_with('-') || label.ends_with('-') {
        // RFC 952 and RFC 1123, section 2.1: a hyphen stands inside.
        Err(DomainErrorKind::InvalidCharacter)
    } else {
        Ok(())
    }
}

/// A last label that resolvers and browsers read as part of an IPv4 address.
fn is_number(label: &str) -> bool {
    let digits = |text: &str, hexadecimal: bool| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || (hexadecimal && byte.is_ascii_hexdigit()))
    };
    digits(label, false)
        || label
            .strip_prefix("0x")
            .is_some_and(|rest| digits(rest, true))
}

fn refusal_to_claim(name: &str) -> Option<DomainErrorKind> {
    if is_shared(name) {
        return Some(DomainErrorKind::SharedDomain);
    }
    // The list compares bytes; `name` is in lower case already.
    let suffix = psl::List.suffix(name.as_bytes())?;
    if suffix.as_bytes() != name.as_bytes() {
        return None;
    }
    match suffix.typ() {
        Some(Type::Private) => Some(DomainErrorKind::PrivateSuffix),
        Some(Type::Icann) | None => Some(DomainErrorKind::PublicSuffix),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kind(input: &str) -> DomainErrorKind {
        DomainName::parse(input).unwrap_err().kind().clone()
    }

    #[test]
    fn each_refused_name_has_an_accepted_twin() {
        for (accepted, refused, expected) in [
            ("example.co.uk", "co.uk", DomainErrorKind::PublicSuffix),
            ("example.co.uk", "CO.UK", DomainErrorKind::PublicSuffix),
            (
                "xn--bcher-kva.xn--55qx5d.cn",
                "xn--55qx5d.cn",
                DomainErrorKind::PublicSuffix,
            ),
            (
                "acme.github.io",
                "github.io",
                DomainErrorKind::PrivateSuffix,
            ),
            ("agmail.com", "gmail.com", DomainErrorKind::SharedDomain),
            (
                "acme.microsoft.com",
                "acme.onmicrosoft.com",
                DomainErrorKind::SharedDomain,
            ),
            ("example.com", "example.com.", DomainErrorKind::TrailingDot),
            ("example.com", "example", DomainErrorKind::SingleLabel),
            (
                "ex-ample.com",
                "-example.com",
                DomainErrorKind::InvalidCharacter,
            ),
            ("ab--cd.com", "ab--.com", DomainErrorKind::InvalidCharacter),
            (
                "example.com",
                "ex ample.com",
                DomainErrorKind::InvalidCharacter,
            ),
            (
                "example.com",
                " example.com",
                DomainErrorKind::InvalidCharacter,
            ),
            (
                "example.com",
                "exam_ple.com",
                DomainErrorKind::InvalidCharacter,
            ),
            (
                "example.com",
                "example.com\0",
                DomainErrorKind::InvalidCharacter,
            ),
            ("example.com", "example..com", DomainErrorKind::EmptyLabel),
            ("example.com", ".example.com", DomainErrorKind::EmptyLabel),
            ("example.com", "", DomainErrorKind::EmptyLabel),
            ("example.com", "*.example.com", DomainErrorKind::Wildcard),
            ("example.com", "https://example.com", DomainErrorKind::Url),
            ("example.com", "example.com/path", DomainErrorKind::Url),
            ("example.com", "example.com:443", DomainErrorKind::Url),
            ("example.com", "grace@example.com", DomainErrorKind::Address),
            ("1.2.3.4a.com", "1.2.3.4", DomainErrorKind::IpLiteral),
            ("0x7f.com", "1.2.0x7f", DomainErrorKind::IpLiteral),
            ("example.com", "[::1]", DomainErrorKind::IpLiteral),
            ("example.com", "::1", DomainErrorKind::IpLiteral),
        ] {
            assert_eq!(DomainName::parse(accepted).unwrap().as_str(), accepted);
            assert_eq!(kind(refused), expected, "{refused}");
        }
    }

    #[test]
    fn only_the_case_of_ascii_letters_may_change() {
        for (input, stored) in [
            ("EXAMPLE.Com", "example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("bücher.xn--p1ai", "xn--bcher-kva.xn--p1ai"),
            ("exаmple.com", "xn--exmple-4nf.com"),
        ] {
            assert_eq!(DomainName::parse(input).unwrap().as_str(), stored);
        }
        for mapped in [
            "ＥＸＡＭＰＬＥ．ｃｏｍ",
            "example。com",
            "exam\u{ad}ple.com",
            "\u{212a}.com",
            "①.com",
            "BÜCHER.example",
            "bu\u{308}cher.example",
        ] {
            assert_eq!(kind(mapped), DomainErrorKind::NotCanonical, "{mapped}");
        }
        assert_eq!(kind("℀.com"), DomainErrorKind::InvalidCharacter);
        assert_eq!(kind("xn--a.com"), DomainErrorKind::InvalidCharacter);
    }

    #[test]
    fn lengths_are_bounded_at_the_last_octet() {
        let label = |octets: usize| "a".repeat(octets);
        assert!(DomainName::parse(&format!("{}.com", label(63))).is_ok());
        assert!(matches!(
            kind(&format!("{}.com", label(64))),
            DomainErrorKind::LabelTooLong {
                octets: 64,
                limit: 63
            }
        ));
        let long = [label(63), label(63), label(63), label(57), "com".into()].join(".");
        assert_eq!(long.len(), 253);
        assert!(DomainName::parse(&long).is_ok());
        let longer = [label(63), label(63), label(63), label(58), "com".into()].join(".");
        assert_eq!(
            kind(&longer),
            DomainErrorKind::TooLong {
                octets: 254,
                limit: 253
            }
        );
        assert!(matches!(
            kind(&"a.".repeat(600)),
            DomainErrorKind::TooLong { limit: 1024, .. }
        ));
    }

    #[test]
    fn an_error_does_not_repeat_an_address() {
        let error = DomainName::parse("grace@example.com").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("grace"));
        let error = DomainName::parse("co.uk").unwrap_err();
        assert_eq!(error.to_string(), "the name is a public suffix: `co.uk`");
    }

    #[test]
    fn stored_text_is_read_back_by_its_normal_form_and_without_the_lists() {
        let name = DomainName::parse("example.com").unwrap();
        let text = serde_json::to_string(&name).unwrap();
        assert_eq!(serde_json::from_str::<DomainName>(&text).unwrap(), name);
        let listed_since = serde_json::from_str::<DomainName>("\"co.uk\"").unwrap();
        assert_eq!(listed_since.as_str(), "co.uk");
        assert_eq!(kind("co.uk"), DomainErrorKind::PublicSuffix);
        for broken in ["\"co.uk.\"", "\"localhost\"", "\"a b.example\"", "7"] {
            assert!(
                serde_json::from_str::<DomainName>(broken).is_err(),
                "{broken}"
            );
        }
    }

    #[test]
    fn a_number_is_of_digits_and_hexadecimal_after_its_mark() {
        for (number, name) in [("127", "127a"), ("0x7f", "0x7g"), ("0", "7f")] {
            assert!(is_number(number), "{number}");
            assert!(!is_number(name), "{name}");
        }
    }

    #[test]
    fn most_names_need_no_conversion() {
        assert!(is_plain("example-1.com"));
        assert!(!is_plain("xn--bcher-kva.example"));
        assert!(!is_plain("b\u{fc}cher.example"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_plain_name_is_what_the_conversion_makes_of_it(
            name in "[a-z0-9.-]{1,12}|xn--[a-z0-9-]{1,8}|[a-z]{2}--[a-z0-9]{1,4}|[a-z0-9]{1,9}\\.[a-z0-9-]{1,9}",
        ) {
            if is_plain(&name) && check_labels(&name).is_ok() {
                prop_assert_eq!(to_ascii(&name), Ok(name));
            }
        }
    }
}
