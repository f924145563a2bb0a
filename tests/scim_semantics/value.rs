//! Values: RFC 7643 §2 and §7.

use serde_json::{Value, json};
use vestibule::scim::{Dialect, Filter, Profile, Resource};

use crate::scim_host::Host;
use crate::world::{ENTERPRISE, KIT, filter_refused, holds, patch_with, patched, registry, user};

#[test]
fn null_missing_and_empty_are_one_state_in_storage_and_three_on_input() {
    for empty in [
        json!({"userName": "b"}),
        json!({"userName": "b", "emails": []}),
        json!({"userName": "b", "emails": null}),
    ] {
        let stored = user(empty);
        assert_eq!(stored.object().get("emails"), None);
        assert!(holds("emails eq null", &stored.into_value()));
    }
    let before = json!({"userName": "b", "emails": [{"value": "a"}]});
    let put = |body: Value| {
        let (after, _) = user(before.clone())
            .replaced_by(body, &Profile::strict())
            .unwrap()
            .apply();
        after.object().contains_key("emails")
    };
    assert!(put(json!({"userName": "b"})), "what is not said stays");
    assert!(!put(json!({"userName": "b", "emails": null})));
    assert!(!put(json!({"userName": "b", "emails": []})));
}

#[test]
fn booleans_in_quotes_are_read_where_the_profile_does() {
    let body = json!({"userName": "b", "active": "fAlSe"});
    let posted = |dialect: Dialect| {
        Resource::from_request(registry().user(), body.clone(), &dialect.profile())
    };
    assert_eq!(posted(Dialect::Entra).unwrap().object()["active"], false);
    assert!(posted(Dialect::Strict).is_err());
    let filter = Filter::parse("active eq \"FALSE\"").unwrap();
    let off = user(json!({"userName": "b", "active": false}));
    let entra = filter.resolve_for(registry().user(), &Dialect::Entra.profile());
    assert!(entra.unwrap().matches(&off));
    assert!(
        filter
            .resolve_for(registry().user(), &Profile::strict())
            .is_err()
    );
    // Elsewhere "true" is text.
    assert!(holds(
        "title eq \"true\"",
        &json!({"userName": "b", "title": "True"})
    ));
    let other = json!({"userName": "b", "active": "yes"});
    assert!(Resource::from_request(registry().user(), other, &Profile::tolerant()).is_err());
}

#[test]
fn at_most_one_element_is_primary() {
    let before =
        json!({"userName": "b", "emails": [{"value": "a", "primary": true}, {"value": "b"}]});
    for (op, path, value) in [
        ("add", "emails", json!([{"value": "c", "primary": true}])),
        ("replace", "emails[value eq \"b\"].primary", json!(true)),
    ] {
        let after = patched(&before, json!([{"op": op, "path": path, "value": value}]));
        let marked = after["emails"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["primary"] == true);
        let marked: Vec<&Value> = marked.map(|it| &it["value"]).collect();
        assert_eq!(marked.len(), 1, "{op}");
        assert_ne!(marked[0], "a", "{op}: the new one is");
    }
    let two = json!({"userName": "b", "emails": [{"value": "a", "primary": true}, {"value": "b", "primary": true}]});
    let mut host = Host::new(Profile::tolerant());
    let (status, error) = host.json("POST", "/Users", &two);
    assert_eq!((status, &error["scimType"]), (400, &json!("invalidValue")));
    let one = host.user("b");
    let (status, _) = host.json("PUT", &format!("/Users/{one}"), &two);
    assert_eq!(status, 400);
}

#[test]
fn what_is_immutable_is_written_once() {
    let set = |value: &str| json!([{"op": "add", "path": format!("{KIT}:serial"), "value": value}]);
    let profile = Profile::tolerant();
    let empty = json!({"userName": "b"});
    let (with, _) = patch_with(&profile, &empty, set("s1")).unwrap();
    assert_eq!(with[KIT]["serial"], "s1");
    assert!(patch_with(&profile, &with, set("s1")).unwrap().1.is_empty());
    let error = patch_with(&profile, &with, set("s2")).unwrap_err();
    assert_eq!(
        (error.status(), crate::world::word(&error)),
        (400, "mutability")
    );
    let put = |value: &str| {
        let body = json!({"userName": "b", KIT: {"serial": value}});
        user(with.clone()).replaced_by(body, &profile).map(drop)
    };
    assert!(put("s1").is_ok());
    assert_eq!(crate::world::word(&put("s2").unwrap_err()), "mutability");
}

#[test]
fn what_is_never_returned_is_neither_shown_nor_probed() {
    let mut host = Host::new(Profile::tolerant());
    host.registry = registry();
    let body = json!({"userName": "b", "password": "s3cr3t", KIT: {"pin": "s3cr3t", "seal": "s3cr3t", "notes": "n"}});
    let (status, created) = host.json("POST", "/Users", &body);
    assert_eq!(status, 201);
    assert!(!created.to_string().contains("s3cr3t"), "{created}");
    // What is on request comes to the one who wrote it, and to who asks.
    assert_eq!(created[KIT]["notes"], "n");
    let url = format!("/Users/{}", created["id"].as_str().unwrap());
    let (_, read) = host.json("GET", &url, &Value::Null);
    assert_eq!(read.get(KIT), None);
    let asked = format!("{url}?attributes={KIT}:notes,{KIT}:seal,{KIT}:pin,password");
    let (_, read) = host.json("GET", &asked, &Value::Null);
    assert_eq!(read[KIT], json!({"notes": "n"}));
    assert!(!read.to_string().contains("s3cr3t"), "{read}");
    for attribute in [
        "password".to_owned(),
        format!("{KIT}:pin"),
        format!("{KIT}:seal"),
    ] {
        for operator in ["pr", "eq \"s3cr3t\"", "sw \"s\""] {
            assert_eq!(
                filter_refused(&format!("{attribute} {operator}")),
                "invalidFilter"
            );
        }
        let (status, error) = host.json("GET", &format!("/Users?sortBy={attribute}"), &Value::Null);
        assert_eq!((status, &error["scimType"]), (400, &json!("invalidValue")));
    }
    assert!(holds(&format!("{KIT}:notes eq \"n\""), &body));
    assert!(!format!("{:?}", user(body)).contains("s3cr3t"));
}

#[test]
fn schemas_follow_the_extensions() {
    let before = json!({"userName": "b"});
    let profile = Profile::strict();
    let schemas = |before: &Value, operations: Value| {
        let patch = vestibule::scim::Patch::from_value(operations).unwrap();
        let (after, _) = patch.plan(&user(before.clone()), &profile).unwrap().apply();
        after.into_value()
    };
    let add = json!([{"op": "add", "path": format!("{ENTERPRISE}:department"), "value": "D"}]);
    let with = schemas(&before, add);
    assert!(
        with["schemas"]
            .as_array()
            .unwrap()
            .contains(&json!(ENTERPRISE))
    );
    let remove = json!([{"op": "remove", "path": format!("{ENTERPRISE}:department")}]);
    let without = schemas(&with, remove);
    assert_eq!(without.get(ENTERPRISE), None);
    let title = schemas(&with, json!([{"op": "add", "path": "title", "value": "T"}]));
    assert_eq!(title["schemas"], with["schemas"]);
}
