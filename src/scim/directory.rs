//! From resources and their changes to the vocabulary that a policy consumes.
//!
//! What a message does not say stays [`Asserted::Absent`]; nothing here decides whether a change
//! is allowed.

use serde_json::{Map, Value};

use super::error::{Error, ErrorKind};
use super::filter::elements;
use super::patch::Changes;
use super::resource::Resource;
use super::schema::ResourceKind;
use crate::error::Shown;
use crate::identity::{
    Asserted, DirectoryChange, GroupAttributes, GroupId, Personal, UserAttributes, UserId,
};

/// What a POST of this resource asks of the directory.
///
/// ```
/// use vestibule::identity::{Asserted, DirectoryChange};
/// use vestibule::scim::{Registry, Resource, directory};
///
/// let registry = Registry::standard();
/// let user = Resource::parse(registry.user(), br#"{"userName": "b", "roles": []}"#)?;
/// let DirectoryChange::CreateUser(attributes) = directory::creation(&user)? else { panic!() };
/// assert_eq!(attributes.user_name, Asserted::Value("b".into()));
/// assert_eq!(attributes.active, Asserted::Absent);
/// assert!(!attributes.names_roles);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
///
/// # Errors
///
/// `scim-required-missing`; `scim-not-in-directory` when the resource is neither User nor Group.
pub fn creation(resource: &Resource) -> Result<DirectoryChange, Error> {
    resource.check_required()?;
    match resource.resource_type().kind() {
        ResourceKind::User => Ok(DirectoryChange::CreateUser(user(resource, Said::Present))),
        ResourceKind::Group => Ok(DirectoryChange::CreateGroup(GroupAttributes {
            display_name: resource.text("displayName").unwrap_or_default().to_owned(),
            external_id: resource.text("externalId").map(str::to_owned),
            members: ids(&super::patch::members(resource)),
        })),
        ResourceKind::Custom => Err(Error::new(ErrorKind::NotInDirectory {
            resource_type: Shown::new(resource.resource_type().name()),
        })),
    }
}

/// What a PATCH or PUT asks of the directory: only what differs, or nothing.
///
/// `id` says whom, as the host knows it from the request's URL; `after` is the resource as the
/// change leaves it, from a [`Plan`](super::Plan). None also when it is neither User nor Group.
///
/// ```
/// use serde_json::json;
/// use vestibule::identity::{Asserted, DirectoryChange};
/// use vestibule::scim::{Patch, Profile, Registry, Resource, directory};
///
/// let registry = Registry::standard();
/// let user = json!({"id": "u1", "userName": "b", "title": "Engineer", "active": true});
/// let user = Resource::from_value(registry.user(), user)?;
/// let patch = Patch::from_value(json!([{"op": "replace", "value": {"active": false}}]))?;
/// let (after, changes) = patch.plan(&user, &Profile::tolerant())?.apply();
/// let Some(DirectoryChange::UpdateUser { user, attributes }) =
///     directory::update("u1", &after, &changes) else { panic!() };
/// assert_eq!((user.as_str(), attributes.active), ("u1", Asserted::Value(false)));
/// assert_eq!(attributes.user_name, Asserted::Absent);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[must_use]
pub fn update(id: &str, after: &Resource, changes: &Changes) -> Option<DirectoryChange> {
    if changes.is_empty() {
        return None;
    }
    match after.resource_type().kind() {
        ResourceKind::User => Some(DirectoryChange::UpdateUser {
            user: UserId::new(id),
            attributes: user(after, Said::Changed(changes)),
        }),
        ResourceKind::Group => Some(DirectoryChange::UpdateGroup {
            group: GroupId::new(id),
            display_name: match after.text("displayName") {
                _ if !changes.is_renamed() => Asserted::Absent,
                Some(name) => Asserted::Value(name.to_owned()),
                None => Asserted::Cleared,
            },
            add: ids(changes.members_added()),
            remove: ids(changes.members_removed()),
        }),
        ResourceKind::Custom => None,
    }
}

/// What a DELETE asks of the directory; none for a custom resource type.
///
/// ```
/// use vestibule::identity::{DirectoryChange, UserId};
/// use vestibule::scim::{ResourceKind, directory};
/// assert_eq!(
///     directory::deletion(ResourceKind::User, "u1"),
///     Some(DirectoryChange::DeleteUser { user: UserId::new("u1") }),
/// );
/// ```
#[must_use]
pub fn deletion(kind: ResourceKind, id: &str) -> Option<DirectoryChange> {
    match kind {
        ResourceKind::User => Some(DirectoryChange::DeleteUser {
            user: UserId::new(id),
        }),
        ResourceKind::Group => Some(DirectoryChange::DeleteGroup {
            group: GroupId::new(id),
        }),
        ResourceKind::Custom => None,
    }
}

fn ids(members: &[String]) -> Vec<UserId> {
    let mut seen = std::collections::HashSet::new();
    let once = members.iter().filter(|id| seen.insert(id.as_str()));
    once.map(UserId::new).collect()
}

/// Which attributes a message speaks of.
#[derive(Clone, Copy)]
enum Said<'a> {
    /// Those that differ.
    Changed(&'a Changes),
    /// Those that it has.
    Present,
}

impl Said<'_> {
    /// What the message says of the attribute whose value is now `value`.
    fn of<T>(self, attribute: &str, value: Option<T>) -> Asserted<T> {
        match (self, value) {
            (Self::Present, None) => Asserted::Absent,
            (Self::Changed(changes), _) if !changes.contains(attribute) => Asserted::Absent,
            (_, Some(value)) => Asserted::Value(value),
            (Self::Changed(_), None) => Asserted::Cleared,
        }
    }
}

fn user(resource: &Resource, said: Said<'_>) -> UserAttributes {
    let object = resource.object();
    let top = |name: &str| text(object, name).map(Personal::new);
    let part = |name: &str| {
        let parts = object.get("name").and_then(Value::as_object)?;
        text(parts, name).map(Personal::new)
    };
    let names = |name: &str| match said {
        Said::Changed(changes) => changes.contains(name),
        Said::Present => object.contains_key(name),
    };
    UserAttributes {
        user_name: said.of("userName", top("userName")),
        email: said.of("emails", email(object)),
        external_id: said.of("externalId", text(object, "externalId").map(Personal::new)),
        first_name: said.of("name.givenName", part("givenName")),
        last_name: said.of("name.familyName", part("familyName")),
        display_name: said.of("displayName", top("displayName")),
        active: said.of("active", object.get("active").and_then(Value::as_bool)),
        names_roles: names("roles") || names("entitlements"),
    }
}

/// Text that is not empty: `""` says nothing (Okta sends it for an empty field).
fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let text = object.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
}

/// The primary address, else the first (RFC 7644 §3.4.2.3 takes a list's value so).
fn email(object: &Map<String, Value>) -> Option<Personal> {
    let emails = object.get("emails").map_or(&[][..], elements);
    let is_primary = |email: &&Value| email.get("primary") == Some(&Value::Bool(true));
    let email = emails.iter().find(is_primary).or_else(|| emails.first())?;
    text(email.as_object()?, "value").map(Personal::new)
}
