//! PATCH: one test for each thing that implementations of RFC 7644 §3.5.2 get wrong.

#![cfg(feature = "scim")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vestibule::error::{Blame, Explain, Place};
use vestibule::identity::{Asserted, DirectoryChange, UserId};
use vestibule::limits::SCIM_MAX_OPERATIONS;
use vestibule::scim::{Changes, Error, Patch, Plan, Profile, Registry, Resource, directory};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn plan_with(before: &Value, operations: Value, profile: &Profile) -> Result<Plan, Error> {
    let registry = Registry::standard();
    let is_group = before.get("userName").is_none();
    let resource_type = if is_group {
        registry.group()
    } else {
        registry.user()
    };
    let before = Resource::from_value(resource_type, before.clone())?;
    let untouched = before.clone();
    let plan = Patch::from_value(operations)?.plan(&before, profile);
    assert_eq!(before, untouched);
    plan
}

fn plan(before: &Value, operations: Value) -> Result<Plan, Error> {
    plan_with(before, operations, &Profile::tolerant())
}

/// The resource after the operations, without `schemas`.
#[track_caller]
fn after(before: &Value, operations: Value) -> Value {
    let (after, _) = plan(before, operations).unwrap().apply();
    let mut after = after.into_value();
    after.as_object_mut().unwrap().remove("schemas");
    after
}

#[track_caller]
fn changes(before: &Value, operations: Value) -> Changes {
    plan(before, operations).unwrap().apply().1
}

#[track_caller]
fn refused(before: &Value, operations: Value, scim_type: &str) -> Error {
    let error = plan(before, operations).unwrap_err();
    assert_eq!(error.scim_type().unwrap().as_str(), scim_type, "{error}");
    error
}

fn user() -> Value {
    json!({
        "id": "u1",
        "userName": "b",
        "title": "Engineer",
        "active": true,
        "name": {"givenName": "Barbara", "familyName": "Jensen"},
        "emails": [
            {"value": "b@work", "type": "work", "primary": true},
            {"value": "b@home", "type": "home"},
        ],
        "x-own": {"kept": [1, null]},
    })
}

fn group() -> Value {
    json!({"id": "g1", "displayName": "Team", "members": [{"value": "u1"}, {"value": "u2"}]})
}

fn with(mut before: Value, name: &str, value: Value) -> Value {
    before[name] = value;
    before
}

fn without(mut before: Value, name: &str) -> Value {
    before.as_object_mut().unwrap().remove(name);
    before
}

#[test]
fn the_same_value_is_no_change() {
    for operations in [
        json!([{"op": "add", "path": "title", "value": "Engineer"}]),
        json!([{"op": "add", "path": "emails", "value": {"value": "B@WORK", "type": "Work"}}]),
        json!([{"op": "replace", "value": {"active": "true", "name": {"givenName": "Barbara"}}}]),
        json!([{"op": "remove", "path": "nickName"}]),
        json!([{"op": "add", "path": "nickName", "value": null}]),
        json!([{"op": "add", "path": "roles", "value": []}]),
    ] {
        assert!(
            changes(&user(), operations.clone()).is_empty(),
            "{operations}"
        );
    }
    let operations = json!([{"op": "add", "path": "title", "value": "Boss"}]);
    assert_eq!(changes(&user(), operations).attributes(), ["title"]);
}

#[test]
fn unknown_data_survives() {
    let operations = json!([{"op": "replace", "path": "title", "value": "Boss"}]);
    assert_eq!(
        after(&user(), operations),
        with(user(), "title", json!("Boss"))
    );
}

#[test]
fn complex_values_are_merged() {
    let merged = json!({"givenName": "Babs", "familyName": "Jensen"});
    for op in ["add", "replace"] {
        let operations = json!([{"op": op, "path": "name", "value": {"givenName": "Babs"}}]);
        assert_eq!(
            after(&user(), operations),
            with(user(), "name", merged.clone())
        );
    }
}

#[test]
fn null_clears_by_replace_and_says_nothing_by_add() {
    let replace = json!([{"op": "replace", "path": "title", "value": null}]);
    assert_eq!(after(&user(), replace), without(user(), "title"));
    let add = json!([{"op": "add", "path": "title", "value": null}]);
    assert_eq!(after(&user(), add), user());
    let part = json!([{"op": "replace", "value": {"name": {"givenName": null}}}]);
    assert_eq!(
        after(&user(), part),
        with(user(), "name", json!({"familyName": "Jensen"}))
    );
}

