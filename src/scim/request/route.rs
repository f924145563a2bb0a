//! From a path below the base URL to an endpoint, and the methods that it takes: RFC 7644 §3.2.

use std::sync::Arc;

use super::query::{Plus, decoded};
use super::read::{Document, Scope};
use crate::limits::SCIM_MAX_PATH_BYTES;
use crate::scim::error::{Error, WireFault};
use crate::scim::schema::{Registry, ResourceType};

/// An endpoint.
pub(crate) enum Route {
    Bulk,
    Collection(Arc<ResourceType>),
    Discovery(Document),
    Me,
    Resource(Arc<ResourceType>, String),
    Root,
    Search(Scope),
}

impl Route {
    pub(crate) fn of(registry: &Registry, path: &str) -> Result<Self, Error> {
        if path.len() > SCIM_MAX_PATH_BYTES {
            return Err(Error::wire(WireFault::UrlTooLong {
                found: path.len(),
                limit: SCIM_MAX_PATH_BYTES,
            }));
        }
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let (name, below) = match path.split_once('/') {
            Some((name, below)) => (name, Some(below)),
            None => (path, None),
        };
        let found = of_protocol(name, below).or_else(|| of_resource(registry, name, below));
        found.unwrap_or_else(|| Err(Error::wire(WireFault::NoEndpoint)))
    }

    /// The methods, as the `Allow` header lists them.
    pub(super) const fn allowed(&self) -> &'static str {
        match self {
            Self::Discovery(_) | Self::Root => "GET",
            Self::Bulk | Self::Search(_) => "POST",
            Self::Collection(_) => "GET, POST",
            Self::Me | Self::Resource(..) => "GET, PUT, PATCH, DELETE",
        }
    }
}

type Found = Option<Result<Route, Error>>;

/// The endpoints that are not of one resource type. Like those of resource types, they have no
/// case.
fn of_protocol(name: &str, below: Option<&str>) -> Found {
    let document = |document| Some(Ok(Route::Discovery(document)));
    match (name.to_ascii_lowercase().as_str(), below) {
        ("", None) => Some(Ok(Route::Root)),
        (".search", None) => Some(Ok(Route::Search(Scope::All))),
        ("bulk", None) => Some(Ok(Route::Bulk)),
        ("me", None) => Some(Ok(Route::Me)),
        ("serviceproviderconfig", None) => document(Document::ServiceProviderConfig),
        ("resourcetypes", None) => document(Document::ResourceTypes),
        ("schemas", None) => document(Document::Schemas),
        ("resourcetypes", Some(id)) => {
            Some(segment(id).map(|id| Route::Discovery(Document::ResourceType(id))))
        }
        ("schemas", Some(id)) => Some(segment(id).map(|id| Route::Discovery(Document::Schema(id)))),
        _ => None,
    }
}

fn of_resource(registry: &Registry, name: &str, below: Option<&str>) -> Found {
    let resource_type = registry.resource_type_at(&format!("/{name}"))?;
    let resource_type = Arc::clone(resource_type);
    Some(match below {
        None => Ok(Route::Collection(resource_type)),
        Some(".search") => Ok(Route::Search(Scope::Type(resource_type))),
        Some(id) => segment(id).map(|id| Route::Resource(resource_type, id)),
    })
}

/// One decoded segment: an identifier, which may hold an escaped slash.
fn segment(text: &str) -> Result<String, Error> {
    if text.is_empty() || text.contains('/') {
        return Err(Error::wire(WireFault::NoEndpoint));
    }
    decoded(text, Plus::Itself)
}
