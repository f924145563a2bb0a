//! Every characteristic of an attribute, RFC 7643 §2.2, §2.3 and §7: what it lets pass and what it
//! stops, in a POST, a PUT, a PATCH, a filter and an answer.

#![cfg(feature = "scim")]

use std::sync::Arc;

use chrono::DateTime;
use serde_json::{Value, json};
use vestibule::error::{Explain, Place};
use vestibule::scim::dialect::CanonicalValues;
use vestibule::scim::etag::EntityTag;
use vestibule::scim::schema::{ENTERPRISE_USER_URN, USER_URN, Uniqueness};
use vestibule::scim::{
    Changes, Error, Filter, Meta, Patch, Profile, Registry, Resource, ResourceType,
};

const KIT: &str = "urn:example:params:scim:schemas:core:2.0:Kit";

/// A resource type with an attribute for each characteristic.
fn kit() -> Arc<ResourceType> {
    let mut registry = Registry::standard();
    let urn = registry
        .add_schema(&json!({"id": KIT, "name": "Kit", "attributes": [
            {"name": "label", "required": true},
            {"name": "colour", "canonicalValues": ["red", "blue"]},
            {"name": "serial", "caseExact": true, "mutability": "immutable"},
            {"name": "shelf", "mutability": "readOnly"},
            {"name": "pin", "mutability": "writeOnly", "returned": "never"},
            {"name": "barcode", "uniqueness": "server"},
            {"name": "epc", "uniqueness": "global", "caseExact": true},
            {"name": "count", "type": "integer"},
            {"name": "weight", "type": "decimal"},
            {"name": "sealed", "type": "boolean"},
            {"name": "packed", "type": "dateTime"},
            {"name": "image", "type": "binary"},
            {"name": "page", "type": "reference", "referenceTypes": ["external"]},
            {"name": "tags", "multiValued": true, "uniqueness": "server"},
            {"name": "parts", "type": "complex", "multiValued": true, "subAttributes": [
                {"name": "value", "required": true, "uniqueness": "server"},
                {"name": "slot", "type": "integer"},
                {"name": "made", "mutability": "immutable"},
                {"name": "stock", "mutability": "readOnly"},
                {"name": "primary", "type": "boolean"},
            ]},
            {"name": "case", "type": "complex", "subAttributes": [
                {"name": "size"}, {"name": "owner", "mutability": "readOnly"},
            ]},
        ]}))
        .unwrap();
    registry.add_resource_type("Kit", "/Kits", &urn).unwrap();
    Arc::clone(registry.resource_type("Kit").unwrap())
}

fn read(body: Value) -> Result<Resource, Error> {
    Resource::from_value(&kit(), body)
}

/// What a POST stores, without `schemas`.
fn created(body: Value) -> Result<Value, Error> {
    let mut stored = read(body)?.for_creation()?.into_value();
    stored.as_object_mut().unwrap().remove("schemas");
    Ok(stored)
}

/// A value of one attribute, as it is stored.
fn stored(name: &str, value: Value) -> Result<Value, Error> {
    let mut body = json!({"label": "l"});
    body[name] = value;
    created(body).map(|stored| stored[name].clone())
}

#[track_caller]
fn refused(result: Result<Value, Error>, code: &str, pointer: &str) {
    let error = result.unwrap_err();
    let place = Some(Place::Json(pointer.to_owned()));
    assert_eq!((error.code(), error.at()), (code, place));
}

fn patched(before: Value, operations: Value) -> Result<(Value, Changes), Error> {
    let plan = Patch::from_value(operations)?.plan(&read(before)?, &Profile::tolerant())?;
    let (after, changes) = plan.apply();
    Ok((after.into_value(), changes))
}

fn put(before: Value, body: Value) -> Result<Value, Error> {
    let plan = read(before)?.replaced_by(body, &Profile::tolerant())?;
    Ok(plan.apply().0.into_value())
}

fn scim_type(error: &Error) -> &'static str {
    error.scim_type().unwrap().as_str()
}

