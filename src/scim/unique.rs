//! The values of a resource that no other resource may have.

use std::fmt;

use serde_json::Value;

use super::error::{Error, ErrorKind};
use super::filter::{elements, is_present};
use super::resource::Resource;
use super::schema::{Attribute, DataType, Mutability, Uniqueness};
use crate::error::Shown;

/// One value that must be unique, as a host's index holds it. `Debug` prints no value.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UniqueKey {
    path: String,
    key: String,
    is_global: bool,
}

impl UniqueKey {
    /// The attribute, such as `userName`, after the URN of its extension and a colon if it has one.
    /// See [`Resource::unique_keys`] for an example.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What values that count as the same have in common: the value itself, or its folded form
    /// where case does not matter. See [`Resource::unique_keys`] for an example.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether it is unique in one tenant, or everywhere.
    ///
    /// ```
    /// use vestibule::scim::{Registry, Resource};
    /// use vestibule::scim::schema::Uniqueness;
    /// let user = Resource::parse(Registry::standard().user(), br#"{"userName": "b"}"#)?;
    /// assert_eq!(user.unique_keys()[0].uniqueness(), Uniqueness::Server);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub const fn uniqueness(&self) -> Uniqueness {
        match self.is_global {
            true => Uniqueness::Global,
            false => Uniqueness::Server,
        }
    }

    /// The refusal when another resource has it: 409. See [`Resource::unique_keys`] for an example.
    #[must_use]
    pub fn conflict(&self) -> Error {
        let attribute = Shown::new(&self.path);
        Error::new(ErrorKind::Uniqueness { attribute })
    }
}

impl fmt::Debug for UniqueKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "UniqueKey({}, {} bytes)",
            self.path,
            self.key.len()
        )
    }
}

impl Resource {
    /// The values that no other resource of this type may have, in the order of the schemas: for a
    /// host's index, and to be looked up before a write.
    ///
    /// The host's own `id` is not among them. Two user names in other case, in wide letters or
    /// with composed and decomposed accents are one (RFC 7644 §5 and RFC 8265 §3.3).
    ///
    /// ```
    /// use vestibule::scim::{Registry, Resource};
    /// let registry = Registry::standard();
    /// let user = Resource::parse(registry.user(), "{\"userName\": \"ZOE\u{308}\"}".as_bytes())?;
    /// let keys = user.unique_keys();
    /// assert_eq!((keys[0].path(), keys[0].key()), ("userName", "zo\u{eb}"));
    /// assert_eq!(keys[0].conflict().status(), 409);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn unique_keys(&self) -> Vec<UniqueKey> {
        let mut keys = Vec::new();
        for (scope, attribute) in self.resource_type().scopes() {
            let holder = match scope.urn() {
                None => Some(self.object()),
                Some(urn) => self.object().get(urn).and_then(Value::as_object),
            };
            let Some(value) = holder.and_then(|holder| holder.get(attribute.name())) else {
                continue;
            };
            let path = match scope.urn() {
                None => attribute.name().to_owned(),
                Some(urn) => format!("{urn}:{}", attribute.name()),
            };
            for element in elements(value) {
                keys.extend(key(&path, attribute, element));
                for part in attribute.sub_attributes() {
                    let path = format!("{path}.{}", part.name());
                    let values = element.get(part.name()).map_or(&[][..], elements);
                    keys.extend(values.iter().filter_map(|value| key(&path, part, value)));
                }
            }
        }
        keys
    }
}

fn key(path: &str, attribute: &Attribute, value: &Value) -> Option<UniqueKey> {
    let is_unique = attribute.uniqueness() != Uniqueness::None
        && attribute.mutability() != Mutability::ReadOnly
        && attribute.data_type() != DataType::Complex;
    if !is_unique || !is_present(value) {
        return None;
    }
    let key = match value {
        Value::String(text) => attribute.comparison_key(text).into_owned(),
        value => value.to_string(),
    };
    Some(UniqueKey {
        path: path.to_owned(),
        key,
        is_global: attribute.uniqueness() == Uniqueness::Global,
    })
}
