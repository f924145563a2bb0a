//! Why an upload is refused, and what to upload instead.

use thiserror::Error;

use super::NotACertificate;
use crate::dsig::Base64Error;
use crate::error::{Blame, Explain, Place, Shown, Span};

/// An upload that is refused as a whole: one bad certificate refuses the others with it.
///
/// Holds nothing of the upload but single characters and labels, so a private key that was uploaded
/// by mistake does not end up in a log.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub struct CertificateError {
    kind: CertificateErrorKind,
    index: Option<usize>,
    span: Option<Span>,
}

/// What is wrong with an upload.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum CertificateErrorKind {
    /// Nothing, or whitespace.
    #[error("the upload is empty")]
    Empty,
    /// Not an X.509 certificate, and nothing that is commonly taken for one.
    #[error("not an X.509 certificate")]
    Malformed,
    /// The key's numbers or point are none that a sound key has.
    #[error("the public key of the certificate is malformed")]
    MalformedKey,
    /// A file of another kind.
    #[error("the upload is {found}, not a certificate")]
    NotACertificate {
        /// Which kind.
        found: NotACertificate,
    },
    /// Neither DER nor text that can be decoded.
    #[error("neither PEM nor DER nor base64: {problem}")]
    NotBase64 {
        /// What is not base64 about it; its offsets count from the block's body.
        problem: Base64Error,
    },
    /// A PEM boundary that is not closed by five hyphens, or an END of another label than its BEGIN.
    #[error("PEM boundary that does not end, or does not match its other end")]
    PemBoundary,
    /// PEM of something else.
    #[error("PEM block labelled `{label}`, not `CERTIFICATE`")]
    PemLabel {
        /// The label between BEGIN and the hyphens.
        label: Shown,
    },
    /// More bytes than the bound.
    #[error("upload of {found} bytes exceeds the limit of {limit}")]
    TooLarge {
        /// The size of the upload.
        found: usize,
        /// The bound, [`MAX_CERTIFICATE_UPLOAD_BYTES`](crate::limits::MAX_CERTIFICATE_UPLOAD_BYTES).
        limit: usize,
    },
    /// More certificates than the bound.
    #[error("{found} certificates exceed the limit of {limit}")]
    TooMany {
        /// How many the upload holds.
        found: usize,
        /// The bound, [`MAX_UPLOADED_CERTIFICATES`](crate::limits::MAX_UPLOADED_CERTIFICATES).
        limit: usize,
    },
    /// Something follows the certificate in the same DER or base64.
    #[error("{count} octets follow the certificate")]
    TrailingOctets {
        /// How many.
        count: usize,
    },
    /// A sound key of a kind or size that nothing here verifies.
    #[error("public key of an unsupported kind: {key}")]
    UnsupportedKey {
        /// Such as `EC P-521` or `RSA of 512 bits …`.
        key: Shown,
    },
}

impl CertificateError {
    pub(super) const fn new(kind: CertificateErrorKind) -> Self {
        Self {
            kind,
            index: None,
            span: None,
        }
    }

    pub(super) fn at_span(self, span: Span) -> Self {
        Self {
            span: Some(span),
            ..self
        }
    }

    pub(super) fn of_certificate(self, index: usize) -> Self {
        Self {
            index: Some(index),
            ..self
        }
    }

    /// What is wrong.
    ///
    /// ```
    /// use vestibule::dsig::{CertificateErrorKind, NotACertificate, parse_certificates};
    ///
    /// let metadata = b"<md:EntityDescriptor entityID='https://idp.example.com'/>";
    /// let error = parse_certificates(metadata).unwrap_err();
    /// let found = NotACertificate::Metadata;
    /// assert_eq!(error.kind(), &CertificateErrorKind::NotACertificate { found });
    /// ```
    #[must_use]
    pub const fn kind(&self) -> &CertificateErrorKind {
        &self.kind
    }

    /// Which certificate of the upload, from 0; `None` when the upload as a whole is meant.
    #[must_use]
    pub const fn index(&self) -> Option<usize> {
        self.index
    }
}

impl std::fmt::Display for CertificateError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(index) = self.index {
            write!(formatter, "certificate {}: ", index.saturating_add(1))?;
        }
        self.kind.fmt(formatter)
    }
}

impl Explain for CertificateError {
    fn code(&self) -> &'static str {
        match &self.kind {
            CertificateErrorKind::Empty => "certificate-empty",
            CertificateErrorKind::Malformed => "certificate-malformed",
            CertificateErrorKind::MalformedKey => "certificate-key-malformed",
            CertificateErrorKind::NotACertificate { found } => found.code(),
            CertificateErrorKind::NotBase64 { .. } => "certificate-not-base64",
            CertificateErrorKind::PemBoundary => "certificate-pem-boundary",
            CertificateErrorKind::PemLabel { .. } => "certificate-pem-label",
            CertificateErrorKind::TooLarge { .. } => "certificate-too-large",
            CertificateErrorKind::TooMany { .. } => "certificate-too-many",
            CertificateErrorKind::TrailingOctets { .. } => "certificate-trailing-octets",
            CertificateErrorKind::UnsupportedKey { .. } => "certificate-key-unsupported",
        }
    }

    fn blame(&self) -> Blame {
        match self.kind {
            CertificateErrorKind::TooLarge { .. } | CertificateErrorKind::TooMany { .. } => {
                Blame::Limit
            }
            _ => Blame::Caller,
        }
    }

    fn at(&self) -> Option<Place> {
        self.span.map(Place::Bytes)
    }

    fn help(&self) -> &'static str {
        match &self.kind {
            CertificateErrorKind::Empty => {
                "Download the signing certificate from the identity provider and upload that file."
            }
            CertificateErrorKind::Malformed
            | CertificateErrorKind::NotBase64 { .. }
            | CertificateErrorKind::TrailingOctets { .. } => {
                "Download the signing certificate again as a .pem, .crt or .cer file and upload the \
                 file unchanged."
            }
            CertificateErrorKind::MalformedKey | CertificateErrorKind::UnsupportedKey { .. } => {
                "Create a signing certificate at the identity provider with an RSA key of 2048 to \
                 8192 bits, or an EC key on P-256 or P-384."
            }
            CertificateErrorKind::NotACertificate { found } => found.help(),
            CertificateErrorKind::PemBoundary => {
                "Copy the certificate again, from the line `-----BEGIN CERTIFICATE-----` to the line \
                 `-----END CERTIFICATE-----`, both included."
            }
            CertificateErrorKind::PemLabel { .. } => {
                "Upload only blocks that begin with `-----BEGIN CERTIFICATE-----`."
            }
            CertificateErrorKind::TooLarge { .. } => {
                "Upload only the signing certificate; such a file has a few kilobytes."
            }
            CertificateErrorKind::TooMany { .. } => {
                "Upload only the certificates that the identity provider signs with: the current one \
                 and, before a change, the next one."
            }
        }
    }
}
