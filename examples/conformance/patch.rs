//! The kind `patch`: what a request makes of a resource, under the default profile.

use serde_json::{Value, json};
use vestibule::scim::{Error, Patch, Profile, Registry, Resource};

use crate::Judge;
use crate::filter::{refusal, registry_with, resource_type};

/// The judge of one file.
pub(crate) fn judge() -> Judge {
    let mut registry = Registry::standard();
    Box::new(move |case| {
        if let Some(setup) = case.get("setup") {
            registry = registry_with(setup);
            return None;
        }
        Some(match after(&registry, case) {
            Ok(after) => json!({"verdict": "ok", "after": after}),
            Err(error) => refusal(&error),
        })
    })
}

fn after(registry: &Registry, case: &Value) -> Result<Value, Error> {
    let before = &case["before"];
    let before = Resource::from_value(resource_type(registry, before), before.clone())?;
    let patch = Patch::from_value(json!({"Operations": case["operations"]}))?;
    let (after, _) = patch.plan(&before, &Profile::tolerant())?.apply();
    Ok(after.into_value())
}
