//! Microsoft Entra ID on the wire: statuses, headers and bodies.

use serde_json::{Value, json};
use vestibule::scim::Dialect;
use vestibule::scim::store::PatchAnswer;

use crate::scim_host::Host;
use crate::world::{ACME, CORE, ENTERPRISE, connected, created, filtered, patch, total};

fn people(host: &mut Host) -> (String, String) {
    let user = json!({"schemas": [CORE, ENTERPRISE], "externalId": "0a21f0f2", "active": true,
        "userName": "anna@example.com", "meta": {"resourceType": "User"}, "roles": [],
        "emails": [{"primary": true, "type": "work", "value": "anna@example.com"}],
        "name": {"formatted": "Anna Berg", "familyName": "Berg", "givenName": "Anna"}});
    let anna = created(host, "/Users", &user);
    let group = json!({"displayName": "Design", "externalId": "8aa1a0c0",
        "members": [{"value": anna}], "meta": {"resourceType": "Group"}});
    (anna, created(host, "/Groups", &group))
}

#[test]
fn entra_02_and_03_booleans_in_quotes_filter_lists() {
    for (dialect, status) in [(Dialect::Entra, 200), (Dialect::Strict, 400)] {
        let mut host = connected(dialect);
        let role =
            json!({"userName": "b", "active": true, "roles": [{"value": "r", "primary": true}]});
        created(&mut host, "/Users", &role);
        for (filter, found) in [
            ("roles[primary eq \"True\"].value eq \"r\"", 1),
            ("active eq \"true\"", 1),
            ("active eq \"False\"", 0),
        ] {
            let (answered, list) = host.json("GET", &filtered("/Users", filter), &Value::Null);
            assert_eq!(answered, status, "{dialect:?} {filter}");
            match status {
                200 => assert_eq!(list["totalResults"], found, "{filter}"),
                _ => assert_eq!(list["scimType"], "invalidFilter", "{filter}"),
            }
        }
        // Without quotes it is the standard's own.
        assert_eq!(total(&mut host, "/Users", "active eq true"), 1);
    }
}

#[test]
fn entra_05_the_flags_in_the_url_are_ignored() {
    for flag in [
        "aadOptscim062020",
        "aadOptscim062020=true",
        "AzureAdScimPatch2017&x=%20y",
    ] {
        let mut host = connected(Dialect::Entra);
        let user = created(
            &mut host,
            &format!("/Users?{flag}"),
            &json!({"userName": "b"}),
        );
        let named = format!("{}&{flag}", filtered("/Users", "userName eq \"b\""));
        assert_eq!(host.json("GET", &named, &Value::Null).1["totalResults"], 1);
        let url = format!("/Users/{user}?{flag}");
        // Both forms of a PATCH arrive at one tenant.
        let without = json!([{"op": "Replace", "path": "active", "value": "False"}]);
        assert_eq!(patch(&mut host, &url, without).1["active"], false);
        let with = json!([{"op": "replace", "value": {"active": true, "name.givenName": "B"}}]);
        let (status, patched) = patch(&mut host, &url, with);
        assert_eq!((status, &patched["name"]["givenName"]), (200, &json!("B")));
    }
    // Parameters of the standard still count.
    let mut host = connected(Dialect::Entra);
    let broken = host.json(
        "GET",
        "/Users?aadOptscim062020&filter=userName",
        &Value::Null,
    );
    assert_eq!(
        (broken.0, &broken.1["scimType"]),
        (400, &json!("invalidFilter"))
    );
}

#[test]
fn entra_06_a_member_is_removed_by_value_and_the_others_stay() {
    let removal = |id: &str| json!([{"op": "Remove", "path": "members", "value": [{"value": id}]}]);
    for (dialect, status, left) in [(Dialect::Entra, 200, 1), (Dialect::Strict, 400, 2)] {
        let mut host = connected(dialect);
        let [a, b] = ["a", "b"].map(|name| host.user(name));
        let group = json!({"displayName": "g", "members": [{"value": a}, {"value": b}]});
        let url = format!("/Groups/{}", created(&mut host, "/Groups", &group));
        assert_eq!(patch(&mut host, &url, removal(&a)).0, status);
        let (_, group) = host.json("GET", &url, &Value::Null);
        assert_eq!(
            group["members"].as_array().unwrap().len(),
            left,
            "{dialect:?}"
        );
    }
}

