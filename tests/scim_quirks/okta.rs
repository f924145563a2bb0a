//! Okta.

use serde_json::json;
use vestibule::identity::{Asserted, DirectoryChange};
use vestibule::scim::{Dialect, directory};

use crate::world::{CORE, group, matches, patch_with, patched, plain, posted, put, refused, user};

#[test]
fn okta_02_and_11_the_existence_check_has_no_case() {
    assert_eq!(
        matches(Dialect::Okta, "userName eq \"B@EXAMPLE.COM\"", &user()),
        Ok(true)
    );
    assert_eq!(
        matches(Dialect::Okta, "userName eq \"nobody\"", &user()),
        Ok(false)
    );
}

#[test]
fn okta_03_create_with_a_password_and_empty_groups() {
    let body = json!({"schemas": [CORE], "userName": "b", "name": {"givenName": "B", "familyName": "J"},
        "emails": [{"primary": true, "value": "b@x", "type": "work"}], "displayName": "B J",
        "locale": "en-US", "externalId": "00u", "groups": [], "password": "secret", "active": true});
    let created = posted(Dialect::Okta, body).unwrap();
    assert_eq!(created.text("externalId"), Some("00u"));
    assert!(!format!("{created:?}").contains("secret"));
    let Ok(DirectoryChange::CreateUser(attributes)) = directory::creation(&created) else {
        panic!()
    };
    assert_eq!(attributes.active, Asserted::Value(true));
}

#[test]
fn okta_04_updates_come_as_put_and_as_patch() {
    let mut body = user();
    body["active"] = json!(false);
    let (by_put, changes) = put(Dialect::Okta, &user(), body);
    assert_eq!(changes.active(), Asserted::Value(false));
    let by_patch = patched(
        Dialect::Okta,
        &user(),
        json!([{"op": "replace", "value": {"active": false}}]),
    );
    assert_eq!(by_put, by_patch);
}

#[test]
fn okta_05_a_put_returns_what_only_the_server_writes() {
    let mut body = user();
    body["groups"] = json!([{"value": "g9", "display": "Other"}]);
    body["meta"] = json!({"resourceType": "User", "created": "2020-01-01T00:00:00Z"});
    body["id"] = json!("u1");
    body["name"]["middleName"] = json!("");
    let (after, changes) = put(Dialect::Okta, &user(), body);
    assert!(after.get("groups").is_none() && after.get("meta").is_none());
    assert_eq!(changes.attributes(), ["name.middleName"]);
}

#[test]
fn okta_06_deactivation_without_a_path() {
    for dialect in [Dialect::Okta, Dialect::Strict] {
        let operations = json!([{"op": "replace", "value": {"active": false}}]);
        let (after, changes) = patch_with(&dialect.profile(), &user(), operations).unwrap();
        assert_eq!(
            (after["active"].clone(), changes.active()),
            (json!(false), Asserted::Value(false))
        );
    }
}

#[test]
fn okta_07_a_rename_echoes_the_id() {
    for dialect in Dialect::all().filter(|it| *it != Dialect::InteropDraft) {
        let rename =
            |id: &str| json!([{"op": "replace", "value": {"id": id, "displayName": "New"}}]);
        assert_eq!(
            patched(dialect, &group(), rename("g1"))["displayName"],
            "New"
        );
        assert_eq!(refused(dialect, &group(), rename("g2")), "mutability");
    }
}

#[test]
fn okta_08_members_are_swapped_pushed_and_emptied() {
    let swap = json!([{"op": "remove", "path": "members[value eq \"u1\"]"},
        {"op": "add", "path": "members", "value": [{"value": "u9", "display": "nine@x"}]}]);
    let (after, changes) = patch_with(&Dialect::Okta.profile(), &group(), swap).unwrap();
    assert_eq!(
        after["members"][2],
        json!({"value": "u9", "display": "nine@x"})
    );
    assert_eq!(
        (changes.members_added(), changes.members_removed()),
        (&["u9".into()][..], &["u1".into()][..])
    );
    let push = json!([{"op": "replace", "path": "members", "value": [{"value": "u7"}]}]);
    assert_eq!(
        patched(Dialect::Okta, &group(), push)["members"],
        json!([{"value": "u7"}])
    );
    let none = json!([{"op": "replace", "path": "members", "value": []}]);
    assert!(
        patched(Dialect::Okta, &group(), none)
            .get("members")
            .is_none()
    );
}

#[test]
fn okta_09_a_group_without_members_reads_the_same_in_every_spelling() {
    for members in [json!(null), json!([])] {
        let body = json!({"displayName": "Team", "members": members});
        assert_eq!(
            plain(posted(Dialect::Okta, body).unwrap()),
            json!({"displayName": "Team"})
        );
    }
}

#[test]
fn okta_12_a_filtered_removal_removes_or_is_refused() {
    let remove = |path: &str| json!([{"op": "remove", "path": path}]);
    for path in ["members[value eq \"u1\"]", "Members[Value EQ \"u1\"]"] {
        let (_, changes) = patch_with(&Dialect::Okta.profile(), &group(), remove(path)).unwrap();
        assert_eq!(changes.members_removed(), ["u1"], "{path}");
    }
    // An id has case: another one is nobody here.
    assert_eq!(
        patched(Dialect::Okta, &group(), remove("members[value eq \"U1\"]")),
        group()
    );
    assert_eq!(
        refused(Dialect::Okta, &group(), remove("members[noSuch eq \"u1\"]")),
        "invalidPath"
    );
}

#[test]
fn okta_describes_no_element_that_is_not_there() {
    let add = json!([{"op": "replace", "path": "emails[type eq \"nope\"].value", "value": "v"}]);
    assert_eq!(refused(Dialect::Okta, &user(), add.clone()), "noTarget");
    assert_eq!(
        patched(Dialect::Entra, &user(), add)["emails"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}
