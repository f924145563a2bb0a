//! What a service provider says about itself: RFC 7644 §4, RFC 7643 §5 to §7.
//!
//! `/Schemas` and `/ResourceTypes` are written from the [`Registry`](super::Registry) that also
//! judges requests, so that they cannot say something else. Every member that a document may have
//! is there, because clients take a missing one as "not supported".
//!
//! This module does not do what it advertises: a host says in [`ServiceConfig`] what it serves.

mod config;
mod document;

pub use config::{
    AuthenticationScheme, BulkSupport, PaginationMethod, SERVICE_PROVIDER_CONFIG_URN, SchemeType,
    ServiceConfig, Support,
};
pub use document::{Discovery, RESOURCE_TYPE_URN};
