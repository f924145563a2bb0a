//! What identity providers really send, one test for each known habit: what is sent, and what
//! comes out. The strict twin shows what the standard alone would say.

#![cfg(feature = "scim")]

use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::identity::{Asserted, DirectoryChange};
use vestibule::scim::dialect::{EmptyPatch, NullMembers};
use vestibule::scim::{
    Changes, Dialect, Error, Filter, Patch, Profile, Registry, Resource, UnmatchedFilter, directory,
};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ALL: [Dialect; 11] = [
    Dialect::Entra,
    Dialect::Google,
    Dialect::InteropDraft,
    Dialect::JumpCloud,
    Dialect::Okta,
    Dialect::OneLogin,
    Dialect::Ping,
    Dialect::Rippling,
    Dialect::SailPoint,
    Dialect::Strict,
    Dialect::Tolerant,
];

fn registry() -> Registry {
    let mut registry = Registry::standard();
    let acme = json!({"id": ACME, "attributes": [{"name": "badge"}]});
    let urn = registry.add_schema(&acme).unwrap();
    registry.extend("User", &urn).unwrap();
    registry
}
const ACME: &str = "urn:ietf:params:scim:schemas:extension:acme:2.0:User";

fn user() -> Value {
    json!({
        "id": "u1", "userName": "b@example.com", "externalId": "x1", "active": true,
        "name": {"givenName": "Barbara", "familyName": "Jensen", "formatted": "Barbara Jensen"},
        "emails": [{"value": "b@work", "type": "work", "primary": true},
                   {"value": "b@home", "type": "home"}],
        "roles": [{"value": "Reader", "primary": true}],
    })
}

fn group() -> Value {
    json!({"id": "g1", "displayName": "Team",
        "members": [{"value": "u1"}, {"value": "u2"}, {"value": "u3"}]})
}

fn resource(body: &Value) -> Resource {
    let registry = registry();
    let kind = if body.get("userName").is_some() {
        registry.user()
    } else {
        registry.group()
    };
    Resource::from_value(kind, body.clone()).unwrap()
}

fn plain(resource: Resource) -> Value {
    let mut value = resource.into_value();
    value.as_object_mut().unwrap().remove("schemas");
    value
}

fn patch_with(
    profile: &Profile,
    before: &Value,
    operations: Value,
) -> Result<(Value, Changes), Error> {
    let before = resource(before);
    let (after, changes) = Patch::from_value(operations)?
        .plan(&before, profile)?
        .apply();
    Ok((plain(after), changes))
}

#[track_caller]
fn patched(dialect: Dialect, before: &Value, operations: Value) -> Value {
    patch_with(&dialect.profile(), before, operations)
        .unwrap()
        .0
}

#[track_caller]
fn refused(dialect: Dialect, before: &Value, operations: Value) -> String {
    let error = patch_with(&dialect.profile(), before, operations).unwrap_err();
    error.scim_type().unwrap().as_str().to_owned()
}

fn posted(dialect: Dialect, body: Value) -> Result<Resource, Error> {
    let registry = registry();
    let kind = match body.get("members").is_some() {
        true => registry.group(),
        false => registry.user(),
    };
    Resource::from_request(kind, body, &dialect.profile())
}

#[track_caller]
fn put(dialect: Dialect, before: &Value, body: Value) -> (Value, Changes) {
    let (after, changes) = resource(before)
        .replaced_by(body, &dialect.profile())
        .unwrap()
        .apply();
    (plain(after), changes)
}

fn matches(dialect: Dialect, filter: &str, body: &Value) -> Result<bool, Error> {
    let resource = resource(body);
    let filter =
        Filter::parse(filter)?.resolve_for(resource.resource_type(), &dialect.profile())?;
    Ok(filter.matches(&resource))
}

// --- Microsoft Entra ID ---

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

