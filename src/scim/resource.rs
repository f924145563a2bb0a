//! A resource: a JSON object in the shape of its resource type.
//!
//! This module does not decide what a client may write; see [`Patch`](super::Patch) for changes.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::error::{Error, ErrorKind, JsonType};
use super::fingerprint::{Fingerprint, Fingerprints};
use super::json;
use super::schema::{Attribute, ResourceType, Schema};
use super::value::{Fault, Unknown, insert_once, is_shaped, shape};

/// A resource of one type.
///
/// Names of attributes are in the schema's own case, values in the schema's own shape, attributes
/// of an extension in an object under its URN. There is no `null`, `[]` or `{}` in place of a
/// value. What no schema knows is kept as it came. `schemas` names the core schema and every
/// extension that has an object. `Debug` prints no values.
///
/// ```
/// use vestibule::scim::{Registry, Resource};
/// let registry = Registry::standard();
/// let user = Resource::parse(
///     registry.user(),
///     br#"{"USERNAME": "bjensen", "Active": "True", "emails": [], "x-badge": 7}"#,
/// )?;
/// assert_eq!(
///     serde_json::Value::from(user.object().clone()),
///     serde_json::json!({
///         "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
///         "userName": "bjensen",
///         "active": true,
///         "x-badge": 7,
///     }),
/// );
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone)]
pub struct Resource {
    resource_type: Arc<ResourceType>,
    object: Map<String, Value>,
    /// Of `object`, at all times.
    fingerprints: Fingerprints,
}

impl Resource {
    /// Reads a resource from a body. See [`Resource`] for an example.
    ///
    /// # Errors
    ///
    /// Those of [`json::read`]; `scim-value-type` and `scim-duplicate-name` with the pointer.
    pub fn parse(resource_type: &Arc<ResourceType>, bytes: &[u8]) -> Result<Self, Error> {
        Self::from_value(resource_type, json::read(bytes)?)
    }

    /// Takes a resource from JSON that was read already, for example from the host's storage.
    ///
    /// The limits of [`json::read`] are not applied: JSON from a client goes through
    /// [`Resource::parse`].
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::error::{Explain, Place};
    /// use vestibule::scim::{Registry, Resource};
    ///
    /// let registry = Registry::standard();
    /// let body = json!({"userName": "b", "emails": [{"value": 5}]});
    /// let error = Resource::from_value(registry.user(), body).unwrap_err();
    /// assert_eq!(error.at(), Some(Place::Json("/emails/0/value".to_owned())));
    /// ```
    ///
    /// # Errors
    ///
    /// `scim-not-an-object`; `scim-value-type` and `scim-duplicate-name` with the pointer.
    pub fn from_value(resource_type: &Arc<ResourceType>, value: Value) -> Result<Self, Error> {
        let Value::Object(mut members) = value else {
            let found = JsonType::of(&value);
            return Err(Error::in_body(
                ErrorKind::NotAnObject { found },
                String::new(),
            ));
        };
        // A host may have turned on `preserve_order` of serde_json.
        members.sort_keys();
        let object = shape_object(resource_type, members)
            .map_err(|fault| Error::in_body(fault.kind, fault.pointer))?;
        Ok(Self::of_shaped(Arc::clone(resource_type), object))
    }

    /// Writes to the members, in the schema's shape.
    pub(super) fn change<T>(&mut self, work: impl FnOnce(&mut Map<String, Value>) -> T) -> T {
        let done = work(&mut self.object);
        self.fingerprints = Fingerprints::of(&self.object);
        done
    }

    /// Makes `schemas` follow the extensions that are there.
    pub(super) fn settle_schemas(&mut self) {
        maintain_schemas(&self.resource_type, &mut self.object);
    }

    /// A resource of an object that has the schema's shape.
    pub(super) fn of_shaped(
        resource_type: Arc<ResourceType>,
        mut object: Map<String, Value>,
    ) -> Self {
        maintain_schemas(&resource_type, &mut object);
        Self::of_maintained(resource_type, object)
    }

