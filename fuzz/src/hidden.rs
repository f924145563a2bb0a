//! Users with values that nobody may read, for the laws that nothing tells them.

use serde_json::{Value, json};
use vestibule::scim::Registry;

/// The extension that has the hidden attributes.
pub const EXTENSION: &str = "urn:example:fuzz:User";

/// The standard resource types, users with the extension.
#[must_use]
pub fn registry() -> Registry {
    let mut registry = Registry::standard();
    let schema = json!({"id": EXTENSION, "attributes": [
        {"name": "hidden", "type": "string", "returned": "never"},
        {"name": "pairs", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "value", "type": "string"},
            {"name": "hidden", "type": "string", "returned": "never"},
        ]},
    ]});
    let urn = registry.add_schema(&schema).expect("a schema");
    registry.extend("User", &urn).expect("an extension");
    registry
}

/// The user of the seeds, with this value wherever one is hidden.
#[must_use]
pub fn user(hidden: &str) -> Value {
    let user = include_bytes!("../seeds/resource/user");
    let mut user: Value = serde_json::from_slice(user).expect("JSON");
    user[EXTENSION] = json!({"hidden": hidden, "pairs": [{"value": "a", "hidden": hidden}]});
    user
}
