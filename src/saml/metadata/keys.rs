//! The certificates that an identity provider says it signs with.

use crate::dsig::{
    Certificate, CertificateError, CertificateErrorKind, CertificateOddity, DSIG, TrustError,
    parse_certificates,
};
use crate::limits::MAX_TRUSTED_KEYS;
use crate::saml::namespace::METADATA;
use crate::xml::{Element, Node};

use super::error::{MetadataError, MetadataErrorKind as Kind};

/// The certificates of all `KeyDescriptor`s for signing, in order, each once; at least one.
///
/// A descriptor without `use` is for signing too: saml-metadata §2.4.1.1. Keys of a kind that
/// nothing here verifies are passed by as long as another is left.
pub(super) fn signing_certificates(role: Element<'_>) -> Result<Vec<Certificate>, MetadataError> {
    let mut certificates = Vec::new();
    let mut unsupported = None;
    for data in role.children().filter(is_for_signing).flat_map(x509_data) {
        match certificates_of(data)? {
            Ok(read) => add(&mut certificates, read, data)?,
            Err(error) => unsupported = unsupported.or(Some((error, data))),
        }
    }
    if !certificates.is_empty() {
        return Ok(certificates);
    }
    Err(match unsupported {
        Some((error, data)) => MetadataError::at(Kind::Certificate(error), data),
        None => MetadataError::at(Kind::KeyMissing, role),
    })
}

fn is_for_signing(child: &Element<'_>) -> bool {
    child.is(METADATA, "KeyDescriptor") && matches!(child.attribute("use"), None | Some("signing"))
}

fn x509_data(descriptor: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    descriptor
        .children()
        .filter(|child| child.is(DSIG, "KeyInfo"))
        .flat_map(Element::children)
        .filter(|child| child.is(DSIG, "X509Data"))
}

/// The inner error is a key of an unsupported kind.
fn certificates_of(
    data: Element<'_>,
) -> Result<Result<Vec<Certificate>, CertificateError>, MetadataError> {
    let mut upload = String::new();
    for certificate in data
        .children()
        .filter(|child| child.is(DSIG, "X509Certificate"))
    {
        if !certificate
            .nodes()
            .all(|node| matches!(node, Node::Text(_)))
        {
            return Err(MetadataError::at(Kind::CertificateNotText, certificate));
        }
        push_pem(&mut upload, &certificate.text());
    }
    if upload.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    match parse_certificates(upload.as_bytes()) {
        Ok(mut certificates) => {
            // What issued another is a certification authority in a chain: it signs no messages.
            certificates.retain(|one| !one.oddities().contains(&CertificateOddity::IssuedAnother));
            Ok(Ok(certificates))
        }
        Err(error) if matches!(error.kind(), CertificateErrorKind::UnsupportedKey { .. }) => {
            Ok(Err(error))
        }
        Err(error) => Err(MetadataError::at(Kind::Certificate(error), data)),
    }
}

/// Some write the PEM boundaries into the element, where only base64 belongs.
fn push_pem(upload: &mut String, text: &str) {
    if text.contains("-----BEGIN") {
        upload.push_str(text);
        upload.push('\n');
        return;
    }
    upload.push_str("-----BEGIN CERTIFICATE-----\n");
    upload.push_str(text);
    upload.push_str("\n-----END CERTIFICATE-----\n");
}

fn add(
    certificates: &mut Vec<Certificate>,
    read: Vec<Certificate>,
    data: Element<'_>,
) -> Result<(), MetadataError> {
    for certificate in read {
        if certificates
            .iter()
            .any(|known| known.fingerprint() == certificate.fingerprint())
        {
            continue;
        }
        if certificates.len() == MAX_TRUSTED_KEYS {
            let limit = MAX_TRUSTED_KEYS;
            let error = TrustError::TooMany { limit };
            return Err(MetadataError::at(Kind::Trust(error), data));
        }
        certificates.push(certificate);
    }
    Ok(())
}