#[test]
fn entra_12_existence_is_asked_in_three_ways_and_groups_come_slim() {
    let mut host = connected(Dialect::Entra);
    let (anna, group) = people(&mut host);
    for filter in [
        "userName eq \"ANNA@example.com\"",
        "externalId eq \"0a21f0f2\"",
        "emails[type eq \"work\"].value eq \"anna@example.com\"",
    ] {
        assert_eq!(total(&mut host, "/Users", filter), 1, "{filter}");
    }
    assert_eq!(total(&mut host, "/Users", "externalId eq \"0A21F0F2\""), 0);
    let named = filtered("/Groups", "displayName eq \"design\"");
    let (_, list) = host.json(
        "GET",
        &format!("{named}&excludedAttributes=members"),
        &Value::Null,
    );
    assert_eq!(list["Resources"][0]["displayName"], "Design");
    assert_eq!(list["Resources"][0].get("members"), None);
    let (_, slim) = host.json(
        "GET",
        &format!("/Groups/{group}?excludedAttributes=members"),
        &Value::Null,
    );
    assert_eq!(
        (slim.get("members"), slim["id"].as_str()),
        (None, Some(group.as_str()))
    );
    let (_, whole) = host.json("GET", &format!("/Groups/{group}"), &Value::Null);
    assert_eq!(whole["members"][0]["value"], anna.as_str());
    let member = format!("id eq \"{group}\" and members eq \"{anna}\"");
    assert_eq!(total(&mut host, "/Groups", &member), 1);
}

#[test]
fn entra_13_statuses_and_types_are_those_that_it_expects() {
    let mut host = connected(Dialect::Entra);
    let (anna, group) = people(&mut host);
    let title = json!({"Operations": [{"op": "Replace", "path": "title", "value": "T"}]});
    let user = format!("/Users/{anna}");
    let answer = host.send(
        "PATCH",
        &user,
        &[("Content-Type", "application/scim+json; charset=utf-8")],
        &title,
    );
    assert_eq!(
        (answer.status(), answer.header("Content-Type")),
        (200, Some("application/scim+json"))
    );
    let patched: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(patched["title"], "T");
    // 204 for groups, as its samples have it, is the host's choice.
    host.patch = PatchAnswer::NoContent;
    let member =
        json!({"Operations": [{"op": "Add", "path": "members", "value": [{"value": "u9"}]}]});
    let answer = host.send("PATCH", &format!("/Groups/{group}"), &[], &member);
    assert_eq!((answer.status(), answer.body()), (204, &b""[..]));
    assert_eq!(answer.header("Content-Type"), None);
    assert_eq!(total(&mut host, "/Groups", "members eq \"u9\""), 1);
    // Nobody found is a list, and an unknown identifier is not.
    let (status, list) = host.json(
        "GET",
        &filtered("/Users", "userName eq \"x\""),
        &Value::Null,
    );
    assert_eq!(
        (status, &list["totalResults"], &list["Resources"]),
        (200, &json!(0), &json!([]))
    );
    for method in ["GET", "PATCH", "DELETE"] {
        let (status, error) = host.json(method, "/Users/unknown", &title);
        assert_eq!((status, &error["status"]), (404, &json!("404")), "{method}");
    }
}

