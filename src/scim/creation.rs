//! From the body of a POST to the resource that a host stores.
//!
//! This module gives no identifier and reads no clock: the host does, and says so here.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::dialect::{Profile, UnknownPart};
use super::error::{Error, ErrorKind};
use super::filter::{elements, is_present};
use super::json::pointer_token;
use super::resource::Resource;
use super::schema::{Attribute, DataType, Mutability, ResourceType, Scope};
use super::value::unknown_part;
use crate::error::Shown;

impl Resource {
    /// The new resource that the body of a POST asks for, as a connection's profile reads it:
    /// [`Resource::from_request`] and [`Resource::for_creation`] in one. It has no `id` yet.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Profile, Registry, Resource};
    ///
    /// let registry = Registry::standard();
    /// let body = json!({"id": "mine", "USERNAME": "b", "groups": [], "x-badge": 7});
    /// let user = Resource::created_from(registry.user(), body, &Profile::tolerant())?;
    /// assert_eq!((user.text("userName"), user.text("id")), (Some("b"), None));
    /// assert_eq!(user.object()["x-badge"], 7);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Resource::from_request`] and [`Resource::for_creation`];
    /// `scim-unknown-sub-attribute` where the profile refuses such parts.
    pub fn created_from(
        resource_type: &Arc<ResourceType>,
        body: Value,
        profile: &Profile,
    ) -> Result<Self, Error> {
        let body = Self::from_request(resource_type, body, profile)?;
        if profile.unknown_part == UnknownPart::Refuse {
            body.check_parts()?;
        }
        body.for_creation()
    }

    /// The resource that a POST asks for, to be stored: `self` is the body.
    ///
    /// What only the service provider writes is left out, `id` and `meta` among it (RFC 7644
    /// §3.3). Every required attribute is there, each member of a group says who it is, and of no
    /// list is more than one element primary.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use serde_json::json;
    /// use vestibule::scim::{Meta, Registry, Resource};
    ///
    /// let registry = Registry::standard();
    /// let body = json!({"id": "mine", "userName": "b", "groups": [{"value": "admins"}]});
    /// let mut user = Resource::from_value(registry.user(), body)?.for_creation()?;
    /// assert_eq!((user.text("id"), user.object().get("groups")), (None, None));
    ///
    /// let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    /// user.set_id("2819c223");
    /// user.set_meta(&Meta { created: now, last_modified: now, version: None });
    /// assert_eq!(user.object()["meta"]["created"], "2027-01-15T08:00:00.000Z");
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `scim-required-missing` and `scim-primary-twice` with the pointer. Two primary addresses
    /// are refused by every profile, as PATCH and PUT refuse them: which of them is meant decides
    /// whose account is linked.
    pub fn for_creation(mut self) -> Result<Self, Error> {
        let resource_type = Arc::clone(self.resource_type());
        self.change(|object| {
            for (scope, attribute) in resource_type.scopes() {
                let holder = match scope.urn() {
                    None => Some(&mut *object),
                    Some(urn) => object.get_mut(urn).and_then(Value::as_object_mut),
                };
                if let Some(holder) = holder {
                    strip_read_only(holder, attribute);
                }
            }
        });
        for schema in resource_type.extensions() {
            let extension = self.object().get(schema.id()).and_then(Value::as_object);
            if extension.is_some_and(Map::is_empty) {
                self.change(|object| object.remove(schema.id()));
                self.forget_schema(schema.id());
            }
        }
        self.settle_schemas();
        self.check_required()?;
        self.check_references()?;
        self.check_primary()?;
        Ok(self)
    }

    /// Whether every required attribute has a value, and every value the required parts.
    ///
    /// ```
    /// use vestibule::error::Explain;
    /// use vestibule::scim::{Registry, Resource};
    /// let registry = Registry::standard();
    /// let user = Resource::parse(registry.user(), br#"{"userName": ""}"#)?;
    /// assert_eq!(user.check_required().unwrap_err().code(), "scim-required-missing");
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `scim-required-missing`, with the pointer where the value should be. Attributes of an
    /// extension count only where the resource has its object.
    pub fn check_required(&self) -> Result<(), Error> {
        self.each(|attribute, value, pointer| {
            let missing = |attribute: &Attribute, pointer: String| {
                let attribute = Shown::new(attribute.name());
                Error::in_body(ErrorKind::RequiredMissing { attribute }, pointer)
            };
            let Some(value) = value.filter(|value| is_present(value)) else {
                return match attribute.is_required() {
                    true => Err(missing(attribute, pointer)),
                    false => Ok(()),
                };
            };
            for (index, element) in elements(value).iter().enumerate() {
                let parts = attribute.sub_attributes().iter();
                for part in parts.filter(|part| part.is_required()) {
                    if !element.get(part.name()).is_some_and(is_present) {
                        let element = match value.is_array() {
                            true => format!("{pointer}/{index}"),
                            false => pointer,
                        };
                        let pointer = format!("{element}/{}", pointer_token(part.name()));
                        return Err(missing(part, pointer));
                    }
                }
            }
            Ok(())
        })
    }