    /// A resource of an object that has the schema's shape and whose `schemas` is right.
    pub(super) fn of_maintained(
        resource_type: Arc<ResourceType>,
        object: Map<String, Value>,
    ) -> Self {
        Self {
            resource_type,
            fingerprints: Fingerprints::of(&object),
            object,
        }
    }

    /// Whether it cannot have a text of that fingerprint.
    pub(super) fn excludes(&self, wanted: Fingerprint) -> bool {
        self.fingerprints.exclude(wanted)
    }

    pub(super) fn into_parts(self) -> (Arc<ResourceType>, Map<String, Value>) {
        (self.resource_type, self.object)
    }

    /// The type.
    ///
    /// ```
    /// use vestibule::scim::{Registry, Resource, ResourceKind};
    /// let registry = Registry::standard();
    /// let group = Resource::parse(registry.group(), br#"{"displayName": "Team"}"#)?;
    /// assert_eq!(group.resource_type().kind(), ResourceKind::Group);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub const fn resource_type(&self) -> &Arc<ResourceType> {
        &self.resource_type
    }

    /// The members, to read. See [`Resource`] for an example.
    #[must_use]
    pub const fn object(&self) -> &Map<String, Value> {
        &self.object
    }

    /// The resource as JSON, to store.
    ///
    /// It holds what no answer may carry, such as a new `password`.
    ///
    /// ```
    /// use vestibule::scim::{Registry, Resource};
    /// let registry = Registry::standard();
    /// let user = Resource::parse(registry.user(), br#"{"userName": "b"}"#)?;
    /// let stored = user.clone().into_value();
    /// assert_eq!(Resource::from_value(registry.user(), stored)?, user);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn into_value(self) -> Value {
        Value::Object(self.object)
    }

    /// The text of a single attribute at the top, such as `id` or `userName`.
    ///
    /// ```
    /// use vestibule::scim::{Registry, Resource};
    /// let registry = Registry::standard();
    /// let user = Resource::parse(registry.user(), br#"{"userName": "b"}"#)?;
    /// assert_eq!((user.text("userName"), user.text("id")), (Some("b"), None));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.object.get(name).and_then(Value::as_str)
    }
}

impl PartialEq for Resource {
    fn eq(&self, other: &Self) -> bool {
        self.resource_type == other.resource_type && self.object == other.object
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.resource_type.name();
        write!(formatter, "Resource({name}, {} members)", self.object.len())
    }
}

fn shape_object(
    resource_type: &ResourceType,
    members: Map<String, Value>,
) -> Result<Map<String, Value>, Fault> {
    if is_shaped_object(resource_type, &members) {
        return Ok(members);
    }
    let mut object = Map::new();
    for (name, value) in members {
        if let Some(extension) = resource_type.extension(&name) {
            let value = shape_extension(extension, value).map_err(|fault| fault.within(&name))?;
            insert_once(&mut object, Some(extension.id()), name, value)?;
        } else if let Some(attribute) = resource_type.top_attribute(&name) {
            let value = shape(attribute, value, Unknown::Keep);
            let value = value.map_err(|fault| fault.within(&name))?;
            insert_once(&mut object, Some(attribute.name()), name, value)?;
        } else {
            let value = Some(value).filter(|value| !value.is_null());
            insert_once(&mut object, None, name, value)?;
        }
    }
    Ok(object)
}

/// Whether nothing is to be done, as of what a host stored.
fn is_shaped_object(resource_type: &ResourceType, members: &Map<String, Value>) -> bool {
    members.iter().all(|(name, value)| {
        if let Some(extension) = resource_type.extension(name) {
            return extension.id() == name && is_shaped_extension(extension, value);
        }
        is_shaped_member(resource_type.top_attribute(name), name, value)
    })
}

fn is_shaped_extension(schema: &Schema, value: &Value) -> bool {
    let Value::Object(members) = value else {
        return false;
    };
    let is_shaped = |(name, value): (&String, &Value)| {
        !is_own_urn(schema, name) && is_shaped_member(schema.attribute(name), name, value)
    };
    !members.is_empty() && members.iter().all(is_shaped)
}