#[test]
fn lists_are_appended_by_add_and_set_by_replace() {
    let new = json!([{"value": "b@other", "type": "other"}]);
    let add = json!([{"op": "add", "path": "emails", "value": new.clone()}]);
    assert_eq!(after(&user(), add)["emails"].as_array().unwrap().len(), 3);
    let replace = json!([{"op": "replace", "path": "emails", "value": new.clone()}]);
    assert_eq!(after(&user(), replace)["emails"], new);
}

#[test]
fn only_null_and_the_empty_list_empty_a_list() {
    let replace = |value: Value| json!([{"op": "replace", "path": "emails", "value": value}]);
    for nothing in [json!(null), json!([])] {
        assert_eq!(after(&user(), replace(nothing)), without(user(), "emails"));
    }
    for mistake in [json!({}), json!([{}]), json!([null])] {
        refused(&user(), replace(mistake), "invalidValue");
    }
}

#[test]
fn one_primary_ousts_the_other() {
    let expected = json!([
        {"value": "b@work", "type": "work", "primary": false},
        {"value": "b@home", "type": "home", "primary": true},
    ]);
    for operation in [
        json!({"op": "add", "path": "emails[type eq \"home\"].primary", "value": true}),
        json!({"op": "replace", "path": "emails[value eq \"b@home\"].primary", "value": "True"}),
        json!({"op": "add", "path": "emails",
               "value": [{"value": "b@home", "type": "home", "primary": true}]}),
    ] {
        assert_eq!(after(&user(), json!([operation]))["emails"], expected);
    }
    let added = json!([{"op": "add", "path": "emails", "value": {"value": "c", "primary": true}}]);
    assert_eq!(
        after(&user(), added)["emails"][0],
        json!({"value": "b@work", "type": "work", "primary": false})
    );
    let both = json!([{"op": "replace", "path": "emails", "value": [
        {"value": "a", "primary": true}, {"value": "b", "primary": true}]}]);
    assert_eq!(
        refused(&user(), both, "invalidValue").code(),
        "scim-primary-twice"
    );
    let display = json!([{"op": "add", "path": "emails[type eq \"home\"].display", "value": "H"}]);
    assert_eq!(after(&user(), display)["emails"][0]["primary"], true);
}

#[test]
fn replace_by_value_path_leaves_nothing_of_the_element_and_add_merges() {
    let value = json!({"value": "n@work", "type": "work"});
    let path = "emails[type eq \"work\"]";
    let replaced = after(
        &user(),
        json!([{"op": "replace", "path": path, "value": value}]),
    );
    assert_eq!(
        replaced["emails"][0],
        json!({"value": "n@work", "type": "work"})
    );
    let added = after(
        &user(),
        json!([{"op": "add", "path": path, "value": {"display": "W"}}]),
    );
    assert_eq!(
        added["emails"][0],
        json!({"value": "b@work", "type": "work", "primary": true, "display": "W"})
    );
}

#[test]
fn remove_needs_a_path() {
    let error = refused(&user(), json!([{"op": "remove"}]), "noTarget");
    assert_eq!(
        error.at(),
        Some(Place::Operation {
            index: 0,
            path: None
        })
    );
}

#[test]
fn what_is_required_or_read_only_is_not_removed() {
    refused(
        &user(),
        json!([{"op": "remove", "path": "userName"}]),
        "mutability",
    );
    refused(
        &user(),
        json!([{"op": "replace", "path": "userName", "value": null}]),
        "mutability",
    );
    refused(
        &user(),
        json!([{"op": "replace", "path": "userName", "value": ""}]),
        "invalidValue",
    );
    refused(
        &user(),
        json!([{"op": "remove", "path": "id"}]),
        "mutability",
    );
    assert_eq!(
        after(&user(), json!([{"op": "remove", "path": "title"}])),
        without(user(), "title")
    );
}

#[test]
fn read_only_attributes_may_be_echoed_but_not_written() {
    let echo = json!([{"op": "replace", "value": {"id": "u1", "title": "Boss"}}]);
    assert_eq!(after(&user(), echo)["title"], "Boss");
    let other = json!([{"op": "replace", "value": {"id": "u2", "title": "Boss"}}]);
    refused(&user(), other, "mutability");
    let named = json!([{"op": "replace", "path": "id", "value": "u1"}]);
    refused(&user(), named, "mutability");
    let joins = json!([{"op": "add", "path": "groups", "value": [{"value": "admins"}]}]);
    refused(&user(), joins, "mutability");
}

