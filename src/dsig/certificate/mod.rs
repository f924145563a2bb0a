//! Certificates as an administrator uploads them.
//!
//! [`parse_certificates`] takes what people have at hand (PEM, DER, the bare base64 out of a
//! metadata file) and says what it got when it is something else. A [`Certificate`] is a carrier of
//! a public key: no chain is built, its own signature is not checked, no extension is obeyed, and a
//! validity period is reported, not judged. That is how SAML metadata treats certificates
//! ([SAML V2.0 Metadata Interoperability Profile, section 2.6.1]).
//!
//! [SAML V2.0 Metadata Interoperability Profile, section 2.6.1]: https://docs.oasis-open.org/security/saml/Post2.0/sstc-metadata-iop.html

mod der;
mod error;
mod expiry;
mod facts;
mod fingerprint;
mod pem;
mod recognize;
mod stored;
mod upload;
mod x509;

pub use error::{CertificateError, CertificateErrorKind};
pub use expiry::ExpiryWarning;
pub use facts::{Certificate, CertificateOddity};
pub use fingerprint::Fingerprint;
pub use recognize::NotACertificate;
pub use upload::parse_certificates;
