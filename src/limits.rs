//! Every bound on hostile input, with its origin.
//!
//! A bound that is met is an error with [`Blame::Limit`](crate::error::Blame::Limit) that names
//! the bound and its value. Bounds that a host may want to widen are fields of a struct here and
//! part of a connection's settings; the others are constants.

// --- SCIM -----------------------------------------------------------------------------------

/// Bytes of one SCIM body: 8 MiB, a group of 100 000 members with identifiers of 36 bytes.
#[cfg(feature = "scim")]
pub const SCIM_MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// Levels of objects and arrays in one SCIM body. A Bulk request with a PATCH of an extension's
/// complex attribute needs 9.
#[cfg(feature = "scim")]
pub const SCIM_MAX_JSON_DEPTH: usize = 16;

/// Values (of any kind) in one SCIM body: 100 000 members with `value`, `display` and `$ref`.
#[cfg(feature = "scim")]
pub const SCIM_MAX_JSON_VALUES: usize = 400_100;

/// Bytes of one SCIM filter or path: more than a query string carries through common proxies.
#[cfg(feature = "scim")]
pub const SCIM_MAX_FILTER_BYTES: usize = 16 * 1024;

/// Nested groups in one SCIM filter.
#[cfg(feature = "scim")]
pub const SCIM_MAX_FILTER_DEPTH: usize = 64;

/// Comparisons in one SCIM filter: a page of 200 identifiers joined by `or`, and some.
#[cfg(feature = "scim")]
pub const SCIM_MAX_FILTER_TERMS: usize = 256;

/// Operations in one SCIM PATCH request.
#[cfg(feature = "scim")]
pub const SCIM_MAX_OPERATIONS: usize = 1_000;

/// Elements that the operations of one SCIM PATCH request look at one by one: 20 operations with a
/// filter on a group of 100 000 members. Adding and removing members by `value` costs none.
#[cfg(feature = "scim")]
pub const SCIM_MAX_PATCH_VISITS: usize = 2_000_000;

/// Attributes in one Schema document, sub-attributes counted.
#[cfg(feature = "scim")]
pub const SCIM_MAX_SCHEMA_ATTRIBUTES: usize = 1_000;
