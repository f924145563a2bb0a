//! Requests: from a method, a path, a query, headers and a body to a typed [`Request`].
//!
//! There is no HTTP library here: a host hands over what its own one has read. The order of work
//! is that of trust: [`Headers::read`] and [`Headers::bearer`] first, so that the host can find
//! the tenant; then [`Request::read`], with the tenant's registry and profile.
//!
//! What is decided here, for every profile: names of query parameters have no case, because an
//! ignored `Filter` would answer with everybody; parameters that the standard does not know are
//! ignored (`aadOptscim062020`); those that it knows stand once at most; `+` is a space; escapes
//! must decode to UTF-8. Endpoints have no case, identifiers have. Names of members in a search request have none.
//!
//! This module does not check a token and does not touch a resource.

mod bearer;
mod headers;
mod listing;
mod media;
mod parameters;
mod query;
mod read;
mod route;

pub use bearer::BearerToken;
pub use headers::Headers;
pub use listing::Query;
pub use media::MediaType;
pub use read::{Document, Message, Request, Scope, Target, Whom};
pub(crate) use route::Route;

/// The URN of a search request ([RFC 7644 §3.4.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3)).
pub const SEARCH_REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
