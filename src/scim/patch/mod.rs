//! PATCH: RFC 7644 §3.5.2.
//!
//! A [`Patch`] is parsed, planned against a resource under a [`Profile`](super::Profile), and
//! applied. Planning finds every failure and works on a copy; the [`Plan`] holds the finished
//! resource, so a half-applied request cannot exist.
//!
//! This module does not store the result, and it does not decide whether the change is wanted.

mod changes;
mod draft;
mod element;
mod list;
mod parse;
mod plan;
mod put;
mod read;
mod remove;
mod store;
mod target;
mod unknown;

pub use changes::Changes;
pub(super) use changes::members;
pub use parse::{Operation, OperationKind, Patch};
pub use plan::Plan;

/// The URN of the request ([RFC 7644 §3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2)).
pub const PATCH_OP_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
