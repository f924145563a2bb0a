//! A user, and the enterprise extension.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::element::{Address, Element, Reference, list, text, texts};
use crate::scim::filter::Instant;
use crate::scim::resource::Resource;
use crate::scim::schema::{ENTERPRISE_USER_URN, ResourceKind};

/// A user: RFC 7643 §4.1. `Debug` prints no values.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{Registry, Resource};
/// use vestibule::scim::views::User;
///
/// let registry = Registry::standard();
/// let resource = Resource::from_value(registry.user(), json!({
///     "id": "u1", "userName": "b", "name": {"givenName": "Barbara"},
///     "emails": [{"value": "b@home.example"}, {"value": "b@work.example", "primary": true}],
/// }))?;
/// let user = User::of(&resource).unwrap();
/// assert_eq!((user.user_name(), user.name().given_name()), (Some("b"), Some("Barbara")));
/// assert_eq!(user.primary_email().unwrap().value(), Some("b@work.example"));
/// assert_eq!(user.active(), None);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct User<'r>(&'r Map<String, Value>);

impl<'r> User<'r> {
    /// The user that a resource is; none for another type. See [`User`] for an
    /// example.
    #[must_use]
    pub fn of(resource: &'r Resource) -> Option<Self> {
        let is_user = resource.resource_type().kind() == ResourceKind::User;
        is_user.then(|| Self(resource.object()))
    }

    texts! {
        /// The service provider's identifier.
        id "id",
        /// The provisioning client's identifier.
        external_id "externalId",
        /// What the person signs in with.
        user_name "userName",
        /// The name to show.
        display_name "displayName",
        /// The casual name.
        nick_name "nickName",
        /// The person's page.
        profile_url "profileUrl",
        /// The job title.
        title "title",
        /// The relation to the organization.
        user_type "userType",
        /// The language, as in `Accept-Language`.
        preferred_language "preferredLanguage",
        /// The locale, such as `sv-SE`.
        locale "locale",
        /// The time zone, such as `Europe/Stockholm`.
        timezone "timezone",
    }

    /// The parts of the name; all absent when there is none. See [`User`] for an
    /// example.
    #[must_use]
    pub fn name(&self) -> Name<'r> {
        Name(self.0.get("name").and_then(Value::as_object))
    }

    /// Whether the account may be used; `None` when nobody has said. See [`User`] for an
    /// example.
    #[must_use]
    pub fn active(&self) -> Option<bool> {
        self.0.get("active").and_then(Value::as_bool)
    }

    /// The addresses of electronic mail. See [`User`] for an
    /// example.
    pub fn emails(&self) -> impl Iterator<Item = Element<'r>> + use<'r> {
        self.elements("emails")
    }

    /// The address marked as primary, else the first (RFC 7644 §3.4.2.3). See [`User`] for an
    /// example.
    #[must_use]
    pub fn primary_email(&self) -> Option<Element<'r>> {
        let primary = self.emails().find(Element::is_primary);
        primary.or_else(|| self.emails().next())
    }

    /// The telephone numbers. See [`User`] for an
    /// example.
    pub fn phone_numbers(&self) -> impl Iterator<Item = Element<'r>> + use<'r> {
        self.elements("phoneNumbers")
    }

    /// The elements of `ims`, `photos`, `entitlements`, `roles` or `x509Certificates`, by that name.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Registry, Resource, views::User};
    /// let user = json!({"roles": [{"value": "admin"}]});
    /// let user = Resource::from_value(Registry::standard().user(), user)?;
    /// let user = User::of(&user).unwrap();
    /// assert_eq!(user.elements("roles").next().unwrap().value(), Some("admin"));
    /// assert_eq!(user.elements("photos").count(), 0);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    pub fn elements(&self, attribute: &str) -> impl Iterator<Item = Element<'r>> + use<'r> {
        list(self.0, attribute).map(Element)
    }

    /// The postal addresses. See [`Address`] for an example.
    pub fn addresses(&self) -> impl Iterator<Item = Address<'r>> + use<'r> {
        list(self.0, "addresses").map(Address)
    }

    /// The groups that the person is in. See [`User`] for an
    /// example.
    pub fn groups(&self) -> impl Iterator<Item = Reference<'r>> + use<'r> {
        list(self.0, "groups").map(Reference)
    }

    /// The enterprise extension; none when the resource has nothing of it. See [`EnterpriseUser`]
    /// for an example.
    #[must_use]
    pub fn enterprise(&self) -> Option<EnterpriseUser<'r>> {
        let members = self.0.get(ENTERPRISE_USER_URN).and_then(Value::as_object);
        members.map(EnterpriseUser)
    }

    /// When it was made, as `meta` says.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Registry, Resource, views::User};
    /// let user = json!({"meta": {"created": "2027-01-15T09:00:00+01:00"}});
    /// let user = Resource::from_value(Registry::standard().user(), user)?;
    /// let user = User::of(&user).unwrap();
    /// assert_eq!(user.created().unwrap().timestamp(), 1_800_000_000);
    /// assert_eq!(user.last_modified(), None);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn created(&self) -> Option<DateTime<Utc>> {
        instant(self.0, "created")
    }

    /// When it last changed, as `meta` says. See [`User::created`] for an example.
    #[must_use]
    pub fn last_modified(&self) -> Option<DateTime<Utc>> {
        instant(self.0, "lastModified")
    }
}

