//! A group.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::element::{Reference, list, text, texts};
use super::user::instant;
use crate::scim::resource::Resource;
use crate::scim::schema::ResourceKind;

/// A group: RFC 7643 §4.2. `Debug` prints no values.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{Registry, Resource};
/// use vestibule::scim::views::Group;
///
/// let registry = Registry::standard();
/// let body = json!({"displayName": "Team", "members": [{"value": "u1", "type": "User"}]});
/// let resource = Resource::from_value(registry.group(), body)?;
/// let group = Group::of(&resource).unwrap();
/// assert_eq!(group.display_name(), Some("Team"));
/// let members: Vec<_> = group.members().filter_map(|member| member.value()).collect();
/// assert_eq!(members, ["u1"]);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Group<'r>(&'r Map<String, Value>);

impl<'r> Group<'r> {
    /// The group that a resource is; none for another type. See [`Group`] for an example.
    #[must_use]
    pub fn of(resource: &'r Resource) -> Option<Self> {
        let is_group = resource.resource_type().kind() == ResourceKind::Group;
        is_group.then(|| Self(resource.object()))
    }

    texts! {
        /// The service provider's identifier.
        id "id",
        /// The provisioning client's identifier.
        external_id "externalId",
        /// The name.
        display_name "displayName",
    }

    /// The members, in the order of the list. See [`Group`] for an example.
    pub fn members(&self) -> impl Iterator<Item = Reference<'r>> + use<'r> {
        list(self.0, "members").map(Reference)
    }

    /// When it was made, as `meta` says. See [`User::created`](super::User::created).
    #[must_use]
    pub fn created(&self) -> Option<DateTime<Utc>> {
        instant(self.0, "created")
    }

    /// When it last changed, as `meta` says. See [`User::created`](super::User::created).
    #[must_use]
    pub fn last_modified(&self) -> Option<DateTime<Utc>> {
        instant(self.0, "lastModified")
    }
}

impl fmt::Debug for Group<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Group({} members)", self.0.len())
    }
}