#[test]
fn immutable_parts_are_written_once() {
    let path = "members[value eq \"u1\"]";
    let set = |sub: &str, value: &str| json!([{"op": "replace", "path": format!("{path}.{sub}"), "value": value}]);
    assert_eq!(
        after(&group(), set("type", "User"))["members"][0]["type"],
        "User"
    );
    refused(&group(), set("value", "u9"), "mutability");
    assert_eq!(after(&group(), set("value", "u1")), group());
    let whole = json!([{"op": "replace", "path": path, "value": {"value": "u9"}}]);
    refused(&group(), whole, "mutability");
}

#[test]
fn a_failing_operation_undoes_the_ones_before_it() {
    let operations = json!([
        {"op": "replace", "path": "title", "value": "Boss"},
        {"op": "replace", "path": "emails[type eq \"work\"].primary", "value": "maybe"},
    ]);
    let error = refused(&user(), operations, "invalidValue");
    // The place does not carry the value between the brackets.
    let path = Some("emails[…].primary".to_owned());
    assert_eq!(error.at(), Some(Place::Operation { index: 1, path }));
}

#[test]
fn schemas_name_the_extensions_that_are_there() {
    let department = format!("{ENTERPRISE}:department");
    let add = json!([{"op": "add", "path": department, "value": "Sales"}]);
    let (with, _) = plan(&user(), add).unwrap().apply();
    assert_eq!(with.object()["schemas"][1], ENTERPRISE);
    assert_eq!(with.object()[ENTERPRISE], json!({"department": "Sales"}));
    for path in [department.as_str(), ENTERPRISE] {
        let remove = json!([{"op": "remove", "path": path}]);
        let (gone, _) = plan(&with.clone().into_value(), remove).unwrap().apply();
        assert_eq!(gone.object()["schemas"].as_array().unwrap().len(), 1);
        assert!(!gone.object().contains_key(ENTERPRISE));
    }
}

#[test]
fn an_extension_is_written_by_its_bare_urn() {
    for operation in [
        json!({"op": "add", "path": ENTERPRISE, "value": {"Department": "Sales"}}),
        json!({"op": "replace", "value": {ENTERPRISE: {"department": "Sales"}}}),
        json!({"op": "add", "value": {format!("{ENTERPRISE}:department"): "Sales"}}),
    ] {
        let written = after(&user(), json!([operation]));
        assert_eq!(written[ENTERPRISE], json!({"department": "Sales"}));
    }
    let unknown = json!([{"op": "add", "path": ENTERPRISE, "value": {"noSuch": "x"}}]);
    refused(&user(), unknown, "invalidPath");
    let text = json!([{"op": "add", "path": ENTERPRISE, "value": "x"}]);
    refused(&user(), text, "invalidValue");
}

#[test]
fn lists_without_value_are_compared_whole() {
    let address = json!({"type": "work", "locality": "Lund"});
    let before = with(user(), "addresses", json!([address]));
    let same = json!([{"op": "add", "path": "addresses", "value": address}]);
    assert_eq!(after(&before, same), before);
    let other = json!([{"op": "add", "path": "addresses", "value": {"locality": "Lund"}}]);
    assert_eq!(
        after(&before, other)["addresses"].as_array().unwrap().len(),
        2
    );
}

#[test]
fn the_operator_may_be_in_any_case_but_must_be_known() {
    for op in ["Add", "REPLACE", "rePlace"] {
        let operations = json!([{"OP": op, "Path": "title", "VALUE": "Boss", "name": "extra"}]);
        assert_eq!(after(&user(), operations)["title"], "Boss");
    }
    for operations in [
        json!([{"op": "move", "path": "title", "value": "x"}]),
        json!([{"path": "title", "value": "x"}]),
        json!([{"op": 1}]),
        json!(["add"]),
        json!([]),
        json!({"Operations": {}}),
        json!({}),
        json!("x"),
    ] {
        refused(&user(), operations, "invalidSyntax");
    }
}

