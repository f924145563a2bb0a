//! `OneLogin`.

use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::scim::Dialect;

use crate::world::{CORE, ENTERPRISE, connected, created, patch, posted, total};

#[test]
fn onelogin_bodies_are_templates() {
    let body = json!({"schemas": ["urn:scim:schemas:core:1.0"], "id": null, "userName": "b",
        "active": "true", "emails": {"value": "b@x"}, "name": {"givenName": "B"},
        ENTERPRISE: {"manager": {"managerId": "m1"}}});
    let created = posted(Dialect::OneLogin, body.clone()).unwrap();
    let object = created.object();
    assert_eq!(object["active"], true);
    assert_eq!(object["emails"], json!([{"value": "b@x"}]));
    assert_eq!(object[ENTERPRISE]["manager"], json!({"value": "m1"}));
    assert!(object.get("id").is_none());
    assert_eq!(object["schemas"], json!([CORE, ENTERPRISE]));
    let mut strict = body;
    for (name, value) in [
        ("active", json!(true)),
        ("emails", json!([{"value": "b@x"}])),
    ] {
        assert_eq!(
            posted(Dialect::Strict, strict.clone()).unwrap_err().code(),
            "scim-value-type"
        );
        strict[name] = value;
    }
    assert!(posted(Dialect::Strict, strict).is_ok());
}

#[test]
fn onelogin_makes_these_calls_from_first_contact_to_deletion() {
    let mut host = connected(Dialect::OneLogin);
    // First contact: somebody who is not there.
    assert_eq!(
        total(&mut host, "/Users", "userName eq \"no-such-user\""),
        0
    );
    let body = json!({"schemas": ["urn:scim:schemas:core:1.0"], "id": null, "userName": "b@x",
        "active": "true", "emails": {"value": "b@x"}, "name": {"givenName": "B", "familyName": "J"},
        ENTERPRISE: {"manager": {"managerId": "m1"}}});
    let (status, user) = host.json("POST", "/Users", &body);
    assert_eq!((status, &user["emails"]), (201, &json!([{"value": "b@x"}])));
    assert_eq!(
        (&user["active"], &user[ENTERPRISE]["manager"]["value"]),
        (&json!(true), &json!("m1"))
    );
    let url = format!("/Users/{}", user["id"].as_str().unwrap());
    assert_eq!(host.json("GET", &url, &Value::Null).1, user);
    let mut update = body;
    update["active"] = json!("false");
    let (status, updated) = host.json("PUT", &url, &update);
    assert_eq!((status, &updated["active"]), (200, &json!(false)));
    assert_eq!(
        host.json("GET", "/Groups", &Value::Null).1["totalResults"],
        0
    );
    let group = created(
        &mut host,
        "/Groups",
        &json!({"schemas": ["urn:scim:schemas:core:1.0"], "displayName": "g"}),
    );
    let add = json!([{"op": "add", "path": "members", "value": [{"value": user["id"]}]}]);
    let (status, group) = patch(&mut host, &format!("/Groups/{group}"), add);
    assert_eq!((status, &group["members"][0]["value"]), (200, &user["id"]));
    assert_eq!(
        host.json("GET", "/Users", &Value::Null).1["totalResults"],
        1
    );
    assert_eq!(host.json("DELETE", &url, &Value::Null).0, 204);
}

#[test]
fn onelogin_is_answered_with_application_json() {
    let content_type = |dialect, sent: &[(&str, &str)], url: &str| {
        let answer = connected(dialect).send("GET", url, sent, &Value::Null);
        answer.header("Content-Type").map(str::to_owned)
    };
    for sent in [
        &[][..],
        &[("Accept", "*/*")],
        &[("Accept", "application/json")],
    ] {
        for url in ["/Users", "/Users/unknown", "/ServiceProviderConfig"] {
            let found = content_type(Dialect::OneLogin, sent, url);
            assert_eq!(found.as_deref(), Some("application/json"), "{url}");
        }
    }
    // Who asks for one type gets it, and others get the standard's.
    let asked = [("Accept", "application/scim+json")];
    for (dialect, sent) in [
        (Dialect::OneLogin, &asked[..]),
        (Dialect::Tolerant, &[][..]),
    ] {
        let found = content_type(dialect, sent, "/Users");
        assert_eq!(found.as_deref(), Some("application/scim+json"));
    }
}
