//! Okta on the wire: statuses, headers and bodies.

use serde_json::{Value, json};
use vestibule::scim::answer::Outcome;
use vestibule::scim::request::{Headers, MediaType};
use vestibule::scim::store::PatchAnswer;
use vestibule::scim::{Dialect, Error};

use crate::scim_host::Host;
use crate::world::{CORE, connected, created, filtered, patch, total};

fn anna() -> Value {
    json!({"schemas": [CORE], "userName": "anna@example.com", "displayName": "Anna Berg",
        "name": {"givenName": "Anna", "middleName": "", "familyName": "Berg"},
        "emails": [{"primary": true, "value": "anna@example.com", "type": "work"}],
        "locale": "en-US", "externalId": "00ujl29u0le5T6Aj10h7", "groups": [],
        "password": "1mz050nq", "active": true})
}

/// An object as it is read and sent back: GET, a change, PUT.
fn put_back(host: &mut Host, url: &str, change: impl FnOnce(&mut Value)) -> (u16, Value) {
    let (status, mut read) = host.json("GET", url, &Value::Null);
    assert_eq!(status, 200);
    change(&mut read);
    host.json("PUT", url, &read)
}

#[test]
fn okta_01_a_connection_is_tested_by_two_lists() {
    let mut host = connected(Dialect::Okta);
    for url in [
        "/Users?startIndex=1&count=2",
        "/Groups?startIndex=1&count=100",
    ] {
        let (status, list) = host.json("GET", url, &Value::Null);
        assert_eq!(status, 200, "{url}");
        let expected = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []});
        assert_eq!(list, expected, "{url}");
    }
    for name in ["a", "b", "c"] {
        host.user(name);
    }
    let (_, list) = host.json("GET", "/Users?startIndex=1&count=2", &Value::Null);
    assert_eq!(
        (&list["totalResults"], &list["itemsPerPage"]),
        (&json!(3), &json!(2))
    );
}

#[test]
fn okta_02_nobody_of_that_name_is_an_empty_list() {
    let mut host = connected(Dialect::Okta);
    let url = format!(
        "{}&startIndex=1&count=100",
        filtered("/Users", "userName eq \"anna@example.com\"")
    );
    let (status, list) = host.json("GET", &url, &Value::Null);
    assert_eq!(
        (status, &list["totalResults"], &list["Resources"]),
        (200, &json!(0), &json!([]))
    );
    created(&mut host, "/Users", &anna());
    let (_, list) = host.json("GET", &url, &Value::Null);
    assert_eq!(list["Resources"][0]["externalId"], "00ujl29u0le5T6Aj10h7");
}

#[test]
fn okta_03_create_answers_the_user_and_a_second_one_conflicts() {
    let mut host = connected(Dialect::Okta);
    let answer = host.send(
        "POST",
        "/Users",
        &[("Content-Type", "application/scim+json; charset=utf-8")],
        &anna(),
    );
    assert_eq!(answer.status(), 201);
    let user: Value = serde_json::from_slice(answer.body()).unwrap();
    let location = format!(
        "https://example.com/scim/v2/Users/{}",
        user["id"].as_str().unwrap()
    );
    assert_eq!(answer.header("Location"), Some(location.as_str()));
    assert_eq!(
        (&user["locale"], &user["active"]),
        (&json!("en-US"), &json!(true))
    );
    assert_eq!((user.get("password"), user.get("groups")), (None, None));
    let (status, error) = host.json("POST", "/Users", &anna());
    assert_eq!(
        (status, &error["scimType"], &error["status"]),
        (409, &json!("uniqueness"), &json!("409"))
    );
    let mut other = anna();
    other["userName"] = json!("other@example.com");
    assert_eq!(host.json("POST", "/Users", &other).0, 201);
}

#[test]
fn okta_04_everything_may_come_by_put_and_much_by_patch() {
    let mut host = connected(Dialect::Okta);
    let user = created(&mut host, "/Users", &anna());
    let url = format!("/Users/{user}");
    for active in [false, true] {
        let (status, put) = put_back(&mut host, &url, |it| it["active"] = active.into());
        assert_eq!((status, &put["active"]), (200, &json!(active)));
    }
    for active in [false, true] {
        let (status, patched) = patch(
            &mut host,
            &url,
            json!([{"op": "replace", "value": {"active": active}}]),
        );
        assert_eq!((status, &patched["active"]), (200, &json!(active)));
    }
    let password = json!([{"op": "replace", "value": {"password": "n3w"}}]);
    let (status, patched) = patch(&mut host, &url, password);
    assert_eq!((status, patched.get("password")), (200, None));
    let group = created(&mut host, "/Groups", &json!({"displayName": "Old"}));
    let url = format!("/Groups/{group}");
    let (status, put) = put_back(&mut host, &url, |it| {
        it["displayName"] = "New".into();
        it["members"] = json!([{"value": user, "display": "anna@example.com"}]);
    });
    assert_eq!((status, &put["displayName"]), (200, &json!("New")));
    let (_, read) = host.json("GET", &format!("/Users/{user}"), &Value::Null);
    assert_eq!(read["groups"][0]["value"], group.as_str());
    // By PUT the last member leaves, too.
    let (_, put) = put_back(&mut host, &url, |it| it["members"] = json!([]));
    assert_eq!(put.get("members"), None);
}

