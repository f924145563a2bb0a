//! What an upload is when it is no certificate, so that the refusal can say what to fetch instead.
//!
//! Guesses from the first bytes and the outermost structure. A guess only chooses the words of a
//! refusal: nothing is accepted by it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::der::{
    BIT_STRING, CONTEXT_0, Element, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE,
};

/// A kind of file that is taken for a certificate.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotACertificate {
    /// A web address, most often the one of the metadata.
    Address,
    /// A certificate signing request (PKCS#10).
    CertificateRequest,
    /// A fingerprint (thumbprint) in hexadecimal.
    Fingerprint,
    /// A web page, most often a sign-in page saved in place of the file.
    Html,
    /// JSON, such as the key set of OpenID Connect.
    Json,
    /// The identity provider's SAML metadata.
    Metadata,
    /// A PKCS#12 archive (.p12, .pfx), which usually holds a private key.
    Pkcs12,
    /// A PKCS#7 bundle (.p7b).
    Pkcs7,
    /// A private key.
    PrivateKey,
    /// A public key without a certificate.
    PublicKey,
    /// Text in UTF-16.
    Utf16,
    /// Other XML.
    Xml,
}

impl NotACertificate {
    /// The kind of a text, judged by how it begins and by telling words.
    pub(super) fn in_text(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let has = |word: &[u8]| text.windows(word.len()).any(|window| window == word);
        let begins = |word: &[u8]| {
            let start = text.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        let metadata = || has(b"EntityDescriptor") || has(b"EntitiesDescriptor");
        if begins(b"<") {
            return Some(if metadata() {
                Self::Metadata
            } else if begins(b"<!doctype html") || has(b"<html") || has(b"<HTML") {
                Self::Html
            } else {
                Self::Xml
            });
        }
        if has(b"-----BEGIN ") || has(b"-----END ") {
            return None;
        }
        match () {
            // A browser writes a sentence before the XML that it shows.
            () if metadata() => Some(Self::Metadata),
            () if begins(b"{") || begins(b"[") => Some(Self::Json),
            () if begins(b"https://") || begins(b"http://") => Some(Self::Address),
            () if begins(b"ssh-") || begins(b"ecdsa-sha2-") || begins(b"---- BEGIN SSH2") => {
                Some(Self::PublicKey)
            }
            () if is_fingerprint(text) => Some(Self::Fingerprint),
            () => None,
        }
    }

    /// The kind of binary content that is no certificate, judged by its outermost structure.
    pub(super) fn in_der(der: &[u8]) -> Option<Self> {
        let (outer, _) = Element::read(der)?;
        if outer.tag != SEQUENCE {
            return None;
        }
        let children = outer.children(4);
        let tags: Vec<u8> = children.iter().map(|child| child.tag).collect();
        let first = children.first()?;
        match tags.as_slice() {
            // PKCS#1: RSAPublicKey has two integers, RSAPrivateKey has nine.
            [INTEGER, INTEGER] => Some(Self::PublicKey),
            [INTEGER, INTEGER, INTEGER, INTEGER] => Some(Self::PrivateKey),
            [INTEGER, SEQUENCE, ..] if first.content == [3] => Some(Self::Pkcs12),
            // PKCS#8, SEC 1 and the encrypted PKCS#8.
            [INTEGER, SEQUENCE, OCTET_STRING, ..]
            | [INTEGER, OCTET_STRING, ..]
            | [SEQUENCE, OCTET_STRING] => Some(Self::PrivateKey),
            [OBJECT_IDENTIFIER, CONTEXT_0] => Some(Self::Pkcs7),
            [SEQUENCE, BIT_STRING] => Some(Self::PublicKey),
            [SEQUENCE, SEQUENCE, BIT_STRING] if is_request(*first) => {
                Some(Self::CertificateRequest)
            }
            _ => None,
        }
    }

    /// The kind that a PEM label names.
    pub(super) fn in_label(label: &str) -> Option<Self> {
        match label {
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Some(Self::CertificateRequest),
            "CMS" | "PKCS #7 SIGNED DATA" | "PKCS7" => Some(Self::Pkcs7),
            "PKCS12" => Some(Self::Pkcs12),
            _ if label.contains("PRIVATE KEY") => Some(Self::PrivateKey),
            _ if label.ends_with("PUBLIC KEY") => Some(Self::PublicKey),
            _ => None,
        }
    }

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Address => "certificate-is-address",
            Self::CertificateRequest => "certificate-is-request",
            Self::Fingerprint => "certificate-is-fingerprint",
            Self::Html => "certificate-is-html",
            Self::Json => "certificate-is-json",
            Self::Metadata => "certificate-is-metadata",
            Self::Pkcs12 => "certificate-is-pkcs12",
            Self::Pkcs7 => "certificate-is-pkcs7",
            Self::PrivateKey => "certificate-is-private-key",
            Self::PublicKey => "certificate-is-public-key",
            Self::Utf16 => "certificate-is-utf16",
            Self::Xml => "certificate-is-xml",
        }
    }

    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::Address => {
                "Open this address yourself, download the signing certificate and upload that file."
            }
            Self::CertificateRequest => {
                "Upload the certificate that was issued for this request, not the request."
            }
            Self::Fingerprint => {
                "Upload the certificate file itself; a fingerprint cannot verify a signature."
            }
            Self::Html => {
                "Sign in to the identity provider's administration first, then download the signing \
                 certificate and upload that file."
            }
            Self::Json => {
                "Download the X.509 certificate of the SAML application; a JSON key set belongs to \
                 OpenID Connect."
            }
            Self::Metadata => {
                "This is the metadata file of the identity provider: download its signing \
                 certificate instead (often a button next to the metadata, as `Certificate (Base64)` \
                 or `X.509 certificate`), or upload the text inside `X509Certificate` under \
                 `IDPSSODescriptor` and `KeyDescriptor use=\"signing\"`."
            }
            Self::Pkcs12 => {
                "Export the certificate alone, without its private key, as a .cer or .pem file, and \
                 upload that file."
            }
            Self::Pkcs7 => {
                "Export the signing certificate alone as a .cer or .pem file in place of the .p7b \
                 bundle, and upload that file."
            }
            Self::PrivateKey => {
                "Upload the certificate, which is public, and never the private key; if this is the \
                 identity provider's own signing key, replace it there, because a key that has left \
                 its place can no longer be called secret."
            }
            Self::PublicKey => "Upload the X.509 certificate that holds this public key.",
            Self::Utf16 => {
                "Save the file as plain text in UTF-8 or ASCII, or download the certificate again, \
                 and upload that file."
            }
            Self::Xml => {
                "Upload the certificate file, or only the text inside the `X509Certificate` element."
            }
        }
    }
}