// --- Okta ---

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
    for dialect in ALL.into_iter().filter(|it| *it != Dialect::InteropDraft) {
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

// --- OneLogin ---

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

// --- JumpCloud ---

#[test]
fn jumpcloud_puts_nulls_and_empty_lists() {
    let body = json!({"schemas": [ENTERPRISE, CORE], "userName": "b@example.com", "emails": null,
        "addresses": [], "active": true});
    let (after, changes) = put(Dialect::JumpCloud, &user(), body);
    assert!(after.get("emails").is_none());
    // What is not named is not asserted.
    assert_eq!(
        (after["externalId"].as_str(), &after["name"]),
        (Some("x1"), &user()["name"])
    );
    assert_eq!(changes.attributes(), ["emails"]);
}

#[test]
fn jumpcloud_removes_members_as_entra_does() {
    let remove = json!([{"op": "remove", "path": "members", "value": [{"value": "u2"}]}]);
    let left = json!([{"value": "u1"}, {"value": "u3"}]);
    assert_eq!(
        patched(Dialect::JumpCloud, &group(), remove)["members"],
        left
    );
    let fields = json!([{"op": "replace", "path": "name.givenName", "value": "B"},
        {"op": "replace", "path": "userName", "value": "c"}]);
    assert_eq!(
        patched(Dialect::JumpCloud, &user(), fields)["userName"],
        "c"
    );
}

// --- Google, Ping, Rippling, SailPoint ---

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
fn ping_wraps_removed_members_and_puts_users() {
    let remove =
        json!([{"op": "remove", "path": "members", "value": {"members": [{"value": "u3"}]}}]);
    assert_eq!(
        patched(Dialect::Ping, &group(), remove)["members"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let (after, _) = put(
        Dialect::Ping,
        &user(),
        json!({"userName": "b@example.com", "active": false}),
    );
    assert_eq!(after["active"], false);
}

#[test]
fn rippling_patches_groups_and_names() {
    let operations = json!([{"op": "replace", "path": "name.givenName", "value": "R"}]);
    assert_eq!(
        patched(Dialect::Rippling, &user(), operations)["name"]["givenName"],
        "R"
    );
    let add = json!([{"op": "add", "path": "members", "value": [{"value": "u9"}]}]);
    assert_eq!(
        patched(Dialect::Rippling, &group(), add)["members"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
}

#[test]
fn sailpoint_means_a_merge_by_replace() {
    let replace = json!([{"op": "replace", "path": "name", "value": {"familyName": "Smith"}}]);
    let merged =
        json!({"givenName": "Barbara", "familyName": "Smith", "formatted": "Barbara Jensen"});
    for dialect in [Dialect::SailPoint, Dialect::Strict, Dialect::Tolerant] {
        assert_eq!(patched(dialect, &user(), replace.clone())["name"], merged);
    }
    // The draft's profile replaces.
    assert_eq!(
        patched(Dialect::InteropDraft, &user(), replace)["name"],
        json!({"familyName": "Smith"})
    );
}

// --- The draft, and the switches ---

#[test]
fn the_drafts_profile_takes_paths_without_elements_and_equal_terms() {
    let refuses = |operation: Value| refused(Dialect::InteropDraft, &user(), json!([operation]));
    assert_eq!(
        refuses(json!({"op": "replace", "value": {"active": false}})),
        "noTarget"
    );
    assert_eq!(
        refuses(json!({"op": "add", "path": "emails[type eq \"work\"].value", "value": "x"})),
        "invalidPath"
    );
    assert_eq!(
        refuses(json!({"op": "add", "path": "noSuch", "value": "x"})),
        "invalidPath"
    );
    let whole =
        json!([{"op": "replace", "path": "emails", "value": [{"value": "n@x", "type": "work"}]}]);
    assert_eq!(
        patched(Dialect::InteropDraft, &user(), whole)["emails"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let undefined = posted(
        Dialect::InteropDraft,
        json!({"userName": "b", "shoeSize": 7}),
    )
    .unwrap_err();
    assert_eq!(
        (undefined.code(), undefined.to_json()["scimType"].as_str()),
        ("scim-undefined-attribute", Some("invalidSyntax"))
    );
    assert_eq!(undefined.at().unwrap().to_string(), "`/shoeSize`");
    for good in [
        "userName eq \"b\"",
        "emails[type eq \"work\" and value eq \"b@work\"]",
        "active eq true and userName eq \"x\"",
    ] {
        assert!(
            matches(Dialect::InteropDraft, good, &user()).is_ok(),
            "{good}"
        );
    }
    for bad in [
        "userName sw \"b\"",
        "title pr",
        "userName eq \"b\" or title eq \"x\"",
        "not (title eq \"x\")",
    ] {
        let error = matches(Dialect::InteropDraft, bad, &user()).unwrap_err();
        assert_eq!(
            (error.code(), error.to_json()["scimType"].as_str()),
            ("scim-filter-form", Some("invalidFilter")),
            "{bad}"
        );
        assert!(error.span().is_some());
    }
    let unknown = matches(Dialect::InteropDraft, "noSuch eq \"b\"", &user()).unwrap_err();
    assert_eq!(unknown.to_json()["scimType"], "invalidFilter");
}

#[test]
fn one_object_for_a_list_is_a_matter_of_the_profile() {
    let operations =
        json!([{"op": "add", "path": "emails", "value": {"value": "o@x", "type": "other"}}]);
    assert_eq!(
        patched(Dialect::Tolerant, &user(), operations.clone())["emails"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(
        refused(Dialect::Strict, &user(), operations),
        "invalidValue"
    );
    let wrapped = json!([{"op": "replace", "path": "title", "value": [{"value": "T"}]}]);
    assert_eq!(
        patched(Dialect::Tolerant, &user(), wrapped.clone())["title"],
        "T"
    );
    assert_eq!(refused(Dialect::Strict, &user(), wrapped), "invalidValue");
}

#[test]
fn a_switch_that_is_not_stored_is_tolerant_and_each_can_be_turned() {
    let stored: Profile = serde_json::from_value(json!({"unmatched_filter": "refuse"})).unwrap();
    assert_eq!(stored, Dialect::Okta.profile());
    assert_eq!(stored.unmatched_filter, UnmatchedFilter::Refuse);
    let mut own = Dialect::Entra.profile();
    own.null_members = NullMembers::Clear;
    own.empty_patch = EmptyPatch::Refuse;
    let replace = json!([{"op": "Replace", "path": "members", "value": null}]);
    assert!(
        patch_with(&own, &group(), replace)
            .unwrap()
            .0
            .get("members")
            .is_none()
    );
    assert!(patch_with(&own, &group(), json!([])).is_err());
    for dialect in ALL {
        let name = serde_json::to_value(dialect).unwrap();
        assert_eq!(serde_json::from_value::<Dialect>(name).unwrap(), dialect);
        let profile = serde_json::to_value(dialect.profile()).unwrap();
        assert_eq!(
            serde_json::from_value::<Profile>(profile).unwrap(),
            dialect.profile()
        );
    }
}
