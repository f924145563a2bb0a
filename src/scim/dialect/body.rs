//! The body of a POST or PUT under a profile.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::adapt::adapt;
use super::profile::{Profile, UnknownAttribute};
use crate::error::Shown;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::resource::Resource;
use crate::scim::schema::{Attribute, ResourceType};
use crate::scim::value::Fault;

impl Resource {
    /// Reads the body of a POST as a connection's profile understands it.
    ///
    /// `body` is from [`json::read`](crate::scim::json::read). What the host stored itself is read
    /// by [`Resource::from_value`].
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Dialect, Registry, Resource};
    ///
    /// let registry = Registry::standard();
    /// let body = json!({"userName": "b", "active": "True"});
    /// let read = |dialect: Dialect| {
    ///     Resource::from_request(registry.user(), body.clone(), &dialect.profile())
    /// };
    /// assert_eq!(read(Dialect::Entra)?.object()["active"], true);
    /// assert!(read(Dialect::Strict).is_err());
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Resource::from_value`], and `scim-undefined-attribute`.
    pub fn from_request(
        resource_type: &Arc<ResourceType>,
        body: Value,
        profile: &Profile,
    ) -> Result<Self, Error> {
        Self::from_value(resource_type, adapted(resource_type, body, profile)?)
    }
}

/// The body in the standard's form, as far as the profile reads other forms.
pub(in crate::scim) fn adapted(
    resource_type: &ResourceType,
    body: Value,
    profile: &Profile,
) -> Result<Value, Error> {
    if profile.takes_values_as_sent() && profile.unknown_attribute == UnknownAttribute::Keep {
        return Ok(body);
    }
    let Value::Object(members) = body else {
        return Ok(body);
    };
    let adapted = each(members, |name, value| {
        match (resource_type.extension(name), value) {
            (Some(schema), Value::Object(parts)) => each(parts, |name, value| {
                attribute(schema.attribute(name), name, value, profile)
            }),
            (Some(_), value) => Ok(value),
            (None, value) => attribute(resource_type.top_attribute(name), name, value, profile),
        }
    });
    adapted.map_err(|fault| Error::in_body(fault.kind, fault.pointer))
}

fn each(
    members: Map<String, Value>,
    adapt: impl Fn(&str, Value) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    let members = members.into_iter().map(|(name, value)| {
        let value = adapt(&name, value).map_err(|fault| fault.within(&name))?;
        Ok((name, value))
    });
    members.collect::<Result<_, _>>().map(Value::Object)
}

fn attribute(
    attribute: Option<&Attribute>,
    name: &str,
    value: Value,
    profile: &Profile,
) -> Result<Value, Fault> {
    match attribute {
        Some(attribute) => adapt(attribute, value, profile),
        None if profile.unknown_attribute == UnknownAttribute::Keep => Ok(value),
        None => Err(Fault::new(ErrorKind::UndefinedAttribute {
            name: Shown::new(name),
        })),
    }
}
