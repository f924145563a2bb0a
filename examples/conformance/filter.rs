//! The kind `filter`: which resources of the set-up line match.

use std::sync::Arc;

use serde_json::{Value, json};
use vestibule::scim::{Error, Filter, Registry, Resource};

use crate::Judge;

/// The judge of one file.
pub(crate) fn judge() -> Judge {
    let mut registry = Registry::standard();
    let mut resources = Vec::new();
    Box::new(move |case| {
        if let Some(setup) = case.get("setup") {
            registry = registry_with(setup);
            let listed = setup["resources"].as_array().into_iter().flatten();
            resources = listed
                .filter_map(|user| Resource::from_value(registry.user(), user.clone()).ok())
                .collect();
            return None;
        }
        let filter = case["filter"].as_str().unwrap_or_default();
        Some(match matching(&registry, &resources, filter) {
            Ok(ids) => json!({"verdict": "match", "ids": ids}),
            Err(error) => refusal(&error),
        })
    })
}

fn matching(
    registry: &Registry,
    resources: &[Resource],
    filter: &str,
) -> Result<Vec<String>, Error> {
    let filter = Filter::parse(filter)?.resolve(registry.user())?;
    let matching = resources.iter().filter(|user| filter.matches(user));
    Ok(matching
        .filter_map(|user| user.text("id").map(str::to_owned))
        .collect())
}

/// The standard's registry with the extensions of a set-up line.
pub(crate) fn registry_with(setup: &Value) -> Registry {
    let mut registry = Registry::standard();
    for document in setup["extensions"].as_array().into_iter().flatten() {
        let added = registry.add_schema(document);
        let extended = added.and_then(|urn| registry.extend("User", &urn));
        if let Err(error) = extended {
            eprintln!("extension: {error}");
        }
    }
    registry
}

/// The answer to a case that is refused.
pub(crate) fn refusal(error: &Error) -> Value {
    use vestibule::error::Explain as _;
    let at = error.span().map(|span| json!([span.start, span.end]));
    json!({
        "verdict": "error",
        "scim_type": error.scim_type().map(vestibule::scim::ScimType::as_str),
        "code": error.code(),
        "at": at,
    })
}

/// The resource type that a resource's `schemas` name.
pub(crate) fn resource_type<'a>(
    registry: &'a Registry,
    resource: &Value,
) -> &'a Arc<vestibule::scim::ResourceType> {
    let urns = resource["schemas"].as_array().into_iter().flatten();
    let group = registry.group().core().id();
    match urns.filter_map(Value::as_str).any(|urn| urn == group) {
        true => registry.group(),
        false => registry.user(),
    }
}
