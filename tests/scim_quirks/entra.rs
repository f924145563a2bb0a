//! Microsoft Entra ID, with and without the flag `aadOptscim062020`.

use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::identity::Asserted;
use vestibule::scim::{Dialect, Filter};

use crate::world::{
    ACME, CORE, ENTERPRISE, group, matches, patch_with, patched, plain, posted, put, refused,
    registry, user,
};

#[test]
fn entra_01_operators_in_any_case_take_effect() {
    for op in ["Replace", "replace", "REPLACE"] {
        let operations = json!([{"op": op, "path": "active", "value": false}]);
        let (after, changes) = patch_with(&Dialect::Entra.profile(), &user(), operations).unwrap();
        assert_eq!(
            (after["active"].clone(), changes.active()),
            (json!(false), Asserted::Value(false))
        );
    }
}

#[test]
fn entra_02_a_disabling_string_is_a_boolean() {
    let text = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    let flag = json!([{"op": "Replace", "path": "active", "value": false}]);
    assert_eq!(
        patched(Dialect::Entra, &user(), text.clone())["active"],
        false
    );
    assert_eq!(patched(Dialect::Strict, &user(), flag)["active"], false);
    assert_eq!(refused(Dialect::Strict, &user(), text), "invalidValue");
}

#[test]
fn entra_03_booleans_in_quotes_in_bodies_and_filters() {
    let body = json!({"userName": "b", "roles": [{"value": "r", "primary": "True"}]});
    assert_eq!(
        posted(Dialect::Entra, body.clone()).unwrap().object()["roles"][0]["primary"],
        true
    );
    assert_eq!(
        posted(Dialect::Strict, body).unwrap_err().code(),
        "scim-value-type"
    );
    for literal in ["\"True\"", "\"true\"", "true"] {
        let filter = format!("roles[primary eq {literal}].value eq \"Reader\"");
        assert_eq!(matches(Dialect::Entra, &filter, &user()), Ok(true));
    }
    assert_eq!(
        matches(Dialect::Entra, "roles[primary eq \"False\"]", &user()),
        Ok(false)
    );
    let strict = matches(Dialect::Strict, "roles[primary eq \"True\"]", &user()).unwrap_err();
    assert_eq!(strict.code(), "scim-operand-type");
    let display =
        json!([{"op": "Add", "path": "roles[primary eq \"True\"].display", "value": "R"}]);
    assert_eq!(
        patched(Dialect::Entra, &user(), display.clone())["roles"][0]["display"],
        "R"
    );
    assert_eq!(refused(Dialect::Strict, &user(), display), "invalidFilter");
}

#[test]
fn entra_04_names_of_a_pathless_value_are_paths() {
    let operations = json!([
        {"op": "replace", "value": {
            "name.givenName": "Babs",
            "displayName": "Babs J",
            format!("{ENTERPRISE}:employeeNumber"): "701984",
        }},
        {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "n@work"},
    ]);
    let after = patched(Dialect::Entra, &user(), operations.clone());
    assert_eq!(after["name"]["givenName"], "Babs");
    assert_eq!(after["name"]["familyName"], "Jensen");
    assert_eq!(after["displayName"], "Babs J");
    assert_eq!(after[ENTERPRISE]["employeeNumber"], "701984");
    assert_eq!(after["emails"][0]["value"], "n@work");
    assert_eq!(refused(Dialect::Strict, &user(), operations), "invalidPath");
    // Attributes by name, and an extension's object, are the standard's own.
    let plain =
        json!([{"op": "replace", "value": {"title": "T", ENTERPRISE: {"department": "D"}}}]);
    assert_eq!(
        patched(Dialect::Strict, &user(), plain)[ENTERPRISE]["department"],
        "D"
    );
}

#[test]
fn entra_05_both_forms_of_the_flag_arrive_at_one_profile() {
    let without = json!([{"op": "Replace", "path": "active", "value": "False"},
        {"op": "Replace", "path": "name.givenName", "value": "Babs"}]);
    let with = json!([{"op": "replace", "value": {"active": false, "name.givenName": "Babs"}}]);
    assert_eq!(
        patched(Dialect::Entra, &user(), without),
        patched(Dialect::Entra, &user(), with)
    );
}

