//! What must survive: members of a group against a `null`, data that no schema knows against every
//! round trip, and secrets against whoever asks.

#![cfg(feature = "scim")]

use proptest::prelude::*;
use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::scim::query::{Projection, Sort, SortOrder};
use vestibule::scim::schema::{ENTERPRISE_USER_URN, GROUP_URN};
use vestibule::scim::{
    BaseUrl, Changes, Dialect, Error, Filter, Patch, Profile, Registry, Resource,
};

const ACME: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";
const STRANGE: &str = "urn:example:strange:2.0:User";

fn registry() -> Registry {
    let mut registry = Registry::standard();
    let document = json!({"id": ACME, "attributes": [
        {"name": "secret", "mutability": "immutable", "returned": "never"},
        {"name": "seal", "mutability": "readOnly", "returned": "never"},
        {"name": "cards", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "value"}, {"name": "cvc", "returned": "never"},
            {"name": "issued", "mutability": "readOnly"},
        ]},
        {"name": "notes", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "text"}, {"name": "key", "mutability": "writeOnly"},
        ]},
    ]});
    let urn = registry.add_schema(&document).unwrap();
    registry.extend("User", &urn).unwrap();
    registry
}

fn user(body: Value) -> Resource {
    Resource::from_value(registry().user(), body).unwrap()
}

fn patch_with(
    before: &Resource,
    operations: Value,
    profile: &Profile,
) -> Result<(Resource, Changes), Error> {
    let plan = Patch::from_value(operations)?.plan(before, profile)?;
    Ok(plan.apply())
}

fn patch(before: &Resource, operations: Value) -> Result<(Resource, Changes), Error> {
    patch_with(before, operations, &Profile::tolerant())
}

fn group() -> Resource {
    let members = json!([{"value": "u1"}, {"value": "u2"}]);
    let body = json!({"id": "g1", "displayName": "Team", "members": members});
    Resource::from_value(Registry::standard().group(), body).unwrap()
}

#[test]
fn a_null_leaves_a_group_as_it_is_and_an_empty_list_empties_it() {
    let operations = |value: Value| {
        [
            json!([{"op": "replace", "path": "members", "value": value}]),
            json!([{"op": "replace", "value": {"members": value}}]),
            json!([{"op": "Replace", "path": GROUP_URN, "value": {"Members": value}}]),
        ]
    };
    for dialect in [
        Dialect::Tolerant,
        Dialect::Entra,
        Dialect::Okta,
        Dialect::JumpCloud,
    ] {
        let profile = dialect.profile();
        for operations in operations(json!(null)) {
            let (_, changes) = patch_with(&group(), operations, &profile).unwrap();
            assert!(changes.is_empty(), "{dialect:?}");
        }
        let body = json!({"displayName": "Team", "members": null});
        let (_, changes) = group().replaced_by(body, &profile).unwrap().apply();
        assert!(changes.is_empty(), "{dialect:?}");
        for operations in operations(json!([])) {
            let (_, changes) = patch_with(&group(), operations, &profile).unwrap();
            assert_eq!(changes.members_removed().len(), 2, "{dialect:?}");
        }
    }
    // RFC 7643 §2.5 takes the two for one.
    for operations in operations(json!(null)) {
        let (_, changes) = patch_with(&group(), operations, &Profile::strict()).unwrap();
        assert_eq!(changes.members_removed().len(), 2);
    }
}

#[test]
fn a_member_without_a_name_does_not_replace_the_others() {
    for value in [
        json!(""),
        json!([""]),
        json!([{"value": ""}]),
        json!([{"display": "x"}]),
        json!([null]),
    ] {
        let operations = json!([{"op": "replace", "path": "members", "value": value}]);
        assert!(patch(&group(), operations).is_err(), "{value}");
    }
    let operations = json!([{"op": "replace", "path": "members", "value": ["u3"]}]);
    let (_, changes) = patch(&group(), operations).unwrap();
    assert_eq!(
        (changes.members_added(), changes.members_removed().len()),
        (&["u3".to_owned()][..], 2)
    );
}

fn strange() -> Resource {
    user(json!({"userName": "b", "schemas": [STRANGE],
        STRANGE: {"Shoe": 42, "tags": ["a"], "box": {"lid": true, "size": 1}}}))
}