#[test]
fn okta_05_what_was_read_is_sent_back_and_changes_nothing() {
    let mut host = connected(Dialect::Okta);
    let user = created(&mut host, "/Users", &anna());
    created(
        &mut host,
        "/Groups",
        &json!({"displayName": "g", "members": [{"value": user}]}),
    );
    let url = format!("/Users/{user}");
    let (_, before) = host.json("GET", &url, &Value::Null);
    assert_eq!(before["groups"][0]["display"], "g");
    let (status, after) = put_back(&mut host, &url, |_| {});
    assert_eq!((status, &after), (200, &before), "the version stays");
    // What only the service provider writes is ignored.
    let (_, after) = put_back(&mut host, &url, |it| {
        it["groups"] = json!([]);
        it["meta"]["version"] = "W/\"99\"".into();
        it["id"] = "other".into();
    });
    assert_eq!(after, before);
    let (_, after) = put_back(&mut host, &url, |it| {
        it["name"]["familyName"] = "Bergman".into();
    });
    assert_ne!(after["meta"]["version"], before["meta"]["version"]);
}

#[test]
fn okta_06_a_user_is_deactivated_without_a_path_and_stays() {
    let mut host = connected(Dialect::Okta);
    let url = format!("/Users/{}", created(&mut host, "/Users", &anna()));
    let (status, off) = patch(
        &mut host,
        &url,
        json!([{"op": "replace", "value": {"active": false}}]),
    );
    assert_eq!((status, &off["active"]), (200, &json!(false)));
    assert_eq!(
        total(&mut host, "/Users", "userName eq \"anna@example.com\""),
        1
    );
}

#[test]
fn okta_07_a_rename_names_the_group_itself_and_no_other() {
    let mut host = connected(Dialect::Okta);
    let group = created(&mut host, "/Groups", &json!({"displayName": "Old"}));
    let other = created(&mut host, "/Groups", &json!({"displayName": "Other"}));
    let rename = |id: &str| json!([{"op": "replace", "value": {"id": id, "displayName": "New"}}]);
    let url = format!("/Groups/{group}");
    let (status, renamed) = patch(&mut host, &url, rename(&group));
    assert_eq!((status, &renamed["displayName"]), (200, &json!("New")));
    let (status, error) = patch(&mut host, &url, rename(&other));
    assert_eq!((status, &error["scimType"]), (400, &json!("mutability")));
    // It comes with every change of members, and then makes no new version.
    let (_, again) = patch(&mut host, &url, rename(&group));
    assert_eq!(again["meta"]["version"], renamed["meta"]["version"]);
}

