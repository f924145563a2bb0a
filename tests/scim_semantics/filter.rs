//! Filters: RFC 7644 §3.4.2.2.

use serde_json::{Value, json};
use vestibule::scim::{Filter, Patch, Path, Profile};

use crate::scim_host::Host;
use crate::world::{
    CORE, ENTERPRISE, KIT, filter_refused, holds, patch_refused, patched, registry, user,
};

fn anna() -> Value {
    json!({"userName": "Anna", "externalId": "X1", "title": "Boss", "active": true,
        "emails": [{"value": "a@work", "type": "work", "primary": true},
                   {"value": "a@home", "type": "home"}],
        ENTERPRISE: {"department": "Tours", "manager": {"value": "7"}}})
}

#[test]
fn names_urns_and_operators_have_no_case() {
    for filter in [
        "USERNAME EQ \"anna\"",
        "Emails[TYPE Eq \"work\" AND Value Co \"WORK\"]",
        "URN:IETF:PARAMS:SCIM:schemas:extension:ENTERPRISE:2.0:user:Department eq \"tours\"",
        "NOT (title PR) OR Title pR",
    ] {
        assert!(holds(filter, &anna()), "{filter}");
    }
    assert_eq!(user(json!({"USERNAME": "b"})).text("userName"), Some("b"));
    let mut host = Host::new(Profile::tolerant());
    let (status, error) = host.json(
        "POST",
        "/Users",
        &json!({"userName": "b", "title": "a", "TITLE": "b"}),
    );
    assert_eq!((status, &error["scimType"]), (400, &json!("invalidSyntax")));
}

#[test]
fn case_counts_where_the_schema_says_so() {
    assert!(holds("userName eq \"ANNA\"", &anna()));
    assert!(holds("externalId eq \"X1\"", &anna()));
    assert!(!holds("externalId eq \"x1\"", &anna()));
    assert!(!holds("externalId sw \"x\"", &anna()));
    // One key for the filter and for what is unique: composed, and folded.
    let mut host = Host::new(Profile::tolerant());
    host.user("Zo\u{eb}");
    let (status, error) = host.json("POST", "/Users", &json!({"userName": "ZOE\u{308}"}));
    assert_eq!((status, &error["scimType"]), (409, &json!("uniqueness")));
    let (_, list) = host.json(
        "GET",
        "/Users?filter=userName+eq+%22ZOE%CC%88%22",
        &Value::Null,
    );
    assert_eq!(list["totalResults"], 1);
    host.user("Zoe");
}

#[test]
fn not_takes_any_spaces_and_needs_parentheses() {
    for filter in [
        "not(nickName pr)",
        "not (nickName pr)",
        "not   ( nickName pr )",
        "not (not (title pr))",
    ] {
        assert!(holds(filter, &anna()), "{filter}");
    }
    for filter in ["not title pr", "not", "not ()"] {
        assert_eq!(filter_refused(filter), "invalidFilter", "{filter}");
    }
}

#[test]
fn not_binds_tighter_than_and_and_that_tighter_than_or() {
    assert!(holds("title pr or nickName pr and locale pr", &anna()));
    assert!(!holds("(title pr or nickName pr) and locale pr", &anna()));
    assert!(holds(
        "not (nickName pr) or title pr and locale pr",
        &anna()
    ));
    // A host's condition is not escaped by an `or`.
    let resolved = |text: &str| {
        Filter::parse(text)
            .unwrap()
            .resolve(registry().user())
            .unwrap()
    };
    let tenant = resolved("userType eq \"acme\"");
    let client = resolved("userName pr or userName pr");
    assert!(!tenant.clone().and(client.clone()).matches(&user(anna())));
    let mut member = anna();
    member["userType"] = json!("acme");
    assert!(tenant.and(client).matches(&user(member)));
}

#[test]
fn a_negated_group_is_negated_as_a_whole() {
    assert!(!holds("not (title pr or nickName pr)", &anna()));
    assert!(holds("not (title pr and nickName pr)", &anna()));
}

#[test]
fn a_value_path_is_about_one_element() {
    assert!(holds(
        "emails[type eq \"work\" and value eq \"a@work\"]",
        &anna()
    ));
    assert!(!holds(
        "emails[type eq \"home\" and value eq \"a@work\"]",
        &anna()
    ));
    // Without brackets each term may have its own.
    assert!(holds(
        "emails.type eq \"home\" and emails.value eq \"a@work\"",
        &anna()
    ));
}

#[test]
fn a_sub_attribute_after_the_bracket_is_of_the_same_element() {
    assert!(holds(
        "emails[type eq \"work\"].value eq \"a@work\"",
        &anna()
    ));
    assert!(!holds(
        "emails[type eq \"home\"].value eq \"a@work\"",
        &anna()
    ));
    assert_eq!(
        filter_refused("emails[type eq \"work\"].noSuch eq \"a\""),
        "invalidFilter"
    );
    assert_eq!(
        filter_refused("emails[type eq \"work\"].value"),
        "invalidFilter"
    );
}

#[test]
fn references_are_named_with_a_dollar() {
    for path in [
        "members.$ref",
        "members[$ref eq \"/Users/1\"]",
        "members[value eq \"1\"].$ref",
    ] {
        assert!(Path::parse(path).is_ok(), "{path}");
    }
    for path in ["mem$bers", "members.r$ef", "$"] {
        assert!(Path::parse(path).is_err(), "{path}");
    }
    let manager =
        json!({"userName": "b", ENTERPRISE: {"manager": {"value": "7", "$ref": "/Users/7"}}});
    assert!(holds(
        &format!("{ENTERPRISE}:manager.$ref eq \"/Users/7\""),
        &manager
    ));
}

