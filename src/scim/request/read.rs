//! The request itself, and reading it.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::SEARCH_REQUEST_URN;
use super::headers::Headers;
use super::listing::Query;
use super::media;
use super::parameters::Parameters;
use super::route::Route;
use crate::error::Shown;
use crate::scim::bulk::{BULK_REQUEST_URN, Bulk, BulkMethod};
use crate::scim::dialect::{Profile, UnsaidSchemas};
use crate::scim::error::{Error, ErrorKind, JsonType, WireFault};
use crate::scim::etag::Preconditions;
use crate::scim::json;
use crate::scim::patch::{PATCH_OP_URN, Patch};
use crate::scim::query::Projection;
use crate::scim::resource::lists;
use crate::scim::schema::{Registry, ResourceType};

/// What a host hands over of one HTTP request.
///
/// See [`Query`] for an example.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// The method, such as `GET`; `HEAD` is read as `GET`, and the host drops the answer's body.
    pub method: &'a str,
    /// The path below the base URL, still encoded, such as `/Users/2819c223`.
    pub path: &'a str,
    /// The query, still encoded, without the question mark; empty when there is none.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a Headers,
    /// The body; empty when there is none.
    pub body: &'a [u8],
}

/// Paths, queries and bodies hold personal data.
impl fmt::Debug for Message<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Message");
        shown.field("method", &self.method);
        shown.finish_non_exhaustive()
    }
}

/// A SCIM request that follows the protocol; nothing of it has been looked up. `Debug` prints no
/// values.
///
/// ```
/// use vestibule::error::Explain;
/// use vestibule::scim::{Profile, Registry, Request};
/// use vestibule::scim::request::{Headers, Message, Whom};
///
/// let registry = Registry::standard();
/// let message = Message {
///     method: "GET",
///     path: "/Users/2819c223",
///     query: "attributes=userName",
///     headers: &Headers::default(),
///     body: b"",
/// };
/// let Request::Read { target, .. } = Request::read(&registry, &Profile::tolerant(), &message)?
/// else {
///     panic!()
/// };
/// assert_eq!(target.resource_type.name(), "User");
/// assert_eq!(target.whom, Whom::Id("2819c223".to_owned()));
///
/// let message = Message { method: "POST", ..message };
/// let error = Request::read(&registry, &Profile::tolerant(), &message).unwrap_err();
/// assert_eq!((error.code(), error.status()), ("scim-method-not-allowed", 405));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[expect(clippy::exhaustive_enums, reason = "a host must answer each")]
#[derive(Clone, PartialEq)]
pub enum Request {
    /// POST to `/Bulk`.
    Bulk(Bulk),
    /// POST to an endpoint.
    Create {
        /// The type of the new resource.
        resource_type: Arc<ResourceType>,
        /// The resource as sent: an object. See
        /// [`Resource::created_from`](crate::scim::Resource::created_from).
        body: Value,
        /// What the answer should hold.
        projection: Projection,
    },
    /// DELETE of a resource.
    Delete {
        /// Which one.
        target: Target,
        /// On which versions.
        conditions: Preconditions,
    },
    /// GET of a discovery document.
    Discover(Document),
    /// GET of an endpoint or of the root, and POST to `.search` below either.
    List {
        /// Among what.
        scope: Scope,
        /// What is asked.
        query: Query,
    },
    /// PATCH of a resource.
    Patch {
        /// Which one.
        target: Target,
        /// What to change.
        patch: Patch,
        /// On which versions.
        conditions: Preconditions,
        /// What the answer should hold. Where it names attributes, the answer has a body (RFC 7644
        /// §3.5.2).
        projection: Projection,
    },
    /// GET of a resource.
    Read {
        /// Which one.
        target: Target,
        /// Unless which version.
        conditions: Preconditions,
        /// What the answer should hold.
        projection: Projection,
    },
    /// PUT of a resource.
    Replace {
        /// Which one.
        target: Target,
        /// The resource as sent: an object. See
        /// [`Resource::replaced_by`](crate::scim::Resource::replaced_by).
        body: Value,
        /// On which versions.
        conditions: Preconditions,
        /// What the answer should hold.
        projection: Projection,
    },
}

/// One resource that a request names.
#[expect(clippy::exhaustive_structs, reason = "a plain pair")]
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its type; User for `/Me`.
    pub resource_type: Arc<ResourceType>,
    /// Which one.
    pub whom: Whom,
}

/// By what a request names a resource.
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Whom {
    /// By the service provider's identifier, decoded; it may be any text that is not empty.
    Id(String),
    /// `/Me`: the authenticated subject (RFC 7644 §3.11).
    Me,
}

/// Among what a list looks.
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
#[derive(Clone, Debug, PartialEq)]
pub enum Scope {
    /// All resource types: the root.
    All,
    /// One resource type.
    Type(Arc<ResourceType>),
}

