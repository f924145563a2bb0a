//! A new resource from the body of a POST.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::scim::dialect::Profile;
use crate::scim::error::Error;
use crate::scim::resource::Resource;
use crate::scim::schema::ResourceType;

impl Resource {
    /// The new resource that the body of a POST asks for (RFC 7644 §3.3), without an `id`.
    ///
    /// Read-only attributes in the body, `id`, `meta` and `groups` among them, are ignored; values
    /// are brought into shape as those of a PUT are; what no schema knows is kept.
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
    /// Those of [`Resource::from_request`], of [`Resource::replaced_by`] and of
    /// [`Resource::check_required`].
    pub fn created_from(
        resource_type: &Arc<ResourceType>,
        body: Value,
        profile: &Profile,
    ) -> Result<Self, Error> {
        let sent = Self::from_request(resource_type, body.clone(), profile)?;
        let nothing = Self::of_shaped(Arc::clone(resource_type), Map::new());
        let (known, _) = nothing.replaced_by(body, profile)?.apply();
        let mut object = match known.into_value() {
            Value::Object(object) => object,
            _ => Map::new(),
        };
        for (name, value) in sent.object() {
            match (resource_type.extension(name), value) {
                (Some(schema), Value::Object(parts)) => {
                    // A client's model of an extension may carry the extension's own URN.
                    let is_unknown = |part: &String| {
                        schema.attribute(part).is_none() && !part.eq_ignore_ascii_case("schemas")
                    };
                    let unknown = parts.iter().filter(|(part, _)| is_unknown(part));
                    let unknown: Vec<_> = unknown.collect();
                    if !unknown.is_empty() {
                        let holder = object.entry(schema.id());
                        let holder = holder.or_insert_with(|| Value::Object(Map::new()));
                        copy(holder, &unknown);
                    }
                }
                _ if resource_type.top_attribute(name).is_none() => {
                    object.insert(name.clone(), value.clone());
                }
                _ => {}
            }
        }
        let created = Self::of_shaped(Arc::clone(resource_type), object);
        created.check_required()?;
        Ok(created)
    }
}

fn copy(holder: &mut Value, members: &[(&String, &Value)]) {
    if let Value::Object(holder) = holder {
        for (name, value) in members {
            holder.insert((*name).clone(), (*value).clone());
        }
    }
}
