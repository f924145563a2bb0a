//! Rippling.

use serde_json::{Value, json};
use vestibule::scim::Dialect;

use crate::world::{connected, created, group, patch, patched, user};

#[test]
fn rippling_patches_groups_and_names() {
    let operations = json!([{"op": "replace", "path": "name.givenName", "value": "R"}]);
    assert_eq!(
        patched(Dialect::Rippling, &user(), operations)["name"]["givenName"],
        "R"
    );
    let add = json!([{"op": "add", "path": "members", "value": [{"value": "u9"}]}]);
    assert_eq!(
        patched(Dialect::Rippling, &group(), add)["members"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
}

#[test]
fn rippling_probes_pages_and_manages_groups() {
    let mut host = connected(Dialect::Rippling);
    let (status, config) = host.json("GET", "/ServiceProviderConfig", &Value::Null);
    assert_eq!((status, &config["patch"]["supported"]), (200, &json!(true)));
    let ids = ["a", "b", "c"].map(|name| host.user(name));
    let (_, page) = host.json("GET", "/Users?startIndex=3&count=2", &Value::Null);
    assert_eq!(
        (&page["totalResults"], &page["Resources"][0]["id"]),
        (&json!(3), &json!(ids[2]))
    );
    let group = json!({"displayName": "g", "members": [{"value": ids[0]}]});
    let url = format!("/Groups/{}", created(&mut host, "/Groups", &group));
    // Groups that exclude each other: out of one, into the other.
    let operations = json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[0])},
        {"op": "add", "path": "members", "value": [{"value": ids[1]}]}]);
    let (_, group) = patch(&mut host, &url, operations);
    assert_eq!(group["members"], json!([{"value": ids[1]}]));
    assert_eq!(host.json("DELETE", &url, &Value::Null).0, 204);
    let given = json!([{"op": "replace", "path": "name.givenName", "value": "R"},
        {"op": "replace", "path": "emails[primary eq true].value", "value": "r@x"}]);
    let (status, user) = patch(&mut host, &format!("/Users/{}", ids[0]), given);
    assert_eq!((status, &user["name"]["givenName"]), (200, &json!("R")));
    assert_eq!(user["emails"], json!([{"primary": true, "value": "r@x"}]));
}