    /// Whether each element of a list that points at resources says at which.
    fn check_references(&self) -> Result<(), Error> {
        self.each(|attribute, value, pointer| {
            let says_which = |element: &Value| element.get("value").is_some_and(is_present);
            let listed = match value {
                Some(Value::Array(listed)) if attribute.points_at_resource() => listed,
                _ => return Ok(()),
            };
            match listed.iter().position(|element| !says_which(element)) {
                None => Ok(()),
                Some(index) => {
                    let attribute = Shown::new(attribute.name());
                    let kind = ErrorKind::RequiredMissing { attribute };
                    Err(Error::in_body(kind, format!("{pointer}/{index}/value")))
                }
            }
        })
    }

    /// Whether the schema has every part of every complex value.
    fn check_parts(&self) -> Result<(), Error> {
        self.each(|attribute, value, pointer| {
            if attribute.data_type() != DataType::Complex {
                return Ok(());
            }
            let elements = value.map_or(&[][..], elements).iter();
            let parts = elements.filter_map(Value::as_object).flat_map(Map::keys);
            match parts
                .into_iter()
                .find(|part| attribute.sub_attribute(part).is_none())
            {
                None => Ok(()),
                Some(part) => Err(Error::in_body(unknown_part(attribute, part), pointer)),
            }
        })
    }

    /// Whether at most one element of each list is primary: RFC 7643 §2.4.
    fn check_primary(&self) -> Result<(), Error> {
        self.each(|attribute, value, pointer| {
            let is_marked = |element: &&Value| element.get("primary") == Some(&Value::Bool(true));
            let listed = value.map_or(&[][..], elements).iter();
            let has_mark = attribute.sub_attribute("primary").is_some();
            if has_mark && listed.filter(is_marked).count() > 1 {
                let attribute = Shown::new(attribute.name());
                return Err(Error::in_body(
                    ErrorKind::PrimaryTwice { attribute },
                    pointer,
                ));
            }
            Ok(())
        })
    }

    /// Judges each attribute of the schemas that the resource has, with its value and its place.
    fn each(
        &self,
        judge: impl Fn(&Attribute, Option<&Value>, String) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (scope, attribute) in self.resource_type().scopes() {
            let (holder, pointer) = match scope {
                Scope::Top => (Some(self.object()), String::new()),
                Scope::Extension(schema) => {
                    let holder = self.object().get(schema.id()).and_then(Value::as_object);
                    (holder, format!("/{}", schema.id()))
                }
            };
            if let Some(holder) = holder {
                let pointer = format!("{pointer}/{}", pointer_token(attribute.name()));
                judge(attribute, holder.get(attribute.name()), pointer)?;
            }
        }
        Ok(())
    }
}

/// Leaves out what only the service provider writes, and what is empty then.
fn strip_read_only(holder: &mut Map<String, Value>, attribute: &Attribute) {
    let is_read_only = |attribute: &Attribute| attribute.mutability() == Mutability::ReadOnly;
    if is_read_only(attribute) {
        holder.remove(attribute.name());
        return;
    }
    let read_only: Vec<&Attribute> = attribute
        .sub_attributes()
        .iter()
        .filter(|part| is_read_only(part))
        .collect();
    if attribute.data_type() != DataType::Complex || read_only.is_empty() {
        return;
    }
    let strip = |element: &mut Value| {
        let Some(parts) = element.as_object_mut() else {
            return true;
        };
        for part in &read_only {
            parts.remove(part.name());
        }
        !parts.is_empty()
    };
    let is_left = match holder.get_mut(attribute.name()) {
        None => true,
        Some(Value::Array(listed)) => {
            listed.retain_mut(strip);
            !listed.is_empty()
        }
        Some(single) => strip(single),
    };
    if !is_left {
        holder.remove(attribute.name());
    }
}
