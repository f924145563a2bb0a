//! Bulk: RFC 7644 §3.7.
//!
//! A [`Bulk`] is read from a body; [`Bulk::run`] turns it into a [`Run`]: a machine that gives the
//! host one request at a time, with the identifiers of what was created put in the place of
//! `bulkId:` references in data, in paths and in the filters of a PATCH, takes what became of it, and at the end writes the BulkResponse.
//!
//! Operations run in the order of the request, except that one that refers to a later one waits
//! for it. Operations that need each other are taken apart: one is created without the attributes
//! that refer, and gets them by a PATCH once the others are there; or they are refused, as the
//! host chooses. One operation that fails does not undo others. All of it takes time linear in
//! the size of the request.
//!
//! This module executes nothing.

mod order;
mod parse;
mod patch_path;
mod reference;
mod run;

pub use parse::{Bulk, BulkMethod};
pub use run::Run;

/// The URN of the request ([RFC 7644 §3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7)).
pub const BULK_REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// The URN of the answer.
pub const BULK_RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
