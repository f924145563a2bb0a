//! From the bytes of an upload to certificates.

use std::ops::Range;

use super::der::{Element, SEQUENCE};
use super::{
    Certificate, CertificateError, CertificateErrorKind, CertificateOddity, NotACertificate, pem,
    x509,
};
use crate::dsig::base64;
use crate::error::{Shown, Span};
use crate::limits::{MAX_CERTIFICATE_UPLOAD_BYTES, MAX_UPLOADED_CERTIFICATES};

/// The certificates of an upload, in its order; at least one, at most
/// [`MAX_UPLOADED_CERTIFICATES`], each once.
///
/// Takes PEM with one certificate or several, with text around them, with any line ends, and with
/// one boundary of a pair missing; DER; and bare base64, folded or not. The upload is taken or
/// refused as a whole.
///
/// Every certificate that is returned has a key that this crate can verify with. Show the
/// administrator what was found before trusting it: [`Certificate::subject`],
/// [`Certificate::fingerprint`], [`Certificate::oddities`] and [`Certificate::expiry_warning`].
///
/// ```
/// use vestibule::dsig::parse_certificates;
/// use vestibule::error::Explain;
///
/// let pem = include_bytes!(concat!(
///     env!("CARGO_MANIFEST_DIR"),
///     "/tests/data/certificates/rsa-2048.pem"
/// ));
/// let certificates = parse_certificates(pem)?;
/// assert_eq!(certificates[0].key_kind().to_string(), "RSA 2048");
///
/// let key = b"-----BEGIN PRIVATE KEY-----";
/// let error = parse_certificates(key).unwrap_err();
/// assert_eq!(error.code(), "certificate-is-private-key");
/// # Ok::<(), vestibule::dsig::CertificateError>(())
/// ```
///
/// # Errors
///
/// [`CertificateError`], whose help names the file to upload instead.
pub fn parse_certificates(upload: &[u8]) -> Result<Vec<Certificate>, CertificateError> {
    if upload.len() > MAX_CERTIFICATE_UPLOAD_BYTES {
        return Err(CertificateError::new(CertificateErrorKind::TooLarge {
            found: upload.len(),
            limit: MAX_CERTIFICATE_UPLOAD_BYTES,
        }));
    }
    if looks_like_der(upload) {
        return Ok(vec![certificate(upload, 0..upload.len())?]);
    }
    let start = start_of_text(upload)?;
    if let Some(found) = NotACertificate::in_text(upload.get(start..).unwrap_or_default()) {
        return Err(not_a_certificate(found));
    }
    let blocks = pem::blocks(upload)?;
    if blocks.is_empty() {
        return Ok(vec![decoded(upload, start..upload.len())?]);
    }
    refuse_other_labels(&blocks)?;
    refuse_too_many(blocks.len())?;
    let mut certificates = Vec::new();
    for (index, block) in blocks.into_iter().enumerate() {
        // The mark that may open a text also precedes a body that has lost its BEGIN.
        let body = block.body.start.max(start)..block.body.end;
        let certificate = decoded(upload, body).map_err(|error| error.of_certificate(index))?;
        if !certificates.contains(&certificate) {
            certificates.push(certificate);
        }
    }
    mark_issuers(&mut certificates);
    Ok(certificates)
}

/// A SEQUENCE that fills the upload, or one whose length takes more than one octet: no text
/// begins so.
fn looks_like_der(upload: &[u8]) -> bool {
    let whole = Element::read(upload).is_some_and(|(_, rest)| rest.is_empty());
    matches!(upload, [SEQUENCE, length, ..] if whole || *length >= 0x80)
}

/// The offset behind a UTF-8 byte order mark.
fn start_of_text(upload: &[u8]) -> Result<usize, CertificateError> {
    if upload.starts_with(&[0xff, 0xfe]) || upload.starts_with(&[0xfe, 0xff]) {
        return Err(not_a_certificate(NotACertificate::Utf16));
    }
    if upload.trim_ascii().is_empty() {
        return Err(CertificateError::new(CertificateErrorKind::Empty));
    }
    let marked = upload.starts_with(BYTE_ORDER_MARK);
    Ok(if marked { BYTE_ORDER_MARK.len() } else { 0 })
}

/// Before anything is decoded, so that a private key anywhere is what the refusal speaks of.
fn refuse_other_labels(blocks: &[pem::Block<'_>]) -> Result<(), CertificateError> {
    let kinds = || {
        blocks
            .iter()
            .map(|block| NotACertificate::in_label(block.label))
    };
    let private = kinds().position(|kind| kind == Some(NotACertificate::PrivateKey));
    let other = blocks
        .iter()
        .position(|block| !LABELS.contains(&block.label));
    let Some(block) = private.or(other).and_then(|index| blocks.get(index)) else {
        return Ok(());
    };
    let kind = NotACertificate::in_label(block.label).map_or_else(
        || CertificateErrorKind::PemLabel {
            label: Shown::new(block.label),
        },
        |found| CertificateErrorKind::NotACertificate { found },
    );
    Err(CertificateError::new(kind).at_span(Span::from(block.body.clone())))
}

const fn refuse_too_many(found: usize) -> Result<(), CertificateError> {
    if found <= MAX_UPLOADED_CERTIFICATES {
        return Ok(());
    }
    Err(CertificateError::new(CertificateErrorKind::TooMany {
        found,
        limit: MAX_UPLOADED_CERTIFICATES,
    }))
}

/// The certificate whose base64 stands in `body`.
fn decoded(upload: &[u8], body: Range<usize>) -> Result<Certificate, CertificateError> {
    let text = upload.get(body.clone()).unwrap_or_default();
    let der = base64::decode(text, MAX_CERTIFICATE_UPLOAD_BYTES).map_err(|error| {
        let span = error.span().map_or_else(
            || Span::from(body.clone()),
            |span| {
                Span::new(
                    span.start.saturating_add(body.start),
                    span.end.saturating_add(body.start),
                )
            },
        );
        CertificateError::new(CertificateErrorKind::NotBase64 { problem: error }).at_span(span)
    })?;
    certificate(&der, body)
}

/// The certificate in `der`, which stands at `place` in the upload.
fn certificate(der: &[u8], place: Range<usize>) -> Result<Certificate, CertificateError> {
    x509::read(der).map_err(|kind| {
        let kind = match (kind, NotACertificate::in_der(der)) {
            (CertificateErrorKind::Malformed, Some(found)) => {
                CertificateErrorKind::NotACertificate { found }
            }
            (kind, _) => kind,
        };
        CertificateError::new(kind).at_span(Span::from(place))
    })
}

fn mark_issuers(certificates: &mut [Certificate]) {
    let issued_another: Vec<bool> = certificates
        .iter()
        .map(|one| {
            certificates
                .iter()
                .any(|other| one.is_named_issuer_of(other))
        })
        .collect();
    for (certificate, issued_another) in certificates.iter_mut().zip(issued_another) {
        if issued_another {
            certificate.oddities.push(CertificateOddity::IssuedAnother);
        }
    }
}

fn not_a_certificate(found: NotACertificate) -> CertificateError {
    CertificateError::new(CertificateErrorKind::NotACertificate { found })
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// RFC 7468, section 5.1, and the older label that parsers take as well.
const LABELS: [&str; 2] = ["CERTIFICATE", "X509 CERTIFICATE"];
