//! What the tests stand on.

use serde_json::{Value, json};
use vestibule::scim::{Changes, Error, Filter, Patch, Profile, Registry, Resource};

pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const KIT: &str = "urn:example:params:scim:schemas:extension:kit:2.0:User";

/// The standard's schemas, and an extension of users with the types that those lack.
pub(crate) fn registry() -> Registry {
    let mut registry = Registry::standard();
    let kit = json!({"id": KIT, "attributes": [
        {"name": "count", "type": "integer"},
        {"name": "weight", "type": "decimal"},
        {"name": "image", "type": "binary"},
        {"name": "built", "type": "dateTime"},
        {"name": "serial", "mutability": "immutable"},
        {"name": "pin", "mutability": "writeOnly", "returned": "never"},
        {"name": "seal", "returned": "never"},
        {"name": "notes", "returned": "request"},
        {"name": "tags", "multiValued": true},
    ]});
    let urn = registry.add_schema(&kit).unwrap();
    registry.extend("User", &urn).unwrap();
    registry
}

pub(crate) fn user(body: Value) -> Resource {
    Resource::from_value(registry().user(), body).unwrap()
}

pub(crate) fn matches(filter: &str, body: &Value) -> Result<bool, Error> {
    let filter = Filter::parse(filter)?.resolve(registry().user())?;
    Ok(filter.matches(&user(body.clone())))
}

#[track_caller]
pub(crate) fn holds(filter: &str, body: &Value) -> bool {
    matches(filter, body).unwrap()
}

/// The `scimType` of the refusal.
#[track_caller]
pub(crate) fn filter_refused(filter: &str) -> &'static str {
    word(&matches(filter, &json!({"userName": "b"})).unwrap_err())
}

pub(crate) fn patch_with(
    profile: &Profile,
    before: &Value,
    operations: Value,
) -> Result<(Value, Changes), Error> {
    let patch = Patch::from_value(operations)?;
    let (after, changes) = patch.plan(&user(before.clone()), profile)?.apply();
    let mut after = after.into_value();
    after.as_object_mut().unwrap().remove("schemas");
    Ok((after, changes))
}

#[track_caller]
pub(crate) fn patched(before: &Value, operations: Value) -> Value {
    patch_with(&Profile::strict(), before, operations)
        .unwrap()
        .0
}

/// The `scimType` of the refusal.
#[track_caller]
pub(crate) fn patch_refused(before: &Value, operations: Value) -> &'static str {
    word(&patch_with(&Profile::strict(), before, operations).unwrap_err())
}

pub(crate) fn word(error: &Error) -> &'static str {
    error.scim_type().map_or("", |it| it.as_str())
}
