//! XML signatures under a closed profile: algorithms, uploaded certificates and their keys.
//!
//! [`verify_enveloped`] verifies an XML signature down to the octets that were hashed, and gives
//! those and nothing else to whoever reads claims. A signature is checked with keys that an administrator uploaded, and with nothing else:
//! [`parse_certificates`] reads the upload, [`TrustedKeys`] is what verifies, and it cannot be
//! made without a key. Which algorithms count is one table, [`AlgorithmLevel`]. HMAC, DSA, MD5
//! and keys out of a message do not exist here.
//!
//! What this service sends is signed with a key that the host holds behind a [`Signer`].
//!
//! This module validates no certificate chain, fetches no revocation list and trusts no
//! certification authority: in SAML the upload itself is the trust. It does not judge validity
//! periods either; it reports them, see [`Certificate::expiry_warning`].

mod algorithm;
mod algorithm_error;
pub(crate) mod base64;
mod certificate;
mod digest;
mod key;
mod level;
mod primitive;
mod sign;
mod signature;
mod signature_error;
mod signing_error;
mod trusted_keys;
mod verify;

pub use self::base64::Base64Error;
pub use algorithm::{DigestAlgorithm, SignatureAlgorithm};
pub use algorithm_error::{AlgorithmError, AlgorithmErrorKind};
pub use certificate::{
    Certificate, CertificateError, CertificateErrorKind, CertificateOddity, ExpiryWarning,
    Fingerprint, NotACertificate, parse_certificates,
};
pub use digest::Digest;
pub use key::{KeyFamily, KeyKind};
pub use level::{AlgorithmLevel, AlgorithmWarning};
pub(crate) use sign::sign_enveloped;
pub use sign::{Signer, SignerFailed, SigningKey, SigningRequest};
pub(crate) use signature::DSIG;
pub use signature_error::{SignatureError, SignatureErrorKind};
pub use signing_error::{SigningError, SigningErrorKind};
pub use trusted_keys::{TrustError, TrustedKeys, VerificationError, VerificationFault, VerifiedBy};
pub use verify::{VerifiedElement, verify_enveloped};
pub(crate) use verify::{
    VerifiedSignature, check_enveloped, check_ids, signature_of, verify_beside,
};
