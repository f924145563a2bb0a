//! Schemas as data: what attributes there are, and how each behaves.
//!
//! A [`Registry`] knows User, Group and the enterprise extension (RFC 7643 §4), and learns custom
//! [`Schema`] documents at run time. Nothing else in `scim` names an attribute's type in code.
//!
//! This module does not judge values; see [`Resource`](super::Resource).

mod attribute;
mod document;
mod registry;
mod standard;

pub use attribute::{Attribute, Cardinality, DataType, Mutability, Returned, Uniqueness};
pub use document::{SCHEMA_URN, Schema};
pub(crate) use registry::{Located, Scope, strip_urn};
pub use registry::{Registry, ResourceKind, ResourceType};
pub use standard::{ENTERPRISE_USER_URN, GROUP_URN, USER_URN};
