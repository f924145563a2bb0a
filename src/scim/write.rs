//! Writing one attribute of a resource, for the host itself.
//!
//! A client's writes go through [`Patch`](super::Patch) and
//! [`replaced_by`](super::Resource::replaced_by), which judge who may write what. This does not.

use serde_json::{Map, Value};

use super::error::{Error, ErrorKind, Language};
use super::filter::located_or_unknown;
use super::path::Path;
use super::resource::Resource;
use super::schema::{Attribute, Located};
use super::value::{Unknown, shape};
use crate::error::Shown;

impl Resource {
    /// Writes an attribute, or a part of a complex one, in the schema's shape; an empty value
    /// removes it. Everything else stays. `schemas` follows.
    ///
    /// The host may write what a client may not, such as `groups`. `path` is an attribute without
    /// brackets: `title`, `name.givenName`, or one of these after a URN and a colon.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Registry, Resource};
    ///
    /// let registry = Registry::standard();
    /// let mut user = Resource::from_value(registry.user(), json!({"userName": "b", "x-own": 1}))?;
    /// user.set("name.givenName", json!("Barbara"))?;
    /// user.set("groups", json!([{"value": "g1", "display": "Team"}]))?;
    /// user.set("userName", json!(null))?;
    /// assert_eq!(user.object()["name"], json!({"givenName": "Barbara"}));
    /// assert_eq!((user.text("userName"), &user.object()["x-own"]), (None, &json!(1)));
    /// assert!(user.set("active", json!("perhaps")).is_err());
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `scim-path-syntax`, `scim-unknown-attribute`, `scim-not-selectable`, `scim-value-type`.
    pub fn set(&mut self, path: &str, value: Value) -> Result<(), Error> {
        let resource_type = std::sync::Arc::clone(self.resource_type());
        let path = Path::parse(path)?;
        let located = located_or_unknown(&resource_type, path.attribute(), Language::Path)?;
        let (scope, attribute, sub) = match located {
            Located::Attribute {
                scope,
                attribute,
                sub,
            } if path.filter().is_none() => (scope, attribute, sub),
            _ => return Err(not_selectable(&path)),
        };
        let part = match sub {
            None => None,
            Some(_) if attribute.is_multi_valued() => return Err(not_selectable(&path)),
            Some(name) => Some(
                attribute
                    .sub_attribute(name)
                    .ok_or_else(|| not_selectable(&path))?,
            ),
        };
        let shaped = |attribute: &Attribute, value| {
            let shaped = shape(attribute, value, Unknown::Keep);
            shaped.map_err(|fault| Error::in_body(fault.kind, fault.pointer))
        };
        let value = shaped(part.unwrap_or(attribute), value)?;
        self.within(scope.urn(), |holder| match part {
            None => put(holder, attribute.name(), value),
            Some(part) => {
                let mut parts = match holder.remove(attribute.name()) {
                    Some(Value::Object(parts)) => parts,
                    _ => Map::new(),
                };
                put(&mut parts, part.name(), value);
                put(holder, attribute.name(), Some(Value::Object(parts)));
            }
        });
        Ok(())
    }

    /// Works on the members at the top, or in the object of an extension; an empty one goes.
    pub(super) fn within(&mut self, urn: Option<&str>, work: impl FnOnce(&mut Map<String, Value>)) {
        let Some(urn) = urn else {
            self.change(work);
            self.settle_schemas();
            return;
        };
        let mut members = match self.change(|object| object.remove(urn)) {
            Some(Value::Object(members)) => members,
            _ => Map::new(),
        };
        work(&mut members);
        match members.is_empty() {
            true => self.forget_schema(urn),
            false => self.change(|object| put(object, urn, Some(Value::Object(members)))),
        }
        self.settle_schemas();
    }

    /// Takes the URN of an extension that is gone out of `schemas`.
    pub(super) fn forget_schema(&mut self, urn: &str) {
        self.change(|object| {
            if let Some(Value::Array(urns)) = object.get_mut("schemas") {
                urns.retain(|listed| listed.as_str() != Some(urn));
            }
        });
    }
}

/// Writes or removes a member; an empty object is none.
pub(super) fn put(members: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(Value::Object(parts)) if parts.is_empty() => {
            members.remove(name);
        }
        Some(value) => {
            members.insert(name.to_owned(), value);
        }
        None => {
            members.remove(name);
        }
    }
}

fn not_selectable(path: &Path) -> Error {
    let kind = ErrorKind::NotSelectable {
        attribute: Shown::new(path.attribute().as_str()),
        language: Language::Path,
    };
    Error::in_text(kind, path.span())
}
