//! Entity tags and preconditions: RFC 7644 §3.14, RFC 9110 §13.

#![cfg(feature = "scim")]

use serde_json::{Value, json};
use vestibule::error::{Explain, Place};
use vestibule::limits::SCIM_MAX_TAG_LIST_BYTES;
use vestibule::scim::etag::{EntityTag, Preconditions, Verdict};
use vestibule::scim::schema::USER_URN;
use vestibule::scim::{Registry, Resource};

fn tag_of(body: Value) -> EntityTag {
    EntityTag::of_content(&Resource::from_value(Registry::standard().user(), body).unwrap())
}

fn write(if_match: Option<&str>, if_none_match: Option<&str>, current: Option<u64>) -> Verdict {
    let current = current.map(EntityTag::of_version);
    let conditions = Preconditions::parse(if_match, if_none_match).unwrap();
    conditions.judge_write(current.as_ref())
}

fn read(if_match: Option<&str>, if_none_match: Option<&str>, current: Option<u64>) -> Verdict {
    let current = current.map(EntityTag::of_version);
    let conditions = Preconditions::parse(if_match, if_none_match).unwrap();
    conditions.judge_read(current.as_ref())
}

#[test]
fn if_match_compares_weakly() {
    for header in [
        "W/\"7\"",
        "\"7\"",
        "W/\"6\", W/\"7\"",
        "\"6\",\"7\"",
        ", W/\"7\" ,",
        "*",
    ] {
        assert_eq!(
            write(Some(header), None, Some(7)),
            Verdict::Proceed,
            "{header}"
        );
        assert_eq!(write(Some(header), None, None), Verdict::Failed, "{header}");
    }
    for header in ["W/\"8\"", "\"\"", "W/\"77\"", "\"W/\""] {
        assert_eq!(
            write(Some(header), None, Some(7)),
            Verdict::Failed,
            "{header}"
        );
    }
}

#[test]
fn if_none_match_means_304_to_a_read_and_412_to_a_write() {
    assert_eq!(read(None, Some("W/\"7\""), Some(7)), Verdict::NotModified);
    assert_eq!(read(None, Some("W/\"6\""), Some(7)), Verdict::Proceed);
    assert_eq!(read(None, Some("*"), Some(7)), Verdict::NotModified);
    assert_eq!(write(None, Some("*"), Some(7)), Verdict::Failed);
    assert_eq!(write(None, Some("*"), None), Verdict::Proceed);
    assert_eq!(write(None, Some("W/\"6\""), Some(7)), Verdict::Proceed);
}

#[test]
fn if_match_is_judged_first() {
    assert_eq!(read(Some("\"6\""), Some("\"7\""), Some(7)), Verdict::Failed);
    assert_eq!(
        read(Some("\"7\""), Some("\"7\""), Some(7)),
        Verdict::NotModified
    );
    assert_eq!(read(None, None, None), Verdict::Proceed);
    assert!(Preconditions::parse(None, None).unwrap().is_empty());
    assert!(!Preconditions::parse(Some("*"), None).unwrap().is_empty());
}

#[test]
fn a_header_that_cannot_be_read_is_refused() {
    for bad in [
        "",
        " ",
        ",",
        "7",
        "W/7",
        "W/\"7",
        "w/\"7\"",
        "\"7\" \"8\"",
        "*, \"7\"",
        "\"a b\"",
        "\"a\nb\"",
    ] {
        let error = Preconditions::parse(Some(bad), None).unwrap_err();
        assert_eq!(error.code(), "scim-entity-tag-syntax", "{bad}");
        assert_eq!(error.at(), Some(Place::Parameter("If-Match")));
        let error = Preconditions::parse(None, Some(bad)).unwrap_err();
        assert_eq!(error.at(), Some(Place::Parameter("If-None-Match")));
    }
    let list = |count: usize| "\"\",".repeat(count);
    assert!(Preconditions::parse(Some(&list(SCIM_MAX_TAG_LIST_BYTES / 3)), None).is_ok());
    let error =
        Preconditions::parse(Some(&list(SCIM_MAX_TAG_LIST_BYTES / 3 + 1)), None).unwrap_err();
    assert_eq!(error.code(), "scim-parameter-too-large");
    assert_eq!(
        EntityTag::parse("\"7\", \"8\"").unwrap_err().code(),
        "scim-entity-tag-syntax"
    );
}

#[test]
fn the_tag_follows_the_content() {
    let user = json!({"userName": "b", "emails": [{"type": "work", "value": "e"}], "x-own": [1]});
    let tag = tag_of(user.clone());
    assert_eq!(tag.opaque().len(), 32);
    assert_eq!(EntityTag::parse(&tag.to_string()).unwrap(), tag);
    let with = |name: &str, value: Value| {
        let mut user = user.clone();
        user[name] = value;
        tag_of(user)
    };
    assert_eq!(with("emails", json!([{"value": "e", "type": "work"}])), tag);
    assert_ne!(with("emails", json!([{"value": "e", "type": "home"}])), tag);
    assert_ne!(with("x-own", json!([2])), tag);
    assert_ne!(with("active", json!(false)), tag);
    assert_eq!(with("meta", json!({"version": "W/\"1\""})), tag);
}

#[test]
fn the_tag_tells_nothing_of_what_is_hidden() {
    let tag = tag_of(json!({"userName": "b", "urn:x:y": {"kept": 1}}));
    let hidden = json!({"userName": "b", "password": "p", "urn:x:y": {"kept": 1, "PASSWORD": "p"},
        format!("{USER_URN}:password"): "p"});
    assert_eq!(tag_of(hidden), tag);
    assert_ne!(
        tag_of(json!({"userName": "b", "urn:x:y": {"kept": 2}})),
        tag
    );
}

#[test]
fn a_group_and_a_user_of_one_content_have_two_tags() {
    let registry = Registry::standard();
    let body = json!({"schemas": [], "displayName": "x"});
    let user = Resource::from_value(registry.user(), body.clone()).unwrap();
    let group = Resource::from_value(registry.group(), body).unwrap();
    assert_ne!(EntityTag::of_content(&user), EntityTag::of_content(&group));
}
