//! Which schemas and resource types a service provider has.

use std::sync::Arc;

use serde_json::Value;

use super::attribute::{Attribute, find};
use super::document::Schema;
use super::standard;
use crate::error::Shown;
use crate::scim::error::{Error, ErrorKind};

/// The schemas and resource types of one service provider, or of one tenant.
///
/// Cheap to clone. Names and URNs have no case.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::schema::Registry;
///
/// let mut registry = Registry::standard();
/// let urn = registry.add_schema(&json!({
///     "id": "urn:example:params:scim:schemas:extension:acme:2.0:User",
///     "attributes": [{"name": "badgeNumber", "type": "integer"}],
/// }))?;
/// registry.extend("User", &urn)?;
/// assert!(registry.user().attribute(&format!("{urn}:badgeNumber")).is_some());
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Registry {
    schemas: Vec<Arc<Schema>>,
    user: Arc<ResourceType>,
    group: Arc<ResourceType>,
    custom: Vec<Arc<ResourceType>>,
}

impl Registry {
    /// User with the enterprise extension, and Group: RFC 7643 §4. See [`Registry`] for an example.
    #[must_use]
    pub fn standard() -> Self {
        let user = Arc::new(standard::user());
        let group = Arc::new(standard::group());
        let enterprise = Arc::new(standard::enterprise_user());
        Self {
            user: Arc::new(ResourceType {
                extensions: vec![Arc::clone(&enterprise)],
                ..ResourceType::new(ResourceKind::User, "User", "/Users", Arc::clone(&user))
            }),
            group: Arc::new(ResourceType::new(
                ResourceKind::Group,
                "Group",
                "/Groups",
                Arc::clone(&group),
            )),
            schemas: vec![user, group, enterprise],
            custom: Vec::new(),
        }
    }

    /// Learns a Schema document and gives its URN back; one of the same URN is replaced.
    ///
    /// Resource types that already use a schema of that URN keep what they have; the standard
    /// schemas cannot be replaced. See [`Registry`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-schema-document`, with what is wrong.
    pub fn add_schema(&mut self, document: &Value) -> Result<String, Error> {
        let schema = Arc::new(Schema::from_json(document)?);
        let standard = [
            standard::USER_URN,
            standard::GROUP_URN,
            standard::ENTERPRISE_USER_URN,
        ];
        if standard
            .iter()
            .any(|urn| urn.eq_ignore_ascii_case(schema.id()))
        {
            return Err(Error::new(ErrorKind::SchemaDocument {
                problem: "its `id` belongs to the standard",
            }));
        }
        self.schemas
            .retain(|known| !known.id.eq_ignore_ascii_case(schema.id()));
        self.schemas.push(Arc::clone(&schema));
        Ok(schema.id.clone())
    }

    /// Makes a learned schema an extension of a resource type. See [`Registry`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-not-registered` when there is no such resource type or schema.
    pub fn extend(&mut self, resource_type: &str, urn: &str) -> Result<(), Error> {
        let schema = self.known(urn)?;
        let types = [&mut self.user, &mut self.group];
        let found = types
            .into_iter()
            .chain(&mut self.custom)
            .find(|known| known.name.eq_ignore_ascii_case(resource_type));
        let Some(found) = found else {
            return Err(not_registered(resource_type));
        };
        let found = Arc::make_mut(found);
        found.extensions.retain(|known| known.id != schema.id);
        found.extensions.push(schema);
        Ok(())
    }

    /// Adds a resource type of the host's own, with a learned schema as its core.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::schema::{Registry, ResourceKind};
    ///
    /// let mut registry = Registry::standard();
    /// let urn = registry.add_schema(&json!({
    ///     "id": "urn:example:params:scim:schemas:core:2.0:Device",
    ///     "attributes": [{"name": "serial", "required": true}],
    /// }))?;
    /// registry.add_resource_type("Device", "/Devices", &urn)?;
    /// let device = registry.resource_type("device").unwrap();
    /// assert_eq!((device.kind(), device.endpoint()), (ResourceKind::Custom, "/Devices"));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `scim-not-registered` when there is no such schema; `scim-schema-document` when the name or
    /// the endpoint is taken, or the endpoint is not one segment after a slash.
    pub fn add_resource_type(
        &mut self,
        name: &str,
        endpoint: &str,
        urn: &str,
    ) -> Result<(), Error> {
        let schema = self.known(urn)?;
        if self.resource_type(name).is_some() {
            return Err(Error::new(ErrorKind::SchemaDocument {
                problem: "a resource type of that name is there already",
            }));
        }
        if !is_endpoint(endpoint) || self.resource_type_at(endpoint).is_some() {
            return Err(Error::new(ErrorKind::SchemaDocument {
                problem: "its endpoint is taken, or is not one segment after a slash",
            }));
        }
        let custom = ResourceType::new(ResourceKind::Custom, name, endpoint, schema);
        self.custom.push(Arc::new(custom));
        Ok(())
    }