/// A discovery document: RFC 7644 §4.
#[expect(clippy::exhaustive_enums, reason = "a host must answer each")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Document {
    /// The resource type of that name.
    ResourceType(String),
    /// All resource types.
    ResourceTypes,
    /// The schema of that URN.
    Schema(String),
    /// All schemas.
    Schemas,
    /// `/ServiceProviderConfig`
    ServiceProviderConfig,
}

impl Request {
    /// Reads a request. See [`Request`] for an example.
    ///
    /// The body is looked at only where the method takes one, and after its type.
    ///
    /// # Errors
    ///
    /// `scim-no-endpoint` (404), `scim-method-not-allowed` (405), `scim-not-implemented` (501, for
    /// POST to `/Me`), `scim-media-type` (415), `scim-discovery-filter` (403), `scim-url-encoding`,
    /// `scim-url-too-long`, `scim-too-many-parameters`, `scim-parameter-repeated`,
    /// `scim-parameter-value`, `scim-parameter-not-integer`; those of [`Filter::parse`], of
    /// [`Projection::from_names`], of [`Preconditions::parse`], of [`json::read`], of
    /// [`Patch::from_value`] and of [`Bulk::parse`].
    ///
    /// [`Filter::parse`]: crate::scim::Filter::parse
    pub fn read(
        registry: &Registry,
        profile: &Profile,
        message: &Message<'_>,
    ) -> Result<Self, Error> {
        let route = Route::of(registry, message.path)?;
        let allowed = route.allowed();
        let body = Body { message, profile };
        match (route, message.method) {
            (Route::Root, "GET" | "HEAD") => list(Scope::All, message),
            (Route::Collection(one), "GET" | "HEAD") => list(Scope::Type(one), message),
            (Route::Collection(one), "POST") => create(one, body),
            (Route::Search(scope), "POST") => search(scope, body),
            (Route::Bulk, "POST") => body.bulk().map(Self::Bulk),
            (Route::Discovery(document), "GET" | "HEAD") => discover(document, message),
            (Route::Resource(one, id), method) => {
                of_target(target(one, Whom::Id(id)), method, body)
                    .unwrap_or_else(|| Err(not_allowed(allowed)))
            }
            (Route::Me, "POST") => Err(Error::wire(WireFault::NotImplemented {
                feature: "registration at `/Me`",
            })),
            (Route::Me, method) => {
                let target = target(Arc::clone(registry.user()), Whom::Me);
                of_target(target, method, body).unwrap_or_else(|| Err(not_allowed(allowed)))
            }
            _ => Err(not_allowed(allowed)),
        }
    }
}

impl Request {
    /// The request of one operation of a Bulk request.
    pub(crate) fn of_operation(
        registry: &Registry,
        method: BulkMethod,
        path: &str,
        data: Option<Value>,
        conditions: Preconditions,
    ) -> Result<Self, Error> {
        let route = Route::of(registry, path)?;
        let allowed = match route {
            Route::Collection(_) => "POST",
            Route::Resource(..) => "PUT, PATCH, DELETE",
            // RFC 7644 §3.7: resources only.
            _ => return Err(Error::wire(WireFault::NoEndpoint)),
        };
        let body = data.unwrap_or_default();
        let projection = Projection::default();
        Ok(match (route, method) {
            (Route::Collection(resource_type), BulkMethod::Post) => Self::Create {
                resource_type,
                body,
                projection,
            },
            (Route::Resource(one, id), BulkMethod::Put) => Self::Replace {
                target: target(one, Whom::Id(id)),
                body,
                conditions,
                projection,
            },
            (Route::Resource(one, id), BulkMethod::Patch) => Self::Patch {
                target: target(one, Whom::Id(id)),
                patch: Patch::from_value(body)?,
                conditions,
                projection,
            },
            (Route::Resource(one, id), BulkMethod::Delete) => Self::Delete {
                target: target(one, Whom::Id(id)),
                conditions,
            },
            _ => return Err(not_allowed(allowed)),
        })
    }
}

fn not_allowed(allowed: &'static str) -> Error {
    Error::wire(WireFault::MethodNotAllowed { allowed })
}

const fn target(resource_type: Arc<ResourceType>, whom: Whom) -> Target {
    Target {
        resource_type,
        whom,
    }
}

/// A body that has not been looked at.
#[derive(Clone, Copy)]
struct Body<'a> {
    message: &'a Message<'a>,
    profile: &'a Profile,
}

