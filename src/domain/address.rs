//! E-mail addresses, far narrower than the standard on purpose.
//!
//! An address decides which organization a person belongs to, so every text that two mail
//! programs might read differently is refused. This module does not say whether a mailbox exists
//! or who reads it.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::error::{EmailError, EmailErrorKind};
use super::name::MailDomain;
use crate::limits::MAX_LOCAL_PART_BYTES;

/// An address with exactly one reading.
///
/// One `@`; before it an unquoted ASCII local part of at most 64 bytes (the `dot-atom` of
/// [RFC 5322, section 3.2.3](https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3)) without `%`,
/// `!` or `=?`; after it a [`MailDomain`]. Nothing is trimmed, quotes and comments are refused.
///
/// Equality, order and hash ignore the case of A to Z. RFC 5321 lets a server tell `Grace@` from
/// `grace@`; no mail provider of note does, and two accounts that differ by case alone would be an
/// invitation to impersonate. The local part keeps the case that it was given, for sending mail.
///
/// `Debug` redacts and there is no `Display`.
///
/// ```
/// use vestibule::domain::EmailAddress;
/// let address = EmailAddress::parse("Grace.Hopper@Example.com")?;
/// assert_eq!(address.expose(), "Grace.Hopper@example.com");
/// assert_eq!(address, EmailAddress::parse("grace.hopper@example.com")?);
/// assert_eq!(format!("{address:?}"), "EmailAddress(24 bytes)");
/// # Ok::<(), vestibule::domain::EmailError>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    spelled: String,
    key: String,
    domain: MailDomain,
}

impl EmailAddress {
    /// Reads one address; nothing is trimmed.
    ///
    /// # Errors
    ///
    /// See [`EmailErrorKind`]; [`EmailError`] has an example.
    pub fn parse(input: &str) -> Result<Self, EmailError> {
        Self::read(input).map_err(EmailError::new)
    }

    fn read(input: &str) -> Result<Self, EmailErrorKind> {
        let at_signs = input.bytes().filter(|byte| *byte == b'@').count();
        let (1, Some((local, domain))) = (at_signs, input.split_once('@')) else {
            return Err(EmailErrorKind::AtSigns { found: at_signs });
        };
        check_local(local)?;
        let domain = MailDomain::parse(domain)
            .map_err(|error| EmailErrorKind::Domain(error.kind().clone()))?;
        Ok(Self {
            spelled: [local, "@", domain.as_str()].concat(),
            key: [local.to_ascii_lowercase().as_str(), "@", domain.as_str()].concat(),
            domain,
        })
    }

    /// The address: the local part as given, the domain in normal form.
    ///
    /// Personal data; [`EmailAddress`] has an example.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.spelled
    }

    /// The part after the only `@`, in normal form.
    ///
    /// ```
    /// use vestibule::domain::EmailAddress;
    /// let address = EmailAddress::parse("bob@GMail.com")?;
    /// assert_eq!(address.domain().as_str(), "gmail.com");
    /// # Ok::<(), vestibule::domain::EmailError>(())
    /// ```
    #[must_use]
    pub const fn domain(&self) -> &MailDomain {
        &self.domain
    }

    /// The text that equal addresses share: the address in small letters.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }
}

fn check_local(local: &str) -> Result<(), EmailErrorKind> {
    if local.len() > MAX_LOCAL_PART_BYTES {
        return Err(EmailErrorKind::LocalTooLong {
            bytes: local.len(),
            limit: MAX_LOCAL_PART_BYTES,
        });
    }
    if local.contains(['%', '!']) {
        return Err(EmailErrorKind::Routing);
    }
    if local.contains("=?") {
        return Err(EmailErrorKind::EncodedWord);
    }
    if !local.bytes().all(|byte| is_atom_byte(byte) || byte == b'.') {
        return Err(EmailErrorKind::LocalCharacter);
    }
    if local.split('.').any(str::is_empty) {
        return Err(EmailErrorKind::LocalDots);
    }
    Ok(())
}

/// `atext` of RFC 5322, section 3.2.3, without `%` and `!`.
const fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'#' | b'$' | b'&' | b'\'' | b'*' | b'+' | b'-')
        || matches!(
            byte,
            b'/' | b'=' | b'?' | b'^' | b'_' | b'`' | b'{' | b'|' | b'}' | b'~'
        )
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "EmailAddress({} bytes)", self.spelled.len())
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for EmailAddress {}

impl PartialOrd for EmailAddress {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EmailAddress {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl Hash for EmailAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.spelled
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::DomainErrorKind;
    use super::*;

    fn kind(input: &str) -> EmailErrorKind {
        EmailAddress::parse(input).unwrap_err().kind().clone()
    }

