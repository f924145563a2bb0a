//! Every bound on hostile input, with its origin.
//!
//! A bound that is met is an error with [`Blame::Limit`](crate::error::Blame::Limit) that names
//! the bound and its value. Bounds that a host may want to widen are fields of a struct here and
//! part of a connection's settings; the others are constants.

// Domain names, addresses and the DNS challenge (`domain`).

/// Bytes of a typed or asserted domain name before it is converted.
///
/// A name of 253 octets in ASCII form is at most about 1000 bytes of UTF-8 in its Unicode form.
pub const MAX_DOMAIN_INPUT_BYTES: usize = 1024;
/// Octets of a domain name in ASCII form, without a trailing dot (RFC 1035, section 2.3.4).
pub const MAX_DOMAIN_OCTETS: usize = 253;
/// Octets of one label (RFC 1035, section 2.3.4).
pub const MAX_LABEL_OCTETS: usize = 63;
/// Bytes of the local part of an address (RFC 5321, section 4.5.3.1.1).
pub const MAX_LOCAL_PART_BYTES: usize = 64;
/// Bytes of the vendor's name in a challenge record, so that `_<name>-challenge` fits one label.
pub const MAX_RECORD_PREFIX_BYTES: usize = 32;
/// Bytes of all TXT strings in one answer: the size of a DNS message over TCP (RFC 1035, 4.2.2).
pub const MAX_TXT_ANSWER_BYTES: usize = 65_535;

// Access policy (`access`).

/// Bytes of a group's or team's name.
pub const MAX_TEAM_NAME_BYTES: usize = 1024;