    fn known(&self, urn: &str) -> Result<Arc<Schema>, Error> {
        let found = self
            .schemas
            .iter()
            .find(|known| known.id.eq_ignore_ascii_case(urn));
        found.cloned().ok_or_else(|| not_registered(urn))
    }

    /// The User resource type. See [`Registry`] for an example.
    #[must_use]
    pub const fn user(&self) -> &Arc<ResourceType> {
        &self.user
    }

    /// The Group resource type.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// assert_eq!(Registry::standard().group().name(), "Group");
    /// ```
    #[must_use]
    pub const fn group(&self) -> &Arc<ResourceType> {
        &self.group
    }

    /// The resource type of that name.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// assert!(Registry::standard().resource_type("user").is_some());
    /// assert!(Registry::standard().resource_type("Device").is_none());
    /// ```
    #[must_use]
    pub fn resource_type(&self, name: &str) -> Option<&Arc<ResourceType>> {
        self.resource_types()
            .find(|known| known.name.eq_ignore_ascii_case(name))
    }

    /// The resource type that is served at an endpoint, such as `/Users`.
    ///
    /// Endpoints have no case, as names: `/users` is found, too.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// let registry = Registry::standard();
    /// assert_eq!(registry.resource_type_at("/Groups").unwrap().name(), "Group");
    /// assert!(registry.resource_type_at("/Devices").is_none());
    /// ```
    #[must_use]
    pub fn resource_type_at(&self, endpoint: &str) -> Option<&Arc<ResourceType>> {
        self.resource_types()
            .find(|known| known.endpoint.eq_ignore_ascii_case(endpoint))
    }

    /// All resource types: User, Group, then the host's in the order they were added.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// assert_eq!(Registry::standard().resource_types().count(), 2);
    /// ```
    pub fn resource_types(&self) -> impl Iterator<Item = &Arc<ResourceType>> {
        [&self.user, &self.group].into_iter().chain(&self.custom)
    }

    /// The schema of that URN. See [`Schema::attribute`] for an example.
    #[must_use]
    pub fn schema(&self, urn: &str) -> Option<&Schema> {
        let found = self
            .schemas
            .iter()
            .find(|known| known.id.eq_ignore_ascii_case(urn));
        found.map(Arc::as_ref)
    }
}

/// Whether a resource type can be served there, beside the endpoints of the protocol itself.
fn is_endpoint(endpoint: &str) -> bool {
    const TAKEN: [&str; 5] = [
        "Bulk",
        "Me",
        "ResourceTypes",
        "Schemas",
        "ServiceProviderConfig",
    ];
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~".contains(&byte);
    endpoint.strip_prefix('/').is_some_and(|name| {
        let is_taken = TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(name));
        !name.is_empty() && !is_taken && name.bytes().all(is_allowed)
    })
}

fn not_registered(name: &str) -> Error {
    Error::new(ErrorKind::NotRegistered {
        name: Shown::new(name),
    })
}

/// What a resource type is to the directory.
#[expect(clippy::exhaustive_enums, reason = "the directory knows these")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ResourceKind {
    /// A type of the host's own.
    Custom,
    /// Group.
    Group,
    /// User.
    User,
}

/// A resource type: a core schema and its extensions (RFC 7643 §6).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResourceType {
    kind: ResourceKind,
    name: String,
    endpoint: String,
    common: Vec<Attribute>,
    core: Arc<Schema>,
    extensions: Vec<Arc<Schema>>,
}

