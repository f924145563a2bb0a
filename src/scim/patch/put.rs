//! PUT: what a whole resource in a body asks of the stored one.

use std::sync::Arc;

use serde_json::Value;

use super::draft::{Draft, Mode, Origin};
use super::plan::Plan;
use super::target::Place;
use crate::scim::dialect::{Profile, ReadOnlyPart, UnnamedRequired, adapted};
use crate::scim::error::Error;
use crate::scim::json::pointer_token;
use crate::scim::resource::{Resource, is_own_urn};
use crate::scim::schema::Scope;

impl Resource {
    /// Plans a PUT (RFC 7644 §3.5.1): `self` is the stored resource, `body` the JSON of the
    /// request, from [`json::read`](crate::scim::json::read).
    ///
    /// What the body does not name is not asserted and stays; `null` or `[]` clears. Of a complex
    /// attribute, parts that are not named stay, too. Read-only attributes in the body, `id` and
    /// `meta` among them, are ignored, and `schemas` follows the extensions that are there.
    /// What no schema knows is written too, where the profile keeps it; parts of stored elements
    /// that a client cannot see or write stay with the element of the same identity.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Profile, Registry, Resource};
    ///
    /// let registry = Registry::standard();
    /// let stored = json!({"id": "u1", "userName": "b", "title": "Engineer", "active": true});
    /// let stored = Resource::from_value(registry.user(), stored)?;
    /// let body = json!({"userName": "b", "active": false});
    /// let (after, changes) = stored.replaced_by(body, &Profile::tolerant())?.apply();
    /// assert_eq!(changes.attributes(), ["active"]);
    /// assert_eq!(after.text("title"), Some("Engineer"));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Resource::from_value`]; `mutability` for an immutable attribute with another
    /// value and for a required one that is cleared; `scim-required-missing` for a required one that
    /// is not named, where the profile refuses that; `invalidValue`. Each has the pointer.
    pub fn replaced_by(&self, body: Value, profile: &Profile) -> Result<Plan, Error> {
        let body = adapted(self.resource_type(), body, profile)?;
        // Refuses wrong types and names that stand twice, with their places.
        let said = Self::from_value(self.resource_type(), body.clone())?;
        if profile.unnamed_required == UnnamedRequired::Refuse {
            said.check_required()?;
        }
        let profile = Profile {
            read_only_part: ReadOnlyPart::Ignore,
            ..*profile
        };
        let resource_type = self.resource_type();
        let mut draft = Draft::new(
            resource_type,
            profile,
            self.object().clone(),
            Some(self.object()),
        );
        draft.keep_unknown_parts();
        for (name, value) in members(body) {
            if let Some(schema) = resource_type.extension(&name) {
                for (part, value) in members(value) {
                    write(&mut draft, Scope::Extension(schema), &part, value)?;
                }
            } else if !name.eq_ignore_ascii_case("schemas") {
                write(&mut draft, Scope::Top, &name, value)?;
            }
        }
        let (object, before) = draft.finish();
        Ok(Plan::finished(Arc::clone(resource_type), object, &before))
    }
}

/// The members of an object, in alphabetical order; none of anything else.
fn members(value: Value) -> impl Iterator<Item = (String, Value)> {
    let mut object = match value {
        Value::Object(object) => object,
        _ => serde_json::Map::new(),
    };
    // A host may have turned on `preserve_order` of serde_json.
    object.sort_keys();
    object.into_iter()
}

fn write<'r>(
    draft: &mut Draft<'r>,
    scope: Scope<'r>,
    name: &str,
    value: Value,
) -> Result<(), Error> {
    let attribute = match scope {
        Scope::Top => draft.resource_type().top_attribute(name),
        Scope::Extension(schema) => schema.attribute(name),
    };
    let Some(attribute) = attribute else {
        if !matches!(scope, Scope::Extension(schema) if is_own_urn(schema, name)) {
            draft.put_unknown(scope, name, value);
        }
        return Ok(());
    };
    let place = Place {
        scope,
        attribute,
        selection: None,
        sub: None,
    };
    if place.is_read_only() {
        return Ok(());
    }
    let written = draft.write(&place, value, Mode::Replace, Origin::Path);
    written.map_err(|error| {
        let within = scope.urn().map(|urn| format!("/{}", pointer_token(urn)));
        let pointer = format!("{}/{}", within.unwrap_or_default(), pointer_token(name));
        Error::in_body(error.kind().clone(), pointer)
    })
}
