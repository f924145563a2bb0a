//! Google Workspace.

use serde_json::{Value, json};
use vestibule::scim::Dialect;
use vestibule::scim::request::Headers;

use crate::world::{ACME, CORE, connected, patch, patched, user};

#[test]
fn google_adds_everything_at_once_and_suspends() {
    let operations = json!([{"op": "add", "value": {"name": {"givenName": "G"},
        "emails": [{"value": "g@x", "primary": true}], "active": false}}]);
    let after = patched(Dialect::Google, &user(), operations);
    assert_eq!(
        (after["active"].clone(), after["name"]["familyName"].clone()),
        (json!(false), json!("Jensen"))
    );
    assert_eq!(after["emails"][0]["primary"], false);
}

#[test]
fn google_maps_by_the_schemas_that_are_enforced() {
    let mut host = connected(Dialect::Google);
    let (status, list) = host.json("GET", "/Schemas", &Value::Null);
    assert_eq!((status, &list["totalResults"]), (200, &json!(4)));
    let schemas = list["Resources"].as_array().unwrap();
    let names = |urn: &str| {
        let schema = schemas.iter().find(|it| it["id"] == urn).unwrap();
        let names = schema["attributes"].as_array().unwrap().iter();
        names
            .map(|it| it["name"].as_str().unwrap())
            .collect::<Vec<_>>()
    };
    assert!(names(CORE).contains(&"userName") && names(CORE).contains(&"active"));
    assert_eq!(names(ACME), ["badge"]);
    // What is mapped is stored where the schema has it.
    let body = json!({"userName": "b", ACME: {"badge": "7"}});
    assert_eq!(host.json("POST", "/Users", &body).1[ACME]["badge"], "7");
}

#[test]
fn google_suspends_and_deletes_three_weeks_apart() {
    let mut host = connected(Dialect::Google);
    let url = format!("/Users/{}", host.user("b"));
    let suspend = json!([{"op": "replace", "path": "active", "value": false}]);
    assert_eq!(patch(&mut host, &url, suspend).1["active"], false);
    // Either may come without the other.
    assert_eq!(host.json("DELETE", &url, &Value::Null).0, 204);
    assert_eq!(host.json("DELETE", &url, &Value::Null).0, 404);
    let other = format!("/Users/{}", host.user("c"));
    assert_eq!(host.json("DELETE", &other, &Value::Null).0, 204);
}

#[test]
fn google_authenticates_by_a_bearer_token() {
    let mut host = connected(Dialect::Google);
    let (_, config) = host.json("GET", "/ServiceProviderConfig", &Value::Null);
    assert_eq!(
        config["authenticationSchemes"][0]["type"],
        "oauthbearertoken"
    );
    let headers = Headers::read([("Authorization", "Bearer abc.def")]).unwrap();
    assert_eq!(headers.bearer().unwrap().expose(), "abc.def");
    let basic = Headers::read([("Authorization", "Basic YTpi")]).unwrap();
    assert_eq!(basic.bearer().unwrap_err().status(), 401);
}