#[test]
fn data_under_a_foreign_urn_is_patched_where_it_is_stored() {
    let after = |operations: Value| {
        let (after, changes) = patch(&strange(), operations).unwrap();
        (after.object().get(STRANGE).cloned(), changes.is_empty())
    };
    let path = |rest: &str| format!("{}{rest}", STRANGE.to_uppercase());
    let (stored, _) = after(json!([
        {"op": "replace", "path": path(":shoe"), "value": 43},
        {"op": "add", "path": path(":tags"), "value": ["a", "b"]},
        {"op": "add", "path": path(":new"), "value": {"x": 1}},
        {"op": "remove", "path": path(":box.LID")},
    ]));
    assert_eq!(
        stored.unwrap(),
        json!({"Shoe": 43, "tags": ["a", "b"], "new": {"x": 1}, "box": {"size": 1}})
    );
    let (stored, _) =
        after(json!([{"op": "replace", "value": {STRANGE: {"shoe": null, "tags": []}}}]));
    assert_eq!(
        stored.unwrap(),
        json!({"tags": [], "box": {"lid": true, "size": 1}})
    );
    assert!(after(json!([{"op": "add", "path": path(":Shoe"), "value": 42}])).1);
    assert!(after(json!([{"op": "remove", "path": path(":noSuch")}])).1);
}

#[test]
fn data_under_a_foreign_urn_goes_with_its_urn() {
    for operations in [
        json!([{"op": "remove", "path": STRANGE}]),
        json!([{"op": "remove", "path": format!("{STRANGE}:shoe")},
               {"op": "remove", "path": format!("{STRANGE}:tags")},
               {"op": "remove", "path": format!("{STRANGE}:box")}]),
    ] {
        let (after, _) = patch(&strange(), operations).unwrap();
        assert_eq!(after.object().get(STRANGE), None);
        assert!(!after.object()["schemas"].to_string().contains("strange"));
    }
}

#[test]
fn a_path_makes_no_foreign_data_up() {
    let bare = user(json!({"userName": "b", "x-own": 1}));
    for path in [
        format!("{STRANGE}:shoe"),
        STRANGE.to_owned(),
        "x-own".to_owned(),
        "urn:x".to_owned(),
    ] {
        let error = patch(&bare, json!([{"op": "add", "path": path, "value": 1}])).unwrap_err();
        assert_eq!(error.code(), "scim-unknown-attribute", "{path}");
    }
    let refused = |path: &str, profile: &Profile| {
        let operations = json!([{"op": "replace", "path": format!("{STRANGE}{path}"), "value": 1}]);
        patch_with(&strange(), operations, profile)
            .unwrap_err()
            .code()
    };
    assert_eq!(
        refused(":shoe[a eq 1]", &Profile::tolerant()),
        "scim-unknown-attribute"
    );
    assert_eq!(
        refused(":shoe.size", &Profile::tolerant()),
        "scim-unknown-attribute"
    );
    assert_eq!(
        refused(":shoe", &Dialect::InteropDraft.profile()),
        "scim-unknown-attribute"
    );
    let by_value = json!([{"op": "remove", "path": format!("{STRANGE}:tags"), "value": ["a"]}]);
    assert_eq!(
        patch(&strange(), by_value).unwrap_err().code(),
        "scim-value-unexpected"
    );
}

#[test]
fn a_put_writes_what_no_schema_knows() {
    let put = |body: Value| {
        let (after, changes) = strange()
            .replaced_by(body, &Profile::tolerant())
            .unwrap()
            .apply();
        (after.into_value(), changes.is_empty())
    };
    let (after, _) = put(json!({"userName": "b", "x-new": 1, STRANGE: {"shoe": 43}}));
    assert_eq!(
        (&after["x-new"], &after[STRANGE]["Shoe"]),
        (&json!(1), &json!(43))
    );
    assert_eq!(after[STRANGE]["tags"], json!(["a"]));
    assert_eq!(
        put(json!({"userName": "b", STRANGE: null})).0.get(STRANGE),
        None
    );
    assert!(put(json!({"userName": "b"})).1);
    let parts = json!({"userName": "b", "emails": [{"value": "e", "x-part": 1}]});
    assert_eq!(put(parts).0["emails"], json!([{"value": "e", "x-part": 1}]));
}

