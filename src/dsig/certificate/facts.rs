//! What a certificate says.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Fingerprint;
use crate::dsig::KeyKind;
use crate::dsig::base64;
use crate::dsig::key::VerifyingKey;

/// An uploaded certificate whose key this crate can verify with.
///
/// Made by [`parse_certificates`](super::parse_certificates), or by deserializing its own PEM text,
/// which passes through the same reader. Its texts are the words of whoever made the certificate:
/// fit to be shown, never to be trusted.
///
/// ```
/// use vestibule::dsig::{KeyKind, parse_certificates};
///
/// let der = include_bytes!(concat!(
///     env!("CARGO_MANIFEST_DIR"),
///     "/tests/data/certificates/rsa-2048.der"
/// ));
/// let certificate = &parse_certificates(der)?[0];
/// assert_eq!(certificate.as_der(), der);
/// assert_eq!(certificate.key_kind(), KeyKind::Rsa { bits: 2048 });
/// assert_eq!(certificate.subject(), "CN=vestibule test rsa-2048");
/// assert_eq!(certificate.issuer(), certificate.subject());
/// assert!(certificate.not_before() < certificate.not_after());
/// assert!(!certificate.is_not_yet_valid_at(certificate.not_after()));
/// assert!(certificate.oddities().is_empty());
/// assert_eq!(certificate.serial().split(':').count(), 20);
/// assert_eq!(certificate.fingerprint().to_string().len(), 95);
/// # Ok::<(), vestibule::dsig::CertificateError>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Certificate {
    pub(super) der: Vec<u8>,
    pub(super) fingerprint: Fingerprint,
    pub(super) issuer: DistinguishedName,
    pub(super) key: VerifyingKey,
    pub(super) not_after: DateTime<Utc>,
    pub(super) not_before: DateTime<Utc>,
    pub(super) oddities: Vec<CertificateOddity>,
    pub(super) serial: String,
    pub(super) subject: DistinguishedName,
}

/// A name in a certificate: its octets for comparing, its text for showing.
#[derive(Clone, Eq, PartialEq)]
pub(super) struct DistinguishedName {
    pub(super) der: Vec<u8>,
    pub(super) text: String,
}

/// Something in a certificate that RFC 5280 forbids or that an upload should not hold, and that
/// still does no harm. To be shown to the administrator.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateOddity {
    /// `notAfter` lies before `notBefore`.
    EndsBeforeItBegins,
    /// It issued another certificate of the same upload: part of a chain, most likely not what the
    /// identity provider signs assertions with. Remove it unless it is.
    IssuedAnother,
    /// The serial number has more than 20 octets (RFC 5280, section 4.1.2.2).
    LongSerial,
    /// The serial number is negative (RFC 5280, section 4.1.2.2).
    NegativeSerial,
}

impl Certificate {
    /// The octets as they were uploaded, without PEM or base64.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The SHA-256 fingerprint.
    #[must_use]
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The kind and size of the public key.
    #[must_use]
    pub const fn key_kind(&self) -> KeyKind {
        self.key.kind()
    }

    /// The first instant of the validity.
    #[must_use]
    pub const fn not_before(&self) -> DateTime<Utc> {
        self.not_before
    }

    /// The last second of the validity.
    #[must_use]
    pub const fn not_after(&self) -> DateTime<Utc> {
        self.not_after
    }

    /// The subject's name, such as `CN=idp.example.com`: for showing only, cut to 256 characters.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject.text
    }

    /// The issuer's name, shown as the subject's is.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer.text
    }

    /// The serial number's octets in hexadecimal with colons; of a longer one the first 20.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// What is odd about it, each once.
    #[must_use]
    pub fn oddities(&self) -> &[CertificateOddity] {
        &self.oddities
    }

    /// The certificate as PEM text, lines of 64 characters (RFC 7468).
    ///
    /// ```
    /// use vestibule::dsig::parse_certificates;
    ///
    /// let pem = include_bytes!(concat!(
    ///     env!("CARGO_MANIFEST_DIR"),
    ///     "/tests/data/certificates/ec-p256.pem"
    /// ));
    /// let certificate = &parse_certificates(pem)?[0];
    /// assert_eq!(certificate.subject(), "CN=vestibule test ec-p256");
    /// assert_eq!(certificate.key_kind().to_string(), "EC P-256");
    /// assert_eq!(certificate.to_pem().as_bytes(), pem);
    /// # Ok::<(), vestibule::dsig::CertificateError>(())
    /// ```
    #[must_use]
    pub fn to_pem(&self) -> String {
        let text = base64::encode(&self.der);
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        for (index, character) in text.chars().enumerate() {
            if index > 0 && index % 64 == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        pem.push_str("\n-----END CERTIFICATE-----\n");
        pem
    }

    /// Whether both hold one public key: a renewed certificate often does.
    #[must_use]
    pub fn has_key_of(&self, other: &Self) -> bool {
        self.key == other.key
    }

    pub(in crate::dsig) const fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Whether the names say that this one issued `other`; a self-issued one was issued by nobody.
    pub(super) fn is_named_issuer_of(&self, other: &Self) -> bool {
        other.subject.der != other.issuer.der && self.subject.der == other.issuer.der
    }
}

/// Without the names: a subject may hold an e-mail address.
impl fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Certificate")
            .field("fingerprint", &self.fingerprint)
            .field("key", &self.key_kind())
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}
