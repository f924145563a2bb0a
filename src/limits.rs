//! Every bound on hostile input, with its origin.
//!
//! A bound that is met is an error with [`Blame::Limit`](crate::error::Blame::Limit) that names
//! the bound and its value. Bounds that a host may want to widen are fields of a struct here and
//! part of a connection's settings; the others are constants.

// --- Certificates and keys -------------------------------------------------------------------

/// The largest upload of certificates that is looked at.
///
/// The metadata of one identity provider reaches tens of kilobytes (Microsoft's federation
/// metadata), and must be recognized to be refused with the right words; certificates need far
/// less.
pub const MAX_CERTIFICATE_UPLOAD_BYTES: usize = 256 * 1024;

/// The most certificates in one upload: as many as [`MAX_TRUSTED_KEYS`].
pub const MAX_UPLOADED_CERTIFICATES: usize = MAX_TRUSTED_KEYS;

/// The most keys of one connection, each of which may be tried on a signature.
///
/// A change of keys needs two, and some identity providers publish a handful. The bound keeps the
/// work that one forged message causes at eight verifications.
pub const MAX_TRUSTED_KEYS: usize = 8;