#[test]
fn operations_are_bounded() {
    let operation = json!({"op": "add", "path": "title", "value": "x"});
    assert!(plan(&user(), json!(vec![operation.clone(); SCIM_MAX_OPERATIONS])).is_ok());
    let error = plan(&user(), json!(vec![operation; SCIM_MAX_OPERATIONS + 1])).unwrap_err();
    assert_eq!((error.status(), error.blame()), (413, Blame::Limit));
}

// --- what vendors send ---

#[test]
fn entra_disables_with_a_string() {
    let operations = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    let changes = changes(&user(), operations);
    assert_eq!(changes.active(), Asserted::Value(false));
    let maybe = json!([{"op": "Replace", "path": "active", "value": "No"}]);
    refused(&user(), maybe, "invalidValue");
}

#[test]
fn entra_sends_paths_as_names_of_a_value() {
    let number = format!("{ENTERPRISE}:employeeNumber");
    let operations = json!([{"op": "replace", "value": {"name.givenName": "Babs", number: "7",
        "emails[type eq \"work\"].value": "n@work"}}]);
    let written = after(&user(), operations);
    assert_eq!(
        written["name"],
        json!({"givenName": "Babs", "familyName": "Jensen"})
    );
    assert_eq!(written[ENTERPRISE], json!({"employeeNumber": "7"}));
    assert_eq!(written["emails"][0]["value"], "n@work");
}

