//! Resources and schemas: what vendors send in POST and PUT, and what is refused.

#![cfg(feature = "scim")]

use serde_json::{Value, json};
use vestibule::error::{Blame, Explain, Place};
use vestibule::identity::{Asserted, DirectoryChange, UserId};
use vestibule::scim::schema::{
    ENTERPRISE_USER_URN, GROUP_URN, Mutability, Registry, Returned, USER_URN,
};
use vestibule::scim::{Error, Resource, directory};

fn user(body: Value) -> Result<Resource, Error> {
    Resource::from_value(Registry::standard().user(), body)
}

#[track_caller]
fn read(body: Value) -> Value {
    user(body).unwrap().into_value()
}

#[track_caller]
fn refused_at(body: Value, code: &str, pointer: &str) {
    let error = user(body).unwrap_err();
    assert_eq!(
        (error.code(), error.at()),
        (code, Some(Place::Json(pointer.to_owned())))
    );
}

#[test]
fn entra_does_not_list_the_extension_that_it_sends() {
    let body = json!({"schemas": [USER_URN], "userName": "b",
        ENTERPRISE_USER_URN: {"Department": "D", "manager": "123456"}});
    let read = read(body);
    assert_eq!(read["schemas"], json!([USER_URN, ENTERPRISE_USER_URN]));
    assert_eq!(
        read[ENTERPRISE_USER_URN],
        json!({"department": "D", "manager": {"value": "123456"}})
    );
}

#[test]
fn entra_lists_a_foreign_schema_on_groups() {
    let foreign = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    let body = json!({"schemas": [GROUP_URN, foreign], "displayName": "Team"});
    let group = Resource::from_value(Registry::standard().group(), body).unwrap();
    assert_eq!(group.object()["schemas"], json!([GROUP_URN]));
}

#[test]
fn entra_writes_names_in_other_case_and_booleans_in_quotes() {
    let body =
        json!({"UserName": "b", "Active": "False", "emails": [{"Value": "e", "Primary": "True"}]});
    let expected = json!({"schemas": [USER_URN], "userName": "b", "active": false,
        "emails": [{"value": "e", "primary": true}]});
    assert_eq!(read(body), expected);
    refused_at(json!({"active": "off"}), "scim-value-type", "/active");
}

#[test]
fn onelogin_sends_one_address_as_an_object_and_an_empty_id() {
    let body = json!({"schemas": ["urn:scim:schemas:core:1.0"], "id": null, "userName": "b",
        "active": "true", "emails": {"value": "e"}});
    let read = read(body);
    assert_eq!(read["emails"], json!([{"value": "e"}]));
    assert_eq!((read.get("id"), &read["active"]), (None, &json!(true)));
    assert_eq!(read["schemas"][0], USER_URN);
}

#[test]
fn jumpcloud_sends_null_and_empty_lists() {
    let body = json!({"userName": "b", "emails": null, "addresses": [], "name": {},
        "roles": [{}], "phoneNumbers": [null], ENTERPRISE_USER_URN: {}});
    assert_eq!(read(body), json!({"schemas": [USER_URN], "userName": "b"}));
}

#[test]
fn okta_sends_an_empty_middle_name_and_its_own_groups() {
    let body = json!({"userName": "b", "name": {"middleName": ""}, "groups": [], "password": "s"});
    let user = user(body).unwrap();
    assert_eq!(user.object()["name"], json!({"middleName": ""}));
    assert_eq!(format!("{user:?}"), "Resource(User, 4 members)");
    let DirectoryChange::CreateUser(attributes) = directory::creation(&user).unwrap() else {
        panic!("not a creation");
    };
    assert_eq!(attributes.first_name, Asserted::Absent);
    assert!(!attributes.names_roles);
}

#[test]
fn two_spellings_of_one_name_are_refused() {
    let registry = Registry::standard();
    let body = br#"{"active": true, "ACTIVE": false, "userName": "b"}"#;
    let error = Resource::parse(registry.user(), body).unwrap_err();
    assert_eq!(error.to_json()["scimType"], "invalidSyntax");
    // Also when the JSON was read elsewhere.
    let both = json!({"active": true, "ACTIVE": false});
    assert_eq!(user(both).unwrap_err().code(), "scim-duplicate-name");
    let inner = json!({"name": {"givenName": "a", "GIVENNAME": "b"}});
    assert_eq!(user(inner).unwrap_err().code(), "scim-duplicate-name");
}

#[test]
fn values_of_another_type_are_refused_with_their_place() {
    refused_at(json!({"title": 5}), "scim-value-type", "/title");
    refused_at(json!({"title": {"a": 1}}), "scim-value-type", "/title");
    refused_at(json!({"title": ["a", "b"]}), "scim-value-type", "/title");
    refused_at(json!({"emails": ["a"]}), "scim-value-type", "/emails/0");
    refused_at(
        json!({"emails": [{"type": true}]}),
        "scim-value-type",
        "/emails/0/type",
    );
    refused_at(
        json!({"meta": {"created": "today"}}),
        "scim-value-type",
        "/meta/created",
    );
    refused_at(
        json!({ENTERPRISE_USER_URN: 1}),
        "scim-not-an-object",
        &format!("/{ENTERPRISE_USER_URN}"),
    );
    refused_at(json!([]), "scim-not-an-object", "");
    assert!(user(json!({"title": "5", "emails": [{"type": "a"}]})).is_ok());
}