#[test]
fn entra_06_removing_a_member_by_value_does_not_empty_the_group() {
    let left = json!([{"value": "u2"}, {"value": "u3"}]);
    for operation in [
        json!({"op": "Remove", "path": "members", "value": [{"value": "u1"}]}),
        json!({"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "u1"}]}),
        json!({"op": "Remove", "path": "members", "value": {"value": "u1"}}),
        json!({"op": "Remove", "path": "members[value eq \"u1\"]"}),
        json!({"op": "remove", "path": "members", "value": {"members": [{"value": "u1"}]}}),
    ] {
        assert_eq!(
            patched(Dialect::Entra, &group(), json!([operation]))["members"],
            left,
            "{operation}"
        );
    }
    let by_value = json!([{"op": "Remove", "path": "members", "value": [{"value": "u1"}]}]);
    assert_eq!(refused(Dialect::Strict, &group(), by_value), "invalidValue");
    let all = json!([{"op": "remove", "path": "members"}]);
    for dialect in [Dialect::Entra, Dialect::Strict] {
        assert!(
            patched(dialect, &group(), all.clone())
                .get("members")
                .is_none()
        );
    }
}

#[test]
fn entra_07_null_parts_are_absent() {
    let add = json!([{"op": "Add", "path": "members", "value": [{"$ref": null, "value": "u9"}]}]);
    assert_eq!(
        patched(Dialect::Entra, &group(), add)["members"][3],
        json!({"value": "u9"})
    );
    let body = json!({"userName": "b", "name": {"formatted": null, "givenName": "G"},
        "addresses": [{"type": "work", "country": null}]});
    let user = plain(posted(Dialect::Entra, body).unwrap());
    assert_eq!(user["name"], json!({"givenName": "G"}));
    assert_eq!(user["addresses"], json!([{"type": "work"}]));
}

#[test]
fn entra_08_value_paths_make_one_element_and_leave_the_others() {
    for op in ["Add", "Replace"] {
        let operations = json!([
            {"op": op, "path": "addresses[type eq \"work\"].formatted", "value": "1 Way"},
            {"op": op, "path": "addresses[type eq \"work\"].locality", "value": "Redmond"},
            {"op": op, "path": "addresses[type eq \"work\"].region", "value": "WA"},
            {"op": op, "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+1 555"},
            {"op": op, "path": "displayName", "value": "B"},
        ]);
        let after = patched(Dialect::Entra, &user(), operations.clone());
        let address =
            json!([{"type": "work", "formatted": "1 Way", "locality": "Redmond", "region": "WA"}]);
        assert_eq!(after["addresses"], address);
        assert_eq!(
            after["phoneNumbers"],
            json!([{"type": "mobile", "value": "+1 555"}])
        );
        assert_eq!(after["displayName"], "B");
        assert_eq!(after["emails"], user()["emails"]);
        assert_eq!(refused(Dialect::Strict, &user(), operations), "noTarget");
    }
    let second = json!([{"op": "Add", "path": "emails[type eq \"other\"].value", "value": "o@x"}]);
    assert_eq!(
        patched(Dialect::Entra, &user(), second)["emails"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn entra_08_a_created_element_takes_the_equal_terms_and_one_primary_stays() {
    let path = "emails[type eq \"other\" and primary eq \"true\"].value";
    let after = patched(
        Dialect::Entra,
        &user(),
        json!([{"op": "Add", "path": path, "value": "o@x"}]),
    );
    assert_eq!(
        after["emails"][2],
        json!({"type": "other", "primary": true, "value": "o@x"})
    );
    let primaries = after["emails"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["primary"] == true);
    assert_eq!(primaries.count(), 1);
    let or = json!([{"op": "Add", "path": "emails[type eq \"x\" or type eq \"y\"].value", "value": "v"}]);
    assert_eq!(refused(Dialect::Entra, &user(), or), "noTarget");
}

#[test]
fn entra_09_the_manager_is_a_bare_string() {
    let path = format!("{ENTERPRISE}:manager");
    let operations = json!([{"op": "Add", "path": path, "value": "271"}]);
    let after = patched(Dialect::Entra, &user(), operations.clone());
    assert_eq!(after[ENTERPRISE]["manager"], json!({"value": "271"}));
    let body = json!({"userName": "b", ENTERPRISE: {"manager": "123456"}});
    let created = posted(Dialect::Entra, body.clone()).unwrap();
    assert_eq!(
        created.object()[ENTERPRISE]["manager"],
        json!({"value": "123456"})
    );
    assert_eq!(
        refused(Dialect::Strict, &user(), operations),
        "invalidValue"
    );
    assert!(posted(Dialect::Strict, body).is_err());
}

#[test]
fn entra_10_a_filter_selects_a_single_complex_value() {
    let mut before = user();
    before[ENTERPRISE] = json!({"manager": {"value": "m1"}, "department": "D"});
    let remove = |id: &str| json!([{"op": "remove", "path": format!("{ENTERPRISE}:manager[value eq \"{id}\"]")}]);
    assert!(
        patched(Dialect::Entra, &before, remove("m1"))[ENTERPRISE]
            .get("manager")
            .is_none()
    );
    assert_eq!(patched(Dialect::Entra, &before, remove("m2")), before);
    assert_eq!(refused(Dialect::Strict, &before, remove("m2")), "noTarget");
}

#[test]
fn entra_11_roles_come_as_json_in_a_string() {
    let packed = "{\"id\":\"18d1\",\"value\":\"Admin\",\"displayName\":\"Administrator\"}";
    let operations = json!([{"op": "Add", "path": "roles", "value": [{"value": packed}]}]);
    let role = json!({"value": "Admin", "display": "Administrator"});
    assert_eq!(
        patched(Dialect::Entra, &user(), operations.clone())["roles"][1],
        role
    );
    // POST sends objects; both ways come to one role.
    let body = json!({"userName": "b", "roles": [{"value": packed, "primary": "True"}]});
    let created = posted(Dialect::Entra, body).unwrap();
    assert_eq!(
        created.object()["roles"],
        json!([{"value": "Admin", "display": "Administrator", "primary": true}])
    );
    // Elsewhere a text is a text.
    assert_eq!(
        patched(Dialect::Tolerant, &user(), operations)["roles"][1],
        json!({"value": packed})
    );
    let broken = json!([{"op": "Add", "path": "roles", "value": [{"value": "{not json"}]}]);
    assert_eq!(
        patched(Dialect::Entra, &user(), broken)["roles"][1],
        json!({"value": "{not json"})
    );
}

#[test]
fn entra_12_its_filters_are_understood_and_can_be_looked_up() {
    let holds = |filter: &str, body: &Value| matches(Dialect::Entra, filter, body).unwrap();
    assert!(holds("userName eq \"B@example.com\"", &user()));
    assert!(holds("externalId eq \"x1\"", &user()));
    assert!(holds(
        "emails[type eq \"work\"].value eq \"b@work\"",
        &user()
    ));
    assert!(!holds(
        "emails[type eq \"work\"].value eq \"b@home\"",
        &user()
    ));
    assert!(holds("displayName eq \"TEAM\"", &group()));
    assert!(holds("id eq \"g1\" and members eq \"u2\"", &group()));
    let filter = Filter::parse("emails[type eq \"work\"].value eq \"b@work\"").unwrap();
    let filter = filter.resolve(registry().user()).unwrap();
    let paths: Vec<String> = filter
        .lookups()
        .iter()
        .map(|it| it.path().to_owned())
        .collect();
    assert_eq!(paths, ["emails.type", "emails.value"]);
}

#[test]
fn entra_13_a_patch_gives_the_resource_and_the_changes_for_either_answer() {
    let operations = json!([{"op": "Add", "path": "members", "value": [{"value": "u9"}]}]);
    let (after, changes) = patch_with(&Dialect::Entra.profile(), &group(), operations).unwrap();
    assert_eq!(after["id"], "g1");
    assert_eq!(changes.members_added(), ["u9"]);
}

#[test]
fn entra_14_a_disabled_user_is_still_found() {
    let mut before = user();
    before["active"] = json!(false);
    assert_eq!(
        matches(Dialect::Entra, "userName eq \"b@example.com\"", &before),
        Ok(true)
    );
    assert_eq!(
        matches(Dialect::Entra, "active eq false", &before),
        Ok(true)
    );
}

#[test]
fn entra_15_one_type_may_stand_twice_and_no_name_of_a_group_is_refused() {
    let add =
        json!([{"op": "Add", "path": "emails", "value": [{"value": "n@work", "type": "work"}]}]);
    assert_eq!(
        patched(Dialect::Entra, &user(), add)["emails"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn entra_16_foreign_and_unlisted_schemas() {
    let body = json!({"schemas": [CORE], "userName": "b", "roles": [], "meta": {"resourceType": "User"},
        ACME: {"badge": "7"}});
    let created = posted(Dialect::Entra, body).unwrap();
    assert_eq!(created.object()["schemas"], json!([CORE, ACME]));
    assert!(created.object().get("roles").is_none());
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
        "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "displayName": "Team", "members": []});
    let group = posted(Dialect::Entra, group).unwrap();
    assert_eq!(
        group.object()["schemas"],
        json!(["urn:ietf:params:scim:schemas:core:2.0:Group"])
    );
}

#[test]
fn entra_17_names_in_any_case() {
    let body = json!({"UserName": "b", "Active": true, "DisplayName": "B",
        ENTERPRISE: {"Department": "D", "Manager": {"Value": "7"}}});
    let created = plain(posted(Dialect::Entra, body).unwrap());
    assert_eq!(
        created,
        json!({"userName": "b", "active": true, "displayName": "B",
        ENTERPRISE: {"department": "D", "manager": {"value": "7"}}})
    );
    let operations = json!([{"op": "Add", "path": "emails[type eq \"other\"].Value", "value": "o"},
        {"op": "Add", "path": "Addresses[Type eq \"work\"].Formatted", "value": "F"}]);
    let after = patched(Dialect::Entra, &user(), operations);
    assert_eq!(after["emails"][2], json!({"type": "other", "value": "o"}));
    assert_eq!(
        after["addresses"],
        json!([{"type": "work", "formatted": "F"}])
    );
}

#[test]
fn entra_18_null_never_clears_a_group() {
    let replace = json!([{"op": "Replace", "path": "members", "value": null}]);
    assert_eq!(patched(Dialect::Entra, &group(), replace.clone()), group());
    assert_eq!(
        put(
            Dialect::Entra,
            &group(),
            json!({"displayName": "Team", "members": null})
        )
        .0,
        group()
    );
    // In the standard, null is no value.
    assert!(
        patched(Dialect::Strict, &group(), replace)
            .get("members")
            .is_none()
    );
    let empty = json!([{"op": "Replace", "path": "members", "value": []}]);
    assert!(
        patched(Dialect::Entra, &group(), empty)
            .get("members")
            .is_none()
    );
}

#[test]
fn entra_19_values_are_stored_as_sent() {
    let number = "  +1 (555) 010-9999 ext. 5 ";
    let add =
        json!([{"op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": number}]);
    assert_eq!(
        patched(Dialect::Entra, &user(), add)["phoneNumbers"][0]["value"],
        number
    );
}

#[test]
fn entra_20_oddities_of_its_validator() {
    // No operations.
    assert_eq!(patched(Dialect::Entra, &user(), json!([])), user());
    assert_eq!(
        refused(Dialect::Tolerant, &user(), json!([])),
        "invalidSyntax"
    );
    // A member as a plain string, and with a name of its own; an extra member of the operation.
    for value in [
        json!("u9"),
        json!(["u9"]),
        json!([{"value": "u9", "displayName": "Nine"}]),
    ] {
        let add = json!([{"op": "Add", "name": "addMember", "path": "members", "value": value}]);
        assert_eq!(
            patched(Dialect::Entra, &group(), add)["members"][3],
            json!({"value": "u9"})
        );
    }
    // An element without a type, by a type of that name.
    let path = "phoneNumbers[type eq \"untyped\"].value";
    let after = patched(
        Dialect::Entra,
        &user(),
        json!([{"op": "Add", "path": path, "value": "1"}]),
    );
    assert_eq!(
        after["phoneNumbers"],
        json!([{"type": "untyped", "value": "1"}])
    );
    // A phone number as `primary` is a mistake that changes nothing.
    let primary = json!([{"op": "Add", "path": "title", "value": "T"},
        {"op": "Add", "path": "emails[type eq \"work\"].primary", "value": "+46 70"}]);
    assert_eq!(refused(Dialect::Entra, &user(), primary), "invalidValue");
    // Any text is a time zone; what is required stays.
    let zone = json!([{"op": "Replace", "path": "timezone", "value": "XKCD/QQ"}]);
    assert_eq!(
        patched(Dialect::Entra, &user(), zone)["timezone"],
        "XKCD/QQ"
    );
    let required = json!([{"op": "Remove", "path": "userName"}]);
    assert_eq!(refused(Dialect::Entra, &user(), required), "mutability");
}

#[test]
fn entra_21_an_unknown_form_fails_whole_and_says_where() {
    let operations = json!([{"op": "Replace", "path": "title", "value": "T"},
        {"op": "Replace", "path": "title", "value": {"unexpected": ["form"]}}]);
    let error = patch_with(&Dialect::Entra.profile(), &user(), operations).unwrap_err();
    assert_eq!(error.at().unwrap().to_string(), "operation 1, path `title`");
}

#[test]
fn entra_22_what_it_answers_as_a_server_is_read_back() {
    let answer = json!({"schemas": [CORE], "id": "u1", "userName": "b", "active": true,
        "meta": {"resourceType": "User", "location": "https://graph.microsoft.com/rp/scim/Users/u1"}});
    assert_eq!(plain(posted(Dialect::Entra, answer).unwrap())["id"], "u1");
}
