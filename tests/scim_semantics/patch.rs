//! PATCH: RFC 7644 §3.5.2.

use serde_json::{Value, json};
use vestibule::scim::dialect::ComplexReplacement;
use vestibule::scim::store::PatchAnswer;
use vestibule::scim::{Profile, UnmatchedFilter};

use crate::scim_host::Host;
use crate::world::{CORE, patch_refused, patch_with, patched};

fn anna() -> Value {
    json!({"id": "u1", "userName": "anna", "title": "Boss",
        "name": {"givenName": "Anna", "familyName": "Berg"},
        "emails": [{"value": "a@work", "type": "work"}]})
}

#[test]
fn add_appends_and_the_same_value_is_no_change() {
    let add = |value: Value| json!([{"op": "add", "path": "emails", "value": value}]);
    let after = patched(&anna(), add(json!([{"value": "a@home", "type": "home"}])));
    assert_eq!(after["emails"].as_array().unwrap().len(), 2);
    let profile = Profile::tolerant();
    let (after, changes) = patch_with(
        &profile,
        &anna(),
        add(json!([{"value": "a@work", "type": "work"}])),
    )
    .unwrap();
    assert_eq!((after, changes.is_empty()), (anna(), true));
    // One object for a list is read by the tolerant.
    let one = add(json!({"value": "a@home", "type": "home"}));
    assert_eq!(
        patch_with(&profile, &anna(), one.clone()).unwrap().0["emails"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(patch_refused(&anna(), one), "invalidValue");
    // No change is no new version, and no new time.
    let mut host = Host::new(profile);
    let url = format!("/Users/{}", host.user("b"));
    let (_, before) = host.json("GET", &url, &Value::Null);
    let mut patch = |value: &str| {
        let body = json!({"Operations": [{"op": "add", "path": "userName", "value": value}]});
        host.json("PATCH", &url, &body).1["meta"].clone()
    };
    assert_eq!(patch("b"), before["meta"]);
    assert_ne!(patch("c"), before["meta"]);
}

#[test]
fn parts_of_a_complex_value_that_are_not_named_stay() {
    for op in ["add", "replace"] {
        let operations = json!([{"op": op, "path": "name", "value": {"familyName": "Bergman"}}]);
        let name = json!({"givenName": "Anna", "familyName": "Bergman"});
        assert_eq!(patched(&anna(), operations)["name"], name, "{op}");
    }
    let whole = {
        let mut profile = Profile::strict();
        profile.complex_replacement = ComplexReplacement::Whole;
        profile
    };
    let replace = json!([{"op": "replace", "path": "name", "value": {"familyName": "Bergman"}}]);
    let (after, _) = patch_with(&whole, &anna(), replace).unwrap();
    assert_eq!(after["name"], json!({"familyName": "Bergman"}));
}

#[test]
fn replace_of_what_is_missing_adds_it() {
    let replace = json!([{"op": "replace", "path": "nickName", "value": "Ann"},
        {"op": "replace", "path": "name.middleName", "value": "B"},
        {"op": "replace", "path": "phoneNumbers", "value": [{"value": "1"}]}]);
    let after = patched(&anna(), replace);
    assert_eq!(
        (&after["nickName"], &after["name"]["middleName"]),
        (&json!("Ann"), &json!("B"))
    );
    assert_eq!(after["phoneNumbers"], json!([{"value": "1"}]));
    let unknown = json!([{"op": "replace", "path": "noSuch", "value": "x"}]);
    assert_eq!(patch_refused(&anna(), unknown), "invalidPath");
}

#[test]
fn a_value_path_that_selects_nothing_has_no_target_or_makes_one() {
    let operations =
        json!([{"op": "replace", "path": "emails[type eq \"home\"].value", "value": "a@home"}]);
    assert_eq!(patch_refused(&anna(), operations.clone()), "noTarget");
    let creating = {
        let mut profile = Profile::strict();
        profile.unmatched_filter = UnmatchedFilter::Create;
        profile
    };
    let (after, _) = patch_with(&creating, &anna(), operations).unwrap();
    assert_eq!(
        after["emails"][1],
        json!({"type": "home", "value": "a@home"})
    );
    let selected =
        json!([{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "b@work"}]);
    assert_eq!(patched(&anna(), selected)["emails"][0]["value"], "b@work");
}

#[test]
fn remove_needs_a_path() {
    for operation in [
        json!({"op": "remove"}),
        json!({"op": "remove", "value": {"title": "Boss"}}),
    ] {
        assert_eq!(patch_refused(&anna(), json!([operation])), "noTarget");
    }
    assert_eq!(
        patched(&anna(), json!([{"op": "remove", "path": "title"}])).get("title"),
        None
    );
}

#[test]
fn what_is_required_or_read_only_is_not_removed() {
    for path in ["userName", "id", "groups", "meta"] {
        let mut before = anna();
        before["groups"] = json!([{"value": "g1"}]);
        before["meta"] = json!({"resourceType": "User"});
        let remove = json!([{"op": "remove", "path": path}]);
        assert_eq!(patch_refused(&before, remove), "mutability", "{path}");
    }
    assert_eq!(
        patched(&anna(), json!([{"op": "remove", "path": "emails"}])).get("emails"),
        None
    );
}

#[test]
fn what_is_read_only_is_refused_in_patch_and_ignored_in_post_and_put() {
    for operation in [
        json!({"op": "replace", "path": "id", "value": "u2"}),
        json!({"op": "add", "path": "groups", "value": [{"value": "g1"}]}),
        json!({"op": "replace", "value": {"id": "u2"}}),
    ] {
        assert_eq!(patch_refused(&anna(), json!([operation])), "mutability");
    }
    // An echo asserts nothing.
    let echo = json!([{"op": "replace", "value": {"id": "u1", "title": "T"}}]);
    assert_eq!(patched(&anna(), echo)["title"], "T");
    let mut host = Host::new(Profile::strict());
    let json_type = [("Content-Type", "application/scim+json")];
    let body = json!({"schemas": [CORE], "id": "mine", "userName": "b", "groups": [{"value": "g1"}], "meta": {"version": "x"}});
    let created = host.send("POST", "/Users", &json_type, &body);
    let created: Value = serde_json::from_slice(created.body()).unwrap();
    assert_eq!((&created["id"], created.get("groups")), (&json!("1"), None));
    let (status, put) = host.json("PUT", "/Users/1", &body);
    assert_eq!(
        (status, &put["id"], &put["meta"]),
        (200, &json!("1"), &created["meta"])
    );
}

#[test]
fn a_patch_is_done_whole_or_not_at_all() {
    let mut host = Host::new(Profile::tolerant());
    let url = format!("/Users/{}", host.user("b"));
    let (_, before) = host.json("GET", &url, &Value::Null);
    let body = json!({"Operations": [
        {"op": "add", "path": "title", "value": "T"},
        {"op": "add", "path": "active", "value": false},
        {"op": "replace", "path": "id", "value": "x"},
    ]});
    assert_eq!(host.json("PATCH", &url, &body).0, 400);
    assert_eq!(host.json("GET", &url, &Value::Null).1, before);
    let body = json!({"Operations": [body["Operations"][0], body["Operations"][1]]});
    let (status, after) = host.json("PATCH", &url, &body);
    assert_eq!(
        (status, &after["title"], &after["active"]),
        (200, &json!("T"), &json!(false))
    );
}

#[test]
fn a_patch_is_answered_with_204_or_200_and_with_200_when_attributes_are_named() {
    let mut host = Host::new(Profile::tolerant());
    let url = format!("/Users/{}", host.user("b"));
    let body = json!({"Operations": [{"op": "add", "path": "title", "value": "T"}]});
    let (status, after) = host.json("PATCH", &url, &body);
    assert_eq!((status, &after["title"]), (200, &json!("T")));
    host.patch = PatchAnswer::NoContent;
    assert_eq!(host.json("PATCH", &url, &body), (204, Value::Null));
    let (status, after) = host.json("PATCH", &format!("{url}?attributes=title"), &body);
    assert_eq!(
        (status, &after["title"], after.get("userName")),
        (200, &json!("T"), None)
    );
}
