//! Resource types that the library does not know: it learns them from Schema documents.
//!
//! They follow the draft `draft-abbey-scim-agent-extension-00`, as far as a client needs it to
//! create, read, change and delete agents.

use serde_json::{Value, json};
use vestibule::scim::{Error, Registry};

/// User, Group, and the two types of the draft.
pub(crate) fn registry() -> Result<Registry, Error> {
    let mut registry = Registry::standard();
    for (name, endpoint, about) in [
        ("Agent", "/Agents", "An AI agent"),
        (
            "AgenticApplication",
            "/AgenticApplications",
            "An application that hosts agents",
        ),
    ] {
        let urn = registry.add_schema(&schema(name, about))?;
        registry.add_resource_type(name, endpoint, &urn)?;
    }
    Ok(registry)
}

fn schema(name: &str, about: &str) -> Value {
    json!({
        "id": format!("urn:ietf:params:scim:schemas:core:2.0:{name}"),
        "name": name,
        "description": about,
        "attributes": [
            {"name": "name", "type": "string", "required": true,
                "description": "The name by which it authenticates"},
            {"name": "displayName", "type": "string", "description": "The name to show"},
            {"name": "agentType", "type": "string", "description": "The kind, such as Assistant"},
            {"name": "description", "type": "string", "description": "What it is for"},
            {"name": "active", "type": "boolean", "description": "Whether it may be used"},
        ],
    })
}
