//! Writing typed values into the resource.

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};

use crate::scim::resource::Resource;
use crate::scim::schema::{ENTERPRISE_USER_URN, ResourceKind};
use crate::scim::write::put;

/// Writes to a user, in place; what a method does not name stays.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{Registry, Resource};
/// use vestibule::scim::views::{User, UserEdit};
///
/// let registry = Registry::standard();
/// let mut resource = Resource::from_value(registry.user(), json!({
///     "userName": "b", "x-own": 1,
///     "emails": [{"value": "old@example.com", "type": "work", "x-checked": true}],
/// }))?;
/// UserEdit::of(&mut resource)
///     .unwrap()
///     .set_active(Some(false))
///     .set_primary_email(Some("new@example.com"))
///     .set_department(Some("Tours"));
/// assert_eq!(User::of(&resource).unwrap().active(), Some(false));
/// assert_eq!(
///     resource.object()["emails"],
///     json!([{"value": "new@example.com", "type": "work", "x-checked": true}]),
/// );
/// assert_eq!((&resource.object()["x-own"], resource.object()["schemas"].as_array().map(Vec::len)),
///     (&json!(1), Some(2)));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
pub struct UserEdit<'r>(&'r mut Resource);

macro_rules! set_texts {
    ($($(#[$doc:meta])* $method:ident $urn:expr, $name:literal,)+) => {
        $(
            $(#[$doc])*
            ///
            /// See [`Self`] for an example.
            pub fn $method(self, value: Option<&str>) -> Self {
                let value = value.map(Value::from);
                self.0.within($urn, |members| put(members, $name, value));
                self
            }
        )+
    };
}

impl<'r> UserEdit<'r> {
    /// The user that a resource is; none for another type. See [`UserEdit`] for an example.
    #[must_use]
    pub fn of(resource: &'r mut Resource) -> Option<Self> {
        let is_user = resource.resource_type().kind() == ResourceKind::User;
        is_user.then_some(Self(resource))
    }

    set_texts! {
        /// Writes `userName`.
        set_user_name None, "userName",
        /// Writes or removes `externalId`.
        set_external_id None, "externalId",
        /// Writes or removes `displayName`.
        set_display_name None, "displayName",
        /// Writes or removes `title`.
        set_title None, "title",
        /// Writes or removes `department` of the enterprise extension.
        set_department Some(ENTERPRISE_USER_URN), "department",
        /// Writes or removes `employeeNumber` of the enterprise extension.
        set_employee_number Some(ENTERPRISE_USER_URN), "employeeNumber",
    }

    /// Writes or removes `active`. See [`UserEdit`] for an example.
    pub fn set_active(self, active: Option<bool>) -> Self {
        self.0
            .change(|object| put(object, "active", active.map(Value::from)));
        self
    }

    /// Writes or removes `name.givenName`.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Registry, Resource, views::UserEdit};
    /// let body = json!({"name": {"formatted": "B J"}});
    /// let mut user = Resource::from_value(Registry::standard().user(), body)?;
    /// UserEdit::of(&mut user).unwrap().set_given_name(Some("B")).set_family_name(None);
    /// assert_eq!(user.object()["name"], json!({"formatted": "B J", "givenName": "B"}));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    pub fn set_given_name(self, name: Option<&str>) -> Self {
        self.set_name_part("givenName", name)
    }

    /// Writes or removes `name.familyName`. See [`UserEdit::set_given_name`] for an example.
    pub fn set_family_name(self, name: Option<&str>) -> Self {
        self.set_name_part("familyName", name)
    }

    fn set_name_part(self, part: &str, value: Option<&str>) -> Self {
        self.0.change(|object| {
            let mut parts = taken(object, "name");
            put(&mut parts, part, value.map(Value::from));
            put(object, "name", Some(Value::Object(parts)));
        });
        self
    }

    /// Writes the value of the primary address, else of the first, else of a new one; or removes
    /// that address. Its other parts and the other addresses stay. See [`UserEdit`] for an example.
    pub fn set_primary_email(self, value: Option<&str>) -> Self {
        self.0.change(|object| {
            let mut emails = taken_list(object, "emails");
            let is_primary = |email: &Value| email.get("primary") == Some(&Value::Bool(true));
            let at = emails.iter().position(is_primary).unwrap_or(0);
            match (emails.get_mut(at).and_then(Value::as_object_mut), value) {
                (Some(email), Some(value)) => put(email, "value", Some(value.into())),
                (Some(_), None) => {
                    emails.remove(at);
                }
                (None, Some(value)) => {
                    let email = [("value", value.into()), ("primary", true.into())];
                    emails.push(object_of(email));
                }
                (None, None) => {}
            }
            put_list(object, "emails", emails);
        });
        self
    }

    /// Writes `manager.value` of the enterprise extension, or removes the manager. Another manager
    /// has another `$ref` and name, so these go.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::schema::ENTERPRISE_USER_URN;
    /// use vestibule::scim::{Registry, Resource, views::UserEdit};
    /// let body = json!({ENTERPRISE_USER_URN: {"manager": {"value": "u1", "displayName": "One"}}});
    /// let mut user = Resource::from_value(Registry::standard().user(), body)?;
    /// UserEdit::of(&mut user).unwrap().set_manager(Some("u2"));
    /// assert_eq!(user.object()[ENTERPRISE_USER_URN], json!({"manager": {"value": "u2"}}));
    /// UserEdit::of(&mut user).unwrap().set_manager(None);
    /// assert_eq!(user.object().get(ENTERPRISE_USER_URN), None);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    pub fn set_manager(self, id: Option<&str>) -> Self {
        self.0.within(Some(ENTERPRISE_USER_URN), |members| {
            let stored = members
                .get("manager")
                .and_then(|manager| manager.get("value"));
            if stored.and_then(Value::as_str) != id {
                let manager = id.map(|id| object_of([("value", id.into())]));
                put(members, "manager", manager);
            }
        });
        self
    }

    /// Writes `groups`, which only the host does: the groups' ids and names.
    ///
    /// ```
    /// use vestibule::scim::{Registry, Resource, views::{User, UserEdit}};
    /// let mut user = Resource::parse(Registry::standard().user(), br#"{"userName": "b"}"#)?;
    /// UserEdit::of(&mut user).unwrap().set_groups([("g1", "Team")]);
    /// assert_eq!(User::of(&user).unwrap().groups().next().unwrap().display(), Some("Team"));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    pub fn set_groups<'a>(self, groups: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let groups = groups.into_iter().map(|(id, name)| {
            let parts = [("value", id), ("display", name), ("type", "direct")];
            object_of(parts.map(|(part, text)| (part, text.into())))
        });
        self.0
            .change(|object| put_list(object, "groups", groups.collect()));
        self
    }
}