#[test]
fn errors_hold_no_values() {
    let error = user(json!({"active": "grace@example.com"})).unwrap_err();
    let shown = format!("{error} {error:?} {}", error.to_json());
    assert!(!shown.contains("grace"), "{shown}");
}

#[test]
fn the_error_body_has_a_textual_status() {
    let body = user(json!({"title": 5})).unwrap_err().to_json();
    assert_eq!(body["status"], "400");
    assert_eq!(body["scimType"], "invalidValue");
    assert_eq!(
        body["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
    );
    assert!(body["detail"].as_str().unwrap().contains("`/title`"));
    let large = Resource::parse(Registry::standard().user(), &vec![b' '; 9 << 20]).unwrap_err();
    assert_eq!((large.status(), large.blame()), (413, Blame::Limit));
    assert!(large.to_json().get("scimType").is_none());
}

#[test]
fn a_created_group_has_each_member_once() {
    let body = json!({"displayName": "Team", "externalId": "x",
        "members": [{"value": "u1"}, "u2", {"value": "u1", "$ref": null}]});
    let group = Resource::from_value(Registry::standard().group(), body).unwrap();
    let DirectoryChange::CreateGroup(attributes) = directory::creation(&group).unwrap() else {
        panic!("not a creation");
    };
    assert_eq!(attributes.members, [UserId::new("u1"), UserId::new("u2")]);
    let nameless = Resource::from_value(Registry::standard().group(), json!({})).unwrap();
    assert_eq!(
        directory::creation(&nameless).unwrap_err().code(),
        "scim-required-missing"
    );
}

#[test]
fn a_created_user_names_the_primary_address_and_its_roles() {
    let body = json!({"userName": "b", "active": false, "roles": [{"value": "r"}],
        "emails": [{"value": "a@x"}, {"value": "b@x", "primary": true}]});
    let DirectoryChange::CreateUser(attributes) =
        directory::creation(&user(body).unwrap()).unwrap()
    else {
        panic!("not a creation");
    };
    assert_eq!(attributes.email, Asserted::Value("b@x".into()));
    assert_eq!(attributes.active, Asserted::Value(false));
    assert_eq!(attributes.external_id, Asserted::Absent);
    assert!(attributes.names_roles);
}

#[test]
fn the_standards_schemas_have_the_standards_characteristics() {
    let registry = Registry::standard();
    let user = registry.user();
    let password = user.attribute("password").unwrap();
    assert_eq!(password.mutability(), Mutability::WriteOnly);
    assert_eq!(password.returned(), Returned::Never);
    assert_eq!(
        user.attribute("groups").unwrap().mutability(),
        Mutability::ReadOnly
    );
    let by_urn = format!("{}:MANAGER", ENTERPRISE_USER_URN.to_uppercase());
    assert_eq!(user.attribute(&by_urn).unwrap().name(), "manager");
    assert!(user.attribute("manager").is_none());
    assert!(user.attribute(&format!("{USER_URN}:userName")).is_some());
    assert!(user.attribute(&format!("{USER_URN}:")).is_none());
    for (urn, attributes) in [(USER_URN, 21), (GROUP_URN, 2), (ENTERPRISE_USER_URN, 6)] {
        assert_eq!(registry.schema(urn).unwrap().attributes().len(), attributes);
    }
}

#[test]
fn the_registry_learns_only_what_is_new() {
    let mut registry = Registry::standard();
    let document = json!({"id": "urn:example:x", "attributes": [{"name": "a"}]});
    assert_eq!(registry.add_schema(&document).unwrap(), "urn:example:x");
    assert!(
        registry
            .add_schema(&json!({"id": USER_URN, "attributes": []}))
            .is_err()
    );
    assert!(registry.extend("User", "urn:example:y").is_err());
    assert!(registry.extend("Robot", "urn:example:x").is_err());
    assert!(
        registry
            .add_resource_type("user", "/Robots", "urn:example:x")
            .is_err()
    );
    assert!(
        registry
            .add_resource_type("Robot", "/Robots", "urn:example:x")
            .is_ok()
    );
    assert!(registry.extend("robot", "URN:EXAMPLE:X").is_ok());
}

#[test]
fn of_two_urns_that_fit_the_longer_one_is_meant() {
    let mut registry = Registry::standard();
    for (id, attribute) in [("urn:example:x", "a"), ("urn:example:x:y", "b")] {
        let document = json!({"id": id, "attributes": [{"name": attribute}]});
        registry.add_schema(&document).unwrap();
        registry.extend("User", id).unwrap();
    }
    let user = registry.user();
    assert_eq!(user.attribute("urn:example:x:a").unwrap().name(), "a");
    assert_eq!(user.attribute("urn:example:x:y:b").unwrap().name(), "b");
}
