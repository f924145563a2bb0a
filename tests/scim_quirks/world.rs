//! The resources and connections that the tests stand on.

use serde_json::{Value, json};
use vestibule::scim::{Changes, Dialect, Error, Filter, Patch, Profile, Registry, Resource};

use crate::scim_host::Host;

pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

pub(crate) fn registry() -> Registry {
    let mut registry = Registry::standard();
    let acme = json!({"id": ACME, "attributes": [{"name": "badge"}]});
    let urn = registry.add_schema(&acme).unwrap();
    registry.extend("User", &urn).unwrap();
    registry
}
pub(crate) const ACME: &str = "urn:ietf:params:scim:schemas:extension:acme:2.0:User";

pub(crate) fn user() -> Value {
    json!({
        "id": "u1", "userName": "b@example.com", "externalId": "x1", "active": true,
        "name": {"givenName": "Barbara", "familyName": "Jensen", "formatted": "Barbara Jensen"},
        "emails": [{"value": "b@work", "type": "work", "primary": true},
                   {"value": "b@home", "type": "home"}],
        "roles": [{"value": "Reader", "primary": true}],
    })
}

pub(crate) fn group() -> Value {
    json!({"id": "g1", "displayName": "Team",
        "members": [{"value": "u1"}, {"value": "u2"}, {"value": "u3"}]})
}

pub(crate) fn resource(body: &Value) -> Resource {
    let registry = registry();
    let kind = if body.get("userName").is_some() {
        registry.user()
    } else {
        registry.group()
    };
    Resource::from_value(kind, body.clone()).unwrap()
}

pub(crate) fn plain(resource: Resource) -> Value {
    let mut value = resource.into_value();
    value.as_object_mut().unwrap().remove("schemas");
    value
}

pub(crate) fn patch_with(
    profile: &Profile,
    before: &Value,
    operations: Value,
) -> Result<(Value, Changes), Error> {
    let before = resource(before);
    let (after, changes) = Patch::from_value(operations)?
        .plan(&before, profile)?
        .apply();
    Ok((plain(after), changes))
}

#[track_caller]
pub(crate) fn patched(dialect: Dialect, before: &Value, operations: Value) -> Value {
    patch_with(&dialect.profile(), before, operations)
        .unwrap()
        .0
}

#[track_caller]
pub(crate) fn refused(dialect: Dialect, before: &Value, operations: Value) -> String {
    let error = patch_with(&dialect.profile(), before, operations).unwrap_err();
    error.scim_type().unwrap().as_str().to_owned()
}

pub(crate) fn posted(dialect: Dialect, body: Value) -> Result<Resource, Error> {
    let registry = registry();
    let kind = match body.get("members").is_some() {
        true => registry.group(),
        false => registry.user(),
    };
    Resource::from_request(kind, body, &dialect.profile())
}

#[track_caller]
pub(crate) fn put(dialect: Dialect, before: &Value, body: Value) -> (Value, Changes) {
    let (after, changes) = resource(before)
        .replaced_by(body, &dialect.profile())
        .unwrap()
        .apply();
    (plain(after), changes)
}

pub(crate) fn matches(dialect: Dialect, filter: &str, body: &Value) -> Result<bool, Error> {
    let resource = resource(body);
    let filter =
        Filter::parse(filter)?.resolve_for(resource.resource_type(), &dialect.profile())?;
    Ok(filter.matches(&resource))
}

/// A connection of that dialect, with nobody in its directory.
pub(crate) fn connected(dialect: Dialect) -> Host {
    let mut host = Host::new(dialect.profile());
    host.registry = registry();
    host
}

#[track_caller]
pub(crate) fn created(host: &mut Host, url: &str, body: &Value) -> String {
    let mut body = body.clone();
    if body.get("schemas").is_none() {
        let group = "urn:ietf:params:scim:schemas:core:2.0:Group";
        body["schemas"] = json!([if url.starts_with("/Users") {
            CORE
        } else {
            group
        }]);
    }
    let (status, created) = host.json("POST", url, &body);
    assert_eq!(status, 201, "{created}");
    created["id"].as_str().unwrap().to_owned()
}

pub(crate) fn patch(host: &mut Host, url: &str, operations: Value) -> (u16, Value) {
    let mut body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]});
    body["Operations"] = operations;
    host.json("PATCH", url, &body)
}

pub(crate) fn filtered(path: &str, filter: &str) -> String {
    let escaped = filter.bytes().map(|byte| format!("%{byte:02X}"));
    format!("{path}?filter={}", escaped.collect::<String>())
}

/// How many match.
#[track_caller]
pub(crate) fn total(host: &mut Host, path: &str, filter: &str) -> u64 {
    let (status, list) = host.json("GET", &filtered(path, filter), &Value::Null);
    assert_eq!(status, 200, "{list}");
    list["totalResults"].as_u64().unwrap()
}