#[test]
fn empty_values_are_not_present_and_false_and_zero_are() {
    for empty in [json!(null), json!(""), json!([])] {
        let body = json!({"userName": "b", "title": empty});
        assert!(!holds("title pr", &body), "{empty}");
    }
    for empty in [json!(null), json!([]), json!({}), json!([{"value": null}])] {
        let body = json!({"userName": "b", "emails": empty});
        assert!(!holds("emails pr", &body), "{empty}");
    }
    let body = json!({"userName": "b", "active": false, KIT: {"count": 0}});
    assert!(holds("active pr", &body));
    assert!(holds(&format!("{KIT}:count pr"), &body));
}

#[test]
fn operators_go_with_the_type() {
    for bad in [
        "active gt true".to_owned(),
        "active co true".to_owned(),
        "active sw \"t\"".to_owned(),
        format!("{KIT}:image gt \"QQ==\""),
        format!("{KIT}:image le \"QQ==\""),
        format!("{KIT}:count co \"1\""),
        format!("{KIT}:weight ew \"1\""),
        "userName eq 5".to_owned(),
        "active eq \"maybe\"".to_owned(),
    ] {
        assert_eq!(filter_refused(&bad), "invalidFilter", "{bad}");
    }
    let body =
        json!({"userName": "b", "active": true, KIT: {"image": "QQ==", "count": 2, "weight": 1.5}});
    for good in [
        "active eq true".to_owned(),
        "active ne false".to_owned(),
        format!("{KIT}:image eq \"QQ==\""),
        format!("{KIT}:count ge 2"),
        format!("{KIT}:weight lt 2"),
        "userName gt \"a\"".to_owned(),
    ] {
        assert!(holds(&good, &body), "{good}");
    }
}

#[test]
fn date_times_are_instants_and_keep_their_text() {
    let body = json!({"userName": "b", KIT: {"built": "2026-01-01T01:00:00+02:00"}});
    let built = |rest: &str| holds(&format!("{KIT}:built {rest}"), &body);
    assert!(built("eq \"2025-12-31T23:00:00Z\""));
    assert!(built("eq \"2025-12-31T23:00:00.000Z\""));
    assert!(
        built("lt \"2026-01-01T00:30:00Z\""),
        "as text it would be greater"
    );
    assert!(!built("gt \"2026-01-01T00:30:00Z\""));
    // Without an offset it is UTC.
    assert!(built("eq \"2025-12-31T23:00:00\""));
    assert_eq!(
        filter_refused(&format!("{KIT}:built gt \"yesterday\"")),
        "invalidFilter"
    );
    assert_eq!(user(body.clone()).object()[KIT], body[KIT]);
}

#[test]
fn a_list_of_complex_values_stands_for_its_values() {
    assert!(holds("emails co \"@home\"", &anna()));
    assert!(holds("emails eq \"A@WORK\"", &anna()));
    assert!(!holds("emails eq \"work\"", &anna()));
    // One that has no `value` cannot stand for anything.
    assert_eq!(filter_refused("addresses co \"x\""), "invalidFilter");
    assert!(holds(
        "addresses.locality co \"x\"",
        &json!({"userName": "b", "addresses": [{"locality": "xy"}]})
    ));
}

#[test]
fn the_elements_of_a_simple_list_are_selected_by_themselves_or_by_value() {
    let before = json!({"userName": "b", KIT: {"tags": ["red", "blue"]}});
    for path in [
        format!("{KIT}:tags eq \"RED\""),
        format!("{KIT}:tags[value eq \"red\"]"),
    ] {
        let remove = json!([{"op": "remove", "path": path}]);
        assert_eq!(
            patched(&before, remove)[KIT],
            json!({"tags": ["blue"]}),
            "{path}"
        );
    }
    let other = json!([{"op": "remove", "path": format!("{KIT}:tags[colour eq \"red\"]")}]);
    assert_eq!(patch_refused(&before, other), "invalidPath");
    let schemas = Patch::from_value(json!([{"op": "remove", "path": "schemas eq \"urn:x\""}]));
    assert!(schemas.is_ok());
}

#[test]
fn the_dots_of_a_urn_are_the_urns() {
    assert!(holds(
        &format!("{ENTERPRISE}:department eq \"tours\""),
        &anna()
    ));
    assert!(holds(
        &format!("{ENTERPRISE}:manager.value eq \"7\""),
        &anna()
    ));
    assert!(holds(&format!("{CORE}:userName eq \"anna\""), &anna()));
    for bad in ["department eq \"tours\"", "urn:x:y:2.0:User:department pr"] {
        assert_eq!(filter_refused(bad), "invalidFilter", "{bad}");
    }
    assert_eq!(filter_refused(ENTERPRISE), "invalidFilter");
    // The URN of an extension is a path of its own.
    let remove = json!([{"op": "remove", "path": ENTERPRISE}]);
    assert_eq!(patched(&anna(), remove).get(ENTERPRISE), None);
}

#[test]
fn an_unknown_attribute_is_refused_at_an_endpoint_and_has_no_value_at_the_root() {
    let mut host = Host::new(Profile::tolerant());
    host.user("b");
    let (status, error) = host.json("GET", "/Users?filter=noSuch+pr", &Value::Null);
    assert_eq!((status, &error["scimType"]), (400, &json!("invalidFilter")));
    for (filter, found) in [
        ("noSuch+pr", 0),
        ("not+(noSuch+pr)", 1),
        ("noSuch+pr+or+userName+pr", 1),
    ] {
        let (status, list) = host.json("GET", &format!("/?filter={filter}"), &Value::Null);
        assert_eq!(
            (status, &list["totalResults"]),
            (200, &json!(found)),
            "{filter}"
        );
    }
}