#[test]
fn required_attributes_must_be_there_and_stay() {
    assert!(created(json!({"label": "l"})).is_ok());
    for empty in [json!(null), json!(""), json!([])] {
        refused(
            created(json!({"label": empty})),
            "scim-required-missing",
            "/label",
        );
    }
    let error = put(json!({"label": "l"}), json!({"label": null})).unwrap_err();
    assert_eq!(scim_type(&error), "mutability");
    assert!(put(json!({"label": "l"}), json!({"count": 1})).is_ok());
    let remove = json!([{"op": "remove", "path": "label"}]);
    let error = patched(json!({"label": "l"}), remove).unwrap_err();
    assert_eq!(scim_type(&error), "mutability");
}

#[test]
fn required_parts_must_be_in_every_element() {
    let parts = |parts: Value| created(json!({"label": "l", "parts": parts}));
    assert!(parts(json!([{"value": "a"}, {"value": "b", "slot": 1}])).is_ok());
    refused(
        parts(json!([{"value": "a"}, {"slot": 1}])),
        "scim-required-missing",
        "/parts/1/value",
    );
    assert!(parts(json!([])).is_ok());
}

/// What a POST, a PUT and a PATCH of one attribute say under a profile: none when it is taken.
fn said(profile: &Profile, name: &str, value: &Value) -> [Option<&'static str>; 3] {
    let before = json!({"label": "l"});
    let body = json!({"label": "l", name: value});
    let post = Resource::created_from(&kit(), body.clone(), profile).map(drop);
    let put = read(before.clone())
        .unwrap()
        .replaced_by(body, profile)
        .map(drop);
    let operations = json!([{"op": "add", "path": name, "value": value}]);
    let patch = Patch::from_value(operations).unwrap();
    let patch = patch.plan(&read(before).unwrap(), profile).map(drop);
    [post, put, patch].map(|result| result.err().map(|error| error.code()))
}

#[test]
fn canonical_values_are_suggestions_unless_the_profile_enforces_them() {
    let enforced = {
        let mut profile = Profile::tolerant();
        profile.canonical_values = CanonicalValues::Enforce;
        profile
    };
    for (value, code) in [
        ("red", None),
        // The attribute is not caseExact.
        ("RED", None),
        ("", None),
        ("green", Some("scim-not-canonical")),
    ] {
        let value = json!(value);
        assert_eq!(said(&enforced, "colour", &value), [code; 3], "{value}");
        for profile in [Profile::tolerant(), Profile::strict()] {
            assert_eq!(said(&profile, "colour", &value), [None; 3], "{value}");
        }
    }
}