impl fmt::Debug for UserEdit<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("UserEdit").field(self.0).finish()
    }
}

/// Writes to a group, in place; what a method does not name stays.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{Registry, Resource};
/// use vestibule::scim::views::{Group, GroupEdit};
///
/// let registry = Registry::standard();
/// let body = json!({"displayName": "Team", "members": [{"value": "u1", "x-since": 2020}]});
/// let mut resource = Resource::from_value(registry.group(), body)?;
/// GroupEdit::of(&mut resource)
///     .unwrap()
///     .set_display_name("Crew")
///     .set_external_id(Some("x7"))
///     .add_members(["u1", "u2"]);
/// assert_eq!(
///     resource.object()["members"],
///     json!([{"value": "u1", "x-since": 2020}, {"value": "u2"}]),
/// );
/// GroupEdit::of(&mut resource).unwrap().remove_members(["u1", "u2"]);
/// assert_eq!(Group::of(&resource).unwrap().members().count(), 0);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
pub struct GroupEdit<'r>(&'r mut Resource);

impl<'r> GroupEdit<'r> {
    /// The group that a resource is; none for another type. See [`GroupEdit`] for an example.
    #[must_use]
    pub fn of(resource: &'r mut Resource) -> Option<Self> {
        let is_group = resource.resource_type().kind() == ResourceKind::Group;
        is_group.then_some(Self(resource))
    }

    /// Writes `displayName`. See [`GroupEdit`] for an example.
    pub fn set_display_name(self, name: &str) -> Self {
        self.0
            .change(|object| put(object, "displayName", Some(name.into())));
        self
    }

    /// Writes or removes `externalId`. See [`GroupEdit`] for an example.
    pub fn set_external_id(self, id: Option<&str>) -> Self {
        self.0
            .change(|object| put(object, "externalId", id.map(Value::from)));
        self
    }

    /// Adds members by their ids; those who are there stay as they are. Takes time in proportion
    /// to all members. See [`GroupEdit`] for an example.
    pub fn add_members<'a>(self, ids: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.change(|object| {
            let mut members = taken_list(object, "members");
            let mut known: HashSet<String> =
                members.iter().filter_map(id).map(str::to_owned).collect();
            for id in ids {
                if known.insert(id.to_owned()) {
                    members.push(object_of([("value", id.into())]));
                }
            }
            put_list(object, "members", members);
        });
        self
    }

    /// Removes members by their ids. Takes time in proportion to all members. See [`GroupEdit`]
    /// for an example.
    pub fn remove_members<'a>(self, ids: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.change(|object| {
            let mut members = taken_list(object, "members");
            let gone: HashSet<&str> = ids.into_iter().collect();
            members.retain(|member| id(member).is_none_or(|id| !gone.contains(id)));
            put_list(object, "members", members);
        });
        self
    }
}

impl fmt::Debug for GroupEdit<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("GroupEdit").field(self.0).finish()
    }
}

fn id(member: &Value) -> Option<&str> {
    member.get("value").and_then(Value::as_str)
}

fn object_of<const N: usize>(parts: [(&str, Value); N]) -> Value {
    let parts = parts
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Value::Object(parts.collect())
}

fn taken(members: &mut Map<String, Value>, name: &str) -> Map<String, Value> {
    match members.remove(name) {
        Some(Value::Object(parts)) => parts,
        _ => Map::new(),
    }
}

fn taken_list(members: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    match members.remove(name) {
        Some(Value::Array(listed)) => listed,
        Some(single) => vec![single],
        None => Vec::new(),
    }
}

/// Writes a list; an empty one is none.
fn put_list(members: &mut Map<String, Value>, name: &str, listed: Vec<Value>) {
    let listed = (!listed.is_empty()).then_some(Value::Array(listed));
    put(members, name, listed);
}