#[test]
fn entra_14_a_user_is_disabled_found_still_and_deleted_weeks_later() {
    let mut host = connected(Dialect::Entra);
    let (anna, _) = people(&mut host);
    let url = format!("/Users/{anna}");
    let disable = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    assert_eq!(patch(&mut host, &url, disable).1["active"], false);
    let (status, user) = host.json("GET", &url, &Value::Null);
    assert_eq!((status, &user["active"]), (200, &json!(false)));
    assert_eq!(
        total(&mut host, "/Users", "userName eq \"anna@example.com\""),
        1
    );
    assert_eq!(
        total(
            &mut host,
            "/Users",
            "userName eq \"anna@example.com\" and active eq false"
        ),
        1
    );
    // Restored from the bin, then deleted for good.
    let enable = json!([{"op": "Replace", "path": "active", "value": "True"}]);
    assert_eq!(patch(&mut host, &url, enable).1["active"], true);
    assert_eq!(host.json("DELETE", &url, &Value::Null).0, 204);
    assert_eq!(host.json("GET", &url, &Value::Null).0, 404);
    assert_eq!(
        total(&mut host, "/Users", "userName eq \"anna@example.com\""),
        0
    );
    assert_eq!(host.json("DELETE", &url, &Value::Null).0, 404);
}

#[test]
fn entra_15_two_groups_may_have_one_name_and_two_users_may_not() {
    let mut host = connected(Dialect::Entra);
    people(&mut host);
    created(&mut host, "/Groups", &json!({"displayName": "Design"}));
    assert_eq!(total(&mut host, "/Groups", "displayName eq \"Design\""), 2);
    let (status, error) = host.json("POST", "/Users", &json!({"userName": "Anna@Example.com"}));
    assert_eq!((status, &error["scimType"]), (409, &json!("uniqueness")));
}

#[test]
fn entra_16_schemas_that_are_foreign_or_unlisted_are_taken_and_answered_right() {
    let mut host = connected(Dialect::Entra);
    let user = json!({"schemas": [CORE], "userName": "b", "meta": {"resourceType": "User"},
        "roles": [], ACME: {"badge": "7"}});
    let (status, user) = host.json("POST", "/Users", &user);
    assert_eq!((status, &user["schemas"]), (201, &json!([CORE, ACME])));
    assert_eq!(
        (&user[ACME]["badge"], user.get("roles")),
        (&json!("7"), None)
    );
    let core = "urn:ietf:params:scim:schemas:core:2.0:Group";
    let adscim = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    let group =
        json!({"schemas": [core, adscim], "displayName": "g", "externalId": "e", "members": []});
    let (status, group) = host.json("POST", "/Groups", &group);
    assert_eq!((status, &group["schemas"]), (201, &json!([core])));
}

#[test]
fn entra_18_null_changes_no_group_and_makes_no_new_version() {
    let mut host = connected(Dialect::Entra);
    let (_, group) = people(&mut host);
    let url = format!("/Groups/{group}");
    let (_, before) = host.json("GET", &url, &Value::Null);
    let null = json!([{"op": "Replace", "path": "members", "value": null}]);
    assert_eq!(patch(&mut host, &url, null), (200, before));
    let empty = json!([{"op": "Replace", "path": "members", "value": []}]);
    assert_eq!(patch(&mut host, &url, empty).1.get("members"), None);
}

#[test]
fn entra_20_its_validator_sends_no_operations() {
    for (dialect, expected) in [(Dialect::Entra, 200), (Dialect::Tolerant, 400)] {
        let mut host = connected(dialect);
        let (anna, _) = people(&mut host);
        let (status, _) = patch(&mut host, &format!("/Users/{anna}"), json!([]));
        assert_eq!(status, expected, "{dialect:?}");
    }
}

#[test]
fn entra_21_a_form_that_is_not_understood_leaves_all_as_it_was() {
    let mut host = connected(Dialect::Entra);
    let (anna, _) = people(&mut host);
    let url = format!("/Users/{anna}");
    let (_, before) = host.json("GET", &url, &Value::Null);
    let operations = json!([{"op": "Replace", "path": "title", "value": "T"},
        {"op": "Replace", "path": "active", "value": {"unexpected": ["form"]}}]);
    let (status, error) = patch(&mut host, &url, operations);
    assert_eq!((status, &error["scimType"]), (400, &json!("invalidValue")));
    assert!(
        error["detail"]
            .as_str()
            .unwrap()
            .contains("operation 1, path `active`"),
        "{error}"
    );
    assert_eq!(host.json("GET", &url, &Value::Null).1, before);
}
