//! What of a resource an event may tell.

use serde_json::{Map, Value, json};

use crate::scim::patch::{Changes, PATCH_OP_URN};
use crate::scim::resource::Resource;
use crate::scim::schema::{Attribute, Located, Mutability, Scope};

/// The resource without what a receiver may not know.
pub(super) fn content(resource: &Resource) -> Value {
    let resource_type = resource.resource_type();
    let members = resource.object().iter().filter_map(|(name, value)| {
        let told = match resource_type.extension(name) {
            Some(schema) => parts(value.as_object()?, |part| schema.attribute(part)),
            None => told(resource_type.top_attribute(name)?, value)?,
        };
        Some((name.clone(), told))
    });
    Value::Object(members.collect())
}

/// The value without parts that are never returned; none when all of it is.
fn told(attribute: &Attribute, value: &Value) -> Option<Value> {
    if !attribute.is_readable() {
        return None;
    }
    // A value has the schema's shape: objects in a list at most.
    Some(match value {
        Value::Array(elements) => elements
            .iter()
            .map(|element| told_part(attribute, element))
            .collect(),
        value => told_part(attribute, value),
    })
}

fn told_part(attribute: &Attribute, value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let is_told = |name: &String| {
                attribute
                    .sub_attribute(name)
                    .is_some_and(Attribute::is_readable)
            };
            let told = members.iter().filter(|(name, _)| is_told(name));
            told.map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        }
        value => value.clone(),
    }
}

fn parts<'a>(members: &Map<String, Value>, find: impl Fn(&str) -> Option<&'a Attribute>) -> Value {
    let told = members.iter().filter_map(|(name, value)| {
        let told = told(find(name)?, value)?;
        Some((name.clone(), told))
    });
    Value::Object(told.collect())
}

/// The attributes that have a value: those of an extension after its URN and a colon.
pub(super) fn names_of_resource(resource: &Resource) -> Vec<String> {
    let resource_type = resource.resource_type();
    let mut names = Vec::new();
    for (scope, attribute) in resource_type.scopes() {
        let holder = match scope {
            Scope::Top => Some(resource.object()),
            Scope::Extension(schema) => resource
                .object()
                .get(schema.id())
                .and_then(Value::as_object),
        };
        let has_value = holder.is_some_and(|holder| holder.contains_key(attribute.name()));
        if has_value && attribute.is_readable() && attribute.name() != "schemas" {
            names.push(match scope.urn() {
                None => attribute.name().to_owned(),
                Some(urn) => format!("{urn}:{}", attribute.name()),
            });
        }
    }
    names
}

/// The attributes that differ, of those that a client writes and may read.
pub(super) fn names_of_changes(after: &Resource, changes: &Changes) -> Vec<String> {
    let is_told = |name: &&String| match after.resource_type().locate(name) {
        Some(Located::Attribute { attribute, sub, .. }) => {
            let part = sub.map(|sub| attribute.sub_attribute(sub));
            let is_known = part != Some(None);
            let leaf = part.flatten().unwrap_or(attribute);
            is_known
                && attribute.name() != "schemas"
                && [attribute, leaf]
                    .iter()
                    .all(|it| it.is_readable() && it.mutability() != Mutability::ReadOnly)
        }
        Some(Located::Schema(_)) | None => false,
    };
    changes
        .attributes()
        .iter()
        .filter(is_told)
        .cloned()
        .collect()
}

/// A PATCH request that makes of the state before the state after, as far as it is told.
pub(super) fn operations(after: &Resource, changes: &Changes, names: &[String]) -> Value {
    let mut operations = Vec::new();
    for name in names {
        let moves = changes
            .members_added()
            .len()
            .saturating_add(changes.members_removed().len());
        if name == "members" && moves > 0 {
            for id in changes.members_removed() {
                let path = format!("members[value eq {}]", json!(id));
                operations.push(json!({"op": "remove", "path": path}));
            }
            if !changes.members_added().is_empty() {
                let added: Vec<Value> = changes
                    .members_added()
                    .iter()
                    .map(|id| json!({ "value": id }))
                    .collect();
                operations.push(json!({"op": "add", "path": "members", "value": added}));
            }
            continue;
        }
        operations.push(match value_at(after, name) {
            Some(value) => json!({"op": "replace", "path": name, "value": value}),
            None => json!({"op": "remove", "path": name}),
        });
    }
    json!({"schemas": [PATCH_OP_URN], "Operations": operations})
}

/// The value of a changed attribute, as far as it is told.
fn value_at(after: &Resource, name: &str) -> Option<Value> {
    let Some(Located::Attribute {
        scope,
        attribute,
        sub,
    }) = after.resource_type().locate(name)
    else {
        return None;
    };
    let holder = match scope {
        Scope::Top => after.object(),
        Scope::Extension(schema) => after.object().get(schema.id())?.as_object()?,
    };
    let value = told(attribute, holder.get(attribute.name())?)?;
    match sub.and_then(|sub| attribute.sub_attribute(sub)) {
        None => Some(value),
        Some(sub) => value.get(sub.name()).cloned(),
    }
}