fn is_shaped_member(attribute: Option<&Attribute>, name: &str, value: &Value) -> bool {
    match attribute {
        Some(attribute) => attribute.name() == name && is_shaped(attribute, value),
        None => !value.is_null(),
    }
}

fn shape_extension(schema: &Schema, value: Value) -> Result<Option<Value>, Fault> {
    let members = match value {
        Value::Null => return Ok(None),
        Value::Object(members) => members,
        other => {
            let found = JsonType::of(&other);
            return Err(Fault::new(ErrorKind::NotAnObject { found }));
        }
    };
    let mut object = Map::new();
    for (name, value) in members {
        if is_own_urn(schema, &name) {
            continue;
        }
        let (key, value) = match schema.attribute(&name) {
            Some(attribute) => {
                let value = shape(attribute, value, Unknown::Keep);
                let value = value.map_err(|fault| fault.within(&name))?;
                (Some(attribute.name()), value)
            }
            None => (None, Some(value).filter(|value| !value.is_null())),
        };
        insert_once(&mut object, key, name, value)?;
    }
    Ok((!object.is_empty()).then_some(Value::Object(object)))
}

/// URNs that name no schema of a resource here: one that Entra ID lists on groups, and those of
/// SCIM 1.1, which are in `OneLogin`'s templates.
const FOREIGN: [&str; 2] = [
    "http://schemas.microsoft.com/2006/11/resourcemanagement/adscim/",
    "urn:scim:schemas:",
];

fn is_foreign(urn: &str) -> bool {
    FOREIGN.iter().any(|prefix| {
        let head = urn.get(..prefix.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    })
}

/// Whether a value of `schemas` names the URN.
pub(super) fn lists(schemas: &Value, urn: &str) -> bool {
    let listed = schemas.as_array().into_iter().flatten();
    let mut listed = listed.filter_map(Value::as_str);
    listed.any(|one| one.eq_ignore_ascii_case(urn))
}

/// Whether it is the `schemas` that a client's model of an extension carries: it says nothing.
pub(super) fn is_own_urn(schema: &Schema, name: &str) -> bool {
    name.eq_ignore_ascii_case("schemas") && schema.attribute(name).is_none()
}

/// Makes `schemas` name the core schema and every extension that has an object: RFC 7643 §3.
fn maintain_schemas(resource_type: &ResourceType, object: &mut Map<String, Value>) {
    let known = std::iter::once(resource_type.core()).chain(resource_type.extensions());
    let known: Vec<&str> = known.map(Schema::id).collect();
    if is_maintained(&known, object) {
        return;
    }
    let listed = match object.remove("schemas") {
        Some(Value::Array(listed)) => listed,
        _ => Vec::new(),
    };
    let said = listed.iter().filter_map(Value::as_str);
    let said = said.filter(|urn| !is_foreign(urn));
    // The schema's own spelling, where there is one.
    let said = said.map(|urn| {
        let own = known.iter().find(|known| known.eq_ignore_ascii_case(urn));
        own.copied().unwrap_or(urn)
    });
    let is_used = |urn: &&&str| **urn == resource_type.core().id() || object.contains_key(**urn);
    let mut names = HashSet::new();
    let mut urns: Vec<Value> = Vec::new();
    for urn in said.chain(known.iter().filter(is_used).copied()) {
        if names.insert(urn.to_ascii_lowercase()) {
            urns.push(urn.into());
        }
    }
    object.insert("schemas".to_owned(), Value::Array(urns));
}

/// Whether `schemas` names known schemas only, each once, and none is missing.
fn is_maintained(known: &[&str], object: &Map<String, Value>) -> bool {
    let Some(Value::Array(listed)) = object.get("schemas") else {
        return false;
    };
    let count = |urn: &str| listed.iter().filter(|it| it.as_str() == Some(urn)).count();
    let mut found = 0_usize;
    for (index, urn) in known.iter().enumerate() {
        match count(urn) {
            0 if index == 0 || object.contains_key(*urn) => return false,
            0 => {}
            1 => found = found.saturating_add(1),
            _ => return false,
        }
    }
    found == listed.len()
}
