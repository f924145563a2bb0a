//! `meta` of a resource: when it was made and changed, and which version it is.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::scim::etag::EntityTag;
use crate::scim::resource::Resource;
use crate::scim::schema::Mutability;

/// The version of a resource: its `meta.version`.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{Registry, Resource, store};
/// use vestibule::scim::etag::EntityTag;
/// let user = json!({"userName": "b", "meta": {"version": "W/\"7\""}});
/// let user = Resource::from_value(Registry::standard().user(), user)?;
/// assert_eq!(store::version(&user), Some(EntityTag::of_version(7)));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[must_use]
pub fn version(resource: &Resource) -> Option<EntityTag> {
    let version = resource.object().get("meta")?.get("version")?.as_str()?;
    EntityTag::parse(version).ok()
}

/// The same resource as changed at `now`: `meta.lastModified`, and the next `meta.version`.
///
/// A store uses this for groups that lose a member by a deletion.
///
/// ```
/// use chrono::DateTime;
/// use serde_json::json;
/// use vestibule::scim::{Registry, Resource, store};
/// let group = json!({"displayName": "Team", "meta": {"version": "W/\"7\""}});
/// let group = Resource::from_value(Registry::standard().group(), group)?;
/// let group = store::touched(group, DateTime::from_timestamp(1_800_000_000, 0).unwrap());
/// assert_eq!(group.object()["meta"]["version"], "W/\"8\"");
/// assert_eq!(group.object()["meta"]["lastModified"], "2027-01-15T08:00:00.000Z");
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[must_use]
pub fn touched(mut resource: Resource, now: DateTime<Utc>) -> Resource {
    let number = version(&resource).and_then(|tag| tag.opaque().parse::<u64>().ok());
    let next = EntityTag::of_version(number.unwrap_or(0).saturating_add(1));
    resource.write_changed(now, Some(&next));
    resource
}

/// The same resource without what nobody may read: attributes that are `writeOnly`, such as
/// `password`, which a host keeps as a hash elsewhere or not at all.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{Registry, Resource, store};
/// let user = json!({"userName": "b", "password": "s3cr3t"});
/// let user = Resource::from_value(Registry::standard().user(), user)?;
/// assert_eq!(store::without_secrets(user).text("password"), None);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[must_use]
pub fn without_secrets(resource: Resource) -> Resource {
    let resource_type = Arc::clone(resource.resource_type());
    let secret = resource_type
        .scopes()
        .filter(|(_, attribute)| attribute.mutability() == Mutability::WriteOnly);
    let secret: Vec<_> = secret.collect();
    if secret.is_empty() {
        return resource;
    }
    with(resource, |object| {
        for (scope, attribute) in secret {
            let holder = match scope.urn() {
                None => Some(&mut *object),
                Some(urn) => object.get_mut(urn).and_then(Value::as_object_mut),
            };
            if let Some(holder) = holder {
                holder.remove(attribute.name());
            }
        }
    })
}

/// A new resource with its identifier and its first version.
pub(super) fn born(mut resource: Resource, id: &str, now: DateTime<Utc>) -> Resource {
    resource.write_born(now);
    resource.set_id(id);
    touched(resource, now)
}

/// The same resource with another object.
pub(super) fn with(
    mut resource: Resource,
    change: impl FnOnce(&mut Map<String, Value>),
) -> Resource {
    resource.change(change);
    resource.settle_schemas();
    resource
}