impl fmt::Debug for User<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "User({} members)", self.0.len())
    }
}

/// A dateTime of `meta`.
pub(super) fn instant(members: &Map<String, Value>, name: &str) -> Option<DateTime<Utc>> {
    let meta = members.get("meta").and_then(Value::as_object)?;
    Instant::parse(text(meta, name)?).map(Instant::to_utc)
}

/// The parts of a person's name. See [`User`] for an example. `Debug` prints no values.
#[derive(Clone, Copy, PartialEq)]
pub struct Name<'r>(Option<&'r Map<String, Value>>);

impl<'r> Name<'r> {
    /// The whole name. See [`User`] for an example.
    #[must_use]
    pub fn formatted(&self) -> Option<&'r str> {
        self.part("formatted")
    }

    /// The first name. See [`User`] for an example.
    #[must_use]
    pub fn given_name(&self) -> Option<&'r str> {
        self.part("givenName")
    }

    /// The last name. See [`User`] for an example.
    #[must_use]
    pub fn family_name(&self) -> Option<&'r str> {
        self.part("familyName")
    }

    /// The middle names. See [`User`] for an example.
    #[must_use]
    pub fn middle_name(&self) -> Option<&'r str> {
        self.part("middleName")
    }

    fn part(self, name: &str) -> Option<&'r str> {
        self.0.and_then(|parts| text(parts, name))
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0.map_or(0, Map::len);
        write!(formatter, "Name({parts} members)")
    }
}

/// The enterprise extension of a user: RFC 7643 §4.3. `Debug` prints no values.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{Registry, Resource};
/// use vestibule::scim::schema::ENTERPRISE_USER_URN;
/// use vestibule::scim::views::User;
///
/// let registry = Registry::standard();
/// let body = json!({ENTERPRISE_USER_URN: {"department": "Tours", "manager": {"value": "u2"}}});
/// let resource = Resource::from_value(registry.user(), body)?;
/// let enterprise = User::of(&resource).unwrap().enterprise().unwrap();
/// assert_eq!(enterprise.department(), Some("Tours"));
/// assert_eq!(enterprise.manager().unwrap().value(), Some("u2"));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct EnterpriseUser<'r>(&'r Map<String, Value>);

impl<'r> EnterpriseUser<'r> {
    texts! {
        /// The number that the organization gave.
        employee_number "employeeNumber",
        /// The cost center.
        cost_center "costCenter",
        /// The organization.
        organization "organization",
        /// The division.
        division "division",
        /// The department.
        department "department",
    }

    /// The manager. See [`EnterpriseUser`] for an example.
    #[must_use]
    pub fn manager(&self) -> Option<Reference<'r>> {
        self.0
            .get("manager")
            .and_then(Value::as_object)
            .map(Reference)
    }
}

impl fmt::Debug for EnterpriseUser<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "EnterpriseUser({} members)", self.0.len())
    }
}