impl fmt::Display for NotACertificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Address => "a web address",
            Self::CertificateRequest => "a certificate signing request",
            Self::Fingerprint => "a fingerprint",
            Self::Html => "a web page",
            Self::Json => "JSON",
            Self::Metadata => "SAML metadata",
            Self::Pkcs12 => "a PKCS#12 archive",
            Self::Pkcs7 => "a PKCS#7 bundle",
            Self::PrivateKey => "a private key",
            Self::PublicKey => "a public key",
            Self::Utf16 => "text in UTF-16",
            Self::Xml => "XML",
        })
    }
}

/// The `CertificationRequestInfo` of RFC 2986: version, subject, key, then attributes in `[0]`,
/// where a certificate of version 1 has its validity.
fn is_request(info: Element<'_>) -> bool {
    let tags: Vec<u8> = info.children(4).iter().map(|child| child.tag).collect();
    tags == [INTEGER, SEQUENCE, SEQUENCE, CONTEXT_0]
}

/// Hexadecimal pairs, with or without separators, as long as a SHA-1 or SHA-256 digest.
fn is_fingerprint(text: &[u8]) -> bool {
    let mut digits: usize = 0;
    for byte in text {
        match byte {
            b':' | b' ' | b'-' => {}
            _ if byte.is_ascii_hexdigit() => digits = digits.saturating_add(1),
            _ => return false,
        }
    }
    matches!(digits, 40 | 64)
}
