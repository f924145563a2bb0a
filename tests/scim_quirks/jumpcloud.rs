//! `JumpCloud`.

use serde_json::{Value, json};
use vestibule::scim::Dialect;

use crate::world::{CORE, ENTERPRISE, connected, created, group, patched, put, total, user};

#[test]
fn jumpcloud_puts_nulls_and_empty_lists() {
    let body = json!({"schemas": [ENTERPRISE, CORE], "userName": "b@example.com", "emails": null,
        "addresses": [], "active": true});
    let (after, changes) = put(Dialect::JumpCloud, &user(), body);
    assert!(after.get("emails").is_none());
    // What is not named is not asserted.
    assert_eq!(
        (after["externalId"].as_str(), &after["name"]),
        (Some("x1"), &user()["name"])
    );
    assert_eq!(changes.attributes(), ["emails"]);
}

#[test]
fn jumpcloud_removes_members_as_entra_does() {
    let remove = json!([{"op": "remove", "path": "members", "value": [{"value": "u2"}]}]);
    let left = json!([{"value": "u1"}, {"value": "u3"}]);
    assert_eq!(
        patched(Dialect::JumpCloud, &group(), remove)["members"],
        left
    );
    let fields = json!([{"op": "replace", "path": "name.givenName", "value": "B"},
        {"op": "replace", "path": "userName", "value": "c"}]);
    assert_eq!(
        patched(Dialect::JumpCloud, &user(), fields)["userName"],
        "c"
    );
}

#[test]
fn jumpcloud_activates_with_a_test_user_and_a_test_group() {
    let mut host = connected(Dialect::JumpCloud);
    let body = json!({"schemas": [ENTERPRISE, CORE], "userName": "jctest@example.com", "emails": null,
        "addresses": [], "name": {"givenName": "T", "familyName": "U"}, "active": true});
    let (status, user) = host.json("POST", "/Users", &body);
    // An extension that says nothing is not listed for its name alone.
    assert_eq!(
        (status, user.get("emails"), user.get(ENTERPRISE)),
        (201, None, None)
    );
    let user = format!("/Users/{}", user["id"].as_str().unwrap());
    let group = format!(
        "/Groups/{}",
        created(
            &mut host,
            "/Groups",
            &json!({"displayName": "jctest", "members": []})
        )
    );
    // It deletes both, or deactivates the user where it cannot.
    let mut off = body;
    off["active"] = json!(false);
    assert_eq!(host.json("PUT", &user, &off).1["active"], false);
    assert_eq!(
        total(&mut host, "/Users", "userName eq \"jctest@example.com\""),
        1
    );
    for url in [user, group] {
        assert_eq!(host.json("DELETE", &url, &Value::Null).0, 204, "{url}");
        assert_eq!(host.json("GET", &url, &Value::Null).0, 404, "{url}");
    }
    assert_eq!(
        total(&mut host, "/Users", "userName eq \"jctest@example.com\""),
        0
    );
}
