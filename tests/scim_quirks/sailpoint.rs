//! `SailPoint`.

use serde_json::{Value, json};
use vestibule::scim::Dialect;
use vestibule::scim::discovery::Support;

use crate::world::{connected, created, patch, patched, total, user};

#[test]
fn sailpoint_means_a_merge_by_replace() {
    let replace = json!([{"op": "replace", "path": "name", "value": {"familyName": "Smith"}}]);
    let merged =
        json!({"givenName": "Barbara", "familyName": "Smith", "formatted": "Barbara Jensen"});
    for dialect in [Dialect::SailPoint, Dialect::Strict, Dialect::Tolerant] {
        assert_eq!(patched(dialect, &user(), replace.clone())["name"], merged);
    }
    // The draft's profile replaces.
    assert_eq!(
        patched(Dialect::InteropDraft, &user(), replace)["name"],
        json!({"familyName": "Smith"})
    );
}

#[test]
fn sailpoint_reads_several_types_that_are_like_groups() {
    let mut host = connected(Dialect::SailPoint);
    for (name, endpoint) in [("Role", "/Roles"), ("Entitlement", "/Entitlements")] {
        let urn = host
            .registry
            .add_schema(&json!({
                "id": format!("urn:example:params:scim:schemas:core:2.0:{name}"), "name": name,
                "attributes": [
                    {"name": "displayName", "required": true},
                    {"name": "members", "type": "complex", "multiValued": true, "subAttributes": [
                        {"name": "value", "mutability": "immutable"},
                        {"name": "$ref", "type": "reference", "referenceTypes": ["User"]}]},
                ],
            }))
            .unwrap();
        host.registry
            .add_resource_type(name, endpoint, &urn)
            .unwrap();
    }
    let user = host.user("b");
    let role = format!(
        "/Roles/{}",
        created(&mut host, "/Roles", &json!({"displayName": "Admin"}))
    );
    created(&mut host, "/Entitlements", &json!({"displayName": "Admin"}));
    let add = json!([{"op": "add", "path": "members", "value": [{"value": user}]}]);
    assert_eq!(
        patch(&mut host, &role, add).1["members"],
        json!([{"value": user}])
    );
    assert_eq!(
        total(&mut host, "/Roles", &format!("members.value eq \"{user}\"")),
        1
    );
    assert_eq!(total(&mut host, "/Entitlements", "members pr"), 0);
    let (_, types) = host.json("GET", "/ResourceTypes", &Value::Null);
    assert_eq!(types["totalResults"], 4);
}

#[test]
fn sailpoint_puts_where_patch_is_not_announced() {
    let mut host = connected(Dialect::SailPoint);
    host.config.patch = Support::No;
    let url = format!("/Users/{}", host.user("b"));
    let (_, config) = host.json("GET", "/ServiceProviderConfig", &Value::Null);
    assert_eq!(config["patch"]["supported"], false);
    assert_eq!(
        patch(
            &mut host,
            &url,
            json!([{"op": "add", "path": "title", "value": "T"}])
        )
        .0,
        501
    );
    let (status, put) = host.json("PUT", &url, &json!({"userName": "b", "title": "T"}));
    assert_eq!((status, &put["title"]), (200, &json!("T")));
}