#[test]
fn okta_08_members_are_swapped_pushed_and_emptied_on_the_wire() {
    let mut host = connected(Dialect::Okta);
    let [a, b] = ["a", "b"].map(|name| host.user(name));
    let group = json!({"displayName": "g", "members": [{"value": a}]});
    let url = format!("/Groups/{}", created(&mut host, "/Groups", &group));
    let mut members = |operations: Value| {
        let (status, group) = patch(&mut host, &url, operations);
        assert_eq!(status, 200, "{group}");
        let members = group["members"].as_array().cloned().unwrap_or_default();
        members
            .iter()
            .map(|it| it["value"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let swap = json!([{"op": "remove", "path": format!("members[value eq \"{a}\"]")},
        {"op": "add", "path": "members", "value": [{"value": b, "display": "b@example.com"}]}]);
    assert_eq!(members(swap), [b.as_str()]);
    let push = json!([{"op": "replace", "path": "members", "value": [{"value": a}, {"value": b}]}]);
    assert_eq!(members(push), [a.as_str(), b.as_str()]);
    assert!(members(json!([{"op": "replace", "path": "members", "value": []}])).is_empty());
}

#[test]
fn okta_09_an_unlinked_group_is_deleted_and_its_members_stay() {
    let mut host = connected(Dialect::Okta);
    let user = host.user("a");
    let group = json!({"displayName": "g", "members": [{"value": user}]});
    let url = format!("/Groups/{}", created(&mut host, "/Groups", &group));
    let answer = host.send("DELETE", &url, &[], &Value::Null);
    assert_eq!((answer.status(), answer.body()), (204, &b""[..]));
    assert_eq!(host.json("GET", &url, &Value::Null).0, 404);
    let (status, user) = host.json("GET", &format!("/Users/{user}"), &Value::Null);
    assert_eq!((status, user.get("groups")), (200, None));
    // 200 and 204 are both fine for a PATCH.
    let url = format!(
        "/Groups/{}",
        created(
            &mut host,
            "/Groups",
            &json!({"displayName": "g", "members": null})
        )
    );
    let rename = json!([{"op": "replace", "value": {"displayName": "h"}}]);
    assert_eq!(patch(&mut host, &url, rename.clone()).0, 200);
    host.patch = PatchAnswer::NoContent;
    assert_eq!(patch(&mut host, &url, rename), (204, Value::Null));
}

#[test]
fn okta_10_pages_of_a_hundred_have_integers_and_one_order() {
    let mut host = connected(Dialect::Okta);
    for at in 0..250 {
        host.user(&format!("n{at}"));
    }
    let mut seen = Vec::new();
    for (start, items) in [(1, 100), (101, 100), (201, 50), (301, 0)] {
        let url = format!("/Users?startIndex={start}&count=100");
        let (_, page) = host.json("GET", &url, &Value::Null);
        assert_eq!(
            host.json("GET", &url, &Value::Null).1,
            page,
            "the order is stable"
        );
        for (name, value) in [
            ("totalResults", 250),
            ("startIndex", start),
            ("itemsPerPage", items),
        ] {
            assert_eq!(page[name].as_u64(), Some(value), "{name}");
        }
        let ids = page["Resources"].as_array().unwrap().iter();
        seen.extend(ids.map(|it| it["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(seen.len(), 250);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 250, "each once");
    // Text that is a number is one, other text is refused.
    assert_eq!(host.json("GET", "/Users?startIndex=x", &Value::Null).0, 400);
}

#[test]
fn okta_11_what_its_specification_test_looks_at() {
    let mut host = connected(Dialect::Okta);
    let sent = [
        ("Content-Type", "application/json"),
        ("Accept", "application/json"),
    ];
    let answer = host.send("POST", "/Users", &sent, &anna());
    assert_eq!(
        (answer.status(), answer.header("Content-Type")),
        (201, Some("application/json"))
    );
    let user: Value = serde_json::from_slice(answer.body()).unwrap();
    for pointer in [
        "/name/givenName",
        "/name/familyName",
        "/active",
        "/emails/0/value",
        "/id",
        "/schemas/0",
    ] {
        assert!(user.pointer(pointer).is_some(), "{pointer}");
    }
    // The same in a list.
    let upper = filtered("/Users", "userName eq \"ANNA@EXAMPLE.COM\"");
    let (status, list) = host.json("GET", &upper, &Value::Null);
    assert_eq!((status, &list["Resources"][0]), (200, &user));
    // An error's status is a string.
    let (status, error) = host.json("GET", "/Users/010101001010101011001010101011", &Value::Null);
    assert_eq!((status, &error["status"]), (404, &json!("404")));
    assert_eq!(
        error["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
    );
    let missing: Error = Headers::default().bearer().unwrap_err();
    let answer = Outcome::Refused(missing).answer(MediaType::ScimJson);
    let error: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!((answer.status(), &error["status"]), (401, &json!("401")));
    assert!(answer.header("WWW-Authenticate").is_some());
}

#[test]
fn okta_12_a_filtered_removal_is_done_or_refused_but_never_ignored() {
    let mut host = connected(Dialect::Okta);
    let user = host.user("a");
    let group = json!({"displayName": "g", "members": [{"value": user}]});
    let url = format!("/Groups/{}", created(&mut host, "/Groups", &group));
    let unknown = json!([{"op": "remove", "path": format!("members[noSuch eq \"{user}\"]")}]);
    assert_eq!(patch(&mut host, &url, unknown).0, 400);
    let removal = json!([{"op": "remove", "path": format!("Members[VALUE EQ \"{user}\"]")}]);
    let (status, group) = patch(&mut host, &url, removal);
    assert_eq!((status, group.get("members")), (200, None));
}