#[test]
fn an_element_that_a_value_path_describes_is_checked_like_one_that_is_sent() {
    let mut enforced = Profile::tolerant();
    enforced.canonical_values = CanonicalValues::Enforce;
    let user = Resource::parse(Registry::standard().user(), br#"{"userName": "b"}"#).unwrap();
    let add = |kind: &str| {
        let path = format!("emails[type eq \"{kind}\"].value");
        Patch::from_value(json!([{"op": "add", "path": path, "value": "b@x"}])).unwrap()
    };
    assert!(add("work").plan(&user, &enforced).is_ok());
    let error = add("office").plan(&user, &enforced).unwrap_err();
    assert_eq!(error.code(), "scim-not-canonical");
    assert!(add("office").plan(&user, &Profile::tolerant()).is_ok());
}

#[test]
fn binaries_are_base64_where_the_profile_checks() {
    for (value, code) in [
        (json!("QUJD"), None),
        (json!("QQ"), None),
        (json!("-_8="), None),
        (json!("not base64!"), Some("scim-value-syntax")),
        (json!("QUJD="), Some("scim-value-syntax")),
        (json!("+_8="), Some("scim-value-syntax")),
    ] {
        assert_eq!(
            said(&Profile::strict(), "image", &value),
            [code; 3],
            "{value}"
        );
        assert_eq!(
            said(&Profile::tolerant(), "image", &value),
            [None; 3],
            "{value}"
        );
    }
    let certificate = |value: &str| {
        let user = json!({"userName": "b", "x509Certificates": [{"value": value}]});
        Resource::created_from(Registry::standard().user(), user, &Profile::strict())
    };
    assert!(certificate("MIIB").is_ok());
    let error = certificate("-----BEGIN CERTIFICATE-----").unwrap_err();
    let place = Place::Json("/x509Certificates/0/value".to_owned());
    assert_eq!(
        (error.code(), error.at()),
        ("scim-value-syntax", Some(place))
    );
    assert_eq!(scim_type(&error), "invalidValue");
}

#[test]
fn references_are_uris_where_the_profile_checks() {
    for (value, code) in [
        (json!("https://example.com/a"), None),
        (json!("urn:example:a"), None),
        // A page is not below the base of this service.
        (json!("/Users/1"), Some("scim-value-syntax")),
        (json!("https://example.com/a b"), Some("scim-value-syntax")),
    ] {
        assert_eq!(
            said(&Profile::strict(), "page", &value),
            [code; 3],
            "{value}"
        );
        assert_eq!(
            said(&Profile::tolerant(), "page", &value),
            [None; 3],
            "{value}"
        );
    }
    let member = |reference: &str| {
        let group = json!({"displayName": "g", "members": [{"value": "1", "$ref": reference}]});
        Resource::created_from(Registry::standard().group(), group, &Profile::strict())
    };
    for good in [
        "../Users/1",
        "/Users/1",
        "https://example.com/scim/v2/Users/1",
    ] {
        assert!(member(good).is_ok(), "{good}");
    }
    assert_eq!(member("Users/ 1").unwrap_err().code(), "scim-value-syntax");
}

#[test]
fn a_put_names_what_is_required_where_the_profile_says_so() {
    let before = || read(json!({"label": "l", "parts": [{"value": "a"}]})).unwrap();
    let unnamed = json!({"count": 1});
    let error = before()
        .replaced_by(unnamed.clone(), &Profile::strict())
        .unwrap_err();
    let place = Place::Json("/label".to_owned());
    assert_eq!(
        (error.code(), error.at()),
        ("scim-required-missing", Some(place))
    );
    assert_eq!((error.status(), scim_type(&error)), (400, "invalidValue"));
    let (after, _) = before()
        .replaced_by(unnamed, &Profile::tolerant())
        .unwrap()
        .apply();
    assert_eq!(after.text("label"), Some("l"));
    let named = json!({"label": "l", "count": 1});
    assert!(before().replaced_by(named, &Profile::strict()).is_ok());
    let part = json!({"label": "l", "parts": [{"slot": 1}]});
    let error = before().replaced_by(part, &Profile::strict()).unwrap_err();
    assert_eq!(error.code(), "scim-required-missing");
}

#[test]
fn values_that_differ_in_case_are_one_unless_the_schema_says_otherwise() {
    let holds = |filter: &str| {
        let resource =
            read(json!({"label": "Lamp", "serial": "aB", "page": "https://x/A", "image": "QQ=="}));
        let filter = Filter::parse(filter).unwrap().resolve(&kit()).unwrap();
        filter.matches(&resource.unwrap())
    };
    assert!(holds("label eq \"lAMP\""));
    for (exact, other) in [
        ("serial eq \"aB\"", "serial eq \"AB\""),
        ("page eq \"https://x/A\"", "page eq \"https://x/a\""),
        ("image eq \"QQ==\"", "image eq \"qq==\""),
    ] {
        assert!(holds(exact) && !holds(other), "{exact}");
    }
    // In a list, too, two spellings are one value.
    let add = |value: &str| {
        let add = json!([{"op": "add", "path": "tags", "value": [value]}]);
        patched(json!({"label": "l", "tags": ["Big"]}), add)
            .unwrap()
            .1
    };
    assert!(add("BIG").is_empty());
    assert!(!add("small").is_empty());
}

#[test]
fn read_only_attributes_are_ignored_in_post_and_put_and_refused_in_patch() {
    let body = json!({"label": "l", "shelf": "mine", "id": "mine", "meta": {"version": "mine"},
        "parts": [{"value": "a", "stock": "mine"}, {"value": "b"}], "case": {"owner": "mine"}});
    assert_eq!(
        created(body.clone()).unwrap(),
        json!({"label": "l", "parts": [{"value": "a"}, {"value": "b"}]})
    );
    let before =
        json!({"id": "k1", "label": "l", "shelf": "3", "case": {"size": "s", "owner": "o"}});
    let after = put(before.clone(), body).unwrap();
    assert_eq!((&after["id"], &after["shelf"]), (&json!("k1"), &json!("3")));
    assert_eq!(after["case"], json!({"size": "s", "owner": "o"}));
    let replace = |value: &str| json!([{"op": "replace", "value": {"shelf": value}}]);
    assert!(patched(before.clone(), replace("3")).unwrap().1.is_empty());
    assert_eq!(
        scim_type(&patched(before.clone(), replace("4")).unwrap_err()),
        "mutability"
    );
    let remove = json!([{"op": "remove", "path": "shelf"}]);
    assert_eq!(
        scim_type(&patched(before, remove).unwrap_err()),
        "mutability"
    );
}

#[test]
fn immutable_attributes_are_written_once() {
    let replace = |before: Value, value: &str| {
        patched(
            before,
            json!([{"op": "replace", "path": "serial", "value": value}]),
        )
    };
    let empty = json!({"label": "l"});
    let full = json!({"label": "l", "serial": "s"});
    assert!(created(full.clone()).is_ok());
    assert_eq!(replace(empty.clone(), "s").unwrap().0["serial"], "s");
    assert!(replace(full.clone(), "s").unwrap().1.is_empty());
    assert_eq!(
        scim_type(&replace(full.clone(), "S").unwrap_err()),
        "mutability"
    );
    assert!(put(full.clone(), json!({"label": "l", "serial": "s"})).is_ok());
    let error = put(full.clone(), json!({"label": "l", "serial": "t"})).unwrap_err();
    assert_eq!(scim_type(&error), "mutability");
    let error = put(full.clone(), json!({"serial": null})).unwrap_err();
    assert_eq!(scim_type(&error), "mutability");
    // What is not named is not asserted.
    assert_eq!(put(full, json!({"label": "m"})).unwrap()["serial"], "s");
}

#[test]
fn write_only_attributes_are_stored_and_neither_searched_nor_shown() {
    assert_eq!(stored("pin", json!("1234")).unwrap(), "1234");
    let error = Filter::parse("pin eq \"1234\"")
        .unwrap()
        .resolve(&kit())
        .unwrap_err();
    assert_eq!(error.code(), "scim-not-filterable");
    let resource = read(json!({"label": "l", "pin": "1234"})).unwrap();
    assert!(!format!("{resource:?}").contains("1234"));
}

#[test]
fn unique_values_are_listed_as_an_index_holds_them() {
    let keys = |body: Value| -> Vec<(String, String, Uniqueness)> {
        let keys = read(body).unwrap().unique_keys().into_iter();
        keys.map(|key| {
            (
                key.path().to_owned(),
                key.key().to_owned(),
                key.uniqueness(),
            )
        })
        .collect()
    };
    let key = |path: &str, key: &str, uniqueness| (path.to_owned(), key.to_owned(), uniqueness);
    let body = json!({"id": "k1", "label": "L", "barcode": "Ab", "epc": "Ab", "tags": ["X", "y"],
        "parts": [{"value": "P"}, {"value": ""}]});
    assert_eq!(
        keys(body),
        [
            key("barcode", "ab", Uniqueness::Server),
            key("epc", "Ab", Uniqueness::Global),
            key("tags", "x", Uniqueness::Server),
            key("tags", "y", Uniqueness::Server),
            key("parts.value", "p", Uniqueness::Server),
        ]
    );
    assert_eq!(keys(json!({"label": "L"})), []);
    let key = read(json!({"barcode": "secret"}))
        .unwrap()
        .unique_keys()
        .remove(0);
    assert_eq!(
        (key.conflict().status(), scim_type(&key.conflict())),
        (409, "uniqueness")
    );
    assert!(!format!("{key:?} {}", key.conflict()).contains("secret"));
}

#[test]
fn user_names_are_compared_as_rfc_8265_prepares_them() {
    let registry = Registry::standard();
    let keys = |name: &str| {
        let user = Resource::from_value(registry.user(), json!({"userName": name})).unwrap();
        user.unique_keys()
    };
    let matches = |stored: &str, asked: &str| {
        let user = Resource::from_value(registry.user(), json!({"userName": stored})).unwrap();
        let filter = Filter::parse(&format!("userName eq {}", json!(asked))).unwrap();
        filter.resolve(registry.user()).unwrap().matches(&user)
    };
    for (one, other) in [
        ("BJensen", "bjensen"),
        ("zoe\u{308}", "ZO\u{cb}"),
        ("\u{ff21}lice", "alice"),
        ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
    ] {
        assert_eq!(keys(one), keys(other), "{one}");
        assert!(matches(one, other) && matches(other, one), "{one}");
    }
    for (one, other) in [("zoe", "zo\u{eb}"), ("\u{430}lice", "alice"), ("a b", "ab")] {
        assert_ne!(keys(one), keys(other), "{one}");
        assert!(!matches(one, other), "{one}");
    }
}

#[test]
fn integers_have_no_fraction_and_decimals_may() {
    assert_eq!(stored("count", json!(42)).unwrap(), 42);
    assert_eq!(stored("count", json!(u64::MAX)).unwrap(), u64::MAX);
    for bad in [
        json!(42.0),
        json!(4.2),
        json!("42"),
        json!(true),
        json!(1e300),
    ] {
        refused(stored("count", bad), "scim-value-type", "/count");
    }
    assert_eq!(stored("weight", json!(4.5)).unwrap(), 4.5);
    assert_eq!(stored("weight", json!(4)).unwrap(), 4);
    refused(stored("weight", json!("4.5")), "scim-value-type", "/weight");
}

#[test]
fn booleans_may_stand_in_quotes() {
    assert_eq!(stored("sealed", json!(false)).unwrap(), false);
    assert_eq!(stored("sealed", json!("FALSE")).unwrap(), false);
    for bad in [json!("no"), json!(0), json!("")] {
        refused(stored("sealed", bad), "scim-value-type", "/sealed");
    }
}

#[test]
fn date_times_keep_their_text_and_are_compared_as_instants() {
    let text = "2011-05-13T06:42:34.000+02:00";
    assert_eq!(stored("packed", json!(text)).unwrap(), text);
    assert_eq!(
        stored("packed", json!("2011-05-13T04:42:34")).unwrap(),
        "2011-05-13T04:42:34"
    );
    for bad in [
        "2011-05-13",
        "yesterday",
        "2011-05-13 04:42:34Z",
        "2011-13-01T00:00:00Z",
    ] {
        refused(stored("packed", json!(bad)), "scim-value-type", "/packed");
    }
    let kit = read(json!({"packed": text})).unwrap();
    let filter = Filter::parse("packed eq \"2011-05-13T04:42:34Z\"").unwrap();
    assert!(filter.resolve(&self::kit()).unwrap().matches(&kit));
}

#[test]
fn binaries_and_references_are_texts() {
    assert_eq!(stored("image", json!("QUJD")).unwrap(), "QUJD");
    refused(stored("image", json!(5)), "scim-value-type", "/image");
    assert_eq!(stored("page", json!("../Users/1")).unwrap(), "../Users/1");
    refused(
        stored("page", json!({"href": "x"})),
        "scim-value-type",
        "/page",
    );
}

#[test]
fn lists_are_lists_and_single_values_are_not() {
    assert_eq!(
        stored("tags", json!(["a", "b"])).unwrap(),
        json!(["a", "b"])
    );
    assert_eq!(stored("tags", json!("a")).unwrap(), json!(["a"]));
    assert_eq!(stored("colour", json!(["a"])).unwrap(), "a");
    refused(
        stored("colour", json!(["a", "b"])),
        "scim-value-type",
        "/colour",
    );
    refused(stored("case", json!("big")), "scim-value-type", "/case");
}

#[test]
fn one_element_at_most_is_primary() {
    let parts = |first: bool, second: bool| json!({"label": "l", "parts": [{"value": "a", "primary": first}, {"value": "b", "primary": second}]});
    assert!(created(parts(true, false)).is_ok());
    refused(created(parts(true, true)), "scim-primary-twice", "/parts");
    let error = put(json!({"label": "l"}), parts(true, true)).unwrap_err();
    assert_eq!(
        (error.code(), scim_type(&error)),
        ("scim-primary-twice", "invalidValue")
    );
    let user = json!({"userName": "b", "emails": [{"value": "a", "primary": "True"},
        {"value": "b", "primary": true}]});
    let user = Resource::from_value(Registry::standard().user(), user).unwrap();
    refused(
        user.for_creation().map(Resource::into_value),
        "scim-primary-twice",
        "/emails",
    );
}

#[test]
fn extensions_are_judged_only_where_they_are_used() {
    let mut registry = Registry::standard();
    let urn = "urn:example:badge:User";
    let document = json!({"id": urn, "attributes": [{"name": "number", "required": true},
        {"name": "issued", "mutability": "readOnly"}]});
    registry.add_schema(&document).unwrap();
    registry.extend("User", urn).unwrap();
    let created = |body: Value| {
        let user = Resource::from_value(registry.user(), body)?;
        user.for_creation().map(Resource::into_value)
    };
    assert!(created(json!({"userName": "b"})).is_ok());
    assert!(created(json!({"userName": "b", urn: {"number": "1"}})).is_ok());
    refused(
        created(json!({"userName": "b", urn: {"x": 1}})),
        "scim-required-missing",
        "/urn:example:badge:User/number",
    );
    // What only the service provider writes does not make the extension used.
    let stored = created(json!({"userName": "b", urn: {"issued": "now"}})).unwrap();
    assert_eq!(stored, json!({"schemas": [USER_URN], "userName": "b"}));
    let manager = json!({"userName": "b", ENTERPRISE_USER_URN: {"manager": {"displayName": "M"}}});
    assert_eq!(
        created(manager).unwrap(),
        json!({"schemas": [USER_URN], "userName": "b"})
    );
}

#[test]
fn a_host_says_who_and_when() {
    let mut user = read(json!({"label": "l", "meta": {"x-own": 1}})).unwrap();
    let at = |secs| DateTime::from_timestamp(secs, 0).unwrap();
    user.set_id("k1");
    user.set_meta(&Meta {
        created: at(0),
        last_modified: at(1),
        version: Some(EntityTag::of_version(3)),
    });
    assert_eq!(
        user.object()["meta"],
        json!({"resourceType": "Kit", "x-own": 1, "version": "W/\"3\"",
        "created": "1970-01-01T00:00:00.000Z", "lastModified": "1970-01-01T00:00:01.000Z"})
    );
    user.set_meta(&Meta {
        created: at(0),
        last_modified: at(2),
        version: None,
    });
    assert_eq!(user.object()["meta"].get("version"), None);
    assert_eq!(user.text("id"), Some("k1"));
    // The result has the schema's shape.
    assert_eq!(read(user.clone().into_value()).unwrap(), user);
}

#[test]
fn a_host_writes_what_a_client_may_not() {
    let mut kit = read(json!({"label": "l", "x-own": [1]})).unwrap();
    kit.set("SHELF", json!("3")).unwrap();
    kit.set(&format!("{KIT}:case.owner"), json!("o")).unwrap();
    kit.set("case.size", json!(null)).unwrap();
    assert_eq!(
        (&kit.object()["shelf"], &kit.object()["case"]),
        (&json!("3"), &json!({"owner": "o"}))
    );
    kit.set("case.owner", json!([])).unwrap();
    assert_eq!(
        (kit.object().get("case"), &kit.object()["x-own"]),
        (None, &json!([1]))
    );
    for (path, value, code) in [
        ("noSuch", json!(1), "scim-unknown-attribute"),
        ("parts[slot eq 1]", json!(1), "scim-not-selectable"),
        ("parts.slot", json!(1), "scim-not-selectable"),
        ("case.noSuch", json!(1), "scim-not-selectable"),
        (KIT, json!({}), "scim-not-selectable"),
        ("a b", json!(1), "scim-path-syntax"),
        ("count", json!("1"), "scim-value-type"),
    ] {
        assert_eq!(kit.set(path, value).unwrap_err().code(), code, "{path}");
    }
}