impl<'a> Body<'a> {
    fn bytes(self) -> Result<&'a [u8], Error> {
        let declared = self.message.headers.content_type();
        media::check_body(declared, self.profile.body_type)?;
        Ok(self.message.body)
    }

    /// The members of a body that is what `urn` names.
    fn members(self, urn: &str) -> Result<Map<String, Value>, Error> {
        match json::read(self.bytes()?)? {
            Value::Object(members) => {
                self.check_said(says(&members, urn), urn)?;
                Ok(members)
            }
            other => {
                let found = JsonType::of(&other);
                let kind = ErrorKind::NotAnObject { found };
                Err(Error::in_body(kind, String::new()))
            }
        }
    }

    fn object(self, urn: &str) -> Result<Value, Error> {
        self.members(urn).map(Value::Object)
    }

    fn bulk(self) -> Result<Bulk, Error> {
        let bulk = Bulk::parse(self.bytes()?)?;
        self.check_said(bulk.says(BULK_REQUEST_URN), BULK_REQUEST_URN)?;
        Ok(bulk)
    }

    fn check_said(self, is_said: bool, urn: &str) -> Result<(), Error> {
        match is_said || self.profile.unsaid_schemas == UnsaidSchemas::Assume {
            true => Ok(()),
            false => {
                let urn = Shown::new(urn);
                let kind = ErrorKind::SchemasUnsaid { urn };
                Err(Error::in_body(kind, "/schemas".to_owned()))
            }
        }
    }
}

/// Whether `schemas` names the URN.
fn says(members: &Map<String, Value>, urn: &str) -> bool {
    let mut members = members.iter();
    let schemas = members.find(|(name, _)| name.eq_ignore_ascii_case("schemas"));
    schemas.is_some_and(|(_, listed)| lists(listed, urn))
}

fn projection(message: &Message<'_>) -> Result<Projection, Error> {
    Parameters::of_query(message.query)?.projection()
}

fn list(scope: Scope, message: &Message<'_>) -> Result<Request, Error> {
    let query = Parameters::of_query(message.query)?.query()?;
    Ok(Request::List { scope, query })
}

fn search(scope: Scope, body: Body<'_>) -> Result<Request, Error> {
    let query = Parameters::of_search(body.members(SEARCH_REQUEST_URN)?)?.query()?;
    Ok(Request::List { scope, query })
}

fn create(resource_type: Arc<ResourceType>, body: Body<'_>) -> Result<Request, Error> {
    Ok(Request::Create {
        projection: projection(body.message)?,
        body: body.object(resource_type.core().id())?,
        resource_type,
    })
}

fn discover(document: Document, message: &Message<'_>) -> Result<Request, Error> {
    match Parameters::of_query(message.query)?.names_a_filter() {
        true => Err(Error::in_parameter(ErrorKind::DiscoveryFilter, "filter")),
        false => Ok(Request::Discover(document)),
    }
}

/// A request of one resource; none when the method is not one of those.
fn of_target(target: Target, method: &str, body: Body<'_>) -> Option<Result<Request, Error>> {
    let read = match method {
        "GET" | "HEAD" => read_one,
        "PUT" => replace,
        "PATCH" => patch,
        "DELETE" => delete,
        _ => return None,
    };
    Some(read(target, body))
}

fn read_one(target: Target, body: Body<'_>) -> Result<Request, Error> {
    Ok(Request::Read {
        target,
        conditions: body.message.headers.conditions()?,
        projection: projection(body.message)?,
    })
}

fn replace(target: Target, body: Body<'_>) -> Result<Request, Error> {
    Ok(Request::Replace {
        conditions: body.message.headers.conditions()?,
        projection: projection(body.message)?,
        body: body.object(target.resource_type.core().id())?,
        target,
    })
}

fn patch(target: Target, body: Body<'_>) -> Result<Request, Error> {
    Ok(Request::Patch {
        target,
        conditions: body.message.headers.conditions()?,
        projection: projection(body.message)?,
        patch: match Patch::of_usual_form(body.bytes()?) {
            Some(patch) => patch,
            None => Patch::from_value(body.object(PATCH_OP_URN)?)?,
        },
    })
}

fn delete(target: Target, body: Body<'_>) -> Result<Request, Error> {
    Ok(Request::Delete {
        target,
        conditions: body.message.headers.conditions()?,
    })
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |target: &Target| target.resource_type.name().to_owned();
        let (name, of) = match self {
            Self::Bulk(_) => ("Bulk", String::new()),
            Self::Create { resource_type, .. } => ("Create", resource_type.name().to_owned()),
            Self::Delete { target, .. } => ("Delete", of(target)),
            Self::Discover(_) => ("Discover", String::new()),
            Self::List { .. } => ("List", String::new()),
            Self::Patch { target, .. } => ("Patch", of(target)),
            Self::Read { target, .. } => ("Read", of(target)),
            Self::Replace { target, .. } => ("Replace", of(target)),
        };
        write!(formatter, "{name}({of})")
    }
}
