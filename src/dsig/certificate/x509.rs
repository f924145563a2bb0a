//! The one place that calls the X.509 library: octets to a [`Certificate`].
//!
//! Extensions are left unread, so a certificate with an odd one is still a carrier of its key.

use chrono::{DateTime, Utc};
use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::der_parser::asn1_rs::Tag;
use x509_parser::nom::Parser as _;
use x509_parser::objects::oid_registry;
use x509_parser::public_key::PublicKey;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

use super::facts::DistinguishedName;
use super::{Certificate, CertificateErrorKind, CertificateOddity, Fingerprint};
use crate::dsig::key::{EcCurve, UnusableKey, VerifyingKey};
use crate::error::Shown;

/// Reads one certificate that fills `der` to its last octet.
pub(super) fn read(der: &[u8]) -> Result<Certificate, CertificateErrorKind> {
    let parsed = X509CertificateParser::new()
        .with_deep_parse_extensions(false)
        .parse(der);
    let (rest, x509) = parsed.map_err(|_| CertificateErrorKind::Malformed)?;
    if !rest.is_empty() {
        return Err(CertificateErrorKind::TrailingOctets { count: rest.len() });
    }
    Ok(Certificate {
        der: der.to_vec(),
        fingerprint: Fingerprint::of(der),
        issuer: name(x509.issuer()),
        key: key(x509.public_key())?,
        not_after: instant(x509.validity().not_after)?,
        not_before: instant(x509.validity().not_before)?,
        oddities: oddities(&x509),
        serial: serial(x509.raw_serial()),
        subject: name(x509.subject()),
    })
}

fn key(info: &SubjectPublicKeyInfo<'_>) -> Result<VerifyingKey, CertificateErrorKind> {
    match usable_key(info) {
        Ok(key) => Ok(key),
        Err(UnusableKey::Malformed) => Err(CertificateErrorKind::MalformedKey),
        Err(UnusableKey::Unsupported(key)) => Err(CertificateErrorKind::UnsupportedKey {
            key: Shown::new(&key),
        }),
    }
}

fn usable_key(info: &SubjectPublicKeyInfo<'_>) -> Result<VerifyingKey, UnusableKey> {
    if info.subject_public_key.unused_bits != 0 {
        return Err(UnusableKey::Malformed);
    }
    let octets = &info.subject_public_key.data;
    match info.algorithm.algorithm.to_id_string().as_str() {
        RSA => match info.parsed() {
            Ok(PublicKey::RSA(rsa)) => VerifyingKey::rsa(rsa.modulus, rsa.exponent),
            _ => Err(UnusableKey::Malformed),
        },
        EC => VerifyingKey::ec(curve(info)?, octets),
        ED25519 => VerifyingKey::ed25519(octets),
        RSA_PSS => Err(UnusableKey::Unsupported("RSA for PSS only".into())),
        DSA => Err(UnusableKey::Unsupported("DSA".into())),
        ED448 => Err(UnusableKey::Unsupported("Ed448".into())),
        other => Err(UnusableKey::Unsupported(format!("algorithm {other}"))),
    }
}

fn curve(info: &SubjectPublicKeyInfo<'_>) -> Result<EcCurve, UnusableKey> {
    let parameters = info.algorithm.parameters.as_ref();
    // `as_oid` reads the content of any element, so the tag is asked for first.
    let named = parameters.filter(|parameters| parameters.tag() == Tag::Oid);
    let oid = named.and_then(|parameters| parameters.as_oid().ok());
    match oid.map(|oid| oid.to_id_string()).as_deref() {
        Some(P256) => Ok(EcCurve::P256),
        Some(P384) => Ok(EcCurve::P384),
        Some(P521) => Err(UnusableKey::Unsupported("EC P-521".into())),
        Some(other) => Err(UnusableKey::Unsupported(format!("EC on curve {other}"))),
        None => Err(UnusableKey::Unsupported("EC without a named curve".into())),
    }
}

fn instant(time: ASN1Time) -> Result<DateTime<Utc>, CertificateErrorKind> {
    DateTime::from_timestamp(time.timestamp(), 0).ok_or(CertificateErrorKind::Malformed)
}

fn name(name: &X509Name<'_>) -> DistinguishedName {
    let text = name.to_string_with_registry(oid_registry());
    let text = text.unwrap_or_else(|_| "(unreadable)".into());
    DistinguishedName {
        der: name.as_raw().to_vec(),
        text: presentable(&text),
    }
}

/// Controls escaped, cut to [`MAX_NAME_CHARS`].
fn presentable(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars().take(MAX_NAME_CHARS) {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

fn serial(octets: &[u8]) -> String {
    let pairs = octets.iter().take(MAX_SERIAL_OCTETS);
    let pairs: Vec<String> = pairs.map(|octet| format!("{octet:02X}")).collect();
    pairs.join(":")
}

fn oddities(x509: &X509Certificate<'_>) -> Vec<CertificateOddity> {
    let validity = x509.validity();
    let serial = x509.raw_serial();
    [
        (validity.not_after < validity.not_before).then_some(CertificateOddity::EndsBeforeItBegins),
        (serial.len() > MAX_SERIAL_OCTETS).then_some(CertificateOddity::LongSerial),
        serial
            .first()
            .is_some_and(|first| *first >= 0x80)
            .then_some(CertificateOddity::NegativeSerial),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const RSA: &str = "1.2.840.113549.1.1.1";
const RSA_PSS: &str = "1.2.840.113549.1.1.10";
const DSA: &str = "1.2.840.10040.4.1";
const EC: &str = "1.2.840.10045.2.1";
const ED25519: &str = "1.3.101.112";
const ED448: &str = "1.3.101.113";

const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";
const P521: &str = "1.3.132.0.35";

/// RFC 5280, section 4.1.2.2.
const MAX_SERIAL_OCTETS: usize = 20;

const MAX_NAME_CHARS: usize = 256;
