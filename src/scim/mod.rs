//! The SCIM 2.0 core: [RFC 7643](https://www.rfc-editor.org/rfc/rfc7643) and
//! [RFC 7644](https://www.rfc-editor.org/rfc/rfc7644), from a router to an answer.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use vestibule::scim::answer::{Answer, Outcome};
//! use vestibule::scim::discovery::ServiceConfig;
//! use vestibule::scim::request::{Headers, MediaType, Message};
//! use vestibule::scim::store::{InMemory, Service, Store};
//! use vestibule::scim::{BaseUrl, Dialect, Error, ErrorKind, Registry, WireFault};
//!
//! /// One tenant: what you have stored with its bearer token.
//! struct Tenant<S> { dialect: Dialect, store: S }
//!
//! /// For every request below the base URL, whatever its method: `path` is what follows that URL.
//! fn handle<S: Store>(
//!     (method, path, query): (&str, &str, &str),
//!     headers: &[(&str, &str)],
//!     body: &[u8],
//!     tenant_of: impl FnOnce(&str) -> Option<Tenant<S>>, // by a hash of the token
//!     now: DateTime<Utc>,
//! ) -> Answer {
//!     let admitted = Headers::read(headers.iter().copied()).and_then(|headers| {
//!         let unknown = || Error::new(ErrorKind::Wire(WireFault::TokenUnknown));
//!         let tenant = tenant_of(headers.bearer()?.expose()).ok_or_else(unknown)?;
//!         Ok((headers, tenant, BaseUrl::parse("https://api.example.com/scim/v2")?))
//!     });
//!     match admitted {
//!         Ok((headers, mut tenant, base)) => {
//!             let (registry, config) = (Registry::standard(), ServiceConfig::default());
//!             let (profile, headers) = (tenant.dialect.profile(), &headers);
//!             let message = Message { method, path, query, headers, body };
//!             // Within your transaction: commit below 400, roll back from there on.
//!             Service::new(&registry, &profile, &config, &base)
//!                 .answer(&message, &mut tenant.store, now)
//!         }
//!         Err(error) => Outcome::Refused(error).answer(MediaType::ScimJson),
//!     }
//! }
//!
//! let okta = |token: &str| {
//!     (token == "s3cr3t").then(|| Tenant { dialect: Dialect::Okta, store: InMemory::default() })
//! };
//! let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
//! let post = ("POST", "/Users", "");
//! let headers = [("Authorization", "Bearer s3cr3t"), ("Content-Type", "application/scim+json")];
//! let answer = handle(post, &headers, br#"{"userName": "bjensen"}"#, okta, now);
//! assert_eq!(answer.status(), 201);
//! // Copy the status, each of `answer.headers()` and `answer.body()` into your own response.
//! assert_eq!(answer.header("Location"), Some("https://api.example.com/scim/v2/Users/1"));
//! assert_eq!(handle(post, &headers[1..], b"", okta, now).status(), 401);
//! ```
//!
//! Behind your own database you implement [`store::Store`], seven methods of one tenant, and let
//! [`store::conformance`] judge it. [`Filter`]s become SQL by [`filter::sql`]; your own resource types
//! and extensions are Schema documents in a [`Registry`]; what an identity provider means by what it
//! sends is a [`Dialect`], whose switches a connection may turn one by one; [`directory`] puts what
//! changed into the words of the access policy, and [`events`] into security events.
//!
//! Without the store kit, the parts serve alone: [`request`] and [`answer`] are the protocol without
//! a transport, [`bulk`] runs many requests in one, and a [`Patch`] is planned in full before
//! anything changes, so that a half-applied one cannot exist.
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
//! Bodies are read strictly as JSON and tolerantly as SCIM: a name said twice is refused, but
//! names in any case, booleans in quotes and the other habits of identity providers are
//! understood. This module opens no socket and no database, and decides nothing about access.

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