    #[test]
    fn each_trap_is_refused_and_its_harmless_twin_accepted() {
        use EmailErrorKind as Kind;
        let domain = Kind::Domain;
        for (accepted, trap, expected) in [
            (
                "a@local.host",
                "a@localhost",
                domain(DomainErrorKind::SingleLabel),
            ),
            (
                "a@127.0.0.1.com",
                "a@[127.0.0.1]",
                domain(DomainErrorKind::IpLiteral),
            ),
            (
                "a@127.0.0.1.com",
                "a@127.0.0.1",
                domain(DomainErrorKind::IpLiteral),
            ),
            (
                "a@exam-ple.com",
                "a@exam_ple.com",
                domain(DomainErrorKind::InvalidCharacter),
            ),
            (
                "a@example.com",
                "a@example.com.",
                domain(DomainErrorKind::TrailingDot),
            ),
            (
                "a@example.com",
                "a@ｅxample.com",
                domain(DomainErrorKind::NotCanonical),
            ),
            (
                "a@evil.com",
                "a@victim.com@evil.com",
                Kind::AtSigns { found: 2 },
            ),
            (
                "a@evil.com",
                "\"a@victim.com\"@evil.com",
                Kind::AtSigns { found: 2 },
            ),
            ("a@evil.com", "\"a\"@evil.com", Kind::LocalCharacter),
            ("a@evil.com", "a(comment)@evil.com", Kind::LocalCharacter),
            (
                "a@evil.com",
                "=?utf-8?q?a=40victim.com=3e=00?=@evil.com",
                Kind::EncodedWord,
            ),
            ("a=b@evil.com", "a=?b@evil.com", Kind::EncodedWord),
            ("a-b@evil.com", "a%victim.com@evil.com", Kind::Routing),
            ("a-b@evil.com", "victim.com!a@evil.com", Kind::Routing),
            ("a.b@evil.com", "a..b@evil.com", Kind::LocalDots),
            ("a.b@evil.com", ".a@evil.com", Kind::LocalDots),
            ("a.b@evil.com", "a.@evil.com", Kind::LocalDots),
            ("a@evil.com", "@evil.com", Kind::LocalDots),
            ("a@evil.com", "evil.com", Kind::AtSigns { found: 0 }),
            ("a@evil.com", " a@evil.com", Kind::LocalCharacter),
            ("a@evil.com", "a\0@evil.com", Kind::LocalCharacter),
            ("a@evil.com", "ä@evil.com", Kind::LocalCharacter),
            ("a@evil.com", "<a@evil.com>", Kind::LocalCharacter),
        ] {
            assert_eq!(EmailAddress::parse(accepted).unwrap().expose(), accepted);
            assert_eq!(kind(trap), expected, "{trap}");
        }
    }

    #[test]
    fn a_local_part_of_64_bytes_fits_and_of_65_does_not() {
        let of = |bytes: usize| format!("{}@example.com", "a".repeat(bytes));
        assert!(EmailAddress::parse(&of(64)).is_ok());
        assert_eq!(
            kind(&of(65)),
            EmailErrorKind::LocalTooLong {
                bytes: 65,
                limit: 64
            }
        );
    }

    #[test]
    fn an_address_may_be_of_any_domain_that_mail_can_have() {
        for address in ["bob@gmail.com", "clerk@co.uk", "a@acme.onmicrosoft.com"] {
            assert_eq!(EmailAddress::parse(address).unwrap().expose(), address);
        }
    }

    #[test]
    fn case_makes_no_second_person_and_other_spellings_do() {
        let parse = |text| EmailAddress::parse(text).unwrap();
        assert_eq!(parse("Bob@Gmail.com"), parse("bob@gmail.com"));
        assert_ne!(parse("bob+a@gmail.com"), parse("bob@gmail.com"));
        assert_eq!(
            parse("a@bücher.example").expose(),
            "a@xn--bcher-kva.example"
        );
    }

    #[test]
    fn addresses_are_ordered_and_hashed_by_what_makes_them_equal() {
        let parse = |text| EmailAddress::parse(text).unwrap();
        let hash = |text| {
            let mut hasher = std::hash::DefaultHasher::new();
            parse(text).hash(&mut hasher);
            hasher.finish()
        };
        assert!(parse("A@example.com") < parse("b@example.com"));
        assert!(parse("a@example.com") < parse("B@example.com"));
        assert_eq!(hash("A@example.com"), hash("a@example.com"));
        assert_ne!(hash("a@example.com"), hash("b@example.com"));
    }

    #[test]
    fn nothing_of_an_address_is_in_debug_or_in_an_error() {
        let address = EmailAddress::parse("grace@example.com").unwrap();
        assert_eq!(format!("{address:?}"), "EmailAddress(17 bytes)");
        let error = EmailAddress::parse("grace@exa mple.com").unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(!text.contains("grace") && !text.contains("mple.com"));
    }
}