#[test]
fn the_order_of_members_says_nothing() {
    let before = user(json!({"userName": "b", "emails": [{"value": "a", "primary": true}]}));
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let (one, other) = (
        r#"{"emails[type eq \"work\"].value": "w", "emails": [{"value": "c", "primary": true}]}"#,
        r#"{"emails": [{"primary": true, "value": "c"}], "emails[type eq \"work\"].value": "w"}"#,
    );
    let replace = |text| json!([{"op": "replace", "value": read(text)}]);
    assert_eq!(
        patch(&before, replace(one)).unwrap(),
        patch(&before, replace(other)).unwrap()
    );
    let put = |text: &str| {
        before
            .replaced_by(read(text), &Profile::tolerant())
            .unwrap_err()
    };
    let (one, other) = (
        r#"{"title": 1, "active": 2}"#,
        r#"{"active": 2, "title": 1}"#,
    );
    assert_eq!(put(one), put(other));
}

fn secretive() -> Resource {
    user(json!({"id": "u1", "userName": "b", "password": "hunter1",
        STRANGE: {"password": "hunter2", "kept": 1},
        ACME: {"secret": "hunter3", "seal": "hunter4",
               "cards": [{"value": "4711", "cvc": "hunter5", "issued": "2020"}],
               "notes": [{"text": "t", "key": "hunter6"}]}}))
}

#[test]
fn a_put_of_what_was_answered_changes_nothing() {
    let base = BaseUrl::parse("https://example.com").unwrap();
    let answer = Projection::default().answer(&secretive(), &base);
    assert!(!answer.to_string().contains("hunter"));
    let (after, changes) = secretive()
        .replaced_by(answer, &Profile::tolerant())
        .unwrap()
        .apply();
    // Elements without `value` have no identity but their whole.
    assert_eq!(changes.attributes(), [] as [&str; 0]);
    assert_eq!(after, secretive());
}

#[test]
fn nothing_hidden_can_be_told_from_a_condition_of_a_patch() {
    let answers = |operation: &dyn Fn(&str) -> Value, right: &str| {
        let told = |guess: &str| {
            let outcome = patch(&secretive(), json!([operation(guess)]));
            outcome
                .map(|(_, changes)| changes.is_empty())
                .map_err(|error| error.code())
        };
        (told(right), told("wrong"))
    };
    let acme = |rest: &str| format!("{ACME}:{rest}");
    let same = |(right, wrong): (Result<bool, &'static str>, Result<bool, &'static str>)| {
        assert_eq!(right, wrong);
        right
    };
    let by_filter =
        |guess: &str| json!({"op": "remove", "path": acme(&format!("cards[cvc eq \"{guess}\"]"))});
    assert_eq!(
        same(answers(&by_filter, "hunter5")),
        Err("scim-not-filterable")
    );
    let immutable = |guess: &str| json!({"op": "replace", "path": acme("secret"), "value": guess});
    assert_eq!(same(answers(&immutable, "hunter3")), Err("scim-immutable"));
    let read_only = |guess: &str| json!({"op": "replace", "value": {acme("seal"): guess}});
    assert_eq!(same(answers(&read_only, "hunter4")), Err("scim-read-only"));
    let by_value = |guess: &str| json!({"op": "remove", "path": acme("notes"), "value": [{"text": "t", "key": guess}]});
    assert_eq!(same(answers(&by_value, "hunter6")), Ok(false));
}

#[test]
fn nothing_hidden_can_be_searched_sorted_or_asked_for() {
    let registry = registry();
    for name in [
        "password".to_owned(),
        format!("{ACME}:secret"),
        format!("{ACME}:seal"),
        format!("{ACME}:cards.cvc"),
        format!("{ACME}:notes.key"),
    ] {
        for filter in [
            format!("{name} pr"),
            format!("{name} eq \"hunter\""),
            format!("not ({name} pr)"),
        ] {
            let error = Filter::parse(&filter)
                .unwrap()
                .resolve(registry.user())
                .unwrap_err();
            assert_eq!(error.code(), "scim-not-filterable", "{filter}");
        }
        assert!(
            Sort::new(&name, SortOrder::Ascending)
                .resolve(registry.user())
                .is_err(),
            "{name}"
        );
        let base = BaseUrl::parse("https://example.com").unwrap();
        let projection = Projection::from_query(Some(&name), None).unwrap();
        let answer = projection.answer(&secretive(), &base).to_string();
        assert!(!answer.contains("hunter"), "{answer}");
    }
    assert!(!format!("{:?}", secretive()).contains("hunter"));
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "x-[a-z]{1,3}",
        Just(STRANGE.to_owned()),
        Just("urn:example:other".to_owned()),
    ]
}