impl ResourceType {
    fn new(kind: ResourceKind, name: &str, endpoint: &str, core: Arc<Schema>) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            endpoint: endpoint.to_owned(),
            common: standard::common_attributes(),
            core,
            extensions: Vec::new(),
        }
    }

    /// What it is to the directory. See [`Registry::add_resource_type`] for an example.
    #[must_use]
    pub const fn kind(&self) -> ResourceKind {
        self.kind
    }

    /// The name, such as `User`. See [`Registry::group`] for an example.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path of its endpoint, such as `/Users`. See [`Registry::add_resource_type`].
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The core schema.
    ///
    /// ```
    /// use vestibule::scim::schema::{Registry, USER_URN};
    /// assert_eq!(Registry::standard().user().core().id(), USER_URN);
    /// ```
    #[must_use]
    pub fn core(&self) -> &Schema {
        &self.core
    }

    /// The extensions, in the order they were added.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// assert_eq!(Registry::standard().user().extensions().count(), 1);
    /// ```
    pub fn extensions(&self) -> impl Iterator<Item = &Schema> {
        self.extensions.iter().map(Arc::as_ref)
    }

    /// The attribute that a name means, alone or after the URN of its schema; not a sub-attribute.
    ///
    /// Attributes of extensions are found by URN only (RFC 7644 §3.10).
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// let registry = Registry::standard();
    /// assert!(registry.user().attribute("title").is_some());
    /// assert!(registry.user().attribute("department").is_none());
    /// ```
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        match self.locate(name)? {
            Located::Attribute { attribute, sub, .. } if sub.is_none() => Some(attribute),
            _ => None,
        }
    }

    pub(crate) fn extension(&self, urn: &str) -> Option<&Schema> {
        self.extensions()
            .find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// The attribute of that bare name among those at the top of the resource.
    pub(crate) fn top_attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.common, name).or_else(|| self.core.attribute(name))
    }

    /// All attributes, common ones first, then the core's, then the extensions'.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = (Scope<'_>, &Attribute)> {
        let top = self.common.iter().chain(&self.core.attributes);
        let extended = self.extensions().flat_map(|schema| {
            let attributes = schema.attributes.iter();
            attributes.map(move |attribute| (Scope::Extension(schema), attribute))
        });
        top.map(|attribute| (Scope::Top, attribute)).chain(extended)
    }

    /// Whether that is the name of an attribute or part that may not be read, perhaps after a URN or
    /// the name of its holder: data that no schema knows is not shown under such a name.
    pub(crate) fn hides(&self, name: &str) -> bool {
        let last = name.rsplit([':', '.']).next().unwrap_or(name);
        let is_it = |attribute: &Attribute| {
            !attribute.is_readable() && attribute.name.eq_ignore_ascii_case(last)
        };
        self.scopes()
            .any(|(_, attribute)| is_it(attribute) || attribute.sub_attributes.iter().any(is_it))
    }

    /// A value that no schema knows as an answer may show it: without members whose name is one
    /// that may not be read; none when its own name is.
    pub(crate) fn without_hidden(&self, name: &str, value: &Value) -> Option<Value> {
        if self.hides(name) {
            return None;
        }
        let mut shown = value.clone();
        let mut rest = vec![&mut shown];
        while let Some(value) = rest.pop() {
            match value {
                Value::Array(listed) => rest.extend(listed),
                Value::Object(members) => {
                    members.retain(|name, _| !self.hides(name));
                    rest.extend(members.values_mut());
                }
                _ => {}
            }
        }
        Some(shown)
    }

    /// What a path without brackets means. The dots of a URN belong to the URN, because the URN is
    /// matched against the registered schemas.
    pub(crate) fn locate<'r, 'p>(&'r self, path: &'p str) -> Option<Located<'r, 'p>> {
        if !path.contains(':') {
            return located(Scope::Top, path, |name| self.top_attribute(name));
        }
        let core = strip_urn(path, self.core.id()).map(|rest| (Scope::Top, rest));
        let extensions = self.extensions().filter_map(|schema| {
            strip_urn(path, schema.id()).map(|rest| (Scope::Extension(schema), rest))
        });
        // One URN may begin another: the longest one leaves the shortest rest.
        let named = core
            .into_iter()
            .chain(extensions)
            .min_by_key(|(_, rest)| rest.len());
        match named.unwrap_or((Scope::Top, path)) {
            (scope, "") => Some(Located::Schema(scope)),
            (Scope::Top, rest) => located(Scope::Top, rest, |name| self.top_attribute(name)),
            (scope @ Scope::Extension(schema), rest) => {
                located(scope, rest, |name| schema.attribute(name))
            }
        }
    }
}

/// Where in the object an attribute stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope<'a> {
    /// At the top.
    Top,
    /// In the object of an extension.
    Extension(&'a Schema),
}

impl<'a> Scope<'a> {
    /// The URN of the extension.
    pub(crate) fn urn(self) -> Option<&'a str> {
        match self {
            Self::Top => None,
            Self::Extension(schema) => Some(schema.id()),
        }
    }
}

/// What a path without brackets means.
pub(crate) enum Located<'r, 'p> {
    Attribute {
        scope: Scope<'r>,
        attribute: &'r Attribute,
        /// The name of the sub-attribute, as written: it may not exist.
        sub: Option<&'p str>,
    },
    /// A bare URN: all attributes of one schema.
    Schema(Scope<'r>),
}

/// What follows `urn` and its colon in `path`: nothing when `path` is the URN alone.
pub(crate) fn strip_urn<'a>(path: &'a str, urn: &str) -> Option<&'a str> {
    let head = path.get(..urn.len())?;
    let rest = path.get(urn.len()..)?;
    match (head.eq_ignore_ascii_case(urn), rest) {
        (true, "") => Some(""),
        (true, rest) => rest.strip_prefix(':').filter(|rest| !rest.is_empty()),
        (false, _) => None,
    }
}

fn located<'r, 'p>(
    scope: Scope<'r>,
    path: &'p str,
    find: impl Fn(&str) -> Option<&'r Attribute>,
) -> Option<Located<'r, 'p>> {
    let (name, sub) = match path.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (path, None),
    };
    find(name).map(|attribute| Located::Attribute {
        scope,
        attribute,
        sub,
    })
}
