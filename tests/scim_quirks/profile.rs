//! The draft's profile, and the switches.

use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::scim::dialect::{EmptyPatch, NullMembers};
use vestibule::scim::{Dialect, Profile, UnmatchedFilter};

use crate::world::{
    connected, filtered, group, matches, patch_with, patched, posted, refused, user,
};

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
    for dialect in Dialect::all() {
        let name = serde_json::to_value(dialect).unwrap();
        assert_eq!(serde_json::from_value::<Dialect>(name).unwrap(), dialect);
        let profile = serde_json::to_value(dialect.profile()).unwrap();
        assert_eq!(
            serde_json::from_value::<Profile>(profile).unwrap(),
            dialect.profile()
        );
    }
}

#[test]
fn the_drafts_filters_are_judged_as_they_were_sent_at_the_root_also() {
    let mut host = connected(Dialect::InteropDraft);
    host.user("b");
    for (filter, expected) in [
        ("userName eq \"b\"", 200),
        // Of users nothing is left of it, and of groups `members pr`.
        ("members[noSuch eq null]", 200),
        ("members pr", 400),
        ("userName eq \"b\" or noSuch pr", 400),
    ] {
        let (status, list) = host.json("GET", &filtered("/", filter), &Value::Null);
        assert_eq!(status, expected, "{filter}: {list}");
    }
}