#[test]
fn entra_lands_several_value_paths_in_one_new_element() {
    let operations = json!([
        {"op": "Add", "path": "addresses[type eq \"work\"].locality", "value": "Lund"},
        {"op": "Replace", "path": "addresses[type eq \"work\"].region", "value": "Skåne"},
        {"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "r"},
    ]);
    let written = after(&user(), operations);
    assert_eq!(
        written["addresses"],
        json!([{"type": "work", "locality": "Lund", "region": "Skåne"}])
    );
    assert_eq!(written["roles"], json!([{"value": "r", "primary": true}]));
    assert_eq!(written["emails"], user()["emails"]);
    // What the filter does not determine cannot be made.
    for filter in ["type ne \"x\"", "type eq \"a\" or type eq \"b\"", "type pr"] {
        let path = format!("addresses[{filter}].locality");
        refused(
            &user(),
            json!([{"op": "Add", "path": path, "value": "L"}]),
            "noTarget",
        );
    }
}

#[test]
fn entra_created_primary_ousts_the_other() {
    let path = "emails[type eq \"other\" and primary eq \"true\"].value";
    let written = after(&user(), json!([{"op": "Add", "path": path, "value": "o"}]));
    assert_eq!(written["emails"][0]["primary"], false);
    assert_eq!(
        written["emails"][2],
        json!({"type": "other", "primary": true, "value": "o"})
    );
}

#[test]
fn entra_removes_members_by_value_and_does_not_empty_the_group() {
    let one = json!([{"value": "u2"}]);
    for value in [
        json!([{"value": "u1"}]),
        json!({"value": "u1"}),
        json!("u1"),
        json!(["u1"]),
        json!([{"$ref": null, "value": "u1"}]),
    ] {
        let operations = json!([{"op": "Remove", "path": "members", "value": value}]);
        assert_eq!(after(&group(), operations)["members"], one);
    }
    let nobody = json!([{"op": "Remove", "path": "members", "value": []}]);
    assert_eq!(after(&group(), nobody), group());
    let everybody = json!([{"op": "Remove", "path": "members"}]);
    assert_eq!(after(&group(), everybody), without(group(), "members"));
}

#[test]
fn entra_adds_members_with_a_null_reference() {
    let value = json!([{"$ref": null, "value": "u3"}]);
    let operations = json!([{"op": "Add", "path": "members", "value": value}]);
    assert_eq!(
        after(&group(), operations)["members"][2],
        json!({"value": "u3"})
    );
    let nobody = json!([{"op": "Add", "path": "members", "value": [{"display": "x"}]}]);
    refused(&group(), nobody, "invalidValue");
}

#[test]
fn entra_sends_the_manager_as_a_bare_string() {
    let path = format!("{ENTERPRISE}:manager");
    let operations = json!([{"op": "Add", "path": path, "value": "271"}]);
    assert_eq!(
        after(&user(), operations)[ENTERPRISE],
        json!({"manager": {"value": "271"}})
    );
    let removed = with(user(), ENTERPRISE, json!({"manager": {"value": "271"}}));
    let operations = json!([{"op": "Remove", "path": format!("{path}[value eq \"271\"]")}]);
    assert_eq!(after(&removed, operations), user());
    let other = json!([{"op": "Remove", "path": format!("{path}[value eq \"9\"]")}]);
    assert_eq!(after(&removed, other), removed);
}

#[test]
fn entra_wraps_a_single_value_in_a_list() {
    let operations = json!([{"op": "Replace", "path": "title", "value": [{"value": "Boss"}]}]);
    assert_eq!(after(&user(), operations)["title"], "Boss");
    let two = json!([{"op": "Replace", "path": "title", "value": ["a", "b"]}]);
    refused(&user(), two, "invalidValue");
}

#[test]
fn okta_renames_a_group_with_its_own_id() {
    let operations = json!([{"op": "replace", "value": {"id": "g1", "displayName": "Crew"}}]);
    let changes = changes(&group(), operations);
    assert!(changes.is_renamed());
    assert_eq!(changes.attributes(), ["displayName"]);
}

#[test]
fn okta_swaps_and_empties_members() {
    let operations = json!([
        {"op": "remove", "path": "members[value eq \"u1\"]"},
        {"op": "add", "path": "members", "value": [{"value": "u3", "display": "Three"}]},
    ]);
    let swapped = changes(&group(), operations);
    assert_eq!(
        (swapped.members_added(), swapped.members_removed()),
        (&["u3".to_owned()][..], &["u1".to_owned()][..])
    );
    let emptied = changes(
        &group(),
        json!([{"op": "replace", "path": "members", "value": []}]),
    );
    assert_eq!(emptied.members_removed(), ["u1", "u2"]);
}

#[test]
fn ping_wraps_removed_members_in_an_object() {
    let value = json!({"members": [{"value": "u1"}]});
    let operations = json!([{"op": "remove", "path": "members", "value": value}]);
    assert_eq!(
        after(&group(), operations)["members"],
        json!([{"value": "u2"}])
    );
}

#[test]
fn the_strict_profile_refuses_what_the_tolerant_one_understands() {
    for (before, operation, scim_type) in [
        (
            user(),
            json!({"op": "add", "path": "emails[type eq \"x\"].value", "value": "v"}),
            "noTarget",
        ),
        (
            group(),
            json!({"op": "remove", "path": "members[value eq \"u9\"]"}),
            "noTarget",
        ),
        (
            group(),
            json!({"op": "remove", "path": "members", "value": [{"value": "u1"}]}),
            "invalidValue",
        ),
        (
            group(),
            json!({"op": "add", "path": "members", "value": {"value": "u3", "x": 1}}),
            "invalidValue",
        ),
        (
            user(),
            json!({"op": "add", "path": format!("{ENTERPRISE}:manager"),
            "value": {"value": "1", "displayName": "M"}}),
            "mutability",
        ),
    ] {
        assert!(plan(&before, json!([operation])).is_ok(), "{operation}");
        let strict = plan_with(&before, json!([operation]), &Profile::strict()).unwrap_err();
        assert_eq!(
            strict.scim_type().unwrap().as_str(),
            scim_type,
            "{operation}"
        );
    }
}

// --- large groups ---

#[test]
fn many_operations_on_a_large_group_take_linear_time() {
    let member = |n: usize| json!({"value": format!("u{n}")});
    let size = 20_000;
    let members: Vec<Value> = (0..size).map(member).collect();
    let before = json!({"id": "g", "displayName": "All", "members": members});
    let operations: Vec<Value> = (0..SCIM_MAX_OPERATIONS)
        .map(|n| match n % 3 {
            0 => json!({"op": "add", "path": "members", "value": [member(size + n)]}),
            1 => json!({"op": "remove", "path": format!("members[value eq \"u{n}\"]")}),
            _ => json!({"op": "Remove", "path": "members", "value": [member(n)]}),
        })
        .collect();
    let started = Instant::now();
    let changes = changes(&before, json!(operations));
    assert_eq!(
        (
            changes.members_added().len(),
            changes.members_removed().len()
        ),
        (334, 666)
    );
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn costly_requests_meet_a_limit() {
    let members: Vec<Value> = (0..20_000)
        .map(|n| json!({"value": format!("u{n}")}))
        .collect();
    let before = json!({"id": "g", "displayName": "All", "members": members});
    let filter = json!({"op": "remove", "path": "members[display eq \"x\"]"});
    assert!(plan(&before, json!(vec![filter.clone(); 10])).is_ok());
    let error = plan(&before, json!(vec![filter; 500])).unwrap_err();
    assert_eq!(
        (error.code(), error.blame()),
        ("scim-patch-too-costly", Blame::Limit)
    );
    let write = |bytes: usize| json!([{"op": "add", "path": "members.display", "value": "x".repeat(bytes)}]);
    assert!(plan(&before, write(100)).is_ok());
    assert_eq!(
        plan(&before, write(1_000)).unwrap_err().code(),
        "scim-write-too-large"
    );
}

// --- to the directory ---

#[test]
fn what_a_change_does_not_say_stays_absent() {
    let operations = json!([{"op": "replace", "path": "name.familyName", "value": "Smith"}]);
    let (after, changes) = plan(&user(), operations).unwrap().apply();
    let Some(DirectoryChange::UpdateUser { user, attributes }) =
        directory::update("u1", &after, &changes)
    else {
        panic!("not an update");
    };
    assert_eq!(user, UserId::new("u1"));
    assert_eq!(attributes.last_name, Asserted::Value("Smith".into()));
    assert_eq!(attributes.first_name, Asserted::Absent);
    assert_eq!(
        (attributes.active, attributes.email),
        (Asserted::Absent, Asserted::Absent)
    );
    assert!(!attributes.names_roles);
}

#[test]
fn what_a_change_removes_is_cleared() {
    let operations = json!([
        {"op": "remove", "path": "emails"},
        {"op": "remove", "path": "active"},
        {"op": "add", "path": "entitlements", "value": {"value": "e"}},
    ]);
    let (after, changes) = plan(&user(), operations).unwrap().apply();
    let Some(DirectoryChange::UpdateUser { attributes, .. }) =
        directory::update("u1", &after, &changes)
    else {
        panic!("not an update");
    };
    assert_eq!(attributes.email, Asserted::Cleared);
    assert_eq!(attributes.active, Asserted::Cleared);
    assert_eq!(attributes.user_name, Asserted::Absent);
    assert!(attributes.names_roles);
}

#[test]
fn a_group_change_names_members_and_the_new_name() {
    let operations = json!([
        {"op": "add", "path": "members", "value": [{"value": "u3"}]},
        {"op": "remove", "path": "members[value eq \"u1\" or value eq \"u2\"]"},
    ]);
    let (after, changes) = plan(&group(), operations).unwrap().apply();
    let Some(DirectoryChange::UpdateGroup {
        display_name,
        add,
        remove,
        ..
    }) = directory::update("g1", &after, &changes)
    else {
        panic!("not an update");
    };
    assert_eq!(display_name, Asserted::Absent);
    assert_eq!(
        (add, remove),
        (
            vec![UserId::new("u3")],
            vec![UserId::new("u1"), UserId::new("u2")]
        )
    );
}

#[test]
fn no_change_asks_nothing_of_the_directory() {
    let operations = json!([{"op": "replace", "value": {"active": true}}]);
    let (after, changes) = plan(&user(), operations).unwrap().apply();
    assert_eq!(directory::update("u1", &after, &changes), None);
}

#[test]
fn a_path_in_an_error_ends_before_a_value_may_begin() {
    for path in [
        "emails value eq \"grace@example.com\"",
        "emails\"grace@example.com\"",
        "emails[value eq \"grace@example.com\"",
    ] {
        let error =
            Patch::from_value(json!([{"op": "remove", "path": path}])).expect_err("no such path");
        let Some(Place::Operation {
            path: Some(shown), ..
        }) = error.at()
        else {
            panic!("no path");
        };
        assert!(
            shown.starts_with("emails") && !shown.contains("grace"),
            "{shown}"
        );
    }
}

#[test]
fn the_bytes_that_a_filter_reads_meet_a_limit() {
    let emails = |bytes: usize| json!([{"value": "x".repeat(bytes), "type": "work"}]);
    let terms = vec!["value co \"yy\""; 256].join(" or ");
    let remove = json!({"op": "remove", "path": format!("emails[{terms}]")});
    let remove = json!(vec![remove; 10]);
    assert!(plan(&with(user(), "emails", emails(1_000)), remove.clone()).is_ok());
    let error = plan(&with(user(), "emails", emails(1_000_000)), remove.clone()).unwrap_err();
    assert_eq!(error.code(), "scim-patch-too-costly");

    let describe = json!({"op": "add", "path": "emails[type eq \"work\"].display", "value": "d"});
    let describe = json!(vec![describe; SCIM_MAX_OPERATIONS]);
    assert!(plan(&with(user(), "emails", emails(60_000)), describe.clone()).is_ok());
    let error = plan(&with(user(), "emails", emails(1_000_000)), describe).unwrap_err();
    assert_eq!(error.code(), "scim-patch-too-costly");

    let terms = vec!["formatted co \"yy\""; 256].join(" or ");
    let name = json!({"op": "remove", "path": format!("name[{terms}]")});
    let long = |bytes: usize| with(user(), "name", json!({"formatted": "x".repeat(bytes)}));
    assert!(plan(&long(1_000), json!(vec![name.clone(); 10])).is_ok());
    let error = plan(&long(1_000_000), json!(vec![name; 10])).unwrap_err();
    assert_eq!(error.code(), "scim-patch-too-costly");
}

#[test]
fn what_a_request_writes_is_counted_over_all_its_operations() {
    let mut before = user();
    let lists = ["emails", "phoneNumbers", "ims", "photos", "roles"];
    for list in lists {
        let elements = (0..100).map(|n| json!({"value": format!("{list}{n}")}));
        before[list] = elements.collect();
    }
    let write = |list: &&str| json!({"op": "replace", "path": format!("{list}.display"), "value": "x".repeat(20_000)});
    let operations: Vec<Value> = lists.iter().map(write).collect();
    assert!(plan(&before, json!(operations[..4])).is_ok());
    assert_eq!(
        plan(&before, json!(operations)).unwrap_err().code(),
        "scim-write-too-large"
    );
}

// --- PUT ---

fn put(before: &Value, body: Value) -> Result<(Value, Changes), Error> {
    let registry = Registry::standard();
    let resource_type = match before.get("userName") {
        Some(_) => registry.user(),
        None => registry.group(),
    };
    let before = Resource::from_value(resource_type, before.clone())?;
    let (after, changes) = before.replaced_by(body, &Profile::tolerant())?.apply();
    Ok((without(after.into_value(), "schemas"), changes))
}

#[test]
fn a_put_asserts_only_what_it_names() {
    let body =
        json!({"userName": "b", "Active": "False", "id": "other", "groups": [{"value": "g"}]});
    let (after, changes) = put(&user(), body).unwrap();
    assert_eq!(after, with(user(), "active", json!(false)));
    assert_eq!(changes.active(), Asserted::Value(false));
    // A body without members empties no group; an empty list does.
    let (after, changes) = put(&group(), json!({"displayName": "Crew"})).unwrap();
    assert_eq!(after, with(group(), "displayName", json!("Crew")));
    assert!(changes.members_removed().is_empty());
    let (after, changes) = put(&group(), json!({"displayName": "Team", "members": []})).unwrap();
    assert_eq!(after, without(group(), "members"));
    assert_eq!(changes.members_removed(), ["u1", "u2"]);
    let (after, _) = put(&user(), json!({"userName": "b", "title": null})).unwrap();
    assert_eq!(after, without(user(), "title"));
}

#[test]
fn a_put_refuses_what_a_patch_refuses() {
    let twice = json!([{"value": "a", "primary": true}, {"value": "b", "primary": true}]);
    for (body, code) in [
        (json!({"userName": null}), "scim-required-removed"),
        (json!({"title": 5}), "scim-value-type"),
        (json!({"emails": twice}), "scim-primary-twice"),
        (
            json!({"active": true, "ACTIVE": false}),
            "scim-duplicate-name",
        ),
    ] {
        assert_eq!(put(&user(), body).unwrap_err().code(), code);
    }
}

#[test]
fn a_stored_resource_without_an_id_changes_all_the_same() {
    let body = json!({"userName": "b", "active": false});
    let registry = Registry::standard();
    let stored = without(user(), "id");
    let stored = Resource::from_value(registry.user(), stored).unwrap();
    let plan = stored.replaced_by(body, &Profile::tolerant()).unwrap();
    let (after, changes) = plan.apply();
    assert!(directory::update("u1", &after, &changes).is_some());
}

#[test]
fn to_remove_null_from_a_group_says_nothing() {
    let null = json!([{"op": "remove", "path": "members", "value": null}]);
    assert_eq!(after(&group(), null), group());
    let all = json!([{"op": "remove", "path": "members"}]);
    assert_eq!(after(&group(), all), without(group(), "members"));
}