fn unknown() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-zÅé ]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::vec(("[a-z]{1,4}", inner), 1..3)
                .prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

fn nullable() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        unknown()
    ];
    prop_oneof![
        leaf.clone(),
        proptest::collection::vec(("[a-c]", leaf), 0..3)
            .prop_map(|members| members.into_iter().collect::<Value>()),
    ]
}

proptest! {
    /// Also of data that no schema knows, nulls in it and all.
    #[test]
    fn the_second_of_two_equal_puts_changes_nothing(
        stored in proptest::collection::btree_map(name(), unknown(), 0..3),
        said in proptest::collection::btree_map(name(), nullable(), 0..3),
        extended in nullable(),
    ) {
        let mut before = json!({"userName": "b", ENTERPRISE_USER_URN: {"x-more": 1}});
        let mut body = json!({"userName": "b", ENTERPRISE_USER_URN: {"x-more": extended}});
        for (name, value) in stored {
            before[name] = value;
        }
        for (name, value) in said {
            body[name] = value;
        }
        let put = |before: &Resource| {
            before.replaced_by(body.clone(), &Profile::tolerant()).unwrap().apply()
        };
        let (once, _) = put(&user(before));
        let (twice, changes) = put(&once);
        prop_assert!(changes.is_empty(), "{:?}", changes);
        prop_assert_eq!(&once, &twice);
        prop_assert_eq!(&user(once.clone().into_value()), &once);
    }

    /// Through storage, an answer, a PUT of that answer, and a PATCH of something else.
    #[test]
    fn unknown_data_survives_every_round_trip(
        members in proptest::collection::btree_map(name(), unknown(), 0..4),
        part in unknown(),
        extended in unknown(),
        title in "[a-z]{1,3}",
        // What is spelled as the schema has it need not be brought into shape.
        (user_name, kind, given_name, department) in prop_oneof![
            Just(("userName", "type", "givenName", "department")),
            Just(("USERNAME", "Type", "GivenName", "Department")),
        ],
    ) {
        let mut body = json!({"id": "u1", user_name: "b",
            "emails": [{"value": "e", kind: "work", "x-part": part}],
            "name": {given_name: "g", "x-part": part},
            ENTERPRISE_USER_URN: {department: "d", "x-more": extended}});
        for (name, value) in &members {
            body[name] = value.clone();
        }
        let before = user(body);
        for (name, value) in &members {
            prop_assert_eq!(before.object().get(name), Some(value));
        }
        prop_assert_eq!(&before.object()["emails"][0]["x-part"], &part);
        prop_assert_eq!(&before.object()["name"]["x-part"], &part);
        prop_assert_eq!(&before.object()[ENTERPRISE_USER_URN]["x-more"], &extended);
        prop_assert_eq!(&user(before.clone().into_value()), &before);
        let base = BaseUrl::parse("https://example.com").unwrap();
        let answer = Projection::default().answer(&before, &base);
        let (after, changes) = before.replaced_by(answer, &Profile::tolerant()).unwrap().apply();
        prop_assert!(changes.is_empty(), "{:?}", changes);
        prop_assert_eq!(&after, &before);
        let operations = json!([{"op": "add", "path": "title", "value": title},
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "f"},
            {"op": "add", "path": "name", "value": {"familyName": "f"}}]);
        let (after, _) = patch(&before, operations).unwrap();
        for (name, value) in &members {
            prop_assert_eq!(after.object().get(name), Some(value));
        }
        prop_assert_eq!(&after.object()["emails"][0]["x-part"], &before.object()["emails"][0]["x-part"]);
        prop_assert_eq!(&after.object()["name"]["x-part"], &before.object()["name"]["x-part"]);
        prop_assert_eq!(&after.object()[ENTERPRISE_USER_URN], &before.object()[ENTERPRISE_USER_URN]);
    }
}
