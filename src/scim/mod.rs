//! The SCIM 2.0 core: [RFC 7643](https://www.rfc-editor.org/rfc/rfc7643) and
//! [RFC 7644](https://www.rfc-editor.org/rfc/rfc7644).
//!
//! Bodies are read strictly as JSON and tolerantly as SCIM: a name said twice is refused, but
//! names in any case, booleans in quotes and the other habits of identity providers are
//! understood. A [`Registry`] of schemas is data; [`Filter`]s are parsed, bound to a schema and
//! run; a [`Patch`] is planned in full before anything changes, so that a half-applied one cannot
//! exist; [`directory`] turns what changed into the vocabulary of the access policy.
//!
//! ```
//! use vestibule::scim::{Filter, Patch, Profile, Registry, Resource, directory};
//!
//! let registry = Registry::standard();
//! let user = Resource::parse(
//!     registry.user(),
//!     br#"{"id": "u1", "UserName": "bjensen", "active": "True"}"#,
//! )?;
//!
//! let filter = Filter::parse(r#"userName eq "BJensen""#)?.resolve(registry.user())?;
//! assert!(filter.matches(&user));
//!
//! let patch = Patch::parse(br#"{"Operations": [{"op": "Replace", "path": "active", "value": "False"}]}"#)?;
//! let (after, changes) = patch.plan(&user, &Profile::tolerant())?.apply();
//! assert_eq!(after.object()["active"], false);
//! assert!(directory::update("u1", &after, &changes).is_some());
//! # Ok::<(), vestibule::scim::Error>(())
//! ```
//!
//! [`request`] and [`answer`] are the protocol without a transport, [`bulk`] runs many requests in
//! one, and [`store`] serves all of it from a host's store.
//!
//! This module opens no socket and no database, and decides nothing about access.

pub mod answer;
mod base_url;
pub mod bulk;
mod creation;
pub mod dialect;
pub mod directory;
pub mod discovery;
mod error;
pub mod etag;
pub mod events;
pub mod filter;
mod fingerprint;
pub mod json;
mod meta;
pub mod patch;
mod path;
pub mod query;
pub mod request;
mod resource;
pub mod schema;
pub mod store;
mod unique;
mod value;
pub mod views;
mod write;

pub use base_url::BaseUrl;
pub use dialect::{
    BodyType, BulkCircles, Dialect, Profile, ReadOnlyPart, RemovalByValue, UnknownPart,
    UnmatchedFilter, UnmatchedRemoval,
};
pub use error::{
    ERROR_URN, Error, ErrorKind, Expected, Found, JsonType, Language, ScimType, ValueForm,
    WireFault,
};
pub use filter::{Filter, ResolvedFilter};
pub use meta::Meta;
pub use patch::{Changes, Patch, Plan};
pub use path::Path;
pub use request::Request;
pub use resource::Resource;
pub use schema::{Registry, ResourceKind, ResourceType};
pub use unique::UniqueKey;
